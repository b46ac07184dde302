"""The subjects of a discipline with the next step, the run that works on them, and the ways to get more."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.domain.states import NodeState
from core.domain.taxonomy import Node
from core.services.curriculum import SubjectRow
from pages.components.curriculum_outcome import show_run
from pages.components.curriculum_runs import design_syllabi, list_subjects
from pages.components.curriculum_steps import Standing, Step, show_next
from pages.components.figures import count
from pages.components.presses import press
from pages.components.session import Here
from pages.components.subject_actions import actions_on
from pages.components.subject_add import add_by_hand, add_many
from pages.components.subject_bulk import open_table
from pages.components.subject_shares import show_namesakes
from pages.components.subject_table import filtered, show_table


def show_list(h: Here, node: Node, rows: list[SubjectRow]) -> None:
    """The page of one discipline."""
    standing = Standing.of(rows)
    top = st.container()
    ticked = [row.subject.id for row in _show_subjects(h, node, rows)] if rows else []
    show_namesakes(h, node)
    ask = {Step.LIST: partial(list_subjects, h, node), Step.DESIGN: partial(design_syllabi, h, node, rows, ticked)}
    panel = ask.pop(standing.step(node), None)
    with top:
        show_next(h, node, standing, partial(panel, primary=True) if panel else None)
        show_run(h)
    for which, title in ((Step.LIST, "List subjects with a teacher"), (Step.DESIGN, "Design syllabi with a teacher")):
        if which in ask and (rows or which is Step.LIST):
            with st.expander(title, icon=":material/auto_awesome:"):
                ask[which](primary=False)
    with st.expander("Add a subject by hand", icon=":material/add:"):
        add_by_hand(h, node)
    with st.expander("Add many subjects", icon=":material/playlist_add:"):
        add_many(h, node)


def _show_subjects(h: Here, node: Node, rows: list[SubjectRow]) -> list[SubjectRow]:
    """The table with what can be done to the ticked rows; these."""
    gone = sum(row.subject.state is NodeState.REMOVED for row in rows)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Subjects", width="content")
        st.space("stretch")
        show_gone = bool(gone) and st.toggle(f"Show {count(gone)} removed", key="curriculum.removed")
        if gone < len(rows):
            press("Edit as a table", open_table, key="curriculum.as_table", icon="table_edit", quiet=True)
    shown = filtered([row for row in rows if show_gone or row.subject.state is not NodeState.REMOVED])
    bar = st.container()
    chosen = show_table(shown) if shown else []
    with bar:
        actions_on(h, node, chosen)
    return chosen
