"""Two people change one tree at random, take back and make again: the store equals a simple model at every step."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from core.domain.naming import clean_name
from core.domain.people import Principal
from core.domain.states import NodeState
from core.domain.taxonomy import Node, Verdict
from core.errors import ConflictError, InvalidInputError, InvalidTransitionError
from core.services.splitting import Part
from core.services.tree_edits import Texts
from core.store import events
from tests.unit.grove import ANNA, ME, Grove
from tests.unit.tree_model import Model, Rows, refuse_unsound

T = TypeVar("T")
NAMES = ("Algebra", "ALGEBRA ", "Biology", "Chemie", "Δ", "علم", "Ethics", "Ethics.")
REFUSALS = (InvalidInputError, InvalidTransitionError, ConflictError)
people = st.sampled_from((ME, ANNA))
names = st.sampled_from(NAMES)
picks = st.integers(0, 30)


@dataclass(frozen=True)
class Stage:
    """Every row before and after one action."""

    before: Rows
    after: Rows


class TreeMachine(RuleBasedStateMachine):
    """See the module."""

    grove: Grove
    examples = 0

    @initialize()
    def begin(self) -> None:
        """A project of its own in the one database of the test."""
        TreeMachine.examples += 1
        name = f"P{TreeMachine.examples}"
        self.id = self.grove.work.projects.create(ME, name, token=name, starter=False).id
        self.model = Model()
        self.stages: dict[int, Stage] = {}
        self.now = self.rows()

    def raw(self) -> Rows:
        """The nodes and votes of the project."""
        with self.grove.work.context.store.read() as tx:
            nodes = tx.rows("SELECT * FROM node WHERE project_id=? ORDER BY position, id", (self.id,))
            votes = tx.rows(
                "SELECT v.* FROM vote v JOIN node n ON n.id=v.node_id WHERE n.project_id=? ORDER BY v.id", (self.id,)
            )
        return {"node": nodes, "vote": votes}

    def rows(self) -> Rows:
        """The same without what only grows; in the order of siblings, for their positions may be spread."""
        raw = self.raw()
        kept = [{k: v for k, v in row.items() if k not in {"version", "position", "place"}} for row in raw["node"]]
        return {"node": sorted(kept, key=lambda row: row["parent_id"] or 0), "vote": raw["vote"]}

    def pick(self, number: int, *, removed: bool = False) -> Node | None:
        """One of the nodes that are there, or of the removed ones."""
        gone = [t.id for t in self.model.things.values() if t.state is NodeState.REMOVED]
        chosen = gone if removed else self.model.live()
        if not chosen:
            return None
        with self.grove.work.context.store.read() as tx:
            return Node.model_validate(tx.row("SELECT * FROM node WHERE id=?", (chosen[number % len(chosen)],)))

    def does(self, action: Callable[[], T], follow: Callable[[T], object]) -> None:
        """Do it: what is refused changes nothing, what is not changes the model as well."""
        try:
            result = action()
        except REFUSALS:
            assert self.rows() == self.now
            return
        follow(result)
        before, self.now = self.now, self.rows()
        if before != self.now:
            self.stages[self.grove.work.taxonomy.revision(self.id)] = Stage(before, self.now)

    @rule(who=people, number=picks, top=st.booleans(), name=names)
    def add(self, who: Principal, number: int, top: bool, name: str) -> None:
        """A child of a node, or a field."""
        parent = None if top else self.pick(number)
        parent_id = parent.id if parent else None
        self.does(
            lambda: self.grove.work.tree.add(who, self.id, parent_id, name),
            lambda node: self.model.add(parent_id, node.id, clean_name(name)),
        )

    @rule(who=people, number=picks, name=names, description=st.sampled_from(("", "Words")), word=names)
    def edit(self, who: Principal, number: int, name: str, description: str, word: str) -> None:
        """New words for a node."""
        node = self.pick(number)
        if node:
            texts = Texts(name, description, (word,))
            self.does(
                lambda: self.grove.work.tree.edit(who, node, texts),
                lambda after: self.model.edit(node.id, after.name, after.description, after.synonyms),
            )

    @rule(who=people, number=picks, to=st.one_of(st.none(), picks), at=picks)
    def move(self, who: Principal, number: int, to: int | None, at: int) -> None:
        """To the top or below another node, somewhere among its children."""
        node, parent = self.pick(number), self.pick(to) if to is not None else None
        if node:
            parent_id = parent.id if parent else None
            shown = [each for each in self.model.order[parent_id] if self.model.things[each].merged is None]
            before = shown[at % len(shown)] if shown and at % 2 else None
            self.does(
                lambda: self.grove.work.tree.move(who, [node], parent_id, before),
                lambda _: self.model.move(node.id, parent_id, before),
            )

    @rule(who=people, number=picks, into=picks)
    def merge(self, who: Principal, number: int, into: int) -> None:
        """One node into another."""
        node, target = self.pick(number), self.pick(into)
        if node and target:
            self.does(
                lambda: self.grove.work.merging.merge(who, [node], target),
                lambda _: self.model.merge(node.id, target.id),
            )

    @rule(who=people, number=picks, name=names, half=st.booleans())
    def split(self, who: Principal, number: int, name: str, half: bool) -> None:
        """Some of its children go to a new node."""
        node = self.pick(number)
        if node:
            shown = [each for each in self.model.order[node.id] if self.model.things[each].merged is None]
            part = Part(name, tuple(shown[::2] if half else shown))
            self.does(
                lambda: self.grove.work.splitting.split(who, node, [part]),
                lambda made: self.model.split(node.id, [made[0].id], [(clean_name(name), part.children)]),
            )

    @rule(who=people, number=picks)
    def remove(self, who: Principal, number: int) -> None:
        """With all below."""
        node = self.pick(number)
        if node:
            self.does(lambda: self.grove.work.tree.remove(who, node), lambda _: self.model.remove(node.id))

    @rule(who=people, number=picks)
    def restore(self, who: Principal, number: int) -> None:
        """With all that went along."""
        node = self.pick(number, removed=True)
        if node:
            self.does(
                lambda: self.grove.work.tree.restore(who, self.id, node.id), lambda _: self.model.restore(node.id)
            )

    @rule(who=people, number=picks, verdict=st.sampled_from(Verdict))
    def vote(self, who: Principal, number: int, verdict: Verdict) -> None:
        """Keep or remove."""
        node = self.pick(number)
        if node:
            self.does(
                lambda: self.grove.work.votes.vote(who, self.id, node.id, verdict),
                lambda _: self.model.vote(node.id, who.name, verdict),
            )

    @rule(who=people)
    def undo(self, who: Principal) -> None:
        """Exactly what was, unless somebody built on it; then as much as nobody touched since, or nothing."""
        last = self.grove.work.actions.choice(who, self.id).undo
        if last:
            stage = self.stages[last.id]
            self.back(lambda: self.grove.work.actions.undo(who, self.id, last.id), stage.after, stage.before)

    @rule(who=people)
    def redo(self, who: Principal) -> None:
        """Exactly what had been made."""
        last = self.grove.work.actions.choice(who, self.id).redo
        if last and last.undoes:
            stage = self.stages[last.id]
            self.back(lambda: self.grove.work.actions.redo(who, self.id, last.id), stage.after, stage.before)

    def back(self, action: Callable[[], object], left: Rows, wanted: Rows) -> None:
        """Take back an action that had led from `wanted` to `left`."""
        nothing_since = self.now == left
        try:
            action()
        except REFUSALS:
            assert not nothing_since
            assert self.rows() == self.now
            return
        before, self.now = self.now, self.rows()
        assert self.now == wanted or not nothing_since
        self.stages[self.grove.work.taxonomy.revision(self.id)] = Stage(before, self.now)
        self.model = Model.of(self.raw())

    @invariant()
    def the_store_equals_the_model_and_is_sound(self) -> None:
        """After every step."""
        raw = self.raw()
        refuse_unsound(raw)
        assert Model.of(raw).told() == self.model.told()


@pytest.fixture
def fast_grove() -> Iterator[Grove]:
    """A database in memory where there is such a folder: thousands of commits are waited for."""
    quick = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=quick if quick.is_dir() else None) as home:
        grove = Grove(Path(home))
        yield grove
        grove.work.close()


def test_two_people_editing_at_random_leave_what_a_simple_model_says(fast_grove: Grove) -> None:
    TreeMachine.grove, TreeMachine.examples = fast_grove, 0
    run_state_machine_as_test(
        TreeMachine,
        settings=settings(
            max_examples=300,
            stateful_step_count=30,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    with fast_grove.work.context.store.read() as tx:
        assert events.broken_link(tx) is None
