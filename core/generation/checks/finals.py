"""The final answers that checks compare: a sample's own, and what it should be as far as its seed says."""

from __future__ import annotations

from core.domain.final_answers import extract
from core.domain.strategies import Strategy
from core.generation.calls import Spec
from core.generation.products import SampleMade
from core.generation.strategies.method import task_of

SHOWN = 80
_KEEPS_THE_ANSWER = (Strategy.ANSWER_AUGMENTATION, Strategy.QUESTION_REPHRASE)


def final_of(spec: Spec, answer: str) -> str | None:
    """The final answer of an answer to the item's kind of question."""
    return extract(task_of(spec), answer)


def expected(spec: Spec, made: SampleMade) -> str | None:
    """The final answer that the sample's question has by its seed; None where the question is a new one."""
    known = str(made.lineage.get("expected_final") or "")
    if not known and spec.get("strategy") in _KEEPS_THE_ANSWER and "seed" in spec:
        known = spec["seed"].final or extract(task_of(spec), spec["seed"].answer) or ""
    return known or None


def shown(final: str) -> str:
    """As much of a final answer as a finding quotes."""
    return final if len(final) <= SHOWN else f"{final[: SHOWN - 1]}…"
