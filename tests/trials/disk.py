"""A disk that loses power: which of the changes that a process made are there when it comes back.

What was not yet synced may be there wholly, not at all, up to some moment, in any selection, or torn within its sectors
of 512 bytes. That a file was made, renamed or removed is sure only once its folder was synced after it.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePath
from random import Random

SECTOR = 512
LATEST = 40
NO_FILE = -1


class Deed(StrEnum):
    """What a process did."""

    MAKE = "make"
    WRITE = "write"
    CUT = "cut"
    REMOVE = "remove"
    RENAME = "rename"
    SYNC = "sync"
    SAY = "say"


NAMING = frozenset({Deed.MAKE, Deed.REMOVE, Deed.RENAME})


@dataclass(frozen=True, slots=True)
class Change:
    """One system call: `at` is the offset of a write or the new length of a cut, `to` the new name of a rename.

    For `say`, `data` is a line that the process promised to somebody.
    """

    deed: Deed
    path: str = ""
    at: int = 0
    data: bytes = b""
    to: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """What the disk holds after the cut, and what had been promised before it."""

    files: dict[str, bytes]
    said: tuple[str, ...]


class Fate:
    """What becomes of the changes that nobody synced, in one power cut."""

    def __init__(self, rng: Random, cut: int) -> None:
        self._rng = rng
        self._kind = rng.choice(("kept", "dropped", "up to", "some", "torn"))
        self._last = rng.randint(max(0, cut - LATEST), cut)

    def spares(self, index: int) -> bool:
        """Is change `index` there afterwards?"""
        if self._kind == "up to":
            return index < self._last
        return self._kind == "kept" or (self._kind != "dropped" and self._rng.random() < 0.5)

    def left_of(self, change: Change, index: int) -> Iterator[Change]:
        """The parts of it that are there afterwards."""
        if self._kind != "torn" or change.deed is not Deed.WRITE:
            if self.spares(index):
                yield change
            return
        end = change.at + len(change.data)
        edges = [change.at, *range((change.at // SECTOR + 1) * SECTOR, end, SECTOR), end]
        for start, stop in itertools.pairwise(edges):
            if self._rng.random() < 0.5:
                data = change.data[start - change.at : stop - change.at]
                yield Change(Deed.WRITE, change.path, start, data)


def _name(names: dict[str, int], change: Change, file: int) -> None:
    if change.deed is not Deed.MAKE:
        names.pop(change.path, None)
    if change.deed is not Deed.REMOVE:
        names[change.to or change.path] = file


def _apply(content: bytearray, change: Change) -> None:
    end = change.at + len(change.data)
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    if change.deed is Deed.CUT:
        del content[change.at :]
    else:
        content[change.at : end] = change.data


@dataclass
class Record:
    """The files at the start, all safe on the disk, and what a process did to them.

    Each change gets the number of the file it meant: one that is made under an old name is another file.
    """

    kept: dict[str, bytes]
    changes: tuple[Change, ...]
    _files: list[int] = field(default_factory=list)
    _syncs: dict[object, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        numbers = itertools.count()
        names = {path: next(numbers) for path in self.kept}
        for index, change in enumerate(self.changes):
            known = change.path in names
            if change.deed is Deed.MAKE and not known:
                names[change.path] = next(numbers)
            file = names.get(change.path, NO_FILE)
            self._files.append(NO_FILE if change.deed is Deed.MAKE and known else file)
            if change.deed is Deed.SYNC:
                self._syncs.setdefault(change.path if file == NO_FILE else file, []).append(index)
            elif change.deed is Deed.REMOVE:
                names.pop(change.path, None)
            elif change.deed is Deed.RENAME:
                names[change.to] = names.pop(change.path)

    def after_cut(self, cut: int, rng: Random) -> State:
        """One of the states that the disk may be in when power went before change number `cut`."""
        content, naming = Fate(rng, cut), Fate(rng, cut)
        names = {path: number for number, path in enumerate(self.kept)}
        files = {number: bytearray(data) for number, data in enumerate(self.kept.values())}
        said: list[str] = []
        for index, (change, file) in enumerate(zip(self.changes[:cut], self._files, strict=False)):
            if change.deed is Deed.SAY:
                said.append(change.data.decode().strip())
            elif change.deed in NAMING and file != NO_FILE:
                files.setdefault(file, bytearray())
                if self._safe(str(PurePath(change.path).parent), index, cut) or naming.spares(index):
                    _name(names, change, file)
            elif change.deed in {Deed.WRITE, Deed.CUT}:
                for part in [change] if self._safe(file, index, cut) else content.left_of(change, index):
                    _apply(files[file], part)
        return State({path: bytes(files[number]) for path, number in names.items()}, tuple(said))

    def _safe(self, what: object, index: int, cut: int) -> bool:
        """Was the file or folder synced after change `index` and before the cut?"""
        syncs = self._syncs.get(what, [])
        place = bisect.bisect(syncs, index)
        return place < len(syncs) and syncs[place] < cut
