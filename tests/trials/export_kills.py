"""X6: exports while verdicts and texts change all the time, and the worker is killed in the middle of each."""

from __future__ import annotations

import json
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pyarrow.parquet as pq

from core.domain.filters import SampleFilter
from core.domain.jobs import Job, JobState
from core.domain.people import Principal
from core.domain.records import Dataset, Export
from core.domain.states import ReviewState
from core.errors import StudioError
from core.interchange.files import fingerprint
from core.services.datasets import DatasetFilter
from core.services.exports import Soundness
from core.settings import Settings
from core.store import datasets, samples
from core.workspace import Workspace
from tests.trials.apart import apart, joined, tell
from tests.trials.trial import Outcome, Tally, Trial
from tests.trials.worker_process import start, wait_until

ADA, WRITERS, SAMPLES = Principal("Ada"), 2, 240
FORMATS = ("jsonl", "openai_chat", "parquet", "hub_folder")
LATEST_KILL = 0.16
BETWEEN_WRITES = 0.01
TEMPORARY = ".export-"


@dataclass(slots=True)
class Scene:
    """One installation under load. `written` holds what every file was when it was seen whole."""

    work: Workspace
    project: str
    rng: Random
    written: dict[str, tuple[int, str]] = field(default_factory=dict)
    caught_in_the_middle: int = 0

    def files(self) -> dict[str, tuple[int, str]]:
        """Every finished file there is, with size and hash."""
        found = (path for path in self.work.settings.exports.iterdir() if path.is_file())
        return {path.name: fingerprint(path) for path in found if not path.name.startswith(TEMPORARY)}


def _open(home: str) -> Workspace:
    environ = {"STUDIO_HOME": home, "STUDIO_WORKER": "off", "STUDIO_MIN_FREE_MB": "0"}
    return Workspace.open(Settings.load(environ), environ)


def _planted(work: Workspace) -> str:
    """A project of samples, most of them accepted."""
    project = work.projects.create(ADA, "Exports", token="exports", starter=False).id
    for number in range(SAMPLES):
        row = {"project_id": project, "run_id": None, "item_idx": None, "origin": "model", "strategy": "glan"}
        more: dict[str, Any] = {
            "difficulty": "basic",
            "node_id": None,
            "subject_id": None,
            "lineage": {},
            "question_request": None,
        }
        text = {"question": f"Question {number}?", "answer": "Answer. " * 60, "answer_request": None}
        rest = {"review": ReviewState.PENDING, "preview": False, "created_at": 1.0}
        with work.context.store.write() as tx:
            made = samples.get(tx, project, samples.insert(tx, {**row, **more, **text, **rest}, "Ada"))
        if number % 4:
            work.review.decide(ADA, made, ReviewState.ACCEPTED, token=f"a{number}")
    return project


def _write(home: str, project: str, number: int, stop: Any) -> None:
    """Change verdicts and texts at random until told to stop."""
    work, rng = _open(home), Random(number)
    ids = [s.id for s in work.review.queue(project, SampleFilter(), size=SAMPLES)]
    step = 0
    while not stop.is_set():
        step += 1
        try:
            with work.context.store.read() as tx:
                seen = samples.get(tx, project, rng.choice(ids))
            token = f"{number}-{step}"
            if rng.random() < 0.2:
                work.review.edit(ADA, seen, seen.question, f"Answer {token}. " * 60, token=token)
            else:
                state = ReviewState.REJECTED if rng.random() < 0.3 else ReviewState.ACCEPTED
                work.review.decide(ADA, seen, state, token=token, reason="Wrong")
        except StudioError:
            continue  # somebody else was first
        time.sleep(BETWEEN_WRITES)
    work.close()


