"""Where a price comes from: typed in, else the dated list that ships with genai-prices, else unknown.

Never zero by default: built-in and local teachers are free explicitly, and an unknown model has no price at all.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from importlib.metadata import version
from urllib.parse import urlsplit

from genai_prices import Usage as PricedUsage
from genai_prices import calc_price

from core.domain.money import NANO, Price
from core.domain.records import Connection

_ASKED = 1_000  # tokens: small, because some lists charge more for a long prompt
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
    if provider is None:
        return None
    try:
        fresh = calc_price(PricedUsage(input_tokens=_ASKED), model, provider_id=provider)
        out = calc_price(PricedUsage(output_tokens=_ASKED), model, provider_id=provider)
        cached = calc_price(PricedUsage(input_tokens=_ASKED, cache_read_tokens=_ASKED), model, provider_id=provider)
    except LookupError:
        return None
    return Price(
        _per_million(fresh.total_price),
        _per_million(out.total_price),
        _per_million(cached.total_price),
        matched=fresh.model.id,
        source=f"genai-prices {version('genai-prices')}, looked up {datetime.now(UTC):%Y-%m-%d}",
    )


def _per_million(amount: Decimal) -> int:
    return int((amount * 1_000_000 / _ASKED * NANO).to_integral_value())
