"""Two versions side by side: counts, and which rows came, went, changed their text or their split."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.domain.dataset_wish import Reason
from core.domain.records import Dataset
from core.services.datasets import Change
from pages.components.dataset_counts import SPLITS, made_from, show_both, signed, wish_words
from pages.components.figures import count
from pages.components.session import Here
from pages.components.text import rich, safe
from pages.components.text_diff import marked

_KINDS = {
    "added": ("Only in the second", "Samples that the first does not hold."),
    "removed": ("Only in the first", "Samples that the second does not hold any more."),
    "rewritten": ("Other text", "The same sample, edited in between."),
    "moved": ("Other split", "The same sample on another side."),
}
_TITLES = ("First", "Second")
_NOW = {
    "pending_review": "pending now",
    "accepted": "accepted now",
    "rejected": "rejected now",
    "disputed": "disputed now",
}


def title_of(dataset: Dataset) -> str:
    """ "Version 3: Pilot", "Draft: Pilot"."""
    return f"Version {dataset.number}: {dataset.name}" if dataset.number else f"Draft: {dataset.name}"


def compare_view(h: Here, first: str, second: str) -> None:
    """The whole view; raises NotFoundError."""
    with st.spinner("Comparing ..."):
        found = h.work.datasets.compare(h.project_id, first, second)
    st.title("Compare two versions", anchor=False)
    with st.container(horizontal=True, vertical_alignment="center"):
        for dataset in (found.one, found.other):
            query = {"project": h.project_id, "dataset": dataset.id}
            st.page_link("datasets.py", label=safe(title_of(dataset), 140), query_params=query)
        back = {"project": h.project_id, "dataset": second, "with": first}
        st.page_link("datasets.py", label="The other way round", icon=":material/swap_horiz:", query_params=back)
    names = h.work.review.choices(h.project_id).disciplines
    for title, dataset in zip(_TITLES, (found.one, found.other), strict=True):
        st.caption(safe(f"{title}: {made_from(dataset, names)}.", 2000))
    if found.same:
        st.success("Both hold the same texts on the same sides of the split.", icon=":material/task_alt:")
    with st.container(horizontal=True):
        for kind, (label, words) in _KINDS.items():
            st.metric(label, count(found.counts[kind]), help=words, border=True, width=170)
    one, other = ({**each.card, "rows": each.n_items} for each in (found.one, found.other))
    _cards(_TITLES, one, other, key="datasets.both")
    for kind, (label, _) in _KINDS.items():
        changes = found.examples.get(kind, ())
        if changes:
            st.subheader(label, anchor=False)
            st.caption(f"{count(len(changes), 'example')} of {found.counts[kind]:,}")
        for change in changes:
            with st.container(border=True):
                _change(kind, change)


def show_was(was: Mapping[str, Any], h: Here, card: Mapping[str, Any]) -> None:
    """A draft beside what it was before it was prepared again."""
    names = h.work.review.choices(h.project_id).disciplines
    st.markdown(f"Before: **{safe(was['name'], 140)}**. {safe(wish_words(was['wish'], was['card'], names), 2000)}.")
    _cards(("Before", "Now"), was["card"], card, key="datasets.was")


def _cards(titles: tuple[str, str], one: Mapping[str, Any], other: Mapping[str, Any], *, key: str) -> None:
    """Rows, what was left out, the splits; then the counts."""
    lines = [_line("**Rows**", one["rows"], other["rows"])]
    for group, words in (
        ("splits", SPLITS),
        ("left_out", {reason: f"Left out: {reason.label[:1].lower()}{reason.label[1:]}" for reason in Reason}),
    ):
        both = [card.get(group) or {} for card in (one, other)]
        lines += [
            _line(word, *(each.get(name, 0) for each in both))
            for name, word in words.items()
            if any(each.get(name) for each in both)
        ]
    st.markdown("\n".join([f"| | {titles[0]} | {titles[1]} | Difference |", "|:--|--:|--:|--:|", *lines]))
    show_both(titles, one, other, key=key)


def _line(name: str, one: int, other: int) -> str:
    return f"| {name} | {one:,} | {other:,} | {signed(other - one)} |"


def _change(kind: str, change: Change) -> None:
    badges = f":gray-badge[Sample {change.sample_id}] :gray-badge[{_NOW[change.state]}]"
    before, after = change.before, change.after
    if before and after and before["split"] != after["split"]:
        badges += f" :blue-badge[{safe(before['split'])} to {safe(after['split'])}]"
    st.markdown(badges)
    if kind == "rewritten" and before and after:
        _texts(before["row"], after["row"])
        return
    row = (after or before or {"row": {"question": "", "answer": ""}})["row"]
    st.markdown(rich(row["question"]), anchors=False)


def _texts(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    for field in ("question", "answer"):
        if before[field] != after[field]:
            for column, text in zip(st.columns(2), marked(before[field], after[field]), strict=True):
                column.markdown(text, anchors=False)
