"""Rules for tasks that a teacher wrote by itself: Self-Instruct, section 2.2 and its published filters.

A rule that one of the shots breaks does not count: where the seeds speak of graphs, or in another language, new tasks
may as well.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass

FEWEST_WORDS, MOST_WORDS = 4, 150
_BEYOND_TEXT = re.compile(r"\b(images?|graphs?|pictures?|files?|maps?|draw|plot|go to)\b", re.IGNORECASE)
_PROGRAM = re.compile(r"write a program\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rule:
    """`breaks` says whether a task goes against the rule; `fault` is what is said of it then."""

    name: str
    fault: str
    breaks: Callable[[str], bool]


RULES = (
    Rule("too short", "it has fewer than four words", lambda task: len(task.split()) < FEWEST_WORDS),
    Rule("too long", "it has more than 150 words", lambda task: len(task.split()) > MOST_WORDS),
    Rule(
        "beyond text",
        "it speaks of images, files, maps or drawing, which text alone cannot do",
        lambda task: bool(_BEYOND_TEXT.search(task)),
    ),
    Rule("program", "it asks to write a program without saying in which form", lambda task: bool(_PROGRAM.match(task))),
    Rule("punctuation first", "it begins with a punctuation mark", lambda task: task[:1] in set(string.punctuation)),
    Rule("another script", "it does not begin in the script of the seeds", lambda task: not task[:1].isascii()),
)


def broken_rule(task: str, shots: Sequence[str]) -> Rule | None:
    """The first rule that the task breaks and none of its shots does."""
    return next((rule for rule in RULES if rule.breaks(task) and not any(map(rule.breaks, shots))), None)
