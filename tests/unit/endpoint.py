"""An OpenAI-compatible endpoint for tests: it answers as told through MockTransport and counts what reaches it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, TypeVar

import httpx2
import pytest

from core.domain.calls import Call, Message, Reply, Stage
from core.errors import TeacherError
from core.llm.openai_teacher import Manners, OpenAITeacher

T = TypeVar("T")
Body = dict[str, Any]
FORM = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
CALL = Call(
    stage=Stage.ANSWER,
    model="m-1",
    messages=(Message("system", "Be brief."), Message("user", "What is 2 + 2?")),
    temperature=0.7,
    top_p=0.95,
    max_tokens=64,
    template="answer",
    template_hash="h",
)
STRUCTURED = replace(CALL, schema=FORM, schema_name="Form")


def ok(content: object = "Four.", **more: object) -> Body:
    """A well-formed completion; `more` replaces top-level fields."""
    choice = {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15}
    return {"id": "c", "object": "chat.completion", "model": "m-1-2026", "choices": [choice], "usage": usage, **more}


def fault(status: int, message: str = "no", **fields: object) -> httpx2.Response:
    """An error body in OpenAI's shape."""
    return httpx2.Response(status, json={"error": {"message": message, **fields}})


class Endpoint:
    """Counts the requests that reach it and keeps their bodies."""

    def __init__(self, *answers: httpx2.Response | Exception | Callable[[Body], httpx2.Response]) -> None:
        self._answers = list(answers)
        self.bodies: list[Body] = []
        self.headers: list[httpx2.Headers] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.bodies.append(json.loads(request.content) if request.content else {})
        self.headers.append(request.headers)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx2.Response) else answer(self.bodies[-1])


def with_teacher(
    endpoint: Endpoint,
    work: Callable[[OpenAITeacher], Coroutine[Any, Any, T]],
    *,
    deadline: float = 5.0,
    manners: Manners | None = None,
) -> T:
    """Run `work` with a teacher on this endpoint."""

    async def go() -> T:
        client = httpx2.AsyncClient(transport=httpx2.MockTransport(endpoint))
        teacher = OpenAITeacher(
            "http://teacher.test/v1", "sk-secret", deadline=deadline, manners=manners, http_client=client
        )
        try:
            return await work(teacher)
        finally:
            await teacher.close()

    return asyncio.run(go())


def ask(endpoint: Endpoint, call: Call = CALL, *, deadline: float = 5.0, manners: Manners | None = None) -> Reply:
    """One answer."""
    return with_teacher(endpoint, lambda teacher: teacher.ask(call), deadline=deadline, manners=manners)


def trouble(endpoint: Endpoint, call: Call = CALL, *, deadline: float = 5.0) -> TeacherError:
    """The error of one call, after which exactly one request was sent."""
    with pytest.raises(TeacherError) as caught:
        ask(endpoint, call, deadline=deadline)
    assert len(endpoint.bodies) == 1
    return caught.value


def body_of(response: Body | list[Any] | str | bytes) -> httpx2.Response:
    """A 200 with this body."""
    if isinstance(response, (str, bytes)):
        return httpx2.Response(200, content=response)
    return httpx2.Response(200, json=response)
