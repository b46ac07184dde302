"""Proposals beside what is there, in one table: accept, edit, reject singly or many at once, each in one action."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial

import streamlit as st

from core.domain.states import NodeState
from core.domain.taxonomy import Node, Verdict
from core.errors import ConflictError
from core.services.growth import MOST_ROWS, Proposal, Proposals
from core.services.tree_edits import Texts
from pages.components.figures import count
from pages.components.node_place import start_walk
from pages.components.node_propose import can_propose, propose_dialog
from pages.components.node_runs import show_run as show_progress
from pages.components.notices import flash, problems, show_error
from pages.components.presses import press, show_problem
from pages.components.session import Here
from pages.components.text import safe

__all__ = ["can_propose", "decide_table", "propose_dialog", "show_run", "table_key"]
_LAST = "taxonomy.proposals.last"
_EDITED = "taxonomy.proposals.edited"
_SHOWN_ROWS = 14
CHOOSE = "Choose"


def show_run(h: Here, parent: Node | None) -> None:
    """For a place in the tree: the run that asks there, and the table while a teacher's names wait."""
    show_problem()
    show_progress(h, parent)
    place = parent.id if parent else None
    if h.work.growth.waits(h.who, h.project_id, place):
        found = h.work.growth.proposals(h.who, h.project_id, place)
        with st.container(border=True):
            where = f"below {safe(parent.name, 80)}" if parent else "at the top"
            st.markdown(f"##### Proposed {where}")
            waits = parent is not None and parent.state is NodeState.PROPOSED
            decide_table(h, found, "taxonomy.proposals", primary=not waits)
            st.button(
                "Decide on them one by one", key="taxonomy.run.walk", icon=":material/checklist:", on_click=start_walk
            )
    else:
        show_undo(h)


def table_key(name: str, found: Proposals) -> str:
    """The widget key of the table of these rows: with other rows, ticks of before mean nothing."""
    rows = ",".join(f"{row.node.id}.{row.node.version}.{row.own}" for row in found.rows)
    return f"{name}.{hashlib.sha256(rows.encode()).hexdigest()[:12]}"


def decide_table(h: Here, found: Proposals, name: str, *, above: bool = False, primary: bool = True) -> None:
    """The table and its buttons; `above` = rows of several places, each with the name of its own."""
    edited = st.data_editor(
        [_row(row, above=above) for row in found.rows],
        key=table_key(name, found),
        hide_index=True,
        width="stretch",
        height="content" if len(found.rows) <= _SHOWN_ROWS else 36 * _SHOWN_ROWS,
        disabled=["Name", "In", "Came up", "Description", "State"],
        column_config={
            CHOOSE: st.column_config.CheckboxColumn("", width=40, help="Arrow keys move, the space bar ticks."),
            "Name": st.column_config.TextColumn(width=210 if above else 165),
            "In": st.column_config.TextColumn(width=120),
            "Came up": st.column_config.TextColumn(
                width=75, help="In how many of the answers that could have named it. Names that people made have none."
            ),
            "State": st.column_config.TextColumn(width=80),
            "Description": st.column_config.TextColumn(width="large"),
        },
    )
    ticked = [row for row, line in zip(found.rows, edited, strict=True) if line[CHOOSE]]
    if found.total > len(found.rows):
        st.caption(f"The first {MOST_ROWS} of {count(found.total, 'name')}; the rest follows when these are decided.")
    if h.project.quorum > 1:
        st.caption(f"{h.project.quorum} votes are needed: accepting and rejecting are your votes.")
    _buttons(h, found, ticked, name, primary=primary)
    _by_frequency(h, found.open, name)
    show_undo(h)
    _edit(h, found.rows)


def _row(row: Proposal, *, above: bool) -> dict[str, object]:
    node = row.node
    voted = f", you: {row.own.value}" if row.own and node.state is NodeState.PROPOSED else ""
    place = {"In": row.above} if above else {}
    came_up = f"{node.times_seen} of {node.times_asked}" if node.times_asked else ""
    return {
        CHOOSE: False,
        "Name": node.name,
        **place,
        "Came up": came_up,
        "State": f"{node.state.value}{voted}",
        "Description": node.description,
    }


def _buttons(h: Here, found: Proposals, ticked: Sequence[Proposal], name: str, *, primary: bool) -> None:
    """Accept, reject, edit what is ticked; without a tick all that is open."""
    chosen = [row for row in ticked if row.open] if ticked else list(found.open)
    words = count(len(chosen)) if ticked or len(chosen) < 2 else f"all {count(len(chosen))}"
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        accept, reject = _votes(chosen, Verdict.KEEP), _votes(chosen, Verdict.REMOVE)
        off = not chosen
        press(
            f"Accept {words}",
            partial(_decide, h, accept),
            key=f"{name}.accept",
            icon="check",
            primary=primary,
            disabled=off,
        )
        press(f"Reject {words}", partial(_decide, h, reject), key=f"{name}.reject", icon="close", disabled=off)
        one = ticked[0].node if len(ticked) == 1 and ticked[0].node.state is not NodeState.REMOVED else None
        st.button(
            "Edit",
            key=f"{name}.edit",
            icon=":material/edit:",
            disabled=one is None,
            help="Tick one row to edit it.",
            on_click=_open_editor,
            args=(one,),
        )
        decided = len(ticked) - len(chosen) if ticked else 0
        if decided:
            st.caption(f"{count(decided, 'ticked row is', 'ticked rows are')} decided already.")


