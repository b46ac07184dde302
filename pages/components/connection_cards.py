"""Connections as cards: what is known of each, its test, its models and their prices."""

from __future__ import annotations

import streamlit as st

from core.domain.people import Principal
from core.domain.records import Connection
from core.errors import StudioError
from core.services.connections import ConnectionView
from pages.components.connection_forms import edit_dialog, remove_dialog
from pages.components.connection_prices import price_editor, price_table
from pages.components.figures import count, when
from pages.components.notices import flash, problems, show_error
from pages.components.session import Workspace
from pages.components.text import safe

KINDS = {
    "builtin": "Templates with computed answers, no language model. Free.",
    "openai": "OpenAI-compatible endpoint",
    "local": "Model file on this machine. Free.",
    "scripted": "Scripted, for tests",
}
_ICONS = {"builtin": "calculate", "openai": "cloud", "local": "memory", "scripted": "science"}
_SCHEMA = {"json_schema": "follows a JSON schema", "json_object": "JSON without a schema", "text": "plain text only"}
_UNTESTED = {
    "openai": "lists the models and asks for a tiny answer; it costs next to nothing",
    "local": "loads the model and asks for a tiny answer",
}


def connection_cards(work: Workspace, who: Principal) -> None:
    """Every connection; the one that a link names comes first."""
    wanted = st.query_params.get("connection", "")
    for view in sorted(work.connections.all(), key=lambda view: view.connection.id != wanted):
        with st.container(border=True):
            _card(work, who, view)


def _card(work: Workspace, who: Principal, view: ConnectionView) -> None:
    connection = view.connection
    head, act = st.columns(2, vertical_alignment="top", gap="small")
    with head:
        st.markdown(f"#### :material/{_ICONS[connection.kind]}: {safe(connection.name)}")
        st.caption(KINDS[connection.kind])
    with act, st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Settings", key=f"connections.edit.{connection.id}", icon=":material/tune:"):
            edit_dialog(work, who, connection)
        if connection.kind != "builtin" and st.button(
            "Remove", key=f"connections.remove.{connection.id}", icon=":material/delete:", type="tertiary"
        ):
            remove_dialog(work, who, connection)
    if connection.kind == "openai":
        _address(view)
        st.caption(pace_words(connection))
    if connection.kind == "local":
        st.text(str(connection.settings.get("file", "")))
        st.caption(f"Reads and writes up to {connection.settings.get('context', 0):,} tokens in one call.")
    _probe_line(connection)
    _test(work, who, connection)
    if connection.kind == "openai":
        _models(work, who, view)


def _address(view: ConnectionView) -> None:
    words = {"none": "no key", "missing": "the key is missing"}.get(view.key, f"key {view.key}")
    variable = view.connection.key_source.removeprefix("env:")
    where = f" from {variable}" if view.connection.key_source.startswith("env:") else ""
    st.markdown(f"{safe(view.connection.base_url, 500)} · {safe(words + where)}")


def pace_words(connection: Connection) -> str:
    """How fast and how long it is asked."""
    settings = connection.settings
    rpm, tpm = settings.get("rpm"), settings.get("tpm")
    parts = [f"{count(int(settings.get('concurrency') or 8), 'call')} at once"]
    parts += [f"{count(int(rpm), 'request')} per minute"] if rpm else []
    parts += [f"{count(int(tpm), 'token')} per minute"] if tpm else []
    learnt = {(True, True): "", (True, False): "tokens", (False, True): "requests"}.get((bool(rpm), bool(tpm)), "rate")
    parts += [f"{learnt.removesuffix('s')} limits learnt from the server"] if learnt else []
    return f"At most {', '.join(parts)}; an answer must come within {int(settings.get('deadline') or 120):,} s."


def _probe_line(connection: Connection) -> None:
    probe = connection.probe
    if not probe:
        if connection.kind in _UNTESTED:
            st.caption(f"Not tested yet. A test {_UNTESTED[connection.kind]}.")
        return
    several = "several answers in one call" if probe.get("several") else "one answer a call"
    usage = "reports usage" if probe.get("usage") else "reports no usage, so calls are charged at their hold"
    batches = ", takes batches at half the price" if probe.get("batches") else ""
    form = _SCHEMA.get(str(probe.get("schema")), "unknown form")
    loaded = f" was loaded in {probe['load_ms'] / 1000:.1f} s and" if probe.get("load_ms") else ""
    st.caption(
        f":material/check_circle: {safe(probe.get('model', ''), 80)}{loaded} answered {when(connection.probed_at)} "
        f"after {probe.get('answer_ms', 0):,} ms: {form}, {several}, {usage}{batches}."
    )


def _test(work: Workspace, who: Principal, connection: Connection) -> None:
    """Ask, then say what came back below the button."""
    ident = connection.id
    with st.container(horizontal=True, vertical_alignment="bottom"):
        model = ""
        if connection.kind == "openai" and len(connection.models) > 1:
            model = st.selectbox("Model to test", connection.models, key=f"connections.test_model.{ident}", width=280)
        untested = connection.kind == "openai" and not connection.probe
        pressed = st.button(
            "Test",
            key=f"connections.test.{ident}",
            icon=":material/network_check:",
            type="primary" if untested else "secondary",
        )
    if pressed:
        with problems():
            local = "Loading the model, then asking" if connection.kind == "local" else "Asking"
            with st.spinner(f"{local} for one tiny answer ..."):
                probe = work.connections.test(who, ident, model)
            if probe.problem:
                show_error(StudioError(probe.problem, probe.hint))
                return
            flash(f"{connection.name} answers.")
            st.rerun()


def _models(work: Workspace, who: Principal, view: ConnectionView) -> None:
    models = view.connection.models
    if not models:
        st.caption("No models known yet: test the connection, or type model names under Settings.")
        return
    unknown = sum(price is None for price in view.prices.values())
    title = count(len(models), "model") + (f", {unknown:,} without a known price" if unknown else ", all prices known")
    with st.expander(title, key=f"connections.models.{view.connection.id}"):
        if unknown:
            st.caption(
                "Without a price the cost of a call is not known beforehand, so a run under a cost cap is refused. "
                "Type in what your provider charges; 0 if nothing."
            )
        price_table(view)
        price_editor(work, who, view)
