"""The bank that our ledger is held against: what it writes down is what happened on the wire."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import httpx2
import pytest
from pydantic import BaseModel

from core.domain.money import Price, Usage, cost_of
from core.prompts.replies import ChildrenReply, JudgeReply, SubjectsReply, SyllabusReply, parse, schema_of
from tests.bank import Bank, ByBody, ByText, Chance, Prices, Script, bank_process, limits, running
from tests.bank.client import post, question, text_of, until
from tests.bank.limits import duration
from tests.bank.log import billed_by_call, paid_again, read, requests_by_body, requests_by_call


def test_the_log_is_what_a_client_saw_and_what_it_was_told_to_pay() -> None:
    with running(Bank(prices=Prices(150_000_001, 600_000_007, 75_000_000))) as bank:
        seen = [(f"call-{i}", body, post(bank, body, call=f"call-{i}")) for i, body in enumerate(map(question, "abc"))]
    for entry, (call, body, response) in zip(bank.log, seen, strict=True):
        usage = response.json()["usage"]
        assert (entry.call, entry.key, entry.model, entry.n) == (call, "5678", "bank-1", 1)
        assert entry.body == hashlib.sha256(json.dumps(body).encode()).hexdigest()
        assert entry.reply == hashlib.sha256(text_of(response).encode()).hexdigest()
        assert (entry.status, entry.answered, entry.mode) == (200, "full", "ok")
        assert entry.completion_tokens == usage["completion_tokens"] == -(-len(text_of(response).encode()) // 4)
        told = Usage(usage["prompt_tokens"], usage["completion_tokens"])
        assert entry.billed == cost_of(Price(150_000_001, 600_000_007, 75_000_000), told) > 0
        assert entry.finished is not None
        assert entry.finished >= entry.arrived
    assert bank.totals()["billed"] == sum(entry.billed for entry in bank.log)
    assert billed_by_call(bank.log)["call-1"] == bank.log[1].billed


def test_the_same_body_gets_the_same_answer_and_another_seed_another_one() -> None:
    with running(Bank()) as bank, running(Bank(seed=1)) as other:
        first, again, different = (text_of(post(one, question())) for one in (bank, bank, other))
        assert first == again != different
        assert text_of(post(bank, question("Why not?"))) != first
    assert len(paid_again(bank.log)) == 1
    assert sorted(requests_by_body(bank.log).values()) == [1, 2]
    assert requests_by_call(bank.log)[""] == 3


def test_several_answers_differ_are_all_billed_and_can_be_refused() -> None:
    with running(Bank()) as bank, running(Bank(several=False, strict_schema=False, refuses=("top_p",))) as poor:
        choices = post(bank, question(n=3)).json()["choices"]
        assert len({choice["message"]["content"] for choice in choices}) == 3
        for field, value in (("n", 2), ("response_format", {"type": "json_schema"}), ("top_p", 1)):
            refused = post(poor, question() | {field: value})
            assert (refused.status_code, field in refused.json()["error"]["message"]) == (400, True)
    assert bank.log[0].n == 3
    assert bank.log[0].completion_tokens == sum(-(-len(c["message"]["content"]) // 4) for c in choices)
    assert {(entry.mode, entry.billed) for entry in poor.log} == {("refused", 0)}


def test_an_answer_ends_at_the_token_limit_and_reasoning_counts_towards_it() -> None:
    with running(Bank(reasoning=5, prices=Prices(0, 1_000_000, reasoning=2_000_000))) as bank:
        answer = post(bank, question(max_tokens=12)).json()
    assert answer["choices"][0]["finish_reason"] == "length"
    assert answer["usage"]["completion_tokens"] == 12
    assert answer["usage"]["completion_tokens_details"] == {"reasoning_tokens": 5}
    assert (bank.log[0].reasoning_tokens, bank.log[0].billed) == (5, 7 + 10)


def test_a_long_beginning_that_was_sent_before_is_cheaper() -> None:
    with running(Bank(caches=True)) as bank:
        for text in ("x" * 6000, "x" * 4500 + "y" * 1500, "x" * 4000 + "z" * 2000):
            post(bank, question(text))
    assert [entry.cached_tokens for entry in bank.log] == [0, 1024, 0]
    assert bank.log[1].billed < bank.log[0].billed


@pytest.mark.parametrize("model", [ChildrenReply, SubjectsReply, SyllabusReply, JudgeReply])
def test_a_reply_fits_the_schema_that_was_asked_for(model: type[BaseModel]) -> None:
    form = {"type": "json_schema", "json_schema": {"name": "Form", "strict": True, "schema": schema_of(model)}}
    with running(Bank()) as bank:
        reply = parse(model, text_of(post(bank, question(response_format=form))))
    if isinstance(reply, SyllabusReply):
        concepts = [concept for session in reply.sessions for concept in session.key_concepts]
        assert len(reply.sessions) >= 10
        assert len(set(concepts)) == len(concepts) >= 30
    if isinstance(reply, ChildrenReply):
        assert len({child.name for child in reply.children}) == len(reply.children) >= 5


def test_json_without_a_schema_follows_the_form_in_the_prompt() -> None:
    prompt = (
        'Reply with JSON of this form: {"subjects": [{"subject_name": "A b", "level": "advanced", "subtopics": []}]}'
    )
    with running(Bank()) as bank:
        shown = text_of(post(bank, question(prompt, response_format={"type": "json_object"})))
        bare = text_of(post(bank, question("Reply in JSON.", response_format={"type": "json_object"})))
    assert len(parse(SubjectsReply, shown).subjects) >= 5
    assert bare == "{}"


def test_the_bill_comes_although_the_client_left_before_the_answer() -> None:
    with running(Bank(latency=1.5)) as bank:
        with pytest.raises(httpx2.ReadTimeout):
            httpx2.post(f"{bank.base_url}/chat/completions", json=question(), timeout=httpx2.Timeout(60, read=0.3))
        until(lambda: bool(bank.log) and bank.log[0].finished is not None)
    assert (bank.log[0].answered, bank.log[0].status) == ("none", 0)
    assert bank.log[0].billed > 0


def test_an_endless_body_stops_when_the_client_goes() -> None:
    with running(Bank(faults=Script(["huge_body"]))) as bank:
        with httpx2.stream("POST", f"{bank.base_url}/chat/completions", json=question()) as response:
            assert len(next(response.iter_raw())) > 0
        until(lambda: bool(bank.log) and bank.log[0].finished is not None)
    assert bank.log[0].answered == "partial"


def test_faults_follow_their_plan() -> None:
    digests = [hashlib.sha256(str(i).encode()).hexdigest() for i in range(2000)]
    by_body = ByBody(0.01, ("http_500",), seed=3)
    hit = [digest for i, digest in enumerate(digests) if by_body.mode(i, b"", digest) != "ok"]
    assert 5 <= len(hit) <= 45
    assert all(by_body.mode(99_999, b"", digest) == "http_500" for digest in hit)
    chance = [Chance(0.3, ("nul", "swap"), seed=5).mode(i, b"", "") for i in range(1000)]
    assert chance == [Chance(0.3, ("nul", "swap"), seed=5).mode(i, b"", "") for i in range(1000)]
    assert chance != [Chance(0.3, ("nul", "swap"), seed=6).mode(i, b"", "") for i in range(1000)]
    assert 200 < 1000 - chance.count("ok") < 400
    assert [ByText({"red": "nul"}).mode(1, body, "") for body in (b"a red one", b"blue")] == ["nul", "ok"]
    with pytest.raises(ValueError, match="no mode typo"):
        Script(["typo"])


def test_requests_in_chunks_and_one_behind_the_other_are_understood() -> None:
    def pieces() -> Iterator[bytes]:
        raw = json.dumps(question()).encode()
        yield from (raw[:10], raw[10:])

    with running(Bank(latency=(0.0, 0.01))) as bank, httpx2.Client(base_url=bank.base_url) as client:
        plain = client.post("/chat/completions", content=b"".join(pieces()))
        chunked = client.post("/chat/completions", content=pieces())
        assert text_of(chunked) == text_of(plain)
        assert [model["id"] for model in client.get("/models").json()["data"]] == ["bank-1", "bank-2"]
        assert client.get("/nothing").status_code == 404
    assert [entry.route for entry in bank.log][2:] == ["GET /v1/models", "GET /v1/nothing"]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time of limiters, which stands until the test moves it."""
    now = [time.monotonic() + 1]
    monkeypatch.setattr(limits, "time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


@pytest.mark.usefixtures("clock")
def test_the_limiter_rejects_what_is_too_much_and_says_when_to_come_back() -> None:
    with running(Bank(rpm=5, tpm=100_000)) as bank:
        answers = [post(bank, question()) for _ in range(7)]
    rejected = [answer for answer in answers if answer.status_code == 429]
    assert answers[0].headers["x-ratelimit-limit-requests"] == "5"
    assert answers[0].headers["x-ratelimit-remaining-requests"] == "4"
    assert int(answers[0].headers["x-ratelimit-remaining-tokens"]) < 98_500
    assert rejected == answers[5:]
    assert 0 < int(rejected[0].headers["retry-after"]) <= 12
    assert [entry.mode for entry in bank.log].count("limited") == len(rejected)
    assert {entry.billed for entry in bank.log if entry.mode == "limited"} == {0}


def test_the_token_limit_counts_what_may_still_come_and_refills(clock: list[float]) -> None:
    with running(Bank(tpm=3000, window=2.0)) as bank:
        first, second = post(bank, question()), post(bank, question())
        wait = float(second.headers["retry-after"])
        clock[0] += wait - 0.05
        early = post(bank, question())
        clock[0] += 0.1
        third = post(bank, question())
    statuses = [answer.status_code for answer in (first, second, early, third)]
    assert statuses == [200, 429, 429, 200]


def test_durations_are_written_as_in_the_headers_of_openai() -> None:
    written = [duration(seconds) for seconds in (0.02, 1, 1.5, 360, 3661.25)]
    assert written == ["20ms", "1s", "1.5s", "6m0s", "1h1m1.25s"]


def test_a_bank_in_its_own_process_answers_the_same_and_takes_new_faults(tmp_path: Path) -> None:
    log = tmp_path / "bank.jsonl"
    settings = Bank(seed=4, latency=(0.0, 0.001), log_file=str(log), also={"GET /v1/models": Script(["http_503"])})
    with bank_process(settings) as far, running(Bank(seed=4)) as near:
        mine = httpx2.post(f"{far.base_url}/chat/completions", json=question())
        assert text_of(mine) == text_of(httpx2.post(f"{near.base_url}/chat/completions", json=question()))
        assert httpx2.get(f"{far.base_url}/models").status_code == 503
        far.meet(ByText({"Why": "http_500"}))
        assert httpx2.post(f"{far.base_url}/chat/completions", json=question()).status_code == 500
        entries, totals = far.log, far.totals()
        far.clear()
        assert far.log == []
    assert [entry.mode for entry in entries] == ["ok", "http_503", "http_500"]
    assert (totals["requests"], totals["billed"]) == (2, entries[0].billed)
    assert read(log) == entries


def test_the_command_prints_its_address_and_plays_the_modes_it_was_given() -> None:
    command = [sys.executable, "-m", "tests.bank", "--modes", "http_503,nul", "--with-parent"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        statuses = [httpx2.post(f"{url}/chat/completions", json=question()).status_code for _ in range(3)]
        process.stdin.close()
        assert process.wait(10) == 0
    assert statuses == [503, 200, 200]
