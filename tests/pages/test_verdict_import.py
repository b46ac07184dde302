"""The panel for verdicts of other tools: every state is drawn, nothing is written before it was shown."""

from __future__ import annotations

from typing import Any

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner import StopException
from streamlit.testing.v1 import AppTest

from core.domain.filters import SampleFilter
from core.domain.records import Project, Sample
from core.domain.states import ReviewState
from core.services import slices
from core.services.verdict_imports import Choice, Meaning, Source
from core.store import samples
from pages.components import courses
from tests.pages.conftest import ME, Studio
from tests.unit import verdict_files


def _panel() -> None:
    from pages.components.notices import show_flash
    from pages.components.session import here
    from pages.components.verdict_import import verdict_import_panel

    show_flash()
    verdict_import_panel(here())


def panel(project: Project, **state: Any) -> AppTest:
    """The panel alone, as a page would place it."""
    app = AppTest.from_function(_panel, default_timeout=120)
    app.query_params["project"] = project.id
    for key, value in state.items():
        app.session_state[key] = value
    return app.run()


@pytest.fixture
def project(studio: Studio) -> Project:
    return studio.demo()


def some(studio: Studio, project: Project, state: ReviewState = ReviewState.PENDING) -> list[Sample]:
    with studio.work.context.store.read() as tx:
        return samples.page(tx, project.id, SampleFilter(review=state), size=3)


def with_file(studio: Studio, project: Project, content: bytes, name: str = "x.csv") -> AppTest:
    kept = studio.work.verdict_imports.keep(ME, content, name)
    return panel(project, **{"verdicts.import.upload": (kept.digest, kept.name, kept.size)})


def words(app: AppTest) -> str:
    drawn = [*app.markdown, *app.caption, *app.info, *app.warning, *app.error]
    return "\n".join(str(element.value) for element in drawn)


def figures(app: AppTest) -> dict[str, str]:
    return {str(metric.label): str(metric.value) for metric in app.metric}


def test_the_empty_panel_says_what_can_be_brought(project: Project) -> None:
    app = panel(project)
    assert not app.exception
    assert "Nothing is written before you have seen what would be." in words(app)


def test_pasted_text_is_read_and_previewed_before_anything_is_written(studio: Studio, project: Project) -> None:
    sample = some(studio, project)[0]
    app = panel(project, **{"verdicts.import.way": "Paste"})
    table = f"sample_id,content_hash,person,verdict\n{sample.id},{sample.content_hash},Ana,yes\n999,,Ana,no\n"
    app.text_area(key="verdicts.import.text").set_value(table).run()
    app.button(key="verdicts.import.read").click().run()
    assert not app.exception
    assert figures(app) == {"Will count": "1", "Not found": "1"}
    assert "1 sample becomes accepted" in words(app)
    assert some(studio, project)[0].review is ReviewState.PENDING


def test_a_file_is_taken_in_by_its_one_button_and_listed_and_taken_back(studio: Studio, project: Project) -> None:
    first, second, _ = some(studio, project)
    content = verdict_files.label_studio([(first, "ana", "accept"), (second, "bo", "reject")])
    app = with_file(studio, project, content, "export.json")
    app.selectbox(key="verdicts.import.person.0").select("label_studio:ana").run()
    app.button(key="verdicts.import.go").click().run()
    assert not app.exception
    assert [studio.work.review.view(project.id, s.id).sample.review for s in (first, second)] == [
        ReviewState.ACCEPTED,
        ReviewState.REJECTED,
    ]
    (made,) = studio.work.verdict_imports.imports(project.id)
    assert "export.json" in words(app).replace("\\", "")
    app.button(key=f"verdicts.imported.back.{made.batch}").click().run()
    assert not app.exception
    assert studio.work.review.view(project.id, first.id).sample.review is ReviewState.PENDING
    assert "taken back" in words(app)


def test_unknown_words_must_be_given_a_meaning_first(studio: Studio, project: Project) -> None:
    sample = some(studio, project)[0]
    app = with_file(studio, project, verdict_files.own([(sample, "Ana", "banana")]))
    assert app.button(key="verdicts.import.go").disabled
    assert "Say what a word above means" in words(app)
    app.selectbox(key="verdicts.import.word.verdict.0").select(Meaning.REJECT).run()
    assert not app.button(key="verdicts.import.go").disabled
    assert figures(app)["Will count"] == "1"


def test_a_file_that_is_in_already_says_so_and_has_no_button(studio: Studio, project: Project) -> None:
    sample = some(studio, project)[0]
    content = verdict_files.own([(sample, "Ana", "accept")])
    files = studio.work.verdict_imports
    look = files.look(files.keep(ME, content, "x.csv"))
    choice = Choice({"accept": Meaning.ACCEPT}, {"Ana": "Ana"})
    stamp = files.preview(project.id, look, choice).plan.stamp
    assert files.take_in(ME, project.id, look, choice, stamp=stamp) is not None
    app = with_file(studio, project, content)
    assert "This very file is in already" in words(app)
    keys = {str(button.key) for button in app.button}
    assert "verdicts.import.go" not in keys
    assert any(key.startswith("verdicts.imported.back.") for key in keys)


