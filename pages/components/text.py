"""Every text that people or models wrote passes through here before it is drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

_STATEMENTS = ("CREATE TABLE ", "CREATE VIEW ", "SELECT ")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~$&^=])")
_DIRECTIVE = re.compile(r"\\?:(?=[A-Za-z0-9_+\-]+[:\[/])")
_COLON = re.compile(r":(?=[A-Za-z]|//|[\w\\+\-]+:)")  # of a directive, a short code, an address
_INVISIBLE = "\u200b"
_HIDDEN = re.compile("[\u00ad\u180e\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]+")
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_IMAGE = re.compile(r"!(?=\[)")
_LINK = re.compile(r"\]\((?!\s*https?://)", re.IGNORECASE)
_TIMES = re.compile(r"(?<=[\w)\]%])(?<!\*)\*(?=[\w(\[$.])")  # 20*2 is no emphasis
_FINAL = re.compile(r"^####(?=[ \t]*[^\n#A-Za-z]{1,40}$)", re.MULTILINE)  # the mark of a final number is no heading
_BREAK = re.compile(r"(?:(?<=[^\s|])|\A)\n(?=[^\s|]|\Z)")  # also beside code or a formula
_DEFINITION = re.compile(r"^(\s{0,3})\[([^\]]+)\]:", re.MULTILINE)
_VERBATIM = re.compile(
    r"""
    ^(?P<inset>[ \t]*)(?P<fence>`{3,}|~{3,})[^\n`]*$           # a fenced block, in a list with all its lines indented
      (?:\n(?!(?P=inset)[ ]{0,3}(?P=fence)[`~]*[ \t]*$)(?:(?P=inset)[^\n]*|(?!(?P=inset))[ \t]*)$)*+
      (?:\n(?P=inset)[ ]{0,3}(?P=fence)[`~]*[ \t]*$)?
    | (?<!`)(?P<ticks>`++)[^\n]+?(?<!`)(?P=ticks)(?!`)         # code in a line
    | \\[\\`$]                                                 # an escape
    | \\\((?P<round>(?:(?!\n\s*\n|\\[()]).)+)\\\)
    | ^(?P<indent>[ \t]*)\\\[(?P<display>(?:(?!\n\s*\n|\\[\[\]]).)+)\\\][ \t]*$
    | \\\[(?P<square>(?:(?!\n\s*\n|\\[\[\]]).)+)\\\]
    | \$\$(?:(?!\n\s*\n|\$\$).)+\$\$
    | \$(?![\s$]|\d[\d,.]*\s+[A-Za-z]{2})(?:(?!\n\s*\n)(?:[^$\\]|\\.))+(?<!\s)\$(?![\d$])   # no price, no gap inside
    """,
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)
_ADDRESS = re.compile(r":(?=//)|@|\bwww(?=\.)", re.IGNORECASE)
"""Markdown makes a link of an address, escaped or not: of a page, of a person, of what begins as a page does."""


def safe(text: object, limit: int = 400) -> str:
    """`text` as plain words inside a label, option, header, toast or Markdown: nothing in it is interpreted.

    A text that runs from right to left is isolated, so that it turns nothing round but itself.
    """
    line = _ADDRESS.sub(rf"\g<0>{_INVISIBLE}", plain(text, limit))
    escaped = _COLON.sub(f":{_INVISIBLE}", _SPECIAL.sub(r"\\\1", line))
    return f"\u2068{escaped}\u2069" if _RIGHT_TO_LEFT.search(escaped) else escaped


def plain(text: object, limit: int = 160) -> str:
    """`text` in one line for a widget that interprets nothing, as the options of a list: an escape would be seen."""
    line = " ".join(_TURNS.sub("", str(text)).split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def rich(text: str) -> str:
    """A question or an answer as Markdown with formulas and code; its images, odd links, directives and tags defused.

    Formulas may stand between dollar signs, `\\(...\\)` or `\\[...\\]`. A dollar sign that is no formula's is a price,
    an asterisk between figures a product, and a new line begins one; bare SQL is code. Marks that turn words round or
    that nobody sees are shown by their numbers.
    """
    told = _HIDDEN.sub(_numbers, text)
    return "".join(_undrawn(part) if verbatim else _defused(part) for part, verbatim in _parts(told))


def _numbers(marks: re.Match[str]) -> str:
    codes = [f"U+{ord(mark):04X}" for mark in marks[0]]
    return f"‹{f'{len(codes)} hidden characters' if len(codes) > 3 else ' '.join(codes)}›"


def markdown(text: str) -> str:
    """A question or an answer as Markdown with formulas between dollar signs, read as `rich` reads it.

    Nothing is defused: for a reader that draws no tags, images or odd links itself.
    """
    return "".join(part if verbatim else _prose(part) for part, verbatim in _parts(text))


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces, each with whether it is code or a formula, which stays as it is."""
    text = _sql_as_code(text)
    end = 0
    for found in _VERBATIM.finditer(text):
        yield text[end : found.start()], False
        yield _verbatim(found), True
        end = found.end()
    yield text[end:], False


def _sql_as_code(text: str) -> str:
    """Paragraphs that are statements, as schemas and queries come from files, with a fence around them."""
    if not any(word in text for word in _STATEMENTS) or "```" in text:
        return text
    parts = []
    for is_sql, group in groupby(text.split("\n\n"), lambda part: part.lstrip().startswith(_STATEMENTS)):
        joined = "\n\n".join(group)
        parts.append(f"```sql\n{joined}\n```" if is_sql else joined)
    return "\n\n".join(parts)


def _prose(text: str) -> str:
    words = _BREAK.sub("  \n", _FINAL.sub(r"\\#\\#\\#\\#", _TIMES.sub(r"\\*", _DEFINITION.sub(r"\1\\[\2]:", text))))
    return words.replace("$", "\\$")


def _defused(text: str) -> str:
    words = _prose(_LINK.sub("] (", _IMAGE.sub("!\\\\", text)))
    return _DIRECTIVE.sub(rf"\\:{_INVISIBLE}", words).replace("<", "&lt;")


def _verbatim(found: re.Match[str]) -> str:
    """Code as it is, formulas between dollar signs."""
    inline, display = found["round"] or found["square"], found["display"]
    if inline:
        return f"${inline.strip()}$"
    if display:
        indent = found["indent"]
        return f"{indent}$$\n{indent}{display.strip()}\n{indent}$$"
    return found[0]


def _undrawn(verbatim: str) -> str:
    """With an invisible mark inside anything that could be an image or a link."""
    return verbatim.replace("![", f"!{_INVISIBLE}[").replace("](", f"]{_INVISIBLE}(")
