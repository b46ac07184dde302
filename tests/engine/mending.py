"""Samples on a bench that were made, rejected and wait to be mended, and the services that a reviewer uses."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.people import Principal
from core.domain.plans import RepairsPlan, TeacherChoice
from core.domain.records import RepairWish, Run, Sample
from core.domain.states import ReviewState
from core.ids import new_id
from core.llm.keys import KeyFile
from core.llm.scripted import ScriptedTeacher
from core.services.context import Context
from core.services.repairs import RepairService
from core.services.review import ReviewService
from core.services.runs import RunService
from core.store import repair_wishes, samples
from tests.engine.conftest import PROJECT, Bench

ADA, BO = Principal("Ada"), Principal("Bo")


class Desk:
    """`made` are samples of a run that is done; `connection` answers repairs."""

    def __init__(self, bench: Bench, connection: str, count: int) -> None:
        self.bench, self.connection = bench, connection
        bench.execute(ScriptedTeacher(), bench.samples_run(bench.connect(), count))
        self.made = bench.samples()
        self.context = Context(bench.store, bench.settings, KeyFile(bench.settings.keys, {}), {}, lambda: bench.now)
        self.review, self.repairs = ReviewService(self.context), RepairService(self.context)
        self.runs = RunService(self.context)

    def token(self) -> str:
        """One that nobody used."""
        return new_id(self.bench.now)

    def reject(self, sample: Sample, note: str = "Say why.", who: Principal = ADA) -> Sample:
        """Reject the present text and ask for its repair."""
        seen = self.present(sample)
        return self.review.decide(who, seen, ReviewState.REJECTED, token=self.token(), note=note, fix=True)

    def plan(self, wishes: Sequence[int] | None = None, **caps: int) -> RepairsPlan:
        """Of these wishes, or all that wait."""
        choice = TeacherChoice(connection=self.connection, model="m", max_tokens=500)
        return self.repairs.plan(PROJECT, wishes, teacher=choice).model_copy(update=caps)

    def start(self, wishes: Sequence[int] | None = None, **caps: int) -> Run:
        """A queued run of repairs."""
        return self.repairs.start(ADA, PROJECT, self.plan(wishes, **caps), token=self.token())

    def present(self, sample: Sample) -> Sample:
        """As it stands."""
        with self.bench.store.read() as tx:
            return samples.get(tx, PROJECT, sample.id)

    def wishes(self) -> list[RepairWish]:
        """All there are, the oldest first."""
        with self.bench.store.read() as tx:
            return repair_wishes.by_ids(tx, PROJECT, range(1, 1000))
