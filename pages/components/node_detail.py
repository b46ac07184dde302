"""The chosen node: what it says, what is to decide, where to go next, its votes and history."""

from __future__ import annotations

import streamlit as st

from core.domain.states import NodeState
from core.domain.taxonomy import Node, NodeKind
from core.services.taxonomy import NodeView
from pages.components.figures import count
from pages.components.node_growth import grow_below
from pages.components.node_history import show_history
from pages.components.node_links import show_links, show_similar
from pages.components.node_menu import more
from pages.components.node_place import open_edit, select
from pages.components.node_proposals import show_run
from pages.components.node_votes import decide, show_votes
from pages.components.node_words import (
    badge,
    below_words,
    origin_words,
    path_words,
    verified_words,
)
from pages.components.notices import flash, problems
from pages.components.session import Here
from pages.components.text import safe

_LANGUAGES = 8


def describe(view: NodeView) -> None:
    """Path, name, state, description, synonyms, counts, origin."""
    node = view.node
    above = path_words(view.path[:-1])
    with st.container(gap="xsmall"):
        st.caption(f"{node.kind.label.capitalize()}" + (f" in {above}" if above else ""))
        st.subheader(f"{safe(node.name, 200)} {badge(node.state)}", anchor=False)
    st.text(node.description or "No description yet.")
    with st.container(gap="xsmall"):
        _words(node)
        st.caption(_facts(view))


def _words(node: Node) -> None:
    """Its other names, its scope note and its notation."""
    if node.synonyms:
        st.caption(f"Also called {safe(', '.join(node.synonyms), 400)}")
    for language, words in list(node.labels.items())[:_LANGUAGES]:
        names = [words.get("preferred", ""), *words.get("alternatives", [])]
        told = f" – {safe(words['definition'], 300)}" if words.get("definition") else ""
        st.caption(f"{safe(language, 20)}: {safe(', '.join(name for name in names if name), 200)}{told}")
    if len(node.labels) > _LANGUAGES:
        st.caption(f"And names in {len(node.labels) - _LANGUAGES} more languages")
    if node.scope_note:
        st.caption(f"Scope: {safe(node.scope_note, 600)}")
    if node.notation:
        st.caption(f"Notation {safe(node.notation, 100)}")


def _actions(h: Here, view: NodeView) -> None:
    """Edit, the menu of everything else, and the way back to the overview."""
    with st.container(horizontal=True, gap="xsmall"):
        if view.node.state is not NodeState.REMOVED:
            st.button("Edit", key="taxonomy.edit", icon=":material/edit:", on_click=open_edit, args=(view.node,))
            more(h, view)
        st.button(
            "All fields",
            key="taxonomy.all_fields",
            type="tertiary",
            icon=":material/arrow_back:",
            help="The overview: how much of each field is verified.",
            on_click=select,
            args=(None,),
        )


def _facts(view: NodeView) -> str:
    node, facts = view.node, []
    if node.n_descendants:
        facts.append(f"{below_words(node, view.below)} below, {node.n_verified:,} verified")
    facts.append(origin_words(node))
    if node.verified_by:
        facts.append(verified_words(node, view.ballot))
    words = " · ".join(facts)
    return words[:1].upper() + words[1:]


def detail(h: Here, view: NodeView) -> None:
    """Everything about the node, the actions included."""
    describe(view)
    _actions(h, view)
    live = view.node.state is not NodeState.REMOVED
    if not live:
        _restore(h, view)
    else:
        _next_step(h, view)
        decide(h, view)
    show_run(h, view.node)
    if live:
        grow_below(view.node)
    show_votes(h, view)
    show_links(h, view, editable=live)
    if live:
        show_similar(h, view)
    show_history(h, view)


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
