"""Adding, changing and removing a connection. A key that was taken over does not stay in the page."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from core.domain.people import Principal
from core.domain.records import Connection
from core.services.connections import DEFAULT_CONTEXT, Found
from pages.components.figures import count
from pages.components.presets import preset
from pages.components.presses import act, press, show_problem
from pages.components.session import Workspace
from pages.components.text import safe

_FOUND = "connections.found"
_NEW = ("name", "url", "models", "key", "variable")
_PACE_HELP = {
    "concurrency": "More is faster as far as the server allows it. When it says that there are too many, it gets half "
    "as many, then one more after each round that goes well.",
    "deadline": "A call without an answer by then is given up and tried again. It stays charged at its hold, because "
    "the provider may bill it.",
    "rpm": "Calls are spread evenly over the minute. Empty: what the server says in its x-ratelimit headers, and no "
    "limit if it says nothing.",
    "tpm": "Counts each prompt and the longest answer that it allows, as servers do. Empty: what the server says, and "
    "no limit if it says nothing.",
}
TAB, CONNECTED = "connections.tab", "Connected"


def _typed(field: str) -> Any:
    return st.session_state.get(f"connections.{field}")


def _forget(*fields: str) -> None:
    for field in fields:
        st.session_state.pop(f"connections.{field}", None)


@st.dialog("Connection settings")
def edit_dialog(work: Workspace, who: Principal, connection: Connection) -> None:
    """Name, address, key, models, calls at once; the context of a model file; the built-in teacher's wrong answers."""
    ident, settings = connection.id, connection.settings
    st.text_input("Name", connection.name, key=f"connections.name.{ident}")
    if connection.kind == "openai":
        st.text_input("Base URL", connection.base_url, key=f"connections.url.{ident}")
        st.text_input(
            "New key", type="password", key=f"connections.key.{ident}", placeholder="Empty keeps the present one"
        )
        models = "\n".join(connection.models)
        st.text_area("Model names, one on each line", models, key=f"connections.list.{ident}", height=140)
    if connection.kind == "builtin":
        st.slider(
            "Share of wrong answers",
            0.0,
            0.5,
            float(settings.get("wrong_share", 0.1)),
            0.05,
            key=f"connections.wrong_share.{ident}",
            help="The built-in teacher computes right answers. This share ends in a typical slip on purpose, so that "
            "verification and review have something to find.",
        )
    elif connection.kind == "local":
        st.number_input(
            "Context, tokens",
            512,
            1_000_000,
            int(settings.get("context") or DEFAULT_CONTEXT),
            1024,
            key=f"connections.context.{ident}",
            help="How much it reads and writes in one call: a question prompt holds a whole syllabus. More takes more "
            "memory.",
        )
    else:
        _pace(connection)
    saving = partial(_save, work, who, connection)
    pressed = st.button("Save", type="primary", key=f"connections.save.{ident}", on_click=act, args=(saving,))
    if pressed and not show_problem():
        st.rerun()


def _pace(connection: Connection) -> None:
    """How fast and how long it is asked; what is empty is found out or has its usual value."""
    ident, settings = connection.id, connection.settings
    left, right = st.columns(2, gap="small")
    fields = (
        (left, "concurrency", "Calls at once", "8 when empty"),
        (right, "deadline", "Deadline of a call, seconds", "120 when empty"),
        (left, "rpm", "Requests per minute", "Learnt from the server"),
        (right, "tpm", "Tokens per minute", "Learnt from the server"),
    )
    for column, name, label, usual in fields:
        key = f"connections.{name}.{ident}"
        preset(key, settings.get(name) or None)
        column.number_input(
            label,
            value=None,
            step=1,
            placeholder=usual,
            key=key,
            help=_PACE_HELP[name],
        )
    st.caption("Runs under way keep the pace they began with; the next one takes the new.")


