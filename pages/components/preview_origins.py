"""What a previewed sample was made from: syllabus with the chosen concepts marked, seed, shots, earlier turns."""

from __future__ import annotations

import streamlit as st

from core.domain.records import Sample
from core.domain.seeds import SeedExample
from core.services.previews import Origins, ShownSession
from pages.components.session import Here
from pages.components.text import rich, safe


def show_origins(h: Here, run_id: str, idx: int, *, key: str) -> None:
    """Drawn only when it is opened."""
    box = st.expander(
        "What it was made from", key=f"{key}.origins", icon=":material/account_tree:", type="compact", on_change="rerun"
    )
    if not box.open:
        return
    with box:
        _draw(h.work.previews.origins(h.project_id, run_id, idx), key=key)


def _draw(found: Origins, *, key: str) -> None:
    for session in found.sessions:
        _session(session)
    if found.syllabus:
        with st.popover("The whole syllabus as the prompt shows it", key=f"{key}.syllabus"):
            st.code(found.syllabus, language=None, wrap_lines=True)
    if found.seed:
        _seed("Seed example", found.seed)
    for number, shot in enumerate(found.shots, 1):
        _seed(f"Example {number} in the prompt", shot)
    if found.parent:
        _parent(found.parent)


def _session(session: ShownSession) -> None:
    """A class session in one line; what the question uses is marked."""
    marks = [
        f":yellow-badge[{safe(concept, 120)}]" if concept in session.chosen else f":gray[{safe(concept, 120)}]"
        for concept in session.concepts
    ]
    name = f"**{safe(session.name, 160)}**" if session.chosen else safe(session.name, 160)
    st.markdown(f"{session.number}\\. {name}: {' · '.join(marks)}")


def _seed(title: str, seed: SeedExample) -> None:
    st.caption(f"{title}, number {seed.position + 1}")
    st.markdown(rich(seed.prompt))
    if seed.answer:
        st.caption("Its own answer, which the teacher is not shown")
        st.markdown(rich(seed.answer))


def _parent(parent: Sample) -> None:
    for question, answer in [*parent.history, (parent.question, parent.answer)]:
        st.caption(f"Earlier turn of sample {parent.id}")
        st.markdown(rich(question))
        st.markdown(rich(answer))
