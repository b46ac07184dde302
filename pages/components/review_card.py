"""The plain card of one sample, drawn by Streamlit itself where the card's own script is not there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.domain.review import VERDICTS
from core.domain.states import ReviewState
from core.services.sample_views import SampleView
from pages.components.figures import count, when
from pages.components.review_lineage import (
    CHECKED,
    STATES,
    WISHED,
    because,
    checks,
    history_words,
    lineage_words,
    links,
    said_beside,
    said_word,
    wished,
)
from pages.components.review_task import TaskPart, task_part
from pages.components.sample_source import draw_seed, draw_turns, turn_title
from pages.components.text import rich, safe
from pages.components.text_diff import word_changes

_LOOK = {" ": "{}", "-": "~~:red[{}]~~", "+": ":green-background[{}]"}


def draw_card(view: SampleView, guidelines: str) -> None:
    """Question and answer on the left, lineage and history on the right."""
    left, right = st.columns([13, 7], gap="medium")
    with left:
        history = view.sample.history
        draw_turns(history)
        _text(turn_title("Question", history), view.sample.question)
        _text(turn_title("Answer", history), view.sample.answer)
        task = task_part(view)
        if task:
            _task(task)
        _changes(view)
    with right:
        _standing(view)
        st.markdown("\n".join(f"- {safe(line, 900)}" for line in lineage_words(view)))
        draw_seed(view.sample.lineage)
        for words, page, query in links(view.sample):
            st.page_link(f"{page}.py", label=words, icon=":material/open_in_new:", query_params=query)
        if guidelines.strip():
            st.expander("Guidelines", icon=":material/rule:").markdown(rich(guidelines), anchors=False)
        _history(view)


def _text(title: str, body: str) -> None:
    with st.container(border=True, gap="xsmall"):
        st.caption(title)
        st.markdown(rich(body), anchors=False)


def _task(part: TaskPart) -> None:
    with st.container(border=True, gap="xsmall"):
        st.caption(part.title)
        for option in part.options:
            st.markdown(f"{':material/check: ' if option.marked else ''}**{option.letter}** {rich(option.text)}")
        if part.sql:
            st.code(part.sql, language="sql", wrap_lines=True)
        if part.words:
            st.text(part.words)
        if part.told:
            st.caption(safe(part.told, 600))


def _changes(view: SampleView) -> None:
    sample = view.sample
    before = next((old for old in view.revisions if old["n"] == sample.revision - 1), None)
    if before is None:
        return
    with st.expander(f"What changed since revision {before['n']}", icon=":material/difference:"):
        if wished(view):
            st.caption(WISHED)
            st.markdown(safe(wished(view), 2000))
        for name, new in (("question", sample.question), ("answer", sample.answer)):
            if str(before[name]) != new:
                st.caption(name.capitalize())
                parts = word_changes(str(before[name]), new)
                st.markdown(" ".join(_LOOK[how].format(safe(text, 2000)) for how, text in parts if text.strip()))


def _standing(view: SampleView) -> None:
    sample = view.sample
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.markdown(f"**Sample {sample.id}**")
        for label, icon, colour in (STATES[sample.review], CHECKED[sample.verification]):
            st.badge(label, icon=f":material/{icon}:", color=colour)  # type: ignore[arg-type]
        if sample.flagged:
            st.badge("Flagged", icon=":material/flag:", color="orange")
    for words, passed in checks(view):
        st.caption(f"{':material/verified:' if passed else ':material/warning:'} {safe(words, 600)}")
    for entry in said_beside(view):
        colour = "green" if VERDICTS[entry.verdict] is ReviewState.ACCEPTED else "red"
        why = f": {safe(because(entry), 600)}" if because(entry) else ""
        st.markdown(f"**{safe(entry.person, 80)}** :{colour}[{said_word(entry)}]{why}")


def _history(view: SampleView) -> None:
    entries, revision = len(view.reviews), view.sample.revision
    label = f"History: revision {revision}, {count(entries, 'entry', 'entries')}"
    with st.expander(label, icon=":material/history:"):
        st.markdown("\n".join(f"- {safe(line, 900)}" for line in history_words(view.reviews)))
        if not view.reviews:
            st.caption("No entry to show.")
        for earlier in view.revisions:
            if earlier["n"] != revision:
                _earlier(earlier)


def _earlier(revision: Mapping[str, Any]) -> None:
    st.caption(f"Revision {revision['n']} by {safe(revision['person'], 80)}, {when(revision['at'])}")
    st.code(f"{revision['question']}\n\n{revision['answer']}", language=None, wrap_lines=True)
