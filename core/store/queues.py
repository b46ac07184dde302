"""Rows of queues: who has which sample in hand until when, where each person was, which keys they use."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from core.domain.queues import Place
from core.domain.review import LONGEST_LEASE
from core.store.database import Tx

HELD = f"until>:at AND until<=:at+{60 * LONGEST_LEASE}"
"""A lease that runs at this moment; one that would run longer comes from a clock that was ahead, and holds nothing."""


def release(tx: Tx, project_id: str, person: str) -> None:
    """End all leases of the person."""
    tx.run("DELETE FROM review_lease WHERE project_id=? AND person=?", (project_id, person))


def leases(tx: Tx, project_id: str, person: str) -> list[int]:
    """What the person has in hand, in the order in which it was served; also what nobody took since it ran out."""
    sql = "SELECT sample_id FROM review_lease WHERE project_id=? AND person=? ORDER BY slot"
    return [row["sample_id"] for row in tx.rows(sql, (project_id, person))]


def held_by_others(tx: Tx, project_id: str, person: str, at: float) -> dict[str, list[int]]:
    """What each other person has in hand, in the order in which it was served."""
    sql = (
        "SELECT person, sample_id FROM review_lease WHERE project_id=:project AND person<>:who"  # noqa: S608 - a constant
        f" AND {HELD} ORDER BY person, slot"
    )
    found: dict[str, list[int]] = {}
    for row in tx.rows(sql, {"project": project_id, "who": person, "at": at}):
        found.setdefault(row["person"], []).append(row["sample_id"])
    return found


def is_taken(tx: Tx, sample_id: int, person: str, at: float) -> bool:
    """Has somebody else got it in hand?"""
    sql = f"SELECT 1 FROM review_lease WHERE sample_id=:id AND person<>:who AND {HELD}"  # noqa: S608 - a constant
    return tx.row(sql, {"id": sample_id, "who": person, "at": at}) is not None


def others_at_work(tx: Tx, project_id: str, person: str, since: float, at: float) -> int:
    """How many others were at their place since then or have something in hand."""
    sql = (
        "SELECT count(*) FROM (SELECT person FROM review_place WHERE project_id=:project AND at>:since AND at<=:at"  # noqa: S608
        f" UNION SELECT person FROM review_lease WHERE project_id=:project AND {HELD}) WHERE person<>:who"
    )
    return int(tx.value(sql, {"project": project_id, "who": person, "since": since, "at": at}))


def lease(tx: Tx, project_id: str, person: str, ids: Sequence[int], until: float) -> None:
    """Let exactly these samples, in this order, be in the person's hands until then."""
    release(tx, project_id, person)
    tx.many(
        "INSERT INTO review_lease(sample_id, project_id, person, until, slot) VALUES (?,?,?,?,?)"
        " ON CONFLICT(sample_id) DO UPDATE SET person=excluded.person, until=excluded.until, slot=excluded.slot",
        [(sample_id, project_id, person, until, slot) for slot, sample_id in enumerate(ids)],
    )


def turn(tx: Tx, project_id: str, person: str) -> tuple[int, dict[str, int | str]]:
    """How many turns the person had, and from which stratum the last sample of each order came."""
    row = tx.row("SELECT served, strata FROM review_turn WHERE project_id=? AND person=?", (project_id, person))
    return (row["served"], json.loads(row["strata"])) if row else (0, {})


def keep_turn(tx: Tx, project_id: str, person: str, served: int, strata: Mapping[str, int | str]) -> None:
    """Remember it."""
    tx.run(
        "INSERT INTO review_turn(project_id, person, served, strata) VALUES (?,?,?,?)"
        " ON CONFLICT(project_id, person) DO UPDATE SET served=excluded.served, strata=excluded.strata",
        (project_id, person, served, json.dumps(strata)),
    )


def place(tx: Tx, project_id: str, person: str) -> Place | None:
    """Where the person was, if it is known."""
    text = tx.value("SELECT place FROM review_place WHERE project_id=? AND person=?", (project_id, person))
    return Place.from_json(text) if text else None


def keep_place(tx: Tx, project_id: str, person: str, kept: Place, at: float) -> None:
    """Remember it."""
    tx.run(
        "INSERT INTO review_place(project_id, person, place, at) VALUES (?,?,?,?)"
        " ON CONFLICT(project_id, person) DO UPDATE SET place=excluded.place, at=excluded.at",
        (project_id, person, kept.as_json(), at),
    )


def keys(tx: Tx, person: str) -> Mapping[str, str]:
    """Wish -> key, as far as the person chose."""
    text = tx.value("SELECT keys FROM review_keys WHERE person=?", (person,))
    return dict(json.loads(text)) if text else {}


def keep_keys(tx: Tx, person: str, chosen: Mapping[str, str]) -> None:
    """Remember them."""
    tx.run(
        "INSERT INTO review_keys(person, keys) VALUES (?,?) ON CONFLICT(person) DO UPDATE SET keys=excluded.keys",
        (person, json.dumps(dict(chosen))),
    )
