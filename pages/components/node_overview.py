"""All fields at a glance: how far the verification is, and what a newcomer does first."""

from __future__ import annotations

import streamlit as st

from core.domain.states import NodeState
from core.domain.taxonomy import NodeKind
from pages.components.node_growth import grow
from pages.components.node_place import FILES, enter
from pages.components.node_words import Counts, decided
from pages.components.notices import empty
from pages.components.session import Here


def empty_taxonomy() -> None:
    """Nothing is there: the three ways to begin."""
    box = empty(
        "The taxonomy is empty",
        "Add a first field by hand, let a teacher propose fields, or bring a taxonomy file.",
        ":material/account_tree:",
    )
    with box.container(horizontal=True, horizontal_alignment="center"):
        grow(None, NodeKind.FIELD, primary=True)
        st.button(
            "Import a file",
            key="taxonomy.import_first",
            icon=":material/upload:",
            on_click=enter,
            args=(FILES,),
        )


def overview(h: Here, counts: Counts) -> None:
    """What to do, the fields with their progress, and how to add one."""
    verified, removed, every = decided(counts)
    disciplines = counts.get((NodeKind.DISCIPLINE, NodeState.VERIFIED), 0)
    if not disciplines:
        st.markdown("##### Start with what you know")
        st.markdown(
            "1. Open a field and a sub-field on the left, or search, and choose a **discipline**.\n"
            "2. Press **Keep this branch**. That verifies the discipline and what is above it.\n"
            "3. Go on to its **curriculum**. Samples are drawn from verified knowledge only."
        )
    else:
        st.markdown("##### All fields")
    done = verified + removed
    st.progress(
        done / every if every else 0.0,
        text=f"{done:,} of {every:,} nodes decided: {verified:,} verified, {removed:,} removed",
    )
    _fields(h)
    with st.container(horizontal=True):
        grow(None, NodeKind.FIELD)


def _fields(h: Here) -> None:
    rows = [
        {
            "Field": node.name,
            "Sub-fields": node.n_children,
            "Disciplines": node.n_descendants - node.n_children,
            "Verified": node.n_verified / node.n_descendants if node.n_descendants else 0.0,
        }
        for node in h.work.taxonomy.children(h.project_id, None)
    ]
    if not rows:
        st.caption("Every field is removed. Turn on “Show removed” to restore one, or add a new one.")
        return
    st.dataframe(
        rows,
        key="taxonomy.fields",
        hide_index=True,
        width="stretch",
        column_config={
            "Field": st.column_config.TextColumn(width=150),
            "Verified": st.column_config.ProgressColumn(
                width="small",
                format="percent",
                min_value=0.0,
                max_value=1.0,
                help="Share of its sub-fields and disciplines.",
            ),
        },
    )
