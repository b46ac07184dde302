"""A teacher behind any OpenAI-compatible endpoint. The only module that imports openai.

The client never retries by itself; a total deadline beats bodies that drip. The body is kept as it came and read by
our own strict shape, because the client accepts nearly anything as success. Servers that refuse a JSON schema, the
name of the token limit or a sampling field are met half-way: the teacher remembers what to leave out and reports the
call as to be tried again, so that each attempt stays a ledger row of its own.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, replace
from typing import Any

import httpx2
import openai

from core.domain.calls import Call, Reply
from core.domain.money import Usage
from core.errors import (
    TeacherError,
    TeacherRefusedError,
    TeacherRejectedError,
    TeacherUnavailableError,
    UnusableReplyError,
)

MAX_RETRY_AFTER = 300.0
_SCHEMA_LEVELS = ("json_schema", "json_object", "text")
_SCHEMA_WORDS = ("response_format", "json_schema", "grammar")
_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol)


@dataclass
class Manners:
    """What this server was found to accept."""

    schema: str = "json_schema"
    tokens_field: str = "max_tokens"
    sampling: bool = True


class OpenAITeacher:
    """One endpoint with one key; safe to use from many tasks of one event loop."""

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        deadline: float = 120.0,
        manners: Manners | None = None,
        http_client: httpx2.AsyncClient | None = None,
    ) -> None:
        self._deadline = deadline
        self.manners = manners or Manners()
        self._client = openai.AsyncOpenAI(
            base_url=base_url,
            api_key=key or "none",
            max_retries=0,
            timeout=httpx2.Timeout(60.0, connect=5.0, read=deadline),
            http_client=http_client or openai.DefaultAsyncHttpx2Client(follow_redirects=False),
        )

    async def close(self) -> None:
        """Close the connection pool."""
        await self._client.close()

    async def models(self) -> list[str]:
        """Ids of the models that the endpoint lists; raises TeacherError."""
        try:
            async with asyncio.timeout(15):
                page = await self._client.models.list()
            return sorted(model.id for model in page.data or () if isinstance(model.id, str))
        except Exception as error:
            raise self._translated(error, Manners(), had_schema=False) from error

    async def ask(self, call: Call) -> Reply:
        """Send one chat completion; the reply is whatever came, unjudged but well formed."""
        started = time.monotonic()
        sent = replace(self.manners)
        try:
            async with asyncio.timeout(self._deadline):
                response = await self._client.chat.completions.with_raw_response.create(**self._body(call))
                content = response.http_response.content
        except Exception as error:
            raise self._translated(error, sent, had_schema=call.schema is not None) from error
        return read_body(content.decode("utf-8", "replace"), int((time.monotonic() - started) * 1000), call.model)

    def _body(self, call: Call) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": call.model,
            "messages": [{"role": message.role, "content": message.content} for message in call.messages],
            self.manners.tokens_field: call.max_tokens,
        }
        if self.manners.sampling:
            body |= {"temperature": call.temperature, "top_p": call.top_p}
        if call.schema is not None and self.manners.schema == "json_schema":
            form = {"name": call.schema_name or "reply", "strict": True, "schema": call.schema}
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        elif call.schema is not None and self.manners.schema == "json_object":
            body["response_format"] = {"type": "json_object"}
        return body

    def _translated(self, error: Exception, sent: Manners, *, had_schema: bool) -> TeacherError:
        if isinstance(error, openai.APIStatusError):
            adapted = self._adapt(error, sent, had_schema=had_schema)
            return adapted or _status_error(error)
        if isinstance(error, (TimeoutError, openai.APITimeoutError)):
            left = not isinstance(error.__cause__, _NEVER_SENT)
            return _unavailable("The teacher did not answer in time.", code="timeout", billed=left)
        if isinstance(error, openai.APIConnectionError):
            left = not isinstance(error.__cause__, _NEVER_SENT)
            words = "The connection broke before the answer was complete." if left else "The teacher cannot be reached."
            return _unavailable(words, code="reset" if left else "connect", billed=left)
        return UnusableReplyError(
            f"The teacher sent something that is not an answer ({type(error).__name__}).",
            "Test the connection on the Connections page.",
            code="unreadable",
            billed=True,
        )

    def _adapt(self, error: openai.APIStatusError, sent: Manners, *, had_schema: bool) -> TeacherError | None:
        """Leave out what the server refused and ask for another attempt; None when nothing is left to leave out.

        `sent` is how this very call was made: others may have taught the teacher better meanwhile.
        """
        if error.status_code not in {400, 404, 422, 500, 501}:
            return None
        words = _error_text(error).lower()
        manners = self.manners
        if "max_completion_tokens" in words and sent.tokens_field == "max_tokens":
            manners.tokens_field = "max_completion_tokens"
        elif ("temperature" in words or "top_p" in words) and sent.sampling and error.status_code == 400:
            manners.sampling = False
        elif had_schema and sent.schema != "text" and any(w in words for w in _SCHEMA_WORDS):
            if manners.schema == sent.schema:
                manners.schema = _SCHEMA_LEVELS[_SCHEMA_LEVELS.index(sent.schema) + 1]
        else:
            return None
        adapted = _unavailable("The server refused a request field; trying without it.", code="adapted", billed=False)
        adapted.retry_after = 0.0
        return adapted


def _unavailable(
    message: str, *, code: str, billed: bool, status: int | None = None, raw: str = ""
) -> TeacherUnavailableError:
    hint = "It is tried again by itself; if this stays, test the connection on the Connections page."
    return TeacherUnavailableError(message, hint, code=code, billed=billed, status=status, raw=raw)


def _error_text(error: openai.APIStatusError) -> str:
    return error.response.text[:2000]


def _status_error(error: openai.APIStatusError) -> TeacherError:
    status, raw = error.status_code, _error_text(error)
    words = f"The teacher answered {status}: {_reason(error)}"
    if "insufficient_quota" in (error.code, error.type) or status == 402:
        return TeacherRejectedError(words, "Top up the account, then resume.", code="quota", status=status, raw=raw)
    if status in {401, 403}:
        hint = "Check the key of this connection, then resume."
        return TeacherRejectedError(words, hint, code="key", status=status, raw=raw)
    if status == 404 or status < 400:
        hint = "Check the model name and the base URL of this connection, then resume."
        return TeacherRejectedError(words, hint, code="model", status=status, raw=raw)
    if status in {408, 409, 429} or status >= 500:
        unavailable = _unavailable(words, code=f"http_{status}", billed=False, status=status, raw=raw)
        unavailable.retry_after = _retry_after(error.response.headers.get("retry-after"))
        return unavailable
    hint = "Look at the request; a shorter prompt or another model may help."
    return TeacherRefusedError(words, hint, code=f"http_{status}", status=status, raw=raw)


def _reason(error: openai.APIStatusError) -> str:
    body = error.body
    if isinstance(body, dict) and isinstance(body.get("message"), str):
        return _storable(body["message"]).strip().rstrip(".")[:200] + "."
    return "no reason given."


def _retry_after(value: str | None) -> float | None:
    try:
        seconds = float(value) if value else None
    except ValueError:
        return None
    return min(seconds, MAX_RETRY_AFTER) if seconds and seconds > 0 else None


def read_body(raw: str, latency_ms: int, model: str) -> Reply:
    """Read a 200 body strictly; raises UnusableReplyError with the body in `raw`."""
    try:
        body = json.loads(raw)
        choice = body["choices"][0]
        message = choice["message"]
        content, refusal = message.get("content"), message.get("refusal")
        if not isinstance(content, str | None) or not isinstance(refusal, str | None) or not isinstance(message, dict):
            raise TypeError("content is not text")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise UnusableReplyError(
            "The teacher sent a body without an answer.",
            "Test the connection on the Connections page.",
            code="unreadable",
            billed=True,
            status=200,
            raw=raw[:100_000],
        ) from error
    return Reply(
        text=_storable(content or ""),
        finish_reason=_storable(str(choice.get("finish_reason") or "")),
        usage=read_usage(body.get("usage")),
        model=_storable(str(body.get("model") or model)),
        raw=raw,
        latency_ms=latency_ms,
        refusal=_storable(refusal or ""),
    )


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def read_usage(value: object) -> Usage | None:
    """Token counts as sent, absurd ones included; None when they are missing or not numbers."""
    if not isinstance(value, dict):
        return None
    details = value.get("prompt_tokens_details")
    more = value.get("completion_tokens_details")
    counts = (
        value.get("prompt_tokens"),
        value.get("completion_tokens"),
        details.get("cached_tokens") if isinstance(details, dict) else 0,
        more.get("reasoning_tokens") if isinstance(more, dict) else 0,
    )
    if any(isinstance(count, bool) or not isinstance(count, int | None) for count in counts):
        return None
    prompt, completion, cached, reasoning = counts
    if prompt is None or completion is None:
        return None
    limit = 2**53
    return Usage(*(max(-1, min(count or 0, limit)) for count in (prompt, completion, cached, reasoning)))
