"""What the tests of the Curriculum page do over and over: open it, press, tick, read it, look into the database."""

from __future__ import annotations

import json
from typing import Any

from streamlit.testing.v1 import AppTest

from core.domain.people import Principal
from core.domain.records import Project
from core.services.curriculum import SubjectRow
from tests.pages.conftest import ME, Studio

OTHER = Principal("Somebody else")


def node_of(studio: Studio, project: Project, name: str) -> int:
    paths = studio.work.taxonomy.disciplines(project.id)
    return next(path[-1].id for path in paths if path[-1].name == name)


def verified(studio: Studio, project: Project, name: str) -> int:
    node_id = node_of(studio, project, name)
    studio.work.votes.keep_branch(ME, project.id, node_id)
    return node_id


def rows(studio: Studio, project: Project, node_id: int) -> dict[str, SubjectRow]:
    found = studio.work.curriculum.subjects(project.id, node_id, removed=True)
    return {row.subject.name: row for row in found}


def opened(studio: Studio, project: Project, node_id: int, **query: str) -> AppTest:
    return studio.page("curriculum", project, discipline=str(node_id), **query)


def text_of(app: AppTest) -> str:
    """Everything that is drawn as text."""
    kinds = (app.markdown, app.caption, app.subheader, app.title, app.error, app.warning, app.info, app.toast)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def keys(app: AppTest) -> set[str]:
    return {str(button.key) for button in app.button}


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


def tick(app: AppTest, *chosen: int) -> AppTest:
    table = next(element for element in app.dataframe if str(element.key).startswith("curriculum.subjects."))
    app.session_state[str(table.key)] = {"selection": {"rows": list(chosen), "columns": [], "cells": []}}
    app.run()
    assert not app.exception
    return app


def table_of(app: AppTest) -> dict[str, list[Any]]:
    table = next(element for element in app.dataframe if str(element.key).startswith("curriculum.subjects."))
    return {str(name): values for name, values in table.value.to_dict(orient="list").items()}


def content(studio: Studio, node_id: int) -> str:
    """Every stored byte that hangs below a discipline."""
    with studio.work.context.store.read() as tx:
        subjects = tx.rows("SELECT * FROM subject WHERE node_id=? ORDER BY id", (node_id,))
        ids = [row["id"] for row in subjects]
        marks = ",".join("?" * len(ids)) or "NULL"
        syllabi = tx.rows(f"SELECT * FROM syllabus WHERE subject_id IN ({marks}) ORDER BY id", ids)
        sessions = tx.rows(
            "SELECT s.* FROM class_session s JOIN syllabus y ON y.id=s.syllabus_id"
            f" WHERE y.subject_id IN ({marks}) ORDER BY s.id",
            ids,
        )
        node = tx.rows("SELECT * FROM node WHERE id=?", (node_id,))
    return json.dumps([[dict(row) for row in part] for part in (node, subjects, syllabi, sessions)])


def history(studio: Studio, project: Project) -> list[tuple[str, str]]:
    return [(event.kind, event.entity) for event in studio.work.projects.history(project.id, size=200)]


def first_subject(studio: Studio, project: Project) -> SubjectRow:
    found = rows(studio, project, node_of(studio, project, "Mathematics"))
    return found["Algebra and functions"]
