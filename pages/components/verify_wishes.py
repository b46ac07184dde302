"""What a person wishes for the node on the card, carried out: every wish names the node and the meaning that was read.

A log entry counts as worked off at the moment it is carried out, with no call to Streamlit in between.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.domain.states import NodeState
from core.domain.taxonomy import Node, Verdict
from core.errors import ConflictError, StudioError
from core.services.actions import ActionRow
from pages.components.node_place import open_edit
from pages.components.session import Here
from pages.components.verify_scope import Desk, desk, show

NOTE = "taxonomy.walk.note"
_VERDICTS = {"keep": Verdict.KEEP, "remove": Verdict.REMOVE}
_OWN_STEPS = frozenset({"voted", "verified", "removed"})


def carry_out(h: Here, state: Desk, entry: Mapping[str, Any]) -> bool:
    """One entry of the log; does it need the whole page?"""
    if entry["do"] == "undo":
        state["ack"] = entry["seq"]
        _undo(h, state)
        return False
    try:
        node = h.work.taxonomy.view(h.who, h.project_id, int(entry["node"])).node
    except StudioError as error:
        state["ack"], state["problem"] = entry["seq"], (error.message, error.hint)
        return False
    if entry["do"] == "edit":
        show(state, node.id)
        open_edit(node)
        state["ack"] = entry["seq"]
        return True
    state["ack"], state["noted"] = entry["seq"], True
    seen = node.model_copy(update={"meaning": int(entry["meaning"])})
    _fulfil(h, state, str(entry["do"]), seen, str(entry.get("note", "")))
    return False


def _fulfil(h: Here, state: Desk, wish: str, seen: Node, note: str) -> None:
    """Keep, remove or skip, and go on; a node whose text is new comes back to be read and voted on again."""
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
        state["changed"], state["at"] = [*state["changed"], seen.id][-5:], seen.id
        return
    except StudioError as error:
        state["problem"] = (error.message, error.hint)
    state["changed"] = [node_id for node_id in state["changed"] if node_id != seen.id]
    if state["at"] in {None, seen.id}:
        state["at"], state["after"] = None, seen.id


def fulfil(h: Here, wish: str, seen: Node) -> None:
    """The same for a button, with the note that stands beside it."""
    note, state = str(st.session_state.get(NOTE) or ""), desk()
    state["noted"] = True
    _fulfil(h, state, wish, seen, note)


def undo(h: Here) -> None:
    """Take back the last step of this person, a skip too, and show its node; again for the one before."""
    _undo(h, desk())


def _undo(h: Here, state: Desk) -> None:
    state["problem"], state["last"] = None, ""
    newest = h.work.actions.choice(h.who, h.project_id).undo
    if state["skipped"] and state["skipped"][-1][1] >= (newest.id if newest else 0):
        state["at"] = state["skipped"].pop()[0]
    elif newest is None:
        state["problem"] = ("There is nothing of yours to take back.", "")
    elif newest.kind in _OWN_STEPS:
        _take_back(h, state, newest)
    else:
        state["problem"] = (f"Your last step was no vote: {newest.title}.", "Take it back beside the tree.")


def _take_back(h: Here, state: Desk, action: ActionRow) -> None:
    try:
        h.work.actions.undo(h.who, h.project_id, action.id)
    except StudioError as error:
        state["problem"] = (error.message, error.hint)
        return
    state["last"] = f"Taken back: {action.title}."
    if action.entity == "node" and action.entity_id.isdecimal():
        state["at"] = int(action.entity_id)
