"""The Seeds page: empty, a file brought in step by step, one set with all that can be done to it, errors."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.records import Project
from core.domain.seeds import SeedSet
from core.domain.strategies import TaskType
from core.services.seeds import SetView, Taking
from tests.pages.conftest import ME, Studio
from tests.pages.seed_screen import plant_set

HOSTILE = "<img src=x onerror=alert(1)> ![x](http://127.0.0.1:9/x.png) :material/home: [a](javascript:x)"


@pytest.fixture
def project(studio: Studio) -> Project:
    """A project without anything."""
    return studio.mine(starter=False)


def said(page: AppTest) -> str:
    """All that the page says, as words."""
    kinds = (page.title, page.markdown, page.caption, page.error, page.info, page.success)
    return "\n".join(element.value for kind in kinds for element in kind).replace("\\", "")


def opened(studio: Studio, project: Project, set_id: int) -> AppTest:
    """The page of one set."""
    page = studio.page("home", project)
    page.query_params["set"] = str(set_id)
    page.switch_page("seeds.py").run()
    assert not page.exception
    return page


def importing(studio: Studio, project: Project, *rows: object) -> AppTest:
    """The steps of an import with these rows pasted; texts stand as they are."""
    page = studio.page("seeds", project)
    page.button(key="seeds.import").click().run()
    page.segmented_control(key="seeds.import.way").set_value("Paste").run()
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    page.text_area(key="seeds.import.text").set_value("\n".join(lines)).run()
    page.button(key="seeds.import.read").click().run()
    assert not page.exception
    return page


def press(page: AppTest, key: str) -> AppTest:
    """Click a button by its key."""
    page.button(key=key).click().run()
    assert not page.exception
    return page


def sets(studio: Studio, project: Project) -> list[SetView]:
    return studio.work.seeds.sets(project.id, removed=True)


def taken(studio: Studio, project: Project, name: str = "Sums", *, number: int = 3) -> SeedSet:
    """A set of sums that can still be edited."""
    rows = [{"question": f"What is {i} + 1?", "answer": f"It is {i + 1}.\n#### {i + 1}"} for i in range(number)]
    look = studio.work.seeds.read("\n".join(map(json.dumps, rows)).encode(), "sums.jsonl")
    return studio.work.seeds.take_in(ME, project.id, look, Taking(name), token=name)


def test_before_the_first_set_both_ways_are_offered_and_glan_needs_none(studio: Studio, project: Project) -> None:
    page = studio.page("seeds", project)
    assert not page.exception
    assert "GLAN needs none" in said(page)
    assert "budget ratio" in said(page)
    keys = {button.key for button in page.main.button}
    assert keys == {"seeds.import", *(f"seeds.shipped.{one.key}" for one in studio.work.seeds.shipped())}


def test_a_shipped_set_comes_in_with_one_press(studio: Studio, project: Project) -> None:
    shipped = studio.work.seeds.shipped()[0]
    page = press(studio.page("seeds", project), f"seeds.shipped.{shipped.key}")
    (made,) = sets(studio, project)
    assert made.set.n_examples == shipped.n_examples
    assert page.title[0].value.replace("\\", "") == f"{shipped.name}, version 1"


def test_a_file_is_recognised_shown_and_taken_in(studio: Studio, project: Project) -> None:
    rows = [{"question": f"What is {i} + 1?", "answer": f"{i} + 1 = {i + 1}\n#### {i + 1}"} for i in range(5)]
    page = importing(studio, project, *rows)
    assert "GSM8K" in said(page)
    assert list(page.dataframe[0].value["Final answer"]) == ["1", "2", "3", "4", "5"]
    page.text_input(key="seeds.import.name").set_value("Sums").run()
    press(page, "seeds.import.go")
    (made,) = sets(studio, project)
    assert (made.set.name, made.set.n_examples, made.set.task_type) == ("Sums", 5, TaskType.MATHS)
    assert page.title[0].value == "Sums, version 1"


def test_bad_rows_hold_everything_back_until_they_are_left_out(studio: Studio, project: Project) -> None:
    page = importing(studio, project, {"question": "1 + 1?", "answer": "2"}, "no JSON", {"question": "", "answer": "3"})
    page.text_input(key="seeds.import.name").set_value("Sums").run()
    assert list(page.dataframe[-1].value["Line"]) == [2, 3]
    assert page.button(key="seeds.import.go").disabled
    assert page.get("download_button")
    page.checkbox(key="seeds.import.leave_bad").check().run()
    press(page, "seeds.import.go")
    assert [view.set.n_examples for view in sets(studio, project)] == [1]


def test_bad_rows_of_a_one_line_array_are_counted_and_shown(studio: Studio, project: Project) -> None:
    page = importing(studio, project, '[{"question": "1 + 1?"}, 7, {"question": ""}]')
    shown = page.dataframe[-1].value
    assert (list(shown["Row"]), list(shown["Text"])) == ([2, 3], ["7", '{"question": ""}'])


def test_fields_that_nobody_knows_are_chosen_by_hand(studio: Studio, project: Project) -> None:
    page = importing(studio, project, {"aufgabe": "1 + 1?", "loesung": "2"}, {"aufgabe": "2 + 2?", "loesung": "4"})
    page.selectbox(key="seeds.import.field.question").set_value("aufgabe")
    page.selectbox(key="seeds.import.field.answer").set_value("loesung").run()
    assert not page.exception
    page.text_input(key="seeds.import.name").set_value("Sums").run()
    press(page, "seeds.import.go")
    (made,) = sets(studio, project)
    found = studio.work.seeds.page(project.id, made.set.id).examples
    assert [(seed.question, seed.answer) for seed in found] == [("1 + 1?", "2"), ("2 + 2?", "4")]


def test_the_same_name_makes_the_next_version_and_says_so(studio: Studio, project: Project) -> None:
    taken(studio, project)
    page = importing(studio, project, {"question": "1 + 1?", "answer": "2"})
    page.text_input(key="seeds.import.name").set_value("sums").run()
    assert "this becomes its version 2" in said(page)
    press(page, "seeds.import.go")
    assert [view.set.number for view in sets(studio, project)] == [2, 1]


def test_a_file_that_cannot_be_read_costs_one_sentence_and_can_be_changed(studio: Studio, project: Project) -> None:
    page = importing(studio, project, "\x00\x01")
    assert len(page.error) == 1
    page = press(page, "seeds.import.another")
    assert page.segmented_control(key="seeds.import.way")
    page = press(page, "seeds.import.cancel")
    assert "No seeds yet" in said(page)


def test_a_set_that_is_not_there_is_told(studio: Studio, project: Project) -> None:
    assert "There is no seed set 99" in said(opened(studio, project, 99))


def test_an_example_is_edited_until_the_set_is_used(studio: Studio, project: Project) -> None:
    made = taken(studio, project)
    seed = studio.work.seeds.page(project.id, made.id).examples[1]
    page = opened(studio, project, made.id)
    key = f"seeds.examples.{made.id}.1.{made.version}"
    page.session_state[key] = {"selection": {"rows": [1], "columns": [], "cells": []}}
    page.run()
    press(page, f"seeds.edit.open.{seed.id}")
    page.text_area(key=f"seeds.edit.{seed.id}.question").input("What is 1 + 1, then?")
    press(page, f"seeds.save.{seed.id}")
    assert studio.work.seeds.example(project.id, seed.id).question == "What is 1 + 1, then?"
    studio.work.human_seeds.put_in(ME, project.id, made.id)
    page = opened(studio, project, made.id)
    assert "Frozen" in said(page)
    assert "seeds.remove" not in {button.key for button in page.main.button}


def test_an_empty_question_is_refused_and_what_was_typed_stays(studio: Studio, project: Project) -> None:
    made = taken(studio, project)
    seed = studio.work.seeds.page(project.id, made.id).examples[0]
    page = opened(studio, project, made.id)
    key = f"seeds.examples.{made.id}.1.{made.version}"
    page.session_state[key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    page.run()
    press(page, f"seeds.edit.open.{seed.id}")
    page.text_area(key=f"seeds.edit.{seed.id}.question").input("  ")
    page.text_area(key=f"seeds.edit.{seed.id}.answer").input("Mine.")
    press(page, f"seeds.save.{seed.id}")
    assert page.error
    assert page.text_area(key=f"seeds.edit.{seed.id}.answer").value == "Mine."
    assert studio.work.seeds.example(project.id, seed.id) == seed


def test_search_narrows_the_examples(studio: Studio, project: Project) -> None:
    made = taken(studio, project, number=60)
    page = opened(studio, project, made.id)
    assert len(page.dataframe[0].value) == 50
    page.text_input(key=f"seeds.search.{made.id}").set_value("59 + 1").run()
    assert list(page.dataframe[0].value["Seed"]) == [60]


def test_a_set_is_removed_restored_renamed_and_gets_a_version(studio: Studio, project: Project) -> None:
    made = taken(studio, project)
    page = press(opened(studio, project, made.id), "seeds.remove")
    assert "Removed" in said(page)
    press(page, "seeds.restore")
    page.text_input(key=f"seeds.rename.{made.id}").set_value("Additions").run()
    page = press(page, "seeds.rename.save")
    assert page.title[0].value == "Additions, version 1"
    page = press(page, "seeds.new_version")
    assert page.title[0].value == "Additions, version 2"


def test_human_seeds_are_put_in_and_taken_back_on_the_page(studio: Studio, project: Project) -> None:
    seeds = plant_set(studio, project)
    page = studio.page("home", project)
    page.query_params["set"] = str(seeds[0].set_id)
    page.session_state[f"seeds.tab.{seeds[0].set_id}"] = "In the dataset"
    page.switch_page("seeds.py").run()
    press(page, "seeds.human.put")
    assert "among the samples are **12** accepted" in said(page)
    assert page.button(key="seeds.human.put").disabled
    press(page, "seeds.human.back")
    assert "**12** rejected" in said(page)


def test_hostile_names_and_texts_are_words(studio: Studio, project: Project) -> None:
    row = {"question": HOSTILE, "answer": HOSTILE}
    look = studio.work.seeds.read(json.dumps(row).encode(), f"{HOSTILE}.jsonl")
    made = studio.work.seeds.take_in(ME, project.id, look, Taking(HOSTILE[:100]), token="t")
    for page in (studio.page("seeds", project), opened(studio, project, made.id)):
        drawn = "\n".join(element.value for kind in (page.title, page.markdown, page.caption) for element in kind)
        assert "<img" not in drawn.replace("\\<img", "")
        assert ":material/home:" not in drawn
