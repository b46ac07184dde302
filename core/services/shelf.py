"""Results of slow work that are asked for again soon, such as a file that was read."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from core.errors import ImportRejectedError

T = TypeVar("T")


@dataclass(slots=True)
class _Slot:
    lock: threading.Lock = field(default_factory=threading.Lock)
    made: list[object] = field(default_factory=list)
    holds: object = None


class Shelf:
    """The last few results of slow work, refusals too; asked for twice at once it is done once."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._slots: OrderedDict[object, _Slot] = OrderedDict()

    def get(self, key: object, make: Callable[[], T], *, holds: object = None) -> T:
        """What was made for this key, or else made now; `holds` is kept as long."""
        with self._lock:
            slot = self._slots.setdefault(key, _Slot(holds=holds))
            self._slots.move_to_end(key)
            while len(self._slots) > self._size:
                self._slots.popitem(last=False)
        with slot.lock:
            if not slot.made:
                slot.made.append(_made(make))
        found = slot.made[0]
        if isinstance(found, ImportRejectedError):
            raise ImportRejectedError(found.line, found.reason, found.hint)
        return found  # type: ignore[return-value]


def _made(make: Callable[[], T]) -> T | ImportRejectedError:
    try:
        return make()
    except ImportRejectedError as error:
        return error
