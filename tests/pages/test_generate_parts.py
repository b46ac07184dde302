"""The Generate page with seeds and with several parts: what is possible, what each part buys, plans from elsewhere."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.calls import Stage
from core.domain.plans import Checks, MixedPlan, SamplesPlan, SeedChoice, SharedTeacher
from core.domain.records import Project
from core.domain.states import RunState
from core.domain.strategies import Strategy
from pages.components.plan_sampling import SAME
from tests.pages.conftest import ME, Studio
from tests.pages.seed_screen import plant_set
from tests.pages.test_generate import press_start, runs_of, words


def plan_of(studio: Studio, project: Project) -> SamplesPlan | MixedPlan:
    """What the newest run was started with."""
    plan = studio.work.generation.plan_of(runs_of(studio, project)[0])
    assert isinstance(plan, SamplesPlan | MixedPlan)
    return plan


def two_parts(studio: Studio, project: Project) -> AppTest:
    """GLAN, and a second part, which begins with a strategy from seeds."""
    plant_set(studio, project)
    page = studio.page("generate", project)
    page.button(key="generate.press_add").click().run()
    assert not page.exception
    return page


def table(page: AppTest, column: str) -> list[object]:
    """A column of what each part buys."""
    return list(next(frame.value for frame in page.dataframe if "Calls a sample" in frame.value)[column])


def test_with_seeds_and_no_syllabus_the_page_begins_with_a_strategy_from_seeds(studio: Studio) -> None:
    project = studio.mine()
    plant_set(studio, project)
    page = studio.page("generate", project)
    assert not page.exception
    assert page.selectbox(key="generate.1.strategy").value is Strategy.ANSWER_AUGMENTATION
    assert "1 call a sample: answer 1." in words(page)
    page.number_input(key="generate.1.size").set_value(5)
    page.number_input(key="generate.1.count").set_value(10).run()
    assert "2.0 samples for each of 5 seeds" in words(page)
    press_start(page)
    plan = plan_of(studio, project)
    assert isinstance(plan, SamplesPlan)
    assert (plan.strategy, plan.count) == (Strategy.ANSWER_AUGMENTATION, 10)
    assert plan.seeds
    assert plan.seeds.size == 5


def test_a_link_from_a_seed_set_begins_with_that_set(studio: Studio) -> None:
    project = studio.demo()
    wanted = plant_set(studio, project)[0].set_id
    page = studio.page("generate", project, set=str(wanted))
    assert page.selectbox(key="generate.1.strategy").value is Strategy.ANSWER_AUGMENTATION
    assert page.selectbox(key="generate.1.seed_set").value == wanted


def test_a_further_part_begins_with_the_seeds_of_the_last_one(studio: Studio) -> None:
    project = studio.mine()
    plant_set(studio, project)
    page = studio.page("generate", project)
    page.number_input(key="generate.1.size").set_value(5).run()
    page.button(key="generate.press_add").click().run()
    assert page.number_input(key="generate.2.size").value == 5


def test_glan_without_a_syllabus_says_so_and_lets_seeds_go_on(studio: Studio) -> None:
    project = studio.mine()
    plant_set(studio, project)
    page = studio.page("generate", project)
    page.selectbox(key="generate.1.strategy").set_value(Strategy.GLAN).run()
    assert not page.exception
    assert "No verified syllabus yet." in words(page)
    assert "as soon as the plan has something to draw on" in words(page)
    assert not [button for button in page.button if button.key == "generate.start_run"]


def test_seeds_missing_are_said_where_a_curriculum_is_there(studio: Studio) -> None:
    page = studio.page("generate", studio.demo())
    page.selectbox(key="generate.1.strategy").set_value(Strategy.NEW_QUESTION).run()
    assert not page.exception
    assert "No seed set yet." in words(page)


def test_two_parts_make_one_run_under_one_cap(studio: Studio) -> None:
    project = studio.demo()
    page = two_parts(studio, project)
    page.number_input(key="generate.1.count").set_value(3)
    page.number_input(key="generate.2.count").set_value(4)
    page.number_input(key="generate.call_cap").set_value(100).run()
    assert table(page, "Samples") == [3, 4, 7]
    assert table(page, "Calls") == [6, 4, 10]
    press_start(page)
    plan = plan_of(studio, project)
    assert isinstance(plan, MixedPlan)
    assert [part.strategy for part in plan.parts] == [Strategy.GLAN, Strategy.ANSWER_AUGMENTATION]
    assert (plan.call_cap, [part.call_cap for part in plan.parts]) == (100, [None, None])
    studio.work_off()
    run = runs_of(studio, project)[0]
    shown = studio.page("runs", project, run=run.id)
    assert not shown.exception
    assert run.state is RunState.COMPLETED
    assert "2: Answer augmentation" in words(shown)
    assert "samples, several strategies" in words(shown)


def test_shares_of_a_query_budget_become_samples(studio: Studio) -> None:
    project = studio.demo()
    page = two_parts(studio, project)
    page.number_input(key="generate.call_cap").set_value(100).run()
    page.segmented_control(key="generate.split").set_value("calls").run()
    assert not page.exception
    assert table(page, "Samples") == [25, 50, 75]
    page.slider(key="generate.1.share").set_value(0).run()
    assert page.button(key="generate.start_run")
    press_start(page)
    plan = plan_of(studio, project)
    assert isinstance(plan, MixedPlan)
    assert [(part.strategy, part.count) for part in plan.parts] == [(Strategy.ANSWER_AUGMENTATION, 100)]


def test_money_cannot_be_shared_out_where_a_part_costs_nothing(studio: Studio) -> None:
    page = two_parts(studio, studio.demo())
    page.text_input(key="generate.cost_cap").set_value("1").run()
    page.segmented_control(key="generate.split").set_value("money").run()
    assert "costs nothing, so money cannot be shared out" in page.error[0].value.replace("\\", "")


def test_a_plan_above_its_budget_is_made_to_fit_in_the_same_proportions(studio: Studio) -> None:
    project = studio.demo()
    page = two_parts(studio, project)
    page.number_input(key="generate.1.count").set_value(100)
    page.number_input(key="generate.2.count").set_value(200)
    page.number_input(key="generate.call_cap").set_value(44).run()
    page.button(key="generate.press_fit").click().run()
    assert not page.exception
    assert table(page, "Samples") == [11, 22, 33]
    assert table(page, "Calls")[-1] == 44
    assert not [button for button in page.button if button.key == "generate.press_fit"]


def test_a_part_is_copied_with_its_values_and_removed_again(studio: Studio) -> None:
    project = studio.demo()
    page = two_parts(studio, project)
    page.number_input(key="generate.2.count").set_value(7).run()
    page.button(key="generate.2.press_copy").click().run()
    assert not page.exception
    assert page.number_input(key="generate.3.count").value == 7
    page.button(key="generate.1.press_remove").click().run()
    page.button(key="generate.2.press_remove").click().run()
    assert not page.exception
    press_start(page)
    plan = plan_of(studio, project)
    assert isinstance(plan, SamplesPlan)
    assert (plan.strategy, plan.count) == (Strategy.ANSWER_AUGMENTATION, 7)


def test_a_stage_is_shared_by_several_teachers(studio: Studio) -> None:
    project = studio.demo()
    page = studio.page("generate", project)
    page.button(key="generate.1.answer.press_join").click().run()
    page.number_input(key="generate.1.answer.1.temperature").set_value(0.1)
    page.number_input(key="generate.1.answer.1.share").set_value(3).run()
    assert not page.exception
    press_start(page)
    plan = plan_of(studio, project)
    assert isinstance(plan, SamplesPlan)
    assert [(each.teacher.temperature, each.share) for each in plan.crew[Stage.ANSWER]] == [(0.7, 1), (0.1, 3)]


def test_disciplines_can_be_weighted(studio: Studio) -> None:
    project = studio.demo()
    page = studio.page("generate", project)
    first, other = [view.node.id for view in studio.work.generation.sources(project.id)][:2]
    page.multiselect(key="generate.1.disciplines").set_value([first, other]).run()
    page.toggle(key="generate.1.weighted").set_value(True).run()
    for node in (first, other):
        page.number_input(key=f"generate.1.weight.{node}").set_value(0)
    page.run()
    assert "Every discipline has the weight 0" in page.error[0].value
    page.number_input(key=f"generate.1.weight.{first}").set_value(3)
    page.number_input(key=f"generate.1.weight.{other}").set_value(1).run()
    assert not page.exception
    press_start(page)
    plan = plan_of(studio, project)
    assert isinstance(plan, SamplesPlan)
    assert plan.weights == {first: 3, other: 1}


@pytest.mark.parametrize("checks", [Checks(), Checks(judge=True, rubric="Be kind.", agreement=3, reference=True)])
def test_a_plan_from_a_file_fills_every_part_of_the_form(studio: Studio, checks: Checks) -> None:
    project = studio.demo()
    seeds = plant_set(studio, project)[0].set_id
    teachers = studio.work.projects.teachers(project.id)
    two = tuple(SharedTeacher(teacher=teachers[Stage.ANSWER], share=share) for share in (2, 5))
    stages = (Stage.ANSWER, *checks.calls)
    parts = (
        SamplesPlan(teachers={s: teachers[s] for s in (Stage.QUESTION, Stage.ANSWER)}, count=9),
        SamplesPlan(
            strategy=Strategy.ANSWER_AUGMENTATION,
            seeds=SeedChoice(seed_set=seeds, size=4, random_seed=3),
            teachers={s: teachers[s] for s in stages},
            crew={Stage.ANSWER: two},
            checks=checks,
            count=5,
        ),
    )
    plan = studio.work.generation.draft(project.id, MixedPlan(parts=parts, title="Both", call_cap=70, purpose="pilot"))
    content = studio.work.generation.plan_to_file(project.id, plan)
    page = studio.page("generate", project)
    page.file_uploader(key="generate.file").upload("plan.yaml", content).run()
    assert not page.exception
    press_start(page)
    started = plan_of(studio, project)
    assert isinstance(started, MixedPlan)
    nodes = tuple(view.node.id for view in studio.work.generation.sources(project.id))
    everything = started.parts[0].model_copy(update={"disciplines": ()})
    assert started.parts[0].disciplines == nodes
    assert started.model_copy(update={"parts": (everything, started.parts[1])}) == plan


def test_the_augmenter_checks_its_own_questions_until_another_teacher_is_chosen(studio: Studio) -> None:
    project = studio.demo()
    plant_set(studio, project)
    added = studio.work.connections.add(ME, name="Mine", base_url="http://127.0.0.1:9/v1", models=["strong"])
    page = studio.page("generate", project)
    page.selectbox(key="generate.1.strategy").set_value(Strategy.NEW_QUESTION).run()
    page.selectbox(key="generate.1.augment.teacher").set_value((added.id, "strong")).run()
    assert "3 calls a sample: augmenter 1, question check 1, answer 1." in words(page)
    press_start(page)
    plan = plan_of(studio, project)
    assert isinstance(plan, SamplesPlan)
    assert plan.teachers[Stage.QUESTION_CHECK].model == "strong"
    assert plan.teachers[Stage.QUESTION_CHECK].temperature == 0
    content = studio.work.generation.plan_to_file(project.id, plan)
    page = studio.page("generate", project)
    page.file_uploader(key="generate.file").upload("plan.yaml", content).run()
    assert page.selectbox(key="generate.1.question_check.teacher").value == SAME


def test_conversations_that_the_built_in_teacher_cannot_continue_are_told_beforehand(studio: Studio) -> None:
    project = studio.demo()
    page = studio.page("generate", project)
    page.selectbox(key="generate.1.strategy").set_value(Strategy.MULTI_TURN).run()
    assert not page.exception
    assert any("samples to continue: choose a language model" in warning.value for warning in page.warning)


def test_the_button_says_how_many_samples_a_preview_of_many_parts_makes(studio: Studio) -> None:
    page = two_parts(studio, studio.demo())
    for _ in range(3):
        page.button(key="generate.press_add").click().run()
    assert page.button(key="generate.preview").label == "Preview 5 samples"
