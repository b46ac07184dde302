"""Search box and filters above the tree. The filters are words in the URL (`?show=mine,field`), so a filtered tree can
be linked; what is typed is not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import streamlit as st

from core.domain.states import NodeState
from core.domain.taxonomy import Node, NodeKind
from core.services.tree_search import Query
from pages.components.session import Here
from pages.components.text import safe

SEARCH = "taxonomy.search"
SHOW = "show"
_BELOW = "below:"
_KINDS = {NodeKind.FIELD: "Field", NodeKind.SUB_FIELD: "Sub-field", NodeKind.DISCIPLINE: "Discipline"}
_STATES = {NodeState.PROPOSED: "Proposed", NodeState.VERIFIED: "Verified", NodeState.REMOVED: "Removed"}
_ONLY = {
    "mine": "Waits for my vote",
    "disputed": "Disputed",
    "offered": "From a teacher, undecided",
    "childless": "Nothing below it",
    "unsampled": "No accepted sample",
}
_SINCE = {"today": ("Today", 0), "week": ("7 days", 6), "month": ("30 days", 29)}


@dataclass(frozen=True, slots=True)
class _Group:
    """Words of which any number, or one, may be set."""

    key: str
    label: str
    words: dict[str, str]
    many: bool = True

    @property
    def widget(self) -> str:
        return f"taxonomy.filter.{self.key}"


_GROUPS = (
    _Group("kind", "Kind", {kind.value: label for kind, label in _KINDS.items()}),
    _Group("state", "State", {state.value: label for state, label in _STATES.items()}),
    _Group("only", "Only what", dict(_ONLY)),
    _Group("since", "Added in the last", {word: label for word, (label, _) in _SINCE.items()}, many=False),
)
_LABELS = {word: label for group in _GROUPS for word, label in group.words.items()}


def filters() -> tuple[str, ...]:
    """The words that are set; what the URL says beyond them means nothing."""
    said = str(st.query_params.get(SHOW, "")).split(",")
    return tuple(dict.fromkeys(word for word in said if word in _LABELS or _branch(word) is not None))


def set_filters(*words: str) -> None:
    """Set exactly these."""
    if words:
        st.query_params[SHOW] = ",".join(words)
    else:
        st.query_params.pop(SHOW, None)


def query_in_hand() -> Query | None:
    """What the tree is narrowed to, None = nothing."""
    text, words = str(st.session_state.get(SEARCH) or "").strip(), filters()
    if not text and not words:
        return None
    return Query(
        text,
        kinds=frozenset(kind for kind in _KINDS if kind in words),
        states=frozenset(state for state in _STATES if state in words),
        mine="mine" in words,
        disputed="disputed" in words,
        childless="childless" in words,
        without_samples="unsampled" in words,
        proposals="offered" in words,
        since=next((_days_ago(days) for word, (_, days) in _SINCE.items() if word in words), None),
        below=next((branch for word in words if (branch := _branch(word)) is not None), None),
    )


def query_words(name_of: Callable[[int], str]) -> str:
    """What the tree is narrowed to, made safe; `name_of` a node's id."""
    text = str(st.session_state.get(SEARCH) or "").strip()
    parts = [f"“{safe(text, 60)}”"] if text else []
    return ", ".join([*parts, *(safe(_label(word, name_of), 60) for word in filters())])


def query_key() -> str:
    """Tells one narrowing of the tree from another."""
    said = "\n".join((str(st.session_state.get(SEARCH) or "").strip(), *filters()))
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:12]


def branch_name(h: Here, node_id: int) -> str:
    """The name of the node below which is looked."""
    found = h.work.taxonomy.some(h.project_id, [node_id])
    return found[0].name if found else f"node {node_id}"


def _label(word: str, name_of: Callable[[int], str]) -> str:
    branch = _branch(word)
    return _LABELS[word] if branch is None else f"Below {name_of(branch)}"


def _branch(word: str) -> int | None:
    number = word.removeprefix(_BELOW)
    return int(number) if number != word and number.isdecimal() and number.isascii() and len(number) < 16 else None


def _days_ago(days: int) -> float:
    today = datetime.now().astimezone()
    return datetime.combine(today.date() - timedelta(days=days), time(), today.tzinfo).timestamp()


def search_and_filter(chosen: Node | None, name_of: Callable[[int], str]) -> None:
    """The search box, the filters behind a button, and those that are set in words. `name_of` a node's id."""
    words = filters()
    with st.container(horizontal=True, gap="xsmall", wrap=False):
        st.text_input(
            "Search",
            key=SEARCH,
            type="search",
            live="300ms",
            placeholder="Search names and texts",
            label_visibility="collapsed",
            icon=":material/search:",
            persist_state="session",
        )
        label = f"Filter ({len(words)})" if words else "Filter"
        with st.popover(label, icon=":material/filter_list:", key="taxonomy.filter"):
            _choose(words, chosen)
    if words:
        _set_words(words, name_of)


def _choose(words: tuple[str, ...], chosen: Node | None) -> None:
    for group in _GROUPS:
        mine = [word for word in group.words if word in words]
        st.session_state[group.widget] = mine if group.many else next(iter(mine), None)
        st.pills(
            group.label,
            list(group.words),
            selection_mode="multi" if group.many else "single",
            format_func=_LABELS.__getitem__,
            key=group.widget,
            on_change=_take,
            args=(group,),
        )
    if chosen and f"{_BELOW}{chosen.id}" not in words:
        st.button(
            f"Only below {safe(chosen.name, 40)}",
            key="taxonomy.filter.below",
            icon=":material/subdirectory_arrow_right:",
            on_click=set_filters,
            args=(*(word for word in words if _branch(word) is None), f"{_BELOW}{chosen.id}"),
        )


def _take(group: _Group) -> None:
    value = st.session_state.get(group.widget)
    now = [value] if isinstance(value, str) else list(value or ())
    set_filters(*(word for word in filters() if word not in group.words), *now)


def _set_words(words: tuple[str, ...], name_of: Callable[[int], str]) -> None:
    """Each filter that is set as a button that takes it away."""
    with st.container(horizontal=True, gap="xsmall"):
        for word in words:
            st.button(
                safe(_label(word, name_of), 40),
                key=f"taxonomy.filter.clear.{word}",
                icon=":material/close:",
                type="tertiary",
                help="Take this filter away",
                on_click=set_filters,
                args=tuple(each for each in words if each != word),
            )


def forget_search() -> None:
    """The whole tree again."""
    st.session_state[SEARCH] = ""
    set_filters()
