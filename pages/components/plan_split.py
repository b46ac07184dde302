"""The split of a mixed plan: shares of a budget or numbers of samples, and what each part buys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from core.domain.plans import MixedPlan, SamplesPlan, parts_of
from core.errors import InvalidInputError
from core.services.generation import Estimate, resized
from core.services.projects import Standing
from pages.components.figures import amount, count
from pages.components.plan_execution import brief_time
from pages.components.plan_form import Drawn, plan_of_form
from pages.components.plan_state import key_of, parts_in_form, value
from pages.components.session import Here

_MODES = {
    "samples": "Numbers of samples",
    "calls": "Shares of calls",
    "money": "Shares of money",
}


@dataclass(frozen=True, slots=True)
class Formed:
    """The plan of the form, and which parts of the form it has; those that the budget buys nothing for are left out."""

    plan: SamplesPlan | MixedPlan
    drawn: tuple[Drawn, ...]


def choose_split() -> None:
    """How the samples of several parts are counted; sliders for shares."""
    parts = parts_in_form()
    st.segmented_control(
        "Split by",
        list(_MODES),
        format_func=lambda mode: _MODES[mode],
        key="generate.split",
        required=True,
        help="Type the samples of each part above, or share out the query budget or the cost cap: each part then makes "
        "as many samples as its share buys at its calls or its expected price.",
        persist_state="session",
    )
    if st.session_state["generate.split"] == "samples":
        return
    whole = sum(value(part, "share") for part in parts)
    with st.container(horizontal=True):
        for number, part in enumerate(parts, 1):
            share = value(part, "share") / whole * 100 if whole else 0
            st.slider(
                f"Part {number}: {value(part, 'strategy').label} ({share:.0f} %)",
                0,
                100,
                step=5,
                key=key_of(part, "share"),
                width=280,
                help="Its weight among the parts. With 0 it makes nothing.",
                persist_state="session",
            )


def limits(plan: SamplesPlan | MixedPlan, standing: Standing) -> tuple[int | None, int | None]:
    """Calls and nano-dollars that the plan may take: the tighter of the run's cap and what the project has left."""
    caps, spent = standing.project.caps, standing.spent
    calls = [plan.call_cap, None if caps.calls is None else max(0, caps.calls - spent.calls)]
    costs = [plan.cost_cap, None if caps.cost is None else max(0, caps.cost - spent.total)]
    return min((c for c in calls if c is not None), default=None), min(
        (c for c in costs if c is not None), default=None
    )


def formed(h: Here, drawn: Sequence[Drawn], standing: Standing) -> Formed:
    """The plan of the form, its samples counted as the split says; raises StudioError for what cannot be used."""
    plan = plan_of_form(h, drawn)
    mode = st.session_state["generate.split"]
    if isinstance(plan, SamplesPlan) or mode == "samples":
        return Formed(plan, tuple(drawn))
    calls, cost = limits(plan, standing)
    budget = calls if mode == "calls" else cost
    if budget is None:
        what = "query budget" if mode == "calls" else "cost cap"
        raise InvalidInputError(f"There is no {what} to share out.", f"Enter a {what} for this run.")
    shares = [value(each.part, "share") for each in drawn]
    by_calls, by_cost = (budget, None) if mode == "calls" else (None, budget)
    counts = h.work.generation.divided(h.project_id, plan, shares, calls=by_calls, cost=by_cost)
    kept = [index for index, number in enumerate(counts) if number]
    if not kept:
        raise InvalidInputError("The budget does not buy one sample of any part.", "Enter a larger one.")
    smaller = plan.model_copy(update={"parts": tuple(plan.parts[index] for index in kept)})
    return Formed(resized(smaller, [counts[index] for index in kept]), tuple(drawn[index] for index in kept))


def show_parts(plan: MixedPlan, estimate: Estimate, of_form: Sequence[int]) -> None:
    """What each part buys, and all together."""
    rows = []
    for number, part in enumerate(plan.parts):
        label = f"{of_form[number]}: {part.strategy.label}"
        rows.append(_cells(label, part.count, estimate.of_part(number), str(part.arithmetic.total)))
    rows.append(_cells("All parts", plan.count, estimate, ""))
    numbers = ("Samples", "Calls", "Tokens in", "Tokens out")
    st.dataframe(
        rows,
        key="generate.parts_table",
        hide_index=True,
        width="stretch",
        column_config={
            "Calls a sample": st.column_config.TextColumn(alignment="right"),
            **{name: st.column_config.NumberColumn(format="localized") for name in numbers},
        },
    )


def _cells(name: str, samples: int, estimate: Estimate, each: str) -> dict[str, object]:
    return {
        "Part": name,
        "Samples": samples,
        "Calls a sample": each,
        "Calls": estimate.calls,
        "Expected": amount(estimate.cost),
        "At most": amount(estimate.bound),
        "Tokens in": estimate.prompt_tokens,
        "Tokens out": estimate.completion_tokens,
        "Time": brief_time(estimate),
    }


def offer_fit(h: Here, made: Formed, estimate: Estimate, standing: Standing) -> None:
    """A smaller plan of the same proportions, where calls or upper bound pass a cap."""
    calls, cost = limits(made.plan, standing)
    over_calls = calls is not None and estimate.calls > calls
    over_cost = cost is not None and estimate.bound is not None and estimate.bound > cost
    if not over_calls and not over_cost:
        return
    counts = h.work.generation.fitted(h.project_id, made.plan, calls=calls, cost=cost)
    if counts is None:
        few = "one sample" if len(made.drawn) == 1 else "one sample of each part"
        st.caption(f"Nothing smaller fits: even {few} could take more than the budget.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Fit to the budget",
            key="generate.press_fit",
            icon=":material/fit_screen:",
            on_click=_use_counts,
            args=([each.part for each in made.drawn], counts),
            help="Fewer samples in the same proportions, so that calls and upper bound stay within every cap.",
        )
        whole = sum(part.count for part in parts_of(made.plan))
        words = f"{count(sum(counts), 'sample')} instead of {whole:,} stay within the caps even at their longest."
        st.caption(words, width="stretch")


def _use_counts(parts: list[int], counts: list[int]) -> None:
    """Callback: from now on these are the numbers of samples."""
    st.session_state["generate.split"] = "samples"
    for part, number in zip(parts, counts, strict=True):
        st.session_state[key_of(part, "count")] = number
