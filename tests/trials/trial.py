"""What a trial is: a promise, how to try it, and a seeded bug that must break it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Outcome:
    """How often the promise was tried and how often it was broken; `notes` say what broke, or what was measured."""

    trials: int
    failures: int
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Tally:
    """Counts trials one by one; a trial with anything wrong is one failure."""

    trials: int = 0
    failures: int = 0
    notes: list[str] = field(default_factory=list)

    def add(self, wrong: Sequence[str], where: str = "", trials: int = 1) -> None:
        """One more, or so many that were tried together."""
        self.trials += trials
        self.failures += bool(wrong)
        self.notes += [f"{where}: {line}" if where else line for line in wrong]

    def outcome(self, *measured: str) -> Outcome:
        """The sum, with what was measured before what was wrong."""
        return Outcome(self.trials, self.failures, (*measured, *self.notes))


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
