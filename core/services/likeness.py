"""Nodes that may mean the same: suggestions for a merge, and what somebody told to be different.

Over the whole tree two nodes are suggested when a name or synonym of both has the same near key (`domain.naming`).
For one node also those are found whose name is a letter or two away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz import fuzz

from core.domain.naming import name_key, near_key
from core.domain.people import Principal
from core.domain.taxonomy import Node
from core.errors import InvalidInputError
from core.services.actions import Actions
from core.services.context import Context
from core.services.taxonomy import paths_of
from core.store import following, nodes, terms
from core.store.database import Tx

ALIKE = 88.0  # of 100, by the letters that would have to be put in or taken out
_GROUP = 10
_PIECES = 5
_SYNONYMS = 3  # of the node are looked up, besides its name
_CANDIDATES = 200
_SCANNED = 2000


@dataclass(frozen=True, slots=True)
class AlikeGroup:
    """Nodes that share a near key, as paths from the field down; at most ten of them."""

    key: str
    paths: tuple[tuple[Node, ...], ...]


@dataclass(frozen=True, slots=True)
class AlikePage:
    """Some groups; `after` leads to the next page, "" when this was the last."""

    groups: tuple[AlikeGroup, ...]
    after: str


@dataclass(frozen=True, slots=True)
class Similar:
    """A node like another one; `score` is 100 when a name of both has the same near key."""

    path: tuple[Node, ...]
    score: float

    @property
    def node(self) -> Node:
        """The node itself."""
        return self.path[-1]


class LikenessService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context
        self._actions = Actions(context)

    def suggestions(self, project_id: str, *, after: str = "", size: int = 20) -> AlikePage:
        """Groups of live nodes that share a near key, without those whose pairs were all told apart."""
        found: list[tuple[str, list[Node]]] = []
        with self._c.store.read() as tx:
            keys = terms.shared_keys(tx, project_id, after, _SCANNED)
            for key in keys:
                alike = _not_told_apart(tx, terms.live_with(tx, project_id, key, _GROUP))
                if alike and len(found) == size:
                    break
                after = key
                if alike:
                    found.append((key, alike))
            else:
                after = after if len(keys) == _SCANNED else ""
            groups = (AlikeGroup(key, tuple(paths_of(tx, project_id, some))) for key, some in found)
            return AlikePage(tuple(groups), after)

    def similar(self, project_id: str, node_id: int, *, limit: int = 10) -> list[Similar]:
        """Live nodes whose name or synonym is nearly one of this node's, the nearest first."""
        with self._c.store.read() as tx:
            node = nodes.get(tx, project_id, node_id)
            mine = (node.name, *node.synonyms)
            found = {other: likeness(mine, words) for other, words in _candidates(tx, node).items()}
            near = {other: score for other, score in found.items() if score >= ALIKE and other != node_id}
            apart = terms.told_apart(tx, [node_id, *near])
            alike = [each for each in near if (min(node_id, each), max(node_id, each)) not in apart]
            best = nodes.get_many(tx, project_id, sorted(alike, key=lambda each: -near[each])[:limit])
            best.sort(key=lambda each: (-near[each.id], each.place))
            return [Similar(path, near[path[-1].id]) for path in paths_of(tx, project_id, best)]

    def dismiss(self, who: Principal, project_id: str, node_ids: Sequence[int]) -> None:
        """These nodes are different things: each pair of them is suggested no more."""
        chosen = sorted(set(node_ids))
        if not 2 <= len(chosen) <= _GROUP:
            raise InvalidInputError(f"{len(chosen)} nodes cannot be told apart.", f"Choose two to {_GROUP}.")
        with self._actions.act(who, project_id, "told apart") as action:
            names = [nodes.get(action.tx, project_id, node_id).name for node_id in chosen]
            following.dismiss(action.tx, project_id, list(combinations(chosen, 2)))
            action.title = f"Told apart {' and '.join(names[:2])}" + (f" and {len(names) - 2} more" * (len(names) > 2))
            action.entity = ("node", chosen[0])


def likeness(mine: Sequence[str], theirs: Sequence[str]) -> float:
    """How alike the nearest two of the names are, 0 to 100."""
    ours, others = {near_key(word) for word in mine}, {near_key(word) for word in theirs}
    if ours & others:
        return 100.0
    return max(min(99.0, fuzz.ratio(one, other)) for one in ours for other in others)


def pieces(name: str) -> list[str]:
    """Parts of a name of which at least one is whole in any name that differs in so few letters."""
    letters = name_key(name)
    number = max(1, min(_PIECES, 1 + int(len(letters) * 0.12), len(letters) // 3))
    length = len(letters) / number
    parts = [letters[round(at * length) : round((at + 1) * length)].strip() for at in range(number)]
    return [part for part in parts if len(part) >= 3]


def _candidates(tx: Tx, node: Node) -> dict[int, tuple[str, ...]]:
    """Names and synonyms of nodes that may be alike."""
    found: dict[int, tuple[str, ...]] = {}
    for word in (node.name, *node.synonyms[:_SYNONYMS]):
        same = terms.live_with(tx, node.project_id, near_key(word), _GROUP)
        found |= {other.id: (other.name, *other.synonyms) for other in same}
        for piece in pieces(word):
            found |= terms.with_piece(tx, node.project_id, piece, _CANDIDATES)
    return found


def _not_told_apart(tx: Tx, alike: list[Node]) -> list[Node]:
    """Those of the nodes that are still to be looked at: with one of the others they were not told apart."""
    if len(alike) < 2:
        return []
    apart = terms.told_apart(tx, [node.id for node in alike])
    open_pairs = [pair for pair in combinations(sorted(node.id for node in alike), 2) if pair not in apart]
    return [node for node in alike if any(node.id in pair for pair in open_pairs)]
