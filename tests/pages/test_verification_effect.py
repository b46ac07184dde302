"""The effect of verification and the choice of checks as they are drawn."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.filters import SampleFilter
from core.domain.plans import Checks
from core.domain.records import Project
from core.domain.states import ReviewState
from core.domain.strategies import TaskType
from tests.pages.conftest import Studio
from tests.pages.test_insights import generate, words


def _effect() -> None:
    from pages.components.session import here
    from pages.components.verification_effect import show_verification

    show_verification(here())


def _choice() -> None:
    import streamlit as st

    from core.domain.strategies import TaskType
    from pages.components.plan_checks import choose_checks
    from pages.components.session import here

    task = st.query_params["task"]
    reference, database = "reference" in st.query_params, "database" in st.query_params
    checks = choose_checks(here(), "part", TaskType(task) if task != "none" else None, reference, database)
    st.code(checks.model_dump_json(exclude_defaults=True))


def _run(script: object, project: Project, **query: str) -> AppTest:
    page = AppTest.from_function(script, default_timeout=120)  # type: ignore[arg-type]
    page.query_params["project"] = project.id
    for name, value in query.items():
        page.query_params[name] = value
    return page.run()


def test_without_any_check_the_page_says_how_to_get_one(studio: Studio) -> None:
    page = _run(_effect, studio.mine())
    assert not page.exception
    assert "No generated sample was verified" in words(page)
    assert "did not beat unverified data" in words(page)
    assert not page.dataframe


def test_a_check_is_drawn_with_its_rate_its_price_and_the_papers_finding(studio: Studio) -> None:
    demo = studio.demo()
    generate(studio, demo, "builtin", "built-in-1")
    page = _run(_effect, demo)
    assert not page.exception
    made = studio.work.review.queue(demo.id, SampleFilter(review=ReviewState.PENDING), size=500)
    number = sum(sample.origin == "model" for sample in made)
    (row,) = page.dataframe[0].value.to_dict("records")
    assert (row["Check"], row["Strategy"], row["Samples"], row["Calls"]) == ("Judge", "GLAN", number, number)
    assert row["Passed"] + row["Failed"] + row["Could not tell"] == number > 0
    assert f"It took {number} calls" in words(page)
    assert "did not beat unverified data" in words(page)


@pytest.mark.parametrize(
    ("task", "given", "disabled"),
    [
        ("maths", "reference", set()),
        ("maths", "", {"reference"}),
        ("multiple_choice", "reference", {"execution"}),
        ("text_to_sql", "reference database", set()),
        ("text_to_sql", "", {"execution", "reference"}),
        ("open", "reference database", {"agree", "execution", "reference"}),
        ("none", "", {"agree", "execution", "reference"}),
    ],
)
def test_only_checks_that_can_tell_something_are_offered(
    studio: Studio, task: str, given: str, disabled: set[str]
) -> None:
    page = _run(_choice, studio.mine(), task=task, **dict.fromkeys(given.split(), "1"))
    assert not page.exception
    assert {str(t.key).removeprefix("part.") for t in page.toggle if t.disabled} == disabled


def test_what_is_chosen_becomes_the_checks_of_the_plan_with_their_price(studio: Studio) -> None:
    page = _run(_choice, studio.mine(), task=TaskType.MATHS.value, reference="1")
    assert page.code[0].value == "{}"
    assert "No verification by machine" in words(page)
    for key in ("judge", "agree", "execution", "reference"):
        page.toggle(key=f"part.{key}").set_value(True)
    page.run()
    page.text_area(key="part.rubric").set_value(" Units are named. ")
    page.number_input(key="part.answers").set_value(3).run()
    wanted = Checks(judge=True, rubric="Units are named.", agreement=3, execution=True, reference=True)
    assert page.code[0].value == wanted.model_dump_json(exclude_defaults=True)
    assert "adds 3 calls to each sample" in words(page)
