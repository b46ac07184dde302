"""The dialog for bulk verdicts, on a page of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.filters import SampleFilter
from core.domain.people import Principal
from core.domain.records import Project
from core.domain.states import ReviewState
from core.services import bulk_verdicts as module
from core.services import slices
from tests.pages.conftest import ME, Studio
from tests.pages.review_people import BO, NO, YES, pending

HOSTILE = "<img src=x onerror=alert(1)> ![x](http://e/x.png) :red[x] **b**"


def _screen() -> None:
    """What the review page draws of it."""
    import streamlit as st

    from core.domain.filters import SampleFilter
    from core.domain.queues import QueueWish
    from core.domain.states import ReviewState
    from pages.components.bulk_verdicts import bulk_button
    from pages.components.notices import show_flash
    from pages.components.session import here

    h = here()
    show_flash()
    state = st.query_params.get("state", "pending_review")
    bulk_button(h, QueueWish(SampleFilter(review=ReviewState(state), difficulty=st.query_params.get("difficulty"))))


def screen(project: Project, **query: str) -> AppTest:
    """That screen as it first appears."""
    app = AppTest.from_function(_screen, default_timeout=120)
    for key, value in {"project": project.id, **query}.items():
        app.query_params[key] = value
    return app.run()


def press(app: AppTest, name: str) -> AppTest:
    """Click a button of the dialog."""
    app.button(key=f"bulk.{name}").click().run()
    assert not app.exception
    return app


def look_at_all(app: AppTest) -> AppTest:
    """Page through the examples."""
    while not app.button(key="bulk.next").disabled:
        press(app, "next")
    return app


def said(app: AppTest) -> str:
    """All words on the screen."""
    kinds = ("markdown", "caption", "info", "warning", "error", "success", "toast")
    return "\n".join(str(each.value) for kind in kinds for each in getattr(app, kind))


def count(studio: Studio, project: Project, state: ReviewState) -> int:
    """How many samples are in this state."""
    return int(getattr(studio.work.review.counts(project.id, SampleFilter()), state.value.removesuffix("_review")))


def stopping_after(number: int) -> Callable[..., None]:
    """Writes the events of so many slices, then the process is stopped."""
    real, left = module._log, [number]

    def log(*told: Any) -> None:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        real(*told)

    return log


@pytest.fixture
def project(studio: Studio) -> Project:
    return studio.demo()


def test_nothing_is_judged_before_every_example_was_looked_at(studio: Studio, project: Project) -> None:
    app = press(screen(project), "open")
    number = len(pending(studio, project))
    assert f"**{number:,} samples** will get the verdict" in said(app)
    assert "Example 1 of 10" in said(app)
    for left in range(9, 0, -1):
        assert app.button(key="bulk.judge").disabled
        assert f"{left} example" in said(app)
        press(app, "next")
    assert not app.button(key="bulk.judge").disabled
    assert app.button(key="bulk.judge").label == f"Accept {number:,} samples"
    press(app, "back")
    assert "Example 9 of 10" in said(app)
    assert not app.button(key="bulk.judge").disabled
    assert count(studio, project, ReviewState.PENDING) == number


def test_all_are_accepted_and_taken_back_in_the_dialog(studio: Studio, project: Project) -> None:
    before = studio.work.review.counts(project.id, SampleFilter())
    app = press(look_at_all(press(screen(project), "open")), "judge")
    assert f"**{before.pending:,} samples** accepted" in said(app)
    assert count(studio, project, ReviewState.PENDING) == 0
    press(app, "take_back")
    assert f"{before.pending:,} verdicts taken back" in said(app)
    assert studio.work.review.counts(project.id, SampleFilter()) == before
    press(app, "close")
    assert not [each for each in app.button if each.key == "bulk.close"]


def test_what_an_interrupted_undo_left_is_said_to_its_own_person_and_finished_in_one_press(
    studio: Studio, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = len(pending(studio, project))
    press(look_at_all(press(screen(project), "open")), "judge")
    with monkeypatch.context() as patch:
        patch.setattr(slices, "MOST", 5)
        patch.setattr(module, "_log", stopping_after(1))
        with pytest.raises(KeyboardInterrupt):
            studio.work.review.undo(ME, project.id, token="u")
    assert "in part only" not in said(studio.page("review", project, person=BO.name))
    app = studio.page("review", project, person=ME.name)
    assert f"of {number} samples {number - 5} still stand as accepted by you" in said(app)
    app = press(app, "finish")
    assert f"{number - 5} verdicts taken back" in said(app)
    assert "in part only" not in said(app)
    assert count(studio, project, ReviewState.PENDING) == number


def test_all_are_rejected_with_a_reason_only(studio: Studio, project: Project) -> None:
    pending_before = count(studio, project, ReviewState.PENDING)
    rejected_before = count(studio, project, ReviewState.REJECTED)
    app = look_at_all(press(screen(project), "open"))
    app.segmented_control(key="bulk.verdict").set_value(NO).run()
    assert app.button(key="bulk.judge").disabled
    assert "Say why" in said(app)
    app.selectbox(key="bulk.reason").set_value(project.reject_reasons[0]).run()
    press(app, "judge")
    assert count(studio, project, ReviewState.REJECTED) == rejected_before + pending_before


def test_only_what_fits_the_filter_is_judged(studio: Studio, project: Project) -> None:
    wanted = SampleFilter(review=ReviewState.PENDING, difficulty="challenging")
    inside = studio.work.review.queue(project.id, wanted, size=1000)
    app = press(look_at_all(press(screen(project, difficulty="challenging"), "open")), "judge")
    assert f"**{len(inside):,} samples** accepted" in said(app)
    assert pending(studio, project)


def test_where_nothing_is_pending_there_is_nothing_to_judge(studio: Studio, project: Project) -> None:
    app = press(screen(project, state="accepted"), "open")
    assert "None of these samples is pending" in said(app)
    assert not [each for each in app.button if each.key == "bulk.judge"]


def test_what_changed_meanwhile_is_passed_over_and_said(studio: Studio, project: Project) -> None:
    app = look_at_all(press(screen(project), "open"))
    studio.work.review.decide(BO, pending(studio, project)[0], NO, token="b")
    press(app, "judge")
    assert "1 sample was passed over" in said(app)


def test_closing_and_opening_again_begins_anew(studio: Studio, project: Project) -> None:
    app = look_at_all(press(screen(project), "open"))
    press(app, "open")
    assert "Example 1 of 10" in said(app)
    assert app.button(key="bulk.judge").disabled


def test_a_small_queue_needs_fewer_looks(studio: Studio, project: Project) -> None:
    for sample in pending(studio, project)[:-2]:
        studio.work.review.decide(BO, sample, YES, token=f"t{sample.id}")
    app = press(screen(project), "open")
    assert "Example 1 of 2" in said(app)
    press(press(app, "next"), "judge")
    assert count(studio, project, ReviewState.PENDING) == 0


def test_hostile_texts_are_drawn_as_words(studio: Studio, project: Project) -> None:
    for sample in pending(studio, project)[1:]:
        studio.work.review.decide(BO, sample, YES, token=f"t{sample.id}")
    studio.work.review.edit(Principal(HOSTILE), pending(studio, project)[0], HOSTILE, HOSTILE + "!", token="e")
    words = said(press(screen(project), "open"))
    assert "![x](http" not in words
    assert not re.search(r"(?<!\\)<img", words)
