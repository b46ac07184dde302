"""What the Taxonomy page shows instead of the tree: the walk, the disputes, the agreement."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pages.components.node_agreement import agreement_view
from pages.components.node_levels import grow_by_level
from pages.components.node_place import AGREEMENT, GROW, SETTLE, WALK
from pages.components.node_settle import settle_list
from pages.components.node_walk import walk
from pages.components.session import Here

MODES: Mapping[str, Callable[[Here], None]] = {
    WALK: walk,
    SETTLE: settle_list,
    AGREEMENT: agreement_view,
    GROW: grow_by_level,
}
