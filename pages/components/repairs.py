"""The bar of the review page about repairs: how many rejected samples wait, how a run stands, what came back."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.domain.states import ReviewState, RunState, VerificationState
from core.services.repairs import RepairRun, RepairStanding
from pages.components.figures import count
from pages.components.notices import flash, problems
from pages.components.presses import press
from pages.components.repairs_dialog import ask, asked, repair_dialog
from pages.components.review_filters import look_at
from pages.components.session import Here
from pages.components.text import safe

_SEEN = "review.repairs.seen"


def repairs_bar(h: Here) -> None:
    """Nothing at all while nobody wished a repair and the last ones are judged."""
    if asked():
        repair_dialog(h)
    now = h.work.repairs.standing(h.project_id)
    run = now.newest
    if run is not None and run.active:
        st.fragment(_watch, run_every=1.0)(h, run.run.id)
    told = run if run and not run.active and st.session_state.get(_SEEN) != run.run.id else None
    words = [*(_outcome(told) if told else ()), *_waiting(now)]
    if not words:
        return
    icon = "published_with_changes" if told and told.back else "build"
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="review.repairs"):
        st.markdown(f":material/{icon}: {' '.join(words)}", width="stretch")
        if told and told.back:
            _offer_look(told)
        if now.waiting:
            st.button("Repair…", key="review.repairs.open", help="Choose the teacher, see the cost.", on_click=ask)
        if told and (told.failed or _outcome(told)):
            _to_run(h, told.run.id)
            press("Close", partial(_close, told.run.id), key="review.repairs.close", icon="close", quiet=True)


def _offer_look(run: RepairRun) -> None:
    first = next(sample.id for sample in run.repaired if sample.review is ReviewState.PENDING)
    label, action = "Look at it" if run.back == 1 else "Look at them", partial(_look, run.run.id, first)
    press(label, action, key="review.repairs.look", icon="rate_review")


def _waiting(now: RepairStanding) -> list[str]:
    """What could be sent to a teacher."""
    if not now.waiting:
        return []
    words = f"**{count(now.waiting, 'rejected sample')}** {'waits' if now.waiting == 1 else 'wait'} to be repaired"
    if not now.failed:
        return [f"{words} by a teacher."]
    some = "tried without success" if now.failed == now.waiting else f"{now.failed:,} tried without success"
    return [f"{words} ({some})."]


def _outcome(run: RepairRun) -> list[str]:
    """What became of the samples of a run that has ended, in sentences."""
    back = count(run.back, "repaired sample is", "repaired samples are")
    checked = [sample.verification for sample in run.repaired if sample.review is ReviewState.PENDING]
    failed = checked.count(VerificationState.FAILED)
    told = {
        f"**{back} back in the queue.**": run.back,
        f"{count(failed, 'of them fails', 'of them fail')} verification: look there first.": failed,
        f"{count(run.overtaken, 'repair was', 'repairs were')} overtaken by an edit or a verdict.": run.overtaken,
        f"The last run left {count(run.left, 'sample')} undone: {safe(run.run.reason, 300)}": run.left,
    }
    return [words for words, number in told.items() if number]


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


def _look(run_id: str, first: int) -> None:
    """Take the first repaired sample in hand, and the others of the run behind it."""
    look_at(first, repaired=run_id)


def _close(run_id: str) -> None:
    st.session_state[_SEEN] = run_id


def _to_run(h: Here, run_id: str) -> None:
    st.page_link(
        "runs.py",
        label="The run",
        icon=":material/play_circle:",
        query_params={"project": h.project_id, "run": run_id},
    )
