"""What growing a taxonomy with a teacher needs to know: names not to repeat, former names, counts, levels, the goal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.growth import Goal
from core.domain.naming import near_key
from core.domain.taxonomy import Node, Verdict
from core.store.database import Tx

_COUNTED = "n.state='proposed' AND n.origin='model'"  # what a teacher may name again, and what is counted
_LEFT = """
SELECT DISTINCT c.row_id AS node_id, json_extract(c.before, '$.name') AS name
FROM change c JOIN action a ON a.id=c.action_id JOIN node n ON n.id=c.row_id
WHERE c.item='node' AND c.before IS NOT NULL AND c.after IS NOT NULL
  AND (json_extract(c.before, '$.name_key')!=json_extract(c.after, '$.name_key')
    OR json_extract(c.before, '$.parent_id') IS NOT json_extract(c.after, '$.parent_id'))
  AND ifnull(json_extract(c.before, '$.parent_id'), 0)=:parent
  AND a.project_id=:project AND a.undoes IS NULL AND a.undone_by IS NULL"""
_WIDTH = 8  # of one level in `place`


@dataclass(frozen=True, slots=True)
class Told:
    """Names that a teacher is asked not to repeat, and how many children of the place are not among them."""

    names: tuple[str, ...]
    unlisted: int


def told(
    tx: Tx, project_id: str, parent_id: int | None, *, every: bool = False, most: int = 200, letters: int = 6000
) -> Told:
    """Names, then synonyms, of the children of a place, removed ones too, within bounds.

    What a teacher proposed and nobody decided on is left out unless `every`: it may come up again and is counted.
    """
    where = f"n.project_id=? AND n.parent_id IS ? AND (? OR NOT ({_COUNTED}))"
    found = tx.rows(
        "SELECT n.name, (SELECT group_concat(s.value, char(10)) FROM json_each(n.synonyms) s) AS synonyms"  # noqa: S608
        f" FROM node n WHERE {where} ORDER BY n.state='removed', n.position, n.id LIMIT ?",
        (project_id, parent_id, every, most),
    )
    names = _within([str(row["name"]) for row in found], most, letters)
    synonyms = [word for row in found[: len(names)] for word in str(row["synonyms"] or "").splitlines()]
    words = _within([*names, *synonyms], most, letters)
    total = tx.value(f"SELECT count(*) FROM node n WHERE {where}", (project_id, parent_id, every))  # noqa: S608
    return Told(tuple(words), int(total) - len(names))


def _within(words: Sequence[str], most: int, letters: int) -> list[str]:
    kept: list[str] = []
    for word in words[:most]:
        letters -= len(word)
        if letters < 0:
            break
        kept.append(word)
    return kept


def former(tx: Tx, project_id: str, parent_id: int | None) -> dict[str, int]:
    """Near keys of names that nodes had below `parent_id` before people renamed or moved them -> the node."""
    rows = tx.rows(_LEFT, {"project": project_id, "parent": parent_id or 0})
    return {near_key(str(row["name"])): int(row["node_id"]) for row in rows}


def count_answer(tx: Tx, project_id: str, parent_id: int | None, *, again: bool) -> int:
    """One more query for children of a place was answered; how many by now.

    `again` says whether it could have named the open proposals again: then each of them was asked about once more.
    """
    if again:
        tx.run(
            f"UPDATE node AS n SET times_asked=times_asked+1 WHERE n.project_id=? AND n.parent_id IS ? AND {_COUNTED}",  # noqa: S608
            (project_id, parent_id),
        )
    return int(
        tx.value(
            "INSERT INTO growth(project_id, parent_id, answered) VALUES (?,?,1)"
            " ON CONFLICT DO UPDATE SET answered=answered+1 RETURNING answered",
            (project_id, parent_id or 0),
        )
    )


def answered(tx: Tx, project_id: str, parent_id: int | None) -> int:
    """How many queries for children of a place were answered so far."""
    found = tx.value("SELECT answered FROM growth WHERE project_id=? AND parent_id=?", (project_id, parent_id or 0))
    return int(found or 0)


def children(tx: Tx, project_id: str, parent_id: int | None, *, size: int) -> list[Node]:
    """Children of a place: open ones first, those that came up most often at the head, then the rest in order."""
    rows = tx.rows(
        "SELECT n.* FROM node n WHERE n.project_id=? AND n.parent_id IS ? AND n.merged_into IS NULL"
        " ORDER BY n.state!='proposed', iif(n.state='proposed', -n.times_seen, 0), n.state='removed', n.position, n.id"
        " LIMIT ?",
        (project_id, parent_id, size),
    )
    return [Node.model_validate(row) for row in rows]


def count_children(tx: Tx, project_id: str, parent_id: int | None) -> int:
    """How many `children` there are without a limit."""
    return int(
        tx.value(
            "SELECT count(*) FROM node WHERE project_id=? AND parent_id IS ? AND merged_into IS NULL",
            (project_id, parent_id),
        )
    )


def open_on_level(tx: Tx, project_id: str, level: int, *, size: int) -> list[Node]:
    """Proposed nodes of a level (0 = fields) in reading order of their parents, the most frequent first."""
    rows = tx.rows(
        "SELECT n.* FROM node n WHERE n.project_id=? AND n.state='proposed' AND length(n.place)=?"
        " ORDER BY substr(n.place, 1, ?), -n.times_seen, n.place LIMIT ?",
        (project_id, (level + 1) * _WIDTH, level * _WIDTH, size),
    )
    return [Node.model_validate(row) for row in rows]


def own_votes(tx: Tx, person: str, nodes: Sequence[Node]) -> dict[int, Verdict]:
    """What this person voted on the present meaning of these nodes."""
    rows = tx.rows(
        "SELECT v.node_id, v.verdict FROM json_each(?) j JOIN node n ON n.id=j.value"
        " JOIN vote v ON v.node_id=n.id AND v.node_version=n.meaning AND v.person=?",
        (json.dumps([node.id for node in nodes]), person),
    )
    return {int(row["node_id"]): Verdict(row["verdict"]) for row in rows}


def waits(tx: Tx, project_id: str, parent_id: int | None, person: str) -> bool:
    """Is there a teacher's proposal below a place that this person has not voted on?"""
    return bool(
        tx.value(
            f"SELECT EXISTS (SELECT 1 FROM node n WHERE n.project_id=? AND n.parent_id IS ? AND {_COUNTED} AND NOT"  # noqa: S608
            " EXISTS (SELECT 1 FROM vote v WHERE v.node_id=n.id AND v.person=? AND v.node_version=n.meaning))",
            (project_id, parent_id, person),
        )
    )


