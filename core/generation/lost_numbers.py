"""Numbers that a rewritten question has lost: without them its answer is another one, or there is none."""

from __future__ import annotations

import re
from fractions import Fraction

from core.domain.numbers import numbers, plain

_COUNTED = re.compile(r"^[ \t]*\d{1,3}[.)][ \t]", re.MULTILINE)
_UNITS = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen twenty"""
_TENS = "ten twenty thirty forty fifty sixty seventy eighty ninety hundred"
_OTHERS = {"once": "1", "twice": "2", "double": "2", "triple": "3", "dozen": "12", "thousand": "1000"}
_PARTS = {"half": "1/2", "third": "1/3", "quarter": "1/4"}
_SPOKEN = {
    **{word: Fraction(value) for value, word in enumerate(_UNITS.split())},
    **{word: Fraction(10 * value) for value, word in enumerate(_TENS.split(), 1)},
    **{word: Fraction(value) for word, value in (_OTHERS | _PARTS).items()},
}


def lost_number(before: str, after: str) -> str:
    """One that `before` names in figures and `after` neither in figures nor in words; "" if there is none.

    Numbers that count paragraphs are no data. Words are known in English, one by one.
    """
    there = {abs(number.value) for number in numbers(plain(after))}
    there |= {_SPOKEN[word] for word in re.findall(r"[a-z]+", after.lower()) if word in _SPOKEN}
    named = numbers(plain(_COUNTED.sub("", before)))
    return next((number.text for number in named if abs(number.value) not in there), "")
