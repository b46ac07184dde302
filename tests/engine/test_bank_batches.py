"""Batches at the bank, through the official client."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import openai
import pytest

from tests.bank import Bank, BatchPace, Script, running
from tests.bank.client import Body, question, said, until


def ordered(client: openai.OpenAI, count: int = 6, **metadata: str) -> openai.types.Batch:
    """Upload that many lines and order them."""
    lines = [
        {"custom_id": f"line-{i}", "method": "POST", "url": "/v1/chat/completions", "body": question(f"Case {i}?")}
        for i in range(count)
    ]
    file = client.files.create(file=("in.jsonl", "\n".join(map(json.dumps, lines)).encode()), purpose="batch")
    return client.batches.create(
        input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h", metadata=metadata
    )


def ended(client: openai.OpenAI, batch: openai.types.Batch) -> openai.types.Batch:
    """The batch when nothing more happens to it."""
    final = {"completed", "failed", "expired", "cancelled"}
    until(lambda: client.batches.retrieve(batch.id).status in final)
    return client.batches.retrieve(batch.id)


def lines_of(client: openai.OpenAI, file_id: str | None) -> list[Body]:
    """A file of answers."""
    return [json.loads(line) for line in client.files.content(file_id or "").text.splitlines()]


@pytest.fixture(name="at")
def client_at() -> Iterator[Callable[[Bank], openai.OpenAI]]:
    """The official client for a bank."""
    made: list[openai.OpenAI] = []

    def make(bank: Bank) -> openai.OpenAI:
        made.append(openai.OpenAI(base_url=bank.base_url, api_key="sk-1234", max_retries=0))
        return made[-1]

    yield make
    for client in made:
        client.close()


At = Callable[[Bank], openai.OpenAI]


def test_a_batch_comes_back_shuffled_counted_and_at_half_the_price(at: At) -> None:
    with running(Bank(batches=BatchPace(seconds=0.1))) as bank:
        client = at(bank)
        done = ended(client, ordered(client, 12, run="r-1"))
        assert client.batches.list(limit=1).data[0].metadata == {"run": "r-1"}
        unread = {entry.answered for entry in bank.log if entry.batch}
        results = lines_of(client, done.output_file_id)
        singly = client.chat.completions.create(**question("Case 7?"))
    lines = {entry.call: entry for entry in bank.log if entry.batch == done.id}
    assert (done.status, done.error_file_id) == ("completed", None)
    assert done.request_counts is not None
    assert done.request_counts.model_dump(include={"total", "completed", "failed"}) == {
        "total": 12,
        "completed": 12,
        "failed": 0,
    }
    assert [result["custom_id"] for result in results] != sorted(lines, key=lambda call: int(call[5:]))
    assert {result["custom_id"] for result in results} == set(lines)
    answer = next(result for result in results if result["custom_id"] == "line-7")["response"]
    assert answer["status_code"] == 200
    assert said(answer["body"]) == singly.choices[0].message.content
    assert lines["line-7"].body == bank.log[-1].body
    assert lines["line-7"].billed == -(-bank.log[-1].billed // 2)
    assert (unread, {entry.answered for entry in lines.values()}) == ({"none"}, {"full"})


def test_lines_that_fail_are_in_the_error_file_and_free(at: At) -> None:
    with running(Bank(batches=BatchPace(seconds=0.1, errors=0.5))) as bank:
        client = at(bank)
        done = ended(client, ordered(client, 12))
        failed, good = lines_of(client, done.error_file_id), lines_of(client, done.output_file_id)
    assert {line["response"]["status_code"] for line in failed} == {500}
    assert len(failed) + len(good) == 12
    assert {entry.call for entry in bank.log if entry.batch and not entry.billed} == {x["custom_id"] for x in failed}


def test_an_expired_batch_hands_over_what_was_done(at: At) -> None:
    with running(Bank(batches=BatchPace(seconds=0.1, expires=0.5))) as bank:
        client = at(bank)
        done = ended(client, ordered(client, 12))
        late, good = lines_of(client, done.error_file_id), lines_of(client, done.output_file_id)
    assert (done.status, len(late), len(good)) == ("expired", 6, 6)
    assert {line["error"]["code"] for line in late} == {"batch_expired"}
    assert len([entry for entry in bank.log if entry.billed]) == 6


def test_a_cancelled_batch_stops_and_a_bad_one_never_starts(at: At) -> None:
    with (
        running(Bank(batches=BatchPace(seconds=6))) as bank,
        running(Bank(batches=BatchPace(0.1, invalid=True))) as bad,
    ):
        client, strict = at(bank), at(bad)
        batch = ordered(client)
        assert client.batches.cancel(batch.id).status == "cancelling"
        assert ended(client, batch).status == "cancelled"
        refused = ended(strict, ordered(strict))
    assert refused.status == "failed"
    assert refused.errors is not None
    assert not [entry for entry in (*bank.log, *bad.log) if entry.billed]


def test_an_order_can_be_taken_although_its_answer_is_lost(at: At) -> None:
    with running(Bank(also={"POST /v1/batches": Script(["reset_before"])})) as bank:
        client = at(bank)
        with pytest.raises(openai.APIConnectionError):
            ordered(client, run="r-2")
        assert [batch.metadata for batch in client.batches.list()] == [{"run": "r-2"}]
