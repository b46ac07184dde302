"""The datasets page: what a choice gives, freezing once and for ever, files whose names tell their content."""

from __future__ import annotations

import json
from collections import Counter

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from core.domain.dataset_wish import DatasetWish
from core.domain.filters import SampleFilter
from core.domain.holding_out import validation_rows
from core.domain.records import Dataset, Project
from core.domain.sampling import Difficulty
from core.domain.states import ReviewState
from core.domain.strategies import Strategy
from tests.pages.conftest import ME, Studio
from tests.unit.costs_world import plant_sample

HOSTILE = "<img src=x onerror=alert(1)> ![x](http://127.0.0.1:9/x.png) **b** :material/home: [a](javascript:x)"


def opened(studio: Studio, project: Project, **query: str) -> AppTest:
    """The page with this in its address."""
    page = studio.page("home", project)
    for name, value in query.items():
        page.query_params[name] = value
    return page.switch_page("datasets.py").run()


def metrics(page: AppTest) -> dict[str, str]:
    """Label -> value."""
    return {metric.label: metric.value for metric in page.metric}


def words(page: AppTest) -> str:
    """Titles, paragraphs and captions."""
    return " ".join(element.value for element in [*page.title, *page.markdown, *page.caption])


def sent(page: AppTest) -> str:
    """Everything that goes to the browser."""
    return " ".join(str(getattr(node, "proto", "")) for node in page._tree)


def versions(studio: Studio, project: Project) -> list[Dataset]:
    """The newest first."""
    return [dataset for dataset, _ in studio.work.datasets.page(project.id)]


def prepare(studio: Studio, page: AppTest, name: str) -> AppTest:
    """Type a name, press the button, let the worker do its part, look again."""
    page.text_input(key="datasets.name").set_value(name)
    page.button(key="datasets.prepare").click().run()
    studio.work_off_jobs()
    return page.run()


def frozen(studio: Studio, project: Project, name: str = "Pilot") -> Dataset:
    """A version with a validation split."""
    return studio.work.datasets.freeze(ME, project.id, name, DatasetWish(validation_share=0.1), token=name)


def test_with_nothing_accepted_the_page_leads_to_what_is_missing(studio: Studio) -> None:
    page = opened(studio, studio.mine(starter=False))
    assert not page.exception
    assert "Nothing accepted yet" in words(page)
    assert "Open Review" in sent(page)
    assert [button.key for button in page.main.button] == []


def test_with_samples_waiting_the_page_leads_to_review(studio: Studio) -> None:
    demo = studio.demo()
    for sample in studio.work.review.queue(demo.id, SampleFilter(review=ReviewState.ACCEPTED), size=500):
        studio.work.review.decide(ME, sample, ReviewState.REJECTED, token=f"r{sample.id}", reason="Unclear")
    page = opened(studio, demo)
    assert "Nothing accepted yet" in words(page)
    assert "wait for a verdict" in words(page)
    assert "Review samples" in sent(page)


def test_counts_follow_the_choice(studio: Studio) -> None:
    demo = studio.demo()
    accepted = studio.work.review.queue(demo.id, SampleFilter(review=ReviewState.ACCEPTED), size=500)
    page = opened(studio, demo)
    assert not page.exception
    assert metrics(page)["Accepted"] == metrics(page)["Fit the choice"] == str(len(accepted))
    page.selectbox(key="datasets.difficulty").set_value(Difficulty.BASIC).run()
    basic = sum(sample.difficulty == "basic" for sample in accepted)
    assert (metrics(page)["Accepted"], metrics(page)["Fit the choice"]) == (str(len(accepted)), str(basic))
    node = accepted[0].node_id
    page.multiselect(key="datasets.disciplines").set_value([node]).run()
    both = Counter((sample.node_id, str(sample.difficulty)) for sample in accepted)
    assert metrics(page)["Fit the choice"] == str(both[node, "basic"])
    assert list(page.dataframe[0].value["Discipline"]) == [accepted[0].lineage["discipline"]]


