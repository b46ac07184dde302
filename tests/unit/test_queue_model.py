"""Several people at one queue, whatever they do in whatever order: what is served equals a model in plain Python."""

from __future__ import annotations

import dataclasses
import itertools
from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.filters import SampleFilter
from core.domain.people import Principal
from core.domain.queues import QueueWish
from core.domain.records import Review
from core.domain.review import Order, standing
from core.domain.states import ReviewState
from core.services.serving import NEAR
from core.store import gold, samples
from tests.unit.conftest import T0, plant_project
from tests.unit.test_queues import Room, room

__all__ = ["room"]
PEOPLE = ("Ada", "Bo", "Cy")
MINUTES = 10


@dataclass
class Model:
    """What the rules say: who holds what until when, who skipped what, who said what."""

    ids: list[int]
    now: float = T0
    step: int = 0
    verdicts: dict[int, str] = field(default_factory=dict)
    leases: dict[int, tuple[str, float]] = field(default_factory=dict)
    hands: dict[str, list[int]] = field(default_factory=lambda: {person: [] for person in PEOPLE})
    history: dict[str, list[tuple[str, int, int]]] = field(default_factory=lambda: {person: [] for person in PEOPLE})

    def free(self, person: str, each: int) -> bool:
        holder, until = self.leases.get(each, ("", 0))
        return each not in self.verdicts and (holder in {"", person} or until <= self.now)

    def holds(self, person: str, each: int) -> bool:
        holder, until = self.leases.get(each, ("", 0))
        return each not in self.verdicts and holder == person and until > self.now

    def skipped(self, person: str) -> list[int]:
        last = {each: step for word, each, step in self.history[person] if word == "skip"}
        return sorted(last, key=lambda each: last[each])

    def serve(self, person: str, size: int, after: int | None) -> list[int]:
        own = [each for each in self.hands[person] if self.leases.get(each, ("", 0))[0] == person]
        own = own[own.index(after) + 1 :] if after in own else own
        skipped = self.skipped(person)
        hand = [each for each in own if self.free(person, each) and each not in skipped][:size]
        cursor = hand[-1] if hand else after
        at = self.ids.index(cursor) + 1 if cursor is not None else 0
        later = [e for e in self.ids[at:] + self.ids[:at] if e not in skipped]
        turn = skipped.index(after) + 1 if after in skipped else 0
        later += skipped[turn:] + skipped[:turn]
        hand += [e for e in later if self.free(person, e) and e not in hand][: size - len(hand)]
        hand = hand or self.taken_over(person, size)
        self.leases = {e: told for e, told in self.leases.items() if told[0] != person}
        self.leases |= dict.fromkeys(hand, (person, self.now + 60 * MINUTES))
        self.hands[person] = hand
        return hand

    def taken_over(self, person: str, size: int) -> list[int]:
        """An equal part of what others hold ahead, never what is on screen or next."""
        held = [[e for e in self.hands[other] if self.holds(other, e)] for other in PEOPLE if other != person]
        part = max(1, sum(map(len, held)) // (1 + sum(map(bool, held))))
        taken: list[int] = []
        while len(taken) < min(size, part) and len(most := max(held, key=len)) > NEAR:
            taken.insert(0, most.pop())
        return taken

    def press(self, person: str, word: str, each: int) -> None:
        self.step += 1
        self.history[person].append((word, each, self.step))
        if word == "accept":
            self.verdicts[each] = person

    def undo(self, person: str) -> None:
        if self.history[person]:
            word, each, _ = self.history[person].pop()
            if word == "accept":
                del self.verdicts[each]


class Floor:
    """A project of its own in the store of the test, and the model of it."""

    def __init__(self, room: Room, order: Order, count: int, **plan: object) -> None:
        numbers = itertools.count()
        name = next(name for name in map("m{}".format, numbers) if not _is_there(room, name))
        with room.world.store.write() as tx:
            plant_project(tx, name)
        self.room = dataclasses.replace(room, world=dataclasses.replace(room.world, project=name))
        self.room.plan(lease_minutes=MINUTES, **plan)
        ids = self.room.plant(count, run_id=None)
        self.wish = QueueWish(SampleFilter(review=ReviewState.PENDING), order)
        self.model = Model(ids if order is Order.OLDEST else ids[::-1])

    def wait(self, seconds: int) -> None:
        """Let time pass for the clock of the services and of the model."""
        self.room.now += seconds
        self.model.now += seconds


def _is_there(room: Room, name: str) -> bool:
    with room.world.store.read() as tx:
        return tx.row("SELECT 1 FROM project WHERE id=?", (name,)) is not None


DOINGS = st.sampled_from(["serve", "accept", "accept", "skip", "undo", "wait", "release"])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([Order.OLDEST, Order.NEWEST]),
    st.integers(1, 9),
    st.lists(st.tuples(DOINGS, st.sampled_from(PEOPLE), st.integers(1, 5)), max_size=40),
)
def test_what_several_people_are_served_equals_the_model_after_any_interleaving(
    room: Room, order: Order, count: int, steps: list[tuple[str, str, int]]
) -> None:
    floor = Floor(room, order, count)
    room, model = floor.room, floor.model
    in_hand: dict[str, list[int]] = {person: [] for person in PEOPLE}
    for doing, name, size in steps:
        who, after = Principal(name), None
        if doing == "wait":
            floor.wait(150 * size)
        elif doing == "release":
            room.queues.release(who, room.world.project)
            model.leases = {each: told for each, told in model.leases.items() if told[0] != name}
        elif doing == "undo" and model.history[name]:
            room.review.undo(who, room.world.project, token=room.token())
            model.undo(name)
        elif doing in {"accept", "skip"} and in_hand[name] and in_hand[name][0] not in model.verdicts:
            after = in_hand[name][0]
            press = room.decide if doing == "accept" else room.skip
            press(who, after)
            model.press(name, doing, after)
        in_hand[name] = room.ids(who, floor.wish, size=size, after=after)
        assert in_hand[name] == model.serve(name, size, after)
    counts = room.review.counts(room.world.project, SampleFilter())
    assert (counts.accepted, counts.all) == (len(model.verdicts), count)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(Order),
    st.lists(st.tuples(DOINGS, st.sampled_from(PEOPLE), st.integers(1, 3)), max_size=40),
)
def test_with_seconds_and_gold_items_nobody_gets_what_is_not_theirs_to_judge(
    room: Room, order: Order, steps: list[tuple[str, str, int]]
) -> None:
    floor = Floor(room, order, 8, second_share=0.5, gold_share=0.3)
    room, project = floor.room, floor.room.world.project
    known = floor.model.ids[0]
    with room.world.store.write() as tx:
        gold.insert(tx, samples.get(tx, project, known), "accept", "", "Cy", T0)
    held: dict[str, tuple[list[int], float]] = {}
    in_hand: dict[str, list[int]] = {person: [] for person in PEOPLE}
    for doing, name, size in steps:
        who, after = Principal(name), None
        if doing == "wait":
            floor.wait(150 * size)
        elif doing == "undo" and reviewed(room, name):
            room.review.undo(who, project, token=room.token())
        elif doing in {"accept", "skip"} and in_hand[name]:
            after = in_hand[name][0]
            (room.decide if doing == "accept" else room.skip)(who, after)
        views = room.serve(who, floor.wish, size=size, after=after).views
        in_hand[name] = [view.sample.id for view in views]
        for other, (ids, until) in held.items():
            assert other == name or until <= floor.model.now or not set(ids[:NEAR]) & set(in_hand[name])
        held[name] = in_hand[name], floor.model.now + 60 * MINUTES
        for view in views:
            assert (view.blind, view.sample.review) == (True, ReviewState.PENDING)
            assert all(entry.person == name for entry in view.reviews)
            told = standing(room.review.view(project, view.sample.id).reviews, view.sample.content_hash)
            assert name not in [entry.person for entry in told]
            judged = [each.sample_id for each in reviewed(room, name) if each.verdict == "accept"]
            assert view.sample.id not in judged


def reviewed(room: Room, name: str) -> list[Review]:
    """Verdicts and skips of the person that count."""
    with room.world.store.read() as tx:
        rows = tx.rows(
            "SELECT * FROM review r WHERE project_id=? AND person=? AND verdict IN ('accept', 'skip')"
            " AND NOT EXISTS (SELECT 1 FROM review u WHERE u.undoes=r.id)",
            (room.world.project, name),
        )
    return [Review.model_validate(row) for row in rows]
