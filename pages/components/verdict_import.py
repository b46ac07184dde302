"""Verdicts from Argilla, Label Studio or a table: the file, what words and people mean, what it would do, one button.

`verdict_import_panel(h)` draws all of it: files in, samples out to those tools, and what came in before.
"""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.services.verdict_imports import Choice, Fate, Imported, Look, Preview, Upload
from pages.components.courses import course
from pages.components.figures import count
from pages.components.file_steps import FileSteps, Pasting, read_file
from pages.components.notices import flash, problems
from pages.components.presses import show_problem
from pages.components.session import Here
from pages.components.verdict_handover import show_handover
from pages.components.verdict_imported import how_far, show_file, show_imported
from pages.components.verdict_mapping import ask_fields, ask_people, ask_words
from pages.components.verdict_preview import show_preview

_STEPS = FileSteps("verdicts.import")
_STAMP = _STEPS.key("stamp")
_STOPPED = ":material/pause_circle:"
_ABOUT = (
    "Argilla 1 and 2 (records as JSON, datasets as JSON or Parquet) · Label Studio (JSON, JSON-MIN, CSV) · a table "
    "of your own with sample_id or content_hash, person, verdict, reason and note. A verdict counts for the text "
    "it was given to. Nothing is written before you have seen what would be."
)
_PASTING = Pasting(
    "Table or JSON lines",
    "sample_id,content_hash,person,verdict,reason,note\n12,,Ana,accept,,\n13,,Ana,reject,wrong answer,",
)
_WAYS = ("Bring verdicts in", "Hand samples over")


def verdict_import_panel(h: Here) -> None:
    """Everything about verdicts of other tools; a page places it where it likes."""
    show_problem()
    way = st.segmented_control(
        "Direction", _WAYS, default=_WAYS[0], key="verdicts.way", required=True, label_visibility="collapsed"
    )
    if way == _WAYS[1]:
        with problems():
            show_handover(h)
        return
    upload = _STEPS.upload()
    with problems():
        if upload:
            _with_file(h, upload)
        else:
            _STEPS.ask("File with verdicts", partial(h.work.verdict_imports.keep, h.who), _ABOUT, _PASTING)
            show_imported(h)


def _with_file(h: Here, upload: Upload) -> None:
    _STEPS.show(upload)

    def look_at() -> Look:
        return ask_fields(h, upload, h.work.verdict_imports.look(upload))

    look = read_file(upload, look_at, "Mend the file, or export it again.")
    if not look:
        return
    words, open_words = ask_words(look)
    choice = Choice(words, ask_people(h, look))
    with st.spinner("Looking for the texts ..."):
        preview = h.work.verdict_imports.preview(h.project_id, look, choice)
    show_preview(look, preview)
    _confirm(h, look, choice, preview, open_words)


def _confirm(h: Here, look: Look, choice: Choice, preview: Preview, open_words: int) -> None:
    if preview.stands and not _goes_on(h, preview.stands, preview):
        return
    stamp = st.session_state.pop(_STAMP, None)
    if stamp:
        _take_in(h, look, choice, preview, stamp)
    number = len(preview.plan.written)
    if open_words:
        which = (
            "a word above means, or leave it" if open_words == 1 else f"{open_words:,} words above mean, or leave them"
        )
        st.caption(f":material/help: Say what {which} out.")
    elif not number:
        st.caption(f":material/info: {_why_nothing(preview)}")
    st.button(
        f"Take in {'the rest' if preview.stands else count(number, 'verdict')}",
        key="verdicts.import.go",
        icon=":material/move_to_inbox:",
        type="primary",
        disabled=bool(open_words) or not (number or preview.stands),
        on_click=_mean,
        args=(preview.plan.stamp,),
    )


def _why_nothing(preview: Preview) -> str:
    fates = preview.plan.fates
    if fates[Fate.UNMATCHED] == sum(fates.values()):
        return "None of these texts is in this project. Is it the file of another project?"
    return "Nothing in this file would add anything here."


def _goes_on(h: Here, stands: Imported, preview: Preview) -> bool:
    """Say how far the file is in; can it be gone on with?"""
    if stands.undone:
        st.warning("A part of this file is taken back. Take back the rest, then it can come in again.", icon=_STOPPED)
    elif stands.complete:
        st.info(
            "This very file is in already, so taking it in again would change nothing. To read it otherwise, take it "
            "back first.",
            icon=":material/task_alt:",
        )
    elif stands.reading != preview.reading:
        st.warning(
            f"{how_far(stands)}, and then words, people or questions were chosen otherwise than now. Choose them as "
            "then to finish it, or take back what is in.",
            icon=_STOPPED,
        )
    else:
        st.warning(f"{how_far(stands)}. Take in the rest, or take back what is in.", icon=_STOPPED)
        show_file(h, stands)
        return True
    show_file(h, stands)
    return False


def _mean(stamp: str) -> None:
    """What was shown when the button was drawn is what comes in."""
    st.session_state[_STAMP] = stamp


def _take_in(h: Here, look: Look, choice: Choice, preview: Preview, stamp: str) -> None:
    expected = len(preview.plan.written) + (preview.stands.count if preview.stands else 0)
    with course("Verdicts dealt with") as tell:
        made = h.work.verdict_imports.take_in(h.who, h.project_id, look, choice, stamp=stamp, tell=tell)
    _STEPS.forget()
    number, kept = made.count if made else 0, preview.plan.fates[Fate.KEPT]
    rest = f", {kept:,} of them for earlier texts" if kept else ""
    left = f" {count(expected - number, 'verdict')} passed over: judged here meanwhile." if number < expected else ""
    flash(f"{count(number, 'verdict')} of {look.name} taken in{rest}.{left}")
    st.rerun()
