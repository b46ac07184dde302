"""What a bulk verdict would be given to, in numbers."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from core.domain.states import ReviewState, VerificationState
from core.services.bulk_verdicts import NO_DISCIPLINE, BulkPreview
from pages.components.figures import count

_STATES = {
    ReviewState.PENDING: "pending",
    ReviewState.ACCEPTED: "accepted",
    ReviewState.REJECTED: "rejected",
    ReviewState.DISPUTED: "disputed",
}
_VERIFICATIONS = {
    VerificationState.VERIFIED: "Passed",
    VerificationState.FAILED: "Failed",
    VerificationState.NONE: "Not verified",
}


def show_counts(seen: BulkPreview) -> None:
    """How many fit, which of them are judged, and of which kinds those are."""
    total = sum(seen.states.values())
    fit = ", ".join(f"{seen.states.get(state, 0):,} {word}" for state, word in _STATES.items())
    st.markdown(
        f"**{count(seen.judged, 'sample')}** will get the verdict."
        f" {count(total, 'sample fits', 'samples fit')} the filters: {fit}."
    )
    gold = f" {count(seen.gold, 'gold item is', 'gold items are')} left out." if seen.gold else ""
    st.caption(f"Only pending samples are judged; what has a verdict keeps it, disputes too.{gold}")
    if not seen.judged:
        return
    names = {**seen.names, NO_DISCIPLINE: "No discipline"}
    left, middle, right = st.columns(3)
    with left:
        _table("Strategy", [(each.label, n) for each, n in seen.strategies.items()])
    with middle:
        _table("Discipline", [(names.get(node, "No discipline"), n) for node, n in seen.disciplines.items()])
    with right:
        _table("Verification", [(_VERIFICATIONS[each], n) for each, n in seen.verifications.items()])


def _table(title: str, rows: Iterable[tuple[str, int]]) -> None:
    found = sorted(rows, key=lambda row: (-row[1], row[0]))
    st.dataframe(
        [{title: name, "Samples": number} for name, number in found],
        hide_index=True,
        width="stretch",
        height=min(38 + 35 * len(found), 178),
        key=f"bulk.{title.lower()}",
    )
