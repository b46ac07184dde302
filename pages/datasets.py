"""Datasets: choose accepted samples, prepare a draft, freeze it as a version, take the files to the trainer."""

from __future__ import annotations

import streamlit as st

from core.domain.filters import SampleFilter
from pages.components.benchmark_files import benchmarks_panel
from pages.components.dataset_choice import new_version
from pages.components.dataset_compare import compare_view
from pages.components.dataset_draft import draft_detail, draft_list
from pages.components.dataset_versions import version_detail, version_list
from pages.components.figures import count
from pages.components.notices import empty, problems
from pages.components.presses import show_problem
from pages.components.session import Here, here


def _nothing(h: Here, pending: int) -> None:
    waiting = f"{count(pending, 'sample waits', 'samples wait')} for a verdict. " if pending else ""
    box = empty(
        "Nothing accepted yet",
        f"A dataset is made of samples that people accepted. {waiting}Accept some, then freeze them here.",
        ":material/dataset:",
    )
    query = {"project": h.project_id}
    if pending:
        box.page_link("review.py", label="Review samples", icon=":material/rate_review:", query_params=query)
    else:
        box.page_link("generate.py", label="Generate samples", icon=":material/auto_awesome:", query_params=query)
        box.page_link("review.py", label="Open Review", icon=":material/rate_review:", query_params=query)


def _overview(h: Here) -> None:
    st.title("Datasets", anchor=False)
    st.markdown(
        "Accepted samples become the files that a trainer reads: **choose** and prepare, read the report and "
        "**freeze** a numbered version that never changes, **write** and download its files."
    )
    versions = h.work.datasets.page(h.project_id)
    counts = h.work.review.counts(h.project_id, SampleFilter())
    show_problem()
    draft_list(h)
    if counts.accepted:
        new_version(h)
    else:
        _nothing(h, counts.pending)
    if counts.accepted or versions:
        version_list(h, versions)
        benchmarks_panel(h)


def _detail(h: Here, dataset_id: str, other: str) -> None:
    change = st.query_params.get("change", "")
    label, query = "All versions", {"project": h.project_id}
    if change:
        label, query = "The report", {**query, "dataset": dataset_id}
    st.page_link("datasets.py", label=label, icon=":material/arrow_back:", query_params=query)
    if other:
        compare_view(h, dataset_id, other)
        return
    for dataset, exports in h.work.datasets.page(h.project_id):
        if dataset.id == dataset_id:
            version_detail(h, dataset, exports)
            return
    draft_detail(h, dataset_id, change)


with problems():
    h = here()
    wanted = st.query_params.get("dataset", "")
    if wanted:
        _detail(h, wanted, st.query_params.get("with", ""))
    else:
        _overview(h)
