"""What went wrong on the wire, in our own errors: may it be tried again, may it have been billed, what helps."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import httpx2

from core.errors import (
    TeacherError,
    TeacherRefusedError,
    TeacherRejectedError,
    TeacherUnavailableError,
    UnusableReplyError,
)
from core.llm.bodies import storable

MAX_RETRY_AFTER = 300.0
MOST_ERROR_TEXT = 2000
_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol)
_NEVER_CONNECTED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)


def wire_trouble(error: Exception) -> TeacherError:
    """The error of a call that brought no response."""
    causes = _causes(error)
    broken = any(isinstance(cause, (TimeoutError, httpx2.RequestError, aiohttp.ClientError)) for cause in causes)
    if broken and not any(isinstance(cause, httpx2.DecodingError) for cause in causes):
        return _broken(causes)
    return UnusableReplyError(
        f"The teacher sent something that is not an answer ({type(error).__name__}).",
        "Test the connection on the Connections page.",
        code="unreadable",
        billed=True,
    )


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
        return unavailable("The teacher cannot be reached.", code="connect", billed=False)
    late = (TimeoutError,) if own else (TimeoutError, httpx2.TimeoutException)
    if any(isinstance(cause, late) for cause in causes):
        return unavailable("The teacher did not answer in time.", code="timeout", billed=True)
    return unavailable("The connection broke before the answer was complete.", code="reset", billed=True)


def unavailable(
    message: str, *, code: str, billed: bool, status: int | None = None, raw: str = ""
) -> TeacherUnavailableError:
    """An error that is tried again."""
    hint = "It is tried again by itself; if this stays, test the connection on the Connections page."
    return TeacherUnavailableError(message, hint, code=code, billed=billed, status=status, raw=raw)


def status_trouble(response: httpx2.Response) -> TeacherError:
    """The error of a response with another status than 200; providers do not bill those."""
    status, raw = response.status_code, response.text[:MOST_ERROR_TEXT]
    told = _error_in(raw)
    words = f"The teacher answered {status}: {_reason(told)}"
    if "insufficient_quota" in (told.get("code"), told.get("type")) or status == 402:
        return TeacherRejectedError(words, "Top up the account, then resume.", code="quota", status=status, raw=raw)
    if status in {401, 403}:
        hint = "Check the key of this connection, then resume."
        return TeacherRejectedError(words, hint, code="key", status=status, raw=raw)
    if status == 404 or status < 400:
        hint = "Check the model name and the base URL of this connection, then resume."
        return TeacherRejectedError(words, hint, code="model", status=status, raw=raw)
    if status in {408, 409, 429} or status >= 500:
        busy = unavailable(words, code=f"http_{status}", billed=False, status=status, raw=raw)
        busy.retry_after = retry_after(response.headers.get("retry-after"))
        busy.limits = limits_in(response.headers)
        return busy
    hint = "Look at the request; a shorter prompt or another model may help."
    return TeacherRefusedError(words, hint, code=f"http_{status}", status=status, raw=raw)


def _error_in(raw: str) -> dict[str, Any]:
    """The error object of a body in OpenAI's shape; empty when there is none."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    told = body.get("error", body) if isinstance(body, dict) else {}
    return told if isinstance(told, dict) else {"message": told}


def _reason(told: dict[str, Any]) -> str:
    message = told.get("message")
    if isinstance(message, str) and message.strip():
        return storable(message).strip().rstrip(".")[:200] + "."
    return "no reason given."


def retry_after(value: str | None) -> float | None:
    """Seconds from a number or an HTTP date, five minutes at most; None for anything else."""
    try:
        seconds = float(value) if value else None
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value or "").astimezone(UTC) - datetime.now(UTC)).total_seconds()
        except (ValueError, OverflowError):
            return None
    return min(seconds, MAX_RETRY_AFTER) if seconds and seconds > 0 else None


def limits_in(headers: httpx2.Headers) -> dict[str, str]:
    """What the server says of its rate limits."""
    return {name: value for name, value in headers.items() if name.startswith("x-ratelimit-")}
