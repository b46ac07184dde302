"""The home page: two ways to begin, then the next step and true figures."""

from __future__ import annotations

import pytest

from core.domain.filters import SampleFilter
from core.domain.sampling import Difficulty
from core.errors import StudioError
from core.store import ledger
from tests.pages.conftest import ME, Studio
from tests.pages.review_people import NO, YES, judge_blind

HOSTILE = "<img src=x onerror=alert(1)> ![x](http://127.0.0.1:9/x.png) **b** :material/home: [a](javascript:x)"


def test_without_a_project_there_are_two_ways_to_begin(studio: Studio) -> None:
    page = studio.page()
    assert not page.exception
    assert page.title[0].value == "Build an instruction dataset you can vouch for"
    assert [button.key for button in page.button] == ["home.create", "home.demo"]
    assert "418" in " ".join(m.value for m in page.markdown)


def test_a_project_with_the_starter_taxonomy_is_one_click(studio: Studio) -> None:
    page = studio.page()
    page.text_input(key="home.name").set_value("Undergraduate science")
    page.button(key="home.create").click().run()
    assert not page.exception
    (project,) = studio.work.projects.all()
    assert project.name == "Undergraduate science"
    assert len(studio.work.taxonomy.disciplines(project.id)) == studio.work.projects.shipped().disciplines
    assert page.title[0].value == "Undergraduate science"
    assert "Verify a discipline" in " ".join(m.value for m in page.markdown)


@pytest.mark.parametrize("name", ["", "   ", "\u200b\u200b", "x" * 10_000])
def test_a_name_that_cannot_be_used_is_explained_and_nothing_is_made(studio: Studio, name: str) -> None:
    page = studio.page()
    page.text_input(key="home.name").set_value(name)
    page.button(key="home.create").click().run()
    assert not page.exception
    assert "project name" in page.error[0].value
    assert studio.work.projects.all() == []


def test_a_duplicate_name_is_refused(studio: Studio) -> None:
    studio.mine("Twice")
    with pytest.raises(StudioError, match="already a project"):
        studio.work.projects.create(ME, "Twice", starter=False, token="other")


def test_one_token_makes_one_project(studio: Studio) -> None:
    first = studio.work.projects.create(ME, "Once", starter=False, token="t")
    assert studio.work.projects.create(ME, "Once", starter=False, token="t").id == first.id
    assert len(studio.work.projects.all()) == 1


def test_a_hostile_name_is_shown_as_words(studio: Studio) -> None:
    studio.mine(HOSTILE, starter=False)
    page = studio.page()
    assert not page.exception
    title = page.title[0].value
    assert "\\<img" in title
    assert "\\!\\[x\\]\\(" in title
    assert ":material/" not in title


def test_the_demo_opens_with_reviewed_and_waiting_samples_and_no_cost(studio: Studio) -> None:
    page = studio.page()
    page.button(key="home.demo").click().run()
    assert not page.exception
    (demo,) = studio.work.projects.all()
    standing = studio.work.projects.standing(demo.id)
    assert standing.verified_disciplines == 3
    assert standing.samples >= 300
    assert min(standing.reviews.values()) > 0
    with studio.work.context.store.read() as tx:
        assert ledger.spent(tx, "project", demo.id).calls == 0
    figures = {metric.label: metric.value for metric in page.metric}
    assert figures["Spent"] == "$0"
    assert figures["Samples"] == f"{standing.samples:,}"


def test_home_and_review_count_the_same_samples_as_judged_disputed_ones_too(studio: Studio) -> None:
    project = studio.demo()
    judge_blind(studio, project, [(YES, NO)] * 3)
    counts = studio.work.review.counts(project.id, SampleFilter())
    assert counts.disputed >= 3
    judged = f"{counts.all - counts.pending:,} of {counts.all:,}"
    review = studio.page("review", project)
    assert any(f"**{judged} judged**" in bar.proto.text for bar in review.get("progress"))
    home = studio.page("home", project)
    assert any(bar.proto.text.startswith(judged) for bar in home.get("progress"))
    assert f"{counts.pending:,} to judge" in [figure.delta for figure in home.metric]


def test_opening_the_demo_again_makes_no_second_one(studio: Studio) -> None:
    assert studio.demo().id == studio.demo().id


@pytest.mark.parametrize("difficulty", list(Difficulty))
def test_every_demo_sample_carries_its_whole_lineage(studio: Studio, difficulty: Difficulty) -> None:
    from core.domain.filters import SampleFilter

    demo = studio.demo()
    found = studio.work.review.queue(demo.id, SampleFilter(difficulty=difficulty), size=500)
    assert len(found) > 100
    for sample in found:
        wanted = 1 if difficulty is Difficulty.BASIC else 2
        assert len(sample.lineage["sessions"]) == len(sample.lineage["groups"]) == wanted
        assert all(sample.lineage["groups"])
        assert sample.lineage["path"][-1] == sample.lineage["discipline"]
