"""Values of other tools as plain words: people, answers, and JSON that a table holds as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from core.domain.naming import clean_text
from core.errors import ImportRejectedError
from core.interchange.seeds.values import text_of
from core.interchange.strict_json import loads

NOBODY: Final = "somebody"
_MOST: Final = 64_000
_INNER: Final = ("value", "choices", "text", "rating", "number", "labels", "taxonomy", "selected")
_PEOPLE: Final = ("email", "username", "name", "id")


def opened(value: Any) -> Any:
    """What a text holds that is JSON of a list or an object; anything else as it is."""
    if not isinstance(value, str) or not value.lstrip().startswith(("[", "{")) or len(value) > _MOST:
        return value
    try:
        return loads(value)
    except ImportRejectedError:
        return value


def listed(value: Any) -> list[Any]:
    """A list, also one that is written as text; nothing is none."""
    found = opened(value)
    return found if isinstance(found, list) else [] if found is None or found == "" else [found]


def joined(value: Any) -> str:
    """An answer in words: a choice, several of them with commas, a text, a rating."""
    found = opened(value)
    if isinstance(found, Mapping):
        found = next((found[name] for name in _INNER if name in found), found)
    if isinstance(found, list):
        return ", ".join(filter(None, map(joined, found)))
    return clean_text(text_of(found))


def person_of(value: Any) -> str:
    """The name, address or id of a person; `NOBODY` where the file names none."""
    found = opened(value)
    if isinstance(found, list):
        found = found[0] if found else None
    if isinstance(found, Mapping):
        found = next((found[name] for name in _PEOPLE if found.get(name) not in (None, "")), None)
    return " ".join(clean_text(text_of(found)).split())[:150] or NOBODY
