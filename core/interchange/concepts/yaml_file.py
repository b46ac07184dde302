"""YAML: the same nested nodes as JSON, or fields with sub_fields with disciplines as in `data/taxonomy`.

Everything is text: `No` is a name and not a truth value. Anchors, aliases and tags are refused.
"""

from __future__ import annotations

from typing import Any

import yaml

from core.errors import ImportRejectedError
from core.interchange.concepts import nested
from core.interchange.concepts.model import ConceptFile, ReadOptions
from core.interchange.decoding import decode
from core.interchange.strict_json import MAX_NESTING, Entry, too_deep

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_STRING = "tag:yaml.org,2002:str"


def read(content: bytes, _options: ReadOptions | None = None) -> ConceptFile:
    """See the module."""
    return nested.from_values(values(decode(content)))


def values(text: str) -> Any:
    """The only document of `text`; mappings know their line."""
    try:
        return _Build().document(text)
    except yaml.MarkedYAMLError as error:
        line = min(error.problem_mark.line, text.rstrip("\n").count("\n")) + 1 if error.problem_mark else 0
        raise ImportRejectedError(
            line, f"This is not YAML: {error.problem}.", "Mend the line and try again."
        ) from error
    except yaml.YAMLError as error:
        raise ImportRejectedError(0, "This is not YAML.", "Mend the file and try again.") from error


class _Build:
    """Builds values from events, without recursion and without guessing types."""

    def __init__(self) -> None:
        self.open: list[Entry | list[Any]] = []
        self.keys: list[str | None] = []
        self.found: list[Any] = []

    def document(self, text: str) -> Any:
        for event in yaml.parse(text, Loader=_Loader):
            self._take(event)
        return self.found[0] if self.found else None

    def _take(self, event: Any) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise ImportRejectedError(line, "Anchors and aliases are not allowed.", "Write the names out.")
        if getattr(event, "tag", None) not in {None, "!", _STRING}:
            raise ImportRejectedError(line, "Tags are not allowed.", "Write plain text.")
        if isinstance(event, yaml.ScalarEvent):
            self._put(_scalar(event), line)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            inner: Entry | list[Any] = Entry() if isinstance(event, yaml.MappingStartEvent) else []
            if isinstance(inner, Entry):
                inner.line = line
            self._put(inner, line)
            self.open.append(inner)
            self.keys.append(None)
            if len(self.open) > MAX_NESTING:
                raise too_deep()
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self.open.pop()
            self.keys.pop()

    def _put(self, value: Any, line: int) -> None:
        if not self.open:
            if self.found:
                raise ImportRejectedError(line, "There is a second document here.", "Keep one of them.")
            self.found.append(value)
            return
        outer = self.open[-1]
        if isinstance(outer, list):
            outer.append(value)
        elif self.keys[-1] is None:
            self.keys[-1] = self._key(outer, value, line)
        else:
            outer[self.keys[-1]] = value
            self.keys[-1] = None

    def _key(self, outer: Entry, value: Any, line: int) -> str:
        if not isinstance(value, str):
            raise ImportRejectedError(line, "A key is no text.", "Write a name before the colon.")
        if value in outer:
            raise ImportRejectedError(line, f"{value[:80]!r} is given twice.", "Keep one of them.")
        return value


def _scalar(event: Any) -> str | None:
    return None if event.implicit[0] and event.value in {"", "~", "null"} else str(event.value)


def write(file: ConceptFile) -> bytes:
    """Lists are called by the kind of what is in them."""
    return dump(nested.to_values(file, by_kind=True)).encode()


def dump(values: Any) -> str:
    """Values as YAML, in the order given."""
    return str(yaml.dump(values, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120))
