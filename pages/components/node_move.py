"""The dialog that moves nodes: the new place is looked for, or was wished for by a drag; both places are shown."""

from __future__ import annotations

import streamlit as st

from core.domain.states import NodeState
from core.domain.taxonomy import Node
from core.services.taxonomy import NodeView
from pages.components.figures import count
from pages.components.node_choice import TOP, choose_node, chosen_nodes
from pages.components.node_place import MOVE, close_dialog, done, select
from pages.components.node_words import path_words
from pages.components.notices import problems
from pages.components.session import Here
from pages.components.text import safe


@st.dialog("Move", width="medium", on_dismiss=close_dialog)
def move_dialog(h: Here, view: NodeView) -> None:
    """Where it stands, where it shall stand, then move."""
    wish = st.session_state.get(MOVE)
    movers = _movers(h, view, wish)
    _from(h, movers)
    if isinstance(wish, dict):
        to, before = wish.get("to"), wish.get("before")
    else:
        chosen = choose_node(
            h, "taxonomy.move", "Where to", leave_out={node.id for node in movers}, top=True, suggested=view.path[:-1]
        )
        if chosen is None:
            st.caption("Choose the node below which it shall stand.")
            return
        to, before = (None if chosen == TOP else chosen), None
    _confirm(h, movers, to, before)


def _movers(h: Here, view: NodeView, wish: object) -> list[Node]:
    if isinstance(wish, dict) and wish.get("nodes"):
        found = {node.id: node for node in h.work.taxonomy.some(h.project_id, wish["nodes"])}
        return [found[node_id] for node_id in wish["nodes"] if node_id in found]
    return chosen_nodes(h, view.node)


def _path(h: Here, node_id: int | None) -> str:
    if node_id is None:
        return "the top"
    return path_words(h.work.taxonomy.view(h.who, h.project_id, node_id).path, 60)


def _from(h: Here, movers: list[Node]) -> None:
    names = ", ".join(f"**{safe(node.name, 60)}**" for node in movers[:5])
    more = f" and {len(movers) - 5:,} more" if len(movers) > 5 else ""
    st.markdown(f"{names}{more}")
    places = {node.parent_id for node in movers}
    place = _path(h, movers[0].parent_id) if len(places) == 1 else f"{len(places)} places"
    st.markdown(f":material/logout: From: {place}")


def _confirm(h: Here, movers: list[Node], to: int | None, before: int | None) -> None:
    place = _path(h, to)
    at = ""
    if before is not None:
        found = h.work.taxonomy.some(h.project_id, [before])
        at = f", in front of **{safe(found[0].name, 60)}**" if found else ""
    st.markdown(f":material/login: To: {place}{at}")
    reordered = all(node.parent_id == to for node in movers)
    verified = sum(node.state is NodeState.VERIFIED for node in movers)
    if verified and not reordered:
        st.caption(
            f"{count(verified, 'of them is', 'of them are')} verified and will be proposed again: votes count"
            " for one place. What is below keeps its votes."
        )
    label = "Put it here" if reordered else f"Move {count(len(movers), 'node')}"
    if st.button(label, type="primary", icon=":material/drive_file_move:", key="taxonomy.move.submit"):
        with problems():
            moved = h.work.tree.move(h.who, movers, to, before)
            select(moved[0].id)
            done(f"Moved {moved[0].name}." if len(moved) == 1 else f"Moved {count(len(moved), 'node')}.")
