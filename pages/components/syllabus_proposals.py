"""Proposals of teachers for a syllabus that exists: compare, take part by part, dismiss."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.domain.curriculum import Part, Subject
from core.domain.syllabus_diff import Unit
from core.services.syllabus_proposals import ProposalView
from pages.components.figures import count, when
from pages.components.presses import press
from pages.components.session import Here
from pages.components.syllabus_difference import show_difference

_PARTS = {
    Part.WHOLE: "the whole syllabus",
    Part.OPENING: "introduction and objectives",
    Part.SESSIONS: "the class sessions",
    Part.SESSION: "one class session",
}
_HEADS = ("Present", "Proposed")


def show_proposals(h: Here, subject: Subject) -> int:
    """All that wait for this subject, newest first; how many."""
    views = h.work.proposals.of_subject(subject.id)
    for number, view in enumerate(views):
        _show(h, view, primary=not number)
    return len(views)


def _show(h: Here, view: ProposalView, *, primary: bool) -> None:
    proposal, units = view.proposal, view.units
    name = f"curriculum.proposal.{proposal.id}"
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"##### :material/compare_arrows: Proposal for {_PARTS[proposal.part]}", width="stretch")
            if units:
                take = partial(_take, h, view, frozenset(unit.key for unit in units))
                label = f"Take all {len(units)}" if len(units) > 1 else "Take it"
                press(label, take, key=f"{name}.all", icon="done_all", primary=primary)
            press("Dismiss", partial(_dismiss, h, proposal.id), key=f"{name}.dismiss", icon="close", quiet=True)
        words = f"{count(len(units), 'difference')} from the present syllabus" if units else _same()
        since = ", which was edited after the teacher read it" if view.changed_since and units else ""
        st.caption(f"A teacher wrote it on {when(proposal.at)}. {words}{since}. Taking a part makes it proposed again.")
        show_difference(
            units, view.present, view.proposed, _HEADS, partial(_offer, h, view) if len(units) > 1 else None
        )


def _same() -> str:
    return "It says what stands there already"


def _offer(h: Here, view: ProposalView, unit: Unit) -> None:
    take = partial(_take, h, view, frozenset({unit.key}))
    press("Take", take, key=f"curriculum.proposal.{view.proposal.id}.take.{unit.key}", icon="check")


def _take(h: Here, view: ProposalView, keys: frozenset[str]) -> str:
    left = h.work.proposals.take(h.who, h.project_id, view.proposal.id, keys, version=view.syllabus.version)
    taken = f"{count(len(keys), 'change')} taken."
    return f"{taken} Decide on the rest below." if left else f"{taken} Read the syllabus and verify it."


def _dismiss(h: Here, proposal_id: int) -> str:
    h.work.proposals.dismiss(h.who, h.project_id, proposal_id)
    return "Dismissed. The syllabus stays as it is."
