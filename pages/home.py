"""Home: where the work stands, what to do next, spend against cap. Without a project: the two ways to begin."""

from __future__ import annotations

import streamlit as st

from pages.components.notices import problems
from pages.components.session import Here, find_project, here
from pages.components.standing import next_step, show_figures, show_path
from pages.components.text import safe
from pages.components.welcome import welcome


def overview(h: Here) -> None:
    """The project at a glance."""
    standing = h.work.projects.standing(h.project_id)
    st.title(safe(standing.project.name))
    if standing.project.is_demo:
        st.caption(
            "A worked example to look around in: three disciplines with curricula, questions and answers written for "
            "this product. Some are reviewed, some wait, some are deliberately wrong. Change anything you like."
        )
    next_step(standing)
    st.space("small")
    show_figures(standing)
    st.space("small")
    show_path(standing)


with problems():
    if find_project() is None:
        welcome()
    else:
        overview(here())
