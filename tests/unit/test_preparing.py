"""Drafts: one snapshot, complete or nothing, frozen only as it was accepted."""

from __future__ import annotations

import json
import threading
import tracemalloc
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from core.domain.dataset_wish import DatasetWish
from core.domain.filters import SampleFilter
from core.domain.money import NO_PRICE
from core.domain.people import TEACHER, Principal, Role
from core.domain.records import Dataset, Sample
from core.domain.review import Entry, Purpose, ReviewPlan
from core.domain.states import ReviewState
from core.domain.taxonomy import NodeKind
from core.errors import ConflictError, InvalidTransitionError, JobCancelledError, NotAllowedError, NotFoundError
from core.ids import Clock
from core.interchange.datasets.columns import shaped
from core.runs import preparing
from core.runs.jobs import run_jobs_once
from core.runs.preparing_report import without_texts
from core.services.datasets import DatasetService, DraftState
from core.store import dataset_material, datasets, exports, nodes, reviews, samples
from core.store.database import IntegrityError, Store, Tx
from core.workspace import Workspace
from tests.unit.conftest import plant_request, plant_run
from tests.unit.costs_world import plant_call, plant_sample

ADA, BO = Principal("Ada"), Principal("Bo")
WISH = DatasetWish(near=0.8, validation_share=0.2, random_seed=5)


class Killed(BaseException):
    """The process ends here."""


@dataclass(frozen=True)
class Busy:
    """A desk beside which something happens whenever it says how far it is."""

    store: Store
    clock: Clock
    happens: Callable[[int], None]

    def progress(self, done: int, total: int = 0) -> None:
        self.happens(done)

    def write(self) -> AbstractContextManager[Tx]:
        return self.store.write()


@pytest.fixture(autouse=True)
def _small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "SLICE", 4)
    monkeypatch.setattr(preparing, "PAUSE", 0)


@pytest.fixture
def project(work: Workspace) -> str:
    """Twenty samples that Ada and Bo accepted in turn, and two that wait."""
    made = work.projects.create(ADA, "Mine", starter=False, token="p").id
    with work.context.store.write() as tx:
        reviews.keep_plan(tx, made, ReviewPlan(second_share=0))
        for number in range(22):
            plant_sample(tx, made, question=f"Question {number} about thing {number}?", difficulty="basic")
    for number, sample in enumerate(found(work, made, ReviewState.PENDING)[:20]):
        say(work, sample, ReviewState.ACCEPTED, (ADA, BO)[number % 2])
    return made


def found(work: Workspace, project: str, state: ReviewState) -> list[Sample]:
    return work.review.queue(project, SampleFilter(review=state), size=100)


def say(work: Workspace, sample: Sample, state: ReviewState, who: Principal = ADA) -> Sample:
    token = f"{sample.id} {state} {who.name} {sample.version}"
    reason = "Wrong" if state is ReviewState.REJECTED else ""
    return work.review.decide(who, sample, state, token=token, reason=reason)


def draft(work: Workspace, project: str, token: str = "d", wish: DatasetWish = WISH) -> Dataset:
    """A draft that nobody has worked on."""
    return work.datasets.prepare(ADA, project, "Pilot", wish, token=token)


def prepared(work: Workspace, project: str, token: str = "d", wish: DatasetWish = WISH) -> Dataset:
    made = draft(work, project, token, wish)
    assert run_jobs_once(work.settings, work.context.store) == 1
    return work.datasets.get(project, made.id)


def stored(work: Workspace, dataset_id: str) -> list[dict[str, Any]]:
    with work.context.store.read() as tx:
        return tx.rows(
            "SELECT position, sample_id, revision, content_hash, split, row FROM dataset_item WHERE dataset_id=?"
            " ORDER BY position",
            (dataset_id,),
        )


def fill(work: Workspace, project: str, dataset_id: str, happens: Callable[[int], None]) -> None:
    desk = Busy(work.context.store, work.context.clock, happens)
    preparing.fill(desk, work.settings.home, project, dataset_id)


