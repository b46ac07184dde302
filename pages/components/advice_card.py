"""The recommendation: what to run, why, what it takes, how sure that is, what speaks against it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import streamlit as st

from core.analysis.advice_facts import Advice, Figures, Sureness
from core.analysis.advice_rules import of_augmenter
from core.domain.calls import Stage
from core.domain.plans import MixedPlan, SamplesPlan
from core.domain.strategies import Strategy
from core.services.adviser import Counsel, Wish
from core.services.projects import BUILTIN_ID
from pages.components.figures import amount, duration
from pages.components.notices import problems
from pages.components.plan_state import fill_plan
from pages.components.session import Here
from pages.components.text import safe

_WIDE, _COST_WIDE = 108, 120
_COLOURS: Mapping[str, Literal["green", "blue", "orange"]] = {
    "Certain": "green",
    "Measured": "green",
    "Piloted": "green",
    "Fair": "blue",
    "Tentative": "orange",
    "Close call": "orange",
}
_ICONS = {"budget": ":material/savings:", "limit": ":material/info:"}


def hand_over(h: Here, plan: SamplesPlan | MixedPlan) -> None:
    """To the Generate page with this plan in its form; nothing is started."""
    fill_plan(h, plan)
    st.switch_page("generate.py", query_params={"project": h.project_id})


def show_card(h: Here, wish: Wish, counsel: Counsel) -> None:
    """The advised plan with its reason in one sentence."""
    advice = counsel.advice
    with st.container(border=True):
        if advice.strategy is None or advice.advised is None:
            st.subheader(":material/block: Nothing can be planned yet", anchor=False)
            st.markdown(safe(advice.reason, 600))
            ways_to_begin(h)
            return
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(f":material/lightbulb: {advice.strategy.label}", anchor=False, width="content")
            show_sureness(advice.sureness)
        st.markdown(f"**{safe(advice.reason, 600)}**")
        show_figures(advice.advised.figures, advice.advised.takes.basis)
        augmenter = of_augmenter(counsel.situation) if advice.band else ""
        st.caption(safe(f"How sure: {advice.sureness.why} {augmenter}", 700))
        for note in advice.notes:
            if note.about != "against":
                st.caption(f"{_ICONS[note.about]} {safe(note.says, 500)}{_source(note.source)}")
        _foreign_seeds(h, wish, counsel)
        plan_button(h, wish, counsel, advice.strategy, primary=True)
    _against(advice)


def _foreign_seeds(h: Here, wish: Wish, counsel: Counsel) -> None:
    """No advice helps while the one who answers knows none of the seeds."""
    if wish.seed_set is None or counsel.teachers[Stage.ANSWER].connection != BUILTIN_ID:
        return
    known, looked = h.work.generation.seeds_known(h.project_id, wish.seed_set)
    if known < looked:
        st.warning(
            f"The built-in teacher can answer {known} of the first {looked} seeds and refuses the rest: it is no "
            "language model. Choose one under Teachers and prices, or take the mathematics set that comes with the "
            "studio.",
            icon=":material/warning:",
        )


def ways_to_begin(h: Here, align: Literal["left", "center"] = "left") -> None:
    """Links to where material for samples comes from."""
    query = {"project": h.project_id}
    with st.container(horizontal=True, horizontal_alignment=align):
        st.page_link("seeds.py", label="Import seeds", icon=":material/psychiatry:", query_params=query)
        st.page_link("taxonomy.py", label="Verify disciplines", icon=":material/account_tree:", query_params=query)
        st.page_link("curriculum.py", label="Build the curriculum", icon=":material/menu_book:", query_params=query)


def plan_button(h: Here, wish: Wish, counsel: Counsel, strategy: Strategy, *, primary: bool = False) -> None:
    """Hands the plan of one strategy over to the Generate page."""
    label = f"Plan {strategy.label}" if primary else "Plan this"
    pressed = st.button(
        label,
        key=f"adviser.plan.{strategy.value}",
        type="primary" if primary else "tertiary",
        icon=":material/auto_awesome:",
        help="Opens Generate with this plan in its form: teachers, counts and caps can still be changed.",
    )
    if pressed:
        with problems():
            hand_over(h, h.work.adviser.plan(h.project_id, wish, counsel, strategy))


def show_sureness(sureness: Sureness) -> None:
    """In a word, coloured."""
    grade = f", on {sureness.grade.value} numbers" if sureness.grade else ""
    st.badge(f"{sureness.word}{grade}", color=_COLOURS[sureness.word], help=sureness.why)


def show_figures(figures: Figures, basis: str) -> None:
    """Samples, calls, tokens, money and time; estimate and upper bound."""
    with st.container(horizontal=True):
        st.metric("Samples", f"{figures.samples:,}", width=_WIDE)
        st.metric("Calls", f"{figures.calls:,}", width=_WIDE, help="Exact, unless a call has to be repeated.")
        tokens = figures.tokens_in + figures.tokens_out
        split = f"{figures.tokens_in:,} read, {figures.tokens_out:,} written; {basis}."
        st.metric("Tokens", _short(tokens) if figures.cost is not None else "Unknown", width=_WIDE, help=split)
        st.metric("Expected cost", amount(figures.cost), width=_COST_WIDE, help=f"From prices and tokens ({basis}).")
        worst = "Every prompt and every answer at its longest, no call repeated."
        st.metric("Upper bound", amount(figures.bound), width=_COST_WIDE, help=worst)
        st.metric(
            "Time", time_of(figures), width=140, help="About; calls side by side as far as the connections allow."
        )


def time_of(figures: Figures) -> str:
    """What the calls are expected to take."""
    return "under 1 s" if figures.seconds < 1 else duration(figures.seconds)


def _short(number: int) -> str:
    for unit, step in (("B", 10**9), ("M", 10**6), ("k", 10**3)):
        if number >= step:
            return f"{number / step:.3g} {unit}"
    return f"{number}"


def _against(advice: Advice) -> None:
    """The counter-evidence stands beside the rule, never below a fold."""
    for note in advice.notes:
        if note.about == "against":
            grade = f", {note.grade.value}" if note.grade else ""
            st.info(
                f"**What speaks against the rule:** {safe(note.says, 600)} *{safe(note.source + grade, 200)}*",
                icon=":material/balance:",
            )


def _source(source: str) -> str:
    return f" ({safe(source, 120)})" if source else ""
