"""From a file to examples: its rows, the shape they have, an example of each, and what is wrong with the others."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from core.domain.seeds import SeedDraft, seed_key
from core.domain.strategies import TaskType
from core.errors import ImportRejectedError
from core.interchange.seeds import choices, columns, tables
from core.interchange.seeds.drafting import Course, final_of
from core.interchange.seeds.model import BadRow, Field, FieldMap, ReadOptions, SeedFile, Shape
from core.interchange.seeds.repeats import repeats
from core.interchange.seeds.shapes import Rule, ends_in_hashes, looks_like_sql, recognise, rule_of
from core.interchange.seeds.tables import Row, cut
from core.interchange.seeds.values import Fields, Options, RowError, first_place, text_of

_SAMPLE: Final = 1_000
_FIRST: Final = 3
_CUT: Final = 200
_OFFERED: Final = 100
_DEEP: Final = 3
_FOUND: Final = 8  # of ten answers that must look like a task type's


@dataclass(slots=True)
class _Made:
    drafts: list[SeedDraft] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)


def read(content: bytes, name: str, options: ReadOptions) -> SeedFile:
    """The file called `name`; ImportRejectedError where nothing of it can be used."""
    format_ = options.format or tables.guess(name, content)
    every = list(tables.rows(content, format_, options.delimiter))
    rows = [row for row in every if isinstance(row, Row)]
    bad = [row for row in every if isinstance(row, BadRow)]
    if not rows:
        worst = bad[0] if bad else BadRow(0, "There are no rows in the file.", "")
        raise ImportRejectedError(worst.line, worst.reason, "No row can be used: see whether it is the right file.")
    rule, map_, reason = _recognised(rows, options)
    course = Course()
    made = _Made(bad=bad)
    if rule or map_.question:
        _fill(made, rows, _reader(rule, map_, rows, course))
    task = options.task_type or (rule and rule.task) or proposed(made.drafts)
    drafts = tuple(_finished(draft, task) for draft in made.drafts)
    return SeedFile(
        format=format_,
        shape=rule.shape if rule else Shape.COLUMNS,
        reason=reason,
        task_type=task,
        rows=len(every),
        counted=tables.counted(content, format_),
        fields=map_,
        offers=_offers(rows),
        drafts=drafts,
        lines=tuple(made.lines),
        bad=tuple(sorted(made.bad, key=lambda row: row.line)),
        repeats=repeats([seed_key(draft.question, draft.context) for draft in drafts]),
        notes=tuple(_notes(course, drafts, len(rows))),
    )


def _recognised(rows: Sequence[Row], options: ReadOptions) -> tuple[Rule | None, FieldMap, str]:
    """The rule, where it finds what, and why; no rule for plain columns."""
    first = Fields.of(rows[0].fields)
    if options.fields:
        return None, options.fields, "The fields were chosen."
    if options.shape and options.shape is not Shape.COLUMNS:
        rule = rule_of(options.shape)
        return rule, rule.fields(first) if rule else FieldMap(), "The shape was chosen."
    rule = None if options.shape else recognise([row.fields for row in rows[:_SAMPLE]])
    if rule is None:
        map_ = columns.guessed(first)
        return None, map_, columns.reason(map_)
    fitting = [found for row in rows if rule.fits(found := Fields.of(row.fields))]
    head = f"All {len(rows):,}" if len(fitting) == len(rows) else f"{len(fitting):,} of {len(rows):,}"
    return rule, rule.fields(fitting[0]), f"{head} {'row has' if len(rows) == 1 else 'rows have'} {rule.has}."


def _reader(rule: Rule | None, map_: FieldMap, rows: Sequence[Row], course: Course) -> Callable[[Row], list[SeedDraft]]:
    if rule is None:
        found = [columns.right(row.fields, map_) for row in rows] if map_.options else []
        _count_places(found, course)
        return lambda row: columns.read(row.fields, map_, course)
    if rule.shape is Shape.MULTIPLE_CHOICE:
        _count_places([choices.right(Fields.of(row.fields)) for row in rows], course)
    return lambda row: rule.read(Fields.of(row.fields), course)


def _count_places(found: Sequence[tuple[Options, Any] | None], course: Course) -> None:
    course.first_place, sure = first_place([entry for entry in found if entry])
    course.unsure = not sure


def _fill(made: _Made, rows: Sequence[Row], reader: Callable[[Row], list[SeedDraft]]) -> None:
    """Each row gives examples or a reason; a row counts as bad as a whole."""
    for row in rows:
        try:
            found = reader(row)
        except RowError as error:
            made.bad.append(BadRow(row.line, str(error), cut(row.raw)))
            continue
        made.drafts += found
        made.lines += [row.line] * len(found)


def _finished(draft: SeedDraft, task: TaskType) -> SeedDraft:
    """With its final answer, where the task type has one and the file does not name it."""
    final = draft.final or final_of(task, draft.answer)
    return draft if final == draft.final else draft.model_copy(update={"final": final})


def proposed(drafts: Sequence[SeedDraft]) -> TaskType:
    """What the examples seem to ask for."""
    seen = [draft for draft in drafts[:_SAMPLE] if draft.answer.strip()]

    def most(holds: Callable[[SeedDraft], bool]) -> bool:
        return bool(seen) and sum(map(holds, seen)) * 10 >= len(seen) * _FOUND

    if most(lambda draft: bool(draft.options)):
        return TaskType.MULTIPLE_CHOICE
    if most(lambda draft: looks_like_sql(draft.answer)):
        return TaskType.TEXT_TO_SQL
    if most(lambda draft: bool(draft.final) or _ends_in_result(draft.answer)):
        return TaskType.MATHS
    return TaskType.OPEN


def _ends_in_result(answer: str) -> bool:
    bare = answer.strip().strip("$").replace(",", "").lstrip("-")
    number = bool(bare) and bare.replace(".", "", 1).replace("/", "", 1).isdecimal()
    return number or ends_in_hashes(answer) or "\\boxed{" in answer or "final answer:" in answer.casefold()


def _offers(rows: Sequence[Row]) -> tuple[Field, ...]:
    """Every field of the rows with its first values, those of nested objects too."""
    filled: Counter[str] = Counter()
    first: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        for path, value in _paths(row.fields):
            if value in (None, "") or (path not in filled and len(filled) == _OFFERED):
                continue
            filled[path] += 1
            if len(first[path]) < _FIRST:
                first[path].append(text_of(value)[:_CUT])
    return tuple(Field(path, count, tuple(first[path])) for path, count in filled.items())


def _paths(value: Mapping[str, Any], above: str = "", depth: int = 1) -> Iterator[tuple[str, Any]]:
    for name, inner in value.items():
        yield f"{above}{name}", inner
        if isinstance(inner, Mapping) and depth < _DEEP:
            yield from _paths(inner, f"{above}{name}.", depth + 1)


def _notes(course: Course, drafts: Sequence[SeedDraft], rows: int) -> Iterator[str]:
    """What a person must know although no row is bad."""
    if course.unsure:
        yield "Whether answers that are numbers count from 0 or from 1 does not show; 0 was taken."
    if course.further:
        head = "1 further message" if course.further == 1 else f"{course.further:,} further messages"
        yield f"{head} behind a first answer left out."
    if len(drafts) > rows:
        yield f"{rows:,} {'row gives' if rows == 1 else 'rows give'} {len(drafts):,} examples."
    databases = {draft.meta["db_id"] for draft in drafts if "db_id" in draft.meta}
    if len(databases) > 1:
        yield f"The rows name {len(databases):,} databases; a set can hold the SQLite file of one."
    if databases and not any(draft.context for draft in drafts):
        yield "No row says what the tables look like; attach the SQLite file, and its schema can be put in."
