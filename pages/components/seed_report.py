"""What reading a file of seeds met: figures, rows that cannot be used, questions that come up again."""

from __future__ import annotations

import streamlit as st

from core.services.seeds import Look
from pages.components.figures import count
from pages.components.seed_words import short
from pages.components.text import safe

_SHOWN = 200


def show_report(look: Look) -> bool:
    """Figures and lists; whether the bad rows shall be left out."""
    file = look.file
    exact = len(file.repeats.exact_extra)
    figures = (
        ("Rows", file.rows, "Rows of the file that hold anything."),
        ("Usable", len(file.drafts), None),
        ("Not usable", len(file.bad), "Each with its place and the reason below."),
        ("Repeated", exact, "Ask word for word what an earlier one asks."),
        ("Near repeats", len(file.repeats.near_extra) - exact, _near_help(file.repeats.searched)),
    )
    st.markdown("##### What was found")
    with st.container(horizontal=True, gap="small"):
        for label, number, words in figures:
            st.metric(label, f"{number:,}", border=True, width=140, help=words)
    for note in file.notes:
        st.caption(f":material/info: {safe(note, 400)}")
    return _bad_rows(look) if file.bad else False


def _near_help(searched: int) -> str:
    return f"Questions that differ in few letters; the first {searched:,} examples were compared."


def _bad_rows(look: Look) -> bool:
    bad = look.file.bad
    st.dataframe(
        [{look.file.counted: row.line, "Reason": row.reason, "Text": short(row.raw)} for row in bad[:_SHOWN]],
        hide_index=True,
        height=min(300, 38 + 35 * min(len(bad), _SHOWN)),
        column_config={
            look.file.counted: st.column_config.NumberColumn(width=70, format="localized"),
            "Reason": st.column_config.TextColumn(width="large"),
            "Text": st.column_config.TextColumn(width="large"),
        },
        key="seeds.import.bad",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        leave = st.checkbox(
            f"Leave out {count(len(bad), 'row')} that cannot be used" if len(bad) > 1 else "Leave out this row",
            key="seeds.import.leave_bad",
            width="stretch",
        )
        st.download_button(
            "Download the rejected rows",
            look.rejects,
            file_name=f"rejected-{look.digest[:10]}.jsonl",
            mime="application/jsonl",
            key="seeds.import.rejects",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
            help="JSON lines: line, reason, row. Mend them and import them as a further file.",
        )
    return leave
