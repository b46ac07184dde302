"""The values of the Generate form: where they begin, how a loaded plan fills them, the plan they add up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.domain.calls import Stage
from core.domain.money import NANO, dollars
from core.domain.plans import SamplesPlan, TeacherChoice
from core.services.generation import SourceView
from pages.components.session import Here

PREFIX = "generate."
START = "generate.start"
_OF = "generate.of"
_LINKED = "generate.linked"
STAGES = (Stage.QUESTION, Stage.ANSWER, Stage.VERIFICATION)


def prepare(h: Here) -> None:
    """Fill the form on the first visit, and anew in another project; a link may name a discipline."""
    if st.session_state.get(_OF) != h.project_id:
        for key in [key for key in st.session_state if str(key).startswith(PREFIX)]:
            del st.session_state[key]
        st.session_state[_OF] = h.project_id
        st.session_state[f"{PREFIX}disciplines"] = _known_to_teacher(h)
    for name, value in _beginning().items():
        st.session_state.setdefault(f"{PREFIX}{name}", value)
    for key, value in _sampling(h.work.projects.teachers(h.project_id)).items():
        st.session_state.setdefault(key, value)
    linked = st.query_params.get("discipline", "")
    if linked.isdigit() and st.session_state.get(_LINKED) != linked:
        st.session_state[f"{PREFIX}disciplines"] = [int(linked)]
        st.session_state[_LINKED] = linked


def _known_to_teacher(h: Here) -> list[int]:
    """While the built-in teacher asks, what it knows; nothing chosen = everything for a language model."""
    asks = h.work.projects.teachers(h.project_id)[Stage.QUESTION].connection
    kinds = {view.connection.id: view.connection.kind for view in h.work.connections.all()}
    return h.work.generation.builtin_disciplines(h.project_id) if kinds.get(asks) == "builtin" else []


def _beginning() -> dict[str, Any]:
    return {
        "disciplines": [],
        "subjects": [],
        "unverified": False,
        "count": 20,
        "challenging": 50.0,
        "verify": False,
        "seed": 0,
        "title": "",
        "cost_cap": "",
        "call_cap": None,
        "execution": "live",
    }


def _sampling(teachers: Mapping[Stage, TeacherChoice]) -> dict[str, Any]:
    """Widget values of who answers which stage."""
    values: dict[str, Any] = {}
    for stage in STAGES:
        if stage in teachers:
            choice, key = teachers[stage], f"{PREFIX}{stage.value}"
            values[f"{key}.teacher"] = (choice.connection, choice.model)
            values[f"{key}.temperature"] = choice.temperature
            values[f"{key}.top_p"] = choice.top_p
            values[f"{key}.max_tokens"] = choice.max_tokens
    return values


def use_teachers(teachers: Mapping[Stage, TeacherChoice]) -> None:
    """Put these teachers into the form; call it before the form is drawn."""
    st.session_state.update(_sampling(teachers))


def fill(plan: SamplesPlan, disciplines: Sequence[int]) -> None:
    """Put a loaded plan into the form, with the disciplines it draws on; call it before the form is drawn."""
    values = {
        "disciplines": list(disciplines),
        "subjects": list(plan.subjects),
        "unverified": plan.include_unverified,
        "count": plan.count,
        "challenging": round(plan.challenging_share * 100, 4),
        "verify": plan.verify,
        "seed": plan.random_seed,
        "title": plan.title,
        "cost_cap": "" if plan.cost_cap is None else f"{plan.cost_cap / NANO:.9f}".rstrip("0").rstrip("."),
        "call_cap": plan.call_cap,
        "start": plan.start,
        "execution": plan.execution,
    }
    for name, value in values.items():
        st.session_state[f"{PREFIX}{name}"] = value
    use_teachers(plan.teachers)


def keep_known(name: str, options: Mapping[int, object]) -> None:
    """Drop chosen ids that are no option any more."""
    key = f"{PREFIX}{name}"
    st.session_state[key] = [chosen for chosen in st.session_state[key] if chosen in options]


def teacher_of(stage: Stage) -> TeacherChoice:
    """What the form says about a stage."""
    key = f"generate.{stage.value}"
    connection, model = st.session_state[f"{key}.teacher"]
    return TeacherChoice(
        connection=connection,
        model=model,
        temperature=st.session_state[f"{key}.temperature"],
        top_p=st.session_state[f"{key}.top_p"],
        max_tokens=int(st.session_state[f"{key}.max_tokens"]),
    )


def plan_of_form(h: Here, chosen: list[SourceView]) -> SamplesPlan:
    """The plan as it stands, with deck positions; raises StudioError for what cannot be used."""
    state = st.session_state
    narrowed = {
        source.node_id for view in chosen for source in view.sources if source.subject.id in state["generate.subjects"]
    }
    whole = tuple(view.node.id for view in chosen if view.node.id not in narrowed)
    stages = STAGES if state["generate.verify"] else STAGES[:2]
    cap = state["generate.cost_cap"].strip()
    plan = SamplesPlan(
        title=" ".join(state["generate.title"].split())[:200],
        teachers={stage: teacher_of(stage) for stage in stages},
        disciplines=whole,
        subjects=tuple(state["generate.subjects"]),
        count=int(state["generate.count"] or 1),
        challenging_share=round(state["generate.challenging"] / 100, 6),
        verify=state["generate.verify"],
        random_seed=int(state["generate.seed"] or 0),
        include_unverified=state["generate.unverified"],
        cost_cap=dollars(cap, "cost cap") if cap else None,
        execution=state["generate.execution"],
        call_cap=int(state["generate.call_cap"]) if state["generate.call_cap"] else None,
        start=state.get(START, {}),
    )
    return h.work.generation.draft(h.project_id, plan)
