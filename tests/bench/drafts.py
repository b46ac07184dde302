"""`python -m tests.bench.drafts`: what a dataset version takes, from the counts of the choice to freezing it."""

from __future__ import annotations

import argparse
import json
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from core.domain.dataset_wish import DatasetWish
from core.domain.naming import content_hash
from core.domain.people import Principal
from core.domain.strategies import Strategy
from core.runs.jobs import run_jobs_once
from core.services.datasets import DatasetService, DraftState
from core.settings import Settings
from core.store.database import Store, Tx
from core.workspace import Workspace
from tests.unit.costs_world import part, plant_plan, plant_seeds

ADA = Principal("Ada")
AT_ONCE = 5_000
_LETTERS = str.maketrans("0123456789", "abcdefghij")  # digits would make every text another question
_WORDS = [f"word{number}".translate(_LETTERS) for number in range(6_000)]
_REPEATED = 0.1


@contextmanager
def filled(size: int) -> Iterator[tuple[Workspace, str]]:
    """A project with so many accepted samples, two calls, a check and a verdict each; a tenth are near duplicates."""
    with tempfile.TemporaryDirectory() as home:
        environ = {"STUDIO_HOME": home, "STUDIO_WORKER": "off"}
        work = Workspace.open(Settings.load(environ), environ)
        try:
            project = work.projects.create(ADA, "Bench", token="bench", starter=False).id
            for first in range(0, size, AT_ONCE):
                with work.context.store.write() as tx:
                    _plant(tx, project, first, min(AT_ONCE, size - first))
            yield work, project
        finally:
            work.close()


