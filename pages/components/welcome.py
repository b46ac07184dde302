"""The first screen: what the studio is, and the two ways to begin. Also the form for a further project."""

from __future__ import annotations

import streamlit as st

from core.services.projects import SEVERAL
from pages.components.figures import count
from pages.components.notices import flash, problems
from pages.components.session import choose_project, form_token, person, spend_form_token, workspace
from pages.components.text import safe

STEPS = (
    ("account_tree", "Verify knowledge", "Keep or remove disciplines in a taxonomy, check their subjects and syllabi."),
    ("auto_awesome", "Generate samples", "Questions from class sessions and key concepts, answered by a teacher."),
    ("rate_review", "Review by keyboard", "Accept, reject or edit; every verdict belongs to the exact text."),
    ("dataset", "Freeze and export", "A dataset with full lineage, and what each accepted sample cost."),
)


def welcome() -> None:
    """Two ways to begin, each one click."""
    st.title("Build an instruction dataset you can vouch for")
    st.markdown(
        "GLAN Studio grows a taxonomy of human knowledge into questions and answers, lets people verify every step, "
        "and shows what each accepted sample costs. Nothing leaves this machine until you connect a model of your own."
    )
    st.space("small")
    shipped = workspace().projects.shipped()
    start, demo = st.columns(2, gap="medium")
    with start.container(border=True, height="stretch"):
        st.subheader("Start your own project")
        st.markdown(
            f"Begin with a taxonomy of {shipped.disciplines} disciplines and the built-in "
            "teacher, which works at once without a key."
        )
        new_project_form(key="home", primary=True)
    with demo.container(border=True, height="stretch"):
        st.subheader("Open the worked demo")
        st.markdown(
            f"{safe(shipped.demo)} with verified curricula and {count(shipped.samples)} questions and answers, "
            "partly reviewed: the quickest way to see how everything fits together."
        )
        st.space("stretch")
        if st.button("Open the demo", key="home.demo", icon=":material/play_circle:"):
            with problems():
                with st.spinner("Loading the demo ..."):
                    project = workspace().projects.open_demo(person())
                choose_project(project.id)
                st.rerun()
    st.space("medium")
    for column, (icon, title, words) in zip(st.columns(4, gap="medium"), STEPS, strict=True):
        column.markdown(f":material/{icon}: **{title}**")
        column.caption(words)


def new_project_form(*, key: str, primary: bool) -> None:
    """Name, starter taxonomy or not, and the button; a press makes one project, however often it is pressed."""
    with st.form(f"{key}.new", border=False, enter_to_submit=True):
        name = st.text_input("Project name", key=f"{key}.name", placeholder="For example: Undergraduate science")
        starter = st.checkbox(
            "Start with the taxonomy that ships with the studio",
            value=True,
            key=f"{key}.starter",
            help="Fields, sub-fields and disciplines, all still to be verified. Without it you begin empty.",
        )
        several = st.radio(
            "Who verifies?",
            ["Only me", "Several people"],
            key=f"{key}.who",
            horizontal=True,
            help=f"Several people vote keep or remove without seeing the others' votes; with {SEVERAL} votes the "
            "majority decides. The number can be changed under Project.",
        )
        pressed = st.form_submit_button(
            "Create project", type="primary" if primary else "secondary", icon=":material/add:", key=f"{key}.create"
        )
    if pressed:
        with problems():
            quorum = SEVERAL if several == "Several people" else 1
            token = form_token(f"{key}.new")
            project = workspace().projects.create(person(), name, starter=starter, token=token, quorum=quorum)
            spend_form_token(f"{key}.new")
            choose_project(project.id)
            flash(f"Project {project.name} is ready.")
            st.rerun()
