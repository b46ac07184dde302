"""The doctor finds every kind of damage to verdicts, texts and events, names the place, and finds nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.domain.people import Principal
from core.domain.records import Sample
from core.domain.review import Entry, Purpose, ReviewPlan
from core.domain.states import ReviewState
from core.services.maintenance import Finding
from core.services.verdict_checks import texts_and_states, verdicts_and_events
from core.services.verdict_imports import Choice, Look, Meaning
from core.settings import Settings
from core.store import bulk_verdicts, events, reviews, samples
from core.store.database import Row, Tx
from core.workspace import Workspace
from tests.unit import verdict_files
from tests.unit.conftest import installed
from tests.unit.costs_world import plant_sample, plant_seeds

ADA, BO = Principal("Ada"), Principal("Bo")
SUBJECTS = {"Texts", "Review states", "Flags and second verdicts", "History", "Verdicts"}


@dataclass
class Ward:
    """A project in which everything that can happen to a sample has happened."""

    work: Workspace
    project: str
    batch: str = ""

    def harm(self, sql: str, *params: object) -> None:
        """Something that no service does."""
        with self.work.context.store.write() as tx:
            for row in tx.rows("SELECT name FROM sqlite_schema WHERE type='trigger'"):
                tx.run(f"DROP TRIGGER {row['name']}")
            assert tx.run(sql, params)

    def findings(self) -> dict[str, Finding]:
        """By subject."""
        with self.work.context.store.read() as tx:
            return {finding.subject: finding for finding in [*texts_and_states(tx), *verdicts_and_events(tx)]}

    def problems(self) -> dict[str, str]:
        """Subject -> what is wrong, each with a next step."""
        found = {subject: finding for subject, finding in self.findings().items() if finding.level != "ok"}
        assert all(finding.level == "problem" and finding.hint for finding in found.values())
        return {subject: finding.detail for subject, finding in found.items()}


def _bulk(tx: Tx, project: str, found: list[Sample]) -> None:
    """Verdicts given as one, as the bulk service writes them."""
    texts = {sample.id: sample.content_hash for sample in found}
    entry = Entry("accept", purpose=Purpose.BULK, batch="bulk:1")
    done = bulk_verdicts.judge(tx, project, texts, "Ada", entry, reviews.plan_of(tx, project), 5.0)
    after = {"count": len(done), "sha256": bulk_verdicts.fingerprint(done)}
    events.append(tx, project, "Ada", 5.0, "review accept", ("batch", "bulk:1"), after=after, batch="bulk:1")


@pytest.fixture(scope="module")
def treated(empty_file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A file to be copied, and a batch in it: what tools say is read by a process of its own, which takes its time."""
    home = tmp_path_factory.mktemp("treated")
    with installed(home, empty_file) as work:
        batch = _treat(work)
    return work.context.store.path, batch


@pytest.fixture
def ward(treated: tuple[Path, str], tmp_path: Path) -> Iterator[Ward]:
    file, batch = treated
    with installed(tmp_path, file) as work:
        (project,) = work.projects.all()
        yield Ward(work, project.id, batch)


def _treat(work: Workspace) -> str:
    """Let everything happen; the batch of a file that stays."""
    project = work.projects.create(ADA, "P", token="p", starter=False).id
    with work.context.store.write() as tx:
        ids = [plant_sample(tx, project) for _ in range(9)]
        seeds, _ = plant_seeds(tx, project, 3)
        tx.run("UPDATE seed_example SET answer='So.'")
    one, two, three, four, five, six, seven, eight, _ = (work.review.view(project, n).sample for n in ids)
    review = work.review
    review.decide(BO, review.decide(ADA, one, ReviewState.ACCEPTED, token="1"), ReviewState.REJECTED, token="2")
    review.edit(ADA, two, "Better?", "Yes.", token="3")
    review.undo(ADA, project, token="4")
    review.decide(ADA, review.edit(ADA, three, "New?", "So.", token="5"), ReviewState.ACCEPTED, token="6", reason="x")
    review.flag(ADA, four, on=True, token="7")
    review.skip(ADA, four, token="8")
    with work.context.store.write() as tx:
        _bulk(tx, project, [five, six])
    first = [(seven, "Ana", "yes"), (eight, "Ana", "no"), (one, "Cy", "yes")]
    batch = _imported(work, project, first)
    work.verdict_imports.take_back(ADA, project, _imported(work, project, [(eight, "Di", "yes")]))
    work.human_seeds.put_in(ADA, project, seeds)
    work.human_seeds.take_back(ADA, project, seeds)
    return batch


