"""What the tests of the Taxonomy page do over and over: open it, press, read it, look into the database."""

from __future__ import annotations

import re

import streamlit as st
from streamlit.testing.v1 import AppTest

from core.domain.money import NANO
from core.domain.people import Principal
from core.domain.records import Project
from core.domain.states import NodeState
from core.domain.taxonomy import Node
from pages.components.tree_element import Action, TreeElement
from tests.pages.conftest import ME, Studio

ANNA = Principal("Anna")


def opened(studio: Studio, project: Project, node: int | str | None = None, **query: str) -> AppTest:
    app = studio.page("taxonomy", project)
    for key, value in (query | ({"node": str(node)} if node else {})).items():
        app.query_params[key] = value
    return sound(app.run())


def press(app: AppTest, key: str) -> AppTest:
    return sound(app.button(key=key).click().run())


def sound(app: AppTest) -> AppTest:
    assert not app.exception
    return app


def text_of(app: AppTest) -> str:
    elements = [*app.markdown, *app.caption, *app.text, *app.error, *app.warning, *app.info, *app.subheader, *app.toast]
    return "\n".join(str(element.value) for element in elements)


def keys(app: AppTest) -> set[str]:
    return {button.key for button in app.button if button.key}


def found(studio: Studio, project: Project, name: str) -> Node:
    return next(path[-1] for path in studio.work.taxonomy.search(project.id, name) if path[-1].name == name)


def state(studio: Studio, project: Project, node: Node) -> NodeState:
    return studio.work.taxonomy.view(ME, project.id, node.id).node.state


def with_cap(studio: Studio, project: Project) -> Project:
    return with_quorum(studio, project, 1, cost_cap=NANO)


def with_quorum(studio: Studio, project: Project, quorum: int, cost_cap: int | None = None) -> Project:
    return studio.work.projects.save(
        ME,
        project,
        name=project.name,
        guidelines=project.guidelines,
        reject_reasons=project.reject_reasons,
        cost_cap=cost_cap,
        call_cap=None,
        quorum=quorum,
    )


def at(app: AppTest, name: str) -> str:
    value = app.query_params[name]
    return value if isinstance(value, str) else value[0]


def columns(app: AppTest) -> list[list[str]]:
    """The names in the plain columns, from left to right."""
    tables = [frame.value for frame in app.dataframe]
    return [list(table["Name"]) for table in tables if "Verified below" in table.columns]


def hits(app: AppTest) -> list[tuple[str, str]]:
    """(name, path above it) of what a search found, as the plain table shows it."""
    table = next((frame.value for frame in app.dataframe if "In" in frame.value.columns), None)
    return [] if table is None else list(zip(table["Name"], table["In"], strict=True))


def searched(app: AppTest, text: str) -> AppTest:
    return sound(app.text_input(key="taxonomy.search").set_value(text).run())


def choose_hit(app: AppTest, row: int) -> AppTest:
    table = next(frame for frame in app.dataframe if "In" in frame.value.columns)
    key = re.search(r"taxonomy\.hits\.\w+", table.proto.id)
    assert key
    app.session_state[key[0]] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    return sound(app.run())


def wished(app: AppTest, do: str, *nodes: int, to: int | None = None, before: int | None = None) -> AppTest:
    """Somebody wishes an action in the tree; see the fixture `stand_in`."""
    app.session_state["wish"] = Action(do, nodes, to, before)
    return sound(app.run())


def stand_in(tree: TreeElement) -> None:
    """In place of the tree: without a browser nobody can press a key in it."""
    wish = st.session_state.get("wish")
    if wish:
        del st.session_state["wish"]
        tree.on_action(wish)
        st.rerun()


def import_and_export(app: AppTest) -> AppTest:
    return sound(app.menu_button(key="taxonomy.views").click("files").run())
