"""Each fault of the bank looks on the wire as it is described, and is billed when an answer was computed."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from core.domain.money import Price, Usage, cost_of
from tests.bank import MODES, Bank, Pace, Script, running
from tests.bank.client import Body, on_the_wire, post, promised, question, said

QUICK = Pace(slow=0.02, hang=30, drip=0.0001, huge=3_000_000)
STATUSES = {
    "http_400_context": (400, b"context_length_exceeded"),
    "http_401": (401, b"invalid_api_key"),
    "http_403": (403, b"permission_denied"),
    "http_404_model": (404, b"model_not_found"),
    "http_413": (413, b"Too Large"),
    "http_422": (422, b"detail"),
    "http_429": (429, b"rate_limit_exceeded"),
    "http_429_seconds": (429, b"Retry-After: 1\r\n"),
    "http_429_date": (429, b" GMT\r\n"),
    "http_429_absurd": (429, b"Retry-After: 99999999999\r\n"),
    "http_429_quota": (429, b"insufficient_quota"),
    "http_500": (500, b"server_error"),
    "http_502_html": (502, b"<html>"),
    "http_503": (503, b"overloaded"),
    "http_504": (504, b"Gateway"),
    "http_529": (529, b"overloaded_error"),
}


def test_an_error_status_is_answered_in_full_and_never_billed() -> None:
    assert set(STATUSES) == {mode.name for mode in MODES.values() if mode.kind == "status"}
    with running(Bank(faults=Script(list(STATUSES)))) as bank:
        seen = [b"".join(on_the_wire(bank, question())[:2]) for _ in STATUSES]
    for entry, got, (name, (status, mark)) in zip(bank.log, seen, STATUSES.items(), strict=True):
        assert got.startswith(f"HTTP/1.1 {status} ".encode())
        assert mark in got
        assert (entry.mode, entry.status, entry.answered, entry.billed) == (name, status, "full", 0)
    assert [b"Retry-After" in got for got in seen].count(True) == 3


TRANSPORTS: dict[str, tuple[Callable[[bytes, bytes], bool], str, str]] = {
    "slow": (lambda head, body: bool(json.loads(body)), "whole", "full"),
    "hang_before": (lambda head, body: head == b"", "quiet", "none"),
    "hang_after_headers": (lambda head, body: b"Content-Length" in head and body == b"", "quiet", "partial"),
    "hang_mid": (lambda head, body: 0 < len(body) < promised(head), "quiet", "partial"),
    "drip": (lambda head, body: len(body) == promised(head), "whole", "full"),
    "close_before": (lambda head, body: head == b"", "closed", "none"),
    "reset_before": (lambda head, body: head == b"", "reset", "none"),
    "reset_after_headers": (lambda head, body: promised(head) > 0 and body == b"", "reset", "partial"),
    "reset_mid": (lambda head, body: 0 < len(body) < promised(head), "reset", "partial"),
    "short_length": (lambda head, body: len(body) == promised(head) - 100, "closed", "partial"),
    "broken_chunks": (lambda head, body: b"chunked" in head and b"\r\nsize?\r\n" in body, "closed", "partial"),
    "wrong_content_type": (lambda head, body: b"image/png" in head and bool(json.loads(body)), "whole", "full"),
    "gzip_garbage": (lambda head, body: b"gzip" in head and body[:2] != b"\x1f\x8b", "whole", "full"),
    "huge_body": (lambda head, body: len(body) == promised(head) == 3_000_000, "whole", "full"),
}


def test_every_transport_mode_is_tried() -> None:
    assert set(TRANSPORTS) == {mode.name for mode in MODES.values() if mode.kind == "transport"}


@pytest.mark.parametrize("mode", TRANSPORTS)
def test_a_broken_connection_looks_as_described_and_is_billed_all_the_same(mode: str) -> None:
    fits, ending, answered = TRANSPORTS[mode]
    with running(Bank(faults=Script([mode]), pace=QUICK)) as bank:
        head, body, end = on_the_wire(bank, question(), patience=1.0 if ending == "quiet" else 60.0)
    assert fits(head, body)
    assert (end, bank.log[0].answered, bank.log[0].mode) == (ending, answered, mode)
    assert bank.log[0].billed > 0
    assert bank.log[0].status == (200 if head else 0)


BODIES: dict[str, Callable[[Body, Body], bool]] = {
    "choices_null": lambda told, honest: told["choices"] is None,
    "choices_empty": lambda told, honest: told["choices"] == [],
    "choices_two": lambda told, honest: len(told["choices"]) == 2 and told["choices"][0] == honest["choices"][0],
    "content_null": lambda told, honest: said(told) is None,
    "content_empty": lambda told, honest: said(told) == "",
    "content_list": lambda told, honest: said(told)[0]["text"] == said(honest),
    "finish_length": lambda told, honest: (
        told["choices"][0]["finish_reason"] == "length" and said(told) != said(honest)
    ),
    "finish_filter": lambda told, honest: told["choices"][0]["finish_reason"] == "content_filter",
    "refusal": lambda told, honest: "can't" in told["choices"][0]["message"]["refusal"] and said(told) is None,
    "tool_calls": lambda told, honest: bool(told["choices"][0]["message"]["tool_calls"]),
    "json_prose": lambda told, honest: said(told).startswith("Here") and '{"answer": ' in said(told),
    "json_fence": lambda told, honest: said(told).startswith('```json\n{"answer": '),
    "json_nan": lambda told, honest: said(told).endswith(": NaN}"),
    "json_duplicate_keys": lambda told, honest: json.loads(said(told)) == {"answer": None},
    "json_deep": lambda told, honest: said(told).startswith("[" * 10_000 + "]"),
    "lone_surrogate": lambda told, honest: "\ud83d" in said(told),
    "nul": lambda told, honest: "\x00" in said(told),
    "line_separator": lambda told, honest: "\u2028" in said(told),
    "other_model": lambda told, honest: told["model"] != "bank-1" and said(told) == said(honest),
    "duplicate_id": lambda told, honest: told["id"] == "chatcmpl-duplicate",
    "swap": lambda told, honest: said(told) != said(honest) and told["usage"] != honest["usage"],
    "usage_null": lambda told, honest: told["usage"] is None,
    "usage_missing": lambda told, honest: "usage" not in told,
    "usage_zero": lambda told, honest: told["usage"]["prompt_tokens"] == 0,
    "usage_negative": lambda told, honest: told["usage"]["completion_tokens"] < 0,
    "usage_string": lambda told, honest: told["usage"]["prompt_tokens"] == "12",
    "usage_huge": lambda told, honest: told["usage"]["prompt_tokens"] == 10**18,
    "usage_total": lambda told, honest: told["usage"]["total_tokens"] == honest["usage"]["total_tokens"] + 1000,
    "usage_cached_above_prompt": lambda told, honest: (
        told["usage"]["prompt_tokens_details"]["cached_tokens"] > told["usage"]["prompt_tokens"]
    ),
    "usage_above_max": lambda told, honest: told["usage"]["completion_tokens"] == 4000,
}
NOT_COMPLETIONS: dict[str, tuple[Callable[[bytes], bool], bool]] = {
    "error_200": (lambda raw: b'{"error"' in raw, False),
    "html_200": (lambda raw: b"<html>" in raw, False),
    "body_empty": (lambda raw: raw == b"", True),
    "body_cut": (lambda raw: raw.startswith(b"{") and not raw.endswith(b"}"), True),
    "body_deep": (lambda raw: b"[" * 10_000 + b"]" in raw and raw.endswith(b"}"), True),
}


def test_every_mode_that_spoils_an_answer_does_what_it_says_and_is_billed() -> None:
    names = [*BODIES, *NOT_COMPLETIONS]
    assert set(names) == {mode.name for mode in MODES.values() if mode.kind in {"body", "usage"}}
    with running(Bank(faults=Script(["ok", "ok", *names]))) as bank:
        post(bank, question("What came before?"))
        honest = post(bank, question()).json()
        answers = [post(bank, question()) for _ in names]
    for entry, name, answer in zip(bank.log[2:], names, answers, strict=True):
        assert (entry.mode, entry.status, entry.answered, answer.status_code) == (name, 200, "full", 200)
        if name in BODIES:
            assert BODIES[name](answer.json(), honest), name
            assert entry.billed > 0
        else:
            fits, billed = NOT_COMPLETIONS[name]
            assert (fits(answer.content), entry.billed > 0) == (True, billed), name


def test_a_lie_about_usage_does_not_change_the_bill_but_more_than_allowed_is_billed() -> None:
    lies = ["ok", *(mode.name for mode in MODES.values() if mode.kind == "usage")]
    with running(Bank(faults=Script(lies))) as bank:
        for _ in lies:
            post(bank, question())
    bills = {entry.mode: entry.billed for entry in bank.log}
    above = bills.pop("usage_above_max")
    assert set(bills.values()) == {bills["ok"]}
    assert above > cost_of(Price(0, 600_000_000, 0), Usage(0, 2000))
