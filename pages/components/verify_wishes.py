"""What a person wishes for the node on the card, carried out: every wish names the node and the meaning that was read.

The desk of a session is one dict that is changed in place: `ack` counts a log entry before it is carried out, so an
interruption of the script repeats nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.domain.states import NodeState
from core.domain.taxonomy import Node, Verdict
from core.errors import ConflictError, StudioError
from core.services.actions import ActionRow
from pages.components.node_place import open_edit, select
from pages.components.session import Here
from pages.components.verify_scope import go_on, place

NOTE = "taxonomy.walk.note"
_DESK = "taxonomy.walk.desk"
_VERDICTS = {"keep": Verdict.KEEP, "remove": Verdict.REMOVE}
_OWN_STEPS = frozenset({"voted", "verified", "removed"})


def desk() -> dict[str, Any]:
    """Of this session: the last entry worked off, nodes skipped, what to say, nodes whose text was new."""
    fresh = {"ack": 0, "skipped": [], "last": "", "problem": None, "changed": []}
    found: dict[str, Any] = st.session_state.setdefault(_DESK, fresh)
    return found


def carry_out(h: Here, entry: Mapping[str, Any]) -> bool:
    """One entry of the log; does it need the whole page?"""
    state = desk()
    if entry["do"] == "undo":
        undo(h)
        return False
    try:
        node = h.work.taxonomy.view(h.who, h.project_id, int(entry["node"])).node
    except StudioError as error:
        state["problem"] = (error.message, error.hint)
        return False
    if entry["do"] == "edit":
        select(node.id)
        open_edit(node)
        return True
    fulfil(h, str(entry["do"]), node.model_copy(update={"meaning": int(entry["meaning"])}), str(entry.get("note", "")))
    return False


def fulfil(h: Here, wish: str, seen: Node, note: str = "") -> None:
    """Keep, remove or skip, and go on; a node whose text is new comes back to be read and voted on again."""
    state = desk()
    state["problem"], state["last"] = None, ""
    try:
        if wish == "skip":
            newest = h.work.actions.choice(h.who, h.project_id).undo
            state["skipped"].append((seen.id, newest.id if newest else 0))
            state["last"] = f"{seen.name} skipped."
        else:
            verdict = _VERDICTS[wish]
            after = h.work.votes.vote(h.who, h.project_id, seen.id, verdict, note, meaning=seen.meaning)
            said = (
                f"your vote ({verdict.value}) is recorded" if after.state is NodeState.PROPOSED else after.state.value
            )
            state["last"] = f"{seen.name}: {said}."
    except ConflictError:
        state["changed"] = [*state["changed"], seen.id][-5:]
        select(seen.id)
        return
    except StudioError as error:
        state["problem"] = (error.message, error.hint)
    state["changed"] = [node_id for node_id in state["changed"] if node_id != seen.id]
    at, _ = place()
    if at in {None, seen.id}:
        go_on(seen.id)


def fulfil_pressed(h: Here, wish: str, seen: Node) -> None:
    """The same for a button, with the note that stands beside it."""
    note = str(st.session_state.get(NOTE) or "")
    st.session_state[NOTE] = ""
    fulfil(h, wish, seen, note)


def undo(h: Here) -> None:
    """Take back the last step of this person, a skip too, and show its node; again for the one before."""
    state = desk()
    state["problem"], state["last"] = None, ""
    newest = h.work.actions.choice(h.who, h.project_id).undo
    if state["skipped"] and state["skipped"][-1][1] >= (newest.id if newest else 0):
        select(state["skipped"].pop()[0])
    elif newest is None:
        state["problem"] = ("There is nothing of yours to take back.", "")
    elif newest.kind in _OWN_STEPS:
        _take_back(h, newest)
    else:
        state["problem"] = (f"Your last step was no vote: {newest.title}.", "Take it back with Undo beside the tree.")


def _take_back(h: Here, action: ActionRow) -> None:
    state = desk()
    try:
        h.work.actions.undo(h.who, h.project_id, action.id)
    except StudioError as error:
        state["problem"] = (error.message, error.hint)
        return
    state["last"] = f"Taken back: {action.title}."
    if action.entity == "node" and action.entity_id.isdecimal():
        select(int(action.entity_id))
