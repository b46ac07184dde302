"""Well-formed HTTP that says the wrong thing. Billed like any answer, apart from those that contain none."""

from __future__ import annotations

import json

from tests.bank.drafts import Draft, answer_text
from tests.bank.modes.mode import body

_DEEP = 10_000


def _document(draft: Draft) -> str:
    """The answer as a JSON object, also when free text was asked for."""
    return draft.text if draft.text.startswith("{") else json.dumps({"answer": draft.text})


def _instead(draft: Draft, content_type: str, raw: bytes) -> None:
    draft.raw, draft.content_type, draft.billable = raw, content_type, False
    draft.body["choices"] = []


@body
def error_200(draft: Draft) -> None:
    """An error object with status 200; nothing was computed."""
    error = {"error": {"message": "Upstream failed.", "type": "server_error", "param": None, "code": None}}
    _instead(draft, "application/json", json.dumps(error).encode())


@body
def html_200(draft: Draft) -> None:
    """A login page with status 200; nothing was computed."""
    _instead(draft, "text/html", b"<!doctype html><html><body>Please sign in.</body></html>")


@body
def body_empty(draft: Draft) -> None:
    """Status 200 and no body at all."""
    draft.raw = b""


@body
def body_cut(draft: Draft) -> None:
    """JSON that ends half-way, although its length is right."""
    whole = draft.encoded()
    draft.raw = whole[: draft.chance.randrange(1, len(whole))]


@body
def body_deep(draft: Draft) -> None:
    """A completion with a field that is nested ten thousand levels deep."""
    draft.raw = draft.encoded()[:-1] + b', "extra": ' + b"[" * _DEEP + b"]" * _DEEP + b"}"


@body
def choices_null(draft: Draft) -> None:
    """choices: null."""
    draft.body["choices"] = None


@body
def choices_empty(draft: Draft) -> None:
    """choices: []."""
    draft.body["choices"] = []


@body
def choices_two(draft: Draft) -> None:
    """One more choice than was asked for."""
    choices = draft.body["choices"]
    more = answer_text(draft.asked, draft.asked.form, len(choices))
    message = {"role": "assistant", "content": more, "refusal": None}
    choices.append({"index": len(choices), "message": message, "finish_reason": "stop"})


@body
def content_null(draft: Draft) -> None:
    """content: null."""
    draft.body["choices"][0]["message"]["content"] = None


@body
def content_empty(draft: Draft) -> None:
    """An empty text."""
    draft.body["choices"][0]["message"]["content"] = ""


@body
def content_list(draft: Draft) -> None:
    """The text as a list of parts."""
    draft.body["choices"][0]["message"]["content"] = [{"type": "text", "text": draft.text}]


@body
def finish_length(draft: Draft) -> None:
    """The text ends at a random place, and says so."""
    draft.say(draft.text[: draft.chance.randrange(1, max(2, len(draft.text)))], "length")


@body
def finish_filter(draft: Draft) -> None:
    """A content filter stopped the text."""
    draft.say(draft.text[: len(draft.text) // 2], "content_filter")


@body
def refusal(draft: Draft) -> None:
    """The model declines."""
    draft.body["choices"][0]["message"] |= {"content": None, "refusal": "I'm sorry, I can't help with that."}


@body
def tool_calls(draft: Draft) -> None:
    """The model wants a tool that nobody offered."""
    call = {"id": "call_1", "type": "function", "function": {"name": "search", "arguments": "{}"}}
    draft.body["choices"][0]["message"] |= {"content": None, "tool_calls": [call]}
    draft.body["choices"][0]["finish_reason"] = "tool_calls"


@body
def json_prose(draft: Draft) -> None:
    """JSON with a sentence before and behind."""
    draft.say(f"Here is the result you asked for:\n\n{_document(draft)}\n\nLet me know if you need more.")


@body
def json_fence(draft: Draft) -> None:
    """JSON in a code fence."""
    draft.say(f"```json\n{_document(draft)}\n```")


@body
def json_nan(draft: Draft) -> None:
    """JSON with NaN, which is none."""
    draft.say(f'{_document(draft)[:-1].rstrip()}, "score": NaN}}')


@body
def json_duplicate_keys(draft: Draft) -> None:
    """Every key of the JSON object twice; the second time with null."""
    nulls = json.dumps(dict.fromkeys(json.loads(_document(draft))))
    draft.say(f"{_document(draft)[:-1].rstrip()}, {nulls[1:]}")


@body
def json_deep(draft: Draft) -> None:
    """JSON that is nested ten thousand levels deep."""
    draft.say("[" * _DEEP + "]" * _DEEP)


@body
def lone_surrogate(draft: Draft) -> None:
    """A text with half of a character."""
    draft.say(draft.text[:5] + "\ud83d" + draft.text[5:])


@body
def nul(draft: Draft) -> None:
    """A text with a NUL character."""
    draft.say(draft.text[:5] + "\x00" + draft.text[5:])


@body
def line_separator(draft: Draft) -> None:
    """A text with U+2028, at which some programs break lines."""
    draft.say(draft.text[:5] + "\u2028" + draft.text[5:])


@body
def other_model(draft: Draft) -> None:
    """The answer names a model that was not asked for."""
    draft.body["model"] = "another-model-2024-01-01"


@body
def duplicate_id(draft: Draft) -> None:
    """The completion has the id of every other one."""
    draft.body["id"] = "chatcmpl-duplicate"


@body
def swap(draft: Draft) -> None:
    """The answer to another request, with its id."""
    other = draft.other
    if other is None:
        return
    draft.say(answer_text(other, other.form, 0))
    draft.body["id"] = f"chatcmpl-{other.number}-{other.digest[:12]}"
