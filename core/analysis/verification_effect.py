"""What verification by machine does: how much passes, what it costs, whether people agree. Money in nano-dollars."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from core.analysis.intervals import wilson


@dataclass(frozen=True, slots=True)
class Effect:
    """One check on the samples of one strategy ("" = of several).

    `passed`, `failed` and `open` (it could not tell) count samples. `calls` and `cost` are those of the check,
    `made_for` is what else was spent on the items that were to be checked, dropped and failed ones included. The last
    four count samples that people decided in the text that was checked.
    """

    method: str
    strategy: str
    passed: int = 0
    failed: int = 0
    open: int = 0
    calls: int = 0
    cost: int = 0
    made_for: int = 0
    passed_accepted: int = 0
    passed_rejected: int = 0
    failed_accepted: int = 0
    failed_rejected: int = 0

    @property
    def samples(self) -> int:
        """Samples that the check was tried on."""
        return self.passed + self.failed + self.open

    @property
    def told(self) -> int:
        """Those on which it could tell."""
        return self.passed + self.failed

    @property
    def pass_rate(self) -> float | None:
        """Passed among those on which it could tell."""
        return self.passed / self.told if self.told else None

    @property
    def interval(self) -> tuple[float, float]:
        """95 % Wilson interval of the pass rate."""
        return wilson(self.passed, self.told)

    @property
    def kept(self) -> int:
        """Samples that are left when those that failed are left out."""
        return self.passed + self.open

    @property
    def each_without(self) -> int | None:
        """What one sample costs when nothing is checked and all are kept."""
        return self.made_for // self.samples if self.samples else None

    @property
    def each_with(self) -> int | None:
        """What one kept sample costs: the check is paid, and so are the samples that it throws away."""
        return (self.made_for + self.cost) // self.kept if self.kept else None

    @property
    def decided(self) -> int:
        """Samples on which both the check and a person decided."""
        return self.passed_accepted + self.passed_rejected + self.failed_accepted + self.failed_rejected

    @property
    def agreed(self) -> int:
        """Passed and accepted, or failed and rejected."""
        return self.passed_accepted + self.failed_rejected

    @property
    def agreement(self) -> float | None:
        """Share on which check and person say the same."""
        return self.agreed / self.decided if self.decided else None

    @property
    def agreement_interval(self) -> tuple[float, float]:
        """95 % Wilson interval of it."""
        return wilson(self.agreed, self.decided)


_COUNTS = tuple(field.name for field in fields(Effect) if field.name not in {"method", "strategy"})


def together(effects: Iterable[Effect]) -> list[Effect]:
    """One effect for each check, over all strategies."""
    by_method: dict[str, list[Effect]] = {}
    for effect in effects:
        by_method.setdefault(effect.method, []).append(effect)
    return [
        Effect(method, "", **{name: sum(getattr(row, name) for row in rows) for name in _COUNTS})
        for method, rows in by_method.items()
    ]
