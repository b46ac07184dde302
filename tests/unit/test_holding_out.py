"""Validation rows ask nothing that training rows ask: what goes back to one question stays on one side."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.holding_out import concept_set, families_of, origins, split
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
    names = split(rows, {"validation": 0.25}, seed)
    sides = {name: {row for row, of in zip(rows, names, strict=True) if of == name} for name in ("train", "validation")}
    assert not sides["train"] & sides["validation"]
    assert (names.count("validation"), names) == (5, split(rows, {"validation": 0.25}, seed))


def test_rows_that_come_and_go_move_hardly_any_other_to_another_side() -> None:
    ids = list(range(1000, 1400))
    before = dict(zip(ids, split(ids, {"validation": 0.1, "test": 0.1}, 7, ids), strict=True))
    fewer = [ident for ident in ids if ident % 40]
    after = dict(zip(fewer, split(fewer, {"validation": 0.1, "test": 0.1}, 7, fewer), strict=True))
    assert sum(before[ident] != after[ident] for ident in fewer) <= 6


def test_rows_of_one_question_alone_leave_nothing_for_validation() -> None:
    assert split(["a"] * 10, {"validation": 0.5}, 0) == ["train"] * 10


GROUPS = st.lists(st.tuples(st.integers(0, 9), st.one_of(st.none(), st.integers(0, 9))), max_size=40)
SHARES = st.fixed_dictionaries({"validation": st.sampled_from([0.0, 0.1, 0.3])}, optional={"test": st.just(0.2)})


@given(GROUPS, SHARES, st.integers(0, 3))
def test_rows_that_hang_together_in_any_grouping_are_in_one_split(
    groups: list[tuple[int, int | None]], shares: dict[str, float], seed: int
) -> None:
    by_question, by_concepts = [a for a, _ in groups], [b for _, b in groups]
    splits = split(families_of(by_question, by_concepts), shares, seed)
    for grouping in (by_question, by_concepts):
        for group in {each for each in grouping if each is not None}:
            assert len({name for each, name in zip(grouping, splits, strict=True) if each == group}) == 1
    assert not groups or "train" in splits
    assert set(splits) <= {"train", *shares}


@given(st.lists(st.integers(1, 6), min_size=1, max_size=20), st.integers(0, 5))
def test_no_family_of_training_would_bring_validation_nearer_to_its_share(sizes: list[int], seed: int) -> None:
    families = [family for family, size in enumerate(sizes) for _ in range(size)]
    wanted = min(int(len(families) * 0.3 + 0.5), len(families) - 1)
    splits = split(families, {"validation": 0.3}, seed)
    found = splits.count("validation")
    free = {family for family, name in zip(families, splits, strict=True) if name == "train"}
    if len(free) > 1:
        assert all(abs(found + sizes[family] - wanted) >= abs(found - wanted) for family in free)


@given(st.integers(1, 200), st.integers(0, 3))
def test_rows_without_kin_are_split_to_the_row(count: int, seed: int) -> None:
    splits = Counter(split(range(count), {"validation": 0.1, "test": 0.2}, seed))
    assert splits["validation"] == min(int(count * 0.1 + 0.5), count - 1)
    assert splits["test"] == min(int(count * 0.2 + 0.5), count - 1 - splits["validation"])


def test_groupings_hang_together_over_any_number_of_steps() -> None:
    assert families_of(["a", "a", "b", "c", "d"], [None, 1, 1, 2, None], [None, None, 5, 5, None]) == [0, 0, 0, 0, 4]
    assert families_of(["a", "b"]) == [0, 1]
    assert families_of([], []) == families_of() == []


def test_one_concept_set_is_the_same_sessions_and_concepts_of_a_subject_whatever_their_order() -> None:
    drawn = {"subject": "Algebra", "sessions": ["One", "Two"], "groups": [["a", "b"], ["c"]]}
    same = {"subject": "algebra", "sessions": ["Two", "one"], "groups": [["C"], ["b", "A"]]}
    others = [
        {**drawn, "subject": "Logic"},
        {**drawn, "sessions": ["One", "Three"]},
        {**drawn, "groups": [["a"], ["c"]]},
        {**drawn, "groups": [["a", "c"], ["b"]]},
    ]
    first, *rest = (concept_set(made(n, "?", lineage=each)) for n, each in enumerate([drawn, same, *others]))
    assert (rest[0], first in rest[1:]) == (first, False)
    assert concept_set(made(9, "?", lineage=SEED)) is None
