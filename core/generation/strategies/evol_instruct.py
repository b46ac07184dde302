"""Evol-Instruct: a seed question is rewritten in a chain of evolutions, each checked, then answered.

WizardLM (arXiv 2304.12244, section 3.2): in depth by one of five operations, or in breadth into a new, rarer question
of the same domain. Two calls for each evolution, one for the answer. An evolution that fails leaves the question as it
was for the next round, as the paper puts it back into its pool; an item of which none succeeded is dropped before an
answer is paid. The paper answers every evolution and judges some by the answer; here only the last one is answered.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Any

from core.domain.calls import Stage
from core.domain.plans import MAX_ROUNDS, SamplesPlan
from core.domain.strategies import Strategy
from core.errors import DroppedError
from core.generation.calls import Build, Spec, build, replaying, structured, usable
from core.generation.products import Answered, Ask, SampleMade
from core.generation.strategies.answer_augmentation import solve_call
from core.generation.strategies.elimination import answer_fault, question_fault
from core.generation.strategies.method import Material, Method, Planned, seed_lineage, task_of, turns
from core.generation.wording import question_in
from core.prompts.replies import EvolutionReply


class Operation(StrEnum):
    """What one evolution does to a question."""

    CONSTRAINTS = "add constraints"
    DEEPEN = "deepen"
    CONCRETISE = "concretise"
    REASONING = "more reasoning steps"
    COMPLICATE_INPUT = "complicate input"
    BREADTH = "in breadth"


IN_DEPTH = tuple(operation for operation in Operation if operation is not Operation.BREADTH)


def plan_items(plan: SamplesPlan, material: Material) -> Planned:
    """Rounds over the seeds. In each round of evolutions the share in breadth is kept by any run of items; the
    operations in depth of one item are all different."""
    planned = turns(plan, material)
    (end,) = planned.positions.values()
    for turn, spec in enumerate(planned.specs, start=end - plan.count):
        rng = Random(f"evol-instruct/{plan.random_seed}/{turn}")  # noqa: S311 - a draw that can be repeated
        depth = rng.sample(IN_DEPTH, len(IN_DEPTH))
        spec["operations"] = [
            (Operation.BREADTH if _in_breadth(turn + place, plan.breadth_share) else depth[place]).value
            for place in range(plan.rounds)
        ]
    return planned


def _in_breadth(turn: int, share: float) -> bool:
    return int((turn + 1) * share + 0.5) > int(turn * share + 0.5)


def evolve_call(spec: Spec, place: int, question: str) -> Build:
    """One evolution of a question."""
    operation, task = spec["operations"][place], task_of(spec).value
    index = spec["index"] * MAX_ROUNDS + place
    facts = {"question": question, "task": task}
    if operation == Operation.BREADTH:
        return build(Stage.AUGMENT, "evolve_breadth", facts, facts, index)
    facts["operation"] = operation
    return build(Stage.AUGMENT, "evolve_depth", facts, facts, index)


def check_call(spec: Spec, before: str, after: str) -> Build:
    """Is the evolved question another one, and can it be answered?"""
    facts = {"before": before, "question": after}
    return build(Stage.QUESTION_CHECK, "evolution_check", facts, facts, spec["index"])


@dataclass(slots=True)
class _Chain:
    """How far the evolutions of one item have come; `request` wrote the question, None while it is the seed's."""

    question: str
    request: int | None = None
    requests: list[tuple[Stage, int]] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)

    def note(self, operation: str, evolved: Answered, fault: str) -> None:
        """Go on from the evolved question, or from the one before if it has a fault."""
        self.steps.append({"operation": operation, "kept": not fault, "fault": fault, "question": evolved.text})
        if not fault:
            self.question, self.request = evolved.text, evolved.request_id


async def make(ask: Ask, spec: Spec) -> SampleMade:
    """The chain of evolutions, then the answer to what came of it."""
    chain = _Chain(spec["seed"].prompt)
    for place, operation in enumerate(spec["operations"]):
        written = usable(await ask(Stage.AUGMENT, evolve_call(spec, place, chain.question)), "evolved question")
        chain.requests.append((Stage.AUGMENT, written.request_id))
        evolved, fault = _by_rules(written, chain.question, spec["seed"].prompt)
        chain.note(operation, evolved, fault or await _checked(ask, spec, chain, evolved))
    if chain.request is None:
        faults = "; ".join(f"{step['operation']}: {step['fault']}" for step in chain.steps)
        raise DroppedError(f"No evolution succeeded ({faults}).", "More rounds give it more tries.")
    answer = usable(await ask(Stage.ANSWER, solve_call(spec, chain.question)), "answer")
    fault = answer_fault(answer.text)
    if fault:
        raise DroppedError(f"The evolution failed: {fault}.", "Choose a stronger teacher for the answers.")
    requests = (*chain.requests, (Stage.ANSWER, answer.request_id))
    lineage = {**seed_lineage(spec), "operations": spec["operations"], "evolutions": chain.steps}
    return SampleMade(chain.question, answer, chain.request, requests, lineage)


def _by_rules(written: Answered, before: str, seed: str) -> tuple[Answered, str]:
    """The bare question and what is wrong with it as a text; no teacher is asked about one that has a fault."""
    try:
        evolved = question_in(written, before, seed, most=4 * len(before) + 2000)
    except DroppedError as problem:
        return written, problem.message.rstrip(".")
    return evolved, question_fault(evolved.text, before)


async def _checked(ask: Ask, spec: Spec, chain: _Chain, evolved: Answered) -> str:
    call = check_call(spec, chain.question, evolved.text)
    judged = await ask(Stage.QUESTION_CHECK, call)
    chain.requests.append((Stage.QUESTION_CHECK, judged.request_id))
    reply = await structured(replaying(judged, ask), Stage.QUESTION_CHECK, EvolutionReply, call)
    if reply.different and reply.answerable:
        return ""
    return f"it {'cannot be answered' if reply.different else 'asks the same as before'}: {reply.reason}"


def _first_call(spec: Spec) -> Build:
    return evolve_call(spec, 0, spec["seed"].prompt)


METHOD = Method(Strategy.EVOL_INSTRUCT, plan_items, _first_call, make)
