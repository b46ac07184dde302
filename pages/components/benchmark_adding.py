"""Add a benchmark file: the file, the field that holds the question, the first questions, what cannot be used."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.errors import ImportRejectedError, StudioError
from core.services.benchmarks import Benchmark, Look, Upload, question_field
from pages.components.figures import bytes_of, count
from pages.components.notices import flash, problems, show_error
from pages.components.seed_words import short
from pages.components.session import Here, form_token, spend_form_token
from pages.components.text import plain, safe

_PREFIX = "benchmarks.adding."
_OPEN, _UPLOAD = f"{_PREFIX}open", f"{_PREFIX}upload"
_ENDINGS = ["jsonl", "ndjson", "json", "csv", "tsv", "txt", "parquet"]
_MEGABYTES, _SHOWN = 25, 200
_NUMBER = st.column_config.NumberColumn(width=70, format="localized")
_HALF = st.column_config.TextColumn(width=300)


def adding() -> bool:
    """Are the steps open?"""
    return bool(st.session_state.get(_OPEN))


def open_adding() -> None:
    """Begin, or begin again."""
    _forget()
    st.session_state[_OPEN] = True


def _forget() -> None:
    for key in [key for key in st.session_state if str(key).startswith(_PREFIX)]:
        del st.session_state[key]


def adding_steps(h: Here, there: Sequence[Benchmark]) -> None:
    """The steps, as far as they are reached; `there` are the files of the project."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Add a benchmark file", anchor=False, width="stretch")
        st.button("Cancel", key="benchmarks.cancel", icon=":material/close:", type="tertiary", on_click=_forget)
    kept = st.session_state.get(_UPLOAD)
    with problems():
        if kept:
            _with_file(h, Upload(*kept), there)
        else:
            _ask_for_file(h)


def _ask_for_file(h: Here) -> None:
    file = st.file_uploader("File with the questions", type=_ENDINGS, key=f"{_PREFIX}file", max_upload_size=_MEGABYTES)
    st.caption(
        "JSON lines, JSON, CSV, Parquet, or a text with a question a line. Only the questions are kept, no answers."
    )
    if file is not None:
        upload = h.work.benchmarks.keep(file.getvalue(), file.name)
        open_adding()
        st.session_state[_UPLOAD] = (upload.digest, upload.name, upload.size)
        st.rerun()


def _with_file(h: Here, upload: Upload, there: Sequence[Benchmark]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f":material/draft: **{safe(upload.name, 80)}** · {bytes_of(upload.size)}", width="content")
        st.button("Another file", key="benchmarks.another", icon=":material/restart_alt:", on_click=open_adding)
    try:
        with st.spinner(f"Reading {safe(upload.name, 60)} ..."):
            look = _chosen(h, upload, h.work.benchmarks.look(upload))
    except ImportRejectedError as error:
        show_error(StudioError(error.message, error.hint or "Mend the file, or choose another one."))
        return
    if not look.file.drafts:
        _fields(look)
        return
    _preview(look)
    leave_out_bad = _bad_rows(look) if look.file.bad else False
    _confirm(h, look, there, leave_out_bad=leave_out_bad)


def _chosen(h: Here, upload: Upload, look: Look) -> Look:
    """The file as it is read with the field that a person chose."""
    names = [offer.name for offer in look.file.offers]
    guess = question_field(look.file)
    field = st.selectbox(
        "Field with the question",
        names,
        index=names.index(guess) if guess in names else None,
        format_func=lambda name: plain(name, 60),
        placeholder="The first question of each conversation" if look.file.drafts else "Choose a field",
        key=f"{_PREFIX}field",
        width=320,
    )
    return look if not field or field == guess else h.work.benchmarks.look(upload, field)


def _fields(look: Look) -> None:
    st.info("No question is found: choose the field that holds it.", icon=":material/playlist_remove:")
    st.dataframe(
        [
            {"Field": offer.name, "Filled": offer.filled, "First values": " · ".join(short(v, 80) for v in offer.first)}
            for offer in look.file.offers
        ],
        hide_index=True,
        height="content",
        column_config={"First values": st.column_config.TextColumn(width=600)},
        key=f"{_PREFIX}fields",
    )


def _preview(look: Look) -> None:
    st.markdown(f"**{count(len(look.file.drafts), 'question')}** in {count(look.file.rows, 'row')}. The first of them:")
    st.dataframe(
        [
            {look.file.counted: line, "Question": short(draft.question)}
            for line, draft in zip(look.file.lines, look.preview, strict=False)
        ],
        hide_index=True,
        height=min(320, 38 + 35 * len(look.preview)),
        column_config={look.file.counted: _NUMBER, "Question": st.column_config.TextColumn(width=600)},
        key=f"{_PREFIX}preview",
    )


def _bad_rows(look: Look) -> bool:
    bad = look.file.bad
    st.markdown(f"**{count(len(bad), 'row')}** cannot be used:")
    st.dataframe(
        [{look.file.counted: row.line, "Reason": row.reason, "Text": short(row.raw)} for row in bad[:_SHOWN]],
        hide_index=True,
        height=min(300, 38 + 35 * min(len(bad), _SHOWN)),
        column_config={look.file.counted: _NUMBER, "Reason": _HALF, "Text": _HALF},
        key=f"{_PREFIX}bad",
    )
    which = "this row" if len(bad) == 1 else f"these {count(len(bad), 'row')}"
    return st.checkbox(f"Leave out {which}", key=f"{_PREFIX}leave_bad")


def _confirm(h: Here, look: Look, there: Sequence[Benchmark], *, leave_out_bad: bool) -> None:
    found = len(look.file.drafts)
    blocked = bool(look.file.bad) and not leave_out_bad
    if blocked:
        st.caption("All or nothing: mend what cannot be used, or choose to leave it out.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(
            "Name", value=_stem(look.name), key=f"{_PREFIX}name", max_chars=120, width=320, help="As hits name it."
        )
        if st.button(
            f"Add {count(found, 'question')}",
            key="benchmarks.go",
            icon=":material/add:",
            disabled=blocked or not (name or "").strip(),
        ):
            _add(h, look, name or "", there, leave_out_bad=leave_out_bad)


def _stem(name: str) -> str:
    return name.rsplit(".", 1)[0].replace("_", " ").strip()[:120]


def _add(h: Here, look: Look, name: str, there: Sequence[Benchmark], *, leave_out_bad: bool) -> None:
    with problems():
        token = form_token("benchmarks.take_in")
        made = h.work.benchmarks.take_in(h.who, h.project_id, look, name, token=token, leave_out_bad=leave_out_bad)
        spend_form_token("benchmarks.take_in")
        known = made.id in {each.id for each in there}
        flash(
            f"These questions are there already, as {made.name}."
            if known
            else f"{made.name} is there with {count(made.n_rows, 'question')}."
        )
        _forget()
        st.rerun()
