"""Relations of a node beside the tree, added and taken away by people: related, further broader ones, matches."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.domain.naming import clean_text
from core.domain.people import Principal
from core.domain.states import NodeState
from core.domain.taxonomy import Node, NodeLink
from core.errors import InvalidInputError, NotFoundError
from core.services.actions import Actions
from core.services.context import Context
from core.services.taxonomy import paths_of
from core.store import links, nodes
from core.store.database import Tx

RELATIONS = ("related", "broader", "exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
INSIDE = ("related", "broader")  # lead to a node of this project
MAX_LINKS = 200
_URI = re.compile(r"(https?://|urn:)[^\s<>\"{}|\\^`]{1,500}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SeenLink:
    """A link as it reads from one node: `incoming` = it was drawn at the other end. `path` is empty for an address."""

    link: NodeLink
    incoming: bool
    path: tuple[Node, ...]


class LinkService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context
        self._actions = Actions(context)

    def of(self, project_id: str, node_id: int) -> list[SeenLink]:
        """Links from and to the node."""
        with self._c.store.read() as tx:
            found = [(link, False, link.target_id) for link in links.of(tx, node_id)]
            found += [(link, True, link.node_id) for link in links.to(tx, node_id)]
            others = nodes.get_many(tx, project_id, {other for _, _, other in found if other is not None})
            paths = {path[-1].id: path for path in paths_of(tx, project_id, others)}
            return [SeenLink(link, incoming, paths.get(other or 0, ())) for link, incoming, other in found]

    def add(
        self,
        who: Principal,
        project_id: str,
        node_id: int,
        relation: str,
        *,
        target_id: int | None = None,
        target_uri: str = "",
    ) -> bool:
        """Link a node to another one of this project, or to an address in another thesaurus; False if it is there."""
        if relation not in RELATIONS:
            raise InvalidInputError(f"There is no relation {relation!r}.", f"Choose {', '.join(RELATIONS)}.")
        address = clean_text(target_uri)
        if (target_id is None) == (not address) or (relation in INSIDE and target_id is None):
            raise InvalidInputError("The other end of the link is missing.", "Choose a node, or give an address.")
        if address and not _URI.fullmatch(address):
            raise InvalidInputError(
                f"{address[:100]!r} is no address.", "It begins with http://, https:// or urn: and has no spaces."
            )
        with self._actions.act(who, project_id, "linked") as action:
            node = nodes.get(action.tx, project_id, node_id)
            other = nodes.get(action.tx, project_id, target_id) if target_id is not None else None
            _refuse(action.tx, node, other, relation)
            action.title = f"Linked {node.name} to {other.name if other else address} ({relation})"
            action.entity = ("node", node_id)
            return links.add(action.tx, project_id, node_id, relation, target_id=target_id, target_uri=address)

    def remove(self, who: Principal, project_id: str, link_id: int) -> None:
        """Take a link away."""
        with self._actions.act(who, project_id, "unlinked") as action:
            link = links.find(action.tx, project_id, link_id)
            if link is None:
                raise NotFoundError("This link is gone already.", "Reload the page.")
            links.remove(action.tx, link_id)
            action.title = (
                f"Took away a link of {nodes.get(action.tx, project_id, link.node_id).name} ({link.relation})"
            )
            action.entity = ("node", link.node_id)


def _refuse(tx: Tx, node: Node, other: Node | None, relation: str) -> None:
    if node.state is NodeState.REMOVED or (other and other.state is NodeState.REMOVED):
        gone = node if node.state is NodeState.REMOVED else other
        raise InvalidInputError(f"{gone.name if gone else ''!r} is removed.", "Restore it first.")
    if len(links.of(tx, node.id)) >= MAX_LINKS:
        raise InvalidInputError(f"{node.name!r} has {MAX_LINKS} links, the most there can be.", "Take some away.")
    if other is None:
        return
    if other.id == node.id:
        raise InvalidInputError(f"{node.name!r} cannot be linked to itself.", "Choose another node.")
    if relation == "broader" and (other.id in node.above or node.id in other.above):
        where = "above" if other.id in node.above else "below"
        raise InvalidInputError(f"{other.name!r} is {where} {node.name!r} in the tree.", "The tree says so already.")
    back = links.between(tx, other.id, node.id)
    if relation in back and relation in {"related", "broader"}:
        raise InvalidInputError(f"{other.name!r} is linked to {node.name!r} already.", "Once is enough.")
