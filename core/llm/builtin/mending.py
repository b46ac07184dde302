"""How the built-in teacher mends a rejected sample: its own families it computes anew, of the demo it has some on file.

Of what a reviewer says it only sees whether it is about the question; what it cannot mend it refuses.
"""

from __future__ import annotations

import re
from functools import cache
from random import Random

from core.catalogue.load import demo_repairs, demo_samples
from core.domain.naming import name_key
from core.llm.builtin import homework

_OF_THE_QUESTION = re.compile(r"question|unclear|ambiguous|worded|wording", re.IGNORECASE)


def mend(question: str, answer: str, complaints: list[str], rng: Random) -> tuple[str, str] | None:
    """Question and answer mended; None for what it does not know or what it would write again as it is."""
    filed = _filed().get(name_key(question))
    if filed is not None:
        return filed if filed != (question, answer) else None
    solved = homework.solve(question)
    if solved is None:
        return None
    right = f"{solved.reasoning}\n\n{homework.FINAL} {solved.answer}"
    about_question = any(_OF_THE_QUESTION.search(said) for said in complaints)
    if right.split() != answer.split() and not about_question:
        return question, right
    worded = homework.rephrase(question, rng)
    return (worded, right) if worded else None


def knows_repair(question: str) -> bool:
    """Is it a question that the built-in teacher can say more about than what is there?"""
    return name_key(question) in _filed() or homework.knows_question(question)


@cache
def _filed() -> dict[str, tuple[str, str]]:
    """The mended pairs of demo samples that hold a mistake, by their question."""
    asked = {sample.id: sample.question for rows in demo_samples().values() for sample in rows}
    return {name_key(asked[row.id]): (row.question or asked[row.id], row.answer) for row in demo_repairs()}
