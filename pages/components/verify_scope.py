"""Which nodes the walk goes through, and where it is: in the URL, but for the place behind the last decision."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.domain.taxonomy import Node, NodeKind, Scope, Waiting
from core.services.verifying import Stop
from pages.components.node_place import select, selected_id
from pages.components.session import Here
from pages.components.text import safe

_AFTER = "taxonomy.walk.after"
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
    with st.container(horizontal=True, vertical_alignment="bottom", key="taxonomy.scope"):
        _choice("branch", "Part", parts, str(scope.branch or ""), "A branch on the way to the node below.", 230)
        _choice("level", "Level", _LEVELS, scope.kind.value if scope.kind else "", "", 150)
        text = "Disputed: a tie, or a majority of less than three quarters."
        _choice("waiting", "Show", _WAITING, scope.waiting.value, text, 200)


def _parts(h: Here, scope: Scope, stop: Stop | None) -> list[Node]:
    found = list(stop.path) if stop else []
    if scope.branch and all(node.id != scope.branch for node in found):
        found.append(h.work.taxonomy.view(h.who, h.project_id, scope.branch).node)
    return [node for node in found if node.kind is not NodeKind.DISCIPLINE]


def _choice(name: str, label: str, options: Mapping[str, str], chosen: str, explain: str, width: int) -> None:
    key = f"taxonomy.scope.{name}"
    if st.session_state.get(key) != chosen:
        st.session_state[key] = chosen
    st.selectbox(
        label,
        list(options),
        format_func=lambda option: safe(options.get(option, option), 60),
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
    select(None)
    st.session_state.pop(_AFTER, None)


def place() -> tuple[int | None, int]:
    """The node in hand, or None and the one behind which the next is wanted."""
    return selected_id(), int(st.session_state.get(_AFTER, 0))


def go_on(after: int) -> None:
    """Let the next drawing take the first node behind this one."""
    st.session_state[_AFTER] = after
    select(None)
