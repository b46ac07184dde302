"""All fields at a glance: how far the verification is, and what a newcomer does first."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.states import NodeState
from core.domain.taxonomy import NodeKind
from core.services.verifying import FieldProgress
from pages.components.charts import download
from pages.components.figures import count
from pages.components.node_growth import grow
from pages.components.node_map import draw_map
from pages.components.node_place import AGREEMENT, FILES, SETTLE, enter, select
from pages.components.node_words import Counts, decided
from pages.components.notices import empty
from pages.components.session import Here

_ALONE = (
    "1. Open a field and a sub-field on the left, or search, and choose a **discipline**.\n"
    "2. Press **Keep this branch**. That verifies the discipline and what is above it.\n"
    "3. Go on to its **curriculum**. Samples are drawn from verified knowledge only."
)
_TOGETHER = (
    "1. Choose a branch that you know on the left, or press **Verify next** to go through all by keyboard.\n"
    "2. Vote **keep** or **remove**. You see the others' votes after your own; {quorum} votes decide.\n"
    "3. Go on to the **curriculum** of a verified discipline. Samples are drawn from verified knowledge only."
)


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
    """What to do, how much is verified as a drawing and as a table, and how to add a field."""
    verified, removed, every = decided(counts)
    disciplines = counts.get((NodeKind.DISCIPLINE, NodeState.VERIFIED), 0)
    if not disciplines:
        st.markdown("##### Start with what you know")
        st.markdown(_ALONE if h.project.quorum == 1 else _TOGETHER.format(quorum=h.project.quorum))
    else:
        st.markdown("##### All fields")
    done = verified + removed
    st.progress(
        done / every if every else 0.0,
        text=f"{done:,} of {every:,} nodes decided: {verified:,} verified, {removed:,} removed",
    )
    fields = h.work.verifying.progress(h.who, h.project_id)
    if fields:
        draw_map(h)
        _fields(fields)
    else:
        st.caption("Every field is removed. Turn on “Show removed” to restore one, or add a new one.")
    _further(h)
    with st.container(horizontal=True):
        grow(None, NodeKind.FIELD)


def _further(h: Here) -> None:
    disputes = h.work.verifying.count_disputes(h.project_id)
    with st.container(horizontal=True, gap="xsmall"):
        if disputes:
            st.button(
                f"Settle {count(disputes, 'disputed node')}",
                key="taxonomy.overview.settle",
                icon=":material/balance:",
                on_click=enter,
                args=(SETTLE,),
            )
        if h.project.quorum > 1 or disputes:
            st.button(
                "How far people agree",
                key="taxonomy.overview.agreement",
                icon=":material/group:",
                on_click=enter,
                args=(AGREEMENT,),
            )


def _fields(fields: Sequence[FieldProgress]) -> None:
    rows = [
        {
            "Field": each.name,
            "Verified": 100 * each.verified // each.live if each.live else 0,
            "Sub-fields": each.sub_fields,
            "Disciplines": each.disciplines,
            "Verified nodes": each.verified,
            "Proposed": each.proposed,
            "Mine to vote": each.mine,
            "Disputed": each.disputed,
        }
        for each in fields
    ]
    chosen = st.dataframe(
        rows,
        key="taxonomy.fields",
        hide_index=True,
        width="stretch",
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "Field": st.column_config.TextColumn(width=150),
            "Verified": st.column_config.ProgressColumn(
                width="small",
                format="%d %%",
                min_value=0,
                max_value=100,
                help="Share of all nodes of the field that are not removed.",
            ),
            "Mine to vote": st.column_config.NumberColumn(help="Proposed, and you have not voted on them."),
        },
    )
    if chosen["selection"]["rows"]:
        select(fields[chosen["selection"]["rows"][0]].node_id)
        st.rerun()
    st.caption("Choose a row to open the field.")
    download(rows, key="taxonomy.fields", name="fields")
