"""Batches on screen: offered where every teacher takes them, priced beforehand, watched while they are out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.money import Price
from core.domain.plans import SamplesPlan
from core.domain.records import Connection, Project
from core.domain.states import BatchState, RunState
from core.errors import SettingsError
from core.store import projects
from tests.bank import Bank, BatchPace, running
from tests.pages.conftest import ME, Studio
from tests.pages.test_generate import press_start, runs_of, words

PRICE = Price(150_000_000, 600_000_000, 75_000_000)


@pytest.fixture(name="bank")
def quick_bank() -> Iterator[Bank]:
    """A provider that takes batches and answers them at once."""
    with running(Bank(batches=BatchPace(seconds=0.05))) as bank:
        yield bank


def connected(studio: Studio, bank: Bank, *, tested: bool = True) -> Connection:
    """The bank as a connection with prices."""
    made = studio.work.connections.add(ME, name="Bank", base_url=bank.base_url, models=["bank-1"])
    if tested:
        assert not studio.work.connections.test(ME, made.id, "bank-1").problem
    with studio.work.context.store.write() as tx:
        tx.run("UPDATE connection SET settings='{\"poll_seconds\": 0.02}' WHERE id=?", (made.id,))
        projects.insert_price(tx, made.id, "bank-1", PRICE, 1.0)
        return projects.get_connection(tx, made.id)


def generate(studio: Studio, project: Project, connection: Connection, *, samples: int = 3) -> AppTest:
    """The form with the bank as teacher of both stages."""
    page = studio.page("generate", project)
    for stage in ("question", "answer"):
        page.selectbox(key=f"generate.1.{stage}.teacher").set_value((connection.id, "bank-1"))
    page.number_input(key="generate.1.count").set_value(samples).run()
    assert not page.exception
    return page


def amount(metric: str) -> float:
    """Dollars as a metric shows them."""
    return float(metric.replace("\\", "").lstrip("$"))


def test_the_built_in_teacher_takes_no_batches_and_the_page_says_so(studio: Studio) -> None:
    page = studio.page("generate", studio.demo())
    assert page.radio(key="generate.execution").disabled
    assert "is the built-in teacher and has no Batch API" in words(page)


def test_an_endpoint_that_was_not_tested_is_not_offered_for_batches(studio: Studio, bank: Bank) -> None:
    page = generate(studio, studio.demo(), connected(studio, bank, tested=False))
    assert page.radio(key="generate.execution").disabled
    assert "was not tested yet: test it on the Connections page" in words(page)


def test_a_choice_that_a_new_teacher_cannot_keep_is_taken_back(studio: Studio, bank: Bank) -> None:
    project, connection = studio.demo(), connected(studio, bank)
    page = generate(studio, project, connection)
    page.radio(key="generate.execution").set_value("batch").run()
    builtin = next(v.connection for v in studio.work.connections.all() if v.connection.kind == "builtin")
    page.selectbox(key="generate.1.answer.teacher").set_value((builtin.id, builtin.models[0])).run()
    assert not page.exception
    assert page.radio(key="generate.execution").value == "live"
    assert page.radio(key="generate.execution").disabled


def test_a_batch_is_estimated_at_half_the_price_and_a_day_for_each_stage(studio: Studio, bank: Bank) -> None:
    page = generate(studio, studio.demo(), connected(studio, bank))
    assert not page.radio(key="generate.execution").disabled
    calls, live, _, _ = [metric.value for metric in page.metric]
    page.radio(key="generate.execution").set_value("batch").run()
    assert not page.exception
    again, half, _, time = [metric.value for metric in page.metric]
    assert (again, time) == (calls, "up to 48 h")
    assert amount(half) == pytest.approx(amount(live) / 2, rel=0.04)  # four digits of the price of a few calls
    assert "up to 48 h" in words(page)


def test_a_run_in_batches_is_started_from_the_form_and_shows_them(studio: Studio, bank: Bank) -> None:
    project, connection = studio.demo(), connected(studio, bank)
    page = generate(studio, project, connection)
    page.radio(key="generate.execution").set_value("batch").run()
    press_start(page)
    (run,) = runs_of(studio, project)
    assert run.plan["execution"] == "batch"
    studio.work_off()
    (run,) = runs_of(studio, project)
    assert run.state is RunState.COMPLETED
    found = studio.work.batches.of_run(project.id, run.id)
    assert [(batch.state, batch.n_calls) for batch in found] == [(BatchState.COLLECTED, 3)] * 2
    shown = studio.page("runs", project, run=run.id)
    assert not shown.exception
    table = next(frame.value for frame in shown.dataframe if "Id at the provider" in frame.value)
    assert list(table["Id at the provider"]) == [batch.remote_id for batch in found]
    assert list(table["State"]) == ["Stored"] * 2
    assert list(table["Answered"]) == [3, 3]


def test_a_preview_of_a_plan_in_batches_is_answered_at_once(studio: Studio, bank: Bank) -> None:
    project, connection = studio.demo(), connected(studio, bank)
    page = generate(studio, project, connection)
    page.radio(key="generate.execution").set_value("batch").run()
    page.button(key="generate.preview").click().run()
    studio.work_off()
    (preview,) = runs_of(studio, project)
    assert (preview.state, preview.batched) == (RunState.COMPLETED, False)
    page.run()
    assert "does not pay for them again" in words(page)
    press_start(page)
    studio.work_off()
    run = runs_of(studio, project)[0]
    assert (run.batched, studio.work.runs.view(project.id, run.id).spent.calls) == (True, 0)


def test_a_running_batch_says_how_long_the_provider_may_take(studio: Studio, bank: Bank) -> None:
    project, connection = studio.demo(), connected(studio, bank)
    page = generate(studio, project, connection)
    page.radio(key="generate.execution").set_value("batch").run()
    press_start(page)
    (run,) = runs_of(studio, project)
    with studio.work.context.store.write() as tx:
        tx.run("UPDATE run SET state='running', started_at=1, lease_until=1e12")
        tx.run(
            "INSERT INTO batch(id, run_id, connection_id, model, state, remote_id, remote_status, n_calls, n_answered,"
            " error, created_at) VALUES ('b', ?, ?, 'bank-1', 'submitted', 'batch_<b>7', 'in_progress', 3, 1, '', 1)",
            (run.id, connection.id),
        )
    shown = studio.page("runs", project, run=run.id)
    assert not shown.exception
    (progress,) = shown.get("progress")
    assert "the provider has up to 24 hours for each" in progress.proto.text
    table = next(frame.value for frame in shown.dataframe if "Id at the provider" in frame.value)
    assert (table["State"][0], table["Id at the provider"][0]) == ("At the provider (in progress)", "batch_<b>7")


def test_a_plan_that_wants_batches_of_a_teacher_without_them_does_not_start(studio: Studio) -> None:
    project = studio.demo()
    plan = SamplesPlan(teachers=studio.work.projects.teachers(project.id), count=2, execution="batch")
    with pytest.raises(SettingsError, match="has no Batch API"):
        studio.work.generation.start(ME, project.id, studio.work.generation.draft(project.id, plan), token="t")
    assert runs_of(studio, project) == []


def test_subjects_can_be_listed_in_a_batch(studio: Studio, bank: Bank) -> None:
    project, connection = studio.demo(), connected(studio, bank)
    node = studio.work.generation.sources(project.id)[0].node
    page = studio.page("curriculum", project, discipline=str(node.id))
    assert not page.exception
    page.selectbox(key="curriculum.list.teacher").set_value((connection.id, "bank-1")).run()
    assert not page.exception
    assert "curriculum.list.execution" in [radio.key for radio in page.radio]