def test_a_choice_that_gives_nothing_says_so_and_prepares_nothing(studio: Studio) -> None:
    page = opened(studio, studio.demo())
    page.checkbox(key="datasets.demo").uncheck().run()
    assert not page.exception
    assert metrics(page)["Fit the choice"] == "0"
    assert "Widen it" in page.info[0].value
    assert page.button(key="datasets.prepare").disabled


def test_a_draft_is_prepared_with_the_choice_on_screen_and_frozen_by_a_press(studio: Studio) -> None:
    demo = studio.demo()
    page = opened(studio, demo)
    page.selectbox(key="datasets.difficulty").set_value(Difficulty.CHALLENGING)
    page.number_input(key="datasets.validation").set_value(20)
    page.number_input(key="datasets.seed").set_value(7)
    page.run()
    page.text_input(key="datasets.name").set_value("Pilot")
    page.button(key="datasets.prepare").click().run()
    assert not page.exception
    assert page.title[0].value == "Draft: Pilot"
    assert "Preparing" in words(page)
    assert versions(studio, demo) == []
    studio.work_off_jobs()
    page.run()
    assert not page.exception
    assert "Nothing is final" in words(page)
    (draft,) = studio.work.datasets.drafts(demo.id)
    rows = draft.dataset.n_items
    assert metrics(page)["Rows"] == str(rows)
    assert draft.dataset.card["splits"]["validation"] == pytest.approx(rows * 0.2, abs=2)
    page.button(key="datasets.freeze").click().run()
    assert not page.exception
    (made,) = versions(studio, demo)
    assert (made.name, made.number, made.n_items, made.created_by) == ("Pilot", 1, rows, "You")
    assert (made.filter["difficulty"], made.filter["random_seed"]) == ("challenging", 7)
    assert studio.work.projects.history(demo.id)[0].kind == "froze"
    assert page.title[0].value == "Version 1: Pilot"
    assert "20 % for validation with seed 7" in words(page).replace("\\", "")


def test_one_press_makes_one_draft(studio: Studio) -> None:
    demo = studio.demo()
    page = opened(studio, demo)
    prepare(studio, page, "One")
    assert [draft.dataset.name for draft in studio.work.datasets.drafts(demo.id)] == ["One"]
    again = studio.work.datasets.freeze(ME, demo.id, "One", DatasetWish(), token="same")
    assert studio.work.datasets.freeze(ME, demo.id, "One", DatasetWish(), token="same").id == again.id
    assert [dataset.number for dataset in versions(studio, demo)] == [1]


def test_a_draft_that_is_discarded_leaves_nothing(studio: Studio) -> None:
    demo = studio.demo()
    page = prepare(studio, opened(studio, demo), "Pilot")
    page.button(key="datasets.discard").click().run()
    assert not page.exception
    assert page.title[0].value == "Datasets"
    assert studio.work.datasets.drafts(demo.id) == []
    assert "Drafts" not in [header.value for header in page.subheader]


def test_a_draft_that_lost_a_row_is_not_frozen_and_can_be_prepared_again(studio: Studio) -> None:
    demo = studio.demo()
    page = prepare(studio, opened(studio, demo), "Pilot")
    (draft,) = studio.work.datasets.drafts(demo.id)
    lost = studio.work.datasets.rows(demo.id, draft.dataset.id, 1)[0]["row"]["id"]
    sample = studio.work.review.view(demo.id, lost).sample
    studio.work.review.decide(ME, sample, ReviewState.REJECTED, token="late", reason="Unclear")
    page.button(key="datasets.freeze").click().run()
    assert not page.exception
    assert "1 row of this draft is not accepted" in page.error[0].value.replace("\\", "")
    assert versions(studio, demo) == []
    page.button(key="datasets.again").click().run()
    studio.work_off_jobs()
    page.run()
    assert not page.error
    (other,) = studio.work.datasets.drafts(demo.id)
    assert (other.dataset.id, other.wish) == (draft.dataset.id, draft.wish)
    page.button(key="datasets.freeze").click().run()
    assert not page.exception
    assert [dataset.number for dataset in versions(studio, demo)] == [1]


def change(studio: Studio, project: Project) -> tuple[AppTest, str]:
    """The choice of the only draft, opened by its address, and how the keys of its widgets begin."""
    (draft,) = studio.work.datasets.drafts(project.id)
    page = opened(studio, project, dataset=draft.dataset.id, change=draft.preparation)
    assert not page.exception
    return page, f"datasets.change.{draft.preparation}"


