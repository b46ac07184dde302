"""Verify one by one: a card with keys for each open node, parents before children. Only this reruns at a key press."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.taxonomy import Scope
from core.errors import NotFoundError, StudioError
from core.services.verifying import MOST_LEFT, Stop
from pages.components.card_keys import CardKeys
from pages.components.figures import count
from pages.components.node_place import enter, mode, open_dialog, open_edit, shortcut
from pages.components.node_words import decided
from pages.components.notices import empty, show_error
from pages.components.session import Here
from pages.components.text import safe
from pages.components.verify_card import draw_stop, goes_along
from pages.components.verify_scope import Desk, begin, choose_scope, desk, follow_url, read_scope, show
from pages.components.verify_wishes import NOTE, carry_out, fulfil, undo

AHEAD = 24
_LETTERS = {"keep": "k", "remove": "x", "skip": "s", "edit": "e", "undo": "u"}
_KEYS = CardKeys(
    "taxonomy.walk",
    {"id": "node", "keys": {key: wish for wish, key in _LETTERS.items()}, "ask": "remove", "again": True},
)


def walk(h: Here) -> None:
    """From the node in the URL on. Key presses rerun the inner part alone, whose URL may lag behind."""
    state = desk()
    begin(h, state)
    follow_url(state)
    _walk(h)


@st.fragment
def _walk(h: Here) -> None:
    """The card in hand and, for the key reader, the next ones; or the end of the way."""
    if not mode():
        return
    state, scope = desk(), read_scope()
    _work_off(h, state)
    stops = _stops(h, state, scope)
    show(state, stops[0].node.id if stops else None)
    _progress(h, scope)
    choose_scope(h, scope, stops[0] if stops else None)
    _tell(state, stops)
    if stops:
        _actions(h, stops[0])
        by_id = {stop.node.id: stop for stop in stops}
        with st.container(gap=None):  # else the empty places before the card in hand would push it down
            for slot in _KEYS.in_their_slots(list(by_id)):
                with st.container():
                    if slot is not None:
                        draw_stop(by_id[slot])
    else:
        _end(h, scope)
    still = shortcut("k") is None or not stops
    _KEYS.mount([_card(stop) for stop in stops], ack=state["ack"], still=still)


def _card(stop: Stop) -> dict[str, object]:
    node = stop.node
    return {"node": node.id, "meaning": node.meaning, "asks": node.n_descendants > 0}


def _work_off(h: Here, state: Desk) -> None:
    whole = False
    for entry in _KEYS.entries(state["ack"]):
        whole = carry_out(h, state, entry) or whole
    if state["noted"]:
        st.session_state[NOTE] = ""
        state["noted"] = False
    if whole:
        st.rerun()


def _stops(h: Here, state: Desk, scope: Scope) -> list[Stop]:
    size = AHEAD if _KEYS.ready() else 1
    try:
        return h.work.verifying.ahead(h.who, h.project_id, scope, first=state["at"], after=state["after"], size=size)
    except NotFoundError:  # the page has said so
        return h.work.verifying.ahead(h.who, h.project_id, scope, size=size)


def _progress(h: Here, scope: Scope) -> None:
    verified, removed, every = decided(h.work.taxonomy.counts(h.project_id))
    left = h.work.verifying.left(h.who, h.project_id, scope)
    number = f"{left:,}" + ("+" if left >= MOST_LEFT else "")
    st.progress(
        (verified + removed) / every if every else 0.0,
        text=f"{verified + removed:,} of {every:,} decided · {number} to go here",
    )


def _tell(state: Desk, stops: Sequence[Stop]) -> None:
    """What the last presses did, and what they met."""
    if state["problem"]:
        show_error(StudioError(*state["problem"]))
    if stops and stops[0].node.id in state["changed"]:
        name = safe(stops[0].node.name, 80)
        st.warning(f"“{name}” was changed while you read it. Read it again, then vote.", icon=":material/group:")
    last = state["last"]
    if last and len(stops) == 1 and last.endswith("skipped.") and last.startswith(stops[0].node.name):
        last = "This is the only open node."
    st.caption(safe(last, 300) if last else "The keys work while no text field has the cursor.")


def _actions(h: Here, stop: Stop) -> None:
    node, along = stop.node, goes_along(stop)
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="bottom", key="taxonomy.walk.actions"):
        _wish(h, stop, "keep", "check")
        if along and not _KEYS.ready():
            if st.button("Remove", key=f"taxonomy.walk.remove.{node.id}", icon=":material/delete:"):
                open_dialog("remove", node.id)
                st.rerun()
        else:
            _wish(h, stop, "remove", "delete")
        _wish(h, stop, "skip", "skip_next")
        edit = st.button(
            "Edit", key=f"taxonomy.walk.edit.{node.id}", icon=":material/edit:", shortcut=shortcut(_LETTERS["edit"])
        )
        _undo_button(h, str(node.id))
        st.text_input(
            "Note",
            key=NOTE,
            max_chars=1000,
            width=300,
            placeholder="Note for your vote (optional)",
            label_visibility="collapsed",
        )
    if _KEYS.ready():
        _sure(node.id, along)
    if edit:
        open_edit(node)
        st.rerun()


def _wish(h: Here, stop: Stop, wish: str, icon: str) -> None:
    st.button(
        wish.capitalize(),
        key=f"taxonomy.walk.{wish}.{stop.node.id}",
        type="primary" if wish == "keep" else "secondary",
        icon=f":material/{icon}:",
        shortcut=shortcut(_LETTERS[wish]),
        on_click=fulfil,
        args=(h, wish, stop.node),
    )


def _sure(node_id: int, along: str) -> None:
    """Shown by the key reader when remove was pressed on a node with something below."""
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="taxonomy.walk.reasons"):
        st.markdown(f":material/warning: {along} Press X again to go on, Esc to leave it." if along else "")
        st.button("Remove", key=f"taxonomy.walk.sure.{node_id}", icon=":material/delete:")


def _undo_button(h: Here, shown: str) -> None:
    st.button(
        "Undo",
        key=f"taxonomy.walk.undo.{shown}",
        icon=":material/undo:",
        type="tertiary",
        shortcut=shortcut(_LETTERS["undo"]),
        help="Takes back your last vote or skip; press again for the one before.",
        on_click=undo,
        args=(h,),
    )


def _end(h: Here, scope: Scope) -> None:
    verified, removed, every = decided(h.work.taxonomy.counts(h.project_id))
    if scope != Scope():
        box = empty("Nothing waits here", "Widen the choice above to go on.", ":material/filter_alt_off:")
        box.button("Everything that waits for me", key="taxonomy.walk.widen", on_click=enter, args=("verify",))
    elif verified + removed == every:
        box = empty("All decided", "Every node is verified or removed.", ":material/task_alt:")
    else:
        words = "You have voted on every open node; the others' votes decide."
        box = empty("Nothing waits for you", words, ":material/task_alt:")
    disputes = h.work.verifying.count_disputes(h.project_id)
    if disputes:
        label = f"Settle {count(disputes, 'disputed node')}"
        box.button(label, key="taxonomy.walk.settle", icon=":material/balance:", on_click=enter, args=("settle",))
    box.page_link(
        "curriculum.py",
        label="Go to the curriculum",
        icon=":material/menu_book:",
        query_params={"project": h.project_id},
    )
    with box.container(horizontal=True, horizontal_alignment="center"):
        _undo_button(h, "end")
