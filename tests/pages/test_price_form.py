"""Prices on screen: the table, the form with its questions, the way back to the list, the form beside a plan."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.calls import Stage
from core.domain.money import Price
from core.domain.price_entry import PriceEntry
from core.domain.records import Connection, Project
from core.services.projects import choice_for
from tests.pages.conftest import ME, Studio
from tests.pages.connection_screen import endpoints, opened, shown, words
from tests.pages.endpoint import Server, running

HOSTILE = "<img src=x onerror=alert(1)> ![x](http://127.0.0.1:9/x.png) **b** :material/home: [a](javascript:x)"
OPENAI = "https://api.openai.com/v1"


def gateway(studio: Studio, *models: str, base_url: str = "http://127.0.0.1:9/v1") -> Connection:
    """An endpoint with these models."""
    return studio.work.connections.add(ME, name="Gateway", base_url=base_url, models=models or ["m"])


def typed(page: AppTest, made: Connection, model: str = "m", at: str = "connections.price", **fields: str) -> AppTest:
    """Type into the price form of a model and save."""
    key = f"{at}.{made.id}.{model}"
    for field, text in fields.items():
        page.text_input(key=f"{key}.{field}").set_value(text)
    page.button(key=f"{key}.save").click().run()
    assert not page.exception
    return page


def price_of(studio: Studio, made: Connection, model: str = "m") -> Price | None:
    """What the studio reckons with."""
    return studio.work.connections.price(made.id, model)


def test_many_models_are_listed_and_every_one_can_be_priced(studio: Studio) -> None:
    with running(Server(models=[f"model-{number:04d}" for number in range(700)])) as server:
        made = studio.work.connections.add(ME, name="G", base_url=server.base_url)
        page = opened(studio)
        page.button(key=f"connections.test.{made.id}").click().run()
    assert not page.exception
    assert len(endpoints(studio)[0].models) == 500
    page.selectbox(key=f"connections.price_model.{made.id}").set_value("model-0450").run()
    typed(page, made, "model-0450", fresh="0.15", output="$0.60")
    assert not page.error
    price = price_of(studio, made, "model-0450")
    assert price is not None
    assert (price.input, price.cached, price.output) == (150_000_000, 150_000_000, 600_000_000)
    page.run()
    assert page.dataframe[0].value["Model"][0] == "model-0450"


def test_every_part_of_a_price_can_be_typed_and_stands_in_the_table_with_its_source(studio: Studio) -> None:
    made = gateway(studio, "m", "unpriced")
    page = opened(studio)
    page.selectbox(key=f"connections.price_model.{made.id}").set_value("m").run()
    typed(page, made, fresh="2", output="8", cached="0.5", reasoning="9", batch_input="1", batch_output="4")
    table = page.dataframe[0].value
    parts = ["Input", "Cached", "Output", "Reasoning", "Batch in", "Batch out"]
    assert list(table.columns) == ["Model", *parts, "Source"]
    assert table.iloc[0][parts].tolist() == [2, 0.5, 8, 9, 1, 4]
    assert table["Source"][0].startswith("typed in by You, 20")
    assert table["Source"][1] == "not known"


def test_columns_without_any_figure_are_left_out(studio: Studio) -> None:
    made = gateway(studio)
    page = typed(opened(studio), made, fresh="1", output="4")
    assert list(page.dataframe[0].value.columns) == ["Model", "Input", "Cached", "Output", "Source"]


def test_listed_prices_stand_with_their_version_and_day_and_the_model_they_were_found_under(studio: Studio) -> None:
    gateway(studio, "gpt-4o-mini-2024-07-18", base_url=OPENAI)
    row = opened(studio).dataframe[0].value.iloc[0]
    assert (row["Input"], row["Batch out"]) == (0.15, 0.3)
    assert row["Source"].startswith("genai-prices ")
    assert ", looked up 20" in row["Source"]
    assert row["Source"].endswith("listed as gpt-4o-mini")


@pytest.mark.parametrize("field", ["fresh", "output"])
@pytest.mark.parametrize("text", ["", "free", "-1", "NaN", "1e99", "20000", "0,15", HOSTILE, "9" * 5000])
def test_a_price_that_is_none_is_refused_and_stays_typed(studio: Studio, field: str, text: str) -> None:
    made = gateway(studio)
    page = typed(opened(studio), made, **{"fresh": "1", "output": "4"} | {field: text})
    name = "input" if field == "fresh" else "output"
    assert f"{name} price" in page.error[0].value
    assert "<img" not in page.error[0].value.replace("\\<img", "")
    assert page.text_input(key=f"connections.price.{made.id}.m.{field}").value == text[:30]
    assert price_of(studio, made) is None


@pytest.mark.parametrize("field", ["cached", "reasoning", "batch_input", "batch_output"])
@pytest.mark.parametrize("text", ["free", "-1", "20000", "0,15", HOSTILE])
def test_an_optional_price_that_is_none_is_refused(studio: Studio, field: str, text: str) -> None:
    made = gateway(studio)
    page = typed(opened(studio), made, fresh="1", output="4", **{field: text})
    assert "price" in page.error[0].value
    assert price_of(studio, made) is None


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"fresh": "0.00000015", "output": "0.0000006"}, "Input $0.00000015 looks like a price per token"),
        ({"fresh": "0.00015", "output": "0.0006"}, "Output $0.0006 looks like a price per thousand tokens"),
        ({"fresh": "10", "output": "2"}, "Input $10 is dearer than output $2"),
        ({"fresh": "1", "output": "4", "cached": "2"}, "Cached input $2 is dearer than input $1"),
        ({"fresh": "1", "output": "4", "batch_output": "5"}, "Batch output $5 is dearer than output $4"),
        ({"fresh": "1", "output": "4000"}, "Output $4,000 is more than $1,000"),
    ],
)
def test_an_unusual_price_is_asked_back_with_its_figure_and_kept_only_on_a_word(
    studio: Studio, fields: dict[str, str], said: str
) -> None:
    made = gateway(studio)
    page = typed(opened(studio), made, **fields)
    assert said in page.warning[0].value.replace("\\", "")
    assert price_of(studio, made) is None
    page.checkbox(key=f"connections.price.{made.id}.m.sure").check()
    typed(page, made)
    assert not page.warning
    assert price_of(studio, made) is not None


def test_a_confirmation_does_not_hold_for_other_figures(studio: Studio) -> None:
    made = gateway(studio)
    page = typed(opened(studio), made, fresh="10", output="2")
    page.checkbox(key=f"connections.price.{made.id}.m.sure").check()
    typed(page, made, fresh="0.0001")
    assert "per thousand" in page.warning[0].value
    assert not page.checkbox(key=f"connections.price.{made.id}.m.sure").value
    assert price_of(studio, made) is None


def test_a_known_model_at_a_gateway_is_compared_with_the_list(studio: Studio) -> None:
    made = gateway(studio, "gpt-4o-mini")
    page = typed(opened(studio), made, "gpt-4o-mini", fresh="15", output="60")
    assert "far from the listed $0.15" in page.warning[0].value.replace("\\", "")
    typed(page, made, "gpt-4o-mini", fresh="0", output="0")
    assert not page.warning
    assert price_of(studio, made, "gpt-4o-mini") is not None


def test_a_typed_price_gives_way_to_the_list_again(studio: Studio) -> None:
    made = gateway(studio, "gpt-4o-mini", base_url=OPENAI)
    listed = price_of(studio, made, "gpt-4o-mini")
    page = opened(studio)
    key = f"connections.price.{made.id}.gpt-4o-mini"
    assert f"{key}.listed" not in [button.key for button in page.button]
    typed(page, made, "gpt-4o-mini", fresh="0.20", output="0.80")
    assert price_of(studio, made, "gpt-4o-mini") != listed
    page.run()
    assert page.button(key=f"{key}.listed").label == "Use the listed price"
    page.button(key=f"{key}.listed").click().run()
    assert not page.exception
    assert price_of(studio, made, "gpt-4o-mini") == listed
    assert page.text_input(key=f"{key}.fresh").value == ""
    kinds = [event.kind for event in studio.work.projects.history("studio")]
    assert kinds.count("priced") == 2


def test_a_typed_price_that_no_list_has_can_be_taken_back_too(studio: Studio) -> None:
    made = gateway(studio)
    studio.work.connections.set_price(ME, made.id, "m", PriceEntry("1", "4", "0.5"), sure=False)
    page = opened(studio)
    assert [page.text_input(key=f"connections.price.{made.id}.m.{f}").value for f in ("fresh", "cached")] == [
        "1",
        "0.50",
    ]
    page.button(key=f"connections.price.{made.id}.m.listed").click().run()
    assert not page.exception
    assert price_of(studio, made) is None
    assert "1 model, 1 without a known price" in shown(page)


def test_a_hostile_model_name_is_priced_as_words(studio: Studio) -> None:
    made = gateway(studio, HOSTILE)
    page = typed(opened(studio), made, HOSTILE, fresh="1", output="4")
    assert price_of(studio, made, HOSTILE) is not None
    assert "<img" not in words(page).replace("\\<img", "")


def capped(studio: Studio, project: Project) -> Project:
    """The project under a cost cap, every stage answered by a model that nobody has priced."""
    made = studio.work.connections.add(ME, name=HOSTILE, base_url="http://127.0.0.1:9/v1", models=["ghost-1"])
    choices = {stage: choice_for(stage, made.id, "ghost-1") for stage in studio.work.projects.teachers(project.id)}
    studio.work.projects.choose_teachers(ME, project.id, choices)
    studio.work.projects.save(
        ME,
        project,
        name=project.name,
        guidelines=project.guidelines,
        reject_reasons=project.reject_reasons,
        cost_cap=5_000_000_000,
        call_cap=None,
        quorum=1,
    )
    return project


@pytest.mark.parametrize(
    ("name", "at", "start", "stage"),
    [
        ("generate", "generate.price", "generate.start_run", Stage.QUESTION),
        ("curriculum", "curriculum.list.price", "curriculum.list.start", Stage.SUBJECTS),
        ("taxonomy", "taxonomy.propose.price", "taxonomy.propose.send", Stage.TAXONOMY),
    ],
)
def test_from_the_refusal_to_a_running_plan_it_is_two_presses(
    studio: Studio, name: str, at: str, start: str, stage: Stage
) -> None:
    project = capped(studio, studio.demo())
    if name == "curriculum":
        paths = studio.work.taxonomy.disciplines(project.id)
        node = next(path[-1] for path in paths if path[-1].name == "Statistics")
        studio.work.votes.keep_branch(ME, project.id, node.id)
        page = studio.page(name, project, discipline=str(node.id))
    else:
        page = studio.page(name, project)
    if name == "taxonomy":
        page.button(key="taxonomy.propose").click().run()
    page.button(key=start).click().run()
    assert not page.exception
    refusal = " ".join(element.value for element in page.error).replace("\\", "")
    assert "a cost cap cannot hold" in refusal
    assert studio.work.runs.page(project.id) == []
    made = endpoints(studio)[0]
    typed(page, made, "ghost-1", at, fresh="0.15", output="0.60")
    assert not page.error
    assert [field.key for field in page.text_input if str(field.key).startswith(at)] == []
    page.button(key=start).click().run()
    assert not page.exception
    assert studio.work.projects.teachers(project.id)[stage].model == "ghost-1"
    assert len(studio.work.runs.page(project.id)) == 1


def test_each_unknown_price_of_a_plan_can_be_entered_where_the_plan_stands(studio: Studio) -> None:
    project = studio.demo()
    made = gateway(studio, "asks", "answers")
    page = studio.page("generate", project)
    page.selectbox(key="generate.1.question.teacher").set_value((made.id, "asks"))
    page.selectbox(key="generate.1.answer.teacher").set_value((made.id, "answers")).run()
    typed(page, made, "answers", "generate.price", fresh="1", output="4")
    assert page.metric[1].value == "Unknown"
    typed(page, made, "asks", "generate.price", fresh="1", output="4")
    assert page.metric[1].value.startswith("$")
    assert page.text_input(key="generate.cost_cap").value == ""