@contextmanager
def _load(home: str, project: str) -> Iterator[None]:
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    writers = [context.Process(target=_write, args=(home, project, n, stop)) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    try:
        yield
    finally:
        stop.set()
        for writer in writers:
            writer.join(timeout=60)


def _frozen(scene: Scene, number: int) -> Dataset:
    """A version of what is accepted at this moment."""
    wanted = DatasetFilter(validation_share=0.2)
    return scene.work.datasets.freeze(ADA, scene.project, f"Version {number}", wanted, token=f"v{number}")


def _one(scene: Scene, worker: Any, bug: str, version: Dataset, form: str) -> tuple[Any, list[str]]:
    """Order, kill while it is written, look; then let the next worker finish, and look again."""
    work = scene.work
    job = work.exports.order(ADA, scene.project, version.id, form, token=f"{time.time_ns()}")

    def now() -> Job:
        return work.exports.progress(scene.project, job.id)

    wait_until(lambda: now().state is not JobState.QUEUED)
    time.sleep(scene.rng.uniform(0, LATEST_KILL))
    worker.kill()
    worker.wait()
    scene.caught_in_the_middle += now().state is JobState.RUNNING
    wrong = _whole(scene, "after the kill")
    worker = start(work, bug)
    wait_until(lambda: not now().is_active)
    ended = now()
    if ended.state is not JobState.DONE:
        return worker, [*wrong, f"the job is {ended.state}: {ended.error}"]
    wrong += _whole(scene, "at the end")
    made = [each for each in work.exports.files(scene.project, version.id) if each.file in ended.result["files"]]
    gone = [f"{each.file} is {found}" for each in made if (found := work.exports.verify(each)) is not Soundness.SOUND]
    wrong += gone or _snapshot(scene, version, made)
    wrong += [f"{path.name} was left" for path in work.settings.exports.glob(f"{TEMPORARY}*")]
    return worker, wrong


def _whole(scene: Scene, when: str) -> list[str]:
    """Every file is what its manifest says, and what it was before."""
    found = scene.files()
    wrong = [f"{when}: {name} was changed or is gone" for name, was in scene.written.items() if found.get(name) != was]
    for name, (size, digest) in found.items():
        if name.endswith(".manifest.json"):
            continue
        beside = scene.work.settings.exports / f"{name}.manifest.json"
        told = json.loads(beside.read_bytes()) if beside.is_file() else {}
        if (told.get("bytes"), told.get("sha256"), digest[:10] in name) != (size, digest, True):
            wrong.append(f"{when}: {name} is not what its manifest says")
    if not wrong:
        scene.written |= found
    return wrong


def _snapshot(scene: Scene, version: Dataset, made: Sequence[Export]) -> list[str]:
    """The files hold the rows of the version, all of them accepted when it was frozen."""
    with scene.work.context.store.read() as tx:
        items = list(datasets.rows(tx, version.id))
        events = tx.rows("SELECT id, kind, entity, entity_id, after FROM event ORDER BY id")
    expected = Counter(_key(each["split"], each["row"]) for each in items)
    found = Counter(key for export in made for key in _read(scene.work, export))
    if made[0].format == "openai_chat":
        expected = Counter((split, question, answer) for split, question, answer, *_ in expected.elements())
        found = Counter((split, question, answer) for split, question, answer, *_ in found.elements())
    wrong = [] if found == expected else [f"{made[0].format}: the files hold other rows than the version"]
    accepted = _accepted(events, version.id)
    bad = [each["row"]["id"] for each in items if (each["row"]["id"], each["row"]["content_hash"]) not in accepted]
    return wrong + [f"sample {ident} was not accepted when it was frozen" for ident in bad]


def _accepted(events: Sequence[Mapping[str, Any]], version: str) -> set[tuple[int, str]]:
    """(sample, text) pairs whose last verdict before this version was frozen is accept."""
    last: dict[tuple[int, str], str] = {}
    for event in events:
        if event["entity"] == "dataset" and event["entity_id"] == version and event["kind"] == "froze":
            break
        if event["kind"] in {"review accept", "review reject"}:
            last[int(event["entity_id"]), json.loads(event["after"])["hash"]] = event["kind"]
    return {pair for pair, kind in last.items() if kind == "review accept"}


def _key(split: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    return split, row["question"], row["answer"], str(row["id"]), row["content_hash"]


def _read(work: Workspace, export: Export) -> list[tuple[str, ...]]:
    path = work.exports.path(export)
    if export.format == "hub_folder":
        parts = sorted((path.with_name(export.folder) / "data").glob("*.parquet"))
        return [_key(part.name.split("-")[0], row) for part in parts for row in _table(part)]
    if export.format == "parquet":
        return [_key(export.split, row) for row in _table(path)]
    rows = [json.loads(line) for line in path.read_bytes().splitlines()]
    if export.format == "jsonl":
        return [_key(export.split, row) for row in rows]
    return [(export.split, *(message["content"] for message in row["messages"])) for row in rows]


def _table(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return found


def kills(count: int, bug: str, seed: int) -> Outcome:
    """So many exports, each killed once; every other one writes again what is there."""
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="studio-exports-") as home:
        work = _open(home)
        scene = Scene(work, _planted(work), Random(seed))
        worker = start(work, bug)
        earlier: list[tuple[Dataset, str]] = []
        try:
            with _load(home, scene.project):
                for number in range(count):
                    again = number % 2 and earlier
                    what = scene.rng.choice(earlier) if again else (_frozen(scene, number), FORMATS[number // 2 % 4])
                    worker, wrong = _one(scene, worker, bug, *what)
                    tally.add(wrong, f"export {number}")
                    earlier = [*earlier, what] if not again else earlier
                with work.context.store.read() as tx:
                    verdicts = tx.value("SELECT count(*) FROM review")
        finally:
            worker.kill()
            worker.wait()
            work.close()
    return tally.outcome(
        f"{count} exports, {scene.caught_in_the_middle} killed in the middle, {verdicts:,} verdicts and edits meanwhile"
    )


def main(count: str, bug: str, seed: str) -> int:
    """The process of X6."""
    tell(kills(int(count), bug, int(seed)))
    return 0


def _seeded() -> Outcome:
    """Either bug alone must be caught."""
    caught = [apart("tests.trials.export_kills", 3, bug, 1) for bug in ("straight", "live")]
    failures = min(each.failures for each in caught)
    return Outcome(sum(each.trials for each in caught), failures, tuple(n for each in caught for n in each.notes))


TRIALS = [
    Trial(
        "X6",
        "Exports under load and kills: manifest = file = one snapshot, none half",
        lambda scale: joined([apart("tests.trials.export_kills", 10, "slow", seed) for seed in range(scale)]),
        "written to the final name; rows read live",
        _seeded,
    )
]

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
