"""Entities, state machines, sampling and budget arithmetic: pure, without I/O, clock or randomness of its own."""