def _imported(work: Workspace, project: str, said: list[tuple[Sample, str, str]]) -> str:
    """The batch of a file that was taken in."""
    files = work.verdict_imports
    look = files.look(files.keep(ADA, verdict_files.own(said), "x.csv"))
    choice = _as_guessed(look)
    made = files.take_in(ADA, project, look, choice, stamp=files.preview(project, look, choice).plan.stamp)
    assert made is not None
    return made.batch


def _as_guessed(look: Look) -> Choice:
    words = {word: meaning or Meaning.LEAVE_OUT for word, meaning in look.meanings.items()}
    return Choice(words, {person: person for person in look.people})


def test_nothing_is_found_where_nothing_is_wrong(ward: Ward) -> None:
    assert ward.problems() == {}
    assert ward.findings().keys() == SUBJECTS
    assert ward.findings()["Verdicts"].detail == "20 entries of the review history have their event"


def test_nothing_is_found_in_the_demo(work: Workspace) -> None:
    project = work.projects.open_demo(ADA).id
    assert Ward(work, project).problems() == {}


_FORGE = (
    "INSERT INTO review(token, project_id, sample_id, content_hash, person, verdict, before, at, purpose, batch)"
    " SELECT 'x', project_id, id, content_hash, {}, 'accept', '{{}}', 1, {} FROM sample WHERE id=9"
)
FORGED, ONE_MORE = _FORGE.format("'Eve'", "'first', ''"), _FORGE.format("'Ada'", "'bulk', 'bulk:1'")


def unheard(sample: int, what: str) -> str:
    return f"an event tells of the {what} on sample {sample}, the history does not"


def untold(sample: int, what: str) -> str:
    return f"the {what} on sample {sample} has no event"


