"""A look at real questions of exactly this plan before the rest is paid."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.plans import MixedPlan, SamplesPlan, parts_of
from core.domain.states import RunState
from core.errors import NotFoundError
from core.services.generation import PREVIEW_SIZE
from core.services.runs import RunView
from pages.components.figures import count
from pages.components.item_evidence import show_item
from pages.components.notices import empty, show_error
from pages.components.preview_origins import show_origins
from pages.components.prompt_editor import edit_button
from pages.components.run_words import charged, progress_words, state_badge
from pages.components.session import Here, form_token, spend_form_token, wake_worker
from pages.components.text import safe

PARAMETER = "preview"
_FORM = "generate.preview"
_TABS = "generate.tab"
_OPEN = "generate.open_preview"


def preview_words(plan: SamplesPlan | MixedPlan) -> str:
    """What the button says: a preview shows every part at least once."""
    return f"Preview {count(min(plan.count, max(PREVIEW_SIZE, len(parts_of(plan)))), 'sample')}"


def start_preview(h: Here, plan: SamplesPlan | MixedPlan) -> None:
    """Make the first samples of the plan through worker and ledger."""
    run = h.work.generation.start(h.who, h.project_id, plan, token=form_token(_FORM), preview=PREVIEW_SIZE)
    wake_worker()
    spend_form_token(_FORM)
    st.query_params[PARAMETER] = run.id
    st.session_state[_OPEN] = True
    st.rerun()


def plan_tabs() -> Sequence[st.delta_generator.DeltaGenerator]:
    """The form and the preview side by side; a preview that was just started is opened."""
    if st.session_state.pop(_OPEN, False) or (_TABS not in st.session_state and PARAMETER in st.query_params):
        st.session_state[_TABS] = "Preview"
    return st.tabs(["Plan", "Preview"], key=_TABS, on_change="rerun")


def show_preview(h: Here, plan: SamplesPlan | MixedPlan | None) -> None:
    """The preview in the URL."""
    run_id = st.query_params.get(PARAMETER)
    if not run_id:
        empty(
            "No preview yet",
            "Press Preview: the first samples of exactly this plan are made, with question, answer, cost and the exact "
            "prompts. They are kept, and the run does not pay for them again.",
            ":material/visibility:",
        )
        return
    try:
        view = h.work.runs.view(h.project_id, run_id)
    except NotFoundError as error:
        del st.query_params[PARAMETER]
        show_error(error)
        return
    if view.active:
        st.fragment(_watch, run_every=1.0)(h, run_id)
        return
    _summary(h, view, plan)
    for item, _ in h.work.runs.made(h.project_id, run_id):
        _item(h, run_id, item.idx)


def _item(h: Here, run_id: str, idx: int) -> None:
    """The sample, what it was made from, and its prompts to be worded anew."""
    found, key = h.work.runs.evidence(h.project_id, run_id, idx), f"generate.preview.{idx}"
    show_item(found, key=key)
    show_origins(h, run_id, idx, key=key)
    own = h.work.prompts.templates(h.project_id)
    with st.container(horizontal=True):
        for template in dict.fromkeys(request.template for request in found.requests):
            if template in own:
                edit_button(template, key=f"{key}.edit.{template}")


def _watch(h: Here, run_id: str) -> None:
    view = h.work.runs.view(h.project_id, run_id)
    if not view.active:
        st.rerun()
    st.progress(view.finished / max(1, view.run.n_items), text=safe(progress_words(view)))


def _summary(h: Here, view: RunView, plan: SamplesPlan | MixedPlan | None) -> None:
    cost = safe(charged(h, view))
    words = [f"{count(view.good, 'sample')} of {view.run.n_items}, {count(view.spent.calls, 'new call')}, {cost}."]
    if plan and _shape(h.work.generation.plan_of(view.run)) == _shape(plan):
        words.append("They are kept: when the run starts, it takes these answers and does not pay for them again.")
    else:
        words.append("The plan has changed since; questions that both share are not paid again.")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{state_badge(view.run)} {' '.join(words)}", width="stretch")
        query = {"project": h.project_id, "run": view.run.id}
        st.page_link("runs.py", label="Ledger of this preview", icon=":material/receipt_long:", query_params=query)
    if view.run.state is not RunState.COMPLETED:
        st.warning(f"**{safe(view.run.reason) or 'The preview stopped early.'}** {safe(view.run.hint)}")


def _shape(plan: object) -> dict[str, object]:
    """What decides which questions come, and how."""
    assert isinstance(plan, SamplesPlan | MixedPlan)
    return plan.model_dump(exclude={"title", "cost_cap", "call_cap", "execution"})
