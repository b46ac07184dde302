"""Items of a run that gave nothing, calls in doubt, and the evidence of one item."""

from __future__ import annotations

import streamlit as st

from core.domain.records import Item
from core.domain.states import ItemState
from core.services.runs import RunView
from pages.components.figures import count, money, when
from pages.components.item_evidence import show_item
from pages.components.run_words import ITEMS, WITHOUT_RESULT, stage_name
from pages.components.session import Here
from pages.components.text import safe

PAGE = 25
AFTER = "after"
_GOOD = (ItemState.DONE, ItemState.KNOWN)


def show_failed(h: Here, view: RunView) -> None:
    """A page of the items without a result; a click shows error, prompts and raw answers."""
    number = sum(view.progress.get(state, 0) for state in WITHOUT_RESULT)
    if not number:
        return
    st.subheader(f"{count(number, 'item')} without a result", anchor=False)
    _item_table(h, view, WITHOUT_RESULT, "failed")


def show_made(h: Here, view: RunView) -> None:
    """What came out, item by item."""
    if view.good:
        _item_table(h, view, _GOOD, "made")


def _item_table(h: Here, view: RunView, states: tuple[ItemState, ...], name: str) -> None:
    key = f"{AFTER}_{name}"
    after = _number(st.query_params.get(key, ""))
    found = h.work.runs.items(h.project_id, view.run.id, states=states, after=after, size=PAGE + 1)
    items = found[:PAGE]
    picked = st.dataframe(
        [_cells(item) for item in items],
        key=f"runs.{name}.{after}",
        hide_index=True,
        width="stretch",
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "Item": st.column_config.NumberColumn(width="small"),
            "Error": st.column_config.TextColumn(width="large"),
        },
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Choose a row to see its error, its exact prompts and the raw answers.", width="stretch")
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


def _cells(item: Item) -> dict[str, object]:
    spec = item.spec
    names = [str(spec[name]) for name in ("discipline", "subject") if spec.get(name)] or list(spec.get("names", ()))
    row: dict[str, object] = {"Item": item.idx + 1, "State": ITEMS[item.state][0], "What": " › ".join(names)}
    if item.error:
        row["Error"] = f"{item.error} {item.hint}".strip()
    elif spec["kind"] == "samples":
        row["Difficulty"] = spec["difficulty"]
        row["Class sessions"] = ", ".join(spec["sessions"])
    return row


def show_doubts(h: Here, view: RunView) -> None:
    """Calls whose fate is unknown, and what that means."""
    number = sum(stage["in_doubt"] for stage in view.stages)
    if not number:
        return
    st.subheader(f"{count(number, 'call')} in doubt", anchor=False)
    attempts = h.work.runs.in_doubt(h.project_id, view.run.id)
    charged = sum(attempt.cost for attempt in attempts)
    st.warning(
        f"These calls were sent, and the worker ended before an answer was stored. The provider may have charged for "
        f"them, so they count at the most they can have cost: {safe(money(charged))}. Each is sent once more at the "
        "most; compare with the provider's bill if the amount matters.",
        icon=":material/help:",
    )
    rows = [
        {
            "Call": attempt.id,
            "Stage": stage_name(attempt.stage),
            "Model": attempt.price_model,
            "Sent": when(attempt.sent_at),
            "Charged": money(attempt.cost),
        }
        for attempt in attempts
    ]
    st.dataframe(rows, key="runs.doubts", hide_index=True, width="stretch")
    if number > len(attempts):
        st.caption(f"The newest {len(attempts):,} of {number:,} are listed.")
