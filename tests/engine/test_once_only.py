"""Reserved before it is sent, stored before it is read, and never paid twice."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from core.domain.calls import Call, Reply, Stage, request_key
from core.domain.money import Price, hold_for
from core.domain.states import AttemptState, ItemState, RequestState, RunState
from core.generation.calls import Spec
from core.generation.products import Ask, Product
from core.generation.steps import STEPS
from core.generation.strategies.glan import answer_call
from core.llm.scripted import ScriptedTeacher, plain_script
from core.store import asked, ledger, runs
from core.store.database import Store
from tests.engine.conftest import Bench, Hanging, until

PRICE = Price(2_000_000, 8_000_000, 1_000_000, source="typed in")


def test_the_reservation_is_on_disk_before_the_teacher_is_asked(bench: Bench) -> None:
    connection = bench.connect("openai", price=PRICE)
    run_id = bench.samples_run(connection, 4, verify=True)
    seen: list[tuple[str, int]] = []

    def script(call: Call, number: int) -> str:
        other = Store(bench.store.path)
        with other.read() as tx:
            key = request_key(f"openai:{connection}", call)
            request = asked.get_request(tx, int(tx.value("SELECT id FROM request WHERE key=?", (key,))))
            attempt = ledger.attempts(tx, request_id=request.id)[0]
            held = ledger.spent(tx, "run", run_id).held
        other.close()
        hold = hold_for(PRICE, call.prompt_bytes, len(call.messages), call.max_tokens)
        assert (request.state, request.reply) == (RequestState.RESERVED, None)
        assert (attempt.state, attempt.hold, attempt.price_input) == (AttemptState.RESERVED, hold, PRICE.input)
        assert held >= hold > 0
        seen.append((call.stage, attempt.id))
        return plain_script(call, number)

    assert bench.execute(ScriptedTeacher(script), run_id).state is RunState.COMPLETED
    assert Counter(stage for stage, _ in seen) == {Stage.QUESTION: 4, Stage.ANSWER: 4, Stage.VERIFICATION: 4}
    assert {attempt for _, attempt in seen} == {a.id for a in bench.attempts(run_id)}
    bench.check_ledger()


def test_the_answer_and_its_cost_are_stored_before_anybody_reads_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stumbling(ask: Ask, spec: Spec) -> Product:
        await ask(Stage.ANSWER, answer_call(spec, "What is 2 + 2?"))
        raise RuntimeError("the step stumbles over the answer")

    monkeypatch.setitem(STEPS, "samples", stumbling)
    run_id = bench.samples_run(bench.connect("openai", price=PRICE), 1)
    run = bench.execute(ScriptedTeacher(lambda call, number: "Four."), run_id)
    (request,), (attempt,), (item,) = bench.requests(run_id), bench.attempts(run_id), bench.items(run_id)
    assert run.state is RunState.COMPLETED
    assert (item.state, item.error) == (ItemState.INVALID, "An error of the program (RuntimeError).")
    assert (request.reply, request.state) == ("Four.", RequestState.PARSED)
    assert request.raw is not None
    assert "Four." in request.raw
    assert attempt.state is AttemptState.SETTLED
    assert 0 < attempt.cost < attempt.hold
    bench.check_ledger()


def test_a_reply_that_cannot_be_read_is_kept_as_it_came(bench: Bench) -> None:
    run_id = bench.subjects_run(bench.connect())
    bench.execute(ScriptedTeacher(lambda call, number: f"No structure {number}."), run_id)
    assert bench.states(run_id) == [ItemState.INVALID]
    assert [r.reply for r in bench.requests(run_id)] == [f"No structure {n}." for n in (1, 2, 3)]


def test_a_second_run_of_the_same_items_sends_nothing(bench: Bench) -> None:
    connection = bench.connect()
    first, teacher = bench.samples_run(connection, 6, verify=True), ScriptedTeacher()
    bench.execute(teacher, first)
    made = bench.samples()
    second, silent = bench.samples_run(connection, 6, verify=True), ScriptedTeacher()
    assert bench.execute(silent, second).state is RunState.COMPLETED
    assert silent.asked == []
    assert bench.attempts(second) == []
    assert bench.states(second) == [ItemState.KNOWN] * 6
    assert bench.samples() == made
    products = [[item.products for item in bench.items(run)] for run in (first, second)]
    assert products[0] == products[1]


def test_another_seed_model_setting_or_endpoint_is_another_request(bench: Bench) -> None:
    connection, teacher = bench.connect(), ScriptedTeacher()
    bench.execute(teacher, bench.samples_run(connection, 2))
    for run_id in (
        bench.samples_run(connection, 2, seed=5),
        bench.samples_run(connection, 2, max_tokens=501),
        bench.samples_run(bench.connect(), 2),
    ):
        before = len(teacher.asked)
        bench.execute(teacher, run_id)
        assert len(teacher.asked) == before + 4


def test_equal_requests_of_one_run_are_sent_once(bench: Bench) -> None:
    run_id = bench.samples_run(bench.connect(), 8)
    teacher = ScriptedTeacher(lambda call, number: "Always the same.", seconds=0.01)
    bench.execute(teacher, run_id, at_once=8)
    assert Counter(call.stage for call in teacher.asked) == {Stage.QUESTION: 8, Stage.ANSWER: 1}
    assert Counter(bench.states(run_id)) == {ItemState.DONE: 1, ItemState.KNOWN: 7}
    assert len(bench.samples()) == 1


# ---- in doubt ----


def test_a_call_cut_off_is_charged_at_its_hold_and_sent_once_more(bench: Bench) -> None:
    run_id = bench.samples_run(bench.connect("openai", price=PRICE), 3)
    bench.crash(Hanging(), run_id, calls_out=3)
    assert bench.run(run_id).state is RunState.RUNNING
    cut = bench.attempts(run_id)

    teacher = ScriptedTeacher()
    assert bench.execute(teacher, run_id).state is RunState.COMPLETED
    assert bench.states(run_id) == [ItemState.DONE] * 3
    assert len(teacher.asked) == 6
    for attempt in cut:
        first, second = bench.attempts(request_id=attempt.request_id)
        assert (first.state, first.cost, first.flag) == (AttemptState.IN_DOUBT, first.hold, "in doubt")
        assert second.state is AttemptState.SETTLED
        assert first.hold > 0
    with bench.store.read() as tx:
        spent = ledger.spent(tx, "run", run_id)
    assert spent.calls == 9
    assert spent.settled == sum(a.cost for a in bench.attempts(run_id))
    bench.check_ledger()


def test_a_call_cut_off_twice_is_not_sent_a_third_time_by_itself(bench: Bench) -> None:
    run_id = bench.samples_run(bench.connect("openai", price=PRICE), 1)
    for _ in range(2):
        bench.crash(Hanging(), run_id)
    teacher = ScriptedTeacher()
    assert bench.execute(teacher, run_id).state is RunState.COMPLETED
    assert teacher.asked == []
    (item,) = bench.items(run_id)
    assert item.state is ItemState.FAILED
    assert "cut off twice" in item.error
    assert [a.state for a in bench.attempts(run_id)] == [AttemptState.IN_DOUBT] * 2
    bench.check_ledger()


def test_a_person_may_have_it_sent_again_and_what_is_in_doubt_stays_charged(bench: Bench) -> None:
    run_id = bench.samples_run(bench.connect("openai", price=PRICE), 1)
    for _ in range(2):
        bench.crash(Hanging(), run_id)
    bench.execute(ScriptedTeacher(), run_id)
    with bench.store.write() as tx:
        assert runs.retry_items(tx, run_id) == 1
        runs.reopen(tx, run_id)
    assert bench.execute(ScriptedTeacher(), run_id).state is RunState.COMPLETED
    assert bench.states(run_id) == [ItemState.DONE]
    attempts = bench.attempts(run_id)
    assert [a.state for a in attempts[:2]] == [AttemptState.IN_DOUBT] * 2
    assert all(a.cost == a.hold for a in attempts[:2])


def test_answers_that_were_stored_before_a_crash_are_not_asked_for_again(bench: Bench) -> None:
    class AnswersQuestionsOnly(Hanging):
        async def ask(self, call: Call) -> Reply:
            if call.stage is Stage.QUESTION:
                return await ScriptedTeacher(lambda c, n: f"Q {c.context['concepts']}").ask(call)
            return await super().ask(call)

    run_id = bench.samples_run(bench.connect(), 3)
    bench.crash(AnswersQuestionsOnly(), run_id, calls_out=3)
    teacher = ScriptedTeacher()
    bench.execute(teacher, run_id)
    assert [call.stage for call in teacher.asked] == [Stage.ANSWER] * 3
    assert all(sample.question.startswith("Q ") for sample in bench.samples())


def test_another_worker_gets_the_run_only_when_the_lease_has_run_out(bench: Bench) -> None:
    run_id = bench.samples_run(bench.connect(), 1)
    with bench.store.write() as tx:
        first = runs.claim(tx, "one", bench.now, 15.0)
        assert first is not None
        assert runs.claim(tx, "two", bench.now + 14.9, 15.0) is None
        second = runs.claim(tx, "two", bench.now + 15.1, 15.0)
        assert second is not None
        assert (second.id, second.epoch) == (run_id, first.epoch + 1)
        assert runs.beat(tx, first, bench.now + 16, 15.0) is None
        assert not runs.finish(tx, first, RunState.COMPLETED, bench.now)


def test_a_worker_that_lost_its_run_leaves_the_ending_to_the_other(bench: Bench) -> None:
    run_id = bench.samples_run(bench.connect(), 300)

    async def during(engine: object, task: asyncio.Task[None]) -> None:
        await until(lambda: bench.attempts(run_id))
        with bench.store.write() as tx:
            tx.run("UPDATE run SET epoch=epoch+1, owner='other' WHERE id=?", (run_id,))

    asyncio.run(bench.executing(ScriptedTeacher(seconds=0.01), run_id, during=during))
    run = bench.run(run_id)
    assert (run.state, run.owner) == (RunState.RUNNING, "other")
    assert ItemState.PLANNED in bench.states(run_id)


def test_a_worker_that_was_overtaken_reserves_nothing_and_keeps_nothing_more(bench: Bench) -> None:
    run_id = bench.samples_run(bench.connect(), 40)

    async def during(engine: object, task: asyncio.Task[None]) -> None:
        await until(lambda: bench.attempts(run_id))
        with bench.store.write() as tx:
            tx.run("UPDATE run SET epoch=epoch+1, owner='other' WHERE id=?", (run_id,))
            seen["attempts"] = tx.value("SELECT max(id) FROM attempt")
            seen["items"] = tx.value("SELECT count(*) FROM item WHERE state!='planned'")

    seen: dict[str, int] = {}
    asyncio.run(bench.executing(ScriptedTeacher(seconds=0.05), run_id, during=during))
    assert max(a.id for a in bench.attempts(run_id)) == seen["attempts"]
    assert sum(state is not ItemState.PLANNED for state in bench.states(run_id)) == seen["items"]


def test_a_paid_answer_that_comes_after_the_run_was_taken_over_is_kept(bench: Bench) -> None:
    run_id = bench.samples_run(bench.connect("openai", price=PRICE), 1)

    async def during(engine: object, task: asyncio.Task[None]) -> None:
        await until(lambda: bench.attempts(run_id))
        with bench.store.write() as tx:
            tx.run("UPDATE run SET epoch=epoch+1, owner='other' WHERE id=?", (run_id,))
            assert ledger.mark_in_doubt(tx, run_id, bench.run(run_id).epoch + 1) == 1

    asyncio.run(bench.executing(ScriptedTeacher(seconds=0.1), run_id, during=during))
    (attempt,) = bench.attempts(run_id)
    (request,) = bench.requests(run_id)
    assert (attempt.state, attempt.measured) == (AttemptState.SETTLED, True)
    assert 0 < attempt.cost < attempt.hold
    assert request.reply
    bench.check_ledger()
