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
SHORT, LONG = 80, 160

_FINAL = re.compile(r"final[ \t]+(?:answer|result)\b[*_ \t]*(?:is\b|[:=\-–—])?[*_ \t:]*", re.IGNORECASE)
_ANSWER = re.compile(
    r"\b(?:the[ \t]+)?(?:correct[ \t]+|right[ \t]+|best[ \t]+)?(?:answer|option|choice)\b[*_ \t]*(?:is\b|:)[*_ \t:]*",
    re.IGNORECASE,
)
_HASHES = re.compile(r"####[ \t]*")
_BOXED = re.compile(r"\\(?:boxed|fbox)\s*\{")
_WORD = re.compile(r"[^\W\d_]{3,}")
_SEVERAL = re.compile(r"\d.*(?:[,;]\s|\b(?:and|or)\b)")
_PARTS = re.compile(r"\(a\).*\(b\)", re.IGNORECASE)
_REASON = re.compile(r"[,;.]?\s\b(?:because|since|as|which|so|after|if)\b", re.IGNORECASE)
_TO_THE_LEFT = re.compile(r"[√^*/+]\s*\(?$|[^\W\d]\s*-\s*\(?$")
_JOINED = re.compile(r"[\w)](?:[-+].|\s[-+]\s)$")  # by a sign that is no number's own
_TO_THE_RIGHT = re.compile(r"[a-cnt-zπ!√](?!\w)|\s*[*+^√π\\]|\s*[-/]\s*[a-cnt-z(](?!\w)", re.IGNORECASE)
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


def named(answer: str) -> str | None:
    """What the answer itself marks as its result, as it is written, also where no more can be told of it."""
    segment, marked = _segment(clean_text(answer[-MAX_READ:]))
    return segment if marked else None


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
    """What a short text gives as the result: a number with or without its unit, a formula, or several of them."""
    inner = _REASON.split(_after_last(_ANSWER, text) or text)[0].strip(" .;$*")
    before, sign, last = inner.rpartition("=")
    if sign and (_SEVERAL.search(before) or _PARTS.search(inner)):
        last = inner
    last = last.rpartition("≈")[2].strip()
    found = _values(last)
    if len(found) == 1 and not _in_formula(last, found[0]):
        return found[0].text
    readable = last.strip("() ") and (len(found) > 1 or not _WORD.search(last)) and len(last) <= LONG
    return re.sub(r"\s+", " ", last.replace("$", "")).strip() if readable else None


def _values(text: str) -> list[Number]:
    """Its numbers but for the powers of units: the 2 of m^2."""
    return [number for number in numbers(text) if not text[: number.start].rstrip("( ").endswith("^")]


def _in_formula(text: str, number: Number) -> bool:
    """Is it a part of something that is no number: 7x, √3, n + 3, 3!"""
    before, after = text[: number.start], text[number.end :]
    return bool(_TO_THE_LEFT.search(before) or _TO_THE_RIGHT.match(after) or _JOINED.search(text[: number.start + 2]))


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
    """Numbers are compared by exact value, formulas by their words too; of several results each must be the same."""
    a, b = _told(one), _told(other)
    if _tight(a) == _tight(b):
        return True
    mine, theirs = _values(a), _values(b)
    if not mine or not theirs:
        return False
    bare = [len(values) == 1 and values[0].text == text for text, values in ((a, mine), (b, theirs))]
    if any(bare) and _is_sentence(a if bare[1] else b):  # "48 and 24, in all = 72" and "72"
        return _equal(mine[-1], theirs[-1])
    equal = len(mine) == len(theirs) and all(map(_equal, mine, theirs))
    return equal and (_is_sentence(a) or _is_sentence(b) or _frame(a, mine) == _frame(b, theirs))


def _told(text: str) -> str:
    cleaned = plain(text[:MAX_READ])
    return _result(cleaned) or cleaned


def _is_sentence(text: str) -> bool:
    return _WORD.search(text) is not None


def _frame(text: str, found: list[Number]) -> str:
    """A formula without its numbers."""
    cuts = [0, *(place for number in found for place in (number.start, number.end)), len(text)]
    return "#".join(_tight(text[cuts[i] : cuts[i + 1]]) for i in range(0, len(cuts), 2))


def _equal(a: Number, b: Number) -> bool:
    """A bare number is the same as one in per cent if either reading of it fits."""
    if a.value == b.value:
        return True
    if a.percent == b.percent:
        return False
    share, bare = (a, b) if a.percent else (b, a)
    return share.value / 100 == bare.value


def _tight(text: str) -> str:
    return re.sub(r"[\s$]+", "", text).casefold()


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
