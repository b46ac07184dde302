"""The Batch API behind an endpoint: what is sent, what is read, and every failure told by its kind."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TypeVar

import httpx2
import pytest

from core.errors import TeacherError, TeacherRefusedError, TeacherRejectedError, TeacherUnavailableError
from core.llm.openai_batches import (
    MARK,
    OpenAIBatches,
    Outcome,
    Standing,
    encoded,
    line_of,
    read_outcome,
    trouble_of,
)
from core.llm.openai_teacher import OpenAITeacher
from tests.unit.endpoint import Body

T = TypeVar("T")
Answer = Callable[[httpx2.Request], httpx2.Response]


def at(answer: Answer, work: Callable[[OpenAIBatches], Awaitable[T]]) -> T:
    """Run `work` with the batches of an endpoint that answers so."""

    async def go() -> T:
        client = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
        teacher = OpenAITeacher("http://teacher.test/v1", "sk-secret", http_client=client)
        office = OpenAIBatches(teacher, httpx2.AsyncClient(transport=httpx2.MockTransport(answer)))
        try:
            return await work(office)
        finally:
            await office.close()
            await teacher.close()

    return asyncio.run(go())


def told(**more: object) -> Body:
    """A batch in OpenAI's shape."""
    return {"id": "batch_1", "object": "batch", "status": "in_progress", **more}


def test_a_line_carries_the_body_of_the_single_call_unchanged() -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": 'Größe "x"\n\ud800'}]}
    line = json.loads(line_of("r1-7", encoded(body)))
    assert (line["custom_id"], line["method"], line["url"]) == ("r1-7", "POST", "/v1/chat/completions")
    assert line["body"]["messages"][0]["content"] == 'Größe "x"\n?'


def test_an_order_carries_our_name_and_the_key_of_the_teacher() -> None:
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, json=told(status="validating"))

    standing = at(answer, lambda office: office.order("file-1", "ours"))
    assert standing == Standing("batch_1", "validating")
    body = json.loads(seen[0].content)
    assert (body["input_file_id"], body["metadata"], body["completion_window"]) == ("file-1", {MARK: "ours"}, "24h")
    assert seen[0].headers["authorization"] == "Bearer sk-secret"
    assert len(seen) == 1


def test_an_order_is_found_on_a_later_page() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        if "after" in request.url.params:
            page = [told(id="batch_2", metadata={MARK: "ours"})]
        else:
            page = [told(id="batch_9", metadata=None), told(id="batch_8", metadata={MARK: "theirs"})]
        return httpx2.Response(
            200, json={"object": "list", "data": page, "has_more": "after" not in request.url.params}
        )

    found = at(answer, lambda office: office.find("ours"))
    assert found is not None
    assert found.id == "batch_2"
    assert at(answer, lambda office: office.find("nobody's")) is None


def test_a_standing_tells_files_counts_and_why_it_was_refused() -> None:
    problems = {"data": [{"code": "x", "message": "Too many tokens."}, {"code": "x", "message": "Too many tokens."}]}
    body = told(
        status="failed",
        request_counts={"total": 3, "completed": 2, "failed": 1},
        output_file_id="file-2",
        error_file_id="file-3",
        errors=problems,
    )
    standing = at(lambda request: httpx2.Response(200, json=body), lambda office: office.look("batch_1"))
    assert standing == Standing("batch_1", "failed", 2, ("file-2", "file-3"), "Too many tokens.")
    assert standing.ended


FAULTS: list[tuple[httpx2.Response | Exception, type[TeacherError]]] = [
    (httpx2.Response(401, json={"error": {"message": "no"}}), TeacherRejectedError),
    (httpx2.Response(404, json={"error": {"message": "no"}}), TeacherRejectedError),
    (httpx2.Response(429, json={"error": {"code": "insufficient_quota"}}), TeacherRejectedError),
    (httpx2.Response(400, json={"error": {"message": "no"}}), TeacherRefusedError),
    (httpx2.Response(503), TeacherUnavailableError),
    (httpx2.ConnectError("refused"), TeacherUnavailableError),
    (httpx2.ReadTimeout("late"), TeacherUnavailableError),
]


@pytest.mark.parametrize(("fault", "kind"), FAULTS)
def test_a_failure_is_one_of_our_errors_after_one_request(
    fault: httpx2.Response | Exception, kind: type[TeacherError]
) -> None:
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        if isinstance(fault, Exception):
            raise fault
        return fault

    with pytest.raises(kind):
        at(answer, lambda office: office.look("batch_1"))
    assert len(seen) == 1


@pytest.mark.parametrize(
    "body", ["<html>no</html>", "[]", "{}", '{"id": 7, "status": "completed"}', '{"id": "b"}', "{"]
)
def test_an_answer_that_is_no_batch_is_not_taken_for_one(body: str) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, content=body.encode(), headers={"content-type": "application/json"})

    with pytest.raises(TeacherError) as caught:
        at(answer, lambda office: office.look("batch_1"))
    assert caught.value.code == "unreadable"


def test_results_come_from_both_files_and_broken_lines_are_counted() -> None:
    good = {"custom_id": "r-1", "response": {"status_code": 200, "body": {"a": 1}}, "error": None}
    late = {"custom_id": "r-2", "response": None, "error": {"code": "batch_expired", "message": "late"}}
    files = {
        "file-2": f"{json.dumps(good)}\n\n{json.dumps(good)[:-4]}",
        "file-3": f"{json.dumps(late)}\n[]\nnull\n",
    }

    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, content=files[request.url.path.split("/")[-2]].encode())

    results = at(answer, lambda office: office.results(Standing("b", "completed", files=("file-2", "file-3"))))
    assert results.broken == 3
    assert results.outcomes == (Outcome("r-1", 200, '{"a": 1}'), Outcome("r-2", 0, "", "batch_expired", "late"))


@pytest.mark.parametrize(
    "line",
    [
        {"custom_id": 7, "response": {"status_code": 200, "body": {}}},
        {"custom_id": "r-1"},
        {"custom_id": "r-1", "response": {"status_code": "x", "body": {}}},
        {"custom_id": "r-1", "response": {"body": {}}},
        {"custom_id": "r-1", "response": None, "error": {}},
        {"response": {"status_code": 200, "body": {}}},
    ],
)
def test_a_line_without_an_outcome_is_not_read_as_one(line: Body) -> None:
    assert read_outcome(json.dumps(line).encode()) is None


def test_an_error_line_is_told_as_the_single_call_would_be() -> None:
    outcome = Outcome("r-1", 429, '{"error": {"code": "insufficient_quota", "message": "empty"}}')
    error = trouble_of(outcome)
    assert isinstance(error, TeacherRejectedError)
    assert (error.code, error.billed) == ("quota", False)
