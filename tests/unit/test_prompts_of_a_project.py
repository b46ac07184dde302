"""A project's own wording of a prompt: checked before it is used, kept for ever, frozen into the plans made with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.domain.people import Principal
from core.domain.plans import SamplesPlan
from core.domain.records import Project
from core.errors import InvalidInputError, NotFoundError, SettingsError
from core.prompts import own, rendering
from core.prompts.own import Body
from core.prompts.rendering import PromptBook
from core.workspace import Workspace
from tests.unit.conftest import installed

ME = Principal("Ana")
OTHER = Body("You teach {{ discipline }} with humour.", '{{ fence("question", question) }}\n\nAnswer in a poem.')


@pytest.fixture
def work(demo_file: Path, tmp_path: Path) -> Iterator[Workspace]:
    with installed(tmp_path, demo_file) as space:
        yield space


@pytest.fixture
def project(work: Workspace) -> Project:
    (demo,) = work.projects.all()
    return demo


def first_prompt(work: Workspace, project: Project, prompts: dict[str, str]) -> str:
    teachers = work.projects.teachers(project.id)
    plan = work.generation.draft(project.id, SamplesPlan(teachers=teachers, count=1))
    assert plan.prompts == prompts
    (call,) = work.generation.first_prompts(project.id, plan)
    return call.messages[0].content


def test_every_shipped_prompt_of_samples_is_its_own_valid_wording() -> None:
    for name in own.editable():
        text = own.whole(name, own.body_of(rendering.source(name)))
        assert own.body_of(text) == own.body_of(rendering.source(name))
        assert own.missing(name, own.body_of(text)) == []


def test_a_plan_takes_the_wording_in_use_and_keeps_it(work: Workspace, project: Project) -> None:
    shipped = work.prompts.view(project.id, "question").shipped
    mine = Body(shipped.system.replace("experienced teacher", "patient tutor"), shipped.user)
    assert "experienced teacher" in first_prompt(work, project, {})
    view = work.prompts.save(ME, project.id, "question", mine, "friendlier")
    digest = view.wordings[0].hash
    assert "patient tutor" in first_prompt(work, project, {"question": digest})
    work.prompts.use(ME, project.id, "question", "")
    assert "experienced teacher" in first_prompt(work, project, {})
    assert work.prompts.view(project.id, "question").wordings[0].body == mine


def test_another_wording_is_another_template_and_so_another_request() -> None:
    book = PromptBook({"answer": own.whole("answer", OTHER)})
    values = {"discipline": "Logic", "question": "Is </question> a tag?"}
    ours, shipped = book.render("answer", values), rendering.render("answer", values)
    assert ours.template_hash != shipped.template_hash
    assert "&lt;/question>" in ours.messages[1].content


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (Body("", ""), "The user message is empty"),
        (Body("", "x" * 20_001), "20,001 characters"),
        (Body("", "{{ question"), "Line 1 of the user message"),
        (Body("a\n{% if question %}", "x"), "of the system message is not a template"),
        (Body("", "{{ secrets }}"), "uses 'secrets', which this prompt does not have"),
        (Body("", "=== user ===\n{{ question }}"), "separates the two messages"),
        (Body("", "{% for i in range(10000000) %}{{ question }}{% endfor %}"), "more than values"),
        (
            Body("", "{% for a in question %}{% for b in question %}x{% endfor %}{% endfor %}"),
            "loop inside a loop",
        ),
        (Body("", "{% macro m() %}x{% endmacro %}{{ question }}"), "more than values"),
        (Body("", "{{ question * 1000000000 }}"), "more than values"),
        (Body("", "{{ 'x'.ljust(1000000000) }}"), "more than values"),
        (Body("", "{{ question | center(1000000000) }}"), "more than values"),
        (Body("", "{% include '_macros.md.j2' %}{{ question }}"), "more than values"),
    ],
)
def test_a_wording_that_cannot_work_is_refused_with_its_place(
    work: Workspace, project: Project, body: Body, reason: str
) -> None:
    with pytest.raises(InvalidInputError, match=reason):
        work.prompts.save(ME, project.id, "answer", body)
    assert not work.prompts.view(project.id, "answer").own


def test_a_wording_reaches_nothing_but_its_values(work: Workspace, project: Project) -> None:
    inside = "{{ question.__class__.__mro__ }}"
    with pytest.raises(SettingsError, match="cannot be filled in"):
        PromptBook({"answer": own.whole("answer", Body("", inside))}).render("answer", {"question": "y"})
    with pytest.raises(InvalidInputError):
        work.prompts.save(ME, project.id, "answer", Body("", "{{ ''.__class__.__base__.__subclasses__() }}"))


def test_what_a_wording_leaves_out_is_told(work: Workspace, project: Project) -> None:
    view = work.prompts.save(ME, project.id, "answer", Body("Be brief.", "{{ question }}"))
    assert view.left_out == ("discipline",)


def test_prompts_of_other_stages_cannot_be_worded(work: Workspace, project: Project) -> None:
    for name in ("taxonomy_children_1", "repair", "nothing"):
        with pytest.raises(NotFoundError):
            work.prompts.view(project.id, name)
    with pytest.raises(NotFoundError):
        work.prompts.use(ME, project.id, "answer", "0" * 64)
