"""The numbers that the advice rests on: each with source and grade, to be replaced by a project's own."""

from __future__ import annotations

import streamlit as st

from core.domain.switch_points import Grade, SwitchPoint
from core.services.adviser import Counsel
from core.services.switch_points import PointView
from pages.components.charts import table
from pages.components.figures import when
from pages.components.notices import flash, problems
from pages.components.session import Here
from pages.components.text import safe


def show_points(h: Here, counsel: Counsel) -> None:
    """The table, a dialog to change one, and the findings beside the rule."""
    views = h.work.switch_points.all(h.project_id)
    st.markdown(
        "The rule is that of arXiv 2409.19759: the budget ratio, teacher calls over seeds, decides. Its numbers are "
        "defaults, not laws; replace one where you know better, and say where that comes from."
    )
    table([_row(view) for view in views], key="adviser.points", name="switch points")
    if st.button("Change a number", key="adviser.change_point", icon=":material/edit:"):
        _dialog(h, views)
    st.subheader("Findings beside the rule", anchor=False)
    for each in counsel.points.evidence:
        sign = ":material/balance:" if each.against else ":material/menu_book:"
        st.markdown(f"{sign} {safe(each.says, 600)} *{safe(each.source, 120)}, {each.grade.value}.*")


def _row(view: PointView) -> dict[str, object]:
    point, own = view.point, view.own
    return {
        "Number": point.title,
        "Value": f"{point.value} {point.unit}",
        "Grade": point.grade.value,
        "Source": point.source,
        "Found with": _found_with(point),
        "Changed": f"{own.person}, {when(own.at)}; published: {view.published.value}" if own else "",
        "What it says": point.says,
    }


def _found_with(point: SwitchPoint) -> str:
    seeds = f"{point.seeds:,} seeds" if point.seeds else ""
    samples = f"{point.samples:,} samples" if point.samples else ""
    return ", ".join(part for part in (seeds, samples, point.student) if part)


@st.dialog("Change a number", width="medium")
def _dialog(h: Here, views: list[PointView]) -> None:
    by_key = {view.point.key: view for view in views}
    key = st.selectbox("Number", list(by_key), format_func=lambda key: by_key[key].point.title, key="adviser.point")
    view = by_key[key]
    st.caption(safe(f"{view.point.says} Published: {view.published.value} {view.published.unit}.", 400))
    low, high = st.columns(2)
    least = low.number_input(f"From ({view.point.unit})", 0.0, value=view.point.low, key=f"adviser.low.{key}")
    most = high.number_input("To", 0.0, value=view.point.high, key=f"adviser.high.{key}")
    source = st.text_input("Source", view.own.source if view.own else "", max_chars=300, key=f"adviser.source.{key}")
    grade = st.selectbox(
        "Grade",
        list(Grade),
        index=list(Grade).index(view.own.grade if view.own else Grade.MEASURED),
        format_func=lambda each: each.value,
        key=f"adviser.grade.{key}",
        help="Second-hand: from somebody's notes. Read: in the source itself. Measured here: by this project.",
    )
    with problems(), st.container(horizontal=True):
        if st.button("Save", type="primary", key="adviser.point_save"):
            h.work.switch_points.save(
                h.who, h.project_id, key, low=least, high=most, source=source, grade=grade or Grade.MEASURED
            )
            flash("The number was changed.")
            st.rerun()
        if st.button("Back to what is published", key="adviser.point_reset", disabled=view.own is None):
            h.work.switch_points.reset(h.who, h.project_id, key)
            flash("The published number counts again.")
            st.rerun()
    _history(h, key)


def _history(h: Here, key: str) -> None:
    changes = h.work.switch_points.history(h.project_id, key)
    for each in changes[:10]:
        value = "back to what is published" if each.removed else f"{each.low:g} to {each.high:g}, {each.grade.value}"
        st.caption(safe(f"{when(each.at)}, {each.person}: {value}. {'' if each.removed else each.source}", 400))
