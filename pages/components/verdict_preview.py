"""What taking a file of verdicts in would do: figures, people, states that move, what is not found with its place."""

from __future__ import annotations

import json

import streamlit as st

from core.services.verdict_imports import Fate, Look, Preview
from pages.components.figures import count
from pages.components.text import safe

_SHOWN = 200
_FATES = {
    Fate.COUNTS: ("Will count", "Given to the present text of a sample."),
    Fate.KEPT: ("Earlier texts", "The text changed since: kept in the history for the old text, moves nothing."),
    Fate.SAME: ("Said already", "The same person said the same of the same text here."),
    Fate.OTHERWISE: ("Said otherwise", "The same person judged this text otherwise here by hand, which stands."),
    Fate.GOLD: ("Gold items", "Their verdict is known; no file moves them."),
    Fate.LEFT_OUT: ("Left out", "By your choice of words and people."),
    Fate.IN: ("In already", "They were dealt with when this file came in before."),
    Fate.UNMATCHED: ("Not found", "No text here is the one that was judged; listed below."),
}


def show_preview(look: Look, preview: Preview) -> None:
    """Figures and lists."""
    st.markdown("##### What would happen")
    fates = preview.plan.fates
    with st.container(horizontal=True, gap="small"):
        for fate, (label, words) in _FATES.items():
            if fates[fate] or fate in {Fate.COUNTS, Fate.UNMATCHED}:
                st.metric(label, f"{fates[fate]:,}", border=True, width=150, help=words)
    for line in _moves(preview):
        st.caption(line)
    if preview.by_person:
        _people(preview)
    if look.file.bad:
        _bad(look)
    if preview.unmatched:
        _unmatched(look, preview)
    _earlier(look, preview)


def _moves(preview: Preview) -> list[str]:
    sums: dict[str, int] = {}
    for (_, then), number in preview.states.items():
        sums[then] = sums.get(then, 0) + number
    words = {"accepted": "accepted", "rejected": "rejected", "disputed": "disputed", "pending_review": "pending"}
    (state, number), *more = sorted(sums.items()) or [("", 0)]
    first = f"{count(number, 'sample becomes', 'samples become')} {words.get(state, state)}"
    parts = [first, *(f"{number:,} {words.get(state, state)}" for state, number in more)]
    return [f":material/swap_horiz: {', '.join(parts)}."] if number else []


def _people(preview: Preview) -> None:
    found: dict[str, dict[str, int]] = {}
    for (person, word), number in preview.by_person.items():
        found.setdefault(person, {})[word] = number
    rows = [
        {
            "Signed as": person,
            "Accept": words.get("accept", 0),
            "Reject": words.get("reject", 0),
            "Skip": words.get("skip", 0),
            "All": sum(words.values()),
        }
        for person, words in sorted(found.items(), key=lambda item: -sum(item[1].values()))
    ]
    numbers = {name: st.column_config.NumberColumn(format="localized") for name in ("Accept", "Reject", "Skip", "All")}
    height = min(320, 38 + 35 * len(rows))
    st.dataframe(rows, hide_index=True, height=height, column_config=numbers, key="verdicts.import.people")


def _unmatched(look: Look, preview: Preview) -> None:
    missing = preview.unmatched
    st.markdown(f"**{count(len(missing), 'verdict')} whose text is not found**")
    rows: list[dict[str, object]] = [
        {
            look.file.counted: each.said.line,
            "Person": each.said.person,
            "Word": each.said.word,
            "Reason": each.reason,
            "Question": each.said.begins,
        }
        for each in missing
    ]
    _table(look, rows, "unmatched")
    st.download_button(
        "Download this list",
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode("utf-8", "replace"),
        file_name=f"not-found-{look.digest[:10]}.jsonl",
        mime="application/jsonl",
        key="verdicts.import.download",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
    )


def _earlier(look: Look, preview: Preview) -> None:
    old = [each for each in preview.plan.judged if each.fate is Fate.KEPT]
    if not old:
        return
    with st.expander(
        f"{count(len(old), 'verdict')} on texts that changed since", icon=":material/history:", type="compact"
    ):
        rows: list[dict[str, object]] = [
            {
                look.file.counted: each.said.line,
                "Sample": each.place.id if each.place else None,
                "Signed as": each.person,
                "Word": each.said.word,
                "Question": each.said.begins,
            }
            for each in old
        ]
        _table(look, rows, "earlier")


def _bad(look: Look) -> None:
    bad = look.file.bad
    st.markdown(f"**{safe(count(len(bad), 'row'))} that cannot be read**")
    rows: list[dict[str, object]] = [
        {look.file.counted: row.line, "Reason": row.reason, "Text": row.raw[:120]} for row in bad
    ]
    _table(look, rows, "bad")


def _table(look: Look, rows: list[dict[str, object]], name: str) -> None:
    shown = rows[:_SHOWN]
    st.dataframe(
        shown,
        hide_index=True,
        height=min(300, 38 + 35 * len(shown)),
        column_config={
            look.file.counted: st.column_config.NumberColumn(width=70, format="localized"),
            "Reason": st.column_config.TextColumn(width="large"),
            "Question": st.column_config.TextColumn(width="medium"),
        },
        key=f"verdicts.import.{name}",
    )
    if len(rows) > _SHOWN:
        st.caption(f"The first {_SHOWN} of {len(rows):,}.")
