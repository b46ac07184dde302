"""What happened: to the node in hand, and in the whole project as a list of actions to open and take back."""

from __future__ import annotations

import streamlit as st

from core.services.actions import ActionRow
from core.services.taxonomy import NodeView
from pages.components.change_words import change_row, parents_in
from pages.components.figures import count, when
from pages.components.node_place import TABLE, mode, select, selected_id
from pages.components.node_words import entry_row
from pages.components.notices import empty
from pages.components.presses import press
from pages.components.session import Here
from pages.components.text import safe
from pages.components.undo_bar import take_back

_PAGE, _PANE, _CHANGES = 25, 20, 100
_BELOW = "taxonomy.history.below"


def show_history(h: Here, view: NodeView) -> None:
    """The newest changes of the node in a table that opens, older ones on request."""
    if not view.history:
        return
    label = (
        f"History ({count(len(view.history), 'newest change') if len(view.history) == _PANE else len(view.history)})"
    )
    with st.expander(label, icon=":material/history:", key="taxonomy.history", type="compact"):
        size = st.session_state.get(f"taxonomy.history.size.{view.node.id}", _PANE)
        entries = view.history
        if size > _PANE:
            entries = tuple(h.work.history.of_node(h.who, h.project_id, view.node.id, size=size))
        rows = [entry_row(entry) for entry in entries]
        st.dataframe(rows, hide_index=True, width="stretch", key="taxonomy.events")
        if len(entries) == size:
            st.button("Older changes", key="taxonomy.history.more", on_click=_more, args=(view.node.id, size))


def _more(node_id: int, size: int) -> None:
    st.session_state[f"taxonomy.history.size.{node_id}"] = size * 5


def go_to(h: Here, action: ActionRow) -> None:
    """To the node that an action concerned; to where it stood, if it is gone now. A table stays where it is."""
    if mode() != TABLE and action.entity == "node" and action.entity_id.isdecimal():
        node_id = int(action.entity_id)
        if _is_there(h, node_id):
            select(node_id)
            return
        select(_stood_below(h, action, node_id))
    in_hand = selected_id()
    if in_hand is not None and not _is_there(h, in_hand):
        select(None)


def _is_there(h: Here, node_id: int) -> bool:
    return bool(h.work.taxonomy.some(h.project_id, [node_id]))


def _stood_below(h: Here, action: ActionRow, node_id: int) -> int | None:
    opened = h.work.history.opened(h.who, h.project_id, action.id, size=_CHANGES)
    rows = [each.change for each in opened.changes if each.change.item == "node" and each.change.row_id == node_id]
    parents = [row.was.get("parent_id") for row in rows]
    return next((int(parent) for parent in parents if parent), None)


def history_view(h: Here) -> None:
    """Actions of everybody, newest first, narrowed to a person or a kind."""
    people, kinds = h.work.history.choices(h.project_id)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        person = st.selectbox("Who", ["", *people], key="taxonomy.history.person", format_func=_or_all, width=220)
        kind = st.selectbox("What", ["", *kinds], key="taxonomy.history.kind", format_func=_or_all, width=220)
    below = st.session_state.get(_BELOW, 0)
    found = h.work.history.page(h.who, h.project_id, below=below, size=_PAGE, person=person or "", kind=kind or "")
    if not found:
        empty("Nothing yet", "What people change, and what teachers propose, is listed here.", ":material/history:")
    for action in found:
        _action(h, action)
    with st.container(horizontal=True):
        if below:
            st.button("Newest", key="taxonomy.history.newest", icon=":material/first_page:", on_click=_turn, args=(0,))
        if len(found) == _PAGE:
            st.button(
                "Older",
                key="taxonomy.history.older",
                icon=":material/chevron_right:",
                on_click=_turn,
                args=(found[-1].id,),
            )


def _or_all(word: str) -> str:
    return safe(word, 60) if word else "All"


def _turn(below: int) -> None:
    st.session_state[_BELOW] = below


def _action(h: Here, action: ActionRow) -> None:
    title = safe(action.title, 160) or action.kind
    word = {"undo": "Taken back: ", "redo": "Made again: "}.get(action.kind, "")
    state = " :gray-badge[taken back]" if action.undone_by is not None else ""
    label = f"{word}{title}{state} :gray[{safe(action.person, 60)}, {when(action.at)}]"
    box = st.expander(label, key=f"taxonomy.action.{action.id}", on_change="rerun", type="compact")
    if box.open:
        with box:
            _opened(h, action)


def _opened(h: Here, action: ActionRow) -> None:
    opened = h.work.history.opened(h.who, h.project_id, action.id, size=_CHANGES)
    above = h.work.taxonomy.some(h.project_id, sorted(parents_in(opened.changes)))
    places = {node.id: node.name for node in above}
    rows = [change_row(each, places) for each in opened.changes]
    if rows:
        st.dataframe(rows, hide_index=True, width="stretch")
    if opened.hidden:
        st.caption(f"{count(opened.hidden, 'vote is', 'votes are')} shown after your own.")
    if opened.after:
        st.caption(f"The first {_CHANGES} of {count(action.changes, 'change')}.")
    with st.container(horizontal=True, vertical_alignment="center"):
        if action.entity == "node" and action.entity_id.isdecimal():
            st.page_link(
                "taxonomy.py",
                label="Go to the node",
                icon=":material/account_tree:",
                query_params={"project": h.project_id, "node": action.entity_id},
            )
        if action.undone_by is None and action.undoes is None and not opened.hidden:
            press(
                "Take back",
                lambda: take_back(h, action, go_to),
                key=f"taxonomy.action.undo.{action.id}",
                icon="undo",
                help="All of this action or nothing. What was changed since is never overwritten.",
            )
