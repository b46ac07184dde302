"""Connections as cards: what is known of each, test, prices, edit, remove; and the form for a new one."""

from __future__ import annotations

import streamlit as st

from core.domain.money import NANO, Price
from core.domain.people import Principal
from core.domain.records import Connection
from core.errors import StudioError
from core.services.connections import ConnectionView
from pages.components.figures import when
from pages.components.notices import flash, problems, show_error
from pages.components.session import Workspace
from pages.components.text import safe

KINDS = {
    "builtin": "Built-in: templates with computed answers, no language model",
    "openai": "OpenAI-compatible endpoint",
    "local": "Model file on this machine",
    "scripted": "Scripted, for tests",
}
_ICONS = {"builtin": "calculate", "openai": "cloud", "local": "memory", "scripted": "science"}
_SCHEMA = {"json_schema": "follows a JSON schema", "json_object": "JSON without a schema", "text": "plain text only"}
_FOUND = "connections.found"


def dollars_per_million(nano: int) -> str:
    """A price as people write it."""
    return f"${nano / NANO:,.4f}".rstrip("0").rstrip(".")


def connection_cards(work: Workspace, who: Principal) -> None:
    """Every connection."""
    for view in work.connections.all():
        with st.container(border=True):
            _card(work, who, view)


def _card(work: Workspace, who: Principal, view: ConnectionView) -> None:
    connection = view.connection
    st.markdown(f"#### :material/{_ICONS[connection.kind]}: {safe(connection.name)}")
    st.caption(KINDS[connection.kind])
    if connection.kind == "openai":
        st.markdown(f"{safe(connection.base_url)} · key: {safe(view.key)}")
    if connection.kind == "local":
        st.markdown(f"{safe(connection.settings.get('file', ''))}")
    _probe_line(connection)
    if connection.kind == "openai":
        _models(work, who, view)
    with st.container(horizontal=True):
        if st.button("Test", key=f"connections.test.{connection.id}", icon=":material/network_check:"):
            _test(work, who, connection)
        if st.button("Settings", key=f"connections.edit.{connection.id}", icon=":material/tune:"):
            edit_dialog(work, who, connection)
        if connection.kind != "builtin" and st.button(
            "Remove", key=f"connections.remove.{connection.id}", icon=":material/delete:", type="tertiary"
        ):
            remove_dialog(work, who, connection)


def _probe_line(connection: Connection) -> None:
    probe = connection.probe
    if not probe:
        if connection.kind == "openai":
            st.caption("Not tested yet.")
        return
    several = "several answers in one call" if probe.get("several") else "one answer a call"
    usage = "reports usage" if probe.get("usage") else "reports no usage: calls are charged at their hold"
    st.markdown(
        f":material/check_circle: Tested {when(connection.probed_at)}: first answer after "
        f"{probe.get('answer_ms', 0):,} ms, "
        f"{_SCHEMA.get(str(probe.get('schema')), 'unknown form')}, {several}, {usage}."
    )


def _test(work: Workspace, who: Principal, connection: Connection) -> None:
    with problems():
        with st.spinner("Asking for the models and one tiny answer ..."):
            probe = work.connections.test(who, connection.id)
        if probe.problem:
            show_error(StudioError(probe.problem, probe.hint))
        else:
            flash(f"{connection.name} answers.")
            st.rerun()


def _models(work: Workspace, who: Principal, view: ConnectionView) -> None:
    if not view.connection.models:
        st.caption("No models known yet: test the connection, or add model names under Settings.")
        return
    unknown = [model for model, price in view.prices.items() if price is None]
    title = f"{len(view.prices)} models, {len(unknown)} without a price" if unknown else f"{len(view.prices)} models"
    with st.expander(title, key=f"connections.models.{view.connection.id}"):
        rows = [
            {
                "Model": model,
                "Input, $ per million tokens": price.input / NANO if price else None,
                "Cached input": price.cached / NANO if price else None,
                "Output": price.output / NANO if price else None,
                "Source": f"{price.source} ({price.matched})" if price else "unknown: a cost cap is refused",
            }
            for model, price in view.prices.items()
        ]
        st.dataframe(rows, hide_index=True, width="stretch", key=f"connections.prices.{view.connection.id}")
        price_form(work, who, view)


def price_form(work: Workspace, who: Principal, view: ConnectionView) -> None:
    """Enter or change the price of one model; a slip of the unit is asked back."""
    ident = view.connection.id
    with st.form(f"connections.price.{ident}", border=False):
        st.markdown("**Enter a price** in dollars per million tokens")
        columns = st.columns([3, 2, 2, 2], vertical_alignment="bottom")
        model = columns[0].selectbox("Model", list(view.prices), key=f"connections.price_model.{ident}")
        fresh = columns[1].text_input("Input", key=f"connections.price_in.{ident}", placeholder="0.15")
        cached = columns[2].text_input("Cached input", key=f"connections.price_cached.{ident}", placeholder="as input")
        output = columns[3].text_input("Output", key=f"connections.price_out.{ident}", placeholder="0.60")
        sure = st.checkbox("I checked: the figures are right although unusual", key=f"connections.price_sure.{ident}")
        pressed = st.form_submit_button("Save price", key=f"connections.price_save.{ident}")
    if pressed:
        with problems():
            price: Price = work.connections.set_price(
                who, ident, model or "", fresh=fresh, output=output, cached=cached, sure=sure
            )
            flash(f"{model}: {dollars_per_million(price.input)} in, {dollars_per_million(price.output)} out.")
            st.rerun()


