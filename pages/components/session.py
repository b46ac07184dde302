"""The only door from the pages to the core: the workspace, the person, the project in hand."""

from __future__ import annotations

import os
from dataclasses import dataclass

import streamlit as st

from core.domain.people import Principal, person_name
from core.domain.records import Project
from core.errors import InvalidInputError
from core.ids import new_token
from core.settings import Settings
from core.workspace import Workspace, app_open

__all__ = [
    "PERSON",
    "PROJECT",
    "Here",
    "Workspace",
    "app_open",
    "choose_project",
    "find_project",
    "form_token",
    "here",
    "keep_person",
    "person",
    "spend_form_token",
    "wake_worker",
    "work_as",
    "workspace",
]
PROJECT, PERSON = "project", "person"


@dataclass(frozen=True, slots=True)
class Here:
    """What a page works with. `project_id` is the project in hand."""

    work: Workspace
    who: Principal
    project: Project

    @property
    def project_id(self) -> str:
        """Id of the project in hand."""
        return self.project.id


_OPENING = "Opening the studio. After an update the database is backed up and changed first, which may take minutes ..."
_opened: set[tuple[str, str, str]] = set()


@st.cache_resource(show_spinner=False)
def _workspace(home: str, database: str, person: str) -> Workspace:
    environ = {**os.environ, "STUDIO_HOME": home, "STUDIO_DB": database, "STUDIO_PERSON": person}
    return Workspace.open(Settings.load(environ), environ)


def workspace() -> Workspace:
    """The workspace of this installation, opened once per process and place."""
    settings = Settings.load(os.environ)
    place = (str(settings.home), str(settings.database), settings.person)
    if place in _opened:
        return _workspace(*place)
    with st.spinner(_OPENING, show_time=True):
        work = _workspace(*place)
    _opened.add(place)
    return work


def person() -> Principal:
    """Who sits at the keyboard: named in the URL, else earlier in this session, else by STUDIO_PERSON.

    It is no login: on one's own machine whoever sits there may say any name.
    """
    wanted = str(st.query_params.get(PERSON) or st.session_state.get(PERSON) or "")
    try:
        name = person_name(wanted) if wanted else workspace().settings.person
    except InvalidInputError:
        name = workspace().settings.person
    return Principal(name)


def work_as(name: str) -> None:
    """From now on another person sits at the keyboard; it stays in the URL, so that two windows can be two people."""
    cleaned = person_name(name)
    st.session_state[PERSON] = cleaned
    st.query_params[PERSON] = cleaned


def keep_person() -> None:
    """Carry the person on to the page that is shown, if it is not the usual one; the menu calls it once a run.

    Whoever is named otherwise than they sign here, as "ada" for "Ada", stays one person.
    """
    project, name = find_project(), person().name
    known = workspace().reviewers.known_as(project.id, name) if project else name
    if known != workspace().settings.person or PERSON in st.query_params:
        work_as(known)


def choose_project(project_id: str) -> None:
    """Take a project in hand; it stays in the URL so that the page can be linked."""
    st.session_state[PROJECT] = project_id
    st.query_params[PROJECT] = project_id


def find_project() -> Project | None:
    """The project in hand: from the URL, else the last one of this session, else the newest; None without any."""
    found = {project.id: project for project in workspace().projects.all()}
    wanted = st.query_params.get(PROJECT) or st.session_state.get(PROJECT)
    project = found.get(str(wanted)) or next(iter(reversed(found.values())), None)
    if project is not None:
        choose_project(project.id)
    return project


def here() -> Here:
    """The project in hand, for pages that the menu shows only when there is one."""
    project = find_project()
    if project is None:
        st.switch_page("home.py")
    return Here(workspace(), person(), project)


def wake_worker() -> None:
    """Make sure that somebody executes what was queued."""
    workspace().wake_worker()


def form_token(name: str) -> str:
    """The one-time token of a form; `spend_form_token` makes the next one."""
    return str(st.session_state.setdefault(f"token.{name}", new_token()))


def spend_form_token(name: str) -> None:
    """The form was handled: the next press is a new wish."""
    st.session_state.pop(f"token.{name}", None)
