"""Answers with an error status. None of them is billed."""

from __future__ import annotations

import json
import time
from email.utils import formatdate

from tests.bank.modes.mode import status
from tests.bank.wire import Response

RETRY_SECONDS = 1


def error(code: int, message: str, reason: str | None = None, *, kind: str = "", **headers: str) -> Response:
    """An error in OpenAI's shape; underscores in the names of headers become hyphens."""
    kind = kind or ("invalid_request_error" if code < 500 else "server_error")
    text = {"error": {"message": message, "type": kind, "param": None, "code": reason}}
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Response(code, json.dumps(text).encode(), named)


def too_many(**headers: str) -> Response:
    """A rate limit was hit."""
    return error(429, "Rate limit reached.", "rate_limit_exceeded", kind="requests", **headers)


@status
def http_400_context() -> Response:
    """400: the prompt is longer than the model's context."""
    return error(400, "This model's maximum context length is 8192 tokens.", "context_length_exceeded")


@status
def http_401() -> Response:
    """401: the key is wrong."""
    return error(401, "Incorrect API key provided.", "invalid_api_key")


@status
def http_403() -> Response:
    """403: the key may not use this."""
    return error(403, "Your project does not have access to this model.", "permission_denied")


@status
def http_404_model() -> Response:
    """404: no such model."""
    return error(404, "The model does not exist or you do not have access to it.", "model_not_found")


@status
def http_413() -> Response:
    """413: the request is too large, said in plain text."""
    return Response(413, b"Request Entity Too Large", content_type="text/plain")


@status
def http_422() -> Response:
    """422: a field is not valid, with a list of details as some servers send it."""
    detail = [{"loc": ["body", "temperature"], "msg": "Input should be less than 2", "type": "less_than"}]
    return Response(422, json.dumps({"detail": detail}).encode())


@status
def http_429() -> Response:
    """429 without any word on when to come back."""
    return too_many()


@status
def http_429_seconds() -> Response:
    """429 with Retry-After in seconds."""
    return too_many(Retry_After=str(RETRY_SECONDS))


@status
def http_429_date() -> Response:
    """429 with Retry-After as a date."""
    return too_many(Retry_After=formatdate(time.time() + RETRY_SECONDS + 1, usegmt=True))


@status
def http_429_absurd() -> Response:
    """429 with a Retry-After of three thousand years."""
    return too_many(Retry_After="99999999999")


@status
def http_429_quota() -> Response:
    """429 because the money is gone: trying again cannot help."""
    return error(429, "You exceeded your current quota.", "insufficient_quota", kind="insufficient_quota")


@status
def http_500() -> Response:
    """500: the server failed."""
    return error(500, "The server had an error while processing your request.")


@status
def http_502_html() -> Response:
    """502 with a page from a proxy in front."""
    page = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
    return Response(502, page, content_type="text/html")


@status
def http_503() -> Response:
    """503: overloaded."""
    return error(503, "The engine is currently overloaded.", kind="overloaded")


@status
def http_504() -> Response:
    """504: a gateway gave up waiting."""
    return error(504, "Gateway time-out.")


@status
def http_529() -> Response:
    """529: overloaded, with a status outside the usual list."""
    return error(529, "Overloaded.", kind="overloaded_error")
