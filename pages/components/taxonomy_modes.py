"""What the Taxonomy page shows instead of the tree, by its name in the URL. One line here hooks a mode in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pages.components.node_agreement import agreement_view
from pages.components.node_alike import alike_view
from pages.components.node_history import history_view
from pages.components.node_levels import grow_by_level
from pages.components.node_place import AGREEMENT, ALIKE, FILES, GROW, HISTORY, SETTLE, TABLE, WALK
from pages.components.node_settle import settle_list
from pages.components.node_table import table_view
from pages.components.node_walk import walk
from pages.components.session import Here
from pages.components.taxonomy_files import files_mode


@dataclass(frozen=True, slots=True)
class Mode:
    """A view with a name in the menu. `begins`: it has something to show while the taxonomy is empty."""

    label: str
    icon: str
    draw: Callable[[Here], None]
    begins: bool = False

    @property
    def title(self) -> str:
        """Icon and name."""
        return f":material/{self.icon}: {self.label}"


MODES: Mapping[str, Mode] = {
    WALK: Mode("Verify next", "checklist", walk),
    SETTLE: Mode("Settle", "balance", settle_list),
    AGREEMENT: Mode("Agreement", "handshake", agreement_view),
    GROW: Mode("Grow with a teacher", "potted_plant", grow_by_level, begins=True),
    HISTORY: Mode("History", "history", history_view, begins=True),
    TABLE: Mode("Edit in a table", "table_edit", table_view),
    ALIKE: Mode("Names that are alike", "difference", alike_view),
    FILES: Mode("Import and export", "swap_vert", files_mode, begins=True),
}
