"""Seed sets: read a file that somebody brought, say what is in it, take it in, edit it until it is used, export it."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from core.catalogue import shipped_seeds
from core.domain.naming import clean_name, clean_text, slug
from core.domain.people import Action, Principal
from core.domain.seeds import SeedDraft, SeedExample, SeedSet
from core.errors import ConflictError, ImportRejectedError, NotFoundError, StoreError
from core.interchange.files import Written, write_lines
from core.interchange.seeds import apart
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
from core.interchange.seeds.repeats import repeats
from core.services.context import Context
from core.services.seed_databases import SeedDatabases
from core.services.seed_edits import SeedEdits
from core.services.seed_records import ExamplePage, Leave, Look, SetView, ShippedSet, Taking
from core.services.shelf import Shelf
from core.services.uploads import Upload, Uploads
from core.store import events, seed_files, seeds
from core.store.database import Tx
from core.store.space import SpaceGuard

__all__ = [
    "BadRow",
    "ExamplePage",
    "Field",
    "FieldMap",
    "Format",
    "Leave",
    "Look",
    "NearPair",
    "ReadOptions",
    "Repeats",
    "SeedFile",
    "SeedService",
    "SetView",
    "Shape",
    "ShippedSet",
    "Taking",
    "Upload",
]
_LOOKS, _REPEATS, _FIGURES, _PAGE = 2, 8, 500, 500


class SeedService(SeedEdits, SeedDatabases):
    """See the module; changes of examples are in `seed_edits`, SQLite files in `seed_databases`."""

    def __init__(self, context: Context) -> None:
        SeedEdits.__init__(self, context)
        SeedDatabases.__init__(self, context)
        self.uploads = Uploads(context.settings)
        self._looks = Shelf(_LOOKS)
        self._repeats = Shelf(_REPEATS)
        self._figures = Shelf(_FIGURES)

    def sets(self, project_id: str, *, removed: bool = False) -> list[SetView]:
        """All versions, by name, the newest version of each first."""
        with self._c.store.read() as tx:
            return self._views(tx, project_id, seeds.page(tx, project_id, removed=removed))

    def get(self, project_id: str, set_id: int) -> SetView:
        """One version; raises NotFoundError."""
        with self._c.store.read() as tx:
            return self._views(tx, project_id, [seeds.get(tx, project_id, set_id)])[0]

    def _views(self, tx: Tx, project_id: str, found: Sequence[SeedSet]) -> list[SetView]:
        runs = seeds.runs_of(tx, project_id)
        return [
            SetView(
                one,
                counted.answered,
                counted.with_final,
                counted.repeats,
                runs.get(one.id, 0),
                seed_files.size(self._c.settings, one.database),
            )
            for one in found
            for counted in [self._counted(tx, one)]
        ]

    def _counted(self, tx: Tx, one: SeedSet) -> seeds.Figures:
        """What is counted of a set, remembered until it changes."""

        def count() -> seeds.Figures:
            return seeds.figures(tx, one.project_id, [one.id]).get(one.id, seeds.Figures())

        return self._figures.get((one.id, one.version), count)

    def page(self, project_id: str, set_id: int, *, text: str = "", start: int = 0, size: int = 50) -> ExamplePage:
        """Examples in which `text` stands, in the order of the set."""
        with self._c.store.read() as tx:
            chosen = seeds.get(tx, project_id, set_id)
            found, total = seeds.search(
                tx, chosen.id, clean_text(text[:200]), start=max(0, start), size=min(size, _PAGE)
            )
        return ExamplePage(tuple(found), total)

    def example(self, project_id: str, example_id: int) -> SeedExample:
        """One example; raises NotFoundError."""
        with self._c.store.read() as tx:
            found = seeds.example(tx, example_id)
            seeds.get(tx, project_id, found.set_id)
            return found

    def repeats(self, project_id: str, set_id: int) -> Repeats:
        """Examples of the set, by position, that ask the same or nearly the same; remembered until the set changes."""
        with self._c.store.read() as tx:
            chosen = seeds.get(tx, project_id, set_id)
            return self._repeats.get((chosen.id, chosen.version), lambda: repeats(seeds.keys(tx, chosen.id)))

    def keep(self, content: bytes, name: str) -> Upload:
        """Keep an uploaded file for a day, so that it can be looked at again and again."""
        return self.uploads.keep(content, name)

    def look(self, upload: Upload, options: ReadOptions | None = None) -> Look:
        """What is in the file, read in a process of its own; the last few answers are remembered, refusals too.

        ImportRejectedError says in one sentence why the file as a whole cannot be read.
        """
        key = (upload.digest, upload.name, repr(options or ReadOptions()))
        return self._looks.get(key, lambda: self.read(self.uploads.content(upload.digest), upload.name, options))

    def read(self, content: bytes, name: str, options: ReadOptions | None = None) -> Look:
        """The same for a file in hand, not remembered."""
        begun = time.monotonic()
        file = apart.read_apart(content, name, options)
        return Look(name, hashlib.sha256(content).hexdigest(), file, time.monotonic() - begun)

    def take_in(self, who: Principal, project_id: str, look: Look, taking: Taking, *, token: str) -> SeedSet:
        """A new set, or a new version of one, from what was looked at: all of it or nothing. A token makes one."""
        drafts = _taken(look.file, taking)
        row = {
            "task_type": look.file.task_type,
            "source": clean_text(look.name)[:200],
            "lineage": _lineage(look, taking, len(drafts)),
            "database": "",
        }
        return self._store(who, project_id, taking, row, drafts, token)

    def _store(
        self,
        who: Principal,
        project_id: str,
        taking: Taking,
        row: dict[str, Any],
        drafts: Sequence[SeedDraft],
        token: str,
    ) -> SeedSet:
        who.must(Action.SEEDS)
        name, at = clean_name(taking.name, "name of the seed set"), self._c.clock()
        if told := SpaceGuard(self._c.settings).short():
            raise StoreError(told, "Then import again.")
        rows = seeds.packed(drafts)
        with self._c.store.write() as tx:
            if known := seeds.find_by_token(tx, project_id, token):
                return known
            last = seeds.number_of(tx, project_id, name)
            if bool(last) != taking.new_version:
                raise _misnamed(name, last)
            whole = {**row, "name": name, "project_id": project_id, "created_by": who.name, "created_at": at}
            set_id = seeds.insert_packed(tx, {**whole, "token": token}, rows)
            after = {"name": name, "version": last + 1, "examples": len(drafts), "source": row["source"]}
            events.append(tx, project_id, who.name, at, "seeds taken in", ("seed_set", set_id), after=after)
            return seeds.get(tx, project_id, set_id)

    def export_file(self, project_id: str, set_id: int) -> Written:
        """All examples as JSON lines among the exports; reading the file gives the same examples."""
        with self._c.store.read() as tx:
            chosen = seeds.get(tx, project_id, set_id)
            stem = f"seeds-{slug(chosen.name, 'set')}-v{chosen.number}"
            return write_lines(self._c.settings.exports, stem, ".jsonl", _lines(tx, chosen.id))

    def shipped(self) -> Sequence[ShippedSet]:
        """Sets that come with the studio."""
        return [
            ShippedSet(s.key, s.name, s.about, s.task_type, len(shipped_seeds.examples(s)), bool(s.database))
            for s in shipped_seeds.sets()
        ]

    def add_shipped(self, who: Principal, project_id: str, key: str, *, token: str) -> SeedSet:
        """Take one of them in; where it is there already it gets a new version."""
        found = next((one for one in shipped_seeds.sets() if one.key == key), None)
        if found is None:
            raise NotFoundError(f"No set {key[:80]!r} comes with the studio.", "Choose one of the list.")
        who.must(Action.SEEDS)
        with self._c.store.read() as tx:
            taking = Taking(found.name, new_version=seeds.number_of(tx, project_id, found.name) > 0)
        content = shipped_seeds.database(found)
        row = {
            "task_type": found.task_type,
            "source": "shipped with the studio",
            "lineage": {"shipped": found.key},
            "database": seed_files.keep(self._c.settings, content) if content else "",
        }
        return self._store(who, project_id, taking, row, shipped_seeds.examples(found), token)


def _misnamed(name: str, last: int) -> ConflictError:
    if last:
        return ConflictError(f"There is a seed set {name!r} already.", "Choose another name, or add a version to it.")
    return ConflictError(f"There is no seed set {name!r} to add a version to.", "Make a new set of this name.")


def _taken(file: SeedFile, taking: Taking) -> list[SeedDraft]:
    """The examples that go in; raises ImportRejectedError for bad rows that nobody agreed to leave out."""
    if file.bad and not taking.leave_out_bad:
        first, count = file.bad[0], len(file.bad)
        more = f" In all {count:,} rows cannot be used." if count > 1 else ""
        hint = "Mend them, or leave them out and keep the file of rejected rows."
        raise ImportRejectedError(0, f"{file.counted} {first.line}: {first.reason}{more}", hint)
    left = {
        Leave.NONE: frozenset(),
        Leave.EXACT: file.repeats.exact_extra,
        Leave.NEAR: file.repeats.near_extra,
    }[taking.leave_out]
    drafts = [draft for place, draft in enumerate(file.drafts) if place not in left]
    if not drafts:
        raise ImportRejectedError(0, "There is no example to take in.", "Choose the field that holds the question.")
    return drafts


def _lineage(look: Look, taking: Taking, count: int) -> dict[str, Any]:
    file = look.file
    return {
        "file": clean_text(look.name)[:200],
        "sha256": look.digest,
        "format": file.format.value,
        "shape": file.shape.value,
        "fields": asdict(file.fields),
        "rows": file.rows,
        "bad": len(file.bad),
        "repeats_left_out": len(file.drafts) - count,
        "left_out": taking.leave_out.value,
    }


def _lines(tx: Tx, set_id: int) -> Iterator[str]:
    for example in seeds.examples(tx, set_id):
        row = {part: getattr(example, part) for part in SeedDraft.model_fields}
        yield json.dumps(row, ensure_ascii=False, allow_nan=False)