def test_a_draft_is_prepared_by_the_worker_then_frozen_by_a_person(work: Workspace, project: str) -> None:
    made = draft(work, project)
    assert work.datasets.draft(project, made.id).state is DraftState.PREPARING
    with pytest.raises(ConflictError, match="is being prepared"):
        work.datasets.freeze_draft(ADA, project, made.id)
    run_jobs_once(work.settings, work.context.store)
    ready = work.datasets.draft(project, made.id)
    assert (ready.state, ready.dataset.n_items, ready.dataset.number) == (DraftState.PREPARED, 20, None)
    assert ready.dataset.card["splits"] == {"train": 16, "validation": 4}
    assert (ready.dataset.card["accepted"], ready.dataset.card["reviewers"]) == (20, 2)
    frozen = work.datasets.freeze_draft(ADA, project, made.id)
    assert (frozen.state, frozen.number) == ("frozen", 1)
    assert work.datasets.freeze_draft(ADA, project, made.id) == frozen
    assert [event.kind for event in work.projects.history(project)][:2] == ["froze", "prepared"]


def test_verdicts_given_meanwhile_do_not_mix_in(work: Workspace, project: str) -> None:
    before, made = prepared(work, project, "calm"), draft(work, project)
    lost, edited = found(work, project, ReviewState.ACCEPTED)[3], found(work, project, ReviewState.ACCEPTED)[17]
    waiting = found(work, project, ReviewState.PENDING)[0]
    done: list[int] = []

    def meanwhile(at: int) -> None:
        if at and not done:
            done.append(at)
            thread = threading.Thread(target=change)
            thread.start()
            thread.join()

    def change() -> None:
        say(work, lost, ReviewState.REJECTED)
        work.review.edit(ADA, edited, "Another question?", edited.answer, token="edit")
        say(work, waiting, ReviewState.ACCEPTED)

    fill(work, project, made.id, meanwhile)
    assert done
    assert stored(work, made.id) == stored(work, before.id)
    with pytest.raises(ConflictError, match="2 rows of this draft are not accepted") as conflict:
        work.datasets.freeze_draft(ADA, project, made.id)
    assert conflict.value.current == [lost.id, edited.id]
    assert "prepare it again" in conflict.value.hint


def test_what_is_frozen_is_accepted_with_this_very_text(work: Workspace, project: str) -> None:
    made = prepared(work, project)
    sample = found(work, project, ReviewState.ACCEPTED)[0]
    edited = work.review.edit(ADA, sample, "Another question?", sample.answer, token="edit")
    say(work, edited, ReviewState.ACCEPTED)
    with pytest.raises(ConflictError, match="1 row of this draft is not accepted with this very text"):
        work.datasets.freeze_draft(ADA, project, made.id)
    again = prepared(work, project, "again")
    work.datasets.freeze_draft(ADA, project, again.id)
    rows = work.datasets.rows(project, again.id, 100)
    accepted = {each.content_hash for each in found(work, project, ReviewState.ACCEPTED)}
    assert {row["row"]["content_hash"] for row in rows} == accepted
    assert work.datasets.compare(project, made.id, again.id).counts["rewritten"] == 1


@pytest.mark.parametrize("when", [300, 500, 760, 1000])
def test_killed_and_begun_again_it_is_one_complete_draft(work: Workspace, project: str, when: int) -> None:
    whole, made = prepared(work, project, "whole"), draft(work, project)

    def dies(at: int) -> None:
        if at >= when:
            raise Killed

    with pytest.raises(Killed):
        fill(work, project, made.id, dies)
    assert work.datasets.get(project, made.id).prepared_at is None
    fill(work, project, made.id, lambda _: None)
    assert stored(work, made.id) == stored(work, whole.id)
    assert work.datasets.get(project, made.id).n_items == 20
    fill(work, project, made.id, dies)
    assert stored(work, made.id) == stored(work, whole.id)


