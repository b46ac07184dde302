"""The full row as columns of fixed kinds, for tables and for lines with the lineage.

What a row holds beyond them, or what does not fit, goes into `more` as JSON: nothing is lost when rows learn new
fields.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from core.interchange.dataset_rows import Row

Path: TypeAlias = tuple[str, ...]
Kind: TypeAlias = "type | list[Kind] | dict[str, Kind]"
_BY = "_by"
_LARGEST, _EXACT = 2**63 - 1, 2**53  # as whole number, as a whole number in floating point
COLUMNS: Final[Mapping[str, Kind]] = {
    "id": int,
    "question": str,
    "answer": str,
    "history": [[str]],
    "strategy": str,
    "difficulty": str,
    "origin": str,
    "taxonomy": [str],
    "subject": str,
    "sessions": [{"number": int, "name": str, "concepts": [str]}],
    "sessions_in_syllabus": int,
    "syllabus": {"id": int, "version": int, "hash": str},
    "task_type": str,
    "seed": {
        "set": int,
        "name": str,
        "example": int,
        "number": int,
        "question": str,
        "shots": [{"example": int, "number": int}],
    },
    "parent": int,
    "parent_hash": str,
    "evolutions": [{"operation": str, "kept": bool, "fault": str, "question": str}],
    "calls": [
        {
            "stage": str,
            "request": int,
            "model": str,
            "temperature": float,
            "top_p": float,
            "template": str,
            "template_hash": str,
        }
    ],
    "edits": [{"by": str, "at": str}],
    "price": {"dollars": float, "nano_dollars": int, "includes": [str]},
    "run": str,
    "revision": int,
    "content_hash": str,
    "verification": [{"method": str, "passed": bool, "detail": str, "by": {"request": int, "model": str}}],
    "review": {"verdict": str, "by": str, "at": str, "given": str, "second": str},
}
NAMES = (*COLUMNS, "more")


def _paths(kind: Kind) -> Iterator[Path]:
    if isinstance(kind, list):
        yield from _paths(kind[0])
    elif isinstance(kind, dict):
        yield from ((name, *rest) for name, inner in kind.items() for rest in _paths(inner))
    else:
        yield ()


PATHS: Final[tuple[Path, ...]] = (*_paths(dict(COLUMNS)), ("more",))
"""Where values can stand in what `shaped` gives, lists looked through."""


def shaped(row: Row) -> dict[str, Any]:
    """One value for each of NAMES; the calls behind the sample as a list in the order in which they were asked."""
    makers = {key: made for key, made in row.items() if key.endswith(_BY) and isinstance(made, Mapping | None)}
    calls = [{"stage": key.removesuffix(_BY), **made} for key, made in makers.items() if made]
    whole: dict[str, Any] = {**{key: value for key, value in row.items() if key not in makers}, "calls": calls}
    found: dict[str, Any] = {}
    more = {key: value for key, value in whole.items() if key not in COLUMNS}
    for name, kind in COLUMNS.items():
        found[name], fits = _fitted(whole.get(name), kind)
        if not fits:
            more[name] = whole[name]
    found["more"] = json.dumps(more, ensure_ascii=False, sort_keys=True) if more else None
    return found


def _fitted(value: Any, kind: Kind) -> tuple[Any, bool]:
    """The value as its kind has it, and whether that is all of it."""
    if value is None:
        return None, True
    if isinstance(kind, list):
        return _list(value, kind[0])
    if isinstance(kind, dict):
        return _fields(value, kind)
    return _leaf(value, kind)


def _list(value: Any, kind: Kind) -> tuple[Any, bool]:
    if not isinstance(value, list | tuple):
        return None, False
    pairs = [_fitted(each, kind) for each in value]
    return [each for each, _ in pairs], all(fits for _, fits in pairs)


def _fields(value: Any, kinds: Mapping[str, Kind]) -> tuple[Any, bool]:
    if not isinstance(value, Mapping):
        return None, False
    pairs = {name: _fitted(value.get(name), kind) for name, kind in kinds.items()}
    whole = value.keys() <= kinds.keys() and all(fits for _, fits in pairs.values())
    return {name: each for name, (each, _) in pairs.items()}, whole


def _leaf(value: Any, kind: type) -> tuple[Any, bool]:
    if kind is float and type(value) is int and abs(value) <= _EXACT:
        return float(value), True
    if type(value) is not kind or (isinstance(value, int) and abs(value) > _LARGEST):
        return None, False
    return value, True
