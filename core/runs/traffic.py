"""The gate that every call of a run passes before it leaves."""

from __future__ import annotations

import asyncio

from core.errors import TeacherRejectedError


class StoppedError(Exception):
    """The run stops: calls that have not left yet stay here."""


class Traffic:
    """Whether calls may leave: not while the disk has no room for their answers, and not once the run stops."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._open.set()
        self.stopped = False
        self.why: TeacherRejectedError | None = None

    def hold(self) -> None:
        """Let nobody leave for now."""
        if not self.stopped:
            self._open.clear()

    def go_on(self) -> None:
        """Let them leave again."""
        self._open.set()

    def stop(self, why: TeacherRejectedError | None = None) -> None:
        """Nobody leaves any more; who waits is told. The first teacher that is the reason stands in `why`."""
        self.stopped = True
        self.why = self.why or why
        self._open.set()

    @property
    def open(self) -> bool:
        """May a call leave this very moment?"""
        return self._open.is_set() and not self.stopped

    @property
    def held(self) -> bool:
        """Must everybody wait for room at the moment?"""
        return not self._open.is_set()

    async def clear(self) -> None:
        """Return when a call may leave; raises StoppedError when none may any more."""
        if self.held:
            await self._open.wait()
        if self.stopped:
            raise StoppedError
