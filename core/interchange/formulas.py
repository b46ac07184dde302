"""Cells that a spreadsheet would run as a formula are written with an apostrophe in front, which reading takes away.

So that this can be undone exactly, an apostrophe is put in front of a cell, and taken from one, exactly when what
follows begins with one of `= + - @`, their full-width forms, tab, line feed, carriage return, or is such a cell itself.
"""

from __future__ import annotations

_FORMULA = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"


def guarded(cell: str) -> str:
    """`cell` so that no spreadsheet runs it."""
    runs = cell[:1] and (cell[0] in _FORMULA or (cell[0] == "'" and cell[1:2] and cell[1] in f"{_FORMULA}'"))
    return f"'{cell}" if runs else cell


def undone(cell: str) -> str:
    """The cell that `guarded` was given."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] and cell[1] in f"{_FORMULA}'" else cell
