"""What a person can do with a run: cancel, resume, retry, read stored answers again, change its caps."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Literal

import streamlit as st

from core.domain.money import NANO, dollars
from core.domain.records import Run
from core.domain.states import ItemState, RunState
from core.services.runs import RunView
from pages.components.figures import count, money
from pages.components.notices import flash, problems
from pages.components.presets import preset
from pages.components.presses import press
from pages.components.session import Here, wake_worker
from pages.components.text import safe

RETRY_HELP = (
    "Puts these items back and goes on. An answer that was refused, filtered, cut off or unreadable stays on "
    "record and is asked for once more, which is paid again; good answers of the same item are taken from the store."
)
_READ_HELP = (
    "Reads the answers that could not be used once more, with the program as it is now. Nothing is sent and nothing is "
    "paid. Items that can be used now become done; the others keep their error."
)


def show_actions(h: Here, view: RunView) -> None:
    """One row of buttons; the next step stands first."""
    if view.active:
        if not view.run.cancel:
            press(
                "Cancel", partial(_cancel, h, view.run), key="runs.cancel", icon="stop_circle", help=_cancel_help(view)
            )
    else:
        _go_on(h, view)
    if view.run.state is not RunState.COMPLETED or view.failed:
        kind: Literal["primary", "secondary"] = "primary" if view.short_of == "run" else "secondary"
        with st.popover("Change caps", type=kind, icon=":material/savings:", key="runs.caps"):
            _caps(h, view)


def _go_on(h: Here, view: RunView) -> None:
    if view.resumable:
        press(
            "Resume",
            partial(_resume, h, view.run),
            key="runs.resume",
            icon="play_arrow",
            primary=view.short_of != "run",
            help="Makes the items that are left. Stored answers are not paid again.",
        )
    if view.failed:
        label, action = f"Retry {count(view.failed, 'item')}", partial(retry, h, view.run)
        press(label, action, key="runs.retry", icon="replay", help=RETRY_HELP)
    if view.progress.get(ItemState.INVALID, 0):
        action = partial(_read_again, h, view.run)
        press("Read stored answers again", action, key="runs.reparse", icon="menu_book", help=_READ_HELP)


def _cancel_help(view: RunView) -> str:
    if view.run.offline:
        return "Stops reading; the run returns to the state it had."
    return "Stops after the calls under way. What was made is kept, and the run can be resumed."


def _cancel(h: Here, run: Run) -> str:
    h.work.runs.cancel(h.who, h.project_id, run.id)
    return "Stops reading." if run.offline else "The run stops after the calls under way."


def _resume(h: Here, run: Run) -> str:
    h.work.runs.resume(h.who, h.project_id, run.id)
    wake_worker()
    return "The run goes on."


def retry(h: Here, run: Run, *, states: Sequence[ItemState] = (), cause: str = "") -> str:
    """Put items back, all of the run without a result or a group of them."""
    number = h.work.runs.retry_failed(h.who, h.project_id, run.id, states=states, cause=cause)
    wake_worker()
    return f"{count(number, 'item')} put back."


def _read_again(h: Here, run: Run) -> str:
    number = h.work.runs.reparse(h.who, h.project_id, run.id)
    wake_worker()
    return f"The stored answers of {count(number, 'item')} are read again."


def _caps(h: Here, view: RunView) -> None:
    run, outlook = view.run, view.outlook
    proposed = view.short_of == "run"
    cost_cap, call_cap = (outlook.cost_cap, outlook.call_cap) if proposed else (run.cost_cap, run.call_cap)
    keys = (f"runs.cost_cap.{run.id}", f"runs.call_cap.{run.id}")
    preset(keys[0], "" if cost_cap is None else f"{cost_cap / NANO:.9f}".rstrip("0").rstrip("."))
    preset(keys[1], call_cap)
    unlimited = "No limit for this run"
    with st.form(f"runs.caps_form.{run.id}", border=False):
        cost = st.text_input("Cost cap (dollars)", placeholder=unlimited, max_chars=20, key=keys[0])
        calls = st.number_input("Query budget (calls)", 1, value=None, placeholder=unlimited, key=keys[1])
        if proposed and outlook.calls is not None and outlook.cost is not None:
            st.caption(_proposal(view))
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


def _proposal(view: RunView) -> str:
    """Where the values in the form come from."""
    outlook = view.outlook
    assert outlook.cost is not None
    assert outlook.calls is not None
    each = (
        f"{money(view.spent.settled // max(1, view.finished))} and {view.spent.calls / max(1, view.finished):.1f} calls"
    )
    return safe(
        f"Proposed for the {count(outlook.items, 'item')} left: an item took {each} on average, so they need about "
        f"{money(outlook.cost)} and {count(outlook.calls, 'call')}. Estimated, with room for the hold of one call.",
        400,
    )
