"""Bring a taxonomy file in: the file, how it is read, what would happen, one button, what happened."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.errors import ConflictError, ImportRejectedError
from core.services.tree_files import Choices, Imported, ImportReport, Reading, Upload
from pages.components.figures import count
from pages.components.import_file import ask_for_file, chosen_upload, forget, show_file
from pages.components.import_options import ask_after_report, ask_choices, ask_how_to_read, ask_where, read_options
from pages.components.import_report import show_report
from pages.components.node_place import leave_mode, select
from pages.components.notices import problems, show_error
from pages.components.presses import press
from pages.components.session import Here, form_token, spend_form_token
from pages.components.text import safe

_DONE = "taxonomy.imported"


def import_panel(h: Here) -> None:
    """One of the steps."""
    _show_done(h)
    upload = chosen_upload()
    if upload is None:
        ask_for_file(h)
    else:
        with problems():
            _with_file(h, upload)


def _with_file(h: Here, upload: Upload) -> None:
    form = show_file(upload)
    try:
        with st.spinner(f"Reading {safe(upload.name, 60)} ..."):
            reading = h.work.files.reading(upload, read_options(h, upload, form), form)
    except ImportRejectedError as error:
        ask_how_to_read(h, upload, form, None)
        show_error(error)
        return
    ask_how_to_read(h, upload, form, reading)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        parent = ask_where(h)
        choices = ask_choices(reading)
    with st.spinner("Comparing with the tree ..."):
        report = h.work.files.dry_run(h.project_id, reading, choices, parent_id=parent)
    st.markdown("##### What would happen")
    show_report(report, upload.name)
    ask_after_report(report)
    _confirm(h, upload, reading, choices, report, parent)


def _confirm(
    h: Here, upload: Upload, reading: Reading, choices: Choices, report: ImportReport, parent: int | None
) -> None:
    nothing = not (report.writes or report.verified or report.links)
    label = f"Import {count(report.writes, 'node')}" if report.writes else "Import"
    if report.refused:
        st.caption("Nothing is imported while something is refused: mend the file, or choose what to leave out.")
    elif nothing:
        st.caption("Everything in the file is there already.")
    pressed = st.button(
        label,
        key="taxonomy.import.go",
        type="primary",
        icon=":material/upload:",
        disabled=report.refused or nothing,
        help="All of it or nothing, as one action that can be undone.",
    )
    if pressed:
        _import(h, upload, reading, choices, report, parent)


def _import(
    h: Here, upload: Upload, reading: Reading, choices: Choices, report: ImportReport, parent: int | None
) -> None:
    token = form_token("import")
    try:
        with st.spinner(f"Importing {count(report.writes, 'node')}; others can go on meanwhile ..."):
            made = h.work.files.import_(
                h.who, h.project_id, reading, choices, report=report, token=token, parent_id=parent
            )
    except ConflictError as error:
        show_error(error)
        st.button("Show the new report", key="taxonomy.import.again", icon=":material/refresh:")
        return
    spend_form_token("import")
    h.work.files.uploads.drop(upload.digest)
    forget()
    st.session_state[_DONE] = (h.project_id, made.action_id, made.first, made.new, made.changed, upload.name)
    st.rerun()


def _show_done(h: Here) -> None:
    kept = st.session_state.get(_DONE)
    if not kept or kept[0] != h.project_id:
        return
    made, name = Imported(*kept[1:5]), str(kept[5])
    if made.action_id is not None and _is_undone(h, made.action_id):
        return
    changed = f", {count(made.changed, 'node')} changed" if made.changed else ""
    with st.container(border=True):
        st.markdown(
            f":material/check_circle: **{count(made.new, 'node is', 'nodes are')} new{changed}** "
            f"from {safe(name, 80)}. They are proposed until somebody verifies them, unless the file's marks count."
        )
        with st.container(horizontal=True):
            if made.first is not None:
                st.button(
                    "Go to the first new node",
                    key="taxonomy.imported.first",
                    icon=":material/arrow_forward:",
                    on_click=_go,
                    args=(made.first,),
                )
            if made.action_id is not None:
                press("Undo", partial(_undo, h, made.action_id), key="taxonomy.imported.undo", icon="undo")
            st.button("Done", key="taxonomy.imported.close", type="tertiary", on_click=_close)


def _is_undone(h: Here, action_id: int) -> bool:
    """Whether it was taken back elsewhere; made again it counts once more."""
    rows = h.work.actions.page(h.project_id, below=action_id + 1, size=1)
    return bool(rows) and rows[0].undone_by is not None


def _go(node_id: int) -> None:
    _close()
    leave_mode()
    select(node_id)


def _undo(h: Here, action_id: int) -> str:
    title = h.work.actions.undo(h.who, h.project_id, action_id).title
    _close()
    return f"Taken back: {title}"


def _close() -> None:
    st.session_state.pop(_DONE, None)
