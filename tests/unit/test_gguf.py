"""What the head of a model file says: read without native code, and nothing in it can break the reader."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from core.llm.local.gguf import trained_context


def _text(value: str) -> bytes:
    raw = value.encode()
    return struct.pack("<Q", len(raw)) + raw


def _entry(key: str, kind: int, value: bytes) -> bytes:
    return _text(key) + struct.pack("<I", kind) + value


def _head(*entries: bytes) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", 3, 0, len(entries)) + b"".join(entries)


TAGS = struct.pack("<IQ", 8, 2) + _text("chat") + _text("small")
SCORES = struct.pack("<IQ", 6, 3) + bytes(12)
NAME = _entry("general.name", 8, _text("Tiny"))
LENGTH = _entry("llama.context_length", 4, struct.pack("<I", 2048))
BEFORE = (NAME, _entry("general.tags", 9, TAGS), _entry("x.scores", 9, SCORES), _entry("x.flag", 7, b"\x01"))


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (_head(LENGTH), 2048),
        (_head(*BEFORE, LENGTH), 2048),
        (_head(_entry("qwen2.context_length", 10, struct.pack("<Q", 32768))), 32768),
        (_head(*BEFORE), None),
        (_head(_entry("llama.context_length", 8, _text("many"))), None),
        (_head(_entry("llama.context_length", 4, bytes(4))), None),
        (_head(_entry("x.odd", 99, b""), LENGTH), None),
        (_head(_entry("x.deep", 9, struct.pack("<IQ", 9, 1)), LENGTH), None),
        (_head(_text("x")[:-1] + b"\xff" * 40), None),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 2**63) + NAME, None),
        (_head(struct.pack("<Q", 2**63)), None),
        (b"GGUF", None),
        (b"", None),
    ],
)
def test_the_context_that_a_model_was_made_for(tmp_path: Path, head: bytes, expected: int | None) -> None:
    file = tmp_path / "tiny.gguf"
    file.write_bytes(head)
    assert trained_context(file) == expected


def test_a_list_without_an_end_is_not_read_for_ever(tmp_path: Path) -> None:
    file = tmp_path / "tiny.gguf"
    file.write_bytes(_head(_entry("x.tags", 9, struct.pack("<IQ", 8, 2**62)), LENGTH))
    assert trained_context(file) is None
