"""Texts as every format can hold them."""

from __future__ import annotations

import re

from core.domain.naming import clean_text

_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # no format must lose a character


def plain(text: str) -> str:
    """`text` with line feeds as the only line ends and without what one of the formats cannot hold."""
    return _NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def tidy(text: str) -> str:
    """A description or note as it is kept; tidying twice changes nothing."""
    return clean_text(plain(text))
