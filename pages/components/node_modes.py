"""What the Taxonomy page shows instead of the tree: the walk, the disputes, the agreement, a table, the history."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pages.components.node_agreement import agreement_view
from pages.components.node_alike import alike_view
from pages.components.node_history import history_view
from pages.components.node_levels import grow_by_level
from pages.components.node_place import AGREEMENT, ALIKE, GROW, HISTORY, SETTLE, TABLE, WALK
from pages.components.node_settle import settle_list
from pages.components.node_table import table_view
from pages.components.node_walk import walk
from pages.components.session import Here

MODES: Mapping[str, Callable[[Here], None]] = {
    WALK: walk,
    SETTLE: settle_list,
    AGREEMENT: agreement_view,
    TABLE: table_view,
    HISTORY: history_view,
    ALIKE: alike_view,
    GROW: grow_by_level,
}
