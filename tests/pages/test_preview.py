"""The preview: what a sample was made from, and its prompts worded by the project."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from core.domain.records import Project
from tests.pages.conftest import Studio
from tests.pages.test_generate import words


def previewed(studio: Studio, project: Project) -> AppTest:
    """The page with a preview that was made."""
    page = studio.page("generate", project)
    page.button(key="generate.preview").click().run()
    studio.work_off()
    return page.run()


def test_the_chosen_concepts_are_marked_in_the_syllabus(studio: Studio) -> None:
    project = studio.demo()
    page = previewed(studio, project)
    page.session_state["generate.preview.0.origins"] = True
    page.run()
    assert not page.exception
    run = next(view.run for view in studio.work.runs.page(project.id, previews=True))
    spec = studio.work.runs.evidence(project.id, run.id, 0).item.spec
    origins = studio.work.previews.origins(project.id, run.id, 0)
    assert [s.number for s in origins.sessions if s.chosen] == spec["session_numbers"]
    assert len(origins.sessions) == spec["n_sessions"]
    assert f":yellow-badge[{spec['groups'][0][0]}]" in words(page)


def test_an_edited_prompt_makes_the_next_preview(studio: Studio) -> None:
    project = studio.demo()
    page = previewed(studio, project)
    page.button(key="generate.preview.0.edit.answer").click().run()
    page.text_area(key="prompt.user.answer").set_value('{{ fence("question", question) }}\n\nAnswer like a pirate.')
    page.button(key="prompt.save").click().run()
    assert not page.exception
    page.button(key="generate.preview").click().run()
    studio.work_off()
    run = next(view.run for view in studio.work.runs.page(project.id, previews=True))
    asked = studio.work.runs.evidence(project.id, run.id, 0).requests
    assert "pirate" in asked[-1].body["messages"][-1]["content"]
    assert "pirate" not in asked[0].body["messages"][-1]["content"]


def test_a_wording_that_cannot_work_stays_in_the_dialog_with_the_reason(studio: Studio) -> None:
    project = studio.demo()
    page = previewed(studio, project)
    page.button(key="generate.preview.0.edit.answer").click().run()
    page.text_area(key="prompt.user.answer").set_value("{{ secrets }}")
    page.button(key="prompt.save").click().run()
    assert "which this prompt does not have" in words(page)
    assert page.text_area(key="prompt.user.answer").value == "{{ secrets }}"
    assert not studio.work.prompts.view(project.id, "answer").own
