"""Taxonomies as files: read one that somebody brought, say what it would change, bring it in, take one out."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from core.domain.naming import clean_text, slug
from core.domain.people import Action, Principal
from core.errors import ConflictError, ImportRejectedError, InvalidInputError, InvalidTransitionError, StoreError
from core.interchange.concepts import apart, csv_columns, csv_file, formats
from core.interchange.concepts.formats import FORMATS, Format
from core.interchange.concepts.model import BROADER, ConceptFile, ReadOptions
from core.interchange.files import Written, write_parts
from core.services.actions import Actions
from core.services.context import Context
from core.services.import_known import Known
from core.services.import_made import ImportPlan
from core.services.import_plan import plan
from core.services.import_report import Choices, ImportReport, ReportRow, TextChoice, TwinChoice, What, digest_of
from core.services.import_writing import write
from core.services.shelf import Shelf
from core.services.tree_exporting import base_of, checked_base, concept_file
from core.services.uploads import Upload, Uploads
from core.store import actions, concept_schemes, nodes, projects
from core.store.concept_schemes import Scheme
from core.store.database import Tx
from core.store.node_bulk import Words
from core.store.node_takeover import KnownNode
from core.store.space import SpaceGuard

__all__ = [
    "COLUMN_FIELDS",
    "FORMATS",
    "Choices",
    "Format",
    "Headers",
    "ImportReport",
    "Imported",
    "ReadOptions",
    "Reading",
    "ReportRow",
    "TextChoice",
    "TreeFiles",
    "TwinChoice",
    "Upload",
    "What",
]
_READINGS, _REPORTS = 2, 3
COLUMN_FIELDS = csv_columns.FIELDS


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that was read; nothing of it is in the project yet."""

    name: str
    format: Format
    file: ConceptFile
    seconds: float


