"""Subjects several at once: lines, table, order, merge, move, share; each action undone and made again exactly."""

from __future__ import annotations

from typing import Any

import pytest

from core.domain.plans import SamplesPlan, SubjectsPlan
from core.domain.states import NodeState
from core.domain.subject_lines import read_lines
from core.domain.taxonomy import NodeKind, Origin
from core.errors import ConflictError, InvalidInputError, InvalidTransitionError, RowsRefusedError
from core.services.planning import items_of
from core.services.sources import sources_of, wanted
from core.services.subject_edits import SubjectEdit
from core.services.subject_merges import WhichSyllabus
from core.store import samples, subjects
from core.workspace import Workspace
from tests.unit.curriculum_world import ANNA, ME, Desk


@pytest.fixture
def desk(work: Workspace) -> Desk:
    return Desk.of(work)


def test_lines_are_read_with_and_without_level_and_subtopics() -> None:
    text = "Algebra\nLinear algebra | Introductory | Vectors; Matrices; Vectors\n\nTopology\tadvanced\n线性代数"
    found = read_lines(text, "intermediate")
    assert [(each.number, each.name, each.level, each.subtopics) for each in found] == [
        (1, "Algebra", "intermediate", ()),
        (2, "Linear algebra", "introductory", ("Vectors", "Matrices")),
        (4, "Topology", "advanced", ()),
        (5, "线性代数", "intermediate", ()),
    ]
    assert "level" in read_lines("A | expert", "advanced")[0].problem
    assert "three parts" in read_lines("A | advanced | b | c", "advanced")[0].problem
    assert "empty" in read_lines(" | advanced", "advanced")[0].problem
    with pytest.raises(InvalidInputError, match="1,001 lines"):
        read_lines("x\n" * 1001, "advanced")


def test_lines_add_what_is_new_all_or_none_and_once(desk: Desk) -> None:
    desk.add("Linear algebra")
    before = desk.rows()
    text = "linear  ALGEBRA\nAlgebras, linear\nTopology"
    previews = desk.work.subjects.preview_lines(desk.project.id, desk.maths, text, "advanced")
    assert [(p.new, p.known and p.known.name, p.near and p.near.name) for p in previews] == [
        (False, "Linear algebra", None),
        (True, None, "Linear algebra"),
        (True, None, None),
    ]
    add = desk.work.subjects.add_lines
    with pytest.raises(RowsRefusedError, match="Line 2"):
        add(ME, desk.project.id, desk.maths, "Fine\nBad | expert", "advanced", token="a")
    assert desk.rows() == before
    for _ in range(2):
        add(ME, desk.project.id, desk.maths, text, "advanced", token="b")
    assert desk.names() == ["Linear algebra", "Algebras, linear", "Topology"]
    desk.comes_back(before)


def test_subjects_change_places_one_step_or_many_at_once(desk: Desk) -> None:
    made = [desk.add(name) for name in "ABCDE"]
    step = desk.work.subjects.step
    before = desk.rows()
    step(ME, desk.project.id, desk.maths, [made[2].id], -1)
    assert desk.names() == list("ACBDE")
    desk.comes_back(before)
    step(ME, desk.project.id, desk.maths, [made[0].id, made[1].id], 1)
    assert desk.names() == list("CDABE")
    step(ME, desk.project.id, desk.maths, [made[2].id], -1)
    step(ME, desk.project.id, desk.maths, [made[4].id], 1)
    assert desk.names() == list("CDABE")
    desk.work.subjects.reorder(ME, desk.project.id, desk.maths, [made[4].id, made[0].id], made[2].id)
    assert desk.names() == list("EACDB")
    assert [desk.now(subject).version for subject in made[3:]] == [1, 1]


