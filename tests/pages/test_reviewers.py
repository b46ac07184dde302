"""The reviewers page: every view empty, with few figures, with many, and refused."""

from __future__ import annotations

import re
import sys
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.filters import SampleFilter
from core.domain.people import Principal
from core.domain.records import Project
from core.domain.review import Order, ReviewPlan
from core.domain.states import ReviewState
from core.store import samples
from tests.pages.conftest import ME, Studio
from tests.pages.review_people import ADA, BO, NO, YES, judge_blind, pending
from tests.unit.costs_world import plant_sample

HOSTILE = "<img src=x onerror=alert(1)> ![x](http://e/x.png) :red[x] $x$ **b**"
VIEWS = ("progress", "agreement", "gold", "plan")


@pytest.fixture
def project(studio: Studio) -> Project:
    return studio.demo()


def said(app: AppTest) -> str:
    """All words on the page."""
    kinds = ("markdown", "caption", "info", "warning", "error", "text", "subheader")
    return "\n".join(str(each.value) for kind in kinds for each in getattr(app, kind))


def links(app: AppTest) -> list[tuple[str, str]]:
    """Page and query of every link on the page."""
    return [(each.proto.page, each.proto.query_string) for each in app.get("page_link")]


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_of_an_empty_project_says_what_to_do(studio: Studio, view: str) -> None:
    app = studio.page("reviewers", studio.mine(starter=False), view=view)
    assert not app.exception
    wanted = {
        "progress": "No samples to review",
        "agreement": "No blind pairs yet",
        "gold": "No gold items yet",
        "plan": "There are no samples yet",
    }
    assert wanted[view] in said(app)


@pytest.mark.parametrize("view", ["", "x", "<b>"])
def test_a_broken_link_shows_the_progress(studio: Studio, project: Project, view: str) -> None:
    app = studio.page("reviewers", project, view=view)
    assert app.segmented_control(key="reviewers.view").value == "progress"


def test_each_number_leads_to_the_queue_that_it_counts(studio: Studio, project: Project) -> None:
    judge_blind(studio, project, [(YES, YES), (NO, NO), (YES, NO)])
    app = studio.page("reviewers", project)
    states = {query.split("state=")[1] for page, query in links(app) if "state=" in query}
    assert states == {"pending", "accepted", "rejected", "disputed"}
    counts = {each.label: each.value for each in app.metric}
    assert counts["Pending"] == f"{len(pending(studio, project)):,}"
    assert counts["Disputes"] == "1"


def test_second_verdicts_that_only_others_may_give_lead_nowhere(studio: Studio) -> None:
    project = studio.mine(starter=False)
    with studio.work.context.store.write() as tx:
        sample = samples.get(tx, project.id, plant_sample(tx, project.id))
    studio.work.queues.keep_plan(ME, project.id, ReviewPlan(second_share=1))
    studio.work.review.decide(ADA, sample, YES, token="first")
    for person, words, leads in (
        (ME, "1 sample awaits a second verdict; you may give it.", True),
        (ADA, "by somebody else than you", False),
    ):
        app = studio.page("reviewers", project, person=person.name)
        assert words in said(app)
        assert app.get("page_link")[1].proto.disabled is not leads, "of second verdicts"


def test_pending_gold_items_are_told_beside_the_number(studio: Studio, project: Project) -> None:
    studio.work.reviewers.add_gold(ADA, project.id, pending(studio, project)[0].id, NO)
    assert "1 of the pending samples is a gold item" in said(studio.page("reviewers", project))


def test_people_are_listed_with_what_they_did(studio: Studio, project: Project) -> None:
    judge_blind(studio, project, [(YES, YES), (NO, NO)])
    frame = studio.page("reviewers", project).dataframe[0].value
    rows = {row["Person"]: row for row in frame.to_dict("records")}
    assert (rows["Ada"]["Verdicts"], rows["Ada"]["Accepted"], rows["Bo"]["Rejected"]) == (2, 1, 1)


def test_agreement_is_made_ready_while_the_progress_is_looked_at(
    studio: Studio, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "nltk.metrics.agreement", raising=False)
    studio.page("reviewers", project)
    assert "nltk.metrics.agreement" in sys.modules


def test_few_pairs_are_called_too_few(studio: Studio, project: Project) -> None:
    judge_blind(studio, project, [(YES, YES), (YES, NO)])
    app = studio.page("reviewers", project, view="agreement")
    assert "Too few to tell: 2 of at least 20 samples." in said(app)
    assert "Ada** accepted it: Unclear" in said(app)
    assert "alpha is" not in said(app)
    assert [table.value["Alpha"].isna().all() for table in app.dataframe] == [True, True]


