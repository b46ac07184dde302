"""Starting a run: items are planned before the lock is taken, and what changed meanwhile still counts."""

from __future__ import annotations

import pytest

from core.domain.people import Principal
from core.domain.plans import SamplesPlan, SeedChoice
from core.domain.records import Project, Run
from core.domain.seeds import SeedDraft
from core.domain.strategies import Strategy
from core.errors import InvalidInputError
from core.services import generation
from core.services.readying import Ready, made_ready
from core.services.seed_places import SeedPlaces
from core.store import runs, seeds
from core.workspace import Workspace

ME = Principal("Ana")


def plant(work: Workspace, project: Project, size: int) -> int:
    """A seed set of so many questions; its id."""
    row = {"project_id": project.id, "name": "Sums", "task_type": "maths", "source": "", "lineage": {}, "database": ""}
    drafts = [SeedDraft(question=f"What is {n} + {n}?") for n in range(size)]
    with work.context.store.write() as tx:
        return seeds.insert(tx, {**row, "created_by": "Ana", "created_at": 1.0, "token": "t"}, drafts)


@pytest.fixture
def project(work: Workspace) -> Project:
    return work.projects.open_demo(ME)


def start_while(work: Workspace, project: Project, set_id: int, change: object, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Start a run while somebody else does something between planning and storing."""
    planned = list[Ready]()

    def slow(*given: object) -> Ready:
        planned.append(made_ready(*given))  # type: ignore[arg-type]
        if len(planned) == 1:
            change()  # type: ignore[operator]
        return planned[-1]

    monkeypatch.setattr(generation, "made_ready", slow)
    teachers, chosen = work.projects.teachers(project.id), SeedChoice(seed_set=set_id)
    plan = SamplesPlan(strategy=Strategy.ANSWER_AUGMENTATION, teachers=teachers, seeds=chosen, count=5)
    return work.generation.start(ME, project.id, plan, token="run")


def test_a_seed_that_was_taken_out_meanwhile_is_not_asked(
    work: Workspace, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_id = plant(work, project, 3)
    gone = work.seeds.page(project.id, set_id).examples[1]

    def take_out() -> None:
        with work.context.store.write() as tx:
            seeds.take_out(tx, gone)

    run = start_while(work, project, set_id, take_out, monkeypatch)
    with work.context.store.read() as tx:
        asked = [item.spec["seed_example"] for item in runs.items(tx, run.id)]
    assert len(asked) == 5
    assert gone.id not in asked


def test_a_set_that_was_removed_meanwhile_starts_nothing(
    work: Workspace, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_id = plant(work, project, 3)

    def remove() -> None:
        with work.context.store.write() as tx:
            seeds.set_removed(tx, set_id, removed=True)

    with pytest.raises(InvalidInputError, match="no examples to use"):
        start_while(work, project, set_id, remove, monkeypatch)


def test_seeds_looked_up_one_by_one_and_all_at_once_are_the_same(
    work: Workspace, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.services.seed_places._SINGLY", 3)
    set_id, wanted = plant(work, project, 8), (1, 2, 4, 6, 7)
    with work.context.store.read() as tx:
        found = list(SeedPlaces(tx, set_id, wanted))
        assert found == [(each.position, each.id) for each in seeds.examples(tx, set_id) if each.position in wanted]
