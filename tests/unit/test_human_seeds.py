"""Seed examples among the samples: each once, accepted by whoever puts them in, taken back as a whole."""

from __future__ import annotations

import json

import pytest

from core.domain.dataset_wish import DatasetWish
from core.domain.filters import SampleFilter
from core.domain.people import Principal, Role
from core.domain.records import Sample
from core.domain.seeds import SeedDraft
from core.domain.states import ReviewState
from core.errors import InvalidInputError, NotAllowedError
from core.interchange.datasets.openai_chat import OPENAI_CHAT
from core.store import event_audit, review_audit, reviews, samples, seeds
from core.store.database import Tx
from core.workspace import Workspace
from tests.unit.conftest import T0

ADA, BO = Principal("Ada"), Principal("Bo")


def planted(work: Workspace, answers: int = 8, bare: int = 2) -> tuple[str, int]:
    """A project, and a set of examples with and without answers."""
    project = work.projects.create(ADA, "Mine", starter=False, token="p").id
    drafts = [SeedDraft(question=f"What is {i} + {i}?", answer=f"{2 * i}") for i in range(answers)]
    drafts += [SeedDraft(question=f"What is {i} squared?") for i in range(bare)]
    row = {"project_id": project, "name": "Sums", "task_type": "maths", "source": "", "lineage": {}, "database": ""}
    with work.context.store.write() as tx:
        return project, seeds.insert(tx, {**row, "created_by": "Ada", "created_at": T0, "token": "s"}, drafts)


def found(work: Workspace, project: str, state: ReviewState = ReviewState.ACCEPTED) -> list[Sample]:
    return work.review.queue(project, SampleFilter(review=state), size=100)


def test_every_example_with_an_answer_comes_in_once_and_is_accepted_by_the_person(work: Workspace) -> None:
    project, set_id = planted(work)
    assert [work.human_seeds.put_in(ADA, project, set_id) for _ in range(2)] == [8, 0]
    made = found(work, project)
    assert [(s.question, s.answer, s.strategy, s.origin) for s in made][3] == ("What is 3 + 3?", "6", "human", "person")
    view = work.review.view(project, made[3].id)
    assert [(r.person, r.verdict, r.content_hash) for r in view.reviews] == [("Ada", "accept", made[3].content_hash)]
    assert (len(view.revisions), view.cost) == (1, None)
    kinds = [event.kind for event in work.projects.history(project)]
    assert kinds.count("put in human seeds") == 1


def test_a_larger_subset_holds_the_smaller_one(work: Workspace) -> None:
    project, set_id = planted(work)
    assert work.human_seeds.put_in(ADA, project, set_id, size=3, random_seed=7) == 3
    first = {s.seed_example_id for s in found(work, project)}
    assert work.human_seeds.put_in(ADA, project, set_id, size=5, random_seed=7) == 2
    assert first < {s.seed_example_id for s in found(work, project)}


@pytest.mark.parametrize("size", [0, 9])
def test_a_subset_that_is_not_there_is_refused(work: Workspace, size: int) -> None:
    project, set_id = planted(work)
    with pytest.raises(InvalidInputError):
        work.human_seeds.put_in(ADA, project, set_id, size=size)
    assert not found(work, project)


def test_taken_back_they_are_rejected_and_can_be_put_in_again(work: Workspace) -> None:
    project, set_id = planted(work)
    work.human_seeds.put_in(ADA, project, set_id)
    bad = found(work, project)[0]
    work.review.decide(BO, bad, ReviewState.REJECTED, token="no", reason="Wrong")
    assert work.human_seeds.take_back(ADA, project, set_id) == 7
    assert found(work, project) == []
    assert work.human_seeds.put_in(ADA, project, set_id) == 7
    assert bad.id not in {s.id for s in found(work, project)}


def test_what_was_taken_back_comes_in_again_also_after_somebody_looked_at_it(work: Workspace) -> None:
    project, set_id = planted(work)
    work.human_seeds.put_in(ADA, project, set_id)
    work.human_seeds.take_back(ADA, project, set_id)
    skipped, flagged, judged, kept, *_ = found(work, project, ReviewState.REJECTED)
    work.review.skip(BO, skipped, token="s")
    work.review.flag(BO, flagged, on=True, token="f")
    work.review.decide(BO, kept, ReviewState.REJECTED, token="k", reason="Wrong")
    work.review.decide(BO, judged, ReviewState.ACCEPTED, token="j")
    work.review.undo(BO, project, token="u")
    assert work.human_seeds.standing(project, set_id).waiting == 7
    assert work.human_seeds.put_in(ADA, project, set_id) == 7
    assert kept.id not in {sample.id for sample in found(work, project)}


