"""The trial of exports in small: it holds, and it fails when a bug is put in."""

from __future__ import annotations

import pytest

from tests.trials.apart import apart


def test_exports_under_load_and_kills_hold() -> None:
    outcome = apart("tests.trials.export_kills", 2, "slow", 0)
    assert (outcome.trials, outcome.failures) == (2, 0), outcome.notes


@pytest.mark.parametrize("bug", ["straight", "live"])
def test_a_seeded_bug_of_exports_is_caught(bug: str) -> None:
    outcome = apart("tests.trials.export_kills", 1, bug, 1)
    assert (outcome.trials, outcome.failures) == (1, 1), outcome.notes
