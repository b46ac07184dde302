"""How far reviewers agree where the second did not know of the first: shares, alpha, ranges, and what they mean."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.filters import SampleFilter
from core.domain.states import ReviewState
from core.services.blind_agreement import FEW, BlindAgreement, Disagreement, Standing
from core.services.reviewers import Progress
from pages.components.charts import table
from pages.components.figures import count, percent
from pages.components.notices import empty
from pages.components.presses import press
from pages.components.session import Here
from pages.components.text import plain, safe

_ALPHA = "Krippendorff's alpha, nominal: 1 is full agreement, 0 is as good as chance."
_COLUMNS = {
    "Alpha": st.column_config.NumberColumn(format="%.2f", help=_ALPHA, width="small"),
    "Reading": st.column_config.TextColumn(
        help="Good: alpha from 0.80. Fair: from 0.667. Weak: below. Chance: no better than guessing. Looks good or "
        "fair: so it seems, but the range reaches lower. Too few: nothing is concluded."
    ),
}
_SHOWN = 10
_NOW = {
    ReviewState.DISPUTED: ":violet-badge[:material/call_split: Disputed]",
    ReviewState.ACCEPTED: ":green-badge[:material/check: Accepted since]",
    ReviewState.REJECTED: ":red-badge[:material/close: Rejected since]",
    ReviewState.PENDING: ":gray-badge[:material/schedule: Pending again]",
    None: ":gray-badge[:material/edit: Edited since]",
}


def show_agreement(h: Here) -> None:
    """Overall, per pair of people, per discipline, and where they differ."""
    found = h.work.reviewers.agreement(h.project_id)
    if not found.overall.figures.units:
        _nothing(h)
        return
    _overall(found.overall)
    _next_steps(h)
    st.subheader("By pair of people", anchor=False)
    _table(found.pairs, "People", "pairs")
    st.subheader("By discipline", anchor=False)
    _table(found.disciplines, "Discipline", "disciplines")
    _apart(h, found)


def _overall(each: BlindAgreement) -> None:
    figures = each.figures
    with st.container(border=True):
        st.markdown(f"##### {each.meaning}")
        said = (
            f"Two people gave the same verdict on **{_share(each)}** of {count(figures.units, 'sample')} judged blind."
        )
        st.markdown(said)
        if figures.alpha.value is not None and not each.few:
            st.markdown(
                f"Beyond chance: Krippendorff's alpha is **{figures.alpha.value:z.2f}**{_range(each)}, on a scale "
                "where 1 is agreeing on everything and 0 no better than both guessing."
            )
        elif figures.alpha.reason and each.few:
            st.markdown(figures.alpha.reason)
        st.caption(
            "Only blind pairs count: a first verdict, and a second by somebody who was not shown that there was one. "
            "From an alpha of 0.80 verdicts are good enough to build on, from 0.667 good enough to go on with care "
            "(Krippendorff's customary bounds). Where nearly all samples are accepted, alpha can be low though people "
            "agree on most, as guessing would do so too: read both. "
            "Ranges are 95 % intervals: for the share by Wilson, for alpha from 2,000 draws of as many samples. "
            f"With fewer than {FEW} samples nothing is concluded."
        )


def _next_steps(h: Here) -> None:
    """What the figures may ask for, one press away."""
    open_now = h.work.review.counts(h.project_id, SampleFilter()).disputed
    query = {"project": h.project_id}
    with st.container(horizontal=True, vertical_alignment="center", key="reviewers.agreement.next"):
        if open_now:
            words = f"Settle {count(open_now, 'dispute')}"
            st.page_link("review.py", label=words, icon=":material/gavel:", query_params={**query, "state": "disputed"})
        st.page_link("project.py", label="Mend the guidelines", icon=":material/menu_book:", query_params=query)
        press("Change the plan", _to_plan, key="reviewers.agreement.plan", icon="tune", quiet=True)


def _to_plan() -> None:
    st.session_state["reviewers.view"] = "plan"


def _table(groups: Sequence[BlindAgreement], title: str, name: str) -> None:
    rows = [
        {
            title: each.name,
            "Reading": each.reading,
            "Same verdict": _share(each),
            "Alpha": None if each.few else each.figures.alpha.value,
            "Alpha from, to": _span(each),
            "Samples": each.figures.units,
        }
        for each in groups
    ]
    table(rows, key=f"reviewers.agreement.{name}", name=f"agreement by {name}", columns=_COLUMNS)


def _share(each: BlindAgreement) -> str:
    figures, (low, high) = each.figures, each.figures.interval
    return f"{percent(figures.whole / figures.units)} ({percent(low)} to {percent(high)})"


def _span(each: BlindAgreement) -> str:
    low, high = each.interval or (0.0, 0.0)
    return f"{low:z.2f} to {high:z.2f}" if each.interval and not each.few else ""


def _range(each: BlindAgreement) -> str:
    return f" ({_span(each)})" if each.interval else ""


def _apart(h: Here, found: Standing) -> None:
    st.subheader("Where they differ", anchor=False)
    if not found.disputes:
        st.caption("Nowhere: on every sample that two people judged blind they said the same.")
        return
    shown = found.disagreements[:_SHOWN]
    more = f", the newest {len(shown)} of them here" if len(shown) < found.disputes else ""
    st.caption(f"{count(found.disputes, 'sample')}{more}. Reading them together shows what the guidelines leave open.")
    for each in shown:
        _one(h, each)


def _one(h: Here, each: Disagreement) -> None:
    with st.container(border=True, gap="xsmall"):
        st.text(plain(each.question, 200))
        for said in each.sayings:
            why = "; ".join(part for part in (said.reason, said.note) if part)
            word = "accepted" if said.verdict == "accept" else "rejected"
            st.markdown(f"**{safe(said.person, 60)}** {word} it" + (f": {safe(why, 200)}" if why else "."))
        query = {"project": h.project_id, "sample": str(each.sample_id), "state": "all"}
        with st.container(horizontal=True, vertical_alignment="center"):
            label = f"Sample {each.sample_id}"
            st.page_link("review.py", label=label, icon=":material/rate_review:", query_params=query)
            st.markdown(_NOW[each.state], width="content")


def _nothing(h: Here) -> None:
    """Why there are none, and what the one who looks can do about it."""
    found = h.work.reviewers.progress(h.who, h.project_id)
    why = "Agreement is measured where two people judged the same text and the second did not know of the first. "
    with empty("No blind pairs yet", why + _missing(h, found), ":material/group:"):
        if found.accepted + found.rejected and not found.seconds:
            press("Change the plan", _to_plan, key="reviewers.agreement.plan", icon="tune")
        elif found.own_seconds or not found.seconds:
            query = {"project": h.project_id, "state": "pending"}
            st.page_link("review.py", label="Review samples", icon=":material/rate_review:", query_params=query)


def _missing(h: Here, found: Progress) -> str:
    """What it takes, in a sentence."""
    if not found.accepted + found.rejected:
        return "Nobody has given a verdict yet."
    if not found.seconds:
        share = percent(h.work.queues.plan(h.project_id).second_share)
        return f"The plan wants a second verdict on {share} of the samples, and none waits for one: raise the share."
    due = count(found.seconds, "sample waits", "samples wait") + " for a second verdict. "
    if not found.own_seconds:
        return f"{due}You gave the first, so somebody else has to: they choose their name under *Working as*."
    if found.seconds == 1:
        return f"{due}You may give it: the sample comes among the others in the queue, and looks like them."
    yours = "all" if found.own_seconds == found.seconds else f"{found.own_seconds:,}"
    return f"{due}You may give it on {yours} of them: they come among the others in the queue, and look like them."
