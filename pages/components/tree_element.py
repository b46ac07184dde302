"""The tree as an element of its own: it opens, scrolls and takes keys in the browser and asks for the rows it shows.

The element keeps a numbered log of what it asks and wishes. Questions are answered by the next drawing of its fragment;
choosing a node and every action rerun the page. What the browser says is checked for its form here and for its sense by
the services. For those who cannot use the element, `tree_columns` shows the same source in plain tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import streamlit as st
from pydantic import ValidationError

from pages.components.tree_answers import PAGE, QUESTIONS, Entry, Message, answer, found, greeting
from pages.components.tree_menu import MENU, MenuEntry
from pages.components.tree_source import Source

_PARTS = Path(__file__).parent.parent / "assets" / "taxonomy_tree"
_SCRIPTS = ("held", "talk", "lines", "walk", "keys", "menu", "drag", "element")
_element = st.components.v2.component(
    "glan_taxonomy_tree",
    js="\n".join((_PARTS / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS),
    css=(_PARTS / "tree.css").read_text(encoding="utf-8"),
)
_feed = st.components.v2.component("glan_tree_feed", js=(_PARTS / "feed.js").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Action:
    """What somebody wishes to do with nodes. `do` is the id of a menu entry, or "move": to a parent, None for the top,
    before one of its children, None for the end."""

    do: str
    nodes: tuple[int, ...]
    to: int | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class TreeElement:
    """One tree on a page. `key` names the tree, so it holds the project's id; `selected` is the node of the address.

    `on_select` writes the address, `on_action` opens what asks or calls a service; both run before the page is drawn
    anew. `every`: after so many seconds the source's revision is looked at, for what others do. `height` None = as high
    as the window allows. `box`: key of a text field from which the arrow down leads into the tree.
    """

    key: str
    source: Source
    selected: int | None
    on_select: Callable[[int], None]
    on_action: Callable[[Action], None]
    menu: Sequence[MenuEntry] = MENU
    height: int | None = 600
    box: str = ""
    editable: bool = True
    label: str = "Taxonomy"
    empty: str = "No node matches."
    every: float | None = None

    def draw(self) -> None:
        """Put the tree on the page: the element, and in a fragment the line over which its rows come."""
        with st.container(gap=None):
            _element(key=f"{self.key}.element", height=self.height or "content", data=_fixed(self))
            st.fragment(_answer_line, run_every=self.every)(self)

    @property
    def ack_key(self) -> str:
        """Where the session remembers up to which entry the log is worked off."""
        return f"{self.key}.ack"

    @property
    def sought_key(self) -> str:
        """Where the session remembers what was looked for when the browser was told what was found."""
        return f"{self.key}.sought"


def _answer_line(tree: TreeElement) -> None:
    revision = tree.source.revision
    ack: int | None = st.session_state.get(tree.ack_key)
    entries = _new_entries(tree, ack or 0)
    answers = [answer(tree.source, entry) for entry in entries if entry.do in QUESTIONS]
    if ack is None:
        answers = [greeting(tree.source, tree.selected), *answers]
    elif tree.source.sought and st.session_state.get(tree.sought_key) != tree.source.sought:
        answers.append({"seq": 0, **found(tree.source)})
    ack = max([ack or 0, *(entry.seq for entry in entries)])
    _feed(
        key=tree.key,
        data={
            "tree": tree.key,
            "selected": tree.selected,
            "revision": revision,
            "sought": tree.source.sought,
            "answers": answers,
            "ack": ack,
        },
        on_log_change=lambda: _obey(tree),
    )
    st.session_state[tree.ack_key] = ack
    st.session_state[tree.sought_key] = tree.source.sought


def _fixed(tree: TreeElement) -> Message:
    """What stays the same from drawing to drawing: Streamlit sends such a message once."""
    return {
        "tree": tree.key,
        "menu": [asdict(entry) for entry in tree.menu],
        "editable": tree.editable,
        "height": tree.height,
        "label": tree.label,
        "empty": tree.empty,
        "page": PAGE,
        "box": f"st-key-{re.sub('[^A-Za-z0-9_-]', '-', tree.box)}" if tree.box else "",
    }


def _obey(tree: TreeElement) -> None:
    """Carry out the wishes in the log, in their order, then draw the page anew; the drawing answers the questions.

    A wish is done once, even if the message that acknowledges it is lost and its entry comes again.
    """
    done_key = f"{tree.key}.done"
    done: int = st.session_state.get(done_key, 0)
    wishes = [entry for entry in _new_entries(tree, done) if entry.do not in QUESTIONS]
    for entry in wishes:
        st.session_state[done_key] = entry.seq
        if entry.do == "select":
            tree.on_select(entry.node)
        elif entry.nodes:
            tree.on_action(Action(entry.do, entry.nodes, entry.to, entry.before))
    if wishes:
        st.rerun()


def _new_entries(tree: TreeElement, after: int) -> list[Entry]:
    """The entries of the log behind a number; what has not the form of one is left out."""
    log = (st.session_state.get(tree.key) or {}).get("log")
    entries: list[Entry] = []
    for raw in log if isinstance(log, list) else ():
        try:
            entries.append(Entry.model_validate(raw))
        except ValidationError:
            continue
    return sorted((entry for entry in entries if entry.seq > after), key=lambda entry: entry.seq)
