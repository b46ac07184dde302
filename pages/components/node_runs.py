"""A run that proposes nodes, in place: progress and cost while it works, then what came and what went wrong."""

from __future__ import annotations

import streamlit as st

from core.domain.plans import PlanKind
from core.domain.states import RunState
from core.domain.taxonomy import Node
from core.errors import NotFoundError
from core.services.runs import RunView
from pages.components.figures import count
from pages.components.node_place import RUN
from pages.components.notices import flash, problems
from pages.components.run_words import charged
from pages.components.session import Here, wake_worker
from pages.components.text import safe

_WATCHED = "taxonomy.watched_run"


def show_run(h: Here, parent: Node | None, *, anywhere: bool = False) -> bool:
    """The run in the URL, or an active one, if it asks about this place or `anywhere`; is one active?"""
    view = _find(h, parent.id if parent else None, anywhere=anywhere)
    if view is None:
        return False
    with st.container(border=True):
        if view.active:
            st.query_params[RUN] = view.run.id
            st.fragment(run_every=1.0)(_watch)(h, view.run.id)
        elif st.session_state.pop(_WATCHED, None) == view.run.id:
            st.rerun()  # it may have ended while the page was drawn: draw that once more
        else:
            _outcome(h, view)
    return view.active


def _find(h: Here, parent_id: int | None, *, anywhere: bool) -> RunView | None:
    """None when there is no such run, or when it belongs to another place."""
    run_id = str(st.query_params.get(RUN, ""))
    try:
        if run_id and _belongs(view := h.work.runs.view(h.project_id, run_id), parent_id, anywhere=anywhere):
            return view
    except NotFoundError:
        st.query_params.pop(RUN, None)
    for run in h.work.runs.active(h.project_id):
        view = h.work.runs.view(h.project_id, run.id)
        if _belongs(view, parent_id, anywhere=anywhere):
            return view
    return None


def _belongs(view: RunView, parent_id: int | None, *, anywhere: bool) -> bool:
    if view.run.kind is not PlanKind.TAXONOMY:
        return False
    plan = view.run.plan
    places = plan.get("nodes") or [plan.get("node")]
    return anywhere or parent_id in places


def _watch(h: Here, run_id: str) -> None:
    view = h.work.runs.view(h.project_id, run_id)
    if not view.active:
        st.session_state[_WATCHED] = run_id
        st.rerun()
    queued = view.run.state is RunState.QUEUED
    text = "Waiting for the worker" if queued else f"{view.finished:,} of {view.run.n_items:,} queries answered"
    text += (
        f", {count(h.work.growth.made(h.project_id, run_id), 'new name')}, {charged(h, view)} so far"
        if view.finished
        else ""
    )
    st.progress(view.finished / max(1, view.run.n_items), text=safe(text))
    if st.button("Stop", key="taxonomy.run.stop", icon=":material/stop_circle:"):
        with problems():
            h.work.runs.cancel(h.who, h.project_id, run_id)
            flash("The run stops after the calls under way. What came stays.")
            st.rerun()


def _outcome(h: Here, view: RunView) -> None:
    """How many names came for how much, then what went wrong and the way on."""
    new = h.work.growth.made(h.project_id, view.run.id)
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        answered = f"{view.good:,} of {count(view.run.n_items, 'query', 'queries')} gave an answer"
        headline = count(new, "new name came", "new names came") if new else "Nothing new came"
        st.markdown(f"**{headline}** · {answered} · {safe(charged(h, view))}", width="stretch")
        if st.button("Close", key="taxonomy.run.close", icon=":material/close:", type="tertiary"):
            st.query_params.pop(RUN, None)
            st.rerun()
    if not new and view.good:
        st.caption("Every name that came up is in the taxonomy already, possibly among the removed ones.")
    _errors(h, view)


def _errors(h: Here, view: RunView) -> None:
    causes = h.work.runs.causes(h.project_id, view.run.id)
    if view.run.reason:
        st.warning(f"{safe(view.run.reason, 600)} {safe(view.run.hint, 400)}", icon=":material/error:")
    if view.resumable and view.left:
        _resume(h, view)
    if not causes:
        return
    built_in = any("built-in teacher" in error for cause in causes for error in cause.errors)
    hint = (
        "It knows the starter taxonomy and no more. Connect a language model for anything else."
        if built_in
        else "Look at the run for the raw answers and to retry, or send the queries again."
    )
    words = [f"{safe(cause.errors[0], 400)} ({count(cause.count, 'query', 'queries')})" for cause in causes[:5]]
    st.warning("\n\n".join(words) + f"\n\n{hint}", icon=":material/error:")
    page, label, icon = (
        ("connections", "Connect a language model", "hub") if built_in else ("runs", "Look at the run", "play_circle")
    )
    st.page_link(
        f"{page}.py",
        label=label,
        icon=f":material/{icon}:",
        query_params={"project": h.project_id} | ({} if built_in else {"run": view.run.id}),
    )


def _resume(h: Here, view: RunView) -> None:
    """Go on with what is left; answers that are there are not paid again."""
    left = count(view.left, "query", "queries")
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(f"Ask the {left} left", key="taxonomy.run.resume", icon=":material/play_arrow:"):
            with problems():
                h.work.runs.resume(h.who, h.project_id, view.run.id)
                wake_worker()
                st.rerun()
        st.page_link(
            "runs.py",
            label="Change its caps",
            icon=":material/savings:",
            query_params={"project": h.project_id, "run": view.run.id},
        )
