"""Traps that public re-implementations of GLAN fell into, tried on whole plans.

Tested elsewhere: answers never shift to another question (test_endings); the whole syllabus stands before the concepts
(test_endings, test_prompts); JSON is never asked for where quality is made (test_prompts); every card of a challenging
deck uses both sessions (test_sampling).
"""

from __future__ import annotations

import json
from collections import Counter

import pytest

from core.domain.calls import Call, Stage
from core.domain.plans import SamplesPlan, SubjectsPlan, TeacherChoice
from core.domain.states import ItemState, RunState
from core.domain.strategies import Strategy
from core.llm.scripted import ScriptedTeacher
from core.services.planning import items_of
from core.store import curricula
from tests.engine.any_strategy import distinct, plan_of, start
from tests.engine.conftest import PROJECT, Bench


@pytest.fixture
def plan(bench: Bench) -> SamplesPlan:
    """Twelve samples, half of them challenging."""
    return plan_of(bench, bench.connect(), Strategy.GLAN, 12, challenging_share=0.5)


def test_challenging_questions_of_a_plan_are_asked_of_two_sessions_and_need_both(
    bench: Bench, plan: SamplesPlan
) -> None:
    run_id, _ = start(bench, plan)
    teacher = ScriptedTeacher(distinct)
    bench.execute(teacher, run_id)
    prompts = {call.messages: call.context["groups"] for call in teacher.asked if call.stage is Stage.QUESTION}
    sizes = Counter(len(groups) for groups in prompts.values())
    assert sizes == {1: 6, 2: 6}
    assert Counter(sample.difficulty for sample in bench.samples()) == {"basic": 6, "challenging": 6}
    for (_, user), groups in prompts.items():
        assert all(groups)
        assert all(concept in user.content for group in groups for concept in group)
        assert ("both of these class sessions together" in user.content) == (len(groups) == 2)


def test_a_sample_says_from_which_sessions_and_concepts_of_which_syllabus_it_was_asked(
    bench: Bench, plan: SamplesPlan
) -> None:
    run_id, _ = start(bench, plan)
    bench.execute(ScriptedTeacher(distinct), run_id)
    text = bench.source().text
    asked = {request.id: request for request in bench.requests(run_id)}
    assert len(bench.samples()) == 12
    for sample in bench.samples():
        lineage = sample.lineage
        assert lineage["syllabus_hash"] == curricula.snapshot_hash(text)
        assert len(lineage["sessions"]) == len(lineage["groups"]) == (2 if sample.difficulty == "challenging" else 1)
        assert sample.question_request is not None
        prompt = json.dumps(asked[sample.question_request].model_dump(mode="json"))
        assert all(concept in prompt for group in lineage["groups"] for concept in group)


def test_a_sample_is_on_disk_when_it_is_finished_and_not_when_the_run_is(bench: Bench, plan: SamplesPlan) -> None:
    run_id, _ = start(bench, plan)
    kept: list[int] = []

    def script(call: Call, number: int) -> str:
        kept.append(len(bench.samples()))
        return distinct(call, number)

    bench.execute(ScriptedTeacher(script, seconds=0.005), run_id, at_once=1)
    assert kept == sorted(kept)
    assert kept[-1] > 0


def test_subjects_are_asked_for_ten_times_each_time_anew(bench: Bench) -> None:
    choice = TeacherChoice(connection=bench.connect(), model="m")
    asking = SubjectsPlan(teachers=dict.fromkeys(Stage, choice), disciplines=(bench.discipline,))
    with bench.store.read() as tx:
        specs = items_of(tx, PROJECT, asking).specs
    assert [spec["query"] for spec in specs] == list(range(10))


def test_a_subject_without_a_usable_name_is_left_out_and_asks_for_nothing_more(bench: Bench) -> None:
    entry = {"level": "introductory", "subtopics": ["One"]}
    names = ["\u200b", "Time series", "x" * 250]

    def script(call: Call, number: int) -> str:
        subjects = [{"subject_name": name, **entry} for name in names]
        return json.dumps({"subjects": subjects}) if call.stage is Stage.EXTRACTION else "Some subjects."

    run_id, teacher = bench.subjects_run(bench.connect()), ScriptedTeacher(script)
    assert bench.execute(teacher, run_id).state is RunState.COMPLETED
    assert Counter(call.stage for call in teacher.asked) == {Stage.SUBJECTS: 1, Stage.EXTRACTION: 1}
    assert bench.states(run_id) == [ItemState.DONE]
    with bench.store.read() as tx:
        found = {subject.name for subject in curricula.subjects(tx, PROJECT, bench.discipline)}
    assert found == {"Descriptive statistics", "Time series"}


def test_no_set_of_concepts_comes_twice_over_plans_until_all_were_used(bench: Bench, plan: SamplesPlan) -> None:
    sets: list[str] = []
    for _ in range(3):
        run_id, plan = start(bench, plan)
        sets += [json.dumps([item.spec["session_numbers"], item.spec["groups"]]) for item in bench.items(run_id)]
    assert len(sets) == len(set(sets)) == 36
