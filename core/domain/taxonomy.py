"""The taxonomy: fields, sub-fields, disciplines, and the votes on them (GLAN, section 2.1)."""

from __future__ import annotations

from enum import StrEnum

from core.domain.entity import Entity, Texts
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


CHILD_KIND: dict[NodeKind | None, NodeKind | None] = {
    None: NodeKind.FIELD,
    NodeKind.FIELD: NodeKind.SUB_FIELD,
    NodeKind.SUB_FIELD: NodeKind.DISCIPLINE,
    NodeKind.DISCIPLINE: None,
}


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
    """One node. `path` is "/1/8/52/" with its own id last; the `n_` counts are over descendants not removed."""

    id: int
    project_id: str
    parent_id: int | None
    kind: NodeKind
    name: str
    description: str
    synonyms: Texts
    position: int
    path: str
    state: NodeState
    origin: Origin
    touched: bool
    times_seen: int
    version: int
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


class Vote(Entity):
    """One person's vote on one version of a node."""

    node_id: int
    person: str
    verdict: Verdict
    note: str
    node_version: int
    at: float


def decide(keeps: int, removes: int, quorum: int) -> NodeState | None:
    """The state that the votes give a node, or None while there is no majority among at least `quorum` votes."""
    if keeps + removes < quorum or keeps == removes:
        return None
    return NodeState.VERIFIED if keeps > removes else NodeState.REMOVED
