"""The Taxonomy page: proposals beside what is there, decided singly or many at once."""

from __future__ import annotations

from core.domain.calls import Stage
from core.domain.plans import TaxonomyPlan
from core.domain.states import NodeState
from core.domain.taxonomy import NodeKind, Verdict
from core.services.tree_edits import Texts
from tests.pages.conftest import ME, Studio
from tests.pages.taxonomy_screen import (
    ANNA,
    found,
    keys,
    opened,
    press,
    propose,
    proposed,
    sound,
    state,
    text_of,
    tick,
    with_quorum,
)

KEPT, GONE, OPEN = NodeState.VERIFIED, NodeState.REMOVED, NodeState.PROPOSED


def test_existing_children_and_proposals_stand_side_by_side(studio: Studio) -> None:
    project = studio.mine()
    field = found(studio, project, "Humanities")
    propose(studio, project, field, **{"Digital humanities": 4, "Divination": 1})
    table = proposed(opened(studio, project, field.id))
    assert list(table["Name"])[:2] == ["Digital humanities", "Divination"]
    assert "Historical studies" in set(table["Name"])
    assert list(table["Came up"])[:3] == ["4 of 5", "1 of 5", ""]


def test_a_place_without_proposals_shows_no_table(studio: Studio) -> None:
    project = studio.mine()
    app = opened(studio, project, found(studio, project, "Humanities").id)
    assert "taxonomy.proposals.accept" not in keys(app)


def test_what_is_ticked_is_accepted_and_the_rest_can_be_rejected_in_one_action_each(studio: Studio) -> None:
    project = studio.mine(starter=False)
    law, music, astrology = propose(studio, project, None, Law=5, Music=3, Astrology=1)
    app = tick(opened(studio, project), "Law", "Music")
    assert app.button(key="taxonomy.proposals.accept").label == "Accept 2"
    press(app, "taxonomy.proposals.accept")
    assert [state(studio, project, node) for node in (law, music, astrology)] == [KEPT, KEPT, OPEN]
    assert "2 names are accepted" in text_of(app)
    press(app, "taxonomy.proposals.reject")
    assert state(studio, project, astrology) is GONE
    press(app, "taxonomy.proposals.undo")
    assert state(studio, project, astrology) is OPEN
    assert state(studio, project, law) is KEPT


def test_what_came_up_often_is_accepted_and_the_rest_rejected(studio: Studio) -> None:
    project = studio.mine(starter=False)
    law, music, astrology = propose(studio, project, None, Law=5, Music=3, Astrology=1)
    app = opened(studio, project)
    sound(app.number_input(key="taxonomy.proposals.least").set_value(3).run())
    assert app.button(key="taxonomy.proposals.accept_often").label == "Accept these 2"
    press(app, "taxonomy.proposals.accept_often")
    press(app, "taxonomy.proposals.reject")
    assert [state(studio, project, node) for node in (law, music, astrology)] == [KEPT, KEPT, GONE]


def test_ticks_on_decided_rows_change_nothing_and_that_is_said(studio: Studio) -> None:
    project = studio.mine(starter=False)
    law, music = propose(studio, project, None, Law=5, Music=3)
    studio.work.votes.vote(ME, project.id, law.id, Verdict.KEEP)
    app = tick(opened(studio, project), "Law", "Music")
    assert "1 ticked row is decided already" in text_of(app)
    press(app, "taxonomy.proposals.reject")
    assert [state(studio, project, node) for node in (law, music)] == [KEPT, GONE]


def test_a_name_that_somebody_changed_meanwhile_is_not_decided_blindly(studio: Studio) -> None:
    project = studio.mine(starter=False)
    [law, _] = propose(studio, project, None, Law=5, Music=3)
    app = opened(studio, project)
    studio.work.tree.edit(ANNA, law, Texts("Astrology", "", ()))
    app.button(key="taxonomy.proposals.accept").click()
    sound(app.run())
    assert "Astrology" in app.error[0].value
    assert state(studio, project, law) is OPEN


def test_one_proposal_is_edited_before_it_is_accepted(studio: Studio) -> None:
    project = studio.mine(starter=False)
    [law, _] = propose(studio, project, None, Law=5, Music=3)
    app = opened(studio, project)
    assert app.button(key="taxonomy.proposals.edit").disabled
    press(tick(app, "Law"), "taxonomy.proposals.edit")
    app.text_input(key="taxonomy.proposal.name").set_value("Jurisprudence")
    press(app, "taxonomy.proposal.save")
    node = studio.work.taxonomy.view(ME, project.id, law.id).node
    assert (node.name, node.touched, node.state) == ("Jurisprudence", True, OPEN)


