"""Rows of seed sets and their examples."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.domain.naming import name_key
from core.domain.seeds import SeedDraft, SeedExample, SeedSet, seed_key
from core.domain.strategies import TaskType
from core.errors import NotFoundError
from core.store.database import Tx

_FITS = (
    "set_id=:s AND (:t='' OR instr(lower(question||char(10)||context||char(10)||options||char(10)||answer),"
    " lower(:t))>0)"
)


def get(tx: Tx, project_id: str, set_id: int) -> SeedSet:
    """The version of a set; raises NotFoundError."""
    row = tx.row("SELECT * FROM seed_set WHERE id=? AND project_id=?", (set_id, project_id))
    if row is None:
        raise NotFoundError(f"There is no seed set {set_id} in this project.", "Choose one on the Seeds page.")
    return SeedSet.model_validate(row)


def page(tx: Tx, project_id: str, *, removed: bool = False) -> list[SeedSet]:
    """All versions, by name, the newest version first."""
    rows = tx.rows(
        "SELECT * FROM seed_set WHERE project_id=? AND (? OR NOT removed) ORDER BY name_key, number DESC",
        (project_id, removed),
    )
    return [SeedSet.model_validate(row) for row in rows]


Packed = tuple[str, str, str, str, str, str, str]


def packed(drafts: Sequence[SeedDraft]) -> list[Packed]:
    """The values of their rows, worked out before the lock is taken."""
    return [_packed(draft) for draft in drafts]


def _packed(draft: SeedDraft) -> Packed:
    key = seed_key(draft.question, draft.context)
    options, meta = (json.dumps(value, ensure_ascii=False) for value in (draft.options, draft.meta))
    return (draft.question, draft.context, options, draft.answer, draft.final, key, meta)


def insert(tx: Tx, row: Mapping[str, Any], drafts: Sequence[SeedDraft]) -> int:
    """The same as `insert_packed` for a few examples."""
    return insert_packed(tx, row, packed(drafts))


def insert_packed(tx: Tx, row: Mapping[str, Any], rows: Sequence[Packed]) -> int:
    """Store a new version with its examples; its id. A used token raises IntegrityError.

    `row` holds project_id, name, task_type, source, lineage (a dict), database, created_by, created_at and token; the
    version's number is the next one of the name.
    """
    last = number_of(tx, row["project_id"], row["name"])
    set_id = tx.insert(
        "INSERT INTO seed_set(project_id, name, name_key, number, task_type, source, lineage, database, n_examples,"
        " created_by, created_at, token) VALUES (:project_id,:name,:key,:number,:task_type,:source,:lineage,:database,"
        ":n,:created_by,:created_at,:token)",
        {
            **row,
            "key": name_key(row["name"]),
            "number": last + 1,
            "lineage": json.dumps(row["lineage"], ensure_ascii=False),
            "n": len(rows),
        },
    )
    tx.many(
        "INSERT INTO seed_example(set_id, position, question, context, options, answer, final, key, meta)"
        " VALUES (?,?,?,?,?,?,?,?,?)",
        [(set_id, position, *values) for position, values in enumerate(rows)],
    )
    return set_id


def copy(tx: Tx, old: SeedSet, person: str, at: float, token: str) -> int:
    """The next version of a set with the same examples; its id."""
    row = old.model_dump(include={"project_id", "name", "task_type", "source", "database"})
    lineage = {**old.lineage, "version_of": old.number}
    made = insert(tx, {**row, "lineage": lineage, "created_by": person, "created_at": at, "token": token}, ())
    tx.run(
        "INSERT INTO seed_example(set_id, position, question, context, options, answer, final, key, meta)"
        " SELECT ?, position, question, context, options, answer, final, key, meta FROM seed_example WHERE set_id=?",
        (made, old.id),
    )
    tx.run("UPDATE seed_set SET n_examples=? WHERE id=?", (old.n_examples, made))
    return made


def find_by_token(tx: Tx, project_id: str, token: str) -> SeedSet | None:
    """The version that this form already made."""
    row = tx.row("SELECT * FROM seed_set WHERE project_id=? AND token=?", (project_id, token))
    return SeedSet.model_validate(row) if row else None


def freeze(tx: Tx, set_id: int, at: float) -> None:
    """From now on triggers refuse every change of its examples."""
    tx.run("UPDATE seed_set SET frozen_at=?, version=version+1 WHERE id=? AND frozen_at IS NULL", (at, set_id))


def example(tx: Tx, example_id: int) -> SeedExample:
    """One example; raises NotFoundError."""
    row = tx.row("SELECT * FROM seed_example WHERE id=?", (example_id,))
    if row is None:
        raise NotFoundError(f"There is no seed example {example_id}.", "Choose one on the Seeds page.")
    return SeedExample.model_validate(row)


def examples(tx: Tx, set_id: int, *, after: int = -1, size: int = 1_000_000) -> list[SeedExample]:
    """Examples by position, those behind `after`."""
    rows = tx.rows(
        "SELECT * FROM seed_example WHERE set_id=? AND position>? ORDER BY position LIMIT ?", (set_id, after, size)
    )
    return [SeedExample.model_validate(row) for row in rows]


def id_at(tx: Tx, set_id: int, position: int) -> int:
    """The id of the example at this position, of which there is one up to the size of the set."""
    return int(tx.value("SELECT id FROM seed_example WHERE set_id=? AND position=?", (set_id, position)))


def ids(tx: Tx, set_id: int) -> list[int]:
    """Ids of all examples by position, in one value: enough to plan with, whatever their texts weigh."""
    sql = "SELECT json_group_array(id) FROM (SELECT id FROM seed_example WHERE set_id=? ORDER BY position)"
    return [int(each) for each in json.loads(tx.value(sql, (set_id,)))]


def longest(tx: Tx, set_id: int) -> int:
    """Bytes of the longest question with its context and options."""
    return int(
        tx.value(
            "SELECT max(length(CAST(question AS BLOB)) + length(CAST(context AS BLOB)) + length(CAST(options AS BLOB)))"
            " FROM seed_example WHERE set_id=?",
            (set_id,),
        )
        or 0
    )


def repeated(tx: Tx, set_id: int) -> dict[str, list[int]]:
    """Key -> positions of examples that ask the same, those that come up more than once."""
    rows = tx.rows(
        "SELECT key, json_group_array(position) AS positions FROM (SELECT key, position FROM seed_example WHERE"
        " set_id=? ORDER BY position) GROUP BY key HAVING count(*) > 1 ORDER BY min(position)",
        (set_id,),
    )
    return {row["key"]: json.loads(row["positions"]) for row in rows}


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted of a set: examples with an answer, with a final answer, and those that repeat an earlier one."""

    answered: int = 0
    with_final: int = 0
    repeats: int = 0


