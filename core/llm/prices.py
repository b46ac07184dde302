"""Where a price comes from: typed in, else the dated list that ships with genai-prices, else unknown.

Never zero by default: built-in and local teachers are free explicitly, and an unknown model has no price at all.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from importlib.metadata import version
from urllib.parse import urlsplit

from genai_prices import Usage as PricedUsage
from genai_prices import calc_price

from core.domain.money import NANO, Price
from core.domain.records import Connection

_ASKED = 1_000  # tokens: small, because some lists charge more for a long prompt
_BATCH = {"processing": "batch"}
_PROVIDER_HOSTS = {
    "api.openai.com": "openai",
    "api.anthropic.com": "anthropic",
    "api.deepseek.com": "deepseek",
    "api.mistral.ai": "mistral",
    "api.groq.com": "groq",
    "api.together.xyz": "together",
    "openrouter.ai": "openrouter",
    "generativelanguage.googleapis.com": "google",
    "api.x.ai": "x-ai",
    "api.fireworks.ai": "fireworks",
}


def is_free(connection: Connection) -> bool:
    """Teachers that run here cost nothing."""
    return connection.kind in {"builtin", "local", "scripted"}


def free(connection: Connection) -> Price:
    """The explicit price of a teacher that runs here."""
    return Price(0, 0, 0, matched=connection.kind, source="runs on this machine, no charge")


def listed(connection: Connection, model: str) -> Price | None:
    """The price in the shipped list, for endpoints of known providers only; the matched model id is kept."""
    provider = _PROVIDER_HOSTS.get(urlsplit(connection.base_url).hostname or "")
    return None if provider is None else _found(provider, model, _today())


def reference(connection: Connection, model: str) -> Price | None:
    """What to compare a typed price with: the list's price, else what the maker of a model of that name takes."""
    return listed(connection, model) or _found(None, model, _today())


def _today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"


@lru_cache(maxsize=4096)
def _found(provider: str | None, model: str, today: str) -> Price | None:
    """None too for what the list knows without a price of both input and output tokens: it would count as free.

    The list has no date of its own, its version stands for it; prices that begin on a day are taken as of today.
    """
    try:
        plain = calc_price(PricedUsage(), model, provider_id=provider)
        if plain.model_price.input_mtok is None or plain.model_price.output_mtok is None:
            return None
        fresh, out, cached, thought = _rates(model, provider, {})
        batch: tuple[int | None, ...] = (None, None, None)
        if any(variant.when == _BATCH for variant in plain.model.price_variants or ()):
            batch = _rates(model, provider, _BATCH)[:3]
    except LookupError:
        return None
    return Price(
        fresh,
        out,
        cached,
        matched=plain.model.id,
        source=f"genai-prices {version('genai-prices')}, looked up {today}",
        reasoning=None if thought == out else thought,
        batch_input=batch[0],
        batch_output=batch[1],
        batch_cached=batch[2],
    )


def _rates(model: str, provider: str | None, context: dict[str, str]) -> tuple[int, int, int, int]:
    """Input, output, cached input and reasoning per million tokens."""
    asked = (
        PricedUsage(input_tokens=_ASKED),
        PricedUsage(output_tokens=_ASKED),
        PricedUsage(input_tokens=_ASKED, cache_read_tokens=_ASKED),
        PricedUsage(output_tokens=_ASKED, output_reasoning_tokens=_ASKED),
    )
    fresh, out, cached, thought = (
        _per_million(calc_price(usage, model, provider_id=provider, price_context=context).total_price)
        for usage in asked
    )
    return fresh, out, cached, thought


def _per_million(amount: Decimal) -> int:
    return int((amount * 1_000_000 / _ASKED * NANO).to_integral_value())
