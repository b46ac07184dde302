"""Formulas as MathML trees, which browsers draw themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING, Any

from latex2mathml.converter import convert_to_element

if TYPE_CHECKING:
    from pages.components.markdown_tree import Node

LONGEST, MOST_NODES = 4_000, 2_000
_TAGS = """
math mrow mi mo mn ms mtext mspace mfrac msqrt mroot msup msub msubsup mover munder munderover mmultiscripts mtable mtr
mtd mstyle mpadded mphantom menclose
"""
_ATTRIBUTES = """
display displaystyle scriptlevel mathvariant stretchy fence form lspace rspace minsize maxsize linethickness columnalign
rowspacing columnspacing accent accentunder width height depth voffset separator symmetric largeop movablelimits
columnlines rowlines notation
"""
TAGS, ATTRIBUTES = frozenset(_TAGS.split()), frozenset(_ATTRIBUTES.split())
_UNDER = frozenset("∑∏∐⋂⋃⨁⨂") | {"lim", "max", "min", "sup", "inf"}
_SIGNS, _CLOSING = frozenset("+-−±∓"), frozenset(")]}|!′%°")
_LIMITS = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
_OPERATORS = {each: each for each in "±⟺⟹⟸⟶⟼⤳⨿•◁⪇⪯⪰⌣⌢⟂·:⩽⩾¬"} | {"~": "∼", "⧵": "∖"}  # taken for names by the converter
_PLAIN = (
    "equation equation* array cases substack smallmatrix split align* matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix"
)
_ALIKE = {"aligned": "split", "align": "align*", "gathered": "matrix", "gather": "matrix", "gather*": "matrix"}
_SURROUNDINGS = _ALIKE | {name: name for name in _PLAIN.split()}  # what is written -> what the converter knows
_EDGE = re.compile(r"\\(begin|end)\{([^}]*)\}")
_LINE_END = re.compile(r"\\\\(?:\[[^\]\n]*(?:pt|em|ex|mm|cm)\])?")  # the space that may follow a line is left out
_ESCAPED = re.compile(r"\\.", re.DOTALL)


@lru_cache(maxsize=4096)
def maths(latex: str, *, display: bool) -> Node | None:
    """The formula, None where it cannot be read."""
    if not latex or len(latex) > LONGEST:
        return None
    try:
        element = convert_to_element(_known(latex), display="block" if display else "inline")
        if sum(1 for _ in element.iter()) > MOST_NODES:
            return None
        return _node(element, display)
    except Exception:  # noqa: BLE001 - a reader of what models write: whatever it stumbles over, the source is shown
        return None


def _known(latex: str) -> str:
    """In the words of the converter, which drops what it does not know or runs it together; raises where it would."""
    text = _EDGE.sub(lambda edge: f"\\{edge[1]}{{{_SURROUNDINGS[edge[2]]}}}", _LINE_END.sub(r"\\\\", latex))
    bare = _ESCAPED.sub("", text)
    if bare.count("{") != bare.count("}"):
        raise ValueError(latex)
    if "\\begin" in text or not ("&" in bare or "\\\\" in text):
        return text
    lines = "split" if "&" in bare else "matrix"
    return f"\\begin{{{lines}}}{text}\\end{{{lines}}}"


def _node(element: Any, display: bool) -> Node:
    if element.tag not in TAGS:
        return "mrow", {}, tuple(_inside(element, display))
    tag = element.tag
    if tag == "mi" and (sign := _OPERATORS.get(unescape(element.text or ""))):
        return "mo", {}, (sign,)
    if display and tag in _LIMITS and unescape(element[0].text or "") in _UNDER:
        tag = _LIMITS[tag]
    return tag, _attributes(element.attrib), tuple(_inside(element, display))


def _attributes(given: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in given.items() if name in ATTRIBUTES}


def _inside(element: Any, display: bool) -> Iterator[Node]:
    if element.text:
        yield unescape(element.text)
    before = None
    for child in element:
        made = _node(child, display)
        yield _tight(_signed(made) if _begins_term(before) else made)
        before = child


def _begins_term(before: Any) -> bool:
    """Is a sign behind this one the sign of a number: at the beginning, after a relation, a comma, an open bracket?"""
    return before is None or (before.tag == "mo" and unescape(before.text or "") not in _CLOSING)


def _signed(node: Node) -> Node:
    """Written close to its number."""
    if not isinstance(node, str) and node[0] == "mo" and node[2] and node[2][0] in _SIGNS:
        return node[0], {**node[1], "form": "prefix"}, node[2]
    return node


def _tight(node: Node) -> Node:
    """Bars round a term without the space of a relation."""
    if not isinstance(node, str) and node[0] == "mo" and node[2] == ("|",):
        return node[0], {**node[1], "lspace": "0em", "rspace": "0em"}, node[2]
    return node
