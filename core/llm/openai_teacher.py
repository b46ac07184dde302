"""A teacher behind any OpenAI-compatible endpoint. The only module that imports openai.

The client never retries by itself; a total deadline beats bodies that drip, a size limit beats bodies that never end.
The body is kept as it came and read by our own strict shape (`core.llm.bodies`). Servers that refuse a JSON schema, the
name of the token limit or a sampling field are met half-way: the teacher remembers what to leave out and reports the
call as to be tried again, so that each attempt stays a ledger row of its own.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, cast

import aiohttp
import httpx2
import openai

from core.domain.calls import Call, Reply
from core.errors import (
    TeacherError,
    TeacherRefusedError,
    TeacherRejectedError,
    TeacherUnavailableError,
    UnusableReplyError,
)
from core.llm.bodies import read_body, storable

MAX_RETRY_AFTER = 300.0
_SCHEMA_LEVELS = ("json_schema", "json_object", "text")
_SCHEMA_WORDS = ("response_format", "json_schema", "grammar")
_SEVERAL_WORDS = re.compile(r"\bn\b|choice|one completion|multiple completions")
_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol)
_NEVER_CONNECTED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
MOST_BYTES = 16_000_000
MOST_PACKED_BYTES = 1_000_000
ANSWERS_AT_ONCE = 8
CLIENT_ID = "X-Client-Request-Id"


@dataclass
class Manners:
    """What this server was found to accept; `several` says whether it gives several answers in one call."""

    schema: str = "json_schema"
    tokens_field: str = "max_tokens"
    sampling: bool = True
    several: bool = True


class _Bounded(httpx2.AsyncByteStream):
    """A body that may not be longer than `most` bytes."""

    def __init__(self, inner: httpx2.AsyncByteStream, most: int) -> None:
        self._inner, self._most = inner, most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        seen = 0
        async for chunk in self._inner:
            seen += len(chunk)
            if seen > self._most:
                raise httpx2.DecodingError(f"the body is longer than {self._most:,} bytes")
            yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()


async def _bound(response: httpx2.Response) -> None:
    most = MOST_PACKED_BYTES if response.headers.get("content-encoding") else MOST_BYTES
    response.stream = _Bounded(cast("httpx2.AsyncByteStream", response.stream), most)


def _http_client() -> httpx2.AsyncClient:
    """The aiohttp transport needs half the processor time of the default one."""
    return openai.DefaultAioHttpClient(follow_redirects=False, event_hooks={"response": [_bound]})


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
            http_client=http_client or _http_client(),
            default_headers={"Accept-Encoding": "identity"},
        )

    @property
    def answers_at_once(self) -> int:
        """How many answers to one prompt it is asked for in one call."""
        return ANSWERS_AT_ONCE if self.manners.several else 1

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
            raise self._translated(error, Manners(), None) from error

    async def ask(self, call: Call) -> Reply:
        """Send one chat completion; the reply is whatever came, unjudged but well formed."""
        started = time.monotonic()
        sent = replace(self.manners)
        headers = {CLIENT_ID: call.client_id} if call.client_id else {}
        try:
            async with asyncio.timeout(self._deadline):
                response = await self._client.post(
                    "/chat/completions",
                    body=self.body(call),
                    cast_to=httpx2.Response,
                    options={"headers": headers, "idempotency_key": call.client_id or "none"},
                )
                content = response.content
        except Exception as error:
            raise self._translated(error, sent, call) from error
        milliseconds = int((time.monotonic() - started) * 1000)
        reply = read_body(content.decode("utf-8", "replace"), milliseconds, call.model, call.answers)
        if len(reply.further) + 1 < call.answers:
            self.manners.several = False
        return replace(reply, limits=_limits(response.headers))

    def body(self, call: Call) -> dict[str, Any]:
        """The JSON body of a call, as this server takes it."""
        body: dict[str, Any] = {
            "model": call.model,
            "messages": [{"role": message.role, "content": message.content} for message in call.messages],
            self.manners.tokens_field: call.max_tokens,
        }
        if self.manners.sampling:
            body |= {"temperature": call.temperature, "top_p": call.top_p}
        if call.answers > 1:
            body["n"] = call.answers
        if call.schema is not None and self.manners.schema == "json_schema":
            form = {"name": call.schema_name or "reply", "strict": True, "schema": call.schema}
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        elif call.schema is not None and self.manners.schema == "json_object":
            body["response_format"] = {"type": "json_object"}
        return body

    def _translated(self, error: Exception, sent: Manners, call: Call | None) -> TeacherError:
        if isinstance(error, openai.APIStatusError):
            adapted = self._adapt(error, sent, call) if call else None
            return adapted or _status_error(error)
        causes = _causes(error)
        unpackable = any(isinstance(cause, httpx2.DecodingError) for cause in causes)
        if isinstance(error, (TimeoutError, openai.APIConnectionError)) and not unpackable:
            return _broken(causes)
        return UnusableReplyError(
            f"The teacher sent something that is not an answer ({type(error).__name__}).",
            "Test the connection on the Connections page.",
            code="unreadable",
            billed=True,
        )

    def _adapt(self, error: openai.APIStatusError, sent: Manners, call: Call) -> TeacherError | None:
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
        elif call.answers > 1 and _SEVERAL_WORDS.search(words):
            manners.several = False
        elif call.schema is not None and sent.schema != "text" and any(w in words for w in _SCHEMA_WORDS):
            if manners.schema == sent.schema:
                manners.schema = _SCHEMA_LEVELS[_SCHEMA_LEVELS.index(sent.schema) + 1]
        else:
            return None
        adapted = _unavailable("The server refused a request field; trying without it.", code="adapted", billed=False)
        adapted.retry_after = 0.0
        return adapted


def _causes(error: BaseException | None) -> list[BaseException]:
    """The error and what caused it, outermost first."""
    found: list[BaseException] = []
    while error is not None and len(found) < 8:
        found.append(error)
        error = error.__cause__
    return found


def _broken(causes: list[BaseException]) -> TeacherUnavailableError:
    """No connection, no answer in time, or a connection that broke; only the first is certainly not billed.

    The transport reports a server that hung up as a connect timeout; its own cause tells the two apart.
    """
    own = [cause for cause in causes if isinstance(cause, aiohttp.ClientError)]
    never = _NEVER_CONNECTED if own else _NEVER_SENT
    if any(isinstance(cause, never) for cause in causes):
        return _unavailable("The teacher cannot be reached.", code="connect", billed=False)
    late = (TimeoutError,) if own else (TimeoutError, httpx2.TimeoutException)
    if any(isinstance(cause, late) for cause in causes):
        return _unavailable("The teacher did not answer in time.", code="timeout", billed=True)
    return _unavailable("The connection broke before the answer was complete.", code="reset", billed=True)


def _limits(headers: httpx2.Headers) -> dict[str, str]:
    """What the server says of its rate limits."""
    return {name: value for name, value in headers.items() if name.startswith("x-ratelimit-")}


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
        unavailable.limits = _limits(error.response.headers)
        return unavailable
    hint = "Look at the request; a shorter prompt or another model may help."
    return TeacherRefusedError(words, hint, code=f"http_{status}", status=status, raw=raw)


def _reason(error: openai.APIStatusError) -> str:
    body = error.body
    if isinstance(body, dict) and isinstance(body.get("message"), str):
        return storable(body["message"]).strip().rstrip(".")[:200] + "."
    return "no reason given."


def _retry_after(value: str | None) -> float | None:
    """Seconds from a number or an HTTP date, five minutes at most; None for anything else."""
    try:
        seconds = float(value) if value else None
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value or "").astimezone(UTC) - datetime.now(UTC)).total_seconds()
        except (ValueError, OverflowError):
            return None
    return min(seconds, MAX_RETRY_AFTER) if seconds and seconds > 0 else None
