"""The taxonomy as people read it: browse, open, search, count. `tree_edits` changes it, `votes` verifies it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.domain.people import Principal
from core.domain.taxonomy import Node, NodeKind, NodeLink, Settlement, Vote
from core.services.context import Context
from core.services.histories import entries_of
from core.store import actions, links, node_search, nodes, projects, votes
from core.store.actions import Entry
from core.store.database import Tx
from core.store.node_search import Query


@dataclass(frozen=True, slots=True)
class Ballot:
    """The votes on a node as one person may see them: blind until this person has voted or the vote is decided.

    While it is blind `votes` holds no vote of others; `cast` is the number of all. `settlement` is the decision over
    the votes, where there is one.
    """

    votes: tuple[Vote, ...]
    cast: int
    quorum: int
    blind: bool
    settlement: Settlement | None = None

    @property
    def missing(self) -> int:
        """How many more votes the quorum needs."""
        return max(0, self.quorum - self.cast)


@dataclass(frozen=True, slots=True)
class NodeView:
    """A node with its place, its votes, its links and its newest changes, as one person may see them.

    `below` counts what stands below it, by kind, see `nodes.kinds_below`.
    """

    node: Node
    path: tuple[Node, ...]
    ballot: Ballot
    links: tuple[NodeLink, ...]
    history: tuple[Entry, ...]
    below: Mapping[NodeKind, int]

    @property
    def votes(self) -> tuple[Vote, ...]:
        """The votes that may be seen."""
        return self.ballot.votes

    @property
    def quorum(self) -> int:
        """How many votes decide."""
        return self.ballot.quorum


class TaxonomyService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def children(self, project_id: str, parent_id: int | None, *, removed: bool = False) -> list[Node]:
        """Children in order; None = the fields. Nodes that were merged into others are never among them."""
        with self._c.store.read() as tx:
            return nodes.children(tx, project_id, parent_id, removed=removed)

    def view(self, who: Principal, project_id: str, node_id: int) -> NodeView:
        """One node with all that the detail pane shows; a merged one leads to the node that took it up."""
        with self._c.store.read() as tx:
            node = nodes.get(tx, project_id, node_id)
            while node.merged_into is not None:
                node = nodes.get(tx, project_id, node.merged_into)
            ballot = ballot_of(tx, who, node)
            return NodeView(
                node,
                tuple(nodes.ancestors(tx, node)),
                ballot,
                tuple(links.of(tx, node.id)),
                tuple(entries_of(tx, who, node, below=0, size=20)),
                nodes.kinds_below(tx, node),
            )

    def history(self, who: Principal, project_id: str, node_id: int, *, below: int = 0, size: int = 50) -> list[Entry]:
        """Changes of the node and of what was merged into it, newest first, older than change `below`."""
        with self._c.store.read() as tx:
            return entries_of(tx, who, nodes.get(tx, project_id, node_id), below=below, size=size)

    def some(self, project_id: str, node_ids: Iterable[int]) -> list[Node]:
        """Those of the nodes that are there, in reading order."""
        with self._c.store.read() as tx:
            return sorted(nodes.get_many(tx, project_id, set(node_ids)), key=lambda node: node.place)

    def search(self, project_id: str, text: str) -> list[tuple[Node, ...]]:
        """Hits as paths from the field down to the node, the best 50. `TreeSearch` has filters and pages."""
        with self._c.store.read() as tx:
            hits = node_search.ranked(tx, project_id, "", Query(text))[:50]
            found = {node.id: node for node in nodes.get_many(tx, project_id, (hit.id for hit in hits))}
            return paths_of(tx, project_id, [found[hit.id] for hit in hits])

    def disciplines(self, project_id: str, *, verified_only: bool = False) -> list[tuple[Node, ...]]:
        """Paths of all disciplines, in the order of the tree."""
        with self._c.store.read() as tx:
            return paths_of(tx, project_id, nodes.disciplines(tx, project_id, verified_only=verified_only))

    def next_open(self, who: Principal, project_id: str, after: int) -> Node | None:
        """The next proposed node after `after` that waits for this person's vote, around the end; None without any."""
        with self._c.store.read() as tx:
            return votes.next_open(tx, project_id, after, person=who.name)

    def counts(self, project_id: str) -> dict[tuple[str, str], int]:
        """(kind, state) -> number of nodes, merged ones left out."""
        with self._c.store.read() as tx:
            return nodes.counts(tx, project_id)

    def live_below(self, project_id: str, node_id: int) -> int:
        """How many descendants would go with this node."""
        with self._c.store.read() as tx:
            return nodes.get(tx, project_id, node_id).n_descendants

    def revision(self, project_id: str) -> int:
        """Grows whenever anybody changes the taxonomy or the curriculum."""
        with self._c.store.read() as tx:
            return actions.revision(tx, project_id)


def ballot_of(tx: Tx, who: Principal, node: Node) -> Ballot:
    """The votes on the node's present meaning as `who` may see them."""
    cast = votes.of(tx, node)
    quorum = projects.get(tx, node.project_id).quorum
    own = [vote for vote in cast if vote.person == who.name]
    blind = quorum > 1 and not own and node.state == "proposed"
    return Ballot(tuple(own if blind else cast), len(cast), quorum, blind, votes.settlement(tx, node))


def paths_of(tx: Tx, project_id: str, found: Sequence[Node]) -> list[tuple[Node, ...]]:
    """The paths of nodes, each ancestor read once."""
    known = {node.id: node for node in found}
    missing = {int(part) for node in found for part in node.path.split("/") if part} - set(known)
    known |= {node.id: node for node in nodes.get_many(tx, project_id, missing)}
    return [tuple(known[int(part)] for part in node.path.split("/") if part) for node in found]
