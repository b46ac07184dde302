"""CSV: a row per concept, with a path ("A > B > C"), with id and parent id, or with one column per level.

Strict on purpose: a row with a field too few or too many is refused, and no word is taken for a missing value.
Cells that a spreadsheet would run as a formula are written with an apostrophe in front, see `interchange/formulas`.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.domain.naming import name_key
from core.domain.taxonomy import NodeKind
from core.errors import ImportRejectedError
from core.interchange.concepts import csv_columns, more
from core.interchange.concepts.model import MAX_CELL, MAX_CONCEPTS, Concept, ConceptFile, ReadOptions
from core.interchange.concepts.tree import Report, arrange, languages, too_many
from core.interchange.decoding import QUOTING, decode, delimiter_of
from core.interchange.formulas import guarded, undone
from core.interchange.strict_json import loads

FIELDS = csv_columns.FIELDS
_PATH_SEPARATORS = (" > ", ">", " / ", "/", "|", "::", "\\")
_SHAPE = "Count the separators, and put fields that hold one in quotes."


def read(content: bytes, options: ReadOptions | None = None) -> ConceptFile:
    """See the module."""
    options, report = options or ReadOptions(), Report()
    text = decode(content)
    delimiter = options.delimiter or delimiter_of(text)
    if text.count("\n") > MAX_CONCEPTS:
        _refuse_many(text, delimiter)
    rows = _rows(text, delimiter)
    headers = [cell.strip() for cell in next(rows, (0, [""]))[1]]
    sheet = _Sheet(csv_columns.layout(headers, options), options, report)
    concepts = arrange(sheet.concepts(rows), report)
    counted = languages(concepts)
    return ConceptFile("", "", concepts, counted, columns=tuple(headers), troubles=report.told())


def headers_of(content: bytes, delimiter: str = "") -> tuple[str, ...]:
    """The first row, as far as it can be read; for choosing columns."""
    head = content[:MAX_CELL].decode("utf-8-sig", "ignore")
    try:
        row = next(csv.reader(io.StringIO(head, newline="\n"), delimiter=delimiter or delimiter_of(head)), [])
    except csv.Error:
        return ()
    return tuple(dict.fromkeys(cell.strip() for cell in row if cell.strip()))


def _refuse_many(text: str, delimiter: str) -> None:
    for number, (line, _) in enumerate(_rows(text, delimiter)):
        if number > MAX_CONCEPTS:
            raise too_many(line)


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Line and cells of each row; the first one says how many cells there are."""
    reader = csv.reader(io.StringIO(text, newline="\n"), delimiter=delimiter, strict=True)
    width, begins = 0, 1
    try:
        for row in reader:
            line, begins = begins, reader.line_num + 1
            if not any(row):
                continue
            width = width or len(row)
            if len(row) != width:
                reason = f"There are {len(row):,} fields here and {width:,} in the first line."
                raise ImportRejectedError(line, reason, _SHAPE)
            for cell in row:
                if len(cell) * 4 > MAX_CELL and len(cell.encode()) > MAX_CELL:
                    raise ImportRejectedError(line, "A cell is larger than 64 KB.", "Shorten it.")
            yield line, [undone(cell) for cell in row]
    except csv.Error as error:
        reason = "A cell is larger than 64 KB." if "limit" in str(error) else f"This is not CSV: {error}."
        raise ImportRejectedError(begins, reason, QUOTING) from error


