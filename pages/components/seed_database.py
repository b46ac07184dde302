"""The SQLite file of a text-to-SQL set: attach one, see its schema, put it beside the questions."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.services.seeds import SetView
from pages.components.figures import bytes_of, count
from pages.components.notices import flash, problems
from pages.components.presses import press
from pages.components.session import Here

_ABOUT = (
    "Queries can be executed for verification: read-only, with limits on time and rows, in a process of their own. The "
    "file needs the tables that the questions speak of."
)


def show_database(h: Here, view: SetView) -> None:
    """The file and its schema, or the way to attach one."""
    st.markdown(_ABOUT)
    if view.set.database:
        _attached(h, view)
    elif view.set.frozen_at:
        st.info("The set is frozen without a file. Make a new version to attach one.", icon=":material/ac_unit:")
    else:
        _attach(h, view)


def _attached(h: Here, view: SetView) -> None:
    with problems():
        st.markdown(f":material/database: **{bytes_of(view.database_bytes)}** attached")
        st.code(h.work.seeds.schema(h.project_id, view.set.id), language="sql", height=280)
        if view.set.frozen_at:
            return
        with st.container(horizontal=True):
            press(
                "Put the schema beside the questions",
                partial(_fill, h, view),
                key="seeds.database.fill",
                icon="schema",
                help="Into the examples that have no context of their own.",
            )
            press("Detach", partial(_detach, h, view), key="seeds.database.detach", icon="link_off", quiet=True)


def _fill(h: Here, view: SetView) -> str:
    return f"{count(h.work.seeds.fill_context(h.who, h.project_id, view.set.id), 'example')} got the schema."


def _detach(h: Here, view: SetView) -> str:
    h.work.seeds.detach_database(h.who, h.project_id, view.set.id)
    return "The file is detached."


def _attach(h: Here, view: SetView) -> None:
    file = st.file_uploader(
        "SQLite file",
        type=["sqlite", "sqlite3", "db"],
        key=f"seeds.database.file.{view.set.id}",
        max_upload_size=25,
    )
    if file is not None and st.button("Attach it", key="seeds.database.attach", type="primary", icon=":material/link:"):
        with problems():
            h.work.seeds.attach_database(h.who, h.project_id, view.set.id, file.getvalue(), file.name)
            flash(f"{file.name} is attached.")
            st.rerun()
