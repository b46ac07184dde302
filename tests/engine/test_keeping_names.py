"""A name that one answer repeats came up in one query, not in several."""

from __future__ import annotations

import json

import pytest

from core.domain.calls import Call, Stage
from core.domain.plans import TaxonomyPlan, TeacherChoice
from core.llm.scripted import ScriptedTeacher, plain_script
from core.store import curricula, nodes
from tests.engine.conftest import PROJECT, Bench


def _three_times(call: Call, number: int) -> str:
    names = ("Sampling", "sampling", "Sampling")
    if call.template == "subjects_extract":
        levels = ("introductory", "intermediate", "advanced")
        lines = zip(names, levels, strict=True)
        return json.dumps({"subjects": [{"subject_name": n, "level": each, "subtopics": ["A"]} for n, each in lines]})
    if call.stage is Stage.TAXONOMY:
        return json.dumps({"children": [{"name": name, "description": "D."} for name in names]})
    return plain_script(call, number)


@pytest.mark.parametrize("queries", [1, 3])
def test_a_subject_that_an_answer_repeats_is_counted_once(bench: Bench, queries: int) -> None:
    run_id = bench.subjects_run(bench.connect(), queries)
    bench.execute(ScriptedTeacher(_three_times), run_id)
    with bench.store.read() as tx:
        subject = curricula.find_subject(tx, bench.discipline, "Sampling")
    assert subject is not None
    assert (subject.times_seen, subject.times_asked, subject.level) == (queries, queries, "introductory")


def test_a_node_that_an_answer_repeats_is_counted_once(bench: Bench) -> None:
    choice = TeacherChoice(connection=bench.connect(), model="m")
    plan = TaxonomyPlan(teachers={Stage.TAXONOMY: choice}, node=None, queries=1)
    spec: dict[str, object] = {
        "kind": "taxonomy",
        "node": None,
        "names": [],
        "child": "field",
        "existing": [],
        "count": 5,
        "query": 0,
    }
    bench.execute(ScriptedTeacher(_three_times), bench.run_of(plan, [spec]))
    with bench.store.read() as tx:
        node = nodes.find_sibling(tx, PROJECT, None, "Sampling")
    assert node is not None
    assert node.times_seen == 1
