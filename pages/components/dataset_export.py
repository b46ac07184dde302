"""Writing a frozen version: the format, who reads it, how its first row will look, the order, how far the worker is."""

from __future__ import annotations

import streamlit as st

from core.domain.jobs import Job, JobState
from core.domain.records import Dataset
from core.services.exports import FORMATS, LICENCES, Format, Options
from pages.components.figures import count, percent
from pages.components.notices import problems
from pages.components.session import Here, form_token, spend_form_token, wake_worker
from pages.components.text import safe

_SHOWN_LETTERS = 4_000
_LANGUAGES = {
    "en": "English",
    "ar": "Arabic",
    "de": "German",
    "es": "Spanish",
    "fr": "French",
    "hi": "Hindi",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}


def order_panel(h: Here, dataset: Dataset, jobs: tuple[Job, ...]) -> None:
    """Choose a format and have it written; then what the worker is at, or why the last order came to nothing."""
    with st.container(border=True):
        form = _choice()
        options = _options() if form.is_folder else Options()
        _preview(h, dataset, form)
        st.caption("Links and images in the texts are written as they are; on these pages they are shown as text.")
        _order(h, dataset, form, options)
    active = tuple(job.id for job in jobs if job.is_active)
    if active:
        st.fragment(_watch, run_every=1.0)(h, dataset.id, active)
    elif jobs and jobs[0].state in {JobState.FAILED, JobState.CANCELLED}:
        _ended(jobs[0])


def title_of(form: str) -> str:
    """The name of a format, also of one that is offered no more."""
    return FORMATS[form].title if form in FORMATS else form


def _choice() -> Format:
    left, right = st.columns([3, 4], gap="medium")
    name = left.selectbox("Format", list(FORMATS), format_func=title_of, key="datasets.format")
    form = FORMATS[name]
    lineage = ":green-badge[lineage inside]" if form.lineage else ":gray-badge[no lineage]"
    right.markdown(f"**Read by** {safe(form.reads)} {lineage}  \n{safe(form.words, 600)}")
    return form


def _options() -> Options:
    left, right = st.columns([3, 4], gap="medium")
    licence = left.selectbox(
        "Licence",
        list(LICENCES),
        format_func=lambda name: LICENCES[name][0],
        key="datasets.licence",
        help="What others may do with the dataset. It goes into the card and the Croissant file.",
    )
    languages = right.multiselect(
        "Languages of the texts",
        list(_LANGUAGES),
        default=["en"],
        format_func=lambda code: _LANGUAGES.get(code, code),
        accept_new_options=True,
        key="datasets.languages",
        help="Another one by its ISO 639 code, for example sw.",
    )
    return Options(licence, tuple(languages))


def _preview(h: Here, dataset: Dataset, form: Format) -> None:
    with st.expander("How the first row will look", type="compact", key="datasets.preview", on_change="rerun") as shown:
        if shown.open:
            text = h.work.exports.preview(h.project_id, dataset.id, form.key)
            cut = f"{text[:_SHOWN_LETTERS]} ..." if len(text) > _SHOWN_LETTERS else text
            st.code(cut, language=None if form.key == "csv" else "json", wrap_lines=True)


def _order(h: Here, dataset: Dataset, form: Format, options: Options) -> None:
    if not st.button("Write files", key="datasets.write", icon=":material/save:", type="primary"):
        return
    token = f"datasets.write.{dataset.id}.{form.key}"
    with problems():
        h.work.exports.order(h.who, h.project_id, dataset.id, form.key, options, token=form_token(token))
        spend_form_token(token)
        wake_worker()
        st.rerun()


def _watch(h: Here, dataset_id: str, active: tuple[str, ...]) -> None:
    """Renewed by itself; when one of them ends, the page shows its files."""
    jobs = h.work.exports.jobs(h.project_id, dataset_id)
    if tuple(job.id for job in jobs if job.is_active) != active:
        st.rerun()
    for job in jobs:
        if job.is_active:
            _progress(h, job)


def _progress(h: Here, job: Job) -> None:
    bar = st.container(horizontal=True, vertical_alignment="center")
    bar.progress(min(1.0, job.done / job.total) if job.total else 0.0, text=safe(_words(job), 600))
    pressed = bar.button("Cancel", key=f"datasets.cancel.{job.id}", icon=":material/close:", disabled=job.cancel)
    if pressed:
        with problems():
            h.work.exports.cancel(h.who, h.project_id, job.id)
            st.rerun()


def _words(job: Job) -> str:
    name = title_of(job.what["format"])
    if job.cancel:
        return f"{name}: stopping ..."
    if job.state is JobState.QUEUED:
        return f"{name}: tried again soon. {job.error}" if job.error else f"{name}: waits for the worker"
    if not job.total:
        return f"{name}: begins"
    return f"{name}: {job.done:,} of {count(job.total, 'row')} ({percent(job.done / job.total)})"


def _ended(job: Job) -> None:
    name = title_of(job.what["format"])
    if job.state is JobState.CANCELLED:
        st.info(f"{safe(name)} was cancelled; nothing of it was kept.", icon=":material/cancel:")
    else:
        st.error(
            f"**{safe(name)} could not be written.** {safe(job.error, 600)} {safe(job.hint, 400)}",
            icon=":material/error:",
        )