def test_the_choice_of_a_draft_is_opened_as_it_was_made(studio: Studio) -> None:
    demo = studio.demo()
    sample = studio.work.review.queue(demo.id, SampleFilter(review=ReviewState.ACCEPTED))[0]
    assert sample.node_id is not None
    wish = DatasetWish(
        disciplines=(sample.node_id, 99_999),
        strategies=("glan", "evol_instruct"),
        difficulty="challenging",
        without_failed_verification=True,
        without_open_seconds=True,
        demo=False,
        near=0.57,
        ngram=9,
        per_discipline=40,
        per_strategy=300,
        generated_per_human=2.5,
        basic_per_challenging=0.5,
        validation_share=0.29,
        test_share=0.07,
        random_seed=11,
    )
    bench = studio.work.benchmarks
    made = bench.take_in(ME, demo.id, bench.read(b'{"question": "Why?"}', "b.jsonl"), "Exam", token="b")
    bench.remove(ME, demo.id, made.id)
    wish = wish.model_copy(update={"benchmarks": (made.id,)})
    draft = studio.work.datasets.prepare(ME, demo.id, "Pilot", wish, token="d")
    studio.work_off_jobs()
    page, form = change(studio, demo)
    assert "Cleaning: exact repeats, near duplicates from 57 %, 1 benchmark" in sent(page)
    assert "Balance: 4 limits" in sent(page)
    page.checkbox(key=f"{form}.demo").check()
    page.selectbox(key=f"{form}.difficulty").set_value(Difficulty.BASIC)
    page.multiselect(key=f"{form}.disciplines").set_value([])
    page.run()
    page.button(key=f"{form}.prepare").click().run()
    assert not page.exception
    (again,) = studio.work.datasets.drafts(demo.id)
    assert (again.dataset.id, again.dataset.name) == (draft.id, "Pilot")
    assert again.wish == wish.model_copy(update={"demo": True, "difficulty": "basic", "disciplines": ()})


def test_a_draft_is_prepared_again_by_another_choice_and_shown_beside_what_it_was(studio: Studio) -> None:
    demo = studio.demo()
    page = prepare(studio, opened(studio, demo), "Pilot")
    (was,) = studio.work.datasets.drafts(demo.id)
    page, form = change(studio, demo)
    page.selectbox(key=f"{form}.difficulty").set_value(Difficulty.BASIC)
    page.text_input(key=f"{form}.name").set_value("Basic")
    page.run()
    page.button(key=f"{form}.prepare").click().run()
    assert page.title[0].value == "Draft: Basic"
    assert "Preparing" in words(page)
    studio.work_off_jobs()
    page = opened(studio, demo, dataset=was.dataset.id)
    page.session_state["datasets.report"] = "Last choice"
    page.run()
    assert not page.exception
    (now,) = studio.work.datasets.drafts(demo.id)
    rows = now.dataset.n_items
    assert 0 < rows < was.dataset.n_items
    assert f"| **Rows** | {was.dataset.n_items} | {rows} | {rows - was.dataset.n_items} |" in words(page)
    assert "Before: **Pilot**" in words(page)
    page.button(key="datasets.freeze").click().run()
    assert page.title[0].value == "Version 1: Basic"


def test_a_report_that_nobody_read_is_not_frozen(studio: Studio) -> None:
    demo = studio.demo()
    page = prepare(studio, opened(studio, demo), "Pilot")
    form, prefix = change(studio, demo)
    (seen,) = studio.work.datasets.drafts(demo.id)
    wish = DatasetWish(difficulty="basic")
    studio.work.datasets.prepare_again(ME, demo.id, seen.dataset.id, "Other", wish, seen=seen.preparation, token="o")
    studio.work_off_jobs()
    page.button(key="datasets.freeze").click().run()
    assert "prepared again since you opened it" in page.error[0].value
    assert versions(studio, demo) == []
    form.button(key=f"{prefix}.prepare").click().run()
    assert "prepared again since you opened it" in form.error[0].value
    assert [(draft.dataset.name, draft.wish) for draft in studio.work.datasets.drafts(demo.id)] == [("Other", wish)]
    page.run()
    assert not page.error
    page.button(key="datasets.freeze").click().run()
    assert [made.name for made in versions(studio, demo)] == ["Other"]


