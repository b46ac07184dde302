"""Histories: who did what, before and after, by person and kind, and nothing about votes that are still blind."""

from __future__ import annotations

import pytest

from core.domain.people import Principal
from core.domain.taxonomy import Verdict
from core.errors import NotAllowedError
from core.services.tree_edits import Texts
from core.store import votes
from tests.unit.grove import ANNA, ME, Grove, grove

__all__ = ["grove"]
BEN = Principal("Ben")


def _told(g: Grove, who: Principal, **more: str) -> list[str]:
    return [action.title for action in g.work.history.page(who, g.id, **more)]  # type: ignore[arg-type]


def _leaks(shown: object) -> bool:
    return '"verdict":"remove"' in repr(shown) or "Voted remove" in repr(shown)


def test_actions_come_newest_first_in_pages_and_by_person_and_kind(grove: Grove) -> None:
    [field] = grove.add(None, "Field")
    grove.work.tree.edit(ANNA, field, Texts("Area", "", ()))
    grove.add(field, "Sub")
    assert _told(grove, ME) == ["Added Sub", "Renamed Field to Area", "Added Field"]
    assert _told(grove, ME, person="Anna") == ["Renamed Field to Area"]
    assert _told(grove, ME, kind="added") == ["Added Sub", "Added Field"]
    first = grove.work.history.page(ME, grove.id, size=2)
    assert [a.title for a in grove.work.history.page(ME, grove.id, below=first[-1].id)] == ["Added Field"]
    assert grove.work.history.choices(grove.id) == (["Anna", "Me"], ["added", "edited"])


def test_an_action_opens_into_its_changes_with_names_before_and_after(grove: Grove) -> None:
    [field] = grove.add(None, "Field")
    grove.add(field, *[f"n{number}" for number in range(5)])
    grove.work.tree.remove(ME, grove.now(field))
    [last] = grove.work.history.page(ME, grove.id, size=1)
    opened = grove.work.history.opened(ME, grove.id, last.id, size=4)
    assert (len(opened.changes), opened.hidden) == (4, 0)
    rest = grove.work.history.opened(ME, grove.id, last.id, after=opened.after)
    assert [each.name for each in (*opened.changes, *rest.changes)] == ["Field", *[f"n{n}" for n in range(5)]]
    change = opened.changes[0].change
    assert (change.was["state"], change.became["state"], rest.after) == ("proposed", "removed", 0)


def test_how_others_voted_is_told_nowhere_before_the_own_vote(grove: Grove) -> None:
    [field] = grove.add(None, "Field")
    grove.with_quorum(3)
    grove.vote(ANNA, field, Verdict.REMOVE)
    for who, telling in ((BEN, False), (ANNA, True)):
        assert not _leaks(_told(grove, who))
        [last] = grove.work.history.page(who, grove.id, size=1)
        opened = grove.work.history.opened(who, grove.id, last.id)
        assert (opened.hidden, len(opened.changes), _leaks(opened)) == (
            int(not telling),
            int(telling),
            telling,
        )
        assert (_leaks(grove.work.history.of_node(who, grove.id, field.id))) is telling
        assert (_leaks(grove.work.taxonomy.view(who, grove.id, field.id).history)) is telling
    grove.vote(BEN, field)
    assert _leaks(grove.work.history.of_node(BEN, grove.id, field.id))


def test_a_vote_that_was_taken_back_stays_blind_too(grove: Grove) -> None:
    [field] = grove.add(None, "Field")
    grove.with_quorum(3)
    grove.vote(ANNA, field, Verdict.REMOVE)
    last = grove.work.actions.choice(ANNA, grove.id).undo
    assert last
    grove.work.actions.undo(ANNA, grove.id, last.id)
    assert not _leaks(grove.work.history.page(BEN, grove.id))
    for action in grove.work.history.page(BEN, grove.id):
        assert not _leaks(grove.work.history.opened(BEN, grove.id, action.id))


def test_votes_of_a_branch_kept_by_somebody_else_are_blind(grove: Grove) -> None:
    field, _, _ = grove.branch()
    grove.with_quorum(2)
    grove.work.votes.keep_branch(ANNA, grove.id, field.id)
    assert _told(grove, BEN)[0] == "Voted on Field"
    grove.work.votes.keep_branch(BEN, grove.id, field.id)
    assert "Voted on the branch Field: 3 nodes" in _told(grove, BEN)
    assert "Voted on the branch Field: 3 nodes" in _told(grove, ME)


def test_an_action_with_votes_that_are_blind_for_a_person_is_not_theirs_to_take_back(grove: Grove) -> None:
    [field] = grove.add(None, "Field")
    grove.with_quorum(3)
    grove.vote(ANNA, field, Verdict.REMOVE)
    [last] = grove.work.history.page(ANNA, grove.id, size=1)
    with pytest.raises(NotAllowedError) as refused:
        grove.work.actions.undo(BEN, grove.id, last.id)
    assert not _leaks(refused.value.message)
    assert "Vote on these nodes first" in refused.value.hint
    taken = grove.work.actions.undo(ANNA, grove.id, last.id)
    with pytest.raises(NotAllowedError):
        grove.work.actions.redo(BEN, grove.id, taken.id)
    grove.work.actions.redo(ANNA, grove.id, taken.id)
    grove.vote(BEN, field)
    grove.work.actions.undo(BEN, grove.id, last.id)
    with grove.work.context.store.read() as tx:
        assert [vote.person for vote in votes.of(tx, grove.now(field))] == ["Ben"]


def test_with_one_vote_to_decide_everybody_may_take_back_everything(grove: Grove) -> None:
    [field] = grove.add(None, "Field")
    grove.vote(ANNA, field)
    [last] = grove.work.history.page(ME, grove.id, size=1)
    grove.work.actions.undo(BEN, grove.id, last.id)
    assert grove.now(field).state == "proposed"