def _by_frequency(h: Here, rows: Sequence[Proposal], name: str) -> None:
    """Accept what came up often, reject the rest."""
    most = max((row.node.times_seen for row in rows), default=0)
    if most < 2:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        least = st.number_input(
            "Came up in at least", min_value=1, max_value=most, value=min(2, most), key=f"{name}.least", width=150
        )
        often = [row for row in rows if row.node.times_seen >= int(least)]
        rest = [row for row in rows if row.node.times_seen < int(least)]
        press(
            f"Accept these {count(len(often))}",
            partial(_decide, h, _votes(often, Verdict.KEEP)),
            key=f"{name}.accept_often",
            icon="done_all",
            disabled=not often,
        )
        press(
            f"Reject the other {count(len(rest))}",
            partial(_decide, h, _votes(rest, Verdict.REMOVE)),
            key=f"{name}.reject_rest",
            icon="remove_done",
            disabled=not rest,
        )


Choices = dict[int, tuple[Verdict, int]]


def _votes(rows: Sequence[Proposal], verdict: Verdict) -> Choices:
    return {row.node.id: (verdict, row.node.meaning) for row in rows}


def _decide(h: Here, choices: Choices) -> str:
    decided = h.work.growth.decide_many(h.who, h.project_id, choices)
    verified = sum(node.state is NodeState.VERIFIED for node in decided.nodes)
    removed = sum(node.state is NodeState.REMOVED for node in decided.nodes)
    waiting = len(decided.nodes) - verified - removed
    parts = [
        count(number, "name is", "names are") + f" {word}"
        for number, word in ((verified, "accepted"), (removed, "rejected"), (waiting, "waiting for more votes"))
        if number
    ]
    words = f"{', '.join(parts)}."
    st.session_state[_LAST] = (h.project_id, decided.action, words)
    return words


def show_undo(h: Here) -> None:
    """What the last press decided, and the way back while nothing else was done since."""
    project_id, action, words = st.session_state.get(_LAST, ("", 0, ""))
    undoable = h.work.actions.choice(h.who, h.project_id).undo
    if project_id != h.project_id or undoable is None or undoable.id != action:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(safe(words), width="content")
        press("Undo", partial(_undo, h, action), key="taxonomy.proposals.undo", icon="undo", quiet=True)


def _undo(h: Here, action: int) -> str:
    h.work.actions.undo(h.who, h.project_id, action)
    st.session_state.pop(_LAST, None)
    return "Taken back."


_FIELDS = ("name", "description", "synonyms")


def _open_editor(node: Node | None) -> None:
    """Remember which version the person reads, and fill the form with it."""
    if node is None:
        return
    st.session_state[_EDITED] = (node.id, node.version, node.state)
    for field, text in zip(_FIELDS, (node.name, node.description, "\n".join(node.synonyms)), strict=True):
        st.session_state[f"taxonomy.proposal.{field}"] = text


def _close_editor() -> None:
    st.session_state.pop(_EDITED, None)


def _edit(h: Here, rows: Sequence[Proposal]) -> None:
    """The editor, while it is open for one of these rows."""
    if _EDITED not in st.session_state:
        return
    node = next((row.node for row in rows if row.node.id == st.session_state[_EDITED][0]), None)
    if node is None:
        _close_editor()
    else:
        _edit_dialog(h, node)


@st.dialog("Edit a proposal", width="medium", on_dismiss=_close_editor)
def _edit_dialog(h: Here, node: Node) -> None:
    """Name, description and synonyms before it is accepted; what somebody else wrote meanwhile is shown, not lost."""
    if node.state is NodeState.VERIFIED:
        st.caption("A new name or description makes it proposed again, and its votes start anew.")
    with st.form("taxonomy.proposal", border=False):
        name = st.text_input("Name", key="taxonomy.proposal.name")
        text = st.text_area("Description", key="taxonomy.proposal.description")
        synonyms = st.text_area("Synonyms, one a line", key="taxonomy.proposal.synonyms")
        pressed = st.form_submit_button("Save", type="primary", icon=":material/save:", key="taxonomy.proposal.save")
    if pressed:
        with problems():
            _save(h, node, Texts(name, text, tuple(synonyms.splitlines()), node.scope_note, node.notation))


def _save(h: Here, node: Node, texts: Texts) -> None:
    _, version, state = st.session_state[_EDITED]
    try:
        h.work.tree.edit(h.who, node.model_copy(update={"version": version, "state": state}), texts)
    except ConflictError as error:
        if isinstance(error.current, Node):
            _theirs(error, error.current)
            return
        raise
    _close_editor()
    flash("Saved. Accept it when it is right.")
    st.rerun()


def _theirs(error: ConflictError, now: Node) -> None:
    """What stands there now; from here on the person has read it."""
    st.session_state[_EDITED] = (now.id, now.version, now.state)
    show_error(error)
    with st.container(border=True):
        st.text(f"{now.name}\n{now.description}")
        st.caption("Save again to put yours over it, or close this window to keep theirs.")
