"""After the quorum was changed: what counting the votes again would decide, and one button that does it."""

from __future__ import annotations

import streamlit as st

from core.services.recounting import Recount
from pages.components.figures import count
from pages.components.notices import flash
from pages.components.presses import press, show_problem
from pages.components.session import Here


def offer_recount(h: Here) -> None:
    """Nothing while all decisions fit the votes and the quorum."""
    show_problem()
    found = h.work.votes.recount_preview(h.project_id)
    if not found:
        return
    with st.container(border=True):
        votes = count(found.quorum, "vote")
        st.markdown(f":material/how_to_vote: **Counting the votes again would change the taxonomy** (quorum: {votes})")
        st.markdown("\n".join(f"- {line}" for line in _lines(found)))
        st.caption("It is one action, which can be undone. What was settled or removed stays as it is.")

        def recount() -> None:
            done = h.work.votes.recount_votes(h.who, h.project_id)
            flash(f"Counted again: {count(done.nodes, 'node')} changed.")

        press("Count the votes again", recount, key="project.recount", icon="how_to_vote")


def _lines(found: Recount) -> list[str]:
    parts = (
        (found.verified, "would be verified"),
        (found.removed, "would be removed, with what is below"),
        (found.reopened, "would be proposed again: too few votes"),
        (found.disputes, "would come to the list of disputes or leave it"),
    )
    return [f"{count(number, 'node')} {words}" for number, words in parts if number]
