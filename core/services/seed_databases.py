"""The SQLite file of a seed set, on which its queries are run: checked, kept by its content, its schema told."""

from __future__ import annotations

from core.domain.naming import clean_text
from core.domain.people import Action, Principal
from core.domain.seeds import SeedSet
from core.errors import InvalidInputError
from core.interchange.seeds import databases
from core.services.context import Context
from core.services.seed_edits import editable
from core.services.shelf import Shelf
from core.store import events, seed_files, seeds

_SCHEMAS = 8


class SeedDatabases:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context
        self._schemas = Shelf(_SCHEMAS)

    def attach_database(self, who: Principal, project_id: str, set_id: int, content: bytes, name: str) -> SeedSet:
        """Keep a SQLite file for the queries of the set; ImportRejectedError when it is none or not sound."""
        who.must(Action.SEEDS)
        with self._c.store.read() as tx:
            editable(tx, project_id, set_id)
        kept = databases.as_kept(content, name)
        databases.schema_of(kept)
        return self._set(who, project_id, set_id, seed_files.keep(self._c.settings, kept), clean_text(name)[:200])

    def detach_database(self, who: Principal, project_id: str, set_id: int) -> SeedSet:
        """The set has no SQLite file any more."""
        who.must(Action.SEEDS)
        return self._set(who, project_id, set_id, "", "")

    def _set(self, who: Principal, project_id: str, set_id: int, digest: str, name: str) -> SeedSet:
        at = self._c.clock()
        with self._c.store.write() as tx:
            before = editable(tx, project_id, set_id)
            seeds.set_database(tx, set_id, digest)
            events.append(
                tx,
                project_id,
                who.name,
                at,
                "seed database",
                ("seed_set", set_id),
                before=before.database,
                after={"file": name, "sha256": digest},
            )
            return seeds.get(tx, project_id, set_id)

    def schema(self, project_id: str, set_id: int) -> str:
        """The CREATE statements of the set's SQLite file; "" without one."""
        with self._c.store.read() as tx:
            digest = seeds.get(tx, project_id, set_id).database
        if not digest:
            return ""
        return self._schemas.get(digest, lambda: databases.schema_of(seed_files.content(self._c.settings, digest)))

    def fill_context(self, who: Principal, project_id: str, set_id: int) -> int:
        """Put the schema of the SQLite file into examples that have no context; how many."""
        who.must(Action.SEEDS)
        schema, at = self.schema(project_id, set_id), self._c.clock()
        if not schema:
            raise InvalidInputError("The seed set has no SQLite file.", "Attach one first.")
        with self._c.store.write() as tx:
            editable(tx, project_id, set_id)
            count = seeds.set_contexts(tx, set_id, schema)
            seeds.touch(tx, set_id)
            events.append(tx, project_id, who.name, at, "seed schema", ("seed_set", set_id), after={"examples": count})
            return count
