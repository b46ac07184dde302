"""Calculations written out in an answer, recomputed exactly: "48 / 2 = 24", "<<48/2=24>>".

Only what can be read without doubt is recomputed: numbers, + - * / ^ and brackets on both sides of a sign of equality.
Formulas with letters, units between numbers and functions are passed over.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from core.domain.numbers import plain, written

MAX_LENGTH = 200
MAX_POWER = 200
MAX_BITS = 4096
MAX_STEPS = 500
MAX_READ = 40_000

_MARK = re.compile(r"<<([^<>\n]{1,200})>>")
_BULLET = re.compile(r"^\s*(?:[-*•+]|\(?\d{1,3}[.)])\s+")
_TIMES = re.compile(r"(?<=[\d)])\s*[xX]\s*(?=[\d($])")
_PERCENT_OF = re.compile(r"(?<=\d)\s*%\s+of\s+(?=[\d($])", re.IGNORECASE)
_TOKEN = re.compile(
    r"(?P<number>(?:\d{1,3}(?:,\d{3})+(?![\d,])|\d+(?!,\d))(?:\.\d+)?|\.\d+)|(?P<list>\d[\d,.]*)"
    r"|(?P<sign>[-+*/^()%])|(?P<word>\\?[^\W\d]\w*)|(?P<space>\s+|\$)|(?P<other>.)"
)
_NO_PROSE = frozenset(
    {"choose", "mod", "of", "times", "plus", "minus", "by", "over", "squared", "cubed", "divided", "multiplied", "root"}
)
_CHANGED = frozenset({"cent", "cents", "pence"})  # units that the left side often does not have
_OPERATIONS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One calculation as written, what its left side really gives, and whether that is what the right side says."""

    text: str
    value: Fraction
    holds: bool

    @property
    def correction(self) -> str:
        """The step with its real result: "48 / 2 = 25, but it is 24"."""
        return f"{self.text}, but it is {written(self.value)}"


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    glued: bool  # no space before it


def evaluate(expression: str) -> Fraction | None:
    """The exact value of an expression of numbers, + - * / ^ and brackets; None if it is not one, or too large."""
    if len(expression) > MAX_LENGTH:
        return None
    source = re.sub(r"(?<=\d),(?=\d{3})", "", expression).replace("^", "**").strip()
    if not re.fullmatch(r"[\d.\s+\-*/()]+", source):
        return None
    try:
        return _value(ast.parse(source, mode="eval").body, source)
    except (SyntaxError, ValueError, ZeroDivisionError, RecursionError, MemoryError):
        return None


def _value(node: ast.expr, source: str) -> Fraction:
    """Raises ValueError for anything but the few allowed kinds of nodes, and for what grows too large."""
    if isinstance(node, ast.Constant):
        value = Fraction(ast.get_source_segment(source, node) or "")
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        inner = _value(node.operand, source)
        value = -inner if isinstance(node.op, ast.USub) else inner
    elif isinstance(node, ast.BinOp):
        value = _joined(node.op, _value(node.left, source), _value(node.right, source))
    else:
        return _refuse()
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
        raise ValueError("too large")
    return value


def _joined(operation: ast.operator, left: Fraction, right: Fraction) -> Fraction:
    if not isinstance(operation, ast.Pow):
        return _OPERATIONS[type(operation)](left, right) if type(operation) in _OPERATIONS else _refuse()
    size = max(left.numerator.bit_length(), left.denominator.bit_length())
    if right.denominator != 1 or abs(right) > MAX_POWER or size * abs(right) > MAX_BITS:
        raise ValueError("a power that is not computed")
    return Fraction(left ** int(right))


def _refuse() -> Fraction:
    raise ValueError("not a calculation that is known")


def steps(answer: str) -> list[Step]:
    """Every calculation of an answer that can be read, each once, in order; no more than 500."""
    found: dict[str, Step] = {}
    for left, sign, right in _equations(answer[:MAX_READ]):
        step = _step(left, sign, right)
        if step is not None:
            found.setdefault(re.sub(r"[\s,]+", "", step.text), step)
        if len(found) >= MAX_STEPS:
            break
    return list(found.values())


def _equations(answer: str) -> Iterator[tuple[str, str, str]]:
    for mark in _MARK.findall(answer):
        yield from _pairs(plain(mark))
    for line in _MARK.sub("", answer).split("\n"):
        yield from _pairs(_BULLET.sub("", plain(_BULLET.sub("", line))))


def _pairs(text: str) -> Iterator[tuple[str, str, str]]:
    parts = re.split(r"([=≈])", _PERCENT_OF.sub("/100*", _TIMES.sub("*", text)))
    for place in range(0, len(parts) - 2, 2):
        yield parts[place], parts[place + 1], parts[place + 2]


