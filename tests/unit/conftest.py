"""A migrated store on a real file, and a small project in it: a branch, a syllabus, a run and a request."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.domain.calls import Call, Message, Reply, Stage, request_key
from core.domain.curriculum import SessionDraft, SyllabusDraft
from core.domain.money import Usage
from core.domain.people import Principal
from core.domain.states import NodeState
from core.domain.taxonomy import NodeKind, Origin
from core.settings import Settings
from core.store import asked, curricula, node_changes, nodes, projects, runs, tree
from core.store.database import Store, Tx
from core.workspace import Workspace

T0 = 1_700_000_000.0
ENDPOINT = "https://teacher.example/v1"


@dataclass(frozen=True, slots=True)
class World:
    """Ids of what the fixture `world` planted."""

    store: Store
    project: str
    field: int
    sub_field: int
    discipline: int
    other_discipline: int
    subject: int
    syllabus: int
    run: str
    request: int


def make_call(index: int = 0, *, content: str = "Ask one question.", max_tokens: int = 100) -> Call:
    """A call that differs from the others by its index."""
    return Call(
        stage=Stage.QUESTION,
        model="teacher-1",
        messages=(Message("user", content),),
        temperature=1.0,
        top_p=0.95,
        max_tokens=max_tokens,
        template="question",
        template_hash="t" * 64,
        sample_index=index,
    )


def make_reply(text: str = "An answer.", usage: Usage | None = None) -> Reply:
    """An answer that ended normally."""
    return Reply(text, "stop", usage, "teacher-1-2026", '{"raw": true}', 12)


def plant_project(tx: Tx, project_id: str, *, cost_cap: int | None = None, call_cap: int | None = None) -> None:
    """A project with these caps."""
    row = {"id": project_id, "name": project_id, "is_demo": 0, "guidelines": "", "reject_reasons": ["wrong"]}
    projects.insert(tx, {**row, "quorum": 1, "created_at": T0})
    tx.run("UPDATE project SET cost_cap=?, call_cap=? WHERE id=?", (cost_cap, call_cap, project_id))


def plant_run(
    tx: Tx, project_id: str, run_id: str, *, cost_cap: int | None = None, call_cap: int | None = None, items: int = 1
) -> None:
    """A queued run of so many items."""
    row = {"id": run_id, "project_id": project_id, "kind": "samples", "title": run_id, "plan": "{}", "preview": 0}
    caps = {"cost_cap": cost_cap, "call_cap": call_cap, "created_by": "Ada", "created_at": T0}
    runs.insert(tx, {**row, **caps}, [{"number": i} for i in range(items)], token=f"token of {run_id}")


def plant_request(tx: Tx, project_id: str, run_id: str, index: int = 0) -> int:
    """A planned request; equal indices of one run mean the same request."""
    call = make_call(index, content=run_id)
    key = request_key(ENDPOINT, call)
    wish = asked.Wish(key, 0, call)
    return asked.open_request(tx, wish, project_id=project_id, run_id=run_id, connection="c1", at=T0)[0]


def make_draft(sessions: int = 3, concepts: int = 4) -> SyllabusDraft:
    """A syllabus with so many sessions of so many concepts."""
    made = tuple(
        SessionDraft(name=f"Session {s}", description="", concepts=tuple(f"concept {s}.{c}" for c in range(concepts)))
        for s in range(sessions)
    )
    return SyllabusDraft(introduction="An introduction.", objectives=("Know it",), sessions=made)


class _GiveUp(BaseException):
    pass


@contextmanager
def scratch(store: Store) -> Iterator[Tx]:
    """A write transaction that is rolled back, so that many examples share one file."""
    try:
        with store.write() as tx:
            yield tx
            raise _GiveUp
    except _GiveUp:
        pass


@pytest.fixture
def store(empty_file: Path, tmp_path: Path) -> Iterator[Store]:
    """A migrated store of this test alone."""
    path = tmp_path / "studio.db"
    shutil.copy(empty_file, path)
    store = Store(path)
    yield store
    store.close()


@pytest.fixture
def add_node(store: Store) -> Callable[..., int]:
    """Adds a node to the project of `world`, counts included."""

    def add(tx: Tx, project_id: str, parent: int | None, kind: NodeKind, name: str, **more: object) -> int:
        above = nodes.get(tx, project_id, parent) if parent is not None else None
        state = more.pop("state", NodeState.PROPOSED)
        made = nodes.insert(tx, project_id, above, kind, name, **more)  # type: ignore[arg-type]
        if state is not NodeState.PROPOSED:
            node_changes.set_state(tx, nodes.get(tx, project_id, made), NodeState.VERIFIED, "Ada", T0)
        tree.recount(tx, nodes.get(tx, project_id, made))
        return made

    return add


@pytest.fixture
def world(store: Store, add_node: Callable[..., int]) -> World:
    """One field, one sub-field, two disciplines, a verified subject with its syllabus, a run, a request."""
    with store.write() as tx:
        plant_project(tx, "p1")
        field = add_node(tx, "p1", None, NodeKind.FIELD, "Natural science")
        sub_field = add_node(tx, "p1", field, NodeKind.SUB_FIELD, "Physical science")
        first = add_node(tx, "p1", sub_field, NodeKind.DISCIPLINE, "Physics", state=NodeState.VERIFIED)
        second = add_node(tx, "p1", sub_field, NodeKind.DISCIPLINE, "Chemistry")
        subject = curricula.insert_subject(tx, "p1", first, "Mechanics", level="introductory")
        syllabus = curricula.insert_syllabus(
            tx, "p1", subject, make_draft(), state=NodeState.VERIFIED, origin=Origin.PERSON
        )
        plant_run(tx, "p1", "r1")
        request = plant_request(tx, "p1", "r1")
    return World(store, "p1", field, sub_field, first, second, subject, syllabus, "r1", request)


@contextmanager
def installed(home: Path, file: Path) -> Iterator[Workspace]:
    """An installation in `home` that begins with a copy of `file`, with every service."""
    environ = {"STUDIO_HOME": str(home)}
    settings = Settings.load(environ)
    shutil.copy(file, settings.database)
    space = Workspace.open(settings, environ)
    try:
        yield space
    finally:
        space.close()


@pytest.fixture(scope="session")
def demo_file(empty_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the worked demo and nothing else, to be copied."""
    with installed(tmp_path_factory.mktemp("demo"), empty_file) as space:
        space.projects.open_demo(Principal("Me"))
    return space.context.store.path


@pytest.fixture
def work(empty_file: Path, tmp_path: Path) -> Iterator[Workspace]:
    """An installation of this test alone."""
    with installed(tmp_path, empty_file) as space:
        yield space
