"""Prices of models: the table of a connection, and the form to enter one, also where a plan misses it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import streamlit as st

from core.domain.money import NANO, Price
from core.domain.people import Principal
from core.domain.price_entry import PriceEntry, dollars_per_million
from core.errors import StudioError
from core.services.connections import ConnectionView
from core.services.generation import Estimate
from pages.components.notices import flash, show_error
from pages.components.presses import press
from pages.components.session import Here, Workspace
from pages.components.text import safe

_ROWS_SHOWN = 10
_MOST_OFFERED = 3
_COLUMNS = {
    "Input": "input",
    "Cached": "cached",
    "Output": "output",
    "Reasoning": "reasoning",
    "Batch in": "batch_input",
    "Batch cached": "batch_cached",
    "Batch out": "batch_output",
}
_FIELDS = {
    "fresh": ("Input", "For example 0.15"),
    "output": ("Output", "For example 0.60"),
    "cached": ("Cached input", "As input"),
    "reasoning": ("Reasoning", "As output"),
    "batch_input": ("Batch input", "Half of input"),
    "batch_output": ("Batch output", "Half of output"),
}


@dataclass(frozen=True, slots=True)
class _Form:
    """The price form of one model; `key` is the beginning of its widget keys."""

    work: Workspace
    who: Principal
    connection: str
    model: str
    key: str

    def entry(self) -> PriceEntry:
        """What stands in the fields."""
        return PriceEntry(**{field: str(st.session_state.get(f"{self.key}.{field}") or "") for field in _FIELDS})


def price_table(view: ConnectionView) -> None:
    """What is known of the prices, typed ones first; columns that nobody has a figure for are left out."""
    prices = view.prices
    used = {title: part for title, part in _COLUMNS.items() if any(_part(price, part) for price in prices.values())}
    columns = {title: st.column_config.NumberColumn(format="$%g") for title in used}
    st.dataframe(
        [_row(model, price, used) for model, price in prices.items()],
        hide_index=True,
        width="stretch",
        height="content" if len(prices) <= _ROWS_SHOWN else 36 * _ROWS_SHOWN,
        column_config=columns,
        placeholder="",
        key=f"connections.prices.{view.connection.id}",
    )
    words = "Dollars per million tokens; as typed in, else from the list that comes with the studio."
    if len(view.connection.models) > len(prices):
        words += f" The first {len(prices)} models are shown; all can be chosen and priced."
    st.caption(words)


def _part(price: Price | None, part: str) -> int | None:
    return getattr(price, part) if price else None


def _row(model: str, price: Price | None, used: dict[str, str]) -> dict[str, object]:
    figures = {title: None if (nano := _part(price, part)) is None else nano / NANO for title, part in used.items()}
    if price is None:
        source = "not known"
    else:
        source = price.source if price.matched == model else f"{price.source}, listed as {price.matched}"
    return {"Model": model, **figures, "Source": source}


def price_editor(work: Workspace, who: Principal, view: ConnectionView) -> None:
    """Choose a model of the connection and enter its price."""
    ident = view.connection.id
    first = next((model for model, price in view.prices.items() if price is None), None)
    models = list(view.connection.models)
    st.markdown("**Enter a price**")
    model = st.selectbox(
        "Model", models, index=models.index(first) if first in models else 0, key=f"connections.price_model.{ident}"
    )
    price_form(work, who, ident, model, key="connections.price")


def price_form(work: Workspace, who: Principal, connection: str, model: str, *, key: str) -> None:
    """Enter or change the price of one model; what looks like a slip is asked back before it is saved."""
    form = _Form(work, who, connection, model, f"{key}.{connection}.{model}")
    typed, listed = work.connections.typed_price(connection, model), work.connections.listed_price(connection, model)
    if typed:
        st.caption(f"Now {_words(typed)}.")
    if listed:
        st.caption(f"{'The list has' if typed else 'Now'} {_words(listed)}.")
    with st.form(form.key, border=False):
        columns = st.columns(3) + st.columns(3)
        for column, (field, (label, placeholder)) in zip(columns, _FIELDS.items(), strict=True):
            column.text_input(
                label, _shown(typed, field), key=f"{form.key}.{field}", placeholder=placeholder, max_chars=30
            )
        st.caption("Dollars per million tokens. Input and output are needed; 0 means no charge.")
        _asked_back(form)
        st.form_submit_button(
            "Save price", key=f"{form.key}.save", icon=":material/sell:", on_click=_save, args=(form,)
        )
    if typed:
        label = "Use the listed price" if listed else "Take this price back"
        press(label, partial(_take_back, form), key=f"{form.key}.listed", icon="undo", quiet=True)


def _shown(typed: Price | None, field: str) -> str:
    """A typed price as it stands in its field; what only follows from another field stays empty."""
    if typed is None:
        return ""
    nano = typed.input if field == "fresh" else _part(typed, field)
    follows = field == "cached" and nano == typed.input
    return "" if nano is None or follows else dollars_per_million(nano).removeprefix("$")


def _words(price: Price) -> str:
    parts = [f"{dollars_per_million(price.input)} in", f"{dollars_per_million(price.output)} out"]
    return safe(f"{', '.join(parts)}: {price.source}")


def _asked_back(form: _Form) -> None:
    """What the last press met: an amount that is none, or figures that a person has to confirm."""
    problem = st.session_state.pop(f"{form.key}.problem", None)
    if problem:
        show_error(StudioError(*problem))
    if asked := st.session_state.get(f"{form.key}.asked"):
        lines = "\n".join(f"- {safe(doubt[:1].upper() + doubt[1:])}." for doubt in asked[1])
        st.warning(f"**This price is unusual.**\n{lines}", icon=":material/warning:")
        st.checkbox("The figures are right: dollars per million tokens", key=f"{form.key}.sure")


def _save(form: _Form) -> None:
    """Save, or leave word of what is in the way; a confirmation holds for the very figures that were asked about."""
    entry, asked = form.entry(), st.session_state.pop(f"{form.key}.asked", None)
    sure = bool(asked) and asked[0] == entry and bool(st.session_state.get(f"{form.key}.sure"))
    try:
        found = [] if sure else form.work.connections.price_doubts(form.connection, form.model, entry)
        if found:
            st.session_state[f"{form.key}.asked"] = (entry, found)
            st.session_state[f"{form.key}.sure"] = False
            return
        price = form.work.connections.set_price(form.who, form.connection, form.model, entry, sure=sure)
    except StudioError as error:
        st.session_state[f"{form.key}.problem"] = (error.message, error.hint)
        return
    flash(f"{form.model}: {dollars_per_million(price.input)} in, {dollars_per_million(price.output)} out.")


def _take_back(form: _Form) -> str:
    price = form.work.connections.use_listed_price(form.who, form.connection, form.model)
    for field in _FIELDS:
        st.session_state.pop(f"{form.key}.{field}", None)
    return f"{form.model}: {price.source}." if price else f"{form.model} has no price now."


def offer_prices(h: Here, estimate: Estimate, *, key: str) -> None:
    """Where a plan misses prices: the form to enter them on the spot, the first one open."""
    missing = dict.fromkeys((s.connection, s.teacher, s.model) for s in estimate.stages if s.cost is None)
    for number, (connection, teacher, model) in enumerate(list(missing)[:_MOST_OFFERED]):
        with st.expander(
            f"Enter the price of {safe(model, 80)} at {safe(teacher, 80)}",
            expanded=number == 0,
            icon=":material/sell:",
            key=f"{key}.missing.{connection}.{model}",
        ):
            price_form(h.work, h.who, connection, model, key=f"{key}.price")
