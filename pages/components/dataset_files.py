"""The files of a frozen version: write them, take them away. A file name carries the hash of its content."""

from __future__ import annotations

import streamlit as st

from core.domain.records import Dataset, Export
from core.errors import NotFoundError
from core.services.datasets import TITLES
from pages.components.figures import bytes_of, count, when
from pages.components.notices import flash, problems, show_error
from pages.components.session import Here
from pages.components.text import safe

_WORDS = {
    "jsonl": "One object a row: question, answer, and everything known of them, from the taxonomy path and the "
    "syllabus to models, verification and review. People appear as reviewer 1, 2 and so on.",
    "openai_chat": "One object a row with the messages of user and assistant, as fine-tuning services and most "
    "trainers read them. Nothing else is in it.",
}


def export_files(h: Here, dataset: Dataset, exports: list[Export]) -> None:
    """One card a format."""
    st.caption(
        "One file for each split, with a manifest beside it: rows, SHA-256, choice and counts. The hash of the content "
        "is part of the file name, so two different contents never share a name."
    )
    for form, title in TITLES.items():
        with st.container(border=True):
            st.markdown(f"**{title}**  \n{_WORDS[form]}")
            written = _newest([export for export in exports if export.format == form])
            for export in written:
                _file(h, export)
            _write(h, dataset, form, again=bool(written))


def _newest(exports: list[Export]) -> list[Export]:
    """Each file once: the same content written again has the same name."""
    by_name = {export.file: export for export in reversed(exports)}
    return [by_name[name] for name in sorted(by_name)]


def _write(h: Here, dataset: Dataset, form: str, *, again: bool) -> None:
    if st.button(
        "Write again" if again else "Write files",
        key=f"datasets.export.{form}",
        icon=":material/save:",
        type="tertiary" if again else "secondary",
        help="The rows are frozen: the files come out the same." if again else None,
    ):
        with problems():
            with st.spinner("Writing ..."):
                made = h.work.datasets.export(h.who, h.project_id, dataset.id, form)
            flash(f"{count(len(made), 'file')} written.")
            st.rerun()


def _file(h: Here, export: Export) -> None:
    try:
        path = h.work.datasets.file(export)
    except NotFoundError as error:
        show_error(error)
        return
    st.markdown(
        f"{safe(export.file)}  \n:small[{count(export.rows, 'row')}, {bytes_of(export.bytes)}, "
        f"written {safe(when(export.at))}]  \n:small[SHA-256 `{safe(export.sha256)}`]"
    )
    beside = h.work.datasets.manifest(export)
    with st.container(horizontal=True):
        st.download_button(
            "Download",
            path.read_bytes,
            file_name=export.file,
            mime="application/jsonl",
            key=f"datasets.download.{export.id}",
            icon=":material/download:",
            on_click="ignore",
        )
        if beside is not None:
            st.download_button(
                "Manifest",
                beside.read_bytes,
                file_name=beside.name,
                mime="application/json",
                key=f"datasets.manifest.{export.id}",
                icon=":material/fact_check:",
                type="tertiary",
                on_click="ignore",
            )
