"""What hangs from a node and follows it into another: subjects, samples, links, shares, dismissed suggestions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.naming import name_key
from core.store import links, sequences
from core.store.database import Tx


@dataclass(frozen=True, slots=True)
class Hanging:
    """How much hangs from a node itself."""

    subjects: int
    samples: int
    links: int
    votes: int

    def __add__(self, other: Hanging) -> Hanging:
        return Hanging(
            self.subjects + other.subjects,
            self.samples + other.samples,
            self.links + other.links,
            self.votes + other.votes,
        )


NOTHING = Hanging(0, 0, 0, 0)


def hanging(tx: Tx, node_id: int) -> Hanging:
    """Counts of what hangs from the node itself, removed subjects too."""
    row = tx.row(
        "SELECT (SELECT count(*) FROM subject WHERE node_id=:id) AS subjects,"
        " (SELECT count(*) FROM sample WHERE node_id=:id) AS samples,"
        " (SELECT count(*) FROM node_link WHERE node_id=:id) + (SELECT count(*) FROM node_link WHERE target_id=:id)"
        " AS links, (SELECT count(*) FROM vote WHERE node_id=:id) AS votes",
        {"id": node_id},
    )
    assert row is not None
    return Hanging(**row)


def subject_names(tx: Tx, node_id: int) -> list[tuple[int, str]]:
    """(id, name) of the subjects of a discipline in their order, removed ones too."""
    rows = tx.rows("SELECT id, name FROM subject WHERE node_id=? ORDER BY position, id", (node_id,))
    return [(int(row["id"]), str(row["name"])) for row in rows]


def move_subject(tx: Tx, subject_id: int, name: str, node_id: int) -> None:
    """Put a subject behind those of another discipline, under this name; the samples made from it follow."""
    position = tx.value("SELECT ifnull(max(position), 0) + 1 FROM subject WHERE node_id=?", (node_id,))
    tx.run("DELETE FROM subject_share WHERE subject_id=? AND node_id=?", (subject_id, node_id))
    tx.run(
        "UPDATE subject SET node_id=?, name=?, name_key=?, position=?, version=version+1 WHERE id=?",
        (node_id, name, name_key(name), position, subject_id),
    )
    tx.run("UPDATE sample SET node_id=? WHERE subject_id=? AND node_id!=?", (node_id, subject_id, node_id))


def move_samples(tx: Tx, node_id: int, into: int) -> int:
    """The samples made for one node belong to the other from now on; how many. Their lineage stays as it was."""
    return tx.run("UPDATE sample SET node_id=? WHERE node_id=?", (into, node_id))


def move_links(tx: Tx, project_id: str, node_id: int, into: int) -> None:
    """Links from and to one node become links of the other; those between the two, or there already, go."""
    for link in links.of(tx, node_id):
        links.remove(tx, link.id)
        if link.target_id != into:
            links.add(tx, project_id, into, link.relation, target_id=link.target_id, target_uri=link.target_uri)
    for row in tx.rows("SELECT id, node_id, relation FROM node_link WHERE target_id=?", (node_id,)):
        known = tx.row(
            "SELECT 1 FROM node_link WHERE node_id=? AND relation=? AND target_id=?",
            (row["node_id"], row["relation"], into),
        )
        if known or row["node_id"] == into:
            links.remove(tx, row["id"])
        else:
            tx.run("UPDATE node_link SET target_id=? WHERE id=?", (into, row["id"]))


def move_shares(tx: Tx, project_id: str, node_id: int, into: int) -> None:
    """Subjects that were shared with one discipline are shared with the other."""
    for row in tx.rows("SELECT id, subject_id FROM subject_share WHERE node_id=?", (node_id,)):
        tx.run("DELETE FROM subject_share WHERE id=?", (row["id"],))
        tx.run(
            "INSERT INTO subject_share(id, project_id, subject_id, node_id) SELECT ?,?,?,? WHERE NOT EXISTS"
            " (SELECT 1 FROM subject WHERE id=? AND node_id=?) ON CONFLICT DO NOTHING",
            (sequences.take(tx, "subject_share"), project_id, row["subject_id"], into, row["subject_id"], into),
        )


def dismiss(tx: Tx, project_id: str, pairs: Sequence[tuple[int, int]]) -> None:
    """These pairs of nodes are told to be different things."""
    first = sequences.take(tx, "not_alike", len(pairs)) if pairs else 0
    tx.many(
        "INSERT INTO not_alike(id, project_id, one, other) VALUES (?,?,?,?) ON CONFLICT DO NOTHING",
        [(first + at, project_id, *sorted(pair)) for at, pair in enumerate(pairs)],
    )


def move_dismissed(tx: Tx, project_id: str, node_id: int, into: int) -> None:
    """What was told to be different from one node is told to be different from the other."""
    rows = tx.rows("SELECT one, other FROM not_alike WHERE ? IN (one, other)", (node_id,))
    others = [row["other"] if row["one"] == node_id else row["one"] for row in rows]
    dismiss(tx, project_id, [(into, other) for other in others if other != into])
