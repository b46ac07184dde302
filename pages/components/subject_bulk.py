"""All subjects of a discipline in one table to edit: names, levels, subtopics, places; saved all or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core.domain.curriculum import Subject
from core.domain.states import NodeState
from core.domain.subject_lines import LEVELS
from core.domain.taxonomy import Node
from core.errors import RowsRefusedError
from core.services.curriculum import SubjectRow
from core.services.subject_edits import SubjectEdit
from pages.components.figures import count
from pages.components.presses import press
from pages.components.session import Here

MODE, TABLE = "mode", "table"
_BASE = "curriculum.table.base"
_WRONG = "curriculum.table.wrong"
_EDITOR = "curriculum.table.editor"


def editing_table() -> bool:
    """Does the URL say so?"""
    return st.query_params.get(MODE) == TABLE


def open_table() -> None:
    """Begin, with the subjects as they are now."""
    forget_table()
    st.query_params[MODE] = TABLE


def close_table() -> None:
    """Back to the list; what was typed and not saved is gone."""
    forget_table()
    st.query_params.pop(MODE, None)


def forget_table() -> None:
    """Drop what was typed."""
    for key in [key for key in st.session_state if str(key).startswith("curriculum.table.")]:
        del st.session_state[key]


def edit_table(h: Here, node: Node, rows: Sequence[SubjectRow]) -> None:
    """The table, and what stands in the way of saving it."""
    present = {row.subject.id: row.subject for row in rows if row.home is None}
    base = _base(node, present)
    frame = pd.DataFrame([_line(number, present.get(i)) for number, i in enumerate(base, 1)], columns=_COLUMNS)
    st.caption("Nothing is saved before you press Save. Verified subjects whose text changes are proposed again.")
    st.data_editor(
        frame,
        key=_EDITOR,
        hide_index=True,
        width="stretch",
        height=min(640, 40 + 35 * len(base)),
        disabled=["State"],
        column_config={
            "Place": st.column_config.NumberColumn(min_value=1, max_value=len(base), step=1, width=70),
            "Subject": st.column_config.TextColumn(width=240, max_chars=200, required=True),
            "Level": st.column_config.SelectboxColumn(options=list(LEVELS), width=120, required=True),
            "Subtopics": st.column_config.TextColumn(width=290, help="Separated by semicolons."),
            "State": st.column_config.TextColumn(width=90),
        },
    )
    typed = _typed()
    _show_wrong(h, node, present, typed)
    with st.container(horizontal=True, vertical_alignment="center"):
        save = partial(_save, h, node, present)
        press("Save all", save, key="curriculum.table_save", icon="save", primary=True)
        press("Back to the list", close_table, key="curriculum.table_close", quiet=True)


_COLUMNS = ["Place", "Subject", "Level", "Subtopics", "State"]


def _base(node: Node, present: Mapping[int, Subject]) -> dict[int, int]:
    """Ids in the order on screen with the versions that the person saw; kept until the table is closed."""
    known = st.session_state.get(_BASE)
    if known is None or known[0] != node.id:
        shown = {i: s.version for i, s in present.items() if s.state is not NodeState.REMOVED}
        known = (node.id, shown)
        st.session_state[_BASE] = known
    return dict(known[1])


def _line(number: int, subject: Subject | None) -> dict[str, Any]:
    if subject is None:
        return {"Place": number, "Subject": "", "Level": LEVELS[0], "Subtopics": "", "State": "no longer here"}
    topics, state = "; ".join(subject.subtopics), subject.state.value
    return {"Place": number, "Subject": subject.name, "Level": subject.level, "Subtopics": topics, "State": state}


def _typed() -> dict[int, dict[str, Any]]:
    """Place of a row in the table -> the cells that were changed in it."""
    state: Mapping[str, Any] = st.session_state.get(_EDITOR) or {}
    return {int(row): dict(cells) for row, cells in (state.get("edited_rows") or {}).items()}


def _edits(present: Mapping[int, Subject], base: Mapping[int, int], skip: frozenset[int]) -> list[SubjectEdit]:
    ids, found = list(base), []
    for row, cells in _typed().items():
        subject = present.get(ids[row]) if row < len(ids) else None
        if subject is None or subject.id in skip or not set(cells) - {"Place"}:
            continue
        topics = str(cells.get("Subtopics", "; ".join(subject.subtopics)) or "")
        found.append(
            SubjectEdit(
                subject.model_copy(update={"version": base[subject.id]}),
                str(cells.get("Subject", subject.name) or ""),
                str(cells.get("Level", subject.level)),
                tuple(topic.strip() for topic in topics.split(";") if topic.strip()),
            )
        )
    return found


def new_order(ids: Sequence[int], places: Mapping[int, int]) -> list[int]:
    """The ids after some were given another place (row -> place, both as in the table, from 0 and from 1 on)."""
    wish = {row: (places.get(row, row + 1), _lean(row, places.get(row, row + 1))) for row in range(len(ids))}
    return [ids[row] for row in sorted(wish, key=lambda row: (*wish[row], row))]


def _lean(row: int, place: int) -> int:
    """A row that goes up stands before the one whose place it takes, one that goes down behind it."""
    return (place > row + 1) - (place < row + 1)


def _save(h: Here, node: Node, present: Mapping[int, Subject], skip: frozenset[int] = frozenset()) -> str:
    base = dict(st.session_state[_BASE][1])
    places = {row: int(cells["Place"]) for row, cells in _typed().items() if cells.get("Place")}
    order = [i for i in new_order(list(base), places) if i in present] if places else []
    try:
        edits = _edits(present, base, skip)
        changed = h.work.subjects.save_table(h.who, h.project_id, node.id, edits, order)
    except RowsRefusedError as error:
        st.session_state[_WRONG] = error.rows
        raise
    close_table()
    return f"{count(changed, 'subject')} changed{', and their order' if order else ''}."


def _show_wrong(h: Here, node: Node, present: Mapping[int, Subject], typed: Mapping[int, dict[str, Any]]) -> None:
    """Row by row what stands in the way: what was typed, what stands there now, and why."""
    wrong: dict[int, str] = st.session_state.get(_WRONG) or {}
    if not wrong:
        return
    ids = list(st.session_state[_BASE][1])
    cells = {ids[row]: values for row, values in typed.items() if row < len(ids)}
    rows = [
        {
            "Row": ids.index(i) + 1,
            "You typed": "; ".join(f"{name}: {value}" for name, value in cells.get(i, {}).items()),
            "Stands there now": f"{present[i].name}, {present[i].level}" if i in present else "no longer here",
            "Why": why,
        }
        for i, why in wrong.items()
        if i in ids
    ]
    st.dataframe(rows, hide_index=True, width="stretch", key="curriculum.wrong_rows")
    with st.container(horizontal=True):
        others = partial(_save, h, node, present, frozenset(wrong))
        press("Save the other rows", others, key="curriculum.table_others", icon="rule")
        press("Go on with mine", partial(_rebase, present, frozenset(wrong)), key="curriculum.table_mine", quiet=True)
        press("Start over", open_table, key="curriculum.table_fresh", icon="refresh", quiet=True)


def _rebase(present: Mapping[int, Subject], ids: frozenset[int]) -> str:
    node_id, base = st.session_state[_BASE]
    fresh = {i: present[i].version if i in ids and i in present else version for i, version in base.items()}
    st.session_state[_BASE] = (node_id, fresh)
    st.session_state.pop(_WRONG, None)
    return "The next save replaces what stands there now."
