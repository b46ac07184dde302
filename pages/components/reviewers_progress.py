"""How far the review is: what waits, and what each person did."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from core.services.reviewers import PersonProgress, Progress
from pages.components.charts import share_column, table
from pages.components.figures import count, duration
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
        box = empty(
            "Nobody has judged a sample yet",
            f"{count(found.pending, 'sample waits', 'samples wait')} in the queue. Everybody who opens it gets samples "
            "of their own; what each of them did stands here from the first verdict on.",
            ":material/groups:",
        )
        query = {"project": h.project_id}
        box.page_link("review.py", label="Begin the review", icon=":material/rate_review:", query_params=query)
        return
    table(
        [_row(each) for each in found.people],
        key="reviewers.people",
        name="reviewers",
        columns={
            "Acceptance": share_column(),
            "Last seen": st.column_config.DatetimeColumn(format="distance"),
            "Verdicts": st.column_config.NumberColumn(
                help="Given one by one, second verdicts and gold items among them; bulk verdicts count apart."
            ),
        },
    )
    st.caption(
        "What was taken back does not count. Pace is the median time between two verdicts of one sitting; a pause of "
        "more than five minutes ends a sitting. In bulk counts the samples that bulk verdicts judged. Imported "
        "verdicts and human seeds are nobody's work here."
    )


def _awaiting(h: Here, found: Progress) -> None:
    with st.container(horizontal=True, key="reviewers.awaiting"):
        _number(h, "Pending", found.pending, "pending", "Nobody has judged them yet.")
        _number(
            h,
            "Second due",
            found.seconds,
            "pending",
            "They have one verdict and were drawn for a second person, who does not see the first. The queue of "
            "pending samples mixes them in for everybody but the first person.",
            leads=found.own_seconds > 0,
        )
        _number(h, "Disputes", found.disputed, "disputed", "Two people disagree; an adjudicator settles it.")
        _number(h, "Accepted", found.accepted, "accepted", "Samples that are accepted now.")
        _number(h, "Rejected", found.rejected, "rejected", "Samples that are rejected now.")
    if found.gold_pending:
        one = "of the pending samples is a gold item: it measures whoever judges it and stays pending."
        many = "of the pending samples are gold items: they measure whoever judges them and stay pending."
        st.caption(count(found.gold_pending, one, many))
    if found.seconds:
        due = count(found.seconds, "sample awaits a second verdict", "samples await a second verdict")
        own = "all" if found.own_seconds == found.seconds else f"{found.own_seconds:,}"
        on = "" if found.seconds == 1 else f" on {own} of them"
        mine = f"; you may give it{on}." if found.own_seconds else " by somebody else than you."
        st.caption(f"{due}{mine}")


def _number(h: Here, name: str, number: int, state: str, explain: str, *, leads: bool = True) -> None:
    with st.container(border=True, width=144):
        st.metric(name, count(number), help=explain)
        query = {"project": h.project_id, "state": state}
        label, icon = "Open", ":material/arrow_forward:"
        st.page_link("review.py", label=label, icon=icon, query_params=query, disabled=not (number and leads))


def _row(each: PersonProgress) -> dict[str, object]:
    return {
        "Person": each.person,
        "Verdicts": each.verdicts,
        "Accepted": each.accepted,
        "Rejected": each.rejected,
        "Acceptance": each.accepted / each.verdicts * 100 if each.verdicts else None,
        "In bulk": each.bulk,
        "Skipped": each.skipped,
        "Edits": each.edits,
        "Flags": each.flags,
        "Pace": duration(each.pace) if each.pace is not None else "",
        "Last seen": datetime.fromtimestamp(each.seen, UTC),
    }
