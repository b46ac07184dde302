"""The Generate page: sources, price, real questions before the rest is paid, plan files, the start of a run."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.calls import Stage
from core.domain.filters import SampleFilter
from core.domain.plans import SamplesPlan, SubjectsPlan
from core.domain.records import Project, Run
from core.domain.states import NodeState, RunState
from core.store import curricula
from tests.pages.conftest import ME, Studio

HOSTILE = "<img src=x onerror=alert(1)> ![x](http://127.0.0.1:9/x.png) **b** :material/home: [a](javascript:x)"


def words(page: AppTest) -> str:
    """All that the page says."""
    kinds = (page.markdown, page.caption, page.error, page.warning, page.info)
    return "\n".join(element.value for kind in kinds for element in kind).replace("\\", "")


def runs_of(studio: Studio, project: Project) -> list[Run]:
    """Runs of the project, previews too, newest first."""
    return [view.run for view in studio.work.runs.page(project.id, previews=True)]


def unverify(studio: Studio, project: Project) -> None:
    """Take the verification of every syllabus back."""
    with studio.work.context.store.write() as tx:
        for syllabus_id in curricula.subjects_of_syllabi(tx, project.id):
            curricula.set_syllabus_state(tx, syllabus_id, NodeState.PROPOSED)


def press_start(page: AppTest) -> AppTest:
    """Start the run; the page of runs follows."""
    page.button(key="generate.start_run").click().run()
    assert not page.exception
    return page


def test_without_a_verified_syllabus_the_page_sends_to_the_curriculum(studio: Studio) -> None:
    page = studio.page("generate", studio.mine())
    assert not page.exception
    assert "No verified syllabus and no seed set yet" in words(page)
    assert not [button for button in page.button if button.key == "generate.start_run"]


def test_unverified_syllabi_are_used_only_on_an_explicit_word(studio: Studio) -> None:
    project = studio.demo()
    unverify(studio, project)
    page = studio.page("generate", project)
    assert "syllabi are waiting for a person" in words(page)
    page.checkbox(key="generate.1.unverified").check().run()
    assert not page.exception
    assert "may draw on what nobody has verified" in words(page)
    press_start(page)
    (run,) = runs_of(studio, project)
    assert run.plan["include_unverified"] is True


def test_the_form_begins_with_what_the_teacher_knows_and_counts_its_questions(studio: Studio) -> None:
    project = studio.demo()
    page = studio.page("generate", project)
    assert not page.exception
    chosen = page.multiselect(key="generate.1.disciplines").value
    views = {view.node.id: view.path[-1] for view in studio.work.generation.sources(project.id)}
    assert "Mathematics" in {views[node_id] for node_id in chosen}
    assert "Music" not in {views[node_id] for node_id in chosen}
    plan = SamplesPlan(teachers={}, disciplines=tuple(chosen), count=1)
    reach = studio.work.generation.reach(project.id, plan)
    assert f"{sum(row.basic for row in reach):,} different basic questions" in words(page)
    assert f"{sum(row.challenging for row in reach):,} challenging ones" in words(page)
    assert "of the first 20 questions of this plan" in words(page)
    assert [metric.value for metric in page.metric] == ["40", "No charge", "No charge", "under 1 s"]


def test_a_link_chooses_the_discipline(studio: Studio) -> None:
    project = studio.demo()
    music = next(v.node for v in studio.work.generation.sources(project.id) if v.path[-1] == "Music")
    page = studio.page("generate", project, discipline=str(music.id))
    assert page.multiselect(key="generate.1.disciplines").value == [music.id]
    assert "for 0 of the first 20 questions" in words(page)


def test_a_preview_makes_real_samples_that_the_run_does_not_pay_again(studio: Studio) -> None:
    project = studio.demo()
    page = studio.page("generate", project)
    page.toggle(key="generate.1.judge").set_value(True).run()
    page.button(key="generate.preview").click().run()
    (preview,) = runs_of(studio, project)
    assert preview.preview
    assert preview.n_items == 4
    studio.work_off()
    page.run()
    assert not page.exception
    shown = words(page)
    assert "does not pay for them again" in shown
    assert "yellow-badge" in shown
    assert "verified" in shown
    assert studio.work.review.counts(project.id, SampleFilter(run_id=preview.id)).all == 0
    press_start(page)
    studio.work_off()
    run = runs_of(studio, project)[0]
    view = studio.work.runs.view(project.id, run.id)
    assert view.run.state is RunState.COMPLETED
    paid = studio.work.runs.view(project.id, preview.id).spent.calls
    assert view.spent.calls + paid == 60
    first = {request.key for request in studio.work.runs.evidence(project.id, run.id, 0).requests}
    assert first == {request.key for request in studio.work.runs.requests(project.id, preview.id, 0)}


def test_the_exact_prompt_and_the_raw_answer_are_one_click_away(studio: Studio) -> None:
    project = studio.demo()
    page = studio.page("generate", project)
    page.button(key="generate.preview").click().run()
    studio.work_off()
    page.session_state["generate.preview.0.prompts"] = True
    page.run()
    assert not page.exception
    run = runs_of(studio, project)[0]
    requests = studio.work.runs.requests(project.id, run.id, 0)
    shown = [block.value for block in page.code]
    for request in requests:
        assert [m["content"] in shown for m in request.body["messages"]] == [True] * len(request.body["messages"])
        assert request.raw in shown


def test_a_changed_plan_says_that_the_preview_is_of_another(studio: Studio) -> None:
    project = studio.demo()
    page = studio.page("generate", project)
    page.button(key="generate.preview").click().run()
    studio.work_off()
    page.number_input(key="generate.1.seed").set_value(7).run()
    assert "The plan has changed since" in words(page)


def test_a_preview_that_does_not_exist_is_explained(studio: Studio) -> None:
    page = studio.page("generate", studio.demo(), preview="nonsense")
    assert not page.exception
    assert "There is no run nonsense" in words(page)


def test_a_started_run_carries_the_form_and_opens_by_its_url(studio: Studio) -> None:
    project = studio.demo()
    page = studio.page("generate", project)
    page.number_input(key="generate.1.count").set_value(12)
    page.slider(key="generate.1.challenging").set_value(0.0)
    page.text_input(key="generate.cost_cap").set_value("2.50")
    page.number_input(key="generate.call_cap").set_value(100)
    page.number_input(key="generate.1.answer.temperature").set_value(0.2)
    page.text_input(key="generate.title").set_value(HOSTILE).run()
    press_start(page)
    (run,) = runs_of(studio, project)
    plan = studio.work.generation.plan_of(run)
    assert isinstance(plan, SamplesPlan)
    assert (plan.count, plan.challenging_share, plan.cost_cap, plan.call_cap) == (12, 0.0, 2_500_000_000, 100)
    assert plan.teachers[Stage.ANSWER].temperature == 0.2
    assert run.title == " ".join(HOSTILE.split())
    assert page.title[0].value.startswith("\\<img")


def test_a_second_run_goes_on_where_the_first_ended(studio: Studio) -> None:
    project = studio.demo()
    press_start(studio.page("generate", project))
    press_start(studio.page("generate", project))
    later, earlier = (studio.work.generation.plan_of(run) for run in runs_of(studio, project))
    assert isinstance(later, SamplesPlan)
    assert isinstance(earlier, SamplesPlan)
    assert set(earlier.start.values()) == {0}
    assert sum(later.start.values()) == 20


@pytest.mark.parametrize("typed", ["abc", "-1", "1,5", "9" * 20])
def test_a_cap_that_is_no_amount_is_explained_and_nothing_starts(studio: Studio, typed: str) -> None:
    project = studio.demo()
    page = studio.page("generate", project)
    page.text_input(key="generate.cost_cap").set_value(typed).run()
    assert not page.exception
    assert "cost cap" in page.error[0].value
    assert not [button for button in page.button if button.key == "generate.start_run"]


def test_a_cap_below_the_plan_is_said_beforehand(studio: Studio) -> None:
    page = studio.page("generate", studio.demo())
    page.number_input(key="generate.call_cap").set_value(10).run()
    assert "The query budget of this run will not do for all samples" in words(page)


def test_the_caps_of_the_project_stand_beside_those_of_the_run(studio: Studio) -> None:
    project = studio.demo()
    studio.work.projects.save(
        ME,
        project,
        name=project.name,
        guidelines=project.guidelines,
        reject_reasons=project.reject_reasons,
        cost_cap=5_000_000_000,
        call_cap=30,
        quorum=1,
    )
    shown = words(studio.page("generate", project))
    assert "30 of 30 calls left" in shown
    assert "$5.00 of $5.00 left" in shown
    assert "The query budget left in the project will not do" in shown


def test_an_unknown_price_is_said_and_a_cost_cap_is_refused(studio: Studio) -> None:
    project = studio.demo()
    added = studio.work.connections.add(ME, name=HOSTILE, base_url="http://127.0.0.1:9/v1", models=["ghost-1"])
    page = studio.page("generate", project)
    page.selectbox(key="generate.1.question.teacher").set_value((added.id, "ghost-1")).run()
    assert not page.exception
    assert "Nobody has entered a price for ghost-1" in words(page)
    assert page.metric[1].value == "Unknown"
    page.text_input(key="generate.cost_cap").set_value("1").run()
    page.button(key="generate.start_run").click().run()
    assert "a cost cap cannot hold" in words(page)
    assert runs_of(studio, project) == []


def test_teachers_can_be_kept_for_the_project(studio: Studio) -> None:
    project = studio.demo()
    page = studio.page("generate", project)
    page.number_input(key="generate.1.question.temperature").set_value(0.5).run()
    page.button(key="generate.keep_teachers").click().run()
    assert not page.exception
    assert studio.work.projects.teachers(project.id)[Stage.QUESTION].temperature == 0.5


def test_a_saved_plan_loads_into_the_form_and_keeps_its_questions(studio: Studio) -> None:
    project = studio.demo()
    page = studio.page("generate", project)
    page.number_input(key="generate.1.count").set_value(8)
    page.number_input(key="generate.1.seed").set_value(3).run()
    press_start(page)
    before = studio.work.generation.plan_of(runs_of(studio, project)[0])
    content = studio.work.generation.plan_to_file(project.id, before)
    page = studio.page("generate", project)
    page.file_uploader(key="generate.file").upload("plan.yaml", content).run()
    assert not page.exception
    assert page.number_input(key="generate.1.count").value == 8
    assert "exactly the questions of that plan" in words(page)
    press_start(page)
    assert studio.work.generation.plan_of(runs_of(studio, project)[0]) == before
    studio.work_off()
    again = studio.work.runs.view(project.id, runs_of(studio, project)[0].id)
    assert again.spent.calls == 0


def test_the_positions_of_a_loaded_plan_can_be_let_go(studio: Studio) -> None:
    project = studio.demo()
    press_start(studio.page("generate", project))
    plan = studio.work.generation.plan_of(runs_of(studio, project)[0])
    page = studio.page("generate", project)
    content = studio.work.generation.plan_to_file(project.id, plan)
    page.file_uploader(key="generate.file").upload("plan.yaml", content).run()
    page.button(key="generate.press_unpin").click().run()
    press_start(page)
    later = studio.work.generation.plan_of(runs_of(studio, project)[0])
    assert isinstance(later, SamplesPlan)
    assert sum(later.start.values()) == 20


def test_a_broken_plan_file_is_explained_and_changes_nothing(studio: Studio) -> None:
    page = studio.page("generate", studio.demo())
    page.file_uploader(key="generate.file").upload("x.yaml", b"format: glan-studio-plan/1\nkind: samples\n").run()
    assert not page.exception
    assert "samples: Field required" in page.error[0].value.replace("\\", "")
    assert page.number_input(key="generate.1.count").value == 20


def test_a_plan_of_another_kind_is_sent_where_it_belongs(studio: Studio) -> None:
    project = studio.demo()
    teachers = studio.work.projects.teachers(project.id)
    node = studio.work.generation.sources(project.id)[0].node
    plan = SubjectsPlan(teachers=teachers, disciplines=(node.id,))
    page = studio.page("generate", project)
    content = studio.work.generation.plan_to_file(project.id, plan)
    page.file_uploader(key="generate.file").upload("plan.yaml", content).run()
    assert "is a plan for subjects" in words(page)


def test_hostile_names_of_disciplines_are_shown_as_words(studio: Studio) -> None:
    project = studio.demo()
    with studio.work.context.store.write() as tx:
        tx.run("UPDATE node SET name=? WHERE name='Mathematics'", (HOSTILE,))
        tx.run("UPDATE subject SET name=?, name_key=id WHERE project_id=?", ("\u202eRTL " + HOSTILE, project.id))
    page = studio.page("generate", project)
    assert not page.exception
    page.multiselect(key="generate.1.disciplines").set_value([]).run()
    page.button(key="generate.preview").click().run()
    studio.work_off()
    page.run()
    assert not page.exception
    raw = [element.value for element in page.markdown]
    assert not any("<img" in text.replace("\\<", "") or "](javascript" in text for text in raw)
