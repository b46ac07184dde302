"""What calls of batches met: which of them are asked again with the next batch, and which have failed for good."""

from __future__ import annotations

from core.errors import TeacherError, TeacherUnavailableError

MOST_TRIES = 3


class Failures:
    """The memory of one execution of a run; a new execution gives every call new tries."""

    def __init__(self) -> None:
        self._tries: dict[str, int] = {}
        self._final: dict[str, TeacherError] = {}

    def note(self, key: str, error: TeacherError) -> None:
        """A call failed. What may work later is tried three times, anything else is final."""
        if error.code == "adapted":
            return
        self._tries[key] = self._tries.get(key, 0) + 1
        if not isinstance(error, TeacherUnavailableError) or self._tries[key] >= MOST_TRIES:
            self._final[key] = error

    def verdict(self, key: str) -> TeacherError | None:
        """The error with which this call failed for good."""
        return self._final.get(key)