def test_the_same_seed_gives_the_same_rows_and_another_seed_another_split(work: Workspace, project: str) -> None:
    one, other = prepared(work, project, "one"), prepared(work, project, "other")
    assert stored(work, one.id) == stored(work, other.id)
    assert one.card["content"] == other.card["content"]
    third = prepared(work, project, "third", WISH.model_copy(update={"random_seed": 6}))
    told = work.datasets.compare(project, one.id, third.id)
    assert (told.counts["added"], told.counts["removed"], told.counts["rewritten"]) == (0, 0, 0)
    assert told.counts["moved"] > 0
    assert work.datasets.compare(project, one.id, other.id).same


def test_one_token_makes_one_draft_and_one_job(work: Workspace, project: str) -> None:
    assert draft(work, project).id == draft(work, project).id
    assert run_jobs_once(work.settings, work.context.store) == 1
    assert [each.dataset.id for each in work.datasets.drafts(project)] == [draft(work, project).id]


def test_a_draft_is_prepared_again_in_place_by_another_wish(work: Workspace, project: str) -> None:
    made = prepared(work, project)
    seen, wish = work.datasets.draft(project, made.id), DatasetWish(per_discipline=None, test_share=0.5, near=0.6)
    assert seen.was == {}
    for _ in range(2):
        again = work.datasets.prepare_again(ADA, project, made.id, "Wider", wish, seen=seen.preparation, token="again")
    assert (again.id, again.name, again.prepared_at, again.card) == (made.id, "Wider", None, {})
    with pytest.raises(ConflictError, match="is being prepared"):
        work.datasets.freeze_draft(ADA, project, made.id)
    assert run_jobs_once(work.settings, work.context.store) == 1
    ready = work.datasets.draft(project, made.id)
    assert (ready.state, ready.wish) == (DraftState.PREPARED, wish)
    assert ready.dataset.card["splits"] == {"train": 10, "test": 10}
    assert len(stored(work, made.id)) == 20
    assert (ready.was["name"], ready.was["wish"]) == ("Pilot", made.filter)
    assert ready.was["card"] == without_texts(made.card)
    assert [each.dataset.id for each in work.datasets.drafts(project)] == [made.id]
    assert work.projects.history(project)[0].kind == "prepared again"


def test_a_clock_that_was_set_back_makes_no_older_preparation_the_newest(work: Workspace, project: str) -> None:
    ident = prepared(work, project).id
    seen, back = work.datasets.draft(project, ident).preparation, replace(work.context, clock=lambda: 1.0)
    DatasetService(back).prepare_again(ADA, project, ident, "Again", WISH, seen=seen, token="back")
    again = work.datasets.draft(project, ident)
    assert (again.state, again.preparation == seen) == (DraftState.PREPARING, False)
    assert run_jobs_once(work.settings, work.context.store) == 1
    assert work.datasets.draft(project, ident).state is DraftState.PREPARED


def test_two_people_do_not_prepare_one_draft_over_each_other(work: Workspace, project: str) -> None:
    ident = prepared(work, project).id
    seen = work.datasets.draft(project, ident).preparation
    work.datasets.prepare_again(ADA, project, ident, "Adas", DatasetWish(), seen=seen, token="a")
    with pytest.raises(ConflictError, match="is being prepared"):
        work.datasets.prepare_again(BO, project, ident, "Bos", WISH, seen=seen, token="b")
    run_jobs_once(work.settings, work.context.store)
    with pytest.raises(ConflictError, match="prepared again since"):
        work.datasets.prepare_again(BO, project, ident, "Bos", WISH, seen=seen, token="b")
    with pytest.raises(ConflictError, match="prepared again since"):
        work.datasets.freeze_draft(BO, project, ident, seen=seen)
    assert run_jobs_once(work.settings, work.context.store) == 0
    now = work.datasets.draft(project, ident)
    assert (now.dataset.name, now.wish) == ("Adas", DatasetWish())
    assert work.datasets.freeze_draft(ADA, project, ident, seen=now.preparation).number == 1
    with pytest.raises(InvalidTransitionError):
        work.datasets.prepare_again(BO, project, ident, "Bos", WISH, seen=now.preparation, token="c")


