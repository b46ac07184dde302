"""Wishes for a repair: they need words, follow from text and history, and are read from what a teacher sends back."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest

from core.catalogue.load import demo_repairs, demo_samples
from core.catalogue.models import DemoRepair
from core.domain.expressions import steps
from core.domain.records import RepairWish, Sample
from core.domain.review import Purpose
from core.domain.states import ReviewState, WishState
from core.errors import InvalidInputError, UnusableReplyError
from core.generation.repairs import pair_in
from core.llm.builtin import homework
from core.llm.builtin.mending import knows_repair, mend
from core.llm.keys import KeyFile
from core.services.context import Context
from core.services.repairs import RepairService
from core.services.review import ReviewService
from core.settings import Settings
from core.store import events, gold, repair_wishes, reviews, samples
from tests.unit.conftest import T0, World
from tests.unit.test_samples import plant_sample
from tests.unit.test_verdicts import ADA, BO, CY, NO, YES, plan

POSED = homework.pose([["Arithmetic mean"]], Random(1)) or ""


@pytest.fixture
def context(world: World, tmp_path: Path) -> Context:
    settings = Settings.load({"STUDIO_HOME": str(tmp_path)})
    return Context(world.store, settings, KeyFile(settings.keys, {}), {}, lambda: T0)


@pytest.fixture
def service(context: Context) -> ReviewService:
    return ReviewService(context)


@pytest.fixture
def sample(world: World) -> Sample:
    plan(world, second_share=0)
    with world.store.write() as tx:
        return samples.get(tx, world.project, plant_sample(tx, world))


def wishes(world: World) -> list[RepairWish]:
    with world.store.read() as tx:
        return repair_wishes.by_ids(tx, world.project, range(100))


def states(world: World) -> list[WishState]:
    return [wish.state for wish in wishes(world)]


def test_a_rejection_with_the_wish_for_a_repair_keeps_the_words_with_the_text(
    world: World, service: ReviewService, sample: Sample
) -> None:
    service.decide(ADA, sample, NO, token="t1", reason="Wrong final answer", note=" It is 4. ", fix=True)
    service.decide(ADA, sample, NO, token="t1", reason="Wrong final answer", note=" It is 4. ", fix=True)
    (wish,) = wishes(world)
    assert (wish.words, wish.person, wish.state) == ("Wrong final answer\nIt is 4.", "Ada", WishState.OPEN)
    with world.store.read() as tx:
        (entry,) = reviews.of_sample(tx, sample.id)
        assert events.broken_link(tx) is None
    assert (wish.review_id, wish.content_hash) == (entry.id, sample.content_hash)


@pytest.mark.parametrize(("verdict", "note"), [(YES, "Good."), (NO, ""), (NO, " \x00 ")])
def test_a_repair_needs_a_rejection_that_says_why(
    world: World, service: ReviewService, sample: Sample, verdict: ReviewState, note: str
) -> None:
    with pytest.raises(InvalidInputError, match="repair"):
        service.decide(ADA, sample, verdict, token="t", note=note, fix=True)
    assert (states(world), service.view(world.project, sample.id).reviews) == ([], ())


def test_a_rejection_without_the_wish_makes_none(world: World, service: ReviewService, sample: Sample) -> None:
    service.decide(ADA, sample, NO, token="t", note="No.")
    assert states(world) == []


def test_undo_of_the_rejection_takes_the_wish_back_for_good(
    world: World, service: ReviewService, sample: Sample
) -> None:
    rejected = service.decide(ADA, sample, NO, token="t1", note="No.", fix=True)
    service.undo(ADA, world.project, token="t2")
    assert states(world) == [WishState.WITHDRAWN]
    present = service.view(world.project, rejected.id).sample
    service.decide(BO, present, NO, token="t3", note="No.")
    assert states(world) == [WishState.WITHDRAWN]


def test_an_edit_outdates_a_wish_and_its_undo_brings_it_back(
    world: World, service: ReviewService, sample: Sample
) -> None:
    rejected = service.decide(ADA, sample, NO, token="t1", note="No.", fix=True)
    service.edit(BO, rejected, "Why not?", "Because.", token="t2")
    assert states(world) == [WishState.OUTDATED]
    service.undo(BO, world.project, token="t3")
    assert states(world) == [WishState.OPEN]


def test_a_dispute_outdates_a_wish_until_it_is_settled_as_rejected(
    world: World, service: ReviewService, sample: Sample
) -> None:
    rejected = service.decide(ADA, sample, NO, token="t1", note="No.", fix=True)
    disputed = service.decide(BO, rejected, YES, token="t2")
    assert (disputed.review, states(world)) == (ReviewState.DISPUTED, [WishState.OUTDATED])
    service.decide(CY, disputed, NO, token="t3")
    assert states(world) == [WishState.OPEN]


def test_a_verdict_on_a_gold_item_wishes_nothing(world: World, service: ReviewService, sample: Sample) -> None:
    with world.store.write() as tx:
        gold.insert(tx, sample, "accept", "It is right.", "Bo", T0)
    service.decide(ADA, sample, NO, token="t", note="No.", fix=True)
    assert service.view(world.project, sample.id).reviews[0].purpose == Purpose.GOLD
    assert states(world) == []


def test_wishes_that_are_given_up_wait_no_more_and_the_verdict_stands(
    world: World, context: Context, service: ReviewService, sample: Sample
) -> None:
    service.decide(ADA, sample, NO, token="t1", note="No.", fix=True)
    repairs = RepairService(context)
    assert repairs.standing(world.project).waiting == 1
    assert repairs.give_up(BO, world.project, [wishes(world)[0].id]) == 1
    assert (repairs.standing(world.project).waiting, states(world)) == (0, [WishState.WITHDRAWN])
    assert service.view(world.project, sample.id).sample.review is ReviewState.REJECTED
    with pytest.raises(InvalidInputError, match="waits to be repaired"):
        repairs.plan(world.project)


# ---- what a teacher sends back ----

PAIRS = {
    "<question>\nQ?\n</question>\n<answer>\nA.\n</answer>": ("Q?", "A."),
    "Here it is:\n<QUESTION>Q?</QUESTION> <Answer>A.</ANSWER>\nDone.": ("Q?", "A."),
    "<question>What is <answer> in HTML?</question><answer>A tag.</answer>": ("What is <answer> in HTML?", "A tag."),
    "<question>Q?</question><answer>Use </answer> at the end.</answer>": ("Q?", "Use </answer> at the end."),
    "<question>Q?</question><answer>A.": ("Q?", "A."),
    "<question>Q?\n<answer>A.</answer>": ("Q?", "A."),
    "<answer>A.</answer>": ("before", "A."),
    "The question stays.\n<answer>A.</answer>": ("before", "A."),
    "**Question:** Q?\n\n**Answer:** A.": ("Q?", "A."),
    "## Question\nQ?\nAnswer the two parts.\n\n## Answer\nA.": ("Q?\nAnswer the two parts.", "A."),
}


@pytest.mark.parametrize("reply", PAIRS)
def test_question_and_answer_are_told_apart_however_a_teacher_frames_them(reply: str) -> None:
    assert pair_in(reply, "before") == PAIRS[reply]


@pytest.mark.parametrize("reply", ["", "It is right.", "<question>Q?</question>", "<answer> \n</answer>", "x" * 9])
def test_what_holds_no_answer_is_no_repair(reply: str) -> None:
    with pytest.raises(UnusableReplyError):
        pair_in(reply, "before")


def test_a_text_that_is_too_long_to_be_edited_is_no_repair() -> None:
    with pytest.raises(UnusableReplyError, match="64,001 characters"):
        pair_in(f"<answer>{'x' * 64_001}</answer>", "before")


# ---- the built-in teacher ----


def test_the_built_in_teacher_computes_a_wrong_answer_of_its_own_families_anew() -> None:
    found = mend(POSED, f"Some steps.\n\n{homework.FINAL} 12345678", ["Wrong final answer"], Random(1))
    solved = homework.solve(POSED)
    assert found is not None
    assert solved is not None
    assert (found[0], homework.final_answer(found[1])) == (POSED, " ".join(solved.answer.split()))


def test_the_built_in_teacher_words_a_question_anew_that_was_found_unclear() -> None:
    first = mend(POSED, "Nothing.", ["Wrong final answer"], Random(1))
    assert first is not None
    found = mend(*first, ["Unclear question"], Random(1))
    assert found is not None
    assert found[0] != POSED
    assert homework.solve(found[0]) == homework.solve(POSED)


def test_the_built_in_teacher_knows_nothing_better_than_what_it_does_not_know() -> None:
    assert mend("Who was Bach?", "A composer.", ["Too short"], Random(1)) is None
    assert not knows_repair("Who was Bach?")


ROWS = {row.id: row for rows in demo_samples().values() for row in rows}
FILED = demo_repairs()


@pytest.mark.parametrize("repair", FILED, ids=lambda repair: repair.id)
def test_a_repair_on_file_mends_a_demo_sample_with_a_flaw(repair: DemoRepair) -> None:
    row = ROWS[repair.id]
    assert row.flaw
    mended = (repair.question or row.question, repair.answer)
    assert mend(row.question, row.answer, [row.flaw], Random(1)) == mended != (row.question, row.answer)
    assert mend(*mended, [row.flaw], Random(1)) is None
    assert all(step.holds for step in steps(repair.answer))


@pytest.mark.parametrize("repair", FILED, ids=lambda repair: repair.id)
def test_a_repair_on_file_ends_in_the_number_that_the_check_of_its_sample_expects(repair: DemoRepair) -> None:
    number = ROWS[repair.id].expected or ""
    if number.isdigit():
        assert number in re.findall(r"\d+", homework.final_answer(repair.answer))
