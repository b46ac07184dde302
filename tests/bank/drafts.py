"""An honest completion before a fault spoils it, with the usage that is billed for it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.bank import forms
from tests.bank.billing import Usage, tokens
from tests.bank.phrases import passage

Body = dict[str, Any]
_UNLIMITED = 10**9


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for a completion; `seed` and `digest` (of its bytes) decide the answer, `number` only its id."""

    body: Body
    digest: str
    number: int
    seed: int

    @property
    def model(self) -> str:
        """As named in the request."""
        return str(self.body.get("model", ""))

    @property
    def n(self) -> int:
        """Answers wanted."""
        count = self.body.get("n")
        return count if isinstance(count, int) and count > 0 else 1

    @property
    def limit(self) -> int:
        """Most tokens of one answer."""
        limit = self.body.get("max_completion_tokens") or self.body.get("max_tokens")
        return limit if isinstance(limit, int) and limit > 0 else _UNLIMITED

    @property
    def wanted(self) -> int:
        """Tokens that a rate limiter counts before the answer is known."""
        return tokens(len(self.prompt)) + (self.limit if self.limit < _UNLIMITED else 0)

    @property
    def messages(self) -> list[Any]:
        """Empty when there are none."""
        messages = self.body.get("messages")
        return messages if isinstance(messages, list) else []

    @property
    def prompt(self) -> bytes:
        """All messages, one below the other."""
        return "\n".join(_content(message) for message in self.messages).encode("utf-8", "surrogatepass")

    @property
    def form(self) -> forms.Schema | None:
        """The schema of the answer; None when free text was asked for."""
        wanted = self.body.get("response_format")
        if not isinstance(wanted, dict):
            return None
        kind = wanted.get("type")
        if kind == "json_schema":
            schema = wanted["json_schema"].get("schema", {})
            return schema if isinstance(schema, dict) else {}
        return forms.found_in(self.prompt.decode("utf-8", "replace")) if kind == "json_object" else None

    def random(self, index: int) -> Random:
        """Chance that belongs to this body and choice."""
        return Random((int(self.digest[:24], 16) << 40) ^ (self.seed << 16) ^ index)


def _content(message: Any) -> str:
    content = message.get("content") if isinstance(message, dict) else None
    return content if isinstance(content, str) else json.dumps(content)


def answer_text(asked: Asked, form: forms.Schema | None, index: int) -> str:
    """What the bank has to say, before any limit."""
    random = asked.random(index)
    if form is None and b"<answer>\nthe answer\n</answer>" in asked.prompt:
        return f"<question>\n{passage(random)}\n</question>\n<answer>\n{passage(random)}\n</answer>"
    if form is None:
        return passage(random)
    return json.dumps(forms.Form(form, random).filled(), ensure_ascii=False)


@dataclass(slots=True)
class Draft:
    """A completion that may still be changed. `usage` is billed; `body["usage"]` is what the client is told.

    `raw` replaces the body where JSON cannot express the fault; `other` is an earlier request, `billable` turns false
    when no answer was computed after all.
    """

    asked: Asked
    body: Body
    usage: Usage
    other: Asked | None = None
    raw: bytes | None = None
    content_type: str = "application/json"
    billable: bool = True

    @property
    def chance(self) -> Random:
        """Belongs to the body and to the number of the request, so that a retry is spoilt in another way."""
        return self.asked.random(1_000 + self.asked.number)

    @property
    def text(self) -> str:
        """The first answer."""
        content = self.body["choices"][0]["message"]["content"]
        return content if isinstance(content, str) else ""

    def say(self, text: str, finish: str = "stop") -> None:
        """Put `text` in place of every answer and count it."""
        for choice in self.body["choices"]:
            choice["message"]["content"] = text
            choice["finish_reason"] = finish
        each = min(self.asked.limit, max(1, tokens(len(text.encode("utf-8", "surrogatepass")))))
        self.usage.completion = each * len(self.body["choices"]) + self.usage.reasoning
        self.report()

    def report(self) -> None:
        """Tell the client the usage that is billed."""
        self.body["usage"] = told(self.usage)

    def encoded(self) -> bytes:
        """The bytes of the body."""
        return json.dumps(self.body).encode() if self.raw is None else self.raw

    def reply_hash(self) -> str:
        """SHA-256 of the text that is sent; several answers are joined by a record separator."""
        choices = self.body.get("choices") or []
        contents = [choice["message"].get("content") for choice in choices]
        texts = [content if isinstance(content, str) else json.dumps(content) for content in contents if content]
        return hashlib.sha256("\x1e".join(texts).encode("utf-8", "surrogatepass")).hexdigest()


def told(usage: Usage) -> Body:
    """Usage in OpenAI's shape."""
    return {
        "prompt_tokens": usage.prompt,
        "completion_tokens": usage.completion,
        "total_tokens": usage.prompt + usage.completion,
        "prompt_tokens_details": {"cached_tokens": usage.cached},
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning},
    }


def compose(asked: Asked, *, reasoning: int = 0, cached: int = 0, other: Asked | None = None) -> Draft:
    """Answer a request honestly: the text is cut at the token limit, and the usage is what was made."""
    form = asked.form
    reasoning = min(reasoning, asked.limit - 1)
    choices, completion = [], 0
    for index in range(asked.n):
        text, made, finish = _within(answer_text(asked, form, index), asked.limit - reasoning)
        message = {"role": "assistant", "content": text, "refusal": None}
        choices.append({"index": index, "message": message, "logprobs": None, "finish_reason": finish})
        completion += made + reasoning
    prompt = tokens(len(asked.prompt)) + 4 * len(asked.messages) + 3
    usage = Usage(prompt, completion, min(cached, prompt), reasoning * asked.n)
    body: Body = {
        "id": f"chatcmpl-{asked.number}-{asked.digest[:12]}",
        "object": "chat.completion",
        "created": 1_790_000_000,
        "model": asked.model,
        "choices": choices,
        "usage": told(usage),
        "system_fingerprint": "fp_bank",
    }
    return Draft(asked, body, usage, other)


def _within(text: str, limit: int) -> tuple[str, int, str]:
    encoded = text.encode()
    made = max(1, tokens(len(encoded)))
    if made <= limit:
        return text, made, "stop"
    return encoded[: 4 * limit].decode("utf-8", "ignore"), limit, "length"