def figures(tx: Tx, project_id: str, sets: Sequence[int]) -> dict[int, Figures]:
    """Of these sets; those without examples are missing."""
    rows = tx.rows(
        "SELECT e.set_id, sum(e.answer<>'') AS answered, sum(e.final<>'') AS with_final,"
        " count(*) - count(DISTINCT e.key) AS repeats FROM seed_set s JOIN seed_example e ON e.set_id=s.id"
        " WHERE s.project_id=? AND s.id IN (SELECT value FROM json_each(?)) GROUP BY e.set_id",
        (project_id, json.dumps(list(sets))),
    )
    return {row["set_id"]: Figures(row["answered"], row["with_final"], row["repeats"]) for row in rows}


def with_finals(tx: Tx, project_id: str) -> frozenset[int]:
    """The sets in which at least one example has a final answer to compare with."""
    rows = tx.rows(
        "SELECT id FROM seed_set s WHERE project_id=? AND EXISTS"
        " (SELECT 1 FROM seed_example e WHERE e.set_id=s.id AND e.final<>'')",
        (project_id,),
    )
    return frozenset(row["id"] for row in rows)


def runs_of(tx: Tx, project_id: str) -> dict[int, int]:
    """How many runs have each set in their plan."""
    rows = tx.rows(
        "SELECT t.atom AS set_id, count(DISTINCT r.id) AS n FROM run r, json_tree(r.plan) t"
        " WHERE r.project_id=? AND t.key='seed_set' AND t.type='integer' GROUP BY t.atom",
        (project_id,),
    )
    return {row["set_id"]: row["n"] for row in rows}


