"""The actions on nodes that a tree on screen offers: in its menu, by their keys, for one node or all chosen ones."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.states import NodeState
from core.domain.taxonomy import NodeKind

COPY_LINK, OPEN_BELOW = "copy_link", "open_below"
"""The two that the element carries out by itself."""


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One action; `id` comes back as `Action.do`. Without `kinds` or `states` it is offered for all of them.

    `single`: for one node only. `below`: for nodes with children. `edits`: not offered to readers. `key` must be no
    letter, for letters go to the row that begins so.
    """

    id: str
    label: str
    icon: str = ""
    key: str = ""
    kinds: tuple[str, ...] = ()
    states: tuple[NodeState, ...] = ()
    single: bool = False
    below: bool = False
    edits: bool = True
    line: bool = False
    danger: bool = False


_PARENTS = (NodeKind.FIELD.value, NodeKind.SUB_FIELD.value)
_LIVE = (NodeState.PROPOSED, NodeState.VERIFIED)
MENU = (
    MenuEntry("rename", "Rename", "edit", key="F2", single=True),
    MenuEntry("add", "Add below", "add", key="Insert", kinds=_PARENTS, states=_LIVE, single=True),
    MenuEntry("propose", "Propose below", "auto_awesome", kinds=_PARENTS, states=_LIVE, single=True),
    MenuEntry("move_to", "Move...", "drive_file_move", states=_LIVE, line=True),
    MenuEntry("merge", "Merge...", "merge", states=_LIVE),
    MenuEntry("split", "Split...", "call_split", states=_LIVE, single=True),
    MenuEntry("kind", "Change kind...", "category", states=_LIVE),
    MenuEntry("keep", "Keep", "check", states=(NodeState.PROPOSED,), line=True),
    MenuEntry("remove", "Remove...", "delete", key="Delete", states=_LIVE, danger=True),
    MenuEntry("restore", "Restore", "restore_from_trash", states=(NodeState.REMOVED,)),
    MenuEntry(COPY_LINK, "Copy link", "link", single=True, edits=False, line=True),
    MenuEntry(OPEN_BELOW, "Open all below (first 1,000)", "unfold_more", single=True, below=True, edits=False),
)