def test_a_table_is_saved_as_a_whole_with_names_passed_on_and_a_new_order(desk: Desk) -> None:
    one, two, three = (desk.add(name) for name in ("One", "Two", "Three"))
    desk.verify(one, three)
    before = desk.rows()
    seen = [desk.now(each) for each in (one, two, three)]
    edits = [
        SubjectEdit(seen[0], "Two", "advanced", ("x",)),
        SubjectEdit(seen[1], "Zwei", "introductory", ()),
        SubjectEdit(seen[2], "Three", "advanced", ()),
    ]
    order = [three.id, one.id, two.id]
    assert desk.work.subjects.save_table(ME, desk.project.id, desk.maths, edits, order) == 2
    assert desk.names() == ["Three", "Two", "Zwei"]
    assert [desk.now(each).state for each in (one, three)] == [NodeState.PROPOSED, NodeState.VERIFIED]
    desk.comes_back(before)


def test_a_table_with_rows_that_cannot_be_saved_saves_nothing_and_says_which(desk: Desk) -> None:
    one, two, three, four = (desk.add(name) for name in ("One", "Two", "Three", "Four"))
    desk.work.curriculum.move_subjects(ANNA, desk.project.id, [one.id], NodeState.VERIFIED)
    before = desk.rows()
    edits = [
        SubjectEdit(one, "Uno", "advanced", ()),
        SubjectEdit(two, "FOUR", "advanced", ()),
        SubjectEdit(three, " ", "advanced", ()),
    ]
    with pytest.raises(RowsRefusedError) as refused:
        desk.work.subjects.save_table(ME, desk.project.id, desk.maths, edits)
    assert set(refused.value.rows) == {one.id, two.id, three.id}
    assert "now verified" in refused.value.rows[one.id]
    assert "is named" in refused.value.rows[two.id]
    assert "empty" in refused.value.rows[three.id]
    assert desk.rows() == before
    swap = [SubjectEdit(two, "Four", "advanced", ()), SubjectEdit(four, "Two", "advanced", ())]
    with pytest.raises(RowsRefusedError, match="swap"):
        desk.work.subjects.save_table(ME, desk.project.id, desk.maths, swap)


def test_merging_keeps_the_verified_syllabus_and_lets_samples_and_names_follow(desk: Desk) -> None:
    kept, other = desk.add("Linear algebra", 0, "Vectors"), desk.add("Matrix theory", 0, "Matrices")
    desk.write(kept, "Draft")
    theirs = desk.write(other, "Matrices", "Determinants", verify=True)
    _plant_sample(desk, other.id)
    before = desk.rows()
    desk.work.merges.merge(ME, desk.project.id, desk.now(kept), desk.now(other))
    now = desk.syllabus(kept)
    assert now is not None
    assert [s.name for s in now.sessions] == [s.name for s in theirs.sessions]
    assert now.state is NodeState.VERIFIED
    assert desk.names() == ["Linear algebra"]
    assert desk.now(kept).subtopics == ("Vectors", "Matrices")
    assert desk.work.merges.samples([kept.id]) == 1
    desk.comes_back(before)
    with desk.work.context.store.read() as tx:
        found = subjects.like(tx, desk.maths, "theory of matrix")
        assert found is not None
        assert found.id == kept.id
    with pytest.raises(InvalidTransitionError, match="merged into"):
        desk.work.curriculum.move_subjects(ME, desk.project.id, [other.id], NodeState.PROPOSED)
    with pytest.raises(InvalidTransitionError, match="merged into"):
        desk.add("Matrix theory")


def test_a_subject_without_syllabus_gets_that_of_the_one_it_takes_up_with_its_decks(desk: Desk) -> None:
    kept, other = desk.add("A"), desk.add("B")
    syllabus = desk.write(other, "One")
    before = desk.rows()
    desk.work.merges.merge(ME, desk.project.id, kept, other)
    now = desk.syllabus(kept)
    assert now is not None
    assert now.id == syllabus.id
    assert desk.syllabus(other) is None
    desk.comes_back(before)


def test_two_syllabi_of_one_standing_need_a_choice(desk: Desk) -> None:
    kept, other = desk.add("A"), desk.add("B")
    desk.write(kept, "Mine")
    desk.write(other, "Theirs")
    assert desk.work.merges.must_choose(kept, other)
    with pytest.raises(InvalidInputError, match="Both"):
        desk.work.merges.merge(ME, desk.project.id, kept, other)
    desk.work.merges.merge(ME, desk.project.id, kept, other, WhichSyllabus.OTHER)
    now = desk.syllabus(kept)
    assert now is not None
    assert [s.name for s in now.sessions] == ["Theirs"]


