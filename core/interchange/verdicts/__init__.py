"""Verdicts from other tools and back: Argilla, Label Studio, and a plain table of our own.

The studio calls `apart.read_apart`; the reading itself is done in a process of its own.
"""
