"""A taxonomy as plain lists: what the store must equal after every action, written as simply as it can be."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.domain.naming import name_key
from core.domain.states import NodeState
from core.domain.taxonomy import Verdict, decide
from core.services.merge_plan import joined

Rows = dict[str, list[dict[str, Any]]]


@dataclass
class Thing:
    """A node."""

    id: int
    name: str
    description: str = ""
    synonyms: tuple[str, ...] = ()
    state: NodeState = NodeState.PROPOSED
    before: NodeState | None = None
    removed_with: int | None = None
    merged: int | None = None
    votes: dict[str, Verdict] = field(default_factory=dict)


class Model:
    """`order` holds the children of each node, removed and merged ones too."""

    def __init__(self) -> None:
        self.things: dict[int, Thing] = {}
        self.order: dict[int | None, list[int]] = {None: []}

    def parent(self, node_id: int) -> int | None:
        """What it stands below."""
        return next(parent for parent, children in self.order.items() if node_id in children)

    def below(self, node_id: int) -> list[int]:
        """The node and all below it."""
        return [node_id, *(deep for child in self.order[node_id] for deep in self.below(child))]

    def live(self) -> list[int]:
        """Nodes that are not removed, in reading order."""
        every = [deep for top in self.order[None] for deep in self.below(top)]
        return [node_id for node_id in every if self.things[node_id].state is not NodeState.REMOVED]

    def told(self) -> dict[int | None, list[tuple[object, ...]]]:
        """What people see, by parent."""
        return {
            parent: [
                (t.id, t.name, t.description, t.synonyms, t.state)
                for t in map(self.things.__getitem__, children)
                if t.state is not NodeState.REMOVED
            ]
            for parent, children in self.order.items()
            if parent is None or self.things[parent].state is not NodeState.REMOVED
        }

    def add(self, parent: int | None, node_id: int, name: str) -> None:
        """Behind its siblings."""
        self.things[node_id] = Thing(node_id, name)
        self.order[parent].append(node_id)
        self.order[node_id] = []

    def edit(self, node_id: int, name: str, description: str, synonyms: tuple[str, ...]) -> None:
        """New words; other meaning, other votes."""
        thing = self.things[node_id]
        if (thing.name, thing.description) != (name, description):
            self.reopen(node_id)
        thing.name, thing.description, thing.synonyms = name, description, synonyms

    def reopen(self, node_id: int) -> None:
        """Its votes start anew."""
        thing = self.things[node_id]
        thing.votes = {}
        thing.state = NodeState.PROPOSED if thing.state is NodeState.VERIFIED else thing.state

    def move(self, node_id: int, parent: int | None, before: int | None, *, same_meaning: bool = False) -> None:
        """In front of `before`, or behind all."""
        old = self.parent(node_id)
        if before == node_id:  # where it stands already: in front of the next one
            rest = self.order[parent][self.order[parent].index(node_id) + 1 :]
            live = [each for each in rest if self.things[each].merged is None]
            before = live[0] if live else None
        self.order[old].remove(node_id)
        at = self.order[parent].index(before) if before is not None else len(self.order[parent])
        self.order[parent].insert(at, node_id)
        if parent != old and not same_meaning:
            self.reopen(node_id)

    def vote(self, node_id: int, person: str, verdict: Verdict) -> None:
        """One vote decides; with two that differ nothing is decided."""
        thing = self.things[node_id]
        thing.votes[person] = verdict
        keeps = sum(each is Verdict.KEEP for each in thing.votes.values())
        decided = decide(keeps, len(thing.votes) - keeps, 1)
        if decided is NodeState.VERIFIED and thing.state is NodeState.PROPOSED:
            thing.state = decided
        elif decided is NodeState.REMOVED:
            self.remove(node_id)

    def remove(self, node_id: int) -> None:
        """With all below it."""
        for each in map(self.things.__getitem__, self.below(node_id)):
            if each.state is not NodeState.REMOVED:
                each.before, each.state, each.removed_with = each.state, NodeState.REMOVED, node_id

    def restore(self, node_id: int) -> None:
        """With all that went along."""
        for each in self.things.values():
            if each.removed_with == node_id and each.merged is None and each.before:
                each.state, each.before, each.removed_with = each.before, None, None

    def merge(self, node_id: int, into: int) -> None:
        """Children of one name are merged in their turn."""
        thing, target = self.things[node_id], self.things[into]
        if thing.state is not NodeState.REMOVED:
            target.synonyms = joined(target.name, [*target.synonyms, thing.name, *thing.synonyms])
        for child in [each for each in self.order[node_id] if self.things[each].merged is None]:
            twin = self.find(into, self.things[child].name)
            if twin is None:
                self.move(child, into, None, same_meaning=True)
            else:
                self.merge(child, twin)
        thing.before, thing.state, thing.removed_with, thing.merged = thing.state, NodeState.REMOVED, node_id, into

    def find(self, parent: int | None, name: str) -> int | None:
        """The child of that name."""
        return next((each for each in self.order[parent] if name_key(self.things[each].name) == name_key(name)), None)

    def split(self, node_id: int, made: Sequence[int], parts: Sequence[tuple[str, tuple[int, ...]]]) -> None:
        """New ones right behind it, with the children they were given."""
        parent = self.parent(node_id)
        for new, (name, children) in zip(made, parts, strict=True):
            self.add(parent, new, name)
            for child in children:
                self.move(child, new, None)
        self.order[parent] = [each for each in self.order[parent] if each not in made]
        at = self.order[parent].index(node_id) + 1
        self.order[parent][at:at] = made

    @staticmethod
    def of(rows: Rows) -> Model:
        """What stands in the database."""
        model = Model()
        for row in sorted(rows["node"], key=lambda row: (row["position"], row["id"])):
            model.things[row["id"]] = thing_of(row)
            model.order.setdefault(row["id"], [])
            model.order.setdefault(row["parent_id"], []).append(row["id"])
        meanings = {row["id"]: row["meaning"] for row in rows["node"]}
        for vote in sorted(rows["vote"], key=lambda vote: int(vote["id"])):
            if vote["node_version"] == meanings[vote["node_id"]]:
                model.things[vote["node_id"]].votes[vote["person"]] = Verdict(vote["verdict"])
        return model


def thing_of(row: Mapping[str, Any]) -> Thing:
    """A row of the table."""
    return Thing(
        row["id"],
        row["name"],
        row["description"],
        tuple(json.loads(row["synonyms"])),
        NodeState(row["state"]),
        NodeState(row["state_before"]) if row["state_before"] else None,
        row["removed_with"],
        row["merged_into"],
    )


def refuse_unsound(rows: Rows) -> None:
    """No cycle, and paths, reading order and counts are what follows from parents and positions."""
    by_id = {row["id"]: row for row in rows["node"]}
    below: dict[int | None, list[dict[str, Any]]] = {}
    for row in rows["node"]:
        below.setdefault(row["parent_id"], []).append(row)
    reached = 0

    def count(row: dict[str, Any], path: str, place: str) -> tuple[int, int]:
        nonlocal reached
        reached += 1
        path, place = f"{path}{row['id']}/", f"{place}{row['position']:08x}"
        assert (row["path"], row["place"]) == (path, place)
        assert row["removed_with"] is None or row["removed_with"] in by_id
        inner = [(child, count(child, path, place)) for child in below.get(row["id"], [])]
        live = [(child, each) for child, each in inner if child["state"] != "removed"]
        descendants = sum(1 + each[0] for _, each in live)
        verified = sum((child["state"] == "verified") + each[1] for child, each in live)
        if row["state"] != "removed":
            assert (row["n_children"], row["n_descendants"], row["n_verified"]) == (len(live), descendants, verified)
        return descendants, verified

    for siblings in below.values():
        assert len({row["position"] for row in siblings}) == len(siblings)
    for top in below.get(None, []):
        count(top, "/", "")
    assert reached == len(by_id)
