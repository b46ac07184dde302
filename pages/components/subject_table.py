"""The subjects of one discipline as a table: read, choose several, verify, remove, restore, reopen; add one by hand."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core.domain.states import NodeState
from core.domain.taxonomy import Node, Origin
from core.services.curriculum import LEVELS, SubjectRow
from pages.components.figures import count
from pages.components.notices import flash, problems
from pages.components.presses import press
from pages.components.session import Here, form_token, spend_form_token

_WITHOUT_QUERY = {
    Origin.PERSON: "added by hand",
    Origin.DEMO: "demo content",
    Origin.STARTER: "starter",
    Origin.MODEL: "by a teacher",
}
_STATES = ["proposed", "verified", "removed", "none"]
_COLOURS = ["orange", "green", "gray", "gray"]
_DONE = {NodeState.VERIFIED: "verified", NodeState.REMOVED: "removed", NodeState.PROPOSED: "proposed again"}


def came_up(row: SubjectRow) -> str:
    """In how many answers of a teacher the subject was named, or where else it is from."""
    subject = row.subject
    if subject.times_asked:
        noun = "query" if subject.times_asked == 1 else "queries"
        return f"{subject.times_seen} of {subject.times_asked} {noun}"
    return _WITHOUT_QUERY[subject.origin]


def table_key(rows: Sequence[SubjectRow]) -> str:
    """Another list gets another table, so that a selection never slips to a row that nobody chose."""
    ids = ",".join(str(row.subject.id) for row in rows)
    return f"curriculum.subjects.{zlib.crc32(ids.encode())}"


def open_subject(subject_id: int | None) -> None:
    """Show one subject (None: the list) after the rerun."""
    if subject_id is None:
        st.query_params.pop("subject", None)
    else:
        st.query_params["subject"] = str(subject_id)


def move_all(h: Here, ids: Sequence[int], state: NodeState) -> str:
    """Move these subjects; what to say."""
    moved = h.work.curriculum.move_subjects(h.who, h.project_id, ids, state)
    return f"{count(moved, 'subject')} {_DONE[state]}."


def _frame(rows: Sequence[SubjectRow]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Subject": [row.subject.name for row in rows],
            "Level": [row.subject.level for row in rows],
            "State": [[row.subject.state.value] for row in rows],
            "Came up": [came_up(row) for row in rows],
            "Syllabus": [[row.syllabus.value if row.syllabus else "none"] for row in rows],
            "Sessions": [row.sessions for row in rows],
            "Concepts": [row.concepts for row in rows],
        }
    )


def _open_clicked(ids: Sequence[int]) -> None:
    click = st.session_state.get("curriculum.open_row")
    if click is not None and 0 <= click["row"] < len(ids):
        open_subject(ids[click["row"]])


def _tags(why: str | None = None) -> Any:
    return st.column_config.MultiselectColumn(width=92, help=why, options=_STATES, color=_COLOURS)


def _columns(ids: Sequence[int]) -> dict[str, Any]:
    config = st.column_config
    seen_help = (
        "The teacher is asked several times for the subjects of the discipline. A subject that comes up in most "
        "answers is rarely a mistake; one that came up once deserves a look."
    )
    return {
        "Subject": config.ButtonColumn(
            width=240,
            type="tertiary",
            alignment="left",
            help="Click a name to open the subject with its syllabus.",
            on_click=_open_clicked,
            args=(tuple(ids),),
            key="curriculum.open_row",
        ),
        "Level": config.TextColumn(width=105),
        "State": _tags(),
        "Came up": config.TextColumn(width=112, help=seen_help),
        "Syllabus": _tags("Only a verified syllabus of a verified subject gives questions."),
        "Sessions": config.NumberColumn(width=70, help="Class sessions of the syllabus."),
        "Concepts": config.NumberColumn(width=72, help="Key concepts over all class sessions."),
    }


def show_table(rows: Sequence[SubjectRow]) -> list[SubjectRow]:
    """Draw the table; the rows that are ticked."""
    ids = [row.subject.id for row in rows]
    event = st.dataframe(
        _frame(rows),
        key=table_key(rows),
        hide_index=True,
        width="stretch",
        height="auto",
        on_select="rerun",
        selection_mode="multi-row",
        column_config=_columns(ids),
    )
    chosen = event["selection"]["rows"] if event else []
    return [rows[index] for index in chosen if index < len(rows)]


def actions_on(h: Here, chosen: Sequence[SubjectRow]) -> None:
    """What can be done with the ticked rows; each button names how many it would move."""
    by_state = {state: [row.subject.id for row in chosen if row.subject.state is state] for state in NodeState}
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


def add_by_hand(h: Here, node: Node) -> None:
    """A form for one subject."""
    with st.form("curriculum.add", border=False, clear_on_submit=False):
        token = form_token("curriculum.add")
        left, right = st.columns([3, 1], vertical_alignment="bottom")
        name = left.text_input("Name", key=f"curriculum.add.name.{token}", placeholder="e.g. Linear algebra")
        level = right.selectbox("Level", LEVELS, key=f"curriculum.add.level.{token}", format_func=str.capitalize)
        topics = st.text_area(
            "Subtopics, one per line",
            key=f"curriculum.add.subtopics.{token}",
            height=110,
            help="What the subject covers. The teacher reads them when it designs the syllabus. May stay empty.",
        )
        sent = st.form_submit_button("Add subject", key="curriculum.add.send", icon=":material/add:")
    if sent:
        with problems():
            subject = h.work.curriculum.add_subject(
                h.who, h.project_id, node.id, name or "", level or LEVELS[0], (topics or "").splitlines(), token=token
            )
            spend_form_token("curriculum.add")
            flash(f"{subject.name[:80]} is added as proposed.")
            st.rerun()
