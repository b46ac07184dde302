"""Bring a file of seeds in: the file, what was recognised, the first examples, what cannot be used, one button."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.naming import name_key
from core.services.seeds import Leave, Look, SetView, Taking, Upload
from pages.components.figures import count
from pages.components.file_steps import FileSteps, Pasting, read_file, stem_of
from pages.components.notices import flash, problems
from pages.components.seed_mapping import ask_how_to_read, ask_mapping
from pages.components.seed_report import show_report
from pages.components.seed_words import COLUMNS, short
from pages.components.session import Here, form_token, spend_form_token
from pages.components.text import rich

_STEPS = FileSteps("seeds.import")
_ABOUT = (
    "JSON lines, JSON, CSV or Parquet. Recognised by themselves: GSM8K, Self-Instruct tasks, multiple choice with "
    "options, text-to-SQL, OpenAI chat, Alpaca, ShareGPT; for any other table you say which column is what. "
    "Nothing is written before you have seen what would be."
)
_PASTING = Pasting(
    "JSON lines or CSV",
    '{"question": "A shelf holds 12 books. How many do 3 shelves hold?", "answer": "12 * 3 = 36\\n#### 36"}',
)
importing, open_import = _STEPS.is_open, _STEPS.open


def import_steps(h: Here, views: Sequence[SetView]) -> None:
    """The steps, as far as they are reached."""
    _STEPS.title("Import seeds")
    upload = _STEPS.upload()
    with problems():
        if upload:
            _with_file(h, upload, views)
        else:
            _STEPS.ask("File with seeds", h.work.seeds.keep, _ABOUT, _PASTING)


def _with_file(h: Here, upload: Upload, views: Sequence[SetView]) -> None:
    _STEPS.show(upload)
    options = ask_how_to_read()

    def look_at() -> Look:
        return ask_mapping(h, upload, options, h.work.seeds.look(upload, options))

    look = read_file(upload, look_at, "Choose another way to read it above, or mend the file.")
    if look:
        _preview(look)
        leave_out_bad = show_report(look)
        _confirm(h, look, views, leave_out_bad=leave_out_bad)


def _preview(look: Look) -> None:
    st.markdown("##### First examples")
    if not look.preview:
        st.info("No row can be used as it is read now.", icon=":material/playlist_remove:")
        return
    cells: dict[str, list[str]] = {
        "Question": [short(draft.question) for draft in look.preview],
        "Context": [short(draft.context) for draft in look.preview],
        "Options": [" · ".join(draft.options) for draft in look.preview],
        "Answer": [short(draft.answer) for draft in look.preview],
        "Final answer": [draft.final for draft in look.preview],
    }
    st.dataframe(
        {name: column for name, column in cells.items() if any(column)},
        hide_index=True,
        height=min(320, 38 + 35 * len(look.preview)),
        column_config=COLUMNS,
        key="seeds.import.preview",
    )
    with st.expander("The first one in full", icon=":material/article:", type="compact"):
        first = look.preview[0]
        for title, text in (("Question", first.question), ("Context", first.context), ("Answer", first.answer)):
            if text:
                st.caption(title)
                st.markdown(rich(text), anchors=False)


def _confirm(h: Here, look: Look, views: Sequence[SetView], *, leave_out_bad: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        leave = _ask_leave(look)
        name = st.text_input(
            "Name of the set", value=stem_of(look.name), key="seeds.import.name", max_chars=120, width=280
        )
    same = [view.set for view in views if name_key(view.set.name) == name_key(name or "")]
    if same:
        number = max(one.number for one in same) + 1
        st.caption(
            f"A set of this name is there: this becomes its version {number}. Choose another name for a new set."
        )
    blocked = bool(look.file.bad) and not leave_out_bad
    left = _left_out(look, leave)
    if blocked:
        bad = len(look.file.bad)
        which, them = ("row", "it") if bad == 1 else (count(bad, "row"), "them")
        st.caption(f"All or nothing: mend the {which} that cannot be used, or choose to leave {them} out.")
    number = len(look.file.drafts) - left
    if st.button(
        f"Import {count(number, 'example')}",
        key="seeds.import.go",
        type="primary",
        icon=":material/upload:",
        disabled=blocked or not number or not (name or "").strip(),
    ):
        taking = Taking(name or "", new_version=bool(same), leave_out_bad=leave_out_bad, leave_out=leave)
        _import(h, look, taking)


def _ask_leave(look: Look) -> Leave:
    repeats = look.file.repeats
    exact, near = len(repeats.exact_extra), len(repeats.near_extra)
    if not near:
        return Leave.NONE
    words = {
        Leave.NONE: "Keep all",
        Leave.EXACT: f"Leave out {exact:,} exact ones",
        Leave.NEAR: f"Leave out all {near:,}",
    }
    offered = [leave for leave in Leave if leave is not Leave.EXACT or exact]
    chosen = st.selectbox(
        "Repeated questions",
        offered,
        format_func=lambda leave: words[leave],
        key="seeds.import.leave",
        help="The first of each group stays.",
        width=220,
    )
    return chosen or Leave.NONE


def _left_out(look: Look, leave: Leave) -> int:
    repeats = look.file.repeats
    return {Leave.NONE: 0, Leave.EXACT: len(repeats.exact_extra), Leave.NEAR: len(repeats.near_extra)}[leave]


def _import(h: Here, look: Look, taking: Taking) -> None:
    with problems():
        with st.spinner("Importing ..."):
            made = h.work.seeds.take_in(h.who, h.project_id, look, taking, token=form_token("seeds.take_in"))
        spend_form_token("seeds.take_in")
        _STEPS.forget()
        flash(f"{made.label} is there with {count(made.n_examples, 'example')}.")
        st.switch_page("seeds.py", query_params={"project": h.project_id, "set": str(made.id)})