def test_an_edit_that_lost_the_race_shows_the_text_of_the_other(studio: Studio) -> None:
    project = studio.mine(starter=False)
    [law, _] = propose(studio, project, None, Law=5, Music=3)
    app = press(tick(opened(studio, project), "Law"), "taxonomy.proposals.edit")
    studio.work.tree.edit(ANNA, law, Texts("Legal studies", "Hers.", ()))
    press(app, "taxonomy.proposal.save")
    assert "Somebody changed" in app.error[0].value
    assert "Legal studies\nHers." in text_of(app)
    assert studio.work.taxonomy.view(ME, project.id, law.id).node.name == "Legal studies"
    press(app, "taxonomy.proposal.save")
    assert studio.work.taxonomy.view(ME, project.id, law.id).node.name == "Law"


def test_under_a_quorum_accepting_is_a_vote_and_the_row_says_so(studio: Studio) -> None:
    project = with_quorum(studio, studio.mine(starter=False), 2)
    [law, _] = propose(studio, project, None, Law=5, Music=3)
    app = opened(studio, project)
    assert "2 votes are needed" in text_of(app)
    press(tick(app, "Law"), "taxonomy.proposals.accept")
    assert state(studio, project, law) is OPEN
    assert dict(zip(proposed(app)["Name"], proposed(app)["State"], strict=True))["Law"] == "proposed, you: keep"


def test_hostile_names_are_shown_as_they_are(studio: Studio) -> None:
    project = studio.mine(starter=False)
    names = {"<img src=x onerror=alert(1)>": 2, "**bold** :red[x] $x$": 2, "\u202eevil": 2}
    [one, _, _] = propose(studio, project, None, **names)
    app = opened(studio, project)
    assert set(proposed(app)["Name"]) == set(names)
    app = opened(studio, project, one.id)
    assert not any("<img" in element.value for element in app.markdown)


def test_sub_fields_or_disciplines_can_be_asked_for_where_both_may_stand(studio: Studio) -> None:
    project = studio.mine()
    field = found(studio, project, "Humanities")
    app = press(opened(studio, project, field.id), "taxonomy.propose")
    app.segmented_control(key=f"taxonomy.propose.child.{field.id}").set_value(NodeKind.DISCIPLINE)
    sound(app.run())
    assert "Which disciplines belong" in "\n".join(code.value for code in app.code)
    press(app, "taxonomy.propose.send")
    [run] = studio.work.runs.active(project.id)
    assert run.plan["child"] == "discipline"


def test_a_cost_cap_that_is_no_amount_is_refused_in_words(studio: Studio) -> None:
    project = studio.mine(starter=False)
    app = press(opened(studio, project), "taxonomy.propose")
    app.text_input(key="taxonomy.propose.cost_cap").set_value("much")
    sound(app.run())
    assert "is not a number" in app.error[0].value
    assert "taxonomy.propose.send" not in keys(app)


def test_a_run_that_a_cap_ended_says_so_and_goes_on_in_place(studio: Studio) -> None:
    project = studio.mine(starter=False)
    app = press(opened(studio, project), "taxonomy.propose")
    app.number_input(key="taxonomy.propose.call_cap").set_value(1)
    press(app, "taxonomy.propose.send")
    studio.work_off()
    sound(app.run())
    assert "1 of 3 queries gave an answer" in text_of(app)
    assert "1 of 1 calls" in text_of(app)
    [view] = studio.work.runs.page(project.id)
    studio.work.runs.set_caps(ME, project.id, view.run.id, None, None)
    press(app, "taxonomy.run.resume")
    studio.work_off()
    sound(app.run())
    assert "3 of 3 queries gave an answer" in text_of(app)


def test_a_run_is_found_again_without_its_link_while_it_is_active(studio: Studio) -> None:
    project = studio.mine(starter=False)
    teachers = {Stage.TAXONOMY: studio.work.projects.teachers(project.id)[Stage.TAXONOMY]}
    studio.work.generation.start(ME, project.id, TaxonomyPlan(teachers=teachers, node=None), token="t")
    app = opened(studio, project)
    assert "Waiting for the worker" in app.get("progress")[0].proto.text
