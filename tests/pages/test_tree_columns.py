"""The plain columns: the same tree and the same address without the element."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.pages.grown_tree import HOSTILE

SCRIPT = """
import streamlit as st
from pages.components.tree_columns import TreeColumns
from tests.pages.grown_tree import GrownTree

@st.cache_resource
def grown(size):
    return GrownTree(size)

def select(node):
    st.query_params["node"] = str(node or 0)

chosen = int(st.query_params.get("node", "0")) or None
TreeColumns("plain", grown({size}), chosen, select).draw()
st.text(f"Chosen {{chosen}}")
"""
MANY = 34


def opened(size: int = 126, node: int | None = None) -> AppTest:
    app = AppTest.from_string(SCRIPT.format(size=size), default_timeout=120)
    if node:
        app.query_params["node"] = str(node)
    return sound(app.run())


def sound(app: AppTest) -> AppTest:
    assert not app.exception
    return app


def tables(app: AppTest) -> list[list[str]]:
    return [list(table.value["Name"]) for table in app.dataframe]


def choose(app: AppTest, key: str, row: int | None) -> AppTest:
    rows = [] if row is None else [row]
    app.session_state[key] = {"selection": {"rows": rows, "columns": [], "cells": []}}
    return sound(app.run())


def test_the_top_is_shown_until_a_node_is_chosen() -> None:
    app = opened()
    assert tables(app) == [[f"Field {n} of knowledge" for n in range(8)]]


def test_a_chosen_node_shows_its_children_beside_it_with_their_state_and_votes() -> None:
    app = opened(node=1)
    assert tables(app)[1][0] == HOSTILE
    row = app.dataframe[1].value.iloc[0]
    assert (row["State"], row["Votes"]) == ("verified", "0 of 3, narrow")
    assert app.dataframe[0].value.iloc[0]["Verified below"] == "1 of 6"


def test_only_the_last_columns_are_shown_and_the_way_down_leads_back() -> None:
    app = opened(node=33)
    assert tables(app) == [["Level 18"], ["Level 19"], ["Level 20"]]
    sound(app.button(key="plain.way.2").click().run())
    assert app.query_params["node"] in ("2", ["2"])
    assert tables(app)[-1] == ["Level 2"]


def test_the_row_of_the_address_is_marked_in_every_column() -> None:
    app = opened(node=10)
    marked = [app.session_state[key]["selection"]["rows"] for key in ("plain.column.0.0", "plain.column.1.0")]
    assert marked == [[0], [1]]


def test_choosing_a_row_goes_to_the_address_and_letting_go_of_it_to_the_node_above() -> None:
    app = choose(opened(node=1), "plain.column.1.0", 3)
    assert app.text[0].value == "Chosen 12"
    app = choose(app, "plain.column.1.0", None)
    assert app.text[0].value == "Chosen 1"
    app = choose(app, "plain.column.0.0", None)
    assert app.text[0].value == "Chosen None"


def test_many_children_come_five_hundred_at_a_time_and_a_link_opens_the_right_page() -> None:
    app = opened(size=10_000, node=MANY + 1201)
    names = tables(app)[-1]
    assert (len(names), names[0], names[200]) == (500, "Part 1001", "Part 1201")
    assert app.session_state[f"plain.column.{MANY}.2"]["selection"]["rows"] == [200]


def test_a_node_that_is_gone_shows_the_top() -> None:
    assert len(tables(opened(node=987654))) == 1
