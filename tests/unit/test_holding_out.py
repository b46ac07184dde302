"""Validation rows ask nothing that training rows ask: what goes back to one question stays on one side."""

from __future__ import annotations

import pytest

from core.domain.holding_out import held_out, origins
from core.domain.records import Sample

SEED = {"seed_set_name": "Sums, version 1", "seed_position": 4, "seed_question": "What is 2 + 2?"}


def made(ident: int, question: str, parent: int | None = None, **more: object) -> Sample:
    rest = {"lineage": {}, "history": (), **more}
    return Sample.model_construct(id=ident, question=question, parent_id=parent, **rest)  # type: ignore[arg-type]


def test_a_row_goes_back_to_its_seed_question_and_a_conversation_to_what_it_began_with() -> None:
    chosen = [
        made(1, "What is 2 + 2?", lineage=SEED),
        made(2, "Add two and two.", lineage=SEED),
        made(3, "And 3 + 3?", 2, history=(("Add two and two.", "4"),)),
        made(4, "And 5 + 5?", 99, history=(("What is 2 + 2?", "4"),)),
        made(5, "Why is it dark?"),
    ]
    *family, other = origins(chosen)
    assert (len(set(family)), other in family) == (1, False)


@pytest.mark.parametrize("seed", range(5))
def test_no_origin_is_on_both_sides_and_the_share_is_met_where_it_can_be(seed: int) -> None:
    rows = [*"aaaaabbbbcc", *map(str, range(9))]
    out = held_out(rows, 0.25, seed)
    assert not {rows[i] for i in out} & {row for i, row in enumerate(rows) if i not in out}
    assert (len(out), out) == (5, held_out(rows, 0.25, seed))


def test_rows_of_one_question_alone_leave_nothing_for_validation() -> None:
    assert held_out(["a"] * 10, 0.5, 0) == frozenset()
