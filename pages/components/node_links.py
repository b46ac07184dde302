"""Relations beside the tree, and nodes that may mean the same, in the pane of a node."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from core.services.node_links import INSIDE, RELATIONS, SeenLink
from core.services.taxonomy import NodeView
from pages.components.figures import count
from pages.components.node_choice import choose_node
from pages.components.node_place import close_dialog, done, open_dialog, select
from pages.components.node_words import path_words
from pages.components.notices import problems
from pages.components.presses import press
from pages.components.session import Here
from pages.components.text import safe

_WORDS = {
    "related": ("Related", "Related"),
    "broader": ("Also below", "Also above"),
    "exactMatch": ("The same as", "The same as"),
    "closeMatch": ("Nearly the same as", "Nearly the same as"),
    "broadMatch": ("Narrower than", "Broader than"),
    "narrowMatch": ("Broader than", "Narrower than"),
    "relatedMatch": ("Related to", "Related to"),
}
_SHOWN = 30


def show_links(h: Here, view: NodeView, *, editable: bool) -> None:
    """Links from and to the node, each with a way to go there and to take it away."""
    found = h.work.links.of(h.project_id, view.node.id)
    if not found:
        return
    with st.expander(f"Links ({len(found)})", icon=":material/link:", key="taxonomy.links", type="compact"):
        for seen in found[:_SHOWN]:
            _row(h, seen, editable=editable)
        if len(found) > _SHOWN:
            st.caption(f"And {len(found) - _SHOWN:,} more.")


def _row(h: Here, seen: SeenLink, *, editable: bool) -> None:
    link = seen.link
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        word = _WORDS.get(link.relation, (link.relation, link.relation))[seen.incoming]
        st.markdown(f":gray[{safe(word, 40)}]", width="content")
        if seen.path:
            st.button(
                path_words(seen.path[-2:], 40),
                key=f"taxonomy.link.go.{link.id}",
                type="tertiary",
                on_click=select,
                args=(seen.path[-1].id,),
            )
        else:
            st.text(link.target_uri)
        if editable:
            press(
                "",
                lambda: _take_away(h, link.id),
                key=f"taxonomy.link.remove.{link.id}",
                icon="link_off",
                quiet=True,
                help="Take this link away",
            )


def _take_away(h: Here, link_id: int) -> str:
    h.work.links.remove(h.who, h.project_id, link_id)
    return "Link taken away."


def tell_apart(h: Here, node_ids: Sequence[int]) -> str:
    """These are different things."""
    h.work.likeness.dismiss(h.who, h.project_id, node_ids)
    return "Told apart. They are not suggested again."


def show_similar(h: Here, view: NodeView) -> None:
    """Nodes whose names are nearly this one's, with a way to merge or to tell them apart."""
    found = h.work.likeness.similar(h.project_id, view.node.id, limit=5)
    if not found:
        return
    words = count(len(found), "similar node", "similar nodes")
    with st.expander(f"Also: {words}", icon=":material/difference:", key="taxonomy.similar", type="compact"):
        for each in found:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.button(
                    path_words(each.path[-3:], 40),
                    key=f"taxonomy.similar.go.{each.node.id}",
                    type="tertiary",
                    on_click=select,
                    args=(each.node.id,),
                )
                pair = [view.node.id, each.node.id]
                press(
                    "Different things",
                    partial(tell_apart, h, pair),
                    key=f"taxonomy.similar.apart.{each.node.id}",
                    quiet=True,
                    help="They are not suggested again.",
                )
        st.button(
            "Merge...",
            key="taxonomy.similar.merge",
            icon=":material/merge:",
            on_click=open_dialog,
            args=("merge", view.node.id),
        )


@st.dialog("Link to another node", width="medium", on_dismiss=close_dialog)
def link_dialog(h: Here, view: NodeView) -> None:
    """What the relation is, and the other end: a node of this project, or an address."""
    node = view.node
    relation = st.selectbox(
        f"{safe(node.name, 60)} is", RELATIONS, key="taxonomy.link.relation", format_func=lambda each: _WORDS[each][0]
    )
    outside = relation not in INSIDE and st.toggle("In another thesaurus, by its address", key="taxonomy.link.outside")
    target, address = None, ""
    if outside:
        address = st.text_input("Address", key="taxonomy.link.uri", placeholder="http://example.org/concept/1")
    else:
        target = choose_node(h, "taxonomy.link", "Which node", leave_out={node.id})
    if st.button("Add link", type="primary", icon=":material/add_link:", key="taxonomy.link.submit"):
        with problems():
            new = h.work.links.add(
                h.who, h.project_id, node.id, relation, target_id=target, target_uri=address if outside else ""
            )
            done("Linked." if new else "This link is there already.")