def counts_by_level(tx: Tx, project_id: str) -> dict[tuple[int, str], int]:
    """(level from 0, state) -> nodes, merged ones left out."""
    rows = tx.rows(
        "SELECT length(place)/? - 1 AS level, state, count(*) AS n FROM node"
        " WHERE project_id=? AND merged_into IS NULL GROUP BY 1, 2",
        (_WIDTH, project_id),
    )
    return {(int(row["level"]), str(row["state"])): int(row["n"]) for row in rows}


def bare(tx: Tx, project_id: str, level: int) -> list[int]:
    """Verified nodes of a level that could have children and have none."""
    rows = tx.rows(
        "SELECT id FROM node WHERE project_id=? AND length(place)=? AND state='verified' AND kind!='discipline'"
        " AND n_children=0 ORDER BY place",
        (project_id, (level + 1) * _WIDTH),
    )
    return [int(row["id"]) for row in rows]


def count_parents(tx: Tx, project_id: str, level: int) -> int:
    """Live nodes of a level that have children."""
    return int(
        tx.value(
            "SELECT count(*) FROM node WHERE project_id=? AND length(place)=? AND state!='removed' AND n_children>0",
            (project_id, (level + 1) * _WIDTH),
        )
    )


def made(tx: Tx, run_id: str) -> int:
    """How many nodes a run has proposed so far."""
    return int(
        tx.value("SELECT count(DISTINCT j.value) FROM item i, json_each(i.products) j WHERE i.run_id=?", (run_id,))
    )


def goal(tx: Tx, project_id: str) -> Goal | None:
    """What the project's taxonomy is to become, if somebody said so."""
    row = tx.row("SELECT * FROM growth_goal WHERE project_id=?", (project_id,))
    return Goal.model_validate(row) if row else None


def save_goal(tx: Tx, project_id: str, goal: Goal) -> None:
    """Write it down, over what was there."""
    tx.run(
        "INSERT INTO growth_goal(project_id, scope, depth, queries, names) VALUES (?,?,?,?,?) ON CONFLICT DO UPDATE"
        " SET scope=excluded.scope, depth=excluded.depth, queries=excluded.queries, names=excluded.names",
        (project_id, goal.scope, goal.depth, goal.queries, goal.names),
    )
