"""Three people do at random all that can be done to samples: the store equals a model of a few lines at every step.

Each press is repeated with its token, which changes nothing, and what can be undone is undone, which brings back all
that was there, and done again. The clock runs backwards all the time.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from core.domain.dataset_wish import DatasetWish
from core.domain.filters import SampleFilter
from core.domain.naming import content_hash
from core.domain.people import Principal
from core.domain.records import Item, Sample
from core.domain.review import ReviewPlan
from core.domain.states import ItemState, ReviewState
from core.domain.verdict_words import Meaning
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.generation.products import Answered, SampleRepaired
from core.interchange.verdicts.model import ReadOptions, Said, Source, VerdictFile
from core.runs.keeping_repairs import keep_repair
from core.services.verdict_checks import texts_and_states
from core.services.verdict_files import Look
from core.services.verdict_matching import Choice
from core.settings import Settings
from core.store import repair_wishes, reviews, runs, samples, tally
from core.store.database import Store
from core.workspace import Workspace
from tests.unit.conftest import T0, plant_project, plant_request, plant_run
from tests.unit.review_model import VERDICTS, Paper, last, take_back
from tests.unit.review_model import Said as Told

NAMES = ("Ada", "Bo", "Cy")
COUNT = 3
SHARE = 0.5
people = st.sampled_from([Principal(name) for name in NAMES])
picks = st.integers(0, COUNT - 1)
verdicts = st.sampled_from([ReviewState.ACCEPTED, ReviewState.REJECTED])
pairs = st.permutations(NAMES)
crossings = st.tuples(st.sampled_from(["edit", "bulk", "judge"]), st.sampled_from(["edit", "judge", "flag"]))
WORDS = {state: word for word, state in VERDICTS.items()}
CHECKED = ["Database", "Ledger", "Texts", "Review states", "Counts", "History", "Verdicts"]
_NO_ROW: dict[str, Any] = dict.fromkeys(
    ("run_id", "item_idx", "difficulty", "node_id", "subject_id", "question_request", "answer_request")
)


class ReviewMachine(RuleBasedStateMachine):
    """See the module."""

    work: Workspace
    examples = 0

    @initialize(pair=pairs, number=picks, verdict=verdicts, steps=crossings)
    def begin(self, **crossed: Any) -> None:
        """A project of its own in the one database of the test; two people cross at once."""
        ReviewMachine.examples += 1
        self.id, self.tokens = f"p{ReviewMachine.examples}", itertools.count()
        self.store: Store = self.work.context.store
        row = {"project_id": self.id, "origin": "model", "strategy": "glan", "lineage": {}, "created_at": T0}
        text = {"answer": "A0", "review": ReviewState.PENDING, "preview": False}
        with self.store.write() as tx:
            plant_project(tx, self.id)
            plant_run(tx, self.id, f"run {self.id}", items=1)
            self.request = plant_request(tx, self.id, f"run {self.id}")
            reviews.keep_plan(tx, self.id, ReviewPlan(second_share=SHARE))
            made = [
                samples.insert(tx, {**_NO_ROW, **row, **text, "question": f"Q{n} of {self.id}"}, "teacher")
                for n in range(COUNT)
            ]
        self.log: list[Told] = []
        self.papers = [Paper(each.id, each.shuffle, each.content_hash, self.log) for each in self.present(made)]
        self.older: dict[int, list[Sample]] = {paper.id: [] for paper in self.papers}
        self.frozen: dict[str, list[tuple[int, str]]] = {}
        self.cross(**crossed)

    # ---- Looking ----

    def token(self) -> str:
        """One that nobody used."""
        return f"{self.id} {next(self.tokens)}"

    def present(self, ids: list[int]) -> list[Sample]:
        """Samples as they stand."""
        with self.store.read() as tx:
            return samples.by_ids(tx, ids)

    def entries(self) -> int:
        """How long the history of the project is."""
        with self.store.read() as tx:
            return int(tx.value("SELECT count(*) FROM review WHERE project_id=?", (self.id,)))

    def everything(self) -> list[object]:
        """All that undo has to bring back; empty cells and wishes that were taken back say nothing."""
        with self.store.read() as tx:
            return [
                [each.model_dump(exclude={"version"}) for each in samples.by_ids(tx, [p.id for p in self.papers])],
                tx.rows("SELECT * FROM tally WHERE project_id=? AND n>0 ORDER BY id", (self.id,)),
                tx.rows("SELECT * FROM second_due WHERE project_id=? ORDER BY sample_id", (self.id,)),
                tx.rows("SELECT * FROM repair_wish WHERE project_id=? AND state<>'withdrawn' ORDER BY id", (self.id,)),
            ]

    def seen(self, paper: Paper) -> Sample:
        """As somebody sees it now; also kept as the sight of somebody who looks away for a while."""
        (sample,) = self.present([paper.id])
        self.older[paper.id].append(sample)
        return sample

    # ---- What one person does ----

    def once(self, press: Callable[[str], object]) -> None:
        """A press that reaches the store twice."""
        token = self.token()
        press(token)
        there = self.everything(), self.entries()
        press(token)
        assert (self.everything(), self.entries()) == there

    def exactly(self, who: Principal, press: Callable[[str], object]) -> None:
        """Once, taken back, and once more."""
        before, length = self.everything(), self.entries()
        self.once(press)
        if self.entries() > length:
            self.once(lambda token: self.work.review.undo(who, self.id, token=token))
            assert self.everything() == before
            self.once(press)

    @rule(who=people, number=picks, verdict=verdicts, blind=st.booleans(), how=st.sampled_from(["", "", "note", "fix"]))
    def judge(self, who: Principal, number: int, verdict: ReviewState, blind: bool, how: str) -> None:
        """Accept or reject, perhaps with a note or the wish for a repair."""
        paper, fix = self.papers[number], how == "fix" and verdict is ReviewState.REJECTED
        told: dict[str, Any] = {"blind": blind, "note": how, "fix": fix}
        self.exactly(who, lambda token: self.work.review.decide(who, self.seen(paper), verdict, token=token, **told))
        paper.judge(who.name, WORDS[verdict], blind=blind, note=bool(how), fix=fix)

    @rule(who=people, number=picks)
    def skip(self, who: Principal, number: int) -> None:
        """Pass over."""
        paper = self.papers[number]
        self.exactly(who, lambda token: self.work.review.skip(who, self.seen(paper), token=token))
        paper.add(who.name, "skip")

    @rule(who=people, number=picks, on=st.booleans())
    def flag(self, who: Principal, number: int, on: bool) -> None:
        """Mark it, or take the mark away, whether it is so already or not."""
        paper = self.papers[number]
        self.exactly(who, lambda token: self.work.review.flag(who, self.seen(paper), on=on, token=token))
        paper.add(who.name, "flag" if on else "unflag")

    @rule(who=people, number=picks, answer=st.sampled_from(["A0", "A1", "A2"]))
    def edit(self, who: Principal, number: int, answer: str) -> None:
        """Another text, or one that was there before."""
        paper, question = self.papers[number], self.seen(self.papers[number]).question
        edit = self.work.review.edit
        self.exactly(who, lambda token: edit(who, self.seen(paper), question, answer, token=token))
        paper.change(who.name, content_hash(question, answer, ()))

    @rule(number=picks, who=people, verdict=verdicts)
    def judge_what_was_seen_a_while_ago(self, number: int, who: Principal, verdict: ReviewState) -> None:
        """It is told and changes nothing."""
        paper = self.papers[number]
        old, before = self.older[paper.id][:1], (self.everything(), self.entries())
        if old and old[0].version != self.seen(paper).version:
            with pytest.raises(ConflictError):
                self.work.review.decide(who, old[0], verdict, token=self.token())
            with pytest.raises(ConflictError):
                self.work.review.edit(who, old[0], "Other", "Other", token=self.token())
            assert (self.everything(), self.entries()) == before

    @rule(who=people)
    def undo(self, who: Principal) -> None:
        """The last step, unless somebody built on it."""
        step, before = last(self.log, who.name), self.everything()
        if step is not None and take_back(self.papers, step):
            self.once(lambda token: self.work.review.undo(who, self.id, token=token))
            return
        with pytest.raises(NotFoundError if step is None else ConflictError):
            self.work.review.undo(who, self.id, token=self.token())
        assert self.everything() == before

    # ---- What is done to many ----

    @rule(who=people, verdict=verdicts)
    def bulk(self, who: Principal, verdict: ReviewState) -> None:
        """One verdict for all that is pending and no gold item."""
        seen = self.work.bulk_verdicts.preview(self.id, SampleFilter())
        meant = [p for p in self.papers if p.state() == ReviewState.PENDING and (p.gold or ("", ""))[1] != p.text]
        assert seen.judged == len(meant)
        if meant:
            looked = [sample.id for sample in seen.examples]
            judge = self.work.bulk_verdicts.judge
            self.exactly(who, lambda t: judge(who, self.id, seen, verdict, looked=looked, token=t, reason="All"))
            batch = f"bulk {len(self.log)}"
            for paper in meant:
                paper.add(who.name, WORDS[verdict], kind="bulk", batch=batch)

    @rule(who=people)
    def take_bulk_back(self, who: Principal) -> None:
        """Whatever was done since."""
        own = [said for said in self.log if (said.person, said.kind) == (who.name, "bulk") and said.stands]
        if own:
            with self.store.read() as tx:
                (row,) = tx.rows(
                    "SELECT batch FROM review r WHERE person=? AND project_id=? AND purpose='bulk' AND NOT EXISTS"
                    " (SELECT 1 FROM review u WHERE u.undoes=r.id) ORDER BY id DESC LIMIT 1",
                    (who.name, self.id),
                )
            self.once(lambda t: self.work.bulk_verdicts.take_back(who, self.id, row["batch"], token=t))
            take_back(self.papers, own[-1])

    @rule(
        name=st.sampled_from(NAMES), words=st.lists(st.sampled_from(["accept", "reject", ""]), min_size=1, max_size=3)
    )
    def file(self, name: str, words: list[str]) -> None:
        """Verdicts of one person in a file, of which some were given to an earlier text."""
        said, batch = list[Said](), f"file {len(self.log)}"
        for line, (paper, word) in enumerate(zip(self.papers, words, strict=False), 1):
            text = self.older[paper.id][0].content_hash if self.older[paper.id] else paper.text
            said.append(Said(line, 1, "x", word or "leave", paper.id, text))
            if word and paper.imports(name, word, text):
                paper.add(name, word, text=text, kind="import", batch=batch)
        options, digest = ReadOptions(), content_hash(self.id, self.token(), ())
        look = Look(digest, "v.csv", VerdictFile(Source.OWN, options, 3, tuple(said), (), (), "row"), {}, {"x": 1}, {})
        choice = Choice({"accept": Meaning.ACCEPT, "reject": Meaning.REJECT}, {"x": name})
        stamp = self.work.verdict_imports.preview(self.id, look, choice).plan.stamp
        owner = Principal("Owner")
        self.once(lambda _: self.work.verdict_imports.take_in(owner, self.id, look, choice, stamp=stamp))

    @rule()
    def take_file_back(self) -> None:
        """The newest that is in."""
        there = [one for one in self.work.verdict_imports.imports(self.id) if not one.taken_back]
        own = [said for said in self.log if said.kind == "import" and said.stands]
        assert bool(there) == bool(own)
        if own:
            self.work.verdict_imports.take_back(Principal("Owner"), self.id, there[0].batch)
            take_back(self.papers, own[-1])

    @rule(pair=pairs, number=picks, verdict=verdicts, steps=crossings)
    def cross(self, pair: list[str], number: int, verdict: ReviewState, steps: tuple[str, str]) -> None:
        """One person takes a step back after another came in between: rare where all is left to chance."""
        does: dict[str, Callable[[Principal], object]] = {
            "edit": lambda who: self.edit(who, number, f"A{number}{verdict}"),
            "judge": lambda who: self.judge(who, number, verdict, blind=False, how=""),
            "bulk": lambda who: self.bulk(who, verdict),
            "flag": lambda who: self.flag(who, number, on=not self.papers[number].flagged()),
        }
        for name, step in zip(pair, steps, strict=False):
            does[step](Principal(name))
        self.undo(Principal(pair[0]))

    # ---- What else happens to a sample ----

    @rule(who=people, number=picks, verdict=verdicts)
    def gold(self, who: Principal, number: int, verdict: ReviewState) -> None:
        """Somebody says what is right."""
        paper = self.papers[number]
        self.work.reviewers.add_gold(who, self.id, paper.id, verdict)
        paper.gold = (who.name, paper.text)

    @rule(who=people)
    def no_gold(self, who: Principal) -> None:
        """The newest gold item measures nobody any more."""
        for item in self.work.reviewers.gold(self.id).items[:1]:
            self.work.reviewers.remove_gold(who, self.id, item.id)
            next(paper for paper in self.papers if paper.id == item.sample_id).gold = None

    @rule(number=picks)
    def repair(self, number: int) -> None:
        """A teacher mends what somebody wished to be mended."""
        paper = self.papers[number]
        with self.store.write() as tx:
            found = [w for w in repair_wishes.startable(tx, self.id) if w.sample_id == paper.id]
            run, ids = runs.get(tx, f"run {self.id}"), [wish.id for wish in found]
            repair_wishes.send(tx, ids, run.id)
            question, answer = f"Q{number} of {self.id}", f"A mended {next(self.tokens)}"
            assert bool(ids) == paper.mend(content_hash(question, answer, ()))
            if ids:
                spec = {"sample": paper.id, "hash": found[0].content_hash, "wishes": ids}
                item = Item(
                    run_id=run.id,
                    idx=next(self.tokens),
                    spec=spec,
                    state=ItemState.PLANNED,
                    error="",
                    hint="",
                    products=(),
                    request_id=None,
                )
                made = Answered(self.request, answer)
                product = SampleRepaired(paper.id, found[0].content_hash, question, made)
                keep_repair(tx, run, item, product, T0)

    @rule()
    def freeze(self) -> None:
        """A version holds what is accepted now, with these very texts, for ever."""
        accepted = [(paper.id, paper.text) for paper in self.papers if paper.state() == ReviewState.ACCEPTED]
        token = self.token()
        if not accepted:
            with pytest.raises(InvalidInputError):
                self.work.datasets.freeze(Principal("Owner"), self.id, "Set", DatasetWish(), token=token)
            return
        made = self.work.datasets.freeze(Principal("Owner"), self.id, "Set", DatasetWish(), token=token)
        self.frozen[made.id] = accepted

    def teardown(self) -> None:
        """What was frozen is what it was, and the doctor finds nothing."""
        with self.store.read() as tx:
            assert {finding.level for finding in texts_and_states(tx)} == {"ok"}
            for version, accepted in self.frozen.items():
                rows = tx.rows("SELECT * FROM dataset_item WHERE dataset_id=?", (version,))
                assert sorted((row["sample_id"], row["content_hash"]) for row in rows) == sorted(accepted)

    @invariant()
    def the_store_equals_the_model(self) -> None:
        """Texts, states, marks, second verdicts, wishes and counts, after every step."""
        with self.store.read() as tx:
            found = samples.by_ids(tx, [paper.id for paper in self.papers])
            due = {row["sample_id"]: row["first_by"] for row in tx.rows("SELECT * FROM second_due")}
            wishes = tx.rows("SELECT sample_id, state FROM repair_wish WHERE project_id=? ORDER BY id", (self.id,))
            counts = tally.by_review(tx, self.id, SampleFilter())
            assert tally.wrong(tx) == []
        states = [paper.state() for paper in self.papers]
        for sample, paper in zip(found, self.papers, strict=True):
            told = [wish["state"] for wish in wishes if wish["sample_id"] == paper.id and wish["state"] != "withdrawn"]
            assert (sample.content_hash, sample.review, sample.flagged, told) == (
                paper.text,
                paper.state(),
                paper.flagged(),
                [state for state in paper.wishes() if state != "withdrawn"],
            )
            assert (sample.second, due.get(paper.id, "")) == paper.second(SHARE)
        assert {state: n for state, (n, _) in counts.items() if n} == {state: states.count(state) for state in states}


@pytest.fixture
def fast_work(empty_file: Path) -> Iterator[Workspace]:
    """An installation in memory where there is such a folder: thousands of commits are waited for."""
    quick, clock = Path("/dev/shm"), itertools.count()
    with tempfile.TemporaryDirectory(dir=quick if quick.is_dir() else None) as home:
        environ = {"STUDIO_HOME": home, "STUDIO_WORKER": "off"}
        made = Settings.load(environ)
        shutil.copy(empty_file, made.database)
        space = Workspace.open(made, environ, lambda: T0 - next(clock))
        yield space
        space.close()


def test_whatever_several_people_do_to_samples_the_store_equals_a_simple_model(fast_work: Workspace) -> None:
    ReviewMachine.work, ReviewMachine.examples = fast_work, 0
    run_state_machine_as_test(
        ReviewMachine,
        settings=settings(
            max_examples=60,
            stateful_step_count=20,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    wrong = [finding for finding in fast_work.maintenance.doctor() if finding.subject in CHECKED]
    assert [(finding.subject, finding.level) for finding in wrong] == [(subject, "ok") for subject in CHECKED]
