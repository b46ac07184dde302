"""The state machines: which moves exist, in one table beside each enum."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from core.errors import InvalidTransitionError


class NodeState(StrEnum):
    """Of taxonomy nodes, subjects and syllabi: has a person verified it?"""

    PROPOSED = "proposed"
    VERIFIED = "verified"
    REMOVED = "removed"


class RunState(StrEnum):
    """Of a run; the last four can be resumed."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    BUDGET_EXHAUSTED = "budget_exhausted"
    CANCELLED = "cancelled"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class RequestState(StrEnum):
    """Of one request to a teacher, from plan to use."""

    PLANNED = "planned"
    RESERVED = "reserved"
    SETTLED = "settled"
    PARSED = "parsed"
    REFUSED = "refused"
    FILTERED = "filtered"
    TRUNCATED = "truncated"
    INVALID = "invalid"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"


class ItemState(StrEnum):
    """Of one unit of work of a run: ends in exactly one state other than planned."""

    PLANNED = "planned"
    DONE = "done"
    KNOWN = "known"
    REFUSED = "refused"
    FILTERED = "filtered"
    TRUNCATED = "truncated"
    INVALID = "invalid"
    FAILED = "failed"
    DROPPED = "dropped"  # left out by the strategy's own rule, e.g. a failed evolution


WITHOUT_RESULT = (
    ItemState.REFUSED,
    ItemState.FILTERED,
    ItemState.TRUNCATED,
    ItemState.INVALID,
    ItemState.FAILED,
)


class AttemptState(StrEnum):
    """Of a ledger row: what became of the money held for one HTTP call."""

    RESERVED = "reserved"
    SETTLED = "settled"
    RELEASED = "released"
    IN_DOUBT = "in_doubt"


class BatchState(StrEnum):
    """Of calls that were handed in together at half price: the provider answers them within a day."""

    PREPARED = "prepared"
    SUBMITTED = "submitted"
    COLLECTED = "collected"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    FAILED = "failed"


class ReviewState(StrEnum):
    """What people said of a sample's current text."""

    PENDING = "pending_review"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    DISPUTED = "disputed"  # two people said different things, and nobody has settled it


class VerificationState(StrEnum):
    """What a machine said of a sample's current text."""

    NONE = "generated"
    VERIFIED = "verified"
    FAILED = "failed_verification"


class DatasetState(StrEnum):
    """Of a dataset version; frozen and discarded are final."""

    DRAFT = "draft"
    FROZEN = "frozen"
    DISCARDED = "discarded"


State = TypeVar("State", bound=StrEnum)

NODE_MOVES: Mapping[NodeState, frozenset[NodeState]] = {
    NodeState.PROPOSED: frozenset({NodeState.VERIFIED, NodeState.REMOVED}),
    NodeState.VERIFIED: frozenset({NodeState.PROPOSED, NodeState.REMOVED}),
    NodeState.REMOVED: frozenset({NodeState.PROPOSED, NodeState.VERIFIED}),
}
RESUMABLE = frozenset({RunState.BUDGET_EXHAUSTED, RunState.CANCELLED, RunState.FAILED, RunState.INTERRUPTED})


class WishState(StrEnum):
    """How far the wish for a repair is."""

    OPEN = "open"
    SENT = "sent"  # a run has it
    DONE = "done"
    WITHDRAWN = "withdrawn"  # the rejection was taken back
    OUTDATED = "outdated"  # the text is another one by now, or not rejected any more
    FAILED = "failed"  # the teacher gave nothing that could be used


ACTIVE = frozenset({RunState.QUEUED, RunState.RUNNING})
RUN_MOVES: Mapping[RunState, frozenset[RunState]] = {
    RunState.QUEUED: frozenset({RunState.RUNNING, RunState.CANCELLED}),
    RunState.RUNNING: frozenset({RunState.COMPLETED} | RESUMABLE),
    RunState.COMPLETED: frozenset({RunState.QUEUED}),  # only when failed items are put back
    **{state: frozenset({RunState.QUEUED}) for state in RESUMABLE},
}
REVIEW_MOVES: Mapping[ReviewState, frozenset[ReviewState]] = {
    state: frozenset(ReviewState) - {state} for state in ReviewState
}
DATASET_MOVES: Mapping[DatasetState, frozenset[DatasetState]] = {
    DatasetState.DRAFT: frozenset({DatasetState.DRAFT, DatasetState.FROZEN, DatasetState.DISCARDED}),
    DatasetState.FROZEN: frozenset(),
    DatasetState.DISCARDED: frozenset(),
}


def move(moves: Mapping[State, frozenset[State]], what: str, old: State, new: State) -> State:
    """Return `new` if the machine has that move; raise InvalidTransitionError otherwise."""
    if new not in moves[old]:
        raise InvalidTransitionError(
            f"{what} is {old.value.replace('_', ' ')} and cannot become {new.value.replace('_', ' ')}.",
            "Reload the page to see where it stands now.",
        )
    return new
