"""The shapes that rows have: what tells each of them, and how its rows become examples.

A further shape is a further entry of SHAPES, in front of those that its rows would fit too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from core.domain.seeds import SeedDraft
from core.domain.strategies import TaskType
from core.interchange.seeds import choices, turns
from core.interchange.seeds.drafting import Course, draft, rest
from core.interchange.seeds.model import FieldMap, Shape
from core.interchange.seeds.values import Fields, RowError, text_of

_OWN: Final = ("question", "answer", "context", "options", "final", "meta")
_SQL = re.compile(  # possessive: comments are never looked at twice
    r"\s*+(?>(?:--[^\n]*\n|/\*.*?\*/|\()\s*+)*+"
    r"(?:select\s.|with\s.+?\sselect\s|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s|create\s+(?:table|view)\s)",
    re.IGNORECASE | re.DOTALL,
)
_SQL_FIELDS: Final = ("query", "sql", "sql_query", "gold_sql", "answer", "output", "response", "completion")
_SQL_ASKED: Final = ("question", "sql_prompt", "utterance", "nl", "instruction", "prompt", "input", "text")
_SCHEMA: Final = ("schema", "sql_context", "db_schema", "ddl", "create_table", "context", "input")
_FEW: Final = 2  # one row that is bad is half of them
_EVIDENCE: Final = ("evidence", "hint", "external_knowledge")


@dataclass(frozen=True, slots=True)
class Rule:
    """One shape. `has` ends the sentence "All 20 rows have ..."; `task` is None where the answers decide.

    `fields` is the same as a FieldMap where it can be said so, for a first row.
    """

    shape: Shape
    has: str
    fits: Callable[[Fields], bool]
    read: Callable[[Fields, Course], list[SeedDraft]]
    task: TaskType | None = None
    fields: Callable[[Fields], FieldMap] = lambda _: FieldMap()


def looks_like_sql(text: str) -> bool:
    """Whether a text begins as a statement does."""
    return _SQL.match(text) is not None


def ends_in_hashes(text: str) -> bool:
    """Whether the last line begins its result with ####."""
    _, mark, result = text.rstrip().rpartition("\n")[2].partition("####")
    return bool(mark and result.strip())


def _is_own(row: Fields) -> bool:
    return all(name in row.row for name in _OWN) and isinstance(row.row["options"], list)


def _own(row: Fields, _: Course) -> list[SeedDraft]:
    value = row.row
    if not _is_own(row):
        raise RowError("The fields that the studio writes are not all here.")
    texts = [value[name] for name in ("question", "answer", "context", "final")] + list(value["options"])
    if not all(isinstance(text, str) for text in texts) or not isinstance(value["meta"], dict):
        raise RowError("A field of this row is not of the kind that the studio writes.")
    return [
        draft(
            value["question"],
            value["answer"],
            context=value["context"],
            options=tuple(value["options"]),
            final=value["final"],
            meta=value["meta"],
        )
    ]


def _is_gsm8k(row: Fields) -> bool:
    return bool(row.text("question")) and ends_in_hashes(row.text("answer"))


def _gsm8k(row: Fields, _: Course) -> list[SeedDraft]:
    used = (row.name("question"), row.name("answer"))
    return [draft(row.text("question"), row.text("answer"), meta=rest(row.row, used))]


def _is_task(row: Fields) -> bool:
    given = row.get("instances")
    return bool(row.text("instruction")) and isinstance(given, list) and bool(given) and isinstance(given[0], dict)


def _task(row: Fields, _: Course) -> list[SeedDraft]:
    """One example for each instance."""
    given = row.get("instances")
    if not isinstance(given, list) or not given:
        raise RowError("The task has no instances.")
    meta = rest(row.row, (row.name("instruction"),))
    found = []
    for instance in given:
        if not isinstance(instance, dict):
            raise RowError("An instance is no object with input and output.")
        context, answer = text_of(instance.get("input")), text_of(instance.get("output"))
        bare = "" if context.strip().casefold() in {"<noinput>", "noinput", "n/a"} else context
        found.append(draft(row.text("instruction"), answer, context=bare, meta=meta))
    return found


