"""Which evolutions fail by a rule alone: elimination in Evol-Instruct (arXiv 2304.12244, section 3.2)."""

from __future__ import annotations

import re

_PROMPT_WORDS = re.compile(
    r"(given|rewritten|created|evolved|original|new)[ _]prompt|#[^#\n]{3,40}#|</?question>", re.IGNORECASE
)
_SORRY = re.compile(r"\bsorry\b", re.IGNORECASE)
FEWEST_WORDS_BESIDE_SORRY = 80
_WORD = re.compile(r"\w+")
_STOP_WORDS = """
a about above after again all am an and any are as at be because been before being below between both but by can
could did do does doing down during each few for from further had has have having he her here hers him his how i
if in into is it its just me more most my no nor not now of off on once only or other our out over own same she
should so some such than that the their them then there these they this those through to too under until up very
was we were what when where which while who whom why will with would you your
"""
_SILENT = frozenset(_STOP_WORDS.split())


def question_fault(question: str, before: str) -> str:
    """What is wrong with an evolved question as a text; empty if nothing."""
    copied = _PROMPT_WORDS.search(question)
    if copied and copied[0].lower() not in before.lower():
        return f"it copies words of the prompt ({copied[0]!r})"
    return "it holds nothing but punctuation and stop words" if is_empty(question) else ""


def answer_fault(answer: str) -> str:
    """What the answer says against its question; empty if nothing."""
    if _SORRY.search(answer) and len(answer.split()) < FEWEST_WORDS_BESIDE_SORRY:
        return f"the answer says sorry in fewer than {FEWEST_WORDS_BESIDE_SORRY} words"
    return "the answer holds nothing but punctuation and stop words" if is_empty(answer) else ""


def is_empty(text: str) -> bool:
    """Is there no word that says something?"""
    return all(word in _SILENT for word in _WORD.findall(text.lower()))