def _step(left: str, sign: str, right: str) -> Step | None:
    before, after = _ending(_tokens(left[-MAX_LENGTH:])), _beginning(_tokens(right[:MAX_LENGTH]))
    if before is None or after is None or not (_calculates(before) or _calculates(after)):
        return None
    value, told = evaluate(_source(before)), evaluate(_source(after))
    if value is None or told is None:
        return None
    holds = _near(value, told, before, after, sign)
    if not holds and any(token.text == "%" for token in (*before, *after)):
        return None  # a per cent sign has too many readings to find fault with
    return Step(f"{_shown(before)} {sign} {_shown(after)}", value, holds)


def _tokens(text: str) -> list[_Token]:
    tokens, glued = [], False
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "space":
            tokens.append(_Token(match.lastgroup or "", match[0], glued))
        glued = match.lastgroup != "space"
    return tokens


def _readable(token: _Token) -> bool:
    return token.kind in {"number", "sign"}


def _ending(tokens: list[_Token]) -> list[_Token] | None:
    """The longest expression at the end, None if what stands before it belongs to the calculation."""
    first = len(tokens)
    while first and _readable(tokens[first - 1]):
        first -= 1
    for start in range(first, len(tokens)):
        chosen = tokens[start:]
        if evaluate(_source(chosen)) is not None:
            return chosen if _free(tokens, start) else None
    return None


def _free(tokens: list[_Token], start: int) -> bool:
    """Does the expression that starts here stand alone, with only words or punctuation before it?"""
    first, before = tokens[start], tokens[start - 1] if start else None
    if before is None or before.text in {":", ";", ",", "("}:
        return True
    if before.kind == "sign":  # "1) 3 + 4" is numbered, anything else goes on to the left
        return before.text == ")" and start == 2 and tokens[0].kind == "number"
    if first.text in {"-", "+"} or before.kind == "number":
        return False
    if before.kind == "word":
        word = before.text.lower()
        return not (first.glued or word in _NO_PROSE or word.startswith("\\") or (len(word) == 1 and word not in "ai"))
    return before.text in {".", "!", "?", "€", "£", "¥", '"', "'"}


def _beginning(tokens: list[_Token]) -> list[_Token] | None:
    """The longest expression at the start, None if the calculation goes on in a way that cannot be read."""
    last = 0
    while last < len(tokens) and _readable(tokens[last]):
        last += 1
    for end in range(last, 0, -1):
        if evaluate(_source(tokens[:end])) is not None:
            after = tokens[end] if end < len(tokens) else None
            goes_on = after is not None and (
                after.kind == "number"
                or (after.kind == "sign" and after.text not in "()")
                or (after.kind == "word" and (after.glued or after.text.lower() in _CHANGED))
            )
            return None if goes_on else tokens[:end]
    return None


def _source(tokens: Iterable[_Token]) -> str:
    return " ".join("/100" if token.text == "%" else token.text for token in tokens)


def _shown(tokens: Iterable[_Token]) -> str:
    text = " ".join(token.text for token in tokens)
    return re.sub(r" (?=[)%])|(?<=\() ", "", text)


def _calculates(tokens: list[_Token]) -> bool:
    return any(token.text in {"+", "-", "*", "/", "^"} for token in tokens[1:])


def _near(value: Fraction, told: Fraction, before: list[_Token], after: list[_Token], sign: str) -> bool:
    """Equal, or rounded to the decimals that are shown; whole numbers only where the sign says so."""
    if value == told:
        return True
    if any(token.text == "%" for token in after) and value == told * 100:
        return True
    places = _places(after[0]) if _is_rounded(after) else 0
    if not places:
        return sign == "≈" and abs(value - told) <= max(Fraction(1, 2), abs(value) / 20)
    unit = Fraction(1, 10**places) * (
        told / (evaluate(after[0].text) or told)
    )  # told: 10.42 * 10^-3 counts in units of 10^-5
    slack = abs(value) * _blur(before)
    return abs(value - told) < unit + slack if places > 1 else abs(value - told) <= unit / 2 + slack


def _is_rounded(after: list[_Token]) -> bool:
    """A number, a per cent, or a number times a power of ten."""
    return after[0].kind == "number" and (len(after) <= 2 or [token.text for token in after[1:4]] == ["*", "10", "^"])


def _places(token: _Token) -> int:
    return len(token.text.partition(".")[2])


def _blur(before: list[_Token]) -> Fraction:
    """How far the result may be off because numbers with three decimals or more are themselves rounded."""
    rounded = [token for token in before if token.kind == "number" and _places(token) >= 3]
    values = [(token, evaluate(token.text)) for token in rounded]
    return sum((Fraction(1, 2 * 10 ** _places(t)) / v for t, v in values if v), Fraction(0))
