"""Undo and redo of a person's own actions on the taxonomy and the curriculum."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.components.presses import press
from pages.components.session import Here
from pages.components.text import safe


def show_undo(h: Here, *, key: str) -> None:
    """Two buttons, each saying what it would take back or make again; `key` is the page's."""
    choice = h.work.actions.choice(h.who, h.project_id)
    with st.container(horizontal=True, horizontal_alignment="right", width="content", gap="xsmall"):
        for label, row, action in (("Undo", choice.undo, _undo), ("Redo", choice.redo, _redo)):
            press(
                label,
                partial(action, h, row.id) if row else _nothing,
                key=f"{key}.{label.lower()}",
                icon=label.lower(),
                quiet=True,
                disabled=row is None,
                help=f"{label}: {safe(row.title, 120)}" if row else f"Nothing to {label.lower()}",
            )


def _undo(h: Here, action_id: int) -> str:
    return f"Taken back: {h.work.actions.undo(h.who, h.project_id, action_id).title}"


def _redo(h: Here, action_id: int) -> str:
    return f"Made again: {h.work.actions.redo(h.who, h.project_id, action_id).title}"


def _nothing() -> None:
    return None
