"""Subjects among others: their order, near and former names, moves, merges, other disciplines that teach them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence

from core.domain.curriculum import Subject
from core.domain.naming import near_key
from core.domain.states import NodeState
from core.domain.taxonomy import Node
from core.errors import ConflictError
from core.store import curricula, sequences
from core.store.database import Tx


def refuse_stale(tx: Tx, seen: Subject) -> Subject:
    """The subject as it is now; ConflictError with it if it is not as `seen` was read any more."""
    current = curricula.get_subject(tx, seen.project_id, seen.id)
    if current.version != seen.version:
        raise ConflictError(
            f"Somebody changed the subject {seen.name!r} in the meantime; it is now {current.state.value} and reads"
            f" {current.name!r}.",
            "Compare both and decide again.",
            current=current,
        )
    return current


def like(tx: Tx, node_id: int, name: str) -> Subject | None:
    """The subject of the discipline that a teacher means by `name`, removed ones included.

    The same name counts before a nearly equal one, that before a former name. A subject that was merged away stands
    for the one that took it up; a former name may lead to another discipline.
    """
    found = curricula.find_subject(tx, node_id, name)
    if found is None:
        row = tx.row(
            "SELECT * FROM subject WHERE node_id=? AND near_key=? ORDER BY state='removed', position LIMIT 1",
            (node_id, near_key(name)),
        ) or tx.row(
            "SELECT s.* FROM subject_alias a JOIN subject s ON s.id=a.subject_id WHERE a.node_id=? AND a.near_key=?",
            (node_id, near_key(name)),
        )
        found = Subject.model_validate(row) if row else None
    return standing(tx, found) if found else None


def standing(tx: Tx, subject: Subject) -> Subject:
    """The subject itself, or the one that took it up."""
    seen = {subject.id}
    while subject.merged_into is not None and subject.merged_into not in seen:
        subject = curricula.get_subject(tx, subject.project_id, subject.merged_into)
        seen.add(subject.id)
    return subject


def add_alias(tx: Tx, subject: Subject) -> None:
    """Remember the present name and discipline: a teacher that uses them again means this subject."""
    tx.run(
        "INSERT INTO subject_alias(id, project_id, node_id, near_key, subject_id) VALUES (?,?,?,?,?)"
        " ON CONFLICT DO NOTHING",
        (
            sequences.take(tx, "subject_alias"),
            subject.project_id,
            subject.node_id,
            near_key(subject.name),
            subject.id,
        ),
    )


def put_in_order(tx: Tx, ids: Sequence[int]) -> None:
    """Number the subjects of a discipline in this order; a place is no content, so versions stay."""
    tx.many(
        "UPDATE subject SET position=? WHERE id=? AND position!=?",
        [(place, subject_id, place) for place, subject_id in enumerate(ids, 1)],
    )


def move(tx: Tx, subject: Subject, node_id: int, state: NodeState) -> None:
    """Put a subject behind those of another discipline; its samples go along, its old place leads to it."""
    add_alias(tx, subject)
    tx.run("DELETE FROM subject_share WHERE subject_id=? AND node_id=?", (subject.id, node_id))
    position = tx.value("SELECT ifnull(max(position), 0) + 1 FROM subject WHERE node_id=?", (node_id,))
    tx.run(
        "UPDATE subject SET node_id=?, position=?, state=?, touched=1, version=version+1 WHERE id=?",
        (node_id, position, state, subject.id),
    )
    tx.run("UPDATE sample SET node_id=? WHERE subject_id=?", (node_id, subject.id))


def absorb(tx: Tx, kept: Subject, other: Subject) -> int:
    """Merge `other` into `kept` but for the syllabus; how many samples follow."""
    tx.run(
        "UPDATE subject SET state='removed', merged_into=?, touched=1, version=version+1 WHERE id=?",
        (kept.id, other.id),
    )
    tx.run("DELETE FROM subject_share WHERE subject_id=?", (other.id,))
    return tx.run("UPDATE sample SET subject_id=?, node_id=? WHERE subject_id=?", (kept.id, kept.node_id, other.id))


def hand_syllabus(tx: Tx, giver: Subject, taker: Subject) -> None:
    """Give the syllabus of one subject to another that has none; its decks go on where they are."""
    tx.run("UPDATE syllabus SET subject_id=?, touched=1, version=version+1 WHERE subject_id=?", (taker.id, giver.id))


def share(tx: Tx, subject: Subject, node_id: int) -> bool:
    """Teach it in another discipline too; False if it is already."""
    return bool(
        tx.run(
            "INSERT INTO subject_share(id, project_id, subject_id, node_id) VALUES (?,?,?,?) ON CONFLICT DO NOTHING",
            (sequences.take(tx, "subject_share"), subject.project_id, subject.id, node_id),
        )
    )


def unshare(tx: Tx, subject_id: int, node_id: int) -> bool:
    """Take that back; False if it was not shared."""
    return bool(tx.run("DELETE FROM subject_share WHERE subject_id=? AND node_id=?", (subject_id, node_id)))


def shares(tx: Tx, project_id: str) -> list[tuple[int, int]]:
    """(discipline, subject) for every subject that is taught in a discipline beside its own."""
    rows = tx.rows(
        "SELECT h.node_id, h.subject_id FROM subject_share h JOIN subject s ON s.id=h.subject_id"
        " WHERE h.project_id=? AND s.state!='removed' ORDER BY h.node_id, h.id",
        (project_id,),
    )
    return [(row["node_id"], row["subject_id"]) for row in rows]


def taught_in(tx: Tx, subject_id: int) -> list[int]:
    """Disciplines that a subject is shared with."""
    rows = tx.rows("SELECT node_id FROM subject_share WHERE subject_id=? ORDER BY id", (subject_id,))
    return [row["node_id"] for row in rows]


def shared_with(tx: Tx, node_id: int) -> list[Subject]:
    """Subjects of other disciplines that are taught in this one too."""
    rows = tx.rows(
        "SELECT s.* FROM subject_share h JOIN subject s ON s.id=h.subject_id WHERE h.node_id=? AND s.state!='removed'"
        " ORDER BY h.id",
        (node_id,),
    )
    return [Subject.model_validate(row) for row in rows]


def namesakes(tx: Tx, project_id: str, node_id: int) -> list[tuple[Subject, Subject]]:
    """(own subject, subject of another discipline) of nearly the same name, neither removed nor shared with the other.

    They may be one subject that two disciplines teach, or two that only sound alike.
    """
    rows = tx.rows(
        "SELECT s.id AS own, o.id AS other FROM subject s JOIN subject o ON o.project_id=s.project_id"
        " AND o.near_key=s.near_key AND o.node_id!=s.node_id JOIN node n ON n.id=o.node_id"
        " WHERE s.project_id=? AND s.node_id=? AND s.near_key!='' AND s.state!='removed' AND o.state!='removed'"
        " AND n.state!='removed' AND NOT EXISTS (SELECT 1 FROM subject_share h WHERE (h.subject_id=s.id AND"
        " h.node_id=o.node_id) OR (h.subject_id=o.id AND h.node_id=s.node_id)) ORDER BY s.position, o.id",
        (project_id, node_id),
    )
    get = curricula.get_subject
    return [(get(tx, project_id, row["own"]), get(tx, project_id, row["other"])) for row in rows]


def sample_counts(tx: Tx, ids: Iterable[int]) -> int:
    """How many samples were drawn from these subjects."""
    return sum(int(tx.value("SELECT count(*) FROM sample WHERE subject_id=?", (each,))) for each in ids)


_TAUGHT = "SELECT node_id FROM subject WHERE project_id=:p UNION SELECT node_id FROM subject_share WHERE project_id=:p"
_TIERS = (  # the plus keeps SQLite from walking all nodes in their order for the sake of a few
    "id IN (SELECT value FROM json_each(:ids)) ORDER BY +place",
    f"instr(name_key, :t) AND id IN ({_TAUGHT}) ORDER BY +place",
    "instr(name_key, :t) AND state='verified' ORDER BY +place",
    "instr(name_key, :t) ORDER BY place",
)


def disciplines(tx: Tx, project_id: str, key: str, include: Collection[int], most: int) -> tuple[list[Node], int]:
    """At most `most` whose name key holds `key`, and how many there are in all.

    Those of `include` come first, whatever they are called, then those with subjects, verified ones, and the others.
    """
    kept = "project_id=:p AND kind='discipline' AND state IN ('proposed', 'verified')"
    found: dict[int, Node] = {}
    values = {"p": project_id, "t": key, "ids": json.dumps(list(include)), "n": most}
    for tier in _TIERS:
        if len(found) < most:
            rows = tx.rows(f"SELECT * FROM node WHERE {kept} AND {tier} LIMIT :n", values)  # noqa: S608 - our own words
            found |= {row["id"]: Node.model_validate(row) for row in rows if row["id"] not in found}
    total = tx.value(f"SELECT count(*) FROM node WHERE {kept}", {"p": project_id})  # noqa: S608 - our own words
    return list(found.values())[:most], int(total)


def any_in(tx: Tx, node_id: int) -> bool:
    """Has this discipline a subject, of its own or shared?"""
    own = "SELECT 1 FROM subject WHERE node_id=:n UNION ALL SELECT 1 FROM subject_share WHERE node_id=:n LIMIT 1"
    return tx.value(own, {"n": node_id}) is not None
