"""Deciding on proposals in bulk, the goal, and how far each level is."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.domain.growth import Goal, Level, current_level, guess_next
from core.domain.people import Principal
from core.domain.records import Project
from core.domain.states import NodeState
from core.domain.taxonomy import Node, NodeKind, Origin, Verdict
from core.errors import ConflictError, InvalidInputError, InvalidTransitionError
from core.services.tree_edits import Texts
from core.settings import Settings
from core.store import events, nodes, tree
from core.store.database import APPLICATION_ID, Store
from core.store.migrations import migrations
from core.workspace import Workspace

ME, ANNA = Principal("Me"), Principal("Anna")


@pytest.fixture
def project(work: Workspace) -> Project:
    return work.projects.create(ME, "P", token="t", starter=False)


def propose(work: Workspace, project: Project, parent: Node | None, **seen: int) -> list[Node]:
    """Proposals of a teacher: name -> in how many of 5 answers it came up."""
    with work.context.store.write() as tx:
        above = nodes.get(tx, project.id, parent.id) if parent else None
        kind = NodeKind.SUB_FIELD if above else NodeKind.FIELD
        made = [
            nodes.insert(tx, project.id, above, kind, name, origin=Origin.MODEL, seen=(times, 5))
            for name, times in seen.items()
        ]
        tree.recount_all(tx, project.id)
        return [nodes.get(tx, project.id, node_id) for node_id in made]


def state(work: Workspace, project: Project, node: Node) -> NodeState:
    return work.taxonomy.view(ME, project.id, node.id).node.state


def keep(*kept: Node) -> dict[int, tuple[Verdict, int]]:
    return {node.id: (Verdict.KEEP, node.meaning) for node in kept}


def remove(*removed: Node) -> dict[int, tuple[Verdict, int]]:
    return {node.id: (Verdict.REMOVE, node.meaning) for node in removed}


def undo(work: Workspace, project: Project) -> None:
    last = work.actions.choice(ME, project.id).undo
    assert last is not None
    work.actions.undo(ME, project.id, last.id)


def test_many_decisions_are_one_action_undone_and_made_again_as_one(work: Workspace, project: Project) -> None:
    law, music, astrology = propose(work, project, None, Law=5, Music=3, Astrology=1)
    decided = work.growth.decide_many(ME, project.id, keep(law, music) | remove(astrology))
    verified, removed = NodeState.VERIFIED, NodeState.REMOVED
    assert [node.state for node in decided.nodes] == [verified, verified, removed]
    choice = work.actions.choice(ME, project.id)
    assert choice.undo is not None
    assert (choice.undo.id, choice.undo.title) == (decided.action, "Voted on 3 proposals: keep 2, remove 1")
    undo(work, project)
    assert {state(work, project, node) for node in (law, music, astrology)} == {NodeState.PROPOSED}
    redo = work.actions.choice(ME, project.id).redo
    assert redo is not None
    work.actions.redo(ME, project.id, redo.id)
    assert [state(work, project, node) for node in (law, music, astrology)] == [verified, verified, removed]
    with work.context.store.read() as tx:
        assert events.broken_link(tx) is None


def test_one_text_that_changed_meanwhile_refuses_all_and_nothing_is_decided(work: Workspace, project: Project) -> None:
    law, music = propose(work, project, None, Law=5, Music=3)
    work.tree.edit(ANNA, music, Texts("Musicology", "", ()))
    with pytest.raises(ConflictError, match="Musicology") as caught:
        work.growth.decide_many(ME, project.id, keep(law, music))
    assert isinstance(caught.value.current, Node)
    assert state(work, project, law) is NodeState.PROPOSED
    assert not work.taxonomy.view(ME, project.id, law.id).votes


def test_what_somebody_else_removed_is_not_voted_on(work: Workspace, project: Project) -> None:
    law, music = propose(work, project, None, Law=5, Music=3)
    work.tree.remove(ANNA, music)
    with pytest.raises(InvalidTransitionError, match="removed"):
        work.growth.decide_many(ME, project.id, keep(law, music))
    assert state(work, project, law) is NodeState.PROPOSED


def test_what_goes_with_another_choice_is_passed_over(work: Workspace, project: Project) -> None:
    [law] = propose(work, project, None, Law=5)
    [civil] = propose(work, project, law, Civil=5)
    work.growth.decide_many(ME, project.id, remove(law, civil))
    assert state(work, project, civil) is NodeState.REMOVED
    undo(work, project)
    assert state(work, project, civil) is NodeState.PROPOSED


def test_nothing_chosen_is_said(work: Workspace, project: Project) -> None:
    with pytest.raises(InvalidInputError, match="No name is chosen"):
        work.growth.decide_many(ME, project.id, {})


def test_open_proposals_stand_first_by_how_often_they_came_up(work: Workspace, project: Project) -> None:
    law, music, arts, old = propose(work, project, None, Law=1, Music=4, Arts=3, Old=5)
    work.growth.decide_many(ME, project.id, keep(law) | remove(old))
    found = work.growth.proposals(ME, project.id, None)
    assert [row.node.name for row in found.rows] == ["Music", "Arts", "Law", "Old"]
    assert [row.node.id for row in found.open] == [music.id, arts.id]
    assert found.total == 4


def test_under_a_quorum_a_decision_is_a_vote_and_the_name_waits_for_others(work: Workspace, project: Project) -> None:
    changed = {"name": "P", "guidelines": "", "reject_reasons": ["x"], "cost_cap": None, "call_cap": None}
    work.projects.save(ME, project, **changed, quorum=2)  # type: ignore[arg-type]
    [law] = propose(work, project, None, Law=5)
    work.growth.decide_many(ME, project.id, keep(law))
    mine, hers = (work.growth.proposals(who, project.id, None).rows[0] for who in (ME, ANNA))
    assert (mine.own, mine.open) == (Verdict.KEEP, False)
    assert (hers.own, hers.open) == (None, True)
    work.growth.decide_many(ANNA, project.id, keep(law))
    assert state(work, project, law) is NodeState.VERIFIED


# ---- level by level ----


def test_the_next_level_is_asked_for_below_everything_that_was_accepted_and_is_bare(
    work: Workspace, project: Project
) -> None:
    goal = Goal(scope="All")
    assert [level.places for level in work.growth.levels(project.id, goal)] == [(None,), (), ()]
    law, music, arts = propose(work, project, None, Law=5, Music=3, Arts=1)
    work.growth.decide_many(ME, project.id, keep(law, music))
    levels = work.growth.levels(project.id, goal)
    assert [(level.verified, level.open, level.places) for level in levels[:2]] == [
        (2, 1, ()),
        (0, 0, (law.id, music.id)),
    ]
    assert current_level(levels) == 0
    work.growth.decide_many(ME, project.id, remove(arts))
    [civil, _] = propose(work, project, law, Civil=5, Penal=2)
    levels = work.growth.levels(project.id, goal)
    assert (current_level(levels), levels[1].open, levels[1].places) == (1, 2, (music.id,))
    assert [row.above for row in work.growth.proposals_on(ME, project.id, 1).rows] == ["Law", "Law"]
    work.growth.decide_many(ME, project.id, keep(civil))
    assert work.growth.levels(project.id, goal)[2].places == (civil.id,)


def test_a_discipline_is_never_asked_for_children(work: Workspace, project: Project) -> None:
    [law] = propose(work, project, None, Law=5)
    leaf = work.tree.add(ME, project.id, law.id, "Torts", kind=NodeKind.DISCIPLINE)
    work.growth.decide_many(ME, project.id, keep(law, leaf))
    assert work.growth.levels(project.id, Goal(scope="All"))[2].places == ()


def test_the_goal_is_remembered_cleaned_and_every_change_of_it_is_an_event(work: Workspace, project: Project) -> None:
    assert work.growth.goal(project.id) is None
    work.growth.save_goal(ME, project.id, Goal(scope="  le droit\nfrançais\x00 ", depth=2))
    assert work.growth.goal(project.id) == Goal(scope="le droit français", depth=2)
    work.growth.save_goal(ME, project.id, Goal(scope="le droit français", depth=2))
    kinds = [event.kind for event in work.projects.history(project.id)]
    assert kinds.count("goal") == 1


@pytest.mark.parametrize(
    "goal", [Goal(scope=" "), Goal(scope="x" * 501), Goal(scope="x", depth=4), Goal(scope="x", queries=0)]
)
def test_a_goal_that_cannot_be_is_refused_with_the_reason(work: Workspace, project: Project, goal: Goal) -> None:
    with pytest.raises(InvalidInputError) as caught:
        work.growth.save_goal(ME, project.id, goal)
    assert caught.value.hint


def test_the_guess_at_the_next_level_follows_the_branching_so_far() -> None:
    goal = Goal(scope="All", queries=4, names=10)
    below = Level(NodeKind.DISCIPLINE, 0, 0, 0, (7,), 0)
    unknown = Level(NodeKind.SUB_FIELD, 0, 0, 0, (1, 2), 0)
    known = Level(NodeKind.SUB_FIELD, 6, 3, 0, (1, 2), 3)
    guess = guess_next(unknown, below, goal, calls=8, cost=800)
    assert (guess.places, guess.calls, guess.cost) == (21, 84, 8400)
    guess = guess_next(known, below, goal, calls=8, cost=None)
    assert (guess.places, guess.calls, guess.cost) == (1 + 3 + 6, 40, None)


def test_an_older_file_never_says_that_a_name_came_up_more_often_than_was_asked(tmp_path: Path) -> None:
    environ = {"STUDIO_HOME": str(tmp_path)}
    settings = Settings.load(environ)
    settings.database.parent.mkdir(parents=True, exist_ok=True)
    store = Store(settings.database)
    with store.utils() as db:
        migrations.apply(db, stop_before="m0009_growth")
    with store.write() as tx:
        tx.run("INSERT INTO project(id, name, quorum, created_at) VALUES ('p', 'Old', 1, 1.0)")
        for number, (name, origin, seen) in enumerate(
            (("Law", "model", 3), ("Music", "model", 1), ("Mine", "person", 0))
        ):
            tx.run(
                "INSERT INTO node(id, project_id, kind, name, name_key, position, path, place, state, origin,"
                " times_seen) VALUES (?, 'p', 'field', ?, lower(?), ?, ?, ?, 'proposed', ?, ?)",
                (number + 1, name, name, number, f"/{number + 1}/", f"{number:08x}", origin, seen),
            )
        tx.run(f"PRAGMA application_id={APPLICATION_ID}")
    store.close()
    work = Workspace.open(settings, environ)
    found = work.growth.proposals(ME, "p", None)
    work.close()
    assert found.answered == 3
    assert {row.node.name: (row.node.times_seen, row.node.times_asked) for row in found.rows} == {
        "Law": (3, 3),
        "Music": (1, 3),
        "Mine": (0, 0),
    }
