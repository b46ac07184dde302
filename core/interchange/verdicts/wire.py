"""How the reading process hands over a VerdictFile: JSON, since it must not be able to run anything here."""

from __future__ import annotations

import json
from dataclasses import asdict, astuple
from typing import Any

from core.interchange.verdicts.model import Asked, BadRow, ReadOptions, Said, Source, VerdictFile


def dump(file: VerdictFile) -> bytes:
    """The file as JSON."""
    head = {
        "source": file.source,
        "options": dump_options(file.options),
        "rows": file.rows,
        "said": [astuple(said) for said in file.said],
        "asked": [(asked.name, asked.filled, asked.first) for asked in file.asked],
        "fields": file.fields,
        "counted": file.counted,
        "bad": [(row.line, row.reason, row.raw) for row in file.bad],
        "notes": file.notes,
    }
    return json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def load(content: bytes) -> VerdictFile:
    """What `dump` made."""
    head = json.loads(content)
    return VerdictFile(
        Source(head["source"]),
        load_options(head["options"]),
        head["rows"],
        tuple(_said(values) for values in head["said"]),
        tuple(Asked(name, filled, tuple(first)) for name, filled, first in head["asked"]),
        tuple(head["fields"]),
        head["counted"],
        tuple(BadRow(*row) for row in head["bad"]),
        tuple(head["notes"]),
    )


def _said(values: list[Any]) -> Said:
    line, turn, person, word, sample, content, texts, *words = values
    return Said(line, turn, person, word, sample, content, tuple(texts), *words)


def dump_options(options: ReadOptions) -> dict[str, Any]:
    """Choices as plain values."""
    return asdict(options)


def load_options(values: dict[str, Any]) -> ReadOptions:
    """What `dump_options` made."""
    return ReadOptions(**{**values, "source": Source(values["source"]) if values["source"] else None})