def test_a_choice_that_comes_to_nothing_forgets_neither_itself_nor_the_figures_before(
    work: Workspace, project: str
) -> None:
    made = prepared(work, project)
    nothing = DatasetWish(difficulty="challenging")
    seen = work.datasets.draft(project, made.id).preparation
    work.datasets.prepare_again(ADA, project, made.id, "Pilot", nothing, seen=seen, token="none")
    run_jobs_once(work.settings, work.context.store)
    failed = work.datasets.draft(project, made.id)
    assert (failed.state, failed.wish, stored(work, made.id)) == (DraftState.FAILED, nothing, [])
    work.datasets.prepare_again(ADA, project, made.id, "Pilot", WISH, seen=failed.preparation, token="back")
    run_jobs_once(work.settings, work.context.store)
    ready = work.datasets.draft(project, made.id)
    assert ready.dataset.card == made.card
    assert ready.was["wish"] == made.filter


def test_a_discarded_draft_leaves_no_row_and_no_gap_in_the_numbers(work: Workspace, project: str) -> None:
    one, other = prepared(work, project, "one"), prepared(work, project, "other")
    work.datasets.discard(ADA, project, one.id)
    assert stored(work, one.id) == []
    with pytest.raises(NotFoundError):
        work.datasets.get(project, one.id)
    assert work.datasets.freeze_draft(ADA, project, other.id).number == 1
    with pytest.raises(InvalidTransitionError):
        work.datasets.discard(ADA, project, other.id)


def test_a_draft_discarded_while_it_is_filled_is_never_prepared(work: Workspace, project: str) -> None:
    made = draft(work, project)

    def discards(at: int) -> None:
        if at > 750:
            work.datasets.discard(ADA, project, made.id)

    with pytest.raises(IntegrityError, match="no draft"):
        fill(work, project, made.id, discards)
    assert stored(work, made.id) == []


def test_rows_left_by_a_process_that_died_over_discarding_go_with_the_next_draft(work: Workspace, project: str) -> None:
    made = prepared(work, project)
    with work.context.store.write() as tx:
        datasets.discard(tx, made.id)
    assert stored(work, made.id)
    prepared(work, project, "next")
    assert stored(work, made.id) == []


def test_a_row_says_what_it_cost_who_accepted_it_and_what_its_conversation_began_with(
    work: Workspace, project: str
) -> None:
    seed = {"seed_set": 1, "seed_set_name": "Sums, version 1", "seed_example": 3, "seed_position": 2}
    with work.context.store.write() as tx:
        plant_run(tx, project, "r")
        asked = plant_request(tx, project, "r")
        plant_call(tx, project, "r", 0, 1_500, stage="question", request=asked)
        answered = plant_call(tx, project, "r", 0, 2_500, stage="answer")
        by = {"augment_by": {"request": asked}, "answer_by": {"request": answered}}
        first = plant_sample(tx, project, lineage={**seed, "seed_question": "2 + 2?"}, strategy="new_question")
        turn = plant_sample(
            tx,
            project,
            lineage={**by, "parent_hash": "h"},
            strategy="multi_turn",
            parent_id=first,
            run_id="r",
            item_idx=0,
        )
        sample = samples.get(tx, project, turn)
    say(work, sample, ReviewState.ACCEPTED, BO)
    made = prepared(work, project)
    row = next(each["row"] for each in work.datasets.rows(project, made.id, 100) if each["row"]["id"] == turn)
    assert row["price"] == {"dollars": 4e-6, "nano_dollars": 4_000, "includes": ["question", "answer"]}
    assert (row["seed"]["name"], row["seed"]["number"]) == ("Sums, version 1", 3)
    assert (row["parent"], row["parent_hash"], row["run"], row["revision"]) == (first, "h", "r", 1)
    assert [call["stage"] for call in shaped(row)["calls"]] == ["augment", "answer"]
    assert row["review"] == {
        "verdict": "accepted",
        "by": "reviewer 2",
        "at": row["review"]["at"],
        "given": "singly",
        "second": "not asked for",
    }
    assert "Bo" not in json.dumps(work.datasets.rows(project, made.id, 100))


