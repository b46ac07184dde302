"""Every text that people or models wrote passes through here before it is drawn."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~$&^=])")
_DIRECTIVE = re.compile(r":(?=[A-Za-z0-9_+\-]+[:\[/])")
_INVISIBLE = "\u200b"
_IMAGE = re.compile(r"!(?=\[)")
_LINK = re.compile(r"\]\((?!\s*https?://)", re.IGNORECASE)
_DEFINITION = re.compile(r"^(\s{0,3})\[([^\]]+)\]:", re.MULTILINE)


def safe(text: object, limit: int = 400) -> str:
    """`text` as plain words inside a label, option, header, toast or Markdown: nothing in it is interpreted."""
    plain = " ".join(str(text).split())
    if len(plain) > limit:
        plain = plain[: limit - 1] + "…"
    return _DIRECTIVE.sub(f":{_INVISIBLE}", _SPECIAL.sub(r"\\\1", plain))


def rich(text: str) -> str:
    """A question or an answer as Markdown with formulas and code, its images, odd links and directives defused."""
    defused = _DEFINITION.sub(r"\1\\[\2]:", _LINK.sub("] (", _IMAGE.sub("!\\\\", text)))
    return _DIRECTIVE.sub(f":{_INVISIBLE}", defused).replace("<", "&lt;")
