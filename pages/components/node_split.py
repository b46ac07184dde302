"""The dialog that splits a node: name the new ones, give each its children and subjects."""

from __future__ import annotations

import streamlit as st

from core.domain.taxonomy import NodeKind
from core.services.splitting import Part
from core.services.taxonomy import NodeView
from pages.components.figures import count
from pages.components.node_place import close_dialog, done, select
from pages.components.notices import problems
from pages.components.session import Here, form_token, spend_form_token
from pages.components.text import plain, safe

_MOST_PARTS = 6


@st.dialog("Split", width="medium", on_dismiss=close_dialog)
def split_dialog(h: Here, view: NodeView) -> None:
    """New siblings behind the node; what is given to none stays."""
    node = view.node
    st.markdown(f"**{safe(node.name, 120)}** keeps what you do not give to a new {node.kind.label} behind it.")
    children = {child.id: child.name for child in h.work.taxonomy.children(h.project_id, node.id)}
    subjects: dict[int, str] = {}
    if node.kind is NodeKind.DISCIPLINE:
        subjects = {row.subject.id: row.subject.name for row in h.work.curriculum.subjects(h.project_id, node.id)}
    number = st.number_input("New nodes", 1, _MOST_PARTS, key="taxonomy.split.number", width=140)
    parts = [_part(at, node.kind, children, subjects) for at in range(int(number))]
    given = sum(len(part.children) + len(part.subjects) for part in parts)
    stays = len(children) + len(subjects) - given
    what = "subject" if node.kind is NodeKind.DISCIPLINE else "child"
    if stays > 0:
        st.caption(f"{count(stays, what, 'children' if what == 'child' else 'subjects')} stay here.")
    if st.button("Split", type="primary", icon=":material/call_split:", key="taxonomy.split.submit"):
        with problems():
            made = h.work.splitting.split(h.who, node, parts, token=form_token("taxonomy.split"))
            spend_form_token("taxonomy.split")
            select(made[0].id if made else node.id)
            done(f"Split {count(len(made), 'new node')} off {node.name}.")


def _part(at: int, kind: NodeKind, children: dict[int, str], subjects: dict[int, str]) -> Part:
    with st.container(border=True):
        name = st.text_input(f"Name of new {kind.label} {at + 1}", key=f"taxonomy.split.name.{at}")
        below = _given(f"Its children, of {len(children):,}", f"taxonomy.split.children.{at}", children)
        taught = _given(f"Its subjects, of {len(subjects):,}", f"taxonomy.split.subjects.{at}", subjects)
    return Part(name, below, taught)


def _given(label: str, key: str, names: dict[int, str]) -> tuple[int, ...]:
    if not names:
        return ()
    chosen = st.multiselect(
        label, list(names), key=key, format_func=lambda each: plain(names.get(each, each), 100), placeholder="None yet"
    )
    return tuple(chosen)
