"""Repeats, diversity and coverage of the samples by group, with how each is measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st
from plotly import graph_objects as go

from core.analysis.quality import Dimension
from core.analysis.quality_texts import Coverage
from core.services.insights import Insights
from core.services.insights_costs import Group
from core.services.insights_texts import ByGroup, TextQuality
from pages.components.charts import draw, filled, ranking, share_column, table
from pages.components.figures import count
from pages.components.insight_choice import DIMENSIONS, choose_dimension
from pages.components.session import Here

Compared = tuple[Group, TextQuality]
_SHOWN = 20
_SHARES = (
    "Equal questions", "Equal pairs", "Near duplicates", "Distinct words", "Distinct word pairs",
    "Key concepts", "Class sessions", "Seeds", "Dropped or failed",
)  # fmt: skip


def show_repeats(h: Here, found: Insights) -> None:
    """The shares that repeat as bars, everything in the table."""
    dimension = choose_dimension("Split by", "split", key="insights.texts")
    texts = texts_of(h)[dimension]
    groups = [(group, texts[group.key]) for group in found.costs.groups(dimension) if group.key in texts]
    if not groups:
        st.info("No run has made samples yet, so there is nothing to compare.", icon=":material/info:")
        return
    groups.sort(key=lambda row: -row[1].variety.n)
    if any(_repeats(quality) for _, quality in groups):
        _bars(groups[:_SHOWN], dimension)
    else:
        total = sum(quality.variety.n for _, quality in groups)
        st.success(f"None of {count(total, 'sample')} repeats an earlier one of its group.", icon=":material/check:")
    if len(groups) > _SHOWN:
        st.caption(f"The {_SHOWN} largest of {count(len(groups))} groups; the table has all.")
    _method()
    table(
        filled([_row(dimension, group, quality) for group, quality in groups]),
        key=f"insights.texts.table.{dimension.value}",
        name=f"repeats and coverage by {dimension.value}",
        columns=_columns(),
    )


def texts_of(h: Here) -> ByGroup:
    """What the texts say, with a word on how many of them were compared."""
    with st.spinner("Comparing the texts ..."):
        found = h.work.insights.texts(h.project_id)
    if found.drawn < found.there:
        st.info(
            f"Compared are {found.drawn:,} of {found.there:,} samples, drawn at random. A repeat shows only where both "
            "texts were drawn, so repeats and coverage are higher in truth; compare the groups with each other. "
            "Preparing a dataset compares all that are chosen.",
            icon=":material/casino:",
        )
    return found.by


def _repeats(quality: TextQuality) -> bool:
    return quality.variety.near > 0 or quality.variety.questions > 0


def _method() -> None:
    st.caption(
        "A sample repeats when an earlier one of its own group is equal or nearly so. By answer augmentation equal "
        "questions are meant; look at equal pairs there."
    )
    with st.expander("How this is measured", icon=":material/straighten:", type="compact"):
        st.markdown(
            "- **Equal**: the question, or the pair of question and answer, is the same text.\n"
            "- **Near duplicates**: sets of three neighbouring words of the question have at least 70 % in common "
            "(Jaccard). Pairs to compare are found by MinHash (100 values, 20 bands), so a few are missed (3 % at the "
            "threshold); none is made up. What hangs together over several steps counts as one question.\n"
            "- **Distinct words, word pairs**: different ones over all of the questions (distinct-1, distinct-2). The "
            "figures fall with the number of texts, so at most 200 questions of a group are looked at; compare groups "
            "of like size.\n"
            "- **Key concepts, class sessions**: used by samples, of those that stand now in all syllabi of the "
            "disciplines that the group draws on. **Seeds**: examples used, of the group's seed sets.\n"
            "- **Dropped or failed**: items without a sample, of all that ended."
        )


def _bars(groups: list[Compared], dimension: Dimension) -> None:
    kinds: tuple[tuple[str, Callable[[TextQuality], float]], ...] = (
        ("Near duplicates", lambda quality: quality.variety.near),
        ("Equal questions", lambda quality: quality.variety.questions),
        ("Equal pairs", lambda quality: quality.variety.pairs),
    )
    places = list(range(len(groups)))
    figure = go.Figure(
        [
            go.Bar(
                name=name,
                x=[share(quality) for _, quality in groups],
                y=places,
                orientation="h",
                customdata=[
                    f"{name}: {share(quality):.1%} of {count(quality.variety.n, 'sample')}" for _, quality in groups
                ],
                hovertemplate="%{customdata}<extra></extra>",
            )
            for name, share in kinds
        ]
    )
    notes = [count(quality.variety.n, "sample") for _, quality in groups]
    ranking(figure, [group.name for group, _ in groups], notes)
    figure.update_layout(barmode="group", legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"})
    most = max(max(share(quality) for _, share in kinds) for _, quality in groups)
    figure.update_xaxes(tickformat=".0%", title="Samples that repeat an earlier one", range=[0, max(0.1, most * 1.05)])
    draw(figure, key=f"insights.texts_chart.{dimension.value}", height=140 + 52 * len(groups), right=110)


def _row(dimension: Dimension, group: Group, quality: TextQuality) -> dict[str, object]:
    variety, use = quality.variety, quality.use
    shares = {
        "Equal questions": variety.questions,
        "Equal pairs": variety.pairs,
        "Near duplicates": variety.near,
        "Distinct words": variety.distinct_1,
        "Distinct word pairs": variety.distinct_2,
        "Key concepts": use.concepts.share,
        "Class sessions": use.sessions.share,
        "Seeds": use.seeds.share,
        "Dropped or failed": group.counts.losses.share,
    }
    return {
        DIMENSIONS[dimension.value]: group.name,
        "Samples compared": variety.n,
        **{name: None if share is None else share * 100 for name, share in shares.items()},
        "Words of a question": variety.words,
        "Words of an answer": variety.answer_words,
        "Concepts used": _of(use.concepts),
        "Seeds used": _of(use.seeds),
    }


def _of(coverage: Coverage) -> str:
    return f"{coverage.used:,} of {coverage.all:,}" if coverage.all else ""


def _columns() -> dict[str, Any]:
    words = st.column_config.NumberColumn(format="%.0f")
    return {**dict.fromkeys(_SHARES, share_column()), "Words of a question": words, "Words of an answer": words}
