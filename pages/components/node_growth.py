"""The ways to get children for a node: add by hand, let a teacher propose, grow the whole tree level by level."""

from __future__ import annotations

import streamlit as st

from core.domain.taxonomy import CHILD_KIND, Node, NodeKind
from pages.components.node_place import open_dialog, start_growing


def grow_below(node: Node) -> None:
    """For a node that can have children."""
    kind = CHILD_KIND[node.kind]
    if kind is not None:
        with st.container(horizontal=True, gap="xsmall"):
            grow(node, kind)


def grow(parent: Node | None, kind: NodeKind, *, primary: bool = False) -> None:
    """The ways to get children: add one, let a teacher propose; at the top also everything from nothing."""
    parent_id = parent.id if parent else None
    if parent is None:
        st.button(
            "Grow with a teacher",
            type="primary" if primary else "secondary",
            key="taxonomy.grow",
            icon=":material/potted_plant:",
            help="A teacher proposes fields, then sub-fields, then disciplines. You accept or reject after each level, "
            "and see prompt and price before each is sent.",
            on_click=start_growing,
        )
    st.button(
        f"Add {kind.label}",
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
