"""Two people changed one node: both versions side by side, field by field, and a choice."""

from __future__ import annotations

import streamlit as st

from core.domain.taxonomy import Node
from core.services.taxonomy import NodeView
from core.services.tree_edits import Texts
from pages.components.figures import when
from pages.components.text import safe
from pages.components.text_diff import marked

_FIELDS = ("name", "description", "synonyms", "scope_note", "notation")


def versions(mine: Texts, there: Node, view: NodeView) -> None:
    """What I wrote and what stands there now, with the differences marked, and who wrote that when."""
    last = view.history[0].action if view.history else None
    who = f"**{safe(last.person, 60)}** changed it, {when(last.at)}" if last else "Somebody changed it"
    st.markdown(
        f":material/group: {who}, while you were editing. It is {there.state.value} now. Yours is not saved yet."
    )
    left, right = st.columns(2, border=True)
    left.markdown("**Yours**")
    right.markdown("**Theirs, saved**")
    same = []
    for name in _FIELDS:
        yours, theirs = _text(getattr(mine, name)), _text(getattr(Texts.of(there), name))
        word = name.replace("_", " ").capitalize()
        if yours == theirs:
            same.append(word.lower())
            continue
        one, other = marked(yours, theirs)
        left.markdown(f":gray[{word}]  \n{one}")
        right.markdown(f":gray[{word}]  \n{other}")
    if same:
        st.caption(f"The same in both: {', '.join(same)}.")


def _text(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)
