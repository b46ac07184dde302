"""Many nodes in one table: what changes is counted, then all of it is saved or nothing, with every problem named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core.domain.states import NodeState
from core.domain.taxonomy import Node
from core.services.bulk_edits import MAX_ROWS, BulkReport
from core.services.tree_edits import Texts
from pages.components.figures import count, when
from pages.components.node_place import HITS, ROWS, selected_id
from pages.components.node_words import path_words
from pages.components.notices import empty, flash, problems
from pages.components.session import Here
from pages.components.text import safe
from pages.components.text_diff import marked
from pages.components.tree_filters import branch_name, query_in_hand, query_key, query_words

_REPORT, _TURN = "taxonomy.table.report", "taxonomy.table.turn"
_WRITTEN = ("Name", "Description", "Synonyms")


@dataclass(frozen=True, slots=True)
class _Rows:
    """What stands in the table: `key` tells tables apart; `places` are shown when the rows come from several."""

    key: str
    nodes: list[Node]
    places: list[str] | None = None


def table_view(h: Here) -> None:
    """What the filters leave, or the children of the node in hand, or the fields."""
    rows = _hits(h) if st.query_params.get(ROWS) == HITS else _children(h)
    if rows:
        _table(h, rows)


def _children(h: Here) -> _Rows | None:
    node_id = selected_id()
    path = h.work.taxonomy.view(h.who, h.project_id, node_id).path if node_id is not None else ()
    node_id = path[-1].id if path else None
    rows = h.work.taxonomy.children(h.project_id, node_id)
    st.markdown(f"#### Below {path_words(path, 60)}" if path else "#### The fields")
    if not rows:
        empty("Nothing to edit", "Nothing stands below this node yet.", ":material/table_edit:")
        return None
    if len(rows) > MAX_ROWS:
        st.caption(f"The first {MAX_ROWS:,} of {len(rows):,}.")
    return _Rows(str(node_id), _as_read(str(node_id), rows[:MAX_ROWS]))


def _hits(h: Here) -> _Rows | None:
    query = query_in_hand()
    st.markdown(f"#### What was found: {query_words(partial(branch_name, h))}")
    found, more = h.work.search.first(h.who, h.project_id, query, MAX_ROWS) if query else ([], False)
    live = [node for node in found if node.state is not NodeState.REMOVED]
    if not live:
        empty("Nothing to edit", "Set a filter or search above the tree that finds something.", ":material/table_edit:")
        return None
    if more:
        st.caption(f"These are the first {len(found):,}; there are more. Save, then narrow the filters to the others.")
    if len(live) < len(found):
        st.caption(f"{count(len(found) - len(live), 'removed node is', 'removed nodes are')} left out: restore first.")
    key = f"hits.{query_key()}"
    kept = _as_read(key, live)
    names = {node.id: node.name for node in h.work.taxonomy.some(h.project_id, {up for n in kept for up in n.above})}
    return _Rows(key, kept, [" › ".join(names.get(up, "") for up in node.above) for node in kept])


def _as_read(table: str, rows: list[Node]) -> list[Node]:
    """The rows as this person began to edit them: edits are told by row number, so the rows must not move meanwhile."""
    key = f"taxonomy.table.rows.{table}"
    kept = st.session_state.get(key)
    edited = st.session_state.get(_editor(table), {}) or {}
    if kept and edited.get("edited_rows"):
        return list(kept)
    st.session_state[key] = rows
    return rows


def _editor(table: str) -> str:
    return f"taxonomy.table.{table}.{st.session_state.get(_TURN, 0)}"


def _table(h: Here, table: _Rows) -> None:
    rows, key = table.nodes, _editor(table.key)
    frame = pd.DataFrame([_cells(node) for node in rows])
    if table.places is not None:
        frame.insert(1, "In", table.places)
    st.data_editor(
        frame,
        key=key,
        hide_index=True,
        width="stretch",
        height=min(620, 60 + 35 * len(rows)),
        disabled=["In", "Kind", "State"],
        column_config={
            "Name": st.column_config.TextColumn(required=True, max_chars=200, width="medium", pinned=True),
            "Description": st.column_config.TextColumn(width="large"),
            "In": st.column_config.TextColumn(help="Where it stands", width="medium"),
            "Kind": st.column_config.TextColumn(width="small"),
            "State": st.column_config.TextColumn(width="small"),
            "Synonyms": st.column_config.TextColumn(help="Separated by semicolons", width="medium"),
        },
    )
    wanted = changed(rows, st.session_state.get(key, {}))
    reopened = sum(
        node.state is NodeState.VERIFIED and texts.meaning != Texts.of(node).meaning for node, texts in wanted
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            f"Save {count(len(wanted), 'row')}" if wanted else "Save",
            type="primary",
            key="taxonomy.table.save",
            icon=":material/save:",
            disabled=not wanted,
        )
        st.button("Start over", key="taxonomy.table.reset", icon=":material/restart_alt:", on_click=_reset)
        words = f"{count(len(wanted), 'row')} will change" if wanted else "Nothing changed yet"
        st.caption(words + (f", {reopened:,} will be proposed again." if reopened else "."))
    if pressed:
        with problems():
            _save(h, wanted)
    report = st.session_state.get(_REPORT)
    if isinstance(report, BulkReport):
        _refused(h, report)


def _cells(node: Node) -> dict[str, str]:
    return {
        "Name": node.name,
        "Description": node.description,
        "Synonyms": "; ".join(node.synonyms),
        "Kind": node.kind.label,
        "State": node.state.value,
    }


def changed(rows: Sequence[Node], edits: Mapping[str, Any]) -> list[tuple[Node, Texts]]:
    """The rows that were written in, with what stands there now."""
    wanted = []
    for number, cells in sorted(dict(edits.get("edited_rows", {})).items(), key=lambda pair: int(pair[0])):
        if int(number) >= len(rows):
            continue
        node = rows[int(number)]
        words = {**_cells(node), **{name: cells[name] or "" for name in _WRITTEN if name in cells}}
        synonyms = node.synonyms
        if words["Synonyms"] != _cells(node)["Synonyms"]:
            synonyms = tuple(word.strip() for word in words["Synonyms"].split(";") if word.strip())
        texts = Texts(words["Name"], words["Description"], synonyms, node.scope_note, node.notation)
        if texts != Texts.of(node):
            wanted.append((node, texts))
    return wanted


def _save(h: Here, wanted: list[tuple[Node, Texts]]) -> None:
    report = h.work.bulk.edit_many(h.who, wanted)
    if report.refused:
        st.session_state[_REPORT] = report
        return
    _reset()
    again = f" {count(report.reopened, 'node is', 'nodes are')} proposed again." if report.reopened else ""
    flash(f"Saved {count(report.saved, 'row')}.{again}")
    st.rerun()


def _reset() -> None:
    """Forget what was written, and read the rows anew."""
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    st.session_state.pop(_REPORT, None)


def _refused(h: Here, report: BulkReport) -> None:
    """Why nothing was saved, row by row; conflicts with both versions."""
    number = len(report.problems) + len(report.conflicts)
    st.error(f"Nothing was saved: {count(number, 'row stands', 'rows stand')} in the way.", icon=":material/error:")
    if report.problems:
        rows = [{"Row": each.seen.name, "Problem": each.message} for each in report.problems]
        st.dataframe(rows, hide_index=True, width="stretch", key="taxonomy.table.problems")
    for each in report.conflicts[:50]:
        _conflict(h, each.mine, each.current)
    if report.conflicts:
        st.button(
            "Save mine over theirs",
            key="taxonomy.table.mine",
            icon=":material/save:",
            help="Saves every changed row of yours, over what others wrote meanwhile in these.",
            on_click=_over,
            args=(report,),
        )


def _conflict(h: Here, mine: Texts, current: Node) -> None:
    history = h.work.history.of_node(h.who, current.project_id, current.id, size=1)
    who = f"{safe(history[0].action.person, 60)}, {when(history[0].action.at)}" if history else "somebody"
    with st.container(border=True):
        st.markdown(f"**{safe(current.name, 100)}** was changed by {who}; it is {current.state.value} now.")
        left, right = st.columns(2)
        for word, yours, theirs in (
            ("Name", mine.name, current.name),
            ("Description", mine.description, current.description),
            ("Synonyms", "; ".join(mine.synonyms), "; ".join(current.synonyms)),
        ):
            if yours != theirs:
                one, other = marked(yours, theirs)
                left.markdown(f":gray[Yours, {word.lower()}]  \n{one}")
                right.markdown(f":gray[Theirs, {word.lower()}]  \n{other}")


def _over(report: BulkReport) -> None:
    """Take the rows as they are now as read, so that the next press of Save writes mine."""
    current = {each.current.id: each.current for each in report.conflicts}
    for key in [key for key in st.session_state if str(key).startswith("taxonomy.table.rows.")]:
        st.session_state[key] = [current.get(node.id, node) for node in st.session_state[key]]
    st.session_state.pop(_REPORT, None)
    flash(f"Look again, then save: {count(len(current), 'row')} of theirs will be overwritten.")
