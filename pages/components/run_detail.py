"""One run as it stands: progress while it works, money and calls against the caps, items by final state."""

from __future__ import annotations

import streamlit as st

from core.domain.plans import PlanKind
from core.domain.states import ItemState, RunState
from core.services.runs import RunView
from pages.components.figures import count, duration, money, percent, when
from pages.components.run_money import show_money
from pages.components.run_words import ITEMS, badges, progress_words
from pages.components.session import Here
from pages.components.text import safe


def show_head(view: RunView) -> None:
    """Title, state, who and when."""
    run = view.run
    st.title(safe(run.title, 200), anchor=False)
    started = f"started {when(run.started_at)}" if run.started_at else f"queued {when(run.created_at)}"
    took = f", {duration(view.seconds)}" if view.seconds and not view.active else ""
    st.markdown(f"{badges(view)} by {safe(run.created_by, 80)}, {safe(started + took)}")


def show_live(h: Here, view: RunView) -> None:
    """Progress and figures; renewed by itself while the run is active."""
    if view.active:
        st.fragment(_watch, run_every=min(10.0, 1.0 + view.spent.calls / 40_000))(
            h, view.run.id, view.run.state, cancelled=view.run.cancel
        )
    else:
        _figures(h, view)


def _watch(h: Here, run_id: str, state: RunState, *, cancelled: bool) -> None:
    view = h.work.runs.view(h.project_id, run_id)
    if view.run.state is not state or view.run.cancel != cancelled:
        st.rerun()
    _figures(h, view)


def _figures(h: Here, view: RunView) -> None:
    st.progress(view.finished / max(1, view.run.n_items), text=safe(progress_words(view)))
    _why(h, view)
    show_money(view)
    _items(view)
    _parts(h, view)


def _why(h: Here, view: RunView) -> None:
    """What it waits for, why it stopped, what the last reading gave, and the next step."""
    run = view.run
    if view.active:
        if run.reason:
            st.warning(f"**Waiting.** {safe(run.reason, 800)}", icon=":material/hourglass_empty:")
        return
    if run.state is RunState.COMPLETED:
        if run.reason:
            st.info(safe(run.reason, 800), icon=":material/info:")
        return
    reason = run.reason or "It was stopped before its items were done."
    hint = run.hint or "Resume it to make the rest; nothing that is stored is paid again."
    rest = f"  \n{_rest(view)}" if view.left else ""
    draw = st.error if run.state is RunState.FAILED else st.warning
    draw(f"**{safe(reason, 800)}** {safe(hint, 600)}{rest}", icon=":material/info:")
    _where(h, view)


def _rest(view: RunView) -> str:
    """What is left undone, and an estimate of what it would need."""
    outlook = view.outlook
    words = f"{count(outlook.items, 'item is', 'items are')} left undone."
    if outlook.cost is None or outlook.calls is None:
        return safe(f"{words} No item was finished by calls of this run yet, so what they need cannot be estimated.")
    of_money = f"{money(outlook.cost)} and " if outlook.cost else ""
    return safe(f"{words} Estimated from the average so far, they need about {of_money}{count(outlook.calls, 'call')}.")


def _where(h: Here, view: RunView) -> None:
    """The page on which the cause can be mended."""
    query = {"project": h.project_id}
    if view.rejected_by:
        ident, name = view.rejected_by
        words = f"Open the connection {safe(name, 80)}"
        st.page_link(
            "connections.py", label=words, icon=":material/cable:", query_params={**query, "connection": ident}
        )
    elif view.short_of == "project":
        words = "The cap of the project is the one that was reached: change it on the Project page"
        st.page_link("project.py", label=words, icon=":material/savings:", query_params=query)


def _items(view: RunView) -> None:
    rows = [
        f"| **{word}** | {number:,} | {_portion(number, view.run.n_items)} | {meaning} |"
        for state, (word, meaning) in ITEMS.items()
        if (number := view.progress.get(state, 0)) and not (state is ItemState.PLANNED and view.finished == 0)
    ]
    if rows:
        st.markdown("\n".join(["| State | Items | Share | What it means |", "|:--|--:|--:|:--|", *rows]))


def _parts(h: Here, view: RunView) -> None:
    """What each part of a mixed plan has come to."""
    rows = []
    for number, part in enumerate(h.work.runs.parts(h.project_id, view.run.id), 1):
        dropped, left = (part.progress.get(state, 0) for state in (ItemState.DROPPED, ItemState.PLANNED))
        numbers = (part.plan.count, part.made, dropped, part.failed, left)
        cells = " | ".join(f"{figure:,}" for figure in numbers)
        rows.append(f"| {number}: {part.plan.strategy.label} | {cells} |")
    if rows:
        head = "| Part | Items | Made | Dropped | Without a result | To do |"
        st.markdown("\n".join([head, "|:--|--:|--:|--:|--:|--:|", *rows]))


def _portion(number: int, whole: int) -> str:
    """What is there is never rounded away."""
    return "under 1 %" if number / whole < 0.005 else percent(number / whole)


def show_links(h: Here, view: RunView) -> None:
    """Where the result of the run is looked at."""
    if not view.good:
        return
    query = {"project": h.project_id}
    if view.run.kind is PlanKind.SAMPLES and not view.run.preview:
        label, icon = f"Review {count(view.good, 'sample')}", ":material/rate_review:"
        st.page_link("review.py", label=label, icon=icon, query_params={**query, "run": view.run.id})
    elif view.run.kind is PlanKind.TAXONOMY:
        st.page_link("taxonomy.py", label="Open Taxonomy", icon=":material/account_tree:", query_params=query)
    elif view.run.kind is PlanKind.REPAIRS:
        label, icon = f"Review {count(view.good, 'repaired sample')}", ":material/rate_review:"
        st.page_link("review.py", label=label, icon=icon, query_params={**query, "repaired": view.run.id})
    elif view.run.kind is not PlanKind.SAMPLES:
        st.page_link("curriculum.py", label="Open Curriculum", icon=":material/menu_book:", query_params=query)
