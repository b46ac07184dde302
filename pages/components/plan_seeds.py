"""Where the questions of other parts come from: a seed set or a subset of it, or earlier samples."""

from __future__ import annotations

import streamlit as st

from core.domain.seeds import SeedSet
from core.domain.strategies import Strategy
from core.services.generation import Materials
from pages.components.figures import count
from pages.components.notices import empty
from pages.components.plan_state import keep_known, key_of, value
from pages.components.session import Here


def choose_seeds(h: Here, part: int, found: Materials) -> SeedSet | None:
    """The seed set of the part and how much of it; None while there is none."""
    sets = {each.id: each for each in found.seed_sets}
    if not sets:
        _no_seeds(h, part)
        return None
    key = key_of(part, "seed_set")
    if st.session_state[key] not in sets:
        st.session_state[key] = next(iter(sets))
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    chosen = row.selectbox(
        "Seed set",
        list(sets),
        format_func=lambda set_id: _label(sets[set_id]),
        key=key,
        help="The questions that the strategy starts from. Once a run used a set it is frozen.",
        width=440,
        persist_state="session",
    )
    seeds = sets[chosen]
    _subset(row, part, seeds)
    _ratio(part, int(value(part, "size") or seeds.n_examples))
    return seeds


def _subset(row: st.delta_generator.DeltaGenerator, part: int, seeds: SeedSet) -> None:
    """How many of the examples, and which."""
    size = key_of(part, "size")
    if st.session_state[size] and st.session_state[size] > seeds.n_examples:
        st.session_state[size] = None
    row.number_input(
        "Examples used",
        1,
        seeds.n_examples,
        value=None,
        key=size,
        placeholder=f"All {seeds.n_examples:,}",
        width=180,
        help="A seeded subset, for studies of the budget. A smaller subset is part of a larger one with the same seed.",
        persist_state="session",
    )
    if st.session_state[size]:
        key = key_of(part, "size_seed")
        row.number_input("Seed of the subset", 0, 2**31 - 1, key=key, width=180, persist_state="session")


def _label(seeds: SeedSet) -> str:
    return f"{seeds.label}: {count(seeds.n_examples, 'example')}, {seeds.task_type.label.lower()}"[:160]


def _ratio(part: int, size: int) -> None:
    """How many samples come from one seed."""
    if st.session_state["generate.split"] == "samples":
        wanted = int(value(part, "count") or 1)
        words = f"{wanted:,} of {count(size, 'seed')} are used, once each."
        if wanted >= size:
            words = f"{wanted / size:,.1f} samples for each of {count(size, 'seed')}: seeds are used in turn, evenly."
        st.caption(words)


def _no_seeds(h: Here, part: int) -> None:
    st.info(
        f"**No seed set yet.** {value(part, 'strategy').label} starts from example questions. Import some on the Seeds "
        "page or add a set that comes with the studio, or choose GLAN, which needs no seeds but a verified curriculum.",
        icon=":material/psychiatry:",
    )
    link_to_seeds(h)


def link_to_seeds(h: Here) -> None:
    """The way to the Seeds page."""
    st.page_link("seeds.py", label="Open Seeds", icon=":material/psychiatry:", query_params={"project": h.project_id})


def choose_parents(part: int, found: Materials) -> bool:
    """The samples to go on from: all accepted ones, or those of some runs. Is there anything to go on from?"""
    runs = {run.id: run for run in found.runs}
    keep_known(part, "runs", runs)
    st.multiselect(
        "Samples to continue",
        list(runs),
        format_func=lambda run_id: runs[run_id].title[:120],
        key=key_of(part, "runs"),
        placeholder=f"All {count(found.accepted, 'accepted sample')}",
        help="Without a run every accepted sample is continued; of a run all that are not rejected.",
        persist_state="session",
    )
    ready = bool(found.accepted or value(part, "runs"))
    if not ready:
        st.info(
            f"**No accepted sample yet.** {Strategy.MULTI_TURN.label} goes on from samples: accept some on the Review "
            "page, or choose a run above.",
            icon=":material/forum:",
        )
    return ready


def nothing_yet(h: Here) -> None:
    """A project without syllabus, seed set and sample: the two ways to begin."""
    box = empty(
        "No verified syllabus and no seed set yet",
        "GLAN writes questions from a verified curriculum and needs no seeds: verify a discipline, then make its "
        "subjects and syllabi. All other strategies start from example questions: import a seed set, or add one that "
        "comes with the studio.",
        ":material/menu_book:",
    )
    ways = box.container(horizontal=True, horizontal_alignment="center")
    query = {"project": h.project_id}
    ways.page_link("curriculum.py", label="Open Curriculum", icon=":material/menu_book:", query_params=query)
    with ways:
        link_to_seeds(h)
