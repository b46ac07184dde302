"""Samples: a verdict belongs to a text, every text is kept, a press counts once, a preview is never doubled."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.filters import SampleFilter
from core.domain.naming import content_hash
from core.domain.records import Sample
from core.domain.review import Entry
from core.domain.states import ReviewState, VerificationState
from core.errors import ConflictError, NotFoundError
from core.store import reviews, samples, verifications
from core.store.database import IntegrityError, Tx
from tests.unit.conftest import T0, World, plant_project, plant_request, plant_run, scratch

QUICK = settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])


def plant_sample(tx: Tx, world: World, **more: object) -> int:
    """A sample of the fixture's subject."""
    row: dict[str, Any] = {
        "project_id": world.project,
        "run_id": world.run,
        "item_idx": 0,
        "origin": "model",
        "strategy": "glan",
        "difficulty": "basic",
        "node_id": world.discipline,
        "subject_id": world.subject,
        "lineage": {"sessions": ["Session 0"]},
        "question_request": None,
        "answer_request": None,
        "question": "Why?",
        "answer": "Because.",
        "review": ReviewState.PENDING,
        "preview": False,
        "created_at": T0,
    }
    return samples.insert(tx, {**row, **more}, person="teacher")


def _get(tx: Tx, sample_id: int) -> Sample:
    return samples.get(tx, "p1", sample_id)


def _state(sample: Sample) -> dict[str, object]:
    """All that a person can see of it."""
    return sample.model_dump(exclude={"version"})


def test_a_new_sample_is_pending_unverified_and_has_its_first_revision(world: World) -> None:
    with world.store.write() as tx:
        sample = _get(tx, plant_sample(tx, world))
        assert (sample.review, sample.verification, sample.revision) == ("pending_review", "generated", 1)
        assert sample.content_hash == content_hash("Why?", "Because.")
        assert sample.lineage == {"sessions": ["Session 0"]}
        assert [(r["n"], r["person"], r["question"]) for r in samples.revisions(tx, sample.id)] == [
            (1, "teacher", "Why?")
        ]


def test_an_acceptance_is_refused_once_the_text_it_was_given_for_has_changed(world: World) -> None:
    with world.store.write() as tx:
        seen = _get(tx, plant_sample(tx, world))
        samples.revise(tx, seen, "Why not?", "Because.", "Ada", T0)
        with pytest.raises(ConflictError) as conflict:
            samples.set_review(tx, seen, ReviewState.ACCEPTED)
        assert conflict.value.current == _get(tx, seen.id)
        assert _get(tx, seen.id).review is ReviewState.PENDING
        same_version_other_text = _get(tx, seen.id).model_copy(update={"content_hash": seen.content_hash})
        with pytest.raises(ConflictError):
            samples.set_review(tx, same_version_other_text, ReviewState.ACCEPTED)


def test_an_edited_sample_must_be_accepted_and_verified_again(world: World) -> None:
    with world.store.write() as tx:
        ident = plant_sample(tx, world)
        verifications.verify(tx, _get(tx, ident), method="judge", passed=True, detail="", request_id=None, at=T0)
        samples.set_review(tx, _get(tx, ident), ReviewState.ACCEPTED)
        assert _get(tx, ident).verification is VerificationState.VERIFIED
        samples.revise(tx, _get(tx, ident), "Why?", "Therefore.", "Ada", T0)
        after = _get(tx, ident)
        assert (after.review, after.verification, after.revision) == ("pending_review", "generated", 2)
        assert after.content_hash == content_hash("Why?", "Therefore.")


def test_a_machine_verdict_on_an_old_text_does_not_count_for_the_new_one(world: World) -> None:
    with world.store.write() as tx:
        seen = _get(tx, plant_sample(tx, world))
        samples.revise(tx, seen, "Why?", "Therefore.", "Ada", T0)
        verifications.verify(tx, seen, method="judge", passed=True, detail="fine", request_id=None, at=T0)
        assert _get(tx, seen.id).verification is VerificationState.NONE
        assert [row["content_hash"] for row in verifications.of_sample(tx, seen.id)] == [seen.content_hash]


def test_of_two_verdicts_given_at_once_one_wins_and_the_other_is_told(world: World) -> None:
    with world.store.write() as tx:
        seen = _get(tx, plant_sample(tx, world))
        samples.set_review(tx, seen, ReviewState.ACCEPTED)
        with pytest.raises(ConflictError, match="accepted") as conflict:
            samples.set_review(tx, seen, ReviewState.REJECTED)
        assert conflict.value.hint
        with pytest.raises(ConflictError):
            samples.revise(tx, seen, "x", "y", "Bo", T0)
        with pytest.raises(ConflictError):
            samples.go_back(tx, seen, {"revision": 1, "verification": "generated", "review": "rejected"})
        assert _get(tx, seen.id).review is ReviewState.ACCEPTED
        assert len(samples.revisions(tx, seen.id)) == 1


