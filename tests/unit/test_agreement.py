"""Agreement: Krippendorff's alpha on examples with known results, its edge cases, and what is said about it."""

from __future__ import annotations

import pytest

from core.analysis.agreement import Alpha, Rating, agreement, alpha_of, by_person


def rated(**people: str) -> list[Rating]:
    """Each person's verdicts in the order of the nodes; a dot = no vote."""
    return [
        (person, node, verdict)
        for person, verdicts in people.items()
        for node, verdict in enumerate(verdicts.split())
        if verdict != "."
    ]


# Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011): examples A, B and C.
BINARY = rated(Meg="0 1 0 0 0 0 0 0 1 0", Owen="1 1 1 0 0 1 0 0 0 0")
NOMINAL = rated(Ben="a a b b d c c c e d d a", Gerry="b a b b b c c c e d d d")
MISSING = rated(
    A="1 2 3 3 2 1 4 1 2 . . .",
    B="1 2 3 3 2 2 4 1 2 5 . 3",
    C=". 3 3 3 2 3 4 2 2 5 1 .",
    D="1 2 3 3 2 4 4 1 2 5 1 .",
)


@pytest.mark.parametrize(
    ("ratings", "value"),
    [(BINARY, 0.095), (NOMINAL, 0.692), (MISSING, 0.743)],
    ids=["two observers, two values", "two observers, five values", "four observers, gaps"],
)
def test_alpha_is_that_of_the_published_examples(ratings: list[Rating], value: float) -> None:
    assert alpha_of(ratings).value == pytest.approx(value, abs=0.0005)


def test_alpha_of_two_voters_by_hand() -> None:
    # 3 nodes, one split: Do = 2/6; 3 keeps, 3 removes of 6: De = 2*3*3/(6*5) = 0.6; alpha = 1 - (1/3)/0.6
    assert alpha_of(rated(Ana="k r k", Ben="k r r")).value == pytest.approx(1 - (1 / 3) / 0.6)


@pytest.mark.parametrize(
    ("ratings", "reason"),
    [
        ([], "No node has votes of two people yet."),
        (rated(Ana="k r k"), "Only one person has voted."),
        (rated(Ana="k r .", Ben=". . k"), "No node has votes of two people yet."),
        (rated(Ana="k k", Ben="k k"), "Everybody gave the same verdict everywhere"),
        (rated(Ana="k k r", Ben="k k ."), "Everybody gave the same verdict everywhere"),
    ],
    ids=["no votes", "one person", "no overlap", "one verdict", "one verdict where two voted"],
)
def test_without_a_ground_for_alpha_the_reason_is_said(ratings: list[Rating], reason: str) -> None:
    alpha = alpha_of(ratings)
    assert alpha.value is None
    assert alpha.meaning.startswith(reason)


@pytest.mark.parametrize(
    ("value", "word"),
    [(1.0, "Reliable"), (0.8, "Reliable"), (0.799, "Tentative"), (0.667, "Tentative"), (0.666, "Not reliable")],
)
def test_the_meaning_follows_the_customary_bounds(value: float, word: str) -> None:
    assert Alpha(value).meaning.startswith(word)
    assert Alpha(-0.2).meaning.startswith("No better than chance")


def test_shares_count_pairs_of_votes_and_nodes_on_which_all_agree() -> None:
    figures = agreement(rated(Ana="k k k k", Ben="k k r .", Cem="k r r ."))
    assert (figures.units, figures.people, figures.votes) == (3, 3, 9)
    assert (figures.agreed, figures.pairs, figures.whole) == (5, 9, 1)
    low, high = figures.interval
    assert 0 < low < 1 / 3 < high < 1


def test_a_person_is_compared_with_everybody_else() -> None:
    people = {each.person: each for each in by_person(rated(Ana="k k r r .", Ben="k k r r k", Cem="r r k r ."))}
    assert [people[name].votes for name in ("Ana", "Ben", "Cem")] == [4, 4, 4]
    cem = people["Cem"]
    assert (cem.with_majority, cem.compared) == (1, 4)
    ana = people["Ana"]
    assert (ana.with_majority, ana.compared) == (1, 1)
    assert ana.alpha.value is not None
    assert cem.alpha.value is not None
    assert ana.alpha.value > 0 > cem.alpha.value


def test_of_two_people_each_is_the_measure_of_the_other() -> None:
    ratings = rated(Ana="k r k", Ben="k r r")
    assert {each.alpha.value for each in by_person(ratings)} == {alpha_of(ratings).value}
