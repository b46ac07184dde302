"""The review page: its four states, verdicts that count once, edits, undo, conflicts, filters and place in the URL."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.filters import SampleFilter
from core.domain.people import Principal
from core.domain.queues import QueueWish
from core.domain.records import Project, Sample
from core.domain.review import SHUFFLE_RANGE, ReviewPlan
from core.domain.states import ReviewState
from core.store import verifications
from pages.components.text import rich, safe
from tests.pages.conftest import ME, Studio
from tests.pages.review_people import BO

PENDING = SampleFilter(review=ReviewState.PENDING)
HOSTILE = (
    "<img src=x onerror=alert(1)> ![x](http://127.0.0.1:9/x.png) **b** :material/home: [a](javascript:x) "
    "\u202eRTL\u202c שלום"
)


@pytest.fixture
def project(studio: Studio) -> Project:
    """The worked demo, without the blind second looks that its verdicts ask for."""
    demo = studio.demo()
    with studio.work.context.store.write() as tx:
        tx.run("UPDATE sample SET second=0 WHERE project_id=?", (demo.id,))
    return demo


def queue(studio: Studio, project: Project, wanted: SampleFilter = PENDING, size: int = 5) -> list[Sample]:
    """The first samples of a queue."""
    return studio.work.review.queue(project.id, wanted, size=size)


def press(app: AppTest, key: str) -> AppTest:
    """Press the button whose key begins so."""
    return next(button for button in app.button if str(button.key).startswith(f"review.{key}")).click().run()


def said(app: AppTest) -> str:
    """All Markdown and captions of the page."""
    return "\n".join([str(part.value) for part in [*app.markdown, *app.caption]])


def now(studio: Studio, sample: Sample) -> Sample:
    """The sample as it stands."""
    return studio.work.review.view(sample.project_id, sample.id).sample


def test_without_samples_the_page_says_where_they_come_from(studio: Studio) -> None:
    app = studio.page("review", studio.mine(starter=False))
    assert not app.exception
    assert "No samples to review" in said(app)
    assert app.get("page_link")
    assert not app.main.button


def test_the_card_shows_question_answer_and_lineage(studio: Studio, project: Project) -> None:
    first = queue(studio, project)[0]
    app = studio.page("review", project)
    assert not app.exception
    assert f"**Sample {first.id}**" in said(app)
    where = f"{first.lineage['subject']}, session {first.lineage['session_numbers'][0]} of 10"
    assert where in said(app)
    assert "Basic, demo content, no call and no cost" in said(app)


def test_the_plain_card_waits_until_the_cards_own_script_had_its_time(studio: Studio, project: Project) -> None:
    app = studio.page("review", project)
    app.session_state["review.until"] = float("inf")
    app.run()
    assert "Opening the first sample" in said(app)
    assert not [button for button in app.button if str(button.key).startswith("review.accept")]
    app.session_state["review.until"] = 0.0
    first = queue(studio, project)[0]
    press(app.run(), "accept")
    assert now(studio, first).review is ReviewState.ACCEPTED


def test_accept_goes_to_the_next_sample_and_counts(studio: Studio, project: Project) -> None:
    first, second = queue(studio, project, size=2)
    counts = studio.work.review.counts(project.id, SampleFilter())
    app = press(studio.page("review", project), "accept")
    assert now(studio, first).review is ReviewState.ACCEPTED
    assert f"**Sample {second.id}**" in said(app)
    assert app.query_params["sample"] == str(second.id)
    assert studio.work.review.counts(project.id, SampleFilter()).accepted == counts.accepted + 1


def test_reject_asks_for_the_reason_and_keeps_the_note(studio: Studio, project: Project) -> None:
    first = queue(studio, project)[0]
    app = press(studio.page("review", project), "reject")
    assert now(studio, first).review is ReviewState.PENDING
    app.text_input(key="review.note").input(HOSTILE).run()
    press(app, "reason.3")
    entry = studio.work.review.view(project.id, first.id).reviews[-1]
    assert (entry.verdict, entry.reason) == ("reject", project.reject_reasons[2])
    assert entry.note.startswith("<img")


def test_skip_leaves_the_sample_pending(studio: Studio, project: Project) -> None:
    first, second = queue(studio, project, size=2)
    app = press(studio.page("review", project), "skip")
    assert now(studio, first).review is ReviewState.PENDING
    assert f"**Sample {second.id}**" in said(app)


def test_undo_takes_back_any_number_of_steps(studio: Studio, project: Project) -> None:
    first, second = queue(studio, project, size=2)
    app = press(press(studio.page("review", project), "accept"), "accept")
    app = press(press(app, "undo"), "undo")
    assert {now(studio, first).review, now(studio, second).review} == {ReviewState.PENDING}
    assert f"**Sample {first.id}**" in said(app)
    app = press(app, "undo")
    assert "There is nothing to undo" in said(app)
    assert not app.error


def test_a_flag_is_set_and_taken_away_any_number_of_times(studio: Studio, project: Project) -> None:
    first = queue(studio, project)[0]
    app = studio.page("review", project)
    for flagged in (True, False, True, False):
        app = press(app, "flag")
        assert now(studio, first).flagged is flagged


def test_a_flag_that_another_set_meanwhile_stays(studio: Studio, project: Project) -> None:
    first = queue(studio, project)[0]
    app = studio.page("review", project)
    studio.work.review.flag(BO, first, on=True, token="bo")
    press(app, "flag")
    assert now(studio, first).flagged


def test_an_edit_makes_a_revision_that_awaits_a_verdict(studio: Studio, project: Project) -> None:
    first = queue(studio, project)[0]
    app = press(studio.page("review", project), "edit")
    app.text_area(key="review.question").input("A better question, $x<1$?")
    press(app, "save")
    assert now(studio, first).question == "A better question, $x<1$?"
    assert (now(studio, first).revision, now(studio, first).review) == (2, ReviewState.PENDING)


def test_save_and_accept_does_both(studio: Studio, project: Project) -> None:
    first = queue(studio, project)[0]
    app = press(studio.page("review", project), "edit")
    app.text_area(key="review.answer").input("A better answer.")
    press(app, "save_accept")
    assert (now(studio, first).answer, now(studio, first).review) == ("A better answer.", ReviewState.ACCEPTED)


def test_an_empty_edit_is_refused_and_the_form_stays(studio: Studio, project: Project) -> None:
    first = queue(studio, project)[0]
    app = press(studio.page("review", project), "edit")
    app.text_area(key="review.answer").input("   ")
    app = press(app, "save")
    assert "The answer is empty" in app.error[0].value
    assert app.text_area(key="review.answer")
    assert now(studio, first).revision == 1
    assert not press(app, "cancel").error


def test_a_verdict_on_a_text_that_changed_shows_both_and_goes_on(studio: Studio, project: Project) -> None:
    first, second = queue(studio, project, size=2)
    app = studio.page("review", project)
    other = Principal("Somebody else")
    studio.work.review.edit(other, first, "Changed question.", first.answer, token="t1")
    app = press(app, "accept")
    assert not app.exception
    assert "was changed by somebody else" in app.warning[0].value
    assert ":green-background[Changed question" in said(app)
    assert now(studio, first).review is ReviewState.PENDING
    assert f"**Sample {second.id}**" in said(app)
    assert not press(app, "conflicts_close").warning


def test_a_verdict_that_came_too_late_can_be_given_on_what_stands_there_now(studio: Studio, project: Project) -> None:
    first = queue(studio, project)[0]
    app = studio.page("review", project, state="all", sample=str(first.id))
    studio.work.review.decide(BO, first, ReviewState.ACCEPTED, token="t1")
    app = press(app, "accept")
    (warning,) = app.warning
    words = f"Sample {first.id} was judged by somebody else; it is now accepted. Your acceptance did not count."
    assert warning.value == safe(words)
    app = press(app, "again")
    assert not app.warning
    assert f"**Sample {first.id}**" in said(app)
    press(app, "accept")
    assert [entry.person for entry in studio.work.review.view(project.id, first.id).reviews] == [BO.name, ME.name]


def test_an_edit_that_lost_the_race_keeps_what_was_typed(studio: Studio, project: Project) -> None:
    first = queue(studio, project)[0]
    app = press(studio.page("review", project), "edit")
    studio.work.review.edit(Principal("Somebody else"), first, "Theirs.", first.answer, token="t1")
    app.text_area(key="review.question").input("Mine.")
    app = press(app, "save")
    assert (now(studio, first).question, app.text_area(key="review.question").value) == ("Theirs.", "Mine.")
    press(app, "save")
    assert now(studio, first).question == "Mine."


def test_another_verdict_on_a_judged_sample_is_a_dispute(studio: Studio, project: Project) -> None:
    rejected = queue(studio, project, replace(PENDING, review=ReviewState.REJECTED), 1)[0]
    app = studio.page("review", project, state="rejected")
    assert f"**Sample {rejected.id}**" in said(app)
    app = press(app, "accept")
    assert now(studio, rejected).review is ReviewState.DISPUTED
    assert f"Sample {rejected.id} accepted by you; others differ, it is disputed." in said(app)


def test_another_reason_for_a_rejected_sample_is_kept(studio: Studio, project: Project) -> None:
    rejected = queue(studio, project, replace(PENDING, review=ReviewState.REJECTED), 1)[0]
    app = press(studio.page("review", project, state="rejected"), "reject")
    press(app, "reason.6")
    assert studio.work.review.view(project.id, rejected.id).reviews[-1].reason == project.reject_reasons[5]


def test_filters_and_place_come_from_the_url(studio: Studio, project: Project) -> None:
    wanted = replace(PENDING, difficulty="challenging")
    third = queue(studio, project, wanted, 3)[2]
    app = studio.page("review", project, difficulty="challenging", sample=str(third.id))
    assert app.selectbox(key="review.difficulty").value == "challenging"
    assert f"**Sample {third.id}**" in said(app)


def test_a_sample_that_does_not_exist_is_an_error_and_the_queue_goes_on(studio: Studio, project: Project) -> None:
    app = studio.page("review", project, sample="999999")
    assert "There is no sample 999999" in app.error[0].value
    assert f"**Sample {queue(studio, project)[0].id}**" in said(app)


@pytest.mark.parametrize("bad", ["-1", "x", "", "²", "9" * 40])
def test_a_broken_link_begins_at_the_front(studio: Studio, project: Project, bad: str) -> None:
    app = studio.page("review", project, sample=bad, state=bad, discipline=bad, difficulty=bad, run=bad)
    assert not app.exception
    assert f"**Sample {queue(studio, project)[0].id}**" in said(app)


def test_gold_items_do_not_keep_a_queue_from_its_end(studio: Studio, project: Project) -> None:
    first, *others = queue(studio, project, size=1000)
    studio.work.reviewers.add_gold(BO, project.id, first.id, ReviewState.ACCEPTED)
    studio.work.review.decide(ME, first, ReviewState.ACCEPTED, token="gold", blind=True)
    for sample in others[:-1]:
        studio.work.review.decide(ME, sample, ReviewState.ACCEPTED, token=f"t{sample.id}")
    app = press(studio.page("review", project), "accept")
    assert "Every sample is judged" in said(app)
    assert "1 gold item stays pending" in said(app)


def test_what_others_hold_is_told_apart_from_gold_items_at_the_end(studio: Studio, project: Project) -> None:
    first, held, *others = queue(studio, project, size=1000)
    studio.work.reviewers.add_gold(BO, project.id, first.id, ReviewState.ACCEPTED)
    studio.work.review.decide(ME, first, ReviewState.ACCEPTED, token="gold", blind=True)
    studio.work.queues.serve(BO, project.id, QueueWish(PENDING), first=held.id)
    for sample in others:
        studio.work.review.decide(ME, sample, ReviewState.ACCEPTED, token=f"t{sample.id}")
    words = said(studio.page("review", project))
    assert "Nothing left for you" in words
    assert "Bo has 1 sample in hand. What they leave comes here by itself, the first after 15 minutes." in words
    assert "1 gold item stays pending" in words


def test_the_end_of_the_queue_says_what_to_do_next(studio: Studio, project: Project) -> None:
    for sample in queue(studio, project, size=1000)[:-1]:
        studio.work.review.decide(ME, sample, ReviewState.ACCEPTED, token=f"t{sample.id}")
    app = press(studio.page("review", project), "accept")
    assert "Every sample is judged" in said(app)
    assert app.get("page_link")
    app = press(app, "look.rejected")
    assert app.selectbox(key="review.state").value == "rejected"
    assert press(app, "undo")


def test_filters_that_nothing_fits_can_be_cleared(studio: Studio, project: Project) -> None:
    app = studio.page("review", project, verification="verified")
    assert "No sample fits these filters" in said(app)
    assert f"**Sample {queue(studio, project)[0].id}**" in said(press(app, "clear"))


@pytest.mark.parametrize("text", [HOSTILE, "x" * 10_000, "$5 and $8", "a\n\n```\n<b>\n```"])
def test_hostile_texts_are_drawn_as_words(studio: Studio, project: Project, text: str) -> None:
    first = queue(studio, project)[0]
    studio.work.review.edit(Principal(HOSTILE), first, text, text + "!", token="t")
    with studio.work.context.store.write() as tx:
        verifications.verify(tx, now(studio, first), method="judge", passed=False, detail=text, request_id=None, at=1.0)
    app = studio.page("review", project)
    assert not app.exception
    assert "![x](http" not in said(app)
    assert not re.search(r"(?<!\\)<img", said(app))
    assert "(javascript:" not in said(app).replace("] (javascript:", "").replace("\\(javascript:", "")


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("It costs $5 and $8.", r"It costs \$5 and \$8."),
        ("$1.50 for $x$", r"\$1.50 for $x$"),
        ("$x < 5$ and a < b", "$x < 5$ and a &lt; b"),
        ("`a < b`", "`a < b`"),
        ("```sql\na < $5 or $6\n```\n<i>", "```sql\na < $5 or $6\n```  \n&lt;i>"),
        (r"\(x<1\) and \[y\]", "$x<1$ and $y$"),
        ("\\[\nx^2\n\\]", "$$\nx^2\n$$"),
        (
            "20*2=<<20*2=40>>40 of *these*\n**16**\n#### 16",
            "20\\*2=&lt;&lt;20\\*2=40>>40 of *these*  \n**16**  \n\\#\\#\\#\\# 16",
        ),
        (
            "Count?\n\nCREATE TABLE t (\n  a INTEGER -- *\n);",
            "Count?\n\n```sql\nCREATE TABLE t (\n  a INTEGER -- *\n);\n```",
        ),
        ("### Step 1\n- a\n- b", "### Step 1  \n- a  \n- b"),
        ("![x](http://e/x.png)", r"!\[x](http://e/x.png)"),
        ("| ` | ![x](http://e/x.png) | ` |", "| ` | !\u200b[x]\u200b(http://e/x.png) | ` |"),
    ],
)
def test_formulas_and_code_stay_and_prices_are_no_formulas(written: str, drawn: str) -> None:
    assert rich(written) == drawn


def test_a_dispute_shows_both_sides_and_is_settled_by_the_same_buttons(studio: Studio, project: Project) -> None:
    first = queue(studio, project)[0]
    sides = (("Ada", ReviewState.ACCEPTED, "fine"), ("Grace", ReviewState.REJECTED, "sign is lost"))
    for name, verdict, note in sides:
        studio.work.review.decide(Principal(name), now(studio, first), verdict, token=name, note=note)
    app = studio.page("review", project, state="disputed")
    assert not app.exception
    assert all(name in said(app) and note in said(app) for name, _, note in sides)
    press(app, "accept")
    assert now(studio, first).review is ReviewState.ACCEPTED


def test_whoever_finds_no_dispute_is_told_what_others_settle_just_now_and_what_is_not_theirs(
    studio: Studio, project: Project
) -> None:
    sides = ((BO, ReviewState.ACCEPTED), (Principal("Cy"), ReviewState.REJECTED))
    for parties, sample in zip(
        (sides, sides, ((ME, sides[0][1]), sides[1])), queue(studio, project, size=3), strict=True
    ):
        for person, verdict in parties:
            studio.work.review.decide(person, now(studio, sample), verdict, token=f"{person.name} {sample.id}")
    disputes = QueueWish(replace(PENDING, review=ReviewState.DISPUTED))
    studio.work.queues.serve(Principal("Dee"), project.id, disputes, size=3)
    words = said(studio.page("review", project, state="disputed"))
    assert "Dee has 2 samples in hand. What they leave comes here by itself" in words
    assert "minutes. 1 sample is disputed: your verdict is one of those that differ" in words
    studio.work.queues.release(Principal("Dee"), project.id)


def test_after_a_settled_dispute_the_card_names_who_settled_it_and_a_party_learns_what_stays(
    studio: Studio, project: Project
) -> None:
    first = queue(studio, project)[0]
    ada, grace, dee = (Principal(name) for name in ("Ada", "Grace", "Dee"))
    for person, verdict in (
        (ada, ReviewState.ACCEPTED),
        (grace, ReviewState.REJECTED),
        (dee, ReviewState.ACCEPTED),
    ):
        studio.work.review.decide(person, now(studio, first), verdict, token=person.name, reason="Unsafe")
    app = studio.page("review", project, state="accepted", sample=str(first.id), person="Ada")
    assert "**Dee** :green[settled it: accepted]" in said(app)
    app = press(press(app, "reject"), "reason.1")
    assert now(studio, first).review is ReviewState.ACCEPTED
    assert f"Sample {first.id} rejected by you; it stays accepted." in said(app)


def test_who_holds_what_is_left_is_told_by_name_and_what_is_outside_the_share_apart(
    studio: Studio, project: Project
) -> None:
    listed = queue(studio, project, size=1000)
    outside, *inside = sorted(listed, key=lambda sample: -sample.shuffle)
    share = outside.shuffle / SHUFFLE_RANGE
    plan = ReviewPlan(second_share=0, gold_share=0, share=share, lease_minutes=20)
    studio.work.queues.keep_plan(ME, project.id, plan)
    for sample in inside[3:]:
        studio.work.review.decide(ME, sample, ReviewState.ACCEPTED, token=f"t{sample.id}")
    studio.work.queues.serve(BO, project.id, QueueWish(PENDING), size=1)
    studio.work.queues.serve(Principal("Cy"), project.id, QueueWish(PENDING), size=2)
    words = said(studio.page("review", project))
    assert "Cy has 2 samples in hand, Bo has 1 sample in hand. What they leave comes here" in words
    assert "the first after 20 minutes. 1 pending sample is not in the share that is reviewed." in words


def test_whoever_follows_a_link_to_what_another_holds_is_told_until_the_next_press(
    studio: Studio, project: Project
) -> None:
    sample = queue(studio, project, size=3)[2]
    studio.work.queues.serve(BO, project.id, QueueWish(PENDING), first=sample.id)
    app = studio.page("review", project, sample=str(sample.id))
    told = "The sample of the address is in somebody else's hands; here is the next one."
    assert told in said(app)
    assert told in said(app.run())
    assert told not in said(press(app, "accept"))


def test_who_would_get_nothing_sees_at_once_what_another_holds_ahead(studio: Studio, project: Project) -> None:
    studio.work.queues.keep_plan(ME, project.id, ReviewPlan(second_share=0, gold_share=0))
    listed = queue(studio, project, size=1000)
    for sample in listed[:-4]:
        studio.work.review.decide(ME, sample, ReviewState.ACCEPTED, token=f"t{sample.id}")
    studio.work.queues.serve(BO, project.id, QueueWish(PENDING), size=4)
    assert f"**Sample {listed[-2].id}**" in said(studio.page("review", project))


def test_filter_and_place_are_kept_for_a_visit_without_an_address(studio: Studio, project: Project) -> None:
    wanted = replace(PENDING, difficulty="challenging")
    second = queue(studio, project, wanted, 2)[1]
    press(studio.page("review", project, difficulty="challenging"), "skip")
    app = studio.page("review", project)
    assert app.selectbox(key="review.difficulty").value == "challenging"
    assert f"**Sample {second.id}**" in said(app)


def test_the_plain_card_tells_nothing_of_the_first_verdict_to_a_blind_second(studio: Studio, project: Project) -> None:
    studio.work.queues.keep_plan(ME, project.id, ReviewPlan(second_share=1, gold_share=0))
    for sample in queue(studio, project, size=1000):
        token = f"first {sample.id}"
        studio.work.review.decide(BO, sample, ReviewState.ACCEPTED, token=token, note="Seen by Bo", blind=True)
    app = studio.page("review", project)
    assert not app.exception
    assert any(str(button.key).startswith("review.accept") for button in app.button)
    assert "Seen by Bo" not in said(app)
    assert "Pending" in said(app)
    assert [part.label for part in app.expander if part.label.startswith("History")] == [
        "History: revision 1, 0 entries"
    ]
    press(app, "accept")
    assert studio.work.review.counts(project.id, SampleFilter()).disputed == 0


@pytest.mark.parametrize("named", ["bo", " BO ", "Bo"])
def test_a_person_whom_the_address_names_otherwise_stays_one_person(
    studio: Studio, project: Project, named: str
) -> None:
    first, second = queue(studio, project, size=2)
    studio.work.review.decide(BO, first, ReviewState.ACCEPTED, token="first")
    app = press(studio.page("review", project, person=named), "accept")
    assert app.query_params["person"] == BO.name
    assert [entry.person for entry in studio.work.review.view(project.id, second.id).reviews] == [BO.name]


def test_a_rejection_without_a_reason_is_one_button_too(studio: Studio, project: Project) -> None:
    sample = queue(studio, project)[0]
    press(press(studio.page("review", project), "reject"), "reason.0")
    (entry,) = studio.work.review.view(project.id, sample.id).reviews
    assert (entry.verdict, entry.reason, entry.note) == ("reject", "", "")
