"""The strategies, each in a module of its own: its items, its first call, its steps, its lineage."""
