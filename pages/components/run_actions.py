"""What a person can do with a run: cancel, resume, change its caps, retry what failed."""

from __future__ import annotations

from functools import partial
from typing import Literal

import streamlit as st

from core.domain.money import NANO, dollars
from core.domain.records import Run
from core.domain.states import RunState
from core.services.runs import RunView
from pages.components.figures import count
from pages.components.notices import flash, problems
from pages.components.presses import press
from pages.components.run_words import WITHOUT_RESULT
from pages.components.session import Here, wake_worker


def show_actions(h: Here, view: RunView) -> None:
    """One row of buttons; the next step stands first."""
    failed = sum(view.progress.get(state, 0) for state in WITHOUT_RESULT)
    if view.active and not view.run.cancel:
        press(
            "Cancel",
            partial(_cancel, h, view.run),
            key="runs.cancel",
            icon="stop_circle",
            help="Stops after the calls under way. What was made is kept, and the run can be resumed.",
        )
    short = view.run.state is RunState.BUDGET_EXHAUSTED
    if view.resumable:
        press(
            "Resume",
            partial(_resume, h, view.run),
            key="runs.resume",
            icon="play_arrow",
            primary=not short,
            help="Makes the items that are left. Stored answers are not paid again.",
        )
    if failed and not view.active:
        press(
            f"Retry {count(failed, 'item')}",
            partial(_retry, h, view.run),
            key="runs.retry",
            icon="replay",
            help="Puts the items without a result back and goes on. Calls that were answered are not sent again, so an "
            "answer that was refused or cut off comes back as it was.",
        )
    if view.run.state is not RunState.COMPLETED or failed:
        kind: Literal["primary", "secondary"] = "primary" if short else "secondary"
        with st.popover("Change caps", type=kind, icon=":material/savings:", key="runs.caps"):
            _caps(h, view)


def _cancel(h: Here, run: Run) -> str:
    h.work.runs.cancel(h.who, h.project_id, run.id)
    return "The run stops after the calls under way."


def _resume(h: Here, run: Run) -> str:
    h.work.runs.resume(h.who, h.project_id, run.id)
    wake_worker()
    return "The run goes on."


def _retry(h: Here, run: Run) -> str:
    number = h.work.runs.retry_failed(h.who, h.project_id, run.id)
    wake_worker()
    return f"{count(number, 'item')} put back."


def _caps(h: Here, view: RunView) -> None:
    run = view.run
    with st.form(f"runs.caps_form.{run.id}", border=False):
        cost = st.text_input(
            "Cost cap (dollars)",
            value="" if run.cost_cap is None else f"{run.cost_cap / NANO:.9f}".rstrip("0").rstrip("."),
            placeholder="No limit for this run",
            max_chars=20,
            key=f"runs.cost_cap.{run.id}",
        )
        calls = st.number_input(
            "Query budget (calls)",
            1,
            value=run.call_cap,
            placeholder="No limit for this run",
            key=f"runs.call_cap.{run.id}",
        )
        st.caption("What was spent counts. The caps of the project hold as well; they are set on the Project page.")
        resumes = view.resumable and st.checkbox("Resume at once", value=True, key=f"runs.caps_resume.{run.id}")
        saved = st.form_submit_button("Save caps", key="runs.caps_save", icon=":material/save:")
    if saved:
        with problems():
            nano = dollars(cost, "cost cap") if cost.strip() else None
            h.work.runs.set_caps(h.who, h.project_id, run.id, nano, int(calls) if calls else None)
            flash("Caps saved.")
            if resumes:
                flash(_resume(h, run))
            st.rerun()
