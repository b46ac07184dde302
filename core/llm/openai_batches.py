"""The Batch API of an OpenAI-compatible endpoint: hand calls in as a file, look how far they are, fetch the answers.

Nothing is tried again here. Every failure is one of our own errors; whether an order was taken although its answer
got lost is found out by its metadata, which name our batch.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

import httpx2
import openai

from core.errors import TeacherError, UnusableReplyError
from core.llm.bodies import storable
from core.llm.openai_teacher import Bounded, OpenAITeacher
from core.llm.troubles import status_trouble, wire_trouble

T = TypeVar("T")
URL: Final = "/v1/chat/completions"
MARK = "studio_batch"
MOST_CALLS = 5_000
MOST_BYTES = 50_000_000
MOST_RESULT_BYTES = 400_000_000
MOST_LISTED = 2_000
ASK_SECONDS = 60.0
FILE_SECONDS = 900.0
ENDED = frozenset({"completed", "failed", "expired", "cancelled"})


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an order is, as the provider says; `problem` is why it was refused as a whole."""

    id: str
    status: str
    answered: int = 0
    files: tuple[str, ...] = ()
    problem: str = ""

    @property
    def ended(self) -> bool:
        """Will nothing more come of it?"""
        return self.status in ENDED


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one call: `status` and `body` of its answer, or status 0 and the error of a call without one."""

    call_id: str
    status: int
    body: str
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Results:
    """The outcomes in the files of a batch; `broken` counts lines that cannot be read."""

    outcomes: tuple[Outcome, ...]
    broken: int


def encoded(body: dict[str, Any]) -> bytes:
    """The body of one call as it stands in the file."""
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def line_of(call_id: str, body: bytes) -> bytes:
    """One line of the file: `call_id` comes back with the answer."""
    head = json.dumps({"custom_id": call_id, "method": "POST", "url": URL})
    return head[:-1].encode() + b', "body": ' + body + b"}\n"


class OpenAIBatches:
    """The batches of one endpoint, asked with the key of its teacher; raises TeacherError."""

    def __init__(self, teacher: OpenAITeacher, http_client: httpx2.AsyncClient | None = None) -> None:
        hooks = {"response": [_bound]}
        http = http_client or openai.DefaultAioHttpClient(follow_redirects=False, event_hooks=hooks)
        timeout = httpx2.Timeout(ASK_SECONDS, connect=5.0)
        self._client = teacher.client.with_options(
            http_client=http, timeout=timeout, default_headers={"Accept-Encoding": "identity"}
        )

    async def close(self) -> None:
        """Close the connection pool."""
        await self._client.close()

    async def upload(self, name: str, lines: Sequence[bytes]) -> str:
        """Send the file of an order; its id at the provider."""
        file = (f"{name}.jsonl", b"".join(lines), "application/jsonl")
        sent = await _mapped(self._client.files.create(file=file, purpose="batch"), FILE_SECONDS)
        return _text(sent, "id")

    async def order(self, file_id: str, batch_id: str) -> Standing:
        """Order the file; `batch_id` is our own name of the batch, by which `find` finds it."""
        return _standing(
            await _mapped(
                self._client.batches.create(
                    input_file_id=file_id, endpoint=URL, completion_window="24h", metadata={MARK: batch_id}
                )
            )
        )

    async def find(self, batch_id: str) -> Standing | None:
        """The order that carries our name, None if none of the latest ones does."""

        async def search() -> object:
            seen = 0
            async for told in self._client.batches.list(limit=100):
                metadata = told.metadata
                if isinstance(metadata, dict) and metadata.get(MARK) == batch_id:
                    return told
                seen += 1
                if seen >= MOST_LISTED:
                    break
            return None

        found = await _mapped(search())
        return _standing(found) if found is not None else None

    async def look(self, remote_id: str) -> Standing:
        """How far an order is."""
        return _standing(await _mapped(self._client.batches.retrieve(remote_id)))

    async def cancel(self, remote_id: str) -> None:
        """Ask for the end of an order; what is answered by then can still be fetched."""
        await _mapped(self._client.batches.cancel(remote_id))

    async def results(self, standing: Standing) -> Results:
        """What its files say."""
        outcomes: list[Outcome] = []
        broken = 0
        for file_id in standing.files:
            content = (await _mapped(self._client.files.content(file_id), FILE_SECONDS)).content
            for raw in content.split(b"\n"):
                if not raw.strip():
                    continue
                outcome = read_outcome(raw)
                if outcome is None:
                    broken += 1
                else:
                    outcomes.append(outcome)
        return Results(tuple(outcomes), broken)


async def _bound(response: httpx2.Response) -> None:
    response.stream = Bounded(cast("httpx2.AsyncByteStream", response.stream), MOST_RESULT_BYTES)


async def _mapped(sent: Awaitable[T], seconds: float = ASK_SECONDS) -> T:
    """Wait at most so long; every failure as one of our errors."""
    try:
        async with asyncio.timeout(seconds):
            return await sent
    except openai.APIStatusError as error:
        raise status_trouble(error.response) from error
    except Exception as error:
        raise wire_trouble(error) from error


def _standing(told: object) -> Standing:
    """Read an order strictly where it matters: its id and its status."""
    counts = getattr(told, "request_counts", None)
    answered = getattr(counts, "completed", 0)
    files = (getattr(told, "output_file_id", None), getattr(told, "error_file_id", None))
    problems = getattr(getattr(told, "errors", None), "data", None) or ()
    words = [str(getattr(problem, "message", None) or getattr(problem, "code", "")) for problem in problems]
    return Standing(
        id=_text(told, "id"),
        status=_text(told, "status"),
        answered=answered if isinstance(answered, int) and answered > 0 else 0,
        files=tuple(file for file in files if isinstance(file, str) and file),
        problem=storable(" ".join(dict.fromkeys(word for word in words if word)))[:500],
    )


def _text(told: object, name: str) -> str:
    value = getattr(told, name, None)
    if isinstance(value, str) and value:
        return storable(value)
    raise UnusableReplyError(
        "The provider's answer about a batch cannot be read.",
        "Test the connection on the Connections page.",
        code="unreadable",
        billed=True,
    )


def read_outcome(raw: bytes) -> Outcome | None:
    """One line of a file of results, None if it cannot be read."""
    try:
        line = json.loads(raw)
        call_id, response, error = line["custom_id"], line.get("response"), line.get("error")
        if not isinstance(call_id, str):
            return None
        if response is not None:
            body = response["body"]
            text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
            return Outcome(call_id, int(response["status_code"]), storable(text))
        code, message = str(error["code"]), str(error.get("message") or "no reason given")
        return Outcome(call_id, 0, "", storable(code)[:80], storable(message)[:500])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def trouble_of(outcome: Outcome) -> TeacherError:
    """The error of a call that was answered with another status than 200."""
    return status_trouble(httpx2.Response(outcome.status, text=outcome.body))
