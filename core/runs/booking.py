"""What the answers of a batch come to in the ledger. Everything needed stands in the rows, whoever sent the batch."""

from __future__ import annotations

from dataclasses import dataclass

import httpx2

from core.domain.call_records import Attempt, Request
from core.domain.calls import Call, Message, Reply, Stage
from core.domain.money import Charge, Price, assess, prompt_token_ceiling
from core.errors import TeacherError, UnusableReplyError
from core.llm.bodies import read_body
from core.llm.openai_batches import Outcome, trouble_of
from core.llm.openai_teacher import Manners, OpenAITeacher
from core.llm.troubles import unavailable
from core.store import ledger
from core.store.batches import OpenCall
from core.store.database import Tx

UNANSWERED = frozenset({"batch_expired", "batch_cancelled"})


@dataclass(frozen=True, slots=True)
class Booking:
    """One call of a batch: answered at a price, or closed with an error."""

    call: OpenCall
    reply: Reply | None = None
    charge: Charge | None = None
    error: TeacherError | None = None

    def write(self, tx: Tx, at: float) -> None:
        """Into the ledger; once only, whoever comes second changes nothing."""
        if self.reply is not None and self.charge is not None:
            ledger.settle(tx, self.call.attempt.id, self.reply, self.charge, at)
        elif self.error is not None:
            error = self.error
            ledger.close(
                tx,
                self.call.attempt.id,
                billed=error.billed,
                code=error.code,
                error=error.message,
                raw=error.raw,
                at=at,
            )


def book(call: OpenCall, outcome: Outcome, teacher: OpenAITeacher, sent: Manners) -> Booking | None:
    """What to write down for an outcome, None when the call was not answered at all."""
    if outcome.status == 0:
        if outcome.code in UNANSWERED:
            return None
        words = f"The provider did not answer this call of the batch: {outcome.message}"
        return Booking(call, error=unavailable(words, code=outcome.code, billed=False))
    asked = call_of(call.request)
    if outcome.status != 200:
        response = httpx2.Response(outcome.status, text=outcome.body)
        return Booking(call, error=teacher.adapted(response, sent, asked) or trouble_of(outcome))
    try:
        reply = read_body(outcome.body, 0, asked.model)
    except UnusableReplyError as error:
        return Booking(call, error=error)
    return Booking(call, reply, _charge(call.attempt, asked, reply))


def call_of(request: Request) -> Call:
    """The call that a request was made from, as far as it shapes the answer."""
    messages = tuple(Message(m["role"], m["content"]) for m in request.body["messages"])
    return Call(
        stage=Stage(request.stage),
        model=request.model,
        messages=messages,
        temperature=request.body["temperature"],
        top_p=request.body["top_p"],
        max_tokens=request.body["max_tokens"],
        template=request.template,
        template_hash=request.template_hash,
        schema=request.body["schema"],
        sample_index=request.body["sample_index"],
    )


def _charge(attempt: Attempt, call: Call, reply: Reply) -> Charge:
    """By the prices that were written down when the money was held."""
    price = Price(attempt.price_input, attempt.price_output, attempt.price_cached, reasoning=attempt.price_reasoning)
    return assess(
        price,
        reply.usage,
        hold=attempt.hold,
        ceiling=prompt_token_ceiling(call.prompt_bytes, len(call.messages)),
        max_tokens=call.max_tokens,
        text=reply.written,
    )