def test_a_draft_that_holds_out_far_less_than_was_wished_says_why(studio: Studio) -> None:
    mine = studio.mine(starter=False)
    told = "Ann picks {} apples in the old garden behind the church and eats two of them: how many apples are left?"
    with studio.work.context.store.write() as tx:
        for number in range(10, 22):
            plant_sample(tx, mine.id, question=told.format(number))
    for sample in studio.work.review.queue(mine.id, SampleFilter(review=ReviewState.PENDING), size=50):
        studio.work.review.decide(ME, sample, ReviewState.ACCEPTED, token=f"a{sample.id}")
    page = prepare(studio, opened(studio, mine), "Apples")
    assert not page.exception
    assert metrics(page)["Rows"] == "12"
    assert "0 rows are held out for validation instead of 10" in page.warning[-1].value


def test_preparing_can_be_cancelled_and_says_so(studio: Studio) -> None:
    demo = studio.demo()
    page = opened(studio, demo)
    page.text_input(key="datasets.name").set_value("Pilot")
    page.button(key="datasets.prepare").click().run()
    assert "Waits for the worker" in sent(page)
    page.button(key="datasets.cancel").click().run()
    assert not page.exception
    assert "was cancelled" in page.info[0].value
    assert studio.work_off_jobs() == 0
    page.button(key="datasets.again").click().run()
    assert not page.exception
    assert "Waits for the worker" in sent(page)


def test_a_draft_that_could_not_be_prepared_says_why(studio: Studio) -> None:
    demo = studio.demo()
    page = opened(studio, demo)
    page.text_input(key="datasets.name").set_value("Pilot")
    page.button(key="datasets.prepare").click().run()
    for sample in studio.work.review.queue(demo.id, SampleFilter(review=ReviewState.ACCEPTED), size=500):
        studio.work.review.decide(ME, sample, ReviewState.REJECTED, token=f"r{sample.id}", reason="Unclear")
    studio.work_off_jobs()
    page.run()
    assert not page.exception
    assert "No accepted sample is left" in page.error[0].value.replace("\\", "")
    assert page.button(key="datasets.discard")


def test_a_choice_that_left_nothing_is_changed_first(studio: Studio) -> None:
    demo = studio.demo()
    page = opened(studio, demo)
    page.number_input(key="datasets.generated").set_value(1.0)
    page = prepare(studio, page, "Pilot")
    assert "No accepted sample is left" in page.error[0].value.replace("\\", "")
    assert "at most 1 generated row for each human one" in words(page)
    assert [button.label for button in page.button if "primary" in str(button.proto)] == ["Change the choice"]
    page.button(key="datasets.change").click().run()
    (draft,) = studio.work.datasets.drafts(demo.id)
    assert page.number_input(key=f"datasets.change.{draft.preparation}.generated").value == 1.0


@pytest.mark.parametrize("tab", ["Left out", "Near duplicates", "Benchmarks", "Before and after", "Rows"])
def test_every_part_of_the_report_can_be_read(studio: Studio, tab: str) -> None:
    demo = studio.demo()
    page = prepare(studio, opened(studio, demo), "Pilot")
    page.session_state["datasets.report"] = tab
    page.run()
    assert not page.exception
    assert not page.error


def test_a_difference_of_nothing_has_no_sign(studio: Studio) -> None:
    demo = studio.demo()
    page = prepare(studio, opened(studio, demo), "Pilot")
    page.session_state["datasets.report"] = "Before and after"
    page.run()
    (table,) = page.dataframe
    assert list(table.value.Difference) == [0] * len(table.value)
    shown = pa.ipc.open_stream(table.proto.arrow_data.styler.display_values).read_pandas()
    assert set(shown.Difference) == {"0"}