def row_of(work: Workspace, project: str, sample: int) -> dict[str, Any]:
    """The row of a sample in a version made now."""
    made = prepared(work, project, f"row of {sample}")
    return next(each["row"] for each in work.datasets.rows(project, made.id, 100) if each["row"]["id"] == sample)


def test_a_price_that_nobody_knows_is_not_said_to_be_nothing(work: Workspace, project: str) -> None:
    with work.context.store.write() as tx:
        plant_run(tx, project, "r")
        plant_call(tx, project, "r", 0, 0, stage="question")
        asked = plant_call(tx, project, "r", 0, 0, stage="answer")
        made = plant_sample(tx, project, lineage={"answer_by": {"request": asked}}, run_id="r", item_idx=0)
        sample = samples.get(tx, project, made)
        tx.run("UPDATE attempt SET price_source=? WHERE request_id=?", (NO_PRICE.source, asked))
    say(work, sample, ReviewState.ACCEPTED)
    price = row_of(work, project, made)["price"]
    assert price == {"dollars": None, "nano_dollars": None, "includes": ["question", "answer"]}
    assert work.review.view(project, made).cost is None


def test_a_row_names_the_edits_of_people_that_stand_and_no_others(work: Workspace, project: str) -> None:
    sample = found(work, project, ReviewState.ACCEPTED)[1]
    work.review.edit(ADA, sample, sample.question, "Taken back.", token="e1")
    work.review.undo(ADA, project, token="u1")
    sample = work.review.view(project, sample.id).sample
    edited = work.review.edit(BO, sample, sample.question, "Edited.", token="e2")
    with work.context.store.write() as tx:
        reviews.log(tx, edited, "repair", TEACHER, Entry("edit"), 9.0)
        samples.revise(tx, edited, edited.question, "Mended.", TEACHER, 9.0)
    say(work, work.review.view(project, sample.id).sample, ReviewState.ACCEPTED)
    row = row_of(work, project, sample.id)
    assert [edit["by"] for edit in row["edits"]] == ["reviewer 2"]
    assert (row["answer"], row["revision"], row["review"]["by"]) == ("Mended.", 4, "reviewer 1")
    assert row_of(work, project, found(work, project, ReviewState.ACCEPTED)[0].id)["edits"] == []


@pytest.mark.parametrize(
    ("purpose", "given"),
    [
        (Purpose.SECOND, "singly"),
        (Purpose.SETTLE, "in a dispute"),
        (Purpose.BULK, "in bulk"),
        (Purpose.IMPORT, "imported"),
        (Purpose.SEED, "with its seed set"),
    ],
)
def test_a_row_says_in_which_way_it_was_accepted_and_the_report_counts_it(
    work: Workspace, project: str, purpose: Purpose, given: str
) -> None:
    sample = found(work, project, ReviewState.PENDING)[0]
    with work.context.store.write() as tx:
        reviews.log(tx, sample, "x", "Cy", Entry("accept", purpose=purpose), 9.0)
        reviews.settle(tx, sample, ReviewPlan(second_share=0))
    assert row_of(work, project, sample.id)["review"]["given"] == given
    (version,) = work.datasets.drafts(project)
    counted = {"singly": 20}
    counted[given] = counted.get(given, 0) + 1
    assert version.dataset.card["by_verdict"] == counted


