"""Queues: nobody gets what another holds, nothing is passed over, second verdicts and gold items come unseen."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.filters import SampleFilter
from core.domain.people import Principal, Role
from core.domain.queues import KEYS, Place, QueueWish, Turn, checked_keys, drawn
from core.domain.records import Sample
from core.domain.review import SHUFFLE_RANGE, Order, ReviewPlan, is_seconded
from core.domain.states import ReviewState, VerificationState
from core.errors import InvalidInputError, NotAllowedError, NotFoundError
from core.llm.keys import KeyFile
from core.services.context import Context
from core.services.queues import QueueService, Serving
from core.services.review import ReviewService
from core.services.sample_views import views_of
from core.settings import Settings
from core.store import events, gold, queue_walk, samples
from tests.unit.conftest import T0, World
from tests.unit.test_samples import plant_sample

ADA, BO, CY = Principal("Ada"), Principal("Bo"), Principal("Cy")
YES, NO = ReviewState.ACCEPTED, ReviewState.REJECTED
PENDING = QueueWish(SampleFilter(review=ReviewState.PENDING))
DISPUTES = QueueWish(SampleFilter(review=ReviewState.DISPUTED))
PLAIN: dict[str, object] = {"second_share": 0, "gold_share": 0}


@dataclass
class Clock:
    """What time it is, until the test says otherwise."""

    now: float = T0


@dataclass
class Room:
    """Two services over one store, whose clock the test turns."""

    world: World
    queues: QueueService
    review: ReviewService
    clock: Clock
    presses: int = 0

    @property
    def now(self) -> float:
        return self.clock.now

    @now.setter
    def now(self, at: float) -> None:
        self.clock.now = at

    def plant(self, count: int, **more: object) -> list[int]:
        with self.world.store.write() as tx:
            return [plant_sample(tx, self.world, question=f"Why {n} {more}?", **more) for n in range(count)]

    def plan(self, **chosen: object) -> None:
        self.queues.keep_plan(ADA, self.world.project, ReviewPlan.model_validate(PLAIN | chosen))

    def get(self, sample_id: int) -> Sample:
        return self.review.view(self.world.project, sample_id).sample

    def serve(self, who: Principal, wish: QueueWish = PENDING, **asked: int | Sequence[int] | None) -> Serving:
        return self.queues.serve(who, self.world.project, wish, **asked)  # type: ignore[arg-type]

    def ids(self, who: Principal, wish: QueueWish = PENDING, **asked: int | Sequence[int] | None) -> list[int]:
        return [view.sample.id for view in self.serve(who, wish, **asked).views]

    def token(self) -> str:
        self.presses += 1
        return f"{self.world.project} {self.presses}"

    def decide(self, who: Principal, sample_id: int, verdict: ReviewState = YES, *, blind: bool = True) -> Sample:
        return self.review.decide(who, self.get(sample_id), verdict, token=self.token(), blind=blind)

    def skip(self, who: Principal, sample_id: int) -> None:
        self.review.skip(who, self.get(sample_id), token=self.token())

    def drain(self, who: Principal, wish: QueueWish = PENDING, most: int = 200) -> list[int]:
        """Accept one after the other until nothing comes."""
        done: list[int] = []
        while (served := self.ids(who, wish, after=done[-1] if done else None)) and len(done) < most:
            done.append(served[0])
            self.decide(who, served[0])
        return done


@pytest.fixture
def room(world: World, tmp_path: Path) -> Room:
    home, clock = Settings.load({"STUDIO_HOME": str(tmp_path)}), Clock()
    context = Context(world.store, home, KeyFile(home.keys, {}), {}, lambda: clock.now)
    made = Room(world, QueueService(context), ReviewService(context), clock)
    made.plan()
    return made


# ---- Leases ----


def test_nobody_gets_what_another_holds(room: Room) -> None:
    ids = room.plant(6)
    assert room.ids(ADA, size=2) == ids[:2]
    assert room.ids(BO, size=2) == ids[2:4]
    assert room.ids(CY, size=5) == ids[4:]


def test_a_lease_that_ran_out_goes_to_whoever_comes_next(room: Room) -> None:
    room.plan(lease_minutes=10)
    ids = room.plant(2)
    assert room.ids(ADA, size=2) == ids
    room.now += 599
    assert room.ids(BO) == []
    room.now += 1
    assert room.ids(BO) == ids[:1]
    assert room.ids(ADA, size=2) == ids[1:]


def test_what_was_served_while_the_clock_was_far_ahead_holds_nothing_up(room: Room) -> None:
    room.plan(lease_minutes=10)
    first, *rest = room.plant(2)
    room.now += 1e7
    assert room.ids(BO) == [first]
    room.queues.keep_place(BO, room.world.project, PENDING, first)
    room.now -= 1e7
    assert room.ids(ADA, size=2) == [first, *rest]
    assert room.ids(ADA, size=1, held=[first, *rest], first=first) == [first]
    assert room.ids(CY) == []


def test_every_call_renews_the_leases_of_what_it_serves(room: Room) -> None:
    room.plan(lease_minutes=10)
    ids = room.plant(2)
    for _ in range(4):
        assert room.ids(ADA, size=2) == ids
        room.now += 400
    assert room.ids(BO) == []


def test_a_person_holds_exactly_what_was_served_last(room: Room) -> None:
    ids = room.plant(6)
    room.ids(ADA, size=4)
    assert room.ids(ADA, first=ids[0], size=2) == ids[:2]
    assert room.ids(BO, size=6) == ids[2:]


def test_what_a_window_holds_stays_in_its_hands_while_more_comes(room: Room) -> None:
    ids = room.plant(40)
    held = room.ids(ADA, size=3)
    assert room.ids(ADA, held=held, after=held[-1], size=2) == ids[3:5]
    assert room.ids(BO, size=2) == ids[5:7]
    assert room.ids(ADA, held=ids[:5], after=ids[4], size=0) == []
    assert room.ids(CY, size=3) == ids[7:10]


def test_what_another_took_in_the_meantime_is_gone_from_the_window(room: Room) -> None:
    room.plan(lease_minutes=10)
    ids = room.plant(8)
    assert room.ids(ADA, size=3) == ids[:3]
    room.now += 600
    assert room.ids(BO, size=2) == ids[:2]
    assert room.serve(ADA, held=ids[:3], after=ids[2], size=0).gone == tuple(ids[:2])


def test_the_sample_in_hand_stays_with_what_the_window_holds_behind_it(room: Room) -> None:
    ids = room.plant(6)
    room.ids(ADA, size=3)
    assert room.ids(ADA, first=ids[5], held=ids[:3], size=0) == [ids[5]]
    assert room.ids(BO, size=6) == ids[3:5]


def test_where_others_are_at_work_nobody_holds_more_than_a_fair_part(room: Room) -> None:
    ids = room.plant(24)
    assert room.ids(ADA, size=20) == ids[:20]
    assert room.serve(ADA, held=ids[:20], after=ids[19], size=0).gone == ()
    assert room.ids(BO) == ids[20:21]
    assert room.serve(ADA, held=ids[:20], after=ids[19], size=4).gone == tuple(ids[6:20])
    assert len(room.ids(BO, held=ids[20:21], after=ids[20], size=20)) == 5


def test_who_found_nothing_is_at_work_too_and_gets_a_part(room: Room) -> None:
    ids = room.plant(8)
    room.ids(ADA, size=8)
    room.queues.keep_place(BO, room.world.project, PENDING, None)
    assert room.serve(ADA, held=ids, after=ids[-1], size=0).gone == tuple(ids[3:])
    assert room.ids(BO) == ids[3:4]


def test_who_would_get_nothing_gets_a_part_of_what_another_holds_ahead_at_once(room: Room) -> None:
    ids = room.plant(8)
    room.ids(ADA, size=8)
    assert room.ids(BO, size=8) == ids[4:]
    assert set(ids[4:]) <= set(room.serve(ADA, held=ids, after=ids[-1], size=0).gone)


def test_what_is_on_screen_and_what_comes_next_is_never_taken_over(room: Room) -> None:
    ids = room.plant(5)
    room.ids(ADA, size=3)
    room.ids(BO, size=2)
    assert room.ids(CY, size=5) == ids[2:3]
    assert room.ids(Principal("Di"), size=5) == []
    room.decide(ADA, ids[0])
    room.queues.release(CY, room.world.project)
    assert room.ids(ADA, after=ids[0], size=5) == ids[1:3]


def test_what_was_judged_already_is_not_counted_as_on_screen(room: Room) -> None:
    ids = room.plant(5)
    room.ids(ADA, size=5)
    room.decide(ADA, ids[0])
    assert room.ids(BO, size=9) == ids[3:]
    room.decide(ADA, ids[1])
    assert room.ids(CY, size=9) == []


def test_it_is_taken_from_whoever_holds_most_and_only_where_nothing_is_free(room: Room) -> None:
    ids = room.plant(10)
    room.ids(ADA, size=6)
    room.ids(BO, size=3)
    assert room.ids(CY, size=9) == ids[9:]
    room.decide(CY, ids[9])
    assert room.ids(CY, after=ids[9], size=9) == ids[3:6]


def test_disputes_and_second_verdicts_held_ahead_are_taken_over_too(room: Room) -> None:
    room.plan(second_share=1)
    ids = room.plant(4)
    for each in ids:
        room.decide(ADA, each, YES)
    room.ids(BO, size=4)
    assert set(room.ids(CY, size=4)) == {*room.serve(BO, held=ids, size=0).gone}
    assert room.ids(ADA, size=4) == []
    for each in ids:
        room.decide(BO, each, NO)
    room.queues.release(BO, room.world.project)
    served = room.ids(CY, DISPUTES, size=4)
    assert room.ids(Principal("Di"), DISPUTES, size=4) == served[2:]
    assert room.ids(BO, DISPUTES, size=4) == []


def test_what_is_given_back_is_free_for_others(room: Room) -> None:
    ids = room.plant(3)
    room.ids(ADA, size=3)
    room.queues.release(ADA, room.world.project)
    assert room.ids(BO, size=3) == ids


def test_two_windows_of_one_person_share_their_leases(room: Room) -> None:
    ids = room.plant(5)
    assert room.ids(ADA, size=3) == room.ids(ADA, size=3) == ids[:3]
    room.decide(ADA, ids[0])
    assert room.ids(ADA, after=ids[0], size=3) == ids[1:4]
    assert room.ids(ADA, first=ids[0], size=3) == [ids[0], *ids[1:3]]


def test_the_sample_in_hand_is_first_also_when_it_does_not_fit(room: Room) -> None:
    ids = room.plant(4)
    room.decide(BO, ids[1])
    serving = room.serve(ADA, first=ids[1], size=2)
    assert [view.sample.id for view in serving.views] == [ids[1], ids[2]]
    assert (serving.views[0].blind, serving.views[0].sample.review) == (False, YES)
    with pytest.raises(NotFoundError):
        room.serve(ADA, first=999)


def test_a_sample_that_another_holds_is_passed_over_even_when_asked_for(room: Room) -> None:
    ids = room.plant(3)
    assert room.ids(BO, first=ids[1]) == [ids[1]]
    serving = room.serve(ADA, first=ids[1])
    assert ([view.sample.id for view in serving.views], serving.taken) == ([ids[2]], True)


def test_looking_through_takes_and_respects_no_lease(room: Room) -> None:
    ids = room.plant(3)
    room.ids(BO, size=3)
    assert room.ids(ADA, QueueWish(SampleFilter()), size=3) == ids
    assert room.ids(BO, size=3) == ids


def test_a_queue_goes_on_behind_a_sample_and_around_the_end(room: Room) -> None:
    ids = room.plant(4)
    assert room.ids(ADA, after=ids[1], size=3) == [ids[2], ids[3], ids[0]]
    assert room.ids(CY, QueueWish(SampleFilter(), Order.NEWEST), after=ids[1], size=3) == [ids[0], ids[3], ids[2]]


def test_what_was_skipped_comes_again_at_the_end_in_the_same_order(room: Room) -> None:
    ids = room.plant(4)
    for each in (ids[1], ids[0]):
        room.skip(ADA, each)
    assert room.ids(ADA, size=4) == [ids[2], ids[3], ids[1], ids[0]]
    room.queues.release(ADA, room.world.project)
    assert room.ids(BO, size=4) == ids
    room.queues.release(BO, room.world.project)
    for each in (ids[2], ids[3]):
        room.decide(ADA, each)
    assert room.ids(ADA, after=ids[3]) == [ids[1]]
    room.skip(ADA, ids[1])
    assert room.ids(ADA, after=ids[1]) == [ids[0]]


def test_who_goes_on_behind_a_skipped_sample_gets_the_next_skipped_one(room: Room) -> None:
    ids = room.plant(3)
    for each in ids:
        room.skip(ADA, each)
    room.queues.release(ADA, room.world.project)
    assert room.ids(ADA, after=ids[0], size=3) == [ids[1], ids[2], ids[0]]


def test_an_edited_text_is_not_the_one_that_was_skipped(room: Room) -> None:
    ids = room.plant(2)
    room.skip(ADA, ids[0])
    room.review.edit(BO, room.get(ids[0]), "Why not?", "So.", token=room.token())
    assert room.ids(ADA, size=2) == ids


# ---- Second verdicts, gold items, disputes ----


def test_a_second_verdict_is_served_blind_and_only_to_somebody_else(room: Room) -> None:
    room.plan(second_share=1)
    (only,) = room.plant(1)
    room.decide(ADA, only, NO)
    assert room.ids(ADA) == []
    (view,) = room.serve(BO).views
    assert (view.sample.id, view.blind, view.sample.review, view.sample.second) == (only, True, ReviewState.PENDING, 0)
    assert view.reviews == ()
    room.review.decide(BO, view.sample, NO, token="b", blind=view.blind)
    assert [entry.purpose for entry in room.review.view(room.world.project, only).reviews] == ["first", "second"]
    assert room.ids(BO) == room.ids(CY) == []


def test_nobody_gets_a_second_verdict_that_another_holds(room: Room) -> None:
    room.plan(second_share=1)
    room.plant(1)
    room.drain(ADA)
    assert len(room.ids(BO)) == 1
    assert room.ids(CY) == []


def test_second_verdicts_come_among_the_others_and_none_is_left_out(room: Room) -> None:
    room.plan(second_share=0.3)
    first = room.plant(60)
    room.drain(ADA)
    due = [each for each in first if room.get(each).second == 1]
    fresh = room.plant(60)
    served = room.drain(BO)
    assert sorted(served) == sorted([*due, *fresh])
    assert not set(served[: len(due)]) <= set(due)
    assert set(served[:40]) & set(due)


def test_the_share_of_second_verdicts_holds_for_what_is_judged_already(room: Room) -> None:
    room.plan(second_share=0)
    first = room.plant(60)
    room.drain(ADA)
    gold_item, twice = first[0], first[1]
    make_gold(room, [gold_item])
    room.decide(BO, twice, YES)
    assert room.ids(BO) == [], "nothing awaits a second verdict"
    room.plan(second_share=0.3)
    some = {each for each in first if room.get(each).second == 1}
    assert some == {each for each in first[2:] if is_seconded(room.get(each).shuffle, 0.3)}
    assert 5 < len(some) < 30
    assert (room.get(gold_item).second, room.get(twice).second) == (0, 2)
    room.plan(second_share=1)
    assert {each for each in first if room.get(each).second == 1} == set(first[2:])
    assert set(room.drain(BO)) == set(first[2:])
    room.plan(second_share=0)
    assert {room.get(each).second for each in first} == {0, 2}, "what has a second verdict keeps it"


def make_gold(room: Room, ids: Sequence[int], who: Principal = ADA) -> None:
    with room.world.store.write() as tx:
        for each in ids:
            gold.insert(tx, samples.get(tx, room.world.project, each), "accept", "", who.name, T0)


def test_gold_items_look_like_any_other_and_come_once_to_everybody_but_who_made_them(room: Room) -> None:
    room.plan(gold_share=0.5)
    known = room.plant(4)
    for each in known:
        room.decide(CY, each, YES)
    make_gold(room, known, CY)
    room.plant(60)
    (half,) = [room.drain(BO, most=30)]
    assert sorted(set(half) & set(known)) == known
    assert len(half) == len(set(half))
    assert not set(room.drain(CY)) & set(known)


def test_a_view_of_a_gold_item_tells_nothing(room: Room) -> None:
    room.plan(gold_share=0.5)
    known = room.plant(1)
    room.decide(CY, known[0], NO)
    make_gold(room, known, CY)
    room.plant(20)
    views = room.serve(BO, size=20).views
    told = {(view.blind, view.sample.review, view.sample.second, view.reviews) for view in views}
    assert known[0] in [view.sample.id for view in views]
    assert told == {(True, ReviewState.PENDING, 0, ())}


def test_a_pending_gold_item_of_another_is_no_plain_work(room: Room) -> None:
    ids = room.plant(2)
    make_gold(room, ids[:1])
    assert room.drain(BO) == ids[1:]
    assert room.drain(ADA) == ids[:1]


def test_a_dispute_goes_to_one_who_may_settle_it_with_both_verdicts_in_sight(room: Room) -> None:
    ids = room.plant(2)
    for each in ids:
        room.decide(ADA, each, YES)
        room.decide(BO, each, NO)
    assert room.ids(ADA, DISPUTES) == room.ids(BO, DISPUTES) == []
    views = room.serve(CY, DISPUTES, size=2).views
    assert [view.sample.id for view in views] == ids
    assert [(view.blind, len(view.reviews)) for view in views] == [(False, 2), (False, 2)]
    assert room.ids(Principal("Di"), DISPUTES) == []


def test_disputes_go_to_the_named_adjudicators_only(room: Room) -> None:
    room.plan(adjudicators=["Cy"])
    (only,) = room.plant(1)
    room.decide(ADA, only, YES)
    room.decide(BO, only, NO)
    assert room.ids(ADA, DISPUTES) == room.ids(Principal("Di"), DISPUTES) == []
    assert room.ids(CY, DISPUTES) == [only]


# ---- Orders and filters ----


def sorted_by(room: Room, order: Order) -> list[int]:
    with room.world.store.read() as tx:
        listed = samples.page(tx, room.world.project, SampleFilter(), size=1000)
    keys = {
        Order.OLDEST: lambda s: s.id,
        Order.NEWEST: lambda s: -s.id,
        Order.RANDOM: lambda s: (s.shuffle, s.id),
        Order.UNCERTAIN: lambda s: (-s.doubt, -s.id),
    }
    return [sample.id for sample in sorted(listed, key=keys[order])]


def mixed(room: Room) -> None:
    """Samples that differ in everything that a filter knows."""
    w = room.world
    seed_like = {"strategy": "new_question", "difficulty": None, "node_id": None, "subject_id": None}
    room.plant(7)
    room.plant(5, node_id=w.other_discipline, difficulty="challenging")
    room.plant(6, run_id=None, **seed_like)
    room.plant(4, run_id="r2", **seed_like)
    with w.store.write() as tx:
        for row in tx.rows("SELECT id FROM sample WHERE id%3=0"):
            doubt, state = 50 + row["id"] % 4, VerificationState.FAILED
            tx.run("UPDATE sample SET doubt=?, verification=? WHERE id=?", (doubt, state, row["id"]))
        tx.run("UPDATE sample SET flagged=1 WHERE id%5=0")
        tx.run(
            "INSERT INTO repair_wish(project_id, sample_id, content_hash, review_id, words, person, at, state, run_id)"
            " SELECT project_id, id, content_hash, 1, '', 'Ada', 1, 'done', 'r1' FROM sample WHERE id%4=0"
        )


STATIC = [Order.OLDEST, Order.NEWEST, Order.RANDOM, Order.UNCERTAIN]
FILTERS = [
    SampleFilter(),
    SampleFilter(difficulty="challenging"),
    SampleFilter(strategy="new_question"),
    SampleFilter(run_id="r2"),
    SampleFilter(run_id="r1", difficulty="basic"),
    SampleFilter(verification=VerificationState.FAILED),
    SampleFilter(flagged=True),
    SampleFilter(flagged=False, strategy="glan"),
    SampleFilter(repaired_in="r1"),
    SampleFilter(repaired_in="r1", difficulty="basic"),
]


@pytest.mark.parametrize("few", [True, False])
@pytest.mark.parametrize("wanted", FILTERS)
@pytest.mark.parametrize("order", STATIC)
def test_every_order_serves_all_that_fit_in_that_order_and_nothing_else(
    room: Room, order: Order, wanted: SampleFilter, few: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_walk, "GATHERED", 20_000 if few else 0)
    monkeypatch.setattr(queue_walk, "MERGED", 1_500 if few else 1)
    mixed(room)
    with room.world.store.read() as tx:
        fits = {sample.id for sample in samples.page(tx, room.world.project, wanted, size=1000)}
    expected = [each for each in sorted_by(room, order) if each in fits]
    assert room.ids(ADA, QueueWish(wanted, order), size=50) == expected
    assert room.drain(ADA, QueueWish(dataclasses.replace(wanted, review=ReviewState.PENDING), order)) == expected


@pytest.mark.parametrize("few", [True, False])
@pytest.mark.parametrize("order", STATIC)
def test_only_the_random_share_is_served_for_review_and_counted(
    room: Room, order: Order, few: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_walk, "GATHERED", 20_000 if few else 0)
    room.plan(share=0.5)
    mixed(room)
    picked = [each for each in sorted_by(room, order) if room.get(each).shuffle < 0.5 * SHUFFLE_RANGE]
    assert 0 < len(picked) < 22
    wish = QueueWish(PENDING.wanted, order)
    assert room.drain(ADA, wish) == picked
    serving = room.serve(ADA, wish)
    assert (serving.judged, serving.total, serving.counts.all) == (len(picked), len(picked), 22)


def test_disciplines_come_in_turn_from_where_the_person_was(room: Room) -> None:
    wish = QueueWish(PENDING.wanted, Order.BY_DISCIPLINE)
    mixed(room)
    served = [room.get(each).node_id or 0 for each in room.drain(ADA, wish)]
    three = [0, room.world.discipline, room.world.other_discipline]
    assert served[:15] == three * 5
    assert served[15:19] == [0, room.world.discipline] * 2
    assert served[19:] == [0, 0, 0]


def test_strategies_come_in_turn_also_when_leases_are_given_back(room: Room) -> None:
    wish = QueueWish(PENDING.wanted, Order.BY_STRATEGY)
    mixed(room)
    told = []
    for _ in range(6):
        told += [view.sample.strategy for view in room.serve(ADA, wish).views]
        room.queues.release(ADA, room.world.project)
    assert told == ["glan", "new_question"] * 3


def test_looking_through_in_turn_goes_stratum_by_stratum_and_misses_nothing(room: Room) -> None:
    mixed(room)
    wish = QueueWish(SampleFilter(), Order.BY_DISCIPLINE)
    seen = room.ids(CY, wish, size=1)
    while len(seen) < 22:
        seen += room.ids(CY, wish, after=seen[-1])
    assert len(set(seen)) == 22
    nodes = [room.get(each).node_id or 0 for each in seen]
    assert nodes == sorted(nodes)


@given(st.integers(1, 9), st.floats(0, 0.5), st.floats(0, 1))
def test_turns_bring_gold_in_their_share_and_seconds_twice_as_often_as_drawn(
    person: int, gold_share: float, second_share: float
) -> None:
    plan = ReviewPlan(gold_share=gold_share, second_share=second_share)
    turns = [drawn(plan, str(person), number) for number in range(2_000)]
    assert abs(turns.count(Turn.GOLD) / 2_000 - gold_share) < 0.06
    wanted = min(0.5, max(0.1, 2 * second_share), 1 - gold_share)
    assert abs(turns.count(Turn.SECOND) / 2_000 - wanted) < 0.06


# ---- Places, plans, keys ----


def test_a_place_is_kept_for_another_day_and_forgotten_by_nobody_else(room: Room) -> None:
    wanted = SampleFilter(review=ReviewState.PENDING, verification=VerificationState.FAILED, run_id="r", flagged=True)
    kept = Place(QueueWish(wanted, Order.RANDOM), 7)
    room.queues.keep_place(ADA, room.world.project, kept.wish, 7)
    assert room.queues.place(ADA, room.world.project) == kept
    assert room.queues.place(BO, room.world.project) is None


def test_without_first_or_after_the_queue_begins_where_the_person_was(room: Room) -> None:
    ids = room.plant(5)
    everything = QueueWish(SampleFilter())
    for wish in (PENDING, everything):
        room.queues.keep_place(ADA, room.world.project, wish, ids[2])
        assert room.ids(ADA, wish, size=2) == ids[2:4]
        room.queues.release(ADA, room.world.project)
    room.queues.keep_place(ADA, room.world.project, PENDING, ids[2])
    room.decide(BO, ids[2])
    assert room.ids(ADA) == [ids[3]]
    assert room.ids(ADA, everything) == [ids[0]]


def test_a_plan_is_changed_by_who_may_change_settings_and_the_change_is_told(room: Room) -> None:
    with pytest.raises(NotAllowedError):
        room.queues.keep_plan(Principal("Eve", Role.REVIEWER), room.world.project, ReviewPlan(share=0.5))
    room.plan(share=0.5)
    assert room.queues.plan(room.world.project).share == 0.5
    with room.world.store.read() as tx:
        told = [each.kind for each in events.page(tx, room.world.project)]
    assert told.count("review plan changed") == 2


def test_a_viewer_is_served_nothing_to_judge(room: Room) -> None:
    viewer = Principal("Vi", Role.VIEWER)
    ids = room.plant(1)
    with pytest.raises(NotAllowedError):
        room.serve(viewer)
    assert room.ids(viewer, QueueWish(SampleFilter())) == ids


def test_keys_are_kept_for_each_person_and_the_rest_stays_as_usual(room: Room) -> None:
    room.queues.keep_keys(ADA, {"accept": "J", "reject": "k"})
    assert room.queues.keys(ADA) == {**KEYS, "accept": "j", "reject": "k"}
    assert room.queues.keys(BO) == KEYS


@pytest.mark.parametrize(
    ("chosen", "why"),
    [
        ({"accept": "c"}, "C and R belong"),
        ({"accept": "R"}, "C and R belong"),
        ({"accept": "1"}, "1 to 9 choose"),
        ({"accept": ""}, "one letter"),
        ({"accept": "ab"}, "one letter"),
        ({"accept": "ä"}, "one letter"),
        ({"accept": "?"}, "one letter"),
        ({"accept": "x"}, "another for one"),
        ({"dance": "d"}, "Choose from"),
    ],
)
def test_a_key_that_cannot_work_is_refused_with_the_reason(chosen: dict[str, str], why: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        checked_keys(chosen)
    assert why in refused.value.hint


def test_many_samples_are_viewed_in_as_many_queries_as_one(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.plant(9)
    asked: list[str] = []
    with room.world.store.read() as tx:
        tx.connection.set_trace_callback(asked.append)
        found = samples.page(tx, room.world.project, SampleFilter(), size=9)
        numbers = []
        for count in (1, 9):
            asked.clear()
            room_views = views_of(tx, found[:count])
            numbers.append(len(asked))
            assert len(room_views) == count
        tx.connection.set_trace_callback(None)
    assert numbers[0] == numbers[1]
