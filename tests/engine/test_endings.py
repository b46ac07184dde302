"""How items and runs end: each in exactly one state, with its reason, and none at the cost of another."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from random import Random

import pytest

from core.domain.calls import Call, Reply, Stage
from core.domain.money import Price
from core.domain.states import AttemptState, ItemState, RequestState, RunState
from core.errors import (
    TeacherRefusedError,
    TeacherRejectedError,
    TeacherUnavailableError,
    UnusableReplyError,
)
from core.generation.strategies import glan
from core.llm.scripted import ScriptedTeacher, plain_script, reply_of
from core.store import runs
from tests.engine.conftest import Bench


def refusal(call: Call) -> Reply:
    """An answer in OpenAI's way of refusing."""
    made = reply_of("", call)
    return Reply("", "stop", made.usage, made.model, made.raw, 1, refusal="I cannot help.")


FINALS: list[tuple[str, Callable[[Call], Reply | str], ItemState, RequestState]] = [
    ("a cut answer", lambda c: reply_of("Half of", c, "length"), ItemState.TRUNCATED, RequestState.TRUNCATED),
    ("a filter", lambda c: reply_of("", c, "content_filter"), ItemState.FILTERED, RequestState.FILTERED),
    ("a tool call", lambda c: reply_of("", c, "tool_calls"), ItemState.INVALID, RequestState.INVALID),
    ("a refusal", refusal, ItemState.REFUSED, RequestState.REFUSED),
    ("an empty text", lambda c: "", ItemState.INVALID, RequestState.INVALID),
    ("a text of nothing visible", lambda c: " \n\x07", ItemState.INVALID, RequestState.INVALID),
]


@pytest.mark.parametrize(("answer", "item", "request_state"), [f[1:] for f in FINALS], ids=[f[0] for f in FINALS])
@pytest.mark.parametrize("stage", [Stage.QUESTION, Stage.ANSWER])
def test_the_way_an_answer_ended_decides_before_its_text_does(
    bench: Bench, stage: Stage, answer: Callable[[Call], Reply | str], item: ItemState, request_state: RequestState
) -> None:
    run_id = bench.samples_run(bench.connect(), 1)
    teacher = ScriptedTeacher(lambda call, number: answer(call) if call.stage is stage else plain_script(call, number))
    assert bench.execute(teacher, run_id).state is RunState.COMPLETED
    assert bench.states(run_id) == [item]
    assert bench.items(run_id)[0].error
    (request,) = [r for r in bench.requests(run_id) if r.stage == stage]
    assert request.state is request_state
    assert request.reply is not None
    assert Counter(a.state for a in bench.attempts(run_id)) == {AttemptState.SETTLED: 1 + (stage is Stage.ANSWER)}
    assert bench.samples() == []
    bench.check_ledger()


ERRORS: list[tuple[Exception, ItemState, AttemptState]] = [
    (TeacherRefusedError("No.", "x.", code="http_400"), ItemState.FAILED, AttemptState.RELEASED),
    (TeacherRefusedError("No.", "x.", code="unknown"), ItemState.REFUSED, AttemptState.RELEASED),
    (UnusableReplyError("No.", "x.", code="unreadable", billed=True), ItemState.INVALID, AttemptState.SETTLED),
    (RuntimeError("a bug of an adapter"), ItemState.INVALID, AttemptState.SETTLED),
]


@pytest.mark.parametrize(("error", "item", "attempt"), ERRORS)
def test_an_error_of_the_teacher_ends_its_item_and_no_other(
    bench: Bench, error: Exception, item: ItemState, attempt: AttemptState
) -> None:
    def script(call: Call, number: int) -> str:
        if number == 3:
            raise error
        return plain_script(call, number)

    run_id = bench.samples_run(bench.connect(), 5)
    run = bench.execute(ScriptedTeacher(script), run_id)
    assert (run.state, run.reason) == (RunState.COMPLETED, "")
    assert Counter(bench.states(run_id)) == {ItemState.DONE: 4, item: 1}
    (bad,) = [a for a in bench.attempts(run_id) if a.error_code]
    assert bad.state is attempt
    assert bad.error
    bench.check_ledger()


def test_the_body_of_an_error_is_kept_with_the_request(bench: Bench) -> None:
    def script(call: Call, number: int) -> str:
        raise UnusableReplyError("No answer.", "x.", code="unreadable", billed=True, raw="<html>")

    run_id = bench.samples_run(bench.connect(), 1)
    bench.execute(ScriptedTeacher(script), run_id)
    (request,) = bench.requests(run_id)
    assert (request.raw, request.error, request.state) == ("<html>", "No answer.", RequestState.FAILED)


