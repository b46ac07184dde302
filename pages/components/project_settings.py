"""The parts of the project page: settings, backup and restore, history."""

from __future__ import annotations

import json

import streamlit as st

from core.domain.money import NANO, dollars
from core.domain.records import Project
from core.errors import ConflictError, StudioError
from core.services.maintenance import Backup
from pages.components.figures import bytes_of, when
from pages.components.node_recount import offer_recount
from pages.components.notices import flash, problems, show_error
from pages.components.presets import preset
from pages.components.session import Here
from pages.components.text import safe

_PROBLEM = "project.problem"


def _typed(nano: int | None) -> str:
    return "" if nano is None else f"{nano / NANO:.9f}".rstrip("0").rstrip(".")


def settings_form(h: Here) -> None:
    """Everything the owner sets; nothing typed is lost when a value is refused or somebody else saved first."""
    project: Project = st.session_state.setdefault(f"project.read.{h.project_id}", h.project)
    preset("project.call_cap", project.call_cap)
    with st.form("project.settings", border=False):
        left, right = st.columns(2, gap="large")
        with left:
            name = st.text_input("Name", project.name, key="project.name")
            cost = st.text_input(
                "Cost cap in dollars",
                _typed(project.cost_cap),
                key="project.cost_cap",
                placeholder="No cap",
                help="All runs of this project together never spend more: money is held before each call is sent. "
                "Empty means no cap.",
            )
            calls = st.number_input(
                "Query budget in calls",
                min_value=0,
                value=None,
                step=100,
                key="project.call_cap",
                placeholder="No limit",
                help="All calls to teachers, retries included. Empty means no limit.",
            )
            quorum = st.number_input(
                "Quorum for verifying a node",
                min_value=1,
                max_value=15,
                value=project.quorum,
                key="project.quorum",
                help="How many people must vote before the majority decides. 1 when you work alone. A change decides "
                "nothing by itself: you see first what would be different.",
            )
        with right:
            guidelines = st.text_area(
                "Guidelines for reviewers", project.guidelines, key="project.guidelines", height=180, max_chars=20_000
            )
            reasons = st.text_area(
                "Reasons to reject, one on each line",
                "\n".join(project.reject_reasons),
                key="project.reasons",
                height=150,
                help="Reviewers choose them with the keys 1 to 9; at most nine are kept.",
            )
        pressed = st.form_submit_button("Save settings", type="primary", key="project.save")
    if pressed:
        with problems():
            _save(h, project, name, guidelines, reasons, cost, calls, quorum)
    offer_recount(h)


def _save(
    h: Here, project: Project, name: str, guidelines: str, reasons: str, cost: str, calls: int | None, quorum: int
) -> None:
    cost_cap = dollars(cost, "cost cap") if cost.strip() else None
    try:
        h.work.projects.save(
            h.who,
            project,
            name=name,
            guidelines=guidelines,
            reject_reasons=reasons.splitlines(),
            cost_cap=cost_cap,
            call_cap=calls,
            quorum=quorum,
        )
    except ConflictError as error:
        show_error(error)
        _show_other(h, error.current)
        return
    st.session_state.pop(f"project.read.{h.project_id}", None)
    flash("Settings saved.")
    st.rerun()


def _show_other(h: Here, current: object) -> None:
    if not isinstance(current, Project):
        return
    st.markdown("**What was saved meanwhile** (your text is still in the form above):")
    st.code(
        json.dumps(current.model_dump(include={"name", "guidelines", "reject_reasons", "quorum"}), indent=2),
        language=None,
        wrap_lines=True,
    )

    def take_over() -> None:
        st.session_state[f"project.read.{h.project_id}"] = current

    st.button("Save mine over it at the next press", key="project.take_over", on_click=take_over)


def backups(h: Here) -> None:
    """Make a backup, list them, put one back."""
    st.markdown(
        "A backup is a consistent copy of the whole database, made while everything goes on. Keys are not in it. "
        "Your data lies here:"
    )
    st.code(str(h.work.settings.database), language=None)
    if st.button("Back up now", type="primary", key="project.backup", icon=":material/save:"):
        with problems():
            with st.spinner("Copying ..."):
                path = h.work.maintenance.backup(h.who)
            flash(f"Backup {path.name} written.")
            st.rerun()
    problem = st.session_state.pop(_PROBLEM, None)
    if problem is not None:
        show_error(problem)
    found = h.work.maintenance.backups()
    if not found:
        st.caption("No backup yet. One is also made by itself before each update of the database.")
    for backup in found[:20]:
        _backup_row(h, backup)


def _backup_row(h: Here, backup: Backup) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{when(backup.made_at)}** · {bytes_of(backup.bytes)}  \n{safe(backup.name)}")
        if st.button("Restore", key=f"project.restore.{backup.name}", icon=":material/history:", width="content"):
            confirm_restore(h, backup.name)


@st.dialog("Restore this backup?")
def confirm_restore(h: Here, name: str) -> None:
    """Say what happens, then do it."""
    st.markdown(
        f"Everything in all projects goes back to what it was in **{safe(name)}**. "
        "The present state is backed up first, so that you can return to it."
    )
    if st.button("Restore it", type="primary", key="project.restore_sure", on_click=_restore, args=(h, name)):
        st.rerun()


def _restore(h: Here, name: str) -> None:
    """Runs before the page is drawn again, so that the page shows the restored state."""
    try:
        safety = h.work.maintenance.restore(h.who, name)
    except StudioError as error:
        st.session_state[_PROBLEM] = error
    else:
        flash(f"Restored. The state before is kept as {safety.name}.")


def history(h: Here) -> None:
    """The newest events, older ones on request."""
    below = int(st.session_state.get("project.history_below", 0))
    found = h.work.projects.history(h.project_id, below=below)
    if not found:
        st.caption("Nothing has happened yet.")
        return
    st.caption("Append-only: every change with who made it and when, each entry chained to the one before by a hash.")
    rows = [
        {
            "When": when(event.at),
            "Who": event.person,
            "What": f"{event.kind} {event.entity} {event.entity_id}",
            "Before": event.before or "",
            "After": event.after or "",
        }
        for event in found
    ]
    st.dataframe(rows, hide_index=True, width="stretch", key="project.history")
    newest, older = st.columns(2)
    if below and newest.button("Newest", key="project.newest", icon=":material/first_page:"):
        st.session_state["project.history_below"] = 0
        st.rerun()
    if len(found) == 30 and older.button("Older", key="project.older", icon=":material/chevron_right:"):
        st.session_state["project.history_below"] = found[-1].id
        st.rerun()
