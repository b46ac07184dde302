"""Taxonomy: browse the tree, verify it, correct it, let a teacher grow it."""

from __future__ import annotations

import streamlit as st

from core.domain.states import NodeState
from core.domain.taxonomy import NodeKind
from core.errors import NotFoundError
from core.services.taxonomy import NodeView
from pages.components.node_detail import detail
from pages.components.node_dialogs import add_dialog, edit_dialog, keep_dialog, remove_dialog
from pages.components.node_levels import grow_by_level
from pages.components.node_overview import empty_taxonomy, overview
from pages.components.node_place import close_dialog, dialog_for, growing, open_dialog, selected_id, start_walk, walking
from pages.components.node_proposals import can_propose, propose_dialog, show_run
from pages.components.node_tree import browse
from pages.components.node_walk import find_stop, leave, walk
from pages.components.node_words import Counts, decided
from pages.components.notices import problems
from pages.components.session import Here, here
from pages.components.taxonomy_files import files_dialog


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


def header(counts: Counts, *, walks: bool) -> None:
    """Title, and the actions that concern the whole tree."""
    verified, removed, every = decided(counts)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title("Taxonomy", width="content")
        with st.container(horizontal=True, width="content"):
            if walks:
                st.button("Back to the tree", key="taxonomy.browse", icon=":material/account_tree:", on_click=leave)
            elif every > verified + removed:
                st.button(
                    "Verify one by one",
                    key="taxonomy.walk",
                    icon=":material/checklist:",
                    help="Shows the open nodes one after the other, with a key for each decision.",
                    on_click=start_walk,
                )
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
    elif view and name in {"keep", "remove", "edit"}:
        {"keep": keep_dialog, "remove": remove_dialog, "edit": edit_dialog}[name](h, view)
    elif dialog_for(None) == "files":
        live = sum(
            n for (kind, state), n in counts.items() if kind == NodeKind.DISCIPLINE and state != NodeState.REMOVED
        )
        files_dialog(h, disciplines=live)
    else:
        close_dialog()


def page(h: Here) -> None:
    """One of the four views: empty, growing by level, the walk, the tree with the chosen node."""
    counts = h.work.taxonomy.counts(h.project_id)
    chosen, walks = find_chosen(h), walking()
    header(counts, walks=walks or growing())
    if growing():
        grow_by_level(h)
    elif not counts:
        show_run(h, None)
        empty_taxonomy()
    elif walks:
        chosen = find_stop(h, chosen)
        walk(h, chosen, counts)
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
