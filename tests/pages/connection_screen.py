"""What the tests of the connections page share: opening a tab, filling the form, reading what is drawn."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from core.domain.records import Connection
from tests.pages.conftest import Studio

KEY = "sk-proj-AbCdEfGhIjKlMnOpQrStUvWx-9f3Z"
CONNECTED, ADD, LOCAL, TEACHERS = "Connected", "Add an endpoint", "Local model", "Teachers of this project"


def opened(studio: Studio, tab: str = CONNECTED) -> AppTest:
    """The page at one of its tabs."""
    page = studio.page("connections")
    page.session_state["connections.tab"] = tab
    return page.run()


def shown(page: AppTest) -> str:
    """Everything that the page sends to the browser."""
    return " ".join(str(getattr(node, "proto", "")) for node in page._tree)


def words(page: AppTest) -> str:
    """Its paragraphs and captions."""
    return " ".join(element.value for element in [*page.markdown, *page.caption])


def fill(page: AppTest, **fields: str) -> AppTest:
    """Type into the form for a new endpoint and press its button."""
    for name, text in fields.items():
        widget = page.text_area if name == "models" else page.text_input
        widget(key=f"connections.new_{name}").set_value(text)
    return page.button(key="connections.new_add").click().run()


def endpoints(studio: Studio) -> list[Connection]:
    """All connections but the built-in teacher."""
    return [view.connection for view in studio.work.connections.all() if view.connection.kind != "builtin"]
