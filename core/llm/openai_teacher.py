"""A teacher behind any OpenAI-compatible endpoint. Only this module and `openai_batches` import openai.

The client never retries by itself; a total deadline beats bodies that drip, a size limit beats bodies that never end.
The body is kept as it came and read by our own strict shape (`core.llm.bodies`). Servers that refuse a JSON schema, the
name of the token limit or a sampling field are met half-way: the teacher remembers what to leave out and reports the
call as to be tried again, so that each attempt stays a ledger row of its own.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any, cast

import httpx2
import openai

from core.domain.calls import Call, Reply
from core.errors import TeacherError
from core.llm.bodies import read_body
from core.llm.troubles import limits_in, status_trouble, unavailable, wire_trouble

_SCHEMA_LEVELS = ("json_schema", "json_object", "text")
_SCHEMA_WORDS = ("response_format", "json_schema", "grammar")
_SEVERAL_WORDS = re.compile(r"\bn\b|choice|one completion|multiple completions")
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


class Bounded(httpx2.AsyncByteStream):
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
    response.stream = Bounded(cast("httpx2.AsyncByteStream", response.stream), most)


class OpenAITeacher:
    """One endpoint with one key; safe to use from many tasks of one event loop. The aiohttp transport of the openai
    package needs half the processor time of its default one.
    """

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
        self._http = http_client or openai.DefaultAioHttpClient(
            follow_redirects=False, event_hooks={"response": [_bound]}
        )
        self.client = openai.AsyncOpenAI(
            base_url=base_url,
            api_key=key or "none",
            max_retries=0,
            timeout=httpx2.Timeout(60.0, connect=5.0, read=deadline),
            http_client=self._http,
        )
        self._url = httpx2.URL(f"{base_url.rstrip('/')}/chat/completions")
        self._headers = {
            "Authorization": f"Bearer {key or 'none'}",
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": f"glan-studio openai/{openai.__version__}",
        }
        self._timeouts = {"timeout": {"connect": 5.0, "read": deadline, "write": 60.0, "pool": 60.0}}

    @property
    def answers_at_once(self) -> int:
        """How many answers to one prompt it is asked for in one call."""
        return ANSWERS_AT_ONCE if self.manners.several else 1

    async def close(self) -> None:
        """Close the connection pool."""
        await self.client.close()

    async def models(self) -> list[str]:
        """Ids of the models that the endpoint lists; raises TeacherError."""
        try:
            async with asyncio.timeout(15):
                page = await self.client.models.list()
            return sorted(model.id for model in page.data or () if isinstance(model.id, str))
        except openai.APIStatusError as error:
            raise status_trouble(error.response) from error
        except Exception as error:
            raise wire_trouble(error) from error

    async def ask(self, call: Call) -> Reply:
        """Send one chat completion; the reply is whatever came, unjudged but well formed.

        It goes straight through the client's own HTTP client: building the request by hand needs a quarter of the
        processor time of the client's resource methods.
        """
        started = time.monotonic()
        sent = replace(self.manners)
        try:
            async with asyncio.timeout(self._deadline):
                response = await self._http.send(self._request(call))
        except Exception as error:
            raise wire_trouble(error) from error
        if response.status_code != 200:
            raise self.adapted(response, sent, call) or status_trouble(response)
        milliseconds = int((time.monotonic() - started) * 1000)
        reply = read_body(response.content.decode("utf-8", "replace"), milliseconds, call.model, call.answers)
        if len(reply.further) + 1 < call.answers:
            self.manners.several = False
        limits = limits_in(response.headers)
        return replace(reply, limits=limits) if limits else reply

    def _request(self, call: Call) -> httpx2.Request:
        headers = {**self._headers, CLIENT_ID: call.client_id} if call.client_id else self._headers
        content = json.dumps(self.body(call), ensure_ascii=False).encode("utf-8", "replace")
        return httpx2.Request("POST", self._url, headers=headers, content=content, extensions=self._timeouts)

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

    def adapted(self, response: httpx2.Response, sent: Manners, call: Call) -> TeacherError | None:
        """Leave out what the server refused and ask for another attempt; None when nothing is left to leave out.

        `sent` is how this very call was made: others may have taught the teacher better meanwhile.
        """
        if response.status_code not in {400, 404, 422, 500, 501}:
            return None
        words = response.text[:2000].lower()
        manners = self.manners
        if "max_completion_tokens" in words and sent.tokens_field == "max_tokens":
            manners.tokens_field = "max_completion_tokens"
        elif ("temperature" in words or "top_p" in words) and sent.sampling and response.status_code == 400:
            manners.sampling = False
        elif call.answers > 1 and _SEVERAL_WORDS.search(words):
            manners.several = False
        elif call.schema is not None and sent.schema != "text" and any(w in words for w in _SCHEMA_WORDS):
            if manners.schema == sent.schema:
                manners.schema = _SCHEMA_LEVELS[_SCHEMA_LEVELS.index(sent.schema) + 1]
        else:
            return None
        adapted = unavailable("The server refused a request field; trying without it.", code="adapted", billed=False)
        adapted.retry_after = 0.0
        return adapted
