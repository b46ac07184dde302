"""Helpers of the SQL families: drawing rows that fit together, posing a task on them, running its query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from inspect import cleandoc
from random import Random

from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._physics_tools import Draw
from core.llm.builtin.sample_database import TABLES, Row, listed, run, show

_PARENTS: Mapping[str, Mapping[str, str]] = {
    "purchase": {"customer_id": "customer", "product_id": "product"},
    "loan": {"book_id": "book"},
    "exam": {"student_id": "student"},
    "student": {"mentor_id": "student"},
}
_MOST_ROWS = 8


def sample(random: Random, sizes: Mapping[str, int]) -> str:
    """So many rows of each table, parents first, without a reference that leads nowhere."""
    chosen: dict[str, list[Row]] = {}
    for name, size in sizes.items():
        rows = TABLES[name].rows
        kept = sorted(random.sample(range(len(rows)), min(size, len(rows))))
        chosen[name] = [rows[index] for index in kept]
        for _ in range(size):  # a row may lose its parent in the same table
            chosen[name] = [row for row in chosen[name] if _anchored(name, row, chosen)]
    return show(chosen)


def _anchored(name: str, row: Row, chosen: Mapping[str, Sequence[Row]]) -> bool:
    for column, parent in _PARENTS.get(name, {}).items():
        value = row[list(TABLES[name].columns).index(column)]
        if value is not None and parent in chosen and value not in {other[0] for other in chosen[parent]}:
            return False
    return True


def sql(
    name: str,
    concepts: tuple[str, ...],
    sizes: Mapping[str, int],
    choices: Draw,
    asks: Sequence[str],
    why: Sequence[str],
    query: str,
    slips: Sequence[str],
    change: str = "",
) -> Problem:
    """A family that asks for a query and its result; `slips` are wrong queries, run on the unchanged tables."""
    wanted, alter = cleandoc(query), cleandoc(change)

    def solve(params: Params) -> Solution:
        shown = str(params["data"])
        steps = [step.format(**params) for step in why]
        changes = [alter.format(**params)] if alter else []
        if changes:
            steps.append(f"The statement that changes the data is:\n\n```sql\n{changes[0]};\n```")
        text = wanted.format(**params)
        rows = run(text, shown, *changes)
        steps.append(f"{'The result is then read with' if changes else 'The query is'}:\n\n```sql\n{text};\n```")
        steps.append(f"It returns {len(rows)} {'row' if len(rows) == 1 else 'rows'}: {listed(rows)}.")
        wrong = [listed(run(cleandoc(slip).format(**params), shown)) for slip in slips]
        return Solution(tuple(steps), listed(rows), tuple(dict.fromkeys(w for w in wrong if w != listed(rows))))

    def fits(params: Params) -> bool:
        shown = str(params["data"])
        rows = run(wanted.format(**params), shown, *([alter.format(**params)] if alter else []))
        if not 1 <= len(rows) <= _MOST_ROWS or any(cell is None for cell in rows[0]):
            return False
        return any(listed(run(cleandoc(slip).format(**params), shown)) != listed(rows) for slip in slips)

    def draw(random: Random) -> Params:
        while True:
            params = {**choices(random), "data": sample(random, sizes)}
            if fits(params):
                return params

    first, second = asks
    wordings = (
        f"A database holds the following data.\n\n{{data}}\n\n{first} Write the SQL and give the result.",
        f"{second} Solve the task in SQL and state what comes back for the rows shown here.\n\n{{data}}",
    )
    return Problem(name, concepts, wordings, draw, solve)
