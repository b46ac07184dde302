"""The trial of two reviewers on one sample in small: the promise holds, and it fails when a bug is put in."""

from __future__ import annotations

import pytest

from tests.trials.apart import apart


def test_of_two_who_press_at_once_one_wins_and_the_other_sees_it() -> None:
    outcome = apart("tests.trials.review_races", 30, "none")
    assert (outcome.trials, outcome.failures) == (30, 0), outcome.notes


@pytest.mark.parametrize("bug", ["version unread", "late events", "deferred"])
def test_it_is_noticed_when_a_promise_is_broken(bug: str) -> None:
    outcome = apart("tests.trials.review_races", 60, bug)
    assert outcome.failures, outcome.notes
