"""The adviser's numbers as a project sees them: what is published, and what its people put in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from core.catalogue.load import switch_points as published
from core.domain.naming import clean_text
from core.domain.people import Action, Principal
from core.domain.switch_points import Grade, SwitchPoint, SwitchPoints
from core.errors import InvalidInputError, NotFoundError
from core.services.context import Context
from core.store import events, switch_points
from core.store.database import Tx
from core.store.switch_points import OwnPoint

__all__ = ["OwnPoint", "PointView", "SwitchPointService", "points_of"]
_MOST_SOURCE = 300


@dataclass(frozen=True, slots=True)
class PointView:
    """A number as it counts now, what is published, and who replaced it; None if nobody did."""

    point: SwitchPoint
    published: SwitchPoint
    own: OwnPoint | None


def points_of(tx: Tx, project_id: str) -> SwitchPoints:
    """The numbers that count in a project."""
    own = switch_points.current(tx, project_id)
    points = tuple(_replaced(point, own.get(point.key)) for point in published().points)
    return SwitchPoints(points=points, evidence=published().evidence)


def _replaced(point: SwitchPoint, own: OwnPoint | None) -> SwitchPoint:
    if own is None:
        return point
    return point.model_copy(update={"low": own.low, "high": own.high, "source": own.source, "grade": own.grade})


class SwitchPointService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def all(self, project_id: str) -> list[PointView]:
        """Every number, in the order of the file."""
        with self._c.store.read() as tx:
            own = switch_points.current(tx, project_id)
        return [PointView(_replaced(p, own.get(p.key)), p, own.get(p.key)) for p in published().points]

    def history(self, project_id: str, key: str = "") -> Sequence[OwnPoint]:
        """Who changed what and when, the newest first."""
        with self._c.store.read() as tx:
            return switch_points.history(tx, project_id, key)

    def save(
        self, who: Principal, project_id: str, key: str, *, low: float, high: float, source: str, grade: Grade
    ) -> SwitchPoint:
        """Put the project's own number in place of the published one."""
        who.must(Action.SETTINGS)
        default = _known(key)
        cleaned = clean_text(source).strip()[:_MOST_SOURCE]
        if not cleaned:
            raise InvalidInputError(
                f"The number for {default.title.lower()!r} has no source.", "Say where it comes from."
            )
        try:
            point = SwitchPoint.model_validate(
                {**default.model_dump(), "low": low, "high": high, "source": cleaned, "grade": grade}
            )
        except ValidationError as error:
            raise InvalidInputError(
                f"{low:g} to {high:g} {default.unit} is no range.", "Both must be above 0, the lower one first."
            ) from error
        self._append(who, project_id, default, point, removed=False)
        return point

    def reset(self, who: Principal, project_id: str, key: str) -> SwitchPoint:
        """Back to what is published; the history keeps what stood there."""
        who.must(Action.SETTINGS)
        default = _known(key)
        self._append(who, project_id, default, default, removed=True)
        return default

    def _append(
        self, who: Principal, project_id: str, default: SwitchPoint, point: SwitchPoint, *, removed: bool
    ) -> None:
        at = self._c.clock()
        with self._c.store.write() as tx:
            before = _replaced(default, switch_points.current(tx, project_id).get(point.key))
            if before == point:
                return
            value = (point.low, point.high)
            switch_points.append(
                tx, project_id, point.key, value, point.source, point.grade, who.name, at, removed=removed
            )
            kept = {"low", "high", "source", "grade"}
            events.append(
                tx,
                project_id,
                who.name,
                at,
                "switch point",
                ("switch_point", point.key),
                before=before.model_dump(include=kept, mode="json"),
                after=point.model_dump(include=kept, mode="json"),
            )


def _known(key: str) -> SwitchPoint:
    found = next((point for point in published().points if point.key == key), None)
    if found is None:
        raise NotFoundError(f"There is no switch point {key!r}.", "Choose one on the Strategy page.")
    return found
