"""Where the questions come from: disciplines, their subjects, and how many different questions they allow."""

from __future__ import annotations

import streamlit as st

from core.domain.plans import MAX_SAMPLES, SamplesPlan
from core.services.generation import Reach, SourceView
from pages.components.figures import count
from pages.components.notices import empty
from pages.components.plan_state import START, keep_known
from pages.components.session import Here


def source_views(h: Here) -> list[SourceView]:
    """Disciplines that can be drawn on, as far as the form allows unverified ones."""
    return h.work.generation.sources(h.project_id, include_unverified=st.session_state["generate.unverified"])


def nothing_to_draw(h: Here, unverified: int) -> None:
    """What to do first when no syllabus is verified."""
    if unverified:
        verb = "is" if unverified == 1 else "are"
        words = (
            f"{count(unverified, 'syllabus', 'syllabi')} {verb} waiting for a person: verify discipline, subject and "
            "syllabus on the Curriculum page, or include unverified ones for this run."
        )
    else:
        words = (
            "Questions are drawn from class sessions and their key concepts. Verify a discipline, then make its "
            "subjects and syllabi on the Curriculum page."
        )
    box = empty("No verified syllabus yet", words, ":material/menu_book:")
    query = {"project": h.project_id}
    box.page_link("curriculum.py", label="Open Curriculum", icon=":material/menu_book:", query_params=query)
    if unverified:
        box.checkbox("Include unverified for this run", key="generate.unverified", persist_state="session")


def choose_sources(h: Here, views: list[SourceView]) -> list[SourceView]:
    """The disciplines and subjects of the plan; no discipline chosen = all of them."""
    usable = {view.node.id: view for view in views if view.sources}
    keep_known("disciplines", usable)
    names = _names(list(usable.values()))
    ids = st.multiselect(
        "Disciplines",
        list(usable),
        format_func=lambda node_id: f"{names[node_id]} ({count(len(usable[node_id].sources), 'syllabus', 'syllabi')})",
        key="generate.disciplines",
        placeholder=f"All {count(len(usable), 'discipline')}",
        help="Only disciplines with a verified syllabus are listed. Every chosen discipline gets the same share.",
        persist_state="session",
    )
    chosen = [usable[node_id] for node_id in ids] or list(usable.values())
    subjects = {source.subject.id: source for view in chosen for source in view.sources}
    keep_known("subjects", subjects)
    st.multiselect(
        "Subjects",
        list(subjects),
        format_func=lambda i: f"{subjects[i].subject.name} ({subjects[i].path[-1]})",
        key="generate.subjects",
        placeholder=f"All {count(len(subjects), 'subject')} of these disciplines",
        help="Narrows a discipline to some of its subjects. A discipline without a chosen one keeps all of them.",
        persist_state="session",
    )
    _unverified(h, views)
    return chosen


def _names(views: list[SourceView]) -> dict[int, str]:
    """The name of a discipline, with its place when two share it."""
    twice = [view.path[-1] for view in views]
    return {
        view.node.id: view.path[-1] if twice.count(view.path[-1]) == 1 else " > ".join(reversed(view.path))
        for view in views
    }


def _unverified(h: Here, views: list[SourceView]) -> None:
    """Unverified syllabi are used only on an explicit word."""
    on = st.session_state["generate.unverified"]
    left = sum(view.unverified for view in (h.work.generation.sources(h.project_id) if on else views))
    if not left and not on:
        return
    st.checkbox(
        f"Include unverified for this run ({count(left, 'syllabus', 'syllabi')})",
        key="generate.unverified",
        help="Nobody has checked these disciplines, subjects or syllabi. They stay unverified; the run says that it "
        "used them.",
        persist_state="session",
    )
    if on and left:
        st.warning("This run may draw on what nobody has verified.", icon=":material/warning:")


def sample_fields() -> None:
    """How many samples, how hard, verified or not; the rest under More."""
    left, right = st.columns(2, gap="large", vertical_alignment="top")
    left.number_input(
        "Number of samples",
        1,
        MAX_SAMPLES,
        step=10,
        key="generate.count",
        help="A sample is one question with its answer.",
        persist_state="session",
    )
    right.slider(
        "Share of challenging questions",
        0.0,
        100.0,
        step=5.0,
        format="%g %%",
        key="generate.challenging",
        help="A basic question uses 1 to 5 key concepts of one class session; a challenging one 2 to 5 key concepts of "
        "two class sessions, with at least one of each. The paper does not state its mix.",
        persist_state="session",
    )
    st.toggle(
        "Verification by a teacher",
        key="generate.verify",
        help="One more call for each sample: a teacher judges whether the answer is correct. The verdict is shown to "
        "reviewers and decides nothing by itself. The paper does without.",
        persist_state="session",
    )
    with st.expander("More", type="compact", key="generate.more"):
        seed, title = st.columns([1, 2], gap="large")
        seed.number_input(
            "Random seed",
            0,
            2**31 - 1,
            key="generate.seed",
            help="Decides in which order sets of key concepts are drawn. The same plan with the same seed means the "
            "same questions; a new run goes on where the last one with this seed ended.",
            persist_state="session",
        )
        title.text_input(
            "Title of the run",
            max_chars=200,
            key="generate.title",
            placeholder="Named after its sources",
            persist_state="session",
        )


def show_reach(h: Here, plan: SamplesPlan) -> None:
    """How many different questions the sources allow, and how many were dealt already."""
    rows = h.work.generation.reach(h.project_id, plan)
    basic, hard = sum(row.basic for row in rows), sum(row.challenging for row in rows)
    st.markdown(
        f":material/casino: **{count(basic, 'different basic question')}** and **{count(hard, 'challenging one')}** "
        f"are possible with {count(len(rows), 'syllabus', 'syllabi')}; {sum(row.dealt for row in rows):,} were drawn "
        "so far.",
        help="One question for every allowed set of key concepts.",
    )
    if plan.count * (1 - plan.challenging_share) > basic or plan.count * plan.challenging_share > hard > 0:
        st.warning("The plan asks for more than that: some sets of key concepts will come a second time.")
    if START in st.session_state:
        _pinned()
    box = st.expander("By subject", type="compact", key="generate.by_subject", on_change="rerun")
    if box.open:
        with box:
            st.dataframe([_cells(row) for row in rows], key="generate.reach", hide_index=True, width="stretch")


def _cells(row: Reach) -> dict[str, object]:
    return {
        "Discipline": row.discipline,
        "Subject": row.subject,
        "Level": row.level,
        "Class sessions": row.sessions,
        "Key concepts": row.concepts,
        "Basic questions": row.basic,
        "Challenging questions": row.challenging,
        "Drawn so far": row.dealt,
    }


def _pinned() -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info(
            "Positions from the loaded plan file: the run makes exactly the questions of that file.", width="stretch"
        )
        if st.button("Go on where the last run ended", key="generate.unpin", icon=":material/restart_alt:"):
            del st.session_state[START]
            st.rerun()
