"""Growing a taxonomy with a teacher: proposals beside what is there, decisions in bulk, level by level from nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.domain.growth import LEVELS, MAX_NAMES, MAX_QUERIES, MAX_SCOPE, Goal, Level
from core.domain.naming import clean_text
from core.domain.people import Action, Principal
from core.domain.plans import MAX_PLACES
from core.domain.states import NodeState
from core.domain.taxonomy import Node, Verdict
from core.errors import InvalidInputError
from core.services.context import Context
from core.services.votes import Decided, VoteService
from core.store import events, growth, nodes, runs
from core.store.database import Tx

__all__ = ["MOST_ROWS", "Decided", "GrowthService", "Proposal", "Proposals"]
MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class Proposal:
    """A node beside others at its place: where it stands, and what this person voted on it."""

    node: Node
    above: str
    own: Verdict | None

    @property
    def open(self) -> bool:
        """Does it wait for this person?"""
        return self.node.state is NodeState.PROPOSED and self.own is None


@dataclass(frozen=True, slots=True)
class Proposals:
    """Nodes to look at, at most MOST_ROWS of `total`; `answered` queries asked for them so far."""

    rows: tuple[Proposal, ...]
    total: int
    answered: int = 0

    @property
    def open(self) -> tuple[Proposal, ...]:
        """Those that wait for this person."""
        return tuple(row for row in self.rows if row.open)


class GrowthService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context
        self._votes = VoteService(context)

    def proposals(self, who: Principal, project_id: str, parent_id: int | None) -> Proposals:
        """All children of a place, removed ones too: open ones first, those that came up most often at the head."""
        with self._c.store.read() as tx:
            parent = nodes.get(tx, project_id, parent_id) if parent_id is not None else None
            found = growth.children(tx, project_id, parent_id, size=MOST_ROWS)
            own = growth.own_votes(tx, who.name, found)
            rows = tuple(Proposal(node, parent.name if parent else "", own.get(node.id)) for node in found)
            total = growth.count_children(tx, project_id, parent_id)
            return Proposals(rows, total, growth.answered(tx, project_id, parent_id))

    def waits(self, who: Principal, project_id: str, parent_id: int | None) -> bool:
        """Does a teacher's proposal at this place wait for this person?"""
        with self._c.store.read() as tx:
            return growth.waits(tx, project_id, parent_id, who.name)

    def proposals_on(self, who: Principal, project_id: str, level: int) -> Proposals:
        """What is proposed on a level (0 = fields), by parent; those that came up most often first."""
        with self._c.store.read() as tx:
            found = growth.open_on_level(tx, project_id, level, size=MOST_ROWS)
            own = growth.own_votes(tx, who.name, found)
            parents = {node.parent_id for node in found if node.parent_id is not None}
            above = {node.id: node.name for node in nodes.get_many(tx, project_id, parents)}
            rows = tuple(Proposal(node, above.get(node.parent_id or 0, ""), own.get(node.id)) for node in found)
            total = growth.counts_by_level(tx, project_id).get((level, NodeState.PROPOSED), 0)
            return Proposals(rows, total)

    def made(self, project_id: str, run_id: str) -> int:
        """How many new names a run has brought so far."""
        with self._c.store.read() as tx:
            return growth.made(tx, runs.get(tx, run_id, project_id).id)

    def decide_many(self, who: Principal, project_id: str, choices: Mapping[int, tuple[Verdict, int]]) -> Decided:
        """Vote on many nodes at once: node -> (verdict, the meaning that the person has read). Undone as one."""
        if not choices:
            raise InvalidInputError("No name is chosen.", "Tick at least one that is open.")
        votes = [(node_id, verdict, meaning) for node_id, (verdict, meaning) in choices.items()]
        return self._votes.vote_many(who, project_id, votes, _title(choices))

    def goal(self, project_id: str) -> Goal | None:
        """What the taxonomy is to cover, if somebody said so."""
        with self._c.store.read() as tx:
            return growth.goal(tx, project_id)

    def save_goal(self, who: Principal, project_id: str, goal: Goal) -> Goal:
        """Remember the goal; prompts that propose children say the scope from then on."""
        who.must(Action.EDIT)
        goal = _checked(goal)
        with self._c.store.write() as tx:
            before = growth.goal(tx, project_id)
            if before != goal:
                growth.save_goal(tx, project_id, goal)
                was = before.model_dump() if before else None
                at, entity = self._c.clock(), ("project", project_id)
                events.append(tx, project_id, who.name, at, "goal", entity, before=was, after=goal.model_dump())
        return goal

    def levels(self, project_id: str, goal: Goal) -> tuple[Level, ...]:
        """How far each level of the goal is, from the top."""
        with self._c.store.read() as tx:
            counts = growth.counts_by_level(tx, project_id)
            return tuple(_level(tx, project_id, number, counts) for number in range(goal.depth))


def _level(tx: Tx, project_id: str, number: int, counts: Mapping[tuple[int, str], int]) -> Level:
    waiting, verified, removed = (counts.get((number, state), 0) for state in NodeState)
    if number:
        bare: tuple[int | None, ...] = tuple(growth.bare(tx, project_id, number - 1)[:MAX_PLACES])
        parents = growth.count_parents(tx, project_id, number - 1)
    else:
        bare = () if verified + waiting else (None,)
        parents = int(bool(verified + waiting))
    return Level(LEVELS[number], verified, waiting, removed, bare, parents)


def _checked(goal: Goal) -> Goal:
    scope = " ".join(clean_text(goal.scope).split())
    if not scope:
        raise InvalidInputError("The scope is empty.", "Say in a sentence what the taxonomy is to cover.")
    if len(scope) > MAX_SCOPE:
        raise InvalidInputError(
            f"The scope has {len(scope):,} characters; {MAX_SCOPE} are allowed.", "Say it in one sentence."
        )
    for what, value, most in (
        ("depth", goal.depth, len(LEVELS)),
        ("number of queries", goal.queries, MAX_QUERIES),
        ("number of names", goal.names, MAX_NAMES),
    ):
        if not 1 <= value <= most:
            raise InvalidInputError(f"The {what} is {value:,}.", f"Choose from 1 to {most}.")
    return goal.model_copy(update={"scope": scope})


def _title(choices: Mapping[int, tuple[Verdict, int]]) -> str:
    keeps = sum(verdict is Verdict.KEEP for verdict, _ in choices.values())
    removes = len(choices) - keeps
    parts = [f"{verb} {number:,}" for verb, number in (("keep", keeps), ("remove", removes)) if number]
    return f"Voted on {len(choices):,} proposals: {', '.join(parts)}"
