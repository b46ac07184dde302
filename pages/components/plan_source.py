"""Where the questions of a GLAN part come from: disciplines, subjects, shares, and how many questions they allow."""

from __future__ import annotations

import streamlit as st

from core.domain.plans import SamplesPlan
from core.domain.strategies import Strategy
from core.services.generation import Reach, SourceView
from pages.components.figures import count
from pages.components.plan_state import keep_known, key_of, value
from pages.components.session import Here
from pages.components.text import safe


def source_views(h: Here, part: int) -> list[SourceView]:
    """Disciplines that can be drawn on, as far as the part allows unverified ones."""
    return h.work.generation.sources(h.project_id, include_unverified=value(part, "unverified"))


def choose_sources(h: Here, part: int) -> list[SourceView]:
    """The disciplines and subjects of the part; no discipline chosen = all of them."""
    views = source_views(h, part)
    usable = {view.node.id: view for view in views if view.sources}
    if not usable:
        _nothing_verified(h, part, sum(view.unverified for view in views))
        return []
    keep_known(part, "disciplines", usable)
    names = _names(list(usable.values()))
    ids = st.multiselect(
        "Disciplines",
        list(usable),
        format_func=lambda node_id: f"{names[node_id]} ({count(len(usable[node_id].sources), 'syllabus', 'syllabi')})",
        key=key_of(part, "disciplines"),
        placeholder=f"All {count(len(usable), 'discipline')}",
        help="Only disciplines with a verified syllabus are listed.",
        persist_state="session",
    )
    chosen = [usable[node_id] for node_id in ids] or list(usable.values())
    subjects = {source.subject.id: source for view in chosen for source in view.sources}
    keep_known(part, "subjects", subjects)
    st.multiselect(
        "Subjects",
        list(subjects),
        format_func=lambda i: f"{subjects[i].subject.name} ({subjects[i].path[-1]})",
        key=key_of(part, "subjects"),
        placeholder=f"All {count(len(subjects), 'subject')} of these disciplines",
        help="Narrows a discipline to some of its subjects. A discipline without a chosen one keeps all of them.",
        persist_state="session",
    )
    _weights(part, chosen, names)
    _unverified(h, part, views)
    return chosen


def _names(views: list[SourceView]) -> dict[int, str]:
    """The name of a discipline, with its place when two share it."""
    twice = [view.path[-1] for view in views]
    return {
        view.node.id: view.path[-1] if twice.count(view.path[-1]) == 1 else " > ".join(reversed(view.path))
        for view in views
    }


def _weights(part: int, chosen: list[SourceView], names: dict[int, str]) -> None:
    """Even shares, or a weight for each discipline."""
    if len(chosen) < 2:
        return
    weighted = st.toggle(
        "Weight the disciplines",
        key=key_of(part, "weighted"),
        help="Off: every discipline gets the same number of questions. On: as many as its weight says, 2 = twice as "
        "many as 1, 0 = none.",
        persist_state="session",
    )
    if not weighted:
        return
    with st.container(horizontal=True):
        for view in chosen:
            key = key_of(part, f"weight.{view.node.id}")
            st.session_state.setdefault(key, 1)
            label = names[view.node.id]
            label = label if len(label) <= 30 else f"{label[:29]}…"
            st.number_input(safe(label), 0, 1000, key=key, width=150, persist_state="session")


def _unverified(h: Here, part: int, views: list[SourceView]) -> None:
    """Unverified syllabi are used only on an explicit word."""
    on = value(part, "unverified")
    left = sum(view.unverified for view in (h.work.generation.sources(h.project_id) if on else views))
    if not left and not on:
        return
    st.checkbox(
        f"Include unverified for this run ({count(left, 'syllabus', 'syllabi')})",
        key=key_of(part, "unverified"),
        help="Nobody has checked these disciplines, subjects or syllabi. They stay unverified; the run says that it "
        "used them.",
        persist_state="session",
    )
    if on and left:
        st.warning("This run may draw on what nobody has verified.", icon=":material/warning:")


def _nothing_verified(h: Here, part: int, unverified: int) -> None:
    """What to do first when no syllabus is verified."""
    if unverified:
        verb = "is" if unverified == 1 else "are"
        st.info(
            f"**No verified syllabus yet.** {count(unverified, 'syllabus', 'syllabi')} {verb} waiting for a person: "
            "verify discipline, subject and syllabus on the Curriculum page, or include unverified ones for this run.",
            icon=":material/menu_book:",
        )
    else:
        st.info(
            "**No verified syllabus yet.** GLAN draws questions from class sessions and their key concepts. Verify a "
            "discipline, then make its subjects and syllabi on the Curriculum page, or choose a strategy that starts "
            "from seeds.",
            icon=":material/menu_book:",
        )
    query = {"project": h.project_id}
    st.page_link("curriculum.py", label="Open Curriculum", icon=":material/menu_book:", query_params=query)
    if unverified or value(part, "unverified"):
        st.checkbox("Include unverified for this run", key=key_of(part, "unverified"), persist_state="session")


def show_reach(h: Here, part: int, plan: SamplesPlan) -> None:
    """How many different questions the sources of a drafted part allow, and how many were dealt already.

    Only GLAN draws from a curriculum that can be counted; for other parts nothing is said.
    """
    if plan.strategy is not Strategy.GLAN:
        return
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
    box = st.expander("By subject", type="compact", key=key_of(part, "by_subject"), on_change="rerun")
    if box.open:
        with box:
            st.dataframe([_cells(row) for row in rows], key=key_of(part, "reach"), hide_index=True, width="stretch")


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
