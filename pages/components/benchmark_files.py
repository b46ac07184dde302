"""Benchmark files on the Datasets page: what is there, its questions, removing and restoring; adding is beside."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from core.services.benchmarks import Benchmark
from pages.components.benchmark_adding import adding, adding_steps, open_adding
from pages.components.figures import count, when
from pages.components.notices import empty
from pages.components.presses import act, press
from pages.components.seed_words import short
from pages.components.session import Here
from pages.components.text import safe

SIZE = 50
_ABOUT = "Rows that hold a question of these files are found when a version is prepared, and shown before they go."
_NONE = (
    "What a model is measured with must not be in what it learns from. Add the files of your benchmarks, and rows that "
    "hold one of their questions are found and shown."
)


def benchmarks_panel(h: Here) -> None:
    """The whole panel; `problems()` and `show_problem()` stay with the page."""
    every = h.work.benchmarks.page(h.project_id, removed=True)
    if not every and not adding():
        _add_button(empty("No benchmark files yet", _NONE, ":material/quiz:"))
        return
    with st.container(border=True):
        if adding():
            adding_steps(h, [each for each in every if not each.removed])
        else:
            _files(h, every)


def _files(h: Here, every: Sequence[Benchmark]) -> None:
    there = [each for each in every if not each.removed]
    head = st.container(horizontal=True, vertical_alignment="center")
    head.subheader("Benchmark files", anchor=False, width="stretch")
    _add_button(head)
    st.caption(_ABOUT)
    for each in there:
        _row(h, each)
    if not there:
        st.info("All benchmark files are removed.", icon=":material/delete:")
    _gone(h, [each for each in every if each.removed])


def _add_button(place: st.delta_generator.DeltaGenerator) -> None:
    place.button("Add a benchmark file", key="benchmarks.add", icon=":material/upload:", on_click=open_adding)


def _row(h: Here, each: Benchmark) -> None:
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f":material/quiz: **{safe(each.name, 120)}** · {count(each.n_rows, 'question')}", width="stretch"
            )
            if st.button("Questions", key=f"benchmarks.show.{each.id}", icon=":material/list:", type="tertiary"):
                questions_dialog(h, each)
            if st.button("Remove", key=f"benchmarks.remove.{each.id}", icon=":material/delete:", type="tertiary"):
                remove_dialog(h, each)
        st.caption(safe(_origin(each), 400))


def _origin(each: Benchmark) -> str:
    field = f", from the field {each.field}" if each.field else ""
    return f"{each.file}{field}. Added by {each.person}, {when(each.at)}."


@st.dialog("Questions of the benchmark", width="large")
def questions_dialog(h: Here, each: Benchmark) -> None:
    """A page of questions with the lines they stand in."""
    st.markdown(f"**{safe(each.name, 120)}** · {count(each.n_rows, 'question')}")
    pages = -(-each.n_rows // SIZE)
    number = st.pagination(pages, key=f"benchmarks.page.{each.id}") if pages > 1 else 1
    rows = h.work.benchmarks.rows(h.project_id, each.id, after=(number - 1) * SIZE, size=SIZE)
    st.dataframe(
        [{"Number": row.n, "Line": row.line, "Question": short(row.text)} for row in rows],
        hide_index=True,
        height=min(460, 38 + 35 * len(rows)),
        column_config={
            "Number": st.column_config.NumberColumn(width=70, format="localized"),
            "Line": st.column_config.NumberColumn(width=70, format="localized", help="Where it stands in the file."),
            "Question": st.column_config.TextColumn(width=1060),  # what a column leaves free goes to all alike
        },
        key=f"benchmarks.rows.{each.id}.{number}",
    )


@st.dialog("Remove this benchmark file?")
def remove_dialog(h: Here, each: Benchmark) -> None:
    """Say what stays, then remove."""
    st.markdown(
        f"**{safe(each.name, 120)}** with {count(each.n_rows, 'question')} is no longer looked for in new versions. "
        "Versions that were checked against it keep what was found, and it can be restored."
    )
    sure, removing = f"benchmarks.remove_sure.{each.id}", partial(_remove, h, each)
    if st.button("Remove it", key=sure, icon=":material/delete:", type="primary", on_click=act, args=(removing,)):
        st.rerun()


def _remove(h: Here, each: Benchmark) -> str:
    return f"{h.work.benchmarks.remove(h.who, h.project_id, each.id).name} is removed; it can be restored."


def _gone(h: Here, gone: Sequence[Benchmark]) -> None:
    if not gone or not st.toggle(f"Show {count(len(gone))} removed", key="benchmarks.removed"):
        return
    for each in gone:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f"{safe(each.name, 120)}, {count(each.n_rows, 'question')}", width="stretch")
            press("Restore", partial(_restore, h, each), key=f"benchmarks.restore.{each.id}", icon="restore_from_trash")


def _restore(h: Here, each: Benchmark) -> str:
    return f"{h.work.benchmarks.restore(h.who, h.project_id, each.id).name} is back."
