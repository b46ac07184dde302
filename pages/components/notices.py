"""The drawn states of a page other than normal: empty, error; and the message that survives a rerun."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.errors import StudioError
from pages.components.text import safe

_FLASH = "notices.flash"


def show_error(error: StudioError) -> None:
    """What happened, and the next step."""
    hint = f"\n\n{safe(error.hint, 600)}" if error.hint else ""
    st.error(f"**{safe(error.message, 800)}**{hint}", icon=":material/error:")


@contextmanager
def problems() -> Iterator[None]:
    """Draw a StudioError instead of what was inside; nothing that was committed before is lost."""
    try:
        yield
    except StudioError as error:
        show_error(error)


def empty(title: str, what_to_do: str, icon: str = ":material/inbox:") -> st.delta_generator.DeltaGenerator:
    """An empty state: what is missing, and what to do. Returns the box, for a button below."""
    box = st.container(border=True, horizontal_alignment="center")
    box.markdown(f"### {icon} {title}", text_alignment="center")
    box.markdown(what_to_do, text_alignment="center")
    return box


def flash(message: str) -> None:
    """Say something after the coming rerun, e.g. that a form was saved. Call only after the commit."""
    st.session_state[_FLASH] = message


def show_flash() -> None:
    """Draw what `flash` left; the menu calls it once a run."""
    message = st.session_state.pop(_FLASH, None)
    if message:
        st.toast(safe(message), icon=":material/check_circle:")
