"""Who sits at the keyboard, in the sidebar: a name for votes and verdicts, no login."""

from __future__ import annotations

import streamlit as st

from core.errors import StudioError
from pages.components.notices import show_error
from pages.components.session import find_project, person, work_as, workspace
from pages.components.text import safe

_TYPED, _PROBLEM = "menu.person.typed", "menu.person.problem"


def working_as() -> None:
    """The present name, and a way to another one: seen in this project's history, or typed."""
    name = person().name
    project = find_project()
    known = workspace().verifying.people(project.id) if project else []
    others = [each for each in dict.fromkeys([*known, workspace().settings.person]) if each != name]
    with st.sidebar.popover(
        f"Working as {safe(name, 40)}", icon=":material/person:", width="stretch", key="menu.person", type="tertiary"
    ):
        st.caption(
            "The name signs your votes, edits and verdicts. It is not a login: anybody at this machine may use any."
        )
        for number, each in enumerate(others[:12]):
            st.button(
                safe(each, 60),
                key=f"menu.person.{number}",
                icon=":material/person:",
                width="stretch",
                on_click=_change,
                args=(each,),
            )
        problem = st.session_state.pop(_PROBLEM, None)
        if problem:
            show_error(StudioError(*problem))
        with st.form("menu.person.form", border=False, clear_on_submit=True):
            st.text_input("Somebody else", key=_TYPED, placeholder="Name", max_chars=200)
            st.form_submit_button("Work as this person", key="menu.person.submit", on_click=_change_to_typed)


def _change_to_typed() -> None:
    _change(str(st.session_state.get(_TYPED) or ""))


def _change(name: str) -> None:
    try:
        work_as(name)
    except StudioError as error:
        st.session_state[_PROBLEM] = (error.message, error.hint)
