"""The bank itself: takes a request, writes it down, decides its fate, bills it and answers."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, TextIO

from tests.bank import log as analysis
from tests.bank.batches import USUAL_BATCHES, Batches, BatchPace
from tests.bank.billing import USUAL_PRICES, PrefixCache, Prices, cost
from tests.bank.drafts import Asked, Draft, compose
from tests.bank.exchange import USUAL_PACE, Exchange, Pace
from tests.bank.limits import Limiter
from tests.bank.log import BATCH_LINE, CHAT, Entry
from tests.bank.modes import MODES, Mode
from tests.bank.modes.status import error
from tests.bank.plans import NO_FAULTS, Plan
from tests.bank.wire import Connection, Incoming, Response

MODELS = "GET /v1/models"
CALL_ID = "x-client-request-id"
REFUSED = "refused"
LIMITED = "limited"


@dataclass
class Bank:
    """Settings, and what happened so far.

    `latency` is seconds, or the two ends of a range that is drawn from by seed and request number. `faults` meets the
    requests for completions, `also` those of other routes ("POST /v1/batches"; modes of status and transport only) and
    of the lines of batches ("batch line"; all modes but those of transport).
    `refuses` are request fields that are answered with 400, `several` and `strict_schema` whether n and json_schema
    are understood; the log calls such answers "refused" and those of the rate limiter "limited". `rpm` and `tpm` hold
    per `window` seconds. With `caches` the bank remembers how prompts began.
    """

    latency: float | tuple[float, float] = 0.0
    faults: Plan = NO_FAULTS
    also: Mapping[str, Plan] = field(default_factory=dict)
    seed: int = 0
    prices: Prices = USUAL_PRICES
    models: tuple[str, ...] = ("bank-1", "bank-2")
    pace: Pace = USUAL_PACE
    reasoning: int = 0
    caches: bool = False
    several: bool = True
    strict_schema: bool = True
    refuses: tuple[str, ...] = ()
    rpm: int = 0
    tpm: int = 0
    window: float = 60.0
    batches: BatchPace = USUAL_BATCHES
    log_file: str = ""

    base_url: str = field(default="", init=False)
    log: list[Entry] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self._number = 0
        self._cache = PrefixCache()
        self._limiter = Limiter(self.rpm, self.tpm, self.window)
        self._last: Asked | None = None
        self._before: Asked | None = None
        self._file: TextIO | None = None
        self._orders = Batches(self.batches, self.seed, self._answered_line)

    def totals(self) -> dict[str, Any]:
        """Sums over the log."""
        return analysis.totals(self.log)

    def clear(self) -> None:
        """Forget the log; request numbers go on."""
        self.log = []

    def write_to(self, file: TextIO | None) -> None:
        """Write every entry to `file` when it arrives, and again when it ends."""
        self._file = file

    def receive(self, incoming: Incoming, connection: Connection) -> None:
        """Write the request down, then see to its answer."""
        entry = self._arrived(f"{incoming.method} {incoming.path}", incoming.headers, incoming.body)
        exchange = Exchange(connection, entry, self.pace, self._write)
        response, mode = self._fate(incoming, entry)
        self._write(entry)
        at_once = entry.route != CHAT or entry.mode in {REFUSED, LIMITED}
        wait = 0.0 if at_once else self._wait(entry)
        if mode.play is None:
            exchange.send_after(wait, response)
        else:
            exchange.play_after(wait, mode.play, response)

    def _fate(self, incoming: Incoming, entry: Entry) -> tuple[Response, Mode]:
        """The answer, and the mode that says how it is to be written; billed when it was computed."""
        if entry.route != CHAT:
            mode = self._mode(incoming.body, entry)
            return mode.refuse() if mode.refuse else self._other_route(incoming, entry), mode
        asked = self._asked(incoming.body, entry)
        if isinstance(asked, Response):
            return asked, MODES["ok"]
        if refusal := self._limiter.refused(asked.wanted) if self._limiter else None:
            entry.mode = LIMITED
            return refusal, MODES["ok"]
        mode = self._mode(incoming.body, entry)
        return self._spoken(asked, entry, mode), mode

    def _spoken(self, asked: Asked, entry: Entry, mode: Mode) -> Response:
        if mode.refuse:
            return mode.refuse()
        draft = self.answer(asked, entry, mode)
        headers = (("x-request-id", f"req_{entry.number}"), *(self._limiter.headers() if self._limiter else ()))
        return Response(200, draft.encoded(), headers, draft.content_type)

    def _arrived(self, route: str, headers: Mapping[str, str], body: bytes) -> Entry:
        self._number += 1
        entry = Entry(
            number=self._number,
            arrived=time.time(),
            route=route,
            call=headers.get(CALL_ID, ""),
            key=headers.get("authorization", "")[-4:],
            body=hashlib.sha256(body).hexdigest(),
        )
        self.log.append(entry)
        return entry

    def _asked(self, raw: bytes, entry: Entry) -> Asked | Response:
        """The request, or what an honest server says when it cannot or will not answer it."""
        entry.mode = REFUSED
        try:
            body = json.loads(raw)
        except ValueError:
            return error(400, "The body is not JSON.")
        if not isinstance(body, dict) or not body.get("model") or not body.get("messages"):
            return error(400, "model and messages are needed.")
        asked = Asked(body, entry.body, entry.number, self.seed)
        entry.model, entry.n = asked.model, asked.n
        if asked.n > 1 and not self.several:
            return error(400, "Only n = 1 is supported.", "unsupported_value")
        if not self.strict_schema and '"json_schema"' in json.dumps(body.get("response_format")):
            return error(400, "response_format of type json_schema is not supported.", "unsupported_value")
        for name in self.refuses:
            if name in body:
                return error(400, f"Unsupported parameter: '{name}' is not supported.", "unsupported_parameter")
        return asked

    def _mode(self, body: bytes, entry: Entry) -> Mode:
        plan = self.faults if entry.route == CHAT else self.also.get(entry.route, NO_FAULTS)
        entry.mode = plan.mode(entry.number, body, entry.body)
        return MODES[entry.mode]

    def _wait(self, entry: Entry) -> float:
        if isinstance(self.latency, int | float):
            return self.latency
        return Random(self.seed * 1_000_033 + entry.number).uniform(*self.latency)

    def answer(self, asked: Asked, entry: Entry, mode: Mode) -> Draft:
        """Compute a completion, spoil it when the mode says so, and bill it."""
        cached = self._cache.cached(asked.model, asked.prompt) if self.caches else 0
        if self._last is None or self._last.digest != asked.digest:
            self._before, self._last = self._last, asked
        draft = compose(asked, reasoning=self.reasoning, cached=cached, other=self._before)
        if mode.change is not None:
            mode.change(draft)
        if draft.billable:
            entry.bill(draft.usage, cost(self.prices, draft.usage, batch=bool(entry.batch)))
        entry.reply = draft.reply_hash()
        return draft

    def _other_route(self, incoming: Incoming, entry: Entry) -> Response:
        if entry.route == MODELS:
            listed = [{"id": name, "object": "model", "created": 0, "owned_by": "bank"} for name in self.models]
            return Response(200, json.dumps({"object": "list", "data": listed}).encode())
        if incoming.path.startswith("/v1/files"):
            return self._orders.files.answer(incoming, entry)
        if incoming.path.startswith("/v1/batches"):
            return self._orders.answer(incoming)
        return error(404, f"There is no {entry.route}.")

    def _answered_line(self, line: dict[str, Any], batch: str, fails: bool) -> tuple[Response, Entry]:
        """One line of a batch, as if its body had been sent in the way that the usual client writes JSON."""
        raw = json.dumps(line["body"], ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        entry = self._arrived(BATCH_LINE, {CALL_ID: str(line["custom_id"])}, raw)
        entry.batch = batch
        asked = self._asked(raw, entry)
        if isinstance(asked, Response):
            response = asked
        else:
            mode = MODES["http_500"] if fails else self._mode(raw, entry)
            entry.mode = mode.name
            response = self._spoken(asked, entry, mode)
        entry.status = response.status
        self._write(entry)
        return response, entry

    def _write(self, entry: Entry) -> None:
        if self._file is not None:
            self._file.write(json.dumps(entry.as_dict()) + "\n")
