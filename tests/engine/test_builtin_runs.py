"""The built-in teacher through the whole pipeline, from proposals to judged samples, by the worker's own code."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from core.catalogue.load import curricula as known_curricula
from core.catalogue.load import starter_taxonomy
from core.domain.calls import Call, Stage
from core.domain.curriculum import SessionDraft, SyllabusDraft
from core.domain.plans import Plan, SamplesPlan, SubjectsPlan, SyllabiPlan, TaxonomyPlan, TeacherChoice
from core.domain.records import Run
from core.domain.states import ItemState, NodeState, RunState
from core.domain.taxonomy import NodeKind, Origin
from core.generation.drawing import draw
from core.llm.builtin.teacher import MODEL
from core.llm.scripted import ScriptedTeacher
from core.runs.worker import run_once
from core.store import curricula, nodes, proposals
from tests.engine.conftest import PROJECT, Bench


def run_builtin(bench: Bench, run_id: str) -> Run:
    """Execute one run the way the worker does."""
    assert asyncio.run(run_once(bench.settings, bench.store, only=run_id)) == 1
    run = bench.run(run_id)
    assert run.state is RunState.COMPLETED, run.reason
    bench.check_ledger()
    return run


def teachers(connection: str) -> dict[Stage, TeacherChoice]:
    """The built-in teacher for every stage."""
    return dict.fromkeys(Stage, TeacherChoice(connection=connection, model=MODEL))


def test_proposals_are_new_children_in_the_right_place(bench: Bench) -> None:
    plan = TaxonomyPlan(teachers=teachers(bench.connect("builtin")), node=None, queries=3)
    spec: dict[str, object] = {
        "kind": "taxonomy",
        "node": None,
        "names": [],
        "child": "field",
        "existing": [],
        "count": 12,
    }
    run_id = bench.run_of(plan, [{**spec, "query": query} for query in range(3)])
    run_builtin(bench, run_id)
    with bench.store.read() as tx:
        fields = [n for n in nodes.children(tx, PROJECT, None) if n.origin is Origin.MODEL]
        assert len({field.name for field in fields}) == len(fields) > 0
        assert {(f.state, f.kind.value, f.touched) for f in fields} == {(NodeState.PROPOSED, "field", False)}
        assert max(field.times_seen for field in fields) > 1
    assert set(bench.states(run_id)) <= {ItemState.DONE, ItemState.KNOWN}


def test_the_built_in_teacher_names_disciplines_right_below_a_field_when_asked_to(bench: Bench) -> None:
    with bench.store.write() as tx:
        field = nodes.insert(tx, PROJECT, None, NodeKind.FIELD, "Humanities")
    spec = {"kind": "taxonomy", "node": field, "names": ["Humanities"], "child": "discipline", "existing": []}
    plan = TaxonomyPlan(teachers=teachers(bench.connect("builtin")), node=field, child=NodeKind.DISCIPLINE, queries=1)
    run_builtin(bench, bench.run_of(plan, [{**spec, "count": 12, "query": 0}]))
    with bench.store.read() as tx:
        found = nodes.children(tx, PROJECT, field)
    leaves = {leaf.name for f in starter_taxonomy().fields for sub in f.sub_fields for leaf in sub.disciplines}
    assert found
    assert {node.name for node in found} <= leaves
    assert {node.kind for node in found} == {NodeKind.DISCIPLINE}


def test_subjects_of_several_queries_are_merged_and_counted(bench: Bench) -> None:
    plan: Plan = SubjectsPlan(teachers=teachers(bench.connect("builtin")), disciplines=(bench.discipline,), queries=4)
    place = {"kind": "subjects", "node": bench.discipline, "discipline": "Statistics", "description": "", "path": "x"}
    run_builtin(bench, bench.run_of(plan, [{**place, "query": query} for query in range(4)]))
    with bench.store.read() as tx:
        found = curricula.subjects(tx, PROJECT, bench.discipline)
    entries = {entry.name: entry for entry in known_curricula()["Statistics"].subjects}
    assert {subject.name for subject in found} <= entries.keys()
    for subject in found:
        if subject.origin is Origin.MODEL:
            assert (subject.level, subject.subtopics) == (entries[subject.name].level, entries[subject.name].subtopics)
        assert subject.times_seen <= subject.times_asked == 4
    own = next(subject for subject in found if subject.id == bench.subject)
    assert own.state is NodeState.VERIFIED, "what a person verified stays"
    assert own.times_seen == 4


def test_a_syllabus_is_proposed_but_never_over_one_that_a_person_verified(bench: Bench) -> None:
    connection = bench.connect("builtin")
    with bench.store.write() as tx:
        other = next(e for e in known_curricula()["Statistics"].subjects if e.syllabus and "Desc" not in e.name)
        fresh = curricula.insert_subject(tx, PROJECT, bench.discipline, other.name, level=other.level)
    plan: Plan = SyllabiPlan(teachers=teachers(connection), subjects=(bench.subject, fresh))
    spec = {"kind": "syllabi", "discipline": "Statistics", "level": "introductory", "subtopics": ["A"], "attempt": 0}
    specs = [
        {**spec, "subject_id": bench.subject, "subject": "Descriptive statistics"},
        {**spec, "subject_id": fresh, "subject": other.name},
    ]
    run_id = bench.run_of(plan, specs)
    before = bench.source().syllabus
    run_builtin(bench, run_id)
    assert bench.states(run_id) == [ItemState.DONE, ItemState.DONE]
    assert bench.source().syllabus == before
    with bench.store.read() as tx:
        assert [each.subject_id for each in proposals.open_for(tx, bench.subject)] == [bench.subject]
        made = curricula.find_syllabus(tx, fresh)
    assert made is not None
    assert other.syllabus is not None
    assert made.state is NodeState.PROPOSED
    assert [s.concepts for s in made.sessions] == [s.concepts for s in other.syllabus.sessions]


def _known_syllabus(bench: Bench) -> None:
    entry = next(e for e in known_curricula()["Statistics"].subjects if e.name == "Descriptive statistics")
    assert entry.syllabus is not None
    sessions = tuple(
        SessionDraft(name=s.name, description=s.description, concepts=s.concepts) for s in entry.syllabus.sessions
    )
    draft = SyllabusDraft(introduction="I", objectives=("O",), sessions=sessions)
    with bench.store.write() as tx:
        known = bench.source().syllabus
        state = NodeState.VERIFIED
        curricula.replace_syllabus(tx, known, draft, state=state, origin=Origin.PERSON, touched=True)


@pytest.mark.parametrize("wrong_share", [0.0, 1.0])
def test_samples_are_computed_judged_and_traced_to_their_source(bench: Bench, wrong_share: float) -> None:
    connection = bench.connect("builtin", wrong_share=wrong_share)
    _known_syllabus(bench)
    plan = SamplesPlan(teachers=teachers(connection), count=24, verify=True)
    source = bench.source()
    with bench.store.write() as tx:
        digest = curricula.keep_snapshot(tx, source.text)
    specs, _ = draw([source], 24, 0.5, 0, {})
    run_id = bench.run_of(plan, [{**spec, "syllabus_hash": digest, "verify": True} for spec in specs])
    run_builtin(bench, run_id)
    made = bench.samples()
    counts = Counter(bench.states(run_id))
    assert counts[ItemState.DONE] == len(made) >= 20
    assert set(counts) <= {ItemState.DONE, ItemState.REFUSED}
    assert {s.verification.value for s in made} == {"failed_verification" if wrong_share else "verified"}
    for sample in made:
        lineage = sample.lineage
        assert lineage["path"] == list(bench.path)
        assert lineage["syllabus_hash"] == digest
        assert len(lineage["sessions"]) == (2 if sample.difficulty == "challenging" else 1)
        assert lineage["question_by"]["model"] == MODEL
        assert lineage["answer_by"]["template"] == "answer"
        assert all(group for group in lineage["groups"])
    assert sum(a.cost for a in bench.attempts(run_id)) == 0
    assert {a.price_source for a in bench.attempts(run_id)} == {"runs on this machine, no charge"}


def test_a_syllabus_of_a_model_comes_without_control_characters(bench: Bench) -> None:
    def script(call: Call, number: int) -> str:
        if call.template != "syllabus_extract":
            return "Some syllabus."
        session = '{"name": "Vec\\u0000tors", "description": "A\\u0007", "key_concepts": ["No\\u0000rm", "\\u0001"]}'
        return f'{{"introduction": "I\\u0000", "objectives": ["\\u0002", "O"], "sessions": [{session}]}}'

    with bench.store.write() as tx:
        fresh = curricula.insert_subject(tx, PROJECT, bench.discipline, "Algebra", level="introductory")
    plan: Plan = SyllabiPlan(teachers=teachers(bench.connect()), subjects=(fresh,))
    spec = {"kind": "syllabi", "discipline": "S", "subject": "Algebra", "level": "introductory", "subtopics": []}
    run_id = bench.run_of(plan, [{**spec, "subject_id": fresh, "attempt": 0}])
    bench.execute(ScriptedTeacher(script), run_id)
    with bench.store.read() as tx:
        made = curricula.find_syllabus(tx, fresh)
    assert made is not None
    assert (made.introduction, made.objectives) == ("I", ("O",))
    assert [(s.name, s.description, s.concepts) for s in made.sessions] == [("Vectors", "A", ("Norm",))]