def _query(row: Fields) -> tuple[str, str]:
    """The statement and the name of its field."""
    for name in _SQL_FIELDS:
        value = row.get(name)
        if isinstance(value, dict):
            value = value.get("human_readable", "")
        if isinstance(value, str) and looks_like_sql(value):
            return value, row.name(name)
    return "", ""


def _sql_question(row: Fields) -> str:
    """The name of the field with the question."""
    statement = _query(row)[1]
    return next((name for n in _SQL_ASKED if (name := row.name(n)) not in {"", statement} and row.text(n)), "")


def _is_sql(row: Fields) -> bool:
    return bool(_query(row)[0]) and bool(_sql_question(row))


def _sql(row: Fields, _: Course) -> list[SeedDraft]:
    (statement, place), asked = _query(row), _sql_question(row)
    if not statement:
        raise RowError("There is no SQL statement in this row.")
    known = {place, asked}
    schema = next((n for wanted in _SCHEMA if (n := row.name(wanted)) not in {"", *known} and row.text(wanted)), "")
    told = next((row.text(n) for n in _EVIDENCE if row.text(n)), "")
    context = "\n\n".join(part for part in (text_of(row.row[schema]) if schema else "", told) if part.strip())
    used = {place, asked, schema, *(row.name(n) for n in _EVIDENCE)}
    return [draft(text_of(row.row.get(asked)), statement, context=context, meta=rest(row.row, used))]


def _sql_fields(row: Fields) -> FieldMap:
    asked, place = _sql_question(row), _query(row)[1]
    schema = next((n for wanted in _SCHEMA if (n := row.name(wanted)) not in {"", asked, place}), "")
    return FieldMap(asked, place, schema)


def _is_alpaca(row: Fields) -> bool:
    return bool(row.text("instruction")) and isinstance(row.get("output", "response"), str)


def _alpaca(row: Fields, _: Course) -> list[SeedDraft]:
    used = (row.name("instruction"), row.name("input"), row.name("output", "response"), "text")
    answer = row.text("output", "response")
    return [draft(row.text("instruction"), answer, context=row.text("input"), meta=rest(row.row, used))]


def _alpaca_fields(row: Fields) -> FieldMap:
    return FieldMap(row.name("instruction"), row.name("output", "response"), row.name("input"))


SHAPES: Final[tuple[Rule, ...]] = (
    Rule(Shape.OWN, "the fields that the studio writes", _is_own, _own),
    Rule(Shape.SELF_INSTRUCT, "an instruction and instances of it", _is_task, _task, TaskType.OPEN),
    Rule(Shape.CHAT, "messages with role and content", turns.is_chat, turns.read),
    Rule(Shape.SHAREGPT, "conversations with from and value", turns.is_sharegpt, turns.read),
    Rule(
        Shape.MULTIPLE_CHOICE,
        "a question and options to choose from",
        choices.fits,
        choices.read,
        TaskType.MULTIPLE_CHOICE,
    ),
    Rule(Shape.TEXT_TO_SQL, "a question and an SQL statement", _is_sql, _sql, TaskType.TEXT_TO_SQL, _sql_fields),
    Rule(
        Shape.GSM8K,
        "question and answer, and the answers end in ####",
        _is_gsm8k,
        _gsm8k,
        TaskType.MATHS,
        lambda row: FieldMap(row.name("question"), row.name("answer")),
    ),
    Rule(Shape.ALPACA, "instruction and output", _is_alpaca, _alpaca, None, _alpaca_fields),
)


def rule_of(shape: Shape) -> Rule | None:
    """The rule of a shape; None for plain columns."""
    return next((rule for rule in SHAPES if rule.shape is shape), None)


def recognise(sample: list[dict[str, Any]]) -> Rule | None:
    """The first shape that at least nine of ten of these rows have; of few rows, that all but one have."""
    rows = [Fields.of(row) for row in sample]
    fitting = [(rule, sum(map(rule.fits, rows))) for rule in SHAPES]
    most = next((rule for rule, found in fitting if rows and found * 10 >= len(rows) * 9), None)
    return most or next((rule for rule, found in fitting if found + 1 == len(rows) > _FEW), None)