def test_two_versions_are_compared_by_their_address(studio: Studio) -> None:
    demo = studio.demo()
    one = frozen(studio, demo, "One")
    lost, edited = (item["row"]["id"] for item in studio.work.datasets.rows(demo.id, one.id, 2))
    sample = studio.work.review.view(demo.id, lost).sample
    studio.work.review.decide(ME, sample, ReviewState.REJECTED, token="no", reason="Unclear")
    sample = studio.work.review.view(demo.id, edited).sample
    sample = studio.work.review.edit(ME, sample, "Why so?", sample.answer, token="e")
    studio.work.review.decide(ME, sample, ReviewState.ACCEPTED, token="yes")
    other = frozen(studio, demo, "Two")
    page = opened(studio, demo, **{"dataset": one.id, "with": other.id})
    assert not page.exception
    shown = metrics(page)
    assert (shown["Only in the second"], shown["Only in the first"], shown["Other text"]) == ("0", "1", "1")
    assert "disputed now" in words(page)
    same = opened(studio, demo, **{"dataset": one.id, "with": one.id})
    assert "same texts" in same.success[0].value


def test_a_limit_that_leaves_nothing_of_a_kind_is_told_before_preparing(studio: Studio) -> None:
    page = opened(studio, studio.demo())
    assert not page.warning
    page.number_input(key="datasets.generated").set_value(4.0).run()
    assert "leave out all" in page.warning[0].value
    assert "no human row" in page.warning[0].value


def test_a_version_without_a_name_is_called_after_the_project(studio: Studio) -> None:
    demo = studio.demo()
    prepare(studio, opened(studio, demo), "  ")
    assert [draft.dataset.name for draft in studio.work.datasets.drafts(demo.id)] == [demo.name]


def test_without_benchmark_files_nothing_about_them_is_asked(studio: Studio) -> None:
    page = opened(studio, studio.demo())
    assert not [element.key for element in page.multiselect if "benchmarks" in str(element.key)]
    assert "datasets.ngram" not in {element.key for element in page.number_input}


def test_a_benchmark_file_that_is_added_is_looked_for_in_the_version_at_hand(studio: Studio) -> None:
    demo, bench = studio.demo(), studio.work.benchmarks

    def add(name: str) -> int:
        look = bench.read(json.dumps({"question": f"What is {name}?"}).encode(), "b.jsonl")
        return bench.take_in(ME, demo.id, look, name, token=name).id

    one = add("One")
    page = opened(studio, demo)
    two = add("Two")
    page.run()
    assert "2 benchmarks" in sent(page)
    prepare(studio, page, "Pilot")
    (draft,) = studio.work.datasets.drafts(demo.id)
    assert sorted(draft.wish.benchmarks) == [one, two]


@pytest.mark.parametrize("name", ["\u200b", "x" * 10_000])
def test_a_name_that_cannot_be_used_is_refused_with_a_sentence(studio: Studio, name: str) -> None:
    demo = studio.demo()
    page = opened(studio, demo)
    page.text_input(key="datasets.name").set_value(name)
    page.button(key="datasets.prepare").click().run()
    assert not page.exception
    assert "dataset name" in page.error[0].value
    assert studio.work.datasets.drafts(demo.id) == []


def test_versions_are_listed_with_what_went_into_them(studio: Studio) -> None:
    demo = studio.demo()
    first = frozen(studio, demo, "First")
    frozen(studio, demo, "Second")
    page = opened(studio, demo)
    assert not page.exception
    text = sent(page)
    assert text.index("Version 2: Second") < text.index("Version 1: First")
    plain = words(page).replace("\\", "")
    assert "by You. All disciplines; demo content included; 10 % for validation with seed 0." in plain
    assert f"{first.card['splits']['train']} train + {first.card['splits']['validation']} validation" in plain


def asked_by(studio: Studio, project: Project, question: str) -> int:
    """A benchmark with this question."""
    file = json.dumps({"question": question}).encode()
    look = studio.work.benchmarks.read(file, "exam.jsonl")
    return studio.work.benchmarks.take_in(ME, project.id, look, "Exam", token="exam").id


