"""Seed sets in and out: JSON lines, JSON, CSV and Parquet, in the shapes that people have.

`tables` reads rows, `shapes` says what they are, `reading` makes examples of them, and `apart.read_apart` does all of
it in a process of its own, so that no file can harm the studio.
"""
