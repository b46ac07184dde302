"""Searching the tree: every character as it stands, in any language, short and long."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.taxonomy import NodeKind
from core.store import node_changes, node_search, nodes
from core.store.database import Store, Tx
from core.store.node_changes import Texts
from core.store.node_search import Query
from tests.unit.conftest import World, plant_project, scratch

AddNode = Callable[..., int]
QUICK = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _found(tx: Tx, project: str, text: str) -> list[int]:
    return [hit.id for hit in node_search.ranked(tx, project, "Ada", Query(text))]


HARD = [
    ("100% organic", "100%"),
    ("snake_case", "e_c"),
    ('the "great" books', '"great"'),
    ("it's fine", "t's"),
    ("C++", "C++"),
    ("AND OR NOT", "OR NOT"),
    ("name:star*", "star*"),
    ("(brackets)", "(br"),
    ("a - b", "a - b"),
    ("caf\u00e9 culture", "cafe\u0301"),
    ("\u6570\u5b66\u5206\u6790", "\u6570\u5b66"),
    ("\u6570\u5b66\u5206\u6790", "\u6570\u5b66\u5206"),
    ("bang! bang!", "g! b"),
    ("back\\slash", "k\\s"),
    ("AI", "ai"),
    ("50%", "0%"),
    ("a_b", "_"),
]


@pytest.mark.parametrize(("name", "text"), HARD)
def test_search_takes_every_character_as_it_stands(world: World, add_node: AddNode, name: str, text: str) -> None:
    with world.store.write() as tx:
        made = add_node(tx, "p1", world.sub_field, NodeKind.DISCIPLINE, name)
        for decoy in ("100 per cent", "snakeXcase", "The great books", "50 of them", "aXb"):
            add_node(tx, "p1", world.sub_field, NodeKind.DISCIPLINE, decoy)
        assert _found(tx, "p1", text) == [made]


def test_search_reads_synonyms_and_descriptions_and_puts_names_first(world: World, add_node: AddNode) -> None:
    with world.store.write() as tx:
        synonym = add_node(tx, "p1", world.sub_field, NodeKind.DISCIPLINE, "Acoustics", synonyms=["optics of sound"])
        told = add_node(tx, "p1", world.sub_field, NodeKind.DISCIPLINE, "Imaging", description="Uses Optics.")
        name = add_node(tx, "p1", world.sub_field, NodeKind.DISCIPLINE, "Optics")
        assert _found(tx, "p1", "OPTIC") == [name, synonym, told]


def test_search_follows_edits_and_leaves_out_what_was_removed(world: World) -> None:
    with world.store.write() as tx:
        node = nodes.get(tx, "p1", world.discipline)
        node_changes.edit(tx, node, Texts("Statics", "", ()))
        assert _found(tx, "p1", "Physics") == []
        assert _found(tx, "p1", "stat") == [world.discipline]
        node_changes.remove_subtree(tx, nodes.get(tx, "p1", world.field))
        assert _found(tx, "p1", "stat") == _found(tx, "p1", "st") == []


@QUICK
@given(st.text(alphabet=st.characters(), max_size=300) | st.text(alphabet="%_\"'*():^-+!\\ \x00N", max_size=12))
def test_no_search_text_makes_an_error(store: Store, text: str) -> None:
    with scratch(store) as tx:
        plant_project(tx, "p")
        nodes.insert(tx, "p", None, NodeKind.FIELD, "Natural science")
        assert len(_found(tx, "p", text)) <= 1


def test_a_very_long_search_text_makes_no_error(world: World) -> None:
    with world.store.read() as tx:
        assert _found(tx, "p1", "x" * 200_000) == []
