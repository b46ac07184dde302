"""The dialogs that remove and restore: what goes or comes back first, with everything below."""

from __future__ import annotations

import streamlit as st

from core.domain.states import NodeState
from core.domain.taxonomy import Node, Verdict
from core.services.taxonomy import NodeView
from core.services.tree_removal import Going
from pages.components.figures import count
from pages.components.node_choice import chosen_nodes
from pages.components.node_place import close_dialog, done, select, walking
from pages.components.node_words import path_words, vote_words
from pages.components.notices import problems
from pages.components.session import Here
from pages.components.text import safe


@st.dialog("Remove", on_dismiss=close_dialog)
def remove_dialog(h: Here, view: NodeView) -> None:
    """Count what goes, then vote remove or, for what is verified, disputed or marked with others, remove at once."""
    node = view.node
    marked = chosen_nodes(h, node)
    if len(marked) > 1:
        _remove_many(h, Going.of(marked))
        return
    below, going = node.n_descendants, node.n_descendants + 1
    st.markdown(
        f"**{safe(node.name, 120)}** goes" + (f", and with it **{count(below, 'node')}** below it." if below else ".")
    )
    if node.n_verified or node.state is NodeState.VERIFIED:
        verified = node.n_verified + (node.state is NodeState.VERIFIED)
        st.markdown(f":material/warning: {count(verified, 'node of these is', 'nodes of these are')} verified.")
    st.caption("Nothing is deleted: restoring it brings exactly these back.")
    open_vote = node.state is NodeState.PROPOSED
    others = any(vote.person != h.who.name for vote in view.votes)
    if open_vote:
        _vote_to_remove(h, view, going)
    if not open_vote or others or view.quorum > 1:
        _remove_at_once(h, node, going, primary=not open_vote)


def _vote_to_remove(h: Here, view: NodeView, going: int) -> None:
    node = view.node
    if view.quorum > 1 or view.votes:
        st.markdown(vote_words(view.ballot))
    note = st.text_input("Note (optional)", key="taxonomy.remove.note", max_chars=1000, placeholder="Why it goes")
    label = f"Remove {count(going, 'node')}" if view.quorum == 1 else "Vote remove"
    if st.button(label, type="primary", icon=":material/delete:", key="taxonomy.remove.vote"):
        with problems():
            meaning = node.meaning
            after = h.work.votes.vote(h.who, h.project_id, node.id, Verdict.REMOVE, note, meaning=meaning)
            if after.state is NodeState.REMOVED:
                _removed(after, going)
            if walking():
                following = h.work.taxonomy.next_open(h.who, h.project_id, node.id)
                select(following.id if following else None)
            done("Your vote is recorded.")


def _remove_at_once(h: Here, node: Node, going: int, *, primary: bool) -> None:
    label = f"Remove {count(going, 'node')}" + ("" if primary else " without a majority")
    if st.button(
        label, type="primary" if primary else "secondary", icon=":material/delete:", key="taxonomy.remove.at_once"
    ):
        with problems():
            _removed(node, h.work.tree.remove(h.who, node))


def _removed(node: Node, number: int) -> None:
    words = f"Removed {count(number, 'node')}."
    if walking():
        done(words)
    select(node.parent_id)
    done(f"{words} Turn on “Show removed” to restore.")


def _remove_many(h: Here, going: Going) -> None:
    if not going.chosen:
        st.info("What you marked is removed already.")
        return
    st.markdown(f"**{count(going.nodes, 'node')}** go: {count(len(going.chosen), 'marked node')} and all below.")
    rows = [
        {"Name": node.name, "Kind": node.kind.label, "Below it": node.n_descendants, "Verified": node.n_verified}
        for node in going.chosen
    ]
    st.dataframe(rows, hide_index=True, width="stretch", key="taxonomy.remove.rows")
    if going.verified:
        st.markdown(f":material/warning: {count(going.verified, 'of these is', 'of these are')} verified.")
    st.caption("It is one action: undo brings all of it back. No votes are cast.")
    label = f"Remove {count(going.nodes, 'node')}"
    if st.button(label, type="primary", icon=":material/delete:", key="taxonomy.remove.many"):
        with problems():
            number = h.work.removal.remove(h.who, going.chosen)
            select(going.chosen[0].parent_id)
            done(f"Removed {count(number, 'node')}.")


@st.dialog("Restore", on_dismiss=close_dialog)
def restore_dialog(h: Here, view: NodeView) -> None:
    """What comes back, then bring it back."""
    marked = [node for node in chosen_nodes(h, view.node) if node.state is NodeState.REMOVED]
    if not marked:
        st.info("It is not removed.")
        return
    path = path_words(view.path, 80)
    st.markdown(path if len(marked) == 1 else f"**{count(len(marked), 'removed node')}** that you marked.")
    st.caption("What went with a node comes back with it, in the states that it had. It is one action.")
    if st.button("Restore", type="primary", icon=":material/restore_from_trash:", key="taxonomy.restore.confirm"):
        with problems():
            number = h.work.removal.restore(h.who, h.project_id, [node.id for node in marked])
            done(f"Restored {count(number, 'node')}.")
