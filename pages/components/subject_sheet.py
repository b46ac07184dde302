"""One subject: where it stands, what it covers, the form that changes it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from core.domain.curriculum import Subject
from core.domain.states import NodeState
from core.domain.subject_lines import LEVELS
from core.services.curriculum import SubjectRow
from pages.components.drafts import Draft, subject_draft, syllabus_draft
from pages.components.presses import press
from pages.components.session import Here
from pages.components.subject_actions import move_all
from pages.components.subject_table import came_up, open_subject
from pages.components.syllabus_difference import list_sides, sides
from pages.components.text import safe

COLOUR = {NodeState.PROPOSED: "orange", NodeState.VERIFIED: "green", NodeState.REMOVED: "gray"}
_NAME_LIMIT = 200


def badge(state: NodeState) -> str:
    """The state as a coloured word."""
    return f":{COLOUR[state]}-badge[{state.value}]"


def badges(words: Sequence[str], colour: str = "gray") -> str:
    """Words in a row, each in its own box."""
    return " ".join(f":{colour}-badge[{safe(word, 200)}]" for word in words)


def show_way(rows: Sequence[SubjectRow], subject: Subject, discipline: str) -> None:
    """Back to the list, and to the neighbours."""
    ids = [row.subject.id for row in rows if row.subject.state is not NodeState.REMOVED]
    at = ids.index(subject.id) if subject.id in ids else -1
    before = ids[at - 1] if at > 0 else None
    after = ids[at + 1] if 0 <= at < len(ids) - 1 else None
    with st.container(horizontal=True, vertical_alignment="center"):
        label = f"All subjects of {safe(discipline, 60)}"
        press(label, partial(open_subject, None), key="curriculum.back", icon="arrow_back", quiet=True)
        st.space("stretch")
        for label, icon, target in (("Previous", "chevron_left", before), ("Next", "chevron_right", after)):
            _neighbour(label, icon, target)


def _neighbour(label: str, icon: str, target: int | None) -> None:
    key = f"curriculum.{label.lower()}"
    press(label, partial(open_subject, target), key=key, icon=icon, quiet=True, disabled=target is None)


def show_subject(h: Here, row: SubjectRow) -> None:
    """Name, state, what it covers; or the form while it is edited."""
    subject = row.subject
    draft = subject_draft(subject.id)
    st.subheader(safe(subject.name, _NAME_LIMIT))
    with st.container(horizontal=True, vertical_alignment="center"):
        facts = f"{badge(subject.state)} :blue-badge[{safe(subject.level)}] :gray-badge[{came_up(row)}]"
        st.markdown(facts, width="content")
        st.space("stretch")
        if not draft.is_open and not syllabus_draft(subject.id).is_open:
            _buttons(h, subject, draft)
    if draft.is_open:
        _form(h, subject, draft)
        return
    if subject.introduction:
        st.markdown(safe(subject.introduction, 4000))
    if subject.subtopics:
        st.markdown(f"Covers {badges(subject.subtopics)}")


def _buttons(h: Here, subject: Subject, draft: Draft) -> None:
    ids = (subject.id,)
    removed = subject.state is NodeState.REMOVED
    if not removed:
        press("Edit subject", partial(_open, subject, draft), key="curriculum.subject.edit", icon="edit", quiet=True)
    if subject.state is NodeState.PROPOSED:
        action = partial(move_all, h, ids, NodeState.VERIFIED)
        press("Verify subject", action, key="curriculum.subject.verify", icon="check")
    if subject.state is NodeState.VERIFIED:
        action = partial(move_all, h, ids, NodeState.PROPOSED)
        press("Reopen subject", action, key="curriculum.subject.reopen", icon="undo", quiet=True)
    if removed:
        action = partial(move_all, h, ids, NodeState.PROPOSED)
        press("Restore subject", action, key="curriculum.subject.restore", icon="restore_from_trash", primary=True)
    else:
        action = partial(move_all, h, ids, NodeState.REMOVED)
        press("Remove subject", action, key="curriculum.subject.remove", icon="delete", quiet=True)


def _open(subject: Subject, draft: Draft) -> None:
    values = {
        "name": subject.name,
        "level": subject.level,
        "introduction": subject.introduction,
        "subtopics": "\n".join(subject.subtopics),
    }
    draft.open(values, subject.version)


def _form(h: Here, subject: Subject, draft: Draft) -> None:
    if draft.lost:
        _show_theirs(subject, draft)
    with st.container(border=True):
        left, right = st.columns([2, 1])
        left.text_input("Name", key=draft.key("name"), on_change="ignore", persist_state="session")
        levels = LEVELS if subject.level in LEVELS else (*LEVELS, subject.level)
        right.selectbox("Level", levels, key=draft.key("level"), on_change="ignore", persist_state="session")
        for field, label in (("introduction", "Introduction"), ("subtopics", "Subtopics, one per line")):
            st.text_area(
                label,
                key=draft.key(field),
                height="content",
                max_chars=4000,
                on_change="ignore",
                persist_state="session",
            )
        if subject.state is NodeState.VERIFIED:
            st.caption("Saving a change makes the subject proposed again: verify it afterwards.")
        with st.container(horizontal=True):
            save = partial(_save, h, subject, draft)
            press("Save subject", save, key="curriculum.subject.save", icon="save", primary=True)
            press("Discard", draft.close, key="curriculum.subject.discard", quiet=True)


def _save(h: Here, subject: Subject, draft: Draft) -> str:
    base = subject.model_copy(update={"version": draft.based_on})
    return draft.save(
        lambda: h.work.curriculum.edit_subject(
            h.who,
            base,
            name=draft.text("name"),
            level=draft.text("level"),
            introduction=draft.text("introduction"),
            subtopics=draft.lines("subtopics"),
        ),
        "Subject saved.",
    )


def _show_theirs(subject: Subject, draft: Draft) -> None:
    """What the other person saved beside what is typed here."""
    pairs = [
        ("Name", sides(subject.name, draft.text("name"))),
        ("Level", sides(subject.level, draft.text("level"))),
        ("Introduction", sides(subject.introduction, draft.text("introduction"))),
        ("Subtopics", list_sides(subject.subtopics, draft.lines("subtopics"))),
    ]
    with st.container(border=True):
        state = badge(subject.state)
        st.markdown(
            f":material/group: **What somebody else saved meanwhile** {state} Your own text is below, unchanged."
        )
        left, right = st.columns(2, gap="medium")
        left.caption("Theirs, saved")
        right.caption("Yours, not saved")
        for label, (theirs, mine) in pairs:
            left.markdown(f"{label}: {theirs}")
            right.markdown(f"{label}: {mine}")
        with st.container(horizontal=True):
            press("Go on with mine", partial(draft.base_on, subject.version), key="curriculum.subject.mine")
            press("Take theirs", draft.close, key="curriculum.subject.theirs", quiet=True)
