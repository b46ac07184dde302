"""What verification by machine found, what it cost, and whether people agree with it."""

from __future__ import annotations

import streamlit as st

from pages.components.session import Here


def show_verification(h: Here) -> None:  # noqa: ARG001 - drawn from the project's findings
    """By method and strategy: tried, passed, pass rate, cost, agreement with people's verdicts."""
    st.info("No sample was verified by machine yet.", icon=":material/info:")
