"""P2, P3, P4, P6: an answer that is stored is never asked for again, a start that was pressed twice starts once."""

from __future__ import annotations

import asyncio
import multiprocessing
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random
from typing import Any

from core.domain.calls import Call, Message, Stage
from core.domain.people import Principal
from core.domain.plans import SamplesPlan, TeacherChoice
from core.domain.states import ItemState, RunState
from core.errors import StudioError
from core.generation.products import Choice
from core.generation.steps import STEPS
from core.llm.keys import KeyFile
from core.llm.scripted import ScriptedTeacher
from core.runs.asking import Asker, Desk, KeyLocks
from core.runs.pacing import Pace
from core.runs.seats import Seat, Teachers
from core.runs.sending import Sender, Traffic
from core.runs.writer import GroupWriter
from core.settings import Settings
from core.store import runs
from core.workspace import Workspace
from tests.bank import Bank
from tests.engine.conftest import PROJECT, Impatient
from tests.trials.apart import apart, tell
from tests.trials.call_bugs import CALL_BUGS
from tests.trials.studio import Studio, audit, studio, studio_and_bank
from tests.trials.trial import Outcome, Tally, Trial
from tests.unit.conftest import make_call

ME = Principal("Ada")
COUNT = 10
SPOILING = ("finish_length", "refusal", "content_empty", "http_400_context")


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


def reparsed(number: int, bug: str = "none") -> list[str]:
    """The reading of answers fails after they came; once it is mended all are read, and nothing is sent."""
    rng = Random(number)
    broken = rng.choice((ValueError("a bug"), StudioError("a rule that is changed later")))
    after = rng.choice((Stage.QUESTION, Stage.ANSWER))
    with studio_and_bank(Bank()) as (made, bank):
        run_id = made.new_run(made.at_bank(bank), COUNT)
        good = STEPS["samples"]

        async def failing(ask: Any, spec: Any) -> Any:
            async def until(stage: Stage, build: Any) -> Any:
                answered = await ask(stage, build)
                if stage is after:
                    raise broken
                return answered

            return await good(until, spec)

        with CALL_BUGS[bug]():
            _with_step(failing, lambda: made.work(run_id))
            if after is Stage.QUESTION:  # the rest of the answers, so that reading is all that is left
                _ask_the_rest(made, run_id)
        wrong = audit(made, bank.log) if bug == "none" else []
        sent = len(bank.log)
        with made.store.write() as tx:
            tx.run("UPDATE item SET state='invalid' WHERE run_id=?", (run_id,))
            tx.run("UPDATE run SET offline=state, state='queued' WHERE id=?", (run_id,))
        run = made.work(run_id)
        if len(bank.log) != sent:
            wrong.append(f"{len(bank.log) - sent} new requests")
        if run.state is not RunState.COMPLETED or made.ended(run_id) != {ItemState.DONE: COUNT}:
            wrong.append(f"after the reading was mended items are {dict(made.ended(run_id))}, the run {run.state}")
    return wrong


def _with_step(step: Any, work: Callable[[], object]) -> None:
    good = STEPS["samples"]
    STEPS["samples"] = step
    try:
        work()
    finally:
        STEPS["samples"] = good


def _ask_the_rest(made: Studio, run_id: str) -> None:
    """Both answers of every item are stored, none is read."""
    good = STEPS["samples"]

    async def deaf(ask: Any, spec: Any) -> Any:
        await good(ask, spec)
        raise ValueError("a bug")

    with made.store.write() as tx:
        tx.run("UPDATE item SET state='planned' WHERE run_id=?", (run_id,))
        tx.run("UPDATE request SET state='settled' WHERE run_id=? AND state='invalid'", (run_id,))
        runs.reopen(tx, run_id)
    _with_step(deaf, lambda: made.work(run_id))


# ---- P4 ----

SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}
BASE = replace(make_call(content="One."), messages=(Message("system", "You teach."), Message("user", "Ask.")))
FIELDS: Mapping[str, Call] = {
    "model": replace(BASE, model="other"),
    "a message's text": replace(BASE, messages=(Message("system", "You teach."), Message("user", "Ask!"))),
    "a message's role": replace(BASE, messages=(Message("user", "You teach."), Message("user", "Ask."))),
    "the order of messages": replace(BASE, messages=BASE.messages[::-1]),
    "one message more": replace(BASE, messages=(*BASE.messages, Message("user", ""))),
    "where messages are parted": replace(BASE, messages=(Message("system", "You teach.user"), Message("user", "Ask."))),
    "temperature": replace(BASE, temperature=0.9),
    "top_p": replace(BASE, top_p=0.9),
    "max_tokens": replace(BASE, max_tokens=101),
    "a schema": replace(BASE, schema=SCHEMA),
    "another schema": replace(BASE, schema={**SCHEMA, "required": ["a"]}),
    "sample_index": replace(BASE, sample_index=1),
    "template_hash": replace(BASE, template_hash="u" * 64),
}
ENDPOINT = "endpoint"
NO_FIELDS: Mapping[str, Call] = {
    "client_id": replace(BASE, client_id="r1-7"),
    "copies": replace(BASE, copies=4),
    "answers": replace(BASE, answers=2),
    "context": replace(BASE, context={"question": "Why?"}),
    "schema_name": replace(BASE, schema_name="reply"),
    "stage": replace(BASE, stage=Stage.ANSWER),
    "template": replace(BASE, template="renamed"),
}


class Counter:
    """Sends calls through the real way to the store and tells which of them reached the teacher."""

    def __init__(self, made: Studio) -> None:
        self._made, self._teacher = made, ScriptedTeacher()
        name = made.connect("openai")
        self._run = made.run(made.samples_run(name, 1))
        with made.store.write() as tx:
            tx.run("UPDATE connection SET base_url='https://one.example/v1' WHERE id=?", (name,))
        with made.store.read() as tx:
            teachers = Teachers(KeyFile(made.settings.keys, {}))
            teachers._made[name, 1] = (self._teacher, Pace(most=4))
            choice = TeacherChoice(connection=name, model="m")
            self._seat = teachers.seat(tx, choice, money_capped=False)

    def sent(self, call: Call, *, elsewhere: bool = False) -> bool:
        """Did this call have to be sent?"""
        before = len(self._teacher.asked)
        asyncio.run(self._ask(call, self._elsewhere() if elsewhere else self._seat))
        return len(self._teacher.asked) > before

    def _elsewhere(self) -> Seat:
        connection = self._seat.connection.model_copy(update={"base_url": "https://two.example/v1"})
        return replace(self._seat, connection=connection)

    async def _ask(self, call: Call, seat: Seat) -> None:
        writer = GroupWriter(self._made.store)
        sender = Sender(self._run, writer, lambda: self._made.now, Impatient(), Traffic())
        desk = Desk(self._run, {call.stage: seat}, self._made.store, sender, KeyLocks())

        def build(choice: Choice) -> Call:
            return call

        try:
            await Asker(desk, 0)(call.stage, build)
        finally:
            await writer.close()


def keys(bug: str = "none") -> Outcome:
    """Change one field at a time; then ask everything again."""
    tally = Tally()
    with studio() as made, CALL_BUGS[bug]():
        counter = Counter(made)
        counter.sent(BASE)
        for name, call in FIELDS.items():
            tally.add([] if counter.sent(call) else ["it was taken for the same request"], name)
        tally.add([] if counter.sent(BASE, elsewhere=True) else ["it was taken for the same request"], ENDPOINT)
        for name, call in [*NO_FIELDS.items(), *FIELDS.items(), ("nothing", BASE)]:
            tally.add(["it was asked again"] if counter.sent(call) else [], f"{name}, again")
    return tally.outcome()


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


def key_bugs() -> Outcome:
    """Each of the key bugs must be caught: the least that any of them leads to."""
    found = [keys(f"key without {name}") for name in ("model", "index", "endpoint")]
    return min(found, key=lambda outcome: outcome.failures)


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
        lambda: each(reparsed, 2, "read before stored"),
    ),
    Trial(
        "P4",
        "Whatever shapes an answer makes another request, nothing else does",
        lambda scale: keys(),
        "a key without model, index or endpoint",
        key_bugs,
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
