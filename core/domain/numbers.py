"""Numbers as people and models write them: separators, fractions, LaTeX, per cent, powers of ten; values are exact."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

MAX_DIGITS = 400
MAX_EXPONENT = 400

_INT = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)"
_DECIMAL = rf"(?:{_INT}(?:\.\d+)?|\.\d+)"
_TEN = r"(?:\s?(?:\*|x)\s?10\s?\^\s?\(?(?P<ten>[-+]?\d+)\)?|[eE](?P<e>[-+]?\d+)(?![\w.]))"
_NUMBER = re.compile(
    rf"(?<![\w.])(?P<sign>[-+]\s?)?(?:[$€£¥]\s?)?(?P<inner>[-+])?"
    rf"(?:(?P<whole>\d+)\s(?P<top>\d+)\s?/\s?(?P<bottom>\d+)"
    rf"|(?P<over>{_DECIMAL})\s?/\s?(?P<under>{_DECIMAL})"
    rf"|(?P<plain>{_DECIMAL}){_TEN}?)"
    r"(?P<percent>\s?%|\s(?:percent|per cent)\b)?"
)
_FRACTION = re.compile(r"\\[dtc]?frac\s*(?:\{([^{}]*)\}|(\d))\s*(?:\{([^{}]*)\}|(\d))")
_WRAPPER = re.compile(r"\\(?:text|mathrm|mathbf|textbf|textit|mathit|operatorname|boxed|fbox)\s*\{([^{}]*)\}")
_COMMANDS = (
    (re.compile(r"\\(?:left|right|displaystyle|quad|qquad|,|;|!|:)(?![A-Za-z])"), ""),
    (re.compile(r"\\(?:times|cdot)(?![A-Za-z])"), "*"),
    (re.compile(r"\\div(?![A-Za-z])"), "/"),
    (re.compile(r"\\([%$#&{}_])"), r"\1"),
    (re.compile(r"\\[()\[\]]"), ""),
)
_PLAIN = str.maketrans({"−": "-", "–": "-", "×": "*", "·": "*", "÷": "/", "⁄": "/", "{": "(", "}": ")"})
_SUPERSCRIPTS = re.compile("[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_RAISED = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")
_GROUPED = re.compile("(?<=\\d)[\u00a0\u2009\u202f](?=\\d{3}(?!\\d))")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text: its exact value, whether a per cent sign follows, and where it stands."""

    value: Fraction
    percent: bool
    start: int
    end: int

    @property
    def text(self) -> str:
        """In the shortest usual form: "72", "2.5", "3/4", "12%"."""
        return written(self.value) + ("%" if self.percent else "")


def plain(text: str) -> str:
    """`text` without LaTeX, Markdown stars and typographic signs, so that numbers in it can be read."""
    text = text.replace("{,}", ",").replace("\\dollar", "$")
    for _ in range(4):  # commands stand in each other, a few deep
        text = _FRACTION.sub(lambda m: f" ({m[1] or m[2] or 0})/({m[3] or m[4] or 0}) ", _WRAPPER.sub(r" \1 ", text))
    for pattern, instead in _COMMANDS:
        text = pattern.sub(instead, text)
    text = _SUPERSCRIPTS.sub(lambda m: "^" + m[0].translate(_RAISED), text)
    text = "".join(_composed(letter) for letter in text)
    text = _GROUPED.sub(",", text).translate(_PLAIN)
    text = re.sub(r"\(([-+]?\d+)\)/\((\d+)\)", r"\1/\2", re.sub(r"\*\*|__|`", "", text))
    return re.sub(r"\s+", " ", text).strip()


def _composed(letter: str) -> str:
    """A vulgar fraction is set apart from a number before it: 2½ is 2 1/2."""
    if letter.isascii() or letter in "²³¹":
        return letter
    form = unicodedata.normalize("NFKC", letter)
    return f" {form}" if "⁄" in form else (form if form.isdigit() else letter)


def numbers(text: str) -> list[Number]:
    """All numbers of a text that went through `plain`, in order; those too long to be meant are left out."""
    return [number for match in _NUMBER.finditer(text) if (number := _read(match)) is not None]


def _read(match: re.Match[str]) -> Number | None:
    if match.end() - match.start() > MAX_DIGITS:
        return None
    value = _value(match)
    if value is None:
        return None
    if "-" in (match["sign"] or "") + (match["inner"] or ""):
        value = -value
    return Number(value, match["percent"] is not None, match.start(), match.end())


def _value(match: re.Match[str]) -> Fraction | None:
    if match["whole"] is not None:
        bottom = int(match["bottom"])
        return int(match["whole"]) + Fraction(int(match["top"]), bottom) if bottom else None
    if match["over"] is not None:
        under = _decimal(match["under"])
        return _decimal(match["over"]) / under if under else None
    exponent = int(match["ten"] or match["e"] or 0)
    if abs(exponent) > MAX_EXPONENT:
        return None
    return _decimal(match["plain"]) * Fraction(10) ** exponent


def _decimal(digits: str) -> Fraction:
    return Fraction(digits.replace(",", ""))


def written(value: Fraction) -> str:
    """The shortest exact form: a whole number, a finite decimal, else a fraction."""
    if value.denominator == 1:
        return str(value.numerator)
    twos, fives, rest = 0, 0, value.denominator
    while rest % 2 == 0:
        twos, rest = twos + 1, rest // 2
    while rest % 5 == 0:
        fives, rest = fives + 1, rest // 5
    places = max(twos, fives)
    if rest != 1 or places > 12:
        return f"{value.numerator}/{value.denominator}"
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"
