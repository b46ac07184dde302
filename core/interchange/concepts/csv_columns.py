"""Which column of a CSV file holds what: guessed from the headers, overruled by the person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.taxonomy import NodeKind
from core.errors import ImportRejectedError
from core.interchange.concepts.model import ReadOptions

FIELDS = (
    *("path", "id", "parent", "name", "kind", "description", "synonyms", "scope_note", "notation", "uri"),
    *("language", "state", "by", "at", "more"),
)
_WORDS: dict[str, tuple[str, ...]] = {
    "path": ("path", "full path", "hierarchy", "category path"),
    "id": ("id", "key", "node id", "concept id", "identifier"),
    "parent": ("parent", "parent id", "parent key", "broader", "broader id"),
    "name": ("name", "label", "term", "title", "preferred label", "pref label", "preflabel", "concept"),
    "kind": ("kind", "type"),
    "description": ("description", "definition"),
    "synonyms": ("synonyms", "synonym", "alt labels", "altlabels", "alternative labels", "altlabel", "alt label"),
    "scope_note": ("scope note", "scopenote", "note"),
    "notation": ("notation", "code"),
    "uri": ("uri", "iri", "concept uri"),
    "language": ("language", "lang"),
    "state": ("state", "status"),
    "by": ("by", "verified by"),
    "at": ("at", "verified at"),
    "more": ("more",),
}
_LEVEL = re.compile(r"(?:level|lvl|tier|l) ?(\d{1,2})")
_KINDS = {kind.value.replace("_", " "): number for number, kind in enumerate(NodeKind)} | {"subfield": 1}


@dataclass(frozen=True, slots=True)
class Layout:
    """Places of the columns. Exactly one of `path`, `id` and `levels` says where a row belongs."""

    at: dict[str, int]
    levels: tuple[int, ...] = ()

    @property
    def way(self) -> str:
        """How a row says where it belongs: "levels", "path", "parent" or, without any of them, "flat"."""
        if self.levels:
            return "levels"
        if "parent" in self.at and "id" in self.at:
            return "parent"
        return "path" if "path" in self.at else "flat"


def _plain(header: str) -> str:
    return re.sub(r"[\s_-]+", " ", header).strip().casefold()


def layout(headers: Sequence[str], options: ReadOptions) -> Layout:
    """Where everything stands; refuses what would be ambiguous."""
    _refuse_twins(headers)
    at = _chosen(headers, options) if options.columns else _guessed(headers)
    levels = tuple(_place(headers, name) for name in options.levels)
    if not levels and not {"path", "parent"} & set(at):
        levels = _guessed_levels(headers)
    if levels:
        at.pop("name", None)
        at = {name: place for name, place in at.items() if place not in levels}
    found = Layout(at, levels)
    if found.way in {"parent", "flat"} and "name" not in at:
        hint = "Name the columns: a path, or id, parent and name, or one column per level."
        raise ImportRejectedError(1, "No column holds the names.", hint)
    return found


def guessed(headers: Sequence[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """What the headers look like: header by field, and the headers of levels."""
    at = _guessed(headers)
    levels = _guessed_levels(headers) if not {"path", "parent"} & set(at) else ()
    if levels:
        at = {name: place for name, place in at.items() if place not in levels and name != "name"}
    return {name: headers[place] for name, place in at.items()}, tuple(headers[place] for place in levels)


def _refuse_twins(headers: Sequence[str]) -> None:
    seen: set[str] = set()
    for header in headers:
        name = _plain(header)
        if name and name in seen:
            raise ImportRejectedError(1, f"The header {header[:80]!r} stands twice.", "Rename one of the columns.")
        seen.add(name)


def _chosen(headers: Sequence[str], options: ReadOptions) -> dict[str, int]:
    unknown = set(options.columns) - set(FIELDS)
    if unknown:
        raise ImportRejectedError(0, f"{min(unknown)!r} is nothing a column can hold.", f"Use {', '.join(FIELDS)}.")
    return {field: _place(headers, header) for field, header in options.columns.items() if header}


def _place(headers: Sequence[str], wanted: str) -> int:
    for place, header in enumerate(headers):
        if _plain(header) == _plain(wanted):
            return place
    raise ImportRejectedError(1, f"There is no column {wanted[:80]!r}.", "Choose one of the headers of the file.")


def _guessed(headers: Sequence[str]) -> dict[str, int]:
    names = [_plain(header) for header in headers]
    found: dict[str, int] = {}
    for field, words in _WORDS.items():
        place = next((names.index(word) for word in words if word in names), None)
        if place is not None:
            found[field] = place
    return found


def _guessed_levels(headers: Sequence[str]) -> tuple[int, ...]:
    names = [_plain(header) for header in headers]
    numbered = {int(m.group(1)): place for place, name in enumerate(names) if (m := _LEVEL.fullmatch(name))}
    if not numbered:
        numbered = {_KINDS[name]: place for place, name in enumerate(names) if name in _KINDS}
    return tuple(place for _, place in sorted(numbered.items()))
