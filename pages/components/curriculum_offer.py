"""What a run on subjects or syllabi will ask and cost, and the button that starts it."""

from __future__ import annotations

import streamlit as st

from core.analysis.estimates import Estimate
from core.domain.plans import Plan, PlanKind
from pages.components.connection_prices import offer_prices
from pages.components.figures import count, money
from pages.components.notices import problems
from pages.components.plan_execution import time_words
from pages.components.session import Here, form_token, spend_form_token, wake_worker
from pages.components.text import safe

WATCHED = "curriculum.watched_run"
_KINDS = (PlanKind.SUBJECTS, PlanKind.SYLLABI)


def offer(h: Here, plan: Plan, name: str, label: str, about: str, *, primary: bool) -> None:
    """Calls, price and exact prompt before anything is sent, and the button that sends.

    `about` names the discipline or the subject that all calls are for.
    """
    with problems():
        estimate = h.work.generation.estimate(h.project_id, plan)
        first, second = estimate.stages[0].calls, estimate.calls - estimate.stages[0].calls
        time = "at once" if estimate.seconds < 1 else time_words(estimate)
        words = f"{count(estimate.calls, 'call')}: {first} to ask, {second} to turn the text into a list."
        only = f"All for {about[:80]}; nothing else is asked again."
        sentence = f"{words} {only} {_cost(estimate)}, {time}."
        with st.container(horizontal=True, vertical_alignment="center"):
            key, icon = f"curriculum.{name}.start", ":material/play_arrow:"
            busy = active_run(h) is not None
            pressed = st.button(label, key=key, type="primary" if primary else "secondary", icon=icon, disabled=busy)
            st.markdown(safe(sentence), width="content")
        with problems():
            if pressed and not busy:
                _start(h, plan, name)
        offer_prices(h, estimate, key=f"curriculum.{name}")
        with st.expander("Exact prompt", type="compact", icon=":material/subject:", key=f"curriculum.{name}.prompt"):
            for message in h.work.generation.first_prompts(h.project_id, plan)[0].messages:
                st.caption(message.role.capitalize())
                st.code(message.content, language=None, wrap_lines=True)
            st.caption("The answer comes as free text. A second call turns it into a list, as in the GLAN paper.")


def _cost(estimate: Estimate) -> str:
    if estimate.cost is None or estimate.bound is None:
        return "Price unknown"
    if not estimate.bound:
        return "No charge"
    return f"About {money(estimate.cost)}, at most {money(estimate.bound)} if no call is repeated"


def _start(h: Here, plan: Plan, name: str) -> None:
    run = h.work.generation.start(h.who, h.project_id, plan, token=form_token(f"curriculum.{name}"))
    wake_worker()
    spend_form_token(f"curriculum.{name}")
    st.query_params["run"] = run.id
    st.session_state[WATCHED] = run.id
    st.rerun()


def active_run(h: Here) -> str | None:
    """The run of this kind that is queued or running; one at a time, so that a double click starts one."""
    return next((run.id for run in h.work.runs.active(h.project_id) if run.kind in _KINDS), None)