def test_many_pairs_are_told_with_their_ranges_and_meaning(studio: Studio, project: Project) -> None:
    judged = judge_blind(studio, project, [(YES, YES), (NO, NO)] * 11 + [(YES, NO)])
    app = studio.page("reviewers", project, view="agreement")
    assert not app.exception
    words = said(app)
    assert "Good enough to build on." in words
    assert "96 % (79 % to 99 %)" in words
    assert re.search(r"alpha is \*\*0\.9\d\*\* \(0\.\d\d to 1\.00\), on a scale", words)
    assert list(app.dataframe[0].value)[:2] == ["People", "Reading"], "what it says stands first"
    pairs, disciplines = (table.value for table in app.dataframe)
    assert list(pairs["People"]) == ["Ada and Bo"]
    assert disciplines["Samples"].sum() == 23
    assert any(f"sample={judged[-1].id}" in query and "state=all" in query for _, query in links(app))


def test_a_gold_item_is_added_by_its_number_and_removed(studio: Studio, project: Project) -> None:
    sample = pending(studio, project)[0]
    app = studio.page("reviewers", project, view="gold")
    app.number_input(key="reviewers.gold.sample").set_value(sample.id)
    app.segmented_control(key="reviewers.gold.verdict").set_value(NO)
    app.text_input(key="reviewers.gold.why").set_value("The unit is missing.")
    app.button(key="reviewers.gold.add").click().run()
    assert not app.exception
    item = studio.work.reviewers.gold(project.id).items[0]
    assert (item.sample_id, item.verdict, item.why, item.person) == (sample.id, NO, "The unit is missing.", ME.name)
    assert "Nobody has met a gold item yet." in said(app)
    app.button(key=f"reviewers.gold.remove.{item.id}").click().run()
    assert "No gold items yet" in said(app)


def test_a_mistyped_number_costs_nothing_that_was_written_beside_it(studio: Studio, project: Project) -> None:
    app = studio.page("reviewers", project, view="gold")
    app.number_input(key="reviewers.gold.sample").set_value(99_999)
    app.segmented_control(key="reviewers.gold.verdict").set_value(NO)
    app.text_input(key="reviewers.gold.why").set_value("The unit is missing.")
    app.button(key="reviewers.gold.add").click().run()
    assert "There is no sample 99999" in said(app)
    app.number_input(key="reviewers.gold.sample").set_value(pending(studio, project)[0].id)
    app.button(key="reviewers.gold.add").click().run()
    (item,) = studio.work.reviewers.gold(project.id).items
    assert (item.verdict, item.why) == (NO, "The unit is missing.")
    assert app.number_input(key="reviewers.gold.sample").value is None
    assert app.segmented_control(key="reviewers.gold.verdict").value == YES
    assert not app.text_input(key="reviewers.gold.why").value
    assert not app.exception
    assert not app.warning


def test_gold_items_that_a_person_is_still_to_meet_are_not_told_unasked(studio: Studio, project: Project) -> None:
    sample = pending(studio, project)[0]
    studio.work.reviewers.add_gold(ADA, project.id, sample.id, NO, "The unit is missing.")
    app = studio.page("reviewers", project, view="gold")
    assert "1 gold item is not shown: it is still to measure you" in said(app)
    assert "The unit is missing" not in said(app)
    assert not any(f"sample={sample.id}" in query for _, query in links(app))
    app.toggle(key="reviewers.gold.all").set_value(True).run()
    assert "Why: The unit is missing" in said(app)
    assert "not shown" not in said(app)
    studio.work.review.decide(ME, sample, YES, token="me", blind=True)
    assert "Why: The unit is missing" in said(studio.page("reviewers", project, view="gold"))


def test_a_sample_that_does_not_exist_cannot_be_gold(studio: Studio, project: Project) -> None:
    app = studio.page("reviewers", project, view="gold")
    app.button(key="reviewers.gold.add").click().run()
    assert "Name the sample by its number." in said(app)
    app.number_input(key="reviewers.gold.sample").set_value(999_999)
    app.button(key="reviewers.gold.add").click().run()
    assert "There is no sample 999999" in app.error[0].value


def test_removing_a_gold_item_twice_says_that_it_is_gone(studio: Studio, project: Project) -> None:
    made = studio.work.reviewers.add_gold(ME, project.id, pending(studio, project)[0].id, YES)
    app = studio.page("reviewers", project, view="gold")
    studio.work.reviewers.remove_gold(ME, project.id, made)
    app.button(key=f"reviewers.gold.remove.{made}").click().run()
    assert "not there any more" in app.error[0].value


