"""`make bench-exports`: how long writing a frozen version takes and how much memory it needs, by rows and format."""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from core.domain.naming import content_hash
from core.domain.people import Principal
from core.domain.states import ReviewState
from core.runs.jobs import run_jobs_once
from core.settings import ROOT, Settings
from core.store import samples
from core.workspace import Workspace
from tests.unit.conftest import T0, plant_project

ADA, PROJECT, PIECE = Principal("Ada"), "p1", 10_000
ANSWER = "Let $h$ be the number of hours, so that the costs are $45 + 32h$ and $41h$. They are equal for $h = 5$. " * 8
BY = {"request": 1, "model": "teacher-1", "temperature": 1.0, "top_p": 0.95, "template": "answer", "template_hash": "h"}


def opened(home: str) -> Workspace:
    """The installation in this folder."""
    environ = {"STUDIO_HOME": home, "STUDIO_WORKER": "off"}
    return Workspace.open(Settings.load(environ), environ)


def row(number: int) -> dict[str, object]:
    """A frozen row of usual size, about 2 kB."""
    question = f"Question {number}: for which length of job do both cost the same, and who is cheaper for three hours?"
    return {
        "id": number,
        "question": question,
        "answer": ANSWER,
        "history": [],
        "strategy": "glan",
        "difficulty": "basic",
        "origin": "model",
        "taxonomy": ["Formal science", "Quantity, structure and proof", "Mathematics"],
        "subject": "Linear algebra",
        "sessions": [{"number": 4, "name": "Eigenvalues", "concepts": ["characteristic polynomial", "trace"]}],
        "syllabus": {"id": 3, "version": 2, "hash": "5" * 64},
        "task_type": None,
        "seed": None,
        "parent": None,
        "evolutions": [],
        "question_by": BY,
        "answer_by": BY,
        "run": "run-1",
        "revision": 1,
        "content_hash": content_hash(question, ANSWER),
        "verification": [{"method": "recount", "passed": True, "detail": "5 = 5", "by": None}],
        "review": {"verdict": "accepted", "by": "reviewer 1", "at": "2026-01-01T00:00:00.000Z"},
    }


def plant(home: str, rows: int) -> None:
    """A frozen version of so many rows, all of one sample."""
    work = opened(home)
    told = {"project_id": PROJECT, "run_id": None, "item_idx": None, "origin": "model", "strategy": "glan"}
    more = {"difficulty": None, "node_id": None, "subject_id": None, "lineage": {}, "question_request": None}
    text = {"answer_request": None, "question": "Q", "answer": "A", "review": ReviewState.ACCEPTED}
    with work.context.store.write() as tx:
        plant_project(tx, PROJECT)
        samples.insert(tx, {**told, **more, **text, "preview": False, "created_at": T0}, "Ada")
        tx.run(
            "INSERT INTO dataset(id, project_id, name, number, filter, state, card, created_by, created_at, token)"
            " VALUES ('d1', ?, 'Bench', 1, '{}', 'draft', '{}', 'Ada', ?, 'd1')",
            (PROJECT, T0),
        )
    for first in range(0, rows, PIECE):
        numbers = range(first, min(rows, first + PIECE))
        packed = [(n, json.dumps(row(n), ensure_ascii=False)) for n in numbers]
        with work.context.store.write() as tx:
            tx.many(
                "INSERT INTO dataset_item(dataset_id, position, sample_id, revision, content_hash, split, row)"
                " VALUES ('d1', ?, 1, 1, 'h', CASE WHEN ? % 10 THEN 'train' ELSE 'validation' END, ?)",
                [(n, n, told) for n, told in packed],
            )
    with work.context.store.write() as tx:
        tx.run("UPDATE dataset SET state='frozen', n_items=?, frozen_at=? WHERE id='d1'", (rows, T0))
    work.close()


def written(home: str, form: str) -> int:
    """Write the version in a process of its own; prints seconds, peak memory and bytes."""
    work = opened(home)
    work.exports.order(ADA, PROJECT, "d1", form, token=form)
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    run_jobs_once(work.settings, work.context.store)
    seconds, peak = time.monotonic() - started, resource.getrusage(resource.RUSAGE_SELF)
    job = work.exports.jobs(PROJECT, "d1")[0]
    size = sum(export.bytes for export in work.exports.files(PROJECT, "d1") if export.format == form)
    cpu = peak.ru_utime + peak.ru_stime
    print(json.dumps([job.state, seconds, cpu, before / 1024, peak.ru_maxrss / 1024, size / 1e6]))
    work.close()
    return 0


def main() -> int:
    """One line for each size and format."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.exports", description=__doc__)
    parser.add_argument("rows", nargs="*", type=int, default=[10_000, 100_000])
    parser.add_argument("--formats", nargs="*", default=["jsonl", "parquet", "csv", "hub_folder"])
    parser.add_argument("--child", nargs=2, metavar=("HOME", "FORM"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        return written(*options.child)
    line = "{:>10} {:12} {:>6} {:>10} {:>10} {:>12} {:>10} {:>10}"
    print(line.format("rows", "format", "state", "seconds", "CPU s", "MB before", "MB peak", "file MB"))
    for rows in options.rows:
        with tempfile.TemporaryDirectory(prefix="studio-exports-") as home:
            plant(home, rows)
            for form in options.formats:
                command = [sys.executable, "-m", "tests.bench.exports", "--child", home, form]
                told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
                state, *figures = json.loads(told.splitlines()[-1])
                print(line.format(f"{rows:,}", form, state, *(f"{figure:,.1f}" for figure in figures)), flush=True)
                for path in Path(home, "exports").glob("bench-*.*"):
                    path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
