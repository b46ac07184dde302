"""Buttons that act on what stood on screen when they were drawn, not on what stands there by now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import streamlit as st

from core.errors import StudioError
from pages.components.notices import flash, show_error

_PROBLEM = "presses.problem"
Action = Callable[[], str | None]


def act(action: Action) -> None:
    """Do what a button stands for, as its callback; the text that comes back is shown after the rerun."""
    try:
        said = action()
    except StudioError as error:
        st.session_state[_PROBLEM] = (error.message, error.hint)
    else:
        if said:
            flash(said)


def show_problem() -> bool:
    """Draw what the last press met, if anything; a page calls it once, near its top, a dialog after its button."""
    problem = st.session_state.pop(_PROBLEM, None)
    if problem:
        show_error(StudioError(*problem))
    return problem is not None


def press(
    label: str,
    action: Action,
    *,
    key: str,
    icon: str = "",
    primary: bool = False,
    quiet: bool = False,
    disabled: bool = False,
    help: str | None = None,  # noqa: A002 - the name that Streamlit gives it
    width: Literal["content", "stretch"] = "content",
) -> None:
    """A button whose action sees the values of this drawing."""
    st.button(
        label,
        key=key,
        icon=f":material/{icon}:" if icon else None,
        type="primary" if primary else "tertiary" if quiet else "secondary",
        disabled=disabled,
        help=help,
        width=width,
        on_click=act,
        args=(action,),
    )
