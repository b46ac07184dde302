"""Review: judge one sample at a time, by key."""

import streamlit as st

from core.domain.filters import SampleFilter
from pages.components.notices import problems
from pages.components.repairs import repairs_bar
from pages.components.review_desk import desk
from pages.components.review_queue import enter, filters
from pages.components.session import here


def main() -> None:
    """Draw the page."""
    h = here()
    st.title("Review")
    with problems():
        enter(h)
        repairs_bar(h)
        choices = h.work.review.choices(h.project_id)
        desk(h, filters(choices) if choices.any else SampleFilter())


main()