def test_a_rejection_interrupts_the_run_with_its_reason_and_leaves_the_rest_to_do(bench: Bench) -> None:
    def script(call: Call, number: int) -> str:
        if number > 4:
            raise TeacherRejectedError(
                "The teacher answered 401: wrong key.", "Check the key, then resume.", code="key"
            )
        return plain_script(call, number)

    run_id = bench.samples_run(bench.connect(), 50)
    teacher = ScriptedTeacher(script)
    run = bench.execute(teacher, run_id)
    assert run.state is RunState.INTERRUPTED
    assert run.reason == "The teacher answered 401: wrong key."
    assert run.hint == "Check the key, then resume."
    assert set(bench.states(run_id)) <= {ItemState.PLANNED, ItemState.DONE}
    assert len(teacher.asked) < 20, "it stopped instead of trying every item"
    bench.resume(run_id)
    assert bench.execute(ScriptedTeacher(), run_id).state is RunState.COMPLETED
    assert bench.states(run_id) == [ItemState.DONE] * 50
    assert {a.state for a in bench.attempts(run_id)} == {AttemptState.SETTLED, AttemptState.RELEASED}
    bench.check_ledger()


def test_a_missing_key_interrupts_the_run_before_anything_is_sent(bench: Bench) -> None:
    connection = bench.connect("openai")
    with bench.store.write() as tx:
        tx.run("UPDATE connection SET base_url='http://127.0.0.1:9/v1', key_source='file', version=7")
    run_id = bench.samples_run(connection, 1)

    async def go() -> None:
        from core.runs.worker import run_once

        assert await run_once(bench.settings, bench.store) == 1

    asyncio.run(go())
    run = bench.run(run_id)
    assert run.state is RunState.INTERRUPTED
    assert "key of this connection is missing" in run.reason
    assert bench.attempts(run_id) == []


# ---- one repair ----


def test_structure_that_cannot_be_read_is_repaired_once(bench: Bench) -> None:
    def script(call: Call, number: int) -> str:
        if call.template == "subjects_extract":
            return '{"subjects": [{"subject_name": "Regression"}]}'
        if call.template == "repair":
            assert "subject_name" in call.context["text"]
            return '{"subjects": [{"subject_name": "Regression", "level": "advanced", "subtopics": ["Fit"]}]}'
        return plain_script(call, number)

    run_id = bench.subjects_run(bench.connect())
    teacher = ScriptedTeacher(script)
    bench.execute(teacher, run_id)
    assert bench.states(run_id) == [ItemState.DONE]
    assert [call.template for call in teacher.asked] == ["subjects_list", "subjects_extract", "repair"]
    with bench.store.read() as tx:
        row = tx.row("SELECT level, subtopics FROM subject WHERE name='Regression'")
    assert row == {"level": "advanced", "subtopics": '["Fit"]'}


def test_after_one_repair_the_item_is_invalid(bench: Bench) -> None:
    run_id = bench.subjects_run(bench.connect(), queries=2)
    teacher = ScriptedTeacher(lambda call, number: f"Still no structure ({number}).")
    assert bench.execute(teacher, run_id).state is RunState.COMPLETED
    assert bench.states(run_id) == [ItemState.INVALID] * 2
    assert Counter(call.template for call in teacher.asked)["repair"] == 2
    assert len(teacher.asked) == 6


@pytest.mark.parametrize("text", ['{"\\ud800": 1}', '{"subjects": "\\ud800\\u0000"}', "{ oops", "[" * 5000])
def test_no_reply_can_bring_the_run_down(bench: Bench, text: str) -> None:
    run_id = bench.subjects_run(bench.connect())
    run = bench.execute(ScriptedTeacher(lambda call, number: text), run_id)
    assert run.state is RunState.COMPLETED
    assert bench.states(run_id) == [ItemState.INVALID]


# ---- exactly one state; the right answer beside every question ----


def moody(seed: int) -> Callable[[Call, int], Reply | str]:
    """Right answers that name their question, in between every kind of trouble."""
    rng = Random(seed)

    def script(call: Call, number: int) -> Reply | str:
        trouble = rng.random()
        if trouble < 0.08:
            raise TeacherRefusedError("No.", "x.", code="refused")
        if trouble < 0.16:
            raise UnusableReplyError("No.", "x.", code="unreadable", billed=True)
        if trouble < 0.24:
            raise TeacherUnavailableError("Busy.", "x.", code="http_503")
        if trouble < 0.30:
            raise ValueError("a bug")
        text = f"Question on {call.context['concepts']}" if call.stage is Stage.QUESTION else ""
        text = text or f"Answer to <{call.context['question']}>"
        return reply_of(text, call, "length" if trouble < 0.36 else "stop")

    return script


