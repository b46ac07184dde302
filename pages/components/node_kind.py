"""The dialog that changes what nodes are."""

from __future__ import annotations

import streamlit as st

from core.domain.taxonomy import NodeKind
from core.services.taxonomy import NodeView
from pages.components.figures import count
from pages.components.node_choice import chosen_nodes
from pages.components.node_place import close_dialog, done
from pages.components.notices import problems
from pages.components.session import Here
from pages.components.text import safe


@st.dialog("Change kind", on_dismiss=close_dialog)
def kind_dialog(h: Here, view: NodeView) -> None:
    """The kinds that the place allows; a refusal says what stands in the way."""
    marked = chosen_nodes(h, view.node)
    kinds = h.work.kinds.choices(view.node, view.path[-2] if len(view.path) > 1 else None)
    what = safe(marked[0].name, 120) if len(marked) == 1 else count(len(marked), "marked node")
    if not kinds:
        st.info(f"A {view.node.kind.label} is the only kind that can stand here. Move it first.")
        return
    st.markdown(f"**{what}**, now {_article(view.node.kind)}")
    chosen = st.radio(
        "Becomes", kinds, key="taxonomy.kind.to", format_func=lambda kind: _article(kind).capitalize(), index=0
    )
    st.caption("Subjects hang from disciplines; only fields and sub-fields have nodes below them. Votes stay.")
    if st.button("Change kind", type="primary", icon=":material/category:", key="taxonomy.kind.submit"):
        with problems():
            number = h.work.kinds.change(h.who, marked, chosen)
            done(f"Changed {count(number, 'node')}.")


def _article(kind: NodeKind) -> str:
    return f"a {kind.label}"
