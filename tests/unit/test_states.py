"""State machines: the moves that exist pass, every other one raises."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import pytest

from core.domain.states import (
    ACTIVE,
    DATASET_MOVES,
    NODE_MOVES,
    RESUMABLE,
    REVIEW_MOVES,
    RUN_MOVES,
    DatasetState,
    NodeState,
    ReviewState,
    RunState,
    move,
)
from core.domain.taxonomy import CHILD_KIND, NodeKind, decide
from core.errors import InvalidTransitionError

EXPECTED: dict[type[StrEnum], set[str]] = {
    NodeState: {
        "proposed>verified",
        "proposed>removed",
        "verified>proposed",
        "verified>removed",
        "removed>proposed",
        "removed>verified",
    },
    RunState: {
        "queued>running",
        "queued>cancelled",
        "running>completed",
        "running>budget_exhausted",
        "running>cancelled",
        "running>failed",
        "running>interrupted",
        "completed>queued",
        "budget_exhausted>queued",
        "cancelled>queued",
        "failed>queued",
        "interrupted>queued",
    },
    ReviewState: {
        "pending_review>accepted",
        "pending_review>rejected",
        "accepted>pending_review",
        "accepted>rejected",
        "rejected>pending_review",
        "rejected>accepted",
        "pending_review>disputed",
        "accepted>disputed",
        "rejected>disputed",
        "disputed>pending_review",
        "disputed>accepted",
        "disputed>rejected",
    },
    DatasetState: {"draft>draft", "draft>frozen", "draft>discarded"},
}
TABLES: dict[type[StrEnum], Mapping[StrEnum, frozenset[StrEnum]]] = {
    NodeState: dict[StrEnum, frozenset[StrEnum]](NODE_MOVES.items()),
    RunState: dict[StrEnum, frozenset[StrEnum]](RUN_MOVES.items()),
    ReviewState: dict[StrEnum, frozenset[StrEnum]](REVIEW_MOVES.items()),
    DatasetState: dict[StrEnum, frozenset[StrEnum]](DATASET_MOVES.items()),
}
PAIRS = [(kind, old, new) for kind in TABLES for old in kind for new in kind]


@pytest.mark.parametrize(("kind", "old", "new"), PAIRS, ids=lambda part: getattr(part, "value", ""))
def test_a_move_passes_if_it_is_in_the_table_and_raises_if_it_is_not(
    kind: type[StrEnum], old: StrEnum, new: StrEnum
) -> None:
    if f"{old}>{new}" in EXPECTED[kind]:
        assert move(TABLES[kind], "The thing", old, new) is new
        return
    with pytest.raises(InvalidTransitionError) as refusal:
        move(TABLES[kind], "The thing", old, new)
    assert refusal.value.message.startswith("The thing is ")
    assert "_" not in refusal.value.message
    assert refusal.value.hint


@pytest.mark.parametrize("kind", TABLES)
def test_every_state_stands_in_its_table(kind: type[StrEnum]) -> None:
    assert set(TABLES[kind]) == set(kind)


def test_a_run_is_active_resumable_or_completed() -> None:
    assert ACTIVE | RESUMABLE | {RunState.COMPLETED} == set(RunState)
    assert not ACTIVE & RESUMABLE


def test_only_a_discipline_has_no_children() -> None:
    kind, seen = CHILD_KIND[None], []
    while kind:
        seen.append(kind)
        kind = CHILD_KIND[kind]
    assert seen == list(NodeKind)


@pytest.mark.parametrize(
    ("keeps", "removes", "quorum", "decision"),
    [
        (0, 0, 1, None),
        (1, 0, 1, NodeState.VERIFIED),
        (0, 1, 1, NodeState.REMOVED),
        (1, 1, 1, None),
        (2, 0, 3, None),
        (2, 1, 3, NodeState.VERIFIED),
        (1, 2, 3, NodeState.REMOVED),
        (2, 2, 3, None),
    ],
)
def test_a_node_is_decided_by_a_majority_of_at_least_the_quorum(
    keeps: int, removes: int, quorum: int, decision: NodeState | None
) -> None:
    assert decide(keeps, removes, quorum) is decision
