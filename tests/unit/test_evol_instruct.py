"""Evol-Instruct: shares of operations, the chain of evolutions, and what is eliminated under which rule."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from core.domain.calls import Call, Stage
from core.domain.plans import SamplesPlan, SeedChoice, TeacherChoice
from core.domain.seeds import SeedSet
from core.domain.strategies import Strategy, TaskType
from core.errors import DroppedError
from core.generation.products import Answered, Choice, SampleMade
from core.generation.strategies.elimination import answer_fault, question_fault
from core.generation.strategies.evol_instruct import IN_DEPTH, METHOD, Operation
from core.generation.strategies.method import Material
from tests.unit import asking

Script = Callable[[Call, int], str]
SEED = "How many apples are in three bags of five?"


def planned(count: int, rounds: int, share: float, start: int = 0) -> list[dict[str, Any]]:
    """Items on seven seeds."""
    chosen = SeedSet.model_construct(id=1, name="S", number=1, task_type=TaskType.MATHS)
    plan = SamplesPlan(
        strategy=Strategy.EVOL_INSTRUCT,
        teachers=dict.fromkeys(Stage, TeacherChoice(connection="c", model="m")),
        seeds=SeedChoice(seed_set=1),
        count=count,
        rounds=rounds,
        breadth_share=share,
        start={"seeds:evol_instruct:1:all:0": start},
    )
    return METHOD.plan(plan, Material(seed_set=chosen, examples=[(n, n) for n in range(7)])).specs


def made(script: Script, operations: list[str]) -> tuple[SampleMade, list[Call]]:
    """What comes of one item on the seed, and its calls."""
    spec = asking.item(Strategy.EVOL_INSTRUCT, asking.seed(SEED))
    calls: list[Call] = []

    async def ask(stage: Stage, build: Callable[[Choice], Call]) -> Answered:
        call = build(Choice("m", 1.0, 1.0, 100))
        assert call.stage is stage
        calls.append(call)
        return Answered(len(calls), script(call, len(calls)))

    return asyncio.run(METHOD.make(ask, {**spec, "operations": operations})), calls  # type: ignore[arg-type]


def verdict(*, different: bool = True, answerable: bool = True) -> str:
    """A check's reply."""
    return json.dumps({"reason": "Because.", "different": different, "answerable": answerable})


def good(call: Call, number: int) -> str:
    """Every evolution succeeds."""
    if call.stage is Stage.QUESTION_CHECK:
        return verdict()
    return f"{call.context['question']} And in {number} bags?" if call.stage is Stage.AUGMENT else "Final answer: 15"


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 1.0])
def test_every_beginning_of_a_plan_keeps_the_share_in_breadth_in_each_round(share: float) -> None:
    specs = planned(40, 3, share)
    for end in (10, 20, 40):
        for place in range(3):
            found = [spec["operations"][place] == Operation.BREADTH for spec in specs[:end]]
            assert abs(sum(found) - share * end) <= 1


def test_the_operations_in_depth_of_an_item_differ_and_all_are_used() -> None:
    specs = planned(40, 5, 0.0)
    assert all(len(set(spec["operations"])) == 5 for spec in specs)
    assert {spec["operations"][0] for spec in specs} == set(IN_DEPTH)


def test_a_later_plan_goes_on_where_the_first_one_ended() -> None:
    assert planned(20, 2, 0.2)[12:] == planned(8, 2, 0.2, start=12)


def test_evolutions_form_a_chain_and_their_operations_stand_in_the_lineage() -> None:
    product, calls = made(good, ["deepen", "in breadth", "add constraints"])
    assert [call.stage.value for call in calls] == [*["augment", "question_check"] * 3, "answer"]
    assert [call.template for call in calls[::2]] == ["evolve_depth", "evolve_breadth", "evolve_depth", "solve"]
    steps = product.lineage["evolutions"]
    assert [step["operation"] for step in steps] == product.lineage["operations"]
    assert [call.context["question"] for call in calls[:6:2]] == [SEED, steps[0]["question"], steps[1]["question"]]
    assert product.question == steps[2]["question"] == calls[-1].context["question"]
    assert product.question_request == 5
    assert len(product.requests) == len(calls)


def test_a_failed_evolution_leaves_the_question_to_the_next_round_and_a_broken_rule_saves_the_check() -> None:
    def script(call: Call, number: int) -> str:
        return "#Rewritten Prompt#: What?" if number == 3 else good(call, number)

    product, calls = made(script, ["deepen", "concretise", "add constraints"])
    assert len(calls) == 6
    assert [step["kept"] for step in product.lineage["evolutions"]] == [True, False, True]
    assert calls[3].context["question"] == product.lineage["evolutions"][0]["question"]


@pytest.mark.parametrize(
    ("reply", "words"), [(verdict(different=False), "asks the same"), (verdict(answerable=False), "cannot be answered")]
)
def test_an_item_without_any_evolution_is_dropped_before_an_answer_is_paid(reply: str, words: str) -> None:
    asked: list[Stage] = []

    def script(call: Call, number: int) -> str:
        asked.append(call.stage)
        return reply if call.stage is Stage.QUESTION_CHECK else good(call, number)

    with pytest.raises(DroppedError, match=words) as caught:
        made(script, ["deepen", "concretise"])
    assert "concretise" in caught.value.message
    assert Stage.ANSWER not in asked


def test_an_answer_that_is_sorry_drops_the_item() -> None:
    with pytest.raises(DroppedError, match="sorry"):
        made(lambda c, n: "I am sorry, no." if c.stage is Stage.ANSWER else good(c, n), ["deepen"])


@pytest.mark.parametrize(
    ("question", "fault"),
    [
        ("Given prompt: how many pears?", "copies words"),
        ("#The Rewritten Prompt#\nHow many pears?", "copies words"),
        ("<question>How many pears</question>", "copies words"),
        ("What is it, and why?!", "stop words"),
        ("...", "stop words"),
        ("How many pears are in 4 bags?", ""),
        ("Рассчитайте площадь круга.", ""),
    ],
)
def test_a_question_is_eliminated_by_the_rule_that_it_breaks(question: str, fault: str) -> None:
    found = question_fault(question, SEED)
    assert fault in found
    assert bool(fault) == bool(found)
    assert question_fault("What is a rewritten prompt?", "Who wrote the rewritten prompt?") == ""


def test_sorry_counts_in_short_answers_only() -> None:
    assert answer_fault("Sorry, that cannot be said.")
    assert not answer_fault("Sorry for the detour. " + "The sum is twelve. " * 30)
    assert not answer_fault("He is sorrowful: 12")
    assert "stop words" in answer_fault("It is that.")
