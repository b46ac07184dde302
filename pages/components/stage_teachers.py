"""Who answers which stage of the pipeline, and how they sample."""

from __future__ import annotations

import streamlit as st

from core.domain.calls import Stage
from core.domain.plans import TeacherChoice
from core.services.projects import PAPER_SAMPLING, choice_for
from pages.components.notices import flash, problems
from pages.components.session import Here
from pages.components.text import safe

WORDS = {
    Stage.TAXONOMY: ("Taxonomy", "proposes children of a node"),
    Stage.SUBJECTS: ("Subjects", "lists the subjects of a discipline"),
    Stage.SYLLABUS: ("Syllabus", "designs class sessions and key concepts"),
    Stage.EXTRACTION: ("Extraction", "turns their free text into structure; a cheaper model will do"),
    Stage.QUESTION: ("Question", "writes homework questions"),
    Stage.ANSWER: ("Answer", "answers them; the paper takes a cheaper, faster model here"),
    Stage.VERIFICATION: ("Verification", "judges answers; best not the model that wrote them"),
}


def options_of(h: Here) -> dict[str, tuple[str, str]]:
    """Label -> (connection id, model) for every model of every connection."""
    return {
        f"{view.connection.name} · {model}": (view.connection.id, model)
        for view in h.work.connections.all()
        for model in view.connection.models
    }


def stage_teachers(h: Here) -> None:
    """One row a stage; saved together."""
    st.markdown(
        "Each stage has its own teacher. Temperature and top-p are those of the GLAN paper until you change them; "
        "structure is converted and judged at temperature 0."
    )
    options = options_of(h)
    present = h.work.projects.teachers(h.project_id)
    _one_for_all(h, options)
    labels = {value: label for label, value in options.items()}
    chosen: dict[Stage, TeacherChoice] = {}
    with st.form("connections.stages", border=True):
        for stage in PAPER_SAMPLING:
            chosen[stage] = _row(stage, present[stage], options, labels)
        pressed = st.form_submit_button("Save teachers", type="primary", key="connections.stages_save")
    if pressed:
        with problems():
            h.work.projects.choose_teachers(h.who, h.project_id, chosen)
            flash("Teachers saved.")
            st.rerun()


def _one_for_all(h: Here, options: dict[str, tuple[str, str]]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = st.selectbox("One teacher for all stages", list(options), key="connections.for_all")
        if st.button("Use it for all stages", key="connections.for_all_save", width="content"):
            connection, model = options[label]
            with problems():
                choices = {stage: choice_for(stage, connection, model) for stage in PAPER_SAMPLING}
                h.work.projects.choose_teachers(h.who, h.project_id, choices)
                for key in [key for key in st.session_state if str(key).startswith("connections.stage.")]:
                    del st.session_state[key]
                flash(f"{label} answers every stage.")
                st.rerun()


def _row(
    stage: Stage, present: TeacherChoice, options: dict[str, tuple[str, str]], labels: dict[tuple[str, str], str]
) -> TeacherChoice:
    title, words = WORDS[stage]
    key = f"connections.stage.{stage.value}"
    now = labels.get((present.connection, present.model))
    listed = list(options) if now else [f"{present.model} (not listed)", *options]
    columns = st.columns([2.4, 3.2, 1.2, 1.2, 1.4], vertical_alignment="bottom")
    columns[0].markdown(f"**{title}**")
    columns[0].caption(words)
    label = columns[1].selectbox(
        f"Teacher for {title.lower()}", listed, index=listed.index(now) if now else 0, key=key, format_func=safe_option
    )
    temperature = columns[2].number_input(
        "Temperature", 0.0, 2.0, present.temperature, 0.1, key=f"{key}.temperature", format="%.2f"
    )
    top_p = columns[3].number_input("Top-p", 0.05, 1.0, present.top_p, 0.05, key=f"{key}.top_p", format="%.2f")
    tokens = columns[4].number_input(
        "Max tokens", 16, 200_000, present.max_tokens, 256, key=f"{key}.tokens", help="Upper bound of one answer."
    )
    connection, model = options.get(label, (present.connection, present.model))
    return TeacherChoice(
        connection=connection, model=model, temperature=temperature, top_p=top_p, max_tokens=int(tokens)
    )


def safe_option(label: str) -> str:
    """Options of a select box are drawn as text; long ones are cut."""
    return safe(label, 90).replace("\\", "")