MARKS = "Flags and second verdicts"
DAMAGE: list[tuple[str, str, str, str]] = [
    (
        "a state",
        "UPDATE sample SET review='accepted' WHERE id=9",
        "Review states",
        "sample 9 is accepted, its history says pending",
    ),
    (
        "a dispute swept away",
        "UPDATE sample SET review='accepted' WHERE id=1",
        "Review states",
        "sample 1 is accepted, its history says disputed",
    ),
    ("a verdict that nobody gave", FORGED, "Review states", "sample 9 is pending, its history says accepted"),
    ("the same without its event", FORGED, "Verdicts", untold(9, "accept of Eve")),
    (
        "a verdict turned round",
        "UPDATE review SET verdict='reject' WHERE token='6'",
        "Verdicts",
        unheard(3, "accept of Ada") + "; " + untold(3, "reject of Ada"),
    ),
    (
        "a verdict signed by another",
        "UPDATE review SET person='Eve' WHERE token='1'",
        "Verdicts",
        unheard(1, "accept of Ada") + "; " + untold(1, "accept of Eve"),
    ),
    (
        "a verdict moved to another text",
        "UPDATE review SET content_hash='x' WHERE token='6'",
        "Verdicts",
        unheard(3, "accept of Ada") + "; " + untold(3, "accept of Ada"),
    ),
    ("a verdict that is gone", "DELETE FROM review WHERE token='6'", "Verdicts", unheard(3, "accept of Ada")),
    ("an undo that is gone", "DELETE FROM review WHERE token='4'", "Verdicts", unheard(2, "undo of Ada")),
    (
        "one of a batch is gone",
        "DELETE FROM review WHERE batch='bulk:1' AND sample_id=6",
        "Verdicts",
        "event 9 tells of 2 entries of 'bulk:1', there are 1",
    ),
    (
        "one of a batch is another",
        "UPDATE review SET sample_id=9 WHERE batch='bulk:1' AND sample_id=6",
        "Verdicts",
        "the entries of 'bulk:1' are not those of event 9",
    ),
    (
        "the reason of a verdict",
        "UPDATE review SET reason='Other' WHERE token='6'",
        "Verdicts",
        "the accept of Ada on sample 3 has another reason, note or purpose than its event",
    ),
    (
        "what a verdict was given for",
        "UPDATE review SET purpose='settle' WHERE token='2'",
        "Verdicts",
        "the reject of Bo on sample 1 has another reason, note or purpose than its event",
    ),
    (
        "a verdict of a batch turned round",
        "UPDATE review SET verdict='reject' WHERE batch='bulk:1' AND sample_id=6",
        "Verdicts",
        "the entries of 'bulk:1' are not those of event 9",
    ),
    (
        "a batch signed by another",
        "UPDATE review SET person='Eve' WHERE batch='bulk:1'",
        "Verdicts",
        "the entries of 'bulk:1' are not those of event 9",
    ),
    ("an event of a batch made unreadable", "UPDATE event SET after='{' WHERE id=9", "Verdicts", "is in no event"),
    ("an event of a batch emptied", "UPDATE event SET after=NULL WHERE id=9", "History", "event 9 was changed"),
    (
        "an event of a verdict made unreadable",
        "UPDATE event SET after='[]' WHERE kind='review edit' AND entity_id='2'",
        "Verdicts",
        "the edit of Ada on sample 2 has no event",
    ),
    (
        "an event of a verdict moved to no sample",
        "UPDATE event SET entity_id='x' WHERE kind='review edit' AND entity_id='2'",
        "Verdicts",
        "the edit of Ada on sample 2 has no event",
    ),
    (
        "an event of human seeds emptied",
        "UPDATE event SET after='{}' WHERE id=(SELECT min(id) FROM event WHERE kind LIKE '%human seeds')",
        "Verdicts",
        "3 entries of human seeds in project",
    ),
    ("one too many in a batch", ONE_MORE, "Verdicts", "an entry of 'bulk:1' is in no event"),
    (
        "human seeds that nobody put in",
        "DELETE FROM review WHERE id=(SELECT max(id) FROM review WHERE purpose='seed')",
        "Verdicts",
        "2 entries of human seeds in project",
    ),
    ("an event that is gone", "DELETE FROM event WHERE id=9", "Verdicts", "an entry of 'bulk:1' is in no event"),
    (
        "an event changed",
        "UPDATE event SET person='Eve' WHERE id=3",
        "History",
        "event 3 was changed after it was written",
    ),
    (
        "the last event gone and another in its place",
        "UPDATE event SET at=at+1 WHERE id=(SELECT max(id) FROM event)",
        "History",
        "was changed after it was written",
    ),
    (
        "a flag that nobody set",
        "UPDATE sample SET flagged=1 WHERE id=9",
        MARKS,
        "sample 9 is flagged, its history says not flagged",
    ),
    (
        "a flag wiped off",
        "UPDATE sample SET flagged=0 WHERE id=4",
        MARKS,
        "sample 4 is not flagged, its history says flagged",
    ),
    (
        "a second verdict that nobody gave",
        "UPDATE sample SET second=2 WHERE id=9",
        MARKS,
        "sample 9 has a second verdict, its history says it awaits no second verdict",
    ),
    (
        "a second verdict forgotten",
        "UPDATE sample SET second=0 WHERE id=1",
        MARKS,
        "sample 1 awaits no second verdict, its history says it has a second verdict",
    ),
    (
        "one asked for that was not drawn",
        "UPDATE sample SET second=1-second WHERE id=3",
        MARKS,
        "second verdict, its history says it awaits",
    ),
    (
        "a text changed",
        "UPDATE revision SET answer='Other.' WHERE sample_id=9",
        "Texts",
        "text 1 of sample 9 does not have its hash; sample 9 does not show its text 1",
    ),
    (
        "an old text changed",
        "UPDATE revision SET answer='Other.' WHERE sample_id=3 AND n=1",
        "Texts",
        "text 1 of sample 3 does not have its hash",
    ),
    (
        "a sample that shows another text",
        "UPDATE sample SET answer='Other.' WHERE id=9",
        "Texts",
        "sample 9 does not show its text 1",
    ),
    (
        "earlier turns changed",
        'UPDATE sample SET history=\'[["Q", "A"]]\' WHERE id=9',
        "Texts",
        "text 1 of sample 9 does not have its hash",
    ),
    (
        "earlier turns made unreadable",
        "UPDATE sample SET history='[' WHERE id=9",
        "Texts",
        "text 1 of sample 9 does not have its hash",
    ),
    ("a text that is gone", "DELETE FROM revision WHERE sample_id=9", "Texts", "sample 9 has no text on record"),
]


