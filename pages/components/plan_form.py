"""The plan that the Generate form adds up to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.domain.calls import Stage
from core.domain.money import dollars
from core.domain.plans import Checks, MixedPlan, SamplesPlan, SeedChoice, SharedTeacher, TeacherChoice
from core.domain.strategies import FROM_SEEDS, Strategy, arithmetic
from core.errors import InvalidInputError
from core.services.generation import SourceView
from pages.components.plan_sampling import SAME
from pages.components.plan_state import value
from pages.components.session import Here

WITH_ROUNDS = (Strategy.EVOL_INSTRUCT, Strategy.MULTI_TURN)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What drawing a part gave: has it something to draw on, its disciplines and checks, and the places for what needs
    the whole plan."""

    part: int
    ready: bool
    sources: list[SourceView]
    checks: Checks
    reach: st.delta_generator.DeltaGenerator
    knowledge: st.delta_generator.DeltaGenerator


def name_of(stage: Stage, place: int) -> str:
    """What the values of one teacher of a stage are kept under."""
    return f"{stage.value}.{place}" if place else stage.value


def rounds_of(part: int) -> int:
    """Evolutions or turns, 1 for strategies without."""
    return int(value(part, "rounds") or 1) if value(part, "strategy") in WITH_ROUNDS else 1


def stages_of_part(part: int, checks: Checks) -> tuple[Stage, ...]:
    """The stages that a part uses, in the order of the pipeline."""
    used = arithmetic(value(part, "strategy"), rounds=rounds_of(part)).plus(checks.calls).calls
    return tuple(stage for stage in Stage if stage in used)


def crew_of(part: int, stage: Stage) -> tuple[SharedTeacher, ...]:
    """Who answers a stage of a part, as the form stands."""
    places = value(part, f"{stage.value}.places")
    if stage is Stage.QUESTION_CHECK and value(part, f"{stage.value}.teacher") == SAME:
        return tuple(
            SharedTeacher(
                teacher=_teacher(part, stage, 0, (each.teacher.connection, each.teacher.model)), share=each.share
            )
            for each in crew_of(part, Stage.AUGMENT)
        )
    return tuple(
        SharedTeacher(
            teacher=_teacher(part, stage, place, value(part, f"{name_of(stage, place)}.teacher")),
            share=int(value(part, f"{name_of(stage, place)}.share") or 1),
        )
        for place in places
    )


def _teacher(part: int, stage: Stage, place: int, who: tuple[str, str]) -> TeacherChoice:
    name = name_of(stage, place)
    return TeacherChoice(
        connection=who[0],
        model=who[1],
        temperature=value(part, f"{name}.temperature"),
        top_p=value(part, f"{name}.top_p"),
        max_tokens=int(value(part, f"{name}.max_tokens")),
    )


def typed_caps() -> tuple[int | None, int | None]:
    """Query budget and cost cap of the run; raises InvalidInputError for what is no amount."""
    cap = st.session_state["generate.cost_cap"].strip()
    calls = st.session_state["generate.call_cap"]
    return int(calls) if calls else None, dollars(cap, "cost cap") if cap else None


def plan_of_form(h: Here, drawn: Sequence[Drawn]) -> SamplesPlan | MixedPlan:
    """The plan as it stands, with positions; raises StudioError for what cannot be used."""
    state = st.session_state
    calls, cost = typed_caps()
    whole = {
        "title": " ".join(state["generate.title"].split())[:200],
        "cost_cap": cost,
        "call_cap": calls,
        "execution": state["generate.execution"],
    }
    parts = [_part(each, number if len(drawn) > 1 else 0) for number, each in enumerate(drawn, 1)]
    if len(parts) == 1:
        return h.work.generation.draft(h.project_id, parts[0].model_copy(update=whole))
    purpose = state["generate.purpose"]
    return h.work.generation.draft(h.project_id, MixedPlan(parts=tuple(parts), purpose=purpose, **whole))


def _part(drawn: Drawn, number: int) -> SamplesPlan:
    """One part; `number` as people count the parts, 0 if it is the only one."""
    part = drawn.part
    strategy: Strategy = value(part, "strategy")
    crews = {stage: crew_of(part, stage) for stage in stages_of_part(part, drawn.checks)}
    own: dict[str, Any] = {
        "strategy": strategy,
        "teachers": {stage: crew[0].teacher for stage, crew in crews.items()},
        "crew": {stage: crew for stage, crew in crews.items() if len(crew) > 1},
        "count": int(value(part, "count") or 1),
        "random_seed": int(value(part, "seed") or 0),
        "checks": drawn.checks,
        "prompts": value(part, "prompts"),
        "start": value(part, "start"),
    }
    if strategy is Strategy.GLAN:
        own |= _curriculum(drawn)
    elif strategy in FROM_SEEDS:
        own["seeds"] = _seeds(part, number)
    elif strategy is Strategy.MULTI_TURN:
        own["parents"] = tuple(value(part, "runs"))
    if strategy in WITH_ROUNDS:
        own["rounds"] = rounds_of(part)
    if strategy is Strategy.EVOL_INSTRUCT:
        own["breadth_share"] = round(value(part, "breadth") / 100, 6)
    return SamplesPlan(**own)


def _curriculum(drawn: Drawn) -> dict[str, Any]:
    """Disciplines that are drawn on whole, subjects, weights and mix of a GLAN part."""
    part = drawn.part
    wanted = value(part, "subjects")
    narrowed = {s.node_id for view in drawn.sources for s in view.sources if s.subject.id in wanted}
    weights = {view.node.id: int(value(part, f"weight.{view.node.id}") or 0) for view in _weighted(drawn)}
    even = len(set(weights.values())) == 1 and 0 not in weights.values()
    return {
        "disciplines": tuple(view.node.id for view in drawn.sources if view.node.id not in narrowed),
        "subjects": tuple(wanted),
        "weights": {} if even else weights,
        "challenging_share": round(value(part, "challenging") / 100, 6),
        "include_unverified": value(part, "unverified"),
    }


def _weighted(drawn: Drawn) -> list[SourceView]:
    return drawn.sources if value(drawn.part, "weighted") and len(drawn.sources) > 1 else []


def _seeds(part: int, number: int) -> SeedChoice:
    chosen = value(part, "seed_set")
    if chosen is None:
        place = f"Part {number} ({value(part, 'strategy').label})" if number else value(part, "strategy").label
        raise InvalidInputError(f"{place} needs a seed set.", "Import one on the Seeds page, or choose GLAN.")
    size = value(part, "size")
    if not size:
        return SeedChoice(seed_set=chosen)
    return SeedChoice(seed_set=chosen, size=int(size), random_seed=int(value(part, "size_seed") or 0))
