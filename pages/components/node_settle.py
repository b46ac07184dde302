"""The list of ties and narrow decisions: the votes with their notes, and two buttons that decide over them."""

from __future__ import annotations

import streamlit as st

from core.domain.taxonomy import Dispute, Node, Verdict
from core.services.verifying import Stop
from pages.components.figures import count, when
from pages.components.node_place import WALK, enter, leave_mode, select, shortcut
from pages.components.node_words import badge, below_words, path_words, vote_words
from pages.components.notices import empty, flash
from pages.components.presses import act, show_problem
from pages.components.session import Here
from pages.components.text import safe

_AFTER = "taxonomy.settle.after"
_PAGE = 10
_WORDS = {Dispute.TIE: "Tie", Dispute.NARROW: "Narrow majority", Dispute.NONE: ""}
_KEYS = {Verdict.KEEP: "k", Verdict.REMOVE: "x"}


def settle_list(h: Here) -> None:
    """The first ten behind the place in hand; keys work on the first one."""
    show_problem()
    number = h.work.verifying.count_disputes(h.project_id)
    after = int(st.session_state.get(_AFTER, 0))
    found = h.work.verifying.disputes(h.who, h.project_id, after=after, size=_PAGE + 1) if number else []
    if number and not found:  # behind the last one: from the start again
        found = h.work.verifying.disputes(h.who, h.project_id, size=_PAGE + 1)
    if not found:
        _nothing(h)
        return
    st.markdown(f"##### {count(number, 'disputed node')}")
    st.caption(
        "Ties, and majorities of less than three quarters. Read the notes, then decide over the votes; the keys work "
        "on the first node of the list. A vote that comes later makes the decision void."
    )
    for place, stop in enumerate(found[:_PAGE]):
        _dispute(h, stop, first=place == 0)
    if len(found) > _PAGE:
        last = found[_PAGE - 1].node.id
        st.button("Next ten", key="taxonomy.settle.next", icon=":material/chevron_right:", on_click=_go, args=(last,))
    if after:
        st.button("From the start", key="taxonomy.settle.start", icon=":material/first_page:", on_click=_go, args=(0,))


def _nothing(h: Here) -> None:
    box = empty(
        "Nothing to settle",
        "No vote is tied and no majority is narrow. Disputes come here as soon as the quorum is reached.",
        ":material/balance:",
    )
    if h.project.quorum > 1:
        box.button("Verify next", key="taxonomy.settle.walk", icon=":material/checklist:", on_click=enter, args=(WALK,))


def _dispute(h: Here, stop: Stop, *, first: bool) -> None:
    node, above = stop.node, path_words(stop.path[:-1])
    with st.container(border=True, key=f"taxonomy.settle.card.{node.id}"):
        st.caption(node.kind.label.capitalize() + (f" in {above}" if above else ""))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"**{safe(node.name, 200)}** {badge(node.state)} :violet-badge[{_WORDS[node.dispute]}]", width="stretch"
            )
            st.button(
                "Open",
                key=f"taxonomy.settle.open.{node.id}",
                icon=":material/open_in_new:",
                type="tertiary",
                on_click=_open,
                args=(node.id,),
            )
        if node.description:
            st.text(node.description)
        below = below_words(node, stop.kinds)
        st.caption(vote_words(stop.ballot) + (f" Below it: {below}." if below else ""))
        if stop.ballot.blind:
            _vote_first(h, stop, first=first)
        else:
            _votes(stop)
            _decide(h, node, first=first)


def _votes(stop: Stop) -> None:
    rows = [
        {"Who": vote.person, "Vote": vote.verdict.value, "Note": vote.note, "When": when(vote.at)}
        for vote in stop.ballot.votes
    ]
    st.dataframe(rows, hide_index=True, width="stretch", key=f"taxonomy.settle.votes.{stop.node.id}")


def _decide(h: Here, node: Node, *, first: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = f"taxonomy.settle.note.{node.id}"
        st.text_input(
            "Why", key=key, max_chars=1000, placeholder="Why (optional)", label_visibility="collapsed", width=300
        )
        for verdict in Verdict:
            st.button(
                f"Settle: {verdict.value}",
                key=f"taxonomy.settle.{verdict.value}.{node.id}",
                type="primary" if first and verdict is Verdict.KEEP else "secondary",
                icon=":material/check:" if verdict is Verdict.KEEP else ":material/delete:",
                shortcut=shortcut(_KEYS[verdict]) if first else None,
                on_click=_settle,
                args=(h, node, verdict, key),
            )


def _vote_first(h: Here, stop: Stop, *, first: bool) -> None:
    st.caption("You have not voted yet, so the votes are hidden from you. Yours may break the tie.")
    with st.container(horizontal=True):
        for verdict in Verdict:
            st.button(
                f"Vote {verdict.value}",
                key=f"taxonomy.settle.vote_{verdict.value}.{stop.node.id}",
                icon=":material/check:" if verdict is Verdict.KEEP else ":material/delete:",
                shortcut=shortcut(_KEYS[verdict]) if first else None,
                on_click=_vote,
                args=(h, stop.node, verdict),
            )


def _settle(h: Here, node: Node, verdict: Verdict, note_key: str) -> None:
    note = str(st.session_state.get(note_key) or "")

    def settle() -> None:
        after = h.work.votes.settle(h.who, h.project_id, node.id, verdict, note)
        flash(f"{node.name} is {after.state.value}.")

    act(settle)


def _vote(h: Here, node: Node, verdict: Verdict) -> None:
    def vote() -> None:
        h.work.votes.vote(h.who, h.project_id, node.id, verdict, meaning=node.meaning)
        flash("Your vote is recorded.")

    act(vote)


def _open(node_id: int) -> None:
    leave_mode()
    select(node_id)


def _go(after: int) -> None:
    st.session_state[_AFTER] = after
