"""The first step of an import: a file or pasted text. Session state holds its hash; the content is kept by the core."""

from __future__ import annotations

import streamlit as st

from core.services.tree_files import FORMATS, Format, Upload
from pages.components.figures import bytes_of
from pages.components.notices import problems
from pages.components.session import Here
from pages.components.text import safe

UPLOAD = "taxonomy.import.upload"
MEGABYTES = 48
_ENDINGS = sorted({ending.lstrip(".") for form in FORMATS.values() for ending in form.extensions})
_PREFIX = "taxonomy.import."


def chosen_upload() -> Upload | None:
    """The file in hand."""
    kept = st.session_state.get(UPLOAD)
    return Upload(*kept) if kept else None


def forget() -> None:
    """Begin again with another file; every choice made for this one goes."""
    for key in [key for key in st.session_state if str(key).startswith(_PREFIX)]:
        del st.session_state[key]


def ask_for_file(h: Here) -> None:
    """Upload or paste."""
    way = st.segmented_control(
        "Where it comes from", ["Upload", "Paste"], default="Upload", key="taxonomy.import.way", required=True
    )
    with problems():
        if way == "Paste":
            _paste(h)
        else:
            _upload(h)
    st.caption(
        "CSV with a path, parent ids or a column per level · indented outline · JSON · YAML · SKOS as Turtle, RDF/XML "
        "or JSON-LD · InstructLab's folders as a zip. Nothing is written before you have seen what would happen."
    )


def _upload(h: Here) -> None:
    file = st.file_uploader("Taxonomy file", type=_ENDINGS, key="taxonomy.import.file", max_upload_size=MEGABYTES)
    if file is not None:
        _keep(h, file.getvalue(), file.name)


def _paste(h: Here) -> None:
    text = st.text_area(
        "Outline, CSV, JSON, YAML or SKOS",
        key="taxonomy.import.text",
        height=220,
        placeholder="Natural science\n  Physics\n    Optics\n    Mechanics",
    )
    if st.button(
        "Read it", key="taxonomy.import.read", icon=":material/plagiarism:", disabled=not text, type="primary"
    ):
        _keep(h, text.encode("utf-8", "replace"), "pasted text")


def _keep(h: Here, content: bytes, name: str) -> None:
    upload = h.work.files.uploads.keep(content, name)
    form = h.work.files.guess(name, content)
    forget()
    st.session_state[UPLOAD] = (upload.digest, upload.name, upload.size)
    st.session_state["taxonomy.import.guessed"] = form.name
    st.rerun()


def show_file(upload: Upload) -> Format:
    """The file in hand, its format, and the way to another one."""
    names = list(FORMATS)
    guessed = str(st.session_state.get("taxonomy.import.guessed", names[0]))
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.markdown(f":material/draft: **{safe(upload.name, 80)}** · {bytes_of(upload.size)}", width="content")
        name = st.selectbox(
            "Format",
            names,
            index=names.index(guessed),
            format_func=lambda n: FORMATS[n].label,
            key="taxonomy.import.format",
            width=240,
            help="Recognised by the ending and the first lines.",
        )
        st.button("Another file", key="taxonomy.import.another", icon=":material/restart_alt:", on_click=forget)
    return FORMATS[name]
