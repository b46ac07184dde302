"""The Strategy page: budgets get their advice, pilots change it, plans are handed over, numbers are edited."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.calls import Stage
from core.domain.plans import MixedPlan
from core.domain.price_entry import PriceEntry
from core.domain.records import Project
from core.domain.seeds import SeedDraft
from core.domain.strategies import Strategy
from core.domain.switch_points import Grade
from core.services.adviser import Wish
from core.services.projects import choice_for
from core.store import seeds
from tests.pages.conftest import ME, Studio
from tests.pages.endpoint import Server, running

SEEDS = 100


@pytest.fixture
def server() -> Iterator[Server]:
    """A paid endpoint."""
    with running(Server(models=("paid-1",))) as found:
        yield found


def seeded(studio: Studio, server: Server | None = None) -> Project:
    """A project with 100 sums as seeds; with a server its teacher answers, writes and checks."""
    project = studio.mine(starter=False)
    drafts = [SeedDraft(question=f"What is {n} plus 1?", answer=str(n + 1), final=str(n + 1)) for n in range(SEEDS)]
    row = {"name": "Sums", "task_type": "maths", "source": "", "lineage": {}, "database": "", "token": "sums"}
    with studio.work.context.store.write() as tx:
        seeds.insert(tx, {**row, "project_id": project.id, "created_by": "You", "created_at": 1.0}, drafts)
    if server:
        made = studio.work.connections.add(ME, name="Gateway", base_url=server.base_url, models=["paid-1"])
        studio.work.connections.set_price(ME, made.id, "paid-1", PriceEntry("1", "4"), sure=False)
        stages = (Stage.AUGMENT, Stage.QUESTION_CHECK, Stage.ANSWER)
        choices = {stage: choice_for(stage, made.id, "paid-1") for stage in stages}
        studio.work.projects.choose_teachers(ME, project.id, choices)
    return project


def opened(studio: Studio, project: Project, tab: str = "", **query: str) -> AppTest:
    """The page, at one of its tabs."""
    page = studio.page("home", project)
    for name, value in query.items():
        page.query_params[name] = value
    page.switch_page("adviser.py").run()
    if tab:
        page.session_state["adviser.tab"] = tab
        page.run()
    assert not page.exception
    return page


def words(page: AppTest) -> str:
    """All that the page says."""
    parts = [*page.subheader, *page.markdown, *page.caption, *page.info, *page.warning, *page.success, *page.error]
    return " ".join(element.value for element in parts).replace("\\", "")


def test_an_empty_project_is_told_what_to_do(studio: Studio) -> None:
    page = opened(studio, studio.mine(starter=False))
    assert "Nothing to make samples from yet" in words(page)
    assert not page.metric


def test_without_seeds_glan_is_advised_from_verified_disciplines(studio: Studio) -> None:
    page = opened(studio, studio.demo(), calls="500")
    assert "There are no seeds, and GLAN is the strategy that needs none" in words(page)
    assert "from 1 verified discipline that the built-in teacher knows." in words(page)
    assert page.button(key="adviser.plan.glan").label == "Plan GLAN"
    assert not page.get("plotly_chart")
    costs = {m.label: m.value for m in page.metric}
    assert (costs["Expected cost"], costs["Upper bound"]) == ("No charge", "No charge"), "as Generate and the table say"


def test_few_and_many_calls_on_the_same_seeds_are_advised_differently(studio: Studio, server: Server) -> None:
    project = seeded(studio, server)
    few, many = (opened(studio, project, calls=calls) for calls in ("500", "10000"))
    assert "500 calls for 100 seeds are 5 calls a seed" in words(few)
    assert "10,000 calls for 100 seeds are 100 calls a seed" in words(many)
    assert few.button(key="adviser.plan.answer_augmentation").label == "Plan Answer augmentation"
    assert many.button(key="adviser.plan.new_question").label == "Plan New question"
    assert all("What speaks against the rule" in words(page) for page in (few, many))
    assert all(len(page.get("plotly_chart")) == 1 for page in (few, many))
    assert {m.label: m.value for m in many.metric}["Samples"] == "3,333"


def test_a_weak_augmenter_is_found_out_or_named_and_rephrases(studio: Studio, server: Server) -> None:
    builtin = opened(studio, seeded(studio), calls="10000")
    assert builtin.button(key="adviser.plan.question_rephrase").label == "Plan Question rephrase"
    assert "is no language model, so it counts as weak" in words(builtin)
    builtin.session_state["adviser.weak"] = "strong"
    builtin.run()
    assert builtin.button(key="adviser.plan.new_question").label == "Plan New question"


def test_what_was_asked_is_in_the_address_and_comes_back_from_it(studio: Studio) -> None:
    page = opened(studio, seeded(studio), calls="700", augmenter="weak")
    page.number_input(key="adviser.calls").set_value(800).run()
    assert page.query_params["calls"] == "800"
    assert page.query_params["augmenter"] == "weak"
    strange = opened(studio, studio.demo(), set="999", calls="-3", money="much", augmenter="?")
    assert "is not a number" in words(strange)


def test_a_plan_is_handed_over_to_generate_with_its_count(studio: Studio, server: Server) -> None:
    page = opened(studio, seeded(studio, server), calls="500")
    page.button(key="adviser.plan.answer_augmentation").click().run()
    assert not page.exception
    part = page.session_state["generate.parts"][0]
    assert page.session_state[f"generate.{part}.strategy"] is Strategy.ANSWER_AUGMENTATION
    assert page.session_state[f"generate.{part}.count"] == 500
    assert page.session_state["generate.call_cap"] == 500


def test_the_sliders_of_the_mix_decide_what_is_handed_over(studio: Studio, server: Server) -> None:
    page = opened(studio, seeded(studio, server), "Mixed plan", calls="10000")
    assert list(page.dataframe[0].value["Share"]) == ["27 %", "73 %", "100 %"]
    page.slider(key="adviser.share.new_question").set_value(27).run()
    assert sum(page.dataframe[0].value["Calls"][:2]) <= 10_000
    assert list(page.dataframe[0].value["Share"]) == ["50 %", "50 %", "100 %"]
    page.button(key="adviser.plan_mix").click().run()
    assert not page.exception
    assert len(page.session_state["generate.parts"]) == 2


def test_a_pilot_is_run_from_the_page_and_changes_the_advice(studio: Studio, server: Server) -> None:
    project = seeded(studio, server)
    page = opened(studio, project, "Pilot", calls="10000")
    page.button(key="adviser.pilot_start").click().run()
    assert "The pilot is at work" in words(page)
    assert studio.work_off() == 1
    run = studio.work.runs.page(project.id)[0]
    plan = studio.work.generation.plan_of(run.run)
    assert isinstance(plan, MixedPlan)
    assert (plan.purpose, len({part.count for part in plan.parts})) == ("pilot", 1)
    assert run.spent.calls <= 500
    after = opened(studio, project, "Pilot", calls="10000")
    assert "The pilot changed the advice" in words(after)
    assert f"Pilots took {run.spent.calls:,} calls of this budget" in words(after)
    rows = {row["Strategy"]: row for row in after.dataframe[0].value.to_dict("records")}
    assert set(rows) == {"Answer augmentation", "Question rephrase", "New question"}
    for row in rows.values():
        assert row["Kept from"] <= row["Kept"] <= row["Kept to"]


def test_a_plan_after_a_pilot_goes_on_behind_it_with_the_rest_of_the_budget(studio: Studio, server: Server) -> None:
    project = seeded(studio, server)
    seed_set = studio.work.adviser.sets(project.id)[0].id
    wish = Wish(seed_set, calls=400)
    counsel = studio.work.adviser.counsel(project.id, wish)
    strategies = (Strategy.ANSWER_AUGMENTATION, Strategy.QUESTION_REPHRASE)
    counts = studio.work.adviser.pilot_counts(counsel, strategies, 0.1)
    studio.work.adviser.start_pilot(ME, project.id, wish, counsel, counts, token="pilot")
    assert studio.work_off() == 1
    after = studio.work.adviser.counsel(project.id, wish)
    paid = after.pilots.calls
    assert 0 < paid <= sum(portion.figures.calls for portion in studio.work.adviser.pilot_takes(counsel, counts))
    plan = studio.work.adviser.plan(project.id, wish, after, Strategy.ANSWER_AUGMENTATION)
    assert (after.advice.ratio, plan.count) == (4, 400 - paid)
    drafted = studio.work.generation.draft(project.id, plan)
    assert list(drafted.start.values()) == [counts[Strategy.ANSWER_AUGMENTATION]]
    studio.work.generation.start(ME, project.id, drafted, token="rest")
    assert studio.work_off() == 1
    standing = studio.work.projects.standing(project.id)
    assert standing.samples == plan.count + sum(arm.made for arm in after.pilots.arms)
    assert standing.spent.calls <= 400  # fewer where one call fetched several answers


def test_a_project_replaces_a_number_and_the_advice_follows(studio: Studio, server: Server) -> None:
    project = seeded(studio, server)
    studio.work.switch_points.save(
        ME, project.id, "switch.100", low=2, high=3, source="Our own trial", grade=Grade.MEASURED
    )
    page = opened(studio, project, "Numbers and sources", calls="500")
    assert page.button(key="adviser.plan.new_question").label == "Plan New question"
    row = page.dataframe[0].value.iloc[0]
    assert (row["Value"], row["Grade"], row["Source"]) == ("2 to 3 calls a seed", "measured here", "Our own trial")
    assert row["Changed"].endswith("published: 27 to 51")
    page.button(key="adviser.change_point").click().run()
    page.button(key="adviser.point_reset").click().run()
    assert not page.exception
    assert opened(studio, project, calls="500").button(key="adviser.plan.answer_augmentation")


def test_seeds_that_the_built_in_teacher_cannot_answer_are_told_before_anything_is_planned(
    studio: Studio, server: Server
) -> None:
    project = seeded(studio)
    assert "can answer 0 of the first 30 seeds" in words(opened(studio, project, calls="500"))
    (shipped,) = (found.key for found in studio.work.seeds.shipped() if found.key == "mathematics")
    known = studio.work.seeds.add_shipped(ME, project.id, shipped, token="shipped")
    assert "can answer" not in words(opened(studio, project, set=str(known.id), calls="500"))


def test_seeds_for_a_language_model_raise_no_such_warning(studio: Studio, server: Server) -> None:
    assert "can answer" not in words(opened(studio, seeded(studio, server), calls="500"))
