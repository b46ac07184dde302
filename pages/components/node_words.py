"""How a taxonomy node reads: its badge, its path, its counts, its history in words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Protocol

from core.domain.states import NodeState
from core.domain.taxonomy import Node, NodeKind, Origin, Verdict, Vote
from pages.components.figures import count, when
from pages.components.text import safe

_COLOURS = {NodeState.PROPOSED: "orange", NodeState.VERIFIED: "green", NodeState.REMOVED: "red"}
_PLURALS = {NodeKind.FIELD: "fields", NodeKind.SUB_FIELD: "sub-fields", NodeKind.DISCIPLINE: "disciplines"}
Counts = Mapping[tuple[str, str], int]


class Event(Protocol):
    """What the history shows of an event; `before` and `after` are JSON texts or None."""

    @property
    def at(self) -> float: ...
    @property
    def person(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def before(self) -> str | None: ...
    @property
    def after(self) -> str | None: ...


def badge(state: NodeState) -> str:
    """The state as a coloured word."""
    return f":{_COLOURS[state]}-badge[{state.value}]"


def path_words(path: Sequence[Node], limit: int = 60) -> str:
    """The names from the field down, made safe."""
    return " › ".join(safe(node.name, limit) for node in path)


def kind_count(kind: NodeKind, number: int) -> str:
    """1 field, 12 disciplines."""
    return count(number, kind.label, _PLURALS[kind])


def below_words(node: Node) -> str:
    """ "2 sub-fields, 14 disciplines" below a node; "" when nothing is below."""
    if node.kind is NodeKind.FIELD:
        parts = [(NodeKind.SUB_FIELD, node.n_children), (NodeKind.DISCIPLINE, node.n_descendants - node.n_children)]
    else:
        parts = [(NodeKind.DISCIPLINE, node.n_children)]
    return " and ".join(kind_count(kind, number) for kind, number in parts if number)


def origin_words(node: Node) -> str:
    """Where a node comes from."""
    if node.origin is Origin.MODEL:
        return f"proposed by a teacher, came up {count(node.times_seen, 'time')}"
    return {Origin.PERSON: "added by a person", Origin.STARTER: "from the starter taxonomy"}.get(
        node.origin, "demo content"
    )


def decided(counts: Counts) -> tuple[int, int, int]:
    """(verified, removed, all) nodes."""
    verified = sum(n for (_, state), n in counts.items() if state == NodeState.VERIFIED)
    removed = sum(n for (_, state), n in counts.items() if state == NodeState.REMOVED)
    return verified, removed, sum(counts.values())


def open_in_branch(path: Sequence[Node]) -> int:
    """How many nodes "Keep this branch" would vote on: the proposed ones above, the node itself and below."""
    node = path[-1]
    proposed = sum(each.state is NodeState.PROPOSED for each in path)
    return proposed + node.n_descendants - node.n_verified


def vote_words(votes: Sequence[Vote], quorum: int) -> str:
    """How the votes stand."""
    keeps = sum(vote.verdict is Verdict.KEEP for vote in votes)
    cast = f"{keeps} keep, {len(votes) - keeps} remove"
    needed = f"{count(quorum, 'vote is', 'votes are')} needed and the majority decides"
    return f"{cast}; {needed}." if votes else f"No vote yet; {needed}."


def event_row(event: Event) -> dict[str, str]:
    """One line of the history table; its cells are shown as plain text."""
    return {"When": when(event.at), "Who": event.person, "What": event.kind, "Details": _details(event)}


def _details(event: Event) -> str:
    before, after = _value(event.before), _value(event.after)
    if event.kind == "edited" and isinstance(before, dict) and isinstance(after, dict):
        changes = (f"{key}: {_shown(before.get(key))} → {_shown(after.get(key))}" for key in after)
        return "; ".join(change for key, change in zip(after, changes, strict=True) if before.get(key) != after[key])
    if event.kind == "removed" and isinstance(before, dict):
        return f"{count(int(before.get('with_descendants', 1)), 'node')} in all"
    if event.kind == "restored" and isinstance(after, dict):
        return f"{count(int(after.get('nodes', 1)), 'node')} in all"
    return after if isinstance(after, str) and event.kind.startswith("voted") else ""


def _value(text: str | None) -> object:
    return json.loads(text) if text else None


def _shown(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value or "")
    return f"“{text[:120]}”" if text else "nothing"
