"""Which nodes the walk goes through, and where it is.

Scope and node are in the URL. The desk of a session is one dict that is changed in place, without Streamlit: a script
that is interrupted between two of its calls has then neither lost nor doubled a step.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.domain.taxonomy import Node, NodeKind, Scope, Waiting
from core.errors import NotFoundError
from core.services.verifying import Stop
from pages.components.node_place import select, selected_id
from pages.components.session import Here
from pages.components.text import plain

_DESK = "taxonomy.walk.desk"
Desk = dict[str, Any]
_FRESH: Desk = {
    "at": None,
    "after": 0,
    "shown": None,
    "skipped": [],
    "changed": [],
    "last": "",
    "problem": None,
    "noted": False,
}
_LEVELS = {"": "All levels", **{kind.value: f"{kind.label.capitalize()}s" for kind in NodeKind}}
_WAITING = {
    Waiting.MINE.value: "Waiting for my vote",
    Waiting.OPEN.value: "All that is open",
    Waiting.DISPUTED.value: "Disputed only",
}


def read_scope() -> Scope:
    """What the URL says; anything odd counts as not said."""
    branch, level, waiting = (str(st.query_params.get(name, "")) for name in ("branch", "level", "waiting"))
    return Scope(
        branch=int(branch) if branch.isascii() and branch.isdecimal() and len(branch) < 16 else None,
        kind=NodeKind(level) if level in set(NodeKind) else None,
        waiting=Waiting(waiting) if waiting in set(Waiting) else Waiting.MINE,
    )


def choose_scope(h: Here, scope: Scope, stop: Stop | None) -> None:
    """Three choices in a row: the part of the tree, the level, what waits for whom."""
    parts = {"": "Whole taxonomy", **{str(node.id): node.name for node in _parts(h, scope, stop)}}
    branch = str(scope.branch or "")
    branch = branch if branch in parts else ""
    with st.container(horizontal=True, vertical_alignment="bottom", key="taxonomy.scope"):
        _choice("branch", "Part", parts, branch, "A branch on the way to the node below.", 230)
        _choice("level", "Level", _LEVELS, scope.kind.value if scope.kind else "", "", 150)
        text = "Disputed: a tie, or a majority of less than three quarters."
        _choice("waiting", "Show", _WAITING, scope.waiting.value, text, 200)


def _parts(h: Here, scope: Scope, stop: Stop | None) -> list[Node]:
    found = list(stop.path) if stop else []
    if scope.branch and all(node.id != scope.branch for node in found):
        try:
            found.append(h.work.taxonomy.view(h.who, h.project_id, scope.branch).node)
        except NotFoundError:  # an old link: the choice then reads "Whole taxonomy"
            st.query_params.pop("branch", None)
    return [node for node in found if node.kind is not NodeKind.DISCIPLINE]


def _choice(name: str, label: str, options: Mapping[str, str], chosen: str, explain: str, width: int) -> None:
    key = f"taxonomy.scope.{name}"
    if st.session_state.get(key) != chosen:
        st.session_state[key] = chosen
    st.selectbox(
        label,
        list(options),
        format_func=lambda option: plain(options.get(option, option), 60),
        key=key,
        help=explain or None,
        width=width,
        on_change=_changed,
        args=(name, next(iter(options))),
    )


def _changed(name: str, usual: str) -> None:
    chosen = str(st.session_state.get(f"taxonomy.scope.{name}") or "")
    if chosen == usual:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = chosen
    state = desk()
    state["at"], state["after"] = None, 0
    select(None)


def desk() -> Desk:
    """The last log entry worked off (`ack`), the node in hand (`at`) or else the one behind which the next is wanted
    (`after`), the node that the URL was last given (`shown`), nodes skipped, what to say, nodes whose text was new,
    whether the note has been used up (`noted`), and project and person (`of`).
    """
    found: Desk = st.session_state.setdefault(_DESK, {"ack": 0, "of": None, **_FRESH})
    return found


def begin(h: Here, state: Desk) -> None:
    """Another project or another person starts with nothing on the desk."""
    of = (h.project_id, h.who.name)
    if state["of"] != of:
        state.update(_FRESH, of=of, skipped=[], changed=[])


def follow_url(state: Desk) -> None:
    """Somebody went to another node: by a link, a dialog, the history of the browser."""
    if selected_id() != state["shown"]:
        state["at"] = selected_id()


def show(state: Desk, node_id: int | None) -> None:
    """Take a node in hand and into the URL, or none."""
    state["at"] = node_id
    select(node_id, anew=state["shown"] not in {None, node_id})
    state["shown"] = node_id
