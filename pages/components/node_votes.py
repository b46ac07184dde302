"""Votes on the chosen node: keep the branch, keep or remove, take a verification back, who voted what."""

from __future__ import annotations

import streamlit as st

from core.domain.states import NodeState
from core.domain.taxonomy import Dispute, Node, Settlement, Verdict
from core.services.taxonomy import NodeView
from pages.components.figures import count, when
from pages.components.node_place import open_dialog
from pages.components.node_words import open_in_branch, vote_words
from pages.components.notices import flash, problems
from pages.components.session import Here
from pages.components.text import safe


def decide(h: Here, view: NodeView) -> None:
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
    """Vote keep on one node and say what the vote did; a node whose text is new is shown again first."""
    after = h.work.votes.vote(h.who, h.project_id, node.id, Verdict.KEEP, note, meaning=node.meaning)
    flash(f"{node.name} is verified." if after.state is NodeState.VERIFIED else "Your vote is recorded.")
    st.rerun()


def show_votes(h: Here, view: NodeView) -> None:
    """Who voted what, as far as this person may see it, and the decision over the votes."""
    ballot, node = view.ballot, view.node
    single = len(view.votes) < 2 and not any(vote.note for vote in view.votes)
    if view.quorum == 1 and single and not node.dispute and not ballot.settlement:
        return
    st.markdown("##### Votes")
    st.caption(vote_words(ballot))
    rows = [
        {"Who": vote.person, "Vote": vote.verdict.value, "Note": vote.note, "When": when(vote.at)}
        for vote in view.votes
    ]
    if rows:
        st.dataframe(rows, hide_index=True, width="stretch", key="taxonomy.votes")
    if ballot.settlement:
        _settled(ballot.settlement)
    elif node.dispute:
        _settle(h, view)


def _settled(settlement: Settlement) -> None:
    words = f"Settled by {safe(settlement.person, 60)}, {when(settlement.at)}: {settlement.verdict.value}."
    note = f" “{safe(settlement.note, 400)}”" if settlement.note else ""
    st.markdown(f":material/balance: {words}{note}")


def _settle(h: Here, view: NodeView) -> None:
    """A tie or a narrow majority: decide over the votes here, without the list."""
    tie = view.node.dispute is Dispute.TIE
    with st.container(border=True):
        st.markdown(f":material/balance: **{'The votes are tied.' if tie else 'The majority is narrow.'}**")
        if view.ballot.blind:
            st.caption("Vote first: yours may break the tie. Then you see the others' votes and can settle it.")
            return
        st.caption("Talk it over, or decide over the votes. A vote that comes later makes the decision void.")
        note = st.text_input("Why (optional)", key=f"taxonomy.settle.note.{view.node.id}", max_chars=1000, width=420)
        with st.container(horizontal=True, gap="xsmall"):
            for verdict in Verdict:
                pressed = st.button(
                    f"Settle: {verdict.value}",
                    key=f"taxonomy.settle.{verdict.value}",
                    icon=":material/check:" if verdict is Verdict.KEEP else ":material/delete:",
                )
                if pressed:
                    with problems():
                        after = h.work.votes.settle(h.who, h.project_id, view.node.id, verdict, note)
                        flash(f"{after.name} is {after.state.value}.")
                        st.rerun()
