"""Seeded bugs of calls and money: each breaks one promise on purpose, so that its trial can be seen to fail."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import replace
from typing import Any

from core.domain import calls as calls_module
from core.domain.budget import Spent
from core.domain.calls import Call, Reply
from core.domain.money import Charge, cost_of
from core.domain.records import Run
from core.errors import TeacherUnavailableError
from core.llm import openai_teacher
from core.llm.openai_teacher import OpenAITeacher
from core.llm.troubles import status_trouble, unavailable
from core.runs import asking, pacing, retry, sending, worker
from core.runs.asking import Desk
from core.runs.sending import Sender
from core.services import price_book
from core.store import ledger, runs
from core.store.database import Tx
from tests.trials.storage_bugs import replaced

Bug = Callable[[], AbstractContextManager[Any]]
_ask, _spent, _key, _find = OpenAITeacher.ask, ledger.spent, calls_module.request_key, runs.find_by_token
_check, _beat, _doubt = ledger.check_caps, runs.beat, ledger.mark_in_doubt


def _put(owner: object, name: str, new: object) -> Bug:
    return lambda: replaced(owner, name, new)


def _all(*bugs: Bug) -> Bug:
    """Several at once."""

    def put() -> AbstractContextManager[Any]:
        stack = ExitStack()
        for bug in bugs:
            stack.enter_context(bug())
        return stack

    return put


def _without_holds(settled: int = 0, held: int = 0, calls: int = 0) -> Spent:
    """Only what is settled counts: check, then act."""
    return Spent(settled, 0, calls)


def _only_answered(tx: Tx, run_id: str, project_id: str, epoch: int, hold: int) -> None:
    """Calls under way do not count."""
    under_way = tx.value("SELECT count(*) FROM attempt WHERE run_id=? AND state='reserved'", (run_id,))
    with replaced(ledger, "Spent", lambda settled, held, calls: Spent(settled, held, calls - under_way)):
        _check(tx, run_id, project_id, epoch, hold)


def _believing(price: Any, usage: Any, **_: Any) -> Charge:
    """Whatever usage comes is believed, none is nothing."""
    return Charge(max(0, cost_of(price, usage)) if usage else 0, usage, measured=True)


async def _ask_again(self: OpenAITeacher, call: Call) -> Reply:
    """The client tries once more by itself."""
    try:
        return await _ask(self, call)
    except TeacherUnavailableError:
        return await _ask(self, call)


_seen: dict[str, Reply] = {}


async def _ask_by_id(self: OpenAITeacher, call: Call) -> Reply:
    """Answers are told apart by the id in their body."""
    reply = await _ask(self, call)
    return _seen.setdefault(str(json.loads(reply.raw).get("id")), reply)


async def _ask_without_deadline(self: OpenAITeacher, call: Call) -> Reply:
    """Each byte may take as long as it likes."""
    patient, self._deadline = self._deadline, 3600.0
    self._timeouts = {"timeout": {"connect": 5.0, "read": patient, "write": 60.0, "pool": 60.0}}
    return await _ask(self, call)


def _settle_unstored(self: Sender, attempt_id: int, reply: Reply, charge: Charge) -> asyncio.Future[None]:
    """An answer is paid for, and read before it is stored."""
    at = self._clock()
    return self._writer.submit(lambda tx: ledger.close(tx, attempt_id, billed=True, code="", error="", raw="", at=at))


def _forget_doubt(tx: Tx, run_id: str, before_epoch: int) -> int:
    """Calls that were cut off are given back as if they had never been sent."""
    tx.run(
        "UPDATE attempt SET state='released' WHERE run_id=? AND state='reserved' AND epoch<?", (run_id, before_epoch)
    )
    return 0


def _begin_anew(tx: Tx, run_id: str, before_epoch: int) -> int:
    """Whoever takes a run over throws away what came before."""
    tx.run("UPDATE request SET reply=NULL, state='planned' WHERE run_id=?", (run_id,))
    return _doubt(tx, run_id, before_epoch)


def _key_without(*names: str) -> Bug:
    """The key leaves a field out."""

    def key(endpoint: str, call: Call) -> str:
        neutral: Mapping[str, Any] = {"model": "", "sample_index": 0, "temperature": 0.0}
        changed = {name: neutral[name] for name in names if name in neutral}
        return _key("" if "endpoint" in names else endpoint, replace(call, **changed))

    return _put(asking, "request_key", key)


def _stale_beat(tx: Tx, run: Run, *more: Any) -> Run | None:
    """A worker never notices that its lease is gone."""
    return _beat(tx, run, *more) or run


def _careless(tx: Tx, run_id: str, project_id: str, epoch: int, hold: int) -> None:
    """Whoever asks has the run."""
    _check(tx, run_id, project_id, tx.value("SELECT epoch FROM run WHERE id=?", (run_id,)), hold)


def _patient(response: Any) -> Any:
    """A wrong key is tried again like a busy server."""
    if response.status_code in {401, 403, 404, 429}:
        return unavailable("Busy.", code=f"http_{response.status_code}", billed=False)
    return status_trouble(response)


CALL_BUGS: dict[str, Bug] = {
    "none": nullcontext,
    "holds do not count": _put(ledger, "Spent", _without_holds),
    "calls under way do not count": _put(ledger, "check_caps", _only_answered),
    "usage is believed": _put(sending, "assess", _believing),
    "hidden retry": _put(OpenAITeacher, "ask", _ask_again),
    "answers by id": _put(OpenAITeacher, "ask", _ask_by_id),
    "no deadline": _put(OpenAITeacher, "ask", _ask_without_deadline),
    "read before stored": _put(Sender, "_settle", _settle_unstored),
    "doubt forgotten": _put(ledger, "mark_in_doubt", _forget_doubt),
    "begins anew": _put(ledger, "mark_in_doubt", _begin_anew),
    "key without model": _key_without("model"),
    "key without index": _key_without("sample_index"),
    "key without endpoint": _key_without("endpoint"),
    "finish unchecked": _put(asking, "flaw_of", lambda reason: None),
    "rejection retried": _put(openai_teacher, "status_trouble", _patient),
    "nothing remembered": _all(
        _put(Desk, "find", lambda self, key: None), _put(sending, "find_stored", lambda tx, known: None)
    ),
    "endless retries": _all(_put(retry, "MAX_ATTEMPTS", 9), _put(retry, "SAME_ERRORS", 9)),
    "lease without epoch": _all(
        _put(runs, "beat", _stale_beat),
        _put(runs, "must_hold", lambda tx, run: None),
        _put(ledger, "check_caps", _careless),
    ),
    "prices unquestioned": _put(price_book, "_doubts", lambda *_: []),
    "token unread": _put(runs, "find_by_token", lambda tx, token: None),
    "signal unheard": _put(worker, "heed_signals", lambda engine: None),
    "limits unheeded": _put(pacing.Pace, "_wait", lambda pace: 0.0),
}
