"""The report of a draft or a version: what is in it, what was left out and why, with examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.domain.dataset_wish import Reason
from pages.components.dataset_counts import show_both
from pages.components.figures import count, percent
from pages.components.text import rich, safe
from pages.components.text_diff import marked

REASONS: Mapping[Reason, str] = {
    Reason.REPEAT: "Word for word the same question as an earlier sample; of several answers, the same.",
    Reason.CONTAMINATED: "The same question, or a long run of the same words.",
    Reason.NEAR: "The question is nearly that of an earlier sample.",
    Reason.DISCIPLINE: "Drawn by the random seed.",
    Reason.STRATEGY: "Drawn by the random seed.",
    Reason.GENERATED: "More than the ratio to human rows allows; drawn by the random seed.",
    Reason.BASIC: "More than the ratio to challenging rows allows; drawn by the random seed.",
}
_SIDES = (
    ("above", "Alike enough: one of them stays out"),
    ("below", "Not alike enough: both stay"),
    ("told_apart", "Alike in words, but asking with other numbers, names or signs: both stay"),
)


def show_way(card: Mapping[str, Any], rows: int) -> None:
    """From the accepted samples to the rows, step by step."""
    fitting = int(card.get("fitting", rows + int(card.get("duplicates", 0))))
    left = card.get("left_out") or ({"repeat": card["duplicates"]} if card.get("duplicates") else {})
    lines = [f"| Accepted samples | {card['accepted']:,} | |"] if "accepted" in card else []
    lines.append(f"| **Fit the choice** | **{fitting:,}** | |")
    lines += [f"| − {why.label} | {left[why]:,} | {REASONS[why]} |" for why in REASONS if left.get(why)]
    lines.append(f"| **Rows** | **{rows:,}** | |")
    st.markdown("\n".join(["| Step | Samples | Why |", "|:--|--:|:--|", *lines]))


def show_left_out(card: Mapping[str, Any]) -> None:
    """Examples of what was left out, beside the sample that says it already."""
    examples = card.get("examples") or {}
    found = [reason for reason in REASONS if examples.get(reason)]
    if not found:
        st.caption("Nothing was left out but what the benchmarks ask." if card.get("hits") else "Nothing was left out.")
        return
    chosen = st.segmented_control(
        "Reason",
        found,
        default=found[0],
        required=True,
        format_func=lambda reason: reason.label,
        key="datasets.reason",
        label_visibility="collapsed",
    )
    reason = chosen or found[0]
    number = int((card.get("left_out") or {}).get(reason, len(examples[reason])))
    st.caption(f"{count(len(examples[reason]), 'example')} of {number:,}. {REASONS[reason]}")
    for pair in examples[reason]:
        with st.container(border=True):
            _pair(pair["left"], pair["kept"], ("Left out", "Says it already"))


def show_near(card: Mapping[str, Any]) -> None:
    """Pairs on both sides of the threshold, the nearest to it first."""
    near = card.get("near")
    if not near:
        st.caption("Near duplicates were not looked for.")
        return
    st.markdown(f"Questions that are at least **{percent(near['threshold'])}** alike count as near duplicates.")
    if not any(near[side] for side, _ in _SIDES):
        st.caption("No two questions come near it.")
    for side, words in _SIDES:
        if near[side]:
            st.subheader(words, anchor=False)
        for pair in near[side]:
            with st.container(border=True):
                st.markdown(f":gray-badge[{percent(pair['similarity'])} alike]")
                _pair(pair["first"], pair["second"], ("First", "Second"))


def _pair(one: Mapping[str, Any], other: Mapping[str, Any] | None, titles: Sequence[str]) -> None:
    """Two questions side by side with the words marked that differ; one alone, or twice the same, as it is."""
    if other is None:
        st.caption(f"{titles[0]}: sample {one['id']}")
        st.markdown(rich(one["question"]), anchors=False)
        return
    if one["question"] == other["question"]:
        st.caption(f"{titles[0]}: sample {one['id']} · {titles[1]}: sample {other['id']}")
        st.markdown(rich(one["question"]), anchors=False)
        return
    texts = marked(one["question"], other["question"])
    for column, title, sample, text in zip(st.columns(2), titles, (one, other), texts, strict=True):
        with column:
            st.caption(f"{title}: sample {sample['id']}")
            st.markdown(text, anchors=False)


def show_hits(card: Mapping[str, Any], *, looked: bool) -> None:
    """What benchmarks ask too; `looked`: were any chosen?"""
    hits = card.get("hits")
    if not hits:
        found = "No row asks what a chosen benchmark asks." if looked else "No benchmark was chosen to be looked for."
        st.caption(found)
        return
    number = count(int(card["left_out"][Reason.CONTAMINATED]), "sample asks", "samples ask")
    st.markdown(f"**{number}** what a benchmark asks. One sample can meet several questions:")
    for name, number in sorted(hits["by_benchmark"].items(), key=lambda item: (-item[1], item[0])):
        st.markdown(f"- {safe(name)}: {count(number, 'hit')}")
    for hit in hits["examples"]:
        with st.container(border=True):
            how = "the same question" if hit["exact"] else f"{percent(hit['share'])} of the benchmark's question"
            st.markdown(f":gray-badge[{safe(hit['benchmark'])}, line {hit['line']}] :red-badge[{how}]")
            left, right = st.columns(2)
            with left:
                st.caption(f"Left out: sample {hit['left']['id']}")
                st.text(hit["left"]["question"])
            with right:
                st.caption("The benchmark asks")
                st.text(hit["question"])
            if not hit["exact"]:
                st.caption(f"In common: {safe(hit['words'], 600)}")


def show_before_after(card: Mapping[str, Any]) -> None:
    """Counts of what fitted the choice and of the rows."""
    before = card.get("before") or card
    show_both(("Fit the choice", "Rows"), before, card, key="datasets.before_after")
