"""Work on very many rows never holds the write lock for long: each slice is sized by what the one before took."""

from __future__ import annotations

from contextlib import AbstractContextManager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.services import slices
from core.services.slices import FIRST, LEAST, LOCKED, MOST, Slices, sized
from core.store.database import Tx
from tests.unit.conftest import World


@given(size=st.integers(LEAST, MOST), row=st.floats(1e-7, 0.1))
def test_slices_come_to_hold_the_lock_as_long_as_they_should_whatever_a_row_takes(size: int, row: float) -> None:
    for _ in range(8):
        size = sized(size, size * row)
    assert LEAST <= size <= MOST
    assert size == LEAST or size * row <= LOCKED * 1.01
    assert size == MOST or (size + 1) * row > LOCKED


@given(size=st.integers(LEAST, MOST), seconds=st.floats(0, 100))
def test_one_quick_slice_makes_the_next_twice_as_large_at_most(size: int, seconds: float) -> None:
    assert sized(size, seconds) <= 2 * size


def test_the_next_slice_goes_by_how_long_the_lock_was_held_and_not_by_waiting_for_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, now, paused, write = Slices(world.store), [0.0], list[float](), world.store.write

    def busy() -> AbstractContextManager[Tx]:
        now[0] += 60
        return write()

    monkeypatch.setattr(slices, "monotonic", lambda: now[0])
    monkeypatch.setattr(slices, "sleep", paused.append)
    monkeypatch.setattr(world.store, "write", busy)
    sizes = [work.size]
    for held in (2 * LOCKED, LOCKED):
        with work.write():
            now[0] += held
        sizes.append(work.size)
    assert sizes == [FIRST, FIRST // 2, FIRST // 2]
    assert paused == [0, slices.PAUSE]
