"""What the teacher makes of bodies: usage that lies, successes without an answer, texts that cannot be stored."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from core.domain.money import Price, Usage, assess
from core.errors import TeacherError, TeacherRejectedError, UnusableReplyError
from tests.unit.endpoint import Body, Endpoint, ask, body_of, fault, ok, trouble, with_teacher

# ---- usage that lies ----


def usage_of(value: object) -> Usage | None:
    return ask(Endpoint(body_of(ok(usage=value)))).usage


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "many",
        7,
        {},
        {"prompt_tokens": 5},
        {"prompt_tokens": "12", "completion_tokens": "3"},
        {"prompt_tokens": None, "completion_tokens": 3},
        {"prompt_tokens": 1.5, "completion_tokens": 3},
        {"prompt_tokens": True, "completion_tokens": 3},
        {"prompt_tokens": 1e18, "completion_tokens": 3},
    ],
)
def test_usage_that_is_no_count_is_no_usage(value: object) -> None:
    assert usage_of(value) is None


@pytest.mark.parametrize(
    "value",
    [
        {"prompt_tokens": -5, "completion_tokens": 3},
        {"prompt_tokens": 10**18, "completion_tokens": 3},
        {"prompt_tokens": 12, "completion_tokens": -(10**30)},
        {"prompt_tokens": 12, "completion_tokens": 0},
        {"prompt_tokens": 12, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 13}},
    ],
)
def test_absurd_usage_is_kept_as_sent_but_booked_at_the_hold(value: Body) -> None:
    usage = usage_of(value)
    assert usage is not None
    charge = assess(Price(10, 10, 10), usage, hold=777, ceiling=200, max_tokens=64, text="Four.")
    assert (charge.cost, charge.measured) == (777, False)
    assert charge.flag


def test_details_that_are_missing_or_odd_count_as_none() -> None:
    value = {"prompt_tokens": 12, "completion_tokens": 3, "prompt_tokens_details": None}
    assert usage_of(value) == Usage(12, 3)
    assert usage_of({**value, "completion_tokens_details": "none"}) == Usage(12, 3)
    assert usage_of({**value, "prompt_tokens_details": {"cached_tokens": None}}) == Usage(12, 3)


# ---- bodies that are no answer ----


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": "overloaded", "code": "insufficient_quota"}},
        {"choices": None},
        {"choices": []},
        {"choices": [None]},
        {"choices": ["text"]},
        {"choices": [{"message": None}]},
        {"choices": [{"message": []}]},
        {"choices": [{"message": {"content": [{"type": "text", "text": "Four."}]}}]},
        {"choices": [{"message": {"content": 4}}]},
        {"choices": [{"message": {"content": "x", "refusal": 4}}]},
        [],
        "null",
        "",
        "<html><body>Bad gateway</body></html>",
        '{"choices": [{"message": {"content": "cut',
        b"\xff\xfe\x00",
        "[" * 100_000,
    ],
)
def test_a_success_without_an_answer_is_unusable_billed_and_kept_raw(body: Body | list[Any] | str | bytes) -> None:
    response = body_of(body)
    error = trouble(Endpoint(response))
    assert isinstance(error, UnusableReplyError)
    assert (error.code, error.billed, error.status) == ("unreadable", True, 200)
    assert error.raw == response.content.decode("utf-8", "replace")[:100_000]


def test_no_content_is_an_empty_text() -> None:
    reply = ask(Endpoint(body_of(ok(None))))
    assert (reply.text, reply.refusal, reply.finish_reason) == ("", "", "stop")


def test_a_refusal_stands_beside_the_text() -> None:
    choice = {"message": {"content": None, "refusal": "I cannot help."}, "finish_reason": "stop"}
    reply = ask(Endpoint(body_of(ok(choices=[choice]))))
    assert (reply.text, reply.refusal) == ("", "I cannot help.")


@pytest.mark.parametrize("reason", ["length", "content_filter", "tool_calls"])
def test_the_finish_reason_is_passed_on_unjudged(reason: str) -> None:
    choice = {"message": {"content": "Fo"}, "finish_reason": reason}
    assert ask(Endpoint(body_of(ok(choices=[choice])))).finish_reason == reason


def test_missing_model_and_finish_reason_are_filled() -> None:
    reply = ask(Endpoint(body_of({"choices": [{"message": {"content": "Four."}}]})))
    assert (reply.model, reply.finish_reason, reply.usage) == ("m-1", "", None)


def test_every_text_of_a_reply_can_be_stored() -> None:
    body = (
        '{"model": "\\ud800m", "choices": [{"finish_reason": "\\udfff", "message":'
        ' {"content": "a\\ud800b\\u0000c\\ud83d\\ude00", "refusal": "\\udc00"}}]}'
    )
    reply = ask(Endpoint(body_of(body)))
    assert reply.text == "a?bc\N{GRINNING FACE}"
    for text in (reply.text, reply.refusal, reply.model, reply.finish_reason, reply.raw):
        text.encode("utf-8")
        assert "\x00" not in text


def test_every_text_of_an_error_can_be_stored() -> None:
    error = trouble(Endpoint(httpx2.Response(500, content=b'{"error": {"message": "\\ud800 bad \\u0000"}}')))
    (error.message + error.raw).encode("utf-8")
    assert "\x00" not in error.message


# ---- listing models ----


def models(response: httpx2.Response | Exception) -> list[str]:
    return with_teacher(Endpoint(response), lambda teacher: teacher.models())


def test_models_are_listed_in_order() -> None:
    listed: Body = {"object": "list", "data": [{"id": "b"}, {"id": "a"}, {"id": 7}]}
    assert models(body_of(listed)) == ["a", "b"]


def test_an_endpoint_without_models_lists_none() -> None:
    assert models(body_of({"object": "list", "data": None})) == []
    assert models(body_of({"object": "list"})) == []


@pytest.mark.parametrize("body", ["<html></html>", [], {"data": ["a"]}, {"data": 5}])
def test_a_list_of_models_that_is_none_is_told_as_a_teacher_error(body: Body | list[Any] | str) -> None:
    with pytest.raises(TeacherError):
        models(body_of(body))


def test_a_wrong_key_is_told_when_models_are_listed() -> None:
    with pytest.raises(TeacherRejectedError) as caught:
        models(fault(401))
    assert caught.value.code == "key"
