"""Runs: the list, and one run in full. A run is found by the id in the URL, so closing the tab costs nothing."""

from __future__ import annotations

import streamlit as st

from core.errors import NotFoundError
from pages.components.notices import problems, show_error
from pages.components.plan_files import download_plan
from pages.components.presses import show_problem
from pages.components.run_actions import show_actions
from pages.components.run_batches import show_batches
from pages.components.run_calls import show_calls
from pages.components.run_detail import show_head, show_links, show_live
from pages.components.run_doubts import show_doubts
from pages.components.run_items import show_dropped, show_failed, show_made
from pages.components.run_list import run_list
from pages.components.run_money import show_stages
from pages.components.session import Here, here


def _detail(h: Here, run_id: str) -> None:
    st.page_link("runs.py", label="All runs", icon=":material/arrow_back:", query_params={"project": h.project_id})
    try:
        view = h.work.runs.view(h.project_id, run_id)
    except NotFoundError as error:
        show_error(error)
        return
    show_head(view)
    show_problem()
    with st.container(horizontal=True, vertical_alignment="center"):
        show_actions(h, view)
        show_links(h, view)
    show_live(h, view)
    show_batches(h, view)
    show_doubts(h, view)
    show_failed(h, view)
    show_dropped(h, view)
    made, calls, spend, plan = st.tabs(["Items", "Calls", "Spend by stage", "Plan"], key="runs.tab", on_change="rerun")
    if made.open:
        with made:
            show_made(h, view)
    if calls.open:
        with calls, problems():
            show_calls(h, view)
    if spend.open:
        with spend:
            show_stages(h, view)
    if plan.open:
        with plan, problems():
            _plan(h, run_id)


def _plan(h: Here, run_id: str) -> None:
    run = h.work.runs.view(h.project_id, run_id).run
    plan = h.work.generation.plan_of(run)
    st.code(h.work.generation.plan_to_file(h.project_id, plan).decode(), language=None, wrap_lines=True, height=420)
    download_plan(h, plan, run.title, key="runs.save_plan")


with problems():
    h = here()
    wanted = st.query_params.get("run", "")
    if wanted:
        _detail(h, wanted)
    else:
        st.title("Runs", anchor=False)
        show_problem()
        run_list(h)
