"""What the tree element is told, and what is made of what it says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.components.tree_answers import MOST_BELOW, PAGE, Entry, answer, greeting
from tests.pages.grown_tree import GrownTree

MANY, DEEPEST = 34, 33
SCRIPT = """
import streamlit as st
from pages.components.tree_element import TreeElement
from tests.pages.grown_tree import GrownTree

@st.cache_resource
def grown():
    return GrownTree(126)

said = st.session_state.setdefault("said", [])
TreeElement("tree", grown(), None, said.append, said.append).draw()
"""
SEARCHED = """
import streamlit as st
from pages.components.tree_element import TreeElement
from tests.pages.grown_tree import GrownTree

TreeElement("tree", GrownTree(126, sought=st.session_state.get("typed", "")), None, print, print).draw()
"""


def ask(tree: GrownTree, do: str, node: int, **more: Any) -> dict[str, Any]:
    return answer(tree, Entry(seq=7, do=do, node=node, **more))


def test_a_page_of_children_begins_where_pages_begin() -> None:
    told = ask(GrownTree(2000), "children", MANY, offset=PAGE + 3)
    (page,) = told["pages"]
    assert (told["seq"], page["p"], page["o"], page["t"], len(page["r"])) == (7, MANY, PAGE, 1000 - MANY, PAGE)
    assert page["r"][0]["n"] == f"Part {PAGE + 1}"


def test_a_row_is_told_without_what_goes_without_saying() -> None:
    (page,) = ask(GrownTree(126), "children", 1)["pages"]
    assert page["r"][3] == {"i": 12, "n": page["r"][3]["n"], "k": "sub_field", "s": "proposed", "q": 3, "m": 1}


def test_the_way_down_leaves_out_the_pages_that_the_browser_has() -> None:
    told = ask(GrownTree(2000), "reveal", MANY + 500, have=("0:0", "3:0"))
    assert [(page["p"], page["o"]) for page in told["pages"]] == [(MANY, 400)]
    assert (told["open"], told["goto"]) == ([3, MANY], MANY + 500)


def test_a_node_that_is_not_shown_has_no_way_down() -> None:
    assert ask(GrownTree(126), "reveal", 9999) == {"seq": 7, "pages": [], "open": [], "goto": 0}


def test_opening_all_below_ends_after_a_thousand_rows() -> None:
    told = ask(GrownTree(100_000), "below", 4)
    assert MOST_BELOW <= sum(len(page["r"]) for page in told["pages"]) < MOST_BELOW + PAGE
    assert told["open"] == [page["p"] for page in told["pages"]]


def test_a_tree_that_opens_is_told_the_top_and_the_way_to_the_chosen_node() -> None:
    tree = GrownTree(126)
    assert [page["p"] for page in greeting(tree, None)["pages"]] == [0]  # type: ignore[attr-defined]
    assert greeting(tree, 9999) == greeting(tree, None)
    assert greeting(tree, DEEPEST)["goto"] == DEEPEST


def test_children_that_cannot_be_read_are_a_trouble_told_in_their_place() -> None:
    tree = GrownTree(126)
    tree.broken.add(5)
    assert ask(tree, "children", 5) == {"seq": 7, "trouble": "Node 5 cannot be read."}


def test_a_narrowed_tree_is_told_all_at_once_opened_with_the_best_hit() -> None:
    tree = GrownTree(126, sought="level", best=DEEPEST)
    told: dict[str, Any] = greeting(tree, 5)
    assert (told["found"], told["goto"]) == ("level", DEEPEST)
    assert sum(len(page["r"]) for page in told["pages"]) == 126
    assert told["open"] == [page["p"] for page in told["pages"][1:]]


def test_another_search_is_told_once_and_again_when_asked_for() -> None:
    app = AppTest.from_string(SEARCHED, default_timeout=120).run()
    assert (fed(app)["sought"], "found" in fed(app)["answers"][0]) == ("", False)
    app.session_state["typed"] = "level"
    assert [each.get("found") for each in fed(app.run())["answers"]] == ["level"]
    assert fed(app.run())["answers"] == []
    app.session_state["tree"] = {"log": [{"seq": 1, "do": "found"}]}
    assert [(each["seq"], each["found"]) for each in fed(app.run())["answers"]] == [(1, "level")]
    app.session_state["typed"] = ""
    assert fed(app.run())["answers"] == []


def fed(app: AppTest) -> dict[str, Any]:
    """What the element was told last."""
    assert not app.exception
    return next(json.loads(part.proto.json) for part in app.get("bidi_component") if "ack" in part.proto.json)


def test_an_answer_is_sent_once() -> None:
    app = AppTest.from_string(SCRIPT, default_timeout=120).run()
    assert [each["seq"] for each in fed(app)["answers"]] == [0]
    app.session_state["tree"] = {"log": [{"seq": 1, "do": "children", "node": 1, "offset": 0}]}
    assert [each["seq"] for each in fed(app.run())["answers"]] == [1]
    assert (fed(app.run())["answers"], fed(app)["ack"]) == ([], 1)


@pytest.mark.parametrize(
    "log",
    [
        "x",
        [None, 3, []],
        [{"seq": "no", "do": "children"}],
        [{"seq": -1, "do": "children"}],
        [{"seq": 1, "do": "x" * 99}],
        [{"seq": 1, "do": "children", "node": 2**70}],
        [{"seq": 1, "do": "move", "nodes": ["<b>"]}],
    ],
)
def test_what_is_no_entry_of_a_log_is_left_out(log: object) -> None:
    app = AppTest.from_string(SCRIPT, default_timeout=120).run()
    app.session_state["tree"] = {"log": log}
    told = fed(app.run())
    assert (told["answers"], told["ack"], app.session_state["said"]) == ([], 0, [])