@pytest.mark.parametrize(("what", "sql", "subject", "told"), DAMAGE, ids=[case[0] for case in DAMAGE])
def test_every_damage_is_found_with_its_place(ward: Ward, what: str, sql: str, subject: str, told: str) -> None:
    ward.harm(sql)
    assert told in ward.problems()[subject], what


def test_a_change_of_an_imported_verdict_is_found(ward: Ward) -> None:
    ward.harm("UPDATE review SET verdict='accept' WHERE batch=? AND verdict='reject'", ward.batch)
    assert "are not those of event" in ward.problems()["Verdicts"]


def test_many_findings_are_counted_and_the_first_are_shown(ward: Ward) -> None:
    ward.harm("UPDATE sample SET review='rejected' WHERE review='pending_review'")
    assert ward.problems()["Review states"].startswith("sample 2 is rejected, its history says pending; ")


def test_the_doctor_tells_of_all_of_them_beside_its_other_checks(ward: Ward) -> None:
    ward.harm("UPDATE sample SET review='accepted' WHERE id=9")
    found = {finding.subject: finding for finding in ward.work.maintenance.doctor()}
    assert found.keys() >= SUBJECTS
    assert found["Review states"].level == "problem"


def test_of_a_damaged_file_the_doctor_says_what_cannot_be_read_and_goes_on(ward: Ward, tmp_path: Path) -> None:
    file = ward.work.maintenance.backup(ADA)
    with ward.work.context.store.read() as tx:
        page, size = tx.value("SELECT rootpage FROM sqlite_schema WHERE name='review'"), tx.value("PRAGMA page_size")
    with file.open("r+b") as damaged:
        damaged.seek((page - 1) * size)
        damaged.write(b"\xff" * size)
    env = {"STUDIO_HOME": str(tmp_path / "damaged"), "STUDIO_DB": str(file)}
    work = Workspace.open(Settings.load(env), env)
    found = {finding.subject: finding for finding in work.maintenance.doctor()}
    work.close()
    assert found["Database"].level == "problem"
    assert found["Texts and states"].detail.startswith("cannot be read: ")
    assert (found["Ledger"].level, found["Versions"].level) == ("ok", "ok")


def test_verdicts_given_and_taken_back_as_one_by_the_service_are_whole_and_a_lost_undo_is_found(ward: Ward) -> None:
    assert ward.work.bulk_verdicts.take_back(ADA, ward.project, "bulk:1", token="back") == 2
    assert ward.problems() == {}
    ward.harm("DELETE FROM review WHERE token='back'")
    assert "of 2 entries of 'bulk:1', there are 1" in ward.problems()["Verdicts"]


