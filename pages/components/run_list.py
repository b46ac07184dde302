"""The list of runs: newest first, a page at a time."""

from __future__ import annotations

import streamlit as st

from core.services.runs import RunView
from pages.components.figures import count, duration, money, when
from pages.components.notices import empty
from pages.components.run_words import badges, progress_words
from pages.components.session import Here
from pages.components.text import safe

PAGE = 20
BEFORE = "before"


def run_list(h: Here) -> None:
    """All runs of the project, previews only on demand."""
    previews = st.toggle(
        "Show previews",
        key="previews",
        bind="query-params",
        help="A preview makes the first few samples of a plan. What it cost counts in the project.",
    )
    before = st.query_params.get(BEFORE, "")
    views = h.work.runs.page(h.project_id, before=before, size=PAGE + 1, previews=previews)
    if not views:
        _nothing(h, before)
        return
    if any(view.active for view in views):
        st.fragment(_watched, run_every=2.0)(h, before, previews=previews)
    else:
        _rows(h, views[:PAGE])
    _paging(views, before)


def _watched(h: Here, before: str, *, previews: bool) -> None:
    views = h.work.runs.page(h.project_id, before=before, size=PAGE, previews=previews)
    if not any(view.active for view in views):
        st.rerun()
    _rows(h, views)


def _nothing(h: Here, before: str) -> None:
    if before:
        st.info("There are no older runs.")
        st.button("Newest runs", key="runs.newest", icon=":material/first_page:", on_click=_go, args=("",))
        return
    box = empty(
        "No run yet",
        "A run asks teachers for samples, subjects or syllabi under a cap. It goes on when this page is closed.",
        ":material/play_circle:",
    )
    query = {"project": h.project_id}
    box.page_link("generate.py", label="Generate samples", icon=":material/auto_awesome:", query_params=query)


def _rows(h: Here, views: list[RunView]) -> None:
    for view in views:
        _row(h, view)


def _row(h: Here, view: RunView) -> None:
    run = view.run
    with st.container(border=True):
        name, state = st.columns([3, 2], vertical_alignment="center", gap="medium")
        with name:
            query = {"project": h.project_id, "run": run.id}
            st.page_link("runs.py", label=safe(run.title, 140), query_params=query, width="stretch")
        state.markdown(badges(view))
        done, figures = st.columns([3, 2], vertical_alignment="center", gap="medium")
        done.progress(view.finished / max(1, run.n_items), text=safe(progress_words(view)))
        cap = f" of {money(run.cost_cap)}" if run.cost_cap is not None else ""
        took = f", {duration(view.seconds)}" if view.seconds else ""
        began = f"{when(run.started_at)}{took}" if run.started_at else "Not started yet"
        figures.caption(safe(f"{money(view.spent.settled)}{cap}, {count(view.spent.calls, 'call')}. {began}."))


def _paging(views: list[RunView], before: str) -> None:
    with st.container(horizontal=True, horizontal_alignment="center"):
        if before:
            st.button("Newest runs", key="runs.newest", icon=":material/first_page:", on_click=_go, args=("",))
        if len(views) > PAGE:
            oldest = views[PAGE - 1].run.id
            st.button("Older runs", key="runs.older", icon=":material/chevron_right:", on_click=_go, args=(oldest,))


def _go(before: str) -> None:
    if before:
        st.query_params[BEFORE] = before
    else:
        st.query_params.pop(BEFORE, None)
