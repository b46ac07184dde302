"""Undo and redo: two buttons, with what they would do in their help, and the usual keys for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from core.services.actions import ActionRow
from pages.components.presses import act
from pages.components.session import Here
from pages.components.text import safe

_SCRIPT = Path(__file__).parent.parent / "assets" / "undo_keys.js"
_keys = st.components.v2.component("glan_undo_keys", js=_SCRIPT.read_text(encoding="utf-8"))
Go = Callable[[Here, ActionRow], None]


def undo_bar(h: Here, go: Go) -> None:
    """The two buttons; `go` leads to what an action concerned. What a press meets is drawn by `show_problem`.

    They take back and make again this person's own actions, the newest first.
    """
    choice = h.work.actions.choice(h.who, h.project_id)
    _button(h, "Undo", choice.undo, h.work.actions.undo, go)
    _button(h, "Redo", choice.redo, h.work.actions.redo, go)


def take_back(h: Here, action: ActionRow, go: Go) -> str:
    """Take back any action, also one of somebody else; what was done, in words."""
    done = h.work.actions.undo(h.who, h.project_id, action.id)
    go(h, done)
    return f"Taken back: {action.title}"


def _button(h: Here, label: str, action: ActionRow | None, service: Callable[..., ActionRow], go: Go) -> None:
    word = label.lower()

    def press() -> str:
        assert action is not None
        go(h, service(h.who, h.project_id, action.id))
        return f"{'Taken back' if word == 'undo' else 'Made again'}: {action.title}"

    keys = "Ctrl+Z" if word == "undo" else "Ctrl+Shift+Z"
    with st.container(key=f"undo-bar-{word}", width="content", gap=None):
        st.button(
            label,
            key=f"undo-bar.{word}",
            icon=f":material/{word}:",
            disabled=action is None,
            help=f"{safe(action.title, 200)} ({keys})" if action else f"Nothing of yours to {word} here.",
            on_click=act,
            args=(press,),
        )
        if word == "redo":
            _keys(key="undo-bar.keys", height=1)
