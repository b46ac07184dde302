"""What becomes of an action on nodes of the tree: a dialog that asks first, or a service at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from core.domain.states import NodeState
from core.domain.taxonomy import Verdict
from pages.components.figures import count
from pages.components.node_place import ask_about, open_dialog, open_edit, select
from pages.components.presses import act
from pages.components.session import Here
from pages.components.taxonomy_dialogs import DIALOGS
from pages.components.tree_element import Action
from pages.components.tree_menu import COPY_LINK, MENU, OPEN_BELOW, MenuEntry

MOVE = "taxonomy.move"


def menu() -> Sequence[MenuEntry]:
    """The actions that this page can carry out."""
    known = {*DIALOGS, *_ACTS, COPY_LINK, OPEN_BELOW}
    return [entry for entry in MENU if entry.id in known]


def act_on(h: Here, action: Action) -> None:
    """Carry out what somebody wishes in the tree, before the page is drawn anew."""
    if action.do in _ACTS:
        _ACTS[action.do](h, action)
    elif action.do in DIALOGS:
        ask_about(action.do, action.nodes)


def _rename(h: Here, action: Action) -> None:
    for node in h.work.taxonomy.some(h.project_id, action.nodes[:1]):
        select(node.id)
        open_edit(node)


def _move(h: Here, action: Action) -> None:
    """To another parent after a dialog that names both places; among siblings at once."""
    movers = h.work.taxonomy.some(h.project_id, action.nodes)
    if movers and all(node.parent_id == action.to for node in movers):
        names = movers[0].name if len(movers) == 1 else count(len(movers), "node")
        act(lambda: f"Reordered {names}." if h.work.tree.move(h.who, movers, action.to, action.before) else None)
        return
    st.session_state[MOVE] = {"nodes": list(action.nodes), "to": action.to, "before": action.before}
    open_dialog("move", None)


def _keep(h: Here, action: Action) -> None:
    def keep() -> str:
        seen = [node for node in h.work.taxonomy.some(h.project_id, action.nodes) if node.state is NodeState.PROPOSED]
        for node in seen:
            h.work.votes.vote(h.who, h.project_id, node.id, Verdict.KEEP, meaning=node.meaning)
        return f"Voted keep on {count(len(seen), 'node')}."

    act(keep)


def _restore(h: Here, action: Action) -> None:
    act(lambda: f"Restored {count(h.work.removal.restore(h.who, h.project_id, action.nodes), 'node')}.")


_ACTS: Mapping[str, Callable[[Here, Action], None]] = {
    "rename": _rename,
    "move": _move,
    "keep": _keep,
    "restore": _restore,
}
