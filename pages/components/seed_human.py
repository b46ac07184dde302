"""Human seeds in the dataset: put the examples of a set among the samples, and take them back."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.services.human_seeds import HumanSeeds
from core.services.seeds import SetView
from pages.components.dataset_counts import ratio_words
from pages.components.figures import count
from pages.components.presses import press
from pages.components.session import Here
from pages.components.text import safe

_ABOUT = (
    "Examples that people wrote can go into the dataset beside what teachers make of them: as samples of the strategy "
    "**Human seeds**, accepted by you, each at most once. The set is frozen then."
)


def show_human(h: Here, view: SetView) -> None:
    """How many are in, how many may come, and the ratio that it makes."""
    found = h.work.human_seeds.standing(h.project_id, view.set.id)
    st.markdown(_ABOUT)
    if not found.answered:
        st.info("No example of this set has an answer, so none can be a sample.", icon=":material/help:")
        return
    st.markdown(_words(found))
    ratio = ratio_words(found.human, found.generated)
    if ratio:
        st.markdown(f":material/balance: {safe(ratio)} among the accepted samples of the project.")
    if not view.set.removed:
        _put_in(h, view, found)
    there = found.accepted + found.pending
    with st.container(horizontal=True, vertical_alignment="center"):
        if there:
            action = partial(_take_back, h, view)
            words = "They are rejected, and can be put in again. Frozen dataset versions keep them."
            press(f"Take back {there:,}", action, key="seeds.human.back", icon="undo", quiet=True, help=words)
            query = {"project": h.project_id, "strategy": "human", "state": "all"}
            st.page_link("review.py", label="Look at them", icon=":material/rate_review:", query_params=query)


def _words(found: HumanSeeds) -> str:
    states = ((found.accepted, "accepted"), (found.pending, "pending"), (found.rejected, "rejected"))
    there = ", ".join(f"**{number:,}** {state}" for number, state in states if number)
    have = count(found.answered, "example has an answer", "examples have an answer")
    return f"{have}; among the samples are {there or 'none'}."


def _put_in(h: Here, view: SetView, found: HumanSeeds) -> None:
    set_id = view.set.id
    with st.container(horizontal=True, vertical_alignment="bottom"):
        whole = st.segmented_control(
            "Which", ["All", "A subset"], default="All", key=f"seeds.human.which.{set_id}", required=True
        )
        size: int | None = None
        seed = 0
        if whole == "A subset":
            size = st.number_input(
                "Examples", 1, found.answered, min(100, found.answered), key=f"seeds.human.size.{set_id}", width=140
            )
            seed = st.number_input("Random seed", 0, 2**31 - 1, 0, key=f"seeds.human.seed.{set_id}", width=140)
        press(
            f"Put in {found.waiting:,}" if size is None else f"Put in a subset of {size:,}",
            partial(_do_put_in, h, view, size, seed),
            key="seeds.human.put",
            icon="playlist_add_check",
            primary=True,
            disabled=not found.waiting,
            help="Those that are there already stay as people left them.",
        )


def _do_put_in(h: Here, view: SetView, size: int | None, seed: int) -> str:
    made = h.work.human_seeds.put_in(h.who, h.project_id, view.set.id, size=size, random_seed=seed)
    return f"{count(made, 'human seed is', 'human seeds are')} among the samples now." if made else "All were there."


def _take_back(h: Here, view: SetView) -> str:
    made = h.work.human_seeds.take_back(h.who, h.project_id, view.set.id)
    return f"{count(made, 'human seed is', 'human seeds are')} taken back."
