"""All stages against a real llama.cpp server with a small model: answers, usage and cost are recorded, and what cannot
be used is kept, named and paid for, never passed on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.domain.calls import Stage
from core.domain.people import Principal
from core.domain.plans import (
    Plan,
    SamplesPlan,
    SubjectsPlan,
    SyllabiPlan,
    TaxonomyPlan,
    TeacherChoice,
)
from core.domain.price_entry import PriceEntry
from core.domain.records import Connection, Project
from core.domain.states import ItemState, NodeState, RunState
from core.llm.local.supervisor import LocalServer
from core.runs.worker import run_once
from core.services.projects import choice_for
from core.services.runs import RunView
from core.services.seeding import draft_of
from core.settings import Settings
from core.store import ledger
from core.workspace import Workspace
from tests.model.curriculum import SYLLABUS

pytestmark = [pytest.mark.model, pytest.mark.timeout(400)]
ME = Principal("You")
MAX_TOKENS = {
    Stage.TAXONOMY: 200,
    Stage.SYLLABUS: 60,
    Stage.EXTRACTION: 900,
    Stage.ANSWER: 400,
    Stage.VERIFICATION: 120,
}


class Pipeline:
    """One installation whose only teacher is the small model, at a typed price."""

    def __init__(self, work: Workspace, server: LocalServer) -> None:
        self.work = work
        self.project: Project = work.projects.create(ME, "Small", starter=False, token="t")
        self.connection: Connection = work.connections.add(
            ME, name="Small model", base_url=server.base_url, key=server.api_key, models=[server.model_name]
        )
        work.connections.set_price(ME, self.connection.id, server.model_name, PriceEntry("1", "2", "0.5"), sure=False)
        self.teachers = {
            stage: TeacherChoice(
                connection=self.connection.id,
                model=server.model_name,
                temperature=0.0,
                top_p=1.0,
                max_tokens=MAX_TOKENS.get(stage, 250),
            )
            for stage in Stage
        }
        field = work.tree.add(ME, self.project.id, None, "Formal science", "The study of structures.")
        sub_field = work.tree.add(ME, self.project.id, field.id, "Mathematics and logic", "Numbers and proofs.")
        self.node = work.tree.add(ME, self.project.id, sub_field.id, "Statistics", "Learning from data.")
        work.votes.keep_branch(ME, self.project.id, field.id)

    def execute(self, plan: Plan, token: str) -> RunView:
        """Start a run, execute it here, and give its end."""
        run = self.work.generation.start(ME, self.project.id, plan, token=token)
        asyncio.run(run_once(self.work.settings, self.work.context.store))
        return self.work.runs.view(self.project.id, run.id)

    def check_ledger(self, view: RunView) -> None:
        """Every call has measured tokens and a cost; every item one final state; every answer is stored raw."""
        assert view.run.state is RunState.COMPLETED, view.run.reason
        assert view.finished == view.run.n_items
        attempts = self.work.runs.attempts(self.project.id, view.run.id, limit=1000)
        assert attempts
        for attempt in attempts:
            assert attempt.measured
            assert (attempt.prompt_tokens or 0) > 0
            assert 0 < attempt.cost <= attempt.hold
        for item in self.work.runs.items(self.project.id, view.run.id):
            requests = self.work.runs.requests(self.project.id, view.run.id, item.idx)
            assert all(request.raw and request.reply is not None for request in requests)
            assert item.error or item.state in {ItemState.DONE, ItemState.KNOWN}
        with self.work.context.store.read() as tx:
            assert ledger.drift(tx) == []


@pytest.fixture
def pipeline(tmp_path: Path, smollm2: LocalServer) -> Iterator[Pipeline]:
    environ = {"STUDIO_HOME": str(tmp_path / "home"), "STUDIO_WORKER": "off"}
    work = Workspace.open(Settings.load(environ), environ)
    yield Pipeline(work, smollm2)
    work.close()


def test_taxonomy_proposals_of_a_real_model(pipeline: Pipeline) -> None:
    parent = pipeline.work.taxonomy.view(ME, pipeline.project.id, pipeline.node.id).path[1]
    view = pipeline.execute(TaxonomyPlan(teachers=pipeline.teachers, node=parent.id, queries=1), "r1")
    pipeline.check_ledger(view)
    proposed = [c for c in pipeline.work.taxonomy.children(pipeline.project.id, parent.id) if c.origin == "model"]
    assert bool(proposed) == bool(view.progress.get(ItemState.DONE))
    assert all(child.state is NodeState.PROPOSED for child in proposed)


def test_subjects_and_syllabus_of_a_real_model(pipeline: Pipeline) -> None:
    """The built-in teacher writes the list, the model turns it into structure; then it begins a syllabus."""
    builtin = choice_for(Stage.SUBJECTS, "builtin", "built-in-1")
    plan = SubjectsPlan(
        teachers={**pipeline.teachers, Stage.SUBJECTS: builtin}, disciplines=(pipeline.node.id,), queries=1
    )
    view = pipeline.execute(plan, "r1")
    attempts = pipeline.work.runs.attempts(pipeline.project.id, view.run.id)
    assert {attempt.stage for attempt in attempts} == {"subjects", "extraction"}
    assert all(attempt.cost > 0 for attempt in attempts if attempt.stage == "extraction")
    found = pipeline.work.curriculum.subjects(pipeline.project.id)
    assert bool(found) == bool(view.progress.get(ItemState.DONE))
    subject = pipeline.work.curriculum.add_subject(
        ME, pipeline.project.id, pipeline.node.id, "Fractions", "introductory", ["Adding fractions", "Decimals"]
    )
    pipeline.work.curriculum.move_subjects(ME, pipeline.project.id, [subject.id], NodeState.VERIFIED)
    view = pipeline.execute(SyllabiPlan(teachers=pipeline.teachers, subjects=(subject.id,)), "r2")
    pipeline.check_ledger(view)


def test_questions_answers_and_verification_of_a_real_model(pipeline: Pipeline) -> None:
    work, project = pipeline.work, pipeline.project
    subject = work.curriculum.add_subject(ME, project.id, pipeline.node.id, "Fractions", "introductory", ["Halves"])
    syllabus = work.curriculum.save_syllabus(ME, project.id, subject.id, draft_of(SYLLABUS), based_on=None)
    work.curriculum.verify_syllabus(ME, project.id, subject.id, syllabus.version)
    plan = SamplesPlan(teachers=pipeline.teachers, count=3, verify=True, cost_cap=10**9)
    view = pipeline.execute(work.generation.draft(project.id, plan), "r1")
    pipeline.check_ledger(view)
    made = [sample for _, sample in work.runs.made(project.id, view.run.id) if sample]
    assert made, [item.error for item in work.runs.items(project.id, view.run.id)]
    assert all(sample.question and sample.answer for sample in made)
    assert view.spent.settled == sum(a.cost for a in work.runs.attempts(project.id, view.run.id))
    again = pipeline.execute(view_plan(work, view), "r2")
    assert again.spent.calls == 0, "an identical plan sends nothing"


def view_plan(work: Workspace, view: RunView) -> Plan:
    """The very plan of a run."""
    return SamplesPlan.model_validate(view.run.plan)


def test_an_answer_cut_off_at_the_limit_is_kept_as_truncated_and_paid(pipeline: Pipeline) -> None:
    teachers = {stage: choice.model_copy(update={"max_tokens": 5}) for stage, choice in pipeline.teachers.items()}
    plan = SubjectsPlan(teachers=teachers, disciplines=(pipeline.node.id,), queries=1)
    view = pipeline.execute(plan, "r1")
    pipeline.check_ledger(view)
    assert view.progress == {ItemState.TRUNCATED: 1}
    assert pipeline.work.curriculum.subjects(pipeline.project.id) == []
