"""Who answers about subjects and syllabi: any model of any connection, and what the built-in teacher cannot do."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.domain.calls import Stage
from core.domain.plans import TeacherChoice
from core.domain.records import Connection
from core.services.projects import choice_for
from pages.components.curriculum_steps import PAGES
from pages.components.session import Here
from pages.components.text import safe

BUILTIN = "builtin"


@dataclass(frozen=True, slots=True)
class Teacher:
    """A model of a connection; `builtins` are the connections that are no language model."""

    connection: Connection
    model: str
    builtins: frozenset[str]

    @property
    def builtin(self) -> bool:
        """Is it the built-in teacher?"""
        return self.connection.kind == BUILTIN


def choose_teacher(h: Here, stage: Stage, key: str) -> Teacher:
    """A teacher among all models of all connections; the project's own choice stands first."""
    own = h.work.projects.teachers(h.project_id)[stage]
    connections = [view.connection for view in h.work.connections.all()]
    builtins = frozenset(connection.id for connection in connections if connection.kind == BUILTIN)
    teachers = {
        (connection.id, model): Teacher(connection, model, builtins)
        for connection in connections
        for model in (*connection.models, *([own.model] if connection.id == own.connection else []))
    }
    order = sorted(teachers, key=lambda pair: pair != (own.connection, own.model))
    chosen = st.selectbox(
        "Teacher",
        order,
        format_func=lambda pair: f"{teachers[pair].connection.name}, {pair[1]}",
        key=key,
        help="Who answers. Teachers are added on the Connections page; the project's own choice stands first.",
    )
    return teachers[chosen]


def choices(h: Here, stage: Stage, teacher: Teacher) -> dict[Stage, TeacherChoice]:
    """Who answers the stage, and who turns the free text into a list: a teacher that can read the other's text."""
    connection, model = teacher.connection, teacher.model
    own = h.work.projects.teachers(h.project_id)
    mine = {
        each: own[each]
        if (own[each].connection, own[each].model) == (connection.id, model)
        else choice_for(each, connection.id, model)
        for each in (stage, Stage.EXTRACTION)
    }
    other = own[Stage.EXTRACTION]
    if not teacher.builtin and other.connection not in teacher.builtins:
        mine[Stage.EXTRACTION] = other
    return mine


def explain_unknown(h: Here, what: str, instead: str) -> None:
    """Say what it knows, and where other teachers are connected."""
    st.warning(
        f"**{what}** It knows {safe(', '.join(h.work.curriculum.builtin_disciplines()))}. For others connect a "
        f"language model, or {instead}.",
        icon=":material/info:",
    )
    st.page_link(
        PAGES / "connections.py",
        label="Connect a language model",
        icon=":material/hub:",
        query_params={"project": h.project_id},
    )
