"""Runs of repairs: one call for each rejected text, a new revision in the queue, nothing of what was overtaken."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from core.domain.calls import Call, Stage
from core.domain.lineage import makers, requests_behind
from core.domain.plans import Checks, RepairsPlan
from core.domain.records import Sample
from core.domain.states import ItemState, ReviewState, RunState, VerificationState, WishState
from core.domain.strategies import Strategy
from core.errors import InvalidInputError
from core.llm.scripted import ScriptedTeacher, plain_script
from core.services.insights_costs import read_costs
from core.services.verification import VerificationService
from core.store import events, ledger, reviews, samples, verifications
from tests.bank import Bank
from tests.engine.any_strategy import start
from tests.engine.conftest import PROJECT, Bench, Hanging
from tests.engine.mending import ADA, BO, Desk
from tests.engine.seeded import plant_seeds, seeded_plan
from tests.trials.studio import audit, studio_and_bank


@pytest.fixture
def desk(bench: Bench) -> Desk:
    return Desk(bench, bench.connect(), 4)


def test_a_rejected_text_comes_back_as_a_new_revision_by_the_teacher(desk: Desk) -> None:
    first, *_ = desk.made
    desk.reject(first, "The sign is wrong.")
    teacher = ScriptedTeacher()
    run = desk.bench.execute(teacher, desk.start().id)
    assert (run.state, desk.bench.states(run.id), len(teacher.asked)) == (RunState.COMPLETED, [ItemState.DONE], 1)
    prompt = teacher.asked[0].messages[-1].content
    assert all(text in prompt for text in (first.question, first.answer, "The sign is wrong."))
    mended = desk.present(first)
    assert (mended.review, mended.verification, mended.second) == (ReviewState.PENDING, VerificationState.NONE, 0)
    assert mended.revision == first.revision + 1
    assert mended.question == first.question
    assert mended.answer.startswith("Scripted repair")
    with desk.bench.store.read() as tx:
        texts = samples.revisions(tx, first.id)
        history = reviews.of_sample(tx, first.id)
        assert events.broken_link(tx) is None
    assert [(text["person"], text["answer"]) for text in texts] == [
        ("teacher", first.answer),
        ("teacher", mended.answer),
    ]
    assert [(entry.person, entry.verdict) for entry in history] == [("Ada", "reject"), ("teacher", "edit")]
    (wish,) = desk.wishes()
    assert (wish.state, wish.run_id, wish.request_id) == (
        WishState.DONE,
        run.id,
        makers(mended.lineage)["repair_by"]["request"],
    )
    told = desk.repairs.history(PROJECT)[0]
    assert ([sample.id for sample in told.repaired], told.back, told.failed, told.left) == ([first.id], 1, 0, 0)


def test_each_repair_is_part_of_the_samples_lineage_cost_and_place(bench: Bench) -> None:
    with studio_and_bank(Bank(latency=(0.0, 0.001))) as (made, bank):
        desk = Desk(made, made.at_bank(bank), 2)
        first, other = desk.made
        for _ in range(2):
            desk.reject(first)
            assert made.work(desk.start().id).state is RunState.COMPLETED
        mended = desk.present(first)
        assert [name for name in makers(mended.lineage) if name.startswith("repair")] == ["repair_by", "repair_2_by"]
        assert len(requests_behind(mended)) == 4
        assert desk.review.view(PROJECT, first.id).cost == sum(entry.billed for entry in bank.log) > 0
        assert desk.review.view(PROJECT, other.id).cost == 0
        assert audit(made, bank.log, [attempt for attempt in made.attempts() if attempt.stage == "repair"]) == []
        with made.store.read() as tx:
            costs = read_costs(tx, PROJECT)
            spent = ledger.spent(tx, "project", PROJECT)
        assert costs.unattributed == {}
        assert {place.run for place, counts in costs.cells.items() if counts.cost} == {first.run_id}
        assert (costs.total.cost, costs.total.calls) == (spent.settled, spent.calls)
        assert {attempt.stage for attempt in made.attempts() if attempt.cost} == {"repair"}


def test_a_run_asks_once_for_each_text_whatever_number_of_people_wish_it(desk: Desk) -> None:
    one, two, three, four = desk.made
    for sample in (one, two, three):
        desk.reject(sample)
    desk.reject(one, "Too short.", BO)
    assert [len(each.wishes) for each in desk.repairs.waiting(PROJECT)] == [2, 1, 1]
    assert desk.repairs.estimate(PROJECT, desk.plan()).calls == 3
    teacher = ScriptedTeacher()
    run = desk.bench.execute(teacher, desk.start().id)
    assert (run.n_items, run.title, len(teacher.asked)) == (3, "Repair of 3 samples", 3)
    both = next(call for call in teacher.asked if one.question in call.messages[-1].content)
    assert all(words in both.messages[-1].content for words in ("Say why.", "Too short."))
    assert {wish.state for wish in desk.wishes()} == {WishState.DONE}
    assert desk.present(four) == four
    with pytest.raises(InvalidInputError, match="waits to be repaired"):
        desk.start()


@pytest.mark.parametrize("change", ["edit", "accept", "undo"])
def test_what_overtook_a_repair_costs_nothing_and_changes_nothing(desk: Desk, change: str) -> None:
    first = desk.made[0]
    rejected = desk.reject(first)
    run = desk.start()
    if change == "edit":
        desk.review.edit(BO, rejected, "Another question?", rejected.answer, token=desk.token())
    elif change == "accept":
        desk.review.decide(BO, rejected, ReviewState.ACCEPTED, token=desk.token())
    else:
        desk.review.undo(ADA, PROJECT, token=desk.token())
    before = desk.present(first)
    teacher = ScriptedTeacher()
    desk.bench.execute(teacher, run.id)
    assert teacher.asked == []
    assert desk.present(first) == before
    (item,) = desk.bench.items(run.id)
    assert item.state is ItemState.DROPPED
    assert f"sample {first.id}" in item.error
    assert desk.wishes()[0].state is (WishState.WITHDRAWN if change == "undo" else WishState.OUTDATED)


def test_a_text_that_changed_while_the_teacher_wrote_is_kept(desk: Desk) -> None:
    first = desk.made[0]
    rejected = desk.reject(first)

    def script(call: Call, number: int) -> str:
        desk.review.edit(BO, rejected, rejected.question, "Mended by hand.", token=desk.token())
        return plain_script(call, number)

    run = desk.start()
    desk.bench.execute(ScriptedTeacher(script), run.id)
    assert desk.present(first).answer == "Mended by hand."
    assert desk.bench.states(run.id) == [ItemState.DROPPED]
    assert desk.wishes()[0].state is WishState.OUTDATED
    assert len(desk.bench.attempts(run.id)) == 1
    desk.bench.check_ledger()


@pytest.mark.parametrize("answer", ["same", "I cannot do that.", "<answer></answer>"])
def test_a_reply_that_mends_nothing_fails_and_can_be_tried_again(desk: Desk, answer: str) -> None:
    first = desk.made[0]
    desk.reject(first)
    same = f"<question>{first.question}</question><answer> {first.answer}\n</answer>"
    run = desk.bench.execute(ScriptedTeacher(lambda *_: same if answer == "same" else answer), desk.start().id)
    (item,) = desk.bench.items(run.id)
    assert (item.state, bool(item.error), bool(item.hint)) == (ItemState.INVALID, True, True)
    assert desk.wishes()[0].state is WishState.FAILED
    assert desk.present(first).review is ReviewState.REJECTED
    assert desk.repairs.history(PROJECT)[0].failed == 1
    assert desk.repairs.waiting(PROJECT)[0].failed
    again = ScriptedTeacher()
    assert desk.bench.execute(again, desk.start().id).state is RunState.COMPLETED
    assert len(again.asked) == 1
    assert (desk.wishes()[0].state, desk.present(first).review) == (WishState.DONE, ReviewState.PENDING)


def test_retrying_the_item_of_a_run_mends_as_well(desk: Desk) -> None:
    desk.reject(desk.made[0])
    run = desk.bench.execute(ScriptedTeacher(lambda *_: "Nothing."), desk.start().id)
    assert desk.runs.retry_failed(ADA, PROJECT, run.id) == 1
    assert desk.bench.execute(ScriptedTeacher(), run.id).state is RunState.COMPLETED
    assert desk.wishes()[0].state is WishState.DONE


def test_caps_hold_and_what_is_left_goes_on_when_they_are_raised_or_in_another_run(desk: Desk) -> None:
    for sample in desk.made:
        desk.reject(sample)
    run = desk.bench.execute(ScriptedTeacher(), desk.start(call_cap=2).id, at_once=1)
    assert run.state is RunState.BUDGET_EXHAUSTED
    assert len(desk.bench.attempts(run.id)) == 2
    assert len(desk.repairs.waiting(PROJECT)) == desk.repairs.history(PROJECT)[0].left == 2
    left, taken = (each.wishes[0].id for each in desk.repairs.waiting(PROJECT))
    other = desk.bench.execute(ScriptedTeacher(), desk.start([taken]).id)
    assert other.state is RunState.COMPLETED
    desk.bench.set_caps(run.id, calls=10)
    desk.bench.resume(run.id)
    rest = ScriptedTeacher()
    assert desk.bench.execute(rest, run.id).state is RunState.COMPLETED
    assert len(rest.asked) == 1
    assert Counter(desk.bench.states(run.id)) == {ItemState.DONE: 3, ItemState.DROPPED: 1}
    assert {wish.id: wish.run_id for wish in desk.wishes()}[left] == run.id
    assert {desk.present(sample).revision for sample in desk.made} == {2}
    desk.bench.check_ledger()


def test_a_run_that_was_killed_makes_each_repair_once(desk: Desk) -> None:
    for sample in desk.made:
        desk.reject(sample)
    run = desk.start()
    desk.bench.crash(Hanging(), run.id, calls_out=2)
    teacher = ScriptedTeacher()
    assert desk.bench.execute(teacher, run.id).state is RunState.COMPLETED
    assert len(teacher.asked) == 4
    assert {desk.present(sample).revision for sample in desk.made} == {2}
    assert {wish.state for wish in desk.wishes()} == {WishState.DONE}
    with desk.bench.store.read() as tx:
        told = [entry.verdict for sample in desk.made for entry in reviews.of_sample(tx, sample.id)]
    assert Counter(told) == {"reject": 4, "edit": 4}
    desk.bench.check_ledger()


def test_an_answer_that_was_stored_before_a_kill_is_not_asked_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.reject(desk.made[0])
    run = desk.start()
    with monkeypatch.context() as patch:
        patch.setattr("core.runs.engine.keep", lambda *_: (_ for _ in ()).throw(RuntimeError("killed")))
        desk.bench.execute(ScriptedTeacher(), run.id)
    desk.runs.retry_failed(ADA, PROJECT, run.id)
    teacher = ScriptedTeacher()
    desk.bench.execute(teacher, run.id)
    assert teacher.asked == []
    assert desk.present(desk.made[0]).revision == 2


def test_checks_that_cost_nothing_are_made_again_on_the_repaired_text(bench: Bench) -> None:
    connection = bench.connect()
    seeds = plant_seeds(bench, ["What is 2 + 3?"])
    plan = seeded_plan(connection, Strategy.ANSWER_AUGMENTATION, seeds, 1, checks=Checks(execution=True))
    desk = Desk(bench, connection, 1)
    run_id, _ = start(bench, plan)
    bench.execute(ScriptedTeacher(lambda *_: "2 + 3 = 6\nFinal answer: 6"), run_id)
    sample = next(each for each in bench.samples() if each.run_id == run_id)
    assert sample.verification is VerificationState.FAILED
    desk.reject(sample)
    mended = ScriptedTeacher(
        lambda *_: f"<question>{sample.question}</question><answer>2 + 3 = 5\nFinal answer: 5</answer>"
    )
    bench.execute(mended, desk.start().id)
    assert desk.present(sample).verification is VerificationState.VERIFIED


def say(call: Call, _: int) -> str:
    """A judge that knows the right answer, right further answers, and a repair that mends."""
    told = call.messages[-1].content
    if call.stage is Stage.VERIFICATION:
        return json.dumps({"reason": "Scripted.", "correct": "answer: 5" in told})
    if call.stage is Stage.REPAIR:
        return "<answer>2 + 3 = 5\nFinal answer: 5</answer>"
    return f"Final answer: {5 if call.stage is Stage.AGREEMENT else 6}"


def checked_wrong(bench: Bench, checks: Checks) -> tuple[Desk, Sample]:
    """A sample of a run with these checks whose answer is wrong, rejected with the wish for a repair."""
    connection = bench.connect()
    plan = seeded_plan(
        connection, Strategy.ANSWER_AUGMENTATION, plant_seeds(bench, ["What is 2 + 3?"]), 1, checks=checks
    )
    desk = Desk(bench, connection, 1)
    run_id, _ = start(bench, plan)
    bench.execute(ScriptedTeacher(say), run_id)
    sample = next(each for each in bench.samples() if each.run_id == run_id)
    desk.reject(sample)
    return desk, sample


def verifying(desk: Desk, *stages: Stage) -> RepairsPlan:
    """A plan for all that waits, whose teacher also checks again by these stages."""
    plan = desk.plan()
    return plan.model_copy(update={"teachers": dict.fromkeys((Stage.REPAIR, *stages), plan.teachers[Stage.REPAIR])})


def test_a_mended_text_is_checked_again_as_its_run_had_it_where_the_plan_names_who_checks(bench: Bench) -> None:
    desk, sample = checked_wrong(bench, Checks(judge=True, rubric="Short.", agreement=3))
    other = desk.reject(desk.made[0])
    assert sample.verification is VerificationState.FAILED
    plan = verifying(desk, Stage.AGREEMENT, Stage.VERIFICATION)
    estimate = desk.repairs.estimate(PROJECT, plan)
    assert {each.stage: each.calls for each in estimate.stages} == {
        Stage.REPAIR: 2,
        Stage.AGREEMENT: 2,
        Stage.VERIFICATION: 1,
    }
    teacher = ScriptedTeacher(say)
    run = bench.execute(teacher, desk.repairs.start(ADA, PROJECT, plan, token="t").id)
    assert (run.state, Counter(call.stage for call in teacher.asked)) == (
        RunState.COMPLETED,
        # the further answers to the same question were paid for when the sample was made
        Counter({Stage.REPAIR: 2, Stage.VERIFICATION: 1}),
    )
    judge = next(call for call in teacher.asked if call.stage is Stage.VERIFICATION)
    assert "Short." in judge.messages[-1].content
    assert desk.present(sample).verification is VerificationState.VERIFIED
    assert desk.present(other).verification is VerificationState.NONE
    with bench.store.read() as tx:
        found = [each for each in verifications.of_sample(tx, sample.id) if each["content_hash"] != sample.content_hash]
    assert {each["method"]: each["passed"] for each in found} == {"agreement": 1, "judge": 1}
    assert all(each["request_id"] for each in found)
    bench.check_ledger()


def test_without_a_teacher_for_it_nothing_is_checked_by_calls(bench: Bench) -> None:
    desk, sample = checked_wrong(bench, Checks(judge=True, agreement=3))
    teacher = ScriptedTeacher(say)
    bench.execute(teacher, desk.start().id)
    assert [call.stage for call in teacher.asked] == [Stage.REPAIR]
    assert desk.present(sample).verification is VerificationState.NONE


def test_only_what_its_own_run_had_checked_is_checked_again(bench: Bench) -> None:
    desk, sample = checked_wrong(bench, Checks(execution=True))
    plan = verifying(desk, Stage.AGREEMENT, Stage.VERIFICATION)
    assert desk.repairs.estimate(PROJECT, plan).calls == 1
    teacher = ScriptedTeacher(say)
    bench.execute(teacher, desk.repairs.start(ADA, PROJECT, plan, token="t").id)
    assert [call.stage for call in teacher.asked] == [Stage.REPAIR]
    assert desk.present(sample).verification is VerificationState.VERIFIED
    assert set(desk.repairs.plan(PROJECT, [1], verify=True).teachers) == {Stage.REPAIR}


def test_a_cap_between_mending_and_checking_pays_nothing_twice(bench: Bench) -> None:
    desk, sample = checked_wrong(bench, Checks(judge=True))
    plan = verifying(desk, Stage.VERIFICATION).model_copy(update={"call_cap": 1})
    run = bench.execute(ScriptedTeacher(say), desk.repairs.start(ADA, PROJECT, plan, token="t").id)
    assert run.state is RunState.BUDGET_EXHAUSTED
    assert desk.present(sample).review is ReviewState.REJECTED
    bench.set_caps(run.id, calls=2)
    bench.resume(run.id)
    rest = ScriptedTeacher(say)
    assert bench.execute(rest, run.id).state is RunState.COMPLETED
    assert [call.stage for call in rest.asked] == [Stage.VERIFICATION]
    assert desk.present(sample).verification is VerificationState.VERIFIED
    bench.check_ledger()


def test_what_checking_a_mended_text_costs_counts_with_the_checks_of_its_strategy(bench: Bench) -> None:
    desk, _ = checked_wrong(bench, Checks(judge=True))
    service = VerificationService(desk.context)
    before = next(each for each in service.effects(PROJECT) if each.method == "judge")
    plan = verifying(desk, Stage.VERIFICATION)
    bench.execute(ScriptedTeacher(say), desk.repairs.start(ADA, PROJECT, plan, token="t").id)
    after = next(each for each in service.effects(PROJECT) if each.method == "judge")
    assert (after.strategy, after.passed, after.calls) == (before.strategy, before.passed + 1, before.calls + 1)
