"""A plain table of verdicts, in CSV, JSON or Parquet: sample id or content hash, person, verdict, reason, note."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from core.interchange.seeds.values import Fields
from core.interchange.verdicts.model import Heard
from core.interchange.verdicts.plain import joined, person_of

VERDICTS: Final = ("verdict", "review", "decision", "label", "judgement", "judgment", "status", "rating")
PEOPLE: Final = ("person", "reviewer", "annotator", "user", "by", "name", "email")


def fits(row: Mapping[str, Any]) -> bool:
    """Does it say who said what?"""
    found = Fields.of(row)
    return bool(found.name(*VERDICTS) and found.name(*PEOPLE))


def hear(row: Mapping[str, Any], line: int) -> Iterator[Heard | str]:
    """One row is what one person said."""
    found = Fields.of(row)
    who = found.name(*PEOPLE)
    answers = {name: text for name, value in row.items() if name != who and (text := joined(value))}
    yield Heard(line, person_of(row[who] if who else None), answers, row, row)
