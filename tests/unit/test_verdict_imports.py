"""Verdicts that come in files: each finds the text it was given to, a file counts once and goes back as one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.domain.people import Principal, Role
from core.domain.records import Review, Sample
from core.domain.review import ReviewPlan
from core.domain.states import ReviewState
from core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from core.llm.keys import KeyFile
from core.services.context import Context
from core.services.review import ReviewService
from core.services.verdict_imports import (
    Choice,
    Fate,
    Imported,
    Look,
    Meaning,
    Preview,
    ReadOptions,
    Source,
    VerdictImportService,
)
from core.settings import Settings
from core.store import events, gold, reviews, samples, verdict_imports
from tests.unit import verdict_files
from tests.unit.conftest import T0, World
from tests.unit.test_samples import plant_sample
from tests.unit.verdict_files import Verdicts

OWNER, ADA = Principal("Owner"), Principal("Ada")
YES, NO, OPEN = ReviewState.ACCEPTED, ReviewState.REJECTED, ReviewState.PENDING


@dataclass
class Desk:
    """The services on one project."""

    world: World
    files: VerdictImportService
    review: ReviewService
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(10_000)))

    def plant(self, **more: object) -> Sample:
        """A sample with a text of its own."""
        texts = {"question": f"Question {next(self.numbers)}?", "answer": "So."}
        with self.world.store.write() as tx:
            return samples.get(tx, self.world.project, plant_sample(tx, self.world, **{**texts, **more}))

    def now(self, sample: Sample) -> Sample:
        """As it stands."""
        with self.world.store.read() as tx:
            return samples.get(tx, self.world.project, sample.id)

    def states(self, *found: Sample) -> list[ReviewState]:
        """As they stand."""
        return [self.now(sample).review for sample in found]

    def look(self, content: bytes, name: str = "verdicts.csv", options: ReadOptions | None = None) -> Look:
        """The file as it is read."""
        return self.files.look(self.files.keep(OWNER, content, name), options)

    def choice(self, look: Look, **people: str) -> Choice:
        """Everything as it is guessed; `people` are signed otherwise."""
        words = {word: meaning or Meaning.LEAVE_OUT for word, meaning in look.meanings.items()}
        return Choice(words, {person: people.get(person, look.name_here(person)) for person in look.people})

    def preview(self, look: Look, **people: str) -> Preview:
        """With the words as guessed."""
        return self.files.preview(self.world.project, look, self.choice(look, **people))

    def take_in(self, content: bytes, name: str = "verdicts.csv", **people: str) -> Imported | None:
        """Look, preview, confirm."""
        look = self.look(content, name)
        stamp = self.preview(look, **people).plan.stamp
        return self.files.take_in(OWNER, self.world.project, look, self.choice(look, **people), stamp=stamp)

    def history(self, sample: Sample) -> list[Review]:
        """All entries."""
        with self.world.store.read() as tx:
            return reviews.of_sample(tx, sample.id)

    def fates(self, content: bytes) -> dict[Fate, int]:
        """What would become of a plain table."""
        return dict(self.preview(self.look(content)).plan.fates)


def made_desk(world: World, tmp_path: Path) -> Desk:
    """Everything is judged once, without seconds."""
    settings = Settings.load({"STUDIO_HOME": str(tmp_path)})
    context = Context(world.store, settings, KeyFile(settings.keys, {}), {}, lambda: T0)
    with world.store.write() as tx:
        reviews.keep_plan(tx, world.project, ReviewPlan(second_share=0))
    return Desk(world, VerdictImportService(context), ReviewService(context))


@pytest.fixture
def desk(world: World, tmp_path: Path) -> Desk:
    return made_desk(world, tmp_path)


@pytest.mark.parametrize("name", list(verdict_files.WAYS))
def test_every_tools_export_says_the_same(desk: Desk, name: str) -> None:
    first, second, third = desk.plant(), desk.plant(), desk.plant()
    write: Callable[[Verdicts], bytes] = verdict_files.WAYS[name]
    said = [(first, "ana", "accept"), (first, "bo", "reject"), (second, "ana", "reject"), (third, "bo", "Yes")]
    made = desk.take_in(write(said), name)
    assert made is not None
    assert made.counts == {"accept": 2, "reject": 2}
    assert desk.states(first, second, third) == [ReviewState.DISPUTED, NO, YES]
    assert {entry.purpose for entry in desk.history(first)} == {"import"}
    assert {entry.batch for entry in desk.history(first)} == {made.batch}


def test_people_of_another_tool_are_somebody_else_until_somebody_says_who_they_are(desk: Desk) -> None:
    first, second = desk.plant(), desk.plant()
    told = verdict_files.label_studio([(first, "ana", "accept"), (second, "bo", "accept")])
    made = desk.take_in(told, "x.json", bo="Bo")
    assert made is not None
    assert made.people == ["Bo", "label_studio:ana"]
    assert [desk.history(sample)[0].person for sample in (first, second)] == ["label_studio:ana", "Bo"]
    assert desk.files.people_here(desk.world.project) == ["Bo", "label_studio:ana"]


def test_the_same_file_twice_changes_nothing(desk: Desk) -> None:
    sample = desk.plant()
    content = verdict_files.own([(sample, "Ana", "accept")])
    first, before = desk.take_in(content), desk.now(sample)
    assert desk.take_in(content) == first
    assert desk.now(sample) == before
    assert len(desk.history(sample)) == 1
    stands = desk.preview(desk.look(content)).stands
    assert stands == first


def test_a_file_is_taken_back_as_one_and_can_come_in_again(desk: Desk) -> None:
    accepted, disputed = desk.plant(), desk.plant()
    desk.review.decide(ADA, disputed, NO, token="a")
    content = verdict_files.own([(accepted, "Ana", "accept"), (disputed, "Ana", "accept")])
    made = desk.take_in(content)
    assert made is not None
    assert desk.states(accepted, disputed) == [YES, ReviewState.DISPUTED]
    assert desk.files.take_back(OWNER, desk.world.project, made.batch) == 2
    assert desk.states(accepted, disputed) == [OPEN, NO]
    with pytest.raises(NotFoundError):
        desk.files.take_back(OWNER, desk.world.project, made.batch)
    again = desk.take_in(content)
    assert again is not None
    assert again.batch != made.batch
    assert desk.states(accepted, disputed) == [YES, ReviewState.DISPUTED]
    assert [one.taken_back for one in desk.files.imports(desk.world.project)] == [False, True]


def test_nobody_undoes_a_file_by_undoing_their_own_last_verdict(desk: Desk) -> None:
    sample = desk.plant()
    desk.take_in(verdict_files.own([(sample, "Ada", "accept")]))
    with pytest.raises(NotFoundError):
        desk.review.undo(ADA, desk.world.project, token="u")
    assert desk.states(sample) == [YES]


def test_a_verdict_on_an_earlier_text_is_kept_for_that_text_and_counts_when_it_comes_back(desk: Desk) -> None:
    sample = desk.plant()
    content = verdict_files.own([(sample, "Ana", "reject")])
    desk.review.edit(ADA, sample, sample.question, "Better.", token="e")
    assert desk.fates(content) == {Fate.KEPT: 1}
    desk.take_in(content)
    assert desk.states(sample) == [OPEN]
    desk.review.edit(ADA, desk.now(sample), sample.question, sample.answer, token="e2")
    assert desk.states(sample) == [NO]


def test_what_the_same_person_said_here_already_adds_nothing_and_what_they_said_by_hand_stands(desk: Desk) -> None:
    same, otherwise = desk.plant(), desk.plant()
    desk.review.decide(ADA, same, YES, token="a")
    desk.review.decide(ADA, otherwise, NO, token="b")
    content = verdict_files.own([(same, "Ada", "yes"), (otherwise, "Ada", "yes")])
    assert desk.fates(content) == {Fate.SAME: 1, Fate.OTHERWISE: 1}
    assert desk.take_in(content) is None
    assert desk.states(same, otherwise) == [YES, NO]


def test_a_later_file_corrects_what_the_same_person_said_in_an_earlier_one(desk: Desk) -> None:
    sample = desk.plant()
    desk.take_in(verdict_files.own([(sample, "Ana", "accept")]))
    desk.take_in(verdict_files.own([(sample, "Ana", "reject")]))
    assert desk.states(sample) == [NO]


def test_a_gold_item_is_moved_by_no_file(desk: Desk) -> None:
    sample = desk.plant()
    with desk.world.store.write() as tx:
        gold.insert(tx, sample, "accept", "", "Ada", T0)
    assert desk.fates(verdict_files.own([(sample, "Ana", "reject")])) == {Fate.GOLD: 1}


def test_what_was_said_of_a_gold_item_does_not_stand_in_the_way_once_it_is_none(desk: Desk) -> None:
    sample = desk.plant()
    with desk.world.store.write() as tx:
        known = gold.insert(tx, sample, "accept", "", "Owner", T0)
    desk.review.decide(ADA, sample, YES, token="a", blind=True)
    with desk.world.store.write() as tx:
        gold.remove(tx, gold.get(tx, desk.world.project, known))
    desk.take_in(verdict_files.own([(sample, "Ada", "accept")]))
    assert desk.states(sample) == [YES]


def test_passed_over_is_noted_and_moves_nothing(desk: Desk) -> None:
    sample = desk.plant()
    desk.take_in(verdict_files.own([(sample, "Ana", "unsure")]))
    assert desk.states(sample) == [OPEN]
    assert [entry.verdict for entry in desk.history(sample)] == ["skip"]


def test_a_dispute_arises_and_no_file_settles_one(desk: Desk) -> None:
    sample = desk.plant()
    desk.review.decide(ADA, sample, YES, token="a")
    look = desk.look(verdict_files.own([(sample, "Ana", "reject")]))
    assert desk.preview(look).states == {("accepted", "disputed"): 1}
    desk.take_in(verdict_files.own([(sample, "Ana", "reject")]))
    desk.take_in(verdict_files.own([(sample, "Bo", "accept")]))
    assert desk.states(sample) == [ReviewState.DISPUTED]


def lines(*rows: str) -> bytes:
    return "\n".join(rows).encode()


def test_texts_are_found_by_what_they_say_where_no_id_is_told(desk: Desk) -> None:
    sample = desk.plant(question="Wie groß ist ∑?", answer="Zwei\nZeilen")
    row = {"question": sample.question, "answer": "Zwei\r\nZeilen ", "person": "Ana", "verdict": "ja"}
    desk.take_in(json.dumps([row]).encode(), "x.json")
    assert desk.states(sample) == [YES]


def test_what_is_not_found_is_told_with_its_line_and_the_reason(desk: Desk) -> None:
    edited, twin, _ = desk.plant(), desk.plant(question="Twin?"), desk.plant(question="Twin?")
    desk.review.edit(ADA, edited, "Other?", "So.", token="e")
    row = '{{"person": "Ana", "verdict": "yes", {}}}'.format
    content = lines(
        row('"sample_id": 999'),
        row(f'"sample_id": {edited.id}'),
        row(f'"sample_id": {twin.id}, "content_hash": "{"0" * 64}"'),
        row('"question": "Nowhere?", "answer": "No"'),
        row(f'"content_hash": "{twin.content_hash}"'),
        row('"mood": "fine"'),
        row(f'"sample_id": {twin.id}'),
    )
    preview = desk.preview(desk.look(content, "x.jsonl"))
    assert [(each.said.line, each.reason.split(",")[0]) for each in preview.unmatched] == [
        (1, "There is no sample 999 in this project."),
        (2, f"Sample {edited.id} was edited"),
        (3, f"The text is none that sample {twin.id} has or had."),
        (4, "No sample of this project has or had this text."),
        (5, "2 samples have this text"),
        (6, "The row names no sample id"),
    ]
    assert preview.plan.fates[Fate.COUNTS] == 1


def test_words_and_people_can_be_left_out(desk: Desk) -> None:
    first, second, third = desk.plant(), desk.plant(), desk.plant()
    look = desk.look(verdict_files.own([(first, "Ana", "yes"), (second, "Ana", "banana"), (third, "Bo", "yes")]))
    assert look.meanings == {"yes": Meaning.ACCEPT, "banana": None}
    preview = desk.preview(look, Bo="")
    assert dict(preview.plan.fates) == {Fate.COUNTS: 1, Fate.LEFT_OUT: 2}
    assert preview.by_person == {("Ana", "accept"): 1}


def test_something_else_than_was_shown_is_never_written(desk: Desk) -> None:
    sample = desk.plant()
    look = desk.look(verdict_files.own([(sample, "Ana", "accept")]))
    stamp = desk.preview(look).plan.stamp
    desk.review.edit(ADA, sample, "Quite different?", "So.", token="e")
    desk.review.decide(Principal("Ana"), desk.now(sample), NO, token="d")
    choice = desk.choice(look)
    assert desk.files.take_in(OWNER, desk.world.project, look, choice, stamp=stamp) is not None  # kept, as an old text
    other = desk.plant()
    look = desk.look(verdict_files.own([(other, "Ana", "accept")]))
    stamp = desk.preview(look).plan.stamp
    desk.review.decide(Principal("Ana"), other, NO, token="d2")
    with pytest.raises(ConflictError):
        desk.files.take_in(OWNER, desk.world.project, look, desk.choice(look), stamp=stamp)
    assert desk.states(other) == [NO]


def test_a_file_is_one_event_that_names_it_and_a_hash_over_its_entries(desk: Desk) -> None:
    found = [desk.plant() for _ in range(3)]
    made = desk.take_in(verdict_files.own([(sample, "Ana", "accept") for sample in found], reason="fine"))
    assert made is not None
    with desk.world.store.read() as tx:
        (event,) = events.page(tx, desk.world.project, entity=verdict_imports.ENTITY, entity_id=made.batch)
        entries = tx.rows("SELECT token, sample_id, content_hash, person, verdict FROM review ORDER BY id")
        assert events.broken_link(tx) is None
    after = json.loads(event.after or "")
    assert (after["count"], after["sha256"]) == verdict_imports.digest_of(entries)
    assert len(entries) == 3
    assert (event.person, after["file_sha256"], after["file"]) == ("Owner", made.sha256, "verdicts.csv")


def test_only_the_owner_signs_for_others(desk: Desk) -> None:
    sample = desk.plant()
    reviewer = Principal("Rev", Role.REVIEWER)
    look = desk.look(verdict_files.own([(sample, "Ana", "accept")]))
    stamp = desk.preview(look).plan.stamp
    with pytest.raises(NotAllowedError):
        desk.files.keep(reviewer, b"x", "x")
    with pytest.raises(NotAllowedError):
        desk.files.take_in(reviewer, desk.world.project, look, desk.choice(look), stamp=stamp)
    with pytest.raises(NotAllowedError):
        desk.files.take_back(reviewer, desk.world.project, "import:x")


@pytest.mark.parametrize("source", [Source.LABEL_STUDIO, Source.ARGILLA])
def test_what_is_handed_over_comes_back_to_the_very_texts(desk: Desk, source: Source) -> None:
    waiting = [desk.plant(question="Line\u2028break?", history=[["Before?", "Yes."]]), desk.plant()]
    judged = desk.plant()
    desk.review.decide(ADA, judged, YES, token="a")
    handed = desk.files.hand_over(desk.world.project, source)
    assert (handed.samples, handed.left, "Earlier" in handed.config) == (2, 0, source is Source.LABEL_STUDIO)
    rows = json.loads(handed.content)
    for row in rows:
        if source is Source.LABEL_STUDIO:
            result = [{"from_name": "verdict", "to_name": "answer", "value": {"choices": ["accept"]}}]
            row["annotations"] = [{"completed_by": 1, "result": result}]
        else:
            row["responses"] = {"verdict": [{"value": "accept", "user_id": "ana"}]}
    desk.take_in(json.dumps(rows).encode(), handed.name)
    assert desk.states(*waiting) == [YES, YES]
    with pytest.raises(InvalidInputError, match="No sample waits"):
        desk.files.hand_over(desk.world.project, source)


def test_a_wish_for_a_repair_follows_what_a_file_says(desk: Desk) -> None:
    sample = desk.plant()
    desk.review.decide(ADA, sample, NO, token="a", note="Mend the units.", fix=True)

    def wishes() -> list[str]:
        with desk.world.store.read() as tx:
            return [row["state"] for row in tx.rows("SELECT state FROM repair_wish WHERE sample_id=?", (sample.id,))]

    assert wishes() == ["open"]
    made = desk.take_in(verdict_files.own([(sample, "Ana", "accept")]))
    assert made is not None
    assert wishes() == ["outdated"]
    desk.files.take_back(OWNER, desk.world.project, made.batch)
    assert wishes() == ["open"]
