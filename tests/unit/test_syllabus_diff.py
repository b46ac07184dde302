"""Differences of syllabi: which session became which, and what is left when some of it is taken over."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.curriculum import SessionDraft, SyllabusDraft
from core.domain.syllabus_diff import Kind, differences, marks, match_sessions, take


def _session(name: str, *concepts: str, description: str = "") -> SessionDraft:
    return SessionDraft(name=name, description=description, concepts=concepts or (f"{name} concept",))


def _draft(*sessions: SessionDraft, introduction: str = "", objectives: tuple[str, ...] = ()) -> SyllabusDraft:
    return SyllabusDraft(introduction=introduction, objectives=objectives, sessions=sessions)


_sessions = st.builds(
    SessionDraft,
    name=st.sampled_from(["Vectors", "Matrices", "Norms", "Bases", "向量", "Maps"]),
    description=st.sampled_from(["", "One.", "Two."]),
    concepts=st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=1, max_size=3, unique=True).map(tuple),
)
_drafts = st.builds(
    SyllabusDraft,
    introduction=st.sampled_from(["", "Old words.", "New words."]),
    objectives=st.lists(st.sampled_from(["Know", "Prove"]), max_size=2, unique=True).map(tuple),
    sessions=st.lists(_sessions, max_size=6).map(tuple),
)


@settings(max_examples=300)
@given(_drafts, _drafts)
def test_taking_all_differences_gives_the_new_text_and_taking_none_the_old(
    old: SyllabusDraft, new: SyllabusDraft
) -> None:
    units = differences(old, new)
    assert take(old, new, {unit.key for unit in units}) == new
    assert take(old, new, set()) == old
    assert bool(units) == (old != new)


@settings(max_examples=300)
@given(_drafts, _drafts, st.data())
def test_a_difference_that_is_taken_is_gone_and_nothing_else_that_people_wrote(
    old: SyllabusDraft, new: SyllabusDraft, data: st.DataObject
) -> None:
    units = differences(old, new)
    if not units:
        return
    taken = data.draw(st.sampled_from(units))
    after = take(old, new, {taken.key})
    matched = {before: now for before, now in match_sessions(old.sessions, new.sessions) if before is not None}
    for place, session in enumerate(old.sessions):
        if taken.kind is Kind.ORDER or place != taken.old:
            assert session in after.sessions, matched
    if taken.kind is not Kind.INTRODUCTION:
        assert after.introduction == old.introduction
    if taken.kind is not Kind.OBJECTIVES:
        assert after.objectives == old.objectives


def test_a_session_is_known_again_by_name_by_near_name_and_by_its_concepts() -> None:
    old = [_session("Vectors"), _session("The Matrices"), _session("Norms", "a", "b"), _session("Gone")]
    new = [_session("Lengths", "a", "b"), _session("Matrix"), _session("vectors"), _session("Fresh")]
    assert match_sessions(old, new) == [(2, 0), (None, 1), (0, 2), (None, 3), (1, None), (3, None)]
    new[1] = _session("Matrices")
    assert match_sessions(old, new)[1] == (1, 1)


def test_a_new_session_is_slipped_in_behind_the_one_it_follows() -> None:
    old = _draft(_session("One"), _session("Mine"), _session("Two"))
    new = _draft(_session("One"), _session("Fresh"), _session("Two"))
    assert [s.name for s in take(old, new, {"new.1"}).sessions] == ["One", "Fresh", "Mine", "Two"]
    assert [s.name for s in take(old, new, {"old.1"}).sessions] == ["One", "Two"]


def test_words_are_marked_one_by_one_in_every_script() -> None:
    assert [(m.kind, m.text) for m in marks("a small cat", "a big cat")] == [
        (" ", "a "), ("-", "small"), ("+", "big"), (" ", " cat")
    ]  # fmt: skip
    assert [(m.kind, m.text) for m in marks("向量空间", "向量函数")] == [(" ", "向量"), ("-", "空间"), ("+", "函数")]
    assert [m.kind for m in marks("الجبر الخطي", "الجبر المجرد")] == [" ", "-", "+"]
    assert marks("", "") == []
    assert "".join(m.text for m in marks("x\n\ny", "x\n\nz") if m.kind in " -") == "x\n\ny"
