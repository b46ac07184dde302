"""The teacher behind an OpenAI-compatible endpoint: one HTTP request a call, and every failure told by its kind."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx2
import pytest

from core.domain.calls import Reply
from core.domain.money import Usage
from core.errors import TeacherError, TeacherRefusedError, TeacherRejectedError, TeacherUnavailableError
from core.llm.openai_teacher import Manners, OpenAITeacher
from core.llm.troubles import MAX_RETRY_AFTER
from tests.unit.endpoint import CALL, FORM, STRUCTURED, Body, Endpoint, ask, body_of, fault, ok, trouble, with_teacher

# ---- what is sent and what comes back ----


def test_a_call_is_sent_as_it_stands_and_the_answer_comes_back_with_usage() -> None:
    endpoint = Endpoint(body_of(ok()))
    reply = ask(endpoint)
    assert endpoint.bodies == [
        {
            "model": "m-1",
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "What is 2 + 2?"},
            ],
            "max_tokens": 64,
            "temperature": 0.7,
            "top_p": 0.95,
        }
    ]
    assert endpoint.headers[0]["authorization"] == "Bearer sk-secret"
    assert (reply.text, reply.finish_reason, reply.model) == ("Four.", "stop", "m-1-2026")
    assert reply.usage == Usage(prompt=12, completion=3)
    assert json.loads(reply.raw) == ok()
    assert reply.latency_ms >= 0


def test_cached_and_reasoning_tokens_are_read() -> None:
    usage = {
        "prompt_tokens": 100,
        "completion_tokens": 50,
        "prompt_tokens_details": {"cached_tokens": 64},
        "completion_tokens_details": {"reasoning_tokens": 40},
    }
    assert ask(Endpoint(body_of(ok(usage=usage)))).usage == Usage(100, 50, 64, 40)


def test_a_schema_is_asked_for_strictly() -> None:
    endpoint = Endpoint(body_of(ok("{}")))
    ask(endpoint, STRUCTURED)
    form = {"name": "Form", "strict": True, "schema": FORM}
    assert endpoint.bodies[0]["response_format"] == {"type": "json_schema", "json_schema": form}


# ---- one request a call, errors by type and code ----


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 529])
def test_trouble_of_the_server_may_pass_and_was_not_billed(status: int) -> None:
    error = trouble(Endpoint(fault(status)))
    assert isinstance(error, TeacherUnavailableError)
    assert (error.code, error.billed, error.status) == (f"http_{status}", False, status)
    assert str(status) in error.message
    assert error.hint


@pytest.mark.parametrize(
    ("status", "fields", "code"),
    [
        (401, {"code": "invalid_api_key"}, "key"),
        (403, {}, "key"),
        (404, {"code": "model_not_found"}, "model"),
        (402, {}, "quota"),
        (429, {"code": "insufficient_quota"}, "quota"),
        (429, {"code": None, "type": "insufficient_quota"}, "quota"),
        (400, {"code": "insufficient_quota"}, "quota"),
    ],
)
def test_what_only_a_person_can_mend_rejects_the_run(status: int, fields: Body, code: str) -> None:
    error = trouble(Endpoint(fault(status, **fields)))
    assert isinstance(error, TeacherRejectedError)
    assert (error.code, error.billed) == (code, False)
    assert "resume" in error.hint


@pytest.mark.parametrize("fields", [{"type": {}}, {"code": []}, {"type": 7, "code": {"a": 1}}])
def test_codes_of_odd_types_do_not_hide_the_error(fields: Body) -> None:
    assert trouble(Endpoint(fault(429, **fields))).code == "http_429"


@pytest.mark.parametrize("status", [400, 413, 422])
def test_other_refusals_concern_this_item_only(status: int) -> None:
    error = trouble(Endpoint(fault(status, "This prompt is too long.")))
    assert isinstance(error, TeacherRefusedError)
    assert (error.code, error.billed) == (f"http_{status}", False)
    assert "This prompt is too long." in error.message


def test_the_body_of_an_error_is_kept() -> None:
    error = trouble(Endpoint(httpx2.Response(503, text="<html>overloaded</html>")))
    assert error.raw == "<html>overloaded</html>"
    assert error.message == "The teacher answered 503: no reason given."


def test_a_redirect_is_not_followed_but_points_at_the_base_url() -> None:
    moved = httpx2.Response(308, headers={"location": "http://elsewhere.test/v1/chat/completions"})
    error = trouble(Endpoint(moved))
    assert isinstance(error, TeacherRejectedError)
    assert "base URL" in error.hint


def test_the_client_of_the_product_follows_no_redirect_either() -> None:
    served: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.append((await reader.readline()).decode())
        writer.write(b"HTTP/1.1 308 Moved\r\nLocation: /other\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def go() -> None:
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            teacher = OpenAITeacher(f"http://127.0.0.1:{port}/v1", "")
            with pytest.raises(TeacherRejectedError):
                await teacher.ask(CALL)
            await teacher.close()

    asyncio.run(go())
    assert served == ["POST /v1/chat/completions HTTP/1.1\r\n"]


@pytest.mark.parametrize(
    ("error", "code", "billed"),
    [
        (httpx2.ConnectError("refused"), "connect", False),
        (httpx2.ConnectTimeout("slow"), "connect", False),
        (httpx2.PoolTimeout("busy"), "connect", False),
        (httpx2.ReadTimeout("silent"), "timeout", True),
        (httpx2.WriteTimeout("stuck"), "timeout", True),
        (httpx2.ReadError("reset"), "reset", True),
        (httpx2.RemoteProtocolError("cut"), "reset", True),
    ],
)
def test_a_broken_connection_counts_as_billed_once_anything_may_have_left(
    error: Exception, code: str, billed: bool
) -> None:
    caught = trouble(Endpoint(error))
    assert isinstance(caught, TeacherUnavailableError)
    assert (caught.code, caught.billed) == (code, billed)


class Drip(httpx2.AsyncByteStream):
    """A thousand bytes, each of which takes a second on the clock of the loop."""

    def __init__(self) -> None:
        self.sent = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        loop = asyncio.get_running_loop()
        now = loop.time
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(loop, "time", lambda: now() + self.sent)
            for self.sent in range(1, 1001):
                yield b" "
                await asyncio.sleep(0)


def test_a_body_that_drips_beyond_the_deadline_is_cut_off() -> None:
    drip = Drip()
    error = trouble(Endpoint(httpx2.Response(200, stream=drip)), deadline=60.0)
    assert isinstance(error, TeacherUnavailableError)
    assert (error.code, error.billed) == ("timeout", True)
    assert 0 < drip.sent <= 61


def test_a_cancelled_call_is_cancelled_and_not_turned_into_an_error() -> None:
    drip = Drip()

    async def work(teacher: OpenAITeacher) -> None:
        task = asyncio.create_task(teacher.ask(CALL))
        while not drip.sent:  # noqa: ASYNC110 - a body says nothing of being read
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with_teacher(Endpoint(httpx2.Response(200, stream=drip)), work)


# ---- Retry-After ----


@pytest.mark.parametrize(
    ("header", "wish"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("100000", MAX_RETRY_AFTER),
        ("inf", MAX_RETRY_AFTER),
        ("0", None),
        ("-3", None),
        ("soon", None),
        ("nan", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        (None, None),
    ],
)
def test_retry_after_is_read_within_reason(header: str | None, wish: float | None) -> None:
    response = fault(429)
    if header is not None:
        response.headers["retry-after"] = header
    error = trouble(Endpoint(response))
    assert isinstance(error, TeacherUnavailableError)
    assert error.retry_after == wish


# ---- servers that know less ----


def picky(body: Body) -> httpx2.Response:
    """Knows neither max_tokens nor temperature nor any response format."""
    if "max_tokens" in body:
        return fault(400, "Unsupported parameter: use 'max_completion_tokens' instead.")
    if "temperature" in body:
        return fault(400, "'temperature' does not support 0.7 with this model.")
    if "response_format" in body:
        return fault(400, f"response_format {body['response_format']['type']} is not supported")
    return body_of(ok("{}"))


def test_fields_that_a_server_refuses_are_left_out_one_attempt_each() -> None:
    endpoint = Endpoint(picky)

    async def work(teacher: OpenAITeacher) -> Reply:
        for sent in range(1, 5):
            with pytest.raises(TeacherUnavailableError) as caught:
                await teacher.ask(STRUCTURED)
            assert (caught.value.code, caught.value.billed, caught.value.retry_after) == ("adapted", False, 0.0)
            assert len(endpoint.bodies) == sent
        assert teacher.manners == Manners(schema="text", tokens_field="max_completion_tokens", sampling=False)
        return await teacher.ask(STRUCTURED)

    assert with_teacher(endpoint, work).text == "{}"
    formats = [body.get("response_format", {}).get("type") for body in endpoint.bodies]
    assert formats == ["json_schema", "json_schema", "json_schema", "json_object", None]
    assert endpoint.bodies[-1] == {
        "model": "m-1",
        "messages": endpoint.bodies[0]["messages"],
        "max_completion_tokens": 64,
    }


@pytest.mark.parametrize("status", [400, 404, 422, 500, 501])
def test_the_schema_falls_back_whatever_the_status_of_the_refusal(status: int) -> None:
    endpoint = Endpoint(fault(status, "json_schema is not implemented"), body_of(ok("{}")))

    async def work(teacher: OpenAITeacher) -> None:
        with pytest.raises(TeacherUnavailableError, match="trying without it"):
            await teacher.ask(STRUCTURED)
        await teacher.ask(STRUCTURED)

    with_teacher(endpoint, work)
    assert endpoint.bodies[1]["response_format"] == {"type": "json_object"}


def test_calls_sent_at_the_same_time_all_learn_from_one_refusal() -> None:
    endpoint = Endpoint(picky)

    async def work(teacher: OpenAITeacher) -> list[Reply | BaseException]:
        burst = await asyncio.gather(*(teacher.ask(STRUCTURED) for _ in range(8)), return_exceptions=True)
        assert {error.code for error in burst if isinstance(error, TeacherError)} == {"adapted"}
        for _ in range(4):
            burst = await asyncio.gather(*(teacher.ask(STRUCTURED) for _ in range(8)), return_exceptions=True)
        return burst

    assert all(isinstance(reply, Reply) for reply in with_teacher(endpoint, work))


def test_what_is_learned_is_not_unlearned_and_a_free_text_call_never_lowers_the_schema() -> None:
    endpoint = Endpoint(fault(400, "json_schema looks odd"))

    async def work(teacher: OpenAITeacher) -> str:
        with pytest.raises(TeacherRefusedError):
            await teacher.ask(CALL)
        return teacher.manners.schema

    assert with_teacher(endpoint, work) == "json_schema"


def test_a_server_that_refuses_even_plain_text_refuses_the_item() -> None:
    error = trouble(Endpoint(fault(400, "response_format again")), replace(STRUCTURED, schema=None))
    assert isinstance(error, TeacherRefusedError)
