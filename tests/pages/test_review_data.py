"""What the card in the browser is given: task views, differences, disputes; a blind reader gets no verdict."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from core.domain.filters import SampleFilter
from core.domain.people import Principal
from core.domain.queues import QueueWish
from core.domain.records import Project
from core.domain.states import ReviewState
from core.services.sample_views import SampleView
from pages.components.review_data import card_of
from pages.components.review_task import options_of, task_part
from pages.components.text_diff import word_changes
from tests.pages.conftest import ME, Studio


@pytest.fixture
def project(studio: Studio) -> Project:
    """The worked demo, without the blind second looks that its verdicts ask for."""
    demo = studio.demo()
    with studio.work.context.store.write() as tx:
        tx.run("UPDATE sample SET second=0 WHERE project_id=?", (demo.id,))
    return demo


@pytest.fixture
def view(studio: Studio, project: Project) -> SampleView:
    """A pending sample."""
    wish = QueueWish(SampleFilter(review=ReviewState.PENDING))
    return studio.work.queues.serve(ME, project.id, wish).views[0]


def as_task(view: SampleView, task: str, question: str, answer: str) -> SampleView:
    """The same sample as one of a seed set."""
    changed = {"lineage": {**view.sample.lineage, "task_type": task}, "question": question, "answer": answer}
    return replace(view, sample=view.sample.model_copy(update=changed))


def test_a_card_can_be_sent_and_names_what_a_press_must_name(view: SampleView) -> None:
    card = json.loads(json.dumps(card_of(view, "")))
    sample = view.sample
    assert (card["id"], card["version"], card["hash"]) == (sample.id, sample.version, sample.content_hash)
    assert any(f"session {sample.lineage['session_numbers'][0]} of 10" in fact for fact in card["facts"])


def test_the_marked_option_the_query_and_the_final_answer_stand_out(view: SampleView) -> None:
    choice = task_part(as_task(view, "multiple_choice", "Which?\n\nA. one\nB. two", "The answer is B."))
    assert choice
    assert [(option.letter, option.marked) for option in choice.options] == [("A", False), ("B", True)]
    query = task_part(as_task(view, "text_to_sql", "How many?", "```sql\nSELECT 1;\n```"))
    assert query
    assert query.sql == "SELECT 1"
    number = task_part(as_task(view, "maths", "How many?", "So it is 5.\n#### 72"))
    assert number
    assert number.words == "72"
    assert task_part(view) is None


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("By symmetry.\n\n**Final answer:** f: odd, g: neither", "f: odd, g: neither"),
        ("So both are odd.", "None can be told from the answer."),
    ],
)
def test_a_final_answer_in_words_is_shown_as_it_is_written(view: SampleView, answer: str, shown: str) -> None:
    told = task_part(as_task(view, "maths", "Which are odd?", answer))
    assert told
    assert told.words == shown


@pytest.mark.parametrize(
    ("question", "letters"),
    [("x\nA) a\nB) b\nC) c", "ABC"), ("(A) a\n(B) b", "AB"), ("A. a\nC. c", ""), ("A. only one", ""), ("none", "")],
)
def test_options_are_letters_without_a_gap(question: str, letters: str) -> None:
    assert "".join(letter for letter, _ in options_of(question)) == letters


def test_an_edit_shows_which_words_went_and_which_came(studio: Studio, project: Project, view: SampleView) -> None:
    sample = view.sample
    studio.work.review.edit(ME, sample, f"{sample.question} Really?", sample.answer, token="t")
    changes = card_of(studio.work.review.view(project.id, sample.id), "")["changes"]
    assert [name for name, _ in changes["parts"]] == ["Question"]
    assert ("+", " Really?") in changes["parts"][0][1]


@pytest.mark.parametrize(("old", "new"), [("a b c", "a x c"), ("", "a"), ("a\n\nb", "a\nb"), ("x " * 9000, "y")])
def test_both_texts_can_be_read_out_of_a_difference(old: str, new: str) -> None:
    parts = word_changes(old, new)
    assert "".join(text for how, text in parts if how != "+") == old
    assert "".join(text for how, text in parts if how != "-") == new


def test_a_text_written_anew_is_shown_whole_and_not_word_by_word() -> None:
    old, new = "The sum of the angles is 180 degrees.", "Count the edges first; there are twelve of the kind."
    assert word_changes(old, new) == [("-", old), ("+", new)]
    assert len(word_changes(old, old.replace("180", "360"))) > 2


def test_an_adjudicator_sees_both_sides_and_a_blind_reader_none(
    studio: Studio, project: Project, view: SampleView
) -> None:
    sample = studio.work.review.decide(Principal("Ada"), view.sample, ReviewState.ACCEPTED, token="1", note="fine")
    studio.work.review.decide(Principal("Grace"), sample, ReviewState.REJECTED, token="2", reason="Unsafe")
    seen = studio.work.review.view(project.id, sample.id)
    assert [(said["person"], said["why"]) for said in card_of(seen, "")["said"]] == [
        ("Ada", "fine"),
        ("Grace", "Unsafe"),
    ]
    pending = seen.sample.model_copy(update={"review": ReviewState.PENDING})
    blind = replace(seen, sample=pending, reviews=(), blind=True)
    told = json.dumps(card_of(blind, ""))
    assert "Ada" not in told
    assert "Unsafe" not in told
