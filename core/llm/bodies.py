"""Read the body of a chat completion by our own strict shape: clients accept nearly anything as success."""

from __future__ import annotations

import json
from typing import Any

from core.domain.calls import Further, Reply
from core.domain.money import Usage
from core.errors import UnusableReplyError


def read_body(raw: str, latency_ms: int, model: str, answers: int = 1) -> Reply:
    """Read a 200 body strictly, at most `answers` choices; raises UnusableReplyError with the body in `raw`."""
    try:
        body = json.loads(raw)
        first, *others = [_read_choice(choice) for choice in body["choices"][: max(1, answers)]]
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
        text=first.text,
        finish_reason=first.finish_reason,
        usage=read_usage(body.get("usage")),
        model=storable(str(body.get("model") or model)),
        raw=raw,
        latency_ms=latency_ms,
        refusal=first.refusal,
        further=tuple(others),
    )


def _read_choice(choice: dict[str, Any]) -> Further:
    message = choice["message"]
    content, refusal = message.get("content"), message.get("refusal")
    if not isinstance(content, str | None) or not isinstance(refusal, str | None) or not isinstance(message, dict):
        raise TypeError("content is not text")
    reason = storable(str(choice.get("finish_reason") or ""))
    return Further(storable(content or ""), reason, storable(refusal or ""))


def storable(text: str) -> str:
    """The text without what a database cannot keep: lone surrogates and NUL."""
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
