"""Execution: calculations are recomputed, queries are run. No call, no cost.

Mathematics: every calculation that is written out in the answer. Text-to-SQL: the query on the SQLite file of the seed
set, read-only and within limits; where the seed has a query for the same question, both must return the same rows.
"""

from __future__ import annotations

from core.domain.expressions import steps
from core.domain.strategies import TaskType
from core.generation.calls import Spec
from core.generation.checks import queries
from core.generation.checks.finals import expected, final_of, shown
from core.generation.checks.reference import compared
from core.generation.products import Finding, SampleMade
from core.generation.strategies.method import task_of

METHOD = "execution"
_NAMED = 3


async def find(spec: Spec, made: SampleMade) -> Finding:
    """Execute what the answer holds; None where there is nothing to execute."""
    task = task_of(spec)
    if task is TaskType.MATHS:
        return _recomputed(made.answer.text)
    if task is TaskType.TEXT_TO_SQL:
        return await _run(spec, made)
    return Finding(METHOD, None, f"{task.label} hold nothing that can be executed.")


def _recomputed(answer: str) -> Finding:
    found = steps(answer)
    if not found:
        return Finding(METHOD, None, "The answer writes out no calculation that can be recomputed.")
    wrong = [step.correction for step in found if not step.holds]
    if not wrong:
        return Finding(
            METHOD, True, "1 calculation agrees." if len(found) == 1 else f"{len(found)} calculations agree."
        )
    more = f" and {len(wrong) - _NAMED} more" if len(wrong) > _NAMED else ""
    named = "; ".join(shown(text) for text in wrong[:_NAMED])
    return Finding(METHOD, False, f"{len(wrong)} of {len(found)} calculations do not agree: {named}{more}")


async def _run(spec: Spec, made: SampleMade) -> Finding:
    if not queries.has_database(spec):
        return Finding(METHOD, None, "The seed set has no SQLite file to run the query on.")
    own = final_of(spec, made.answer.text)
    if own is None:
        return Finding(METHOD, False, "The answer holds no SQL statement.")
    wanted = expected(spec, made)
    if wanted is not None:
        finding = await compared(METHOD, spec, own, wanted)
        if finding.passed is not None:
            return finding
    result = await queries.run(spec, own)
    if result.unable:
        return Finding(METHOD, None, f"The query was not run: {result.unable}.")
    if result.error:
        return Finding(METHOD, False, f"The query {result.error}.")
    return Finding(METHOD, True, f"The query runs and returns {queries.rows_in_words(result)}.")
