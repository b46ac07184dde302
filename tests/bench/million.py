"""`make million`: a store with a project of 1,000,000 samples, to look at and to measure in.

A hundred disciplines, eight strategies, runs of 10,000; a fifth is verified, some of it twice with different results;
a few per cent have verdicts of three people, with second verdicts due, disputes, flags and gold items.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.domain.naming import content_hash
from core.domain.people import Principal
from core.domain.review import UNVERIFIED_DOUBT, doubt, is_seconded, shuffled
from core.domain.states import NodeState, ReviewState, VerificationState
from core.domain.strategies import Strategy
from core.domain.taxonomy import NodeKind, Origin
from core.settings import Settings
from core.store import curricula, events, node_bulk, tally, tree
from core.store.database import Row, Tx
from core.store.node_bulk import NewNode
from core.workspace import Workspace

ADA = Principal("Ada")
PEOPLE = ("Ada", "Ben", "Cleo")
PER_RUN = 10_000
PER_COMMIT = 20_000
STRATEGIES = (Strategy.GLAN,) * 6 + tuple(each for each in Strategy if each not in {Strategy.GLAN, Strategy.HUMAN})
SHARES = {"verified": 0.2, "judged": 0.03, "flagged": 0.001, "gold": 0.0002}
_WORDS = (
    "force", "energy", "field", "charge", "wave", "matrix", "vector", "graph", "proof", "limit", "cell", "gene",
    "enzyme", "orbit", "plasma", "alloy", "stress", "market", "price", "demand", "treaty", "court", "verse", "metre",
    "glacier", "basin", "current", "query", "index", "cache", "thread", "packet", "lattice", "isotope",
)  # fmt: skip


def built(home: Path, size: int) -> tuple[Workspace, str]:
    """The workspace of this folder with a project of so many samples, made unless it is there, and the project."""
    environ = {"STUDIO_HOME": str(home)}
    home.mkdir(parents=True, exist_ok=True)
    work = Workspace.open(Settings.load(environ), environ)
    name = f"{size:,} samples"
    known = next((project.id for project in work.projects.all() if project.name == name), None)
    return work, known or _built(work, name, size)


def _built(work: Workspace, name: str, size: int) -> str:
    project = work.projects.create(ADA, name, starter=False, token=name).id
    with work.context.store.write() as tx:
        places = _disciplines(tx, project)
    rng, store = random.Random(size), work.context.store
    with _without_indexes(work):
        for first in range(0, size, PER_COMMIT):
            with store.write() as tx:
                _add(tx, rng, project, places, range(first, min(size, first + PER_COMMIT)))
    with store.write() as tx:
        _judge(tx, project)
    return project


def _disciplines(tx: Tx, project: str) -> list[tuple[int, int]]:
    """A hundred, each with one subject: (node, subject)."""
    names = [" ".join(pair) for pair in itertools.islice(itertools.combinations(_WORDS, 2), 0, 500, 5)]
    rows = [NewNode(NodeKind.FIELD, "Everything", None), *(NewNode(NodeKind.DISCIPLINE, each, 0) for each in names)]
    _, *leaves = node_bulk.insert_many(tx, project, rows, at=1.0)
    tx.run("UPDATE node SET state=?, verified_version=meaning WHERE project_id=?", (NodeState.VERIFIED, project))
    tree.recount_all(tx, project)
    return [(leaf, curricula.insert_subject(tx, project, leaf, "Basics", level="introductory")) for leaf in leaves]


@contextmanager
def _without_indexes(work: Workspace) -> Iterator[None]:
    """Samples go in many times faster while they are neither counted nor indexed; both are made up for at the end.

    The counting reads the checks of each sample, so the index of these stays.
    """
    with work.context.store.write() as tx:
        kept = tx.rows(
            "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND (type='index' AND tbl_name='sample'"
            " OR type='trigger' AND tbl_name IN ('sample', 'verification')) ORDER BY type"
        )
        for each in kept:
            tx.run(f"DROP {each['type']} {each['name']}")
    yield
    with work.context.store.write() as tx:
        tally.refill(tx)
        for each in kept:
            tx.run(each["sql"])


def _add(tx: Tx, rng: random.Random, project: str, places: list[tuple[int, int]], numbers: range) -> None:
    made = [_sample(rng, project, places, number) for number in numbers]
    first = int(tx.value("SELECT ifnull(max(id), 0) FROM sample")) + 1
    for at in range(numbers.start, numbers.stop, PER_RUN):
        if not tx.row("SELECT 1 FROM run WHERE id=?", (_run(project, at),)):
            tx.run(
                "INSERT INTO run(id, project_id, kind, title, plan, state, n_items, created_by, created_at)"
                " VALUES (?,?,'samples',?,'{}','completed',?,'Ada',1)",
                (_run(project, at), project, f"Run {at // PER_RUN + 1}", PER_RUN),
            )
    columns = [name for name in made[0] if name != "checks"]
    tx.many(
        f"INSERT INTO sample(id, {', '.join(columns)}) VALUES (?{', ?' * len(columns)})",
        [(first + n, *(row[name] for name in columns)) for n, row in enumerate(made)],
    )
    tx.many(
        "INSERT INTO revision(sample_id, n, question, answer, content_hash, person, at) VALUES (?,1,?,?,?,'teacher',1)",
        [(first + n, row["question"], row["answer"], row["content_hash"]) for n, row in enumerate(made)],
    )
    tx.many(
        "INSERT INTO verification(sample_id, content_hash, method, passed, detail, at) VALUES (?,?,?,?,'',1)",
        [
            (first + n, row["content_hash"], f"check {m}", passed)
            for n, row in enumerate(made)
            for m, passed in enumerate(row["checks"])
        ],
    )


def _run(project: str, number: int) -> str:
    return f"{project}-{number // PER_RUN:04}"


def _sample(rng: random.Random, project: str, places: list[tuple[int, int]], number: int) -> Row:
    """One sample; the strategy is that of its run."""
    strategy = STRATEGIES[number // PER_RUN % len(STRATEGIES)]
    of_node = strategy is Strategy.GLAN
    node, subject = rng.choice(places) if of_node else (None, None)
    words = rng.choices(_WORDS, k=12)
    question = f"Question {number}: how do {' '.join(words[:8])} relate?"
    answer = " ".join(rng.choices(_WORDS, k=45)).capitalize() + f". So the answer is {number % 977}."
    digest = content_hash(question, answer)
    checks = (
        [int(rng.random() < 0.85) for _ in range(rng.choice((1, 1, 3)))] if rng.random() < SHARES["verified"] else []
    )
    verification = VerificationState.NONE
    if checks:
        verification = VerificationState.VERIFIED if all(checks) else VerificationState.FAILED
    return {
        "project_id": project,
        "run_id": _run(project, number),
        "item_idx": number % PER_RUN,
        "origin": Origin.MODEL.value,
        "strategy": strategy.value,
        "difficulty": rng.choice(("basic", "challenging")) if of_node else None,
        "node_id": node,
        "subject_id": subject,
        "lineage": json.dumps({"strategy": strategy.value, "sessions": words[8:10], "concepts": words[10:]}),
        "question": question,
        "answer": answer,
        "content_hash": digest,
        "verification": verification.value,
        "review": ReviewState.PENDING.value,
        "created_at": 1.0,
        "shuffle": shuffled(digest),
        "doubt": doubt(sum(checks), len(checks) - sum(checks)) if checks else UNVERIFIED_DOUBT,
        "flagged": int(rng.random() < SHARES["flagged"]),
        "checks": checks,
    }


def _judge(tx: Tx, project: str) -> None:
    """Give some samples a first verdict, some of these a second one, make some gold items."""
    rng = random.Random(1)
    sql = "SELECT id, content_hash, shuffle FROM sample WHERE project_id=? AND abs(random()) % 1000000 < ?"
    for row in tx.rows(sql, (project, int(SHARES["judged"] * 1_000_000))):
        person, other = rng.sample(PEOPLE, 2)
        said = [rng.choice(("accept", "accept", "accept", "reject"))]
        _say(tx, project, row, person, said[0], "first")
        due = is_seconded(row["shuffle"], 0.1)
        if due and rng.random() < 0.5:
            said.append(rng.choice(("accept", "reject")))
            _say(tx, project, row, other, said[1], "second")
        words = {"accept": ReviewState.ACCEPTED, "reject": ReviewState.REJECTED}
        state = words[said[0]] if len(set(said)) == 1 else ReviewState.DISPUTED
        tx.run("UPDATE sample SET review=?, second=? WHERE id=?", (state, len(said) if due else 0, row["id"]))
    tx.run(
        "INSERT INTO gold(project_id, sample_id, content_hash, verdict, person, at)"
        " SELECT project_id, id, content_hash, iif(review='accepted', 'accept', 'reject'), 'Cleo', 1 FROM sample"
        " WHERE project_id=? AND review IN ('accepted', 'rejected') AND second=0 ORDER BY id LIMIT"
        " (SELECT CAST(1 + ? * count(*) AS INTEGER) FROM sample WHERE project_id=?)",
        (project, SHARES["gold"], project),
    )


def _say(tx: Tx, project: str, row: Row, person: str, word: str, purpose: str) -> None:
    tx.run(
        "INSERT INTO review(token, project_id, sample_id, content_hash, person, verdict, reason, before, at, purpose)"
        " VALUES (?,?,?,?,?,?,?,'{}',1,?)",
        (
            f"bench:{project}:{row['id']}:{person}",
            *(project, row["id"], row["content_hash"], person, word, "Wrong" if word == "reject" else "", purpose),
        ),
    )
    after = {"verdict": word, "purpose": purpose, "hash": row["content_hash"]}
    events.append(tx, project, person, 1.0, f"review {word}", ("sample", row["id"]), after=after)


def main() -> None:
    """Build it and say how to open it."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.million", description=__doc__)
    parser.add_argument("samples", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--home", type=Path, default=Path("var/million"), help="the folder of the installation")
    options = parser.parse_args()
    started = time.monotonic()
    work, _ = built(options.home, options.samples)
    work.close()
    print(f"{options.samples:,} samples in {options.home}, {time.monotonic() - started:.0f} s")
    print(f"Open it with: STUDIO_HOME={options.home} make run")


if __name__ == "__main__":
    main()
