"""Rows of a version or a draft as people read them, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.domain.lineage import words_of_seed
from core.domain.records import Dataset
from pages.components.figures import count
from pages.components.sample_source import draw_turns, strategy_word
from pages.components.session import Here
from pages.components.text import rich, safe

_STEP = 5
_HIDDEN = frozenset({"question", "answer", "history"})


def show_rows(h: Here, dataset: Dataset) -> None:
    """Five at a time; the number of the first one is typed."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = st.number_input("From row", 1, max(1, dataset.n_items), 1, _STEP, key="datasets.rows", width=160)
        st.caption(f"of {count(dataset.n_items)}", width="content")
    found = h.work.datasets.rows(h.project_id, dataset.id, _STEP, first=int(first) - 1)
    for number, item in enumerate(found, int(first)):
        with st.container(border=True):
            show_row(number, item["split"], item["row"])


def show_row(number: int, split: str, row: Mapping[str, Any]) -> None:
    """One row with its lineage."""
    path = [*row.get("taxonomy", []), row.get("subject") or ""]
    badges = (
        f":gray-badge[Row {number}] :gray-badge[{safe(split)}] :violet-badge[{safe(strategy_word(row['strategy']))}]"
    )
    st.markdown(f"{badges} :blue-badge[{safe(row['difficulty'])}]" if row["difficulty"] else badges)
    st.caption(safe(words_of_seed(row.get("seed")) or " > ".join(part for part in path if part), 600))
    draw_turns(row.get("history", ()))
    st.markdown(rich(row["question"]))
    st.divider()
    st.markdown(rich(row["answer"]))
    with st.expander("Lineage", type="compact", key=f"datasets.lineage.{number}"):
        st.json({key: value for key, value in row.items() if key not in _HIDDEN})
