"""Lies about usage. The bank bills what it made, except above the limit, where it really bills too much."""

from __future__ import annotations

from tests.bank.drafts import Draft
from tests.bank.modes.mode import usage

_ABSURD = 10**18


@usage
def usage_null(draft: Draft) -> None:
    """usage: null."""
    draft.body["usage"] = None


@usage
def usage_missing(draft: Draft) -> None:
    """No usage at all."""
    del draft.body["usage"]


@usage
def usage_zero(draft: Draft) -> None:
    """Nothing was used, it says."""
    draft.body["usage"] |= {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}


@usage
def usage_negative(draft: Draft) -> None:
    """Fewer than no tokens."""
    draft.body["usage"] |= {"prompt_tokens": -5, "completion_tokens": -7, "total_tokens": -12}


@usage
def usage_string(draft: Draft) -> None:
    """Token counts as text."""
    draft.body["usage"] |= {"prompt_tokens": "12", "completion_tokens": "many"}


@usage
def usage_huge(draft: Draft) -> None:
    """A billion billion tokens."""
    draft.body["usage"] |= {"prompt_tokens": _ABSURD, "completion_tokens": _ABSURD, "total_tokens": 2 * _ABSURD}


@usage
def usage_total(draft: Draft) -> None:
    """A total that is not the sum of its parts."""
    draft.body["usage"]["total_tokens"] += 1_000


@usage
def usage_cached_above_prompt(draft: Draft) -> None:
    """More cached tokens than there were in the prompt."""
    draft.body["usage"]["prompt_tokens_details"] = {"cached_tokens": draft.usage.prompt + 100}


@usage
def usage_above_max(draft: Draft) -> None:
    """More tokens than max_tokens allowed, and they are billed."""
    draft.usage.completion = 2 * min(draft.asked.limit, 100_000) * draft.asked.n
    draft.report()
