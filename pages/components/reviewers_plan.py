"""The plan of the review: in which order, how much, how much of it twice, and what that means in numbers."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.domain.naming import clean_name
from core.domain.review import Order, ReviewPlan
from pages.components.figures import count
from pages.components.presets import preset
from pages.components.presses import press
from pages.components.session import Here
from pages.components.text import plain

_KEYS = ("order", "share", "second", "gold", "lease", "adjudicators")


def show_plan(h: Here) -> None:
    """Every setting with its explanation, then the numbers; saved at the press."""
    kept = h.work.queues.plan(h.project_id)
    _fill(kept)
    left, right = st.columns(2, gap="large")
    with left:
        order, share, lease = _what()
    with right:
        second, gold = _fairness()
        adjudicators = _adjudicators(h, kept)
    plan = ReviewPlan(
        order=order,
        share=share / 100,
        second_share=second / 100,
        gold_share=gold / 100,
        lease_minutes=lease,
        adjudicators=tuple(adjudicators),
    )
    _in_numbers(h, plan)
    with st.container(horizontal=True, vertical_alignment="center"):
        press(
            "Save the plan",
            partial(_save, h, plan),
            key="reviewers.plan.save",
            icon="save",
            primary=True,
            disabled=plan == kept,
        )
        if plan != kept:
            st.caption("Changed, not saved yet. What has a verdict keeps it.")


def _fill(kept: ReviewPlan) -> None:
    values = {
        "order": kept.order,
        "share": round(kept.share * 100, 1),
        "second": round(kept.second_share * 100, 1),
        "gold": round(kept.gold_share * 100, 1),
        "lease": kept.lease_minutes,
        "adjudicators": list(kept.adjudicators),
    }
    for name in _KEYS:
        preset(f"reviewers.plan.{name}", values[name])


def _what() -> tuple[Order, float, int]:
    order = st.selectbox(
        "Order",
        list(Order),
        format_func=lambda each: each.label,
        key="reviewers.plan.order",
        help="In which order the queue serves pending samples unless a person chooses another. Most uncertain first: "
        "where machine checks disagree.",
    )
    share = _percent(
        "Share to review",
        "share",
        "This many of all samples are to be judged, drawn at random once and for all. Raising it later adds samples "
        "and keeps those that were drawn.",
        100,
    )
    lease = st.number_input(
        "Minutes that a sample is kept for a person",
        min_value=1,
        max_value=24 * 60,
        step=5,
        key="reviewers.plan.lease",
        help="What somebody has in hand is shown to nobody else for so long, so that no two people work on the same "
        "sample by accident. It goes back into the queue afterwards.",
    )
    return Order(order or Order.OLDEST), share, int(lease or 1)


def _fairness() -> tuple[float, float]:
    second = _percent(
        "Judged by a second person",
        "second",
        "So much of what has a verdict is shown to somebody else, who does not see that there is one. From these pairs "
        "agreement is measured; where they differ, an adjudicator settles it. Another share holds for what is judged "
        "already, too: more of it, or less, waits for a second verdict.",
        100,
    )
    gold = _percent(
        "Gold items among what is served",
        "gold",
        "Samples whose verdict is known are mixed in at this rate, as long as there are some that the person has not "
        "met. They measure the reviewer and move no sample.",
        50,
    )
    return second, gold


def _percent(label: str, name: str, explain: str, most: int) -> float:
    value = st.number_input(
        f"{label}, per cent",
        min_value=0.0,
        max_value=float(most),
        step=1.0,
        format="%g",
        key=f"reviewers.plan.{name}",
        help=explain,
    )
    return float(value or 0)


def _adjudicators(h: Here, kept: ReviewPlan) -> list[str]:
    known = [*h.work.reviewers.people(h.project_id), *h.work.verifying.people(h.project_id), *kept.adjudicators]
    chosen = st.multiselect(
        "Adjudicators",
        list(dict.fromkeys([*known, h.who.name])),
        format_func=lambda name: plain(name, 60),
        key="reviewers.plan.adjudicators",
        accept_new_options=True,
        placeholder="Everybody who is not part of the dispute",
        help="They settle disputes: both verdicts are shown, and theirs decides. Nobody settles a dispute that their "
        "own verdict is part of; where that leaves nobody of those named, anybody else may. Choose people of this "
        "project, or type a name.",
    )
    return [clean_name(name, "name of the adjudicator") for name in chosen]


def _in_numbers(h: Here, plan: ReviewPlan) -> None:
    found = h.work.reviewers.progress(h.who, h.project_id)
    total = found.pending + found.accepted + found.rejected + found.disputed
    wanted = round(total * plan.share)
    seconds = round(wanted * plan.second_share)
    with st.container(border=True):
        st.markdown("##### What it means")
        if not total:
            st.markdown("There are no samples yet; the shares apply to whatever runs make.")
        else:
            drawn = (
                f"About **{wanted:,} of {total:,}** samples are to be reviewed"
                if plan.share < 1
                else (f"All **{count(total, 'sample')}** are to be reviewed")
            )
            st.markdown(f"{drawn}; about **{seconds:,} of {wanted:,}** will be seen by a second person.")
        items = h.work.reviewers.gold(h.project_id)
        fit = items.count - items.outdated
        if not plan.gold_share:
            st.markdown("No gold items are served.")
        elif not fit:
            st.markdown("There are no gold items yet, so none is served: add some under Gold items.")
        else:
            each = round(1 / plan.gold_share)
            st.markdown(
                f"About **1 in {each:,}** samples served is a gold item, while there are new ones: {fit:,} now."
            )
        st.markdown(_who_settles(plan))


def _who_settles(plan: ReviewPlan) -> str:
    if not plan.adjudicators:
        return "Disputes are settled by whoever has not judged the sample: that takes at least three people."
    people = count(len(plan.adjudicators), "person", "people")
    return f"Disputes are settled by {people} that you named, never by one of its own parties."


def _save(h: Here, plan: ReviewPlan) -> str:
    h.work.queues.keep_plan(h.who, h.project_id, plan)
    return "The plan of the review is saved."
