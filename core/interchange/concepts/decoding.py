"""From bytes to text, with everything refused that would be read differently elsewhere."""

from __future__ import annotations

import re

from core.domain.naming import clean_text
from core.errors import ImportRejectedError
from core.interchange.concepts.model import MAX_BYTES

_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # no format must lose a character


def decode(content: bytes, most: int = MAX_BYTES) -> str:
    """Strict UTF-8, with or without a byte order mark, without NUL; at most `most` bytes."""
    if len(content) > most:
        raise ImportRejectedError(0, f"The file is larger than {most >> 20} MB.", "Split it.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ImportRejectedError(0, "The file is UTF-16 text.", "Save it as UTF-8.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ImportRejectedError(line, "This is not UTF-8 text.", "Save the file as UTF-8.") from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ImportRejectedError(line, "There is a NUL character here.", "Save the file as plain text.")
    if not text.strip():
        raise ImportRejectedError(0, "The file is empty.", "Choose another file.")
    return text


def plain(text: str) -> str:
    """`text` with line feeds as the only line ends and without what one of the formats cannot hold."""
    return _NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def tidy(text: str) -> str:
    """A description or note as it is kept; tidying twice changes nothing."""
    return clean_text(plain(text))
