"""Samples that wait for a verdict as files for Label Studio and Argilla, so that what is said there can come back."""

from __future__ import annotations

import streamlit as st

from core.services.verdict_imports import HandedOver, Source
from pages.components.figures import bytes_of, count
from pages.components.session import Here

_TOOLS = {Source.LABEL_STUDIO: "Label Studio", Source.ARGILLA: "Argilla"}
_HOW = {
    Source.LABEL_STUDIO: "In Label Studio: make a project, paste the labelling config under *Settings, Labeling "
    "Interface, Code*, import the tasks. Export as JSON, JSON-MIN or CSV when they are judged.",
    Source.ARGILLA: "In Argilla: make a dataset with the text fields `question` and `answer` (and `earlier`, not "
    "required), a label question `verdict` with `accept` and `reject`, optional text questions `reason` and `note`, "
    "and extra metadata allowed; then `dataset.records.from_json(path)`. Export with `dataset.records.to_json(path)`.",
}


def show_handover(h: Here) -> None:
    """The tool, the file, and what to do with it."""
    source = st.segmented_control(
        "Tool",
        list(_TOOLS),
        default=Source.LABEL_STUDIO,
        format_func=_TOOLS.__getitem__,
        key="verdicts.tool",
        required=True,
    )
    tool = source or Source.LABEL_STUDIO
    st.caption(
        "The oldest samples without a verdict. Each carries its id and the hash of its text, so that a verdict finds "
        "the very text it was given to, also when somebody edits it here meanwhile. Nothing says who made it or what "
        "others said of it."
    )
    after = st.number_input(
        "Begin behind sample",
        min_value=0,
        step=1,
        key="verdicts.handover.after",
        width=220,
        help="The id of the last sample that was handed over before; 0 begins with the oldest.",
    )
    handed = h.work.verdict_imports.hand_over(h.project_id, tool, after=int(after))
    with st.container(horizontal=True):
        st.download_button(
            f"Download {count(handed.samples, 'sample')} ({bytes_of(len(handed.content))})",
            handed.content,
            file_name=handed.name,
            mime="application/json",
            key="verdicts.handover.file",
            icon=":material/download:",
            type="primary",
            on_click="ignore",
        )
        if handed.config:
            _config(handed)
    if handed.left:
        rest = count(handed.left, "further sample waits", "further samples wait")
        st.caption(f"{rest} behind sample {handed.last:,}: begin behind it for the next file.")
    st.markdown(_HOW[tool])


def _config(handed: HandedOver) -> None:
    st.download_button(
        "Labelling config",
        handed.config.encode(),
        file_name=handed.name.removesuffix(".json") + ".xml",
        mime="application/xml",
        key="verdicts.handover.config",
        icon=":material/code:",
        on_click="ignore",
    )
