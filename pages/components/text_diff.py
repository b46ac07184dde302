"""Two versions of a text with the words marked in which they differ."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from pages.components.text import safe

_WORDS, _PIECES, _LINES = re.compile(r"\S+\s*"), re.compile(r"\s+|\S+"), re.compile(r"[^\n]*\n|[^\n]+")
_MOST_WORDS_OF = 12_000
_REWRITTEN = 0.35  # less alike than this, the words in common are chance
_MOST = 2000


def word_changes(old: str, new: str) -> list[tuple[str, str]]:
    """What happened to a text, word by word: " " stayed, "-" went, "+" came. Long texts are compared by lines.

    A text that was written anew is shown whole, the old one and then the new one.
    """
    by = _PIECES if len(old) + len(new) <= _MOST_WORDS_OF else _LINES
    one, other = by.findall(old), by.findall(new)
    matched = SequenceMatcher(None, one, other, autojunk=False)
    words = SequenceMatcher(None, [w for w in one if w.strip()], [w for w in other if w.strip()], autojunk=False)
    if old and new and words.ratio() < _REWRITTEN:
        return [("-", old), ("+", new)]
    parts: list[tuple[str, str]] = []
    for how, a, b, c, d in matched.get_opcodes():
        if how == "equal":
            parts.append((" ", "".join(one[a:b])))
            continue
        parts += [(sign, "".join(run)) for sign, run in (("-", one[a:b]), ("+", other[c:d])) if run]
    return parts


def marked(old: str, new: str) -> tuple[str, str]:
    """Both texts as Markdown, made safe: what only the first has on red, what only the second has on green."""
    one, other = _WORDS.findall(old[:_MOST]), _WORDS.findall(new[:_MOST])
    left, right = [], []
    for how, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        left.append(_part(one[a:b], "red" if how != "equal" else ""))
        right.append(_part(other[c:d], "green" if how != "equal" else ""))
    return " ".join(filter(None, left)) or "*nothing*", " ".join(filter(None, right)) or "*nothing*"


def _part(words: list[str], colour: str) -> str:
    text = safe("".join(words), _MOST)
    return f":{colour}-background[{text}]" if colour and text else text
