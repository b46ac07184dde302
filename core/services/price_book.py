"""The price book: what a model costs at a connection, typed prices and the way back to the shipped list.

A price belongs to a connection and a model, since an endpoint bills all projects alike. Rows are never changed: a new
price, or the return to the list, is a new row from its moment on.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

from core.domain.money import Price
from core.domain.naming import clean_name
from core.domain.people import Action, Principal
from core.domain.price_entry import PriceEntry, doubts
from core.domain.records import Connection
from core.errors import InvalidInputError, NotFoundError
from core.llm import prices
from core.runs.pricing import price_of
from core.services.context import Context
from core.store import events, projects
from core.store.database import Tx

STUDIO = "studio"


class PriceBook:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def price(self, connection_id: str, model: str) -> Price | None:
        """The price that would apply now; None if nobody knows it."""
        with self._c.store.read() as tx:
            return price_of(tx, projects.get_connection(tx, connection_id), model)

    def typed_price(self, connection_id: str, model: str) -> Price | None:
        """The price that a person entered, if one did and it was not taken back."""
        with self._c.store.read() as tx:
            return projects.find_price(tx, connection_id, model)

    def listed_price(self, connection_id: str, model: str) -> Price | None:
        """What the shipped list has for the model at this endpoint."""
        with self._c.store.read() as tx:
            return prices.listed(projects.get_connection(tx, connection_id), model)

    def price_doubts(self, connection_id: str, model: str, entry: PriceEntry) -> list[str]:
        """What looks like a slip in a price as typed; raises InvalidInputError for what is no amount."""
        with self._c.store.read() as tx:
            connection = projects.get_connection(tx, connection_id)
        return _doubts(connection, model, entry.read(model=model, source=""))

    def set_price(self, who: Principal, connection_id: str, model: str, entry: PriceEntry, *, sure: bool) -> Price:
        """Enter a price; an unlikely one must be confirmed with `sure`."""
        who.must(Action.SETTINGS)
        at = self._c.clock()
        name = clean_name(model, "model name")
        day = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")
        price = entry.read(model=name, source=f"typed in by {who.name}, {day}")
        with self._c.store.write() as tx:
            connection = projects.get_connection(tx, connection_id)
            unlikely = [] if sure else _doubts(connection, name, price)
            if unlikely:
                raise InvalidInputError(
                    f"This price is unusual: {'; '.join(unlikely)}.",
                    "Prices are dollars per million tokens. Correct it, or confirm that it is right and save again.",
                )
            projects.insert_price(tx, connection_id, name, price, at)
            self._note(tx, who, connection_id, name, before=None, after=price)
        return price

    def use_listed_price(self, who: Principal, connection_id: str, model: str) -> Price | None:
        """Take a typed price back; what the list has for the model applies again, None if it has nothing."""
        who.must(Action.SETTINGS)
        with self._c.store.write() as tx:
            typed = projects.find_price(tx, connection_id, model)
            if typed is None:
                raise NotFoundError(f"No price is typed in for {model!r}.", "Reload the page.")
            projects.insert_price(tx, connection_id, model, typed, self._c.clock(), withdrawn=True)
            now = price_of(tx, projects.get_connection(tx, connection_id), model)
            self._note(tx, who, connection_id, model, before=typed, after=now)
        return now

    def _note(
        self, tx: Tx, who: Principal, connection_id: str, model: str, *, before: Price | None, after: Price | None
    ) -> None:
        events.append(
            tx,
            STUDIO,
            who.name,
            self._c.clock(),
            "priced",
            ("connection", connection_id),
            before={"model": model, **_known(before)} if before else None,
            after={"model": model, **_known(after)},
        )


def _doubts(connection: Connection, model: str, price: Price) -> list[str]:
    """An endpoint of one's own may well serve a listed model for nothing."""
    usual = prices.listed(connection, model)
    if usual is None and (price.input or price.output):
        usual = prices.reference(connection, model)
    return doubts(price, usual)


def _known(price: Price | None) -> dict[str, object]:
    """The parts of a price that are known, for the history."""
    if price is None:
        return {"price": "unknown"}
    return {name: part for name, part in asdict(price).items() if part is not None and name != "matched"}
