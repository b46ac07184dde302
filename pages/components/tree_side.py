"""The left side of the Taxonomy page: search and filters, then the tree or what was found in it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.domain.states import NodeState
from core.services.bulk_edits import MAX_ROWS
from core.services.taxonomy import NodeView
from pages.components.figures import count
from pages.components.node_place import HITS, ROWS, TABLE, dialog_is_open, enter, select, selected_id
from pages.components.node_words import Counts, decided
from pages.components.session import Here
from pages.components.text import safe
from pages.components.tree_actions import act_on, menu
from pages.components.tree_columns import TreeColumns
from pages.components.tree_element import TreeElement
from pages.components.tree_filters import SEARCH, branch_name, forget_search, query_in_hand, search_and_filter
from pages.components.tree_hits import hit_table
from pages.components.tree_shown import MOST, FoundTree, WholeTree
from pages.components.tree_source import Source

REMOVED = "taxonomy.removed"
PLAIN = "plain"
SECONDS = 4


def plain() -> bool:
    """Does this person see the tree as plain columns?"""
    return PLAIN in st.query_params


def browse(h: Here, view: NodeView | None, counts: Counts) -> None:
    """Search box and filters, then the hits in their path or the whole tree, then how it is shown."""
    with st.container(gap="xsmall"):
        search_and_filter(view.node if view else None, partial(branch_name, h))
        _shown(h, view, counts)


@st.fragment(run_every=SECONDS)
def follow(h: Here, drawn: int) -> None:
    """Draw the page anew when somebody has changed the tree since revision `drawn`, unless a dialog is open."""
    if not dialog_is_open() and h.work.rows.revision(h.project_id) != drawn:
        st.rerun()


def _shown(h: Here, view: NodeView | None, counts: Counts) -> None:
    query = query_in_hand()
    removed = bool(st.session_state.get(REMOVED)) or bool(view and any(_gone(node.state) for node in view.path))
    if query is None:
        _tree(h, WholeTree(h, removed=removed))
    else:
        found = FoundTree(h, query)
        _hits_line(found)
        if plain():
            hit_table(found.sought, found.paths, select)
        else:
            _element(h, found, "hits")
    _switches(decided(counts)[1], removed=removed, searching=query is not None)


def _gone(state: NodeState) -> bool:
    return state is NodeState.REMOVED


def _tree(h: Here, tree: WholeTree) -> None:
    if plain():
        TreeColumns(f"taxonomy.columns.{h.project_id}", tree, selected_id(), select).draw()
    else:
        _element(h, tree, "tree")


def _element(h: Here, source: Source, name: str) -> None:
    TreeElement(
        f"taxonomy.{name}.{h.project_id}",
        source,
        selected_id(),
        select,
        partial(act_on, h),
        menu=menu(),
        height=None,
        box=SEARCH,
        empty="Nothing found." if source.sought else "Every field is removed.",
        every=SECONDS,
    ).draw()


def _hits_line(found: FoundTree) -> None:
    total = found.total
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if not total.count:
            text = safe(found.query.text.strip(), 60)
            words = f"Nothing found for “{text}”." if text else "Nothing found."
        elif total.more or total.count > MOST:
            words = f"The first {MOST} of {total} hits"
        else:
            words = count(total.count, "hit")
        st.caption(words, width="content")
        if total.count:
            st.button(
                "Edit these in a table",
                key="taxonomy.search.table",
                type="tertiary",
                on_click=enter,
                args=(TABLE,),
                kwargs={ROWS: HITS},
                help=f"Names, descriptions and synonyms of the first {MAX_ROWS:,}, saved as one action.",
            )
        st.button("Show the whole tree", key="taxonomy.search.end", type="tertiary", on_click=forget_search)


def _switches(gone: int, *, removed: bool, searching: bool) -> None:
    """How the tree is shown."""
    with st.container(horizontal=True, gap="medium"):
        st.session_state["taxonomy.plain"] = plain()
        st.toggle(
            "Plain columns",
            key="taxonomy.plain",
            help="The same tree as tables side by side, for screen readers and for browsers in which the tree fails.",
            on_change=_turn_plain,
        )
        if (gone or removed) and not searching:
            st.toggle(f"Show removed ({gone:,})", key=REMOVED, persist_state="session")


def _turn_plain() -> None:
    if st.session_state["taxonomy.plain"]:
        st.query_params[PLAIN] = "1"
    else:
        st.query_params.pop(PLAIN, None)
