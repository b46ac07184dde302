"""P4: what belongs to the key of a request and what does not, tried through the real way to the store."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from core.domain.calls import Call, Message, Stage
from core.domain.plans import TeacherChoice
from core.generation.products import Choice
from core.llm.keys import KeyFile
from core.llm.scripted import ScriptedTeacher
from core.runs.asking import Asker, Desk, KeyLocks
from core.runs.pacing import Pace
from core.runs.seating import Seating
from core.runs.seats import Seat, Teachers
from core.runs.sending import Sender
from core.runs.traffic import Traffic
from core.runs.writer import GroupWriter
from tests.engine.conftest import Impatient
from tests.trials.call_bugs import CALL_BUGS
from tests.trials.studio import Studio, studio
from tests.trials.trial import Outcome, Tally, Trial
from tests.unit.conftest import make_call

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


class OneSeat(Seating):
    """The same teacher for every stage."""

    def __init__(self, seat: Seat) -> None:
        self.seats = (seat,)

    def of(self, spec: Mapping[str, object], stage: Stage) -> tuple[Seat, Choice]:
        """The only one."""
        return self.seats[0], self.seats[0].choice


class Door:
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
        desk = Desk(self._run, OneSeat(seat), self._made.store, sender, KeyLocks())

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
        door = Door(made)
        door.sent(BASE)
        for name, call in FIELDS.items():
            tally.add([] if door.sent(call) else ["it was taken for the same request"], name)
        tally.add([] if door.sent(BASE, elsewhere=True) else ["it was taken for the same request"], ENDPOINT)
        for name, call in [*NO_FIELDS.items(), *FIELDS.items(), ("nothing", BASE)]:
            tally.add(["it was asked again"] if door.sent(call) else [], f"{name}, again")
    return tally.outcome()


def key_bugs() -> Outcome:
    """Each of the key bugs must be caught: the least that any of them leads to."""
    found = [keys(f"key without {name}") for name in ("model", "index", "endpoint")]
    return min(found, key=lambda outcome: outcome.failures)


TRIALS = [
    Trial(
        "P4",
        "Whatever shapes an answer makes another request, nothing else does",
        lambda scale: keys(),
        "a key without model, index or endpoint",
        key_bugs,
    ),
]
