"""Write or change a syllabus: all its texts on one screen, saved as a whole against the version it began from."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.domain.curriculum import SessionDraft, Subject, Syllabus, SyllabusDraft, draft_of
from core.domain.states import NodeState
from core.domain.syllabus_diff import differences
from core.errors import StudioError
from pages.components.drafts import Draft
from pages.components.figures import count
from pages.components.presses import press
from pages.components.session import Here
from pages.components.syllabus_difference import show_difference
from pages.components.text import safe


def open_editor(draft: Draft, syllabus: Syllabus | None) -> None:
    """Begin with what is stored, or with one empty session."""
    values = {"introduction": "", "objectives": "", "0.name": "", "0.description": "", "0.concepts": ""}
    if syllabus is not None:
        values = {"introduction": syllabus.introduction, "objectives": "\n".join(syllabus.objectives)}
        for row, session in enumerate(syllabus.sessions):
            values[f"{row}.name"] = session.name
            values[f"{row}.description"] = session.description
            values[f"{row}.concepts"] = "\n".join(session.concepts)
    rows = len(syllabus.sessions) if syllabus else 1
    draft.open(values, syllabus.version if syllabus else None, rows)


def typed(draft: Draft) -> SyllabusDraft:
    """What stands in the fields, sessions in the order on screen."""
    sessions = tuple(
        SessionDraft(
            name=draft.text(f"{row}.name"),
            description=draft.text(f"{row}.description"),
            concepts=draft.lines(f"{row}.concepts"),
        )
        for row in draft.rows
    )
    return SyllabusDraft(
        introduction=draft.text("introduction"), objectives=draft.lines("objectives"), sessions=sessions
    )


def edit_syllabus(h: Here, subject: Subject, syllabus: Syllabus | None, draft: Draft) -> None:
    """The whole editor."""
    st.subheader("Edit the syllabus" if draft.based_on is not None else "Write the syllabus")
    _area(draft, "introduction", "Introduction", "What the subject is about, in a few sentences.")
    _area(draft, "objectives", "Objectives, one per line", "What a student can do at the end.")
    st.markdown("**Class sessions in teaching order**")
    rows = draft.rows
    for number, row in enumerate(rows, 1):
        _session(draft, row, number, len(rows))
    press("Add a session", draft.add_row, key="curriculum.syllabus.add", icon="add")
    if syllabus is not None and syllabus.state is NodeState.VERIFIED:
        st.caption("Saving a change makes the syllabus proposed again: verify it afterwards.")
    draft.show_refusal()  # where the button is: the top of the page is far away
    if draft.lost and syllabus is not None:
        _show_theirs(syllabus, draft)
    with st.container(horizontal=True):
        save = partial(_save, h, subject, draft)
        press("Save syllabus", save, key="curriculum.syllabus.save", icon="save", primary=True)
        press("Discard changes", draft.close, key="curriculum.syllabus.discard", quiet=True)


def _area(draft: Draft, field: str, label: str, why: str | None = None) -> None:
    st.text_area(
        label,
        key=draft.key(field),
        height="content",
        max_chars=4000,
        help=why,
        on_change="ignore",
        persist_state="session",
    )


def _session(draft: Draft, row: int, number: int, last: int) -> None:
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**Session {number}**", width="content")
            st.space("stretch")
            offers = (
                ("Move up", "arrow_upward", partial(draft.move_row, row, -1), number == 1),
                ("Move down", "arrow_downward", partial(draft.move_row, row, 1), number == last),
                ("Delete", "delete", partial(draft.drop_row, row), False),
            )
            for label, icon, action, off in offers:
                name = label.lower().replace(" ", "_")
                press(label, action, key=draft.key(f"{row}.{name}"), icon=icon, quiet=True, disabled=off)
        left, right = st.columns([3, 2], gap="medium")
        with left:
            st.text_input("Name", key=draft.key(f"{row}.name"), on_change="ignore", persist_state="session")
            _area(draft, f"{row}.description", "Description")
        with right:
            why = "What a question can be about. One line is one concept; up to 5 go into a question."
            _area(draft, f"{row}.concepts", "Key concepts, one per line", why)
            _move_concepts(draft, row)


def _move_concepts(draft: Draft, row: int) -> None:
    """Give some of this session's concepts to another one."""
    concepts, rows = draft.lines(f"{row}.concepts"), draft.rows
    if len(rows) < 2 or not concepts:
        return
    with st.popover("Move concepts", icon=":material/move_down:", key=draft.key(f"{row}.move")):
        chosen = st.multiselect("Concepts", concepts, key=draft.key(f"{row}.moving"))
        names = {other: f"{n}. {draft.text(f'{other}.name')}" for n, other in enumerate(rows, 1) if other != row}
        target = st.selectbox("To session", list(names), format_func=names.__getitem__, key=draft.key(f"{row}.target"))
        action = partial(_give, draft, row, target, tuple(chosen))
        off = not chosen or target is None
        press("Move", action, key=draft.key(f"{row}.give"), icon="check", disabled=off)


def _give(draft: Draft, row: int, target: int, concepts: tuple[str, ...]) -> str:
    kept = [concept for concept in draft.lines(f"{row}.concepts") if concept not in concepts]
    there = draft.lines(f"{target}.concepts")
    draft.put(f"{row}.concepts", "\n".join(kept))
    draft.put(f"{target}.concepts", "\n".join([*there, *(c for c in concepts if c not in there)]))
    draft.forget(f"{row}.moving")
    return f"{len(concepts)} moved. Save the syllabus to keep it."


def _save(h: Here, subject: Subject, draft: Draft) -> str | None:
    content = typed(draft)
    try:
        return draft.save(
            lambda: h.work.curriculum.save_syllabus(h.who, h.project_id, subject.id, content, based_on=draft.based_on),
            "Syllabus saved.",
        )
    except StudioError as error:
        draft.refuse(error)
        return None


def _show_theirs(syllabus: Syllabus, draft: Draft) -> None:
    """What the other person saved beside what is typed here, word by word."""
    theirs, mine = draft_of(syllabus), typed(draft)
    with st.expander(f"What somebody else saved meanwhile, version {syllabus.version}", expanded=True):
        units = differences(theirs, mine)
        st.caption(f"{count(len(units), 'difference')}. Your own text is in the fields above, as you typed it.")
        show_difference(units, theirs, mine, ("Theirs, saved", "Yours, not saved"))
        with st.container(horizontal=True):
            press("Go on with mine", partial(draft.base_on, syllabus.version), key="curriculum.syllabus.mine")
            press("Take theirs", draft.close, key="curriculum.syllabus.theirs", quiet=True)
    st.caption(safe("Go on with yours and the next save replaces theirs; the history keeps both."))
