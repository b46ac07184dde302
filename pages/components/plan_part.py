"""The form of the parts of a plan: strategy, source, samples, verification and teachers of each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.domain.plans import MAX_PARTS, MAX_ROUNDS, MAX_SAMPLES, Checks
from core.domain.seeds import SeedSet
from core.domain.strategies import FROM_SEEDS, Strategy, arithmetic
from core.services.generation import Materials, SourceView
from pages.components.figures import count
from pages.components.plan_checks import choose_checks
from pages.components.plan_form import Drawn, rounds_of
from pages.components.plan_seeds import choose_parents, choose_seeds
from pages.components.plan_source import choose_sources
from pages.components.plan_state import add_part, copy_part, key_of, parts_in_form, prefix_of, remove_part, value
from pages.components.plan_strategy import calls_words, choose_strategy
from pages.components.plan_teachers import choose_teachers
from pages.components.session import Here

_WITH_REFERENCE = (Strategy.ANSWER_AUGMENTATION, Strategy.QUESTION_REPHRASE)


def draw_parts(h: Here, found: Materials) -> list[Drawn]:
    """Every part of the form; a single one without a frame of its own."""
    parts = parts_in_form()
    if len(parts) == 1:
        drawn = [_draw(h, parts[0], found, alone=True)]
    else:
        drawn = []
        for number, part in enumerate(parts, 1):
            with st.expander(_title(number, part), expanded=part == parts[-1], key=key_of(part, "box")):
                _part_actions(part, full=len(parts) >= MAX_PARTS)
                drawn.append(_draw(h, part, found, alone=False))
    return drawn


def part_adder() -> None:
    """The button for one more part."""
    st.button(
        "Add a part",
        key="generate.press_add",
        icon=":material/add:",
        disabled=len(parts_in_form()) >= MAX_PARTS,
        on_click=add_part,
        help="A plan can mix strategies, sources and teachers. Its parts run side by side under one cap.",
    )


def _title(number: int, part: int) -> str:
    words = f"**Part {number}: {value(part, 'strategy').label}**"
    if st.session_state["generate.split"] != "samples":
        return words
    return f"{words}, {count(int(value(part, 'count') or 1), 'sample')}"


def _part_actions(part: int, *, full: bool) -> None:
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(
            "Copy part",
            key=key_of(part, "press_copy"),
            type="tertiary",
            icon=":material/content_copy:",
            disabled=full,
            on_click=copy_part,
            args=(part,),
        )
        st.button(
            "Remove part",
            key=key_of(part, "press_remove"),
            type="tertiary",
            icon=":material/delete:",
            on_click=remove_part,
            args=(part,),
        )


@contextmanager
def _section(title: str, *, framed: bool) -> Iterator[None]:
    with st.container(border=framed):
        st.subheader(title, anchor=False)
        yield


def _draw(h: Here, part: int, found: Materials, *, alone: bool) -> Drawn:
    seeds: SeedSet | None = None
    sources: list[SourceView] = []
    with _section("Source", framed=alone):
        strategy = choose_strategy(part, found)
        calls = st.container()
        if strategy is Strategy.GLAN:
            sources = choose_sources(h, part)
            ready = bool(sources)
        elif strategy in FROM_SEEDS:
            seeds = choose_seeds(h, part, found)
            ready = seeds is not None
        else:
            ready = choose_parents(part, found)
        reach = st.container()
    with _section("Samples", framed=alone):
        _sample_fields(part, strategy)
        checks = _checks(h, part, strategy, seeds, found)
    calls.caption(calls_words(dict(arithmetic(strategy, rounds=rounds_of(part)).plus(checks.calls).calls)))
    with _section("Teachers", framed=alone):
        choose_teachers(h, part, checks)
        knowledge = st.container()
    return Drawn(part, ready, sources, checks, reach, knowledge)


def _sample_fields(part: int, strategy: Strategy) -> None:
    """How many samples, and what else the strategy lets one choose."""
    if counted := len(parts_in_form()) > 1 and st.session_state["generate.split"] != "samples":
        st.caption("Its number of samples follows from the split of the budget below.")
    left, right = st.columns(2, gap="large", vertical_alignment="top")
    with right if not counted else left:
        if strategy is Strategy.GLAN:
            _challenging(part)
        elif strategy is Strategy.EVOL_INSTRUCT:
            _evolutions(part)
        elif strategy is Strategy.MULTI_TURN:
            st.number_input(
                "Turns to add",
                1,
                MAX_ROUNDS,
                key=key_of(part, "rounds"),
                help="Messages of the user, each with its answer: two calls a turn.",
                persist_state="session",
            )
    if not counted:
        with left:
            _number_of_samples(part)


def _number_of_samples(part: int) -> None:
    st.number_input(
        "Number of samples",
        1,
        MAX_SAMPLES,
        step=10,
        key=key_of(part, "count"),
        help="A sample is one question with its answer.",
        persist_state="session",
    )


def _challenging(part: int) -> None:
    st.slider(
        "Share of challenging questions",
        0.0,
        100.0,
        step=5.0,
        format="%g %%",
        key=key_of(part, "challenging"),
        help="A basic question uses 1 to 5 key concepts of one class session; a challenging one 2 to 5 key concepts of "
        "two class sessions, with at least one of each. The paper does not state its mix.",
        persist_state="session",
    )


def _evolutions(part: int) -> None:
    rounds, breadth = st.columns([1, 2], gap="medium")
    rounds.number_input(
        "Evolutions",
        1,
        MAX_ROUNDS,
        key=key_of(part, "rounds"),
        help="How often a question evolves before it is answered: two calls each, the evolution and its check.",
        persist_state="session",
    )
    breadth.slider(
        "In breadth",
        0.0,
        100.0,
        step=5.0,
        format="%g %%",
        key=key_of(part, "breadth"),
        help="In depth makes a question harder; in breadth writes a rarer one of the same field.",
        persist_state="session",
    )


def _checks_title(part: int) -> str:
    words = {"judge": "judge", "agree": "agreement", "execution": "execution", "reference": "reference answer"}
    on = [word for name, word in words.items() if value(part, name)]
    return f"Verification by machine: {', '.join(on) or 'off'}"


def _checks(h: Here, part: int, strategy: Strategy, seeds: SeedSet | None, found: Materials) -> Checks:
    with st.expander(_checks_title(part), type="compact", key=key_of(part, "checks")):
        checks = choose_checks(
            h,
            prefix_of(part),
            seeds.task_type if seeds else None,
            seeds is not None and strategy in _WITH_REFERENCE and seeds.id in found.with_finals,
            bool(seeds and seeds.database),
        )
    with st.expander("More", type="compact", key=key_of(part, "more")):
        st.number_input(
            "Random seed",
            0,
            2**31 - 1,
            key=key_of(part, "seed"),
            width=220,
            help="Decides what is drawn in which order. The same plan with the same seed means the same questions; a "
            "new run goes on where the last one with this seed ended.",
            persist_state="session",
        )
    return checks
