"""Project: name, caps, guidelines, backup and restore, history, further projects."""

from __future__ import annotations

import streamlit as st

from pages.components.notices import problems
from pages.components.project_settings import backups, history, settings_form
from pages.components.session import here
from pages.components.welcome import new_project_form

with problems():
    h = here()
    st.title("Project")
    settings, safety, past, further = st.tabs(
        ["Settings", "Backup and restore", "History", "New project"], key="project.tab", on_change="rerun"
    )
    with settings:
        settings_form(h)
    if safety.open:
        with safety:
            backups(h)
    if past.open:
        with past:
            history(h)
    if further.open:
        with further:
            st.markdown("A project has its own taxonomy, budget and samples. Teachers are shared by all projects.")
            with st.container(width=520):
                new_project_form(key="project_new", primary=False)
