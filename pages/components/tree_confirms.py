"""What is asked before nodes that were chosen or dragged in the tree are moved or removed."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.states import NodeState
from core.domain.taxonomy import Node
from pages.components.figures import count
from pages.components.node_place import chosen_ids, close_dialog, open_dialog_name
from pages.components.node_words import path_words
from pages.components.presses import Action, press, show_problem
from pages.components.session import Here
from pages.components.text import safe

MOVE = "taxonomy.move"
_NAMED = 5


def _names(nodes: Sequence[Node]) -> str:
    named = ", ".join(f"**{safe(node.name, 60)}**" for node in nodes[:_NAMED])
    more = len(nodes) - _NAMED
    return f"{named} and {more:,} more" if more > 0 else named


@st.dialog("Remove", on_dismiss=close_dialog)
def remove_many_dialog(h: Here) -> None:
    """Count what goes with the chosen nodes, then remove all of it as one action."""
    _end_if_done()
    going = h.work.removal.count(h.project_id, chosen_ids())
    if not going.chosen:
        st.info("None of the chosen nodes is there any more.")
        return
    below = going.nodes - len(going.chosen)
    st.markdown(f"{_names(going.chosen)} go" + (f", and with them **{count(below, 'node')}** below." if below else "."))
    if going.verified:
        st.markdown(f":material/warning: {count(going.verified, 'node of these is', 'nodes of these are')} verified.")
    st.caption("Nothing is deleted: undo or restore bring exactly these back.")

    def remove() -> str:
        number = h.work.removal.remove(h.who, going.chosen)
        close_dialog()
        return f"Removed {count(number, 'node')}."

    _confirm(f"Remove {count(going.nodes, 'node')}", remove, key="taxonomy.remove.many", icon="delete")


@st.dialog("Move", on_dismiss=close_dialog)
def move_dialog(h: Here) -> None:
    """Name both places, then move."""
    _end_if_done()
    wish = st.session_state.get(MOVE) or {"nodes": [], "to": None, "before": None}
    movers = [n for n in h.work.taxonomy.some(h.project_id, wish["nodes"]) if n.state is not NodeState.REMOVED]
    if not movers:
        st.info("None of these nodes is there any more.")
        return
    st.markdown(_names(movers))
    to, before = wish["to"], wish["before"]
    froms = {node.parent_id for node in movers}
    with st.container(gap="xsmall"):
        st.markdown(
            f":material/logout: From {_place(h, next(iter(froms)))}" if len(froms) == 1 else "From several places"
        )
        st.markdown(f":material/login: To {_place(h, to)}{_before(h, before)}")
    reordered = froms == {to}
    if not reordered and any(node.state is NodeState.VERIFIED for node in movers):
        st.caption("In another place a node means something else: its own verification is open again.")

    def move() -> str:
        h.work.tree.move(h.who, movers, to, before)
        close_dialog()
        return f"Moved {count(len(movers), 'node')}."

    label = "Move" if len(movers) == 1 else f"Move {count(len(movers), 'node')}"
    _confirm(label, move, key="taxonomy.move.confirm", icon="drive_file_move")


def _end_if_done() -> None:
    """A dialog draws only itself anew: when it has done its work the page has to follow."""
    if not open_dialog_name():
        st.rerun()


def _confirm(label: str, action: Action, *, key: str, icon: str) -> None:
    press(label, action, key=key, icon=icon, primary=True)
    show_problem()


def _place(h: Here, parent_id: int | None) -> str:
    if parent_id is None:
        return "the **top level**"
    return f"**{path_words(h.work.taxonomy.view(h.who, h.project_id, parent_id).path, 60)}**"


def _before(h: Here, before: int | None) -> str:
    found = h.work.taxonomy.some(h.project_id, [before]) if before is not None else []
    return f", before **{safe(found[0].name, 60)}**" if found else ""
