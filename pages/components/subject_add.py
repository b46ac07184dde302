"""Add subjects by hand: one with its subtopics, or many from lines with a preview of what would come of them."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.domain.subject_lines import LEVELS
from core.domain.taxonomy import Node
from core.services.subject_edits import LinePreview
from pages.components.figures import count
from pages.components.notices import flash, problems
from pages.components.presses import press
from pages.components.session import Here, form_token, spend_form_token


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


def add_many(h: Here, node: Node) -> None:
    """Lines, what they mean, and the button that adds the new ones."""
    token = form_token("curriculum.lines")
    left, right = st.columns([3, 1])
    text = left.text_area(
        "One subject a line",
        key=f"curriculum.lines.text.{token}",
        height=150,
        placeholder="Linear algebra | introductory | Vectors; Matrices",
        help="Name, then level and subtopics if you like, between bars or tabs. Subtopics are separated by semicolons.",
    )
    level = right.selectbox(
        "Level where none is given", LEVELS, key="curriculum.lines.level", format_func=str.capitalize
    )
    if not (text or "").strip():
        return
    with problems():
        previews = h.work.subjects.preview_lines(h.project_id, node.id, text, level)
        new = sum(preview.new for preview in previews)
        rows = [
            {"Line": p.line.number, "Subject": p.line.name, "Level": p.line.level, "What happens": _fate(p)}
            for p in previews
        ]
        st.dataframe(rows, hide_index=True, width="stretch", key="curriculum.lines.preview")
        wrong = any(preview.line.problem for preview in previews)
        action = partial(_add_many, h, node, text, level, token)
        off = wrong or not new
        press(f"Add {count(new, 'subject')}", action, key="curriculum.lines.send", icon="playlist_add", disabled=off)


def _fate(preview: LinePreview) -> str:
    if preview.line.problem:
        return f"Cannot be used: {preview.line.problem}"
    if preview.known:
        return f"Is there already ({preview.known.state.value})"
    near = f"; nearly the same as {preview.near.name}" if preview.near else ""
    return f"New{near}"


def _add_many(h: Here, node: Node, text: str, level: str, token: str) -> str:
    made = h.work.subjects.add_lines(h.who, h.project_id, node.id, text, level, token=token)
    spend_form_token("curriculum.lines")
    return f"{count(len(made), 'subject')} added as proposed."
