"""SQL as text: the statement in an answer, and whether two say the same word for word. Nothing is executed here."""

from __future__ import annotations

import re

_FENCE = re.compile(r"^[ \t]*(```+|~~~+)[ \t]*([\w+-]*)[^\n]*\n(.*?)(?:^[ \t]*\1|\Z)", re.DOTALL | re.MULTILINE)
_START = re.compile(
    r"^[ \t>*]*(?:sql\s*:\s*)?\b(select|with|insert|update|delete|create|drop)\b", re.IGNORECASE | re.MULTILINE
)
_TOKEN = re.compile(
    r"(?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z))"
    r"|(?P<quoted>'(?:[^']|'')*(?:'|\Z)|\"(?:[^\"]|\"\")*(?:\"|\Z)|`[^`]*(?:`|\Z)|\[[^\]]*(?:\]|\Z))"
    r"|(?P<space>\s+)|(?P<word>[\w$]+)|(?P<sign>.)",
    re.DOTALL,
)


def last_statement(answer: str) -> str | None:
    """The last code block that holds a statement, else what follows the last line that begins like one.

    Comments are gone, white space is single, a closing semicolon is left out; quoted text stays as it is.
    """
    blocks = [match[3] for match in _FENCE.finditer(answer)]
    for block in reversed(blocks):
        if _START.search(block):
            return tidy(block) or None
    if blocks:
        return None
    starts = list(_START.finditer(answer))
    if not starts:
        return None
    return tidy(re.split(r"\n\s*\n", answer[_first_of_last(answer, starts) :])[0]) or None


def _first_of_last(answer: str, starts: list[re.Match[str]]) -> int:
    """Where the last statement begins: lines that begin like one inside the same paragraph belong to it."""
    first = starts[-1]
    for match in reversed(starts[:-1]):
        between = answer[match.start() : first.start()]
        if re.search(r"\n\s*\n|;", between):
            break
        first = match
    return first.start(1)


def tidy(sql: str) -> str:
    """Without comments and needless white space."""
    tokens = [" " if kind in {"comment", "space"} else text for kind, text in _tokens(sql)]
    kept = [text for text, before in zip(tokens, ["", *tokens], strict=False) if (text, before) != (" ", " ")]
    return re.sub(r"[\s;]+\Z", "", "".join(kept).strip())


def _tokens(sql: str) -> list[tuple[str | None, str]]:
    return [(match.lastgroup, match[0]) for match in _TOKEN.finditer(sql)]


def same_words(one: str, other: str) -> bool:
    """Equal but for case outside quotes, white space and comments. Queries that differ may still mean the same."""
    return _folded(one) == _folded(other)


def _folded(sql: str) -> list[str]:
    return [text if kind == "quoted" else text.casefold() for kind, text in _tokens(tidy(sql)) if kind != "space"]


def is_ordered(sql: str) -> bool:
    """Does the query itself, outside its parts in brackets, ask for an order?"""
    depth, before = 0, ""
    for text in _folded(sql):
        depth += {"(": 1, ")": -1}.get(text, 0)
        if depth == 0 and (before, text) == ("order", "by"):
            return True
        before = text
    return False
