"""Questions as teachers write them: what stands around them is cut off, what is no question is dropped with a reason.

Teachers put labels, quotes, tags and fences around a question, and some solve it right away. All of that would end in
the dataset, a solution even inside the next prompt.
"""

from __future__ import annotations

import re

from core.domain.naming import clean_text
from core.domain.seeds import seed_key
from core.errors import DroppedError
from core.generation.calls import usable
from core.generation.products import Answered

MOST = 8000
_LAYERS = 6
_AGAIN = "If this happens often, choose another augmenter."
_LABEL = re.compile(
    r"""^[\s*_\#>-]*
    (?:(?:the|a|my|your|here\ is\ (?:the|a|my|your)|here['’]s\ (?:the|a|my|your))\s)?
    (?:(?:new|next|rewritten|rephrased|reworded|paraphrased|similar|person['’]s|user|follow[- ]?up)\s){0,2}
    (?:question|exercise|problem|version|message|person|user|q)
    (?:\s\d{1,3}|\sis|\swould\ be)?
    (?:[*_]*\s?:[*_]*\s*|[*_]*[ \t]*\n+)""",
    re.IGNORECASE | re.VERBOSE,
)
_PREAMBLE = re.compile(
    r"^[\s*_#>-]*(?:sure|certainly|of course|okay|absolutely|here|below)\b(?=[^\n]*"
    r"\b(?:question|exercise|problem|version|message|rewrite|rephras\w+)\b)[^\n]{0,200}:[ \t*]*\n+",
    re.IGNORECASE,
)
_SOLUTION = re.compile(
    r"^[ \t>#*_]*(?:final answer|correct answer|answer|solution|explanation|teacher|assistant)[ \t*_]*:|^#### ",
    re.IGNORECASE | re.MULTILINE,
)
_PAIRS = (('"', '"'), ("“", "”"), ("«", "»"), ("„", "“"), ("**", "**"))
_FENCED = re.compile(r"^```[a-z]*\n((?:(?!```).)*)\n```$", re.DOTALL | re.IGNORECASE)
_TAGGED = re.compile(r"^<([a-z]\w*)>((?:(?!</?\1>).)*)</\1>$", re.DOTALL | re.IGNORECASE)
_HALF_TAGGED = re.compile(  # a tag of our own prompts that was opened or closed only
    r"^<(?P<opened>example|question|material|tasks|conversation|before)>(?!.*</(?P=opened)>)|"
    r"</(?P<closed>example|question|material|tasks|conversation|before)>$",
    re.DOTALL | re.IGNORECASE,
)
_DECLINED = re.compile(
    r"^(?:(?:i'?m|i am)\s+(?:very\s+)?(?:sorry|afraid)|sorry|i apologi[sz]e|my apologies)\b.{0,80}?"
    r"\b(?:can'?t|cannot|can not|unable|not able|won'?t)\b.{0,40}?"
    r"\b(?:help|assist|provide|fulfil|fulfill|comply|rewrite|rephrase|create|generate|write)\b|^as an ai\b",
    re.IGNORECASE | re.DOTALL,
)


def question_in(answered: Answered, *before: str, most: int = MOST) -> Answered:
    """The bare question of a teacher's reply; `before` are the questions that it must differ from.

    UnusableReplyError if it is empty; DroppedError if it is no question, longer than `most` characters, or the same as
    one before. A solution that was written along is cut off, unless those before have the like.
    """
    text = usable(answered, "question").text
    _refuse_long(text, 4 * most)
    text = bare(text)
    if not any(map(_SOLUTION.search, before)):
        text = _SOLUTION.split(text, maxsplit=1)[0].strip()
    if not re.search(r"\w", text):
        raise DroppedError("The augmenter wrote no question.", _AGAIN)
    if _DECLINED.search(text.replace("’", "'")):
        raise DroppedError("The augmenter declined to write a question.", _AGAIN)
    _refuse_long(text, most)
    if seed_key(text) in map(seed_key, before):
        raise DroppedError("The question says the same as one that is there already.", _AGAIN)
    return Answered(answered.request_id, text)


def _refuse_long(text: str, most: int) -> None:
    if len(text) > most:
        raise DroppedError(f"The augmenter wrote {len(text):,} characters where {most:,} are allowed.", _AGAIN)


def bare(text: str) -> str:
    """Without labels, quotes, tags and fences around the whole, in whatever order they were put there."""
    text = clean_text(text)
    for _ in range(_LAYERS):
        text = _unwrapped(_LABEL.sub("", _PREAMBLE.sub("", text, count=1), count=1).strip())
    return text


def _unwrapped(text: str) -> str:
    fenced, tagged = _FENCED.match(text), _TAGGED.match(text)
    if fenced:
        return fenced.group(1).strip()
    if tagged:
        return tagged.group(2).strip()
    half = _HALF_TAGGED.search(text)
    if half and not (half["closed"] and f"<{half['closed']}>".lower() in text.lower()):
        return (text[: half.start()] + text[half.end() :]).strip()
    for left, right in _PAIRS:
        inner = text[len(left) : -len(right)]
        if text.startswith(left) and text.endswith(right) and inner and left not in inner and right not in inner:
            return inner.strip()
    return text
