"""JSON: nested nodes with everything that a ConceptFile holds; see `nested` for the shape."""

from __future__ import annotations

import json

from core.interchange.concepts import nested
from core.interchange.concepts.model import ConceptFile, ReadOptions
from core.interchange.decoding import decode
from core.interchange.strict_json import loads

_READABLE = 10_000


def read(content: bytes, _options: ReadOptions | None = None) -> ConceptFile:
    """See the module."""
    return nested.from_values(loads(decode(content)))


def write(file: ConceptFile) -> bytes:
    """Indented as long as a person could read it."""
    indent = 1 if len(file.concepts) <= _READABLE else None
    text = json.dumps(nested.to_values(file), ensure_ascii=False, indent=indent, allow_nan=False)
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("\x85", "\\u0085").encode() + b"\n"
