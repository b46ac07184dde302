"""The menu of the Taxonomy page's other views."""

from __future__ import annotations

import streamlit as st

from pages.components.node_place import WALK, enter, mode
from pages.components.taxonomy_modes import MODES

_KEY = "taxonomy.views"


def views_menu() -> None:
    """The other views of the taxonomy."""
    views = {name: view.title for name, view in MODES.items() if name not in {WALK, mode()}}
    st.menu_button(
        "Views",
        list(views),
        key=_KEY,
        icon=":material/visibility:",
        format_func=lambda name: views.get(name, name),
        on_click=_open_view,
    )


def _open_view() -> None:
    """Go where the menu says."""
    enter(str(st.session_state[_KEY]))