def report(studio: Studio, project: Project, wish: DatasetWish, tab: str) -> str:
    """What a tab of a version made by this wish says."""
    made = studio.work.datasets.freeze(ME, project.id, "Pilot", wish, token="pilot")
    page = opened(studio, project, dataset=made.id)
    page.session_state["datasets.tab"] = tab
    page.run()
    assert not page.exception
    return words(page).replace("\\", "") + "".join(text.value for text in page.text)


def test_a_version_keeps_what_a_benchmark_was_found_to_ask(studio: Studio) -> None:
    demo = studio.demo()
    sample = studio.work.review.queue(demo.id, SampleFilter(review=ReviewState.ACCEPTED))[0]
    wish = DatasetWish(benchmarks=(asked_by(studio, demo, sample.question),))
    told = report(studio, demo, wish, "Benchmarks")
    assert "1 sample asks** what a benchmark asks" in told
    assert sample.question in told


def test_a_version_that_was_not_checked_says_so(studio: Studio) -> None:
    demo = studio.demo()
    asked_by(studio, demo, "Why?")
    assert "No benchmark was chosen" in report(studio, demo, DatasetWish(), "Benchmarks")


def test_samples_without_a_discipline_are_counted_beside_the_disciplines(studio: Studio) -> None:
    demo = studio.demo()
    with studio.work.context.store.write() as tx:
        plant_sample(tx, demo.id, question="What did Ann plant?", strategy="new_question")
    (sample,) = studio.work.review.queue(demo.id, SampleFilter(strategy=Strategy.NEW_QUESTION))
    studio.work.review.decide(ME, sample, ReviewState.ACCEPTED, token="a")
    assert "1 more sample has no discipline" in words(opened(studio, demo))


def test_demo_content_is_spoken_of_only_where_there_is_any(studio: Studio) -> None:
    mine = studio.mine(starter=False)
    with studio.work.context.store.write() as tx:
        plant_sample(tx, mine.id, question="What did Ann plant?")
    (sample,) = studio.work.review.queue(mine.id, SampleFilter())
    studio.work.review.decide(ME, sample, ReviewState.ACCEPTED, token="a")
    frozen(studio, mine)
    page = opened(studio, mine)
    assert not page.exception
    assert "datasets.demo" not in {tick.key for tick in page.checkbox}
    assert "demo content" not in words(page)
    demo = opened(studio, studio.demo())
    assert demo.checkbox(key="datasets.demo").value


def test_two_versions_are_compared_with_what_each_was_made_from(studio: Studio) -> None:
    demo = studio.demo()
    one = frozen(studio, demo, "One")
    other = studio.work.datasets.freeze(ME, demo.id, "Two", DatasetWish(difficulty="basic"), token="two")
    text = words(opened(studio, demo, dataset=one.id, **{"with": other.id})).replace("\\", "")
    assert "First: All disciplines; demo content included; 10 % for validation with seed 0." in text
    assert "Second: All disciplines; basic only; demo content included." in text


def test_a_version_that_is_not_there_is_told(studio: Studio) -> None:
    demo = studio.demo()
    page = opened(studio, demo, dataset="nowhere")
    assert not page.exception
    assert "There is no dataset" in page.error[0].value
    other = studio.mine("Other", starter=False)
    page = opened(studio, other, dataset=frozen(studio, demo).id)
    assert "There is no dataset" in page.error[0].value


def test_the_rows_are_readable(studio: Studio) -> None:
    demo = studio.demo()
    made = frozen(studio, demo)
    rows = studio.work.datasets.rows(demo.id, made.id)
    page = opened(studio, demo, dataset=made.id)
    page.session_state["datasets.tab"] = "Rows"
    page.run()
    assert not page.exception
    assert "Row 1" in words(page)
    assert rows[0]["row"]["subject"] in words(page).replace("\\", "")
    assert '"question":' not in page.json[0].value
    page.number_input(key="datasets.rows").set_value(6).run()
    assert "Row 6" in words(page)
    page.session_state["datasets.tab"] = "Counts"
    page.run()
    assert sum(page.dataframe[0].value["Samples"]) == made.n_items


def test_held_out_rows_leave_at_least_one_for_training() -> None:
    assert [validation_rows(count, 0.5) for count in (0, 1, 2, 3, 10)] == [0, 0, 1, 2, 5]
    assert validation_rows(100, 0.0) == 0
