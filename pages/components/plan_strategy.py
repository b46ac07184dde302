"""The strategy of a part: what it does, what it needs, which calls a sample takes."""

from __future__ import annotations

import streamlit as st

from core.domain.calls import Stage
from core.domain.strategies import Strategy
from core.services.generation import Materials
from pages.components.figures import count
from pages.components.plan_state import key_of, value
from pages.components.run_words import stage_name

WORDS: dict[Strategy, tuple[str, str]] = {
    Strategy.GLAN: (
        "Writes homework questions from class sessions and key concepts, then answers each.",
        "Needs a verified curriculum, no seeds.",
    ),
    Strategy.ANSWER_AUGMENTATION: (
        "Keeps the seed question and samples new answers to it.",
        "Needs a seed set; its answers are not shown to the teacher.",
    ),
    Strategy.QUESTION_REPHRASE: (
        "The augmenter says the seed question in other words, the teacher answers it.",
        "Needs a seed set. A weak augmenter can do it.",
    ),
    Strategy.NEW_QUESTION: (
        "The augmenter writes a new question like the seed, the question is checked, the teacher answers it.",
        "Needs a seed set and a strong augmenter.",
    ),
    Strategy.SELF_INSTRUCT: (
        "Writes new tasks after examples from a growing pool of seeds and earlier tasks; near duplicates are dropped.",
        "Needs a seed set of varied tasks.",
    ),
    Strategy.EVOL_INSTRUCT: (
        "Makes seed questions harder or rarer step by step; failed evolutions are dropped.",
        "Needs a seed set and a strong augmenter.",
    ),
    Strategy.MULTI_TURN: (
        "Goes on from samples: a next message of the user, then its answer.",
        "Needs accepted samples, or the samples of a run.",
    ),
}


def choose_strategy(part: int, found: Materials) -> Strategy:
    """The chooser with one line on what it does and needs."""
    key = key_of(part, "strategy")
    if st.session_state[key] not in found.strategies:
        st.session_state[key] = found.strategies[0]
    st.selectbox(
        "Strategy",
        list(found.strategies),
        format_func=lambda strategy: (
            strategy.label if found.has(strategy) else f"{strategy.label} (nothing to draw on)"
        ),
        key=key,
        help="How samples are made. Which one fits depends on the budget for each seed; the Strategy page advises.",
        persist_state="session",
    )
    strategy: Strategy = value(part, "strategy")
    does, needs = WORDS[strategy]
    st.caption(f"{does} {needs}")
    return strategy


def calls_words(calls: dict[Stage, int]) -> str:
    """What one sample takes: "3 calls a sample: augmenter 1, question check 1, answer 1"."""
    each = ", ".join(f"{stage_name(stage).lower()} {number}" for stage, number in calls.items())
    return f"{count(sum(calls.values()), 'call')} a sample: {each}."
