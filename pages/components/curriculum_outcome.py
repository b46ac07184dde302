"""A run on subjects or syllabi while it works, and what came of it."""

from __future__ import annotations

from collections import Counter
from functools import partial

import streamlit as st

from core.domain.plans import PlanKind
from core.domain.states import ItemState, RunState
from core.errors import NotFoundError
from core.services.runs import RunView
from pages.components.curriculum_offer import WATCHED, active_run
from pages.components.curriculum_steps import PAGES
from pages.components.curriculum_teachers import explain_unknown
from pages.components.discipline_choice import leave
from pages.components.figures import count
from pages.components.notices import flash, problems, show_error
from pages.components.presses import press
from pages.components.run_words import charged
from pages.components.session import Here
from pages.components.subject_table import open_subject
from pages.components.text import safe


def show_run(h: Here) -> None:
    """The run in the URL, or one that is active anyway: progress while it works, then what came of it."""
    run_id = st.query_params.get("run") or active_run(h)
    if not run_id:
        return
    try:
        view = h.work.runs.view(h.project_id, run_id)
    except NotFoundError as error:
        show_error(error)
        press("Close", partial(leave, "run"), key="curriculum.run.close", icon="close")
        return
    if view.active:
        st.query_params["run"] = view.run.id
        st.fragment(_watch, run_every=1.0)(h, view.run.id)
    elif st.session_state.pop(WATCHED, None) == view.run.id:
        st.rerun()  # it may have ended while the page above was drawn: draw that once more
    else:
        _outcome(h, view)


def _watch(h: Here, run_id: str) -> None:
    view = h.work.runs.view(h.project_id, run_id)
    if not view.active:
        flash(f"{view.run.title}: ended. What came of it stands at the top of the page.")
        st.rerun()
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        waiting = "waiting for the worker" if view.run.state is RunState.QUEUED else "working"
        text = f"{view.run.title}: {view.finished} of {view.run.n_items} done, {waiting}"
        st.progress(view.finished / max(1, view.run.n_items), text=safe(text))
        if st.button("Stop", key="curriculum.run.stop", icon=":material/stop:"):
            with problems():
                h.work.runs.cancel(h.who, h.project_id, run_id)
                flash("The run stops after the calls under way.")
                st.rerun()


def _outcome(h: Here, view: RunView) -> None:
    run = view.run
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", wrap=False):
            icon = "check_circle" if run.state is RunState.COMPLETED and not view.failed else "error"
            st.markdown(f":material/{icon}: **{safe(run.title, 120)}**: {_made(h, view)}", width="stretch")
            where = {"project": h.project_id, "run": run.id}
            st.page_link(PAGES / "runs.py", label="Details", query_params=where)
            press("Close", partial(leave, "run"), key="curriculum.run.close", icon="close", quiet=True)
        if run.state is not RunState.COMPLETED:
            reason = f" {safe(run.reason)}" if run.reason else ""
            hint = f" {safe(run.hint)}" if run.hint else " Open its details to resume it."
            st.warning(f"The run is {safe(run.state.value.replace('_', ' '))}.{reason}{hint}")
        _failures(h, view)
        _compare(h, view)


def _compare(h: Here, view: RunView) -> None:
    """A way to each proposal that still waits."""
    waiting = [each for each in h.work.proposals.of_run(view.run.id) if h.work.proposals.of_subject(each)]
    names = {each: h.work.curriculum.subject(h.project_id, each)[0].name for each in waiting[:5]}
    if not names or st.query_params.get("subject") in set(map(str, names)):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        for subject_id, name in names.items():
            key = f"curriculum.run.compare.{subject_id}"
            press(f"Compare {safe(name, 60)}", partial(open_subject, subject_id), key=key, icon="compare_arrows")
        if len(waiting) > len(names):
            st.caption(f"And {len(waiting) - len(names)} more: their rows below say so.", width="content")


def _made(h: Here, view: RunView) -> str:
    items = h.work.runs.items(h.project_id, view.run.id, states=(ItemState.DONE, ItemState.KNOWN), size=200)
    new = sum(len(item.products) for item in items if item.state is ItemState.DONE)
    cost = safe(charged(h, view))
    if view.run.kind is PlanKind.SUBJECTS:
        words = f"{count(new, 'new subject')} from {count(len(items), 'answer')}"
    else:
        proposed = len(h.work.proposals.of_run(view.run.id))
        parts = [f"{count(new - proposed, 'syllabus', 'syllabi')} designed"] if new > proposed or not proposed else []
        parts += [f"{count(proposed, 'proposal')} to compare"] if proposed else []
        same = sum(item.state is ItemState.KNOWN for item in items)
        words = ", ".join(parts) + (f", {same} said what stands there already" if same else "")
    return f"{words}, {cost}."


def _failures(h: Here, view: RunView) -> None:
    bad = (ItemState.FAILED, ItemState.INVALID, ItemState.REFUSED, ItemState.FILTERED, ItemState.TRUNCATED)
    items = h.work.runs.items(h.project_id, view.run.id, states=bad, size=200)
    reasons = Counter(item.error or item.state.value for item in items)
    for reason, number in reasons.most_common(5):
        st.error(f"{safe(reason)} ({count(number, 'query', 'queries')})", icon=":material/error:")
    if len(reasons) > 5:
        st.caption(f"And {len(reasons) - 5} more reasons: see the details.")
    if any("built-in teacher" in reason for reason in reasons):
        syllabi = view.run.kind is PlanKind.SYLLABI
        words = "some subjects of its own disciplines" if syllabi else "its own disciplines"
        instead = "open the subject and write its syllabus" if syllabi else "add the subjects by hand"
        explain_unknown(h, f"The built-in teacher only has {words}.", instead)
    elif reasons:
        st.caption("Retry the failed ones on the Runs page, or choose another teacher.")
