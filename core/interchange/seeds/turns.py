"""Conversations: OpenAI's messages and ShareGPT's. The first question and its answer are taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from core.domain.seeds import SeedDraft
from core.interchange.seeds.drafting import Course, draft, rest
from core.interchange.seeds.values import Fields, RowError

_LISTS: Final = ("messages", "conversations", "conversation", "turns")
_ASKS: Final = frozenset({"user", "human", "prompter"})
_ANSWERS: Final = frozenset({"assistant", "gpt", "chatgpt", "bot", "model"})
_FRAMES: Final = frozenset({"system", "developer"})


def _given(row: Fields) -> tuple[str, list[Any]]:
    for name in _LISTS:
        value = row.get(name)
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            return row.name(name), value
    return "", []


def is_chat(row: Fields) -> bool:
    """Messages with role and content."""
    _, given = _given(row)
    return bool(given) and "role" in given[0]


def is_sharegpt(row: Fields) -> bool:
    """Messages with from and value."""
    _, given = _given(row)
    return bool(given) and "from" in given[0] and "value" in given[0]


def read(row: Fields, course: Course) -> list[SeedDraft]:
    """What a person asks first, and the answer to that; what a system message says is the context."""
    name, given = _given(row)
    if not given:
        raise RowError("There are no messages in this row.")
    frames: list[str] = []
    asked: list[str] = []
    answer = ""
    spoken = [_message(entry) for entry in given]
    taken = 0
    for role, text in spoken:
        if (role in _ANSWERS and not asked) or role not in _ASKS | _ANSWERS | _FRAMES:
            break
        taken += 1
        if role in _FRAMES:
            frames.append(text)
        elif role in _ASKS:
            asked.append(text)
        else:
            answer = text
            break
    if not asked:
        raise RowError("Nobody asks anything before the first answer.")
    found = draft("\n\n".join(asked), answer, context="\n\n".join(frames), meta=rest(row.row, (name,)))
    course.further += len(spoken) - taken
    return [found]


def _message(entry: Any) -> tuple[str, str]:
    """Role and text of a message; parts of one are put together."""
    if not isinstance(entry, Mapping):
        raise RowError("A message is no object.")
    role = str(entry.get("role") or entry.get("from") or "").strip().casefold()
    content = entry.get("content", entry.get("value"))
    if isinstance(content, list):
        texts = [part.get("text") for part in content if isinstance(part, Mapping)]
        if len(texts) != len(content) or not all(isinstance(text, str) for text in texts):
            raise RowError("A message has parts that are not text.")
        content = "\n".join(str(text) for text in texts)
    if content is not None and not isinstance(content, str):
        raise RowError("A message is not text.")
    return role, content or ""
