"""The calls of a run, newest first, a page at a time; a chosen one shows its exact request and the raw answer."""

from __future__ import annotations

import streamlit as st

from core.domain.states import AttemptState
from core.errors import NotFoundError
from core.services.runs import CallFilter, LedgerCall, RunView
from pages.components.figures import money, when
from pages.components.item_evidence import requests_in_full
from pages.components.notices import show_error
from pages.components.run_words import CALLS, FLAGS, stage_name
from pages.components.session import Here
from pages.components.text import safe

PAGE = 50
BEFORE = "calls_before"
_FILTERS = ("runs.calls.stage", "runs.calls.state", "runs.calls.code", "runs.calls.flag")
_ANY_FLAG = "any flag"


def show_calls(h: Here, view: RunView) -> None:
    """Filters, one page of the ledger, the chosen call."""
    if not view.spent.calls:
        st.caption("No call was sent yet.")
        return
    wanted = _filters(h, view)
    before = _number(st.query_params.get(BEFORE, ""))
    found = h.work.runs.calls(h.project_id, view.run.id, wanted, before=before, size=PAGE + 1)
    calls = found[:PAGE]
    if not calls:
        st.info("No call is like that.", icon=":material/filter_alt:")
    chosen = _table(calls, before)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Choose a row to see the exact request and the answer as it was stored.", width="stretch")
        if before:
            st.button("Newest calls", key="runs.calls.first", type="tertiary", on_click=_turn, args=(0,))
        if len(found) > PAGE:
            oldest = calls[-1].attempt.id
            st.button("Older calls", key="runs.calls.next", type="tertiary", on_click=_turn, args=(oldest,))
    if chosen is not None:
        _chosen(h, view.run.id, chosen)


def _filters(h: Here, view: RunView) -> CallFilter:
    """Only what occurs can be chosen; another choice begins at the newest call again."""
    stages = [str(stage["stage"]) for stage in view.stages]
    codes = h.work.runs.error_codes(h.project_id, view.run.id)
    flags = {str(flag["flag"]): int(flag["calls"]) for flag in view.flags}
    row = st.container(horizontal=True, gap="small")
    stage = row.selectbox(
        "Stage",
        stages,
        index=None,
        format_func=stage_name,
        key=_FILTERS[0],
        placeholder="All stages",
        on_change=_turn,
        args=(0,),
        width=193,
    )
    state = row.selectbox(
        "State",
        list(AttemptState),
        index=None,
        format_func=CALLS.__getitem__,
        key=_FILTERS[1],
        placeholder="All states",
        on_change=_turn,
        args=(0,),
        width=193,
    )
    code = row.selectbox(
        "Error",
        list(codes),
        index=None,
        format_func=lambda code: f"{code} ({codes.get(code, 0):,})",
        key=_FILTERS[2],
        placeholder="With or without",
        on_change=_turn,
        args=(0,),
        disabled=not codes,
        width=193,
    )
    flag = row.selectbox(
        "Flag",
        [_ANY_FLAG, *flags] if flags else [],
        index=None,
        format_func=lambda flag: flag if flag == _ANY_FLAG else f"{flag} ({flags.get(flag, 0):,})",
        key=_FILTERS[3],
        placeholder="Flagged or not",
        on_change=_turn,
        args=(0,),
        disabled=not flags,
        width=193,
    )
    flagged = flag == _ANY_FLAG
    return CallFilter(stage or "", state, code or "", "" if flagged else flag or "", flagged=flagged)


def _table(calls: list[LedgerCall], before: int) -> int | None:
    """The id of the call whose row is chosen."""
    if not calls:
        return None
    localized = st.column_config.NumberColumn(format="localized")
    rows = [_cells(call) for call in calls]
    idle = {name for name in ("Cached", "Reasoning", "Answers", "Flag", "Error") if not any(row[name] for row in rows)}
    picked = st.dataframe(
        [{name: value for name, value in row.items() if name not in idle} for row in rows],
        key=f"runs.calls.{before}",
        hide_index=True,
        width="stretch",
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            **dict.fromkeys(("Tokens in", "Cached", "Tokens out", "Reasoning", "ms"), localized),
            "Error": st.column_config.TextColumn(width=110),
            "Flag": st.column_config.TextColumn(width="medium"),
        },
    )
    rows_chosen = picked["selection"]["rows"]
    return calls[rows_chosen[0]].attempt.id if rows_chosen and rows_chosen[0] < len(calls) else None


def _cells(call: LedgerCall) -> dict[str, object]:
    attempt = call.attempt
    return {
        "Call": attempt.id,
        "Sent (UTC)": when(attempt.sent_at, seconds=True).removesuffix(" UTC"),
        "Stage": stage_name(attempt.stage),
        "Item": call.item + 1,
        "State": CALLS[attempt.state],
        "Error": attempt.error_code,
        "Flag": attempt.flag,
        "Held": money(attempt.hold),
        "Cost": money(attempt.cost),
        "Tokens in": attempt.prompt_tokens if attempt.measured else None,
        "Cached": attempt.cached_tokens if attempt.measured else None,
        "Tokens out": attempt.completion_tokens if attempt.measured else None,
        "Reasoning": attempt.reasoning_tokens if attempt.measured else None,
        "ms": attempt.latency_ms,
        "Answers": attempt.answers if attempt.answers > 1 else None,
        "Model": call.model,
        "Price from": attempt.price_source,
    }


def _chosen(h: Here, run_id: str, attempt_id: int) -> None:
    try:
        call, requests = h.work.runs.call(h.project_id, run_id, attempt_id)
    except NotFoundError as error:
        show_error(error)
        return
    attempt = call.attempt
    with st.container(border=True):
        st.markdown(
            f"**Call {attempt.id}** :gray-badge[{CALLS[attempt.state].lower()}] {safe(_money_words(call), 400)}"
        )
        st.caption(f"Known to the provider as {safe(call.client_id)} (header X-Client-Request-Id).")
        if attempt.error:
            st.error(safe(f"{attempt.error_code}: {attempt.error}", 1000), icon=":material/error:")
        if attempt.flag in FLAGS:
            st.warning(
                f"**{safe(attempt.flag)}.** {FLAGS[attempt.flag]}{safe(_reported(call))}", icon=":material/flag:"
            )
        if attempt.error and requests and requests[0].reply is not None:
            st.caption("The request was sent again after this call; below is the answer that it got in the end.")
        requests_in_full(requests, key=f"runs.call.{attempt.id}")


def _reported(call: LedgerCall) -> str:
    """Token counts that were not believed: they stand in no table and no sum."""
    attempt = call.attempt
    if attempt.measured or attempt.prompt_tokens is None:
        return ""
    return f" Reported were {attempt.prompt_tokens:,} tokens in and {attempt.completion_tokens:,} out."


def _money_words(call: LedgerCall) -> str:
    attempt = call.attempt
    found = f" for {attempt.price_model}" if attempt.price_model else ""
    price = (
        f"{money(attempt.price_input)} in, {money(attempt.price_cached)} cached, {money(attempt.price_output)} out per "
        f"million tokens{found} ({attempt.price_source or 'price unknown'})"
    )
    how = "measured" if attempt.measured else "estimated" if attempt.cost else "nothing charged"
    return f"{money(attempt.cost)} {how}, {money(attempt.hold)} held at first; {price}."


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _turn(before: int) -> None:
    if before:
        st.query_params[BEFORE] = str(before)
    else:
        st.query_params.pop(BEFORE, None)
