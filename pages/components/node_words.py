"""How a taxonomy node reads: its badge, its path, its counts, its history in words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from core.domain.states import NodeState
from core.domain.taxonomy import Node, NodeKind, Origin, Verdict
from core.services.actions import Entry
from core.services.taxonomy import Ballot
from pages.components.figures import count, when
from pages.components.text import safe

_COLOURS = {NodeState.PROPOSED: "orange", NodeState.VERIFIED: "green", NodeState.REMOVED: "red"}
_PLURALS = {NodeKind.FIELD: "fields", NodeKind.SUB_FIELD: "sub-fields", NodeKind.DISCIPLINE: "disciplines"}
Counts = Mapping[tuple[str, str], int]


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
    """ "22 nodes, 6 of them directly", "" when nothing is below. Their kinds would be a guess: trees have any depth."""
    if not node.n_descendants:
        return ""
    directly = f", {node.n_children:,} of them directly" if node.n_children < node.n_descendants else ""
    return f"{count(node.n_descendants, 'node')}{directly}"


def origin_words(node: Node) -> str:
    """Where a node comes from."""
    if node.origin is Origin.MODEL:
        return f"proposed by a teacher, came up in {node.times_seen:,} of {count(node.times_asked, 'answer')}"
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


def vote_words(ballot: Ballot) -> str:
    """How the votes stand, as far as this person may know it."""
    needed = f"{count(ballot.quorum, 'vote is', 'votes are')} needed and the majority decides"
    if not ballot.cast:
        return f"No vote yet; {needed}."
    if ballot.blind:
        cast = count(ballot.cast, "vote is", "votes are")
        return f"{cast} cast; you see which way after your own. {needed[0].upper()}{needed[1:]}."
    keeps = sum(vote.verdict is Verdict.KEEP for vote in ballot.votes)
    return f"{keeps} keep, {len(ballot.votes) - keeps} remove; {needed}."


def verified_words(node: Node, ballot: Ballot) -> str:
    """Who verified the node and when: by settling, by votes, or alone."""
    settled, at = ballot.settlement, when(node.verified_at)
    if settled:
        return f"verified, settled by {safe(settled.person, 60)}, {at}"
    keeps = [safe(vote.person, 40) for vote in ballot.votes if vote.verdict is Verdict.KEEP]
    if len(ballot.votes) < 2:
        return f"verified by {safe(node.verified_by, 60)}, {at}"
    names = ", ".join(keeps[:6]) + (f" and {len(keeps) - 6} more" if len(keeps) > 6 else "")
    return f"verified by {len(keeps)} of {count(len(ballot.votes), 'vote')}, {at}, by {names}"


def entry_row(entry: Entry) -> dict[str, str]:
    """One line of a history table; its cells are shown as plain text."""
    what = entry.action.kind if entry.change.item != "vote" else "voted"
    return {"When": when(entry.action.at), "Who": entry.action.person, "What": what, "Details": _details(entry)}


_SHOWN = ("name", "description", "synonyms", "scope_note", "notation", "kind", "state", "verdict", "note")


def _details(entry: Entry) -> str:
    change = entry.change
    was, became = change.was, change.became
    if change.item == "vote" or not was:
        return _value(became.get("verdict") or was.get("verdict")) if change.item == "vote" else entry.action.title
    named = [name for name in change.changed if name in _SHOWN]
    parts = [f"{name.replace('_', ' ')}: {_quoted(was.get(name))} → {_quoted(became.get(name))}" for name in named]
    return "; ".join(parts) or entry.action.title


def _value(value: object) -> str:
    if isinstance(value, str) and value.startswith("["):
        return ", ".join(map(str, json.loads(value)))
    return str(value or "")


def _quoted(value: object) -> str:
    text = _value(value)
    return f"“{text[:120]}”" if text else "nothing"
