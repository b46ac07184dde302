"""The chosen node: what it says, what is to decide, where to go next, its votes and history."""

from __future__ import annotations

import streamlit as st

from core.domain.states import NodeState
from core.domain.taxonomy import CHILD_KIND, Node, NodeKind, Verdict
from core.services.taxonomy import NodeView
from pages.components.figures import count, when
from pages.components.node_place import open_dialog, open_edit, select
from pages.components.node_words import (
    badge,
    below_words,
    entry_row,
    open_in_branch,
    origin_words,
    path_words,
    vote_words,
)
from pages.components.notices import flash, problems
from pages.components.session import Here
from pages.components.text import safe


def describe(view: NodeView, *, editable: bool = False) -> None:
    """Path, name, state, description, synonyms, counts, origin."""
    node = view.node
    above = path_words(view.path[:-1])
    with st.container(gap="xsmall"):
        st.caption(f"{node.kind.label.capitalize()}" + (f" in {above}" if above else ""))
        with st.container(horizontal=True, vertical_alignment="center", wrap=False):
            st.subheader(f"{safe(node.name, 200)} {badge(node.state)}", anchor=False, width="stretch")
            if editable:
                st.button("Edit", key="taxonomy.edit", icon=":material/edit:", on_click=open_edit, args=(node,))
    st.text(node.description or "No description yet.")
    with st.container(gap="xsmall"):
        if node.synonyms:
            st.caption(f"Also called {safe(', '.join(node.synonyms), 400)}")
        st.caption(_facts(node))


def _facts(node: Node) -> str:
    facts = []
    if node.n_descendants:
        facts.append(f"{below_words(node)} below, {node.n_verified:,} of {node.n_descendants:,} verified")
    facts.append(origin_words(node))
    if node.verified_by:
        facts.append(f"verified by {safe(node.verified_by, 60)}, {when(node.verified_at)}")
    return " · ".join(facts)


def detail(h: Here, view: NodeView) -> None:
    """Everything about the node, the actions included."""
    describe(view, editable=view.node.state is not NodeState.REMOVED)
    if view.node.state is NodeState.REMOVED:
        _restore(h, view)
    else:
        _next_step(h, view)
        _decide(h, view)
        _grow_below(view.node)
    _votes(view)
    _history(view)


def _restore(h: Here, view: NodeView) -> None:
    node = view.node
    upper = next((each for each in view.path[:-1] if each.state is NodeState.REMOVED), None)
    if upper is not None:
        st.info(f"It went with “{safe(upper.name, 80)}”. Restore that first.", icon=":material/info:")
        st.button(
            f"Go to {safe(upper.name, 60)}",
            key="taxonomy.go_to_removed",
            icon=":material/arrow_upward:",
            on_click=select,
            args=(upper.id,),
        )
        return
    st.caption("Restoring brings back the node and everything that went with it, in the states they had.")
    if st.button("Restore", type="primary", key="taxonomy.restore", icon=":material/restore_from_trash:"):
        with problems():
            back = h.work.tree.restore(h.who, h.project_id, node.id)
            flash(f"Restored {count(back, 'node')}.")
            st.rerun()


def _next_step(h: Here, view: NodeView) -> None:
    node = view.node
    if node.kind is not NodeKind.DISCIPLINE or node.state is not NodeState.VERIFIED:
        return
    with st.container(border=True):
        st.markdown(":material/arrow_forward: **Next: its curriculum**")
        st.markdown("Let a teacher list the subjects of this discipline and design their syllabi, then verify them.")
        st.page_link(
            "curriculum.py",
            label="Open the curriculum",
            icon=":material/menu_book:",
            query_params={"project": h.project_id, "discipline": str(node.id)},
        )


def _decide(h: Here, view: NodeView) -> None:
    """Keep the branch, vote on the node alone, take a verification back, remove."""
    node, number = view.node, open_in_branch(view.path)
    proposed = node.state is NodeState.PROPOSED
    with st.container(horizontal=True, gap="xsmall"):
        if number:
            st.button(
                "Keep this branch" if proposed else "Keep the rest of this branch",
                type="primary" if proposed else "secondary",
                key="taxonomy.keep_branch",
                icon=":material/done_all:",
                help=f"Votes keep on {count(number, 'proposed node')}: this one, what is above it and all below it. "
                "You see the count before anything happens.",
                on_click=open_dialog,
                args=("keep", node.id),
            )
        keep = proposed and st.button(
            "Keep only this" if view.quorum == 1 else "Vote keep",
            key="taxonomy.keep",
            icon=":material/check:",
            help="Your vote on this node alone.",
        )
        reopen = not proposed and st.button(
            "Take verification back",
            key="taxonomy.reopen",
            icon=":material/undo:",
            help="It becomes proposed again and its votes start anew.",
        )
        st.button(
            "Remove" if view.quorum == 1 or not proposed else "Vote remove",
            key="taxonomy.remove",
            icon=":material/delete:",
            help="Shows first what goes with it. It can be restored.",
            on_click=open_dialog,
            args=("remove", node.id),
        )
    note = ""
    if proposed and view.quorum > 1:
        note = st.text_input("Note for your vote (optional)", key=f"taxonomy.note.{node.id}", max_chars=1000, width=420)
    if keep:
        with problems():
            cast_keep(h, node, note)
    if reopen:
        with problems():
            h.work.votes.reopen(h.who, h.project_id, node.id)
            flash("Taken back. It is proposed again.")
            st.rerun()


def cast_keep(h: Here, node: Node, note: str) -> None:
    """Vote keep on one node and say what the vote did."""
    after = h.work.votes.vote(h.who, h.project_id, node.id, Verdict.KEEP, note)
    flash(f"{node.name} is verified." if after.state is NodeState.VERIFIED else "Your vote is recorded.")
    st.rerun()


def _grow_below(node: Node) -> None:
    kind = CHILD_KIND[node.kind]
    if kind is not None:
        with st.container(horizontal=True, gap="xsmall"):
            grow(node, kind)


def grow(parent: Node | None, kind: NodeKind, *, primary: bool = False) -> None:
    """The two ways to get children: add one, let a teacher propose."""
    parent_id = parent.id if parent else None
    st.button(
        f"Add {kind.label}",
        type="primary" if primary else "secondary",
        key="taxonomy.add",
        icon=":material/add:",
        on_click=open_dialog,
        args=("add", parent_id),
    )
    st.button(
        f"Propose {kind.label}s",
        key="taxonomy.propose",
        icon=":material/auto_awesome:",
        help="A teacher names what could stand here. You see the prompt and the price first.",
        on_click=open_dialog,
        args=("propose", parent_id),
    )


def _votes(view: NodeView) -> None:
    single = len(view.votes) < 2 and not any(vote.note for vote in view.votes)
    if view.quorum == 1 and single:
        return
    st.markdown("##### Votes")
    st.caption(vote_words(view.ballot))
    rows = [
        {"Who": vote.person, "Vote": vote.verdict.value, "Note": vote.note, "When": when(vote.at)}
        for vote in view.votes
    ]
    if rows:
        st.dataframe(rows, hide_index=True, width="stretch", key="taxonomy.votes")


def _history(view: NodeView) -> None:
    if not view.history:
        return
    label = f"History ({count(len(view.history), 'newest change') if len(view.history) == 20 else len(view.history)})"
    with st.expander(label, icon=":material/history:", key="taxonomy.history", type="compact"):
        rows = [entry_row(entry) for entry in view.history]
        st.dataframe(rows, hide_index=True, width="stretch", key="taxonomy.events")
