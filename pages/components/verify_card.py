"""The card of a node that is to be decided on: what it says and what helps to decide, in few elements."""

from __future__ import annotations

import streamlit as st

from core.domain.taxonomy import Dispute
from core.services.verifying import Stop
from pages.components.figures import count
from pages.components.node_words import badge, below_words, origin_words, path_words, vote_words
from pages.components.text import safe


def draw_stop(stop: Stop) -> None:
    """Path, name, description, then facts."""
    node, above = stop.node, path_words(stop.path[:-1])
    with st.container(border=True, key=f"taxonomy.walk.card.{node.id}", gap="small"):
        st.caption(node.kind.label.capitalize() + (f" in {above}" if above else ""))
        st.subheader(f"{safe(node.name, 200)} {badge(node.state)}", anchor=False)
        st.text(node.description or "No description yet.")
        st.caption("  \n".join(_facts(stop)))


def _facts(stop: Stop) -> list[str]:
    node = stop.node
    facts = [f"Also called {safe(', '.join(node.synonyms), 400)}"] if node.synonyms else []
    if stop.beside:
        facts.append(f"Beside it: {_names(stop.beside, stop.n_beside)}")
    if stop.below:
        facts.append(f"Below it: {below_words(node, stop.kinds)}{_children(stop)}")
    facts.append(origin_words(node)[:1].upper() + origin_words(node)[1:])
    if stop.ballot.quorum > 1 or node.dispute:
        facts.append(f"{vote_words(stop.ballot)} {_dispute_words(node.dispute)}".strip())
    return facts


def _children(stop: Stop) -> str:
    """The names of the children behind the count of everything below, told apart where there is more than they."""
    node, names = stop.node, _names(stop.below, stop.node.n_children)
    return f": {names}" if node.n_descendants == node.n_children else f"; its children: {names}"


def _dispute_words(dispute: Dispute) -> str:
    return {Dispute.TIE: "The votes are tied.", Dispute.NARROW: "The majority is narrow.", Dispute.NONE: ""}[dispute]


def _names(names: tuple[str, ...], number: int) -> str:
    more = f" and {count(number - len(names))} more" if number > len(names) else ""
    return f"{safe(', '.join(names), 600)}{more}"


def goes_along(stop: Stop) -> str:
    """What removing the node takes along, "" when it decides nothing or nothing is below."""
    node = stop.node
    if not node.n_descendants:
        return ""
    words = f"**{count(node.n_descendants, 'node')}** below it"
    if stop.ballot.quorum == 1:
        return f"Removing it takes {words} along."
    return f"If the majority votes remove, {words} go with it."
