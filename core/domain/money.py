"""Money is integer nano-dollars (1 dollar = 1,000,000,000). Prices are nano-dollars per million tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from core.errors import InvalidInputError

NANO = 1_000_000_000
_MILLION = 1_000_000
_HIGHEST_PRICE = 10_000 * NANO
ABOVE_BOUND = "usage above the bound"
OVERHEAD_TOKENS_A_MESSAGE = 16
OVERHEAD_TOKENS_A_CALL = 64
_MOST_BYTES_A_TOKEN = 256
_COMMAS = re.compile(r"[^,]*|-?\d{1,3}(,\d{3})+(\.[^,]*)?")


@dataclass(frozen=True, slots=True)
class Price:
    """Nano-dollars per million tokens. `matched` is the model id the price was found under, `source` says where.

    `reasoning` None means that reasoning tokens cost what output costs. The batch prices hold for calls that are
    handed in as a batch; None means that none is known: see `batch_price` for what is assumed then.
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

    @property
    def of_reasoning(self) -> int:
        """What a million reasoning tokens cost."""
        return self.output if self.reasoning is None else self.reasoning


FREE = Price(0, 0, 0, matched="", source="no charge")
NO_PRICE = Price(0, 0, 0, matched="", source="price unknown")


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


def hold_for(price: Price, prompt_bytes: int, messages: int, max_tokens: int, answers: int = 1) -> int:
    """Upper bound in nano-dollars of one call that asks for so many answers, reserved before it is sent."""
    ceiling = prompt_token_ceiling(prompt_bytes, messages)
    dearest_input = max(price.input, price.cached)
    dearest_output = max(price.output, price.of_reasoning)
    return _ceil_div(ceiling * dearest_input + answers * max_tokens * dearest_output, _MILLION)


def cost_of(price: Price, usage: Usage) -> int:
    """Nano-dollars for `usage`, rounded up."""
    fresh = usage.prompt - usage.cached
    written = usage.completion - usage.reasoning
    read = fresh * price.input + usage.cached * price.cached
    return _ceil_div(read + written * price.output + usage.reasoning * price.of_reasoning, _MILLION)


def batch_price(price: Price) -> Price:
    """What a call costs that is handed in as a batch; `source` says what of it is assumed.

    An unknown batch price is taken for half of the usual one. Cached input in a batch is taken for the cheaper of
    cached and batch input, reasoning for as much cheaper as output is.
    """
    if not (price.input or price.output or price.cached or price.of_reasoning):
        return price
    fresh = _ceil_div(price.input, 2) if price.batch_input is None else price.batch_input
    out = _ceil_div(price.output, 2) if price.batch_output is None else price.batch_output
    cached = price.batch_cached
    if cached is None:
        cached = _ceil_div(price.cached, 2) if price.batch_input is None else min(price.cached, fresh)
    reasoning = price.reasoning
    if reasoning is not None:
        known = price.batch_output is not None and price.output
        reasoning = _ceil_div(reasoning * out, price.output) if known else _ceil_div(reasoning, 2)
    assumed = None in (price.batch_input, price.batch_output)
    words = "batch at half price (assumed)" if assumed else "batch price"
    source = f"{price.source}, {words}" if price.source else words
    return replace(price, input=fresh, output=out, cached=cached, reasoning=reasoning, source=source)


def assess(
    price: Price, usage: Usage | None, *, hold: int, ceiling: int, max_tokens: int, text: str, answers: int = 1
) -> Charge:
    """Decide what to book for an answered call; `text` is all that it answered, `ceiling` that of its prompt.

    Missing or absurd usage is charged at the hold. Believable usage above the hold is charged as reported and
    flagged: the provider billed more than it was allowed to.
    """
    if usage is None:
        return Charge(hold, None, measured=False, flag="usage missing")
    most = answers * max_tokens
    if _contradicts_itself(usage) or _too_little(usage, ceiling, text) or _too_much(usage, ceiling, most):
        return Charge(hold, usage, measured=False, flag="usage not believable")
    cost = cost_of(price, usage)
    over = usage.completion > most or cost > hold
    return Charge(cost, usage, measured=True, flag=ABOVE_BOUND if over else "")


def _contradicts_itself(usage: Usage) -> bool:
    parts_fit = 0 <= usage.cached <= usage.prompt and 0 <= usage.reasoning <= usage.completion
    return not parts_fit or usage.prompt == 0


def _too_little(usage: Usage, ceiling: int, text: str) -> bool:
    """Fewer tokens than the text can be made of.

    The longest tokens in use stand for runs of one character, such as 128 spaces. One token for every 256 bytes is
    half of that: no honest count in any language falls below it, not even for a prompt whose ceiling is half wrapping.
    """
    written = len(text.encode("utf-8", "replace"))
    least_written = max(written // _MOST_BYTES_A_TOKEN, 1 if text else 0)
    return usage.prompt < ceiling // _MOST_BYTES_A_TOKEN or usage.completion < least_written


def _too_much(usage: Usage, ceiling: int, most: int) -> bool:
    return usage.prompt > 4 * ceiling or usage.completion > 4 * max(most, 1)


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