def _plant(tx: Tx, project: str, first: int, count: int) -> None:
    rng, run = random.Random(first), f"run {first}"
    seeds = plant_seeds(tx, project, 1, f"Seeds {first}")
    plant_plan(tx, project, run, [part(Strategy.NEW_QUESTION, "big", count, seeds[0])], [{"part": 0}] * count)
    calls = range(first * 2 + 1, (first + count) * 2 + 1)
    tx.many(
        "INSERT INTO request(id, key, project_id, run_id, item_idx, stage, connection_id, model, body, template,"
        " template_hash, state, created_at, reply)"
        " VALUES (?,?,?,?,?,'answer','c1','m','{}','answer','h','parsed',1,'r')",
        [(i, str(i), project, run, (i - calls[0]) // 2) for i in calls],
    )
    tx.many(
        "INSERT INTO attempt(request_id, run_id, project_id, stage, epoch, state, hold, cost, price_input,"
        " price_output, price_cached, price_model, price_source, sent_at, ended_at, measured)"
        " VALUES (?,?,?,?,1,'settled',9,?,0,0,0,'','',?,?,1)",
        [(i, run, project, ("question", "answer")[i % 2], rng.randrange(10**7), i, i + 1) for i in calls],
    )
    pairs = [(text, " ".join(rng.choices(_WORDS, k=120))) for text in _questions(rng, count)]
    hashes = [content_hash(*pair) for pair in pairs]
    ids = range(first + 1, first + count + 1)
    tx.many(
        "INSERT INTO sample(id, project_id, run_id, item_idx, origin, strategy, lineage, question_request,"
        " answer_request, question, answer, content_hash, verification, review, created_at, difficulty)"
        " VALUES (?,?,?,?,'model','glan',?,?,?,?,?,?,'verified','accepted',1,?)",
        [
            (i, project, run, n, _lineage(i, calls[2 * n]), calls[2 * n], calls[2 * n + 1], *pair, digest, _hard(i))
            for n, (i, pair, digest) in enumerate(zip(ids, pairs, hashes, strict=True))
        ],
    )
    tx.many(
        "INSERT INTO revision(sample_id, n, question, answer, content_hash, person, at) VALUES (?,1,?,?,?,'t',1)",
        [(i, *pair, digest) for i, pair, digest in zip(ids, pairs, hashes, strict=True)],
    )
    said = list(zip(ids, hashes, strict=True))
    tx.many(
        "INSERT INTO verification(sample_id, content_hash, method, passed, detail, at) VALUES (?,?,'reference',1,'',1)",
        said,
    )
    tx.many(
        "INSERT INTO review(token, project_id, sample_id, content_hash, person, verdict, before, at)"
        " VALUES (?,?,?,?,?,'accept','{}',1)",
        [(f"r{i}", project, i, digest, f"person {i % 5}") for i, digest in said],
    )


def _questions(rng: random.Random, count: int) -> list[str]:
    texts: list[str] = []
    for _ in range(count):
        words = rng.choice(texts).split() if texts and rng.random() < _REPEATED else rng.choices(_WORDS, k=50)
        words[rng.randrange(len(words))] = rng.choice(_WORDS)
        texts.append(" ".join(words))
    return texts


def _hard(ident: int) -> str:
    return "challenging" if ident % 3 == 0 else "basic"


def _lineage(ident: int, request: int) -> str:
    discipline = f"Discipline {ident % 40}"
    by = {
        "request": request,
        "model": "m",
        "temperature": 1.0,
        "top_p": 1.0,
        "template": "q",
        "template_hash": "h" * 64,
    }
    return json.dumps(
        {
            "path": ["Science", discipline],
            "discipline": discipline,
            "subject": f"Subject {ident % 400}",
            "syllabus_id": ident % 400,
            "syllabus_version": 1,
            "syllabus_hash": "s" * 64,
            "n_sessions": 18,
            "session_numbers": [ident % 18 + 1],
            "sessions": [f"Session {ident % 18}"],
            "groups": [[f"concept {ident % 97}", f"concept {ident % 89}"]],
            "question_by": by,
            "answer_by": by,
        }
    )


class Timed(Store):
    """A store that notes how long each write lock was held."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.held: list[float] = [0.0]

    @contextmanager
    def write(self, *, patient: bool = True) -> Iterator[Tx]:
        """As in the store, from the moment the lock is there until it is given back."""
        begun = time.perf_counter()
        try:
            with super().write(patient=patient) as tx:
                begun = time.perf_counter()
                yield tx
        finally:
            self.held.append(time.perf_counter() - begun)


def table(size: int) -> None:
    """Print one table."""
    with filled(size) as (work, project):
        store = Timed(work.settings.database)
        service = DatasetService(replace(work.context, store=store))
        wish = DatasetWish(near=0.8, validation_share=0.1, test_share=0.05, per_discipline=size // 45 + 1)
        held: dict[str, str] = {}

        def prepare(token: str) -> None:
            held[token] = service.prepare(ADA, project, token, wish, token=token).id
            run_jobs_once(work.settings, store)
            assert service.draft(project, held[token]).state is DraftState.PREPARED

        steps: dict[str, Callable[[], object]] = {
            "counts of the choice": lambda: service.outline(project, wish),
            "prepare": lambda: prepare("one"),
            "freeze": lambda: service.freeze_draft(ADA, project, held["one"]),
            "prepare again": lambda: prepare("two"),
            "compare": lambda: service.compare(project, held["one"], held["two"]),
            "discard": lambda: service.discard(ADA, project, held["two"]),
        }
        print(f"\n{size:,} accepted samples\n{'':24}{'seconds':>10}{'CPU s':>10}{'longest write lock, s':>24}")
        for name, step in steps.items():
            store.held = [0.0]
            begun, busy = time.perf_counter(), time.process_time()
            step()
            took, used = time.perf_counter() - begun, time.process_time() - busy
            print(f"{name:24}{took:>10.2f}{used:>10.2f}{max(store.held):>24.3f}", flush=True)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"memory of this process so far at most {peak:,} MB")
        store.close()


def main() -> None:
    """Exit status 0 whatever the figures are: they depend on the machine and what else it does."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.drafts", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[1_000, 100_000])
    for size in parser.parse_args().sizes:
        table(size)


if __name__ == "__main__":
    main()
