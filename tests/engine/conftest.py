"""A real store with one small project, and the real engine around a teacher that a test brings along."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from core.domain.call_records import Attempt, Request
from core.domain.calls import Call, Reply, Stage
from core.domain.curriculum import SessionDraft, SyllabusDraft
from core.domain.filters import SampleFilter
from core.domain.money import Price
from core.domain.plans import Plan, SamplesPlan, SubjectsPlan, TeacherChoice, makes
from core.domain.records import Item, Run, Sample
from core.domain.states import ItemState, NodeState, RunState
from core.domain.taxonomy import NodeKind, Origin
from core.generation.drawing import Source, draw
from core.llm.keys import KeyFile
from core.llm.scripted import ScriptedTeacher
from core.llm.teacher import Teacher
from core.runs import engine as engine_module
from core.runs.engine import Engine
from core.runs.filling import Filler
from core.runs.pacing import Pace
from core.runs.seats import Teachers
from core.runs.worker import run_once
from core.runs.writer import GroupWriter
from core.settings import Settings
from core.store import curricula, ledger, node_changes, nodes, projects, runs, samples
from core.store.database import Store, Tx
from core.store.migrations import migrate
from core.store.space import SpaceGuard

PROJECT = "p1"
LEASE = 15.0
DRAFT = SyllabusDraft(
    introduction="From data to figures.",
    objectives=("Summarise data",),
    sessions=tuple(
        SessionDraft(name=f"Session {s}", description="A lesson.", concepts=tuple(f"concept {s}.{c}" for c in range(5)))
        for s in range(4)
    ),
)


class Impatient(Random):
    """Chance that never makes anybody wait."""

    def uniform(self, a: float, b: float) -> float:
        """Always the least."""
        return a


class Hanging(ScriptedTeacher):
    """Never answers."""

    async def ask(self, call: Call) -> Reply:
        """Note the call and wait for ever."""
        self.asked.append(call)
        await asyncio.Event().wait()
        raise AssertionError


async def until(condition: Callable[[], object]) -> None:
    """Wait until it holds."""
    while not condition():  # noqa: ASYNC110 - looks at a database that sends no events
        await asyncio.sleep(0.005)


class Bench:
    """One project on one store. `now` is the time on the clock; nothing moves it but the test."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings.load({"STUDIO_HOME": str(home)})
        self.store = Store(self.settings.database)
        migrate(self.store)
        self.now = 1_700_000_000.0
        self._numbers = itertools.count(1)
        with self.store.write() as tx:
            self._plant(tx)

    def _plant(self, tx: Tx) -> None:
        row = {"id": PROJECT, "name": "P", "is_demo": 0, "guidelines": "", "reject_reasons": ["wrong"], "quorum": 1}
        projects.insert(tx, {**row, "created_at": self.now})
        parent, path = None, []
        for kind, name in zip(NodeKind, ("Academic knowledge", "Formal sciences", "Statistics"), strict=True):
            made = nodes.insert(tx, PROJECT, parent, kind, name)
            node_changes.set_state(tx, nodes.get(tx, PROJECT, made), NodeState.VERIFIED, "Ada", self.now)
            parent = nodes.get(tx, PROJECT, made)
            path.append(name)
        assert parent is not None
        self.discipline, self.path = parent.id, tuple(path)
        state = NodeState.VERIFIED
        subject = curricula.insert_subject(
            tx, PROJECT, self.discipline, "Descriptive statistics", level="introductory", state=state
        )
        curricula.insert_syllabus(tx, PROJECT, subject, DRAFT, state=state, origin=Origin.PERSON)
        self.subject = subject

    def connect(
        self, kind: str = "scripted", *, price: Price | None = None, base_url: str = "", **settings: object
    ) -> str:
        """A connection; `price` is typed in for the model "m"."""
        name = f"c{next(self._numbers)}"
        row = {"id": name, "name": name, "kind": kind, "base_url": base_url, "key_source": "", "models": ["m"]}
        with self.store.write() as tx:
            projects.insert_connection(tx, {**row, "settings": settings, "created_at": self.now})
            if price:
                projects.insert_price(tx, name, "m", price, self.now)
        return name

    def source(self) -> Source:
        """The one syllabus."""
        with self.store.read() as tx:
            syllabus = curricula.find_syllabus(tx, self.subject)
            assert syllabus is not None
            subject = curricula.get_subject(tx, PROJECT, self.subject)
            return Source(self.path, self.discipline, subject, syllabus)

    def samples_run(
        self, connection: str, count: int, *, verify: bool = False, seed: int = 0, max_tokens: int = 500, **caps: int
    ) -> str:
        """A queued run of `count` samples; equal arguments mean equal questions."""
        choice = TeacherChoice(connection=connection, model="m", max_tokens=max_tokens)
        stages = (Stage.QUESTION, Stage.ANSWER, Stage.VERIFICATION)
        plan = SamplesPlan(teachers=dict.fromkeys(stages, choice), count=count, random_seed=seed, verify=verify)
        source = self.source()
        specs, _ = draw([source], count, 0.5, seed, {})
        with self.store.write() as tx:
            digest = curricula.keep_snapshot(tx, source.text)
        return self.run_of(plan, [{**spec, "syllabus_hash": digest, "verify": verify} for spec in specs], **caps)

    def subjects_run(self, connection: str, queries: int = 1) -> str:
        """A queued run that asks for the subjects of the discipline."""
        choice = TeacherChoice(connection=connection, model="m")
        teachers = dict.fromkeys((Stage.SUBJECTS, Stage.EXTRACTION), choice)
        plan = SubjectsPlan(teachers=teachers, disciplines=(self.discipline,), queries=queries)
        place = {"kind": "subjects", "node": self.discipline, "discipline": "Statistics", "description": "Data."}
        return self.run_of(plan, [{**place, "path": " > ".join(self.path), "query": n} for n in range(queries)])

    def run_of(self, plan: Plan, specs: Sequence[Mapping[str, Any]], **caps: int) -> str:
        """A queued run with these items."""
        run_id = f"r{next(self._numbers)}"
        row = {"id": run_id, "project_id": PROJECT, "kind": makes(plan), "title": run_id}
        row["plan"] = plan.model_dump_json()
        more = {"preview": 0, "created_by": "Ada", "created_at": self.now, "cost_cap": None, "call_cap": None, **caps}
        with self.store.write() as tx:
            runs.insert(tx, {**row, **more}, specs, token=run_id)
        return run_id

    # ---- executing ----

    def execute(self, teacher: Teacher, run_id: str, *, at_once: int = 4) -> Run:
        """Claim the run, execute it to its end, and return it as it stands then."""
        asyncio.run(self.executing(teacher, run_id, at_once=at_once))
        return self.run(run_id)

    def work_off(self, run_id: str) -> Run:
        """Execute the run as a worker would, with the teachers of its connections."""
        asyncio.run(run_once(self.settings, self.store, clock=lambda: self.now, only=run_id))
        return self.run(run_id)

    async def executing(
        self,
        teacher: Teacher,
        run_id: str,
        *,
        at_once: int = 4,
        during: Any = None,
        guard: SpaceGuard | None = None,
    ) -> None:
        """The same inside a loop; `during(engine, task)` may act meanwhile."""
        writer = GroupWriter(self.store)
        teachers = Teachers(KeyFile(self.settings.keys, os.environ))
        filler = Filler(settings=self.settings)
        engine = Engine(self.store, writer, teachers, lambda: self.now, Impatient(), LEASE, guard, filler)
        try:
            with self.store.read() as tx:
                for connection in projects.connections(tx):
                    teachers._made[connection.id, connection.version] = (teacher, Pace(most=at_once))
            run = await writer.run(lambda tx: runs.claim(tx, "test", self.now, LEASE, only=run_id))
            assert run is not None
            task = asyncio.create_task(engine.execute(run))
            if during:
                await during(engine, task)
            await asyncio.wait([task])
            if not task.cancelled():
                task.result()
        finally:
            await writer.close()

    def crash(self, teacher: Hanging, run_id: str, *, calls_out: int = 1) -> None:
        """A worker that dies while so many calls are out; afterwards its lease has run out."""

        async def during(engine: Engine, task: asyncio.Task[None]) -> None:
            await until(lambda: len(teacher.asked) >= calls_out)
            task.cancel()

        asyncio.run(self.executing(teacher, run_id, during=during))
        self.now += LEASE + 1

    def resume(self, run_id: str) -> None:
        """Queue a run that has ended."""
        with self.store.write() as tx:
            assert runs.shift(tx, runs.get(tx, run_id), RunState.QUEUED)

    def set_caps(self, run_id: str, *, cost: int | None = None, calls: int | None = None) -> None:
        """Other caps for a run."""
        with self.store.write() as tx:
            runs.set_caps(tx, run_id, cost, calls)

    # ---- looking ----

    def run(self, run_id: str) -> Run:
        """The run as it stands."""
        with self.store.read() as tx:
            return runs.get(tx, run_id)

    def items(self, run_id: str) -> list[Item]:
        """All its items in order."""
        with self.store.read() as tx:
            return runs.items(tx, run_id, size=10_000)

    def states(self, run_id: str) -> list[ItemState]:
        """The states of its items in order."""
        return [item.state for item in self.items(run_id)]

    def attempts(self, run_id: str = "", request_id: int = 0) -> list[Attempt]:
        """Ledger rows, oldest first."""
        with self.store.read() as tx:
            return ledger.attempts(tx, run_id=run_id, request_id=request_id, limit=10_000)[::-1]

    def requests(self, run_id: str) -> list[Request]:
        """Requests that this run was the first to ask."""
        with self.store.read() as tx:
            rows = tx.rows("SELECT * FROM request WHERE run_id=? ORDER BY id", (run_id,))
        return [Request.model_validate(row) for row in rows]

    def samples(self) -> list[Sample]:
        """All samples of the project."""
        with self.store.read() as tx:
            return list(samples.each(tx, PROJECT, SampleFilter()))

    def check_ledger(self) -> None:
        """The totals equal the sums over the ledger, nothing is held, and the file is sound."""
        with self.store.read() as tx:
            assert ledger.drift(tx) == []
            assert tx.value("SELECT count(*) FROM attempt WHERE state='reserved'") == 0
            assert tx.value("SELECT ifnull(sum(held), 0) FROM ledger_total") == 0
            assert tx.value("PRAGMA integrity_check") == "ok"
            assert tx.rows("PRAGMA foreign_key_check") == []


@pytest.fixture(autouse=True)
def _as_slow_as_the_studio(request: pytest.FixtureRequest) -> None:
    """Where time is measured, the disk takes its part of it."""
    if request.node.get_closest_marker("alone"):
        request.getfixturevalue("synced")


@pytest.fixture
def bench(empty_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A bench of this test alone, with a quick heartbeat."""
    monkeypatch.setattr(engine_module, "BEAT_SECONDS", 0.02)
    shutil.copy(empty_file, tmp_path / "studio.db")
    made = Bench(tmp_path)
    yield made
    made.store.close()
