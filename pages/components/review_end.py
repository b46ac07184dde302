"""What the review page says where there is no sample to show: none at all, none that fits, or all judged."""

from __future__ import annotations

import math

import streamlit as st

from core.domain.queues import QueueWish
from core.domain.states import ReviewState
from core.services.sample_views import QueueCounts
from pages.components.figures import count
from pages.components.notices import empty
from pages.components.review_actions import draw_undo
from pages.components.review_filters import clear_filters, narrowed, show_state
from pages.components.session import Here
from pages.components.text import safe

NAMED = 3  # so many who have something in hand are told by name


def nothing_at_all(h: Here) -> None:
    """The project has no samples yet."""
    box = empty(
        "No samples to review",
        "Samples appear here as soon as a run has made some.",
        ":material/rate_review:",
    )
    box.page_link(
        "generate.py", label="Generate samples", icon=":material/auto_awesome:", query_params={"project": h.project_id}
    )


def finished(h: Here, wish: QueueWish, counts: QueueCounts) -> None:
    """The end of the queue, and where to go from here."""
    if not counts.all:
        box = empty("No sample fits these filters", "Widen the filters to go on.", ":material/filter_alt_off:")
        box.button("Clear the filters", key="review.clear", type="primary", on_click=clear_filters)
        return
    box = _end(h, wish, counts)
    with box.container(horizontal=True, horizontal_alignment="center"):
        for state, number in (
            ("pending", counts.pending),
            ("disputed", counts.disputed),
            ("rejected", counts.rejected),
            ("accepted", counts.accepted),
        ):
            if number and state != st.session_state.get("review.state"):
                label = f"Look at the {number:,} {state}"
                st.button(label, key=f"review.look.{state}", on_click=show_state, args=(state,))
        if narrowed():
            st.button("Clear the filters", key="review.clear", on_click=clear_filters)
        draw_undo(h, "end")


def _end(h: Here, wish: QueueWish, counts: QueueCounts) -> st.delta_generator.DeltaGenerator:
    state = wish.wanted.review
    if state is ReviewState.DISPUTED and counts.disputed:
        held, words = _in_other_hands(h, wish)
        if counts.disputed > held:
            waits = count(counts.disputed - held, "sample is", "samples are")
            words += f" {waits} disputed: your verdict is one of those that differ, or somebody else settles it."
        return empty("No dispute for you to settle", words.strip(), ":material/call_split:")
    if state in {ReviewState.ACCEPTED, ReviewState.REJECTED, ReviewState.DISPUTED}:
        word = "disputed" if state is ReviewState.DISPUTED else state.value
        return empty(f"No {word} samples", f"None of the {count(counts.all, 'sample')} is {word}.")
    known = h.work.reviewers.gold_pending(h.project_id, wish.wanted) if counts.pending else 0
    measuring = (
        f" {count(known, 'gold item stays', 'gold items stay')} pending, to measure who judges." if known else ""
    )
    if counts.pending > known:
        held, words = _in_other_hands(h, wish)
        rest = counts.pending - known - held
        if rest > 0:
            words += f" {count(rest, 'pending sample is', 'pending samples are')} not in the share that is reviewed."
        return empty("Nothing left for you", f"{words}{measuring}".strip(), ":material/done_all:")
    title = "Every sample that fits is judged" if narrowed() else "Every sample is judged"
    accepted = f"{counts.accepted:,} of {counts.all:,} accepted.{measuring} Freeze them as a dataset to export them."
    box = empty(title, accepted)
    query = {"project": h.project_id}
    box.page_link("datasets.py", label="Freeze a dataset", icon=":material/dataset:", query_params=query)
    return box


def _in_other_hands(h: Here, wish: QueueWish) -> tuple[int, str]:
    """How many samples others have in hand, and in words who has them until when."""
    held = h.work.queues.in_other_hands(h.who, h.project_id, wish)
    if not held:
        return 0, ""
    told = [f"{safe(each.person, 80)} has {count(each.count, 'sample')} in hand" for each in held[:NAMED]]
    if len(held) > NAMED:
        told.append(f"{count(len(held) - NAMED, 'other person has', 'other people have')} the rest")
    minutes = count(math.ceil(min(each.seconds for each in held) / 60), "minute")
    words = f" {', '.join(told)}. What they leave comes here by itself, the first after {minutes}."
    return sum(each.count for each in held), words
