"""Bulk verdicts: what was counted and looked at is judged, once, and taken back as one to the very state before."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.filters import SampleFilter
from core.domain.people import Principal, Role
from core.domain.records import Review, Sample
from core.domain.review import Entry, Purpose, ReviewPlan, is_seconded
from core.domain.states import ReviewState
from core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from core.llm.keys import KeyFile
from core.services import slices
from core.services.bulk_verdicts import BulkPreview, BulkVerdictService
from core.services.context import Context
from core.services.review import ReviewService
from core.services.verdict_checks import verdicts_and_events
from core.settings import Settings
from core.store import bulk_verdicts, events, gold, reviews, samples
from tests.unit.conftest import T0, World
from tests.unit.test_samples import plant_sample

ADA, BO = Principal("Ada"), Principal("Bo")
YES, NO, PENDING, DISPUTED = (
    ReviewState.ACCEPTED,
    ReviewState.REJECTED,
    ReviewState.PENDING,
    ReviewState.DISPUTED,
)
ALL = SampleFilter()


class Desk:
    """Both services over one store."""

    def __init__(self, world: World, home: Path) -> None:
        self.world = world
        made = Settings.load({"STUDIO_HOME": str(home)})
        self.context = Context(world.store, made, KeyFile(made.keys, {}), {}, lambda: T0)
        self.bulk, self.review = BulkVerdictService(self.context), ReviewService(self.context)

    def plant(self, number: int = 1, **more: object) -> list[Sample]:
        with self.world.store.write() as tx:
            made = [plant_sample(tx, self.world, question=f"Why {n}?", **more) for n in range(number)]
            return samples.by_ids(tx, made)

    def now(self, sample: Sample) -> Sample:
        with self.world.store.read() as tx:
            return samples.get(tx, self.world.project, sample.id)

    def plan(self, **chosen: object) -> None:
        with self.world.store.write() as tx:
            reviews.keep_plan(tx, self.world.project, ReviewPlan.model_validate(chosen))

    def history(self, sample: Sample) -> list[Review]:
        with self.world.store.read() as tx:
            return reviews.of_sample(tx, sample.id)

    def look(self, wanted: SampleFilter = ALL) -> BulkPreview:
        return self.bulk.preview(self.world.project, wanted)

    def judge(self, seen: BulkPreview, verdict: ReviewState = YES, token: str = "t", **more: Any) -> Any:
        looked = {sample.id for sample in seen.examples}
        return self.bulk.judge(ADA, self.world.project, seen, verdict, looked=looked, token=token, **more)


@pytest.fixture
def desk(world: World, tmp_path: Path) -> Desk:
    return Desk(world, tmp_path)


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "PAUSE", 0)


def test_only_pending_samples_are_judged_and_what_has_a_verdict_keeps_it(desk: Desk) -> None:
    fresh, accepted, disputed, known, preview = desk.plant(4) + desk.plant(preview=True)
    desk.review.decide(BO, accepted, YES, token="a")
    desk.review.decide(ADA, desk.review.decide(BO, disputed, YES, token="b"), NO, token="c")
    with desk.world.store.write() as tx:
        gold.insert(tx, known, "reject", "Wrong.", "Bo", T0)
    seen = desk.look()
    assert (seen.judged, seen.gold) == (1, 1)
    assert dict(seen.states) == {PENDING: 2, YES: 1, NO: 0, DISPUTED: 1}
    outcome = desk.judge(seen, NO, reason="Wrong", note="All of them.")
    assert (outcome.judged, outcome.passed_over) == (1, 0)
    states = [desk.now(each).review for each in (fresh, accepted, disputed, known, preview)]
    assert states == [NO, YES, DISPUTED, PENDING, PENDING]
    told = desk.history(fresh)[-1]
    assert (told.purpose, told.reason, told.note, told.batch) == ("bulk", "Wrong", "All of them.", outcome.batch)


def test_the_preview_counts_what_would_be_judged(desk: Desk) -> None:
    desk.plant(3)
    desk.plant(2, strategy="evol_instruct", node_id=None, subject_id=None)
    seen = desk.look()
    assert {each.value: n for each, n in seen.strategies.items()} == {"glan": 3, "evol_instruct": 2}
    assert dict(seen.disciplines) == {desk.world.discipline: 3, 0: 2}
    assert seen.names[desk.world.discipline] == "Physics"
    assert sum(seen.verifications.values()) == seen.judged == 5


def test_a_filter_narrows_what_is_judged(desk: Desk) -> None:
    inside, outside = desk.plant(1)[0], desk.plant(1, difficulty="challenging")[0]
    desk.judge(desk.look(SampleFilter(difficulty="basic")))
    assert (desk.now(inside).review, desk.now(outside).review) == (YES, PENDING)


@pytest.mark.parametrize("state", [YES, NO, DISPUTED])
def test_a_filter_for_judged_samples_leaves_nothing_to_judge(desk: Desk, state: ReviewState) -> None:
    desk.plant(2)
    seen = desk.look(SampleFilter(review=state))
    assert (seen.judged, seen.examples) == (0, ())
    with pytest.raises(InvalidInputError, match="pending"):
        desk.judge(seen)


def test_ten_examples_are_drawn_the_same_way_each_time_and_must_be_looked_at(desk: Desk) -> None:
    desk.plant(40)
    seen = desk.look()
    assert len(seen.examples) == 10
    assert desk.look().examples == seen.examples
    assert [each.id for each in seen.examples] != sorted(each.id for each in seen.examples)
    most = [each.id for each in seen.examples][:-1]
    with pytest.raises(InvalidInputError, match="1 of the 10 examples"):
        desk.bulk.judge(ADA, desk.world.project, seen, YES, looked=most, token="t")
    assert desk.look().judged == 40


def test_nothing_is_rejected_in_bulk_without_a_reason(desk: Desk) -> None:
    desk.plant()
    with pytest.raises(InvalidInputError, match="without a reason"):
        desk.judge(desk.look(), NO, note="  ")
    assert desk.judge(desk.look(), NO, note="All of them guess.").judged == 1


def test_what_changed_or_came_since_the_preview_is_passed_over(desk: Desk) -> None:
    kept, edited, judged, again = desk.plant(4)
    seen = desk.look()
    desk.review.edit(BO, edited, "Why not?", "So.", token="e")
    desk.review.decide(BO, judged, NO, token="a")
    desk.review.decide(BO, again, NO, token="b")
    desk.review.undo(BO, desk.world.project, token="u")
    new = desk.plant()[0]
    outcome = desk.judge(seen)
    assert (outcome.judged, outcome.passed_over) == (2, 2)
    states = [desk.now(each).review for each in (kept, edited, judged, again, new)]
    assert states == [YES, PENDING, NO, YES, PENDING]


def test_what_somebody_else_has_in_hand_is_left_to_them(desk: Desk) -> None:
    theirs, own, given_back = desk.plant(3)
    leases = [(theirs.id, "Bo", T0 + 60), (own.id, "Ada", T0 + 60), (given_back.id, "Bo", T0 - 1)]
    with desk.world.store.write() as tx:
        tx.many("INSERT INTO review_lease(sample_id, project_id, person, until) VALUES (?,'p1',?,?)", leases)
    outcome = desk.judge(desk.look())
    assert (outcome.judged, outcome.passed_over) == (2, 1)
    assert [desk.now(each).review for each in (theirs, own, given_back)] == [PENDING, YES, YES]


def test_a_preview_that_is_forgotten_counts_as_long_as_nothing_has_changed(desk: Desk) -> None:
    desk.plant(3)
    seen = desk.look()
    other = BulkVerdictService(desk.context)
    assert other.again(desk.world.project, ALL, seen.until, seen.fingerprint) == seen
    desk.plant()
    assert other.again(desk.world.project, ALL, seen.until, seen.fingerprint) == seen
    desk.review.decide(BO, seen.examples[0], NO, token="a")
    with pytest.raises(ConflictError, match="have changed"):
        BulkVerdictService(desk.context).again(desk.world.project, ALL, seen.until, seen.fingerprint)


def test_a_press_counts_once_also_after_it_was_taken_back(desk: Desk) -> None:
    sample = desk.plant()[0]
    seen = desk.look()
    first = desk.judge(seen)
    assert desk.judge(seen) == first
    assert len(desk.history(sample)) == 1
    desk.bulk.take_back(ADA, desk.world.project, first.batch, token="u")
    desk.judge(seen)
    assert desk.now(sample).review is PENDING


def test_one_event_says_how_many_and_which_texts(desk: Desk) -> None:
    made = desk.plant(3)
    seen = desk.look()
    outcome = desk.judge(seen, NO, reason="Wrong")
    with desk.world.store.read() as tx:
        told = events.page(tx, desk.world.project, entity="batch")
        found = events.page(tx, desk.world.project, entity="batch", entity_id=outcome.batch)
        assert events.broken_link(tx) is None
    assert told == []
    assert [each.kind for each in found] == ["review reject"]
    after = json.loads(found[0].after or "")
    wanted = bulk_verdicts.fingerprint((each.id, each.content_hash) for each in made)
    assert (after["count"], after["sha256"], after["reason"]) == (3, wanted, "Wrong")
    assert wanted == seen.fingerprint


@given(places=st.lists(st.integers(0, 2**31 - 1), min_size=1, max_size=40), share=st.floats(0, 1))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_second_share_is_drawn_as_for_other_verdicts(desk: Desk, places: list[int], share: float) -> None:
    with desk.world.store.write() as tx:
        made = [plant_sample(tx, desk.world, question=f"Why {place}?") for place in places]
        tx.many("UPDATE sample SET shuffle=? WHERE id=?", list(zip(places, made, strict=True)))
        entry = Entry("accept", purpose=Purpose.BULK, batch=f"b{made[0]}")
        texts = {each.id: each.content_hash for each in samples.by_ids(tx, made)}
        bulk_verdicts.judge(tx, "p1", texts, "Ada", entry, ReviewPlan(second_share=share), T0)
        found = samples.by_ids(tx, made)
    assert [each.second for each in found] == [int(is_seconded(place, share)) for place in places]


def test_undo_takes_the_batch_back_as_one(desk: Desk) -> None:
    before = desk.plant(5)
    desk.judge(desk.look())
    shown = desk.review.undo(ADA, desk.world.project, token="u")
    assert shown.id == before[0].id
    assert [desk.now(each).model_copy(update={"version": 1}) for each in before] == before
    with pytest.raises(NotFoundError, match="nothing to undo"):
        desk.review.undo(ADA, desk.world.project, token="v")


def test_an_undo_press_counts_once(desk: Desk) -> None:
    single, *others = desk.plant(4)
    desk.review.decide(ADA, single, NO, token="a")
    desk.judge(desk.look())
    desk.review.undo(ADA, desk.world.project, token="u")
    desk.review.undo(ADA, desk.world.project, token="u")
    assert desk.now(single).review is NO
    assert {desk.now(each).review for each in others} == {PENDING}


def test_taking_back_keeps_what_others_said_meanwhile(desk: Desk) -> None:
    agreed, disputed, edited, plain = desk.plant(4)
    outcome = desk.judge(desk.look())
    desk.review.decide(BO, desk.now(agreed), YES, token="a", blind=True)
    desk.review.decide(BO, desk.now(disputed), NO, token="b")
    desk.review.decide(BO, desk.review.edit(BO, desk.now(edited), "Why not?", "So.", token="e"), NO, token="c")
    assert desk.now(disputed).review is DISPUTED
    assert desk.bulk.take_back(ADA, desk.world.project, outcome.batch, token="u") == 4
    states = [desk.now(each).review for each in (agreed, disputed, edited, plain)]
    assert states == [YES, NO, NO, PENDING]


def test_what_was_done_since_does_not_hinder_taking_the_batch_back(desk: Desk) -> None:
    early, late = desk.plant(1)[0], desk.plant(1, difficulty="challenging")[0]
    outcome = desk.judge(desk.look(SampleFilter(difficulty="basic")))
    desk.review.decide(ADA, late, NO, token="a")
    desk.bulk.take_back(ADA, desk.world.project, outcome.batch, token="u")
    assert (desk.now(early).review, desk.now(late).review) == (PENDING, NO)
    assert desk.bulk.take_back(ADA, desk.world.project, outcome.batch, token="v") == 0
    assert desk.review.undo(ADA, desk.world.project, token="w").review is PENDING


def test_a_verdict_given_one_by_one_as_well_stays_when_the_batch_is_taken_back(desk: Desk) -> None:
    looked_at, plain = desk.plant(2)
    outcome = desk.judge(desk.look())
    desk.review.decide(ADA, desk.now(looked_at), YES, token="a")
    desk.bulk.take_back(ADA, desk.world.project, outcome.batch, token="u")
    assert (desk.now(looked_at).review, desk.now(plain).review) == (YES, PENDING)


class _Death(BaseException):
    pass


def _dying(desk: Desk, number: int) -> Context:
    """The same, of a process that dies when it asks for the time once more."""
    left = iter([T0] * number)

    def clock() -> float:
        for at in left:
            return at
        raise _Death

    return dataclasses.replace(desk.context, clock=clock)


@pytest.mark.parametrize("way", ["review", "bulk"])
def test_an_undo_whose_process_died_in_the_middle_goes_on_when_the_press_comes_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(slices, "MOST", 3)
    made = desk.plant(8)
    outcome = desk.judge(desk.look())

    def undo(context: Context) -> object:
        if way == "review":
            return ReviewService(context).undo(ADA, desk.world.project, token="u")
        return BulkVerdictService(context).take_back(ADA, desk.world.project, outcome.batch, token="u")

    with pytest.raises(_Death):
        undo(_dying(desk, 1))
    assert [desk.now(each).review for each in made] == [PENDING] * 3 + [YES] * 5
    undo(desk.context)
    assert [desk.now(each).review for each in made] == [PENDING] * 8
    undo(desk.context)
    with desk.world.store.read() as tx:
        told = events.page(tx, desk.world.project, entity="batch", entity_id=outcome.batch)
        assert verdicts_and_events(tx)[1].level == "ok"
    assert [json.loads(each.after or "")["count"] for each in told if each.kind == "review undo"] == [2, 3, 3]


def test_a_batch_that_is_taken_back_in_another_window_judges_no_further(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slices, "MOST", 3)
    made, seen = desk.plant(8), desk.look()

    def interrupted(size: int, _seconds: float) -> int:
        if desk.look().states[YES] == 3:
            desk.review.undo(ADA, desk.world.project, token="u")
        return size

    monkeypatch.setattr(slices, "sized", interrupted)
    desk.judge(seen)
    assert {desk.now(each).review for each in made} == {PENDING}


@pytest.mark.parametrize("batch", ["none", "bulk-t"])
def test_nobody_takes_back_what_is_not_theirs(desk: Desk, batch: str) -> None:
    desk.plant()
    desk.judge(desk.look())
    with pytest.raises(NotFoundError):
        desk.bulk.take_back(BO, desk.world.project, batch, token="u")
    assert desk.look().states[YES] == 1


def test_a_viewer_judges_nothing_in_bulk(desk: Desk) -> None:
    desk.plant()
    seen, viewer = desk.look(), Principal("Vi", Role.VIEWER)
    with pytest.raises(NotAllowedError):
        desk.bulk.judge(viewer, desk.world.project, seen, YES, looked=[seen.examples[0].id], token="t")
    with pytest.raises(NotAllowedError):
        desk.bulk.take_back(viewer, desk.world.project, "bulk-t", token="t")
    with pytest.raises(InvalidInputError, match="accept or reject"):
        desk.judge(seen, DISPUTED)


def test_slices_are_one_batch_for_undo(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "MOST", 3)
    made = desk.plant(8)
    outcome = desk.judge(desk.look())
    assert outcome.judged == 8
    with desk.world.store.read() as tx:
        told = events.page(tx, desk.world.project, entity="batch", entity_id=outcome.batch)
    assert [json.loads(each.after or "")["count"] for each in told] == [2, 3, 3]
    desk.review.undo(ADA, desk.world.project, token="u")
    assert {desk.now(each).review for each in made} == {PENDING}


STEPS = st.lists(
    st.tuples(st.sampled_from(["accept", "reject", "edit", "flag", "gold"]), st.integers(0, 3), st.sampled_from("AB")),
    max_size=8,
)


def _step(desk: Desk, sample: Sample, what: str, person: str, token: str) -> None:
    who, present = Principal(person), desk.now(sample)
    if what == "gold":
        with desk.world.store.write() as tx:
            gold.insert(tx, present, "accept", "", "Owner", T0)
    elif what == "edit":
        desk.review.edit(who, present, present.question, f"Text {token}", token=token)
    elif what == "flag":
        desk.review.flag(who, present, on=not present.flagged, token=token)
    else:
        desk.review.decide(who, present, YES if what == "accept" else NO, token=token)


@given(steps=STEPS, share=st.sampled_from([0.0, 0.5, 1.0]), verdict=st.sampled_from([YES, NO]), nth=st.integers())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_undo_brings_back_exactly_what_was_there(
    desk: Desk, steps: list[tuple[str, int, str]], share: float, verdict: ReviewState, nth: int
) -> None:
    desk.plan(second_share=share)
    made = desk.plant(4)
    only = SampleFilter(run_id=f"run of {made[0].id}")
    with desk.world.store.write() as tx:
        tx.many("UPDATE sample SET run_id=? WHERE id=?", [(only.run_id, each.id) for each in made])
    for number, (what, place, person) in enumerate(steps):
        _step(desk, made[place], what, person, f"{made[0].id} {number}")
    before = [desk.now(each) for each in made]
    seen = desk.look(only)
    if not seen.judged:
        return
    outcome = desk.judge(seen, verdict, token=f"bulk {made[0].id}", reason="Why")
    assert sum(desk.now(each).review is not old.review for each, old in zip(made, before, strict=True)) == seen.judged
    if nth % 2:
        desk.review.undo(ADA, desk.world.project, token=f"undo {made[0].id}")
    else:
        desk.bulk.take_back(ADA, desk.world.project, outcome.batch, token=f"undo {made[0].id}")
    after = [desk.now(each) for each in made]
    assert [each.model_dump(exclude={"version"}) for each in after] == [
        each.model_dump(exclude={"version"}) for each in before
    ]


class Died(BaseException):
    """The process, between two slices."""


def dies_after(monkeypatch: pytest.MonkeyPatch, name: str, number: int) -> None:
    """So many slices are committed; what begins the next one dies."""
    real, left = getattr(bulk_verdicts, name), [number]

    def once(*args: Any) -> Any:
        if not left[0]:
            raise Died
        left[0] -= 1
        return real(*args)

    monkeypatch.setattr(slices, "MOST", 3)
    monkeypatch.setattr(bulk_verdicts, name, once)


FINISH = {
    "the same press of undo": lambda desk, batch: desk.review.undo(ADA, desk.world.project, token="u"),
    "another press of undo": lambda desk, batch: desk.review.undo(ADA, desk.world.project, token="v"),
    "the dialog": lambda desk, batch: desk.bulk.take_back(ADA, desk.world.project, batch, token="u"),
}


@pytest.mark.parametrize("way", FINISH)
def test_an_undo_that_died_between_slices_is_told_and_finished(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    made = desk.plant(8)
    outcome = desk.judge(desk.look())
    assert desk.bulk.unfinished(ADA, desk.world.project) is None
    with monkeypatch.context() as patch:
        dies_after(patch, "take_back", 1)
        with pytest.raises(Died):
            desk.review.undo(ADA, desk.world.project, token="u")
    assert desk.look().states == {YES: 5, PENDING: 3, NO: 0, DISPUTED: 0}
    told = desk.bulk.unfinished(ADA, desk.world.project)
    assert told is not None
    assert (told.batch, told.left, told.taken, told.verdict) == (outcome.batch, 5, 3, YES)
    assert desk.bulk.unfinished(BO, desk.world.project) is None
    FINISH[way](desk, outcome.batch)
    assert {desk.now(each).review for each in made} == {PENDING}
    assert {len(desk.history(each)) for each in made} == {2}
    assert desk.bulk.unfinished(ADA, desk.world.project) is None
    with desk.world.store.read() as tx:
        assert events.broken_link(tx) is None


def test_a_bulk_verdict_that_died_between_slices_goes_on_with_the_same_press(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = desk.plant(8)
    seen = desk.look()
    with monkeypatch.context() as patch:
        dies_after(patch, "judge", 2)
        with pytest.raises(Died):
            desk.judge(seen)
    outcome = desk.judge(seen)
    assert (outcome.judged, outcome.passed_over) == (8, 0)
    assert {len(desk.history(each)) for each in made} == {1}
    with desk.world.store.read() as tx:
        told = events.page(tx, desk.world.project, entity="batch", entity_id=outcome.batch)
    assert sorted(json.loads(each.after or "")["count"] for each in told) == [2, 3, 3]
