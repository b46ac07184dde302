"""Which request meets which fault: by chance, in order, by what it says, or always the same for the same body."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from random import Random
from typing import Any, Protocol

from tests.bank.modes import MODES


class Plan(Protocol):
    """Names the mode of a request from its number, its bytes and their SHA-256."""

    def mode(self, number: int, body: bytes, digest: str) -> str:
        """A name in MODES."""


def _known(names: Sequence[str]) -> None:
    unknown = [name for name in names if name not in MODES]
    if unknown:
        raise ValueError(f"There is no mode {', '.join(unknown)}. There are: {', '.join(MODES)}.")


@dataclass(frozen=True)
class Chance:
    """A share of the requests meets one of `modes`; retries of a body have a new chance."""

    share: float
    modes: Sequence[str]
    seed: int = 0

    def __post_init__(self) -> None:
        _known(self.modes)

    def mode(self, number: int, body: bytes, digest: str) -> str:
        """Decided by seed and request number."""
        if not self.share:
            return "ok"
        random = Random(self.seed * 1_000_003 + number)
        return random.choice(self.modes) if random.random() < self.share else "ok"


@dataclass
class Script:
    """One mode after the other, then `then` for ever."""

    modes: Sequence[str]
    then: str = "ok"
    _next: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        _known([*self.modes, self.then])

    def mode(self, number: int, body: bytes, digest: str) -> str:
        """Decided by how many came before."""
        self._next += 1
        return self.modes[self._next - 1] if self._next <= len(self.modes) else self.then


@dataclass(frozen=True)
class ByText:
    """The first text that occurs in the body decides."""

    modes: Mapping[str, str]

    def __post_init__(self) -> None:
        _known(list(self.modes.values()))

    def mode(self, number: int, body: bytes, digest: str) -> str:
        """Decided by the bytes of the body."""
        return next((mode for text, mode in self.modes.items() if text.encode() in body), "ok")


@dataclass(frozen=True)
class ByBody:
    """A share of the bodies always meets the same of `modes`, so that trying again never helps."""

    share: float
    modes: Sequence[str]
    seed: int = 0

    def __post_init__(self) -> None:
        _known(self.modes)

    def mode(self, number: int, body: bytes, digest: str) -> str:
        """Decided by seed and body."""
        random = Random(int(digest[:16], 16) ^ self.seed)
        return random.choice(self.modes) if random.random() < self.share else "ok"


NO_FAULTS: Plan = Chance(0.0, ())
_KINDS = {kind.__name__: kind for kind in (Chance, Script, ByText, ByBody)}


def as_dict(plan: Plan) -> dict[str, Any]:
    """For JSON."""
    assert isinstance(plan, Chance | Script | ByText | ByBody)
    settings = {name: value for name, value in asdict(plan).items() if not name.startswith("_")}
    return {"plan": type(plan).__name__, **settings}


def from_dict(told: Mapping[str, Any]) -> Plan:
    """The plan that `as_dict` wrote; raises ValueError for anything else."""
    kind = _KINDS.get(str(told.get("plan")))
    if kind is None:
        raise ValueError(f"A plan is one of {', '.join(_KINDS)}.")
    made: Plan = kind(**{name: value for name, value in told.items() if name != "plan"})
    return made
