"""What goes into the next dataset version: the choice, what fits it right now, and the button that prepares a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import streamlit as st

from core.domain.dataset_wish import DatasetWish
from core.domain.sampling import Difficulty
from core.domain.strategies import Strategy
from core.services.datasets import Outline
from pages.components.dataset_counts import show_counts
from pages.components.figures import count
from pages.components.notices import flash, problems
from pages.components.session import Here, form_token, spend_form_token, wake_worker
from pages.components.text import plain

_TOKEN = "datasets.prepare"  # noqa: S105 - the name of a form
NEAR = 0.8
_LIMITS = ("per_discipline", "per_strategy", "generated", "basic")
_NEAR_HELP = (
    "Two questions are near duplicates when so much of their three-word sequences is the same. Of each family the "
    "first stays. Several answers to one question are no duplicates."
)
_OPEN_HELP = "Samples that were drawn for a second person and have only one verdict so far."


def new_version(h: Here) -> None:
    """The choice, its counts, the button."""
    with st.container(border=True), problems():
        st.subheader("New version", anchor=False)
        wish = _wish(h)
        outline = h.work.datasets.outline(h.project_id, wish)
        _show(outline)
        _warn(wish, outline)
        _prepare(h, wish, outline)


def _wish(h: Here) -> DatasetWish:
    values = {**_which(h), **_clean(h), **_balance(), **_split()}
    return DatasetWish(**values)


def _which(h: Here) -> dict[str, Any]:
    there = h.work.review.choices(h.project_id)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        strategies = _strategies(there.strategies) if len(there.strategies) > 1 else []
        disciplines = _disciplines(there.disciplines) if there.disciplines else []
        difficulty = _difficulty(there.difficulties) if there.difficulties else None
    with st.container(horizontal=True):
        demo = st.checkbox(
            "Include demo content",
            value=True,
            key="datasets.demo",
            help="Samples that were written for the worked demo, not made by a run of yours.",
            width="content",
        )
        without_failed = st.checkbox(
            "Leave out failed verification",
            key="datasets.without_failed",
            help="Samples that a person accepted although the machine check said no.",
            width="content",
        )
        without_open = st.checkbox(
            "Leave out open second verdicts", key="datasets.without_open", help=_OPEN_HELP, width="content"
        )
    return {
        "disciplines": tuple(disciplines),
        "strategies": tuple(strategy.value for strategy in strategies),
        "difficulty": difficulty.value if difficulty else None,
        "without_failed_verification": without_failed,
        "without_open_seconds": without_open,
        "demo": demo,
    }


def _strategies(there: Sequence[Strategy]) -> list[Strategy]:
    return st.multiselect(
        "Strategies",
        there,
        format_func=lambda strategy: strategy.label,
        placeholder="All",
        key="datasets.strategies",
        help="How the samples were made.",
        width=240,
    )


def _disciplines(names: Mapping[int, str]) -> list[int]:
    return st.multiselect(
        "Disciplines",
        list(names),
        format_func=lambda node: plain(names[node]),
        placeholder="All",
        key="datasets.disciplines",
        help="A choice leaves out samples from seeds: they belong to no discipline.",
        width=320,
    )


def _difficulty(there: Sequence[Difficulty]) -> Difficulty | None:
    return st.selectbox(
        "Difficulty",
        there,
        index=None,
        format_func=lambda value: value.value.capitalize(),
        placeholder="Any",
        key="datasets.difficulty",
        help="Basic questions use one class session, challenging ones two. A choice leaves out samples from seeds.",
        width=150,
    )


def _clean(h: Here) -> dict[str, Any]:
    there = {each.id: each.name for each in h.work.benchmarks.page(h.project_id)}
    with st.expander(_cleaning_label(there), icon=":material/cleaning_services:", key="datasets.cleaning"):
        st.caption(
            "Exact repeats always stay out: word for word the same question, of several answers to one seed question "
            "the same answer."
        )
        without_near = st.checkbox("Leave out near duplicates", value=True, key="datasets.near", help=_NEAR_HELP)
        threshold = near_threshold("datasets.threshold", disabled=not without_near)
        benchmarks = _benchmarks(there) if there else {}
        if not there:
            st.caption("Add a benchmark file below to leave out what it asks too.")
    return {"near": threshold if without_near else None, **benchmarks}


def _benchmarks(there: Mapping[int, str]) -> dict[str, Any]:
    chosen = st.multiselect(
        "Leave out what these benchmarks ask",
        list(there),
        default=list(there),
        format_func=lambda ident: plain(there[ident]),
        placeholder="None",
        key="datasets.benchmarks",
        help="A row stays out when its question is a benchmark's, or shares a long run of words with one.",
    )
    ngram = st.number_input(
        "Words in a row that count as a hit",
        5,
        50,
        13,
        key="datasets.ngram",
        disabled=not chosen,
        help="Shorter runs find more, also by chance. 13 is usual.",
        width=260,
    )
    return {"benchmarks": tuple(chosen), "ngram": ngram}


def _cleaning_label(there: Mapping[int, str]) -> str:
    """What the folded part would do."""
    said = st.session_state
    near = f"near duplicates from {said.get('datasets.threshold', int(NEAR * 100))} %"
    parts = ["exact repeats", *([near] if said.get("datasets.near", True) else [])]
    chosen = len(said.get("datasets.benchmarks", there))
    return f"Cleaning: {', '.join([*parts, *([count(chosen, 'benchmark')] if chosen else [])])}"


def near_threshold(key: str, *, disabled: bool = False, value: float = NEAR) -> float:
    """From which likeness on two questions are near duplicates."""
    chosen = st.slider(
        "Alike from (%)",
        50,
        100,
        int(value * 100),
        key=key,
        disabled=disabled,
        help="Lower leaves out more. The report shows pairs on both sides of it, so that you can judge.",
        width=320,
    )
    return chosen / 100


def _balance() -> dict[str, Any]:
    limits = sum(st.session_state.get(f"datasets.{name}") is not None for name in _LIMITS)
    label = f"Balance: {count(limits, 'limit') if limits else 'no limit'}"
    with st.expander(label, icon=":material/balance:", key="datasets.balance"):
        st.caption("Upper limits, each optional. What is too much is left out at random, by the random seed.")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            per_discipline = _limit("Most rows of a discipline", "per_discipline", "None of them may have more rows.")
            per_strategy = _limit("Most rows of a strategy", "per_strategy", "None of them may have more rows.")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            generated = _ratio(
                "Most generated rows for each human one", "generated", "Human rows are people's own examples."
            )
            basic = _ratio("Most basic rows for each challenging one", "basic", "1 = no more basic than challenging.")
    return {
        "per_discipline": per_discipline,
        "per_strategy": per_strategy,
        "generated_per_human": generated,
        "basic_per_challenging": basic,
    }


def _limit(label: str, name: str, words: str) -> int | None:
    return st.number_input(
        label, 1, None, None, 1, key=f"datasets.{name}", placeholder="No limit", help=words, width=260
    )


def _ratio(label: str, name: str, words: str) -> float | None:
    return st.number_input(
        label, 0.01, None, None, 0.5, key=f"datasets.{name}", placeholder="No limit", help=words, width=260
    )


def _split() -> dict[str, Any]:
    said = st.session_state
    label = f"Splits: {said.get('datasets.validation', 10)} % validation, {said.get('datasets.test', 0)} % test"
    with st.expander(label, icon=":material/call_split:", key="datasets.splits"):
        st.caption(
            "Near duplicates, also with other numbers, one question, one seed and one set of key concepts stay on one "
            "side, so it can be more or less than the share."
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            validation = st.number_input(
                "For validation (%)",
                0,
                50,
                10,
                5,
                key="datasets.validation",
                help="Held out: a training run measures itself on rows that it has not seen.",
                width=160,
            )
            test = st.number_input(
                "For test (%)",
                0,
                50,
                0,
                5,
                key="datasets.test",
                help="Held out until the very end, when nothing is tuned any more.",
                width=160,
            )
            seed = st.number_input(
                "Random seed",
                0,
                2**31 - 1,
                0,
                key="datasets.seed",
                help="The same samples and seed give the same version.",
                width=160,
            )
    return {"validation_share": validation / 100, "test_share": test / 100, "random_seed": seed}


def _show(outline: Outline) -> None:
    figures = (
        ("Accepted", outline.accepted, "All accepted samples of the project."),
        ("Fit the choice", outline.rows, "Before cleaning and balance: preparing finds out what those leave out."),
        ("Second verdict open", outline.open_seconds, _OPEN_HELP),
    )
    with st.container(horizontal=True):
        for label, number, words in figures:
            st.metric(label, count(number), help=words, width=190)
    if outline.rows:
        show_counts(asdict(outline), key="datasets.chosen")
    else:
        st.info("No accepted sample fits this choice. Widen it.", icon=":material/filter_alt_off:")


def _warn(wish: DatasetWish, outline: Outline) -> None:
    """Ratios to what is not there leave nothing of the other kind."""
    basic, challenging = (outline.by_difficulty.get(each, 0) for each in (Difficulty.BASIC, Difficulty.CHALLENGING))
    for limit, rows, others, kind, other in (
        (wish.generated_per_human, outline.rows - outline.human, outline.human, "generated", "human"),
        (wish.basic_per_challenging, basic, challenging, "basic", "challenging"),
    ):
        if limit is not None and rows and limit * others < 1:
            few = f"only {count(others, f'{other} row')}" if others else f"no {other} row"
            st.warning(
                f"The limit under Balance would leave out all {count(rows, f'{kind} row')}: there is {few} in this "
                "choice.",
                icon=":material/balance:",
            )


def _prepare(h: Here, wish: DatasetWish, outline: Outline) -> None:
    st.caption(
        "Preparing leaves out repeats and what is chosen above, and shows what and why. Nothing is final before you "
        "freeze it."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(
            "Name of the version", key="datasets.name", placeholder=plain(h.project.name), help="Empty: the project's."
        )
        pressed = st.button(
            "Prepare",
            type="primary",
            key="datasets.prepare",
            icon=":material/inventory_2:",
            disabled=not outline.rows,
            help="Makes a draft with its report. Nothing is frozen before you say so.",
        )
    if pressed:
        with problems():
            made = h.work.datasets.prepare(
                h.who, h.project_id, name.strip() or h.project.name, wish, token=form_token(_TOKEN)
            )
            spend_form_token(_TOKEN)
            wake_worker()
            flash("The draft is being prepared.")
            st.switch_page("datasets.py", query_params={"project": h.project_id, "dataset": made.id})
