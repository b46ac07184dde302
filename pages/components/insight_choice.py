"""Along what the figures of cost and quality are split; the choice is in the address."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.analysis.quality import Dimension

DIMENSIONS = {
    Dimension.STRATEGY.value: "Strategy",
    Dimension.TEACHER.value: "Teacher",
    Dimension.DISCIPLINE.value: "Discipline",
    Dimension.SEED_SET.value: "Seed set",
    Dimension.RUN.value: "Run",
}


def choose(label: str, options: Mapping[str, str], parameter: str, *, key: str, listed: bool = False) -> str:
    """One of `options` (value -> words), kept in the address under `parameter`; the first unless told otherwise.

    `listed`: as a list that opens, where there is no room to show all.
    """
    named = st.query_params.get(parameter, "")
    st.session_state.setdefault(key, named if named in options else next(iter(options)))
    if st.session_state[key] not in options:
        st.session_state[key] = next(iter(options))
    words = options.__getitem__
    if listed:
        chosen: str | None = st.selectbox(label, list(options), format_func=words, key=key)
    else:
        chosen = st.segmented_control(label, list(options), required=True, format_func=words, key=key)
    value = str(chosen or next(iter(options)))
    st.query_params[parameter] = value
    return value


def choose_dimension(label: str, parameter: str, *, key: str) -> Dimension:
    """One of the dimensions."""
    return Dimension(choose(label, DIMENSIONS, parameter, key=key))
