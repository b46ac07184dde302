"""Curriculum: the subjects of a discipline, their syllabi, class sessions and key concepts; grow, correct, verify."""

from __future__ import annotations

import streamlit as st

from core.domain.curriculum import Subject
from core.domain.states import NodeState
from core.errors import NotFoundError
from core.services.actions import ActionRow
from pages.components.curriculum_outcome import show_run
from pages.components.curriculum_runs import rewrite_part
from pages.components.curriculum_steps import PAGES
from pages.components.discipline_choice import choose_discipline, number_in_url
from pages.components.drafts import syllabus_draft
from pages.components.notices import empty, show_error
from pages.components.presses import show_problem
from pages.components.session import Here, here
from pages.components.subject_bulk import edit_table, editing_table
from pages.components.subject_dialogs import draw_dialog
from pages.components.subject_history import show_history
from pages.components.subject_list import show_list
from pages.components.subject_shares import show_places
from pages.components.subject_sheet import show_subject, show_way
from pages.components.subject_table import open_subject
from pages.components.syllabus_proposals import show_proposals
from pages.components.syllabus_sheet import show_syllabus
from pages.components.undo_bar import undo_bar

_ABOUT = (
    "What is taught in a discipline: its subjects, one syllabus for each, class sessions in order, and their key "
    "concepts. Questions are drawn from verified syllabi only."
)


def _open_in_url(h: Here) -> Subject | None:
    """The subject in the URL; a wrong id is said and forgotten."""
    wanted = number_in_url("subject")
    if wanted is None:
        st.query_params.pop("subject", None)
        return None
    try:
        return h.work.curriculum.subject(h.project_id, wanted)[0]
    except NotFoundError as error:
        show_error(error)
        open_subject(None)
        return None


def _show_one(h: Here, subject: Subject) -> None:
    st.query_params["discipline"] = str(subject.node_id)
    _, path, syllabus = h.work.curriculum.subject(h.project_id, subject.id)
    rows = h.work.curriculum.subjects(h.project_id, subject.node_id, removed=True)
    show_way(rows, subject, path[-1].name)
    show_run(h)
    show_subject(h, next(row for row in rows if row.subject.id == subject.id))
    live = subject.state is not NodeState.REMOVED
    if live:
        show_places(h, subject, path[-1].name)
    st.divider()
    editing = syllabus_draft(subject.id).is_open
    waiting = 0 if editing else show_proposals(h, subject)
    show_syllabus(h, subject, syllabus, primary=not waiting)
    if syllabus and live and not editing:
        with st.expander("Ask a teacher for a part anew", icon=":material/auto_awesome:"):
            rewrite_part(h, path[-1], subject, syllabus)
    show_history(h, subject)


def _stay(h: Here, action: ActionRow) -> None:
    """Whatever was taken back is seen from where the person is."""


def _show_nothing(h: Here) -> None:
    with empty(
        "No discipline yet", "The curriculum hangs below the disciplines of the taxonomy.", ":material/account_tree:"
    ):
        query = {"project": h.project_id}
        st.page_link(
            PAGES / "taxonomy.py", label="Open the taxonomy", icon=":material/account_tree:", query_params=query
        )


def main() -> None:
    """Choose a discipline; then its subjects, or one of them."""
    h = here()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Curriculum", width="stretch")
        undo_bar(h, _stay)
    draw_dialog(h)
    subject = _open_in_url(h)
    if subject:
        show_problem()
        _show_one(h, subject)
        return
    st.caption(_ABOUT)
    path = choose_discipline(h)
    show_problem()
    if path is None:
        _show_nothing(h)
        return
    node = path[-1]
    rows = h.work.curriculum.subjects(h.project_id, node.id, removed=True)
    if editing_table() and rows:
        edit_table(h, node, rows)
    else:
        show_list(h, node, rows)


main()
