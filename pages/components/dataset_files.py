"""The files of a frozen version: have them written, take them away, see whether they are still what was written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from core.domain.records import Dataset, Export
from core.errors import NotFoundError
from core.services.exports import FORMATS, Soundness
from pages.components.dataset_export import order_panel, title_of
from pages.components.figures import bytes_of, count, when
from pages.components.notices import flash, problems
from pages.components.session import Here
from pages.components.text import safe

LARGEST_DOWNLOAD = 200_000_000  # the server reads a file into memory to hand it over


def export_files(h: Here, dataset: Dataset, exports: Sequence[Export]) -> None:
    """The order above, the files below, newest first."""
    order_panel(h, dataset, h.work.exports.jobs(h.project_id, dataset.id))
    if not exports:
        st.caption("No file yet. There will be one for each split, each with a manifest beside it.")
        return
    st.subheader(count(len(exports), "file"), anchor=False)
    st.caption(
        "The hash of the content is part of every name: two different contents never share one, and the same rows "
        "written again are the same file."
    )
    for export in exports:
        with st.container(border=True):
            _file(h, export)


def _file(h: Here, export: Export) -> None:
    split = f" :gray-badge[{safe(export.split)}]" if export.split else ""
    facts = f"{count(export.rows, 'row')}, {bytes_of(export.bytes)}, written {when(export.at)} by {export.person}"
    badges = f":blue-badge[{safe(title_of(export.format))}]{split}"
    st.markdown(
        f"**{safe(export.file, 200)}**  \n{badges} :small[{safe(facts, 300)}]  \n"
        f":small[SHA-256 `{safe(export.sha256)}`]"
    )
    try:
        path = h.work.exports.path(export)
    except NotFoundError as error:
        st.warning(f"**{safe(error.message, 300)}** {safe(error.hint, 300)}", icon=":material/draft:")
        _delete(h, export, "Take off the list")
        return
    with st.container(horizontal=True):
        if export.bytes <= LARGEST_DOWNLOAD:
            _download(export, path)
        _manifest(h, export)
        wants_check = st.button(
            "Verify",
            key=f"datasets.verify.{export.id}",
            icon=":material/fact_check:",
            type="tertiary",
            help="Read the file again and hold it against its SHA-256.",
        )
        _delete(h, export, "Delete")
    if wants_check:
        _verify(h, export)
    _places(export, path)


def _download(export: Export, path: Path) -> None:
    st.download_button(
        "Download",
        path.read_bytes,
        file_name=export.file,
        mime=FORMATS[export.format].mime if export.format in FORMATS else "application/octet-stream",
        key=f"datasets.download.{export.id}",
        icon=":material/download:",
        on_click="ignore",
    )


def _manifest(h: Here, export: Export) -> None:
    beside = h.work.exports.manifest(export)
    if beside is not None:
        st.download_button(
            "Manifest",
            beside.read_bytes,
            file_name=beside.name,
            mime="application/json",
            key=f"datasets.manifest.{export.id}",
            icon=":material/description:",
            type="tertiary",
            help="Where the file comes from: rows, SHA-256, choice, counts, format.",
            on_click="ignore",
        )


def _verify(h: Here, export: Export) -> None:
    with st.spinner("Reading ..."):
        found = h.work.exports.verify(export)
    if found is Soundness.SOUND:
        both = ", the folder beside it too" if export.folder else ""
        st.success(f"It is what was written, byte by byte{both}.", icon=":material/verified:")
        return
    what = "folder beside the zip file" if found in {Soundness.FOLDER_CHANGED, Soundness.FOLDER_GONE} else "file"
    if found in {Soundness.CHANGED, Soundness.FOLDER_CHANGED}:
        st.error(
            f"**The {what} was changed after it was written.** Delete it and write it again.", icon=":material/error:"
        )
    else:
        st.warning(f"The {what} is gone. Write it again.", icon=":material/draft:")


def _places(export: Export, path: Path) -> None:
    """Where it lies; all there is for a file that is too large for the browser."""
    large = export.bytes > LARGEST_DOWNLOAD
    if large:
        st.caption(f"Too large to download here ({bytes_of(LARGEST_DOWNLOAD)} at most): copy it from its place.")
    with st.expander("On this machine", type="compact", expanded=large):
        st.code(str(path), language=None, wrap_lines=True)
        if export.folder:
            st.caption("The same as a folder:")
            st.code(str(path.with_name(export.folder)), language=None, wrap_lines=True)


def _delete(h: Here, export: Export, label: str) -> None:
    if st.button(
        label,
        key=f"datasets.delete.{export.id}",
        icon=":material/delete:",
        type="tertiary",
        help="The frozen rows stay: it can be written again.",
    ):
        with problems():
            h.work.exports.delete(h.who, h.project_id, export.id)
            flash(f"{export.file} is deleted.")
            st.rerun()
