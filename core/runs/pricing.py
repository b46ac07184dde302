"""The price of a call: free teachers, then what was typed in, then the shipped list."""

from __future__ import annotations

from core.domain.money import Price
from core.domain.records import Connection
from core.llm import prices
from core.store import projects
from core.store.database import Tx


def price_of(tx: Tx, connection: Connection, model: str) -> Price | None:
    """The price that applies now, or None if nobody knows it."""
    if prices.is_free(connection):
        return prices.free(connection)
    return projects.find_price(tx, connection.id, model) or prices.listed(connection, model)
