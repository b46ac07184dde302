"""Files of verdicts that came in, each taken back as one."""

from __future__ import annotations

import streamlit as st

from core.services.verdict_imports import Imported, Source
from pages.components.figures import count, when
from pages.components.presses import press
from pages.components.session import Here
from pages.components.text import safe

_SHOWN = 20


def show_imported(h: Here) -> None:
    """The newest first; nothing where nothing came in."""
    found = h.work.verdict_imports.imports(h.project_id)
    if not found:
        return
    st.markdown("##### Files taken in")
    for one in found[:_SHOWN]:
        _file(h, one)
    if len(found) > _SHOWN:
        st.caption(f"The newest {_SHOWN} of {len(found):,}.")


def _file(h: Here, one: Imported) -> None:
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        words = ", ".join(f"{number:,} {word}" for word, number in sorted(one.counts.items()))
        state = " :gray-badge[taken back]" if one.taken_back else ""
        people = ", ".join(one.people[:4]) + (f" and {len(one.people) - 4} more" if len(one.people) > 4 else "")
        with st.container(width="stretch", gap=None):
            st.markdown(f"**{safe(one.name, 80)}** · {Source(one.source).label}{state}")
            taken_in = f"taken in by {safe(one.person, 60)}, {when(one.at)}"
            st.caption(f"{count(one.count, 'verdict')} ({words}) of {safe(people, 200)} · {taken_in}")
        if not one.taken_back:
            with st.popover("Take back", icon=":material/undo:", type="tertiary"):
                st.markdown(
                    f"All {count(one.count, 'verdict')} of this file stop counting; samples go back to what others say "
                    "of them. The file can be taken in again."
                )
                press(
                    "Take them back",
                    lambda: _take_back(h, one),
                    key=f"verdicts.imported.back.{one.batch}",
                    icon="undo",
                )


def _take_back(h: Here, one: Imported) -> str:
    number = h.work.verdict_imports.take_back(h.who, h.project_id, one.batch)
    return f"{count(number, 'verdict')} of {one.name} taken back."
