"""How far the review is: what waits, and what each person did."""

from __future__ import annotations

import streamlit as st

from core.services.reviewers import PersonProgress, Progress
from pages.components.charts import share_column, table
from pages.components.figures import count, duration, when
from pages.components.notices import empty
from pages.components.session import Here


def show_progress(h: Here) -> None:
    """The numbers that lead to their queues, then the people."""
    found = h.work.reviewers.progress(h.who, h.project_id)
    if not found.people and not (found.pending + found.accepted + found.rejected + found.disputed):
        box = empty(
            "No samples to review",
            "Samples appear here as soon as a run has made some; then this page shows who judged how many, and how far "
            "people agree.",
            ":material/groups:",
        )
        query = {"project": h.project_id}
        box.page_link("generate.py", label="Generate samples", icon=":material/auto_awesome:", query_params=query)
        return
    _awaiting(h, found)
    st.subheader("People", anchor=False)
    if not found.people:
        st.info("Nobody has judged a sample yet.", icon=":material/info:")
        return
    table(
        [_row(each) for each in found.people],
        key="reviewers.people",
        name="reviewers",
        columns={
            "Accepted of them": share_column(),
            "Verdicts": st.column_config.NumberColumn(
                help="Given one by one; gold items and bulk verdicts count apart."
            ),
        },
    )
    st.caption(
        "What was taken back does not count. Pace is the median time between two verdicts of one sitting; a pause of "
        "more than five minutes ends a sitting. In bulk counts the samples that bulk verdicts judged. Imported "
        "verdicts and human seeds are nobody's work here."
    )


def _awaiting(h: Here, found: Progress) -> None:
    own = f"{found.own_seconds:,} of them for you" if found.own_seconds < found.seconds else "all of them for you"
    with st.container(horizontal=True, key="reviewers.awaiting"):
        _number(h, "Pending", found.pending, "pending", "Nobody has judged them yet.")
        _number(
            h,
            "Second verdicts due",
            found.seconds,
            "pending",
            "They have one verdict and were drawn for a second person, who does not see the first. The queue of "
            "pending samples mixes them in for everybody but the first person.",
            own if found.seconds else "",
        )
        _number(
            h, "Disputes", found.disputed, "disputed", "Two people said different things; an adjudicator settles it."
        )
        _number(h, "Accepted", found.accepted, "accepted", "Samples that are accepted now.")
        _number(h, "Rejected", found.rejected, "rejected", "Samples that are rejected now.")


def _number(h: Here, name: str, number: int, state: str, explain: str, note: str = "") -> None:
    with st.container(border=True, width=210):
        st.metric(name, count(number), help=explain)
        if note:
            st.caption(note)
        if number:
            query = {"project": h.project_id, "state": state}
            st.page_link("review.py", label="Open the queue", icon=":material/rate_review:", query_params=query)
        else:
            st.caption("None")


def _row(each: PersonProgress) -> dict[str, object]:
    return {
        "Person": each.person,
        "Verdicts": each.verdicts,
        "Accepted": each.accepted,
        "Rejected": each.rejected,
        "Accepted of them": each.accepted / each.verdicts * 100 if each.verdicts else None,
        "In bulk": each.bulk,
        "Skipped": each.skipped,
        "Edits": each.edits,
        "Flags": each.flags,
        "Pace": duration(each.pace) if each.pace is not None else "",
        "Last seen": when(each.seen),
    }
