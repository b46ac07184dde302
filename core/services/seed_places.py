"""The chosen examples of a seed set as a plan sees them, looked up when they are wanted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from core.store import seeds
from core.store.database import Tx

_SINGLY = 500


class SeedPlaces(Sequence[tuple[int, int]]):
    """(position, id) of the examples at `positions`. A few are read one by one, many all at once: what a form asks for
    at every touch does not depend on the size of the set. To be used while `tx` is open."""

    def __init__(self, tx: Tx, set_id: int, positions: Sequence[int]) -> None:
        self._tx = tx
        self._set_id = set_id
        self._positions = positions
        self._ids: list[int] = []
        self._read = 0

    def __len__(self) -> int:
        return len(self._positions)

    @overload
    def __getitem__(self, place: int) -> tuple[int, int]: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[tuple[int, int]]: ...
    def __getitem__(self, place: int | slice) -> tuple[int, int] | Sequence[tuple[int, int]]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        position = self._positions[place]
        return position, self._id(position)

    def _id(self, position: int) -> int:
        if not self._ids and self._read < _SINGLY:
            self._read += 1
            return seeds.id_at(self._tx, self._set_id, position)
        if not self._ids:
            self._ids = seeds.ids(self._tx, self._set_id)
        return self._ids[position]
