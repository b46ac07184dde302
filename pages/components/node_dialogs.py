"""The dialogs about the node in hand, by the names under which `node_place.open_dialog` opens them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.services.taxonomy import NodeView
from pages.components.node_address import address_dialog
from pages.components.node_edit import edit_dialog
from pages.components.node_keep import keep_dialog
from pages.components.node_kind import kind_dialog
from pages.components.node_links import link_dialog
from pages.components.node_merge import merge_dialog
from pages.components.node_move import move_dialog
from pages.components.node_remove import remove_dialog, restore_dialog
from pages.components.node_split import split_dialog
from pages.components.session import Here

DIALOGS: Mapping[str, Callable[[Here, NodeView], None]] = {
    "keep": keep_dialog,
    "edit": edit_dialog,
    "move": move_dialog,
    "merge": merge_dialog,
    "split": split_dialog,
    "kind": kind_dialog,
    "link": link_dialog,
    "address": address_dialog,
    "remove": remove_dialog,
    "restore": restore_dialog,
}
