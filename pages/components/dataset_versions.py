"""Frozen versions: the list, and one version in full. A version is found by the id in the URL."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from core.domain.records import Dataset, Export
from pages.components.dataset_counts import made_from, show_counts, show_splits, split_words
from pages.components.dataset_files import export_files
from pages.components.dataset_report import show_hits, show_left_out, show_near, show_way
from pages.components.dataset_rows import show_rows
from pages.components.figures import count, when
from pages.components.session import Here
from pages.components.text import plain, safe

Versions = list[tuple[Dataset, list[Export]]]


def version_list(h: Here, versions: Versions) -> None:
    """Newest first, one row each."""
    names = h.work.review.choices(h.project_id).disciplines
    st.subheader("Frozen versions", anchor=False)
    if not versions:
        st.caption("None yet. A version keeps its rows for ever, also when a sample is edited or rejected later.")
    for dataset, exports in versions:
        with st.container(border=True):
            title, rows = st.columns(2, vertical_alignment="center", gap="medium")
            query = {"project": h.project_id, "dataset": dataset.id}
            label = f"Version {dataset.number}: {dataset.name}"
            with title:
                st.page_link("datasets.py", label=safe(label, 140), query_params=query, width="stretch")
            files = f" · {count(len(exports), 'file')}" if exports else ""
            rows.markdown(f":blue-badge[{count(dataset.n_items, 'row')}] {safe(split_words(dataset.card))}{files}")
            words = f"{when(dataset.frozen_at)} by {dataset.created_by}. {made_from(dataset, names)}."
            st.caption(safe(words, 600))
    if len(versions) > 1:
        _choose_two(h, versions)


def _choose_two(h: Here, versions: Versions) -> None:
    names = {dataset.id: f"Version {dataset.number}: {dataset.name}" for dataset, _ in versions}
    ids = list(names)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        one = st.selectbox(
            "Compare", ids, index=1, format_func=lambda ident: plain(names[ident]), key="datasets.one", width=280
        )
        other = st.selectbox(
            "with", ids, index=0, format_func=lambda ident: plain(names[ident]), key="datasets.other", width=280
        )
        query = {"project": h.project_id, "dataset": one, "with": other}
        label = "See what changed"
        st.page_link(
            "datasets.py", label=label, icon=":material/compare_arrows:", query_params=query, disabled=one == other
        )


def version_detail(h: Here, dataset: Dataset, exports: list[Export]) -> None:
    """Head, then files, rows, counts and what was left out."""
    names = h.work.review.choices(h.project_id).disciplines
    st.title(safe(f"Version {dataset.number}: {dataset.name}", 220), anchor=False)
    onward = "" if exports else " Choose a format, write the files, download them."
    st.markdown(f":blue-badge[:material/ac_unit: Frozen] Its rows never change.{onward}")
    card = dataset.card
    show_splits(card, dataset.n_items)
    words = f"Frozen {when(dataset.frozen_at)} by {dataset.created_by}. {made_from(dataset, names)}."
    st.caption(safe(words, 2000))
    shows: dict[str, Callable[[], None]] = {
        "Files": partial(export_files, h, dataset, exports),
        "Rows": partial(show_rows, h, dataset),
        "Counts": partial(show_counts, card, key="datasets.card"),
        "Left out": partial(_left_out, dataset),
        "Near duplicates": partial(show_near, card),
        "Benchmarks": partial(show_hits, card, looked=bool(dataset.filter.get("benchmarks"))),
    }
    for tab, show in zip(st.tabs([*shows], key="datasets.tab", on_change="rerun"), shows.values(), strict=True):
        if tab.open:
            with tab:
                show()


def _left_out(dataset: Dataset) -> None:
    show_way(dataset.card, dataset.n_items)
    show_left_out(dataset.card)
