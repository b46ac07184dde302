"""Comparison with a reference: the seed's final answer, where the question is the seed's or means the same.

No call. Text-to-SQL compares what the two queries return; without a SQLite file other words can mean the same.
"""

from __future__ import annotations

from core.domain.final_answers import same
from core.domain.query_results import QueryResult
from core.domain.strategies import TaskType
from core.generation.calls import Spec
from core.generation.checks import queries
from core.generation.checks.finals import expected, final_of, shown
from core.generation.products import Finding, SampleMade
from core.generation.strategies.method import task_of

METHOD = "reference"


async def find(spec: Spec, made: SampleMade) -> Finding:
    """Compare; None where the question is new, open, or one of the two final answers cannot be read."""
    if task_of(spec) is TaskType.OPEN:
        return Finding(METHOD, None, "Open questions have no final answer to compare.")
    wanted, own = expected(spec, made), final_of(spec, made.answer.text)
    if wanted is None:
        return Finding(METHOD, None, "The question has no reference answer.")
    if own is None:
        return Finding(METHOD, None, "The answer names no final answer that could be compared.")
    if same(task_of(spec), own, wanted):
        return Finding(METHOD, True, f"The final answer is that of the seed: {shown(own)}")
    return await _differs(spec, own, wanted)


async def _differs(spec: Spec, own: str, wanted: str) -> Finding:
    if task_of(spec) is not TaskType.TEXT_TO_SQL:
        return Finding(METHOD, False, f"The final answer is {shown(own)}, that of the seed {shown(wanted)}")
    if queries.has_database(spec):
        return await compared(METHOD, spec, own, wanted)
    return Finding(METHOD, None, "The query is worded otherwise than the seed's, and there is no file to run both on.")


async def compared(method: str, spec: Spec, own: str, wanted: str) -> Finding:
    """Whether the two queries return the same rows."""
    result, reference = await queries.run(spec, own), await queries.run(spec, wanted)
    problem = result.unable or (reference.error and f"The seed's query {reference.error}.") or reference.unable
    if problem:
        return Finding(method, None, f"Could not be compared: {problem}")
    if result.error:
        return Finding(method, False, f"The query {result.error}.")
    agree = queries.agree(result, reference, wanted)
    if agree is None:
        return Finding(method, None, "Both queries return more rows than are read, so they could not be compared.")
    return Finding(method, agree, _difference(result, reference, agree=agree))


def _difference(result: QueryResult, reference: QueryResult, *, agree: bool) -> str:
    rows, others = queries.rows_in_words(result), queries.rows_in_words(reference)
    if agree:
        return f"It returns the same {rows} as the seed's query."
    if queries.agree(result, reference, ""):
        return f"It returns the same {rows} as the seed's query, in another order."
    return f"It returns {rows}, {'but not those' if rows == others else f'not the {others}'} of the seed's query."
