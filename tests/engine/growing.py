"""Runs that propose nodes, planned as the studio plans them and answered by a script of names."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from core.domain.calls import Call, Stage
from core.domain.plans import TaxonomyPlan, TeacherChoice
from core.domain.taxonomy import Node
from core.llm.scripted import ScriptedTeacher
from core.services.growth_items import children_specs
from core.store import curricula, nodes
from tests.engine.conftest import PROJECT, Bench


def reply(*names: str) -> str:
    """An answer that names these, each with a description."""
    return json.dumps({"children": [{"name": name, "description": f"About {name}."} for name in names]})


def naming(*answers: Sequence[str]) -> ScriptedTeacher:
    """Answer number i names `answers[i]`, the last one for ever."""
    return ScriptedTeacher(lambda call, number: reply(*answers[min(number, len(answers)) - 1]))


def naming_by(choose: Callable[[Call], Sequence[str]]) -> ScriptedTeacher:
    """Names that depend on the call."""
    return ScriptedTeacher(lambda call, number: reply(*choose(call)))


def planned(
    bench: Bench, *, caps: Mapping[str, int] | None = None, connection: str = "", model: str = "m", **plan: Any
) -> str:
    """A queued run of a plan, its items made as the studio makes them."""
    choice = TeacherChoice(connection=connection or bench.connect(), model=model)
    made = TaxonomyPlan.model_validate({"teachers": {Stage.TAXONOMY: choice}, "node": None, **plan})
    with bench.store.write() as tx:
        specs, positions = children_specs(tx, PROJECT, made)
        for key, position in positions.items():
            curricula.advance_deck(tx, PROJECT, key, position)
    return bench.run_of(made, specs, **(caps or {}))


def asked(bench: Bench, *answers: Sequence[str], **plan: Any) -> None:
    """One query for each answer, executed."""
    bench.execute(naming(*answers), planned(bench, queries=len(answers), **plan), at_once=1)


def children(bench: Bench, parent: int | None) -> dict[str, Node]:
    """All children by name, removed ones too."""
    with bench.store.read() as tx:
        return {node.name: node for node in nodes.children(tx, PROJECT, parent, removed=True)}


def counts(bench: Bench, parent: int | None) -> dict[str, tuple[int, int]]:
    """Name -> in how many of how many answers it came up, for those that a teacher named."""
    found = children(bench, parent).values()
    return {node.name: (node.times_seen, node.times_asked) for node in found if node.times_asked}
