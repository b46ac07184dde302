"""The dialogs of the Taxonomy page by name. Each is drawn with the node that it is about, None for the top or for the
first of several. One line here hooks one in; under the name of an action the tree's menu offers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.errors import NotFoundError
from core.services.taxonomy import NodeView
from pages.components.node_add import add_dialog
from pages.components.node_dialogs import DIALOGS as NODE_DIALOGS
from pages.components.node_place import close_dialog, dialog_in_hand
from pages.components.node_proposals import can_propose, propose_dialog
from pages.components.session import Here

Dialog = Callable[[Here, NodeView | None], None]


def draw_dialog(h: Here) -> None:
    """The dialog that is open, at most one; one that has lost its node is closed."""
    name, node_id = dialog_in_hand()
    dialog = DIALOGS.get(name)
    try:
        view = h.work.taxonomy.view(h.who, h.project_id, node_id) if node_id is not None else None
    except NotFoundError:
        dialog = None
    if dialog is None:
        close_dialog()
    else:
        dialog(h, view)


def _of_node(dialog: Callable[[Here, NodeView], None]) -> Dialog:
    """A dialog that is about one node."""

    def draw(h: Here, view: NodeView | None) -> None:
        if view is None:
            close_dialog()
        else:
            dialog(h, view)

    return draw


def _add(h: Here, view: NodeView | None) -> None:
    add_dialog(h, view.node if view else None)


def _propose(h: Here, view: NodeView | None) -> None:
    node = view.node if view else None
    if can_propose(node):
        propose_dialog(h, node)
    else:
        close_dialog()


DIALOGS: Mapping[str, Dialog] = {
    **{name: _of_node(dialog) for name, dialog in NODE_DIALOGS.items()},
    "add": _add,
    "propose": _propose,
}
