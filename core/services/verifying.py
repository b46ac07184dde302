"""What those who verify look at: what waits for their vote, what is disputed, how far they agree, what is verified.

Nothing here shows how others voted on a node on which the person may still vote.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.analysis.agreement import Agreement, PersonAgreement, agreement, by_person
from core.domain.people import TEACHER, Principal
from core.domain.states import NodeState
from core.domain.taxonomy import Node, NodeKind, Scope
from core.services.context import Context
from core.services.taxonomy import Ballot, ballot_of
from core.store import nodes, projects, verifying
from core.store.database import Row, Tx

MOST_LEFT = 1000
NAMES_SHOWN = 12
MOST_CELLS = 1000


@dataclass(frozen=True, slots=True)
class Stop:
    """A node to decide on, with what helps to decide: its place, what stands beside and below it, the votes so far.

    `beside` and `below` hold the first names, `kinds` the counts of everything below.
    """

    node: Node
    path: tuple[Node, ...]
    ballot: Ballot
    beside: tuple[str, ...]
    below: tuple[str, ...]
    n_beside: int
    kinds: Mapping[NodeKind, int]


@dataclass(frozen=True, slots=True)
class FieldProgress:
    """One field with the counts of its branch, itself included where it says nodes.

    `mine` nodes wait for this person's vote.
    """

    node_id: int
    name: str
    sub_fields: int
    disciplines: int
    verified: int
    proposed: int
    removed: int
    mine: int
    disputed: int

    @property
    def live(self) -> int:
        """Nodes not removed."""
        return self.verified + self.proposed


@dataclass(frozen=True, slots=True)
class Cell:
    """A node in the drawing: how many nodes it stands for and how many of them are verified.

    `node_id` 0 = several small ones folded together, below `parent_id`.
    """

    node_id: int
    parent_id: int | None
    name: str
    nodes: int
    verified: int


@dataclass(frozen=True, slots=True)
class LevelAgreement:
    """Agreement on the nodes of one level; `kind` None = on all."""

    kind: NodeKind | None
    figures: Agreement


@dataclass(frozen=True, slots=True)
class Standing:
    """Agreement of a project; `hidden` nodes were left out because this person may still vote on them."""

    levels: tuple[LevelAgreement, ...]
    people: tuple[PersonAgreement, ...]
    hidden: int


class VerifyingService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def ahead(
        self, who: Principal, project_id: str, scope: Scope, *, first: int | None = None, after: int = 0, size: int = 1
    ) -> list[Stop]:
        """The next nodes to decide on, in reading order behind node `after`, around the end; `first` before them.

        `first` is shown even if the person has voted on it, as long as it is proposed or in the scope.
        """
        with self._c.store.read() as tx:
            lead = nodes.get(tx, project_id, first) if first else None
            found = verifying.ahead(tx, project_id, scope, who.name, lead.id if lead else after, size)
            if lead and (lead.state is NodeState.PROPOSED or any(node.id == lead.id for node in found)):
                found = [lead, *(node for node in found if node.id != lead.id)][:size]
            return [_stop(tx, who, node) for node in found]

    def left(self, who: Principal, project_id: str, scope: Scope) -> int:
        """How many nodes are in the scope, counted up to MOST_LEFT."""
        with self._c.store.read() as tx:
            return verifying.left(tx, project_id, scope, who.name, MOST_LEFT)

    def disputes(self, who: Principal, project_id: str, *, after: int = 0, size: int = 20) -> list[Stop]:
        """Ties and narrow decisions in reading order, behind node `after`; votes only as this person may see them."""
        with self._c.store.read() as tx:
            return [_stop(tx, who, node) for node in verifying.disputed(tx, project_id, after, size)]

    def count_disputes(self, project_id: str) -> int:
        """How many nodes wait to be settled."""
        with self._c.store.read() as tx:
            return verifying.count_disputed(tx, project_id)

    def agreement(self, who: Principal, project_id: str) -> Standing:
        """How far people agree, overall, per level and per person."""
        with self._c.store.read() as tx:
            ballots = verifying.ballots(tx, project_id)
            blind = projects.get(tx, project_id).quorum > 1
        own = {node for person, node, _, _, _ in ballots if person == who.name}
        hidden = {node for _, node, _, _, still_open in ballots if blind and still_open and node not in own}
        seen = [ballot for ballot in ballots if ballot[1] not in hidden]
        ratings = [(person, node, verdict) for person, node, _, verdict, _ in seen]
        levels = [LevelAgreement(None, agreement(ratings))]
        for kind in NodeKind:
            of_kind = [(person, node, verdict) for person, node, each, verdict, _ in seen if each is kind]
            levels.append(LevelAgreement(kind, agreement(of_kind)))
        return Standing(tuple(levels), tuple(by_person(ratings)), len(hidden))

    def progress(self, who: Principal, project_id: str) -> list[FieldProgress]:
        """Every field not removed with the counts of its branch, in order."""
        with self._c.store.read() as tx:
            fields = nodes.children(tx, project_id, None)
            rows = verifying.by_field(tx, project_id)
            voted = verifying.voted_by_field(tx, project_id, who.name)
            disputed = verifying.disputed_by_field(tx, project_id)
        found: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            found[row["top"]].append(row)
        return [
            _field(each, found[each.place], voted.get(each.place, 0), disputed.get(each.place, 0)) for each in fields
        ]

    def cells(self, project_id: str, root: int | None = None, *, depth: int = 3) -> list[Cell]:
        """The drawing: the branch of `root`, or all, to `depth` levels, at most MOST_CELLS cells.

        Each level that does not fit is folded: the largest nodes stay, the others of a parent become one cell.
        """
        with self._c.store.read() as tx:
            cells: list[Cell] = []
            parents = "" if root is None else json.dumps([root])
            for _ in range(depth):
                rows = verifying.level(tx, project_id, parents)
                cells += _fold(rows, MOST_CELLS - len(cells))
                kept = {cell.node_id for cell in cells}
                opened = [row["id"] for row in rows if row["n_descendants"] and row["id"] in kept]
                if not opened or len(cells) + len(opened) >= MOST_CELLS:
                    break
                parents = json.dumps(opened)
            return cells

    def people(self, project_id: str) -> list[str]:
        """Names seen in the history of the project; teachers are none."""
        with self._c.store.read() as tx:
            return [name for name in verifying.people(tx, project_id) if name != TEACHER]


def _stop(tx: Tx, who: Principal, node: Node) -> Stop:
    path = tuple(nodes.ancestors(tx, node))
    siblings = path[-2].n_children - (node.state is not NodeState.REMOVED) if len(path) > 1 else 0
    beside = tuple(verifying.names_beside(tx, node, NAMES_SHOWN))
    return Stop(
        node,
        path,
        ballot_of(tx, who, node),
        beside,
        tuple(verifying.names_below(tx, node, NAMES_SHOWN)),
        max(siblings, len(beside)),
        nodes.kinds_below(tx, node),
    )


def _field(node: Node, rows: Sequence[Row], voted: int, disputed: int) -> FieldProgress:
    by_state, by_kind = Counter[str](), Counter[str]()
    for row in rows:
        by_state[row["state"]] += row["n"]
        by_kind[row["kind"]] += row["n"] if row["state"] != NodeState.REMOVED else 0
    return FieldProgress(
        node.id,
        node.name,
        by_kind[NodeKind.SUB_FIELD],
        by_kind[NodeKind.DISCIPLINE],
        by_state[NodeState.VERIFIED],
        by_state[NodeState.PROPOSED],
        by_state[NodeState.REMOVED],
        by_state[NodeState.PROPOSED] - voted,
        disputed,
    )


def _fold(rows: Sequence[Row], room: int) -> list[Cell]:
    """The rows as cells; where there are more than `room`, the small ones of each parent in one cell."""
    parents = {row["parent_id"] for row in rows}
    if len(rows) <= room:
        return [_cell(row) for row in rows]
    keep = max(0, room - len(parents))
    ranked = sorted(rows, key=lambda row: -row["n_descendants"])
    kept, others = ranked[:keep], ranked[keep:]
    folded: dict[int | None, list[Row]] = defaultdict(list)
    for row in others:
        folded[row["parent_id"]].append(row)
    return [_cell(row) for row in kept] + [_others(parent, found) for parent, found in folded.items()]


def _cell(row: Row) -> Cell:
    verified = row["n_verified"] + (row["state"] == NodeState.VERIFIED)
    return Cell(row["id"], row["parent_id"], row["name"], row["n_descendants"] + 1, verified)


def _others(parent_id: int | None, rows: Sequence[Row]) -> Cell:
    cells = [_cell(row) for row in rows]
    number = f"{len(cells):,} others"
    return Cell(0, parent_id, number, sum(cell.nodes for cell in cells), sum(cell.verified for cell in cells))
