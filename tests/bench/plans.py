"""`make bench-plans`: estimating, previewing and starting a run of every strategy, against a plan of one sample."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from unittest import mock

from core.domain.people import Principal
from core.domain.plans import SamplesPlan, SeedChoice, TeacherChoice
from core.domain.strategies import FROM_SEEDS, Strategy, TaskType
from core.generation.strategies.registry import METHODS
from core.services.generation import PREVIEW_SIZE
from core.settings import Settings
from core.store import seeds
from core.store.database import Tx
from core.workspace import Workspace
from tests.unit.costs_world import STAGES

ADA = Principal("Ada")
SETTINGS = {"STUDIO_WORKER": "off"}


@dataclass(frozen=True, slots=True)
class World:
    """A demo project with a seed set and accepted samples, as many of each."""

    work: Workspace
    project: str
    seed_set: int

    def plan(self, strategy: Strategy, count: int) -> SamplesPlan:
        """A plan of one part with the built-in teacher."""
        choice = TeacherChoice(connection=self.work.connections.all()[0].connection.id, model="builtin", max_tokens=512)
        chosen = SeedChoice(seed_set=self.seed_set) if strategy in FROM_SEEDS else None
        return SamplesPlan(strategy=strategy, teachers=dict.fromkeys(STAGES, choice), count=count, seeds=chosen)


@contextmanager
def world(size: int) -> Iterator[World]:
    """A workspace of its own."""
    with tempfile.TemporaryDirectory() as home:
        environ = {"STUDIO_HOME": home, **SETTINGS}
        work = Workspace.open(Settings.load(environ), environ)
        try:
            project = work.projects.open_demo(ADA).id
            with work.context.store.write() as tx:
                made = plant_seeds(tx, project, size)
                _plant_samples(tx, project, size)
            yield World(work, project, made)
        finally:
            work.close()


def plant_seeds(tx: Tx, project: str, size: int) -> int:
    """A set of word problems, each half a kilobyte with its answer."""
    tail = "Each of them has a different number of apples. " * 6
    rows = [
        (
            *(f"Ann number {n} has {n} apples and gets two more. {tail}How many are there?", "", "[]"),
            *(f"{n} + 2 = {n + 2}. " * 8, str(n + 2), f"k{n // 2 if n % 50 == 1 else n}", "{}"),
        )
        for n in range(size)
    ]
    row = {"project_id": project, "name": "Bench", "task_type": TaskType.MATHS, "source": "", "lineage": {}}
    return seeds.insert_packed(tx, {**row, "database": "", "created_by": "Ada", "created_at": 1.0, "token": "b"}, rows)


def _plant_samples(tx: Tx, project: str, size: int) -> None:
    tx.many(
        "INSERT INTO sample(project_id, origin, strategy, lineage, question, answer, content_hash, verification,"
        " review, created_at) VALUES (?,'demo','glan','{}',?,?,?,'generated','accepted',1)",
        [(project, f"Question {n}? " * 20, f"Answer {n}. " * 40, f"h{n}") for n in range(size)],
    )


def seconds(task: Callable[[], object]) -> float:
    """How long it takes."""
    started = time.perf_counter()
    task()
    return time.perf_counter() - started


def _started(found: World, plan: SamplesPlan) -> tuple[float, float, float]:
    """Seconds to start it, seconds of these with the lock of the database, bytes of an item."""
    held = list[float]()
    store = found.work.context.store
    usual = store.write

    @contextmanager
    def timed() -> Iterator[Tx]:
        with usual() as tx:
            begun = time.perf_counter()
            yield tx
        held.append(time.perf_counter() - begun)

    with mock.patch.object(store, "write", timed):
        begun = time.perf_counter()
        run = found.work.generation.start(ADA, found.project, plan, token=f"{plan.strategy}{plan.count}")
        took = time.perf_counter() - begun
    with store.read() as tx:
        return took, sum(held), float(tx.value("SELECT avg(length(spec)) FROM item WHERE run_id=?", (run.id,)))


def table(found: World, count: int, first: dict[str, float]) -> None:
    """Print one table; `first` holds the seconds of the first size."""
    print(f"\nplans of {count:,} samples; seconds, and how many times those of the first size")
    print(f"{'':24}{'draft':>16}{'estimate':>16}{'preview':>16}{'start':>16}{'locked':>9}{'item bytes':>12}")
    generation, project = found.work.generation, found.project
    for strategy in METHODS:
        plan = generation.draft(project, found.plan(strategy, count))
        token = f"preview {strategy} {count}"
        took = {
            "draft": seconds(partial(generation.draft, project, plan)),
            "estimate": seconds(partial(generation.estimate, project, plan)),
            "preview": seconds(partial(generation.start, ADA, project, plan, token=token, preview=PREVIEW_SIZE)),
        }
        took["start"], locked, weight = _started(found, plan)
        cells = "".join(
            f"{value:>8.3f} {value / first.setdefault(f'{strategy}{name}', value):>6.1f}x"
            for name, value in took.items()
        )
        print(f"{strategy.label[:24]:24}{cells}{locked:>9.2f}{weight:>12.0f}", flush=True)


def main() -> None:
    """Exit status 0 whatever the figures are: they depend on the machine and what else it does."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.plans", description=__doc__)
    parser.add_argument("counts", nargs="*", type=int, default=[1, 10_000, 100_000])
    parser.add_argument("--material", type=int, default=200_000, help="seed examples, and accepted samples")
    options = parser.parse_args()
    first: dict[str, float] = {}
    with world(options.material) as found:
        for count in options.counts:
            table(found, count, first)


if __name__ == "__main__":
    main()
