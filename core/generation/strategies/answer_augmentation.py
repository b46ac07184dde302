"""Answer augmentation: the seed question stays, several answers are sampled (budget rule, arXiv 2409.19759).

One call a sample. The seed's own answer is not shown to the teacher. Behind the first round over the seeds four rounds
come together, because a server that gives several answers in one call then bills the prompt once for them.
"""

from __future__ import annotations

from collections import Counter

from core.domain.calls import Stage
from core.domain.plans import SamplesPlan
from core.domain.strategies import Strategy
from core.generation.calls import Build, Spec, build, usable
from core.generation.products import Ask, SampleMade
from core.generation.strategies.method import Material, Method, Planned, seed_lineage, task_of, turns

TOGETHER = 4


def plan_items(plan: SamplesPlan, material: Material) -> Planned:
    """Rounds over the seeds, with the number of items that stand together as "copies"."""
    planned = turns(plan, material, TOGETHER)
    prompts = [(spec["seed_example"], (spec["index"] + TOGETHER - 1) // TOGETHER) for spec in planned.specs]
    copies = Counter(prompts)
    for spec, prompt in zip(planned.specs, prompts, strict=True):
        spec["copies"] = copies[prompt]
    return Planned(planned.specs[: material.first], planned.positions)


def solve_call(spec: Spec, question: str, copies: int = 1) -> Build:
    """Answer a question of a task type, reasoning first; every strategy that starts from seeds answers with it."""
    facts = {"question": question, "task": task_of(spec).value}
    return build(Stage.ANSWER, "solve", facts, facts, spec["index"], copies)


async def make(ask: Ask, spec: Spec) -> SampleMade:
    """One answer to the seed question."""
    answer = usable(await ask(Stage.ANSWER, _first_call(spec)), "answer")
    return SampleMade(spec["seed"].prompt, answer, None, ((Stage.ANSWER, answer.request_id),), seed_lineage(spec))


def _first_call(spec: Spec) -> Build:
    """Rounds over the seeds ask the same prompt with another index, so a server may answer several in one call."""
    return solve_call(spec, spec["seed"].prompt, spec.get("copies", 1))


METHOD = Method(Strategy.ANSWER_AUGMENTATION, plan_items, _first_call, make)
