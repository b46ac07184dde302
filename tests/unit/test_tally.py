"""Counts of samples: whatever happens to them, every figure equals the query over the samples."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.filters import SampleFilter
from core.domain.records import Sample
from core.domain.review import SHUFFLE_RANGE, Entry, ReviewPlan
from core.domain.states import ReviewState, VerificationState
from core.store import reviews, samples, tally, verifications
from core.store.database import Tx
from core.workspace import Workspace
from tests.unit.conftest import T0, World, scratch
from tests.unit.test_human_seeds import ADA, planted
from tests.unit.test_samples import plant_sample

QUICK = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def add(tx: Tx, world: World, number: int, dice: int) -> None:
    kinds: list[dict[str, object]] = [
        {},
        {"difficulty": "challenging", "node_id": world.other_discipline},
        {"strategy": "new_question", "difficulty": None, "node_id": None, "subject_id": None, "run_id": None},
        {"preview": True},
        {"run_id": "r2", "review": ReviewState.ACCEPTED},
    ]
    plant_sample(tx, world, question=f"Why {number}?", **kinds[dice % len(kinds)])


def judge(tx: Tx, sample: Sample, number: int, dice: int) -> None:
    person, word = ("Ada", "Bo")[dice % 2], ("accept", "reject")[dice // 2 % 2]
    reviews.log(tx, sample, f"t{number}", person, Entry(word), T0)
    reviews.settle(tx, sample, ReviewPlan(second_share=0.5))


def edit(tx: Tx, sample: Sample, number: int, dice: int) -> None:
    samples.revise(tx, sample, f"Edited {dice % 3}?", sample.answer, "Ada", T0)
    reviews.settle(tx, samples.get(tx, sample.project_id, sample.id), ReviewPlan(second_share=0.5))


def undo(tx: Tx, sample: Sample, number: int, dice: int) -> None:
    last = reviews.last(tx, sample.project_id, ("Ada", "Bo")[dice % 2])
    if last:
        about = samples.get(tx, sample.project_id, last.sample_id)
        reviews.log(tx, about, f"t{number}", last.person, Entry("undo", undoes=last.id), T0)
        reviews.settle(tx, about, ReviewPlan(second_share=0.5))


def check(tx: Tx, sample: Sample, number: int, dice: int) -> None:
    verifications.verify(tx, sample, method=f"m{dice % 2}", passed=dice % 3 > 0, detail="", request_id=None, at=T0)


def flag(tx: Tx, sample: Sample, number: int, dice: int) -> None:
    samples.set_flag(tx, sample, not sample.flagged)


def move(tx: Tx, sample: Sample, number: int, dice: int) -> None:
    nodes = [row["id"] for row in tx.rows("SELECT id FROM node ORDER BY id")]
    tx.run("UPDATE sample SET node_id=? WHERE subject_id=?", (nodes[dice % len(nodes)], sample.subject_id))


def take_over(tx: Tx, sample: Sample, number: int, dice: int) -> None:
    """Only what a run made is taken over by another."""
    tx.run("UPDATE sample SET preview=0, run_id='r3', item_idx=0 WHERE id=? AND run_id IS NOT NULL", (sample.id,))


def share(tx: Tx, sample: Sample, number: int, dice: int) -> None:
    reviews.keep_plan(tx, sample.project_id, ReviewPlan(share=dice % 5 / 4))


def forget(tx: Tx, sample: Sample, number: int, dice: int) -> None:
    if not reviews.of_sample(tx, sample.id) and not verifications.of_sample(tx, sample.id):
        tx.run("DELETE FROM revision WHERE sample_id=?", (sample.id,))
        tx.run("DELETE FROM sample WHERE id=?", (sample.id,))


Doing = Callable[[Tx, Sample, int, int], None]
DOINGS: list[Doing] = [judge, judge, edit, undo, check, flag, move, take_over, share, forget]


def counted(tx: Tx, wanted: SampleFilter) -> int:
    return len(samples.page(tx, "p1", wanted, size=1000))


FILTERS = [
    SampleFilter(),
    SampleFilter(preview=True),
    SampleFilter(strategy="glan", review=ReviewState.PENDING),
    SampleFilter(difficulty="basic", verification=VerificationState.FAILED),
    SampleFilter(run_id="r2"),
    SampleFilter(run_id="r3", review=ReviewState.ACCEPTED),
    SampleFilter(flagged=True),
    SampleFilter(review=ReviewState.DISPUTED),
]


@QUICK
@given(st.lists(st.tuples(st.none() | st.sampled_from(DOINGS), st.integers(0, 59)), max_size=25))
def test_after_anything_that_happens_to_samples_every_count_equals_the_query(
    world: World, steps: list[tuple[Doing | None, int]]
) -> None:
    with scratch(world.store) as tx:
        for number, (doing, dice) in enumerate(steps):
            ids = [row["id"] for row in tx.rows("SELECT id FROM sample ORDER BY id")]
            if doing is None or not ids:
                add(tx, world, number, dice)
            else:
                doing(tx, samples.get(tx, "p1", ids[dice % len(ids)]), number, dice)
        assert tally.wrong(tx) == []
        for wanted in FILTERS:
            assert samples.count(tx, "p1", wanted) == counted(tx, wanted)
        share = reviews.plan_of(tx, "p1").share
        listed = samples.page(tx, "p1", SampleFilter(), size=1000)
        for state, (n, picked) in tally.by_review(tx, "p1", SampleFilter()).items():
            alike = [sample for sample in listed if sample.review is state]
            assert (n, picked) == (len(alike), sum(sample.shuffle < share * SHUFFLE_RANGE for sample in alike))


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE tally SET n=n+1 WHERE id=(SELECT min(id) FROM tally)",
        "UPDATE tally SET picked=0 WHERE n>0",
        "DELETE FROM run_tally",
        "UPDATE sample SET cell=0 WHERE id=(SELECT min(id) FROM sample)",
        "INSERT INTO second_due SELECT project_id, 'Ada', min(id) FROM sample",
    ],
)
def test_a_count_that_is_wrong_is_found_and_counting_again_mends_it(world: World, harm: str) -> None:
    with scratch(world.store) as tx:
        for number in range(6):
            add(tx, world, number, number)
        tx.run(harm)
        assert tally.wrong(tx)
        tally.refill(tx)
        assert tally.wrong(tx) == []


def test_the_migration_counts_the_samples_that_are_there(world: World) -> None:
    with scratch(world.store) as tx:
        for number in range(10):
            add(tx, world, number, number)
        before = (
            tx.rows("SELECT * FROM run_tally ORDER BY run_id, cell"),
            tally.strata(tx, "p1", SampleFilter(), "strategy"),
        )
        tally.refill(tx)
        assert before == (
            tx.rows("SELECT * FROM run_tally ORDER BY run_id, cell"),
            tally.strata(tx, "p1", SampleFilter(), "strategy"),
        )


def test_human_seeds_put_in_and_taken_back_are_counted_like_all_others(work: Workspace) -> None:
    project, set_id = planted(work)
    for step in (work.human_seeds.put_in, work.human_seeds.take_back, work.human_seeds.put_in):
        step(ADA, project, set_id)
        with work.context.store.read() as tx:
            assert tally.wrong(tx) == []
            assert tally.by_review(tx, project, SampleFilter(strategy="human")) == reviewed(tx, project)


def reviewed(tx: Tx, project: str) -> dict[ReviewState, tuple[int, int]]:
    found = [sample.review for sample in samples.page(tx, project, SampleFilter(strategy="human"), size=100)]
    return {state: (found.count(state), found.count(state)) for state in set(found)}
