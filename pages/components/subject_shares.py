"""Subjects that two disciplines may have in common: what is shared, and what has a namesake elsewhere."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.domain.curriculum import Subject
from core.domain.taxonomy import Node
from core.services.subject_merges import Namesake
from pages.components.figures import count
from pages.components.presses import press
from pages.components.session import Here
from pages.components.subject_actions import unshare_all
from pages.components.subject_dialogs import do_share, open_dialog
from pages.components.text import safe

_MOST = 20


def show_namesakes(h: Here, node: Node) -> None:
    """Subjects of other disciplines with nearly the same name: share one, or leave both as they are."""
    found = h.work.merges.namesakes(h.project_id, node.id)
    if not found:
        return
    title = f"{count(len(found), 'subject has a namesake', 'subjects have namesakes')} in other disciplines"
    with st.expander(title, icon=":material/share:", key="curriculum.namesakes"):
        st.caption(
            "They stay apart unless you share one. A shared subject keeps one syllabus and its own discipline; the "
            "other discipline lists it too."
        )
        for each in found[:_MOST]:
            _namesake(h, node, each)
        if len(found) > _MOST:
            st.caption(f"And {len(found) - _MOST} more.")


def _namesake(h: Here, node: Node, each: Namesake) -> None:
    own, other, home = each.own, each.other, each.other_home
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{safe(own.name, 80)}** here, **{safe(other.name, 80)}** in {safe(home.name, 80)}", width="stretch"
        )
        key = f"curriculum.namesake.{own.id}.{other.id}"
        offers = (
            (f"Share ours with {safe(home.name, 40)}", partial(do_share, h, (own,), home.id), "ours"),
            (f"Share theirs with {safe(node.name, 40)}", partial(do_share, h, (other,), node.id), "theirs"),
        )
        for label, action, which in offers:
            press(label, action, key=f"{key}.{which}", icon="share", quiet=True)


def show_places(h: Here, subject: Subject, home: str) -> None:
    """Where a subject is taught beside its own discipline, with the way to change that."""
    places = h.work.merges.taught_in(h.project_id, subject.id)
    with st.container(horizontal=True, vertical_alignment="center"):
        if places:
            st.markdown(f"Belongs to **{safe(home, 80)}**, also taught in", width="content")
        for node in places:
            action = partial(unshare_all, h, node.id, (subject.id,))
            key = f"curriculum.unshare.{node.id}"
            press(safe(node.name, 60), action, key=key, icon="link_off", help="No longer share it with this one.")
        share = partial(open_dialog, "share", (subject.id,))
        press("Share…", share, key="curriculum.subject.share", icon="share", quiet=True)
        press(
            "Move…",
            partial(open_dialog, "move", (subject.id,)),
            key="curriculum.subject.move",
            icon="drive_file_move",
            quiet=True,
        )
