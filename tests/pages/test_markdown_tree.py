"""Questions and answers as trees: what is drawn, what stays words, and that nothing else can come out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.components import mathml_tree
from pages.components.markdown_tree import Node, code, tree

HTML = set(
    "p h1 h2 h3 h4 h5 h6 ul ol li blockquote pre code em strong s br hr table thead tbody tr th td a span".split()  # noqa: SIM905
)
_ROWS = ("tr", "td", "td", "code", "tr", "td", "code", "td")
HTML_ATTRIBUTES = {"href", "class", "align", "start"}


def walk(nodes: Iterable[Node]) -> Iterator[Node]:
    """Every node, texts too."""
    for node in nodes:
        yield node
        if not isinstance(node, str):
            yield from walk(node[2])


def tags(text: str) -> list[str]:
    """The tags of a text in order."""
    return [node[0] for node in walk(tree(text)) if not isinstance(node, str)]


def words(text: str) -> str:
    """What can be read."""
    return "".join(node for node in walk(tree(text)) if isinstance(node, str))


def checked(nodes: Iterable[Node]) -> None:
    """Only what the script draws, and only addresses of the web."""
    for node in walk(nodes):
        if isinstance(node, str):
            continue
        tag, attributes, _ = node
        assert tag in HTML | mathml_tree.TAGS
        assert set(attributes) <= HTML_ATTRIBUTES | mathml_tree.ATTRIBUTES
        assert attributes.get("href", "http://").lower().startswith(("http://", "https://"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# A\n\nb *c* **d** ~~e~~", ["h1", "p", "em", "strong", "s"]),
        ("- a\n- b\n\n3. c", ["ul", "li", "li", "ol", "li"]),
        ("| a | b |\n|---|---|\n| 1 | 2 |", ["table", "thead", "tr", "th", "th", "tbody", "tr", "td", "td"]),
        ("> a\n\n---", ["blockquote", "p", "hr"]),
        ("`a` and\n\n```\nb\n```", ["p", "code", "pre", "code"]),
        ("It costs $5 and $8.", ["p"]),
        ("a $x$\nb", ["p", "math", "mrow", "mi", "br"]),
        ("a\n$x$", ["p", "br", "math", "mrow", "mi"]),
        ("`a`\n`b`\nc", ["p", "code", "br", "code", "br"]),
        ("a\n```\nb\n```\nc", ["p", "pre", "code", "p"]),
        ("$$\nx\n$$\nb", ["p", "math", "mrow", "mi", "p"]),
        ("`a` | b\n---|---\n1 | `c`\n`d` | 2", ["table", "thead", "tr", "th", "code", "th", "tbody", *_ROWS]),
        ("$x$ and \\(y\\)", ["p", "math", "mrow", "mi", "math", "mrow", "mi"]),
    ],
)
def test_markdown_becomes_the_nodes_that_it_means(text: str, found: list[str]) -> None:
    assert tags(text) == found


def test_a_formula_on_its_own_has_limits_above_and_below() -> None:
    assert "munderover" in tags("$$\n\\sum_{i=1}^n i\n$$")
    assert "msubsup" in tags("$\\sum_{i=1}^n i$")


def test_a_formula_that_cannot_be_read_is_shown_as_it_was_written() -> None:
    assert words("$\\frac{$") == "$\\frac{$" or "\\frac{" in words("$\\frac{$")
    assert mathml_tree.maths("a^b^c", display=False) is None


_ROW = ["mtr", "mtd", "mi", "mtd", "mi", "mo", "mi"]


@pytest.mark.parametrize(
    "latex",
    [
        "\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}",
        "\\begin{align} a &= b \\\\[4pt] c &= d \\end{align}",
        "a &= b \\\\ c &= d",
    ],
)
def test_lines_of_a_calculation_stand_below_each_other_at_their_signs(latex: str) -> None:
    assert tags(f"$$\n{latex}\n$$") == ["p", "math", "mrow", "mtable", *_ROW, *_ROW]
    assert words(f"$$\n{latex}\n$$") == "a=bc=d"


@pytest.mark.parametrize(
    ("latex", "sign"),
    [("a \\pm b", "±"), ("a \\sim b", "∼"), ("a \\iff b", "⟺"), ("a \\leqslant b", "⩽"), ("A \\setminus B", "∖")],
)
def test_signs_between_terms_are_operators_with_room_beside_them(latex: str, sign: str) -> None:
    assert tags(f"${latex}$")[2:] == ["mrow", "mi", "mo", "mi"]
    assert sign in words(f"${latex}$")


def test_lines_without_a_sign_to_stand_at_are_lines_too() -> None:
    assert tags("$$a \\\\ b$$")[2:] == ["mrow", "mtable", "mtr", "mtd", "mi", "mtr", "mtd", "mi"]
    assert "mtable" in tags("$$\\begin{gathered} a \\\\ b \\end{gathered}$$")


@pytest.mark.parametrize("latex", ["\\frac{1", "a}b", "\\begin{tikzpicture} a & b \\end{tikzpicture}"])
def test_a_formula_of_which_something_would_be_left_out_is_shown_as_it_was_written(latex: str) -> None:
    assert words(f"$${latex}$$") == latex
    assert "code" in tags(f"$${latex}$$")


@pytest.mark.parametrize("mark", [">", "- ", "1. "])
def test_nothing_is_nested_so_deeply_that_nobody_sees_it(mark: str) -> None:
    for depth in range(1, 40):
        assert "hidden" in words(f"before\n\n{mark * depth} hidden\n\nafter")


def test_code_is_told_apart_by_language_and_stays_plain_without_one() -> None:
    marked = {node[1]["class"] for node in walk([code("SELECT 1 -- x", "sql")]) if isinstance(node, tuple) and node[1]}
    assert marked == {"k", "m", "c"}
    assert code("SELECT 1", "no such language") == ("pre", {}, (("code", {}, ("SELECT 1",)),))


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=alert(1)>",
        "<script>alert(1)</script>",
        "![x](http://127.0.0.1:9/x.png)",
        "[a](javascript:alert(1))",
        "[a](data:text/html,x)",
        "[a](mailto:a@b.c)",
        "<javascript:alert(1)>",
        "$\\href{javascript:alert(1)}{x}$",
        "[x]: javascript:alert(1)\n\n[x]",
    ],
)
def test_hostile_texts_are_words(text: str) -> None:
    checked(tree(text))
    assert "a" not in tags(text)
    assert "img" not in tags(text)


def test_an_image_says_what_it_would_have_shown_and_from_where() -> None:
    assert words("![a cat](http://e.org/c.png)") == "Image: a cat (http://e.org/c.png)"


@given(st.text(alphabet="ab<>&[]()!`*_#|-$\\{}^\n \t1.:/htpjs\"'~", max_size=120))
def test_nothing_but_the_allowed_comes_out_of_any_text(text: str) -> None:
    checked(tree(text))
