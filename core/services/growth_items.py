"""The items of a plan that proposes children: each query at each place, with what the teacher is told about it."""

from __future__ import annotations

from typing import Any

from core.domain.plans import TaxonomyPlan
from core.domain.states import NodeState
from core.domain.taxonomy import CHILD_KIND, KINDS_BELOW, MAX_DEPTH, Node, NodeKind
from core.errors import InvalidInputError
from core.generation.steps import WORDINGS
from core.store import curricula, growth, nodes
from core.store.database import Tx


def children_specs(tx: Tx, project_id: str, plan: TaxonomyPlan) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Specs, and how many queries are planned at each place with them.

    Query by query over all places: a run that a cap ends early has asked everywhere. No query comes twice at a place,
    however many runs there are, because a stored answer must not count as a second opinion.
    """
    planned = curricula.deck_positions(tx, project_id)
    places = [_place(tx, project_id, plan, place) for place in plan.places]
    first = {place["node"]: planned.get(_deck(place["node"]), 0) for place in places}
    specs = [
        {**place, "query": first[place["node"]] + number, "copies": _copies(number, plan.queries)}
        for number in range(plan.queries)
        for place in places
    ]
    return specs, {_deck(node): position + plan.queries for node, position in first.items()}


def _deck(node: int | None) -> str:
    return f"children:{node or 0}"


def _copies(number: int, queries: int) -> int:
    """How many queries of the plan at one place have the same wording."""
    return sum(other % WORDINGS == number % WORDINGS for other in range(queries))


def _place(tx: Tx, project_id: str, plan: TaxonomyPlan, node_id: int | None) -> dict[str, Any]:
    node = nodes.get(tx, project_id, node_id) if node_id is not None else None
    kind = _kind(node, plan.child)
    told = growth.told(tx, project_id, node_id, every=plan.only_new)
    return {
        "kind": "taxonomy",
        "node": node_id,
        "names": [ancestor.name for ancestor in nodes.ancestors(tx, node)] if node else [],
        "about": node.description[:500] if node else "",
        "child": kind.value,
        "existing": list(told.names),
        "unlisted": told.unlisted,
        "count": plan.names,
        "scope": plan.scope.strip(),
        "only_new": plan.only_new,
    }


def _kind(node: Node | None, wanted: NodeKind | None) -> NodeKind:
    above = node.kind if node else None
    kind = wanted or CHILD_KIND[above]
    if kind is None:
        raise InvalidInputError("A discipline has no children; it has subjects.", "Use the Curriculum page.")
    where = repr(node.name) if node else "the top"
    if kind not in KINDS_BELOW[above]:
        raise InvalidInputError(f"A {kind.label} cannot stand below {where}.", "Choose another kind.")
    if node and node.state is NodeState.REMOVED:
        raise InvalidInputError(f"{node.name!r} is removed.", "Restore it first.")
    if node and node.depth + 1 >= MAX_DEPTH:
        raise InvalidInputError(f"{node.name!r} is on level {MAX_DEPTH}, the deepest there is.", "Go higher up.")
    return kind


def children_title(tx: Tx, project_id: str, plan: TaxonomyPlan) -> str:
    """What a run of the plan is called."""
    places = plan.places
    node = nodes.get(tx, project_id, places[0]) if places[0] is not None else None
    if node is None:
        return "Proposals of fields"
    if len(places) == 1:
        return f"Proposals below {node.name}"
    return f"Proposals below {node.name} and {len(places) - 1:,} more"