@st.dialog("Connection settings")
def edit_dialog(work: Workspace, who: Principal, connection: Connection) -> None:
    """Name, address, key, models, calls at once; for the built-in teacher the share of wrong answers."""
    ident, settings = connection.id, dict(connection.settings)
    name = st.text_input("Name", connection.name, key=f"connections.name.{ident}")
    base_url, key, names = connection.base_url, "", ""
    if connection.kind == "openai":
        base_url = st.text_input("Base URL", connection.base_url, key=f"connections.url.{ident}")
        key = st.text_input(
            "New key", type="password", key=f"connections.key.{ident}", placeholder="Empty keeps the present one"
        )
        names = st.text_area(
            "Model names, one on each line", "\n".join(connection.models), key=f"connections.list.{ident}"
        )
    if connection.kind == "builtin":
        settings["wrong_share"] = st.slider(
            "Share of wrong answers",
            0.0,
            0.5,
            float(settings.get("wrong_share", 0.1)),
            0.05,
            key=f"connections.wrong.{ident}",
            help="The built-in teacher computes right answers. This share ends in a typical slip on purpose, so that "
            "verification and review have something to find.",
        )
    else:
        settings["concurrency"] = st.number_input(
            "Calls at once",
            1,
            256,
            int(settings.get("concurrency") or (1 if connection.kind == "local" else 8)),
            key=f"connections.width.{ident}",
        )
    pressed = st.button("Save", type="primary", key=f"connections.save.{ident}")
    if pressed:
        with problems():
            saved = work.connections.edit(who, connection, name=name, base_url=base_url, key=key, settings=settings)
            if connection.kind == "openai":
                work.connections.set_models(who, saved.id, names.splitlines())
            flash(f"{saved.name} saved.")
            st.rerun()


@st.dialog("Remove this connection?")
def remove_dialog(work: Workspace, who: Principal, connection: Connection) -> None:
    """Say what stays, then remove."""
    st.markdown(
        f"**{safe(connection.name)}** and its key are removed. What it made and what it cost stays on record; "
        "stages that used it fall back to the built-in teacher."
    )
    if st.button("Remove it", type="primary", key=f"connections.remove_sure.{connection.id}"):
        with problems():
            work.connections.remove(who, connection.id)
            flash(f"{connection.name} removed.")
            st.rerun()


def found_here(work: Workspace, who: Principal) -> None:
    """Servers that answer on this machine and keys in the environment, one click each."""
    st.subheader("Found on this machine")
    if st.button("Look again", key="connections.look", icon=":material/radar:", type="tertiary"):
        st.session_state.pop(_FOUND, None)
    if _FOUND not in st.session_state:
        with st.spinner("Looking at the usual ports of this machine ..."):
            st.session_state[_FOUND] = work.connections.found()
    found = st.session_state[_FOUND]
    if not found:
        st.caption(
            "Nothing found. Looked for OPENAI_API_KEY and for Ollama, LM Studio, vLLM and llama.cpp on their usual "
            "ports (11434, 1234, 8000, 8080)."
        )
    for place in found:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            models = f"{len(place.models)} models" if place.models else "models not listed yet"
            key = "key from OPENAI_API_KEY" if place.key_source else "no key needed"
            st.markdown(f"**{safe(place.name)}** at {safe(place.base_url)}  \n{models}, {key}")
            if st.button("Connect", key=f"connections.connect.{place.base_url}", width="content", type="primary"):
                with problems():
                    work.connections.add(
                        who,
                        name=place.name,
                        base_url=place.base_url,
                        key_source=place.key_source,
                        models=place.models,
                    )
                    st.session_state.pop(_FOUND, None)
                    flash(f"{place.name} connected.")
                    st.rerun()


def add_endpoint(work: Workspace, who: Principal) -> None:
    """The form for any endpoint."""
    st.subheader("Any other endpoint")
    with st.form("connections.add", border=True):
        left, right = st.columns(2, gap="large")
        name = left.text_input("Name", key="connections.new_name", placeholder="For example: Team gateway")
        base_url = left.text_input("Base URL", key="connections.new_url", placeholder="https://api.openai.com/v1")
        models = left.text_area(
            "Model names, one on each line",
            key="connections.new_models",
            placeholder="Optional: a test lists them",
            height=100,
        )
        key = right.text_input(
            "Key",
            type="password",
            key="connections.new_key",
            help="Goes to a file on this machine that only you can read, never into the database, backups or exports. "
            "It is not shown again but for its last four characters.",
        )
        variable = right.text_input(
            "or the name of an environment variable that holds it",
            key="connections.new_variable",
            placeholder="OPENAI_API_KEY",
        )
        pressed = st.form_submit_button("Add connection", type="primary", key="connections.new_add")
    if pressed:
        with problems():
            source = f"env:{variable.strip()}" if variable.strip() else ""
            made = work.connections.add(
                who, name=name, base_url=base_url, key=key, key_source=source, models=models.splitlines()
            )
            flash(f"{made.name} added. Test it under Connected.")
            st.rerun()