def test_the_report_counts_rows_by_the_models_behind_them_and_those_that_people_edited(
    work: Workspace, project: str
) -> None:
    by = {"question_by": {"request": 1, "model": "a"}, "answer_by": {"request": 2, "model": "b"}}
    with work.context.store.write() as tx:
        tx.run("UPDATE sample SET lineage=? WHERE id=1", (json.dumps(by),))
        tx.run("UPDATE sample SET lineage=? WHERE id=2", (json.dumps({**by, "repair_by": {"model": "b"}}),))
    sample = work.review.view(project, 3).sample
    say(work, work.review.edit(BO, sample, sample.question, "Edited.", token="e"), ReviewState.ACCEPTED)
    card = prepared(work, project).card
    assert (card["by_model"], card["edited"], card["reviewers"]) == ({"a": 2, "b": 2}, 1, 2)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE dataset_item SET row=replace(row, 'basic', 'challenging') WHERE position=3",
        "UPDATE dataset_item SET split='train' WHERE split='validation'",
        "DELETE FROM dataset_item WHERE position=19",
    ],
)
def test_the_doctor_names_the_version_whose_rows_are_not_those_that_were_frozen(
    work: Workspace, project: str, sql: str
) -> None:
    made = work.datasets.freeze_draft(ADA, project, prepared(work, project).id)
    prepared(work, project, "a draft beside it")

    def told() -> tuple[str, str]:
        return next((f.level, f.detail) for f in work.maintenance.doctor() if f.subject == "Versions")

    assert told() == ("ok", "1 frozen version holds what was frozen")
    with work.context.store.write() as tx:
        for row in tx.rows("SELECT name FROM sqlite_schema WHERE type='trigger' AND tbl_name='dataset_item'"):
            tx.run(f"DROP TRIGGER {row['name']}")
        assert tx.run(f"{sql} AND dataset_id=?", (made.id,))
    assert told() == ("problem", "rows of version 1, 'Pilot' in 'Mine', are not those that were frozen")


def test_the_splits_of_a_version_are_listed_training_first(work: Workspace, project: str) -> None:
    made = prepared(work, project, wish=DatasetWish(validation_share=0.2, test_share=0.2))
    with work.context.store.read() as tx:
        assert list(exports.splits(tx, made.id).items()) == [("train", 12), ("validation", 4), ("test", 4)]


def test_open_second_verdicts_are_counted_and_can_be_left_out(work: Workspace, project: str) -> None:
    with work.context.store.write() as tx:
        tx.run("UPDATE sample SET second=1 WHERE id=(SELECT min(id) FROM sample)")
    assert work.datasets.outline(project, WISH).open_seconds == 1
    assert prepared(work, project).card["open_seconds"] == 1
    without = WISH.model_copy(update={"without_open_seconds": True})
    card = prepared(work, project, "without", without).card
    assert (card["accepted"], card["fitting"], card["rows"], card["open_seconds"]) == (20, 19, 19, 0)


GLAN_LINEAGE = {
    "path": ["Formal science", "Mathematics", "Algebra"],
    "discipline": "Algebra",
    "subject": "Matrices",
    "sessions": ["Norms"],
    "session_numbers": [4],
    "groups": [["trace"]],
    "n_sessions": 9,
    "syllabus_id": 3,
    "syllabus_version": 2,
    "syllabus_hash": "5" * 64,
    "task_type": "maths",
}


def planted_conversation(work: Workspace, project: str) -> tuple[int, int]:
    """A GLAN sample of a discipline and an accepted conversation that goes on from it."""
    with work.context.store.write() as tx:
        node = nodes.insert(tx, project, None, NodeKind.DISCIPLINE, "Algebra")
        first = plant_sample(tx, project, lineage=GLAN_LINEAGE, node_id=node)
        going_on = {"task_type": "open", "parent_sample": first}
        turn = plant_sample(
            tx, project, lineage=going_on, strategy="multi_turn", parent_id=first, node_id=node, difficulty="basic"
        )
        sample = samples.get(tx, project, turn)
    say(work, sample, ReviewState.ACCEPTED)
    return first, turn


