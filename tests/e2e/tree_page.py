"""A page that is nothing but the tree element over a grown tree, for the tests of the element."""

from __future__ import annotations

import streamlit as st

from pages.components.tree_columns import TreeColumns
from pages.components.tree_element import Action, TreeElement
from tests.pages.grown_tree import GrownTree


@st.cache_resource
def grown(size: int, slow: float) -> GrownTree:
    return GrownTree(size, slow)


def select(node: int | None) -> None:
    st.query_params["node"] = str(node or 0)


def note(action: Action) -> None:
    where = f" to {action.to} before {action.before}" if action.do == "move" else ""
    st.session_state.setdefault("actions", []).append(f"{action.do} {list(action.nodes)}{where}")


def turn() -> None:
    st.session_state["away"] = not st.session_state.get("away", False)


st.set_page_config(layout="wide")
st.session_state["runs"] = st.session_state.get("runs", 0) + 1
source = grown(int(st.query_params.get("size", "126")), float(st.query_params.get("slow", "0")))
chosen = int(st.query_params.get("node", "0")) or None
plain = bool(st.query_params.get("plain"))
left, right = (st.container(), st.container()) if plain else st.columns([2, 3])
with right:
    st.text(f"Chosen {chosen}")
    st.text(f"Page drawn {st.session_state['runs']} times")
    if st.button("Another person adds a node on top of field 4"):
        source.add(4, "Newcomer", at=0)
        st.rerun()
    if st.button("Another person moves node 10 below field 2"):
        source.move(10, 3)
        st.rerun()
    if st.button("Lose the next answer"):
        st.session_state["tree.ack"] += 1
    if st.button("Go to the deepest"):
        select(max(n for n, row in source.rows.items() if row.name == "Level 20"))
        st.rerun()
    away = st.session_state.get("away", False)
    if st.button("Back to the tree" if away else "Something else", on_click=turn):
        st.text("Turned")
    if st.button("Break field 5"):
        source.broken.add(5)
    for line in st.session_state.get("actions", []):
        st.text(line)
with left:
    if plain:
        TreeColumns("plain", source, chosen, select).draw()
    elif not away:
        TreeElement(
            "tree",
            source,
            chosen,
            select,
            note,
            editable=not st.query_params.get("reader"),
            every=0.5 if st.query_params.get("watch") else None,
        ).draw()
