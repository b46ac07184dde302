"""The syllabus of one subject as people read and verify it, and what it allows."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.domain.curriculum import Subject, Syllabus
from core.domain.sampling import Deck, Difficulty
from core.domain.states import NodeState
from pages.components.curriculum_steps import PAGES
from pages.components.drafts import Draft, subject_draft, syllabus_draft
from pages.components.figures import count, share
from pages.components.notices import empty
from pages.components.presses import press
from pages.components.session import Here
from pages.components.subject_sheet import badge, badges
from pages.components.syllabus_editor import edit_syllabus, open_editor
from pages.components.text import safe

_SETS = (
    "A question is asked about a set of key concepts, so this is how many different questions can be drawn: a basic "
    "one uses 1 to 5 concepts of one session, a challenging one 2 to 5 concepts of two sessions, some from each."
)


def show_syllabus(h: Here, subject: Subject, syllabus: Syllabus | None, *, primary: bool = True) -> None:
    """Read, verify, change; or write the first one. `primary` = verifying is the next thing to do."""
    draft = syllabus_draft(subject.id)
    if draft.is_open:
        edit_syllabus(h, subject, syllabus, draft)
    elif syllabus is None:
        _show_none(subject, draft)
    else:
        _show_actions(h, subject, syllabus, draft, primary=primary)
        _show_figures(h, syllabus)
        read(syllabus)


def _show_none(subject: Subject, draft: Draft) -> None:
    words = (
        "A syllabus orders the subject into class sessions with key concepts; questions are drawn from them. "
        "Let a teacher design it from the list of subjects, or write it yourself."
    )
    with empty("No syllabus yet", words, ":material/menu_book:"):
        start = partial(open_editor, draft, None)
        free = subject.state is not NodeState.REMOVED and not subject_draft(subject.id).is_open
        press("Write a syllabus", start, key="curriculum.syllabus.write", icon="edit", primary=free, disabled=not free)


def _show_actions(h: Here, subject: Subject, syllabus: Syllabus, draft: Draft, *, primary: bool) -> None:
    verified = syllabus.state is NodeState.VERIFIED
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Syllabus", width="content")
        st.markdown(f"{badge(syllabus.state)} :gray-badge[version {syllabus.version}]", width="content")
        st.space("stretch")
        if subject.state is NodeState.REMOVED or subject_draft(subject.id).is_open:
            return
        edit = partial(open_editor, draft, syllabus)
        press("Edit syllabus", edit, key="curriculum.syllabus.edit", icon="edit", quiet=verified)
        if verified:
            back = partial(_reopen, h, subject.id)
            press("Take verification back", back, key="curriculum.syllabus.reopen", icon="undo", quiet=True)
            query = {"project": h.project_id, "discipline": str(subject.node_id)}
            label = "Generate questions"
            st.page_link(PAGES / "generate.py", label=label, icon=":material/auto_awesome:", query_params=query)
        else:
            press(
                "Verify syllabus",
                partial(_verify, h, subject.id, syllabus.version),
                key="curriculum.syllabus.verify",
                icon="check",
                primary=primary,
                help="You have read this version and stand behind it. The subject is verified with it.",
            )


def _verify(h: Here, subject_id: int, version: int) -> str:
    h.work.curriculum.verify_syllabus(h.who, h.project_id, subject_id, version)
    return "Syllabus verified. Questions can be drawn from it."


def _reopen(h: Here, subject_id: int) -> str:
    h.work.curriculum.reopen_syllabus(h.who, h.project_id, subject_id)
    return "The syllabus is proposed again; no questions are drawn from it."


def _show_figures(h: Here, syllabus: Syllabus) -> None:
    sizes = tuple(len(session.concepts) for session in syllabus.sessions)
    decks = {difficulty: Deck(sizes, difficulty, "").size for difficulty in Difficulty}
    known = h.work.curriculum.coverage([syllabus])
    figures = (
        ("Class sessions", count(len(sizes))),
        ("Key concepts", count(sum(sizes))),
        ("Basic questions", count(decks[Difficulty.BASIC])),
        ("Challenging questions", count(decks[Difficulty.CHALLENGING])),
    )
    with st.container(horizontal=True):
        for label, value in figures:
            st.metric(label, value, border=True, width=192)
    builtin = f"The built-in teacher has problems for {share(known.known, known.all)} key concepts"
    more = "." if known.known == known.all else "; a language model can write about every one."
    st.caption(f"{_SETS} {safe(builtin + more)}")


def read(syllabus: Syllabus) -> None:
    """Introduction, objectives, sessions in order with their concepts."""
    if syllabus.introduction:
        st.markdown(safe(syllabus.introduction, 4000))
    if syllabus.objectives:
        st.markdown("**Objectives**\n" + "\n".join(f"- {safe(text, 500)}" for text in syllabus.objectives))
    st.markdown("**Class sessions and key concepts**")
    for number, session in enumerate(syllabus.sessions, 1):
        with st.container(border=True, gap="xsmall"):
            st.markdown(f"**{number}. {safe(session.name, 200)}**")
            if session.description:
                st.caption(safe(session.description, 4000))
            st.markdown(badges(session.concepts, "blue"))
