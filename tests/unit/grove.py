"""A project whose tree is grown by hand, for the tests of what people do to it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.domain.people import Principal
from core.domain.records import Project
from core.domain.states import ReviewState
from core.domain.taxonomy import Node, Verdict
from core.settings import Settings
from core.store import curricula, events, samples, tree
from core.workspace import Workspace

ME, ANNA = Principal("Me"), Principal("Anna")
_GROWING = {"version"}
_TABLES = (
    "node",
    "vote",
    "node_term",
    "node_link",
    "not_alike",
    "subject",
    "subject_share",
    "sample",
)


class Grove:
    """An installation with one empty project."""

    def __init__(self, home: Path) -> None:
        environ = {"STUDIO_HOME": str(home)}
        self.work = Workspace.open(Settings.load(environ), environ)
        self.project: Project = self.work.projects.create(ME, "P", token="t", starter=False)
        self.id = self.project.id

    def add(self, parent: Node | None, *names: str) -> list[Node]:
        """Children by name."""
        parent_id = parent.id if parent else None
        return [self.work.tree.add(ME, self.id, parent_id, name) for name in names]

    def branch(self) -> tuple[Node, Node, Node]:
        """A field, a sub-field, a discipline."""
        [field] = self.add(None, "Field")
        [sub] = self.add(field, "Sub")
        [leaf] = self.add(sub, "Leaf")
        return self.now(field), self.now(sub), self.now(leaf)

    def now(self, node: Node) -> Node:
        """The node as it is now; of a merged one the row itself."""
        with self.work.context.store.read() as tx:
            return Node.model_validate(tx.row("SELECT * FROM node WHERE id=?", (node.id,)))

    def names(self, parent: Node | None, *, removed: bool = False) -> list[str]:
        """Names of the children in order."""
        parent_id = parent.id if parent else None
        return [node.name for node in self.work.taxonomy.children(self.id, parent_id, removed=removed)]

    def subject(self, node: Node, name: str, *, made: int = 0) -> int:
        """A subject with so many samples made from it."""
        with self.work.context.store.write() as tx:
            subject_id = curricula.insert_subject(tx, self.id, node.id, name, level="introductory")
            for number in range(made):
                plant_sample(tx, self.id, node.id, subject_id, f"Q{subject_id}.{number}")
        return subject_id

    def subjects(self, node: Node) -> list[str]:
        """Names of the subjects of a discipline in order."""
        return [row.subject.name for row in self.work.curriculum.subjects(self.id, node.id, removed=True)]

    def count(self, sql: str, *params: object) -> int:
        """A number out of the database."""
        with self.work.context.store.read() as tx:
            return int(tx.value(sql, params))

    def vote(self, who: Principal, node: Node, verdict: Verdict = Verdict.KEEP) -> None:
        """A vote on what the node means now."""
        self.work.votes.vote(who, self.id, node.id, verdict)

    def with_quorum(self, quorum: int) -> None:
        """So many votes decide."""
        with self.work.context.store.write() as tx:
            tx.run("UPDATE project SET quorum=? WHERE id=?", (quorum, self.id))

    def rows(self) -> dict[str, list[dict[str, object]]]:
        """Every row that an action may touch, without what only grows."""
        with self.work.context.store.read() as tx:
            return {
                table: [
                    {key: value for key, value in row.items() if key not in _GROWING}
                    for row in tx.rows(f"SELECT * FROM {table} ORDER BY 1, 2, 3")
                ]
                for table in _TABLES
            }

    def sound(self) -> None:
        """Counts, paths and order are what a rebuild from parents and positions gives, and the event chain holds."""
        before = self.rows()["node"]
        with self.work.context.store.write() as tx:
            tree.place_all(tx, self.id)
            tree.recount_all(tx, self.id)
            assert events.broken_link(tx) is None
        live = [row for row in self.rows()["node"] if row["state"] != "removed"]
        assert live == [row for row in before if row["state"] != "removed"]

    def undo(self) -> None:
        """Take back my last action."""
        last = self.work.actions.choice(ME, self.id).undo
        assert last is not None
        self.work.actions.undo(ME, self.id, last.id)

    def redo(self) -> None:
        """Make it again."""
        last = self.work.actions.choice(ME, self.id).redo
        assert last is not None
        self.work.actions.redo(ME, self.id, last.id)


def plant_sample(tx: object, project_id: str, node_id: int, subject_id: int, question: str) -> int:
    """A sample of a subject."""
    row = {
        "project_id": project_id,
        "run_id": None,
        "item_idx": None,
        "origin": "person",
        "strategy": "glan",
        "difficulty": "basic",
        "node_id": node_id,
        "subject_id": subject_id,
        "lineage": {"discipline": "as it was"},
        "question_request": None,
        "answer_request": None,
        "question": question,
        "answer": "An answer.",
        "review": ReviewState.PENDING,
        "preview": False,
        "created_at": 1.0,
    }
    return samples.insert(tx, row, person="Me")  # type: ignore[arg-type]


@pytest.fixture
def grove(empty_file: Path, tmp_path: Path) -> Iterator[Grove]:
    """An empty tree."""
    shutil.copy(empty_file, tmp_path / "studio.db")
    made = Grove(tmp_path)
    yield made
    made.work.close()
