"""Seed sets that come with the studio: `data/seeds/sets.yaml` names them, a file of JSON lines holds each."""

from __future__ import annotations

import json
from functools import cache

from pydantic import BaseModel, ConfigDict

from core.catalogue.load import read_yaml
from core.domain.seeds import SeedDraft
from core.domain.strategies import TaskType
from core.settings import DATA

_FOLDER = DATA / "seeds"


class SeedSetEntry(BaseModel):
    """One set; `database` names its SQLite file, "" for none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    name: str
    about: str
    task_type: TaskType
    database: str = ""


class _Listed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    sets: tuple[SeedSetEntry, ...]


@cache
def sets() -> tuple[SeedSetEntry, ...]:
    """All of them, in the order of the list."""
    return read_yaml(_FOLDER / "sets.yaml", _Listed).sets


@cache
def examples(entry: SeedSetEntry) -> tuple[SeedDraft, ...]:
    """Its examples."""
    lines = (_FOLDER / f"{entry.key}.jsonl").read_text(encoding="utf-8").split("\n")
    return tuple(SeedDraft.model_validate(json.loads(line)) for line in lines if line)


def database(entry: SeedSetEntry) -> bytes:
    """Its SQLite file, b"" for none."""
    return (_FOLDER / entry.database).read_bytes() if entry.database else b""
