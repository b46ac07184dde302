"""Proposals for syllabi that exist: against what stands there now, taken part by part, never over what people wrote."""

from __future__ import annotations

import pytest

from core.domain.curriculum import Part, SessionDraft, Subject, SyllabusDraft
from core.domain.states import NodeState
from core.domain.syllabus_diff import Kind
from core.errors import ConflictError, InvalidInputError, InvalidTransitionError
from core.store import proposals, runs
from core.workspace import Workspace
from tests.unit.curriculum_world import ANNA, ME, Desk


@pytest.fixture
def desk(work: Workspace) -> Desk:
    return Desk.of(work)


@pytest.fixture
def subject(desk: Desk) -> Subject:
    made = desk.add("Linear algebra")
    desk.write(made, "Vectors", "Matrices", "Norms", verify=True)
    return desk.now(made)


def _draft(*sessions: SessionDraft, introduction: str = "", objectives: tuple[str, ...] = ()) -> SyllabusDraft:
    return SyllabusDraft(introduction=introduction, objectives=objectives, sessions=sessions)


def _session(name: str, *concepts: str) -> SessionDraft:
    return SessionDraft(name=name, description=f"Anew: {name}.", concepts=concepts)


def _propose(desk: Desk, subject: Subject, part: Part, draft: SyllabusDraft, session: int | None = None) -> int:
    with desk.work.context.store.write() as tx:
        row = {
            "id": f"r{proposals.made(tx, subject.id)}",
            "project_id": desk.project.id,
            "kind": "syllabi",
            "title": "R",
        }
        more = {"plan": "{}", "preview": 0, "created_by": "Me", "created_at": 1.0, "cost_cap": None, "call_cap": None}
        runs.insert(tx, {**row, **more}, [{}], token=row["id"])
        return proposals.insert(
            tx,
            desk.project.id,
            subject.id,
            run_id=row["id"],
            based_on=1,
            part=part,
            session_id=session,
            draft=draft,
            at=1.0,
        )


def _units(desk: Desk, subject: Subject) -> list[tuple[Kind, str]]:
    [view] = desk.work.proposals.of_subject(subject.id)
    return [(unit.kind, unit.key) for unit in view.units]


def test_a_session_alone_is_taken_and_the_rest_stays_as_people_left_it(desk: Desk, subject: Subject) -> None:
    before = desk.syllabus(subject)
    assert before is not None
    wanted = before.sessions[1].id
    proposal = _propose(desk, subject, Part.SESSION, _draft(_session("Called otherwise", "Rank", "Kernel")), wanted)
    assert _units(desk, subject) == [(Kind.CHANGED, "new.1")]
    rows = desk.rows()
    left = desk.work.proposals.take(ME, desk.project.id, proposal, {"new.1"}, version=before.version)
    after = desk.syllabus(subject)
    assert after is not None
    assert not left
    assert [each.id for each in after.sessions] == [each.id for each in before.sessions]
    assert (after.sessions[0], after.sessions[2]) == (before.sessions[0], before.sessions[2])
    assert (after.sessions[1].name, after.sessions[1].concepts) == ("Matrices", ("Rank", "Kernel"))
    assert after.state is NodeState.PROPOSED
    assert desk.work.proposals.of_subject(subject.id) == []
    desk.comes_back(rows)


def test_parts_are_taken_one_by_one_until_nothing_differs(desk: Desk, subject: Subject) -> None:
    new = _draft(_session("Vectors", "Vectors a"), _session("Fresh", "F"), introduction="New.", objectives=("Prove",))
    proposal = _propose(desk, subject, Part.WHOLE, new)
    while True:
        [view] = desk.work.proposals.of_subject(subject.id)
        unit = view.units[0]
        more = desk.work.proposals.take(ME, desk.project.id, proposal, {unit.key}, version=view.syllabus.version)
        if not more:
            break
    after = desk.syllabus(subject)
    assert after is not None
    assert [s.name for s in after.sessions] == ["Vectors", "Fresh"]
    assert (after.introduction, after.objectives) == ("New.", ("Prove",))
    assert desk.work.proposals.of_subject(subject.id) == []


