"""The final answer in an answer of several sentences: found and compared by task type, None where it is unsure.

Mathematics: what stands after "####", "Final answer:", in \\boxed{} or after "The answer is", else the last number.
Multiple choice: the letter. Text-to-SQL: the last code block or statement. Open questions: the whole text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from core.domain.naming import clean_text
from core.domain.numbers import Number, numbers, plain
from core.domain.sql_text import last_statement, same_words
from core.domain.strategies import TaskType

MAX_READ = 40_000
SHORT = 80

_FINAL = re.compile(r"final[ \t]+(?:answer|result)\b[*_ \t]*(?:is\b|[:=\-–—])?[*_ \t:]*", re.IGNORECASE)
_ANSWER = re.compile(
    r"\b(?:the[ \t]+)?(?:correct[ \t]+|right[ \t]+|best[ \t]+)?(?:answer|option|choice)\b[*_ \t]*(?:is\b|:)[*_ \t:]*",
    re.IGNORECASE,
)
_HASHES = re.compile(r"####[ \t]*")
_BOXED = re.compile(r"\\(?:boxed|fbox)\s*\{")
_WORD = re.compile(r"[^\W\d_]{3,}")
_AND = re.compile(r"[,;]\s|\b(?:and|or|when|if|for)\b")
_REASON = re.compile(r"\W*\b(?:because|since|as|which|so|after|if)\b", re.IGNORECASE)
_LIST = re.compile(r"\(?([A-Z])\)?(?:\s*(?:,|;|/|&|and)\s*\(?([A-Z])\)?(?![A-Za-z]))+")
_LETTER = re.compile(
    r"\W*(?:(?:the\s+)?(?:option|choice|answer|letter)\s+(?:is\s+)?)?\W*([A-Za-z])(?![\w'’])(\s+[a-z])?"
)
_IN_BRACKETS = re.compile(r"\(([A-Z])\)")
_NAMED = re.compile(r"\b(?:option|choice)\s+\W{0,2}([A-Z])(?![\w'’])", re.IGNORECASE)


def extract(task_type: TaskType, answer: str) -> str | None:
    """The final answer in its plainest form, None if there is none that can be told."""
    found = _EXTRACT[task_type](clean_text(answer[-MAX_READ:] if task_type is not TaskType.OPEN else answer))
    return found or None


def same(task_type: TaskType, one: str, other: str) -> bool:
    """Whether two final answers, as `extract` gives them or as people wrote them, say the same."""
    return one == other or _SAME[task_type](one, other)


def _maths(answer: str) -> str | None:
    segment, marked = _segment(answer)
    text = plain(segment)
    if marked or ("\n" not in answer.strip() and len(text) <= SHORT):
        return _result(text)
    found = numbers(text)
    return found[-1].text if found else None


def _segment(answer: str) -> tuple[str, bool]:
    """The part of the answer that names the result, and whether anything marks it as that."""
    for marker in (_HASHES, _FINAL):
        after = _after_last(marker, answer)
        if after:
            return after, True
    boxed = _last_boxed(answer)
    if boxed:
        return boxed, True
    after = _after_last(_ANSWER, answer)
    return (after, True) if after else (answer, False)


def _after_last(marker: re.Pattern[str], answer: str) -> str:
    """The rest of the line after the last marker that something follows; a heading is followed by the next line."""
    for match in reversed(list(marker.finditer(answer))):
        line = answer[match.end() :].lstrip("*_:# \t\n").partition("\n")[0].strip()
        if line.strip("$\\[]"):
            return line
        if line:  # a formula on lines of its own
            return answer[match.end() :].strip()[:SHORT]
    return ""


def _last_boxed(answer: str) -> str:
    for match in reversed(list(_BOXED.finditer(answer))):
        depth = 1
        for place in range(match.end(), min(len(answer), match.end() + 1000)):
            depth += {"{": 1, "}": -1}.get(answer[place], 0)
            if not depth:
                return answer[match.end() : place].strip()
    return ""


def _result(text: str) -> str | None:
    """What a short text gives as the result: a number with or without its unit, or a formula without words."""
    inner = (_after_last(_ANSWER, text) or text).strip(" .;$*")
    several = inner.count("=") > 1 and _AND.search(inner) is not None
    last = inner if several else re.split(r"=|≈", inner)[-1].strip()
    found = [number for number in numbers(last) if not _belongs_to_unit(last, number)]
    if found and (len(found) == 1 or _REASON.match(last, found[0].end)):
        return found[0].text
    symbolic = last.strip("() ") and len(last) <= SHORT and not _WORD.search(last)
    return re.sub(r"\s+", " ", last.replace("$", "")).strip() if symbolic else None


def _belongs_to_unit(text: str, number: Number) -> bool:
    """The 2 of m^2."""
    return text[: number.start].rstrip("( ").endswith("^")


def _letter(answer: str) -> str | None:
    segment, marked = _segment(answer)
    text = plain(segment)
    found = _leading_letter(text)
    if found and (marked or len(text) <= 2 or re.match(r"\W*[A-Z][).:\]]", text)):
        return found
    for pattern in (_NAMED, _IN_BRACKETS):
        hits = pattern.findall(plain(answer))
        if hits:
            return str(hits[-1]).upper()
    return None


def _leading_letter(text: str) -> str | None:
    several = _LIST.match(text.strip("*. "))
    if several:
        return ", ".join(sorted(set(re.findall(r"(?<![A-Za-z])[A-Z](?![A-Za-z])", several[0]))))
    match = _LETTER.match(text)
    if match is None or (match[1] in "AaI" and match[2]):  # the article, the pronoun
        return None
    return match[1].upper()


def _same_numbers(one: str, other: str) -> bool:
    """Values are compared exactly; a bare number is the same as one in per cent if either reading of it fits."""
    a, b = _single(one), _single(other)
    if a is None or b is None:
        return a is b and _tight(one) == _tight(other)
    if a.value == b.value:
        return True
    if a.percent == b.percent:
        return False
    share, bare = (a, b) if a.percent else (b, a)
    return share.value / 100 == bare.value


def _single(text: str) -> Number | None:
    result = _result(plain(text[:MAX_READ]))
    found = numbers(result) if result else []
    return found[0] if len(found) == 1 and found[0].text == result else None


def _tight(text: str) -> str:
    return re.sub(r"[\s$]+", "", plain(text[:MAX_READ])).casefold()


def _same_letters(one: str, other: str) -> bool:
    a, b = _letter(one), _letter(other)
    return a == b if a and b else _same_text(one, other)


def _same_text(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _whole(answer: str) -> str | None:
    return " ".join(answer.split()) or None


_EXTRACT: Mapping[TaskType, Callable[[str], str | None]] = {
    TaskType.MATHS: _maths,
    TaskType.MULTIPLE_CHOICE: _letter,
    TaskType.TEXT_TO_SQL: last_statement,
    TaskType.OPEN: _whole,
}
_SAME: Mapping[TaskType, Callable[[str, str], bool]] = {
    TaskType.MATHS: _same_numbers,
    TaskType.MULTIPLE_CHOICE: _same_letters,
    TaskType.TEXT_TO_SQL: same_words,
    TaskType.OPEN: _same_text,
}
