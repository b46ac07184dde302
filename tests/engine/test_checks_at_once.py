"""Checks ask side by side: in one round of batches, several answers in one call, and nothing twice after a crash."""

from __future__ import annotations

from collections import Counter

from core.domain.calls import Call, Reply, Stage, request_key
from core.domain.plans import Checks, SamplesPlan
from core.domain.states import ItemState, RunState
from core.llm.scripted import ScriptedTeacher
from core.services.planning import items_of
from tests.bank import Bank, running
from tests.bank.batches import BatchPace
from tests.bank.log import CHAT
from tests.engine import handing_in
from tests.engine.conftest import PROJECT, Bench, Hanging
from tests.engine.test_checks import plan_of, sums

CHECKS = Checks(judge=True, agreement=4)


def _queue(bench: Bench, plan: SamplesPlan, model: str = "m") -> str:
    teachers = {stage: choice.model_copy(update={"model": model}) for stage, choice in plan.teachers.items()}
    plan = plan.model_copy(update={"teachers": teachers})
    with bench.store.read() as tx:
        return bench.run_of(plan, items_of(tx, PROJECT, plan).specs)


def test_all_calls_of_all_checks_are_handed_in_as_one_batch(bench: Bench) -> None:
    with running(Bank(batches=BatchPace(seconds=0.05))) as bank:
        plan = plan_of(sums(bench, 2), 2, CHECKS, handing_in.connect(bench, bank))
        run_id = _queue(bench, plan.model_copy(update={"execution": "batch"}), handing_in.MODEL)
        assert handing_in.execute(bench, run_id).state is RunState.COMPLETED
        bench.check_ledger()
    assert [batch.n_calls for batch in handing_in.batches_of(bench, run_id)] == [2, 2 * (3 + 1)]


def test_further_answers_come_in_one_call_where_the_server_gives_several(bench: Bench) -> None:
    with running(Bank()) as bank:
        plan = plan_of(sums(bench, 1), 1, Checks(agreement=4), handing_in.connect(bench, bank))
        run_id = _queue(bench, plan, handing_in.MODEL)
        assert bench.work_off(run_id).state is RunState.COMPLETED
        assert sorted(entry.n for entry in bank.log if entry.route == CHAT) == [1, 3]
    assert Counter(r.stage for r in bench.requests(run_id)) == {Stage.ANSWER: 1, Stage.AGREEMENT: 3}
    bench.check_ledger()


class _Dying(Hanging):
    """Answers three calls and then no more."""

    def __init__(self) -> None:
        super().__init__(lambda call, number: "Final answer: 2")
        self.answered: list[Call] = []

    async def ask(self, call: Call) -> Reply:
        """An answer, or none for ever."""
        if len(self.answered) == 3:
            return await super().ask(call)
        self.answered.append(call)
        return await ScriptedTeacher.ask(self, call)


def test_a_crash_between_the_answers_asks_none_of_them_again(bench: Bench) -> None:
    run_id = _queue(bench, plan_of(sums(bench, 1), 1, Checks(agreement=5), bench.connect()))
    dying, teacher = _Dying(), ScriptedTeacher(lambda call, number: "Final answer: 2")
    bench.crash(dying, run_id, calls_out=4)
    assert bench.execute(teacher, run_id).state is RunState.COMPLETED
    assert bench.states(run_id) == [ItemState.DONE]
    first, second = ({request_key("e", call) for call in asked} for asked in (dying.answered, teacher.asked))
    assert not first & second
    assert len(first | second) == 5