def test_scores_and_outdated_gold_items_are_shown(studio: Studio, project: Project) -> None:
    first, second = pending(studio, project)[:2]
    for sample in (first, second):
        studio.work.reviewers.add_gold(ME, project.id, sample.id, YES)
    studio.work.review.decide(ADA, first, NO, token="a")
    studio.work.review.edit(ADA, second, "Why?", "So.", token="e")
    app = studio.page("reviewers", project, view="gold")
    row = app.dataframe[0].value.to_dict("records")[0]
    assert (row["Person"], row["Judged"], row["Hits"], row["Wrongly rejected"]) == ("Ada", 1, 0, 1)
    assert "1 of them is outdated" in said(app)
    assert "1 person, missed by Ada" in said(app)
    assert "Nobody has met 20 gold items yet" in said(app)


@pytest.mark.parametrize(
    ("bo", "words"),
    [(NO, "**Bo misses too often**"), (YES, "2 people who met at least 20 gold items nobody misses")],
)
def test_who_misses_gold_items_too_often_is_named_with_what_to_do(
    studio: Studio, project: Project, bo: ReviewState, words: str
) -> None:
    for sample in pending(studio, project)[:20]:
        studio.work.reviewers.add_gold(ME, project.id, sample.id, YES)
        studio.work.review.decide(ADA, sample, YES, token=f"a {sample.id}")
        studio.work.review.decide(BO, sample, bo, token=f"b {sample.id}")
    assert words in said(studio.page("reviewers", project, view="gold"))


def test_where_nobody_has_judged_yet_the_way_into_the_queue_stands_there(studio: Studio) -> None:
    mine = studio.mine()
    made: dict[str, Any] = {
        "run_id": None,
        "item_idx": None,
        "origin": "model",
        "strategy": "glan",
        "difficulty": None,
        "lineage": {},
    }
    home = {"project_id": mine.id, "node_id": None, "subject_id": None, "preview": False, "created_at": 0.0}
    asked = {
        "question_request": None,
        "answer_request": None,
        "question": "Why?",
        "answer": "So.",
        "review": "pending_review",
    }
    with studio.work.context.store.write() as tx:
        samples.insert(tx, {**made, **home, **asked}, person="teacher")
    app = studio.page("reviewers", mine)
    assert "Nobody has judged a sample yet" in said(app)
    assert "1 sample waits in the queue" in said(app)
    assert any("review" in page for page, _ in links(app))


def test_what_agreement_asks_for_is_one_press_away(studio: Studio, project: Project) -> None:
    judge_blind(studio, project, [(YES, YES), (YES, NO)])
    app = studio.page("reviewers", project, view="agreement")
    assert any("state=disputed" in query for _, query in links(app))
    app = app.button(key="reviewers.agreement.plan").click().run()
    assert not app.exception
    assert app.query_params["view"] == "plan"


def test_each_disagreement_says_what_came_of_it(studio: Studio, project: Project) -> None:
    settled, edited, _ = judge_blind(studio, project, [(YES, NO), (YES, NO), (YES, NO)])
    seen = studio.work.review.view(project.id, settled.id).sample
    studio.work.review.decide(Principal("Cy"), seen, NO, token="settle")
    studio.work.review.edit(Principal("Cy"), studio.work.review.view(project.id, edited.id).sample, "Q", "A", token="e")
    words = said(studio.page("reviewers", project, view="agreement"))
    assert [words.count(each) for each in (" Disputed]", "Rejected since]", "Edited since]")] == [1, 1, 1]


@pytest.mark.parametrize(
    ("first", "share", "words", "link"),
    [
        (None, 1, "Nobody has given a verdict yet", True),
        (ADA, 1, "1 sample waits for a second verdict. You may give it: the sample comes among the others", True),
        (ME, 1, "You gave the first, so somebody else has to", False),
        (ADA, 0, "wants a second verdict on 0 % of the samples, and none waits for one: raise the share", False),
    ],
)
def test_without_pairs_agreement_says_what_the_reader_can_do(
    studio: Studio, first: Principal | None, share: float, words: str, link: bool
) -> None:
    project = studio.mine(starter=False)
    with studio.work.context.store.write() as tx:
        sample = samples.get(tx, project.id, plant_sample(tx, project.id))
    studio.work.queues.keep_plan(ME, project.id, ReviewPlan(second_share=share))
    if first:
        studio.work.review.decide(first, sample, YES, token="first")
    app = studio.page("reviewers", project, view="agreement")
    assert words in said(app)
    assert any("review" in page for page, _ in links(app)) is link


