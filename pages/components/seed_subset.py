"""Which examples a seeded subset of a set holds, for budget studies."""

from __future__ import annotations

import streamlit as st

from core.domain.sampling import subset
from core.services.seeds import SetView
from pages.components.figures import count
from pages.components.seed_examples import table_of
from pages.components.seed_words import COLUMNS
from pages.components.session import Here

_SHOWN = 25


def show_subset(h: Here, view: SetView) -> None:
    """Size and random seed, and the examples that they draw."""
    total, set_id = view.set.n_examples, view.set.id
    with st.container(horizontal=True, vertical_alignment="bottom"):
        size = st.number_input("Examples", 1, total, min(100, total), key=f"seeds.subset.size.{set_id}", width=160)
        seed = st.number_input(
            "Random seed",
            0,
            2**31 - 1,
            0,
            key=f"seeds.subset.seed.{set_id}",
            help="The same seed draws the same.",
            width=160,
        )
    st.caption(
        f"{count(size, 'example')} of {total:,}. With the same random seed a smaller subset is part of a larger one, "
        "so that plans on 100 and on 1,000 seeds can be compared. Generate takes size and random seed."
    )
    places = subset(total, size, seed)[:_SHOWN]
    drawn = [h.work.seeds.page(h.project_id, set_id, start=place, size=1).examples for place in places]
    st.dataframe(
        table_of(tuple(example for found in drawn for example in found)),
        hide_index=True,
        key=f"seeds.subset.table.{set_id}",
        column_config=COLUMNS,
    )
    if size > _SHOWN:
        st.caption(f"The first {_SHOWN} of them.")
