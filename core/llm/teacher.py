"""The one interface of all teachers. An implementation makes at most one HTTP call per `ask` and never retries."""

from __future__ import annotations

from typing import Protocol

from core.domain.calls import Call, Reply


class Teacher(Protocol):
    """Answers calls. Raises a TeacherError subclass; never returns an answer it did not get for this call."""

    @property
    def answers_at_once(self) -> int:
        """How many answers to one prompt it gives in one call, as far as is known."""
        ...

    async def ask(self, call: Call) -> Reply:
        """One answer to one call."""
        ...

    async def close(self) -> None:
        """Free sockets and child processes."""
        ...
