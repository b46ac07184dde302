"""From a file to what people said: the tool that wrote it, the question that holds the verdict, one entry each."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from core.domain.naming import clean_text, content_hash
from core.domain.verdict_words import PASSED_OVER, guesses
from core.errors import ImportRejectedError
from core.interchange.seeds import tables
from core.interchange.seeds.tables import Row, cut
from core.interchange.seeds.values import Fields, folded
from core.interchange.verdicts import argilla, label_studio, notes, own
from core.interchange.verdicts.model import (
    MAX_NOTE,
    MAX_WORD,
    Asked,
    BadRow,
    Heard,
    ReadOptions,
    Said,
    Source,
    VerdictFile,
)

MAX_SAID: Final = 100_000
"""Read, planned and shown at once."""
MAX_TEXT: Final = 64_000
_SAMPLE: Final = 500
_FIRST: Final = 5
_OFFERED: Final = 60
_SHORT: Final = 60
_IDS: Final = ("sample_id", "sampleid", "sample")
_HASHES: Final = ("content_hash", "contenthash", "hash", "sha256")
_TEXTS: Final[dict[str, tuple[str, ...]]] = {
    "question": ("question", "instruction", "prompt", "input"),
    "answer": ("answer", "response", "output", "completion"),
}
_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "reason": ("reason", "reasons", "why", "reject_reason"),
    "note": ("note", "notes", "comment", "comments", "remark"),
}
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_RECORD: Final = re.compile(r"sample-(\d{1,15})-([0-9a-f]{64})")
Hear = Callable[[Mapping[str, Any], int], Iterator[Heard | str]]


@dataclass(frozen=True, slots=True)
class _Tool:
    fits: Callable[[Mapping[str, Any]], bool]
    hear: Hear


_TOOLS: Final = {
    Source.LABEL_STUDIO: _Tool(label_studio.fits, label_studio.hear),
    Source.ARGILLA: _Tool(argilla.fits, argilla.hear),
    Source.OWN: _Tool(own.fits, own.hear),
}


@dataclass(slots=True)
class _Course:
    heard: list[Heard] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)


def read(content: bytes, name: str, options: ReadOptions) -> VerdictFile:
    """The file called `name`; ImportRejectedError where nobody says anything in it."""
    format_ = tables.guess(name, content)
    every = list(tables.rows(content, format_, options.delimiter))
    rows = [each for row in every if isinstance(row, Row) for each in _unfolded(row)]
    course = _Course(bad=[row for row in every if isinstance(row, BadRow)])
    if not rows:
        worst = course.bad[0] if course.bad else BadRow(0, "There are no rows in the file.", "")
        raise ImportRejectedError(worst.line, worst.reason, "No row of the file can be used.")
    source = options.source or _recognised(rows)
    _listen(course, rows, _TOOLS[source])
    chosen = _filled_in(options, source, course.heard)
    said = tuple(_said(course, chosen))
    if not said:
        raise ImportRejectedError(0, *_silent(course, chosen))
    return VerdictFile(
        source,
        chosen,
        len(every),
        said,
        _asked(course.heard),
        _fields(course.heard),
        tables.counted(content, format_),
        tuple(sorted(course.bad, key=lambda row: row.line)),
        tuple(notes.told(course.told)),
    )


def _unfolded(row: Row) -> list[Row]:
    found = argilla.unfold(row.fields)
    return [row] if found == [row.fields] else [Row(place, dict(each), "") for place, each in enumerate(found, 1)]


def _recognised(rows: Sequence[Row]) -> Source:
    seen = rows[:_SAMPLE]
    if len(rows) == 1 and argilla.describes(rows[0].fields):
        raise ImportRejectedError(
            0, "This describes a dataset of Argilla, it does not hold its records.", "Choose records.json beside it."
        )
    for source, tool in _TOOLS.items():
        if any(tool.fits(row.fields) for row in seen):
            return source
    raise ImportRejectedError(
        rows[0].line,
        "Nobody's verdict is recognised in the rows.",
        "Export records with responses or annotations, or name two columns person and verdict.",
    )


def _silent(course: _Course, chosen: ReadOptions) -> tuple[str, str]:
    if course.heard and chosen.verdict:
        return f"Nobody answered {chosen.verdict[:80]!r}.", "Choose another question as the verdict."
    if course.heard:
        return "No question holds a verdict.", "Ask for one in the tool, with few words to choose from."
    if alone := notes.alone(course.told):
        return alone
    return "Nobody has answered in this file.", "Export it again once somebody has."


def _listen(course: _Course, rows: Sequence[Row], tool: _Tool) -> None:
    for row in rows:
        if not tool.fits(row.fields):
            course.bad.append(BadRow(row.line, "This row has another shape than the others.", cut(row.raw)))
            continue
        for heard in tool.hear(row.fields, row.line):
            if isinstance(heard, str):
                course.told[heard] += 1
            else:
                course.heard.append(heard)
        if len(course.heard) > MAX_SAID:
            raise ImportRejectedError(row.line, f"The file holds more than {MAX_SAID:,} answers.", "Split it.")


# ---- Which question is which ----


def _filled_in(options: ReadOptions, source: Source, heard: Sequence[Heard]) -> ReadOptions:
    """With guesses for whatever nobody chose."""
    answered, texts = Counter[str](), Counter[str]()
    for each in heard[: _SAMPLE * 10]:
        answered.update(each.answers.keys())
        texts.update(each.texts.keys())
    found = {name: getattr(options, name) for name in ("verdict", "reason", "note", "question", "answer")}
    for part, words in _NAMES.items():
        found[part] = found[part] or next((name for name in answered if folded(name) in words), "")
    for part, words in _TEXTS.items():
        found[part] = found[part] or next((name for word in words for name in texts if folded(name) == word), "")
    if not found["verdict"]:
        used = {found["reason"], found["note"], found["question"], found["answer"]} if source is not Source.OWN else ()
        found["verdict"] = _verdict_among([name for name in answered if name not in used], heard)
    return replace(options, source=source, **found)


def _verdict_among(names: Sequence[str], heard: Sequence[Heard]) -> str:
    """The question that is called so, else the one whose answers are known words most often, else with the fewest."""
    called = [name for word in own.VERDICTS for name in names if folded(name) == word]
    scored = sorted(names, key=lambda name: -_known(name, heard))
    best = next(iter(scored), "")
    if called and _known(called[0], heard) * 2 >= _known(best, heard):
        return called[0]
    if best and _known(best, heard) > 0:
        return best
    return next(iter([*called, *sorted(filter(None, names), key=lambda name: _variety(name, heard))]), "")


def _variety(name: str, heard: Sequence[Heard]) -> int:
    """How many different answers there are; texts are the last that anybody takes for a verdict."""
    words = {word for each in heard[:_SAMPLE] if (word := each.answers.get(name))}
    return len(words) if all(len(word) <= MAX_WORD for word in words) else _SAMPLE + 1


def _known(name: str, heard: Sequence[Heard]) -> float:
    """The share of answers whose word is known; ids and texts have next to none."""
    words = [word for each in heard[:_SAMPLE] if (word := each.answers.get(name))]
    if not words or any(len(word) > MAX_WORD for word in words):
        return 0.0
    return sum(meaning is not None for meaning in guesses(words).values()) / len(set(words))


def _asked(heard: Sequence[Heard]) -> tuple[Asked, ...]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for each in heard:
        for name, value in each.answers.items():
            if name in found or len(found) < _OFFERED:
                found[name][value[:_SHORT]] += 1
    return tuple(
        Asked(name, sum(words.values()), tuple(word for word, _ in words.most_common(_FIRST)))
        for name, words in found.items()
    )


def _fields(heard: Sequence[Heard]) -> tuple[str, ...]:
    """The fields that hold texts."""
    names = dict.fromkeys(name for each in heard[:_SAMPLE] for name, value in each.texts.items() if _is_text(value))
    return tuple(names)[:_OFFERED]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


# ---- What was said ----


def _said(course: _Course, chosen: ReadOptions) -> Iterator[Said]:
    """Of each person and record the last; the word, or that it was passed over."""
    latest: dict[tuple[int, str, str], Said] = {}
    turns: Counter[int] = Counter()
    for each in course.heard:
        word = each.answers.get(chosen.verdict, "")[:MAX_WORD]
        if each.passed_over:
            word = PASSED_OVER
        if not word:
            course.told["empty"] += 1
            continue
        turns[each.line] += 1
        key = (each.line, each.record, each.person)
        if latest.pop(key, None):
            course.told["again"] += 1
        latest[key] = _one(each, word, turns[each.line], chosen)
    yield from latest.values()


def _one(each: Heard, word: str, turn: int, chosen: ReadOptions) -> Said:
    question, answer = _text(each.texts, chosen.question), _text(each.texts, chosen.answer)
    sample, content = _named(each)
    return Said(
        each.line,
        turn,
        each.person,
        word,
        sample,
        content,
        _hashes(question, answer) if question and answer else (),
        " ".join(clean_text(question).split())[:120],
        each.answers.get(chosen.reason, "")[:MAX_WORD] if chosen.reason else "",
        each.answers.get(chosen.note, "")[:MAX_NOTE] if chosen.note else "",
    )


def _text(texts: Mapping[str, Any], name: str) -> str:
    found = texts.get(name) if name else None
    return found if isinstance(found, str) and len(found) <= MAX_TEXT else ""


def _named(each: Heard) -> tuple[int | None, str]:
    """Our own id and content hash, as we gave them to the tool."""
    about = Fields.of(each.about)
    told = str(about.get(*_IDS) or "").strip()
    content = str(about.get(*_HASHES) or "").strip().lower()
    if record := _RECORD.fullmatch(each.record):
        told, content = told or record[1], content or record[2]
    number = int(told) if told.isascii() and told.isdigit() and len(told) < 16 else None
    return number, content if _HASH.fullmatch(content) else ""


def _hashes(question: str, answer: str) -> tuple[str, ...]:
    """Of the very text, and of the same without what cleaning takes away."""
    exact = (question.encode("utf-8", "replace").decode(), answer.encode("utf-8", "replace").decode())
    found = [content_hash(*exact), content_hash(clean_text(question), clean_text(answer))]
    return tuple(dict.fromkeys(found))