@dataclass(frozen=True, slots=True)
class Headers:
    """The columns of a CSV file: all, the one for each field, those that are levels of the tree."""

    every: tuple[str, ...]
    fields: Mapping[str, str]
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: its action, for undo, and the first new node, for a link."""

    action_id: int | None
    first: int | None
    new: int
    changed: int


class TreeFiles:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context
        self._actions = Actions(context)
        self.uploads = Uploads(context.settings)
        self._readings = Shelf(_READINGS)
        self._reports = Shelf(_REPORTS)

    def guess(self, name: str, content: bytes) -> Format:
        """The format that name and content look like."""
        return formats.guess(name, content)

    def read(
        self, content: bytes, name: str, options: ReadOptions | None = None, *, format_: Format | None = None
    ) -> Reading:
        """Read a file in a process of its own; ImportRejectedError says in one sentence why it cannot be."""
        chosen, begun = format_ or formats.guess(name, content), time.monotonic()
        file = apart.read_apart(content, name, options, format_=chosen)
        return Reading(name, chosen, file, time.monotonic() - begun)

    def reading(self, upload: Upload, options: ReadOptions, format_: Format) -> Reading:
        """The same for a file that was kept; the last few are remembered, refusals too."""
        key = (upload.digest, upload.name, format_.name, repr(options))
        return self._readings.get(
            key, lambda: self.read(self.uploads.content(upload.digest), upload.name, options, format_=format_)
        )

    def headers(self, upload: Upload, options: ReadOptions) -> Headers:
        """The columns of a CSV file that was kept, and what they look like."""
        found = csv_file.headers_of(self.uploads.content(upload.digest), options.delimiter)
        return Headers(found, *csv_columns.guessed(found))

    def dry_run(
        self, project_id: str, reading: Reading, choices: Choices | None = None, *, parent_id: int | None = None
    ) -> ImportReport:
        """What importing it at the top, or below a node, would do. Nothing is written."""
        chosen = choices or Choices()
        with self._c.store.read() as tx:
            revision = actions.revision(tx, project_id)
        key = (project_id, id(reading), repr(chosen), parent_id, revision)
        return self._reports.get(key, lambda: self._planned(project_id, reading, chosen, parent_id)[1], holds=reading)

    def _planned(
        self, project_id: str, reading: Reading, choices: Choices, parent_id: int | None
    ) -> tuple[ImportPlan, ImportReport]:
        with self._c.store.read() as tx:
            revision = actions.revision(tx, project_id)
            known = Known.of(tx, project_id, base_of(concept_schemes.of(tx, project_id), project_id))
            parent = _parent(tx, project_id, known, parent_id)
        made = plan(reading.file, known, parent, choices)
        return made, _report(reading.file, choices, made, revision)

    def import_(
        self,
        who: Principal,
        project_id: str,
        reading: Reading,
        choices: Choices | None = None,
        *,
        report: ImportReport,
        token: str,
        parent_id: int | None = None,
    ) -> Imported:
        """Bring the file in as the report says: all of it in one action, or nothing.

        ConflictError carries the new report when the tree changed so that another thing would happen.
        """
        who.must(Action.EDIT)
        self._refuse_full()
        chosen = choices or Choices()
        made, now = self._planned(project_id, reading, chosen, parent_id)
        if now.digest != report.digest:
            raise ConflictError(
                "The taxonomy changed since the report was made, and something else would happen now.",
                "Look at the new report, then import.",
                current=now,
            )
        if now.refused:
            raise ImportRejectedError(0, f"{now.counts[What.REFUSED]:,} lines are refused.", "Mend or leave them out.")
        return self._write(who, project_id, reading, made, now, token, top=parent_id is None)

    def _write(
        self,
        who: Principal,
        project_id: str,
        reading: Reading,
        made: ImportPlan,
        report: ImportReport,
        token: str,
        *,
        top: bool,
    ) -> Imported:
        words = [Words.of(row) for row in made.rows]
        with self._actions.act(who, project_id, "imported") as action:
            tx = action.tx
            if not projects.spend_token(tx, f"import:{token}", action.at):
                raise InvalidTransitionError("This file was imported already.", "Look at the tree, or undo it.")
            before = actions.page(tx, project_id, below=action.id, size=1)
            if (before[0].id if before else 0) != report.revision:
                raise ConflictError("Somebody changed the taxonomy just now.", "Import again.")
            if top:
                _adopt(tx, project_id, reading.file)
            ids = write(action, project_id, who.name, made, words)
            changed = report.writes - len(ids)
            action.title = f"Imported {len(ids):,} nodes from {clean_text(reading.name)[:200]}"
            action.after = {"new": len(ids), "changed": changed, "file": clean_text(reading.name)[:200]}
            first = ids[0] if ids else None
            action.entity = ("node", first) if first else action.entity
        with self._c.store.read() as tx:
            newest = actions.undoable(tx, project_id, who.name)
        done = newest.id if newest and newest.id == action.id else None
        return Imported(done, first, len(ids), changed)

    def _refuse_full(self) -> None:
        if told := SpaceGuard(self._c.settings).short():
            raise StoreError(told, "Then import again.")

    def scheme(self, project_id: str) -> tuple[str, str]:
        """(what the URIs of nodes begin with, what was set by a person or "")."""
        with self._c.store.read() as tx:
            scheme = concept_schemes.of(tx, project_id)
        return base_of(scheme, project_id), scheme.base_uri

    def set_base(self, who: Principal, project_id: str, base: str) -> None:
        """Choose what the URIs of nodes begin with; "" = the usual one."""
        wanted = checked_base(base)
        with self._actions.act(who, project_id, "addressed") as action:
            scheme = concept_schemes.of(action.tx, project_id)
            concept_schemes.save(action.tx, project_id, Scheme(**{**scheme.model_dump(), "base_uri": wanted}))
            action.title = f"Addresses begin with {base_of(Scheme(base_uri=wanted), project_id)}"

    def export(self, project_id: str, format_: Format, *, below: int | None = None, language: str = "") -> bytes:
        """Everything that is not removed, or one branch, from one snapshot."""
        with self._c.store.read() as tx:
            branch = nodes.get(tx, project_id, below) if below is not None else None
            file = concept_file(tx, projects.get(tx, project_id), below=branch, language=language)
        if not file.concepts:
            raise InvalidInputError("There is no node to export.", "Add one first.")
        return formats.write(file, format_)

    def export_file(self, project_id: str, format_: Format, *, below: int | None = None, language: str = "") -> Written:
        """The same as a file among the exports, whole or not at all; its name carries the hash of the content."""
        content = self.export(project_id, format_, below=below, language=language)
        with self._c.store.read() as tx:
            name = projects.get(tx, project_id).name
        stem = f"taxonomy-{slug(name, 'project')}"
        return write_parts(self._c.settings.exports, stem, format_.extensions[0], [content])


def _parent(tx: Tx, project_id: str, known: Known, parent_id: int | None) -> KnownNode | None:
    if parent_id is None:
        return None
    node = nodes.get(tx, project_id, parent_id)
    if known.removed_above(known.by_id[node.id]):
        raise InvalidInputError(f"{node.name!r} is removed.", "Restore it first, or choose another place.")
    return known.by_id[node.id]


def _report(file: ConceptFile, choices: Choices, made: ImportPlan, revision: int) -> ImportReport:
    resolved = choices.twins is not TwinChoice.REFUSE
    troubled = [trouble for trouble in file.troubles if trouble.refuses and not (trouble.twin and resolved)]
    return ImportReport(
        rows=tuple(made.told),
        counts=Counter(row.what for row in made.told),
        kinds=Counter(row.kind for row in made.rows),
        levels=tuple(made.depths[depth] for depth in range(max(made.depths, default=-1) + 1)),
        languages=file.languages,
        several_parents=sum(any(link.relation == BROADER for link in c.links) for c in file.concepts),
        links=len(made.links),
        verified=len(made.verified) + sum(row.verified is not None for row in made.rows),
        alike=made.alike,
        twins=sum(trouble.twin for trouble in file.troubles),
        removed=made.removed,
        can_leave_out=all(trouble.line for trouble in troubled),
        revision=revision,
        digest=digest_of(made.told),
    )


def _adopt(tx: Tx, project_id: str, file: ConceptFile) -> None:
    """Keep what the file says beside its concepts; its address and title where the project has no nodes yet."""
    before = concept_schemes.of(tx, project_id)
    fresh = nodes.count(tx, project_id) == 0
    after = concept_schemes.with_more(before, file.base_uri if fresh else "", file.title if fresh else "", file.about)
    if after != before:
        concept_schemes.save(tx, project_id, after)
