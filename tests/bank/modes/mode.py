"""What a fault mode is, and the list that all of them are entered in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.bank.drafts import Draft
from tests.bank.exchange import Play
from tests.bank.wire import Response

Refuse = Callable[[], Response]
Change = Callable[[Draft], None]


@dataclass(frozen=True, slots=True)
class Mode:
    """`refuse` answers in place of the bank, which bills nothing; `change` spoils a completion before it is sent;
    `play` writes the answer in its own way. At most one of them is set, and only the first leaves the bill at zero.
    """

    name: str
    about: str
    kind: str
    refuse: Refuse | None = None
    change: Change | None = None
    play: Play | None = None


MODES: dict[str, Mode] = {"ok": Mode("ok", "The honest answer.", "ok")}


def _about(function: Callable[..., object]) -> str:
    return (function.__doc__ or "").strip().splitlines()[0]


def status(function: Refuse) -> Refuse:
    """Enter a mode that answers with an error status."""
    name = function.__name__
    MODES[name] = Mode(name, _about(function), "status", refuse=function)
    return function


def transport(function: Play) -> Play:
    """Enter a mode that handles the connection badly."""
    name = getattr(function, "__name__", "")
    MODES[name] = Mode(name, _about(function), "transport", play=function)
    return function


def body(function: Change) -> Change:
    """Enter a mode that spoils what a completion says."""
    name = function.__name__
    MODES[name] = Mode(name, _about(function), "body", change=function)
    return function


def usage(function: Change) -> Change:
    """Enter a mode that lies about usage."""
    name = function.__name__
    MODES[name] = Mode(name, _about(function), "usage", change=function)
    return function