@pytest.mark.parametrize("seed", range(4))
def test_answers_never_shift_to_another_question_whatever_failed_in_between(bench: Bench, seed: int) -> None:
    run_id = bench.samples_run(bench.connect(), 60, seed=seed)
    assert bench.execute(ScriptedTeacher(moody(seed), seconds=0.001), run_id, at_once=8).state is RunState.COMPLETED
    items = bench.items(run_id)
    made = {sample.id: sample for sample in bench.samples()}
    assert 10 < len(made) < 60
    for item in items:
        assert item.state is not ItemState.PLANNED
        assert bool(item.products) is (item.state is ItemState.DONE)
        assert bool(item.error) is (item.state is not ItemState.DONE)
    for item in items:
        for product in item.products:
            sample = made.pop(product)
            concepts = [concept for group in item.spec["groups"] for concept in group]
            assert sample.item_idx == item.idx
            assert sample.question == f"Question on {concepts}"
            assert sample.answer == f"Answer to <{sample.question}>"
            assert sample.lineage["groups"] == item.spec["groups"]
            assert sample.lineage["sessions"] == item.spec["sessions"]
    assert made == {}
    bench.check_ledger()


def test_every_question_is_asked_with_the_whole_syllabus_and_the_concepts_of_its_item(bench: Bench) -> None:
    run_id = bench.samples_run(bench.connect(), 6)
    teacher = ScriptedTeacher()
    bench.execute(teacher, run_id)
    asked = [call for call in teacher.asked if call.stage is Stage.QUESTION]
    assert all(bench.source().text in call.messages[0].content for call in asked)
    groups = [item.spec["groups"] for item in bench.items(run_id)]
    assert sorted(call.context["groups"] for call in asked) == sorted(groups)
    for call in asked:
        concepts = [concept for group in call.context["groups"] for concept in group]
        assert "\n".join(concepts) in call.messages[1].content


def test_an_item_that_has_ended_does_not_end_again(bench: Bench) -> None:
    run_id = bench.samples_run(bench.connect(), 1)
    bench.execute(ScriptedTeacher(), run_id)
    with bench.store.write() as tx:
        assert not runs.end_item(tx, run_id, 0, ItemState.FAILED, bench.now, error="late")
    assert bench.states(run_id) == [ItemState.DONE]


def test_failed_items_can_be_put_back_and_the_good_ones_stay(bench: Bench) -> None:
    def script(call: Call, number: int) -> str:
        if number in {2, 3}:
            raise TeacherRefusedError("No.", "x.", code="refused")
        return plain_script(call, number)

    run_id = bench.samples_run(bench.connect(), 4)
    bench.execute(ScriptedTeacher(script), run_id)
    before = {item.idx: item for item in bench.items(run_id) if item.state is ItemState.DONE}
    with bench.store.write() as tx:
        assert runs.retry_items(tx, run_id) == 4 - len(before)
        runs.reopen(tx, run_id)
    bench.execute(ScriptedTeacher(), run_id)
    assert bench.states(run_id) == [ItemState.DONE] * 4
    assert {idx: bench.items(run_id)[idx] for idx in before} == before


def test_a_verdict_of_the_verifier_is_kept_with_the_sample(bench: Bench) -> None:
    def script(call: Call, number: int) -> str:
        if call.stage is Stage.VERIFICATION:
            return '{"reason": "The second step is wrong.", "correct": false}'
        return plain_script(call, number)

    run_id = bench.samples_run(bench.connect(), 2, verify=True)
    bench.execute(ScriptedTeacher(script), run_id)
    assert {sample.verification.value for sample in bench.samples()} == {"failed_verification"}
    with bench.store.read() as tx:
        assert tx.value("SELECT count(*) FROM verification WHERE detail='The second step is wrong.'") == 2


def test_a_verifier_that_cannot_be_understood_costs_no_sample(bench: Bench) -> None:
    def script(call: Call, number: int) -> str:
        wordless = call.stage is Stage.VERIFICATION or call.template == "repair"
        return "I would rather not say." if wordless else plain_script(call, number)

    run_id = bench.samples_run(bench.connect(), 2, verify=True)
    bench.execute(ScriptedTeacher(script), run_id)
    assert bench.states(run_id) == [ItemState.DONE] * 2
    for sample in bench.samples():
        assert sample.verification.value == "generated"
        assert "not the structure" in sample.lineage["judge_note"]