def search(tx: Tx, set_id: int, text: str, *, start: int, size: int) -> tuple[list[SeedExample], int]:
    """Examples in whose texts `text` stands, ASCII case ignored, and how many there are; all of them for ""."""
    wanted = {"s": set_id, "t": text, "a": start, "n": size}
    total = tx.value(f"SELECT count(*) FROM seed_example WHERE {_FITS}", wanted)  # noqa: S608 - a constant
    sql = f"SELECT * FROM seed_example WHERE {_FITS} ORDER BY position LIMIT :n OFFSET :a"  # noqa: S608 - a constant
    rows = tx.rows(sql, wanted)
    return [SeedExample.model_validate(row) for row in rows], int(total)


def keys(tx: Tx, set_id: int) -> list[str]:
    """Keys of all examples by position."""
    return [row["key"] for row in tx.rows("SELECT key FROM seed_example WHERE set_id=? ORDER BY position", (set_id,))]


def number_of(tx: Tx, project_id: str, name: str) -> int:
    """The highest version number of the sets called so, removed ones too; 0 when there is none."""
    sql = "SELECT max(number) FROM seed_set WHERE project_id=? AND name_key=?"
    return int(tx.value(sql, (project_id, name_key(name))) or 0)


def rewrite(tx: Tx, example_id: int, draft: SeedDraft) -> None:
    """Replace the texts of an example."""
    tx.run(
        "UPDATE seed_example SET question=?, context=?, options=?, answer=?, final=?, key=?, meta=? WHERE id=?",
        [*_packed(draft), example_id],
    )


def set_finals(tx: Tx, finals: Mapping[int, str]) -> None:
    """Final answers by id of the example."""
    tx.many("UPDATE seed_example SET final=? WHERE id=?", [(final, ident) for ident, final in finals.items()])


def set_contexts(tx: Tx, set_id: int, context: str) -> int:
    """Give this context to the examples that have none; how many."""
    found = tx.rows("SELECT id, question FROM seed_example WHERE set_id=? AND context=''", (set_id,))
    tx.many(
        "UPDATE seed_example SET context=?, key=? WHERE id=?",
        [(context, seed_key(row["question"], context), row["id"]) for row in found],
    )
    return len(found)


def take_out(tx: Tx, example: SeedExample) -> None:
    """Delete an example; the later ones move up, so that positions stay without gaps."""
    tx.run("DELETE FROM seed_example WHERE id=?", (example.id,))
    later = (example.set_id, example.position)
    tx.run("UPDATE seed_example SET position=-position WHERE set_id=? AND position>?", later)
    tx.run("UPDATE seed_example SET position=-position-1 WHERE set_id=? AND position<0", (example.set_id,))
    tx.run("UPDATE seed_set SET n_examples=n_examples-1, version=version+1 WHERE id=?", (example.set_id,))


def touch(tx: Tx, set_id: int) -> None:
    """Something in the set changed."""
    tx.run("UPDATE seed_set SET version=version+1 WHERE id=?", (set_id,))


def set_task_type(tx: Tx, set_id: int, task_type: TaskType) -> None:
    """What its questions ask for."""
    tx.run("UPDATE seed_set SET task_type=?, version=version+1 WHERE id=?", (task_type, set_id))


def set_database(tx: Tx, set_id: int, digest: str) -> None:
    """The hash of its SQLite file, "" for none."""
    tx.run("UPDATE seed_set SET database=?, version=version+1 WHERE id=?", (digest, set_id))


def databases(tx: Tx) -> list[tuple[str, str]]:
    """Label of the set and hash of its SQLite file, for every set of every project that has one."""
    rows = tx.rows("SELECT * FROM seed_set WHERE database<>'' AND NOT removed ORDER BY id")
    return [(found.label, found.database) for found in map(SeedSet.model_validate, rows)]


def set_removed(tx: Tx, set_id: int, *, removed: bool) -> None:
    """Take it out of the lists, or bring it back."""
    tx.run("UPDATE seed_set SET removed=?, version=version+1 WHERE id=?", (removed, set_id))


def rename(tx: Tx, project_id: str, old: str, new: str) -> None:
    """Another name for all versions."""
    tx.run(
        "UPDATE seed_set SET name=?, name_key=?, version=version+1 WHERE project_id=? AND name_key=?",
        (new, name_key(new), project_id, name_key(old)),
    )
