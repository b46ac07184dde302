"""The numbers of the budget rule: shipped with source and grade, replaced per project, never lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from core.catalogue.load import read_yaml, switch_points
from core.domain.people import Principal, Role
from core.domain.switch_points import Grade, SwitchPoint, SwitchPoints, weakest
from core.errors import ImportRejectedError, InvalidInputError, NotAllowedError, NotFoundError
from core.services.switch_points import points_of
from core.store import events
from core.workspace import Workspace

ME = Principal("Ada")
KEY = "switch.100"


@pytest.fixture
def project(work: Workspace) -> str:
    """A project of its own."""
    return work.projects.create(ME, "Mine", starter=False, token="mine").id


def test_every_shipped_number_has_a_source_and_a_grade_and_none_claims_to_be_measured() -> None:
    shipped = switch_points()
    assert [point.value for point in shipped.switches()] == ["27 to 51", "17.6", "16.4"]
    assert shipped.students == ("Mistral 7B",)
    assert all([*(point.source for point in shipped.points), *(each.source for each in shipped.evidence)])
    grades = {*(point.grade for point in shipped.points), *(each.grade for each in shipped.evidence)}
    assert grades == {Grade.SECOND_HAND, Grade.READ}


@pytest.mark.parametrize(
    "wrong", ["low: 52", "low: 0", "grade: sure", "source: ''", "unknown: 1", "key: NoKey", "high: .inf"]
)
def test_a_number_that_makes_no_sense_is_refused_with_its_place(tmp_path: Path, wrong: str) -> None:
    good = ["key: switch.100", "title: T", "low: 27", "high: 51", "unit: u", "says: s", "source: x", "grade: read"]
    name = wrong.split(":", maxsplit=1)[0]
    lines = [wrong if line.startswith(f"{name}:") else line for line in good]
    lines += [] if wrong in lines else [wrong]
    file = tmp_path / "points.yaml"
    file.write_text("points:\n  - " + "\n    ".join(lines), encoding="utf-8")
    with pytest.raises(ImportRejectedError, match=r"points\.yaml"):
        read_yaml(file, SwitchPoints)


def test_a_chain_is_as_good_as_its_weakest_link() -> None:
    assert weakest([Grade.MEASURED, Grade.READ]) is Grade.READ
    assert weakest(Grade) is Grade.SECOND_HAND
    point = switch_points().points[0]
    with pytest.raises(ValidationError):
        SwitchPoints(points=(point, point))
    assert isinstance(point, SwitchPoint)


def test_a_project_has_its_own_number_and_another_project_does_not(work: Workspace, project: str) -> None:
    other = work.projects.create(ME, "Other", starter=False, token="other").id
    work.switch_points.save(ME, project, KEY, low=10, high=12, source="Our trial", grade=Grade.MEASURED)
    with work.context.store.read() as tx:
        mine, theirs = points_of(tx, project).get(KEY), points_of(tx, other).get(KEY)
    assert (mine.low, mine.high, mine.source, mine.grade) == (10, 12, "Our trial", Grade.MEASURED)
    assert theirs == switch_points().get(KEY)


def test_changes_are_kept_and_the_way_back_is_one_of_them(work: Workspace, project: str) -> None:
    service = work.switch_points
    for low in (10, 20):
        service.save(ME, project, KEY, low=low, high=30, source="Trial", grade=Grade.MEASURED)
    service.reset(ME, project, KEY)
    service.reset(ME, project, KEY)
    assert [(row.low, row.removed) for row in service.history(project, KEY)] == [(27, True), (20, False), (10, False)]
    assert all(view.own is None and view.point == view.published for view in service.all(project))
    with work.context.store.read() as tx:
        told = [event for event in events.page(tx, project) if event.entity == "switch_point"]
        assert events.broken_link(tx) is None
    assert len(told) == 3


@pytest.mark.parametrize(
    "change",
    [
        lambda s, p: s.save(ME, p, KEY, low=5, high=4, source="x", grade=Grade.READ),
        lambda s, p: s.save(ME, p, KEY, low=0, high=4, source="x", grade=Grade.READ),
        lambda s, p: s.save(ME, p, KEY, low=4, high=5, source="  ", grade=Grade.READ),
    ],
)
def test_a_number_without_source_or_in_no_order_changes_nothing(
    work: Workspace, project: str, change: Callable[..., object]
) -> None:
    with pytest.raises(InvalidInputError):
        change(work.switch_points, project)
    assert not work.switch_points.history(project)


def test_only_who_may_change_settings_changes_a_known_number(work: Workspace, project: str) -> None:
    viewer = Principal("Vera", Role.VIEWER)
    with pytest.raises(NotAllowedError):
        work.switch_points.save(viewer, project, KEY, low=1, high=2, source="x", grade=Grade.READ)
    with pytest.raises(NotAllowedError):
        work.switch_points.reset(viewer, project, KEY)
    with pytest.raises(NotFoundError):
        work.switch_points.reset(ME, project, "switch.77")
