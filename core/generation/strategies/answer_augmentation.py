"""Answer augmentation: the seed question stays, several answers are sampled (budget rule, arXiv 2409.19759).

One call a sample. The seed's own answer is not shown to the teacher.
"""

from __future__ import annotations

from core.domain.calls import Stage
from core.domain.strategies import Strategy
from core.generation.calls import Build, Spec, build, usable
from core.generation.products import Ask, SampleMade
from core.generation.strategies.method import Method, seed_lineage, task_of, turns_together


def solve_call(spec: Spec, question: str, copies: int = 1) -> Build:
    """Answer a question of a task type, reasoning first; every strategy that starts from seeds answers with it."""
    task = task_of(spec).value
    context = {"question": question, "task": task}
    variables = {"question": question, "task": task}
    return build(Stage.ANSWER, "solve", variables, context, spec["index"], copies)


async def make(ask: Ask, spec: Spec) -> SampleMade:
    """One answer to the seed question."""
    answer = usable(await ask(Stage.ANSWER, _first_call(spec)), "answer")
    return SampleMade(spec["seed"].prompt, answer, None, ((Stage.ANSWER, answer.request_id),), seed_lineage(spec))


def _first_call(spec: Spec) -> Build:
    """Rounds over the seeds ask the same prompt with another index, so a server may answer several in one call."""
    return solve_call(spec, spec["seed"].prompt, spec.get("copies", 1))


METHOD = Method(Strategy.ANSWER_AUGMENTATION, turns_together, _first_call, make)
