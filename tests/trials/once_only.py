"""P2, P3, P6: an answer that is stored is never asked for again, a start that was pressed twice starts once."""

from __future__ import annotations

import multiprocessing
import sys
import threading
from collections.abc import Callable
from typing import Any

from core.domain.calls import Stage
from core.domain.people import Principal
from core.domain.plans import SamplesPlan, TeacherChoice
from core.domain.states import ItemState, RunState
from core.errors import UnusableReplyError
from core.generation.steps import STEPS
from core.runs import engine as engine_module
from core.settings import Settings
from core.store import runs
from core.workspace import Workspace
from tests.bank import Bank
from tests.engine.conftest import PROJECT
from tests.trials.apart import apart, tell
from tests.trials.call_bugs import CALL_BUGS
from tests.trials.storage_bugs import replaced
from tests.trials.studio import Studio, audit, studio, studio_and_bank
from tests.trials.trial import Outcome, Tally, Trial

ME = Principal("Ada")
COUNT = 10


# ---- P2 ----


def again(number: int, bug: str = "none") -> list[str]:
    """A finished run is queued again, then an equal plan is started: nothing is sent, no sample comes twice."""
    with studio_and_bank(Bank()) as (made, bank), CALL_BUGS[bug]():
        name = made.at_bank(bank)
        first = made.samples_run(name, COUNT, seed=number)
        made.work(first)
        sent, made_first = len(bank.log), len(made.samples())
        with made.store.write() as tx:
            tx.run("UPDATE item SET state='planned', products='[]', ended_at=NULL WHERE run_id=?", (first,))
            runs.reopen(tx, first)
        made.work(first)
        twin = made.samples_run(name, COUNT, seed=number)
        made.work(twin)
        wrong = audit(made, bank.log)
        if len(bank.log) != sent:
            wrong.append(f"{len(bank.log) - sent} calls were sent again")
        if len(made.samples()) != made_first:
            wrong.append("samples came twice")
        if {*made.ended(first), *made.ended(twin)} != {ItemState.KNOWN}:
            wrong.append(f"items ended {dict(made.ended(twin))}")
    return wrong


# ---- P3 ----


def _unreadable(number: int) -> tuple[str, Any]:
    """What of the engine fails once the answers of an item are stored, and how."""
    good = STEPS["samples"]
    broken = (ValueError("a bug"), UnusableReplyError("A stricter rule.", "Retry.", code="rule", billed=True))[
        number % 2
    ]

    async def step(ask: Any, spec: Any) -> Any:
        await good(ask, spec)
        raise broken

    def keep(*_: Any) -> Any:
        raise broken

    return ("STEPS", {**STEPS, "samples": step}) if number // 2 % 2 else ("keep", keep)


def _read_again(made: Studio, run_id: str) -> None:
    """Items that a rule refused are read again offline; those that met an error of the program are put back."""
    with made.store.write() as tx:
        if runs.progress(tx, run_id).get(ItemState.INVALID):
            tx.run("UPDATE run SET offline=state, state='queued' WHERE id=?", (run_id,))
        else:
            runs.retry_items(tx, run_id)
            runs.reopen(tx, run_id)


def reparsed(number: int, bug: str = "none") -> list[str]:
    """The reading or the keeping of answers fails after they came; once it is mended, nothing is sent again."""
    with studio_and_bank(Bank()) as (made, bank), CALL_BUGS[bug]():
        run_id = made.new_run(made.at_bank(bank), COUNT)
        with replaced(engine_module, *_unreadable(number)):
            made.work(run_id)
        sent, before = len(bank.log), made.ended(run_id)
        _read_again(made, run_id)
        run, ended = made.work(run_id), made.ended(run_id)
        wrong = [f"{len(bank.log) - sent} new requests"] if len(bank.log) != sent else []
        wrong += audit(made, bank.log)
    if run.state is not RunState.COMPLETED or ended != {ItemState.DONE: COUNT} or before[ItemState.DONE]:
        wrong.append(f"items were {dict(before)}, then {dict(ended)}, the run {run.state}")
    return wrong


# ---- P6 ----


def _press(home: str, project: str, plan: str, token: str, gate: Any, bug: str) -> None:
    """A tab: everybody waits at the gate, then presses start."""
    environ = {"STUDIO_HOME": home, "STUDIO_WORKER": "off"}
    with CALL_BUGS[bug]():
        work = Workspace.open(Settings.load(environ), environ)
        gate.wait(timeout=30)
        work.generation.start(ME, project, SamplesPlan.model_validate_json(plan), token=token)
        work.close()


def _plan(made: Studio) -> str:
    choice = TeacherChoice(connection=made.connect(), model="m")
    return SamplesPlan(teachers=dict.fromkeys((Stage.QUESTION, Stage.ANSWER), choice), count=COUNT).model_dump_json()


def pressed_twice(number: int, processes: bool, bug: str) -> list[str]:
    """Two threads, or two processes, with the token of one form."""
    with studio() as made:
        context = multiprocessing.get_context("fork")
        gate: Any = context.Barrier(2) if processes else threading.Barrier(2)
        worker: Any = context.Process if processes else threading.Thread
        arguments = (str(made.settings.home), PROJECT, _plan(made), f"token {number}", gate, bug)
        made.store.close()
        tabs = [worker(target=_press, args=arguments) for _ in range(2)]
        for tab in tabs:
            tab.start()
        for tab in tabs:
            tab.join(timeout=60)
        wrong = [f"a tab ended with {tab.exitcode}" for tab in tabs if processes and tab.exitcode]
        with made.store.read() as tx:
            found = tx.rows(
                "SELECT r.id, n_items, count(i.idx) AS items FROM run r JOIN item i ON run_id=id GROUP BY 1"
            )
            decks = tx.rows("SELECT position FROM deck")
    if [(row["n_items"], row["items"]) for row in found] != [(COUNT, COUNT)]:
        wrong.append(f"{len(found)} runs")
    drawn = sum(row["position"] for row in decks)
    return wrong + ([] if drawn == COUNT else [f"{drawn} questions were drawn"])


def double_clicks(rounds: int, bug: str = "none") -> Outcome:
    """By turns in threads and in processes; in a process with one thread."""
    tally = Tally()
    for number in range(2 * rounds):
        tally.add(pressed_twice(number, bool(number % 2), bug), "two processes" if number % 2 else "two threads")
    return tally.outcome()


def main(rounds: str, bug: str) -> int:
    """The process of P6."""
    tell(double_clicks(int(rounds), bug))
    return 0


def each(trial: Callable[[int, str], list[str]], rounds: int, bug: str = "none") -> Outcome:
    """So many of them."""
    tally = Tally()
    for number in range(rounds):
        tally.add(trial(number, bug))
    return tally.outcome()


TRIALS = [
    Trial(
        "P2",
        "A finished run that is queued again, or an equal plan, sends nothing",
        lambda scale: each(again, 20 * scale),
        "stored answers are not looked up",
        lambda: each(again, 1, "nothing remembered"),
    ),
    Trial(
        "P3",
        "Answers that could not be read are read again without a request",
        lambda scale: each(reparsed, 20 * scale),
        "an answer is read before it is stored",
        lambda: each(reparsed, 4, "read before stored"),
    ),
    Trial(
        "P6",
        "Start pressed twice, in threads or processes, makes one whole run",
        lambda scale: apart("tests.trials.once_only", 5 * scale, "none"),
        "nobody looks at the token",
        lambda: apart("tests.trials.once_only", 1, "token unread"),
    ),
]

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