@dataclass(slots=True)
class _Sheet:
    """Turns rows into concepts."""

    layout: csv_columns.Layout
    options: ReadOptions
    report: Report

    def concepts(self, rows: Iterable[tuple[int, list[str]]]) -> Iterable[Concept]:
        """In the order of the rows; what stands only in the path of others is made up."""
        if self.layout.way in {"parent", "flat"}:
            return (self._by_parent(line, row) for line, row in rows)
        paths = self._levels(rows) if self.layout.way == "levels" else self._paths(list(rows))
        return self._by_path(paths)

    def _cell(self, row: list[str], field: str) -> str:
        place = self.layout.at.get(field)
        return row[place] if place is not None else ""

    def _by_parent(self, line: int, row: list[str]) -> Concept:
        key = self._cell(row, "id").strip() or (f"row {line}" if "id" not in self.layout.at else "")
        if not key:
            self.report.refuse(line, "The id is empty.")
        parent = self._cell(row, "parent").strip() if self.layout.way == "parent" else ""
        return self._concept(line, row, key or f"row {line}", parent or None, self._cell(row, "name"))

    def _paths(self, rows: list[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str], list[str]]]:
        place = self.layout.at["path"]
        given = self.options.path_separator
        separator = given or next((s for s in _PATH_SEPARATORS if any(s in row[place] for _, row in rows)), " > ")
        for line, row in rows:
            yield line, row, [part.strip() for part in row[place].split(separator)]

    def _levels(self, rows: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str], list[str]]]:
        above: list[str] = []
        for line, row in rows:
            cells = [row[place].strip() for place in self.layout.levels]
            used = [number for number, cell in enumerate(cells) if cell]
            if not used:
                self.report.refuse(line, "All levels are empty.")
                continue
            above = [*above[: used[0]], *cells[used[0] : used[-1] + 1]]
            yield line, row, above

    def _by_path(self, paths: Iterable[tuple[int, list[str], list[str]]]) -> list[Concept]:
        made: dict[tuple[str, ...], Concept] = {}
        implied: set[tuple[str, ...]] = set()
        twins: list[Concept] = []
        for line, row, names in paths:
            if len(made) > MAX_CONCEPTS:
                raise too_many(line)
            if not all(names):
                self.report.refuse(line, "A part of the path is empty.")
                continue
            keys = [name_key(name) for name in names]
            for depth in range(1, len(names)):
                place = tuple(keys[:depth])
                if place not in made:
                    made[place] = Concept(_key(names[:depth]), _above(made, place), names[depth - 1], line=line)
                    implied.add(place)
            place = tuple(keys)
            key = made[place].key if place in made else _key(names)
            concept = self._concept(line, row, key, _above(made, place), names[-1])
            if place in made and place not in implied:
                twins.append(concept)
            else:
                made[place] = concept
                implied.discard(place)
        return [*made.values(), *twins]

    def _concept(self, line: int, row: list[str], key: str, parent: str | None, name: str) -> Concept:
        cell = self._cell
        further = loads(cell(row, "more"), line) if cell(row, "more").strip() else {}
        if not isinstance(further, dict):
            raise ImportRejectedError(line, "The column for more is not as expected.", "Leave it empty.")
        return Concept(
            key,
            parent,
            name,
            description=cell(row, "description"),
            synonyms=self._synonyms(cell(row, "synonyms")),
            scope_note=cell(row, "scope_note"),
            notation=cell(row, "notation"),
            uri=cell(row, "uri").strip(),
            kind=_kind(cell(row, "kind"), line),
            language=cell(row, "language").strip().lower(),
            mark=more.mark(cell(row, "state"), cell(row, "by"), cell(row, "at"), line),
            line=line,
            **more.unpack(further, line),
        )

    def _synonyms(self, cell: str) -> tuple[str, ...]:
        """Separated by "|", or else by ";"; a backslash keeps the next one as it is."""
        separator = self.options.synonym_separator or ("|" if re.search(r"(?<!\\)\|", cell) else ";")
        return split(cell, separator)


def split(cell: str, separator: str) -> tuple[str, ...]:
    """The parts between separators that have no backslash in front."""
    parts = re.split(rf"(?<!\\){re.escape(separator)}", cell)
    return tuple(clean for part in parts if (clean := re.sub(r"\\([|;\\])", r"\1", part).strip()))


def _key(names: list[str]) -> str:
    return " > ".join(name.replace(">", "\\>") for name in names)


def _above(made: dict[tuple[str, ...], Concept], place: tuple[str, ...]) -> str | None:
    return made[place[:-1]].key if len(place) > 1 else None


def _kind(cell: str, line: int) -> NodeKind | None:
    word = re.sub(r"[\s-]+", "_", cell.strip().lower()).replace("subfield", "sub_field")
    if word in set(NodeKind):
        return NodeKind(word)
    if word:
        kinds = ", ".join(kind.label for kind in NodeKind)
        raise ImportRejectedError(line, f"{cell[:80]!r} is no kind.", f"Write {kinds}, or nothing.")
    return None


def write(file: ConceptFile) -> bytes:
    """Id, parent and everything else; a byte order mark in front, without which Excel guesses the encoding."""
    out = io.StringIO(newline="")
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow([field for field in FIELDS if field != "path"])
    for concept in file.concepts:
        rows.writerow([guarded(cell) for cell in _cells(concept)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _cells(concept: Concept) -> list[str]:
    packed = more.pack(concept)
    mark = concept.mark
    return [
        concept.key,
        concept.parent or "",
        concept.name,
        concept.kind or "",
        concept.description,
        " | ".join(re.sub(r"([|;\\])", r"\\\1", word) for word in concept.synonyms),
        concept.scope_note,
        concept.notation,
        concept.uri,
        concept.language,
        mark.state if mark else "",
        mark.by if mark else "",
        more.moment(mark.at) if mark else "",
        json.dumps(packed, ensure_ascii=False) if packed else "",
    ]
