"""The Runs page: the list, one run while it works and after it stopped, and what a person can do with it."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from core.domain.calls import Stage
from core.domain.money import FREE, Price
from core.domain.plans import SamplesPlan
from core.domain.records import Project, Run
from core.domain.states import RunState
from core.ids import new_token
from core.store import asked, ledger, runs
from tests.pages.conftest import ME, Studio
from tests.unit.conftest import make_call

HOSTILE = "<img src=x onerror=alert(1)> ![x](http://127.0.0.1:9/x.png) **b** :material/home: [a](javascript:x)"


def words(page: AppTest) -> str:
    """All that the page says."""
    kinds = (page.title, page.markdown, page.caption, page.error, page.warning, page.info, page.subheader)
    return "\n".join(element.value for kind in kinds for element in kind).replace("\\", "")


def start(
    studio: Studio, project: Project, discipline: str = "Mathematics", *, preview: int = 0, **fields: object
) -> Run:
    """A queued run over one discipline of the demo with the built-in teacher."""
    view = next(v for v in studio.work.generation.sources(project.id) if v.path[-1] == discipline)
    teachers = studio.work.projects.teachers(project.id)
    stages = {stage: teachers[stage] for stage in (Stage.QUESTION, Stage.ANSWER)}
    values = {"count": 6, **fields, "teachers": stages, "disciplines": (view.node.id,)}
    plan = studio.work.generation.draft(project.id, SamplesPlan.model_validate(values))
    return studio.work.generation.start(ME, project.id, plan, token=new_token(), preview=preview)


def state_of(studio: Studio, run: Run) -> RunState:
    """Where the run stands now."""
    return studio.work.runs.view(run.project_id, run.id).run.state


def buttons(page: AppTest) -> set[str | None]:
    """Keys of the buttons."""
    return {button.key for button in page.button}


def metric(page: AppTest, label: str) -> str:
    """The value under a label."""
    return next(str(found.value) for found in page.metric if found.label == label)


def below(page: AppTest, label: str) -> str:
    """The small print under that value."""
    return next(str(found.delta) for found in page.metric if found.label == label).replace("\\", "")


def test_without_a_run_the_page_says_what_to_do(studio: Studio) -> None:
    page = studio.page("runs", studio.mine())
    assert not page.exception
    assert "No run yet" in words(page)


def test_the_list_hides_previews_until_asked(studio: Studio) -> None:
    project = studio.demo()
    start(studio, project, title=HOSTILE)
    start(studio, project, preview=2, title="A look")
    studio.work_off()
    page = studio.page("runs", project)
    assert not page.exception
    assert words(page).count("Completed") == 1
    page.toggle(key="previews").set_value(True).run()
    assert words(page).count("Completed") == 2
    assert "samples, preview" in words(page)


def test_the_list_is_paged_from_the_newest(studio: Studio) -> None:
    project = studio.demo()
    made = [start(studio, project, count=1, title=f"Run {n}") for n in range(23)]
    studio.work_off()
    page = studio.page("runs", project)
    assert words(page).count("Completed") == 20
    page.button(key="runs.older").click().run()
    assert not page.exception
    assert words(page).count("Completed") == 3
    assert made[3].id in page.query_params["before"]
    page.button(key="runs.newest").click().run()
    assert words(page).count("Completed") == 20


def test_beyond_the_oldest_run_there_is_a_way_back(studio: Studio) -> None:
    page = studio.page("runs", studio.demo(), before="0")
    assert "There are no older runs" in words(page)
    page.button(key="runs.newest").click().run()
    assert not page.exception
    assert "No run yet" in words(page)


def test_an_unknown_run_is_explained(studio: Studio) -> None:
    page = studio.page("runs", studio.demo(), run="nonsense")
    assert not page.exception
    assert "There is no run nonsense in this project" in words(page)


def test_a_run_of_another_project_is_not_shown(studio: Studio) -> None:
    run = start(studio, studio.demo())
    page = studio.page("runs", studio.mine(), run=run.id)
    assert "There is no run" in words(page)


def test_a_queued_run_can_be_cancelled_and_resumed(studio: Studio) -> None:
    project = studio.demo()
    run = start(studio, project)
    page = studio.page("runs", project, run=run.id)
    assert not page.exception
    assert "Queued" in words(page)
    page.button(key="runs.cancel").click().run()
    assert state_of(studio, run) is RunState.CANCELLED
    assert "runs.cancel" not in buttons(page)
    page.button(key="runs.resume").click().run()
    assert state_of(studio, run) is RunState.QUEUED
    studio.work_off()
    page.run()
    assert state_of(studio, run) is RunState.COMPLETED
    assert "Completed" in words(page)


def test_a_run_stopped_meanwhile_by_somebody_else_is_explained(studio: Studio) -> None:
    project = studio.demo()
    run = start(studio, project)
    page = studio.page("runs", project, run=run.id)
    studio.work.runs.cancel(ME, project.id, run.id)
    page.button(key="runs.cancel").click().run()
    assert not page.exception
    assert "Nothing is left to cancel" in words(page)


def test_a_running_run_shows_progress_and_what_is_left(studio: Studio) -> None:
    project = studio.demo()
    run = start(studio, project, cost_cap=2_000_000_000, call_cap=50)
    price = Price(10**9, 10**9, 10**9, matched="m")
    with studio.work.context.store.write() as tx:
        claimed = runs.claim(tx, "w", studio.work.context.clock(), 60.0)
        assert claimed is not None
        wish = asked.Wish("k1", 0, make_call())
        request, _ = asked.open_request(tx, wish, project_id=project.id, run_id=run.id, connection="builtin", at=1.0)
        ledger.reserve(
            tx,
            [request],
            run_id=run.id,
            project_id=project.id,
            epoch=claimed.epoch,
            stage="question",
            hold=500_000_000,
            price=price,
            at=1.0,
        )
    page = studio.page("runs", project, run=run.id)
    assert not page.exception
    assert "Running" in words(page)
    assert metric(page, "Held") == "$0.5000"
    assert metric(page, "Left") == "$1.50"
    assert below(page, "Left") == "of the run's $2.00"
    assert metric(page, "Calls") == "1"
    assert below(page, "Calls") == "49 left of the run's 50"


def test_items_are_counted_by_final_state_with_their_meaning(studio: Studio) -> None:
    project = studio.demo()
    run = start(studio, project, "Music")
    studio.work_off()
    page = studio.page("runs", project, run=run.id)
    assert "| **Refused** | 6 | 100 % | The teacher declined" in words(page)
    assert "6 items without a result" in words(page)
    assert "runs.retry" in buttons(page)


def test_a_failed_item_shows_its_error_and_its_prompts(studio: Studio) -> None:
    project = studio.demo()
    run = start(studio, project, "Music")
    studio.work_off()
    page = studio.page("runs", project, run=run.id)
    page.session_state["runs.failed.-1"] = {"selection": {"rows": [1], "columns": [], "cells": []}}
    page.session_state["runs.item.1.prompts"] = True
    page.run()
    assert not page.exception
    (item,) = studio.work.runs.items(project.id, run.id, after=0, size=1)
    assert item.error in words(page)
    (request,) = studio.work.runs.requests(project.id, run.id, 1)
    assert request.body["messages"][0]["content"] in [block.value for block in page.code]


def test_failed_items_can_be_put_back(studio: Studio) -> None:
    project = studio.demo()
    run = start(studio, project, "Music")
    studio.work_off()
    page = studio.page("runs", project, run=run.id)
    page.button(key="runs.retry").click().run()
    assert not page.exception
    assert state_of(studio, run) is RunState.QUEUED
    assert studio.work.runs.view(project.id, run.id).finished == 0


def test_a_used_up_budget_is_raised_and_the_run_goes_on(studio: Studio) -> None:
    project = studio.demo()
    run = start(studio, project, count=10, call_cap=5)
    studio.work_off()
    assert state_of(studio, run) is RunState.BUDGET_EXHAUSTED
    page = studio.page("runs", project, run=run.id)
    assert "5 of 5 calls sent" in words(page)
    page.number_input(key=f"runs.call_cap.{run.id}").set_value(60)
    page.text_input(key=f"runs.cost_cap.{run.id}").set_value("1.25")
    page.button(key="runs.caps_save").click().run()
    assert not page.exception
    view = studio.work.runs.view(project.id, run.id)
    assert (view.run.cost_cap, view.run.call_cap, view.run.state) == (1_250_000_000, 60, RunState.QUEUED)
    studio.work_off()
    assert state_of(studio, run) is RunState.COMPLETED


def test_a_cap_that_is_no_amount_changes_nothing(studio: Studio) -> None:
    project = studio.demo()
    run = start(studio, project, count=10, call_cap=5)
    studio.work_off()
    page = studio.page("runs", project, run=run.id)
    page.text_input(key=f"runs.cost_cap.{run.id}").set_value("much")
    page.button(key="runs.caps_save").click().run()
    assert "is not a number" in words(page)
    assert studio.work.runs.view(project.id, run.id).run.cost_cap is None


def test_calls_in_doubt_are_listed_with_what_that_means(studio: Studio) -> None:
    project = studio.demo()
    run = start(studio, project)
    with studio.work.context.store.write() as tx:
        wish = asked.Wish("k1", 0, make_call())
        request, _ = asked.open_request(tx, wish, project_id=project.id, run_id=run.id, connection="builtin", at=1.0)
        ledger.reserve(
            tx,
            [request],
            run_id=run.id,
            project_id=project.id,
            epoch=0,
            stage="question",
            hold=70_000_000,
            price=FREE,
            at=1.0,
        )
        ledger.mark_in_doubt(tx, run.id, 1)
    page = studio.page("runs", project, run=run.id)
    assert not page.exception
    assert "1 call in doubt" in words(page)
    assert "$0.0700" in words(page)
    assert below(page, "Spent") == "all estimated"


def test_the_plan_and_the_spend_of_a_run_have_their_tabs(studio: Studio) -> None:
    project = studio.demo()
    run = start(studio, project, title="Mine")
    studio.work_off()
    page = studio.page("runs", project, run=run.id)
    page.session_state["runs.tab"] = "Plan"
    page.run()
    assert not page.exception
    (shown,) = [block.value for block in page.code]
    plan = studio.work.generation.plan_from_file(project.id, shown.encode(), "plan.yaml")
    assert plan == studio.work.generation.plan_of(run)
    page.session_state["runs.tab"] = "Spend by stage"
    page.run()
    assert not page.exception
    assert list(page.dataframe[-1].value["Stage"]) == ["Answer", "Question"]


def test_hostile_titles_are_shown_as_words(studio: Studio) -> None:
    project = studio.demo()
    run = start(studio, project, title=HOSTILE[:200])
    studio.work_off()
    page = studio.page("runs", project, run=run.id)
    assert not page.exception
    title = page.title[0].value
    assert title.startswith("\\<img")
    assert "http://" not in title
    assert "!\\[" in title or "\\!\\[" in title


def test_dropped_items_are_an_outcome_with_its_reason_and_no_retry_takes_them_back(studio: Studio) -> None:
    project = studio.demo()
    run = start(studio, project)
    studio.work_off()
    with studio.work.context.store.write() as tx:
        tx.run("UPDATE item SET state='dropped', error='Nearly the same as another task.' WHERE idx<2")
    page = studio.page("runs", project, run=run.id)
    assert not page.exception
    shown = words(page)
    assert "2 dropped" in shown
    assert "without a result" not in shown
    assert "the calls up to there are paid" in shown
    table = next(frame.value for frame in page.dataframe if "Reason" in frame.value)
    assert list(table["Reason"]) == ["Nearly the same as another task."] * 2
    assert "runs.retry" not in buttons(page)
    assert studio.work.runs.retry_failed(ME, project.id, run.id) == 0
