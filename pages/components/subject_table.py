"""The subjects of one discipline as a table in pages, to read, to tick and to open."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.domain.naming import name_key
from core.domain.taxonomy import Origin
from core.services.curriculum import SubjectRow

PAGE_ROWS = 100
_FEW = 12
_WITHOUT_QUERY = {
    Origin.PERSON: "added by hand",
    Origin.DEMO: "demo content",
    Origin.STARTER: "starter",
    Origin.MODEL: "by a teacher",
}
_STATES = ["proposed", "verified", "removed", "none"]
_COLOURS = ["orange", "green", "gray", "gray"]


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


def filtered(rows: Sequence[SubjectRow]) -> list[SubjectRow]:
    """The rows of the page on screen: those whose name or subtopics hold what is typed, a hundred at a time."""
    if len(rows) <= _FEW:
        return list(rows)
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    with left:
        typed = st.text_input(
            "Find a subject",
            key="curriculum.find",
            type="search",
            live="300ms",
            placeholder="Name or subtopic",
            label_visibility="collapsed",
        )
    wanted = name_key(typed or "")
    found = [row for row in rows if wanted in name_key(" ".join((row.subject.name, *row.subject.subtopics)))]
    pages = max(1, -(-len(found) // PAGE_ROWS))
    with right, st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        st.caption(f"{len(found):,} of {len(rows):,}", width="content")
        page = st.pagination(pages, key=f"curriculum.page.{pages}") if pages > 1 else 1
    if not found:
        st.info("No subject has that in its name or subtopics.", icon=":material/search_off:")
    start = (min(int(page or 1), pages) - 1) * PAGE_ROWS
    return found[start : start + PAGE_ROWS]


def _frame(rows: Sequence[SubjectRow]) -> pd.DataFrame:
    columns: dict[str, Sequence[object]] = {"Subject": [row.subject.name for row in rows]}
    if any(row.home for row in rows):
        columns["Shared from"] = [row.home.name if row.home else "" for row in rows]
    columns |= {
        "Level": [row.subject.level for row in rows],
        "State": [[row.subject.state.value] for row in rows],
        "Came up": [came_up(row) for row in rows],
        "Syllabus": [[row.syllabus.value if row.syllabus else "none"] for row in rows],
    }
    if any(row.proposals for row in rows):
        columns["Proposals"] = [row.proposals for row in rows]
    columns |= {"Sessions": [row.sessions for row in rows], "Concepts": [row.concepts for row in rows]}
    return pd.DataFrame(columns)


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
        "Proposals": config.NumberColumn(width=78, help="What teachers wrote for its syllabus and nobody decided on."),
        "Shared from": config.TextColumn(width=110, help="The discipline that the subject belongs to."),
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
