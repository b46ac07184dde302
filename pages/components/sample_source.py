"""What a sample came from, wherever it is shown: its strategy, its seed, and the earlier turns of a conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.domain.lineage import seed_of, seed_words
from core.domain.strategies import Strategy
from pages.components.figures import count
from pages.components.text import rich, safe

_CHECKS = {
    "judge": "The verifier",
    "agreement": "The agreement of answers",
    "execution": "The execution",
    "reference": "The comparison with the reference",
}


def strategy_word(name: str) -> str:
    """The strategy as people read it."""
    return Strategy(name).label if name in set(Strategy) else name


def check_word(method: str) -> str:
    """Who said it: the check by its name."""
    return _CHECKS.get(method, method.replace("_", " ").capitalize())


def draw_turns(history: Sequence[Sequence[str]]) -> None:
    """The earlier turns, oldest first, above the question that they lead to."""
    for number, (question, answer) in enumerate(history, 1):
        with st.container(border=True, gap="xsmall"):
            st.caption(f"Turn {number}, question")
            st.markdown(rich(question), anchors=False)
            st.caption(f"Turn {number}, answer")
            st.markdown(rich(answer), anchors=False)


def turn_title(word: str, history: Sequence[object]) -> str:
    """ "Question", or in a conversation "Turn 3, question"."""
    return f"Turn {len(history) + 1}, {word.lower()}" if history else word


def source_words(strategy: str, lineage: Mapping[str, Any]) -> list[str]:
    """Strategy, seed, steps, one line each; nothing for samples of the curriculum, whose place says it all."""
    if strategy == Strategy.GLAN:
        return []
    words = (strategy_word(strategy), seed_words(lineage), _steps(lineage))
    return [word for word in words if word]


def _steps(lineage: Mapping[str, Any]) -> str:
    """What Evol-Instruct did, failed evolutions too; what Self-Instruct showed beside the seeds."""
    evolved = [
        str(step["operation"]).replace("_", " ") + ("" if step["kept"] else " (failed)")
        for step in lineage.get("evolutions") or ()
    ]
    if evolved:
        return f"Evolutions: {', '.join(evolved)}"
    made = len(lineage.get("made_shots") or ())
    return f"The teacher also saw {count(made, 'task')} made before" if made else ""


def item_words(spec: Mapping[str, Any]) -> list[str]:
    """What an item of a plan is to be made from: discipline and subject, strategy and seed, or a sample."""
    strategy = spec.get("strategy", Strategy.GLAN)
    if "wishes" in spec:
        return [f"Sample {spec['sample']}"]
    if strategy == Strategy.GLAN:
        return [str(spec[name]) for name in ("discipline", "subject") if spec.get(name)]
    parent = f"sample {spec['parent_sample']}" if spec.get("parent_sample") else ""
    source = seed_words(spec) or spec.get("seed_set_name") or parent
    return [word for word in (strategy_word(strategy), source) if word]


def draw_seed(lineage: Mapping[str, Any]) -> None:
    """The seed question, one click away."""
    seed = seed_of(lineage)
    if seed and seed.get("question"):
        label = f"Seed question {seed['number']:,}"
        with st.popover(label, icon=":material/psychiatry:", type="tertiary"):
            st.caption(safe(seed_words(lineage)))
            st.markdown(rich(str(seed["question"])), anchors=False)
