"""What goes into a version: nothing twice, nothing on two sides, nothing lost without a reason."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.choosing import Chosen, Texts, candidates, choose
from core.analysis.near_duplicates import families
from core.analysis.signatures import Tell, silent
from core.domain.dataset_wish import DatasetWish, Reason
from core.domain.records import Sample
from core.domain.sampling import Difficulty
from core.domain.taxonomy import Origin
from core.errors import InvalidInputError

QUICK = settings(max_examples=60)
TEXT = "why does the tall old tree in our garden lose all of its yellow leaves before the first snow falls"
WORDS = TEXT.split()


def made(ident: int, question: str, answer: str = "So.", **more: Any) -> Sample:
    told: dict[str, Any] = {
        "id": ident,
        "question": question,
        "answer": answer,
        "history": (),
        "strategy": "glan",
        "difficulty": Difficulty.BASIC,
        "node_id": 1,
        "lineage": {"discipline": "Botany"},
        "origin": Origin.MODEL,
        "second": 0,
        "seed_example_id": None,
        "parent_id": None,
        **more,
    }
    return Sample.model_construct(**told)


def chosen(accepted: list[Sample], wish: DatasetWish, questions: tuple[tuple[int, str], ...] = ()) -> Chosen:
    return choose(*candidates(accepted), wish, texts_of(accepted), questions)


def texts_of(accepted: list[Sample], tell: Tell = silent) -> Texts:
    asked = {
        each.id: "\n".join([*(text for turn in each.history for text in turn), each.question]) for each in accepted
    }
    return Texts(lambda ids: (asked[ident] for ident in ids), tell)


def _sample(ident: int, drawn: tuple[int, str, int, str | None, int | None, bool]) -> Sample:
    changed, answer, node, concept, seed, human = drawn
    words = list(WORDS)
    if changed:
        words[changed] = f"other{changed}"
    lineage: dict[str, Any] = {"discipline": f"D{node}"}
    if concept:
        lineage |= {"subject": "Trees", "sessions": ["Leaves"], "groups": [[concept]]}
    return made(
        ident,
        " ".join(words if changed < 12 else words[changed:]) + "?",
        answer,
        node_id=node,
        lineage=lineage,
        seed_example_id=seed,
        strategy="human" if human else "glan",
    )


DRAWN = st.tuples(
    st.integers(0, 18),
    st.sampled_from(("So.", "Therefore.")),
    st.integers(1, 3),
    st.sampled_from((None, "chlorophyll", "light")),
    st.sampled_from((None, 1, 2, 3)),
    st.booleans(),
)
WISHES = st.builds(
    DatasetWish,
    near=st.sampled_from((None, 0.6, 0.9)),
    per_discipline=st.sampled_from((None, 2)),
    generated_per_human=st.sampled_from((None, 1.5)),
    validation_share=st.sampled_from((0.0, 0.2)),
    test_share=st.sampled_from((0.0, 0.2)),
    random_seed=st.integers(0, 3),
)


@QUICK
@given(st.lists(DRAWN, max_size=25), WISHES)
def test_every_sample_goes_in_or_is_left_out_for_a_reason(drawn: list[Any], wish: DatasetWish) -> None:
    accepted = [_sample(ident, each) for ident, each in enumerate(drawn, 1)]
    result = chosen(accepted, wish)
    ids = [row.id for row in result.rows]
    assert ids == sorted(set(ids))
    assert {*ids, *result.left} == {sample.id for sample in accepted}
    assert not {*ids} & result.left.keys()
    assert chosen(accepted, wish) == result


@QUICK
@given(st.lists(DRAWN, max_size=25), WISHES)
def test_no_family_question_seed_or_concept_set_is_on_two_sides(drawn: list[Any], wish: DatasetWish) -> None:
    accepted = [_sample(ident, each) for ident, each in enumerate(drawn, 1)]
    result = chosen(accepted, wish)
    near = families(list(texts_of(accepted).of([row.id for row in result.rows])), threshold=wish.near or 0.7).roots
    for groups in (
        near,
        [row.asks for row in result.rows],
        [row.seed for row in result.rows],
        [row.concepts for row in result.rows],
    ):
        sides: dict[object, set[str]] = {}
        for group, side in zip(groups, result.splits, strict=True):
            if group is not None:
                sides.setdefault(group, set()).add(side)
        assert all(len(found) == 1 for found in sides.values())


@QUICK
@given(st.lists(DRAWN, min_size=1, max_size=25), st.integers(0, 2))
def test_caps_hold(drawn: list[Any], seed: int) -> None:
    accepted = [_sample(ident, each) for ident, each in enumerate(drawn, 1)]
    result = chosen(accepted, DatasetWish(per_discipline=2, generated_per_human=1.5, random_seed=seed))
    human = sum(row.strategy == "human" for row in result.rows)
    assert max(Counter(row.node_id for row in result.rows).values(), default=0) <= 2
    assert len(result.rows) - human <= 1.5 * human


def test_of_near_duplicates_the_first_stays_with_all_answers_to_its_question() -> None:
    question = TEXT
    accepted = [
        made(1, question, "Cold.", strategy="answer_augmentation"),
        made(2, question, "Less light.", strategy="answer_augmentation"),
        made(3, question, "Cold.", strategy="answer_augmentation"),
        made(4, f"Tell me: {question}", "Cold."),
        made(5, "What is a leaf?"),
    ]
    result = chosen(accepted, DatasetWish(near=0.8))
    assert [row.id for row in result.rows] == [1, 2, 5]
    assert result.left == {3: (Reason.REPEAT, 1), 4: (Reason.NEAR, 1)}
    assert [row.id for row in chosen(accepted, DatasetWish()).rows] == [1, 2, 4, 5]


@pytest.mark.parametrize("near", [None, 0.9])
@pytest.mark.parametrize("seed", range(4))
def test_one_story_with_other_numbers_stays_on_one_side(near: float | None, seed: int) -> None:
    told = (
        "A farmer sells {} eggs at the market every morning for two dollars a piece and bakes muffins from those left "
        "for all of her friends: how many dollars does she make in a week?"
    )
    accepted = [made(n, told.format(n), lineage={}) for n in range(1, 6)]
    others = [made(n, f"word{n} other{n} thing{n} about{n} what{n}?", lineage={}) for n in range(6, 26)]
    wish = DatasetWish(near=near, validation_share=0.2, test_share=0.2, random_seed=seed)
    result = chosen(accepted + others, wish)
    side = {row.id: split for row, split in zip(result.rows, result.splits, strict=True)}
    assert len(side) == 25
    assert len({side[n] for n in range(1, 6)}) == 1


def test_what_a_benchmark_asks_is_left_out_before_near_duplicates_are_looked_for() -> None:
    question = TEXT
    accepted = [made(1, question), made(2, question.replace("tall", "small")), made(3, "What is a leaf?")]
    result = chosen(accepted, DatasetWish(near=0.8, benchmarks=(1,), ngram=50), ((7, question),))
    assert [row.id for row in result.rows] == [2, 3]
    assert result.left == {1: (Reason.CONTAMINATED, 0)}
    assert [(hit.row, hit.benchmark, hit.exact) for hit in result.hits] == [(1, 7, True)]


def test_wishes_stored_before_there_was_cleaning_mean_what_they_meant() -> None:
    stored = {"disciplines": [4], "strategies": [], "difficulty": None, "without_failed_verification": True}
    wish = DatasetWish.model_validate({**stored, "demo": False, "validation_share": 0.1, "random_seed": 7})
    assert (wish.disciplines, wish.near, wish.benchmarks, wish.is_balanced, wish.test_share) == (
        (4,),
        None,
        (),
        False,
        0,
    )


def test_more_than_half_is_never_held_out() -> None:
    with pytest.raises(InvalidInputError, match="more than half"):
        DatasetWish(validation_share=0.3, test_share=0.3)


def test_how_far_the_choice_is_is_told_in_each_of_its_parts_and_whoever_hears_it_may_stop_it() -> None:
    class StoppedError(Exception):
        pass

    accepted = [made(ident, f"{TEXT} and number {ident}?") for ident in range(1, 30)]
    found, wish = candidates(accepted), DatasetWish(near=0.8, validation_share=0.2, benchmarks=(1,))
    heard: list[float] = []
    whole = choose(*found, wish, texts_of(accepted, heard.append), [(1, "Who wrote it?")])
    assert heard == sorted(heard)
    for begin, end in ((0, 0.2), (0.2, 0.3), (0.3, 0.4), (0.4, 0.5), (0.5, 0.65), (0.65, 0.8), (0.8, 0.9), (0.9, 1)):
        assert any(begin <= share < end for share in heard), (begin, end, heard)
    for share in heard:

        def stop(now: float, share: float = share) -> None:
            if now >= share:
                raise StoppedError

        with pytest.raises(StoppedError):
            choose(*found, wish, texts_of(accepted, stop), [(1, "Who wrote it?")])
    assert choose(*found, wish, texts_of(accepted), [(1, "Who wrote it?")]) == whole
