"""What the Taxonomy page shows instead of the tree, by its name in the URL. One line here hooks a mode in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.errors import NotFoundError
from core.services.taxonomy import NodeView
from pages.components.node_place import FILES, WALK, selected_id
from pages.components.node_walk import find_stop, walk
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


def _walk(h: Here) -> None:
    walk(h, find_stop(h, _in_hand(h)), h.work.taxonomy.counts(h.project_id))


def _in_hand(h: Here) -> NodeView | None:
    node_id = selected_id()
    try:
        return h.work.taxonomy.view(h.who, h.project_id, node_id) if node_id is not None else None
    except NotFoundError:
        return None


MODES: Mapping[str, Mode] = {
    WALK: Mode("Verify next", "checklist", _walk),
    FILES: Mode("Import and export", "swap_vert", files_mode, begins=True),
}