def test_a_retry_asks_again_only_for_the_answer_that_could_not_be_used(bench: Bench) -> None:
    def script(call: Call, number: int) -> Reply | str:
        cut = call.stage is Stage.ANSWER and number <= 4
        return reply_of("Half of", call, "length") if cut else plain_script(call, number)

    run_id = bench.samples_run(bench.connect(), 2)
    teacher = ScriptedTeacher(script)
    bench.execute(teacher, run_id)
    assert bench.states(run_id) == [ItemState.TRUNCATED] * 2
    with bench.store.write() as tx:
        assert runs.retry_items(tx, run_id) == 2
        runs.reopen(tx, run_id)
    bench.execute(teacher, run_id)
    assert bench.states(run_id) == [ItemState.DONE] * 2
    assert Counter(call.stage for call in teacher.asked) == {Stage.QUESTION: 2, Stage.ANSWER: 4}
    with bench.store.read() as tx:
        kept = tx.rows("SELECT state FROM request WHERE stage='answer' ORDER BY id")
    assert [row["state"] for row in kept] == ["truncated"] * 2 + ["parsed"] * 2


def test_an_item_that_failed_keeps_the_next_step_beside_the_reason(bench: Bench) -> None:
    def script(call: Call, number: int) -> str:
        raise TeacherRefusedError("Not this one.", "Choose another teacher.", code="refused")

    run_id = bench.samples_run(bench.connect(), 1)
    bench.execute(ScriptedTeacher(script), run_id)
    (item,) = bench.items(run_id)
    assert (item.error, item.hint) == ("Not this one.", "Choose another teacher.")


class OneQuestion(ScriptedTeacher):
    """Poses one question and answers it."""

    async def ask(self, call: Call) -> Reply:
        """Wait for ever at any further question."""
        if not self.asked or call.stage is Stage.ANSWER:
            return await super().ask(call)
        self.asked.append(call)
        await asyncio.Event().wait()
        raise AssertionError


def test_calls_cut_off_by_an_error_of_the_program_are_in_doubt_and_hold_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher = OneQuestion()

    def broken(*_: object, **__: object) -> bool:
        raise RuntimeError("out of order")

    monkeypatch.setattr(runs, "end_item", broken)
    run_id = bench.samples_run(bench.connect("openai", price=Price(10**9, 10**9, 0)), 6)
    run = bench.execute(teacher, run_id, at_once=8)
    assert run.state is RunState.FAILED
    states = Counter(attempt.state for attempt in bench.attempts(run_id))
    assert states == {AttemptState.SETTLED: 2, AttemptState.IN_DOUBT: len(teacher.asked) - 2}
    bench.check_ledger()


def test_an_answer_that_cannot_be_read_at_all_takes_no_earlier_answer_down(bench: Bench) -> None:
    """The question was good; only the answer's body was broken. A retry asks for the answer alone."""

    def script(call: Call, number: int) -> str:
        if call.stage is Stage.ANSWER and number == 2:
            raise UnusableReplyError("A broken body.", "x.", code="unreadable", billed=True)
        return plain_script(call, number)

    run_id = bench.samples_run(bench.connect(), 1)
    bench.execute(ScriptedTeacher(script), run_id)
    assert bench.states(run_id) == [ItemState.INVALID]
    question = next(r for r in bench.requests(run_id) if r.stage == Stage.QUESTION)
    assert question.state is RequestState.PARSED
    with bench.store.write() as tx:
        assert runs.retry_items(tx, run_id) == 1
        runs.reopen(tx, run_id)
    teacher = ScriptedTeacher()
    assert bench.execute(teacher, run_id).state is RunState.COMPLETED
    assert [call.stage for call in teacher.asked] == [Stage.ANSWER]


def test_an_error_of_our_own_over_a_stored_answer_costs_nothing_to_retry(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbles(answered: object, what: str) -> object:
        raise RuntimeError("a bug")

    run_id = bench.samples_run(bench.connect(), 1)
    with monkeypatch.context() as broken:
        broken.setattr(glan, "usable", stumbles)
        bench.execute(ScriptedTeacher(), run_id)
    (item,) = bench.items(run_id)
    assert (item.state, item.error) == (ItemState.INVALID, "An error of the program (RuntimeError).")
    with bench.store.write() as tx:
        runs.retry_items(tx, run_id)
        runs.reopen(tx, run_id)
    teacher = ScriptedTeacher()
    bench.execute(teacher, run_id)
    assert bench.states(run_id) == [ItemState.DONE]
    assert [call.stage for call in teacher.asked] == [Stage.ANSWER], "the question is read again, not asked again"
