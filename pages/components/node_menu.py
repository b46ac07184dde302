"""What can be done to the node in hand beyond voting and editing, in one menu."""

from __future__ import annotations

import streamlit as st

from core.domain.states import NodeState
from core.domain.taxonomy import Node, NodeKind
from core.services.taxonomy import NodeView
from pages.components.figures import count
from pages.components.node_place import TABLE, enter, open_dialog
from pages.components.presses import act
from pages.components.session import Here

_MENU = "taxonomy.more"
_LABELS = {
    "move": ":material/drive_file_move: Move...",
    "merge": ":material/merge: Merge into another...",
    "split": ":material/call_split: Split...",
    "kind": ":material/category: Change kind...",
    "link": ":material/add_link: Link...",
    "sort": ":material/sort_by_alpha: Sort children A to Z",
    "table": ":material/table_edit: Edit children in a table",
    "address": ":material/share: Copy link...",
    "remove": ":material/delete: Remove...",
    "restore": ":material/restore_from_trash: Restore...",
}


def more(h: Here, view: NodeView) -> None:
    """The menu."""
    st.menu_button(
        "More",
        options_for(view.node),
        key=_MENU,
        icon=":material/more_horiz:",
        format_func=lambda name: _LABELS[name],
        on_click=_chosen,
        args=(h, view.node),
    )


def options_for(node: Node) -> list[str]:
    """What its state and kind allow."""
    if node.state is NodeState.REMOVED:
        return ["restore"]
    names = ["move", "merge", "split", "kind", "link"]
    if node.kind is not NodeKind.DISCIPLINE and node.n_children:
        names += ["table", *(["sort"] if node.n_children > 1 else [])]
    return [*names, "address", "remove"]


def _chosen(h: Here, node: Node) -> None:
    name = st.session_state.get(_MENU)
    if name == "sort":
        act(lambda: _sort(h, node))
    elif name == "table":
        enter(TABLE)
    elif name in _LABELS:
        open_dialog(str(name), node.id)


def _sort(h: Here, node: Node) -> str:
    moved = h.work.tree.sort_children(h.who, h.project_id, node.id)
    return f"Sorted {count(node.n_children, 'node')}." if moved else "They were in order."
