"""The local model: said beforehand how large it is and what it can do; download, pause, use, remove."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from core.domain.people import Principal
from core.errors import InvalidInputError
from core.services.connections import LocalModelView
from pages.components.figures import bytes_of
from pages.components.presses import act, press
from pages.components.session import Workspace
from pages.components.text import safe

_FALL_BACK = "Its connection goes too, and stages that used it fall back to the built-in teacher."
_FALLEN_BACK = "Stages that used it fell back to the built-in teacher."


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
    state = view.status.state.value
    if view.status.active:
        st.fragment(_progress, run_every="1s")(work, who, view.model.id)
        return
    words = f"{view.status.message} {view.status.hint}".strip()
    if state == "failed":
        st.error(safe(words, 600), icon=":material/error:")
    if state == "paused":
        _bar(view, "Paused")
        st.caption(safe(words, 600))
    with st.container(horizontal=True, vertical_alignment="center"):
        if state == "ready":
            _ready(work, who, view)
        else:
            _not_there(work, who, view)


def _not_there(work: Workspace, who: Principal, view: LocalModelView) -> None:
    state, ident = view.status.state.value, view.model.id
    labels = {"paused": "Go on", "failed": "Try again"}
    press(
        labels.get(state, f"Download {bytes_of(view.model.download_bytes)}"),
        partial(work.connections.download, who, ident),
        key=f"connections.download.{ident}",
        icon="download",
    )
    if state in labels:
        _delete(work, who, view, "Discard what is there")


def _ready(work: Workspace, who: Principal, view: LocalModelView) -> None:
    if view.connection:
        st.markdown(f":material/check_circle: Connected as **{safe(view.connection.name)}**", width="content")
    else:
        using = partial(_use, work, who, view)
        press("Use it", using, key=f"connections.use.{view.model.id}", icon="add_link", primary=True)
    with st.popover("Remove from disk", icon=":material/delete:", key=f"connections.delete_asked.{view.model.id}"):
        st.markdown(
            f"The file of {bytes_of(view.model.file_bytes)} is deleted. {_FALL_BACK if view.connection else ''}"
        )
        _delete(work, who, view, "Remove it")


def _use(work: Workspace, who: Principal, view: LocalModelView) -> str:
    model = view.model
    path = work.settings.models / model.file_name
    work.connections.add_local(who, name=model.title, file=path, context=model.context)
    return f"{model.title} connected. Choose it under Teachers of this project."


def _delete(work: Workspace, who: Principal, view: LocalModelView, label: str) -> None:
    deleting = partial(_deleted, work, who, view)
    press(label, deleting, key=f"connections.delete.{view.model.id}", icon="delete", quiet=True)


def _deleted(work: Workspace, who: Principal, view: LocalModelView) -> str:
    work.connections.delete_model(who, view.model.id)
    return f"{view.model.title} removed. {_FALLEN_BACK if view.connection else ''}".strip()


def _bar(view: LocalModelView, words: str) -> None:
    total = view.status.total_bytes or view.model.download_bytes
    done = min(view.status.done_bytes, total)
    st.progress(done / total, text=f"{words}: {bytes_of(done)} of {bytes_of(total)}")


def _progress(work: Workspace, who: Principal, ident: str) -> None:
    view = next(view for view in work.connections.local_models() if view.model.id == ident)
    if not view.status.active:
        st.rerun()
    assembling = view.status.state.value == "assembling"
    _bar(view, "Putting the file together and checking it" if assembling else "Downloading")
    pausing = partial(_pause, work, who, ident)
    press("Pause", pausing, key=f"connections.pause.{ident}", icon="pause")


def _pause(work: Workspace, who: Principal, ident: str) -> None:
    work.connections.pause_download(who, ident)


def _by_path(work: Workspace, who: Principal) -> None:
    st.subheader("Any other model file", anchor=False)
    with st.form("connections.gguf", border=True):
        left, right = st.columns([1, 2], gap="medium")
        left.text_input("Name", key="connections.gguf_name", placeholder="For example: Llama 8B")
        right.text_input(
            "Path of a GGUF file on this machine", key="connections.gguf_path", placeholder="~/models/model.gguf"
        )
        adding = partial(_add_file, work, who)
        st.form_submit_button("Use this file", key="connections.gguf_add", on_click=act, args=(adding,))


def _add_file(work: Workspace, who: Principal) -> str:
    name, path = (str(st.session_state.get(f"connections.gguf_{field}") or "").strip() for field in ("name", "path"))
    if not path or "\0" in path:
        raise InvalidInputError("The path of the model file is empty or cannot be one.", "Type where the file lies.")
    made = work.connections.add_local(who, name=name, file=Path(path))
    for field in ("name", "path"):
        st.session_state[f"connections.gguf_{field}"] = ""
    return f"{made.name} connected. Choose it under Teachers of this project."
