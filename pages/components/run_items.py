"""Items of a run: those that gave nothing, by state and reason, those that gave something, the evidence of one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from core.domain.plans import PlanKind
from core.domain.records import Item
from core.domain.states import WITHOUT_RESULT, ItemState
from core.domain.strategies import Strategy
from core.services.runs import Cause, RunView
from pages.components.figures import count
from pages.components.item_evidence import show_item
from pages.components.presses import press
from pages.components.run_actions import RETRY_HELP, retry
from pages.components.run_words import ITEMS
from pages.components.sample_source import item_words
from pages.components.session import Here

PAGE = 25
AFTER = "after"
_GOOD = (ItemState.DONE, ItemState.KNOWN)


def show_failed(h: Here, view: RunView) -> None:
    """The items without a result, narrowed to a state or a reason and put back as a group; a click shows all of one."""
    if not view.failed:
        return
    st.subheader(f"{count(view.failed, 'item')} without a result", anchor=False)
    state = _state(view)
    causes = {c.key: c for c in _causes(h, view, WITHOUT_RESULT) if state in {None, c.state}}
    states, cause, number = (state,) if state else (), "", view.progress[state] if state else view.failed
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = _cause(view, state, causes)
        if chosen:
            states, cause, number = (chosen.state,), chosen.key, chosen.count
        if states and not view.active:
            action = partial(retry, h, view.run, states=states, cause=cause)
            press(f"Retry these {number:,}", action, key="runs.retry_group", icon="replay", help=RETRY_HELP)
    _item_table(h, view, states or WITHOUT_RESULT, f"failed_{cause}" if cause else "failed", cause=cause)


def show_dropped(h: Here, view: RunView) -> None:
    """The items that their strategy left out, by reason."""
    if not view.dropped:
        return
    st.subheader(f"{count(view.dropped, 'item')} dropped", anchor=False)
    repairs = "Something overtook them: an edit, another verdict, another run."
    why = repairs if view.run.kind is PlanKind.REPAIRS else "Left out by the rule of their strategy."
    st.caption(
        f"{why} That is an outcome and no failure: the calls up to there are paid, and a retry does not put them back."
    )
    causes = {cause.key: cause for cause in _causes(h, view, (ItemState.DROPPED,))}
    chosen = _cause(view, ItemState.DROPPED, causes)
    name = f"dropped_{chosen.key}" if chosen else "dropped"
    _item_table(h, view, (ItemState.DROPPED,), name, cause=chosen.key if chosen else "")


def _causes(h: Here, view: RunView, states: tuple[ItemState, ...]) -> list[Cause]:
    return [cause for cause in h.work.runs.causes(h.project_id, view.run.id) if cause.state in states]


def _state(view: RunView) -> ItemState | None:
    """The chosen state, where there are several."""
    present = {state: view.progress[state] for state in WITHOUT_RESULT if view.progress.get(state)}
    if len(present) < 2:
        return None
    return st.pills(
        "State",
        list(present),
        format_func=lambda state: f"{ITEMS[state][0]} {present.get(state, 0):,}",
        key=f"runs.failed_state.{view.run.id}",
        on_change=_turn,
        args=(f"{AFTER}_failed", -1),
        label_visibility="collapsed",
    )


def _cause(view: RunView, state: ItemState | None, causes: Mapping[str, Cause]) -> Cause | None:
    """The chosen reason, where there are several."""
    if len(causes) < 2:
        return None
    key = st.selectbox(
        "Reason",
        list(causes),
        index=None,
        format_func=lambda key: _reason(causes[key]) if key in causes else "",
        key=f"runs.failed_cause.{view.run.id}.{state}",
        placeholder=f"All {len(causes):,} reasons",
        label_visibility="collapsed",
        width="stretch",
    )
    return causes.get(key) if key else None


def _reason(cause: Cause) -> str:
    words = " ".join(cause.words.split())
    short = words if len(words) <= 140 else f"{words[:139]}…"
    return f"{cause.count:,} × {short}"


def show_made(h: Here, view: RunView) -> None:
    """What came out, item by item."""
    if view.good:
        _item_table(h, view, _GOOD, "made")
    else:
        st.caption("No item has given a result yet.")


def _item_table(h: Here, view: RunView, states: tuple[ItemState, ...], name: str, *, cause: str = "") -> None:
    key = f"{AFTER}_{name}"
    after = _number(st.query_params.get(key, ""))
    found = h.work.runs.items(h.project_id, view.run.id, states=states, cause=cause, after=after, size=PAGE + 1)
    items, several = found[:PAGE], view.run.plan.get("kind") == "mixed"
    picked = st.dataframe(
        [_cells(item, several=several) for item in items],
        key=f"runs.{name}.{after}",
        hide_index=True,
        width="stretch",
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "Item": st.column_config.NumberColumn(width="small"),
            "Error": st.column_config.TextColumn(width="large"),
            "Reason": st.column_config.TextColumn(width="large"),
        },
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        what = "what it made" if name == "made" else "the reason"
        st.caption(f"Choose a row to see {what}, its exact prompts and the raw answers.", width="stretch")
        if after >= 0:
            st.button("First page", key=f"runs.{name}.first", type="tertiary", on_click=_turn, args=(key, -1))
        if len(found) > PAGE:
            last = items[-1].idx
            st.button("Next page", key=f"runs.{name}.next", type="tertiary", on_click=_turn, args=(key, last))
    rows = picked["selection"]["rows"]
    if rows and rows[0] < len(items):
        chosen = items[rows[0]]
        show_item(h.work.runs.evidence(h.project_id, view.run.id, chosen.idx), key=f"runs.item.{chosen.idx}")


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 10 else -1


def _turn(key: str, after: int) -> None:
    if after < 0:
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = str(after)


def _cells(item: Item, *, several: bool) -> dict[str, object]:
    spec = item.spec
    row: dict[str, object] = {"Item": item.idx + 1, "State": ITEMS[item.state][0]}
    if several:
        row["Part"] = f"{spec.get('part', 0) + 1}: {Strategy(spec.get('strategy', Strategy.GLAN)).label}"
    row["What"] = " › ".join(item_words(spec) or list(spec.get("names", ())))
    if item.error:
        row["Reason" if item.state is ItemState.DROPPED else "Error"] = f"{item.error} {item.hint}".strip()
    elif several or "sessions" in spec:
        row["Difficulty"] = spec.get("difficulty", "")
        row["Class sessions"] = ", ".join(spec.get("sessions", ()))
    return row
