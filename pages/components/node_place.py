"""Where a person is on the Taxonomy page: the node, the run and the mode in the URL, and the dialog that is open."""

from __future__ import annotations

import streamlit as st

from core.domain.taxonomy import Node

NODE, RUN, MODE, LEVEL = "node", "run", "mode", "level"
WALK = "verify"
GROW = "grow"
_DIALOG = "taxonomy.dialog"
BASE = "taxonomy.edit.base"
CONFLICT = "taxonomy.edit.conflict"
LAST = "taxonomy.walk.last"


def selected_id() -> int | None:
    """The node that the URL names, if it names one."""
    text = str(st.query_params.get(NODE, ""))
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 16 else None


def select(node_id: int | None) -> None:
    """Go to a node, None = all fields; the run of another node is left behind."""
    if node_id == selected_id():
        return
    st.query_params.pop(RUN, None)
    if node_id is None:
        st.query_params.pop(NODE, None)
    else:
        st.query_params[NODE] = str(node_id)


def walking() -> bool:
    """Is the page in its mode "Verify one by one"?"""
    return st.query_params.get(MODE) == WALK


def start_walk() -> None:
    """Verify one by one, from the node in hand on."""
    st.query_params[MODE] = WALK
    st.query_params.pop(RUN, None)


def growing() -> bool:
    """Is the page in its mode "Grow level by level"?"""
    return st.query_params.get(MODE) == GROW


def start_growing() -> None:
    """Grow the taxonomy with a teacher, level by level."""
    st.query_params[MODE] = GROW
    for key in (NODE, RUN, LEVEL):
        st.query_params.pop(key, None)


def stop_walk() -> None:
    """Back to the tree."""
    for key in (MODE, LEVEL):
        st.query_params.pop(key, None)


def open_dialog(name: str, node_id: int | None) -> None:
    """Open a dialog for a node at the next drawing."""
    st.session_state[_DIALOG] = (name, node_id)


def dialog_for(node_id: int | None) -> str:
    """Name of the dialog that is open for this node, "" without any."""
    name, for_node = st.session_state.get(_DIALOG, ("", None))
    return str(name) if for_node == node_id else ""


def shortcut(key: str) -> str | None:
    """The key of a button, none while a dialog is open: keys reach the page behind it."""
    return None if _DIALOG in st.session_state else key


def close_dialog() -> None:
    """Nothing is open any more."""
    for key in (_DIALOG, BASE, CONFLICT):
        st.session_state.pop(key, None)


def open_edit(node: Node) -> None:
    """Open the editor with the node's texts, and remember which version they are."""
    close_dialog()
    open_dialog("edit", node.id)
    st.session_state[BASE] = (node.version, node.state)
    st.session_state["taxonomy.edit.name"] = node.name
    st.session_state["taxonomy.edit.description"] = node.description
    st.session_state["taxonomy.edit.synonyms"] = "\n".join(node.synonyms)
