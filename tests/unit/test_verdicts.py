"""Several people's verdicts: each stands for the text it was given, none overwrites another's, a dispute is settled."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.people import Principal
from core.domain.records import Review, Sample
from core.domain.review import (
    SHUFFLE_RANGE,
    Purpose,
    ReviewPlan,
    doubt,
    is_picked,
    is_seconded,
    shuffled,
    standing,
    state_of,
)
from core.domain.states import ReviewState
from core.errors import ConflictError
from core.llm.keys import KeyFile
from core.services.context import Context
from core.services.review import ReviewService
from core.settings import Settings
from core.store import events, gold, reports, reviews, samples
from tests.unit.conftest import T0, World
from tests.unit.test_samples import plant_sample

ADA, BO, CY = Principal("Ada"), Principal("Bo"), Principal("Cy")
YES, NO = ReviewState.ACCEPTED, ReviewState.REJECTED


@pytest.fixture
def service(world: World, tmp_path: Path) -> ReviewService:
    settings = Settings.load({"STUDIO_HOME": str(tmp_path)})
    return ReviewService(Context(world.store, settings, KeyFile(settings.keys, {}), {}, lambda: T0))


def plant(world: World, **more: object) -> Sample:
    with world.store.write() as tx:
        return samples.get(tx, world.project, plant_sample(tx, world, **more))


def plan(world: World, **chosen: object) -> None:
    with world.store.write() as tx:
        reviews.keep_plan(tx, world.project, ReviewPlan.model_validate(chosen))


def history(world: World, sample: Sample) -> list[Review]:
    with world.store.read() as tx:
        return reviews.of_sample(tx, sample.id)


def entry(number: int, person: str, verdict: str, content_hash: str = "h", **more: object) -> Review:
    told: dict[str, object] = {"reason": "", "note": "", "before": {}, "undoes": None, "at": 0.0}
    told |= {"purpose": "first", "batch": ""}
    who = {"id": number, "token": str(number), "sample_id": 1, "person": person, "verdict": verdict}
    return Review.model_validate({**told, **who, "content_hash": content_hash, **more})


def test_of_each_person_the_last_verdict_on_this_very_text_stands() -> None:
    told = [
        entry(1, "Ada", "accept"),
        entry(2, "Ada", "reject"),
        entry(3, "Bo", "accept", "other text"),
        entry(4, "Cy", "skip"),
        entry(5, "Di", "accept"),
        entry(6, "Di", "undo", undoes=5),
        entry(7, "Ed", "reject", purpose="gold"),
    ]
    assert [(each.person, each.verdict) for each in standing(told, "h")] == [("Ada", "reject")]


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from(["accept", "reject"])), max_size=8))
def test_the_state_is_what_all_say_or_a_dispute(said: list[tuple[str, str]]) -> None:
    verdicts = standing([entry(n, person, word) for n, (person, word) in enumerate(said, 1)], "h")
    words = {each.verdict for each in verdicts}
    wanted = {0: ReviewState.PENDING, 2: ReviewState.DISPUTED}.get(len(words), YES if "accept" in words else NO)
    assert state_of(verdicts) is wanted


def test_a_person_who_is_called_seed_has_a_voice_of_their_own() -> None:
    told = [entry(1, "Ada", "accept"), entry(2, "seed", "reject"), entry(3, "Bo", "accept", purpose="seed")]
    assert [each.id for each in standing(told, "h")] == [1, 2]


def test_two_opposite_verdicts_are_a_dispute_that_a_third_person_settles(service: ReviewService, world: World) -> None:
    sample = plant(world)
    first = service.decide(ADA, sample, YES, token="a")
    disputed = service.decide(BO, first, NO, token="b")
    assert disputed.review is ReviewState.DISPUTED
    settled = service.decide(CY, disputed, YES, token="c")
    assert settled.review is YES
    assert [each.purpose for each in history(world, sample)] == ["first", "further", "settle"]
    assert service.undo(CY, world.project, token="u").review is ReviewState.DISPUTED


def test_who_is_part_of_a_dispute_settles_nothing_but_may_give_in(service: ReviewService, world: World) -> None:
    sample = plant(world)
    disputed = service.decide(BO, service.decide(ADA, sample, YES, token="a"), NO, token="b")
    still = service.decide(ADA, disputed, YES, token="a2")
    assert still.review is ReviewState.DISPUTED
    assert service.decide(ADA, still, NO, token="a3").review is NO


def test_only_a_named_adjudicator_settles(service: ReviewService, world: World) -> None:
    plan(world, adjudicators=["Cy"])
    sample = plant(world)
    disputed = service.decide(BO, service.decide(ADA, sample, YES, token="a"), NO, token="b")
    still = service.decide(Principal("Di"), disputed, YES, token="d")
    assert still.review is ReviewState.DISPUTED
    assert service.decide(CY, still, YES, token="c").review is YES


def test_of_two_people_who_judge_the_same_sight_one_wins_and_the_other_sees_the_conflict(
    service: ReviewService, world: World
) -> None:
    sample = plant(world)
    service.decide(ADA, sample, YES, token="a")
    with pytest.raises(ConflictError):
        service.decide(BO, sample, NO, token="b")
    assert [each.person for each in history(world, sample)] == ["Ada"]


def test_a_verdict_comes_back_with_the_text_it_was_given_for(service: ReviewService, world: World) -> None:
    accepted = service.decide(ADA, plant(world), YES, token="a")
    edited = service.edit(BO, accepted, "Why?", "Therefore.", token="e")
    assert edited.review is ReviewState.PENDING
    assert service.decide(BO, edited, NO, token="b").review is NO
    service.undo(BO, world.project, token="u1")
    assert service.undo(BO, world.project, token="u2").review is YES


def test_a_share_of_what_has_a_verdict_awaits_a_second_person_until_one_came(
    service: ReviewService, world: World
) -> None:
    plan(world, second_share=1.0)
    first = service.decide(ADA, plant(world), YES, token="a")
    assert (first.review, first.second) == (YES, 1)
    second = service.decide(BO, first, YES, token="b", blind=True)
    assert (second.review, second.second) == (YES, 2)
    assert [each.purpose for each in history(world, first)] == ["first", "second"]
    assert service.undo(BO, world.project, token="u").second == 1
    assert service.undo(ADA, world.project, token="v").second == 0


def test_a_verdict_on_a_gold_item_measures_the_person_and_moves_no_sample(service: ReviewService, world: World) -> None:
    sample = service.decide(ADA, plant(world), YES, token="a")
    with world.store.write() as tx:
        gold.insert(tx, sample, "accept", "It is right.", "Ada", T0)
    after = service.decide(BO, sample, NO, token="b", blind=True)
    assert after == sample
    assert history(world, sample)[-1].purpose == Purpose.GOLD


def test_a_rejection_counts_under_the_reason_that_stands_for_its_text(service: ReviewService, world: World) -> None:
    taken_back, measured, edited = plant(world), plant(world), plant(world)
    service.decide(BO, taken_back, NO, token="a", reason="unclear")
    service.decide(ADA, service.view(world.project, taken_back.id).sample, NO, token="b", reason="wrong")
    service.undo(ADA, world.project, token="u")
    service.decide(BO, measured, NO, token="c", reason="unclear")
    with world.store.write() as tx:
        gold.insert(tx, measured, "accept", "", "Bo", T0)
    service.decide(ADA, service.view(world.project, measured.id).sample, NO, token="d", reason="wrong")
    text = service.edit(BO, edited, "Why not?", "So.", token="e")
    service.decide(ADA, text, NO, token="f", reason="wrong")
    again = service.edit(CY, service.view(world.project, edited.id).sample, "Why then?", "So.", token="g")
    service.decide(BO, again, NO, token="h", reason="unclear")
    with world.store.read() as tx:
        assert reports.reject_reasons(tx, world.project) == [{"reason": "unclear", "n": 3}]


def test_a_flag_is_no_verdict_and_undo_takes_it_away(service: ReviewService, world: World) -> None:
    sample = plant(world)
    flagged = service.flag(ADA, sample, on=True, token="f", note="Look at the unit.")
    assert (flagged.flagged, flagged.review) == (True, ReviewState.PENDING)
    assert service.flag(ADA, flagged, on=True, token="f").flagged
    assert service.decide(ADA, flagged, YES, token="a").review is YES
    service.undo(ADA, world.project, token="u1")
    assert not service.undo(ADA, world.project, token="u2").flagged


def test_the_history_and_its_events_tell_the_same(service: ReviewService, world: World) -> None:
    sample = plant(world)
    service.decide(BO, service.decide(ADA, sample, YES, token="a"), NO, token="b", reason="Wrong", note="2 + 2")
    with world.store.read() as tx:
        told = events.page(tx, world.project, entity="sample", entity_id=str(sample.id))
        assert [each.kind for each in told] == ["review reject", "review accept"]
        assert events.broken_link(tx) is None


@pytest.mark.parametrize("change", ["UPDATE review SET verdict='accept'", "DELETE FROM review"])
def test_the_review_history_is_append_only(service: ReviewService, world: World, change: str) -> None:
    service.decide(ADA, plant(world), NO, token="a")
    with world.store.write() as tx, pytest.raises(Exception, match="append-only"):
        tx.run(change)


@given(st.integers(0, SHUFFLE_RANGE - 1), st.floats(0, 1), st.floats(0, 1))
def test_what_is_drawn_for_a_small_share_is_drawn_for_a_larger_one(place: int, one: float, other: float) -> None:
    small, large = sorted((one, other))
    for drawn in (is_picked, is_seconded):
        assert (drawn(place, 0), drawn(place, 1)) == (False, True)
        assert drawn(place, large) or not drawn(place, small)


def test_a_tenth_is_about_a_tenth_and_both_draws_are_independent() -> None:
    places = [shuffled(f"{n * 2_654_435_761 % 2**32:08x}") for n in range(20_000)]
    seconded = [place for place in places if is_seconded(place, 0.1)]
    assert 1_800 < len(seconded) < 2_200
    assert 800 < sum(is_picked(place, 0.5) for place in seconded) < 1_200


def test_checks_that_disagree_leave_the_most_doubt() -> None:
    assert doubt(1, 1) > doubt(3, 1) > doubt(0, 0) > doubt(0, 2) > doubt(2, 0) == 0
