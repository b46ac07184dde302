"""A project with two verified disciplines and what the tests of the curriculum do over and over."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.curriculum import SessionDraft, Subject, Syllabus, SyllabusDraft
from core.domain.people import Principal
from core.domain.records import Project
from core.domain.states import NodeState
from core.store import events
from core.workspace import Workspace

ME, ANNA = Principal("Me"), Principal("Anna")
TABLES = ("subject", "subject_alias", "subject_share", "syllabus", "class_session", "syllabus_proposal", "sample")
GROWING = {"version", "touched"}


@dataclass(frozen=True)
class Desk:
    """One project: `maths` and `physics` are its disciplines."""

    work: Workspace
    project: Project
    maths: int
    physics: int

    @staticmethod
    def of(work: Workspace) -> Desk:
        """A fresh project."""
        project = work.projects.create(ME, "P", token="t", starter=False)
        field = work.tree.add(ME, project.id, None, "Science")
        made = [work.tree.add(ME, project.id, field.id, name) for name in ("Formal", "Natural")]
        leaves = [
            work.tree.add(ME, project.id, made[0].id, "Mathematics"),
            work.tree.add(ME, project.id, made[1].id, "Physics"),
        ]
        for leaf in leaves:
            work.votes.keep_branch(ME, project.id, leaf.id)
        return Desk(work, project, leaves[0].id, leaves[1].id)

    def add(self, name: str, node_id: int = 0, *topics: str) -> Subject:
        """A subject by hand."""
        curriculum = self.work.curriculum
        return curriculum.add_subject(ME, self.project.id, node_id or self.maths, name, "advanced", topics)

    def now(self, subject: Subject) -> Subject:
        """As it is stored."""
        return self.work.curriculum.subject(self.project.id, subject.id)[0]

    def syllabus(self, subject: Subject) -> Syllabus | None:
        """As it is stored."""
        return self.work.curriculum.subject(self.project.id, subject.id)[2]

    def write(self, subject: Subject, *names: str, verify: bool = False) -> Syllabus:
        """A syllabus with these sessions, by hand."""
        sessions = tuple(SessionDraft(name=n, description=f"On {n}.", concepts=(f"{n} a", f"{n} b")) for n in names)
        known = self.syllabus(subject)
        saved = self.work.curriculum.save_syllabus(
            ME,
            self.project.id,
            subject.id,
            SyllabusDraft(introduction="About.", objectives=("Know",), sessions=sessions),
            based_on=known.version if known else None,
        )
        if verify:
            self.work.curriculum.verify_syllabus(ME, self.project.id, subject.id, saved.version)
        found = self.syllabus(subject)
        assert found is not None
        return found

    def verify(self, *subjects: Subject) -> None:
        """Verify subjects."""
        ids = [subject.id for subject in subjects]
        self.work.curriculum.move_subjects(ME, self.project.id, ids, NodeState.VERIFIED)

    def names(self, node_id: int = 0) -> list[str]:
        """Names of a discipline's subjects in order."""
        return [row.subject.name for row in self.work.curriculum.subjects(self.project.id, node_id or self.maths)]

    def rows(self) -> dict[str, list[dict[str, object]]]:
        """Every row below disciplines, but for what only grows."""
        with self.work.context.store.read() as tx:
            return {
                table: [
                    {name: value for name, value in row.items() if name not in GROWING}
                    for row in tx.rows(f"SELECT * FROM {table} ORDER BY id")
                ]
                for table in TABLES
            }

    def undo(self) -> None:
        """Take my last action back."""
        last = self.work.actions.choice(ME, self.project.id).undo
        assert last is not None
        self.work.actions.undo(ME, self.project.id, last.id)

    def redo(self) -> None:
        """Make it again."""
        last = self.work.actions.choice(ME, self.project.id).redo
        assert last is not None
        self.work.actions.redo(ME, self.project.id, last.id)

    def comes_back(self, before: dict[str, list[dict[str, object]]]) -> None:
        """My last action is undone and made again exactly, and the history holds."""
        after = self.rows()
        assert after != before
        self.undo()
        assert self.rows() == before
        self.redo()
        assert self.rows() == after
        with self.work.context.store.read() as tx:
            assert events.broken_link(tx) is None
            assert tx.rows("PRAGMA foreign_key_check") == []
