"""How far people agree: Krippendorff's alpha per level and per person, with what it means and what to do."""

from __future__ import annotations

import streamlit as st

from core.analysis.agreement import Agreement, Alpha, PersonAgreement
from core.services.verifying import Standing
from pages.components.charts import table
from pages.components.figures import count, percent
from pages.components.node_place import SETTLE, WALK, enter
from pages.components.notices import empty
from pages.components.session import Here


@st.cache_data(show_spinner="Comparing the votes ...", max_entries=8)
def _standing(_h: Here, project_id: str, person: str, revision: int) -> Standing:  # noqa: ARG001 - the key
    return _h.work.verifying.agreement(_h.who, project_id)


def agreement_view(h: Here) -> None:
    """The figures over all, then per level and per person."""
    found = _standing(h, h.project_id, h.who.name, h.work.taxonomy.revision(h.project_id))
    overall = found.levels[0].figures
    if not overall.units:
        _nothing(h, found)
        return
    alpha = overall.alpha
    with st.container(border=True):
        st.markdown(f"##### {_meaning(alpha, overall.units)}")
        value = f"Krippendorff's alpha is **{alpha.value:.2f}** on " if alpha.value is not None else "There are "
        st.markdown(f"{value}{count(overall.units, 'node')} with votes of at least two people.")
        st.caption(
            "Alpha compares the disagreement with what chance would give: 1 is full agreement, 0 is as good as chance. "
            "From 0.80 decisions count as reliable, from 0.667 as tentative (Krippendorff's customary bounds)."
        )
        disputes = h.work.verifying.count_disputes(h.project_id)
        if disputes:
            label = f"Settle {count(disputes, 'disputed node')}"
            st.button(label, key="taxonomy.agreement.settle", icon=":material/balance:", on_click=enter, args=(SETTLE,))
    if found.hidden:
        st.caption(f"{count(found.hidden, 'node')} left out: you have yet to vote there, and the figures would tell.")
    st.markdown("##### By level")
    rows = [_level_row(each.kind.label.capitalize() if each.kind else "All", each.figures) for each in found.levels]
    table(rows, key="taxonomy.agreement.levels", name="agreement-levels", columns=_COLUMNS)
    st.markdown("##### By person")
    people = [_person_row(each) for each in found.people]
    table(people, key="taxonomy.agreement.people", name="agreement-people", columns=_COLUMNS)
    st.caption(
        "A person's alpha takes every pair of this person's vote with another's on the same node. The share with the "
        "majority leaves out nodes on which the others are tied. Ranges are 95 % intervals."
    )


_FEW = 5
_COLUMNS = {
    "Alpha": st.column_config.NumberColumn(format="%.2f", help="Krippendorff's alpha, nominal", width="small"),
    "Meaning": st.column_config.TextColumn(width="large"),
}


def _level_row(name: str, figures: Agreement) -> dict[str, object]:
    return {
        "Level": name,
        "Alpha": figures.alpha.value,
        "Equal pairs": percent(figures.share) if figures.share is not None else "none",
        "All equal": _range(figures.whole, figures.units, figures.interval),
        "Nodes": figures.units,
        "People": figures.people,
        "Votes": figures.votes,
        "Meaning": _meaning(figures.alpha, figures.units),
    }


def _person_row(each: PersonAgreement) -> dict[str, object]:
    return {
        "Person": each.person,
        "Alpha": each.alpha.value,
        "With the majority": _range(each.with_majority, each.compared, each.interval),
        "Votes": each.votes,
        "Meaning": _meaning(each.alpha, each.compared),
    }


def _meaning(alpha: Alpha, nodes: int) -> str:
    """What alpha means, not before there are a few nodes to say so."""
    return "Too few nodes to tell yet." if 0 < nodes < _FEW else alpha.meaning


def _range(part: int, whole: int, interval: tuple[float, float]) -> str:
    if not whole:
        return "none to compare"
    return f"{percent(part / whole)} ({percent(interval[0])} to {percent(interval[1])})"


def _nothing(h: Here, found: Standing) -> None:
    words = "Agreement is measured on nodes that at least two people have voted on."
    if h.project.quorum == 1:
        words += " In this project one vote decides; the quorum stands under Project."
    if found.hidden:
        words += f" {count(found.hidden, 'node')} with votes of others still wait for yours."
    box = empty("No votes to compare yet", words, ":material/group:")
    box.button("Verify next", key="taxonomy.agreement.walk", icon=":material/checklist:", on_click=enter, args=(WALK,))
