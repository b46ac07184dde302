"""Cost and quality: every figure is a count or a sum that the database confirms; free work is said to be free."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from core.analysis.intervals import wilson
from core.domain.calls import Stage
from core.domain.filters import SampleFilter
from core.domain.money import money
from core.domain.plans import SamplesPlan, TeacherChoice
from core.domain.price_entry import PriceEntry
from core.domain.records import Project
from core.domain.states import ReviewState
from core.services.insights import Step
from core.store import ledger
from pages.components.charts import words as plain_words
from pages.components.insight_timeline import figure_of
from tests.pages.conftest import ME, Studio
from tests.pages.endpoint import Server, running

HOSTILE = "<img src=x onerror=alert(1)> ![x](http://127.0.0.1:9/x.png) **b** :material/home: [a](javascript:x)"


@pytest.fixture
def server() -> Iterator[Server]:
    """A paid endpoint."""
    with running(Server(models=("paid-1", HOSTILE))) as found:
        yield found


def opened(studio: Studio, project: Project, tab: str = "Acceptance", **query: str) -> AppTest:
    """The page, at one of its tabs; "" is the one that opens by itself."""
    page = studio.page("home", project)
    for name, value in query.items():
        page.query_params[name] = value
    page.switch_page("insights.py").run()
    if tab:
        page.session_state["insights.tab"] = tab
        page.run()
    return page


def metrics(page: AppTest) -> dict[str, str]:
    """Label -> value."""
    return {metric.label: metric.value for metric in page.metric}


def words(page: AppTest) -> str:
    """Paragraphs, captions and notes."""
    return " ".join(element.value for element in [*page.markdown, *page.caption, *page.info])


def generate(studio: Studio, project: Project, connection: str, model: str, count: int = 6) -> None:
    """A finished run of verified samples."""
    teacher = TeacherChoice(connection=connection, model=model, max_tokens=500)
    nodes = tuple(view.node.id for view in studio.work.generation.sources(project.id, include_unverified=False))
    plan = SamplesPlan(
        teachers=dict.fromkeys((Stage.QUESTION, Stage.ANSWER, Stage.VERIFICATION), teacher),
        disciplines=nodes,
        count=count,
        verify=True,
    )
    studio.work.generation.start(ME, project.id, plan, token=f"{connection} {model}")
    assert studio.work_off() == 1


def paid(studio: Studio, server: Server, model: str = "paid-1") -> Project:
    """The demo with six paid samples, four of them accepted, one rejected."""
    demo = studio.demo()
    made = studio.work.connections.add(ME, name="Gateway", base_url=server.base_url, models=[model])
    studio.work.connections.set_price(ME, made.id, model, PriceEntry("1", "4"), sure=False)
    generate(studio, demo, made.id, model)
    waiting = studio.work.review.queue(demo.id, SampleFilter(review=ReviewState.PENDING), size=500)
    generated = [sample for sample in waiting if sample.origin == "model"]
    assert len(generated) == 6
    for number, sample in enumerate(generated[:5]):
        verdict = ReviewState.ACCEPTED if number else ReviewState.REJECTED
        reason = "" if number else HOSTILE[:60]
        studio.work.review.decide(ME, sample, verdict, token=f"v{sample.id}", reason=reason)
    return demo


def test_an_empty_project_is_told_what_to_do(studio: Studio) -> None:
    page = opened(studio, studio.mine(starter=False))
    assert not page.exception
    assert "Nothing of your own to count yet" in words(page)
    assert not page.metric
    assert "Compare a curve with itself" in page.warning[0].value
    assert len(page.get("plotly_chart")) == 1
    assert set(page.dataframe[0].value["Grade"].str.split(":").str[0]) <= {
        "read",
        "digitised",
        "second-hand",
        "derived",
    }


def test_demo_content_has_acceptance_but_no_cost(studio: Studio) -> None:
    demo = studio.demo()
    page = opened(studio, demo)
    assert not page.exception
    shown = metrics(page)
    assert shown["Per accepted sample"] == shown["Per generated sample"] == "none yet"
    assert (shown["Spent"], shown["Calls"], shown["Measured"]) == ("$0", "0", "no cost")
    assert shown["Accepted"].endswith("%")
    page = opened(studio, demo, "Spending")
    assert "No call was made in this project" in words(page)
    assert not page.get("plotly_chart")


def test_free_work_is_said_to_be_free_instead_of_drawn(studio: Studio) -> None:
    demo = studio.demo()
    generate(studio, demo, "builtin", "built-in-1")
    page = opened(studio, demo, "Spending")
    assert not page.exception
    shown = metrics(page)
    assert shown["Per generated sample"] == "$0"
    assert "charge nothing" in words(page)
    assert len(page.get("plotly_chart")) == 1
    for frame in page.dataframe[:2]:
        assert sum(frame.value["Calls"]) == int(shown["Calls"])
        assert set(frame.value["Spent"]) == {0}
    assert "calls are drawn" in words(page)


def test_spending_is_the_ledger_and_divided_by_generated_samples_only(studio: Studio, server: Server) -> None:
    demo = paid(studio, server)
    with studio.work.context.store.read() as tx:
        spent = ledger.spent(tx, "project", demo.id)
    assert spent.settled == 18 * (120 * 1000 + 40 * 4000)
    page = opened(studio, demo, "Spending", split="discipline")
    assert not page.exception
    shown = metrics(page)
    assert shown["Spent"] == money(spent.settled)
    assert shown["Per generated sample"] == money(spent.settled // 6)
    assert shown["Per accepted sample"] == money(spent.settled // 4)
    assert (shown["Calls"], shown["Measured"]) == ("18", "100 %")
    disciplines, stages = (frame.value for frame in page.dataframe[:2])
    assert sum(stages["Spent"]) == pytest.approx(spent.settled / 1e9)
    assert list(stages["Calls"]) == [6, 6, 6]
    assert sum(disciplines["Spent"]) == pytest.approx(spent.settled / 1e9)
    assert sum(disciplines["Generated"]) == 6
    assert sum(disciplines["Accepted"]) == 4
    assert len(page.get("plotly_chart")) == 3


def test_what_no_server_reported_is_shown_as_charged_at_the_hold(studio: Studio, server: Server) -> None:
    server.usage = False
    demo = paid(studio, server)
    page = opened(studio, demo, "Spending")
    assert metrics(page)["Measured"] == "0 %"
    assert "charged at the hold" in words(page)
    stages = page.dataframe[1].value
    assert list(stages["At the hold"]) == list(stages["Spent"])
    assert min(stages["Spent"]) > 0


@pytest.mark.parametrize("group", ["strategy", "discipline", "difficulty", "model", "verification", "origin"])
def test_rates_come_with_their_interval(studio: Studio, server: Server, group: str) -> None:
    demo = paid(studio, server)
    page = opened(studio, demo, by=group)
    assert not page.exception
    rows = page.dataframe[0].value.to_dict("records")
    judged = studio.work.review.counts(demo.id, SampleFilter())
    assert sum(row["Decided"] for row in rows) == judged.accepted + judged.rejected
    assert sum(row["Samples"] for row in rows) == judged.all
    for row in rows:
        if not row["Decided"]:
            continue
        low, high = wilson(row["Accepted"], row["Decided"])
        assert row["Acceptance"] == pytest.approx(100 * row["Accepted"] / row["Decided"])
        assert (row["95 % from"], row["95 % to"]) == (pytest.approx(100 * low), pytest.approx(100 * high))
        assert row["95 % from"] <= row["Acceptance"] <= row["95 % to"]
    assert len(page.get("plotly_chart")) == 2


def test_one_group_of_judged_samples_is_one_point_with_its_interval_and_its_run(studio: Studio, server: Server) -> None:
    demo = paid(studio, server)
    page = opened(studio, demo, "", points="run", cost="generated", quality="acceptance")
    assert not page.exception
    (row,) = page.dataframe[0].value.to_dict("records")
    assert row["Acceptance"] == pytest.approx(80)
    assert row["Per generated sample"] == pytest.approx(18 * (120 * 1000 + 40 * 4000) / 6 / 1e9)
    assert (row["95 % from"], row["95 % to"]) == tuple(pytest.approx(100 * bound) for bound in wilson(4, 5))
    assert (row["Counted over"], row["Strategies"], row["Teachers"]) == (5, "GLAN", "paid-1")
    page = opened(studio, demo, "Next dollar")
    (row,) = page.dataframe[0].value.to_dict("records")
    assert row["Accepted for $1"] == pytest.approx(0.8 * row["Generated for $1"])


@pytest.mark.parametrize("measure", ["verification", "unique", "distinct", "coverage"])
def test_every_measure_has_its_point_whether_or_not_people_judged(studio: Studio, measure: str) -> None:
    project = studio.demo()
    generate(studio, project, "builtin", "built-in-1", 20)
    page = opened(studio, project, "", points="strategy", quality=measure)
    assert not page.exception
    (row,) = page.dataframe[0].value.to_dict("records")
    assert (row["Strategy"], row["Calls per generated sample"] >= 3) == ("GLAN", True)
    assert not opened(studio, project, "", points="teacher", quality="acceptance").dataframe
    page = opened(studio, project, "Repeats and coverage", split="strategy")
    assert set(page.dataframe[0].value["Strategy"]) == {"GLAN", "Demo content"}


def test_nothing_charged_is_told_and_stands_in_one_column(studio: Studio) -> None:
    project = studio.demo()
    generate(studio, project, "builtin", "built-in-1")
    page = opened(studio, project, "", points="run", cost="generated", quality="distinct")
    assert "all points stand in one column" in words(page)
    assert page.dataframe[0].value["Per generated sample"].tolist() == [0]
    page = opened(studio, project, "Next dollar")
    assert "cost \\$0 so far" in words(page)


def test_the_grouping_is_in_the_address(studio: Studio) -> None:
    demo = studio.demo()
    page = opened(studio, demo, by="difficulty")
    assert "Difficulty" in page.dataframe[0].value.columns
    page = opened(studio, demo, by="nonsense")
    assert not page.exception
    assert "Strategy" in page.dataframe[0].value.columns


def test_few_rejected_samples_are_counted_whole_along_their_axis(studio: Studio) -> None:
    demo = studio.demo()

    def step() -> int | None:
        reasons = opened(studio, demo).get("plotly_chart")[-1]
        found: int | None = json.loads(reasons.proto.spec)["layout"]["xaxis"].get("dtick")
        return found

    assert step() is None
    for sample in studio.work.review.queue(demo.id, SampleFilter(review=ReviewState.REJECTED), size=500)[2:]:
        studio.work.review.decide(ME, sample, ReviewState.ACCEPTED, token=f"a{sample.id}")
    assert step() == 1


def test_reasons_of_rejection_add_up(studio: Studio) -> None:
    demo = studio.demo()
    page = opened(studio, demo)
    reasons = page.dataframe[1].value
    assert sum(reasons["Samples"]) == studio.work.review.counts(demo.id, SampleFilter()).rejected
    assert sum(reasons["Share"]) == pytest.approx(100)


def test_without_a_verdict_there_is_no_rate_and_review_is_one_click_away(studio: Studio) -> None:
    project = studio.demo()
    for state in (ReviewState.ACCEPTED, ReviewState.REJECTED):
        for sample in studio.work.review.queue(project.id, SampleFilter(review=state), size=500):
            studio.work.review.edit(
                ME, sample, f"{sample.question} ", f"{sample.answer} (again)", token=f"e{sample.id}"
            )
    page = opened(studio, project)
    assert not page.exception
    assert metrics(page)["Accepted"] == "none yet"
    assert "No sample is decided yet" in words(page)


def test_hostile_names_are_words_in_tables_and_figures(studio: Studio, server: Server) -> None:
    demo = paid(studio, server, HOSTILE)
    for group in ("model", "discipline"):
        page = opened(studio, demo, by=group)
        assert not page.exception
        sent = " ".join(str(chart.proto.spec) for chart in page.get("plotly_chart"))
        assert "<img" not in sent.replace("\\u003c", "<")
        assert ("&lt;img" in sent.replace("\\u0026", "&")) == (group == "model")
        assert "<img" not in words(page).replace("\\<img", "")
    for tab, query in (("", {"points": "teacher"}), ("Spending", {"split": "teacher"}), ("Next dollar", {})):
        page = opened(studio, demo, tab, **query)
        assert not page.exception
        sent = " ".join(str(chart.proto.spec) for chart in page.get("plotly_chart"))
        assert "<img" not in sent.replace("\\u003c", "<")
    assert plain_words("<b>a</b> & b") == "&lt;b&gt;a&lt;/b&gt; &amp; b"
    assert len(plain_words("x" * 10_000)) == 44


def test_where_only_a_share_of_the_texts_is_compared_the_page_says_so(
    studio: Studio, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo = paid(studio, server, "paid-1")
    monkeypatch.setattr("core.services.insights.COMPARED", 20)
    for tab, query in (("Repeats and coverage", {}), ("", {"quality": "unique"})):
        page = opened(studio, demo, tab, **query)
        assert not page.exception
        assert any("drawn at random" in info.value for info in page.info)


def test_spending_over_time_rises_from_nothing_even_if_all_calls_ended_within_a_second() -> None:
    (area,) = figure_of([Step(1_700_000_001.0, "GLAN", 2_000_000_000, 4)], paid=True).data
    assert list(area.y) == [0, 2]
    assert area.x[0] < area.x[1]
