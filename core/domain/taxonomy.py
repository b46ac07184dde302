"""The taxonomy: fields, sub-fields, disciplines, and the votes on them (GLAN, section 2.1).

GLAN's tree has three levels. A thesaurus has more, so sub-fields may stand below sub-fields and a discipline, the
leaf that subjects hang from, may stand below any field or sub-field.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from core.domain.entity import Entity, Object, Pairs, Texts
from core.domain.states import NodeState


class NodeKind(StrEnum):
    """The three levels."""

    FIELD = "field"
    SUB_FIELD = "sub_field"
    DISCIPLINE = "discipline"

    @property
    def label(self) -> str:
        """As written on screen."""
        return self.value.replace("_", "-")


MAX_DEPTH = 20  # levels, the fields included
KINDS_BELOW: dict[NodeKind | None, tuple[NodeKind, ...]] = {
    None: (NodeKind.FIELD,),
    NodeKind.FIELD: (NodeKind.SUB_FIELD, NodeKind.DISCIPLINE),
    NodeKind.SUB_FIELD: (NodeKind.DISCIPLINE, NodeKind.SUB_FIELD),
    NodeKind.DISCIPLINE: (),
}
# The usual child, as in GLAN.
CHILD_KIND: dict[NodeKind | None, NodeKind | None] = {
    None: NodeKind.FIELD,
    NodeKind.FIELD: NodeKind.SUB_FIELD,
    NodeKind.SUB_FIELD: NodeKind.DISCIPLINE,
    NodeKind.DISCIPLINE: None,
}


class Dispute(StrEnum):
    """How far the voters disagree: not at all, a tie that nobody has settled, a decision by a narrow majority."""

    NONE = ""
    TIE = "tie"
    NARROW = "narrow"


class Verdict(StrEnum):
    """A vote on a node."""

    KEEP = "keep"
    REMOVE = "remove"


class Origin(StrEnum):
    """Who made a row."""

    PERSON = "person"
    MODEL = "model"
    STARTER = "starter"
    DEMO = "demo"


class Node(Entity):
    """One node.

    `path` is "/1/8/52/" with its own id last; `place` sorts the whole tree in reading order; the `n_` counts are over
    descendants not removed. `version` grows with every change; `meaning` is the version that last changed what the
    node means (name, description, scope note, parent), and votes count for one meaning. `labels` holds names in other
    languages, {"fr": {"preferred", "alternatives", "definition", "scope_note"}}; `extra` statements of a thesaurus that
    have no field here, [[predicate, object], ...].
    """

    id: int
    project_id: str
    parent_id: int | None
    kind: NodeKind
    name: str
    description: str
    synonyms: Texts
    scope_note: str
    notation: str
    uri: str
    labels: Object
    extra: Pairs
    position: int
    path: str
    place: str
    state: NodeState
    origin: Origin
    touched: bool
    times_seen: int
    times_asked: int
    created_at: float
    version: int
    meaning: int
    dispute: Dispute
    removed_with: int | None
    merged_into: int | None
    verified_by: str | None
    verified_at: float | None
    verified_version: int | None
    n_children: int
    n_descendants: int
    n_verified: int

    @property
    def depth(self) -> int:
        """0 for a field."""
        return self.path.count("/") - 2

    @property
    def above(self) -> tuple[int, ...]:
        """Ids of the ancestors, the field first."""
        return tuple(int(part) for part in self.path.split("/")[1:-2])


class NodeLink(Entity):
    """A relation beside the tree: a further broader node, a related one, a match in another thesaurus.

    One of `target_id` (a node of this project) and `target_uri` is set. `relation` is a SKOS name: "broader",
    "related", "exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch".
    """

    id: int
    node_id: int
    relation: str
    target_id: int | None
    target_uri: str


class Vote(Entity):
    """One person's vote on one meaning of a node."""

    node_id: int
    person: str
    verdict: Verdict
    note: str
    node_version: int
    at: float


_CLEAR = 0.75


def decide(keeps: int, removes: int, quorum: int) -> NodeState | None:
    """The state that the votes give a node, or None while there is no majority among at least `quorum` votes."""
    if keeps + removes < quorum or keeps == removes:
        return None
    return NodeState.VERIFIED if keeps > removes else NodeState.REMOVED


def dispute_of(keeps: int, removes: int, quorum: int) -> Dispute:
    """Is this a tie, or a majority of less than three quarters? Both go to the list of nodes to settle."""
    cast = keeps + removes
    if cast < quorum or not cast:
        return Dispute.NONE
    if keeps == removes:
        return Dispute.TIE
    return Dispute.NARROW if max(keeps, removes) < _CLEAR * cast else Dispute.NONE


def kind_at(kind: NodeKind, parent: NodeKind | None, *, has_children: bool) -> NodeKind | None:
    """The kind that a node of `kind` takes on below `parent`; None if it cannot stand there.

    At the top everything becomes a field; below another node a field becomes a sub-field, or a discipline when it has
    no children.
    """
    allowed = KINDS_BELOW[parent]
    if kind in allowed:
        return kind
    if not allowed or (kind is NodeKind.DISCIPLINE and parent is not None):
        return None
    if parent is None:
        return NodeKind.FIELD
    return NodeKind.SUB_FIELD if has_children else NodeKind.DISCIPLINE


def outermost(chosen: Iterable[Node]) -> list[Node]:
    """Each node once, in the order given, without those below another chosen one: they go along with it."""
    by_id = {node.id: node for node in chosen}
    return [node for node in by_id.values() if not set(node.above) & set(by_id)]
