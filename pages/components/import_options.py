"""How a file is read and brought in: columns, language, scheme, kinds, place, and what happens to what is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from core.domain.taxonomy import NodeKind
from core.errors import NotFoundError
from core.services.tree_files import (
    COLUMN_FIELDS,
    Choices,
    Format,
    Headers,
    ImportReport,
    Reading,
    ReadOptions,
    TextChoice,
    TwinChoice,
    Upload,
)
from pages.components.figures import count
from pages.components.node_place import selected_id
from pages.components.session import Here
from pages.components.text import plain, safe

_NONE = "–"
_TEXTS = {
    TextChoice.KEEP: "Ours stay",
    TextChoice.UNTOUCHED: "The file's, where nobody edited ours by hand",
    TextChoice.FILE: "The file's",
}
_TWINS = {
    TwinChoice.REFUSE: "Refuse the file",
    TwinChoice.FIRST: "Keep the first, leave out the others",
    TwinChoice.MERGE: "Make them one",
}
_DELIMITERS = {"": "Guessed", ",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Bar"}
_SKOS = ("turtle", "rdf-xml", "json-ld")


def read_options(h: Here, upload: Upload, form: Format) -> ReadOptions:
    """What the reader is told, as far as it was chosen earlier."""
    state = st.session_state
    if form.name in _SKOS:
        return ReadOptions(
            language=str(state.get("taxonomy.import.language") or ""),
            scheme=str(state.get("taxonomy.import.scheme") or ""),
        )
    if form.name == "csv":
        return _csv_options(h, upload)
    return ReadOptions()


def _csv_options(h: Here, upload: Upload) -> ReadOptions:
    state = st.session_state
    delimiter = str(state.get("taxonomy.import.delimiter") or "")
    plain = ReadOptions(
        delimiter=delimiter,
        path_separator=str(state.get("taxonomy.import.path_separator") or ""),
        synonym_separator=str(state.get("taxonomy.import.synonym_separator") or ""),
    )
    if not state.get("taxonomy.import.own_columns"):
        return plain
    headers = h.work.files.headers(upload, ReadOptions(delimiter=delimiter))
    chosen = {field: state.get(f"taxonomy.import.column.{field}", _guess(headers, field)) for field in COLUMN_FIELDS}
    columns = {field: str(header) for field, header in chosen.items() if header in headers.every}
    levels = tuple(state.get("taxonomy.import.levels", headers.levels))
    return replace(plain, columns=columns, levels=levels)


def _guess(headers: Headers, field: str) -> str:
    return headers.fields.get(field, _NONE)


def ask_how_to_read(h: Here, upload: Upload, form: Format, reading: Reading | None) -> None:
    """The controls of this format; without a reading those that may make it possible."""
    if form.name == "csv":
        with st.expander("Columns and separators", icon=":material/view_column:", expanded=reading is None):
            _columns(h, upload)
    elif form.name in _SKOS and reading is not None:
        with st.container(horizontal=True):
            _language(reading)
            _scheme(reading)


def _columns(h: Here, upload: Upload) -> None:
    with st.container(horizontal=True):
        delimiter = st.selectbox(
            "Separator", list(_DELIMITERS), format_func=_DELIMITERS.__getitem__, key="taxonomy.import.delimiter"
        )
        st.text_input("Between the names of a path", key="taxonomy.import.path_separator", placeholder="guessed: > / |")
        st.text_input("Between synonyms", key="taxonomy.import.synonym_separator", placeholder="guessed: | or ;")
    headers = h.work.files.headers(upload, ReadOptions(delimiter=delimiter))
    if not st.toggle("Choose the columns myself", key="taxonomy.import.own_columns"):
        found = [f"{safe(header, 40)} is the {field.replace('_', ' ')}" for field, header in headers.fields.items()]
        found += [f"{safe(header, 40)} is level {number}" for number, header in enumerate(headers.levels, 1)]
        st.caption("; ".join(found) or "No column is recognised.")
        return
    for start in range(0, len(COLUMN_FIELDS), 5):
        columns = st.columns(5)
        for column, field in zip(columns, COLUMN_FIELDS[start : start + 5], strict=False):
            options = [_NONE, *headers.every]
            column.selectbox(
                field.replace("_", " ").capitalize(),
                options,
                index=options.index(_guess(headers, field)),
                key=f"taxonomy.import.column.{field}",
            )
    st.multiselect(
        "Or one column per level, the fields first",
        list(headers.every),
        default=list(headers.levels),
        key="taxonomy.import.levels",
    )


def _language(reading: Reading) -> None:
    languages = dict(reading.file.languages)
    if len(languages) > 1:
        st.selectbox(
            "Language in front",
            ["", *languages],
            format_func=lambda code: f"{plain(code)} ({count(languages[code], 'name')})" if code else "Usual choice",
            key="taxonomy.import.language",
            help="English where there is some, else the most frequent. The other languages are kept beside it.",
        )


def _scheme(reading: Reading) -> None:
    schemes = dict(reading.file.schemes)
    if len(schemes) > 1:
        st.selectbox(
            "Scheme",
            ["", *schemes],
            format_func=lambda uri: plain(schemes[uri] or uri, 60) if uri else "All, each as a field",
            key="taxonomy.import.scheme",
        )


def ask_where(h: Here) -> int | None:
    """The top, or below the node in hand."""
    node_id = selected_id()
    try:
        path = h.work.taxonomy.view(h.who, h.project_id, node_id).path if node_id is not None else ()
    except NotFoundError:
        path = ()
    places: Mapping[int | None, str] = {None: "At the top"} | (
        {path[-1].id: f"Below {' › '.join(safe(node.name, 40) for node in path)}"} if path else {}
    )
    return st.selectbox(
        "Where it goes",
        list(places),
        format_func=lambda place: places[place],
        key="taxonomy.import.where",
        help="To import below a node, choose it in the tree first.",
    )


def ask_choices(reading: Reading) -> Choices:
    """What happens to what is there already, and to what the file says beyond names."""
    texts = st.selectbox(
        "Where a node is there with other texts",
        list(_TEXTS),
        format_func=_TEXTS.__getitem__,
        key="taxonomy.import.texts",
        help="What the file leaves empty stays in any case. New names, descriptions and scope notes reopen the votes.",
    )
    twins = TwinChoice.REFUSE
    if any(trouble.twin for trouble in reading.file.troubles):
        twins = st.selectbox(
            "Siblings of one name", list(_TWINS), format_func=_TWINS.__getitem__, key="taxonomy.import.twins"
        )
    state = st.session_state
    marks = any(concept.mark is not None for concept in reading.file.concepts)
    return Choices(
        texts=texts,
        twins=twins,
        marks=marks
        and st.checkbox(
            "Take over verifications from the file",
            key="taxonomy.import.marks",
            help="With who verified and when, as the file says. Otherwise everything new is proposed.",
        ),
        restore=bool(state.get("taxonomy.import.restore")),
        leave_out=bool(state.get("taxonomy.import.leave_out")),
        leaves=_leaves(),
    )


def _leaves() -> tuple[tuple[int, NodeKind], ...]:
    levels = st.session_state.get("taxonomy.import.sub_field_levels") or ()
    return tuple((int(level) - 1, NodeKind.SUB_FIELD) for level in levels)


def ask_after_report(report: ImportReport) -> None:
    """Choices that only matter when the report says so; they count at the next drawing."""
    if report.removed or st.session_state.get("taxonomy.import.restore"):
        st.checkbox(
            "Bring back what is removed here",
            key="taxonomy.import.restore",
            help="With everything that went along when it was removed.",
        )
    if (report.refused and report.can_leave_out) or st.session_state.get("taxonomy.import.leave_out"):
        st.checkbox(
            "Leave out what is refused",
            key="taxonomy.import.leave_out",
            help="With everything below it. The report as a table tells what was left out.",
        )
    levels = [str(number) for number in range(2, len(report.levels) + 1)]
    if len(levels) > 1:
        with st.expander("Kinds", icon=":material/category:", type="compact"):
            st.pills(
                "On these levels nodes without children are sub-fields, not disciplines",
                levels,
                selection_mode="multi",
                key="taxonomy.import.sub_field_levels",
                help="Fields stand at the top; what has children is a sub-field; what has none is a discipline.",
            )
