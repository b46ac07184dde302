"""Multi-turn: a conversation goes on from a sample, which may be a conversation itself.

Named as a next step by the authors of GLAN (arXiv 2402.13064, conclusions), who give no method for it; the pipeline is
our own. Two calls for each turn that is added: the augmenter writes what the person says next, given the conversation
so far; the teacher answers with the whole conversation before it.

The teacher gets the conversation as messages of the chat and not as one fenced text: text cannot pose as another
role's, a model meets the form that it was trained on and that its answers will train, and the messages of one turn are
a prefix of the next turn's, which servers cache.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from core.domain.calls import Call, Message, Stage
from core.domain.plans import SamplesPlan
from core.domain.records import Sample
from core.domain.strategies import Strategy, TaskType
from core.generation.calls import Build, Spec, build, noting, usable
from core.generation.products import Ask, Choice, SampleMade
from core.generation.strategies.method import Material, Method, Planned, parents_key
from core.generation.wording import question_in

MOST = 4000
Turn = tuple[str, str]


def plan_items(plan: SamplesPlan, material: Material) -> Planned:
    """The samples in rounds, oldest first. "index" counts on from plan to plan, so that a sample which is continued
    again gets another conversation even when samples were accepted in between."""
    key = parents_key(plan)
    start = plan.start.get(key, 0)
    specs = [
        {
            "kind": "samples",
            "strategy": plan.strategy.value,
            "parent_sample": material.parents[turn % len(material.parents)],
            "rounds": plan.rounds,
            "index": turn,
        }
        for turn in material.turns(start, plan.count)
    ]
    return Planned(specs, {key: start + plan.count})


def follow_up_call(spec: Spec, history: Sequence[Turn]) -> Build:
    """What the person says next."""
    told = [line for question, answer in history for line in (f"Person: {question}", f"Teacher: {answer}")]
    context = {"history": [list(turn) for turn in history], "question": history[-1][0], "task": _task(spec)}
    return build(Stage.AUGMENT, "follow_up", {"conversation": told}, context, spec["index"])


def reply_call(spec: Spec, history: Sequence[Turn], message: str) -> Build:
    """The answer to the last message. Each message of the person is worded and fenced by the template."""
    task = _task(spec)
    context = {"history": [list(turn) for turn in history], "question": message, "task": task}

    def worded(question: str) -> Build:
        return build(Stage.ANSWER, "converse", {"question": question, "task": task}, context, spec["index"])

    def with_choice(choice: Choice) -> Call:
        last = worded(message)(choice)
        earlier = [
            said
            for question, answer in history
            for said in (worded(question)(choice).messages[-1], Message("assistant", answer))
        ]
        return replace(last, messages=(*last.messages[:-1], *earlier, last.messages[-1]))

    return with_choice


async def make(ask: Ask, spec: Spec) -> SampleMade:
    """So many turns more; the last one is the pair, all before it the history."""
    history, requests = _so_far(spec["parent"]), list[tuple[Stage, int]]()
    ask = noting(ask, requests)
    for _ in range(spec["rounds"]):
        asked_before = [question for question, _ in history]
        said = question_in(await ask(Stage.AUGMENT, follow_up_call(spec, history)), *asked_before, most=MOST)
        answer = usable(await ask(Stage.ANSWER, reply_call(spec, history, said.text)), "answer")
        history = (*history, (said.text, answer.text))
    return SampleMade(
        said.text,
        answer,
        said.request_id,
        tuple(requests),
        _lineage(spec),
        history=history[:-1],
        parent=spec["parent"].id,
    )


def _so_far(parent: Sample) -> tuple[Turn, ...]:
    return (*parent.history, (parent.question, parent.answer))


def _task(spec: Spec) -> str:
    """What the conversation is about is what its first question was about."""
    return str(spec["parent"].lineage.get("task_type", TaskType.OPEN.value))


def _lineage(spec: Spec) -> dict[str, Any]:
    """Which sample it goes on from, in which wording, and how many turns were added."""
    parent: Sample = spec["parent"]
    return {
        "strategy": spec["strategy"],
        "task_type": _task(spec),
        "parent_sample": parent.id,
        "parent_revision": parent.revision,
        "parent_hash": parent.content_hash,
        "parent_strategy": parent.strategy,
        "turns_before": len(parent.history) + 1,
        "turns_added": spec["rounds"],
    }


def _first_call(spec: Spec) -> Build:
    return follow_up_call(spec, _so_far(spec["parent"]))


METHOD = Method(Strategy.MULTI_TURN, plan_items, _first_call, make)
