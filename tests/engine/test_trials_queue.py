"""The trial of the shared queue in small: the promise holds, and the trial fails when its bug is put in."""

from __future__ import annotations

from tests.trials.apart import apart
from tests.trials.queue_drain import Held, doubles


def test_eight_who_empty_one_queue_never_hold_the_same_and_leave_nothing_out() -> None:
    outcome = apart("tests.trials.queue_drain", 60, "none")
    assert (outcome.trials, outcome.failures) == (60, 0), outcome.notes


def test_it_is_noticed_when_leases_are_claimed_without_the_lock() -> None:
    outcome = apart("tests.trials.queue_drain", 60, "select then insert")
    assert outcome.failures, outcome.notes


def test_a_sample_is_held_twice_only_while_both_have_it() -> None:
    held = [Held("A", 1, 0, 5), Held("B", 1, 5, 6), Held("A", 2, 0, 5), Held("A", 2, 5, 9), Held("B", 2, 8, 9)]
    assert list(doubles(held)) == [2]
