"""Seeds: bring examples in, look at them, mend them until they are used, put them into the dataset."""

from __future__ import annotations

import streamlit as st

from pages.components.discipline_choice import number_in_url
from pages.components.notices import problems
from pages.components.presses import show_problem
from pages.components.seed_detail import show_set
from pages.components.seed_import import import_steps, importing, open_import
from pages.components.seed_list import nothing_yet, set_list, shipped_sets
from pages.components.session import Here, here

_ABOUT = (
    "Questions that people wrote, with their answers where there are some. Six strategies start from them; a set is "
    "frozen as soon as a plan used it."
)


def _overview(h: Here) -> None:
    views = h.work.seeds.sets(h.project_id, removed=True)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Seeds", anchor=False, width="stretch")
        if views and not importing():
            st.button(
                "Import seeds", key="seeds.import", type="primary", icon=":material/upload:", on_click=open_import
            )
    show_problem()
    if importing():
        import_steps(h, views)
        return
    if not views:
        nothing_yet(h)
        return
    st.caption(_ABOUT)
    set_list(h, views)
    with st.expander("Sets that come with the studio", icon=":material/inventory_2:"):
        shipped_sets(h, views)


def main() -> None:
    """One set, or all of them."""
    with problems():
        h = here()
        wanted = number_in_url("set")
        if wanted is None:
            st.query_params.pop("set", None)
            _overview(h)
        else:
            show_set(h, wanted)


main()
