"""The panel of benchmark files: empty, a file brought in step by step, its questions, removed and back, errors."""

from __future__ import annotations

import json
import re

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.benchmarks import Benchmark
from core.domain.records import Project
from tests.pages.conftest import ME, Studio

HOSTILE = "<img src=x onerror=alert(1)> ![x](http://127.0.0.1:9/x.png) :material/home: [a](javascript:x)"
ROWS = [{"problem": f"How many legs have {n} goats?", "id": n} for n in range(1, 4)]


def panel() -> None:
    """A page with nothing but the panel."""
    from pages.components.benchmark_files import benchmarks_panel
    from pages.components.notices import problems, show_flash
    from pages.components.presses import show_problem
    from pages.components.session import here

    show_flash()
    with problems():
        h = here()
        show_problem()
        benchmarks_panel(h)


@pytest.fixture
def project(studio: Studio) -> Project:
    return studio.mine(starter=False)


def opened(project: Project) -> AppTest:
    page = AppTest.from_function(panel, default_timeout=120)
    page.query_params["project"] = project.id
    return page.run()


def bringing(studio: Studio, project: Project, *rows: object, name: str = "goats.jsonl") -> AppTest:
    """The steps with this file uploaded; texts stand as they are."""
    page = press(opened(project), "benchmarks.add")
    content = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows).encode()
    upload = studio.work.benchmarks.keep(content, name)
    page.session_state["benchmarks.adding.upload"] = (upload.digest, upload.name, upload.size)
    page.run()
    assert not page.exception
    return page


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception
    return page


def said(page: AppTest) -> str:
    kinds = (page.title, page.subheader, page.markdown, page.caption, page.error, page.info, page.toast)
    return "\n".join(element.value for kind in kinds for element in kind).replace("\\", "")


def keys(page: AppTest) -> set[str]:
    return {str(button.key) for button in page.button}


def added(studio: Studio, project: Project, name: str = "Goats") -> Benchmark:
    look = studio.work.benchmarks.read("\n".join(map(json.dumps, ROWS)).encode(), "goats.jsonl")
    return studio.work.benchmarks.take_in(ME, project.id, look, name, token=name)


def test_before_the_first_file_the_panel_says_what_they_are_for(project: Project) -> None:
    page = opened(project)
    assert "No benchmark files yet" in said(page)
    assert keys(page) == {"benchmarks.add"}


def test_a_file_is_shown_and_added(studio: Studio, project: Project) -> None:
    page = bringing(studio, project, *ROWS)
    assert page.selectbox(key="benchmarks.adding.field").value == "problem"
    assert list(page.dataframe[0].value["Question"]) == [row["problem"] for row in ROWS]
    page.text_input(key="benchmarks.adding.name").set_value("Goats")
    press(page, "benchmarks.adding.go")
    (made,) = studio.work.benchmarks.page(project.id)
    assert (made.name, made.n_rows) == ("Goats", 3)
    assert "Goats is there with 3 questions." in said(page)
    assert f"benchmarks.remove.{made.id}" in keys(page)


def test_the_field_is_chosen_where_no_name_tells_it(studio: Studio, project: Project) -> None:
    page = bringing(studio, project, {"aufgabe": "Wie viele?", "nr": 1})
    assert "choose the field that holds it" in said(page)
    assert "benchmarks.adding.go" not in keys(page)
    page.selectbox(key="benchmarks.adding.field").set_value("aufgabe").run()
    press(page, "benchmarks.adding.go")
    assert [made.field for made in studio.work.benchmarks.page(project.id)] == ["aufgabe"]


def test_bad_rows_hold_the_file_back_until_they_are_left_out(studio: Studio, project: Project) -> None:
    page = bringing(studio, project, ROWS[0], "no JSON", {"problem": ""})
    assert list(page.dataframe[-1].value["Line"]) == [2, 3]
    assert page.button(key="benchmarks.adding.go").disabled
    page.checkbox(key="benchmarks.adding.leave_bad").check().run()
    press(page, "benchmarks.adding.go")
    assert [made.n_rows for made in studio.work.benchmarks.page(project.id)] == [1]


def test_the_same_questions_again_are_told_by_the_name_they_have(studio: Studio, project: Project) -> None:
    added(studio, project)
    page = press(bringing(studio, project, *ROWS, name="other.jsonl"), "benchmarks.adding.go")
    assert "These questions are there already, as Goats." in said(page)
    assert len(studio.work.benchmarks.page(project.id)) == 1


def test_a_file_that_cannot_be_read_costs_one_sentence_and_can_be_changed(studio: Studio, project: Project) -> None:
    page = bringing(studio, project, "PAR1", name="broken.parquet")
    assert [error.value.split("\n")[0] for error in page.error] == [r"**This is not a sound Parquet file\.**"]
    assert keys(page) == {"benchmarks.adding.cancel", "benchmarks.adding.another"}
    assert "File with the questions" in str(press(page, "benchmarks.adding.another")._tree)
    assert "No benchmark files yet" in said(press(page, "benchmarks.adding.cancel"))


def test_the_next_step_after_a_file_that_cannot_be_read_is_on_the_screen(studio: Studio, project: Project) -> None:
    page = bringing(studio, project, "\0\0", name="binary.jsonl")
    (error,) = page.error
    assert "see whether it is the right file" in error.value


def test_questions_are_looked_at_page_by_page(studio: Studio, project: Project) -> None:
    made = added(studio, project)
    page = press(opened(project), f"benchmarks.show.{made.id}")
    assert list(page.dataframe[0].value["Question"]) == [row["problem"] for row in ROWS]


def test_removing_asks_first_and_can_be_taken_back(studio: Studio, project: Project) -> None:
    made = added(studio, project)
    page = press(opened(project), f"benchmarks.remove.{made.id}")
    assert len(studio.work.benchmarks.page(project.id)) == 1
    press(page, f"benchmarks.remove_sure.{made.id}")
    assert studio.work.benchmarks.page(project.id) == []
    assert "All benchmark files are removed." in said(page)
    page.toggle(key="benchmarks.removed").set_value(True).run()
    press(page, f"benchmarks.restore.{made.id}")
    assert [each.id for each in studio.work.benchmarks.page(project.id)] == [made.id]


def test_hostile_and_foreign_texts_are_shown_as_text(studio: Studio, project: Project) -> None:
    page = bringing(studio, project, {"problem": HOSTILE}, {"problem": "小明有三个苹果"}, name=f"{HOSTILE}.jsonl")
    assert HOSTILE in list(page.dataframe[0].value["Question"])
    page.text_input(key="benchmarks.adding.name").set_value(HOSTILE)
    press(page, "benchmarks.adding.go")
    drawn = " ".join(element.value for kind in (page.markdown, page.caption) for element in kind)
    assert "onerror" in drawn
    assert not set(re.sub(r"\\.", "", drawn)) & set("<[!")
    assert studio.work.benchmarks.page(project.id)[0].name == HOSTILE
