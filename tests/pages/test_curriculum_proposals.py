"""Proposals for a syllabus on the Curriculum page: asked for, compared, taken part by part, dismissed, remembered."""

from __future__ import annotations

from core.domain.curriculum import Part, SessionDraft, Subject, SyllabusDraft, draft_of
from core.domain.records import Project
from core.domain.states import NodeState
from core.store import proposals, runs
from tests.pages.conftest import ME, Studio
from tests.pages.curriculum_screen import OTHER, first_subject, keys, press, text_of


def _planted(studio: Studio, project: Project, draft: SyllabusDraft, part: Part = Part.WHOLE) -> tuple[Subject, int]:
    subject = first_subject(studio, project).subject
    row = {"id": "r1", "project_id": project.id, "kind": "syllabi", "title": "R", "plan": "{}", "preview": 0}
    more = {"created_by": "Me", "created_at": 1.0, "cost_cap": None, "call_cap": None}
    with studio.work.context.store.write() as tx:
        runs.insert(tx, {**row, **more}, [{}], token="r1")
        tx.run("UPDATE run SET state='completed'")
        how = {"run_id": "r1", "based_on": 1, "part": part, "session_id": None, "draft": draft, "at": 1.0}
        return subject, proposals.insert(tx, project.id, subject.id, **how)  # type: ignore[arg-type]


def _present(studio: Studio, project: Project) -> SyllabusDraft:
    syllabus = studio.work.curriculum.subject(project.id, first_subject(studio, project).subject.id)[2]
    assert syllabus is not None
    return draft_of(syllabus)


def test_a_part_is_asked_for_with_its_prompt_and_price_and_answered_beside_the_present_one(studio: Studio) -> None:
    project = studio.demo()
    subject = first_subject(studio, project).subject
    before = _present(studio, project)
    edited = before.model_copy(update={"introduction": "What I wrote."})
    studio.work.curriculum.save_syllabus(ME, project.id, subject.id, edited, based_on=1)
    app = studio.page("curriculum", project, subject=str(subject.id))
    app.button_group(key="curriculum.part").set_value("opening").run()
    drawn = text_of(app)
    assert "2 calls: 1 to ask" in drawn
    assert "All for Algebra and functions; nothing else is asked again" in drawn
    prompt = "\n".join(block.value for block in app.code)
    assert "What I wrote." in prompt
    assert "Write its introduction anew" in prompt
    press(app, "curriculum.part.start")
    studio.work_off()
    app.run()
    assert "1 proposal to compare" in text_of(app)
    assert "Proposal for introduction and objectives" in text_of(app)
    assert _present(studio, project) == edited
    [view] = studio.work.proposals.of_subject(subject.id)
    assert view.proposed.introduction == before.introduction


def test_the_difference_marks_words_and_each_part_is_taken_alone(studio: Studio) -> None:
    project = studio.demo()
    before = _present(studio, project)
    first = before.sessions[0].model_copy(update={"concepts": (*before.sessions[0].concepts[1:], "A new one")})
    fresh = SessionDraft(name="Fresh", description="New.", concepts=("One",))
    new = before.model_copy(
        update={"introduction": f"{before.introduction} More.", "sessions": (first, *before.sessions[1:], fresh)}
    )
    subject, proposal = _planted(studio, project, new)
    app = studio.page("curriculum", project, subject=str(subject.id))
    drawn = text_of(app)
    assert "3 differences from the present syllabus" in drawn
    assert ":green-background[**More\\.**]" in drawn
    assert ":green-badge[A new one]" in drawn
    assert f":red-badge[~~{before.sessions[0].concepts[0]}~~]" in drawn
    press(app, f"curriculum.proposal.{proposal}.take.new.0")
    after = _present(studio, project)
    assert after.sessions == (first, *before.sessions[1:])
    assert after.introduction == before.introduction
    assert first_subject(studio, project).syllabus is NodeState.PROPOSED
    press(app, f"curriculum.proposal.{proposal}.all")
    assert _present(studio, project) == new
    assert not any(key.startswith("curriculum.proposal.") for key in keys(app))
    press(app, "undo-bar.undo")
    assert _present(studio, project) == after
    assert f"curriculum.proposal.{proposal}.all" in keys(app)
    press(app, "undo-bar.redo")
    assert _present(studio, project) == new


