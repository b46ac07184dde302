"""The bar and the dialog of repairs on the review page, in every state, and what pages say of their runs."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.calls import Stage
from core.domain.filters import SampleFilter
from core.domain.people import TEACHER, Principal
from core.domain.plans import TeacherChoice
from core.domain.queues import QueueWish
from core.domain.records import Project, Sample
from core.domain.states import ReviewState, RunState, VerificationState
from core.llm.builtin.mending import knows_repair
from core.store import projects
from pages.components.review_data import card_of
from pages.components.text import safe
from tests.pages.conftest import ME, Studio
from tests.pages.test_insights import generate

HOSTILE = "<img src=x> **b** :material/home: [a](javascript:x)"


@pytest.fixture
def project(studio: Studio) -> Project:
    """The worked demo."""
    return studio.demo()


def reject(studio: Studio, project: Project, beginning: str = "Six equal", note: str = "Wrong.") -> Sample:
    """Reject the sample whose question begins so, with the wish for a repair."""
    found = studio.work.review.queue(project.id, SampleFilter(review=ReviewState.PENDING), size=300)
    sample = next(each for each in found if each.question.startswith(beginning))
    token = f"reject {sample.id} {sample.revision}"
    return studio.work.review.decide(ME, sample, ReviewState.REJECTED, token=token, note=note, fix=True)


def said(app: AppTest) -> str:
    """All Markdown, captions, warnings and progress texts."""
    return "\n".join(str(part.value) for part in [*app.markdown, *app.caption, *app.warning, *app.info, *app.error])


def keys(app: AppTest) -> set[str]:
    """Keys of the buttons of repairs."""
    return {str(b.key).removeprefix("review.repairs.") for b in app.button if str(b.key).startswith("review.repairs.")}


def press(app: AppTest, key: str) -> AppTest:
    """Press one of them."""
    return app.button(key=f"review.repairs.{key}").click().run()


def opened(studio: Studio, project: Project) -> AppTest:
    """The review page with the dialog open."""
    return press(studio.page("review", project), "open")


def test_without_wishes_nothing_is_drawn(studio: Studio, project: Project) -> None:
    app = studio.page("review", project)
    assert not app.exception
    assert keys(app) == set()
    assert "repair" not in said(app)


def test_what_waits_is_counted_and_the_dialog_lists_it_with_the_words(studio: Studio, project: Project) -> None:
    first = reject(studio, project, note=HOSTILE)
    reject(studio, project, "Rationalise")
    app = studio.page("review", project)
    assert "**2 rejected samples** wait to be repaired by a teacher." in said(app)
    app = press(app, "open")
    assert not app.exception
    (table,) = [table.value for table in app.dataframe if "Reviewer's words" in table.value]
    assert next(iter(table["Sample"])) == first.id
    assert list(table["Reviewer's words"]) == [HOSTILE, "Wrong."]
    assert app.button(key="review.repairs.start").label == "Repair 2 samples"
    assert "cannot follow what you wrote" in said(app)
    assert "**no charge**" in said(app)
    prompt = "\n".join(str(code.value) for code in app.code)
    assert first.question in prompt
    assert "**b** :material/home:" in prompt


def test_ticked_rows_alone_are_repaired_and_come_back_to_be_looked_at(studio: Studio, project: Project) -> None:
    first = reject(studio, project)
    second = reject(studio, project, "Rationalise")
    app = opened(studio, project)
    wish = studio.work.repairs.waiting(project.id)[0].wishes[0].id
    ticked = {"selection": {"rows": [1], "columns": [], "cells": []}}
    app.session_state[f"review.repairs.list.{wish}.2"] = ticked
    app.run()
    assert app.button(key="review.repairs.start").label == "Repair 1 sample"
    press(app, "start")
    assert [run.state for run in studio.work.runs.active(project.id)] == [RunState.QUEUED]
    app = studio.page("review", project)
    assert keys(app) == {"stop", "open"}
    studio.work_off()
    app = studio.page("review", project)
    assert "**1 repaired sample is back in the queue.** **1 rejected sample** waits to be repaired" in said(app)
    app = press(app, "look")
    assert f"**Sample {second.id}**" in said(app)
    (run,) = studio.work.repairs.history(project.id)
    assert (app.session_state["review.repaired"], app.query_params["repaired"]) == (run.run.id, run.run.id)
    assert [sample.id for sample in run.repaired] == [second.id]
    mended = studio.work.review.queue(project.id, SampleFilter(repaired_in=run.run.id))
    assert [sample.id for sample in mended] == [second.id]
    assert TEACHER not in [each.person for each in studio.work.reviewers.progress(ME, project.id).people]
    assert TEACHER not in studio.work.reviewers.people(project.id)
    assert studio.work.review.view(project.id, first.id).sample.review is ReviewState.REJECTED


def test_what_is_said_of_a_wish_for_a_repair_ends_when_the_repair_is_back(studio: Studio, project: Project) -> None:
    found = studio.work.review.queue(project.id, SampleFilter(review=ReviewState.PENDING), size=300)
    sample = next(each for each in found if each.question.startswith("Six equal"))
    app = studio.page("review", project, sample=str(sample.id))
    app.button(key=f"review.reject.{sample.id}.{sample.version}").click().run()
    app.text_input(key="review.note").input("Wrong.").run()
    app.button(key=f"review.fix.{sample.id}.{sample.version}").click().run()
    assert f"Sample {sample.id} rejected; a teacher is to repair it." in said(app)
    press(press(app, "open"), "start")
    studio.work_off()
    app.run()
    assert "1 repaired sample is back in the queue" in said(app)
    assert "a teacher is to repair it" not in said(app)
    card = said(studio.page("review", project, sample=str(sample.id)))
    assert "asic, demo content, repaired by teacher" in card


def test_the_card_of_a_repair_says_to_everybody_what_the_teacher_was_asked(studio: Studio, project: Project) -> None:
    sample = reject(studio, project, note=HOSTILE)
    press(opened(studio, project), "start")
    studio.work_off()
    wish = QueueWish(SampleFilter(review=ReviewState.PENDING))
    for name in (ME.name, "Bo"):
        (view,) = studio.work.queues.serve(Principal(name), project.id, wish, first=sample.id).views
        changes = card_of(view, "")["changes"]
        assert changes["parts"][0] == ("Reviewer's words", [(" ", HOSTILE)])
        app = studio.page("review", project, sample=str(sample.id), person=name)
        assert safe(HOSTILE) in [part.value for part in app.markdown]
        studio.work.queues.release(Principal(name), project.id)


def test_what_came_back_is_told_until_it_is_closed_or_judged(studio: Studio, project: Project) -> None:
    reject(studio, project)
    press(opened(studio, project), "start")
    studio.work_off()
    app = studio.page("review", project)
    assert keys(app) == {"look", "close"}
    assert keys(press(app, "close")) == set()
    (run,) = studio.work.repairs.history(project.id)
    studio.work.review.decide(ME, run.repaired[0], ReviewState.ACCEPTED, token="accept")
    assert keys(studio.page("review", project)) == set()


def test_what_was_worked_off_is_not_worked_off_again_when_the_page_begins_anew(
    studio: Studio, project: Project
) -> None:
    reject(studio, project)
    press(opened(studio, project), "start")
    studio.work_off()
    app = studio.page("review", project)
    app.session_state["review.acks"] = {"a page in the browser": 3}
    press(app, "look")
    assert app.session_state["review.acks"] == {"a page in the browser": 3}


def test_what_the_built_in_teacher_cannot_mend_is_said_before_and_after(studio: Studio, project: Project) -> None:
    reject(studio, project, "Solve $|2x")
    app = opened(studio, project)
    assert "can mend 0 of 1 sample" in said(app)
    press(app, "start")
    studio.work_off()
    app = studio.page("review", project)
    assert "**1 rejected sample** waits to be repaired (tried without success)." in said(app)
    app = press(app, "open")
    (table,) = [table.value for table in app.dataframe if "Tried" in table.value]
    assert list(table["Tried"]) == ["without success"]
    app = press(app, "give_up")
    assert studio.work.repairs.standing(project.id).waiting == 0
    assert keys(app) == {"close"}


def test_a_stopped_run_says_what_it_left(studio: Studio, project: Project) -> None:
    reject(studio, project)
    press(opened(studio, project), "start")
    app = press(studio.page("review", project), "stop")
    assert not app.exception
    app = studio.page("review", project)
    assert "The last run left 1 sample undone" in said(app)
    assert "**1 rejected sample** waits to be repaired by a teacher." in said(app)


def test_a_missing_price_under_a_cap_is_an_error_with_the_next_step(studio: Studio, project: Project) -> None:
    with studio.work.context.store.write() as tx:
        row = {"id": "x", "name": "Elsewhere", "kind": "openai", "base_url": "http://127.0.0.1:9/v1", "key_source": ""}
        projects.insert_connection(tx, {**row, "settings": {}, "models": ["m"], "created_at": 0.0})
    choice = TeacherChoice(connection="x", model="m")
    studio.work.projects.choose_teachers(ME, project.id, {Stage.REPAIR: choice})
    reject(studio, project)
    app = opened(studio, project)
    assert "**unknown**: no price is entered" in said(app)
    app.text_input(key="review.repairs.cost_cap").set_value("1").run()
    app = press(app, "start")
    assert "so a cost cap cannot hold" in said(app)
    assert not studio.work.repairs.history(project.id)


def test_what_was_judged_when_it_was_made_is_judged_again_unless_that_is_switched_off(
    studio: Studio, project: Project
) -> None:
    generate(studio, project, "builtin", "built-in-1")
    found = studio.work.review.queue(project.id, SampleFilter(review=ReviewState.PENDING), size=500)
    for sample in [each for each in found if each.run_id and knows_repair(each.question)][:2]:
        token = f"reject {sample.id}"
        studio.work.review.decide(ME, sample, ReviewState.REJECTED, token=token, note="Wrong.", fix=True)
    app = opened(studio, project)
    assert app.toggle(key="review.repairs.verify").value
    assert "Verification by Built" in said(app)
    assert "**4**" in said(app)
    app = app.toggle(key="review.repairs.verify").set_value(False).run()
    assert "**2**" in said(app)
    app = app.toggle(key="review.repairs.verify").set_value(True).run()
    press(app, "start")
    studio.work_off()
    (run,) = studio.work.repairs.history(project.id)
    assert (run.run.plan["teachers"].keys(), run.run.n_items) == ({"repair", "verification"}, 2)
    assert all(each.verification is not VerificationState.NONE for each in run.repaired)
    with studio.work.context.store.write() as tx:
        tx.run("UPDATE sample SET verification=? WHERE id=?", (VerificationState.FAILED, run.repaired[0].id))
    assert "1 of them fails verification" in said(studio.page("review", project))


def test_what_no_call_had_checked_is_not_offered_to_be(studio: Studio, project: Project) -> None:
    reject(studio, project)
    assert not [each for each in opened(studio, project).toggle if each.key == "review.repairs.verify"]


def test_the_runs_page_knows_repairs_and_leads_to_what_they_mended(studio: Studio, project: Project) -> None:
    sample = reject(studio, project)
    press(opened(studio, project), "start")
    studio.work_off()
    (run,) = studio.work.repairs.history(project.id)
    app = studio.page("runs", project, run=run.run.id)
    assert not app.exception
    assert "repairs" in said(app)
    assert any("Review 1 repaired sample" in str(link.proto) for link in app.get("page_link"))
    (table,) = [table.value for table in app.dataframe if "What" in table.value]
    assert list(table["What"]) == [f"Sample {sample.id}"]
    evidence = studio.work.runs.evidence(project.id, run.run.id, 0)
    assert evidence.sample is not None
    assert (evidence.sample.id, evidence.calls) == (sample.id, 1)
