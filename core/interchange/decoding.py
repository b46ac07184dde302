"""From bytes to text, with everything refused that would be read differently elsewhere."""

from __future__ import annotations

from typing import Final

from core.errors import ImportRejectedError

MAX_BYTES: Final = 25 * 1024 * 1024
BOM: Final = b"\xef\xbb\xbf"
QUOTING: Final = (
    "A cell with a separator, quote or line break stands in quotes: close them, write a quote inside it twice."
)
"""The hint where a CSV file cannot be read on: it is always one of these."""
_SEEN = 4096


def decode(content: bytes, most: int = MAX_BYTES) -> str:
    """Strict UTF-8, with or without a byte order mark, without NUL; at most `most` bytes."""
    refuse_other(content, most)
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


def refuse_other(content: bytes, most: int = MAX_BYTES) -> None:
    """Raise for what is too large, empty, or UTF-16 with or without its mark."""
    if len(content) > most:
        raise ImportRejectedError(0, f"The file is larger than {most >> 20} MB.", "Split it.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or _wide(content[:_SEEN]):
        raise ImportRejectedError(0, "The file is UTF-16 text.", "Save it as UTF-8.")
    if not content.removeprefix(BOM).strip():
        raise ImportRejectedError(0, "The file is empty.", "Choose another file.")


def _wide(head: bytes) -> bool:
    """Whether every other byte is zero, as in UTF-16 of a European language."""
    return len(head) >= 8 and any(head[side::2].count(0) * 10 > len(head) // 2 * 7 for side in (0, 1))


def delimiter_of(text: str) -> str:
    """What separates the columns of a CSV file, by its first line."""
    head = text[: text.find("\n")] if "\n" in text else text
    return max((",", ";", "\t", "|"), key=head.count)
