"""Several answers in one call: the prompt is paid once, each answer has its own request, and servers may refuse."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from core.domain.calls import Call, Stage
from core.domain.money import Price
from core.domain.plans import SubjectsPlan, TeacherChoice
from core.domain.states import AttemptState, RequestState, RunState
from core.domain.strategies import Strategy
from core.llm.openai_teacher import OpenAITeacher
from core.store import asked, ledger
from tests.bank import Bank, Prices, running
from tests.bank.log import CHAT
from tests.engine.conftest import Bench
from tests.engine.seeded import plant_seeds, seeded_plan, seeded_run
from tests.unit.conftest import make_call

QUERIES = 10
PRICE = Price(150_000_000, 600_000_000, 75_000_000, matched="m", source="typed in")
BILL = Prices(input=150_000_000, output=600_000_000, cached=75_000_000, reasoning=600_000_000)


def subjects(bench: Bench, connection: str) -> str:
    """A run that asks the same question ten times."""
    choice = TeacherChoice(connection=connection, model="m")
    plan = SubjectsPlan(
        teachers=dict.fromkeys((Stage.SUBJECTS, Stage.EXTRACTION), choice),
        disciplines=(bench.discipline,),
        queries=QUERIES,
    )
    place = {"kind": "subjects", "node": bench.discipline, "discipline": "Statistics", "description": "Data."}
    more = {"path": " > ".join(bench.path), "copies": QUERIES}
    return bench.run_of(plan, [{**place, **more, "query": n} for n in range(QUERIES)])


def test_ten_answers_to_one_prompt_come_in_two_calls_and_cost_what_the_bank_bills(bench: Bench) -> None:
    with running(Bank(prices=BILL)) as bank:
        run_id = subjects(bench, bench.connect("openai", price=PRICE, base_url=bank.base_url))
        assert bench.work_off(run_id).state is RunState.COMPLETED
        seen = [entry for entry in bank.log if entry.route == CHAT]
    listed = [a for a in bench.attempts(run_id) if a.stage == Stage.SUBJECTS]
    assert sorted(a.answers for a in listed) == [2, 8]
    assert sorted(entry.n for entry in seen)[-2:] == [2, 8]
    requests = [r for r in bench.requests(run_id) if r.stage == Stage.SUBJECTS]
    assert len(requests) == QUERIES
    assert len({r.reply for r in requests}) == QUERIES
    assert {r.state for r in requests} == {RequestState.PARSED}
    assert {entry.call: entry.billed for entry in seen} == {f"{run_id}-{a.id}": a.cost for a in bench.attempts(run_id)}
    bench.check_ledger()


def test_a_server_that_refuses_several_answers_is_asked_for_one_at_a_time(bench: Bench) -> None:
    with running(Bank(several=False, prices=BILL)) as bank:
        run_id = subjects(bench, bench.connect("openai", price=PRICE, base_url=bank.base_url))
        assert bench.work_off(run_id).state is RunState.COMPLETED
    listed = [a for a in bench.attempts(run_id) if a.stage == Stage.SUBJECTS]
    assert Counter(a.state for a in listed)[AttemptState.SETTLED] == QUERIES
    refused = [a for a in listed if a.answers > 1]
    assert {(a.state, a.cost, a.error_code) for a in refused} == {(AttemptState.RELEASED, 0, "adapted")}
    bench.check_ledger()


def test_a_server_that_gives_fewer_answers_is_asked_again_for_the_rest(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = OpenAITeacher.body

    def without_n(teacher: OpenAITeacher, call: Call) -> dict[str, Any]:
        return {field: value for field, value in whole(teacher, call).items() if field != "n"}

    monkeypatch.setattr(OpenAITeacher, "body", without_n)
    with running(Bank(prices=BILL)) as bank:
        run_id = subjects(bench, bench.connect("openai", price=PRICE, base_url=bank.base_url))
        assert bench.work_off(run_id).state is RunState.COMPLETED
        assert {entry.n for entry in bank.log} == {1}
    requests = [r for r in bench.requests(run_id) if r.stage == Stage.SUBJECTS]
    assert len(requests) == QUERIES
    assert all(r.reply for r in requests)
    bench.check_ledger()


def test_a_shared_call_that_is_cut_off_is_in_doubt_for_all_that_it_serves(bench: Bench) -> None:
    run_id = subjects(bench, bench.connect("openai", price=PRICE))
    with bench.store.write() as tx:
        tx.run("UPDATE run SET state='running', epoch=1 WHERE id=?", (run_id,))
    with bench.store.write() as tx:
        ids = [
            asked.open_request(
                tx,
                asked.Wish(f"k{n}", n, make_call()),
                project_id="p1",
                run_id=run_id,
                connection="c1",
                at=bench.now,
            )[0]
            for n in range(3)
        ]
        ledger.reserve(
            tx, ids, run_id=run_id, project_id="p1", epoch=1, stage="subjects", hold=70, price=PRICE, at=bench.now
        )
        assert ledger.mark_in_doubt(tx, run_id, 2) == 1
        assert [ledger.doubts_of(tx, request_id) for request_id in ids] == [1, 1, 1]
        states = {row["state"] for row in tx.rows("SELECT state FROM request WHERE run_id=?", (run_id,))}
        assert states == {"in_doubt"}
        assert ledger.spent(tx, "run", run_id).settled == 70


def test_rounds_over_the_seeds_share_calls_and_every_sample_has_an_answer_of_its_own(bench: Bench) -> None:
    seed_set = plant_seeds(bench, ["What is two and two?", "What is two and three?"])
    with running(Bank(prices=BILL)) as bank:
        connection = bench.connect("openai", price=PRICE, base_url=bank.base_url)
        run_id = seeded_run(bench, seeded_plan(connection, Strategy.ANSWER_AUGMENTATION, seed_set, 10))
        assert bench.work_off(run_id).state is RunState.COMPLETED
        billed = sum(entry.billed for entry in bank.log)
    attempts = bench.attempts(run_id)
    assert sum(attempt.answers for attempt in attempts) == 10 > len(attempts)
    assert sum(attempt.cost for attempt in attempts) == billed
    assert len({sample.answer_request for sample in bench.samples()}) == 10
    bench.check_ledger()
