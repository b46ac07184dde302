"""Reviewers: what each did counts as it stands, agreement comes from blind pairs only, gold belongs to a text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.analysis.agreement import SAMPLES, Rating, agreement, alpha_of
from core.analysis.agreement_interval import alpha_interval
from core.domain.filters import SampleFilter
from core.domain.people import Principal, Role
from core.domain.records import Sample
from core.domain.review import ReviewPlan
from core.domain.states import ReviewState
from core.errors import InvalidInputError, NotAllowedError, NotFoundError
from core.llm.keys import KeyFile
from core.services.blind_agreement import FEW, BlindAgreement
from core.services.bulk_verdicts import BulkVerdictService
from core.services.context import Context
from core.services.review import ReviewService
from core.services.reviewers import GoldScore, PersonProgress, ReviewerService
from core.settings import Settings
from core.store import events, nodes, reviews, samples
from tests.unit.conftest import T0, World
from tests.unit.test_agreement import BINARY, MISSING, NOMINAL
from tests.unit.test_samples import plant_sample

ADA, BO, CY = Principal("Ada"), Principal("Bo"), Principal("Cy")
YES, NO = ReviewState.ACCEPTED, ReviewState.REJECTED


class Desk:
    """The services over one store, with a clock that stands until it is moved."""

    def __init__(self, world: World, home: Path) -> None:
        self.world, self.at, self.presses = world, T0, 0
        made = Settings.load({"STUDIO_HOME": str(home)})
        context = Context(world.store, made, KeyFile(made.keys, {}), {}, lambda: self.at)
        self.review, self.reviewers = ReviewService(context), ReviewerService(context)
        self.bulk = BulkVerdictService(context)

    def plant(self, **more: object) -> Sample:
        self.presses += 1
        with self.world.store.write() as tx:
            made = plant_sample(tx, self.world, **{"question": f"Why {self.presses}?", **more})
            return samples.get(tx, self.world.project, made)

    def now(self, sample: Sample) -> Sample:
        with self.world.store.read() as tx:
            return samples.get(tx, self.world.project, sample.id)

    def say(self, who: Principal, sample: Sample, verdict: ReviewState, **more: Any) -> None:
        self.presses += 1
        self.review.decide(who, self.now(sample), verdict, token=f"press {self.presses}", **more)

    def pair(self, one: ReviewState, other: ReviewState, **more: object) -> Sample:
        """A sample that Ada judged, and then Bo without knowing."""
        sample = self.plant(**more)
        self.say(ADA, sample, one)
        self.say(BO, sample, other, blind=True)
        return sample

    def people(self) -> dict[str, PersonProgress]:
        return {each.person: each for each in self.reviewers.progress(ADA, self.world.project).people}


@pytest.fixture
def desk(world: World, tmp_path: Path) -> Desk:
    return Desk(world, tmp_path)


def test_what_a_person_took_back_does_not_count(desk: Desk) -> None:
    first, second, third = desk.plant(), desk.plant(), desk.plant()
    desk.say(ADA, first, YES)
    desk.say(ADA, second, NO)
    desk.review.undo(ADA, desk.world.project, token="u")
    desk.say(ADA, second, YES)
    desk.review.skip(ADA, desk.now(third), token="s")
    desk.review.flag(ADA, desk.now(third), on=True, token="f")
    desk.review.edit(ADA, desk.now(third), "Why not?", "So.", token="e")
    ada = desk.people()["Ada"]
    assert (ada.verdicts, ada.accepted, ada.rejected) == (2, 2, 0)
    assert (ada.skipped, ada.edits, ada.flags, ada.bulk, ada.seen) == (1, 1, 1, 0, T0)


def test_bulk_verdicts_count_apart_and_gold_ones_like_any_other(desk: Desk) -> None:
    known = desk.plant()
    desk.reviewers.add_gold(BO, desk.world.project, known.id, YES)
    desk.say(ADA, known, NO)
    desk.plant()
    seen = desk.bulk.preview(desk.world.project, SampleFilter())
    desk.bulk.judge(ADA, desk.world.project, seen, YES, looked=[each.id for each in seen.examples], token="t")
    ada = desk.people()["Ada"]
    assert (ada.verdicts, ada.rejected, ada.bulk) == (1, 1, 1)


def test_pace_is_the_median_gap_within_one_sitting(desk: Desk) -> None:
    for gap in (0, 2, 4, 100, 3600, 6):
        desk.at += gap
        desk.say(ADA, desk.plant(), YES)
    assert desk.people()["Ada"].pace == pytest.approx(5)
    desk.say(BO, desk.plant(), YES)
    assert desk.people()["Bo"].pace is None


def test_what_waits_is_counted_and_who_judged_first_is_no_second(desk: Desk, world: World) -> None:
    desk.plant()
    disputed, due = desk.plant(), desk.plant()
    desk.say(ADA, disputed, YES)
    desk.say(BO, disputed, NO)
    desk.say(ADA, due, YES)
    with world.store.write() as tx:
        tx.run("UPDATE sample SET second=1 WHERE id=?", (due.id,))
    found = desk.reviewers.progress(ADA, world.project)
    assert (found.pending, found.accepted, found.rejected, found.disputed) == (1, 1, 0, 1)
    assert (found.seconds, found.own_seconds) == (1, 0)
    assert desk.reviewers.progress(BO, world.project).own_seconds == 1


def test_a_second_verdict_may_be_given_on_what_the_queue_serves(desk: Desk, world: World) -> None:
    one, other, known = desk.plant(), desk.plant(), desk.plant()
    for sample in (one, other):
        desk.say(BO, sample, YES)
        desk.review.undo(BO, world.project, token=f"u{sample.id}")
    for sample in (one, other, known):
        desk.say(ADA, sample, YES)
    with world.store.write() as tx:
        tx.run("UPDATE sample SET second=1")
    desk.reviewers.add_gold(ADA, world.project, known.id, YES)
    found = desk.reviewers.progress(BO, world.project)
    assert (found.seconds, found.own_seconds) == (2, 2)


def test_agreement_is_told_under_the_present_name_of_a_discipline(desk: Desk, world: World) -> None:
    desk.pair(YES, YES)
    assert [each.name for each in desk.reviewers.agreement(world.project).disciplines] == ["Physics"]
    with world.store.write() as tx:
        tx.run("UPDATE node SET name='Natural philosophy' WHERE id=?", (world.discipline,))
        events.append(tx, world.project, "Ada", T0, "renamed", ("node", world.discipline))
    assert [each.name for each in desk.reviewers.agreement(world.project).disciplines] == ["Natural philosophy"]


def test_agreement_counts_first_against_blind_second_and_nothing_else(desk: Desk, world: World) -> None:
    desk.pair(YES, YES)
    sight = desk.plant()
    desk.say(ADA, sight, YES)
    desk.say(BO, sight, YES)
    settled = desk.pair(YES, NO)
    desk.say(CY, settled, NO)
    known = desk.plant()
    desk.reviewers.add_gold(CY, world.project, known.id, NO)
    desk.say(ADA, known, YES)
    desk.say(BO, known, YES, blind=True)
    found = desk.reviewers.agreement(world.project)
    assert (found.overall.figures.units, found.overall.figures.whole, found.disputes) == (2, 1, 1)
    assert [each.name for each in found.pairs] == ["Ada and Bo"]
    shown = found.disagreements[0]
    assert (shown.sample_id, [(each.person, each.verdict) for each in shown.sayings]) == (
        settled.id,
        [("Ada", "accept"), ("Bo", "reject")],
    )


def test_a_pair_is_about_one_text_and_one_taken_back_is_none(desk: Desk, world: World) -> None:
    edited = desk.plant()
    desk.say(ADA, edited, YES)
    desk.review.edit(CY, desk.now(edited), "Why not?", "So.", token="e")
    desk.say(BO, edited, NO, blind=True)
    desk.pair(YES, YES)
    desk.review.undo(BO, world.project, token="u")
    assert desk.reviewers.agreement(world.project).overall.figures.units == 0


def test_a_second_thought_does_not_make_a_blind_pair_agree(desk: Desk, world: World) -> None:
    sample = desk.pair(YES, NO)
    desk.say(ADA, sample, NO)
    assert desk.now(sample).review is NO
    assert desk.reviewers.agreement(world.project).overall.figures.whole == 0


def test_disciplines_of_one_name_are_told_apart(desk: Desk, world: World) -> None:
    with world.store.write() as tx:
        tx.run("UPDATE node SET name='Physics' WHERE id=?", (world.other_discipline,))
    desk.pair(YES, YES)
    desk.pair(NO, NO)
    desk.pair(YES, YES, node_id=world.other_discipline)
    told = desk.reviewers.agreement(world.project).disciplines
    assert [each.figures.units for each in told] == [2, 1]
    assert len({each.name for each in told}) == 2


@pytest.mark.parametrize("apart", [True, False])
def test_the_label_of_a_discipline_is_its_path_where_another_has_its_name(world: World, apart: bool) -> None:
    one, other = world.discipline, world.other_discipline
    with world.store.write() as tx:
        assert nodes.labels(tx, world.project, [one, other]) == {one: "Physics", other: "Chemistry"}
        tx.run("UPDATE node SET name='Physics' WHERE id=?", (other,))
        if apart:
            tx.run("UPDATE node SET path='/' || id || '/' WHERE id=?", (other,))
        found = nodes.labels(tx, world.project, [one, other])
        place = " > ".join(node.name for node in nodes.ancestors(tx, nodes.get(tx, world.project, one)))
    told = {one: place, other: "Physics"} if apart else {one: f"{place} ({one})", other: f"{place} ({other})"}
    assert found == told


def test_agreement_is_told_by_pair_and_by_discipline_the_most_samples_first(desk: Desk, world: World) -> None:
    desk.pair(YES, YES)
    desk.pair(NO, NO)
    other = desk.plant(node_id=world.other_discipline)
    desk.say(CY, other, YES)
    desk.say(ADA, other, NO, blind=True)
    loose = desk.plant(node_id=None, subject_id=None)
    desk.say(BO, loose, YES)
    desk.say(CY, loose, YES, blind=True)
    found = desk.reviewers.agreement(world.project)
    assert [(each.name, each.figures.units) for each in found.pairs] == [
        ("Ada and Bo", 2),
        ("Ada and Cy", 1),
        ("Bo and Cy", 1),
    ]
    assert [(each.name, each.figures.whole) for each in found.disciplines] == [
        ("Physics", 2),
        ("Chemistry", 0),
        ("No discipline", 1),
    ]


def test_figures_follow_the_history_at_once(desk: Desk, world: World) -> None:
    desk.pair(YES, YES)
    assert desk.reviewers.agreement(world.project).overall.figures.units == 1
    desk.pair(YES, YES)
    assert desk.reviewers.agreement(world.project).overall.figures.units == 2


@pytest.mark.parametrize(("ratings", "value"), [(BINARY, 0.095), (NOMINAL, 0.692), (MISSING, 0.743)])
def test_the_interval_of_a_published_example_holds_its_alpha(ratings: list[Rating], value: float) -> None:
    found = alpha_interval(ratings)
    assert found is not None
    assert found[0] < value < found[1]
    assert alpha_interval(ratings) == found


def _rated(votes: list[list[str]]) -> list[Rating]:
    """One thing for each list of verdicts."""
    return [(f"P{n}", unit, word) for unit, words in enumerate(votes) for n, word in enumerate(words)]


VERDICTS = st.lists(st.sampled_from("abc"), min_size=2, max_size=4)


@given(VERDICTS.filter(lambda words: len(set(words)) > 1), st.integers(1, 12))
def test_where_all_things_are_alike_every_draw_has_the_librarys_alpha(words: list[str], things: int) -> None:
    ratings = _rated([words] * things)
    alpha = alpha_of(ratings).value
    assert alpha_interval(ratings) == pytest.approx((alpha, alpha))


@given(st.lists(VERDICTS, min_size=2, max_size=6))
def test_of_very_many_things_the_interval_closes_on_the_librarys_alpha(votes: list[list[str]]) -> None:
    found, alpha = alpha_interval(_rated(votes * 500)), alpha_of(_rated(votes * 20)).value
    assert (found is None) == (alpha is None)
    assert found is None or found == pytest.approx((alpha, alpha), abs=0.1)


def _judged(same: int, apart: int) -> list[Rating]:
    """Pairs that accept and reject by turns, `apart` of them differently."""
    words = [("accept", "reject")[n % 2] for n in range(same + apart)]
    other = {"accept": "reject", "reject": "accept"}
    return [("A", n, word) for n, word in enumerate(words)] + [
        ("B", n, word if n < same else other[word]) for n, word in enumerate(words)
    ]


def test_more_samples_narrow_the_interval() -> None:
    few, many = alpha_interval(_judged(18, 2)), alpha_interval(_judged(360, 40))
    assert few is not None
    assert many is not None
    assert many[1] - many[0] < (few[1] - few[0]) / 2


@pytest.mark.parametrize(
    ("same", "apart", "words"),
    [
        (0, 0, "No sample has two blind verdicts yet | too few"),
        (FEW - 1, 0, "Too few to tell: 19 of at least 20 samples | too few"),
        (40, 0, "Good enough to build on | good"),
        (20, 1, "Good enough to build on | good"),
        (19, 2, "Looks good, but chance could hide worse | looks good"),
        (186, 14, "Good enough to build on | good"),
        (174, 26, "Looks fair, but chance could hide worse | looks fair"),
        (880, 120, "Good enough to go on with care | fair"),
        (150, 50, "Not good enough to build on | weak"),
        (40, 60, "No better than chance | chance"),
    ],
)
def test_the_meaning_of_agreement_is_said_in_plain_words(same: int, apart: int, words: str) -> None:
    ratings = _judged(same, apart)
    each = BlindAgreement("All", agreement(ratings, SAMPLES), alpha_interval(ratings))
    meaning, reading = words.split(" | ")
    assert each.meaning.startswith(meaning)
    assert each.reading == reading


def test_where_nobody_disagreed_alphas_range_is_what_the_range_of_the_share_leaves() -> None:
    # 40 things, each verdict on half of them: Wilson 95 % from 40/43.8415 = 0.9124; De = 2 * 40 * 40 / (80 * 79)
    low, more, fewer = (alpha_interval(_judged(number, 0)) for number in (40, 400, 20))
    assert low is not None
    assert more is not None
    assert fewer is not None
    assert low == pytest.approx((1 - (1 - 40 / 43.8415) / (3200 / 6320), 1.0), abs=0.0005)
    assert fewer[0] < low[0] < more[0] < 1


def test_pairs_are_told_apart_whatever_people_are_called(desk: Desk, world: World) -> None:
    for one, other in (("Ann", "Bob and Cy"), ("Ann and Bob", "Cy")):
        sample = desk.plant()
        desk.say(Principal(one), sample, YES)
        desk.say(Principal(other), sample, YES, blind=True)
    found = desk.reviewers.agreement(world.project)
    assert [(each.name, each.figures.units, each.figures.people) for each in found.pairs] == [
        ("Ann and Bob and Cy", 1, 2)
    ] * 2


def test_where_everybody_says_the_same_everywhere_the_reason_is_said_instead_of_alpha() -> None:
    ratings = [(person, n, "accept") for n in range(40) for person in "AB"]
    each = BlindAgreement("All", agreement(ratings, SAMPLES), alpha_interval(ratings))
    assert (each.interval, each.figures.alpha.value) == (None, None)
    assert each.reading == "one verdict only"
    assert each.meaning.startswith("Everybody gave the same verdict everywhere")


def test_gold_items_measure_each_reviewer_by_kind_of_miss(desk: Desk, world: World) -> None:
    good, bad = desk.plant(), desk.plant()
    desk.reviewers.add_gold(CY, world.project, good.id, YES, "It is right.")
    desk.reviewers.add_gold(CY, world.project, bad.id, NO)
    for who, first, second in ((ADA, YES, YES), (BO, NO, NO)):
        desk.say(who, good, first)
        desk.say(who, bad, second)
    found = desk.reviewers.gold(world.project)
    assert [(s.person, s.shown, s.hits, s.let_in, s.kept_out) for s in found.scores] == [
        ("Ada", 2, 1, 1, 0),
        ("Bo", 2, 1, 0, 1),
    ]
    assert [(item.sample_id, item.shown, item.missed_by) for item in found.items] == [
        (bad.id, 2, ("Ada",)),
        (good.id, 2, ("Bo",)),
    ]
    assert desk.now(good).review is ReviewState.PENDING


def test_only_the_first_answer_to_a_gold_item_counts(desk: Desk, world: World) -> None:
    known = desk.plant()
    desk.reviewers.add_gold(CY, world.project, known.id, YES)
    desk.say(ADA, known, NO)
    desk.review.undo(ADA, world.project, token="u")
    desk.say(ADA, known, YES)
    score = desk.reviewers.gold(world.project).scores[0]
    assert (score.shown, score.hits) == (1, 0)


def test_whoever_says_what_is_known_is_not_measured_by_it(desk: Desk, world: World) -> None:
    known = desk.plant()
    desk.reviewers.add_gold(CY, world.project, known.id, NO)
    desk.say(CY, known, NO)
    assert desk.reviewers.gold(world.project).scores == ()
    assert desk.now(known).review is NO


def test_a_gold_item_belongs_to_a_text(desk: Desk, world: World) -> None:
    known = desk.plant()
    desk.reviewers.add_gold(CY, world.project, known.id, YES)
    desk.say(ADA, known, YES)
    desk.review.edit(BO, desk.now(known), "Why not?", "So.", token="e")
    found = desk.reviewers.gold(world.project)
    assert (found.count, found.outdated, found.items[0].outdated) == (1, 1, True)
    assert found.scores[0].hits == 1
    desk.say(ADA, known, NO)
    assert desk.now(known).review is NO
    desk.reviewers.add_gold(CY, world.project, known.id, YES)
    assert (desk.reviewers.gold(world.project).count, desk.reviewers.gold(world.project).outdated) == (1, 0)


def test_a_removed_gold_item_measures_nobody_any_more(desk: Desk, world: World) -> None:
    known = desk.plant()
    made = desk.reviewers.add_gold(CY, world.project, known.id, YES)
    desk.say(ADA, known, NO)
    desk.reviewers.remove_gold(CY, world.project, made)
    found = desk.reviewers.gold(world.project)
    assert (found.count, found.items, found.scores) == (0, (), ())
    with pytest.raises(NotFoundError, match="not there any more"):
        desk.reviewers.remove_gold(CY, world.project, made)
    with world.store.read() as tx:
        told = events.page(tx, world.project, entity="sample", entity_id=str(known.id))
    assert [each.kind for each in told] == ["gold remove", "review reject", "gold add"]


def test_pending_gold_items_are_told_apart_as_the_queue_counts_them(desk: Desk, world: World) -> None:
    plain, known, judged, edited = (desk.plant() for _ in range(4))
    for sample in (known, judged, edited):
        desk.reviewers.add_gold(ADA, world.project, sample.id, YES)
    desk.say(ADA, judged, YES)
    desk.say(BO, known, NO, blind=True)
    desk.review.edit(BO, desk.now(edited), "Why not?", "So.", token="e")
    desk.review.flag(BO, plain, on=True, token="f")
    found = desk.reviewers.progress(BO, world.project)
    assert (found.pending, found.gold_pending) == (3, 1)
    assert found.pending == desk.review.counts(world.project, SampleFilter()).pending
    told = {flag: desk.reviewers.gold_pending(world.project, SampleFilter(flagged=flag)) for flag in (True, False)}
    assert told == {True: 0, False: 1}


@pytest.mark.parametrize("author", [ADA, BO, CY])
def test_a_gold_item_awaits_no_second_verdict_until_it_is_removed(desk: Desk, world: World, author: Principal) -> None:
    with world.store.write() as tx:
        reviews.keep_plan(tx, world.project, ReviewPlan(second_share=1.0))
    known = desk.plant()
    desk.say(ADA, known, YES)
    seen = desk.now(known)
    made = desk.reviewers.add_gold(author, world.project, known.id, YES)
    found = desk.reviewers.progress(BO, world.project)
    assert (found.seconds, found.own_seconds, desk.now(known).second) == (0, 0, 0)
    desk.reviewers.remove_gold(CY, world.project, made)
    found = desk.reviewers.progress(BO, world.project)
    assert (found.seconds, found.own_seconds, desk.now(known).second) == (1, 1, 1)
    assert desk.now(known).version == seen.version  # who has the card in hand may still judge it


def test_another_text_of_a_gold_item_awaits_a_second_verdict(desk: Desk, world: World) -> None:
    with world.store.write() as tx:
        reviews.keep_plan(tx, world.project, ReviewPlan(second_share=1.0))
    known = desk.plant()
    desk.reviewers.add_gold(ADA, world.project, known.id, YES)
    desk.say(ADA, known, YES)
    assert desk.now(known).second == 0
    desk.review.edit(ADA, desk.now(known), "Why not?", "So.", token="e")
    desk.say(ADA, known, YES)
    assert desk.now(known).second == 1


def test_gold_items_are_listed_page_by_page(desk: Desk, world: World) -> None:
    made = [desk.reviewers.add_gold(CY, world.project, desk.plant().id, YES) for _ in range(30)]
    first = desk.reviewers.gold(world.project)
    rest = desk.reviewers.gold(world.project, below=first.items[-1].id)
    assert [item.id for item in (*first.items, *rest.items)] == made[::-1]
    assert first.count == rest.count == 30
    assert (first.more, rest.more) == (True, False)


def test_items_that_are_still_to_measure_the_reader_fill_no_page_of_the_list(desk: Desk, world: World) -> None:
    own = desk.reviewers.add_gold(ADA, world.project, desk.plant().id, YES)
    met = desk.plant()
    known = desk.reviewers.add_gold(CY, world.project, met.id, NO)
    desk.say(ADA, met, YES, blind=True)
    for _ in range(30):
        desk.reviewers.add_gold(CY, world.project, desk.plant().id, YES)
    found = desk.reviewers.gold(world.project, reader="Ada")
    assert [item.id for item in found.items] == [known, own]
    assert (found.more, found.count, found.ahead) == (False, 32, 30)
    every = desk.reviewers.gold(world.project, reader="Ada", every=True)
    assert (len(every.items), every.more, every.ahead) == (25, True, 30)


@pytest.mark.parametrize(
    ("attempt", "error"),
    [
        (lambda desk, sample: desk.reviewers.add_gold(CY, "p1", 999, YES), NotFoundError),
        (lambda desk, sample: desk.reviewers.add_gold(CY, "p2", sample, YES), NotFoundError),
        (lambda desk, sample: desk.reviewers.add_gold(CY, "p1", sample, ReviewState.DISPUTED), InvalidInputError),
        (
            lambda desk, sample: desk.reviewers.add_gold(Principal("R", Role.REVIEWER), "p1", sample, YES),
            NotAllowedError,
        ),
        (lambda desk, sample: desk.reviewers.remove_gold(Principal("R", Role.REVIEWER), "p1", 1), NotAllowedError),
        (lambda desk, sample: desk.reviewers.add_gold(CY, "p1", desk.plant(preview=True).id, YES), InvalidInputError),
    ],
    ids=["no sample", "another project's", "no verdict", "adding not allowed", "removing not allowed", "a preview"],
)
def test_what_cannot_be_gold_is_refused(
    desk: Desk, attempt: Callable[[Desk, int], object], error: type[Exception]
) -> None:
    sample = desk.plant()
    with pytest.raises(error):
        attempt(desk, sample.id)
    assert desk.reviewers.gold(desk.world.project).count == 0


@pytest.mark.parametrize(
    ("shown", "hits", "let_in", "words"),
    [
        (19, 19, 0, "Too few to tell: 19 of at least 20"),
        (60, 58, 1, "Judges as they say"),
        (40, 34, 3, "Not clear yet"),
        (40, 34, 6, "Not clear yet, leans towards accepting"),
        (40, 20, 0, "Misses too often, leans towards rejecting"),
    ],
)
def test_what_gold_items_say_of_a_person_is_said_in_plain_words(shown: int, hits: int, let_in: int, words: str) -> None:
    score = GoldScore("Ada", shown, hits, let_in, shown - hits - let_in)
    assert score.meaning.startswith(words)
    assert score.misses_often is words.startswith("Misses")


def test_who_misses_gold_items_most_stands_first_and_who_met_too_few_last(desk: Desk, world: World) -> None:
    items = [desk.plant() for _ in range(FEW)]
    for item in items:
        desk.reviewers.add_gold(CY, world.project, item.id, YES)
        desk.say(ADA, item, YES)
        desk.say(BO, item, NO)
    desk.say(Principal("Al"), items[0], NO)
    found = desk.reviewers.gold(world.project)
    assert [each.person for each in found.scores] == ["Bo", "Ada", "Al"]


def test_everybody_in_the_history_is_known(desk: Desk, world: World) -> None:
    desk.say(BO, desk.plant(), YES)
    desk.review.skip(ADA, desk.plant(), token="s")
    assert desk.reviewers.people(world.project) == ["Ada", "Bo"]


@pytest.mark.parametrize("typed", ["zoë", " ZOË ", "Zoe\u0308", "Zoë\u200b"])
def test_a_known_name_that_is_typed_otherwise_is_the_same_person(desk: Desk, world: World, typed: str) -> None:
    desk.say(Principal("Zoë"), desk.plant(), YES)
    assert desk.reviewers.known_as(world.project, typed) == "Zoë"
    assert desk.reviewers.known_as(world.project, "Zoe") == "Zoe"


def test_the_figures_take_the_same_few_statements_however_long_the_history_is(desk: Desk, world: World) -> None:
    def statements() -> int:
        told: list[str] = []
        desk.reviewers.people(world.project)
        connection = world.store._idle[-1]
        connection.set_trace_callback(told.append)
        desk.reviewers.progress(ADA, world.project)
        desk.reviewers.agreement(world.project)
        desk.reviewers.gold(world.project)
        connection.set_trace_callback(None)
        return len([each for each in told if each.lstrip().startswith("SELECT")])

    def more() -> None:
        desk.pair(YES, NO)
        known = desk.plant()
        desk.reviewers.add_gold(CY, world.project, known.id, YES)
        desk.say(ADA, known, NO)

    more()
    few = statements()
    for _ in range(6):
        more()
    assert statements() == few <= 14
