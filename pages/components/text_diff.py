"""Two versions of a text with the words marked in which they differ."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from pages.components.text import safe

_WORDS = re.compile(r"\S+\s*")
_MOST = 2000


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