def test_undo_in_review_passes_over_them(work: Workspace) -> None:
    project, set_id = planted(work)
    work.human_seeds.put_in(ADA, project, set_id)
    with work.context.store.read() as tx:
        assert reviews.last(tx, project, "Ada") is None


def test_putting_them_in_freezes_the_set(work: Workspace) -> None:
    project, set_id = planted(work)
    work.human_seeds.put_in(ADA, project, set_id, size=1)
    with work.context.store.read() as tx:
        assert seeds.get(tx, project, set_id).frozen_at


def test_a_reviewer_may_not_put_them_in(work: Workspace) -> None:
    project, set_id = planted(work)
    with pytest.raises(NotAllowedError):
        work.human_seeds.put_in(Principal("Cy", Role.REVIEWER), project, set_id)


def test_the_card_keeps_strategies_and_the_ratio_and_rows_say_the_seed(work: Workspace) -> None:
    project, set_id = planted(work)
    work.human_seeds.put_in(ADA, project, set_id)
    chosen = DatasetWish(strategies=("human",))
    made = work.datasets.freeze(ADA, project, "First", chosen, token="d")
    assert (made.card["by_strategy"], made.card["human"], made.card["generated"]) == ({"human": 8}, 8, 0)
    assert work.datasets.outline(project, DatasetWish(strategies=("glan",))).rows == 0
    row = work.datasets.rows(project, made.id)[2]["row"]
    assert row["seed"] == {
        "set": set_id,
        "name": "Sums, version 1",
        "example": row["seed"]["example"],
        "number": 3,
        "question": "What is 2 + 2?",
    }
    assert (row["strategy"], row["difficulty"], row["history"], row["parent"]) == ("human", None, [], None)


def test_a_conversation_is_exported_with_all_its_turns() -> None:
    row = {"question": "And 3?", "answer": "9", "history": [["Square 2?", "4"]]}
    messages = json.loads(OPENAI_CHAT.preview(row))["messages"]
    assert [(m["role"], m["content"]) for m in messages] == [
        ("user", "Square 2?"),
        ("assistant", "4"),
        ("user", "And 3?"),
        ("assistant", "9"),
    ]


def test_several_answers_to_one_seed_question_are_no_duplicates_but_equal_ones_are(work: Workspace) -> None:
    project, set_id = planted(work)
    with work.context.store.write() as tx:
        for answer in ("It is 4.", "2 + 2 = 4", "It is 4."):
            plant(tx, project, set_id, answer)
    assert work.datasets.outline(project, DatasetWish()).rows == 3
    card = work.datasets.freeze(ADA, project, "First", DatasetWish(near=0.7), token="d").card
    assert (card["rows"], card["left_out"], card["by_strategy"]) == (2, {"repeat": 1}, {"answer_augmentation": 2})


def plant(tx: Tx, project: str, set_id: int, answer: str) -> int:
    """An accepted answer to the third seed question."""
    seed = seeds.examples(tx, set_id)[2]
    row: dict[str, object] = {
        "project_id": project,
        "run_id": None,
        "item_idx": None,
        "origin": "model",
        "difficulty": None,
    }
    row |= {"strategy": "answer_augmentation", "node_id": None, "subject_id": None, "lineage": {}}
    row |= {"question_request": None, "answer_request": None, "question": seed.prompt, "answer": answer}
    more = {"review": "accepted", "preview": False, "created_at": T0, "seed_example_id": seed.id}
    return samples.insert(tx, {**row, **more}, "teacher")


def test_taking_a_set_back_leaves_what_a_person_said_of_a_sample(work: Workspace) -> None:
    project, set_id = planted(work)
    work.human_seeds.put_in(ADA, project, set_id)
    sample = found(work, project)[0]
    work.review.decide(BO, sample, ReviewState.ACCEPTED, token="bo", note="Right.")
    assert work.human_seeds.take_back(ADA, project, set_id) == 7
    assert [each.id for each in found(work, project)] == [sample.id]
    with work.context.store.read() as tx:
        states, marks, _ = review_audit.states_and_texts(tx)
        told = event_audit.events_of_verdicts(tx)
    assert states.places == marks.places == told.places == []