def test_a_file_that_is_about_none_of_these_texts_is_asked_whether_it_is_the_right_one(
    studio: Studio, project: Project
) -> None:
    stranger = "sample_id,content_hash,person,verdict\n" + "".join(f",{'ab' * 32},{who},accept\n" for who in "AB")
    assert "Is it the file of another project?" in words(with_file(studio, project, stranger.encode()))
    sample = some(studio, project)[0]
    mixed = f"{stranger}{sample.id},{sample.content_hash},Ana,accept\n"
    assert "another project?" not in words(with_file(studio, project, mixed.encode()))


def test_another_question_can_be_chosen_as_the_verdict(studio: Studio, project: Project) -> None:
    sample = some(studio, project)[0]
    told = f"sample_id,content_hash,person,verdict,mood\n{sample.id},{sample.content_hash},Ana,yes,no\n"
    app = with_file(studio, project, told.encode())
    app.toggle(key="verdicts.import.own_fields").set_value(True).run()
    app.selectbox(key="verdicts.import.field.verdict").select("mood").run()
    assert not app.exception
    assert "1 sample becomes rejected" in words(app)


def test_a_file_that_cannot_be_read_is_one_sentence_with_the_next_step(studio: Studio, project: Project) -> None:
    app = with_file(studio, project, b"PK\x03\x04" + bytes(9))
    assert not app.exception
    assert "spreadsheet file or an archive" in words(app)
    assert "Save the table as CSV" in words(app)


def test_hostile_names_are_shown_as_they_are(studio: Studio, project: Project) -> None:
    sample = some(studio, project)[0]
    evil = "![x](https://evil.example/a.png) **b**"
    app = with_file(studio, project, verdict_files.own([(sample, evil, "yes")]), "![x](https://evil.example).csv")
    assert not app.exception
    labels = [str(box.label) for box in app.selectbox]
    assert all("![" not in text.replace("\\!", "") for text in [*labels, words(app)])


@pytest.mark.parametrize("tool", [Source.LABEL_STUDIO, Source.ARGILLA])
def test_samples_are_handed_over_for_each_tool(project: Project, tool: Source) -> None:
    app = panel(project, **{"verdicts.way": "Hand samples over", "verdicts.tool": tool})
    assert not app.exception
    keys = {each.proto.id for each in app.get("download_button")}
    assert len(keys) == (2 if tool is Source.LABEL_STUDIO else 1)


def test_nothing_to_hand_over_is_said(studio: Studio) -> None:
    app = panel(studio.mine(starter=False), **{"verdicts.way": "Hand samples over"})
    assert "No sample waits for a verdict" in words(app)


class Killed(BaseException):
    """The process dies here."""


def _dies(*_: int) -> None:
    raise Killed


def begun(studio: Studio, project: Project, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A file of three verdicts, two of which came in before the process died."""
    monkeypatch.setattr(slices, "MOST", 2)
    content = verdict_files.own([(sample, "Ana", "accept") for sample in some(studio, project)])
    files = studio.work.verdict_imports
    look = files.look(files.keep(ME, content, "x.csv"))
    choice = Choice({"accept": Meaning.ACCEPT}, {"Ana": "Ana"})
    stamp = files.preview(project.id, look, choice).plan.stamp
    with pytest.raises(Killed):
        files.take_in(ME, project.id, look, choice, stamp=stamp, tell=_dies)
    return content


def test_a_file_that_stopped_halfway_is_told_and_finished_by_its_one_button(
    studio: Studio, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = begun(studio, project, monkeypatch)
    assert "up to verdict 2 of 3 (2 verdicts). Unless somebody is taking it in just now, bring it again" in words(
        panel(project)
    )
    app = with_file(studio, project, content)
    assert "up to verdict 2 of 3 (2 verdicts). Take in the rest, or take back what is in." in words(app)
    assert figures(app) == {"Will count": "1", "In already": "2", "Not found": "0"}
    app.button(key="verdicts.import.go").click().run()
    assert not app.exception
    assert [toast.value for toast in app.toast] == [r"3 verdicts of x\.csv taken in\."]
    (made,) = studio.work.verdict_imports.imports(project.id)
    assert (made.complete, made.count) == (True, 3)


def test_a_file_that_stopped_halfway_and_is_read_otherwise_now_can_only_be_taken_back(
    studio: Studio, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = with_file(studio, project, begun(studio, project, monkeypatch))
    app.selectbox(key="verdicts.import.word.verdict.0").select(Meaning.REJECT).run()
    assert "chosen otherwise than now" in words(app)
    assert "verdicts.import.go" not in {button.key for button in app.button}
    (half,) = studio.work.verdict_imports.imports(project.id)
    app.button(key=f"verdicts.imported.back.{half.batch}").click().run()
    assert not app.exception
    assert app.button(key="verdicts.import.go").label == "Take in 3 verdicts"


def test_work_that_nobody_watches_any_more_goes_on_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    class Bar:
        """One whose page was closed after the first step."""

        def progress(self, share: float, text: str) -> None:
            drawn.append((share, text))
            if len(drawn) == 2:
                raise StopException

    drawn: list[tuple[float, str]] = []
    monkeypatch.setattr(st, "progress", lambda *_, **__: Bar())
    done = []

    def work() -> None:
        with courses.course("Steps") as tell:
            for step in range(1, 5):
                tell(step, 4)
                done.append(step)

    with pytest.raises(StopException):
        work()
    assert done == [1, 2, 3, 4]
    assert drawn == [(0.25, "Steps: 1 of 4"), (0.5, "Steps: 2 of 4")]
