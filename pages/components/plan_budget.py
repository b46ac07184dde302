"""What a plan may cost, and what it is expected to cost."""

from __future__ import annotations

import streamlit as st

from core.domain.budget import Caps, Spent
from core.domain.plans import MixedPlan, SamplesPlan
from core.services.generation import Estimate, StageEstimate
from core.services.projects import Standing
from pages.components.connection_prices import offer_prices
from pages.components.figures import amount, count, money
from pages.components.plan_execution import brief_time
from pages.components.run_words import stage_name
from pages.components.session import Here
from pages.components.text import safe

_WIDE = 168


def title_field() -> None:
    """What the run is called."""
    st.text_input(
        "Title of the run",
        max_chars=200,
        key="generate.title",
        placeholder="Named after its strategies and sources",
        persist_state="session",
    )


def cap_fields(standing: Standing) -> None:
    """The caps of the run, beside those of the project and what is left of them."""
    calls, cost = st.columns(2, gap="large")
    calls.number_input(
        "Query budget (calls)",
        1,
        value=None,
        placeholder="No limit for this run",
        key="generate.call_cap",
        help="The run stops before it sends more calls than this, repeated ones included.",
        persist_state="session",
    )
    cost.text_input(
        "Cost cap (dollars)",
        max_chars=20,
        placeholder="No limit for this run",
        key="generate.cost_cap",
        help="Before each call the most it can cost is held; the run stops before spent and held would pass the cap.",
        persist_state="session",
    )
    caps, spent = standing.project.caps, standing.spent
    calls.caption(f"Project: {safe(_calls_left(caps, spent))}")
    cost.caption(f"Project: {safe(_money_left(caps, spent))}")


def _calls_left(caps: Caps, spent: Spent) -> str:
    if caps.calls is None:
        return f"no query budget, {count(spent.calls, 'call')} sent so far."
    return f"{max(0, caps.calls - spent.calls):,} of {count(caps.calls, 'call')} left."


def _money_left(caps: Caps, spent: Spent) -> str:
    if caps.cost is None:
        return f"no cost cap, {money(spent.settled)} spent so far."
    held = f", {money(spent.held)} held" if spent.held else ""
    return f"{money(max(0, caps.cost - spent.total))} of {money(caps.cost)} left{held}."


def show_estimate(h: Here, plan: SamplesPlan | MixedPlan, estimate: Estimate, standing: Standing) -> None:
    """Calls, money, time; what is exact, what is measured, what is assumed."""
    longest = "Every prompt and every answer at its longest, no call repeated."
    pace = "Calls side by side as far as connections allow; the slowest connection counts."
    if estimate.batch:
        pace = "Each stage is handed in as batches, which the provider answers within 24 hours; most are quicker."
    with st.container(horizontal=True):
        st.metric("Calls", count(estimate.calls), help="Exact, unless a call has to be repeated.", width=_WIDE)
        st.metric("Expected cost", amount(estimate.cost), help=_basis(estimate), width=_WIDE)
        st.metric("Upper bound", amount(estimate.bound), help=longest, width=_WIDE)
        st.metric("Time", brief_time(estimate), help=pace, width=230)
    st.caption(_basis(estimate))
    _unknown_prices(h, estimate, standing, plan)
    _too_little(plan, estimate, standing)
    with st.expander("By stage", type="compact", key="generate.by_stage"):
        rows = [_row(s, several=isinstance(plan, MixedPlan)) for s in estimate.stages]
        st.dataframe(rows, key="generate.stages", hide_index=True, width="stretch")


def estimate_words(estimate: Estimate) -> str:
    """The estimate in one line."""
    if estimate.cost is None or estimate.bound is None:
        cost = "price unknown"
    elif not estimate.bound:
        cost = "no charge"
    else:
        cost = f"about {money(estimate.cost)}, at most {money(estimate.bound)}"
    return safe(f"{count(estimate.calls, 'call')}, {cost}, {brief_time(estimate)}")


def _basis(estimate: Estimate) -> str:
    measured = list(dict.fromkeys(stage_name(s.stage) for s in estimate.stages if s.measured))
    assumed = list(dict.fromkeys(stage_name(s.stage) for s in estimate.stages if not s.measured))
    parts = ["Calls are exact, the rest is an estimate."]
    if measured:
        parts.append(f"Measured on earlier calls of this project: {', '.join(measured).lower()}.")
    if assumed:
        parts.append(f"Assumed (4 bytes a token, usual lengths): {', '.join(assumed).lower()}.")
    return " ".join(parts)


def _row(stage: StageEstimate, *, several: bool) -> dict[str, object]:
    part: dict[str, object] = (
        {"Part": f"{stage.part + 1}: {stage.strategy.label}"} if several and stage.strategy else {}
    )
    return {
        **part,
        "Stage": stage_name(stage.stage),
        "Teacher": f"{stage.teacher}, {stage.model}",
        "Calls": stage.calls,
        "Tokens in": stage.prompt_tokens,
        "Tokens out": stage.completion_tokens,
        "Expected": "unknown" if stage.cost is None else money(stage.cost),
        "At most": "unknown" if stage.bound is None else money(stage.bound),
        "Basis": f"measured on {count(stage.measured, 'call')}" if stage.measured else "assumed",
    }


def _unknown_prices(h: Here, estimate: Estimate, standing: Standing, plan: SamplesPlan | MixedPlan) -> None:
    names = sorted({f"{stage.model} at {stage.teacher}" for stage in estimate.stages if stage.cost is None})
    if not names:
        return
    capped = plan.cost_cap is not None or standing.project.cost_cap is not None
    consequence = (
        "A cost cap is set, and a cap cannot hold without a price: the run will not start."
        if capped
        else "Without a price no cost is counted and no cost cap can hold; the query budget still does."
    )
    st.warning(
        f"**Nobody has entered a price for {safe(', '.join(names), 300)}.** {consequence}", icon=":material/sell:"
    )
    offer_prices(h, estimate, key="generate")


def _too_little(plan: SamplesPlan | MixedPlan, estimate: Estimate, standing: Standing) -> None:
    """Say it beforehand when a cap ends the run early."""
    spent, caps = standing.spent, standing.project.caps
    project_calls = None if caps.calls is None else max(0, caps.calls - spent.calls)
    project_cost = None if caps.cost is None else max(0, caps.cost - spent.total)
    limits = (
        ("query budget of this run", plan.call_cap, estimate.calls),
        ("query budget left in the project", project_calls, estimate.calls),
        ("cost cap of this run", plan.cost_cap, estimate.cost),
        ("money left in the project", project_cost, estimate.cost),
    )
    short = [name for name, limit, needed in limits if limit is not None and needed is not None and needed > limit]
    if short:
        st.warning(
            f"The {' and the '.join(short)} will not do for all samples. The run stops there, evenly over all parts "
            "and sources; raise the cap later and resume.",
            icon=":material/savings:",
        )
