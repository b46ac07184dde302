"""What a query returned, and whether two queries returned the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

Cell = int | float | str | None
SIGNIFICANT = 9


@dataclass(frozen=True, slots=True)
class QueryResult:
    """Rows of a query, `more` if there were more than are read; or the reason why there are none.

    `error` is the query's own fault, the rest of a sentence that begins with it; `unable` is ours: the file is missing
    or broken.
    """

    rows: tuple[tuple[Cell, ...], ...] = ()
    more: bool = False
    error: str = ""
    unable: str = ""

    @property
    def ran(self) -> bool:
        """It was executed to its end, or to the most rows that are read."""
        return not self.error and not self.unable


def same_rows(one: QueryResult, other: QueryResult, *, ordered: bool) -> bool | None:
    """Whether both returned the same rows, in the same order if `ordered`; None if too few rows were read to tell.

    Names of columns do not count, their order does. Numbers are compared to nine significant digits, whole or not.
    """
    if not (one.ran and other.ran):
        return None
    if one.more or other.more:
        return None if one.more and other.more else False
    mine, theirs = [_key(row) for row in one.rows], [_key(row) for row in other.rows]
    return mine == theirs if ordered else Counter(mine) == Counter(theirs)


def _key(row: tuple[Cell, ...]) -> tuple[object, ...]:
    return tuple(_plain(cell) for cell in row)


def _plain(cell: Cell) -> object:
    """A number by its value, told apart from a text that looks like it."""
    if isinstance(cell, str) or cell is None:
        return cell
    return ("number", f"{cell:.{SIGNIFICANT}g}" if isinstance(cell, float) and not cell.is_integer() else int(cell))
