"""Who answers which stage of the pipeline, and how they sample."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.domain.calls import Stage
from core.domain.plans import TeacherChoice
from core.services.projects import PAPER_SAMPLING, choice_for
from pages.components.notices import flash, problems
from pages.components.presses import press
from pages.components.run_words import stage_name
from pages.components.session import Here

WORDS = {
    Stage.TAXONOMY: "proposes children of a node",
    Stage.SUBJECTS: "lists the subjects of a discipline",
    Stage.SYLLABUS: "designs class sessions and key concepts",
    Stage.EXTRACTION: "turns their text into structure; a cheaper model will do",
    Stage.QUESTION: "writes homework questions",
    Stage.AUGMENT: "rewrites seed questions or writes new ones; a weak one only rephrases well",
    Stage.QUESTION_CHECK: "checks questions of the augmenter; usually the same model",
    Stage.ANSWER: "answers them; the paper takes a cheaper, faster model",
    Stage.AGREEMENT: "answers again, to be compared; usually the model of the answers",
    Stage.VERIFICATION: "judges answers; best another model than wrote them",
    Stage.REPAIR: "mends rejected samples by the reviewer's words",
}


Teacher = tuple[str, str]


def options_of(h: Here) -> dict[Teacher, str]:
    """(connection id, model) -> label, for every model of every connection."""
    return {
        (view.connection.id, model): f"{view.connection.name} · {model}"
        for view in h.work.connections.all()
        for model in view.connection.models
    }


def short(label: str) -> str:
    """Options of a select box are drawn as text; long ones are cut."""
    plain = " ".join(label.split())
    return plain if len(plain) <= 90 else f"{plain[:89]}…"


def stage_teachers(h: Here) -> None:
    """One row a stage; saved together."""
    st.markdown(
        "Each stage has its own teacher. Temperature and top-p are those of the GLAN paper until you change them; "
        "structure is converted and judged at temperature 0. Temperature 0 takes the likeliest words, a higher one "
        "varies them; top-p leaves out unlikely words; max tokens bounds the length and the price of one answer."
    )
    options = options_of(h)
    present = h.work.projects.teachers(h.project_id)
    _one_for_all(h, options)
    with st.form("connections.stages", border=True):
        chosen = {stage: _row(h, stage, present[stage], options) for stage in PAPER_SAMPLING}
        pressed = st.form_submit_button("Save teachers", type="primary", key="connections.stages_save")
    if pressed:
        with problems():
            h.work.projects.choose_teachers(h.who, h.project_id, chosen)
            flash("Teachers saved.")
            st.rerun()


def _one_for_all(h: Here, options: dict[Teacher, str]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "One teacher for all stages",
            list(options),
            format_func=lambda teacher: short(options[teacher]),
            key="connections.for_all",
        )
        press("Use it for all stages", partial(_use_for_all, h, options), key="connections.for_all_save")


def _use_for_all(h: Here, options: dict[Teacher, str]) -> str:
    teacher: Teacher = st.session_state["connections.for_all"]
    choices = {stage: choice_for(stage, *teacher) for stage in PAPER_SAMPLING}
    h.work.projects.choose_teachers(h.who, h.project_id, choices)
    for stage, choice in choices.items():
        _show(_key(h, stage), choice)
    return f"{short(options[teacher])} answers every stage."


def _key(h: Here, stage: Stage) -> str:
    return f"connections.stage.{h.project_id}.{stage.value}"


def _show(key: str, choice: TeacherChoice) -> None:
    """Put a choice into the row's widgets; a default alone would not reach a row that the browser already shows."""
    st.session_state[key] = (choice.connection, choice.model)
    st.session_state[f"{key}.temperature"] = choice.temperature
    st.session_state[f"{key}.top_p"] = choice.top_p
    st.session_state[f"{key}.tokens"] = choice.max_tokens


def _row(h: Here, stage: Stage, present: TeacherChoice, options: dict[Teacher, str]) -> TeacherChoice:
    title, words = stage_name(stage), WORDS[stage]
    key = _key(h, stage)
    now = (present.connection, present.model)
    listed = {**({} if now in options else {now: f"{present.model} (no longer listed)"}), **options}
    if st.session_state.get(key) not in listed:
        _show(key, present)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.markdown(f"**{title}**  \n:small[{words}]", width=190)
        chosen = st.selectbox(
            "Teacher",
            list(listed),
            key=key,
            format_func=lambda teacher: short(listed[teacher]),
            width=228,
        )
        return _sampling(chosen, key)


def _sampling(teacher: Teacher, key: str) -> TeacherChoice:
    temperature = st.number_input("Temperature", 0.0, 2.0, step=0.1, key=f"{key}.temperature", format="%.2f", width=96)
    top_p = st.number_input("Top-p", 0.05, 1.0, step=0.05, key=f"{key}.top_p", format="%.2f", width=96)
    tokens = st.number_input("Max tokens", 16, 200_000, step=256, key=f"{key}.tokens", width=112)
    connection, model = teacher
    return TeacherChoice(
        connection=connection, model=model, temperature=temperature, top_p=top_p, max_tokens=int(tokens)
    )
