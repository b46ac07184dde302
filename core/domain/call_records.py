"""Rows about calls: requests, their attempts on the ledger, batches of them."""

from __future__ import annotations

from core.domain.entity import Entity, Object
from core.domain.states import AttemptState, BatchState, RequestState


class Request(Entity):
    """One request and, once settled, the stored answer."""

    id: int
    key: str
    run_id: str
    item_idx: int
    stage: str
    connection_id: str
    model: str
    body: Object
    template: str
    template_hash: str
    state: RequestState
    error: str
    reply: str | None
    finish_reason: str | None
    reply_model: str | None
    raw: str | None
    created_at: float
    settled_at: float | None


class Attempt(Entity):
    """One HTTP call: a ledger row. Amounts in nano-dollars."""

    id: int
    request_id: int
    run_id: str
    stage: str
    state: AttemptState
    hold: int
    cost: int
    price_input: int
    price_output: int
    price_cached: int
    price_model: str
    price_source: str
    price_reasoning: int | None
    prompt_tokens: int | None
    completion_tokens: int | None
    cached_tokens: int | None
    reasoning_tokens: int | None
    measured: bool
    flag: str
    error_code: str
    error: str
    sent_at: float
    ended_at: float | None
    latency_ms: int | None
    answers: int
    batch_id: str | None


class Batch(Entity):
    """Calls handed in together; `n_answered` of `n_calls` have an answer as far as the provider said."""

    id: str
    run_id: str
    connection_id: str
    model: str
    state: BatchState
    remote_id: str
    remote_status: str
    n_calls: int
    n_answered: int
    error: str
    created_at: float
    submitted_at: float | None
    polled_at: float | None
    ended_at: float | None
