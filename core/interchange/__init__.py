"""Files in and out: taxonomies, plans, datasets."""
