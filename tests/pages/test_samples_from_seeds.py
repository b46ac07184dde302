"""Samples from seeds and conversations on the screens that show samples."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.calls import Stage
from core.domain.dataset_wish import DatasetWish
from core.domain.plans import SamplesPlan, SeedChoice, TeacherChoice
from core.domain.records import Project
from core.domain.seeds import SeedExample
from core.domain.strategies import Strategy
from tests.pages.conftest import ME, Studio
from tests.pages.seed_screen import plant_sample, plant_set


@pytest.fixture
def project(studio: Studio) -> Project:
    """A project without taxonomy."""
    return studio.mine(starter=False)


@pytest.fixture
def seeds(studio: Studio, project: Project) -> list[SeedExample]:
    return plant_set(studio, project)


def said(page: AppTest) -> str:
    """All that the page says, as words."""
    texts = [element.value for kind in (page.markdown, page.caption, page.title) for element in kind]
    return "\n".join(texts).replace("\\", "")


def test_the_card_names_strategy_seed_and_every_teacher(
    studio: Studio, project: Project, seeds: list[SeedExample]
) -> None:
    with studio.work.context.store.write() as tx:
        plant_sample(tx, project, seeds[11])
    page = studio.page("review", project)
    assert not page.exception
    assert "- Question rephrase\n- From seed 12 of Sums, version 1" in said(page)
    assert "Teacher augmenter-1 and teacher-1" in said(page)
    assert seeds[11].question in said(page)


def test_earlier_turns_stand_above_the_question(studio: Studio, project: Project, seeds: list[SeedExample]) -> None:
    with studio.work.context.store.write() as tx:
        parent = plant_sample(tx, project, seeds[0], review="accepted")
        history = [["First?", "One."], ["Second?", "Two."]]
        plant_sample(tx, project, seeds[0], strategy="multi_turn", question="Third?", history=history, parent_id=parent)
    text = said(studio.page("review", project))
    places = [text.index(words) for words in ("First?", "One.", "Second?", "Two.", "Third?")]
    assert places == sorted(places)
    assert "Turn 3, question" in text


def test_filters_that_cannot_narrow_are_not_drawn(studio: Studio, project: Project, seeds: list[SeedExample]) -> None:
    with studio.work.context.store.write() as tx:
        plant_sample(tx, project, seeds[0])
        plant_sample(tx, project, seeds[1], strategy="new_question", question="Another?")
    page = studio.page("review", project, strategy="new_question", discipline="7")
    assert not page.exception
    drawn = {str(box.key).removeprefix("review.") for box in page.main.selectbox}
    assert drawn == {"state", "order", "strategy", "verification", "flagged"}
    assert "Another?" in said(page)
    assert "Double it?" not in said(page)


def test_a_choice_shows_strategies_and_the_ratio_and_its_version_keeps_them(
    studio: Studio, project: Project, seeds: list[SeedExample]
) -> None:
    studio.work.human_seeds.put_in(ME, project.id, seeds[0].set_id, size=2)
    with studio.work.context.store.write() as tx:
        for place in range(6):
            plant_sample(tx, project, seeds[place], question=f"Double {place}?", review="accepted")
    page = studio.page("datasets", project)
    assert not page.exception
    assert "Question rephrase 6" in said(page)
    assert "Human : generated = 1 : 3 (2 human seeds, 6 generated samples)" in said(page)
    made = studio.work.datasets.freeze(ME, project.id, "First", DatasetWish(), token="d")
    page = studio.page("home", project)
    page.query_params["dataset"] = made.id
    page.session_state["datasets.tab"] = "Counts"
    assert "Human : generated = 1 : 3" in said(page.switch_page("datasets.py").run())
    page.session_state["datasets.tab"] = "Rows"
    assert "From seed 1 of Sums, version 1" in said(page.run())


@pytest.mark.parametrize(
    ("strategy", "words"),
    [(Strategy.SELF_INSTRUCT, "Self-Instruct"), (Strategy.QUESTION_REPHRASE, "question rephrase")],
)
def test_the_title_of_a_run_keeps_the_names_of_methods_as_they_are_written(
    studio: Studio, project: Project, seeds: list[SeedExample], strategy: Strategy, words: str
) -> None:
    connection = studio.work.connections.all()[0].connection
    choice = TeacherChoice(connection=connection.id, model=connection.models[0])
    plan = SamplesPlan(
        strategy=strategy,
        teachers=dict.fromkeys(Stage, choice),
        seeds=SeedChoice(seed_set=seeds[0].set_id),
        count=2,
    )
    run = studio.work.generation.start(ME, project.id, studio.work.generation.draft(project.id, plan), token="t")
    assert run.title == f"2 samples by {words} from Sums"
