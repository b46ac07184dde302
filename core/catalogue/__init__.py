"""The product's own data: starter taxonomy, curated curricula, the worked demo."""
