"""Questions and answers as trees that a script can draw node by node: there is no HTML anywhere on the way.

A node is a text, or a tag with attributes and children. Only what `TAGS` and `ATTRIBUTES` of the reader's script allow
is ever made here: raw HTML stays words, images become their words, links that are not http(s) show their address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import TypeAlias

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Name, Number, Operator, String, Token, _TokenType
from pygments.util import ClassNotFound

from pages.components.mathml_tree import maths
from pages.components.text import markdown

Node: TypeAlias = "str | tuple[str, Mapping[str, str], tuple[Node, ...]]"
MOST_COLOURED = 20_000

_READER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_READER.use(dollarmath_plugin, allow_labels=False, double_inline=True)
_KINDS: Mapping[_TokenType, str] = {
    Keyword: "k",
    Name.Function: "f",
    Name.Class: "f",
    Name.Builtin: "b",
    Name.Decorator: "b",
    Name.Tag: "k",
    Name.Attribute: "b",
    String: "s",
    Number: "m",
    Comment: "c",
    Operator.Word: "k",
}
_SAME = {
    "paragraph": "p",
    "bullet_list": "ul",
    "list_item": "li",
    "blockquote": "blockquote",
    "em": "em",
    "strong": "strong",
    "s": "s",
    "hr": "hr",
    "hardbreak": "br",
    "table": "table",
    "thead": "thead",
    "tbody": "tbody",
    "tr": "tr",
}
_DEEPENING = frozenset({"blockquote_open", "list_item_open"})
_SIDES = {"text-align:left": "left", "text-align:center": "center", "text-align:right": "right"}


@lru_cache(maxsize=512)
def tree(text: str) -> tuple[Node, ...]:
    """A question or an answer, read as everywhere: prices are no formulas, bare SQL is code."""
    tokens = _READER.parse(markdown(text))
    if any(token.type in _DEEPENING and token.level >= _READER.options.maxNesting - 1 for token in tokens):
        return (("p", {"class": "source"}, (text,)),)  # the reader drops what lies deeper: it would be accepted unseen
    return _children(SyntaxTreeNode(tokens))


@lru_cache(maxsize=64)
def code(text: str, language: str) -> Node:
    """A block of code with its words told apart by class; a language that is not known stays plain."""
    lexer = _lexer(language.lower()) if language and len(text) <= MOST_COLOURED else None
    body = _coloured(text, lexer) if lexer else (text,)
    return "pre", {}, (("code", {}, body),)


def _children(node: SyntaxTreeNode) -> tuple[Node, ...]:
    return _joined(made for child in node.children for made in _made(child))


def _joined(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """Neighbouring texts as one."""
    joined: list[Node] = []
    for node in nodes:
        last = joined[-1] if joined else None
        if isinstance(node, str) and isinstance(last, str):
            joined[-1] = last + node
        elif node != "":
            joined.append(node)
    return tuple(joined)


def _made(node: SyntaxTreeNode) -> tuple[Node, ...]:
    kind = node.type
    if kind in {"inline", "root"} or (kind == "paragraph" and node.hidden):
        return _children(node)
    if kind in _SAME:
        return ((_SAME[kind], {}, _children(node)),)
    return _MADE.get(kind, _words)(node)


def _words(node: SyntaxTreeNode) -> tuple[Node, ...]:
    return (node.content,)


def _space(_node: SyntaxTreeNode) -> tuple[Node, ...]:
    return ("\n",)


def _heading(node: SyntaxTreeNode) -> tuple[Node, ...]:
    return ((node.tag, {}, _children(node)),)


def _numbered(node: SyntaxTreeNode) -> tuple[Node, ...]:
    start = node.attrs.get("start")
    return (("ol", {"start": str(start)} if start is not None else {}, _children(node)),)


def _cell(node: SyntaxTreeNode) -> tuple[Node, ...]:
    side = _SIDES.get(str(node.attrs.get("style", "")))
    return ((node.type, {"align": side} if side else {}, _children(node)),)


def _inline_code(node: SyntaxTreeNode) -> tuple[Node, ...]:
    return (("code", {}, (node.content,)),)


def _block(node: SyntaxTreeNode) -> tuple[Node, ...]:
    language = node.info.split()[0] if node.type == "fence" and node.info.strip() else ""
    return (code(node.content.removesuffix("\n"), language),)


def _link(node: SyntaxTreeNode) -> tuple[Node, ...]:
    address = str(node.attrs.get("href", ""))
    if address.lower().startswith(("http://", "https://")):
        return (("a", {"href": address}, _children(node)),)
    return (*_children(node), f" ({address})")


def _image(node: SyntaxTreeNode) -> tuple[Node, ...]:
    address = str(node.attrs.get("src", ""))
    return (("span", {"class": "image"}, (f"Image: {node.content or 'without words'} ({address})",)),)


def _formula(node: SyntaxTreeNode) -> tuple[Node, ...]:
    display = node.type != "math_inline"
    made = maths(node.content.strip(), display=display)
    if made is None:
        return (("code", {"class": "formula"}, (node.content,)),)
    return (("p", {"class": "display"}, (made,)),) if node.type == "math_block" else (made,)


_MADE: Mapping[str, Callable[[SyntaxTreeNode], tuple[Node, ...]]] = {
    "softbreak": _space,
    "heading": _heading,
    "ordered_list": _numbered,
    "th": _cell,
    "td": _cell,
    "code_inline": _inline_code,
    "code_block": _block,
    "fence": _block,
    "link": _link,
    "image": _image,
    "math_inline": _formula,
    "math_inline_double": _formula,
    "math_block": _formula,
}


@lru_cache(maxsize=128)
def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def _coloured(text: str, lexer: Lexer) -> tuple[Node, ...]:
    parts: list[Node] = []
    for kind, piece in lexer.get_tokens(text):
        name = _class_of(kind)
        parts.append(("span", {"class": name}, (piece,)) if name else piece)
    return _joined(parts)


@lru_cache(maxsize=256)
def _class_of(kind: _TokenType) -> str:
    while kind is not Token:
        if kind in _KINDS:
            return _KINDS[kind]
        kind = kind.parent
    return ""