def test_a_conversation_is_traced_to_the_place_that_its_first_sample_came_from(work: Workspace, project: str) -> None:
    first, turn = planted_conversation(work, project)
    made = prepared(work, project)
    row = next(each["row"] for each in work.datasets.rows(project, made.id, 100) if each["row"]["id"] == turn)
    assert (row["parent"], row["taxonomy"], row["subject"]) == (first, GLAN_LINEAGE["path"], "Matrices")
    assert row["sessions"] == [{"number": 4, "name": "Norms", "concepts": ["trace"]}]
    assert (row["syllabus"], row["sessions_in_syllabus"]) == ({"id": 3, "version": 2, "hash": "5" * 64}, 9)
    assert row["task_type"] == "open"


def test_counts_before_preparing_are_what_preparing_finds(work: Workspace, project: str) -> None:
    planted_conversation(work, project)
    outline = work.datasets.outline(project, WISH)
    card = prepared(work, project).card
    assert (outline.accepted, outline.rows) == (card["accepted"], card["fitting"])
    assert outline.by_discipline == {"Algebra": 1}
    for group in ("by_discipline", "by_difficulty", "by_origin", "by_strategy", "human", "generated", "open_seconds"):
        assert getattr(outline, group) == card["before"][group]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER, Role.EXPERT])
def test_only_owners_prepare_freeze_cancel_and_discard(work: Workspace, project: str, role: Role) -> None:
    made, who = prepared(work, project), Principal("Cy", role)
    for act in (
        lambda: work.datasets.prepare(who, project, "No", WISH, token="no"),
        lambda: work.datasets.freeze(who, project, "No", WISH, token="no"),
        lambda: work.datasets.freeze_draft(who, project, made.id),
        lambda: work.datasets.discard(who, project, made.id),
        lambda: work.datasets.cancel(who, project, made.id),
    ):
        with pytest.raises(NotAllowedError):
            act()
    assert work.datasets.draft(project, made.id).state is DraftState.PREPARED


def test_files_carry_no_text_that_was_left_out(work: Workspace, project: str) -> None:
    left = "What do 13 grey geese that fly over the old mill at dawn have in common with the quick miller?"
    with work.context.store.write() as tx:
        for _ in range(2):
            plant_sample(tx, project, question=left)
    for sample in found(work, project, ReviewState.PENDING)[2:]:
        say(work, sample, ReviewState.ACCEPTED)
    content = json.dumps({"question": left}).encode()
    look = work.benchmarks.read(content, "geese.jsonl")
    mark = work.benchmarks.take_in(ADA, project, look, "Geese", token="g")
    card = prepared(work, project, wish=WISH.model_copy(update={"benchmarks": (mark.id,)})).card
    assert "grey geese" in json.dumps(card["examples"])
    assert "grey geese" in json.dumps(card["hits"])
    told = without_texts(card)
    assert "geese" not in json.dumps(told)
    assert (told["hits"], told["near"]) == ({"by_benchmark": {"Geese": 1}}, {"threshold": 0.8})
    assert told["left_out"] == {"repeat": 1, "contaminated": 1}


def test_a_cancel_is_heard_while_texts_are_compared(work: Workspace, project: str) -> None:
    made = draft(work, project)

    def cancelled(done: int) -> None:
        if preparing.READ < done < preparing.CHOSEN:
            raise JobCancelledError("The job was cancelled.")

    with pytest.raises(JobCancelledError):
        fill(work, project, made.id, cancelled)
    assert stored(work, made.id) == []


def test_preparing_never_holds_the_texts_of_all_samples(
    work: Workspace, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dataset_material, "_AT_ONCE", 4)
    size, number = 100_000, 100
    with work.context.store.write() as tx:
        for each in range(number):
            text = f"Which {each}{' ' * size}?"
            plant_sample(tx, project, question=text, difficulty="basic", review=ReviewState.ACCEPTED)
    made = draft(work, project)
    tracemalloc.start()
    try:
        fill(work, project, made.id, lambda _: None)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(stored(work, made.id)) == number + 20
    assert most < size * number / 2
