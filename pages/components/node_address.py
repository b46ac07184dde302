"""The dialog with the link that leads to a node."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

import streamlit as st

from core.services.taxonomy import NodeView
from pages.components.node_place import NODE, close_dialog
from pages.components.node_words import path_words
from pages.components.session import Here


@st.dialog("Link to this node", on_dismiss=close_dialog)
def address_dialog(h: Here, view: NodeView) -> None:
    """The link with a button that copies it."""
    st.markdown(path_words(view.path, 80))
    st.code(address(str(st.context.url or ""), h.project_id, view.node.id), language=None, wrap_lines=True)
    st.caption("It leads here after renames, moves and merges too, for everybody who can open this studio.")


def address(page: str, project_id: str, node_id: int) -> str:
    """The link to a node, given the address of the page; what else that says is left out."""
    return urlsplit(page)._replace(query=urlencode({"project": project_id, NODE: node_id}), fragment="").geturl()
