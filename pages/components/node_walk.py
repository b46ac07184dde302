"""Verify one by one: a card with keys for each open node, parents before children."""

from __future__ import annotations

import streamlit as st

from core.domain.states import NodeState
from core.domain.taxonomy import Node, Verdict
from core.services.taxonomy import NodeView
from pages.components.figures import count
from pages.components.node_detail import describe
from pages.components.node_place import LAST, leave_mode, open_dialog, open_edit, select, selected_id, shortcut
from pages.components.node_words import Counts, decided, vote_words
from pages.components.notices import empty, flash, problems
from pages.components.session import Here
from pages.components.text import safe


def find_stop(h: Here, chosen: NodeView | None) -> NodeView | None:
    """The node to decide on: the one in the URL while it is proposed, else the next open one behind it."""
    if chosen and chosen.node.state is NodeState.PROPOSED:
        return chosen
    found = h.work.taxonomy.next_open(h.who, h.project_id, chosen.node.id if chosen else 0)
    return h.work.taxonomy.view(h.who, h.project_id, found.id) if found else None


def walk(h: Here, stop: NodeView | None, counts: Counts) -> None:
    """The card, or the end of the way."""
    verified, removed, every = decided(counts)
    done = verified + removed
    st.progress(done / every if every else 0.0, text=f"{done:,} of {every:,} decided")
    if stop is None:
        _end(h, all_decided=done == every)
        return
    if selected_id() != stop.node.id:
        select(stop.node.id)
    with st.container(border=True):
        describe(stop)
        if stop.quorum > 1:
            st.caption(vote_words(stop.ballot))
        _keys(h, stop)
    _undo(h)


def _end(h: Here, *, all_decided: bool) -> None:
    words = (
        "Every node is verified or removed."
        if all_decided
        else "You have voted on every open node; the others' votes decide."
    )
    box = empty("All decided" if all_decided else "Nothing waits for you", words, ":material/task_alt:")
    box.page_link(
        "curriculum.py",
        label="Go to the curriculum",
        icon=":material/menu_book:",
        query_params={"project": h.project_id},
    )
    _undo(h)


def _keys(h: Here, stop: NodeView) -> None:
    node = stop.node
    with st.container(horizontal=True):
        keep = st.button(
            "Keep", type="primary", key=f"taxonomy.walk.keep.{node.id}", icon=":material/check:", shortcut=shortcut("k")
        )
        remove = st.button(
            "Remove", key=f"taxonomy.walk.remove.{node.id}", icon=":material/delete:", shortcut=shortcut("x")
        )
        skip = st.button(
            "Skip", key=f"taxonomy.walk.skip.{node.id}", icon=":material/skip_next:", shortcut=shortcut("s")
        )
        st.button(
            "Edit",
            key=f"taxonomy.walk.edit.{node.id}",
            icon=":material/edit:",
            shortcut=shortcut("e"),
            on_click=open_edit,
            args=(node,),
        )
    note = st.text_input(
        "Note for your vote (optional)", key=f"taxonomy.walk.note.{node.id}", max_chars=1000, width=420
    )
    st.caption("The keys work while no text field has the cursor. What is above comes before what is below.")
    if keep:
        with problems():
            _vote(h, node, Verdict.KEEP, note)
    if remove and node.n_descendants:
        open_dialog("remove", node.id)
        st.rerun()
    if remove:
        with problems():
            _vote(h, node, Verdict.REMOVE, note)
    if skip:
        _go_on(h, node)


def _vote(h: Here, node: Node, verdict: Verdict, note: str) -> None:
    after = h.work.votes.vote(h.who, h.project_id, node.id, verdict, note)
    if after.state is NodeState.PROPOSED:
        flash("Your vote is recorded.")
    else:
        st.session_state[LAST] = node.id
    _go_on(h, node)


def _go_on(h: Here, node: Node) -> None:
    found = h.work.taxonomy.next_open(h.who, h.project_id, node.id)
    select(found.id if found else None)
    if found is None and h.work.taxonomy.view(h.who, h.project_id, node.id).node.state is NodeState.PROPOSED:
        flash("This is the only open node.")
    st.rerun()


def _undo(h: Here) -> None:
    """The last decision of this session, and the way back."""
    last = st.session_state.get(LAST)
    if last is None:
        return
    with problems():
        node = h.work.taxonomy.view(h.who, h.project_id, int(last)).node
        if node.state is NodeState.PROPOSED:
            return
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"Last: {safe(node.name, 80)} {node.state.value}", width="content")
            if st.button("Undo", key=f"taxonomy.walk.undo.{node.id}", icon=":material/undo:", shortcut=shortcut("u")):
                _take_back(h, node)


def _take_back(h: Here, node: Node) -> None:
    if node.state is NodeState.VERIFIED:
        h.work.votes.reopen(h.who, h.project_id, node.id)
    else:
        restored = h.work.tree.restore(h.who, h.project_id, node.id)
        flash(f"Restored {count(restored, 'node')}.")
    st.session_state.pop(LAST, None)
    select(node.id)
    st.rerun()


def leave() -> None:
    """Back to the tree, at the node in hand."""
    st.session_state.pop(LAST, None)
    leave_mode()
