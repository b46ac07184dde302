"""Frozen datasets as files: `formats.FORMATS` has every format, each in a module of its own, all written row by row."""
