"""Taxonomy: browse the tree, verify it, correct it, let a teacher grow it."""

from __future__ import annotations

import streamlit as st

from core.errors import NotFoundError
from core.services.taxonomy import NodeView
from pages.components.node_detail import detail
from pages.components.node_history import go_to
from pages.components.node_overview import empty_taxonomy, overview
from pages.components.node_place import WALK, leave_mode, mode, select, selected_id, start_walk
from pages.components.node_proposals import show_run
from pages.components.node_words import Counts, decided
from pages.components.notices import problems
from pages.components.presses import show_problem
from pages.components.session import Here, here
from pages.components.taxonomy_dialogs import draw_dialog
from pages.components.taxonomy_modes import MODES
from pages.components.taxonomy_views import views_menu
from pages.components.tree_side import browse, follow, plain
from pages.components.undo_bar import undo_bar


def find_chosen(h: Here) -> NodeView | None:
    """The node that the URL names; a link to one that is not there says so and shows all fields."""
    node_id = selected_id()
    if node_id is None:
        return None
    try:
        view = h.work.taxonomy.view(h.who, h.project_id, node_id)
    except NotFoundError as error:
        st.warning(f"{error.message} It may belong to another project.", icon=":material/link_off:")
        return None
    select(view.node.id)  # a merged one leads to the one that took it up
    return view


def header(h: Here, counts: Counts) -> None:
    """Title, undo and redo, and the ways to other views."""
    verified, removed, every = decided(counts)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title(MODES[mode()].label if mode() in MODES else "Taxonomy", width="content")
        with st.container(horizontal=True, width="content", vertical_alignment="center", gap="small"):
            if mode() != WALK:  # there each step has its own undo, and only the card is drawn anew
                undo_bar(h, go_to)
            if mode() in MODES:
                st.button(
                    "Back to the tree", key="taxonomy.browse", icon=":material/account_tree:", on_click=leave_mode
                )
            elif every > verified + removed:
                st.button(
                    "Verify next",
                    key="taxonomy.walk",
                    icon=":material/checklist:",
                    help="Shows the open nodes one after the other, with a key for each decision.",
                    on_click=start_walk,
                )
            views_menu()


def tree_and_node(h: Here, counts: Counts) -> None:
    """The tree with the node in hand beside it; plain columns take the whole width."""
    revision = h.work.rows.revision(h.project_id)
    chosen = find_chosen(h)
    if plain():
        tree, pane = st.container(), st.container()
    else:
        grid = st.grid(2, min_column_width=330, gap=(32, 20))
        tree, pane = grid.cell(), grid.cell()
    with tree, problems():
        browse(h, chosen, counts)
    with pane, problems():
        if chosen:
            detail(h, chosen)
        else:
            show_run(h, None)
            overview(h, counts)
    follow(h, revision)


def page(h: Here) -> None:
    """One of the views: empty, a mode, the tree with the chosen node."""
    counts = h.work.taxonomy.counts(h.project_id)
    header(h, counts)
    show_problem()
    view = MODES.get(mode())
    if view and (counts or view.begins):
        view.draw(h)
    elif counts:
        tree_and_node(h, counts)
    else:
        show_run(h, None)
        empty_taxonomy()
    draw_dialog(h)


with problems():
    page(here())
