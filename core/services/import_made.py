"""What an import will write, as planned: new nodes, changed ones, links, and the rows of its report."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from core.domain.taxonomy import NodeKind
from core.services.import_report import ReportRow, What
from core.store.node_bulk import NewNode
from core.store.node_takeover import FullTexts, KnownNode


class Spot(NamedTuple):
    """Where a concept ends up: row `number` of the new nodes, or node `number`."""

    new: bool
    number: int


class PlannedLink(NamedTuple):
    """A link to write; `target` is a spot or a URI."""

    source: Spot
    relation: str
    target: Spot | str


@dataclass(slots=True)
class ImportPlan:
    """Everything that will be written, and what is told about it."""

    rows: list[NewNode] = field(default_factory=list)
    rewrites: list[tuple[KnownNode, FullTexts]] = field(default_factory=list)
    verified: list[tuple[int, str, float]] = field(default_factory=list)
    restored: dict[int, None] = field(default_factory=dict)
    kinds: dict[int, NodeKind] = field(default_factory=dict)
    links: list[PlannedLink] = field(default_factory=list)
    told: list[ReportRow] = field(default_factory=list)
    depths: Counter[int] = field(default_factory=Counter)
    alike: int = 0
    removed: int = 0

    def tell(self, what: What, line: int, name: str, place: str = "", note: str = "") -> None:
        """One more row of the report."""
        self.told.append(ReportRow(what, line, name, place, note))
