"""What checks did: every figure is a count of samples or a sum of the ledger."""

from __future__ import annotations

import json

from core.domain.calls import Call, Stage
from core.domain.money import Price
from core.domain.plans import Checks
from core.domain.states import ReviewState
from core.ids import now
from core.llm.keys import KeyFile
from core.llm.scripted import ScriptedTeacher
from core.services.context import Context
from core.services.planning import items_of
from core.services.verification import VerificationService
from core.store import samples
from tests.engine.conftest import PROJECT, Bench
from tests.engine.test_checks import plan_of, sums

PRICE = Price(1_000_000_000, 1_000_000_000, 1_000_000_000)


def _service(bench: Bench) -> VerificationService:
    return VerificationService(Context(bench.store, bench.settings, KeyFile(bench.settings.keys, {}), {}, now))


def _script(call: Call, number: int) -> str:
    """The judge fails the answers to the first two of four questions; no calculation can be read in the last."""
    question = int(str(call.context["question"]).split()[2])
    if call.stage is Stage.VERIFICATION:
        return json.dumps({"reason": "Scripted.", "correct": question > 1})
    return f"{question} + 2 = {question + 2}\nFinal answer: {question + 2}" if question < 3 else "Final answer: 5"


def test_before_anything_was_checked_there_is_no_effect(bench: Bench) -> None:
    assert _service(bench).effects(PROJECT) == []


def test_the_effect_of_checks_is_counted_and_paid_exactly(bench: Bench) -> None:
    plan = plan_of(sums(bench, 4), 4, Checks(judge=True, agreement=3, execution=True), bench.connect(price=PRICE))
    with bench.store.read() as tx:
        specs = items_of(tx, PROJECT, plan).specs
    run_id = bench.run_of(plan, specs)
    bench.execute(ScriptedTeacher(_script), run_id)
    made = sorted(bench.samples(), key=lambda sample: sample.question)
    verdicts = [ReviewState.ACCEPTED, ReviewState.REJECTED, ReviewState.ACCEPTED, ReviewState.PENDING]
    with bench.store.write() as tx:
        for sample, verdict in zip(made, verdicts, strict=True):
            samples.set_review(tx, sample, verdict)
    judge, agreement, execution = _service(bench).effects(PROJECT)
    assert (judge.method, agreement.method, execution.method) == ("judge", "agreement", "execution")
    assert (judge.passed, judge.failed, judge.open, judge.pass_rate) == (2, 2, 0, 0.5)
    assert (agreement.passed, agreement.calls, judge.calls, execution.calls) == (4, 8, 4, 0)
    assert (execution.passed, execution.open, execution.samples) == (3, 1, 4)
    assert (judge.failed_accepted, judge.failed_rejected, judge.passed_accepted, judge.passed_rejected) == (1, 1, 1, 0)
    assert (judge.decided, judge.agreed) == (3, 2)
    spent = sum(attempt.cost for attempt in bench.attempts(run_id))
    assert judge.made_for + judge.cost + agreement.cost == spent
    assert judge.each_without == judge.made_for // 4
    assert judge.each_with == (judge.made_for + judge.cost) // 2


def test_a_verdict_on_another_text_is_no_verdict_on_the_check(bench: Bench) -> None:
    plan = plan_of(sums(bench, 1), 1, Checks(execution=True), bench.connect())
    with bench.store.read() as tx:
        specs = items_of(tx, PROJECT, plan).specs
    bench.execute(ScriptedTeacher(_script), bench.run_of(plan, specs))
    with bench.store.write() as tx:
        samples.revise(tx, bench.samples()[0], "Another question?", "Another answer.", "Ada", bench.now)
        samples.set_review(tx, samples.get(tx, PROJECT, bench.samples()[0].id), ReviewState.ACCEPTED)
    (execution,) = _service(bench).effects(PROJECT)
    assert (execution.passed, execution.decided) == (1, 0)
