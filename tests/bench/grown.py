"""A workspace with a large tree in it: votes of three people, ties, teachers' proposals, some accepted samples."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from core.domain.people import Principal
from core.domain.states import ReviewState
from core.domain.taxonomy import Node, Origin, Verdict
from core.settings import Settings
from core.store import curricula, node_bulk, nodes, samples, tree
from core.store.acting import acting
from core.store.database import Tx
from core.workspace import Workspace
from tests.bench import grove

ADA = Principal("Ada")
_PEOPLE = ("Ada", "Ben", "Cleo")
_SAMPLES = 200


@dataclass(frozen=True, slots=True)
class Grown:
    """`broad` has the most children, `deep` stands on the last level, `top` is the largest field, `middle` a branch of
    at most 1,000. `seconds` went into adding all nodes as one action."""

    work: Workspace
    project: str
    size: int
    seconds: float
    broad: int
    deep: int
    top: int
    other_top: int
    middle: int

    def node(self, node_id: int) -> Node:
        """As it is now."""
        with self.work.context.store.read() as tx:
            return nodes.get(tx, self.project, node_id)

    def undo(self) -> None:
        """Take the last action back."""
        last = self.work.actions.choice(ADA, self.project).undo
        assert last is not None
        self.work.actions.undo(ADA, self.project, last.id)


@contextmanager
def grown(size: int) -> Iterator[Grown]:
    """A workspace of its own with a tree of `size` nodes."""
    with tempfile.TemporaryDirectory() as home:
        environ = {"STUDIO_HOME": home}
        work = Workspace.open(Settings.load(environ), environ)
        try:
            project = work.projects.create(ADA, "Bench", token="bench", starter=False).id
            rows = grove.rows(size)
            started = time.perf_counter()
            with work.context.store.write() as tx, acting(tx, project, "Ada", 1.0, "imported") as action:
                node_bulk.insert_many(tx, project, rows, at=1.0)
                action.title = f"Imported {size:,} nodes"
            seconds = time.perf_counter() - started
            with work.context.store.write() as tx:
                _vote(tx, project)
                _add_samples(tx, project)
                ids = _chosen(tx, project)
            yield Grown(work, project, size, seconds, *ids)
        finally:
            work.close()


def _vote(tx: Tx, project: str) -> None:
    """A tenth of the nodes has three votes, another tenth one; some are tied, some come from a teacher."""
    tx.run("UPDATE project SET quorum=3 WHERE id=?", (project,))
    for number, person in enumerate(_PEOPLE):
        tx.run(
            "INSERT INTO vote(id, node_id, person, verdict, node_version, at)"
            " SELECT id * 3 + ?, id, ?, ?, meaning, 1.0 FROM node WHERE project_id=? AND id % 10 >= ?",
            (number, person, Verdict.KEEP, project, 8 + min(number, 1)),
        )
    tx.run("UPDATE sequence SET last=(SELECT max(id) FROM vote) WHERE name='vote'")
    for change in (
        "state='verified', verified_version=meaning WHERE project_id=? AND id % 10 = 9",
        "dispute='tie' WHERE project_id=? AND id % 500 = 8",
        f"origin='{Origin.MODEL}' WHERE project_id=? AND id % 50 = 7",
    ):
        tx.run(f"UPDATE node SET {change}", (project,))
    tree.recount_all(tx, project)


def _add_samples(tx: Tx, project: str) -> None:
    """Every sample hangs from another discipline."""
    leaves = tx.rows("SELECT id FROM node WHERE project_id=? AND kind='discipline' LIMIT ?", (project, _SAMPLES))
    blank = {"project_id": project, "origin": Origin.DEMO, "strategy": "glan", "difficulty": "basic", "lineage": {}}
    nothing = dict.fromkeys(("run_id", "item_idx", "question_request", "answer_request"))
    for leaf in leaves:
        text = {"question": f"Question {leaf['id']}?", "answer": "Answer."}
        subject = curricula.insert_subject(tx, project, leaf["id"], "Subject", level="introductory")
        ids = {"node_id": leaf["id"], "subject_id": subject}
        row = {**blank, **nothing, **text, **ids, "preview": False, "created_at": 1.0}
        samples.insert(tx, {**row, "review": ReviewState.ACCEPTED}, person="Ada")


def _chosen(tx: Tx, project: str) -> tuple[int, ...]:
    """Ids in the order of `Grown`."""
    best = "SELECT id FROM node WHERE project_id=? {} LIMIT 1"
    orders = (
        "ORDER BY n_children DESC",
        "AND kind='discipline' ORDER BY length(place) DESC, place DESC",
        "AND kind='field' ORDER BY n_descendants DESC",
        "AND kind='field' ORDER BY n_descendants",
        "AND kind!='discipline' AND n_descendants<1000 ORDER BY n_descendants DESC",
    )
    return tuple(int(tx.value(best.format(order), (project,))) for order in orders)
