"""Money is integer nano-dollars (1 dollar = 1,000,000,000). Prices are nano-dollars per million tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from core.errors import InvalidInputError

NANO = 1_000_000_000
_MILLION = 1_000_000
_HIGHEST_PRICE = 10_000 * NANO
OVERHEAD_TOKENS_A_MESSAGE = 16
OVERHEAD_TOKENS_A_CALL = 64
_COMMAS = re.compile(r"[^,]*|-?\d{1,3}(,\d{3})+(\.[^,]*)?")


@dataclass(frozen=True, slots=True)
class Price:
    """Nano-dollars per million tokens. `matched` is the model id the price was found under, `source` says where.

    `reasoning` None means that reasoning tokens cost what output costs. The batch prices hold for calls that are
    handed in as a batch; None means that none is known, and half of the usual price is assumed.
    """

    input: int
    output: int
    cached: int
    matched: str = ""
    source: str = ""
    reasoning: int | None = None
    batch_input: int | None = None
    batch_output: int | None = None
    batch_cached: int | None = None


FREE = Price(0, 0, 0, matched="", source="no charge")


@dataclass(frozen=True, slots=True)
class Usage:
    """Token counts of one call. `cached` is part of `prompt`, `reasoning` part of `completion`."""

    prompt: int
    completion: int
    cached: int = 0
    reasoning: int = 0


@dataclass(frozen=True, slots=True)
class Charge:
    """What an answered call is booked at; `flag` is empty unless the usage could not be believed as it stands."""

    cost: int
    usage: Usage | None
    measured: bool
    flag: str = ""


def _ceil_div(amount: int, by: int) -> int:
    return -(-amount // by)


def prompt_token_ceiling(prompt_bytes: int, messages: int) -> int:
    """No tokenizer in use makes more tokens than there are UTF-8 bytes, plus the wrapping of each message."""
    return prompt_bytes + OVERHEAD_TOKENS_A_MESSAGE * messages + OVERHEAD_TOKENS_A_CALL


def hold_for(price: Price, prompt_bytes: int, messages: int, max_tokens: int) -> int:
    """Upper bound in nano-dollars of one call, reserved before it is sent."""
    ceiling = prompt_token_ceiling(prompt_bytes, messages)
    dearest_input = max(price.input, price.cached)
    return _ceil_div(ceiling * dearest_input + max_tokens * price.output, _MILLION)


def cost_of(price: Price, usage: Usage) -> int:
    """Nano-dollars for `usage`, rounded up."""
    fresh = usage.prompt - usage.cached
    total = fresh * price.input + usage.cached * price.cached + usage.completion * price.output
    return _ceil_div(total, _MILLION)


def assess(price: Price, usage: Usage | None, *, hold: int, ceiling: int, max_tokens: int, text: str) -> Charge:
    """Decide what to book for an answered call.

    Missing or absurd usage is charged at the hold. Believable usage above the hold is charged as reported and
    flagged: the provider billed more than it was allowed to.
    """
    if usage is None:
        return Charge(hold, None, measured=False, flag="usage missing")
    absurd = (
        min(usage.prompt, usage.completion, usage.cached) < 0
        or usage.cached > usage.prompt
        or usage.prompt == 0
        or (usage.completion == 0 and bool(text))
        or usage.prompt > 4 * ceiling
        or usage.completion > 4 * max(max_tokens, 1)
    )
    if absurd:
        return Charge(hold, usage, measured=False, flag="usage not believable")
    cost = cost_of(price, usage)
    over = usage.completion > max_tokens or cost > hold
    return Charge(cost, usage, measured=True, flag="usage above the bound" if over else "")


def dollars(text: str, what: str = "amount") -> int:
    """Parse an amount typed by a person ("12", "0.05", "$3") into nano-dollars."""
    cleaned = text.strip().lstrip("$").strip()
    try:
        if not _COMMAS.fullmatch(cleaned):
            raise InvalidOperation
        value = Decimal(cleaned.replace(",", ""))
        if not value.is_finite():
            raise InvalidOperation
        nano = value * NANO
    except ArithmeticError as error:
        raise InvalidInputError(f"The {what} {text!r} is not a number.", "Type dollars such as 2.50.") from error
    if nano < 0 or nano > 10**9 * NANO:
        raise InvalidInputError(f"The {what} must lie between 0 and 1,000,000,000 dollars.", "Type dollars, e.g. 2.50.")
    return int(nano)


def price_per_million(text: str, what: str) -> int:
    """Parse dollars per million tokens; refuses what can only be a slip of the unit."""
    nano = dollars(text, what)
    if nano > _HIGHEST_PRICE:
        raise InvalidInputError(
            f"The {what} is above $10,000 per million tokens.",
            "Prices are dollars per million tokens, not per token.",
        )
    return nano


def money(nano: int) -> str:
    """An amount for the screen: cents from one dollar up, otherwise as many decimals as are needed to see it."""
    if nano == 0:
        return "$0"
    value = Decimal(nano) / NANO
    if abs(value) >= 1:
        return f"${value:,.2f}"
    places = 4 if abs(value) >= Decimal("0.001") else 6
    if abs(value) < Decimal("0.000001"):
        return "less than $0.000001"
    return f"${value:,.{places}f}"
