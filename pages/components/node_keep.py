"""The dialog that keeps a whole branch: the count first, then the votes."""

from __future__ import annotations

import streamlit as st

from core.services.taxonomy import NodeView
from pages.components.figures import count
from pages.components.node_place import close_dialog, done
from pages.components.node_words import below_words, decided, open_in_branch, path_words
from pages.components.notices import problems
from pages.components.session import Here


@st.dialog("Keep this branch", on_dismiss=close_dialog)
def keep_dialog(h: Here, view: NodeView) -> None:
    """Count what will be voted on, then vote."""
    node, number = view.node, open_in_branch(view.path)
    if not number:
        st.info("Nothing in this branch is open any more.")
        return
    st.markdown(path_words(view.path, 80))
    below = below_words(node, view.below)
    parts = ["this node"]
    if len(view.path) > 1:
        parts.append("what is above it")
    if below:
        parts.append(f"{below} below it")
    st.markdown(f"You vote keep on **{count(number, 'proposed node')}**: {_listed(parts)}, as far as still proposed.")
    if view.quorum > 1:
        st.caption(f"In this project {view.quorum} votes are needed, so the others have to vote too.")
    if st.button(
        f"Keep {count(number, 'node')}", type="primary", icon=":material/done_all:", key="taxonomy.keep_branch.confirm"
    ):
        with problems(), st.spinner("Voting ..."):
            before = _verified(h)
            kept = h.work.votes.keep_branch(h.who, h.project_id, node.id)
            done(_said(kept, _verified(h) - before))


def _verified(h: Here) -> int:
    return decided(h.work.taxonomy.counts(h.project_id))[0]


def _said(kept: int, verified: int) -> str:
    """What became of the votes; earlier votes against it leave a node open."""
    if verified == kept:
        return f"{count(kept, 'node is', 'nodes are')} verified."
    if not verified:
        return f"{count(kept, 'node is', 'nodes are')} voted on; more votes are needed."
    return f"{count(kept, 'node is', 'nodes are')} voted on: {verified:,} verified, {kept - verified:,} still open."


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
