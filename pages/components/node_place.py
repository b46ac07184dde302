"""Where a person is on the Taxonomy page: the node, the run and the mode in the URL, and the dialog that is open."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.taxonomy import Node
from pages.components.notices import flash

NODE, RUN, MODE, LEVEL = "node", "run", "mode", "level"
WALK, SETTLE, AGREEMENT, GROW = "verify", "settle", "agreement", "grow"
TABLE, HISTORY, ALIKE, FILES = "table", "history", "alike", "files"
SCOPE = ("branch", "level", "waiting")
ROWS, HITS = "rows", "hits"  # the table of what the filters leave, not of one node's children
_DIALOG = "taxonomy.dialog"
BASE = "taxonomy.edit.base"
CONFLICT = "taxonomy.edit.conflict"
LANGUAGES = "taxonomy.edit.labels"  # (turn of the table, the names in other languages as they were read)
CHOSEN = "taxonomy.chosen"  # ids of the nodes that were marked for a dialog, when there are several
MOVE = "taxonomy.move"  # {"nodes": ids, "to": id or None, "before": id or None}: where a drag wishes them to go
_FORMS = tuple(f"taxonomy.{form}.{part}" for form in ("move", "merge", "link") for part in ("search", "to"))


def selected_id() -> int | None:
    """The node that the URL names, if it names one."""
    text = str(st.query_params.get(NODE, ""))
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 16 else None


def select(node_id: int | None, *, anew: bool = False) -> None:
    """Go to a node, None = all fields; the run of another node is left behind.

    `anew`: say it also where the URL seems to name it, because what was said before may not have arrived yet.
    """
    if node_id == selected_id() and not anew:
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


def start_growing() -> None:
    """Grow the taxonomy with a teacher, level by level."""
    enter(GROW)
    st.query_params.pop(NODE, None)


def leave_mode() -> None:
    """Back to the tree, at the node in hand."""
    for name in (MODE, RUN, ROWS, *SCOPE):
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
        st.session_state[CHOSEN] = list(node_ids)
        open_dialog(name, None)


def dialog_is_open() -> bool:
    """Does a dialog stand before the page?"""
    return _DIALOG in st.session_state


def dialog_in_hand() -> tuple[str, int | None]:
    """Name and node of the open dialog, ("", None) without any or when the node in hand is another one by now.

    When it is about several nodes, the node is the first of them.
    """
    name, node_id = st.session_state.get(_DIALOG, ("", None))
    if node_id is not None and node_id != selected_id():
        return "", None
    chosen = st.session_state.get(CHOSEN) or ()
    return str(name), node_id if node_id is not None else next(iter(chosen), None)


def shortcut(key: str) -> str | None:
    """The key of a button, none while a dialog is open: keys reach the page behind it."""
    return None if dialog_is_open() else key


def close_dialog() -> None:
    """Nothing is open any more."""
    for key in (_DIALOG, BASE, CONFLICT, CHOSEN, MOVE, *_FORMS):
        st.session_state.pop(key, None)


def done(message: str) -> None:
    """Close the dialog and say what happened on the page behind it."""
    close_dialog()
    flash(message)
    st.rerun()


def open_edit(node: Node) -> None:
    """Open the editor with the node's texts, and remember which version they are."""
    close_dialog()
    open_dialog("edit", node.id)
    st.session_state[BASE] = (node.version, node.state)
    st.session_state["taxonomy.edit.name"] = node.name
    st.session_state["taxonomy.edit.description"] = node.description
    st.session_state["taxonomy.edit.synonyms"] = "\n".join(node.synonyms)
    st.session_state["taxonomy.edit.scope_note"] = node.scope_note
    st.session_state["taxonomy.edit.notation"] = node.notation
    turn, _ = st.session_state.get(LANGUAGES, (0, None))
    st.session_state[LANGUAGES] = (turn + 1, node.labels)
