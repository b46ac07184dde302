"""The dialog that adds below a node: one with its description, or a whole outline with a preview."""

from __future__ import annotations

import streamlit as st

from core.domain.taxonomy import CHILD_KIND, KINDS_BELOW, Node, NodeKind
from core.services.outlines import LineState, OutlineRow
from pages.components.figures import count
from pages.components.node_place import close_dialog, done, select
from pages.components.notices import problems
from pages.components.session import Here, form_token, spend_form_token
from pages.components.text import safe

_HELP = """One name a line; indent what stands below another. After the name:

- `:: a description`
- `= another name; one more` before the description
"""
_WIDTHS = {"Line": 60, "Name": 260, "Kind": 100, "What becomes of it": 260}
_SHOWN, _TOLD = 500, 5


@st.dialog("Add to the taxonomy", width="medium", on_dismiss=close_dialog)
def add_dialog(h: Here, parent: Node | None) -> None:
    """They start as proposed."""
    kind = CHILD_KIND[parent.kind if parent else None]
    if kind is None:
        return
    st.markdown(f"Below **{safe(parent.name, 120)}**" if parent else "At the top, as fields")
    one, outline = st.tabs(["One", "Outline"], key="taxonomy.add.tab")
    with one:
        _one(h, parent, kind)
    with outline:
        _outline(h, parent)


def _one(h: Here, parent: Node | None, usual: NodeKind) -> None:
    kinds = sorted(KINDS_BELOW[parent.kind if parent else None], key=lambda kind: kind is not usual)
    chosen: NodeKind | None = usual
    if len(kinds) > 1:
        chosen = st.segmented_control(
            "Kind",
            kinds,
            default=usual,
            required=True,
            format_func=lambda kind: kind.label.capitalize(),
            key="taxonomy.add.kind",
            help="Subjects hang from disciplines; anything can stand below a sub-field.",
        )
    kind = chosen or usual
    with st.form("taxonomy.add", border=False):
        name = st.text_input("Name", key="taxonomy.add.name", placeholder="The usual name")
        description = st.text_area(
            "Description (optional)", key="taxonomy.add.description", placeholder="One sentence: what it covers"
        )
        label = f"Add {kind.label}"
        pressed = st.form_submit_button(label, type="primary", icon=":material/add:", key="taxonomy.add.submit")
    if pressed:
        with problems():
            parent_id, token = parent.id if parent else None, form_token("taxonomy.add")
            node = h.work.tree.add(h.who, h.project_id, parent_id, name, description, kind=kind, token=token)
            spend_form_token("taxonomy.add")
            select(node.id)
            done(f"Added {node.name}. It is proposed until it is kept.")


def _outline(h: Here, parent: Node | None) -> None:
    text = st.text_area(
        "Outline",
        key="taxonomy.outline.text",
        height=200,
        placeholder="Optics\n  Geometrical optics :: Light as rays\n  Wave optics = physical optics",
        help=_HELP,
    )
    if not text.strip():
        st.caption("Paste names, indented like a table of contents. You see what each becomes before anything is made.")
        return
    leave_near = st.checkbox(
        "Leave out what is nearly there already",
        key="taxonomy.outline.near",
        help="A name that differs only in a plural, an accent or the order of its words counts as the one there is.",
    )
    with problems():
        parent_id = parent.id if parent else None
        rows = h.work.outlines.preview(h.project_id, parent_id, text, leave_near=leave_near)
        _preview(rows)
        made, wrong = sum(row.made for row in rows), any(row.state is LineState.PROBLEM for row in rows)
        label = f"Add {count(made, 'node')}" if made else "Nothing to add"
        pressed = st.button(
            label,
            type="primary",
            icon=":material/add:",
            key="taxonomy.outline.submit",
            disabled=wrong or not made,
            help="A line has a problem. Mend it; then all are added at once." if wrong else None,
        )
        if pressed:
            token = form_token("taxonomy.outline")
            result = h.work.outlines.add_outline(
                h.who, h.project_id, parent_id, text, leave_near=leave_near, token=token
            )
            spend_form_token("taxonomy.outline")
            select(result.first or parent_id)
            done(f"Added {count(result.made, 'node')}. They are proposed until they are kept.")


def _preview(rows: list[OutlineRow]) -> None:
    states = [row.state for row in rows]
    made = sum(row.made for row in rows)
    known = sum(state in {LineState.EXISTS, LineState.SYNONYM} for state in states)
    parts = [f"{count(made, 'new node')}", f"{known:,} there already"]
    near, wrong = states.count(LineState.NEAR), states.count(LineState.PROBLEM)
    parts += [f"{near:,} nearly there"] if near else []
    parts += [f":red[{count(wrong, 'line')} with a problem]"] if wrong else []
    st.markdown(" · ".join(parts))
    if wrong:
        told = [row for row in rows if row.state is LineState.PROBLEM][:_TOLD]
        st.error("  \n".join(f"Line {row.line.line}: {safe(row.words, 300)}" for row in told), icon=":material/error:")
    shown = sorted(rows, key=lambda row: row.state is not LineState.PROBLEM)[:_SHOWN] if wrong else rows[:_SHOWN]
    table = [
        {
            "Line": row.line.line,
            "Name": "\u2003" * row.line.depth + row.line.name,
            "Kind": row.kind.label if row.kind else "",
            "What becomes of it": row.words,
        }
        for row in shown
    ]
    st.dataframe(
        table,
        hide_index=True,
        width="stretch",
        height="auto" if len(table) < 9 else 320,
        column_config={name: st.column_config.Column(width=width) for name, width in _WIDTHS.items()},
    )
    if len(rows) > _SHOWN:
        st.caption(f"The first {_SHOWN} of {len(rows):,} lines.")