def test_without_second_looks_the_way_to_the_plan_is_offered(studio: Studio, project: Project) -> None:
    studio.work.queues.keep_plan(ME, project.id, ReviewPlan(second_share=0))
    app = studio.page("reviewers", project, view="agreement")
    app = app.button(key="reviewers.agreement.plan").click().run()
    assert "What it means" in said(app)


def test_gold_items_are_paged(studio: Studio, project: Project) -> None:
    for sample in pending(studio, project)[:27]:
        studio.work.reviewers.add_gold(ME, project.id, sample.id, YES)
    app = studio.page("reviewers", project, view="gold")
    app.button(key="reviewers.gold.older").click().run()
    assert len([each for each in app.button if str(each.key).startswith("reviewers.gold.remove.")]) == 2
    app.button(key="reviewers.gold.newest").click().run()
    assert len([each for each in app.button if str(each.key).startswith("reviewers.gold.remove.")]) == 25


def test_the_plan_says_what_it_means_and_is_saved(studio: Studio, project: Project) -> None:
    judge_blind(studio, project, [(YES, YES)])
    app = studio.page("reviewers", project, view="plan")
    assert app.button(key="reviewers.plan.save").disabled
    app.number_input(key="reviewers.plan.share").set_value(50.0)
    app.number_input(key="reviewers.plan.second").set_value(20.0)
    app.number_input(key="reviewers.plan.lease").set_value(30)
    app.selectbox(key="reviewers.plan.order").set_value(Order.UNCERTAIN)
    assert {"Ada", "Bo"} <= set(app.multiselect(key="reviewers.plan.adjudicators").options)
    app.multiselect(key="reviewers.plan.adjudicators").set_value(["Ada"])
    app.run()
    total = studio.work.review.counts(project.id, SampleFilter()).all
    half = round(total / 2)
    assert f"{half:,} of {total:,}" in said(app)
    assert f"about **{round(half * 0.2):,} of {half:,}** will be seen by a second person" in said(app)
    app.button(key="reviewers.plan.save").click().run()
    assert not app.exception
    wanted = ReviewPlan(order=Order.UNCERTAIN, share=0.5, second_share=0.2, lease_minutes=30, adjudicators=("Ada",))
    assert studio.work.queues.plan(project.id) == wanted
    assert app.button(key="reviewers.plan.save").disabled


def test_another_share_of_second_verdicts_says_at_once_what_waits(studio: Studio, project: Project) -> None:
    app = studio.page("reviewers", project, view="plan")
    app.number_input(key="reviewers.plan.second").set_value(100.0).run()
    app.button(key="reviewers.plan.save").click().run()
    counts = studio.work.review.counts(project.id, SampleFilter())
    words = f"{counts.accepted + counts.rejected:,} samples wait for a second verdict now"
    assert any(words in toast.value for toast in app.toast)


def test_gold_share_without_gold_items_serves_none(studio: Studio, project: Project) -> None:
    assert "no gold items yet, so none is served" in said(studio.page("reviewers", project, view="plan"))
    studio.work.reviewers.add_gold(BO, project.id, pending(studio, project)[0].id, YES)
    assert "About **1 in 20** samples served is a gold item" in said(studio.page("reviewers", project, view="plan"))


@pytest.mark.parametrize("view", VIEWS)
def test_hostile_names_and_words_are_drawn_as_words(studio: Studio, project: Project, view: str) -> None:
    hostile = Principal(HOSTILE[:190])
    found = judge_blind(studio, project, [(YES, NO)] * 2, (hostile, BO))
    studio.work.review.decide(
        hostile, studio.work.review.view(project.id, found[0].id).sample, NO, token="x", reason=HOSTILE, note=HOSTILE
    )
    item = pending(studio, project)[0]
    studio.work.review.edit(hostile, item, HOSTILE, HOSTILE, token="e")
    studio.work.reviewers.add_gold(hostile, project.id, item.id, YES, HOSTILE)
    studio.work.queues.keep_plan(ME, project.id, ReviewPlan(adjudicators=(hostile.name,)))
    app = studio.page("reviewers", project, view=view)
    assert not app.exception
    drawn = "\n".join(str(each.value) for kind in ("markdown", "caption") for each in getattr(app, kind))
    assert "![x](http" not in drawn
    assert ":red[x]" not in drawn
    assert not re.search(r"(?<!\\)<img", drawn)