def test_the_difference_is_against_the_present_syllabus_and_a_stale_screen_takes_nothing(
    desk: Desk, subject: Subject
) -> None:
    proposal = _propose(desk, subject, Part.OPENING, _draft(introduction="New.", objectives=("Know",)))
    [seen] = desk.work.proposals.of_subject(subject.id)
    current = desk.syllabus(subject)
    assert current is not None
    sessions = tuple(SessionDraft.model_validate(s.model_dump()) for s in current.sessions[:2])
    edited = _draft(*sessions, introduction="Anna's.", objectives=("Know",))
    desk.work.curriculum.save_syllabus(ANNA, desk.project.id, subject.id, edited, based_on=current.version)
    rows = desk.rows()
    with pytest.raises(ConflictError, match="while you were comparing"):
        desk.work.proposals.take(ME, desk.project.id, proposal, {"introduction"}, version=seen.syllabus.version)
    assert desk.rows() == rows
    [view] = desk.work.proposals.of_subject(subject.id)
    assert view.changed_since
    assert view.present.introduction == "Anna's."
    assert [unit.key for unit in view.units] == ["introduction"]
    desk.work.proposals.take(ME, desk.project.id, proposal, {"introduction"}, version=view.syllabus.version)
    after = desk.syllabus(subject)
    assert after is not None
    assert (after.introduction, len(after.sessions)) == ("New.", 2)


def test_a_session_that_is_gone_is_offered_as_a_new_one(desk: Desk, subject: Subject) -> None:
    _propose(desk, subject, Part.SESSION, _draft(_session("Rank", "Rank")), session=99_999)
    assert _units(desk, subject) == [(Kind.ADDED, "new.3")]


def test_dismissing_leaves_the_syllabus_and_can_be_undone(desk: Desk, subject: Subject) -> None:
    proposal = _propose(desk, subject, Part.OPENING, _draft(introduction="New.", objectives=("Know",)))
    before, syllabus = desk.rows(), desk.syllabus(subject)
    desk.work.proposals.dismiss(ME, desk.project.id, proposal)
    assert desk.syllabus(subject) == syllabus
    desk.comes_back(before)
    with pytest.raises(InvalidTransitionError, match="dismissed already"):
        desk.work.proposals.dismiss(ME, desk.project.id, proposal)


def test_nothing_is_taken_without_a_choice_and_limits_are_kept(desk: Desk, subject: Subject) -> None:
    many = _draft(_session("Vectors", *(f"c{n}" for n in range(50))))
    proposal = _propose(desk, subject, Part.SESSIONS, many)
    [view] = desk.work.proposals.of_subject(subject.id)
    with pytest.raises(InvalidInputError, match="No difference"):
        desk.work.proposals.take(ME, desk.project.id, proposal, {"introduction"}, version=view.syllabus.version)
    keys = {unit.key for unit in view.units}
    desk.work.proposals.take(ME, desk.project.id, proposal, keys, version=view.syllabus.version)
    after = desk.syllabus(subject)
    assert after is not None
    assert [len(session.concepts) for session in after.sessions] == [20]
    assert after.introduction == "About."


def test_the_history_of_a_subject_tells_sessions_apart(desk: Desk, subject: Subject) -> None:
    current = desk.syllabus(subject)
    assert current is not None
    drafts = [SessionDraft.model_validate(s.model_dump()) for s in current.sessions]
    drafts[0] = drafts[0].model_copy(update={"name": "Arrows"})
    drafts[1] = drafts[1].model_copy(update={"concepts": ("Rank",)})
    new = _draft(drafts[0], drafts[2], drafts[1], introduction="About.", objectives=("Know",))
    desk.work.curriculum.save_syllabus(ME, desk.project.id, subject.id, new, based_on=current.version)
    entries = [
        e for e in desk.work.curriculum.history(desk.project.id, subject.id) if e.action.title.startswith("Edited")
    ]
    newest = [e.change for e in entries if e.action.id == entries[0].action.id and e.change.item == "class_session"]
    told = {change.row_id: change.changed for change in newest}
    ids = [session.id for session in current.sessions]
    assert told == {ids[0]: ("name",), ids[1]: ("position", "concepts"), ids[2]: ("position",)}