def _accept(tx: Tx, sample: Sample, token: str) -> None:
    reviews.log(tx, sample, token, "Ada", Entry("accept"), T0)
    samples.set_review(tx, sample, ReviewState.ACCEPTED)


def _reject(tx: Tx, sample: Sample, token: str) -> None:
    reviews.log(tx, sample, token, "Ada", Entry("reject", "wrong"), T0)
    samples.set_review(tx, sample, ReviewState.REJECTED)


def _edit(tx: Tx, sample: Sample, token: str) -> None:
    reviews.log(tx, sample, token, "Ada", Entry("edit"), T0)
    samples.revise(tx, sample, sample.question, f"Text of {token}", "Ada", T0)


def _judge(tx: Tx, sample: Sample, token: str) -> None:
    reviews.log(tx, sample, token, "Ada", Entry("skip"), T0)


def _undo(tx: Tx, ident: int, token: str) -> None:
    entry = reviews.last(tx, "p1", "Ada")
    assert entry is not None
    reviews.log(tx, _get(tx, ident), token, "Ada", Entry("undo", undoes=entry.id), T0)
    samples.go_back(tx, _get(tx, ident), entry.before)
    verifications.weigh(tx, ident, _get(tx, ident).content_hash)


@QUICK
@given(st.lists(st.sampled_from([_accept, _reject, _edit, _judge]), min_size=1, max_size=8), st.integers(0, 2**32))
def test_undoing_walks_back_through_every_state_exactly(world: World, steps: list[Any], seed: int) -> None:
    rng = random.Random(seed)
    with scratch(world.store) as tx:
        ident = plant_sample(tx, world)
        if rng.random() < 0.5:
            verifications.verify(tx, _get(tx, ident), method="judge", passed=True, detail="", request_id=None, at=T0)
        seen = [_state(_get(tx, ident))]
        for number, step in enumerate(steps):
            step(tx, _get(tx, ident), f"press {number}")
            seen.append(_state(_get(tx, ident)))
        kept = samples.revisions(tx, ident)
        for number, wanted in enumerate(reversed(seen[:-1])):
            _undo(tx, ident, f"undo {number}")
            assert _state(_get(tx, ident)) == wanted
        assert reviews.last(tx, "p1", "Ada") is None
        assert samples.revisions(tx, ident) == kept
        assert len(reviews.of_sample(tx, ident)) == 2 * len(steps)


def test_an_edit_after_an_undo_writes_a_new_revision_and_overwrites_none(world: World) -> None:
    with world.store.write() as tx:
        ident = plant_sample(tx, world)
        _edit(tx, _get(tx, ident), "one")
        _undo(tx, ident, "two")
        assert _get(tx, ident).revision == 1
        _edit(tx, _get(tx, ident), "three")
        assert _get(tx, ident).revision == 3
        assert [row["answer"] for row in samples.revisions(tx, ident)] == [
            "Because.",
            "Text of one",
            "Text of three",
        ]


def test_a_press_counts_once(world: World) -> None:
    with world.store.write() as tx:
        sample = _get(tx, plant_sample(tx, world))
        assert not reviews.has_token(tx, "press")
        reviews.log(tx, sample, "press", "Ada", Entry("accept"), T0)
        assert reviews.has_token(tx, "press")
    with pytest.raises(IntegrityError), world.store.write() as tx:
        reviews.log(tx, sample, "press", "Ada", Entry("reject"), T0)
    with world.store.read() as tx:
        assert [review.verdict for review in reviews.of_sample(tx, sample.id)] == ["accept"]


def test_an_entry_is_taken_back_once(world: World) -> None:
    with world.store.write() as tx:
        sample = _get(tx, plant_sample(tx, world))
        entry = reviews.log(tx, sample, "a", "Ada", Entry("accept"), T0)
        reviews.log(tx, sample, "b", "Ada", Entry("undo", undoes=entry), T0)
    with pytest.raises(IntegrityError), world.store.write() as tx:
        reviews.log(tx, sample, "c", "Ada", Entry("undo", undoes=entry), T0)