def _save(work: Workspace, who: Principal, connection: Connection) -> str:
    ident = connection.id
    names = {"builtin": ("wrong_share",), "local": ("context",)}.get(connection.kind, tuple(_PACE_HELP))
    if connection.kind == "openai":
        work.connections.set_models(who, ident, str(_typed(f"list.{ident}") or "").splitlines())
    saved = work.connections.edit(
        who,
        connection,
        name=str(_typed(f"name.{ident}") or ""),
        base_url=str(_typed(f"url.{ident}") or connection.base_url),
        key=str(_typed(f"key.{ident}") or ""),
        settings={name: _typed(f"{name}.{ident}") for name in names},
    )
    _forget(*(f"{field}.{ident}" for field in ("name", "url", "key", "list", *names)))
    return f"{saved.name} saved."


@st.dialog("Remove this connection?")
def remove_dialog(work: Workspace, who: Principal, connection: Connection) -> None:
    """Say what stays, then remove."""
    st.markdown(
        f"**{safe(connection.name)}** and its key are removed. What it made and what it cost stays on record; "
        "stages that used it fall back to the built-in teacher."
    )
    removing = partial(_remove, work, who, connection)
    label, key = "Remove it", f"connections.remove_sure.{connection.id}"
    if st.button(label, type="primary", key=key, on_click=act, args=(removing,)):
        st.rerun()


def _remove(work: Workspace, who: Principal, connection: Connection) -> str:
    work.connections.remove(who, connection.id)
    return f"{connection.name} removed."


def found_here(work: Workspace, who: Principal) -> None:
    """Servers that answer on this machine and keys in the environment, one click each."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Found on this machine", anchor=False, width="content")
        st.button(
            "Look again",
            key="connections.look",
            icon=":material/radar:",
            type="tertiary",
            on_click=_forget,
            args=("found",),
        )
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
        _place(work, who, place)


def _place(work: Workspace, who: Principal, place: Found) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        models = count(len(place.models), "model") if place.models else "models not listed yet"
        key = "key from OPENAI_API_KEY" if place.key_source else "no key needed"
        st.markdown(f"**{safe(place.name)}** at {safe(place.base_url)}  \n{models}, {key}")
        press("Connect", partial(_connect, work, who, place), key=f"connections.connect.{place.base_url}")


def _connect(work: Workspace, who: Principal, place: Found) -> str:
    made = work.connections.add(
        who, name=place.name, base_url=place.base_url, key_source=place.key_source, models=place.models
    )
    _forget("found")
    st.session_state[TAB] = CONNECTED
    return f"{made.name} connected. Test it here."


def add_endpoint(work: Workspace, who: Principal) -> None:
    """The form for any endpoint."""
    st.subheader("Any other endpoint", anchor=False)
    with st.form("connections.add", border=True):
        left, right = st.columns(2, gap="large")
        left.text_input("Name", key="connections.new_name", placeholder="For example: Team gateway")
        left.text_input("Base URL", key="connections.new_url", placeholder="https://api.openai.com/v1")
        right.text_input(
            "Key",
            type="password",
            key="connections.new_key",
            help="Goes to a file on this machine that only you can read, never into the database, backups or exports. "
            "It is not shown again but for its last four characters.",
        )
        right.text_input(
            "or an environment variable that holds it",
            key="connections.new_variable",
            placeholder="OPENAI_API_KEY",
        )
        st.text_area(
            "Model names, one on each line",
            key="connections.new_models",
            placeholder="Optional: a test lists them where the server can",
            height=80,
        )
        adding = partial(_add, work, who)
        st.form_submit_button(
            "Add connection",
            type="primary",
            key="connections.new_add",
            icon=":material/add:",
            on_click=act,
            args=(adding,),
        )


def _add(work: Workspace, who: Principal) -> str:
    variable = str(_typed("new_variable") or "").strip()
    made = work.connections.add(
        who,
        name=str(_typed("new_name") or ""),
        base_url=str(_typed("new_url") or ""),
        key=str(_typed("new_key") or ""),
        key_source=f"env:{variable}" if variable else "",
        models=str(_typed("new_models") or "").splitlines(),
    )
    for field in _NEW:
        st.session_state[f"connections.new_{field}"] = ""
    _forget("found")
    st.session_state[TAB] = CONNECTED
    return f"{made.name} added. Test it here."
