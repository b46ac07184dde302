"""Many votes decided at once: what the majorities change, and writing it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.domain.states import NodeState
from core.domain.taxonomy import Dispute, decide, dispute_of
from core.store import node_changes, nodes, tree, votes
from core.store.database import Tx
from core.store.votes import Tally

_MANY = 2000  # ancestors, from which on counting the whole tree is quicker


@dataclass(frozen=True, slots=True)
class Recount:
    """How many nodes change: verified, removed (what is below not counted), proposed again, disputed or not any more.

    `quorum` is the one that was counted with.
    """

    quorum: int
    verified: int
    removed: int
    reopened: int
    disputes: int

    @property
    def nodes(self) -> int:
        """All nodes whose state changes."""
        return self.verified + self.removed + self.reopened

    def __bool__(self) -> bool:
        return bool(self.nodes or self.disputes)


@dataclass(slots=True)
class Plan:
    """Ids of the nodes that change, and to what; `above` are the ancestors whose counts change with them."""

    quorum: int
    verified: list[int] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    reopened: list[int] = field(default_factory=list)
    disputes: dict[Dispute, list[int]] = field(default_factory=lambda: defaultdict(list))
    above: set[int] = field(default_factory=set)

    @property
    def summary(self) -> Recount:
        """The numbers of it."""
        disputes = sum(map(len, self.disputes.values()))
        return Recount(self.quorum, len(self.verified), len(self.removed), len(self.reopened), disputes)


def plan(tallies: Sequence[Tally], quorum: int, *, reopens: bool = False) -> Plan:
    """What the votes decide. `reopens`: a verification that they do not carry any more is taken back."""
    made = Plan(quorum)
    for tally in tallies:
        dispute = dispute_of(tally.keeps, tally.removes, quorum)
        if dispute != tally.dispute:
            made.disputes[dispute].append(tally.node_id)
        _place(made, tally, decide(tally.keeps, tally.removes, quorum), reopens=reopens)
    return made


def _place(made: Plan, tally: Tally, wanted: NodeState | None, *, reopens: bool) -> None:
    verified = tally.state == NodeState.VERIFIED
    if wanted is NodeState.VERIFIED and not verified:
        made.verified.append(tally.node_id)
    elif wanted is NodeState.REMOVED:
        made.removed.append(tally.node_id)
    elif wanted is None and verified and reopens:
        made.reopened.append(tally.node_id)
    else:
        return
    made.above.update(int(part) for part in tally.path.split("/")[1:-2])


def carry_out(tx: Tx, project_id: str, made: Plan, person: str, at: float) -> None:
    """Write it, counts included."""
    for dispute, ids in made.disputes.items():
        votes.set_disputes(tx, ids, dispute)
    node_changes.set_states(tx, made.verified, NodeState.VERIFIED, person, at)
    node_changes.set_states(tx, made.reopened, NodeState.PROPOSED, person, at)
    for node_id in made.removed:
        node = nodes.get(tx, project_id, node_id)
        if node.state is not NodeState.REMOVED:  # it may have gone with one above it
            node_changes.remove_subtree(tx, node)
    if len(made.above) > _MANY:
        tree.recount_all(tx, project_id)
    else:
        tree.recount_ids(tx, made.above)
