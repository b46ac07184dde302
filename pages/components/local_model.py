"""The local model: said beforehand how large it is and what it can do; download, pause, use, remove."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.domain.people import Principal
from core.services.connections import LocalModelView
from pages.components.figures import bytes_of
from pages.components.notices import flash, problems
from pages.components.session import Workspace
from pages.components.text import safe


def local_models(work: Workspace, who: Principal) -> None:
    """The models that are known, then any file by path."""
    st.markdown(
        "A language model that runs on this machine: nothing leaves it, nothing is paid. It is slower than a hosted "
        "one, and small models make mistakes."
    )
    for view in work.connections.local_models():
        with st.container(border=True):
            _model(work, who, view)
    _by_path(work, who)


def _model(work: Workspace, who: Principal, view: LocalModelView) -> None:
    model = view.model
    st.markdown(f"#### :material/memory: {safe(model.title)}")
    st.markdown(safe(model.summary, 800))
    good, bad = st.columns(2)
    good.markdown("**Good for**\n" + "\n".join(f"- {safe(words)}" for words in model.good_for))
    bad.markdown("**Not good for**\n" + "\n".join(f"- {safe(words)}" for words in model.not_good_for))
    st.caption(
        f"Download {bytes_of(model.download_bytes)}, {bytes_of(model.file_bytes)} on disk, "
        f"{bytes_of(model.memory_bytes)} of memory while it runs. Licence: {safe(model.licence)}. "
        f"{safe(model.attribution, 600)}"
    )
    _status(work, who, view)


def _status(work: Workspace, who: Principal, view: LocalModelView) -> None:
    state, ident = view.status.state.value, view.model.id
    if state in {"downloading", "assembling"}:
        _progress(work, who, ident)
        return
    if view.status.message and state in {"failed", "paused"}:
        st.warning(f"{safe(view.status.message, 600)} {safe(view.status.hint, 600)}".strip(), icon=":material/info:")
    with st.container(horizontal=True):
        if state == "ready":
            _ready(work, who, view)
        elif st.button(
            "Go on" if state == "paused" else f"Download {bytes_of(view.model.download_bytes)}",
            key=f"connections.download.{ident}",
            icon=":material/download:",
        ):
            with problems():
                work.connections.download(who, ident)
                st.rerun()


def _ready(work: Workspace, who: Principal, view: LocalModelView) -> None:
    model, ident = view.model, view.model.id
    if view.connection:
        st.markdown(f":material/check_circle: Connected as **{safe(view.connection.name)}**")
    elif st.button("Use it", key=f"connections.use.{ident}", type="primary", icon=":material/add_link:"):
        with problems():
            path = work.settings.models / model.file_name
            work.connections.add_local(who, name=model.title, file=path, context=model.context)
            flash(f"{model.title} connected. Choose it under Teachers of this project.")
            st.rerun()
    if st.button("Remove from disk", key=f"connections.delete.{ident}", type="tertiary", icon=":material/delete:"):
        with problems():
            work.connections.delete_model(who, ident)
            flash(f"{model.title} removed.")
            st.rerun()


@st.fragment(run_every="1s")
def _progress(work: Workspace, who: Principal, ident: str) -> None:
    view = next(view for view in work.connections.local_models() if view.model.id == ident)
    status = view.status
    if status.state.value not in {"downloading", "assembling"}:
        st.rerun()
    total = status.total_bytes or view.model.download_bytes
    words = "Putting the file together and checking it" if status.state.value == "assembling" else "Downloading"
    st.progress(
        min(1.0, status.done_bytes / total), text=f"{words}: {bytes_of(status.done_bytes)} of {bytes_of(total)}"
    )
    if st.button("Pause", key=f"connections.pause.{ident}", icon=":material/pause:"):
        with problems():
            work.connections.pause_download(who, ident)


def _by_path(work: Workspace, who: Principal) -> None:
    st.subheader("Any other model file")
    with st.form("connections.gguf", border=True):
        left, right = st.columns([1, 2], gap="medium")
        name = left.text_input("Name", key="connections.gguf_name", placeholder="For example: Llama 8B")
        path = right.text_input("Path of a GGUF file on this machine", key="connections.gguf_path")
        pressed = st.form_submit_button("Use this file", key="connections.gguf_add")
    if pressed:
        with problems():
            made = work.connections.add_local(who, name=name, file=Path(path.strip() or "/nowhere.gguf"))
            flash(f"{made.name} connected.")
            st.rerun()
