"""Every error a person may see: one sentence (`message`) and the next step (`hint`).

StudioError
├── SettingsError · PriceUnknownError · InvalidTransitionError · NotVerifiedError
├── FrozenError · NotFoundError · ConflictError · NotAllowedError · InvalidInputError
├── ImportRejectedError(line, reason)
├── RowsRefusedError(rows)           a table that is saved all or nothing
├── BudgetExceededError(limit, spent, requested)
├── StoreError                       the database cannot be opened or trusted
├── ProgramError                     a fault of our own, told apart from one of a teacher
├── DroppedError                     the strategy leaves this item out by its own rule
├── LeaseLostError                   this worker no longer has the run: it stops without a word
├── JobCancelledError                somebody wants no more of this job: it stops and leaves nothing behind
└── TeacherError
    ├── TeacherUnavailableError      may work later: retried with back-off
    ├── TeacherRejectedError         key, quota, model: pauses the run
    ├── TeacherRefusedError          this item only: refused or filtered
    └── UnusableReplyError           kept raw, one repair, then fails the item
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


class StudioError(Exception):
    """Root of all errors meant for people."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class SettingsError(StudioError):
    """A setting is missing or wrong."""


class StoreError(StudioError):
    """The database file cannot be opened, is newer than this program, or is damaged."""


class ProgramError(StudioError):
    """Our own program failed over an item; the log has the details."""


class DroppedError(StudioError):
    """A strategy's own rule leaves this item out: a near duplicate, a failed evolution, an unanswerable question."""


class LeaseLostError(StudioError):
    """Another worker has the run now."""


class JobCancelledError(StudioError):
    """A job was cancelled while it was worked on."""


class PriceUnknownError(StudioError):
    """A money cap was asked for a model whose price nobody has entered."""


class InvalidTransitionError(StudioError):
    """A state machine was asked for a move it does not have."""


class NotVerifiedError(StudioError):
    """Generation was asked to draw on something nobody has verified."""


class FrozenError(StudioError):
    """Something immutable was about to change."""


class NotFoundError(StudioError):
    """No such row."""


class ConflictError(StudioError):
    """Somebody else changed the row first; `current` is what stands there now."""

    def __init__(self, message: str, hint: str = "", *, current: object = None) -> None:
        super().__init__(message, hint)
        self.current = current


class RowsRefusedError(StudioError):
    """Some rows of a table cannot be saved, so none was; `rows` holds what is wrong by the id of the row."""

    def __init__(self, message: str, hint: str = "", *, rows: Mapping[int, str]) -> None:
        super().__init__(message, hint)
        self.rows = dict(rows)


class NotAllowedError(StudioError):
    """The person's role does not include this action."""


class InvalidInputError(StudioError):
    """A form or an argument holds something that cannot be used."""


class ImportRejectedError(StudioError):
    """A file was refused; `line` is 1-based, 0 when the whole file is meant."""

    def __init__(self, line: int, reason: str, hint: str = "") -> None:
        super().__init__(f"Line {line}: {reason}" if line else reason, hint)
        self.line = line
        self.reason = reason


class BudgetExceededError(StudioError):
    """A reservation would break a cap. Amounts are nano-dollars for money and counts for calls.

    `passing`: only what calls under way hold stands in the way, and most of it comes back when they end.
    """

    def __init__(
        self, message: str, *, scope: str, limit: int, spent: int, requested: int, passing: bool = False
    ) -> None:
        super().__init__(message, "Raise the cap and resume; nothing already paid is paid again.")
        self.scope = scope
        self.limit = limit
        self.spent = spent
        self.requested = requested
        self.passing = passing


class TeacherError(StudioError):
    """A call to a teacher did not give a usable answer.

    `billed` says whether the provider may have charged for it: the hold of an attempt that was certainly
    not billed is released, everything else stays charged. `code` is a short machine-readable reason.
    """

    def __init__(
        self,
        message: str,
        hint: str = "",
        *,
        code: str,
        billed: bool = False,
        status: int | None = None,
        raw: str = "",
    ) -> None:
        super().__init__(message, hint)
        self.code = code
        self.billed = billed
        self.status = status
        self.raw = raw


class TeacherUnavailableError(TeacherError):
    """May work later; `retry_after` is the server's wish in seconds, `limits` are its rate-limit headers."""

    retry_after: float | None = None
    limits: Mapping[str, str] = MappingProxyType({})


class TeacherRejectedError(TeacherError):
    """Will not work until a person changes something: key, quota, model name, permission."""


class TeacherRefusedError(TeacherError):
    """The teacher declined this one request."""


class UnusableReplyError(TeacherError):
    """An answer came, is stored, and cannot be used for its purpose."""
