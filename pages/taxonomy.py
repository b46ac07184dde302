"""Taxonomy: browse the tree, verify it, correct it, let a teacher grow it."""

from __future__ import annotations

import streamlit as st

from core.domain.states import NodeState
from core.domain.taxonomy import NodeKind
from core.errors import NotFoundError
from core.services.taxonomy import NodeView
from pages.components.node_add import add_dialog
from pages.components.node_detail import detail
from pages.components.node_dialogs import DIALOGS
from pages.components.node_history import go_to
from pages.components.node_menu import view_menu
from pages.components.node_modes import MODES
from pages.components.node_overview import empty_taxonomy, overview
from pages.components.node_place import (
    GROW,
    HISTORY,
    close_dialog,
    dialog_for,
    leave_mode,
    mode,
    open_dialog,
    selected_id,
    start_walk,
)
from pages.components.node_proposals import can_propose, propose_dialog, show_run
from pages.components.node_tree import browse
from pages.components.node_words import Counts, decided
from pages.components.notices import problems
from pages.components.presses import show_problem
from pages.components.session import Here, here
from pages.components.taxonomy_files import files_dialog
from pages.components.undo_bar import undo_bar


def find_chosen(h: Here) -> NodeView | None:
    """The node that the URL names; a link to one that is not there says so and shows all fields."""
    node_id = selected_id()
    if node_id is None:
        return None
    try:
        return h.work.taxonomy.view(h.who, h.project_id, node_id)
    except NotFoundError as error:
        st.warning(f"{error.message} It may belong to another project.", icon=":material/link_off:")
        return None


def header(h: Here, counts: Counts) -> None:
    """Title, and the actions that concern the whole tree."""
    verified, removed, every = decided(counts)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title("Taxonomy", width="content")
        with st.container(horizontal=True, width="content"):
            if mode():
                st.button(
                    "Back to the tree", key="taxonomy.browse", icon=":material/account_tree:", on_click=leave_mode
                )
            elif every > verified + removed:
                st.button(
                    "Verify one by one",
                    key="taxonomy.walk",
                    icon=":material/checklist:",
                    help="Shows the open nodes one after the other, with a key for each decision.",
                    on_click=start_walk,
                )
            undo_bar(h, go_to)
            view_menu()
            st.button(
                "Import and export",
                key="taxonomy.files",
                icon=":material/swap_vert:",
                on_click=open_dialog,
                args=("files", None),
            )


def draw_dialog(h: Here, view: NodeView | None, counts: Counts) -> None:
    """The dialog that is open, at most one."""
    node = view.node if view else None
    name = dialog_for(node.id if node else None)
    if name == "add":
        add_dialog(h, node)
    elif name == "propose" and can_propose(node):
        propose_dialog(h, node)
    elif view and name in DIALOGS:
        DIALOGS[name](h, view)
    elif dialog_for(None) == "files":
        live = sum(
            n for (kind, state), n in counts.items() if kind == NodeKind.DISCIPLINE and state != NodeState.REMOVED
        )
        files_dialog(h, disciplines=live)
    else:
        close_dialog()


def page(h: Here) -> None:
    """One of the views: empty, a mode, the tree with the chosen node."""
    counts = h.work.taxonomy.counts(h.project_id)
    chosen = find_chosen(h)
    header(h, counts)
    show_problem()
    if mode() in {GROW, HISTORY} or (counts and mode()):
        MODES[mode()](h)
    elif not counts:
        show_run(h, None)
        empty_taxonomy()
    else:
        grid = st.grid(2, min_column_width=330, gap=(32, 20))
        tree, pane = grid.cell(), grid.cell()
        with tree:
            browse(h, chosen.path if chosen else (), counts)
        with pane, problems():
            show_run(h, chosen.node if chosen else None)
            if chosen:
                detail(h, chosen)
            else:
                overview(h, counts)
    draw_dialog(h, chosen, counts)


with problems():
    page(here())
