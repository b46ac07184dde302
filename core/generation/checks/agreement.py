"""Agreement: the same prompt is answered several times, and the sample's final answer should be the most common one.

k answers in all are k-1 further calls. Samples that ask one prompt with other indices (answer augmentation) share them.
Text-to-SQL compares what the queries return. Open questions are left out: good answers differ in their words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from core.domain.calls import Call, Stage
from core.domain.final_answers import same
from core.domain.strategies import TaskType
from core.errors import TeacherRefusedError, UnusableReplyError
from core.generation.calls import Build, Spec, all_of
from core.generation.checks import queries
from core.generation.checks.finals import final_of, shown
from core.generation.products import Answered, Ask, Choice, Finding, SampleMade
from core.generation.strategies.method import task_of

METHOD = "agreement"
FIRST_INDEX = 2_000_000
T = TypeVar("T")


def further_call(answer_call: Build, number: int, copies: int) -> Build:
    """The prompt of the answer once more, under an index that no sample has."""

    def with_choice(choice: Choice) -> Call:
        call = answer_call(choice)
        return replace(call, stage=Stage.AGREEMENT, sample_index=FIRST_INDEX + number, copies=copies)

    return with_choice


async def find(ask: Ask, spec: Spec, made: SampleMade, answer_call: Build, answers: int) -> Finding:
    """Ask again and count; nothing is asked where the sample's own final answer cannot be read."""
    if task_of(spec) is TaskType.OPEN:
        return Finding(METHOD, None, "Open questions are not compared: good answers differ in their words.")
    own = final_of(spec, made.answer.text)
    if own is None:
        return Finding(METHOD, None, "The answer names no final answer that could be compared.")
    asked = [_asked(ask, further_call(answer_call, number, answers - 1)) for number in range(answers - 1)]
    others = [answered for answered in await all_of(asked) if answered is not None]
    finals = [own, *(final for other in others if (final := final_of(spec, other.text)) is not None)]
    finding = await _by_rows(spec, finals, answers) if _runs(spec) else _by_words(spec, finals, answers)
    return replace(finding, requests=tuple(other.request_id for other in others))


async def _asked(ask: Ask, call: Build) -> Answered | None:
    """An answer that was refused or cut off counts as none."""
    try:
        return await ask(Stage.AGREEMENT, call)
    except (TeacherRefusedError, UnusableReplyError):
        return None


def _runs(spec: Spec) -> bool:
    return task_of(spec) is TaskType.TEXT_TO_SQL and queries.has_database(spec)


def _by_words(spec: Spec, finals: Sequence[str], answers: int) -> Finding:
    task = task_of(spec)
    groups: list[list[str]] = []
    for final in finals:
        home = next((group for group in groups if same(task, group[0], final)), None)
        if home is None:
            groups.append([final])
        else:
            home.append(final)
    return _verdict(groups, answers, f"say {shown(max(groups, key=len)[0])}", f"this one says {shown(finals[0])}")


async def _by_rows(spec: Spec, finals: Sequence[str], answers: int) -> Finding:
    results = await all_of([queries.run(spec, sql) for sql in finals])
    if not results[0].ran:
        return Finding(
            METHOD, None, f"The query {results[0].error or 'cannot be run'}, so there are no rows to compare."
        )
    groups: list[list[int]] = []
    for place, result in enumerate(results):
        if not result.ran:
            continue
        home = next((g for g in groups if queries.agree(result, results[g[0]], finals[g[0]])), None)
        if home is None:
            groups.append([place])
        else:
            home.append(place)
    rows = queries.rows_in_words(results[max(groups, key=len)[0]])
    return _verdict(groups, answers, f"return the same {rows}", "this one returns others")


def _verdict(groups: Sequence[Sequence[T]], answers: int, most_say: str, own_says: str) -> Finding:
    """`groups` hold equal answers, the sample's own in the first; the largest decides unless it is a tie."""
    sizes = sorted((len(group) for group in groups), reverse=True)
    if sum(sizes) < 2:
        return Finding(METHOD, None, f"None of the {answers - 1} further answers could be compared.")
    if len(sizes) > 1 and sizes[0] == sizes[1]:
        return Finding(METHOD, None, f"No answer is the most common one: at most {sizes[0]} of {answers} are the same.")
    passed = len(groups[0]) == sizes[0]
    told = f"{sizes[0]} of {answers} answers {most_say}"
    return Finding(METHOD, passed, told if passed else f"{told}, {own_says}")
