"""What a trial is: a promise, how to try it, and a seeded bug that must break it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """How often the promise was tried and how often it was broken; `notes` say what broke, or what was measured."""

    trials: int
    failures: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """`run(scale)` tries the promise; scale 1 is the tier of every change, larger ones take proportionally longer.

    `seeded()` does the same in small with the bug switched on: its failures must not be zero.
    """

    id: str
    promise: str
    run: Callable[[int], Outcome]
    bug: str
    seeded: Callable[[], Outcome]
