"""The trial of the shared tree in small: the promise holds, and the trial fails when its bug is put in."""

from __future__ import annotations

from tests.trials.apart import apart


def test_two_who_change_one_node_at_once_lose_nothing() -> None:
    outcome = apart("tests.trials.tree_races", 8, 0.5, "none")
    assert (outcome.trials, outcome.failures) == (9, 0), outcome.notes


def test_it_is_noticed_when_nobody_looks_at_the_version() -> None:
    outcome = apart("tests.trials.tree_races", 20, 0.2, "version unread")
    assert outcome.failures, outcome.notes
