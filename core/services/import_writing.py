"""Writes what an import planned, inside the transaction of its action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.domain.naming import clean_name
from core.errors import InvalidInputError
from core.services.import_made import ImportPlan, PlannedLink, Spot
from core.store import node_bulk, node_changes, node_takeover, nodes, tree
from core.store.acting import Open
from core.store.database import Tx
from core.store.node_bulk import Words

_MANY = 300


def write(action: Open, project_id: str, person: str, plan: ImportPlan, words: Sequence[Words]) -> range:
    """All of it; the ids of the new nodes. `words` are those of the planned rows, worked out before."""
    tx, at = action.tx, action.at
    for node_id in plan.restored:
        node_changes.restore_subtree(tx, nodes.get(tx, project_id, node_id))
    for node_id, kind in plan.kinds.items():
        node_changes.set_kind(tx, node_id, kind)
    rows = [replace(row, verified=_signed(*row.verified, person, at)) if row.verified else row for row in plan.rows]
    made = node_bulk.insert_many(tx, project_id, rows, at=at, words=words)
    node_takeover.rewrite(tx, plan.rewrites)
    node_takeover.verify(tx, [(node_id, *_signed(by, when, person, at)) for node_id, by, when in plan.verified])
    _link(tx, project_id, plan.links, made)
    _recount(tx, project_id, plan)
    return made


def _signed(by: str, when: float, person: str, at: float) -> tuple[str, float]:
    """Who verified it and when; the person who imports, and now, where the file does not say."""
    try:
        return clean_name(by), when or at
    except InvalidInputError:
        return person, when or at


def _link(tx: Tx, project_id: str, links: Sequence[PlannedLink], made: range) -> None:
    def node_of(spot: Spot) -> int:
        return made[spot.number] if spot.new else spot.number

    node_takeover.link(
        tx,
        project_id,
        [
            (
                node_of(link.source),
                link.relation,
                None if isinstance(link.target, str) else node_of(link.target),
                link.target if isinstance(link.target, str) else "",
            )
            for link in links
        ],
    )


def _recount(tx: Tx, project_id: str, plan: ImportPlan) -> None:
    """`insert_many` has counted what it added; verifications gained and lost are counted here."""
    touched = {node.id for node, _ in plan.rewrites} | {node_id for node_id, _, _ in plan.verified}
    if len(touched) > _MANY:
        tree.recount_all(tx, project_id)
    elif touched:
        tree.recount(tx, *nodes.get_many(tx, project_id, touched))
