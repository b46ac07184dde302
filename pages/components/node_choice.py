"""Choosing another node in a dialog: type a part of its name, take one of the hits."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import streamlit as st

from core.domain.states import NodeState
from core.domain.taxonomy import Node
from pages.components.node_place import CHOSEN
from pages.components.node_words import badge, path_words
from pages.components.session import Here
from pages.components.text import safe

TOP = 0
_HITS = 12


def chosen_nodes(h: Here, node: Node) -> list[Node]:
    """The nodes that a dialog is about: those marked in the tree, else the one in hand; as they are now."""
    marked = st.session_state.get(CHOSEN)
    ids = [int(each) for each in marked] if isinstance(marked, list | tuple) and marked else [node.id]
    found = {each.id: each for each in h.work.taxonomy.some(h.project_id, ids)}
    return [found[each] for each in ids if each in found] or [node]


def choose_node(
    h: Here, key: str, label: str, *, leave_out: Collection[int] = (), top: bool = False, suggested: Sequence[Node] = ()
) -> int | None:
    """The id of the node that was chosen, 0 for the top where `top` offers it; None while none is."""
    text = st.text_input(
        label, key=f"{key}.search", type="search", live="300ms", placeholder="Type a part of its name, then choose"
    )
    found = h.work.taxonomy.search(h.project_id, text) if text.strip() else []
    paths = {path[-1].id: path for path in found if path[-1].id not in leave_out}
    if not text.strip():
        paths = {node.id: (node,) for node in suggested if node.id not in leave_out}
    labels = {TOP: "**The top**, as a field"} if top else {}
    labels |= {node_id: choice_words(path) for node_id, path in list(paths.items())[:_HITS]}
    if text.strip() and not paths:
        st.caption(f"Nothing found for “{safe(text, 60)}”.")
    if not labels:
        return None
    kept = st.session_state.get(f"{key}.to")
    options = list(labels) + ([kept] if isinstance(kept, int) and kept not in labels else [])
    chosen = st.radio(
        "Hits",
        options,
        index=None,
        key=f"{key}.to",
        format_func=lambda node_id: labels.get(node_id) or _named(h, node_id),
        label_visibility="collapsed",
    )
    return chosen if isinstance(chosen, int) else None


def choice_words(path: Sequence[Node]) -> str:
    """A node in a list to choose from: its name, behind where it stands."""
    above = f":gray[{path_words(path[:-1], 40)} ›] " if len(path) > 1 else ""
    gone = f" {badge(path[-1].state)}" if path[-1].state is NodeState.REMOVED else ""
    return f"{above}**{safe(path[-1].name, 80)}**{gone}"


def _named(h: Here, node_id: int) -> str:
    found = h.work.taxonomy.some(h.project_id, [node_id])
    return f"**{safe(found[0].name, 80)}**" if found else str(node_id)
