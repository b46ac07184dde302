"""`make bench-quality`: how long cost and quality take to work out, against a bare count and against the first size.

The named baseline of each size is one pass over its samples that counts them by state, in the same run.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from core.domain.filters import SampleFilter
from core.domain.naming import content_hash
from core.domain.people import Principal
from core.domain.states import ReviewState
from core.domain.strategies import Strategy
from core.settings import Settings
from core.store import makers, samples
from core.store.database import Tx
from core.workspace import Workspace
from tests.unit.costs_world import part, plant_plan, plant_seeds

ADA = Principal("Ada")
BASELINE = "a bare count"
PER_RUN = 5_000
KINDS = ((Strategy.GLAN, "big"), (Strategy.NEW_QUESTION, "small"), (Strategy.ANSWER_AUGMENTATION, "small"))
_WORDS = [f"word{number}" for number in range(6_000)]
_REPEATED = 0.1


@contextmanager
def filled(size: int) -> Iterator[tuple[Workspace, str]]:
    """A project with so many samples of three strategies, three calls each, in runs of 5,000; a tenth repeats."""
    with tempfile.TemporaryDirectory() as home:
        environ = {"STUDIO_HOME": home}
        work = Workspace.open(Settings.load(environ), environ)
        try:
            project = work.projects.create(ADA, "Bench", token="bench", starter=False).id
            for first in range(0, size, PER_RUN):
                with work.context.store.write() as tx:
                    _plant(tx, project, first, min(PER_RUN, size - first))
            yield work, project
        finally:
            work.close()


def _plant(tx: Tx, project: str, first: int, count: int) -> None:
    rng, run = random.Random(first), f"run {first}"
    strategy, model = KINDS[first // PER_RUN % len(KINDS)]
    seeds = plant_seeds(tx, project, 100, f"Seeds {first}")
    plan = part(strategy, model, count, seeds[0])
    home = {"seed_set": seeds[0]} if strategy is not Strategy.GLAN else {}
    specs = [
        {"strategy": strategy.value, "part": 0, "by": {"answer": 0}, "index": n, "padding": "x" * 600, **home}
        for n in range(count)
    ]
    plant_plan(tx, project, run, [plan], specs)
    ids = range(first * 3 + 1, first * 3 + 1 + count * 3)
    tx.many(
        "INSERT INTO request(id, key, project_id, run_id, item_idx, stage, connection_id, model, body, template,"
        " template_hash, state, created_at, reply) VALUES (?,?,?,?,?,'answer','c1',?,'{}','answer','h','parsed',1,'r')",
        [(i, str(i), project, run, (i - ids[0]) // 3, model) for i in ids],
    )
    tx.many(
        "INSERT INTO attempt(request_id, run_id, project_id, stage, epoch, state, hold, cost, price_input,"
        " price_output, price_cached, price_model, price_source, sent_at, ended_at, measured)"
        " VALUES (?,?,?,'answer',1,'settled',9,?,0,0,0,'','',?,?,1)",
        [(i, run, project, rng.randrange(10**7), i, i + 1) for i in ids],
    )
    maker, _ = makers.remember(tx, ids[0], None)
    texts: list[str] = []
    for _ in range(count):
        words = rng.choice(texts).split() if texts and rng.random() < _REPEATED else rng.choices(_WORDS, k=50)
        words[rng.randrange(len(words))] = rng.choice(_WORDS)
        texts.append(" ".join(words))
    answer = " ".join(rng.choices(_WORDS, k=150))
    lineage = json.dumps({"syllabus_id": 1, "sessions": ["a"], "groups": [["b", "c"]], "padding": "x" * 900})
    tx.many(
        "INSERT INTO sample(project_id, run_id, item_idx, origin, strategy, lineage, answer_request, answer_maker,"
        " question, answer, content_hash, verification, review, created_at, seed_example_id)"
        " VALUES (?,?,?,'model',?,?,?,?,?,?,?,'verified',?,1,?)",
        [
            (
                *(project, run, n, strategy.value, lineage, ids[3 * n], maker),
                *(text, answer, content_hash(text, answer)),
                rng.choice(("pending_review", "accepted", "rejected")),
                seeds[1][n % 100],
            )
            for n, text in enumerate(texts)
        ],
    )


def seconds(task: Callable[[], object]) -> tuple[float, float]:
    """How long it takes, and how much processor time."""
    started, busy = time.perf_counter(), time.process_time()
    task()
    return time.perf_counter() - started, time.process_time() - busy


def bare_count(work: Workspace) -> None:
    """The baseline."""
    with work.context.store.read() as tx:
        tx.rows("SELECT review, count(*) FROM sample NOT INDEXED GROUP BY review")


def judge(work: Workspace, project: str) -> None:
    """One more verdict."""
    with work.context.store.read() as tx:
        (sample,) = samples.page(tx, project, SampleFilter(review=ReviewState.PENDING), size=1)
    work.review.decide(ADA, sample, ReviewState.ACCEPTED, token=f"verdict {sample.id}")


def table(size: int, first: dict[str, float]) -> None:
    """Print one table; `first` holds the processor seconds of the first size."""
    with filled(size) as (work, project):
        figures, spent, texts = work.insights.insights, work.insights.spending, work.insights.texts
        lines: dict[str, Callable[[], object]] = {
            BASELINE: lambda: bare_count(work),
            "counts and costs": lambda: figures(project),
            "spending over time": lambda: spent(project),
            "repeats and coverage": lambda: texts(project),
            "effect of checks": lambda: work.verification.effects(project),
            "all four again": lambda: [each(project) for each in (figures, spent, texts, work.verification.effects)],
            "one more verdict": lambda: judge(work, project),
            "all four after it": lambda: [each(project) for each in (figures, spent, texts, work.verification.effects)],
        }
        print(f"\n{size:,} samples, {size * 3:,} calls")
        print(f"{'':24}{'seconds':>10}{'CPU s':>10}{'times a bare count':>20}{'times the first':>17}")
        own: dict[str, float] = {}
        for name, task in lines.items():
            took, own[name] = seconds(task)
            ratios = own[name] / own[BASELINE], own[name] / first.setdefault(name, own[name])
            print(f"{name:24}{took:>10.2f}{own[name]:>10.2f}{ratios[0]:>20.1f}{ratios[1]:>17.1f}", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"memory of this process so far at most {peak:,} MB")


def main() -> None:
    """Exit status 0 whatever the figures are: they depend on the machine and what else it does."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.quality", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000])
    first: dict[str, float] = {}
    for size in parser.parse_args().sizes:
        table(size, first)


if __name__ == "__main__":
    main()
