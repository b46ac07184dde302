"""The bar of the review page about repairs: how many rejected samples wait, how a run stands, what came back."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.domain.states import ReviewState, RunState
from core.services.repairs import RepairRun
from pages.components.figures import count
from pages.components.notices import flash, problems
from pages.components.presses import press
from pages.components.repairs_dialog import repair_dialog
from pages.components.session import Here
from pages.components.text import safe

REPAIRED = "repaired"
_SEEN = "review.repairs.seen"


def repairs_bar(h: Here) -> None:
    """Nothing at all while nobody wished a repair and the last ones are judged."""
    waiting, run = h.work.repairs.standing(h.project_id)
    if run is not None and run.active:
        st.fragment(_watch, run_every=1.0)(h, run.run.id)
    elif run is not None and st.session_state.get(_SEEN) != run.run.id and _tells(run):
        _came_back(h, run)
    if waiting:
        _wait(h, waiting)


def _wait(h: Here, waiting: int) -> None:
    verb = "waits" if waiting == 1 else "wait"
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="review.repairs.waiting"):
        st.markdown(
            f":material/build: **{count(waiting, 'rejected sample')}** {verb} to be repaired by a teacher.",
            width="stretch",
        )
        if st.button("Repair…", key="review.repairs.open", help="Choose the teacher and see what it costs first."):
            repair_dialog(h)


def _watch(h: Here, run_id: str) -> None:
    """How far it is; the page is drawn anew when it has ended."""
    view = h.work.runs.view(h.project_id, run_id)
    if not view.active:
        st.rerun()
    queued = view.run.state is RunState.QUEUED
    words = f"{view.finished:,} of {count(view.run.n_items, 'repair')} made"
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="review.repairs.running"):
        st.progress(
            view.finished / max(1, view.run.n_items),
            text=safe("Repairs wait for the worker" if queued else words),
            width="stretch",
        )
        _to_run(h, run_id)
        if st.button("Stop", key="review.repairs.stop", icon=":material/stop_circle:", type="tertiary"):
            with problems():
                h.work.runs.cancel(h.who, h.project_id, run_id)
                flash("The repairs stop after the calls under way. What came stays.")
                st.rerun()


def _tells(run: RepairRun) -> bool:
    """Is there still something to say of a run that has ended?"""
    return bool(run.back or run.failed or run.overtaken or run.left)


def _came_back(h: Here, run: RepairRun) -> None:
    parts = _parts(run)
    icon = ":material/published_with_changes:" if run.back else ":material/info:"
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="review.repairs.done"):
        st.markdown(f"{icon} {' '.join(parts)}", width="stretch")
        if run.back:
            first = next(sample.id for sample in run.repaired if sample.review is ReviewState.PENDING)
            action = partial(_look, run.run.id, first)
            label = "Look at it" if run.back == 1 else "Look at them"
            press(label, action, key="review.repairs.look", icon="rate_review")
        _to_run(h, run.run.id)
        press("Close", partial(_close, run.run.id), key="review.repairs.close", icon="close", quiet=True)


def _parts(run: RepairRun) -> list[str]:
    """What became of the samples of a run, in sentences."""
    back = count(run.back, "repaired sample is", "repaired samples are")
    told = {
        f"**{back} back in the queue.**": run.back,
        f"{count(run.failed, 'sample')} could not be repaired; the run says why.": run.failed,
        f"{count(run.overtaken, 'repair was', 'repairs were')} overtaken by an edit or a verdict.": run.overtaken,
        f"{count(run.left, 'repair')} left undone: {safe(run.run.reason or 'the run was stopped.', 300)}": run.left,
    }
    return [words for words, number in told.items() if number]


def _look(run_id: str, first: int) -> None:
    """Take the first repaired sample in hand, and the others of the run behind it."""
    st.query_params[REPAIRED] = run_id
    st.query_params["sample"] = str(first)
    st.session_state.pop("review.project", None)  # the page begins anew at what the URL names


def _close(run_id: str) -> None:
    st.session_state[_SEEN] = run_id


def _to_run(h: Here, run_id: str) -> None:
    st.page_link(
        "runs.py",
        label="The run",
        icon=":material/play_circle:",
        query_params={"project": h.project_id, "run": run_id},
    )
