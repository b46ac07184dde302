"""The storage trials in small: each promise holds, and each trial fails when its bug is put in."""

from __future__ import annotations

import shutil

import pytest

from tests.trials import full_disk, io_errors, kills, power
from tests.trials.apart import apart
from tests.trials.trial import Outcome

pytestmark = pytest.mark.usefixtures("synced")
needs_strace = pytest.mark.skipif(not shutil.which("strace"), reason="strace is missing")


def held(outcome: Outcome) -> bool:
    """It was tried and nothing went wrong."""
    return outcome.trials > 0 and not outcome.failures


def test_what_was_saved_survives_a_kill() -> None:
    outcome = apart("tests.trials.kills", "none", 6, 5)
    assert held(outcome), outcome.notes


def test_a_commit_that_waits_is_caught() -> None:
    assert kills.TRIALS[0].seeded().failures


@needs_strace
@pytest.mark.parametrize(
    "kind",
    ["calls", "reviews", "backups"],
)
def test_what_was_saved_survives_a_power_cut(kind: str) -> None:
    outcome = power.cuts(kind, 60, 7)
    assert held(outcome), outcome.notes


@needs_strace
def test_a_missing_sync_and_a_missing_journal_are_caught() -> None:
    assert power.calibrated(15).failures


@needs_strace
@pytest.mark.parametrize(
    ("call", "number", "error"),
    [
        ("pwrite64", 30, "EIO"),
        ("pwrite64", 32, "ENOSPC"),
        ("openat", 1, "EIO"),
    ],
)
def test_a_failing_call_to_the_disk_is_told_and_the_next_try_works(call: str, number: int, error: str) -> None:
    wrong, told, happened = io_errors.one(call, number, error, "none")
    assert happened
    assert told
    assert wrong == []


@needs_strace
def test_an_error_that_nobody_listens_to_is_caught() -> None:
    wrong, _, happened = io_errors.one("pwrite64", 30, "EIO", "deaf")
    assert happened
    assert wrong


def test_a_full_disk_loses_no_answer() -> None:
    outcome = full_disk.one(1)
    if full_disk.NOT_RUN in outcome.notes:
        pytest.skip(full_disk.NOT_RUN)
    assert held(outcome), outcome.notes


def test_answers_that_find_no_room_are_caught() -> None:
    outcome = full_disk.one(1, "blind")
    if full_disk.NOT_RUN in outcome.notes:
        pytest.skip(full_disk.NOT_RUN)
    assert outcome.failures
