"""Growing the curriculum: only what is asked for is asked; nothing that people touched is changed or brought back."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from core.domain.calls import Call, Stage
from core.domain.curriculum import Part
from core.domain.money import Price
from core.domain.plans import Plan, SubjectsPlan, SyllabiPlan, TeacherChoice
from core.domain.records import Run
from core.domain.states import ItemState, NodeState, RunState
from core.domain.taxonomy import NodeKind
from core.errors import InvalidInputError
from core.llm.scripted import Script, ScriptedTeacher, plain_script
from core.services.planning import items_of
from core.store import curricula, node_changes, nodes, proposals, subjects
from tests.bank import Bank, running
from tests.engine.conftest import DRAFT, PROJECT, Bench

PRICE = Price(1_000_000_000, 1_000_000_000, 1_000_000_000)
QUERIES = 3
_BELOW = (
    "SELECT * FROM node WHERE id=?",
    "SELECT * FROM subject WHERE node_id=? ORDER BY id",
    "SELECT y.* FROM syllabus y JOIN subject s ON s.id=y.subject_id WHERE s.node_id=? ORDER BY y.id",
    """SELECT c.* FROM class_session c JOIN syllabus y ON y.id=c.syllabus_id JOIN subject s ON s.id=y.subject_id
       WHERE s.node_id=? ORDER BY c.id""",
    "SELECT * FROM listing WHERE node_id=?",
)


def _teachers(connection: str) -> dict[Stage, TeacherChoice]:
    choice = TeacherChoice(connection=connection, model="m")
    return dict.fromkeys((Stage.SUBJECTS, Stage.SYLLABUS, Stage.EXTRACTION), choice)


def _queue(bench: Bench, plan: Plan) -> str:
    with bench.store.read() as tx:
        specs = items_of(tx, PROJECT, plan).specs
    return bench.run_of(plan, specs)


def _named(*names: str) -> Script:
    """A teacher that lists these subjects."""

    def script(call: Call, number: int) -> str:
        if call.template != "subjects_extract":
            return plain_script(call, number)
        lines = [{"subject_name": name, "level": "advanced", "subtopics": ["A"]} for name in names]
        return json.dumps({"subjects": lines})

    return script


def _list(bench: Bench, *names: str) -> Run:
    plan = SubjectsPlan(teachers=_teachers(bench.connect()), disciplines=(bench.discipline,), queries=1)
    return bench.execute(ScriptedTeacher(_named(*names)), _queue(bench, plan))


def _below(bench: Bench, node_id: int) -> str:
    with bench.store.read() as tx:
        found = [tx.rows(sql, (node_id,)) for sql in _BELOW]
    return json.dumps([[dict(row) for row in part] for part in found])


def _discipline(bench: Bench, name: str) -> int:
    with bench.store.write() as tx:
        parent = nodes.ancestors(tx, nodes.get(tx, PROJECT, bench.discipline))[-2]
        made = nodes.insert(tx, PROJECT, parent, NodeKind.DISCIPLINE, name)
        node_changes.set_state(tx, nodes.get(tx, PROJECT, made), NodeState.VERIFIED, "Ada", bench.now)
    return made


def _expand(bench: Bench, connection: str, node_id: int) -> tuple[list[str], Sequence[str]]:
    """List the subjects of a discipline, verify them, design every syllabus; run ids and names of the subjects."""
    plan: Plan = SubjectsPlan(teachers=_teachers(connection), disciplines=(node_id,), queries=QUERIES)
    first = _queue(bench, plan)
    assert bench.work_off(first).state is RunState.COMPLETED
    with bench.store.write() as tx:
        found = [each for each in curricula.subjects(tx, PROJECT, node_id) if each.id != bench.subject][:3]
        for subject in found:
            curricula.set_subject_state(tx, subject.id, NodeState.VERIFIED)
    second = _queue(bench, SyllabiPlan(teachers=_teachers(connection), subjects=tuple(each.id for each in found)))
    assert bench.work_off(second).state is RunState.COMPLETED
    return [first, second], [each.name for each in found]


def test_expanding_a_second_discipline_asks_for_that_one_only(bench: Bench) -> None:
    with running(Bank()) as bank:
        connection = bench.connect("openai", price=PRICE, base_url=bank.base_url)
        _expand(bench, connection, bench.discipline)
        before, asked = _below(bench, bench.discipline), len(bank.log)
        nursing = _discipline(bench, "Nursing")
        assert len(bank.log) == asked
        run_ids, names = _expand(bench, connection, nursing)
        sent = sum(entry.n for entry in bank.log[asked:])
        requests = [request for run_id in run_ids for request in bench.requests(run_id)]
    assert sent == len(requests) == 2 * QUERIES + 2 * len(names)
    for request in requests:
        prompt = json.dumps(request.body)
        assert "Statistics" not in prompt
        assert "Nursing" in prompt or any(name in prompt for name in names)
    assert _below(bench, bench.discipline) == before
    bench.check_ledger()


@pytest.mark.parametrize("change", ["removed", "renamed", "merged", "moved"])
def test_a_subject_that_people_decided_on_is_counted_and_never_brought_back(bench: Bench, change: str) -> None:
    _list(bench, "Sampling theory", "Regression")
    elsewhere = _discipline(bench, "Economics")
    with bench.store.write() as tx:
        subject, other = (subjects.like(tx, bench.discipline, name) for name in ("Sampling theory", "Regression"))
        assert subject is not None
        assert other is not None
        counted = subject.id
        if change == "removed":
            curricula.set_subject_state(tx, subject.id, NodeState.REMOVED)
        elif change == "merged":
            subjects.absorb(tx, other, subject)
            counted = other.id
        elif change == "moved":
            subjects.move(tx, subject, elsewhere, NodeState.PROPOSED)
        else:
            texts = {"level": "introductory", "introduction": "", "subtopics": ["Mine"], "state": NodeState.VERIFIED}
            curricula.edit_subject(tx, subject, name="Surveys", **texts)  # type: ignore[arg-type]
            subjects.add_alias(tx, subject)
        kept = [row | {"times_seen": 0, "times_asked": 0} for row in tx.rows("SELECT * FROM subject ORDER BY id")]
        seen = curricula.get_subject(tx, PROJECT, counted).times_seen
    run = _list(bench, "Theory of Sampling", "sampling theories")
    assert bench.states(run.id) == [ItemState.KNOWN]
    with bench.store.read() as tx:
        now = [row | {"times_seen": 0, "times_asked": 0} for row in tx.rows("SELECT * FROM subject ORDER BY id")]
        assert now == kept
        assert curricula.get_subject(tx, PROJECT, counted).times_seen == seen + 1


def test_near_names_of_ten_answers_are_one_subject_but_not_across_disciplines(bench: Bench) -> None:
    for name in ("Linear Algebra", "Linear algebras", "Algebra, linear"):
        _list(bench, name)
    economics = _discipline(bench, "Economics")
    plan = SubjectsPlan(teachers=_teachers(bench.connect()), disciplines=(economics,), queries=1)
    bench.execute(ScriptedTeacher(_named("Linear algebra")), _queue(bench, plan))
    with bench.store.read() as tx:
        here = [each for each in curricula.subjects(tx, PROJECT, bench.discipline) if each.id != bench.subject]
        there = curricula.subjects(tx, PROJECT, economics)
    assert [(each.name, each.times_seen, each.times_asked) for each in here] == [("Linear Algebra", 3, 3)]
    assert [(each.name, each.times_seen, each.times_asked) for each in there] == [("Linear algebra", 1, 1)]


def _part(call: Call, number: int) -> str:
    if call.template != "syllabus_part_extract":
        return plain_script(call, number)
    session = {"name": "Whatever", "description": "Anew.", "key_concepts": ["Fresh"]}
    return json.dumps({"introduction": "Anew.", "objectives": ["Anew"], "sessions": [session]})


@pytest.mark.parametrize("part", list(Part))
@pytest.mark.parametrize("touched", [False, True])
def test_a_syllabus_that_exists_is_never_overwritten_but_gets_a_proposal(
    bench: Bench, part: Part, touched: bool
) -> None:
    with bench.store.write() as tx:
        tx.run("UPDATE syllabus SET touched=?, state=?", (int(touched), "verified" if touched else "proposed"))
    before, teacher = _below(bench, bench.discipline), ScriptedTeacher(_part)
    session = bench.source().syllabus.sessions[1]
    plan = SyllabiPlan(teachers=_teachers(bench.connect()), subjects=(bench.subject,), part=part, session=session.id)
    run = bench.execute(teacher, _queue(bench, plan))
    assert run.state is RunState.COMPLETED
    assert _below(bench, bench.discipline) == before
    with bench.store.read() as tx:
        [proposal] = proposals.open_for(tx, bench.subject)
    assert (proposal.part, proposal.run_id, proposal.based_on) == (part, run.id, 1)
    assert bool(proposal.draft.introduction) == (part in {Part.WHOLE, Part.OPENING})
    assert bool(proposal.draft.sessions) == (part is not Part.OPENING)
    assert proposal.session_id == (session.id if part is Part.SESSION else None)
    if part is not Part.WHOLE:
        prompt = teacher.asked[0].messages[-1].content
        assert all(each.name in prompt for each in bench.source().syllabus.sessions)


def test_asking_again_is_a_new_question_and_an_equal_answer_is_no_proposal(bench: Bench) -> None:
    def same(call: Call, number: int) -> str:
        if call.template != "syllabus_part_extract":
            return plain_script(call, number)
        opening = {"introduction": DRAFT.introduction, "objectives": list(DRAFT.objectives), "sessions": []}
        return json.dumps(opening if number > 2 else opening | {"introduction": "Other words."})

    teacher, connection = ScriptedTeacher(same), bench.connect()
    plan = SyllabiPlan(teachers=_teachers(connection), subjects=(bench.subject,), part=Part.OPENING)
    runs = [bench.execute(teacher, _queue(bench, plan)) for _ in range(2)]
    assert len(teacher.asked) == 4
    assert [bench.states(run.id) for run in runs] == [[ItemState.DONE], [ItemState.KNOWN]]
    with bench.store.read() as tx:
        assert len(proposals.open_for(tx, bench.subject)) == 1


def test_a_part_needs_a_syllabus_and_a_session_that_is_there(bench: Bench) -> None:
    with bench.store.write() as tx:
        bare = curricula.insert_subject(
            tx, PROJECT, bench.discipline, "Bare", level="advanced", state=NodeState.VERIFIED
        )
    for subject, part, words in ((bare, Part.OPENING, "no syllabus"), (bench.subject, Part.SESSION, "any more")):
        plan = SyllabiPlan(teachers={}, subjects=(subject,), part=part, session=999)
        with pytest.raises(InvalidInputError, match=words), bench.store.read() as tx:
            items_of(tx, PROJECT, plan)


def test_an_answer_without_the_part_that_was_asked_for_fails_its_item(bench: Bench) -> None:
    plan = SyllabiPlan(teachers=_teachers(bench.connect()), subjects=(bench.subject,), part=Part.OPENING)

    def nothing(call: Call, number: int) -> str:
        empty = json.dumps({"introduction": "", "objectives": [], "sessions": []})
        return empty if call.template == "syllabus_part_extract" else plain_script(call, number)

    run_id = _queue(bench, plan)
    bench.execute(ScriptedTeacher(nothing), run_id)
    assert bench.states(run_id) == [ItemState.INVALID]


def test_samples_of_a_run_land_where_their_subject_stands_by_now(bench: Bench) -> None:
    run_id = bench.samples_run(bench.connect(), 2)
    elsewhere = _discipline(bench, "Economics")
    with bench.store.write() as tx:
        subjects.move(tx, curricula.get_subject(tx, PROJECT, bench.subject), elsewhere, NodeState.PROPOSED)
    bench.execute(ScriptedTeacher(), run_id)
    assert {(sample.node_id, sample.subject_id) for sample in bench.samples()} == {(elsewhere, bench.subject)}


def test_the_built_in_teacher_writes_the_parts_of_what_it_knows(bench: Bench) -> None:
    connection = bench.connect("builtin")
    with bench.store.write() as tx:
        fresh = curricula.insert_subject(
            tx, PROJECT, bench.discipline, "Statistical inference", level="advanced", state=NodeState.VERIFIED
        )
    plan = SyllabiPlan(teachers=_teachers(connection), subjects=(fresh,))
    run = bench.work_off(_queue(bench, plan))
    assert bench.states(run.id) == [ItemState.DONE]
    with bench.store.write() as tx:
        known = curricula.find_syllabus(tx, fresh)
        assert known is not None
        tx.run("UPDATE syllabus SET introduction='Mine' WHERE id=?", (known.id,))
        tx.run("UPDATE class_session SET concepts='[\"Mine\"]' WHERE id=?", (known.sessions[0].id,))
    for part in (Part.OPENING, Part.SESSION, Part.SESSIONS):
        again = SyllabiPlan(teachers=_teachers(connection), subjects=(fresh,), part=part, session=known.sessions[0].id)
        run = bench.work_off(_queue(bench, again))
        assert bench.states(run.id) == [ItemState.DONE]
    with bench.store.read() as tx:
        newest_first = proposals.open_for(tx, fresh)
    assert newest_first[2].draft.introduction == known.introduction
    assert [each.name for each in newest_first[1].draft.sessions] == [known.sessions[0].name]
    assert len(newest_first[0].draft.sessions) == len(known.sessions)
