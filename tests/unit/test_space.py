"""The free-space guard: runs wait below the minimum, and the ballast is there when the disk is full."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from core.errors import SettingsError
from core.settings import Settings
from core.store.space import BALLAST_BYTES, MEGABYTE, SpaceGuard
from core.workspace import Workspace

BALLAST = 2 * MEGABYTE


class Disk:
    """A disk that holds a ballast and whatever else the test puts on it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.size = 10_000 * MEGABYTE
        self.other = 0

    @property
    def free(self) -> int:
        """Bytes that are left."""
        held = self.settings.ballast.stat().st_size if self.settings.ballast.exists() else 0
        return self.size - self.other - held

    @free.setter
    def free(self, wanted: int) -> None:
        self.other += self.free - wanted

    def statvfs(self, path: Path) -> SimpleNamespace:
        """What the system says of it; some blocks are kept for the administrator."""
        assert path == self.settings.database.parent
        return SimpleNamespace(f_bavail=self.free, f_bfree=self.free + 500 * MEGABYTE, f_frsize=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation of this test alone that wants 10 MB free."""
    return Settings.load({"STUDIO_HOME": str(tmp_path), "STUDIO_MIN_FREE_MB": "10"})


@pytest.fixture
def disk(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Disk:
    """The disk that everybody is told about."""
    made = Disk(settings)
    monkeypatch.setattr(os, "statvfs", made.statvfs)
    return made


def test_there_is_room_from_the_minimum_on(settings: Settings, disk: Disk) -> None:
    guard = SpaceGuard(settings)
    disk.free = 10 * MEGABYTE
    assert guard.short() is None
    disk.free -= 1
    assert guard.short() is not None


def test_a_shortage_is_told_with_figures_and_the_next_step(settings: Settings, disk: Disk) -> None:
    disk.free = 7_200_000
    told = SpaceGuard(settings).short()
    assert (
        told
        == "Only 7 MB are free on the disk of studio.db and 10 MB must be: free 3 MB more. Work goes on by itself then."
    )


def test_the_real_disk_is_asked(settings: Settings) -> None:
    free = os.statvfs(settings.home).f_bavail * os.statvfs(settings.home).f_frsize // MEGABYTE
    assert SpaceGuard(replace(settings, min_free_mb=free // 2)).short() is None
    assert SpaceGuard(replace(settings, min_free_mb=2 * free + 1)).short() is not None


def test_a_disk_that_is_gone_is_a_shortage(settings: Settings) -> None:
    told = SpaceGuard(replace(settings, database=settings.home / "gone" / "studio.db")).short()
    assert told is not None
    assert "gone" in told


def test_zero_switches_guard_and_ballast_off(settings: Settings, disk: Disk) -> None:
    off = replace(settings, min_free_mb=0)
    guard = SpaceGuard(off, ballast=BALLAST)
    assert guard.short() is None
    disk.free = 0
    assert guard.short() is None
    assert not off.ballast.exists()


def test_the_ballast_is_made_once_and_really_takes_its_room(settings: Settings) -> None:
    guard = SpaceGuard(settings, ballast=BALLAST)
    assert guard.short() is None
    found = settings.ballast.stat()
    assert (found.st_size, found.st_mode & 0o777) == (BALLAST, 0o600)
    assert found.st_blocks * 512 >= BALLAST
    assert guard.short() is None
    assert settings.ballast.stat().st_mtime_ns == found.st_mtime_ns


def test_only_a_process_that_asks_for_it_makes_a_ballast(settings: Settings) -> None:
    assert SpaceGuard(settings).short() is None
    assert not settings.ballast.exists()


def test_a_ballast_that_was_left_half_made_is_completed(settings: Settings) -> None:
    settings.ballast.write_bytes(b"x" * 1000)
    SpaceGuard(settings, ballast=BALLAST).short()
    assert settings.ballast.stat().st_size == BALLAST


@pytest.mark.parametrize(
    ("minimum", "free", "made"),
    [(1, 4 * BALLAST, True), (1, 4 * BALLAST - 1, False), (10, 12 * MEGABYTE, True), (10, 12 * MEGABYTE - 1, False)],
)
def test_a_ballast_never_makes_the_disk_tight(
    settings: Settings, disk: Disk, minimum: int, free: int, made: bool
) -> None:
    disk.free = free
    guard = SpaceGuard(replace(settings, min_free_mb=minimum), ballast=BALLAST)
    assert guard.short() is None
    assert settings.ballast.exists() is made
    assert guard.short() is None


def test_the_ballast_stays_while_more_is_free_than_it_holds(settings: Settings, disk: Disk) -> None:
    guard = SpaceGuard(settings, ballast=BALLAST)
    guard.short()
    disk.free = BALLAST
    assert guard.short() is not None
    assert settings.ballast.exists()
    disk.free = BALLAST - 1
    assert guard.short() is not None
    assert not settings.ballast.exists()
    assert disk.free == 2 * BALLAST - 1


def test_what_the_ballast_gave_back_is_not_room_for_calls(settings: Settings, disk: Disk) -> None:
    small = replace(settings, min_free_mb=1)
    guard = SpaceGuard(small, ballast=BALLAST)
    guard.short()
    disk.free = 0
    told = guard.short()
    assert told is not None
    assert "3 MB must be" in told
    assert disk.free == BALLAST
    disk.free = 3 * MEGABYTE
    assert guard.short() is None
    assert not small.ballast.exists()


def test_the_ballast_comes_back_with_the_room(settings: Settings, disk: Disk) -> None:
    guard = SpaceGuard(settings, ballast=BALLAST)
    guard.short()
    disk.free = 0
    assert guard.short() is not None
    disk.free = 100 * MEGABYTE
    assert guard.short() is None
    assert settings.ballast.stat().st_size == BALLAST
    disk.free = 10 * MEGABYTE
    assert guard.short() is None


def test_a_write_that_found_the_disk_full_can_have_the_ballast_at_once(settings: Settings, disk: Disk) -> None:
    guard = SpaceGuard(settings, ballast=BALLAST)
    guard.short()
    before = disk.free
    assert guard.release()
    assert disk.free == before + BALLAST
    assert not guard.release()


def test_a_guard_without_a_ballast_of_its_own_can_give_up_the_one_that_lies_there(settings: Settings) -> None:
    SpaceGuard(settings, ballast=BALLAST).short()
    assert SpaceGuard(settings).release()
    assert not settings.ballast.exists()


def test_a_ballast_that_cannot_be_made_is_no_shortage(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int, offset: int, size: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    assert SpaceGuard(settings, ballast=BALLAST).short() is None
    assert not settings.ballast.exists()


def test_the_minimum_is_256_mb_unless_told_otherwise(tmp_path: Path) -> None:
    home = {"STUDIO_HOME": str(tmp_path)}
    assert Settings.load(home).min_free_mb == 256
    assert Settings.load({**home, "STUDIO_MIN_FREE_MB": " 0 "}).min_free_mb == 0
    assert Settings.load({**home, "STUDIO_MIN_FREE_MB": "100000"}).min_free_mb == 100_000
    assert BALLAST_BYTES == 64 * MEGABYTE


@pytest.mark.parametrize("text", ["lots", "-1", "1.5", "100001", "1e3", "٣", "9" * 5000])
def test_a_minimum_that_makes_no_sense_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.load({"STUDIO_HOME": str(tmp_path), "STUDIO_MIN_FREE_MB": text})
    assert "STUDIO_MIN_FREE_MB" in caught.value.message
    assert "0 and 100000" in caught.value.hint


@pytest.mark.parametrize(("free", "level"), [(10, "ok"), (9, "problem")])
def test_the_doctor_uses_the_same_rule(settings: Settings, disk: Disk, free: int, level: str) -> None:
    work = Workspace.open(settings, {})
    disk.free = free * MEGABYTE
    (found,) = [finding for finding in work.maintenance.doctor() if finding.subject == "Disk"]
    assert found.level == level
    if level == "problem":
        assert SpaceGuard(settings).short() == f"{found.detail} Work goes on by itself then."
    assert not settings.ballast.exists()
    work.close()
