"""Review: judge one sample at a time, by key."""

import streamlit as st

from core.domain.filters import SampleFilter
from core.domain.queues import QueueWish
from core.domain.states import ReviewState
from pages.components.bulk_verdicts import bulk_button, unfinished_bar
from pages.components.notices import problems
from pages.components.presses import show_problem
from pages.components.repairs import repairs_bar
from pages.components.review_desk import desk, draw_screen
from pages.components.review_filters import filters
from pages.components.review_queue import enter
from pages.components.session import here


def main() -> None:
    """Draw the page."""
    h = here()
    st.title("Review")
    with problems():
        enter(h)
        choices = h.work.review.choices(h.project_id)
        if not choices.any:
            desk(h, QueueWish(SampleFilter(review=ReviewState.PENDING)))
            return
        with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", key="review.filters"):
            wish = filters(choices, h.work.queues.plan(h.project_id).order)
            bulk_button(h, wish)
        show_problem()
        unfinished_bar(h)
        repairs_bar(h)
        desk(h, wish)
        draw_screen(h)


main()
