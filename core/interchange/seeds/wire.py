"""How the reading process hands over a SeedFile: JSON, since it must not be able to run anything here."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from core.domain.seeds import SeedDraft
from core.domain.strategies import TaskType
from core.interchange.seeds.model import (
    BadRow,
    Field,
    FieldMap,
    Format,
    NearPair,
    ReadOptions,
    Repeats,
    SeedFile,
    Shape,
)

_PARTS = ("question", "answer", "context", "options", "final", "meta")


def dump(file: SeedFile) -> bytes:
    """The file as JSON."""
    head = {
        "format": file.format,
        "shape": file.shape,
        "reason": file.reason,
        "task": file.task_type,
        "rows": file.rows,
        "fields": asdict(file.fields),
        "offers": [(offer.name, offer.filled, offer.first) for offer in file.offers],
        "drafts": [[getattr(draft, part) for part in _PARTS] for draft in file.drafts],
        "lines": file.lines,
        "bad": [(row.line, row.reason, row.raw) for row in file.bad],
        "exact": file.repeats.exact,
        "near": [(pair.first, pair.second, pair.score) for pair in file.repeats.near],
        "searched": file.repeats.searched,
        "notes": file.notes,
        "counted": file.counted,
    }
    return json.dumps(head, ensure_ascii=False, separators=(",", ":"), default=str).encode("utf-8", "replace")


def load(content: bytes) -> SeedFile:
    """What `dump` made."""
    head = json.loads(content)
    near = tuple(NearPair(*pair) for pair in head["near"])
    return SeedFile(
        format=Format(head["format"]),
        shape=Shape(head["shape"]),
        reason=head["reason"],
        task_type=TaskType(head["task"]),
        rows=head["rows"],
        fields=_map(head["fields"]),
        offers=tuple(Field(name, filled, tuple(first)) for name, filled, first in head["offers"]),
        drafts=tuple(SeedDraft(**dict(zip(_PARTS, parts, strict=True))) for parts in head["drafts"]),
        lines=tuple(head["lines"]),
        bad=tuple(BadRow(*row) for row in head["bad"]),
        repeats=Repeats(tuple(tuple(group) for group in head["exact"]), near, head["searched"]),
        notes=tuple(head["notes"]),
        counted=head["counted"],
    )


def _map(values: dict[str, Any]) -> FieldMap:
    return FieldMap(**{**values, "options": tuple(values["options"])})


def dump_options(options: ReadOptions) -> dict[str, Any]:
    """Choices as plain values."""
    return asdict(options)


def load_options(values: dict[str, Any]) -> ReadOptions:
    """What `dump_options` made."""
    return ReadOptions(
        format=Format(values["format"]) if values["format"] else None,
        shape=Shape(values["shape"]) if values["shape"] else None,
        task_type=TaskType(values["task_type"]) if values["task_type"] else None,
        fields=_map(values["fields"]) if values["fields"] else None,
        delimiter=values["delimiter"],
    )
