"""How a run ends before its items are all done, and how its tasks hear of it."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.records import Run
from core.domain.states import RunState
from core.runs.traffic import Traffic


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run stops before its items are all done."""

    state: RunState
    reason: str = ""
    hint: str = ""


class Shared:
    """What the tasks of one run tell each other."""

    def __init__(self) -> None:
        self.ending: Ending | None = None
        self.lost = False
        self.kept = 0
        self.traffic = Traffic()

    @property
    def stopped(self) -> bool:
        """Is no new item begun?"""
        return self.lost or self.ending is not None

    @property
    def cut_off(self) -> Ending | None:
        """A teacher rejected calls, and every item that met it was told of the stop first by another of its calls."""
        why = self.traffic.why
        return Ending(RunState.INTERRUPTED, why.message, why.hint) if why else None

    def lose(self) -> None:
        """Another worker has the run."""
        self.lost = True
        self.traffic.stop()

    def stop(self, ending: Ending) -> None:
        """The first reason counts."""
        self.ending = self.ending or ending
        self.traffic.stop()

    def words(self, run: Run) -> tuple[str, str]:
        """What to say of a run that came to its end by itself."""
        if not run.offline:
            return ("", "")
        return (f"The stored answers were read again: {self.kept:,} more items could be used. Nothing was sent.", "")
