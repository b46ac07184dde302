"""Taxonomies in and out: CSV, outline, JSON, YAML, SKOS and InstructLab's folder tree, all as one `ConceptFile`.

`formats` knows the formats, `apart.read_apart` reads a file that somebody brought, in a process of its own.
"""
