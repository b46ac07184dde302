"""Generate: choose strategies, sources and teachers, see price and real questions, start the run."""

from __future__ import annotations

import streamlit as st

from core.domain.plans import MixedPlan, SamplesPlan, parts_of
from core.services.generation import Estimate
from pages.components.notices import problems, show_error
from pages.components.plan_budget import cap_fields, estimate_words, show_estimate, title_field
from pages.components.plan_execution import choose_execution
from pages.components.plan_files import download_plan, plan_file_menu, show_pinned, take_problem
from pages.components.plan_form import Drawn
from pages.components.plan_part import draw_parts, part_adder
from pages.components.plan_preview import plan_tabs, preview_words, show_preview, start_preview
from pages.components.plan_seeds import nothing_yet
from pages.components.plan_source import show_reach
from pages.components.plan_split import choose_split, formed, offer_fit, show_parts
from pages.components.plan_state import let_positions_go, prepare
from pages.components.plan_teachers import all_teachers, keep_teachers, show_knowledge
from pages.components.presses import show_problem
from pages.components.prompt_editor import draw_prompt, prompts_menu
from pages.components.session import Here, form_token, here, spend_form_token, wake_worker

Samples = SamplesPlan | MixedPlan


def _start(h: Here, plan: Samples) -> None:
    run = h.work.generation.start(h.who, h.project_id, plan, token=form_token("generate.start"))
    wake_worker()
    spend_form_token("generate.start")
    let_positions_go()
    st.switch_page("runs.py", query_params={"project": h.project_id, "run": run.id})


def _actions(h: Here, plan: Samples, estimate: Estimate) -> None:
    """Always in sight: start, preview, save, and what it comes to."""
    with st.bottom.container(horizontal=True, vertical_alignment="center"):
        started = st.button("Start run", key="generate.start_run", type="primary", icon=":material/play_arrow:")
        previewed = st.button(
            preview_words(plan),
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


def _budget(h: Here, drawn: list[Drawn]) -> Samples | None:
    """Caps, split, price and the buttons; the plan, None while something in it cannot be used."""
    standing = h.work.projects.standing(h.project_id)
    cap_fields(standing)
    if len(drawn) > 1:
        choose_split()
    title_field()
    choose_execution(h, all_teachers(drawn), key="generate.execution")
    waiting = [str(number) for number, each in enumerate(drawn, 1) if not each.ready]
    if waiting:
        where = f"part {', '.join(waiting)} has" if len(drawn) > 1 else "the plan has"
        st.caption(f"Calls, cost and the start follow here as soon as {where} something to draw on.")
        return None
    plan = None
    with problems():
        made = formed(h, drawn, standing)
        plan = made.plan
        for each, part in zip(made.drawn, parts_of(plan), strict=True):
            with each.reach:
                show_reach(h, each.part, part)
            with each.knowledge:
                show_knowledge(h, part)
        estimate = h.work.generation.estimate(h.project_id, plan)
        if isinstance(plan, MixedPlan):
            show_parts(plan, estimate, [drawn.index(each) + 1 for each in made.drawn])
        show_estimate(h, plan, estimate, standing)
        offer_fit(h, made, estimate, standing)
        _actions(h, plan, estimate)
    return plan


def _form(h: Here) -> Samples | None:
    """Draw the form; the plan it adds up to."""
    show_pinned()
    drawn = draw_parts(h, found)
    with st.container(horizontal=True, vertical_alignment="center"):
        part_adder()
        keep_teachers(h, drawn)
    with st.container(border=True):
        st.subheader("Split and budget" if len(drawn) > 1 else "Budget", anchor=False)
        return _budget(h, drawn)


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
    found = h.work.generation.materials(h.project_id)
    if found.possible or found.unverified:
        first, second = plan_tabs()
        with first:
            plan = _form(h)
        with second:
            show_preview(h, plan)
    else:
        nothing_yet(h)
