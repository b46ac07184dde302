"""Frozen versions: the list, and one version in full. A version is found by the id in the URL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.domain.lineage import words_of_seed
from core.domain.records import Dataset, Export
from core.domain.states import DatasetState
from pages.components.dataset_choice import show_counts
from pages.components.dataset_files import export_files
from pages.components.figures import count, percent, when
from pages.components.sample_source import draw_turns, strategy_word
from pages.components.session import Here
from pages.components.text import rich, safe

_FIRST, _STEP = 20, 5
Names = Mapping[int, str]


def filter_words(wanted: Mapping[str, Any], names: Names) -> str:
    """The choice of a version as people say it."""
    chosen = [names.get(node, f"discipline {node}") for node in wanted.get("disciplines") or ()]
    parts = [", ".join(chosen) if chosen else "all disciplines"]
    made = [strategy_word(name) for name in wanted.get("strategies") or ()]
    if made:
        parts.append(f"made by {', '.join(made)}")
    if wanted.get("difficulty"):
        parts.append(f"{wanted['difficulty']} only")
    if wanted.get("without_failed_verification"):
        parts.append("without failed verification")
    parts.append("demo content included" if wanted.get("demo", True) else "no demo content")
    share = float(wanted.get("validation_share") or 0)
    if share:
        parts.append(f"{percent(share)} for validation with seed {wanted.get('random_seed', 0)}")
    words = "; ".join(parts)
    return words[:1].upper() + words[1:]


def split_words(dataset: Dataset) -> str:
    """How many rows of which split."""
    splits = dataset.card.get("splits") or {}
    return " + ".join(f"{n:,} {name}" for name, n in sorted(splits.items()))


def version_list(h: Here, versions: list[tuple[Dataset, list[Export]]]) -> None:
    """Newest first, one row each."""
    names = h.work.review.choices(h.project_id).disciplines
    st.subheader("Frozen versions", anchor=False)
    if not versions:
        st.caption("None yet. A version keeps its rows for ever, also when a sample is edited or rejected later.")
    for dataset, exports in versions:
        with st.container(border=True):
            title, rows = st.columns([3, 2], vertical_alignment="center", gap="medium")
            query = {"project": h.project_id, "dataset": dataset.id}
            label = f"Version {dataset.number}: {dataset.name}"
            with title:
                st.page_link("datasets.py", label=safe(label, 140), query_params=query, width="stretch")
            files = count(len({export.file for export in exports}), "file")
            rows.markdown(f":blue-badge[{count(dataset.n_items, 'row')}] {safe(split_words(dataset))} · {files}")
            st.caption(
                safe(f"{when(dataset.frozen_at)} by {dataset.created_by}. {filter_words(dataset.filter, names)}.", 600)
            )


def version_detail(h: Here, dataset: Dataset, exports: list[Export]) -> None:
    """Head, then files, rows and counts."""
    names = h.work.review.choices(h.project_id).disciplines
    st.title(safe(f"Version {dataset.number}: {dataset.name}", 220), anchor=False)
    if dataset.state is DatasetState.FROZEN:
        st.markdown(":blue-badge[:material/ac_unit: Frozen] Its rows never change.")
    card = dataset.card
    splits = card.get("splits") or {}
    figures = (
        ("Rows", dataset.n_items),
        ("Train", splits.get("train", 0)),
        ("Validation", splits.get("validation", 0)),
        ("Reviewers", card.get("reviewers", 0)),
    )
    for column, (label, number) in zip(st.columns(4), figures, strict=True):
        column.metric(label, count(number), border=True)
    twins = count(int(card.get("duplicates", 0)), "exact duplicate")
    words = f"Frozen {when(dataset.frozen_at)} by {dataset.created_by}. {filter_words(dataset.filter, names)}."
    st.caption(safe(f"{words} Left out: {twins}.", 2000))
    files, rows, counts = st.tabs(["Files", "First rows", "Counts"], key="datasets.tab", on_change="rerun")
    if files.open:
        with files:
            export_files(h, dataset, exports)
    if rows.open:
        with rows:
            first_rows(h, dataset)
    if counts.open:
        with counts:
            show_counts(card, key="datasets.card")


def first_rows(h: Here, dataset: Dataset) -> None:
    """The first rows as people read them, five at a time."""
    found = h.work.datasets.rows(h.project_id, dataset.id, _FIRST)
    starts = list(range(0, len(found), _STEP))
    chosen = st.segmented_control(
        "Rows",
        starts,
        default=0,
        required=True,
        format_func=lambda start: f"{start + 1} to {min(start + _STEP, len(found))}",
        key="datasets.rows",
        label_visibility="collapsed",
    )
    start = chosen or 0
    for number, item in enumerate(found[start : start + _STEP], start + 1):
        with st.container(border=True):
            _row(number, item["split"], item["row"])


def _row(number: int, split: str, row: Mapping[str, Any]) -> None:
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
        hidden = {"question", "answer", "history"}
        st.json({key: value for key, value in row.items() if key not in hidden})
