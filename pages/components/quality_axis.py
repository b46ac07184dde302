"""A logarithmic axis of money that has room for what cost nothing: $0 stands in a column of its own on the left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from plotly.graph_objects import Figure

from pages.components.charts import ink

_STEPS = (1, 2, 5)
_MOST = 8


@dataclass(frozen=True, slots=True)
class CostAxis:
    """`zero` is where $0 is drawn; `low` and `high` end the axis. All as they stand on a logarithmic axis."""

    zero: float
    low: float
    high: float
    free: bool

    @staticmethod
    def of(values: Sequence[float]) -> CostAxis:
        """For these values, none below 0."""
        known = [value for value in values if value > 0]
        if not known:
            return CostAxis(1.0, 0.6, 1.5, free=True)
        least, zero = min(known), min(known) / 10**0.6
        free = any(value <= 0 for value in values)
        return CostAxis(zero, (zero if free else least) / 10**0.25, max(known) * 10**0.3, free)

    def at(self, value: float) -> float:
        """Where a value is drawn."""
        return value if value > 0 else self.zero

    def lay(self, figure: Figure, title: str, prefix: str) -> None:
        """Give the axis to a figure; a dotted line sets off the column of what cost nothing."""
        start = min(self.zero * 10**0.3, self.high) if self.free else self.low
        ticks = ticks_between(start, self.high) if start < self.high else []
        names = [f"{prefix}{tick:,.10f}".rstrip("0").rstrip(".") for tick in ticks]
        figure.update_xaxes(
            type="log",
            title=title,
            range=[log10(self.low), log10(self.high)],
            tickvals=[self.zero, *ticks] if self.free else ticks,
            ticktext=[f"{prefix}0", *names] if self.free else names,
        )
        if self.free and ticks:
            figure.add_vline(x=start, line={"width": 1, "dash": "dot", "color": ink()}, opacity=0.7)


def ticks_between(low: float, high: float) -> list[float]:
    """Round numbers from `low` to `high`, not too many."""
    powers = range(floor(log10(low)), ceil(log10(high)) + 1)
    fine = [step * 10.0**power for power in powers for step in _STEPS if low <= step * 10.0**power <= high]
    whole = [10.0**power for power in powers if low <= 10.0**power <= high]
    return fine if len(fine) <= _MOST else whole[:: max(1, len(whole) // _MOST)]
