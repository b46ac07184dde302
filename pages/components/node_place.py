"""Where a person is on the Taxonomy page: the node, the run and the mode in the URL, and the dialog that is open."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.taxonomy import Node

NODE, RUN, MODE = "node", "run", "mode"
WALK, FILES = "verify", "files"
OF_A_MODE = (MODE, RUN, "branch", "level", "waiting")
_DIALOG = "taxonomy.dialog"
_CHOSEN = "taxonomy.nodes"
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


def mode() -> str:
    """Name of what the page shows instead of the tree, "" = the tree; `taxonomy_modes` knows the names."""
    return str(st.query_params.get(MODE, ""))


def walking() -> bool:
    """Is the page in its mode "Verify next"?"""
    return mode() == WALK


def enter(name: str, **scope: str) -> None:
    """Go to a mode, with the node in hand; `scope` goes into the URL too."""
    leave_mode()
    st.query_params[MODE] = name
    for key, value in scope.items():
        st.query_params[key] = value


def start_walk() -> None:
    """Verify one by one, from the node in hand on."""
    enter(WALK)


def leave_mode() -> None:
    """Back to the tree, at the node in hand."""
    for name in OF_A_MODE:
        st.query_params.pop(name, None)


def open_dialog(name: str, node_id: int | None) -> None:
    """Open a dialog for a node at the next drawing."""
    st.session_state[_DIALOG] = (name, node_id)


def ask_about(name: str, node_ids: Sequence[int]) -> None:
    """Open a dialog for one node, which becomes the one in hand, or for several."""
    close_dialog()
    if len(node_ids) == 1:
        select(node_ids[0])
        open_dialog(name, node_ids[0])
    else:
        st.session_state[_CHOSEN] = list(node_ids)
        open_dialog(name, None)


def chosen_ids() -> list[int]:
    """The nodes that the open dialog is about, when they are several."""
    return list(st.session_state.get(_CHOSEN, ()))


def open_dialog_name() -> str:
    """Name of the dialog that is open for the node in hand or for none in particular, "" without any."""
    name, node_id = st.session_state.get(_DIALOG, ("", None))
    return str(name) if node_id in {None, selected_id()} else ""


def dialog_is_open() -> bool:
    """Does a dialog stand before the page?"""
    return _DIALOG in st.session_state


def dialog_node() -> int | None:
    """The node that the open dialog is about, None for the top or for several."""
    node_id: int | None = st.session_state.get(_DIALOG, ("", None))[1]
    return node_id


def shortcut(key: str) -> str | None:
    """The key of a button, none while a dialog is open: keys reach the page behind it."""
    return None if dialog_is_open() else key


def close_dialog() -> None:
    """Nothing is open any more."""
    for key in (_DIALOG, _CHOSEN, BASE, CONFLICT):
        st.session_state.pop(key, None)


def open_edit(node: Node) -> None:
    """Open the editor with the node's texts, and remember which version they are."""
    close_dialog()
    open_dialog("edit", node.id)
    st.session_state[BASE] = (node.version, node.state)
    st.session_state["taxonomy.edit.name"] = node.name
    st.session_state["taxonomy.edit.description"] = node.description
    st.session_state["taxonomy.edit.synonyms"] = "\n".join(node.synonyms)
