"""What a reviewer of a task looks for first: the marked option, the query with its result, the final answer."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.domain.final_answers import extract, named
from core.domain.strategies import TaskType
from core.services.sample_views import SampleView

_OPTION = re.compile(r"^[ \t]*(?:[-*][ \t]+)?\(?([A-Z])[.):]\)?[ \t]+(\S.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Option:
    """One of the options; `marked` by the answer."""

    letter: str
    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class TaskPart:
    """`words` in plain text, `sql` a query, `told` what the execution of it returned."""

    title: str
    options: tuple[Option, ...] = ()
    words: str = ""
    sql: str = ""
    told: str = ""


def task_part(view: SampleView) -> TaskPart | None:
    """What the kind of task adds to question and answer, None where it adds nothing."""
    name = view.sample.lineage.get("task_type")
    if name not in set(TaskType) or name == TaskType.OPEN:
        return None
    task = TaskType(name)
    found = extract(task, view.sample.answer)
    if task is TaskType.TEXT_TO_SQL:
        return TaskPart("Query", sql=found, told=_executed(view)) if found else TaskPart("Query", words=_NO_QUERY)
    if task is TaskType.MULTIPLE_CHOICE:
        return _choice(view.sample.question, found)
    return TaskPart("Final answer", words=found or named(view.sample.answer) or _NO_RESULT)


_NO_RESULT = "None can be told from the answer."
_NO_QUERY = "The answer holds no SQL statement."


def _choice(question: str, found: str | None) -> TaskPart:
    letters = set((found or "").replace(" ", "").split(","))
    title = "Options" if found else "Options; the answer marks none"
    options = tuple(Option(letter, text.strip(), letter in letters) for letter, text in options_of(question))
    if not options:
        return TaskPart("Marked option", words=found or "The answer marks none.")
    strays = sorted(letters - {option.letter for option in options} - {""})
    return TaskPart(title, options, words=f"The answer marks {', '.join(strays)}." if strays else "")


def options_of(question: str) -> list[tuple[str, str]]:
    """The lettered options of a question: the last lines that go A, B, C without a gap."""
    found: list[tuple[str, str]] = []
    for letter, text in _OPTION.findall(question):
        if letter == "A":
            found = []
        if ord(letter) == ord("A") + len(found):
            found.append((letter, text))
    return found if len(found) > 1 else []


def _executed(view: SampleView) -> str:
    """What the execution of the present text said, "" where it was not executed."""
    told = [
        str(found["detail"])
        for found in view.verifications
        if found["method"] == "execution" and found["content_hash"] == view.sample.content_hash
    ]
    return told[-1] if told else ""
