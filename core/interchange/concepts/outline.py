"""An indented outline, as people type and paste it.

    Natural science :: What can be observed
      Physics = natural philosophy; physical science :: Matter and energy
        | A line that begins with a bar goes on with the description above.

- Tabs or spaces indent, never both; bullets (`-`, `*`, `+`) and Markdown headings are understood.
- ` = ` begins the synonyms, separated by `;`, and ` :: ` the description. Both need white space around them.
- A backslash before `=`, `::`, `;` or a backslash keeps it as part of a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from core.domain.naming import clean_name
from core.errors import ImportRejectedError, InvalidInputError
from core.interchange.concepts.decoding import plain, tidy
from core.interchange.concepts.model import MAX_CELL, MAX_CONCEPTS, MAX_DEPTH, Concept, ConceptFile, ReadOptions
from core.interchange.concepts.tree import Report, arrange, too_many
from core.interchange.decoding import decode

_LINE = re.compile(r"([ \t]*)(?:(#{1,6})[ \t]+|[-*+](?:[ \t]+|$)|(\|)[ ]?)?(.*)", re.DOTALL)
_DESCRIPTION = re.compile(r"\s::(?:\s|$)")
_SYNONYMS = re.compile(r"\s=\s")
_WORDS = re.compile(r"(?:\\[\\;]|[^;])+")
_HINT = "Mend the line and try again."


@dataclass(frozen=True, slots=True)
class OutlineLine:
    """One concept; `depth` is 0 at the top."""

    line: int
    depth: int
    name: str
    description: str = ""
    synonyms: tuple[str, ...] = ()


def parse(text: str) -> list[OutlineLine]:
    """The concepts of an outline; raises ImportRejectedError with the line."""
    found: list[OutlineLine] = []
    further: list[str] = []
    place = _Place()
    for number, line in enumerate(plain(text).split("\n"), 1):
        if not line.strip():
            continue
        if len(found) >= MAX_CONCEPTS:
            raise too_many(number)
        indent, heading, bar, rest = _LINE.fullmatch(line).groups()  # type: ignore[union-attr]
        if bar:
            _go_on(found, further, rest, number)
            continue
        _close(found, further)
        depth = place.heading(len(heading)) if heading and not indent else place.item(indent, number)
        if depth >= MAX_DEPTH:
            raise ImportRejectedError(number, f"This is deeper than {MAX_DEPTH} levels.", "Indent less.")
        found.append(_line(number, depth, line.strip() if heading and indent else rest))
    _close(found, further)
    return found


class _Place:
    """Depths by indentation below the last heading."""

    def __init__(self) -> None:
        self.headings: list[int] = []
        self.indents: list[str] = []
        self.char = ""

    def heading(self, level: int) -> int:
        self.headings = [*(above for above in self.headings if above < level), level]
        self.indents = []
        return len(self.headings) - 1

    def item(self, indent: str, line: int) -> int:
        used = {*indent, *self.char}
        if len(used) > 1:
            raise ImportRejectedError(line, "Tabs and spaces are mixed in the indentation.", "Use only one of them.")
        self.char = "".join(used)
        before = len(self.indents)
        while self.indents and len(self.indents[-1]) > len(indent):
            self.indents.pop()
        if not self.indents or len(self.indents[-1]) < len(indent):
            if len(self.indents) < before:
                raise ImportRejectedError(line, "The indentation matches no line above.", _HINT)
            self.indents.append(indent)
        return len(self.headings) + len(self.indents) - 1


def _line(number: int, depth: int, text: str) -> OutlineLine:
    parts = _DESCRIPTION.split(text, maxsplit=1)
    description = parts[1] if len(parts) > 1 else ""
    name, *words = _SYNONYMS.split(parts[0], maxsplit=1)
    try:
        cleaned = clean_name(_unescaped(name))
        synonyms = [clean_name(_unescaped(word), "synonym") for word in _WORDS.findall("".join(words)) if word.strip()]
    except InvalidInputError as error:
        raise ImportRejectedError(number, error.message, error.hint) from error
    return OutlineLine(number, depth, cleaned, description, tuple(dict.fromkeys(synonyms)))


def _go_on(found: list[OutlineLine], further: list[str], text: str, number: int) -> None:
    if not found:
        raise ImportRejectedError(number, "There is nothing above that this line could describe.", _HINT)
    further.append(text)


def _close(found: list[OutlineLine], further: list[str]) -> None:
    """The last concept is complete: its description is."""
    if not found:
        return
    last = found[-1]
    description = tidy("\n".join([last.description, *further]))
    if len(description) > MAX_CELL:
        raise ImportRejectedError(last.line, "The description is longer than 64 KB.", "Shorten it.")
    found[-1] = replace(last, description=description)
    further.clear()


def _unescaped(text: str) -> str:
    return re.sub(r"\\(=|::|;|\\)", r"\1", text)


def _escaped(text: str) -> str:
    return re.sub(r"(?<!\S)(?==|::)", r"\\", text.replace("\\", "\\\\"))


def read(content: bytes, _options: ReadOptions | None = None) -> ConceptFile:
    """See the module."""
    report = Report()
    return ConceptFile(concepts=arrange(_concepts(parse(decode(content))), report), troubles=report.told())


def _concepts(lines: list[OutlineLine]) -> Iterator[Concept]:
    above: list[str] = []
    for line in lines:
        key = f"line {line.line}"
        parent = above[line.depth - 1] if line.depth else None
        above[line.depth :] = [key]
        yield Concept(key, parent, line.name, line.description, line.synonyms, line=line.line)


def write(file: ConceptFile) -> bytes:
    """Names, synonyms and descriptions; an outline has no room for the rest."""
    depths: dict[str | None, int] = {None: -1}
    lines = []
    for concept in file.concepts:
        depths[concept.key] = depth = depths[concept.parent] + 1
        lines += _written(concept, "  " * depth)
    return "".join(f"{line}\n" for line in lines).encode()


def _written(concept: Concept, indent: str) -> list[str]:
    words = "; ".join(_escaped(word).replace(";", "\\;") for word in concept.synonyms)
    first, *more = concept.description.split("\n")
    head = f"{indent}- {_escaped(concept.name)}" + (f" = {words}" if words else "") + (f" :: {first}" if first else "")
    return [head, *(f"{indent}  | {line}" for line in more)]