def _shared(ward: Ward, share: float) -> None:
    """A plan by which this share is shown to a second person, kept without a look at what is judged already."""
    plan = ReviewPlan(second_share=share)
    with ward.work.context.store.write() as tx:
        before, after = reviews.plan_of(tx, ward.project).model_dump(), plan.model_dump()
        reviews.keep_plan(tx, ward.project, plan)
        events.append(
            tx,
            ward.project,
            ADA.name,
            0.0,
            "review plan changed",
            ("project", ward.project),
            before=before,
            after=after,
        )


def _drawn(ward: Ward, share: float) -> Sample:
    """A sample that was judged while this share was the plan's."""
    _shared(ward, share)
    with ward.work.context.store.write() as tx:
        sample = samples.get(tx, ward.project, plant_sample(tx, ward.project))
    return ward.work.review.decide(ADA, sample, ReviewState.ACCEPTED, token=f"drawn {share}")


def test_what_was_drawn_by_an_earlier_plan_is_no_damage(ward: Ward) -> None:
    assert _drawn(ward, 1.0).second == 1
    assert _drawn(ward, 0.0).second == 0
    _shared(ward, 0.5)
    assert ward.problems() == {}


def test_a_gold_item_that_awaits_a_second_verdict_is_found(ward: Ward) -> None:
    due = _drawn(ward, 1.0)
    ward.work.reviewers.add_gold(ADA, ward.project, due.id, ReviewState.ACCEPTED)
    assert ward.problems() == {}
    ward.harm("UPDATE sample SET second=1 WHERE id=?", due.id)
    assert ward.problems() == {
        MARKS: f"sample {due.id} awaits a second verdict, its history says it awaits no second verdict"
    }


def test_a_due_second_verdict_that_is_listed_with_another_first_is_found(ward: Ward) -> None:
    due = _drawn(ward, 1.0)
    ward.harm("UPDATE second_due SET first_by='Eve' WHERE sample_id=?", due.id)
    assert ward.problems() == {MARKS: f"sample {due.id} is listed with a first verdict of Eve, it is of Ada"}


def test_flags_and_second_verdicts_are_mended_and_what_was_drawn_stays(ward: Ward) -> None:
    drawn, spared = _drawn(ward, 1.0), _drawn(ward, 0.0)
    with ward.work.context.store.write() as tx:
        before = _marks(tx)
        tx.run("UPDATE sample SET flagged=1-flagged WHERE id IN (4, 9)")
        tx.run("UPDATE sample SET second=2-second WHERE id IN (1, 9)")
        tx.run("UPDATE second_due SET first_by='Eve' WHERE sample_id=?", (drawn.id,))
    assert ward.problems().keys() == {MARKS}
    ward.work.maintenance.recount(ADA)
    assert ward.problems() == {}
    with ward.work.context.store.read() as tx:
        assert _marks(tx) == before
        assert [samples.get(tx, ward.project, each.id).second for each in (drawn, spared)] == [1, 0]


def test_what_was_judged_before_the_file_knew_second_verdicts_awaits_none(ward: Ward) -> None:
    due = _drawn(ward, 1.0)
    ward.harm("UPDATE sample SET second=0 WHERE id=1")  # has two verdicts
    ward.harm("UPDATE _sqlite_migrations SET applied_at='2999-01-01 00:00:00+00:00' WHERE name>='m0014'")
    assert ward.problems() == {}
    ward.work.maintenance.recount(ADA)
    with ward.work.context.store.read() as tx:
        assert [samples.get(tx, ward.project, number).second for number in (1, due.id)] == [0, 1]
    ward.harm("UPDATE _sqlite_migrations SET applied_at='1970-01-01 00:00:00+00:00'")
    assert ward.problems().keys() == {MARKS}


def _marks(tx: Tx) -> list[Row]:
    return tx.rows(
        "SELECT s.id, s.flagged, s.second, s.version, d.first_by FROM sample s"
        " LEFT JOIN second_due d ON d.sample_id=s.id"
    )
