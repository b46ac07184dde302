"""Two people changed one node: both versions side by side, field by field, and a choice."""

from __future__ import annotations

import streamlit as st

from core.domain.finding import Labels
from core.domain.taxonomy import Node
from core.services.taxonomy import NodeView
from core.services.tree_edits import Texts
from pages.components.figures import when
from pages.components.node_languages import languages_text
from pages.components.text import safe
from pages.components.text_diff import marked

_FIELDS = ("name", "description", "synonyms", "scope_note", "notation")


def versions(mine: Texts, languages: Labels, there: Node, view: NodeView) -> None:
    """What I wrote and what stands there now, with the differences marked, and who wrote that when."""
    last = view.history[0].action if view.history else None
    who = f"**{safe(last.person, 60)}** changed it, {when(last.at)}" if last else "Somebody changed it"
    st.markdown(
        f":material/group: {who}, while you were editing. It is {there.state.value} now. Yours is not saved yet."
    )
    left, right = st.columns(2, border=True)
    left.markdown("**Yours**")
    right.markdown("**Theirs, saved**")
    same, saved = [], Texts.of(there)
    pairs = [(name.replace("_", " ").capitalize(), getattr(mine, name), getattr(saved, name)) for name in _FIELDS]
    pairs.append(("Other languages", languages_text(languages), languages_text(there.labels)))
    for word, yours, theirs in ((word, _text(one), _text(other)) for word, one, other in pairs):
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