def test_subjects_of_two_disciplines_are_never_merged(desk: Desk) -> None:
    one, other = desk.add("Linear algebra"), desk.add("Linear algebra", desk.physics)
    with pytest.raises(InvalidInputError, match="one discipline"):
        desk.work.merges.merge(ME, desk.project.id, one, other)


def test_a_moved_subject_takes_samples_along_and_its_old_place_still_leads_to_it(desk: Desk) -> None:
    subject = desk.add("Mechanics")
    desk.verify(subject)
    _plant_sample(desk, subject.id)
    desk.work.merges.share(ME, desk.project.id, [subject], desk.physics)
    before = desk.rows()
    assert desk.work.subjects.move_to(ME, desk.project.id, [desk.now(subject)], desk.physics) == 1
    moved = desk.now(subject)
    assert (moved.node_id, moved.state) == (desk.physics, NodeState.PROPOSED)
    assert [row["node_id"] for row in desk.rows()["sample"]] == [desk.physics]
    assert desk.rows()["subject_share"] == []
    with desk.work.context.store.read() as tx:
        found = subjects.like(tx, desk.maths, "mechanic")
        assert found is not None
        assert found.id == subject.id
    desk.comes_back(before)
    with pytest.raises(ConflictError):
        desk.work.subjects.move_to(ME, desk.project.id, [subject], desk.maths)
    desk.add("Mechanics")
    with pytest.raises(InvalidInputError, match="already has"):
        desk.work.subjects.move_to(ME, desk.project.id, [desk.now(subject)], desk.maths)


def test_a_shared_subject_is_listed_twice_and_stays_one(desk: Desk) -> None:
    subject = desk.add("Linear algebra")
    desk.write(subject, "Vectors", verify=True)
    before = desk.rows()
    assert desk.work.merges.share(ME, desk.project.id, [subject], desk.physics) == 1
    desk.comes_back(before)
    assert desk.work.merges.share(ME, desk.project.id, [subject], desk.physics) == 0
    [row] = desk.work.curriculum.subjects(desk.project.id, desk.physics)
    assert (row.subject.id, row.syllabus) == (subject.id, NodeState.VERIFIED)
    assert row.home is not None
    assert row.home.name == "Mathematics"
    assert [node.name for node in desk.work.merges.taught_in(desk.project.id, subject.id)] == ["Physics"]
    with pytest.raises(InvalidInputError, match="itself"):
        desk.work.merges.share(ME, desk.project.id, [subject], desk.maths)
    assert desk.work.merges.unshare(ME, desk.project.id, subject.id, desk.physics)
    assert desk.work.curriculum.subjects(desk.project.id, desk.physics) == []


@pytest.mark.parametrize(
    ("chosen", "drawn_for"),
    [
        ((), ["Mathematics"]),
        (("maths",), ["Mathematics"]),
        (("physics",), ["Physics"]),
        (("physics", "maths"), ["Mathematics"]),
    ],
)
def test_a_shared_subject_is_drawn_once_for_its_own_discipline_if_that_is_chosen(
    desk: Desk, chosen: tuple[str, ...], drawn_for: list[str]
) -> None:
    subject = desk.add("Linear algebra")
    desk.write(subject, "Vectors", "Matrices", verify=True)
    desk.work.merges.share(ME, desk.project.id, [subject], desk.physics)
    ids = tuple(getattr(desk, name) for name in chosen)
    plan = SamplesPlan(teachers=desk.work.projects.teachers(desk.project.id), count=6, disciplines=ids)
    with desk.work.context.store.read() as tx:
        sources = wanted(tx, desk.project.id, plan)
        specs = items_of(tx, desk.project.id, plan).specs
        views = sources_of(tx, desk.project.id, include_unverified=False)
    assert [source.path[-1] for source in sources] == drawn_for
    assert {(spec["discipline"], spec["node_id"]) for spec in specs} == {(drawn_for[0], desk.maths)}
    assert [view.path[-1] for view in views] == ["Mathematics", "Physics"]


