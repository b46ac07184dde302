"""Files of verdicts that came in, each taken back as one."""

from __future__ import annotations

import streamlit as st

from core.services.verdict_imports import Imported, Source
from pages.components.courses import course
from pages.components.figures import count, when
from pages.components.notices import flash
from pages.components.session import Here
from pages.components.text import safe

_SHOWN = 20
_BATCH = "verdicts.imported.batch"


def show_imported(h: Here) -> None:
    """The newest first; nothing where nothing came in."""
    found = h.work.verdict_imports.imports(h.project_id)
    if not found:
        return
    st.markdown("##### Files taken in")
    for one in found[:_SHOWN]:
        show_file(h, one, alone=False)
    if len(found) > _SHOWN:
        st.caption(f"The newest {_SHOWN} of {len(found):,}.")


def show_file(h: Here, one: Imported, *, alone: bool = True) -> None:
    """What came in of it, from whom, and the way back; not `alone` also how far it is."""
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        words = ", ".join(f"{number:,} {word}" for word, number in sorted(one.counts.items()))
        people = ", ".join(one.people[:4]) + (f" and {len(one.people) - 4} more" if len(one.people) > 4 else "")
        with st.container(width="stretch", gap=None):
            st.markdown(f"**{safe(one.name, 80)}** · {Source(one.source).label}{_state(one)}")
            taken_in = f"taken in by {safe(one.person, 60)}, {when(one.at)}"
            st.caption(f"{count(one.count, 'verdict')} ({words}) of {safe(people, 200)} · {taken_in}")
            if not (alone or one.complete or one.undone):
                words = f"{how_far(one)}. Unless somebody is taking it in just now, bring it again for the rest."
                st.caption(f":material/pause_circle: {words}")
        if not one.taken_back:
            with st.popover("Take back", icon=":material/undo:", type="tertiary"):
                st.markdown(
                    f"All {count(one.count, 'verdict')} of this file stop counting; samples go back to what others say "
                    "of them. The file can be taken in again."
                )
                st.button(
                    "Take back the rest" if one.undone else "Take them back",
                    key=f"verdicts.imported.back.{one.batch}",
                    icon=":material/undo:",
                    on_click=_mean,
                    args=(one.batch,),
                )
    if st.session_state.get(_BATCH) == one.batch:
        del st.session_state[_BATCH]
        _take_back(h, one)


def how_far(one: Imported) -> str:
    """Of a file that is not in to its end: it stopped there, or somebody is taking it in just now."""
    return f"This file is in up to verdict {one.done:,} of {one.total:,} ({count(one.count, 'verdict')})"


def _state(one: Imported) -> str:
    if one.taken_back:
        return " :gray-badge[taken back]"
    if one.undone:
        return f" :orange-badge[{one.undone:,} taken back]"
    return "" if one.complete else " :orange-badge[in part]"


def _mean(batch: str) -> None:
    st.session_state[_BATCH] = batch


def _take_back(h: Here, one: Imported) -> None:
    with course("Verdicts taken back") as tell:
        number = h.work.verdict_imports.take_back(h.who, h.project_id, one.batch, tell=tell)
    flash(f"{count(number, 'verdict')} of {one.name} taken back.")
    st.rerun()
