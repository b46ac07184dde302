"""How a file of seeds is read: what was recognised and why, what a person may choose instead."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import streamlit as st

from core.domain.strategies import TaskType
from core.services.seeds import Field, FieldMap, Format, Look, ReadOptions, Shape, Upload
from pages.components.figures import count
from pages.components.seed_words import short
from pages.components.session import Here
from pages.components.text import plain, safe

Choice = TypeVar("Choice", Format, Shape, TaskType)
_DELIMITERS = {"": "Guessed", ",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Bar"}
_ONE = {
    "question": ("Question", None),
    "answer": ("Answer", "The whole answer, with its reasoning where there is one."),
    "context": ("Context", "What belongs to the question: an input, a passage, a database schema."),
    "final": ("Final answer", "Empty: found in the answer by the task type."),
}


def ask_how_to_read() -> ReadOptions:
    """Format, shape and task type; each is recognised unless somebody chooses."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        form = _choose("Format", list(Format), "format")
        shape = _choose("Shape of the rows", list(Shape), "shape", width=220)
        task = _choose("Task type", list(TaskType), "task", help="Decides how a final answer is found and compared.")
        delimiter = ""
        if form is Format.CSV:
            delimiter = st.selectbox(
                "Separator", list(_DELIMITERS), format_func=_DELIMITERS.__getitem__, key="seeds.import.delimiter"
            )
    return ReadOptions(form, shape, task, None, delimiter or "")


def _choose(
    label: str,
    options: list[Choice],
    name: str,
    help: str | None = None,  # noqa: A002 - the name that Streamlit gives it
    width: int = 180,
) -> Choice | None:
    return st.selectbox(
        label,
        options,
        index=None,
        format_func=lambda option: option.label,
        placeholder="Recognised",
        key=f"seeds.import.{name}",
        help=help,
        width=width,
    )


def ask_mapping(h: Here, upload: Upload, options: ReadOptions, look: Look) -> Look:
    """What was recognised, and which field holds what; the file as it is read with the answer."""
    file = look.file
    st.markdown(
        f":green-badge[:material/search: {file.shape.label}] :blue-badge[{file.format.label}] "
        f":violet-badge[{file.task_type.label}] {count(file.rows, 'row')}"
    )
    st.caption(safe(file.reason, 600))
    if not file.offers:
        return look
    own = st.toggle(
        "Choose the fields myself",
        value=file.shape is Shape.COLUMNS,
        key="seeds.import.own_fields",
        help="Which field of a row holds the question, the answer and the rest.",
    )
    if not own:
        if words := _mapping_words(file.fields):
            st.caption(safe(words, 400))
        return look
    fields = _fields(file.fields, file.offers)
    st.dataframe([_offer(offer) for offer in file.offers], hide_index=True, key="seeds.import.offers", height="content")
    return (
        look
        if fields == file.fields or not fields.question
        else h.work.seeds.look(upload, replace(options, fields=fields))
    )


def _mapping_words(fields: FieldMap) -> str:
    found = {
        "Question": fields.question,
        "answer": fields.answer,
        "context": fields.context,
        "options": ", ".join(fields.options),
        "final answer": fields.final,
    }
    return "; ".join(f"{what} from {name}" for what, name in found.items() if name)


def _fields(known: FieldMap, offers: tuple[Field, ...]) -> FieldMap:
    names = [offer.name for offer in offers]
    chosen = {}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for field, (label, explain) in _ONE.items():
            found = getattr(known, field)
            chosen[field] = st.selectbox(
                label,
                names,
                index=names.index(found) if found in names else None,
                format_func=lambda name: plain(name, 60),
                placeholder="None",
                key=f"seeds.import.field.{field}",
                help=explain,
                width=170,
            )
        options = st.multiselect(
            "Options",
            names,
            default=[name for name in known.options if name in names],
            format_func=lambda name: plain(name, 60),
            key="seeds.import.field.options",
            placeholder="None",
            help="One field with all of them, or one field for each.",
            width=356,
        )
    texts = {field: name or "" for field, name in chosen.items()}
    return FieldMap(**texts, options=tuple(options))


def _offer(offer: Field) -> dict[str, object]:
    return {"Field": offer.name, "Filled": offer.filled, "First values": " · ".join(short(v, 80) for v in offer.first)}
