"""Strategy: what to run with a budget, why, what it costs, and what the alternatives would give."""

from __future__ import annotations

import streamlit as st

from core.services.adviser import Counsel, Wish
from pages.components.advice_card import show_card, ways_to_begin
from pages.components.advice_inputs import choose_wish
from pages.components.advice_mix import show_mix
from pages.components.advice_pilot import show_pilot
from pages.components.advice_points import show_points
from pages.components.advice_scale import show_scale
from pages.components.advice_table import show_options
from pages.components.notices import empty, problems
from pages.components.session import Here, here

_ABOUT = (
    "Which strategy fits a budget is decided by the budget ratio: teacher calls for each seed. Few calls a seed: more "
    "answers to the same questions. Many: new questions. No seeds: GLAN."
)


def _nothing(h: Here) -> None:
    box = empty(
        "Nothing to make samples from yet",
        "Import examples that people wrote, and this page says how to spend a budget on them. Without seeds there is "
        "GLAN: verify a discipline, a subject of it and its syllabus.",
        ":material/psychiatry:",
    )
    with box:
        ways_to_begin(h, "center")


def _details(h: Here, wish: Wish, counsel: Counsel) -> None:
    titles = ["Compare", "Mixed plan", "Pilot", "Numbers and sources"]
    compare, mix, pilot, points = st.tabs(titles, key="adviser.tab", on_change="rerun")
    if compare.open:
        with compare:
            show_options(h, wish, counsel)
    if mix.open:
        with mix:
            show_mix(h, wish, counsel)
    if pilot.open:
        with pilot:
            show_pilot(h, wish, counsel)
    if points.open:
        with points:
            show_points(h, counsel)


with problems():
    h = here()
    st.title("Strategy", anchor=False)
    st.caption(_ABOUT)
    sets = h.work.adviser.sets(h.project_id)
    if not sets and not h.work.adviser.disciplines(h.project_id):
        _nothing(h)
    else:
        wish = choose_wish(h, sets)
        counsel = h.work.adviser.counsel(h.project_id, wish)
        show_scale(counsel)
        show_card(h, wish, counsel)
        _details(h, wish, counsel)
