"""Self-Instruct: new tasks from a growing pool of seed tasks (arXiv 2212.10560, section 2.2).

Two calls a sample: the augmenter sees eight tasks, up to two of which the run itself has made, and writes one more;
what the rules or the pool turn away is dropped before the second call pays for an answer. The first items see seeds
only, so what a preview has made is what the run would make; a run that is handed in as batches asks for all its tasks
at once, so there every item sees seeds only.
"""

from __future__ import annotations

import re
from random import Random
from typing import Any

from core.domain.calls import Stage
from core.domain.plans import SamplesPlan
from core.domain.seeds import whole_question
from core.domain.strategies import Strategy
from core.errors import DroppedError
from core.generation.calls import Build, Spec, build, usable
from core.generation.products import Answered, Ask, SampleMade
from core.generation.strategies.answer_augmentation import solve_call
from core.generation.strategies.method import Material, Method, Planned, seed_key, task_of
from core.generation.strategies.task_rules import broken_rule
from core.generation.wording import question_in

SHOTS = 8
MADE_SHOTS = 2
FIRST_ROUND = 8
_CUT = 200
_NUMBERED = re.compile(r"(?:(?:new )?(?:task|instruction)\s*\d*\s*:|\d{1,3}[.)])\s+", re.IGNORECASE)
_INPUT = re.compile(r"\n\s*input\s*:\s*", re.IGNORECASE)
_NO_INPUT = re.compile(r"<?\s*(?:no\s?input|none|n/a)?\s*>?\.?", re.IGNORECASE)


def plan_items(plan: SamplesPlan, material: Material) -> Planned:
    """Each item with shots of its own, drawn by the plan's random seed and the item's place.

    "made_wanted" is how many of them give way to tasks of this run; which ones is settled when the item is first
    worked on (`core/runs/pool`) and stands in its "made_shots" from then on.
    """
    assert material.seed_set is not None
    key, chosen = seed_key(plan), material.seed_set
    start = plan.start.get(key, 0)
    specs = []
    for turn in material.turns(start, plan.count):
        rng = Random(f"self-instruct/{plan.random_seed}/{turn}")  # noqa: S311 - a draw that can be repeated
        shots = rng.sample(material.examples, min(SHOTS, len(material.examples)))
        specs.append(
            {
                "kind": "samples",
                "strategy": plan.strategy.value,
                "seed_set": chosen.id,
                "seed_set_name": chosen.label,
                "task_type": chosen.task_type.value,
                "shot_examples": [example_id for _, example_id in shots],
                "made_wanted": MADE_SHOTS if turn - start >= FIRST_ROUND else 0,
                "index": turn,
            }
        )
    return Planned(specs, {key: start + plan.count})


def shots_of(spec: Spec) -> list[str]:
    """The tasks that the augmenter sees: seeds, the last of them replaced by what the run has made."""
    made = list(spec.get("made", ()))
    seeds = [seed.prompt for seed in spec["shots"]]
    return seeds[: max(1, SHOTS - len(made))] + made


def task_call(spec: Spec) -> Build:
    """One new task."""
    facts = {"shots": shots_of(spec), "task": task_of(spec).value}
    return build(Stage.AUGMENT, "self_instruct", facts, facts, spec["index"])


async def make(ask: Ask, spec: Spec) -> SampleMade:
    """A task, if the rules and the pool let it in, then its answer."""
    task = task_in(await ask(Stage.AUGMENT, task_call(spec)), spec)
    await _admit(task, spec)
    answer = usable(await ask(Stage.ANSWER, solve_call(spec, task.text)), "answer")
    requests = ((Stage.AUGMENT, task.request_id), (Stage.ANSWER, answer.request_id))
    return SampleMade(task.text, answer, task.request_id, requests, _lineage(spec))


def task_in(reply: Answered, spec: Spec) -> Answered:
    """The bare task of a reply; DroppedError or UnusableReplyError if there is none."""
    written = question_in(reply, *shots_of(spec))
    return usable(Answered(written.request_id, bare_task(written.text)), "task")


async def _admit(task: Answered, spec: Spec) -> None:
    """Raises DroppedError, naming the rule or the task of the pool that this one is like."""
    rule = broken_rule(task.text, shots_of(spec))
    if rule:
        raise DroppedError(f"The new task was left out: {rule.fault}.", f"Rule of Self-Instruct: {rule.name}.")
    pool = spec.get("pool")
    like = await pool.admit(task.text, task.request_id) if pool is not None else None
    if like is not None:
        raise DroppedError(
            f"The new task is nearly the same as one of the pool: {_cut(like)}",
            "More seeds, or a higher temperature of the augmenter, give more different tasks.",
        )


def bare_task(text: str) -> str:
    """Instruction and input, without the labels and numbers that teachers put before them."""
    stripped = text.strip()
    numbered = _NUMBERED.match(stripped)
    instruction, *given = _INPUT.split(stripped[numbered.end() :] if numbered else stripped, maxsplit=1)
    return whole_question(instruction, "" if not given or _NO_INPUT.fullmatch(given[0].strip()) else given[0])


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _CUT else f"{line[: _CUT - 1]}\N{HORIZONTAL ELLIPSIS}"


def _lineage(spec: Spec) -> dict[str, Any]:
    kept = ("strategy", "seed_set", "seed_set_name", "task_type")
    return {
        **{key: spec[key] for key in kept},
        "shots": [
            {"seed_example": seed.id, "seed_position": seed.position}
            for seed in spec["shots"][: max(1, SHOTS - len(spec.get("made", ())))]
        ],
        "made_shots": list(spec.get("made_shots", ())),
    }


METHOD = Method(Strategy.SELF_INSTRUCT, plan_items, task_call, make)
