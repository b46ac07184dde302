"""The editor of a node's texts; when somebody else saved first, both versions and a choice."""

from __future__ import annotations

import streamlit as st

from core.domain.finding import Labels
from core.domain.states import NodeState
from core.domain.taxonomy import Node
from core.errors import ConflictError
from core.services.taxonomy import NodeView
from core.services.tree_edits import Texts
from pages.components.node_conflict import versions
from pages.components.node_languages import languages_table
from pages.components.node_place import BASE, CONFLICT, close_dialog, done, open_edit
from pages.components.notices import problems
from pages.components.session import Here


@st.dialog("Edit", width="medium", on_dismiss=close_dialog)
def edit_dialog(h: Here, view: NodeView) -> None:
    """Name, description, synonyms, scope note, notation, the same in other languages."""
    node = view.node
    if BASE not in st.session_state:
        open_edit(node)
    conflict = bool(st.session_state.get(CONFLICT))
    if node.state is NodeState.VERIFIED:
        st.caption("A new name, description or scope note makes it proposed again, and its votes start anew.")
    above = st.container()
    with st.form("taxonomy.edit", border=False):
        mine, languages = _fields(), languages_table()
        label = "Save mine over theirs" if conflict else "Save"
        pressed = st.form_submit_button(label, type="primary", icon=":material/save:", key="taxonomy.edit.submit")
    if pressed:
        with problems():
            _save(h, node, mine, languages)
    if conflict:
        with above:
            _theirs(h, mine, languages, node.id)


def _fields() -> Texts:
    name = st.text_input("Name", key="taxonomy.edit.name")
    description = st.text_area("Description", key="taxonomy.edit.description")
    synonyms = st.text_area(
        "Synonyms, one a line",
        key="taxonomy.edit.synonyms",
        help="Other names for the same thing. The search finds them, and they do not reopen a verification.",
    )
    scope_note = st.text_area(
        "Scope note",
        key="taxonomy.edit.scope_note",
        height=68,
        help="What belongs here and what does not, for the people who decide.",
    )
    notation = st.text_input(
        "Notation",
        key="taxonomy.edit.notation",
        width=240,
        help="A code of a classification, such as 510 in Dewey's.",
    )
    return Texts(name, description, tuple(synonyms.splitlines()), scope_note, notation)


def _save(h: Here, node: Node, mine: Texts, languages: Labels) -> None:
    version, state = st.session_state[BASE]
    read = node.model_copy(update={"version": version, "state": state})
    try:
        after = h.work.tree.edit(h.who, read, mine, languages)
    except ConflictError as error:
        if not isinstance(error.current, Node):
            raise
        st.session_state[CONFLICT] = True
        st.session_state[BASE] = (error.current.version, error.current.state)
        st.rerun()
    reopened = node.state is NodeState.VERIFIED and after.state is NodeState.PROPOSED
    done("Saved. It is proposed again." if reopened else "Saved.")


def _theirs(h: Here, mine: Texts, languages: Labels, node_id: int) -> None:
    view = h.work.taxonomy.view(h.who, h.project_id, node_id)
    with st.container(border=True):
        versions(mine, languages, view.node, view)
        st.caption("Save yours over it with the button below, mend yours first, or take theirs.")
        with st.container(horizontal=True):
            if st.button("Keep theirs", key="taxonomy.edit.theirs", icon=":material/undo:"):
                done("Their text stays.")
            st.button(
                "Put theirs into the form",
                key="taxonomy.edit.start_over",
                icon=":material/edit_note:",
                help="To go on from their text. What you wrote is lost.",
                on_click=open_edit,
                args=(view.node,),
            )
