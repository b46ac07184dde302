"""Fairness between people: nobody settles their own dispute, blind is blind, undo is exact whatever others did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from core.domain.filters import SampleFilter
from core.domain.queues import QueueWish
from core.domain.records import Sample
from core.domain.review import MAX_NOTE, MAX_TEXT, Purpose
from core.domain.states import ReviewState
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.settings import Settings
from core.store import gold, samples, verifications
from core.workspace import Workspace
from tests.unit.conftest import T0, World
from tests.unit.test_samples import plant_sample
from tests.unit.test_verdicts import ADA, BO, CY, NO, YES, history, plan

PENDING = QueueWish(SampleFilter(review=ReviewState.PENDING))
DISPUTES = QueueWish(SampleFilter(review=ReviewState.DISPUTED))


@pytest.fixture
def work(world: World, tmp_path: Path) -> Iterator[Workspace]:
    """All services over the store of the world."""
    environ = {"STUDIO_HOME": str(tmp_path), "STUDIO_DB": str(world.store.path)}
    space = Workspace.open(Settings.load(environ), environ)
    yield space
    space.close()


@pytest.fixture
def sample(world: World) -> Sample:
    plan(world, second_share=0)
    with world.store.write() as tx:
        return samples.get(tx, world.project, plant_sample(tx, world))


def purposes(world: World, sample: Sample) -> list[str]:
    return [entry.purpose for entry in history(world, sample) if entry.verdict != "undo"]


def dispute(work: Workspace, sample: Sample) -> Sample:
    first = work.review.decide(ADA, sample, YES, token="dispute a")
    return work.review.decide(BO, first, NO, token="dispute b")


def served(work: Workspace, who: object, project: str) -> list[int]:
    return [view.sample.id for view in work.queues.serve(who, project, DISPUTES).views]  # type: ignore[arg-type]


# ---- Disputes ----


def test_a_named_adjudicator_does_not_settle_their_own_dispute(work: Workspace, world: World, sample: Sample) -> None:
    plan(world, second_share=0, adjudicators=["Ada", "Cy"])
    disputed = dispute(work, sample)
    assert (served(work, ADA, world.project), served(work, CY, world.project)) == ([], [sample.id])
    still = work.review.decide(ADA, disputed, YES, token="c", note="I insist.")
    assert still.review is ReviewState.DISPUTED
    assert work.review.decide(CY, still, NO, token="d").review is NO


def test_where_every_named_adjudicator_is_a_party_anybody_else_settles(
    work: Workspace, world: World, sample: Sample
) -> None:
    plan(world, second_share=0, adjudicators=["Ada", "Bo"])
    disputed = dispute(work, sample)
    assert served(work, BO, world.project) == []
    assert served(work, CY, world.project) == [sample.id]
    assert work.review.decide(CY, disputed, NO, token="c").review is NO


def test_an_adjudicator_who_changes_their_mind_still_settles(work: Workspace, world: World, sample: Sample) -> None:
    settled = work.review.decide(CY, dispute(work, sample), YES, token="c")
    assert work.review.decide(CY, settled, NO, token="d").review is NO
    assert purposes(world, sample)[-2:] == [Purpose.SETTLE, Purpose.SETTLE]
    assert work.review.undo(CY, world.project, token="u").review is YES


def test_a_dispute_about_a_gold_item_can_be_settled_in_sight_of_both(
    work: Workspace, world: World, sample: Sample
) -> None:
    disputed = dispute(work, sample)
    with world.store.write() as tx:
        gold.insert(tx, disputed, "accept", "", "Di", T0)
    assert work.review.decide(CY, disputed, YES, token="blind", blind=True).review is ReviewState.DISPUTED
    assert work.review.decide(CY, disputed, YES, token="seen").review is YES


# ---- Blind ----


def test_a_first_verdict_that_its_person_changed_before_anybody_else_spoke_is_still_a_first(
    work: Workspace, world: World, sample: Sample
) -> None:
    plan(world, second_share=1.0)
    changed = work.review.decide(ADA, work.review.decide(ADA, sample, YES, token="a"), NO, token="a2")
    work.review.decide(BO, changed, NO, token="b", blind=True)
    assert purposes(world, sample) == ["first", "first", "second"]
    figures = work.reviewers.agreement(world.project).overall.figures
    assert (figures.units, figures.whole) == (1, 1)


def test_whoever_judged_beside_another_verdict_before_is_not_blind_any_more(
    work: Workspace, world: World, sample: Sample
) -> None:
    plan(world, second_share=1.0)
    first = work.review.decide(ADA, sample, YES, token="a")
    work.review.decide(BO, first, NO, token="b", blind=True)
    again = work.review.undo(BO, world.project, token="u")
    work.review.decide(BO, again, YES, token="b2", blind=True)
    assert purposes(world, sample) == ["first", "second", "further"]
    assert work.reviewers.agreement(world.project).overall.figures.units == 0


def test_ones_own_numbers_do_not_tell_a_gold_item_from_another_sample(
    work: Workspace, world: World, sample: Sample
) -> None:
    with world.store.write() as tx:
        gold.insert(tx, sample, "accept", "", "Cy", T0)
    work.review.decide(ADA, sample, NO, token="a", blind=True)
    [ada] = work.reviewers.progress(ADA, world.project).people
    assert (ada.verdicts, ada.rejected) == (1, 1)


# ---- Undo ----


def edited(work: Workspace, sample: Sample) -> Sample:
    return work.review.edit(ADA, sample, "Why, then?", "Because.", token="e")


def test_an_edit_is_taken_back_when_another_only_judged_and_took_that_back(
    work: Workspace, world: World, sample: Sample
) -> None:
    work.review.decide(BO, edited(work, sample), YES, token="b")
    with pytest.raises(ConflictError):
        work.review.undo(ADA, world.project, token="u1")
    work.review.undo(BO, world.project, token="u2")
    assert work.review.undo(ADA, world.project, token="u3").content_hash == sample.content_hash


def test_a_verdict_on_the_text_before_an_edit_does_not_keep_the_edit(
    work: Workspace, world: World, sample: Sample
) -> None:
    edited(work, sample)
    with world.store.write() as tx:
        values = (world.project, sample.id, sample.content_hash, T0)
        tx.run(
            "INSERT INTO review(token, project_id, sample_id, content_hash, person, verdict, before, at, purpose,"
            " batch) VALUES ('i', ?, ?, ?, 'argilla:bo', 'accept', '{}', ?, 'import', 'import:1')",
            values,
        )
    back = work.review.undo(ADA, world.project, token="u")
    assert (back.content_hash, back.review) == (sample.content_hash, YES)


def test_taking_back_a_flag_leaves_the_flag_of_another(work: Workspace, world: World, sample: Sample) -> None:
    for who, on, token in ((ADA, True, "f1"), (BO, False, "f2"), (CY, True, "f3")):
        work.review.flag(who, sample, on=on, token=token)
    assert work.review.undo(ADA, world.project, token="u").flagged
    assert not work.review.undo(CY, world.project, token="u2").flagged


def test_a_flag_means_what_the_person_saw_not_what_stands_there_by_then(work: Workspace, sample: Sample) -> None:
    for who in (ADA, BO):
        assert work.review.flag(who, sample, on=True, token=f"on {who.name}").flagged
    for who in (ADA, BO):
        assert not work.review.flag(who, sample, on=False, token=f"off {who.name}").flagged


def test_a_flag_that_changed_nothing_counts_once_too(work: Workspace, world: World, sample: Sample) -> None:
    work.review.flag(ADA, sample, on=True, token="a")
    work.review.flag(BO, sample, on=True, token="b")
    assert not work.review.flag(ADA, sample, on=False, token="c").flagged
    assert not work.review.flag(BO, sample, on=True, token="b").flagged
    assert not work.review.undo(BO, world.project, token="u").flagged


def test_whoever_takes_a_flag_back_that_another_set_too_leaves_it(
    work: Workspace, world: World, sample: Sample
) -> None:
    for who in (ADA, BO):
        work.review.flag(who, sample, on=True, token=who.name)
    assert work.review.undo(BO, world.project, token="u").flagged
    assert not work.review.undo(ADA, world.project, token="v").flagged


def test_a_repeated_undo_of_the_first_step_is_no_error(work: Workspace, world: World, sample: Sample) -> None:
    work.review.decide(ADA, sample, YES, token="a")
    once = work.review.undo(ADA, world.project, token="u")
    assert work.review.undo(ADA, world.project, token="u") == once
    with pytest.raises(NotFoundError, match="nothing to undo"):
        work.review.undo(ADA, world.project, token="another")


def test_a_repeated_undo_names_the_sample_it_was_about(work: Workspace, world: World, sample: Sample) -> None:
    with world.store.write() as tx:
        other = samples.get(tx, world.project, plant_sample(tx, world, question="Another?"))
    work.review.decide(ADA, sample, YES, token="a")
    work.review.decide(ADA, other, YES, token="b")
    assert work.review.undo(ADA, world.project, token="u").id == other.id
    assert work.review.undo(ADA, world.project, token="u").id == other.id


def test_findings_count_again_for_a_text_that_was_typed_again(work: Workspace, world: World, sample: Sample) -> None:
    with world.store.write() as tx:
        verifications.verify(tx, sample, method="m", passed=True, detail="", request_id=None, at=T0)
        checked = samples.get(tx, world.project, sample.id)
    changed = edited(work, checked)
    again = work.review.edit(BO, changed, sample.question, sample.answer, token="e2")
    assert (again.verification, again.doubt) == (checked.verification, checked.doubt)


# ---- What is kept ----


def test_the_history_says_what_was_really_there_when_a_blind_viewer_edits_or_skips(
    work: Workspace, world: World, sample: Sample
) -> None:
    accepted = work.review.decide(ADA, sample, YES, token="a")
    hidden = accepted.model_copy(update={"review": ReviewState.PENDING})
    work.review.skip(BO, hidden, token="s")
    work.review.edit(BO, hidden, "Why, then?", "Because.", token="e")
    before: list[Mapping[str, object]] = [entry.before for entry in history(world, sample)[1:]]
    assert [each["review"] for each in before] == ["accepted", "accepted"]


def test_a_blind_reader_sees_what_was_said_of_an_earlier_text_and_nothing_of_the_present_one(
    work: Workspace, world: World, sample: Sample
) -> None:
    plan(world, second_share=1)
    rejected = work.review.decide(ADA, sample, NO, token="a", note="Two terms are lost.")
    edited = work.review.edit(ADA, rejected, sample.question, "Both terms.", token="e")
    work.review.decide(ADA, edited, YES, token="y", note="Now it is right.")
    (view,) = work.queues.serve(BO, world.project, PENDING).views
    assert (view.blind, view.sample.review) == (True, ReviewState.PENDING)
    assert [(entry.verdict, entry.note) for entry in view.reviews] == [("reject", "Two terms are lost."), ("edit", "")]


@pytest.mark.parametrize("what", ["reason", "note"])
def test_words_that_are_too_long_are_refused_and_never_cut(
    work: Workspace, world: World, sample: Sample, what: str
) -> None:
    with pytest.raises(InvalidInputError, match="characters"):
        work.review.decide(ADA, sample, NO, token="t", **{what: "x" * (MAX_NOTE + 1)})  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="characters"):
        work.review.flag(ADA, sample, on=True, token="f", note="x" * (MAX_NOTE + 1))
    assert history(world, sample) == []


def test_a_text_that_a_model_made_longer_than_people_may_can_be_edited_but_not_lengthened(
    work: Workspace, world: World, sample: Sample
) -> None:
    long = "x" * (MAX_TEXT + 10)
    with world.store.write() as tx:
        samples.revise(tx, sample, sample.question, long, "teacher", T0)
        made = samples.get(tx, sample.project_id, sample.id)
    edited = work.review.edit(ADA, made, "Another question?", long, token="e")
    assert (edited.question, edited.answer) == ("Another question?", long)
    with pytest.raises(InvalidInputError, match="64,010 characters"):
        work.review.edit(ADA, edited, edited.question, f"{long}y", token="f")
