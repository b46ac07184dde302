"""Seed sets in words and figures, the same on every screen."""

from __future__ import annotations

import streamlit as st

from core.domain.seeds import SeedExample
from core.services.seeds import SetView
from pages.components.figures import count, when

GOOD_FOR = (
    "Seeds show a teacher what you want: answer augmentation, question rephrase and new question multiply them, "
    "Self-Instruct and Evol-Instruct grow from them. **GLAN needs none**: it starts from the taxonomy."
)
RATIO = (
    "Which strategy pays depends on the budget ratio, teacher queries over seeds: a low one favours more answers to "
    "the same questions, a high one favours new questions."
)

COLUMNS = {
    "Seed": st.column_config.NumberColumn(width=70, format="localized"),
    "Question": st.column_config.TextColumn(width="medium"),
    "Context": st.column_config.TextColumn(width="small"),
    "Options": st.column_config.TextColumn(width="small"),
    "Answer": st.column_config.TextColumn(width="medium"),
    "Final answer": st.column_config.TextColumn(width="small"),
}


def standing_words(view: SetView) -> str:
    """Whether it can still be edited, and what used it."""
    if view.set.removed:
        return "Removed"
    used = f"used by {count(view.runs, 'run')}" if view.runs else "in use"
    return f"Frozen, {used}" if view.set.frozen_at else "Can be edited"


def made_words(view: SetView) -> str:
    """Where it came from and who brought it."""
    source = f" ({view.set.source})" if view.set.source else ""
    return f"Version {view.set.number}{source} by {view.set.created_by}, {when(view.set.created_at)}."


def short(text: str, limit: int = 300) -> str:
    """One line of a text, for a table."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def example_cells(example: SeedExample) -> dict[str, object]:
    """An example as a row of a table, numbered from 1."""
    return {
        "Seed": example.position + 1,
        "Question": short(example.question),
        "Context": short(example.context),
        "Options": " · ".join(example.options),
        "Answer": short(example.answer),
        "Final answer": example.final,
    }
