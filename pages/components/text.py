"""Every text that people or models wrote passes through here before it is drawn."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~$&^=])")
_DIRECTIVE = re.compile(r":(?=[A-Za-z0-9_+\-]+[:\[/])")
_COLON = re.compile(r":(?=[A-Za-z]|//|[\w\\+\-]+:)")  # of a directive, a short code, an address
_INVISIBLE = "\u200b"
_WWW = re.compile(r"\bwww(?=\.)", re.IGNORECASE)
_OTHER_WAY = re.compile("[\u0590-\u08ff\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff]")
_IMAGE = re.compile(r"!(?=\[)")
_LINK = re.compile(r"\]\((?!\s*https?://)", re.IGNORECASE)
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


def safe(text: object, limit: int = 400) -> str:
    """`text` as plain words inside a label, option, header, toast or Markdown: nothing in it is interpreted."""
    plain = " ".join(str(text).split())
    if len(plain) > limit:
        plain = plain[: limit - 1] + "…"
    # Markdown makes a link of a bare address, escaped or not
    plain = _WWW.sub(rf"\g<0>{_INVISIBLE}", plain.replace("://", f":{_INVISIBLE}//"))
    escaped = _COLON.sub(f":{_INVISIBLE}", _SPECIAL.sub(r"\\\1", plain))
    # what runs from right to left, or says it does, turns nothing round but itself
    return f"\u2068{escaped}\u2069" if _OTHER_WAY.search(escaped) else escaped


def cells(rows: Iterable[Mapping[str, object]]) -> list[dict[str, object]]:
    """Rows for a table on screen. Its own button saves them as CSV as they stand, so that a text which a spreadsheet
    would run as a formula gets an invisible mark in front.
    """
    return [{name: _marked(value) for name, value in row.items()} for row in rows]


def _marked(value: object) -> object:
    return f"{_INVISIBLE}{value}" if isinstance(value, str) and FORMULA.match(value) else value


def rich(text: str) -> str:
    """A question or an answer as Markdown with formulas and code; its images, odd links, directives and tags defused.

    Formulas may stand between dollar signs, `\\(...\\)` or `\\[...\\]`. A dollar sign that is no formula's is a price.
    """
    parts, end = [], 0
    for found in _VERBATIM.finditer(text):
        parts += [_prose(text[end : found.start()]), _verbatim(found)]
        end = found.end()
    return "".join([*parts, _prose(text[end:])])


def _prose(text: str) -> str:
    defused = _DEFINITION.sub(r"\1\\[\2]:", _LINK.sub("] (", _IMAGE.sub("!\\\\", text)))
    return _DIRECTIVE.sub(f":{_INVISIBLE}", defused).replace("<", "&lt;").replace("$", "\\$")


def _verbatim(found: re.Match[str]) -> str:
    """Code and formulas as they are, but for an invisible mark inside anything that could be an image or a link."""
    inline, display = found["round"] or found["square"], found["display"]
    body = found[0]
    if inline:
        body = f"${inline.strip()}$"
    elif display:
        indent = found["indent"]
        body = f"{indent}$$\n{indent}{display.strip()}\n{indent}$$"
    return body.replace("![", f"!{_INVISIBLE}[").replace("](", f"]{_INVISIBLE}(")
