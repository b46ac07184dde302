"""Generate: choose sources and teachers, see price and real questions, start the run."""

from __future__ import annotations

import streamlit as st

from core.domain.plans import SamplesPlan
from core.services.generation import Estimate
from pages.components.notices import problems, show_error
from pages.components.plan_budget import cap_fields, estimate_words, show_estimate
from pages.components.plan_files import download_plan, plan_file_menu, take_problem
from pages.components.plan_preview import plan_tabs, show_preview, start_preview
from pages.components.plan_source import choose_sources, nothing_to_draw, sample_fields, show_reach, source_views
from pages.components.plan_state import START, plan_of_form, prepare
from pages.components.plan_teachers import choose_teachers, show_knowledge
from pages.components.presses import show_problem
from pages.components.prompt_editor import draw_prompt, prompts_menu
from pages.components.session import Here, form_token, here, spend_form_token, wake_worker


def _start(h: Here, plan: SamplesPlan) -> None:
    run = h.work.generation.start(h.who, h.project_id, plan, token=form_token("generate.start"))
    wake_worker()
    spend_form_token("generate.start")
    st.session_state.pop(START, None)
    st.switch_page("runs.py", query_params={"project": h.project_id, "run": run.id})


def _actions(h: Here, plan: SamplesPlan, estimate: Estimate) -> None:
    """Always in sight: start, preview, save, and what it comes to."""
    with st.bottom.container(horizontal=True, vertical_alignment="center"):
        started = st.button("Start run", key="generate.start_run", type="primary", icon=":material/play_arrow:")
        words = f"Preview {min(4, plan.count)} samples" if plan.count > 1 else "Preview 1 sample"
        previewed = st.button(
            words,
            key="generate.preview",
            icon=":material/visibility:",
            help="Makes the first samples of exactly this plan. They are kept; the run does not pay for them again.",
        )
        download_plan(h, plan, plan.title or h.project.name, key="generate.save_plan")
        st.markdown(estimate_words(estimate), width="stretch", text_alignment="right")
    with st.bottom, problems():
        if started:
            _start(h, plan)
        if previewed:
            start_preview(h, plan)


def _form(h: Here) -> SamplesPlan | None:
    """Draw the form; the plan it adds up to, None while something in it cannot be used."""
    plan = None
    standing = h.work.projects.standing(h.project_id)
    with st.container(border=True):
        st.subheader("Source", anchor=False)
        chosen = choose_sources(h, source_views(h))
        reach = st.container()
    with st.container(border=True):
        st.subheader("Samples", anchor=False)
        sample_fields()
    with st.container(border=True):
        st.subheader("Teachers", anchor=False)
        choose_teachers(h)
        knowledge = st.container()
    with st.container(border=True):
        st.subheader("Budget", anchor=False)
        cap_fields(standing)
        with problems():
            plan = plan_of_form(h, chosen)
            with reach:
                show_reach(h, plan)
            with knowledge:
                show_knowledge(h, plan)
            estimate = h.work.generation.estimate(h.project_id, plan)
            show_estimate(h, plan, estimate, standing)
            _actions(h, plan, estimate)
    return plan


with problems():
    h = here()
    prepare(h)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title("Generate", anchor=False)
        with st.container(horizontal=True, width="content"):
            prompts_menu(h)
            plan_file_menu(h)
    if not draw_prompt(h):
        show_problem()
    if problem := take_problem():
        show_error(problem)
    views = source_views(h)
    if any(view.sources for view in views):
        first, second = plan_tabs()
        with first:
            plan = _form(h)
        with second:
            show_preview(h, plan)
    else:
        nothing_to_draw(h, sum(view.unverified for view in views))