def test_a_person_takes_back_only_their_own_last_entry(world: World) -> None:
    with world.store.write() as tx:
        sample = _get(tx, plant_sample(tx, world))
        mine = reviews.log(tx, sample, "a", "Ada", Entry("accept"), T0)
        theirs = reviews.log(tx, sample, "b", "Bo", Entry("skip"), T0)
        last = [reviews.last(tx, "p1", person) for person in ("Ada", "Bo", "Cy")]
        assert [entry.id if entry else None for entry in last] == [mine, theirs, None]


def test_a_preview_that_is_made_for_real_becomes_real_and_is_never_doubled(world: World) -> None:
    with world.store.write() as tx:
        first = plant_sample(tx, world, answer_request=world.request, preview=True)
        assert samples.page(tx, "p1", SampleFilter()) == []
        assert samples.count(tx, "p1", SampleFilter(preview=True)) == 1
        assert plant_sample(tx, world, answer_request=world.request, preview=True) == first
        assert samples.count(tx, "p1", SampleFilter(preview=True)) == 1
        assert plant_sample(tx, world, answer_request=world.request, preview=False) == first
        assert [sample.id for sample in samples.page(tx, "p1", SampleFilter())] == [first]
        assert samples.count(tx, "p1", SampleFilter(preview=True)) == 0
        assert len(samples.revisions(tx, first)) == 1


def test_a_preview_that_is_made_for_real_is_found_under_the_real_run(world: World) -> None:
    with world.store.write() as tx:
        first = plant_sample(tx, world, answer_request=world.request, preview=True, run_id="preview", item_idx=0)
        plant_sample(tx, world, answer_request=world.request, preview=False, run_id="real", item_idx=7)
        (found,) = samples.page(tx, "p1", SampleFilter(run_id="real"))
        assert (found.id, found.item_idx) == (first, 7)


def test_a_real_sample_never_becomes_a_preview_again_and_keeps_its_verdict(world: World) -> None:
    with world.store.write() as tx:
        first = plant_sample(tx, world, answer_request=world.request)
        _accept(tx, _get(tx, first), "press")
        before = _get(tx, first)
        assert plant_sample(tx, world, answer_request=world.request, preview=True, answer="Other") == first
        assert _get(tx, first) == before


def test_one_answer_makes_one_sample(world: World) -> None:
    with world.store.write() as tx:
        one = plant_sample(tx, world, answer_request=world.request)
        other = plant_sample(tx, world, answer_request=plant_request(tx, "p1", "r1", 1))
        assert one != other
    with pytest.raises(IntegrityError), world.store.write() as tx:
        tx.run("UPDATE sample SET answer_request=? WHERE id=?", (world.request, other))


def test_filters_pages_counts_and_streams_agree(world: World) -> None:
    with world.store.write() as tx:
        for i in range(9):
            ident = plant_sample(
                tx,
                world,
                difficulty="basic" if i % 2 else "challenging",
                node_id=world.discipline if i % 3 else world.other_discipline,
                preview=i == 8,
            )
            if i in {1, 4, 5}:
                samples.set_review(tx, _get(tx, ident), ReviewState.ACCEPTED)
        choices = [
            (SampleFilter(), 8),
            (SampleFilter(preview=True), 1),
            (SampleFilter(review=ReviewState.ACCEPTED), 3),
            (SampleFilter(review=ReviewState.ACCEPTED, difficulty="basic"), 2),
            (SampleFilter(node_id=world.other_discipline), 3),
            (SampleFilter(run_id="none"), 0),
            (SampleFilter(verification=VerificationState.NONE, strategy="glan", run_id="r1"), 8),
        ]
        for wanted, number in choices:
            listed = samples.page(tx, "p1", wanted, size=100)
            assert len(listed) == samples.count(tx, "p1", wanted) == number
            assert list(samples.each(tx, "p1", wanted)) == listed
        whole = samples.page(tx, "p1", SampleFilter(), size=100)
        parts, after = [], 0
        while part := samples.page(tx, "p1", SampleFilter(), after=after, size=3):
            parts += part
            after = part[-1].id
        assert parts == whole
        assert samples.count(tx, "p1", SampleFilter(), until=whole[2].id) == 3
        assert [sample.id for sample in samples.by_ids(tx, [whole[1].id, 999, whole[0].id])] == [
            whole[1].id,
            whole[0].id,
        ]


def test_a_sample_of_another_project_is_not_found(world: World) -> None:
    with world.store.write() as tx:
        ident = plant_sample(tx, world)
        plant_project(tx, "p2")
        plant_run(tx, "p2", "r9")
        with pytest.raises(NotFoundError):
            samples.get(tx, "p2", ident)
        assert samples.page(tx, "p2", SampleFilter()) == []
