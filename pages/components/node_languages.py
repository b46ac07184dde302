"""The names of a node in other languages: a table in its editor, a row for each language, and how they read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.domain.finding import Labels
from pages.components.figures import count
from pages.components.node_place import LANGUAGES

_COLUMNS = {
    "preferred": st.column_config.TextColumn("Name", max_chars=200, width=150, default=""),
    "alternatives": st.column_config.ListColumn("Other names", width=170, default=[]),
    "definition": st.column_config.TextColumn("Definition", max_chars=4000, width=190, default=""),
}
_LANGUAGE = st.column_config.TextColumn(
    "Language", help="A code such as fr, de or pt-br", max_chars=40, width=100, default=""
)


def languages_table() -> Labels:
    """The table, folded away, within the form of the editor; what it says now."""
    turn, labels = st.session_state.get(LANGUAGES, (0, {}))
    words = f": {count(len(labels), 'language')}" if labels else ""
    with st.expander(f"In other languages{words}", icon=":material/translate:"):
        st.data_editor(
            pd.DataFrame([_cells(*each) for each in labels.items()], columns=["language", *_COLUMNS], dtype=object),
            key=f"taxonomy.edit.languages.{turn}",
            num_rows="dynamic",
            hide_index=True,
            width="stretch",
            column_config={"language": _LANGUAGE, **_COLUMNS},
        )
        st.caption("The search finds them, and they do not reopen a verification. A row is added below the last one.")
    return written(labels, st.session_state.get(f"taxonomy.edit.languages.{turn}") or {})


def _cells(code: str, words: Mapping[str, object]) -> dict[str, Any]:
    others = words.get("alternatives")
    texts = {part: str(words.get(part) or "") for part in _COLUMNS}
    return {"language": code, **texts, "alternatives": list(others) if isinstance(others, list | tuple) else []}


def written(labels: Labels, edits: Mapping[str, Any]) -> Labels:
    """The names by language with the edits of the table in them; a row that nobody wrote in stays as it is."""
    gone = set(edits.get("deleted_rows", ()))
    changed = {int(number): cells for number, cells in dict(edits.get("edited_rows", {})).items()}
    rows: list[tuple[str, Mapping[str, object]]] = []
    for number, (code, words) in enumerate(labels.items()):
        if number not in gone:
            rows.append(
                _row({**_cells(code, words), **changed[number]}, words) if changed.get(number) else (code, words)
            )
    rows += [_row({**_cells("", {}), **cells}, {}) for cells in edits.get("added_rows", ()) if any(cells.values())]
    return _by_code(rows)


def _row(cells: Mapping[str, Any], was: Mapping[str, object]) -> tuple[str, Mapping[str, object]]:
    others = [str(name) for name in cells["alternatives"] or () if str(name).strip()]
    texts = {part: str(cells[part] or "") for part in _COLUMNS}
    return str(cells["language"] or "").strip(), {**was, **texts, "alternatives": others}


def _by_code(rows: Sequence[tuple[str, Mapping[str, object]]]) -> Labels:
    """The rows by their codes; two with the same code stay two, so that saving refuses them."""
    found: dict[str, Mapping[str, object]] = {}
    for code, words in rows:
        times = sum(code == each.strip() for each in found)
        found[code + " " * times] = words
    return found


def languages_text(labels: Labels) -> str:
    """All of it as one text, to be compared."""
    lines = []
    for code, words in sorted(labels.items()):
        cells = _cells(code, words)
        names = ", ".join(name for name in (cells["preferred"], *cells["alternatives"]) if name)
        lines.append("; ".join(part for part in (f"{code}: {names}", cells["definition"]) if part))
    return "\n".join(lines)
