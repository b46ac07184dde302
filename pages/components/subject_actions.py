"""What can be done with the ticked subjects: verify, remove, restore, reopen; order, merge, move, share."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from core.domain.states import NodeState
from core.domain.taxonomy import Node
from core.services.curriculum import SubjectRow
from pages.components.figures import count
from pages.components.presses import press
from pages.components.session import Here
from pages.components.subject_dialogs import open_dialog
from pages.components.subject_table import open_subject
from pages.components.text import safe

_DONE = {NodeState.VERIFIED: "verified", NodeState.REMOVED: "removed", NodeState.PROPOSED: "proposed again"}


def move_all(h: Here, ids: Sequence[int], state: NodeState) -> str:
    """Move these subjects; what to say."""
    moved = h.work.curriculum.move_subjects(h.who, h.project_id, ids, state)
    return f"{count(moved, 'subject')} {_DONE[state]}."


def actions_on(h: Here, node: Node, chosen: Sequence[SubjectRow]) -> None:
    """What can be done with the ticked rows; each button names how many it would move."""
    own = [row for row in chosen if row.home is None]
    by_state = {state: [row.subject.id for row in own if row.subject.state is state] for state in NodeState}
    proposed, verified, removed = (by_state[state] for state in NodeState)
    kept = [*proposed, *verified]
    offers = (
        ("Verify", "check", NodeState.VERIFIED, proposed, "They belong to the discipline: syllabi may be designed."),
        ("Reopen", "undo", NodeState.PROPOSED, verified, "Take the verification back."),
        ("Remove", "delete", NodeState.REMOVED, kept, "Hidden and never drawn from. Can be restored."),
        ("Restore", "restore_from_trash", NodeState.PROPOSED, removed, "Back among the proposed ones."),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        for label, icon, state, ids, why in offers:
            if ids or label != "Restore":
                action = partial(move_all, h, ids, state)
                name = f"{label} {len(ids)}" if ids else label
                key = f"curriculum.{label.lower()}"
                press(name, action, key=key, icon=icon, help=why, disabled=not ids)
        open_one = partial(open_subject, chosen[0].subject.id if len(chosen) == 1 else None)
        press("Open", open_one, key="curriculum.open", icon="open_in_full", disabled=len(chosen) != 1)
        ticked = (
            f"{count(len(chosen), 'subject')} ticked" if chosen else "Tick rows to act on several, click a name to open"
        )
        st.caption(ticked, width="content")
    _places(h, node, [row.subject.id for row in own if row.subject.state is not NodeState.REMOVED])
    _unshare(h, node, [row.subject.id for row in chosen if row.home is not None])


def _places(h: Here, node: Node, ids: Sequence[int]) -> None:
    """Order, merge, move, share: what changes where the ticked subjects stand."""
    if not ids:
        return
    edits = h.work.subjects
    with st.container(horizontal=True, vertical_alignment="center"):
        for label, icon, by in (("Up", "arrow_upward", -1), ("Down", "arrow_downward", 1)):
            step = partial(edits.step, h.who, h.project_id, node.id, ids, by)
            press(
                label,
                step,
                key=f"curriculum.{label.lower()}",
                icon=icon,
                quiet=True,
                help=f"One place {label.lower()}.",
            )
        offers = (
            ("Merge", "merge", "Two ticked subjects are one.", len(ids) == 2),
            ("Move", "drive_file_move", "They belong to another discipline.", True),
            ("Share", "share", "Another discipline teaches them too.", True),
        )
        for label, icon, why, on in offers:
            show = partial(open_dialog, label.lower(), tuple(ids))
            key = f"curriculum.{label.lower()}"
            press(f"{label}…", show, key=key, icon=icon, quiet=True, disabled=not on, help=why)


def _unshare(h: Here, node: Node, ids: Sequence[int]) -> None:
    if ids:
        label = f"No longer share {len(ids)} with {safe(node.name, 60)}"
        press(
            label, partial(unshare_all, h, node.id, tuple(ids)), key="curriculum.unshare", icon="link_off", quiet=True
        )


def unshare_all(h: Here, node_id: int, ids: Sequence[int]) -> str:
    """Take these out of a discipline that is not their own; what to say."""
    gone = sum(h.work.merges.unshare(h.who, h.project_id, subject_id, node_id) for subject_id in ids)
    return f"{count(gone, 'subject')} no longer shared."
