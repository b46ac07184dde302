"""What a merge would do, worked out before anything is written: the preview shows it, the merge follows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from core.domain.naming import MAX_NAME, name_key
from core.domain.states import NodeState
from core.domain.taxonomy import Node, NodeKind, kind_at
from core.services.tree_checks import MAX_SYNONYMS, branch_too_deep
from core.store import following, nodes
from core.store.database import Tx
from core.store.following import NOTHING, Hanging


@dataclass(frozen=True, slots=True)
class Taken:
    """One node that is taken up by another."""

    node: Node
    into: Node


@dataclass(frozen=True, slots=True)
class MovedNode:
    """A child, with all below it, that gets another parent."""

    node: Node
    into: Node
    kind: NodeKind


@dataclass(frozen=True, slots=True)
class MovedSubject:
    """A subject that gets another discipline; `name` is the one it has there."""

    subject_id: int
    old_name: str
    name: str
    into: Node


@dataclass(slots=True)
class MergePlan:
    """Everything that a merge moves. With `problems` it cannot be done."""

    target: Node
    taken: list[Taken] = field(default_factory=list)
    moved: list[MovedNode] = field(default_factory=list)
    subjects: list[MovedSubject] = field(default_factory=list)
    hanging: Hanging = NOTHING
    synonyms: dict[int, tuple[str, ...]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def nodes_moved(self) -> int:
        """How many live nodes get another place, descendants included."""
        live = (each.node for each in self.moved if each.node.state is not NodeState.REMOVED)
        return sum(node.n_descendants + 1 for node in live)

    @property
    def renamed(self) -> list[MovedSubject]:
        """Subjects that are kept apart under a new name, because the discipline has one of theirs."""
        return [each for each in self.subjects if each.name != each.old_name]


def plan_merge(tx: Tx, sources: Sequence[Node], target: Node) -> MergePlan:
    """Work it out; what stands in the way is listed, not raised."""
    plan = MergePlan(target)
    _Planner(tx, plan, {node.id for node in sources}).merge_all(sources)
    return plan


class _Planner:
    def __init__(self, tx: Tx, plan: MergePlan, sources: set[int]) -> None:
        self.tx, self.plan, self.sources = tx, plan, sources
        self.children: dict[int, dict[str, Node]] = {}
        self.names: dict[int, set[str]] = {}

    def merge_all(self, sources: Sequence[Node]) -> None:
        target = self.plan.target
        for node in sources:
            if node.id == target.id:
                self.refuse(f"{node.name!r} cannot be merged into itself.")
            elif node.id in target.above:
                self.refuse(f"{node.name!r} cannot be merged into {target.name!r}, which is below it.")
            elif NodeState.REMOVED in {node.state, target.state}:
                self.refuse(f"{(node if node.state is NodeState.REMOVED else target).name!r} is removed.")
            else:
                self.merge(node, target)

    def refuse(self, problem: str) -> None:
        self.plan.problems.append(problem)

    def merge(self, node: Node, into: Node) -> None:
        hanging = following.hanging(self.tx, node.id)
        if (hanging.subjects or hanging.samples) and into.kind is not NodeKind.DISCIPLINE:
            self.refuse(f"{node.name!r} has subjects or samples, and {into.name!r} is a {into.kind.label}.")
            return
        self.plan.taken.append(Taken(node, into))
        self.plan.hanging += hanging
        if node.state is not NodeState.REMOVED:
            self.take_names(node, into)
        for child in nodes.children(self.tx, node.project_id, node.id, removed=True):
            self.place(child, node, into)
        self.take_subjects(node, into)

    def take_names(self, node: Node, into: Node) -> None:
        known = self.plan.synonyms.get(into.id, into.synonyms)
        grown = joined(into.name, [*known, node.name, *node.synonyms])
        self.plan.synonyms[into.id] = grown
        if len(grown) > MAX_SYNONYMS:
            self.refuse(f"{into.name!r} would have {len(grown):,} synonyms; {MAX_SYNONYMS} are allowed.")

    def place(self, child: Node, parent: Node, into: Node) -> None:
        """The child moves below `into`, or is merged into the child that has its name there."""
        if child.id in self.sources or child.id == into.id:
            return  # it is merged on its own account, or is what its parent is merged into
        there = self.below(into)
        twin = there.get(name_key(child.name))
        if twin is None:
            self.move(child, into)
        elif twin.merged_into is not None or twin.id in self.sources:
            self.refuse(f"{child.name!r} below {parent.name!r} has the name of a node that is merged away.")
        elif twin.state is NodeState.REMOVED and child.state is not NodeState.REMOVED:
            self.refuse(f"There is a removed {twin.name!r} below {into.name!r}: restore it, or rename one of them.")
        else:
            self.merge(child, twin)

    def move(self, child: Node, into: Node) -> None:
        kind = kind_at(child.kind, into.kind, has_children=child.n_children > 0)
        if kind is None:
            self.refuse(f"{child.name!r} ({child.kind.label}) cannot stand below the {into.kind.label} {into.name!r}.")
        elif branch_too_deep(self.tx, child, into):
            self.refuse(f"The branch of {child.name!r} would reach too deep below {into.name!r}.")
        else:
            self.plan.moved.append(MovedNode(child, into, kind))
            self.below(into)[name_key(child.name)] = child

    def below(self, node: Node) -> dict[str, Node]:
        if node.id not in self.children:
            found = nodes.children(self.tx, node.project_id, node.id, removed=True, merged=True)
            self.children[node.id] = {name_key(child.name): child for child in found}
        return self.children[node.id]

    def take_subjects(self, node: Node, into: Node) -> None:
        taken = self.names.setdefault(
            into.id, {name_key(name) for _, name in following.subject_names(self.tx, into.id)}
        )
        for subject_id, name in following.subject_names(self.tx, node.id):
            free = free_name(name, node.name, taken)
            taken.add(name_key(free))
            self.plan.subjects.append(MovedSubject(subject_id, name, free, into))


def joined(name: str, words: Iterable[str]) -> tuple[str, ...]:
    """The words once each, without those that count as the same as the name."""
    by_key: dict[str, str] = {name_key(name): name}
    for word in words:
        by_key.setdefault(name_key(word), word)
    return tuple(by_key.values())[1:]


def free_name(name: str, origin: str, taken: set[str]) -> str:
    """The name, or where it is taken "name (from origin)", with a number if that is taken too."""
    number, free = 1, name
    while name_key(free) in taken:
        tail = f" (from {origin[:80]})" if number == 1 else f" (from {origin[:80]}, {number})"
        free, number = f"{name[: MAX_NAME - len(tail)]}{tail}", number + 1
    return free