def test_namesakes_of_two_disciplines_are_suggested_until_one_is_shared_or_removed(desk: Desk) -> None:
    own, other = desk.add("Linear Algebra"), desk.add("Algebra, linear", desk.physics)
    desk.add("Topology")
    [pair] = desk.work.merges.namesakes(desk.project.id, desk.maths)
    assert (pair.own.id, pair.other.id, pair.other_home.name) == (own.id, other.id, "Physics")
    assert desk.names(desk.physics) == ["Algebra, linear"]
    desk.work.merges.share(ME, desk.project.id, [own], desk.physics)
    assert desk.work.merges.namesakes(desk.project.id, desk.maths) == []
    assert desk.names(desk.physics) == ["Algebra, linear", "Linear Algebra"]


def test_a_discipline_may_hang_at_any_depth_and_names_may_be_in_any_script(desk: Desk) -> None:
    parent = desk.work.tree.add(ME, desk.project.id, None, "المعرفة")
    for level in range(8):
        kind = NodeKind.SUB_FIELD
        parent = desk.work.tree.add(ME, desk.project.id, parent.id, f"層 {level}", kind=kind)
    deep = desk.work.tree.add(ME, desk.project.id, parent.id, "線形代数学", kind=NodeKind.DISCIPLINE)
    desk.work.votes.keep_branch(ME, desk.project.id, deep.id)
    subject = desk.add("الجبر الخطي", deep.id, "المتجهات")
    desk.write(subject, "ベクトル", verify=True)
    plan = SamplesPlan(teachers=desk.work.projects.teachers(desk.project.id), count=2, disciplines=(deep.id,))
    with desk.work.context.store.read() as tx:
        [source] = wanted(tx, desk.project.id, plan)
        asked = items_of(tx, desk.project.id, SubjectsPlan(teachers={}, disciplines=(deep.id,), queries=1))
        first = asked.first_call(tx, desk.project.id, 0)
    assert (len(source.path), source.path[-1]) == (10, "線形代数学")
    assert "層 0 > 層 1" in first.messages[-1].content
    with pytest.raises(InvalidInputError, match="no discipline"):
        desk.work.subjects.preview_lines(desk.project.id, parent.id, "X", "advanced")


def test_of_many_disciplines_those_in_use_are_offered_first_and_all_are_found_by_name(desk: Desk) -> None:
    field = desk.work.tree.add(ME, desk.project.id, None, "Many")
    made = [desk.work.tree.add(ME, desk.project.id, field.id, f"Leaf {n}", kind=NodeKind.DISCIPLINE) for n in range(12)]
    desk.add("Subject", made[11].id)
    found = desk.work.curriculum.disciplines(desk.project.id, most=4, include=(made[9].id,))
    assert [path[-1].name for path in found.paths] == ["Mathematics", "Physics", "Leaf 9", "Leaf 11"]
    assert (set(found.busy), found.total) == ({made[11].id}, 14)
    by_name = desk.work.curriculum.disciplines(desk.project.id, text="LEAF 1", most=4)
    assert [path[-1].name for path in by_name.paths] == ["Leaf 1", "Leaf 10", "Leaf 11"]


def _plant_sample(desk: Desk, subject_id: int) -> None:
    row: dict[str, Any] = {
        "project_id": desk.project.id,
        "run_id": None,
        "item_idx": None,
        "origin": Origin.MODEL,
        "strategy": "glan",
        "difficulty": "basic",
        "node_id": desk.maths,
        "subject_id": subject_id,
        "lineage": {},
        "question_request": None,
        "answer_request": None,
        "question": "Why?",
        "answer": "Because.",
        "review": "pending_review",
        "preview": False,
        "created_at": 1.0,
    }
    with desk.work.context.store.write() as tx:
        samples.insert(tx, row, person="teacher")
