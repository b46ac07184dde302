"""JSON without its loopholes: no duplicate keys, NaN, huge numbers or bottomless nesting."""

from __future__ import annotations

import json
from typing import Any

from core.errors import ImportRejectedError

MAX_NESTING = 64
_DIGITS = 18


class Entry(dict[str, Any]):
    """An object of the file; `line` is where it begins, 0 when that is not known."""

    line: int = 0


def loads(text: str, line: int = 0) -> Any:
    """The value in `text`; `line` is where the text stands in its file."""
    try:
        value = json.loads(
            text,
            object_pairs_hook=_entry,
            parse_constant=_refuse_constant,
            parse_int=_int,
            parse_float=_float,
        )
    except json.JSONDecodeError as error:
        at = line or error.lineno
        raise ImportRejectedError(at, f"This is not JSON: {error.msg}.", "Mend the line and try again.") from error
    except RecursionError as error:
        raise too_deep() from error
    refuse_depth(value)
    return value


def too_deep() -> ImportRejectedError:
    """The error for nesting that no file needs."""
    return ImportRejectedError(0, f"The file is nested deeper than {MAX_NESTING}.", "Check that it is the right file.")


def refuse_depth(value: Any) -> None:
    """Raise for a value that is nested too deeply."""
    level = [value]
    for _ in range(MAX_NESTING + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, list | dict)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return
    raise too_deep()


def _entry(pairs: list[tuple[str, Any]]) -> Entry:
    found = Entry(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twin = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ImportRejectedError(0, f"{twin[:80]!r} is given twice in one object.", "Keep one of them.")
    return found


def _refuse_constant(word: str) -> Any:
    raise ImportRejectedError(0, f"{word} is no number.", "Write a number, or leave it out.")


def _int(digits: str) -> int:
    if len(digits) > _DIGITS:
        raise ImportRejectedError(0, f"A number has {len(digits):,} digits.", "Write it as text, in quotes.")
    return int(digits)


def _float(text: str) -> float:
    value = float(text)
    if value in {float("inf"), float("-inf")}:
        raise ImportRejectedError(0, f"{text[:80]} is too large a number.", "Write a smaller one.")
    return value
