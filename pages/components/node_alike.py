"""Names that are nearly the same anywhere in the tree, to merge or to tell apart."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.services.likeness import AlikeGroup
from pages.components.node_links import tell_apart
from pages.components.node_place import CHOSEN, leave_mode, open_dialog, select
from pages.components.node_words import badge, path_words
from pages.components.notices import empty
from pages.components.presses import press
from pages.components.session import Here

_AFTER = "taxonomy.alike.after"


def alike_view(h: Here) -> None:
    """Groups of nodes that share a name but for plurals, accents, little words and order."""
    page = h.work.likeness.suggestions(h.project_id, after=str(st.session_state.get(_AFTER, "")))
    if not page.groups:
        empty(
            "No two names are alike",
            "Names that differ only in a plural or an accent appear here.",
            ":material/difference:",
        )
    else:
        st.caption("Plurals, accents, little words and the order of words are ignored. Synonyms count as names.")
    for number, group in enumerate(page.groups):
        _group(h, number, group)
    with st.container(horizontal=True):
        if st.session_state.get(_AFTER):
            st.button("From the start", key="taxonomy.alike.first", on_click=_turn, args=("",))
        if page.after:
            st.button(
                "More", key="taxonomy.alike.more", icon=":material/chevron_right:", on_click=_turn, args=(page.after,)
            )


def _turn(after: str) -> None:
    st.session_state[_AFTER] = after


def _group(h: Here, number: int, group: AlikeGroup) -> None:
    ids = [path[-1].id for path in group.paths]
    with st.container(border=True):
        for path in group.paths:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.button(
                    path_words(path, 50),
                    key=f"taxonomy.alike.go.{number}.{path[-1].id}",
                    type="tertiary",
                    on_click=_go,
                    args=(path[-1].id,),
                )
                st.markdown(badge(path[-1].state), width="content")
        with st.container(horizontal=True):
            st.button(
                "Merge...", key=f"taxonomy.alike.merge.{number}", icon=":material/merge:", on_click=_merge, args=(ids,)
            )
            press(
                "Different things", partial(tell_apart, h, ids), key=f"taxonomy.alike.apart.{number}", icon="call_split"
            )


def _go(node_id: int) -> None:
    leave_mode()
    select(node_id)


def _merge(ids: list[int]) -> None:
    select(ids[0])
    st.session_state[CHOSEN] = ids
    open_dialog("merge", ids[0])