def test_a_stale_comparison_takes_nothing_and_then_shows_the_present_one(studio: Studio) -> None:
    project = studio.demo()
    before = _present(studio, project)
    subject, proposal = _planted(studio, project, before.model_copy(update={"introduction": "Proposed."}))
    app = studio.page("curriculum", project, subject=str(subject.id))
    edited = before.model_copy(update={"introduction": "Theirs."})
    studio.work.curriculum.save_syllabus(OTHER, project.id, subject.id, edited, based_on=1)
    press(app, f"curriculum.proposal.{proposal}.all")
    assert "while you were comparing" in app.error[0].value
    assert _present(studio, project) == edited
    assert "edited after the teacher read it" in text_of(app)
    assert ":red-background[~~Theirs~~]" in text_of(app)
    press(app, f"curriculum.proposal.{proposal}.all")
    assert _present(studio, project).introduction == "Proposed."


def test_a_dismissed_proposal_is_gone_and_told_in_the_history(studio: Studio) -> None:
    project = studio.demo()
    before = _present(studio, project)
    subject, proposal = _planted(studio, project, before.model_copy(update={"introduction": "Proposed."}))
    app = studio.page("curriculum", project, subject=str(subject.id))
    press(app, f"curriculum.proposal.{proposal}.dismiss")
    assert _present(studio, project) == before
    assert studio.work.proposals.of_subject(subject.id) == []
    [entry] = studio.work.curriculum.history(project.id, subject.id)
    assert (entry.action.kind, entry.change.item) == ("dismissed", "syllabus_proposal")


def test_hostile_words_of_a_teacher_stay_words_in_a_difference(studio: Studio) -> None:
    project = studio.demo()
    bad = "![x](http://127.0.0.1:9/x.png) **b** :material/home: ~~s~~ [a](javascript:x)"
    new = SyllabusDraft(
        introduction=bad, objectives=(bad,), sessions=(SessionDraft(name=bad, description=bad, concepts=(bad,)),)
    )
    subject, _ = _planted(studio, project, new)
    app = studio.page("curriculum", project, subject=str(subject.id))
    assert not app.exception
    drawn = text_of(app)
    assert "![x]" not in drawn
    assert "](http" not in drawn
    assert "](javascript" not in drawn


def test_a_lost_race_shows_theirs_and_mine_word_by_word(studio: Studio) -> None:
    project = studio.demo()
    before = _present(studio, project)
    subject = first_subject(studio, project).subject
    app = press(studio.page("curriculum", project, subject=str(subject.id)), "curriculum.syllabus.edit")
    app.text_area(key=f"curriculum.syllabus.{subject.id}.introduction").input("Words of mine")
    theirs = before.model_copy(update={"introduction": "Words of theirs"})
    studio.work.curriculum.save_syllabus(OTHER, project.id, subject.id, theirs, based_on=1)
    press(app, "curriculum.syllabus.save")
    drawn = text_of(app)
    assert "Words of :red-background[~~theirs~~]" in drawn
    assert "Words of :green-background[**mine**]" in drawn


def test_concepts_are_moved_to_another_session(studio: Studio) -> None:
    project = studio.demo()
    before = _present(studio, project)
    subject = first_subject(studio, project).subject
    app = press(studio.page("curriculum", project, subject=str(subject.id)), "curriculum.syllabus.edit")
    name = f"curriculum.syllabus.{subject.id}"
    moving = before.sessions[0].concepts[:2]
    app.multiselect(key=f"{name}.0.moving").set_value(list(moving)).run()
    app.selectbox(key=f"{name}.0.target").set_value(2).run()
    press(app, f"{name}.0.give")
    press(app, "curriculum.syllabus.save")
    after = _present(studio, project)
    assert after.sessions[0].concepts == before.sessions[0].concepts[2:]
    assert after.sessions[2].concepts == (*before.sessions[2].concepts, *moving)
    assert after.sessions[1] == before.sessions[1]
