"""Take the taxonomy out: which format carries what, the addresses of nodes, one button."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.errors import NotFoundError
from core.services.tree_files import FORMATS, Format
from pages.components.figures import bytes_of, count
from pages.components.node_place import selected_id
from pages.components.notices import problems
from pages.components.presses import press
from pages.components.session import Here
from pages.components.text import safe

_WRITTEN = "taxonomy.export.written"
_ALL = "all of it"
_CARRIES = {
    "csv": ("A row per node for spreadsheets, with the id of its parent.", _ALL),
    "outline": ("Indented names as people type them.", "names, descriptions, synonyms; no states, links, languages"),
    "json": ("Nested nodes for programs.", _ALL),
    "yaml": ("Nested nodes that people edit.", _ALL),
    "turtle": ("SKOS for thesaurus tools, the most readable syntax.", _ALL),
    "rdf-xml": ("SKOS in the syntax that older tools read.", _ALL),
    "json-ld": ("SKOS for web programs.", _ALL),
    "instructlab": ("InstructLab's folders with a qna.yaml to fill in.", "names, descriptions, order; nothing else"),
}


def export_panel(h: Here) -> None:
    """The whole view."""
    names = list(FORMATS)
    name = st.selectbox(
        "Format",
        names,
        index=names.index("turtle"),
        format_func=lambda each: FORMATS[each].label,
        key="taxonomy.export.format",
    )
    form = FORMATS[name]
    below, where = _where(h)
    st.caption(f"{_CARRIES[name][0]} It carries {_CARRIES[name][1]}. Removed nodes stay here.")
    with problems():
        _write(h, form, below, where)
    with st.expander("What each format carries", icon=":material/table_view:", type="compact"):
        st.dataframe(
            [{"Format": FORMATS[each].label, "For": _CARRIES[each][0], "Carries": _CARRIES[each][1]} for each in names],
            hide_index=True,
            key="taxonomy.export.table",
        )
        st.caption(
            "All of it: kind, order, description, synonyms, scope note, notation, other languages, links, further "
            "statements, who verified it and when. In CSV, JSON and YAML the last of these stand packed in `more`, "
            "`labels`, `links` and `extra`. Votes, subjects and samples are never in a taxonomy file."
        )
    _addresses(h)


def _where(h: Here) -> tuple[int | None, str]:
    node_id = selected_id()
    try:
        node = h.work.taxonomy.view(h.who, h.project_id, node_id).node if node_id is not None else None
    except NotFoundError:
        node = None
    if node is None:
        return None, ""
    whole, branch = "Everything", f"{safe(node.name, 60)} and what is below"
    picked = st.segmented_control("What", [whole, branch], default=whole, key="taxonomy.export.what", required=True)
    return (node.id, node.name) if picked == branch else (None, "")


def _write(h: Here, form: Format, below: int | None, where: str) -> None:
    asked = (h.project_id, form.name, below, h.work.taxonomy.revision(h.project_id))
    label = f"Write {safe(where, 40)} as {form.label}" if where else f"Write as {form.label}"
    kept = st.session_state.get(_WRITTEN)
    file = h.work.settings.exports / str(kept[1]) if kept else None
    fresh = kept is not None and tuple(kept[0]) == asked and file is not None and file.is_file()
    if st.button(
        label,
        key="taxonomy.export.write",
        type="secondary" if fresh else "primary",
        icon=":material/save:",
        help="One snapshot of the tree as it is at this moment.",
    ):
        with st.spinner("Writing ..."):
            made = h.work.files.export_file(h.project_id, form, below=below)
        st.session_state[_WRITTEN] = (asked, made.path.name, made.bytes, made.sha256)
        st.rerun()
    if kept and file and fresh:
        _, _, size, digest = kept
        st.markdown(f"{safe(file.name, 120)}  \n:small[{bytes_of(size)} · SHA-256 `{safe(digest)}`]")
        st.download_button(
            "Download",
            file.read_bytes,
            file_name=file.name,
            mime=form.media_type,
            key="taxonomy.export.download",
            type="primary",
            icon=":material/download:",
            on_click="ignore",
        )


def _addresses(h: Here) -> None:
    base, own = h.work.files.scheme(h.project_id)
    with st.expander("Addresses of nodes", icon=":material/link:", type="compact"):
        st.caption(
            "In SKOS every node has a URI that never changes: the one it was imported with, else this beginning and "
            "the number of the node."
        )
        wanted = st.text_input(
            "URIs begin with", own, key="taxonomy.export.base", placeholder=base, help=f"Now: {safe(base)}"
        )
        press(
            "Save the beginning",
            partial(_save_base, h, wanted),
            key="taxonomy.export.save_base",
            icon="save",
            disabled=wanted.strip() == own,
        )


def _save_base(h: Here, base: str) -> str:
    h.work.files.set_base(h.who, h.project_id, base)
    return "New exports use these addresses."


def nodes_of(h: Here) -> str:
    """How many nodes an export of everything holds, in words."""
    counts = h.work.taxonomy.counts(h.project_id)
    return count(sum(n for (_, state), n in counts.items() if state != "removed"), "node")
