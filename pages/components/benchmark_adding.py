"""Add a benchmark file: the file, the field that holds the question, the first questions, what cannot be used."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.services.benchmarks import Benchmark, Look, Upload, question_field
from pages.components.figures import count
from pages.components.file_steps import FileSteps, read_file, stem_of
from pages.components.notices import flash, problems
from pages.components.seed_words import short
from pages.components.session import Here, form_token, spend_form_token
from pages.components.text import plain

_STEPS = FileSteps("benchmarks.adding")
_ABOUT = "JSON lines, JSON, CSV, Parquet, or a text with a question a line. Only the questions are kept, no answers."
_SHOWN = 200
_NUMBER = st.column_config.NumberColumn(width=70, format="localized")
_HALF = st.column_config.TextColumn(width=300)


adding, open_adding = _STEPS.is_open, _STEPS.open


def adding_steps(h: Here, there: Sequence[Benchmark]) -> None:
    """The steps, as far as they are reached; `there` are the files of the project."""
    _STEPS.title("Add a benchmark file")
    upload = _STEPS.upload()
    with problems():
        if upload:
            _with_file(h, upload, there)
        else:
            _STEPS.ask("File with the questions", h.work.benchmarks.keep, _ABOUT)


def _with_file(h: Here, upload: Upload, there: Sequence[Benchmark]) -> None:
    _STEPS.show(upload)

    def look_at() -> Look:
        return _chosen(h, upload, h.work.benchmarks.look(upload))

    look = read_file(upload, look_at, "Mend the file, or choose another one.")
    if not look:
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
        key=_STEPS.key("field"),
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
        key=_STEPS.key("fields"),
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
        key=_STEPS.key("preview"),
    )


def _bad_rows(look: Look) -> bool:
    bad = look.file.bad
    st.markdown(f"**{count(len(bad), 'row')}** cannot be used:")
    st.dataframe(
        [{look.file.counted: row.line, "Reason": row.reason, "Text": short(row.raw)} for row in bad[:_SHOWN]],
        hide_index=True,
        height=min(300, 38 + 35 * min(len(bad), _SHOWN)),
        column_config={look.file.counted: _NUMBER, "Reason": _HALF, "Text": _HALF},
        key=_STEPS.key("bad"),
    )
    which = "this row" if len(bad) == 1 else f"these {count(len(bad), 'row')}"
    return st.checkbox(f"Leave out {which}", key=_STEPS.key("leave_bad"))


def _confirm(h: Here, look: Look, there: Sequence[Benchmark], *, leave_out_bad: bool) -> None:
    found = len(look.file.drafts)
    blocked = bool(look.file.bad) and not leave_out_bad
    if blocked:
        st.caption("All or nothing: mend what cannot be used, or choose to leave it out.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(
            "Name", value=stem_of(look.name), key=_STEPS.key("name"), max_chars=120, width=320, help="As hits name it."
        )
        if st.button(
            f"Add {count(found, 'question')}",
            key=_STEPS.key("go"),
            icon=":material/add:",
            disabled=blocked or not (name or "").strip(),
        ):
            _add(h, look, name or "", there, leave_out_bad=leave_out_bad)


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
        _STEPS.forget()
        st.rerun()
