"""Cost and quality as a service: figures follow every change, slow ones are worked out only when texts change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from core.analysis.quality import Dimension
from core.analysis.quality_texts import Material
from core.domain.people import Principal
from core.domain.records import Sample
from core.domain.states import ReviewState
from core.domain.strategies import Strategy
from core.services.insights_costs import read_costs
from core.services.insights_texts import ByGroup, compared
from core.store import call_figures, human_seeds, ledger, reports, reports_costs, samples, verification_reports
from core.store.database import Params, Row, Tx
from core.workspace import Workspace
from tests.unit.costs_world import part, plant_call, plant_plan, plant_sample, plant_seeds

ME = Principal("Ada")


@pytest.fixture
def project(work: Workspace) -> str:
    """Four samples by new question from two seeds, two of them nearly the same."""
    made = work.projects.create(ME, "P", token="p", starter=False).id
    with work.context.store.write() as tx:
        seeds, examples = plant_seeds(tx, made, 8)
        spec = {"strategy": "new_question", "part": 0, "by": {"answer": 0}, "seed_set": seeds}
        plant_plan(tx, made, "r", [part(Strategy.NEW_QUESTION, "m", 4, seeds)], [spec] * 4)
        story = "Anna has nine red apples and gives four of them to her brother Ben before lunch"
        texts = (
            f"{story} today. How many are left?",
            f"{story} now. How many are left?",
            "What is two plus two?",
            "Why?",
        )
        for index, text in enumerate(texts):
            plant_call(tx, made, "r", index, 10, stage="augment")
            answer = plant_call(tx, made, "r", index, 1000 * (index + 1))
            home = {"run_id": "r", "item_idx": index, "seed_example_id": examples[index % 2]}
            plant_sample(tx, made, strategy="new_question", answer_request=answer, question=text, **home)
    return made


def first(work: Workspace, project: str) -> Sample:
    """The oldest sample."""
    with work.context.store.read() as tx:
        return samples.get(tx, project, 1)


def test_texts_are_compared_again_only_when_a_text_changed(
    work: Workspace, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    times: list[int] = []

    def counted(rows: Sequence[Mapping[str, Any]], material: Material) -> ByGroup:
        times.append(len(rows))
        return compared(rows, material)

    monkeypatch.setattr("core.services.insights.compared", counted)
    quality = work.insights.texts(project).by[Dimension.STRATEGY]["new_question"]
    assert (quality.variety.near, quality.variety.pairs, quality.use.seeds.used, quality.use.seeds.all) == (
        0.25,
        0,
        2,
        8,
    )
    work.review.decide(ME, first(work, project), ReviewState.ACCEPTED, token="v")
    work.insights.texts(project)
    assert len(times) == 1
    work.review.edit(ME, first(work, project), "Something else altogether?", "Yes.", token="e")
    again = work.insights.texts(project).by[Dimension.STRATEGY]["new_question"]
    assert (len(times), again.variety.near) == (2, 0)


def test_counts_follow_every_verdict_and_call(work: Workspace, project: str) -> None:
    def seen() -> tuple[int, int]:
        counts = work.insights.insights(project).costs.total
        return counts.accepted, counts.cost

    assert seen() == (0, 10_040)
    work.review.decide(ME, first(work, project), ReviewState.ACCEPTED, token="v")
    assert seen() == (1, 10_040)
    with work.context.store.write() as tx:
        plant_call(tx, project, "r", 3, 5, stage="verification")
    assert seen() == (1, 10_045)


def test_spending_over_time_ends_at_the_ledger(work: Workspace, project: str) -> None:
    steps = work.insights.spending(project).steps
    with work.context.store.read() as tx:
        spent = ledger.spent(tx, "project", project)
    assert (sum(step.cost for step in steps), sum(step.calls for step in steps)) == (spent.settled, spent.calls)
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert {step.strategy for step in steps} == {"New question"}


def test_what_has_no_discipline_difficulty_or_teacher_is_counted_all_the_same(work: Workspace, project: str) -> None:
    with work.context.store.write() as tx:
        plant_sample(tx, project, origin="person", strategy="human", review="accepted")
    by = work.insights.insights(project).by
    assert {name: sum(row.samples for row in rows) for name, rows in by.items()} == dict.fromkeys(by, 5)
    assert [row.group for row in by["discipline"]] == ["no discipline"]
    assert {row.group for row in by["strategy"]} == {"New question", "Human seeds"}


def test_of_very_many_texts_a_share_is_compared_and_always_the_same(
    work: Workspace, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with work.context.store.write() as tx:
        for number in range(200):
            plant_sample(tx, project, strategy="new_question", question=f"Why is {number} a number?")
    assert (work.insights.texts(project).drawn, work.insights.texts(project).there) == (204, 204)
    monkeypatch.setattr("core.services.insights.COMPARED", 51)
    with work.context.store.read() as tx:
        half, quarter = ({row["id"] for row in reports_costs.texts(tx, project, share)} for share in (0.5, 0.25))
    assert quarter < half
    work.review.edit(ME, first(work, project), "Something else altogether?", "Yes.", token="e")
    found = work.insights.texts(project)
    assert (found.drawn, found.there) == (len(quarter), 204)


def test_neither_drawing_texts_nor_telling_whether_they_changed_reads_through_all_samples(
    work: Workspace, project: str
) -> None:
    with work.context.store.read() as tx:
        explained = Explained(tx.connection)
        reports_costs.texts(explained, project, 0.5)
        reports_costs.text_revision(explained, project)
        human_seeds.human_and_generated(explained, project)
    read = {line for line in explained.plans if line.split()[1] in {"s", "d", "sample"}}
    assert read
    assert all(line.startswith("SEARCH") and ("cell=?" in line or "rowid=?" in line) for line in read), read


def test_no_figure_that_a_verdict_changes_reads_through_samples_calls_or_items(work: Workspace, project: str) -> None:
    with work.context.store.read() as tx:
        explained = Explained(tx.connection)
        reports.acceptance(explained, project)
        reports.acceptance_by_discipline(explained, project)
        reports_costs.samples(explained, project)
        verification_reports.findings(explained, project)
        call_figures.times(explained, project)
        samples.longest(explained, project)
    read = {line.split(maxsplit=2)[1]: line for line in explained.plans if line.startswith(("SCAN", "SEARCH"))}
    assert set(read) <= {"t", "f", "c", "m", "n", "figure", "call_figure", "sample", "s"}, read
    assert "COVERING INDEX sample_long" in read["sample"]
    assert read.get("s", "SCAN s") == "SCAN s"  # the grouped cells themselves


def test_after_a_verdict_no_call_is_counted_again(
    work: Workspace, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def counted(tx: Tx, of: str) -> list[Row]:
        read.append(of)
        return spend(tx, of)

    spend = reports_costs.spend
    monkeypatch.setattr(reports_costs, "spend", counted)
    before = work.insights.insights(project).costs.total
    work.review.decide(ME, first(work, project), ReviewState.ACCEPTED, token="v")
    after = work.insights.insights(project).costs.total
    assert (before.accepted, after.accepted, after.cost, len(read)) == (0, 1, before.cost, 1)
    with work.context.store.write() as tx:
        plant_call(tx, project, "r", 3, 5, stage="verification")
    assert (work.insights.insights(project).costs.total.cost, len(read)) == (before.cost + 5, 2)


def test_after_a_call_only_its_run_is_counted_again(
    work: Workspace, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with work.context.store.write() as tx:
        plant_plan(tx, project, "later", [part(Strategy.GLAN, "m", 2)], [{"part": 0}] * 2)
        plant_call(tx, project, "later", 0, 70)
    read: list[str] = []

    def counted(tx: Tx, run: str) -> list[Row]:
        read.append(run)
        return spend(tx, run)

    spend = reports_costs.spend
    monkeypatch.setattr(reports_costs, "spend", counted)
    work.insights.insights(project)
    with work.context.store.write() as tx:
        plant_call(tx, project, "later", 1, 5)
        tx.run("UPDATE item SET state='failed' WHERE run_id='later' AND idx=0")
    found = work.insights.insights(project)
    assert read == ["later", "r", "later"]
    with work.context.store.read() as tx:
        assert found.stages == reports.spend_by_stage(tx, project)
        assert found.costs.total == read_costs(tx, project).total
        assert (found.costs.total.cost, found.costs.total.failed) == (ledger.spent(tx, "project", project).settled, 1)


class Explained(Tx):
    """Keeps how SQLite goes about each statement."""

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        self.plans: list[str] = []

    def rows(self, sql: str, params: Params = ()) -> list[Row]:
        self.plans += [row["detail"] for row in super().rows(f"EXPLAIN QUERY PLAN {sql}", params)]
        return super().rows(sql, params)

    def row(self, sql: str, params: Params = ()) -> Row | None:
        return next(iter(self.rows(sql, params)), None)
