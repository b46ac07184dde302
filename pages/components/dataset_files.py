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

_FOUND = {
    Soundness.CHANGED: "The file was changed after it was written. Delete it and write it again.",
    Soundness.GONE: "The file is gone. Write it again.",
    Soundness.FOLDER_CHANGED: "The folder beside the zip file was changed later. Delete it and write it again.",
    Soundness.FOLDER_GONE: "The folder beside the zip file is gone. Write it again.",
}
LARGEST_DOWNLOAD = 200_000_000  # the server reads a file into memory to hand it over


def export_files(h: Here, dataset: Dataset, exports: Sequence[Export]) -> None:
    """The order above, the files below, newest first."""
    order_panel(h, dataset, h.work.exports.jobs(h.project_id, dataset.id))
    if not exports:
        st.caption("No file yet. There will be one for each split, each with a manifest beside it.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(count(len(exports), "file"), anchor=False, width="content")
        wants_check = len(exports) > 1 and st.button(
            "Verify all",
            key="datasets.verify_all",
            icon=":material/fact_check:",
            type="tertiary",
            help="Read every file again and hold it against its SHA-256.",
        )
    if wants_check:
        _verify_all(h, exports)
    st.caption(
        "The hash of the content is part of every name: two different contents never share one, and the same rows "
        "written again are the same file."
    )
    groups: dict[str, list[Export]] = {}
    for export in exports:
        groups.setdefault(export.format, []).append(export)
    for number, (form, files) in enumerate(groups.items()):
        with _group(form, files, newest=not number) if len(groups) > 1 else st.container():
            for export in files:
                with st.container(border=len(groups) == 1):
                    _file(h, export)


def _group(form: str, files: Sequence[Export], *, newest: bool) -> st.delta_generator.DeltaGenerator:
    """A fold for the files of one format."""
    told = f"{title_of(form)}: {count(len(files), 'file')}, {bytes_of(sum(export.bytes for export in files))}"
    return st.expander(safe(told), expanded=newest, key=f"datasets.files.{form}")


def _verify_all(h: Here, exports: Sequence[Export]) -> None:
    with st.spinner("Reading ..."):
        found = [(export, h.work.exports.verify(export)) for export in exports]
    bad = [f"- {safe(export.file, 200)}: {_FOUND[sound]}" for export, sound in found if sound in _FOUND]
    if bad:
        st.error("\n".join([f"**{len(bad):,} of {count(len(exports), 'file')} are not what was written.**", "", *bad]))
    else:
        st.success(f"All {len(exports):,} files are what was written, byte by byte.", icon=":material/verified:")


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
    gone = found in {Soundness.GONE, Soundness.FOLDER_GONE}
    told, icon = (st.warning, ":material/draft:") if gone else (st.error, ":material/error:")
    told(_FOUND[found], icon=icon)


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
