"""Who answers the stages of a samples run, and how they sample."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.domain.calls import Stage
from core.domain.plans import SamplesPlan
from core.services.projects import PAPER_SAMPLING
from pages.components.figures import percent
from pages.components.plan_execution import choose_execution
from pages.components.plan_state import STAGES, teacher_of
from pages.components.presses import press
from pages.components.session import Here
from pages.components.text import safe

Teacher = tuple[str, str]
_WORDS = {
    Stage.QUESTION: "Writes the question.",
    Stage.ANSWER: "Answers it in a call of its own. The paper takes a cheaper, faster model here.",
    Stage.VERIFICATION: "Judges whether the answer is correct. Best not the model that wrote it.",
}
_DEFAULTS = {
    Stage.QUESTION: "Defaults: temperature 1.0 and top-p 0.95, as the paper samples where variety is wanted.",
    Stage.ANSWER: "Defaults: temperature 0.7 and top-p 0.95, the paper's values for answers.",
    Stage.VERIFICATION: "Default: temperature 0, for steady verdicts. The paper has no such stage.",
}


def choose_teachers(h: Here) -> None:
    """One row for each stage of the plan."""
    labels = _labels(h)
    stages = STAGES if st.session_state["generate.verify"] else STAGES[:2]
    for stage in stages:
        _row(stage, labels)
    with st.container(horizontal=True, vertical_alignment="center"):
        query = {"project": h.project_id}
        st.page_link("connections.py", label="Add a teacher", icon=":material/hub:", query_params=query)
        present = h.work.projects.teachers(h.project_id)
        chosen = {stage: teacher_of(stage) for stage in stages}
        if any(present[stage] != choice for stage, choice in chosen.items()):

            def keep() -> str:
                h.work.projects.choose_teachers(h.who, h.project_id, chosen)
                return "These are the project's teachers now."

            press("Keep for this project", keep, key="generate.keep_teachers", icon="push_pin", quiet=True)
    choose_execution(h, chosen.values(), key="generate.execution")


def _labels(h: Here) -> dict[Teacher, str]:
    """Every model of every connection; chosen models that are not listed any more come too."""
    views = h.work.connections.all()
    labels = {
        (view.connection.id, model): f"{view.connection.name} · {model}"[:160]
        for view in views
        for model in view.connection.models
    }
    names = {view.connection.id: view.connection.name for view in views}
    for stage in STAGES:
        key = f"generate.{stage.value}.teacher"
        connection, model = st.session_state[key]
        if connection not in names:
            st.session_state[key] = next(iter(labels))
        elif (connection, model) not in labels:
            labels[connection, model] = f"{names[connection]} · {model} (not listed)"[:160]
    return labels


def _row(stage: Stage, labels: dict[Teacher, str]) -> None:
    key = f"generate.{stage.value}"
    who, how = st.columns([5, 4], gap="medium", vertical_alignment="bottom")
    who.selectbox(
        stage.value.capitalize(),
        list(labels),
        format_func=lambda teacher: labels[teacher],
        key=f"{key}.teacher",
        help=_WORDS[stage],
        persist_state="session",
    )
    state = st.session_state
    temperature, top_p, tokens = state[f"{key}.temperature"], state[f"{key}.top_p"], state[f"{key}.max_tokens"]
    label = f"T {temperature:g} · top-p {top_p:g} · {int(tokens):,} tokens"
    with how.popover(safe(label), icon=":material/tune:", width="stretch", key=f"{key}.sampling"):
        st.caption(_DEFAULTS[stage])
        st.number_input(
            "Temperature",
            0.0,
            2.0,
            step=0.1,
            format="%.2f",
            key=f"{key}.temperature",
            help="0 = always the likeliest words, higher = more varied.",
            persist_state="session",
        )
        st.number_input(
            "Top-p",
            0.01,
            1.0,
            step=0.05,
            format="%.2f",
            key=f"{key}.top_p",
            help="Only the likeliest words up to this probability are considered.",
            persist_state="session",
        )
        st.number_input(
            "Max tokens",
            1,
            200_000,
            step=256,
            key=f"{key}.max_tokens",
            help="The longest answer allowed. A cut answer is never used, and the cap reserves money for the longest.",
            persist_state="session",
        )
        st.button("Back to the defaults", key=f"{key}.defaults", type="tertiary", on_click=partial(_reset, stage))


def _reset(stage: Stage) -> None:
    temperature, top_p, tokens = PAPER_SAMPLING[stage]
    key = f"generate.{stage.value}"
    st.session_state[f"{key}.temperature"] = temperature
    st.session_state[f"{key}.top_p"] = top_p
    st.session_state[f"{key}.max_tokens"] = tokens


def show_knowledge(h: Here, plan: SamplesPlan) -> None:
    """What to expect of the built-in teacher, before it is asked."""
    kinds = {view.connection.id: view.connection.kind for view in h.work.connections.all()}
    builtin = [stage.value for stage, choice in plan.teachers.items() if kinds.get(choice.connection) == "builtin"]
    if not builtin:
        return
    if Stage.QUESTION.value not in builtin:
        st.warning(
            f"The built-in teacher ({safe(', '.join(builtin))}) only solves questions that it wrote itself. Choose a "
            "language model here, or let it write the questions too.",
            icon=":material/warning:",
        )
        return
    known = h.work.generation.knowledge(h.project_id, plan)
    words = (
        f"The built-in teacher is a set of templates with computed answers, not a language model. It has problems for "
        f"{known.known:,} of the {known.concepts:,} key concepts, and for {known.posable:,} of the first "
        f"{known.items:,} questions of this plan ({percent(known.posable / known.items if known.items else 0)}). It "
        "refuses what it has no problem for, and some of its answers are wrong on purpose, so that verification and "
        "review have something to find."
    )
    if known.posable < known.items:
        st.warning(safe(words, 900), icon=":material/warning:")
    else:
        st.info(safe(words, 900), icon=":material/info:")
