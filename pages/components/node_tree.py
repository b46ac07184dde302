"""The tree as a list that opens along the path of the chosen node, and the search that jumps into it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.states import NodeState
from core.domain.taxonomy import Node, NodeKind
from pages.components.figures import count
from pages.components.node_place import select
from pages.components.node_words import Counts, badge, decided, path_words
from pages.components.session import Here
from pages.components.text import safe

SEARCH = "taxonomy.search"
TREE = "taxonomy.tree"
HITS = "taxonomy.hits"
REMOVED = "taxonomy.removed"
SIBLINGS_SHOWN = 150
MOST_HITS = 50
_INDENT = "\u2003"
_INDENTS = (0, 1, 3)
_TWIN = "\u200b"
ALL_FIELDS = 0


def browse(h: Here, path: Sequence[Node], counts: Counts) -> None:
    """Search box, then the hits, or without a search the tree."""
    text = st.text_input(
        "Search",
        key=SEARCH,
        type="search",
        live="300ms",
        placeholder="Search names, synonyms, descriptions",
        label_visibility="collapsed",
        icon=":material/search:",
    )
    if text.strip():
        _hits(h, text)
    else:
        _tree(h, path, counts)


def _open_hit() -> None:
    hit = st.session_state.get(HITS)
    if isinstance(hit, int):
        select(hit)
        st.session_state[SEARCH] = ""


def _hits(h: Here, text: str) -> None:
    found = h.work.taxonomy.search(h.project_id, text)
    if not found:
        st.caption(f"Nothing found for “{safe(text, 60)}”. Removed nodes are not searched.")
        return
    labels: dict[int, str] = {}
    for hit in found:
        above = f":gray[{path_words(hit[:-1], 40)} ›] " if len(hit) > 1 else ""
        _label(labels, hit[-1].id, f"{above}**{safe(hit[-1].name, 80)}** {badge(hit[-1].state)}")
    st.caption(f"{count(len(found), 'hit')}, choose one to open it" if len(found) < MOST_HITS else "The first 50 hits")
    st.session_state[HITS] = None
    with st.container(height=600 if len(found) > 16 else "content", border=False):
        st.radio(
            "Hits",
            list(labels),
            format_func=lambda node_id: labels.get(node_id, str(node_id)),
            key=HITS,
            on_change=_open_hit,
            label_visibility="collapsed",
            width="stretch",
        )


def _tree(h: Here, path: Sequence[Node], counts: Counts) -> None:
    removed = bool(st.session_state.get(REMOVED)) or any(node.state is NodeState.REMOVED for node in path)
    labels: dict[int, str] = {}
    _label(labels, ALL_FIELDS, f"**All fields** {_all_words(counts)}")
    hidden = _level(h, labels, None, path, removed=removed)
    st.session_state[TREE] = path[-1].id if path else ALL_FIELDS
    with st.container(height=600 if len(labels) > 25 else "content", border=False):
        st.radio(
            "Taxonomy",
            list(labels),
            format_func=lambda node_id: labels.get(node_id, str(node_id)),
            key=TREE,
            on_change=_chosen,
            label_visibility="collapsed",
            width="stretch",
        )
    if hidden:
        st.caption(f"{count(hidden, 'further node is', 'further nodes are')} not listed here; the search finds them.")
    gone = decided(counts)[1]
    if gone or removed:
        st.toggle(f"Show removed ({gone:,})", key=REMOVED)


def _all_words(counts: Counts) -> str:
    verified, removed, every = decided(counts)
    return f":gray[{verified:,} of {every - removed:,} verified]"


def _chosen() -> None:
    chosen = st.session_state.get(TREE)
    if isinstance(chosen, int):
        select(chosen or None)


def _level(h: Here, labels: dict[int, str], parent: int | None, path: Sequence[Node], *, removed: bool) -> int:
    """Add the children of `parent` and, along the path, theirs; how many were left out."""
    siblings = h.work.taxonomy.children(h.project_id, parent, removed=removed)
    on_path = {node.id for node in path}
    shown = _window(siblings, on_path)
    hidden = len(siblings) - len(shown)
    for node in shown:
        _label(labels, node.id, _row(node, opened=node.id in on_path))
        if node.id in on_path and node.kind is not NodeKind.DISCIPLINE:
            hidden += _level(h, labels, node.id, path, removed=removed)
    return hidden


def _window(siblings: Sequence[Node], on_path: set[int]) -> Sequence[Node]:
    if len(siblings) <= SIBLINGS_SHOWN:
        return siblings
    at = next((i for i, node in enumerate(siblings) if node.id in on_path), 0)
    first = max(0, min(at - SIBLINGS_SHOWN // 2, len(siblings) - SIBLINGS_SHOWN))
    return siblings[first : first + SIBLINGS_SHOWN]


def _row(node: Node, *, opened: bool) -> str:
    name = safe(node.name, 70)
    if node.state is NodeState.REMOVED:
        name = f"~~{name}~~"
    arrow = ""
    if node.kind is not NodeKind.DISCIPLINE:
        arrow = ":material/keyboard_arrow_down: " if opened else ":material/keyboard_arrow_right: "
    below = f" :gray[{node.n_verified:,}\u00a0of\u00a0{node.n_descendants:,}]" if node.n_descendants else ""
    return f"{_INDENT * _INDENTS[node.depth]}{arrow}{name} {badge(node.state)}{below}"


def _label(labels: dict[int, str], node_id: int, label: str) -> None:
    """Streamlit tells options apart by their label, so equal ones get an invisible difference."""
    taken = set(labels.values())
    while label in taken:
        label += _TWIN
    labels[node_id] = label
