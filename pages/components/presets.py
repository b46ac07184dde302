"""Fields that begin with a value and can still be emptied."""

from __future__ import annotations

import streamlit as st

_MISSING = object()


def preset(key: str, value: object) -> None:
    """Fill the field of this key when it is first drawn, and again when the value behind it has changed.

    A number that is given to the widget as its default comes back when a person empties the field; one that stands in
    session state does not.
    """
    shown = f"{key}.preset"
    if key not in st.session_state or st.session_state.get(shown, _MISSING) != value:
        st.session_state[key] = st.session_state[shown] = value
