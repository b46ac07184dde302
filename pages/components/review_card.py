"""The card of one sample under review: question and answer, and beside them all that helps to judge it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

import streamlit as st

from core.domain.lineage import makers
from core.domain.records import Review, Sample
from core.domain.states import ReviewState, VerificationState
from core.domain.strategies import Strategy
from core.domain.taxonomy import Origin
from core.services.review import SampleView
from pages.components.figures import count, money, when
from pages.components.sample_source import check_word, draw_seed, draw_turns, source_lines, turn_title
from pages.components.text import rich, safe

_STATE = {
    ReviewState.PENDING: ("Pending", ":material/schedule:", "gray"),
    ReviewState.ACCEPTED: ("Accepted", ":material/check:", "green"),
    ReviewState.REJECTED: ("Rejected", ":material/close:", "red"),
    ReviewState.DISPUTED: ("Disputed", ":material/call_split:", "violet"),
}
_VERIFIED = {
    VerificationState.NONE: ("Not verified", ":material/help:", "gray"),
    VerificationState.VERIFIED: ("Verification passed", ":material/verified:", "green"),
    VerificationState.FAILED: ("Verification failed", ":material/warning:", "orange"),
}
_SAID = {"accept": "accepted", "reject": "rejected", "skip": "skipped", "edit": "edited", "undo": "took back a step"}


def draw_card(view: SampleView, guidelines: str) -> None:
    """Question and answer on the left, lineage and history on the right."""
    with st.container(key=f"review.card.{view.sample.id}"):
        left, right = st.columns([13, 7], gap="medium")
        with left:
            history = view.sample.history
            draw_turns(history)
            _text(turn_title("Question", history), view.sample.question)
            _text(turn_title("Answer", history), view.sample.answer)
        with right:
            _standing(view)
            st.markdown("\n".join(f"- {line}" for line in lineage_lines(view)))
            _links(view.sample)
            if guidelines.strip():
                st.expander("Guidelines", icon=":material/rule:").markdown(rich(guidelines), anchors=False)
            _history(view)


def _text(title: str, body: str) -> None:
    with st.container(border=True, gap="xsmall"):
        st.caption(title)
        st.markdown(rich(body), anchors=False)


def _standing(view: SampleView) -> None:
    sample = view.sample
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.markdown(f"**Sample {sample.id}**")
        for label, icon, colour in (_STATE[sample.review], _VERIFIED[sample.verification]):
            st.badge(label, icon=icon, color=colour)  # type: ignore[arg-type]
    for found in view.verifications:
        if found["content_hash"] == sample.content_hash and found["detail"]:
            st.caption(f"{check_word(str(found['method']))} says: {safe(found['detail'], 600)}")
    last = view.reviews[-1] if view.reviews else None
    if sample.review is ReviewState.REJECTED and last and last.verdict == "reject" and (last.reason or last.note):
        st.caption(f"Rejected: {safe(_because(last), 600)}")


def lineage_lines(view: SampleView) -> list[str]:
    """Where the sample comes from, in words: strategy and seed, or place, subject, sessions with concepts; difficulty,
    teacher, cost."""
    sample = view.sample
    lines = [*source_lines(sample.strategy, sample.lineage), *_place(sample.lineage)]
    difficulty = f"{sample.difficulty.value.capitalize()}, " if sample.difficulty else ""
    words = f"{difficulty}{_made_by(view)}"
    lines.append(f"{words[:1].upper()}{words[1:]}")
    return lines


def _place(made: Mapping[str, Any]) -> list[str]:
    if not ("path" in made or "discipline" in made):
        return []
    path = " > ".join(_texts(made.get("path")) or [str(made["discipline"])])
    lines = [safe(path, 300), f"Subject: {safe(made.get('subject', 'unknown'))}"]
    total = made.get("n_sessions")
    places = zip_longest(made.get("session_numbers") or (), _texts(made.get("sessions")), made.get("groups") or ())
    for number, name, concepts in places:
        where = f"Session {number} of {total}" if number and total else "Session"
        about = f", concepts: {safe('; '.join(_texts(concepts)), 600)}" if concepts else ""
        lines.append(f"{safe(where)}: {safe(name or 'unnamed')}{about}")
    return lines


def _made_by(view: SampleView) -> str:
    if view.sample.origin is Origin.DEMO:
        return "demo content, no call and no cost"
    if view.sample.strategy == Strategy.HUMAN:
        return "put in by a person, no call and no cost"
    names = list(dict.fromkeys(str(made.get("model")) for made in makers(view.sample.lineage).values()))
    cost = safe(money(view.cost)) if view.cost is not None else "cost unknown"
    return f"teacher {safe(' and '.join(names) or 'unknown')}, {cost}"


def _links(sample: Sample) -> None:
    draw_seed(sample.lineage)
    if sample.parent_id:
        query = {"project": sample.project_id, "sample": str(sample.parent_id), "state": "all"}
        words = f"Goes on from sample {sample.parent_id}"
        st.page_link("review.py", label=words, icon=":material/forum:", query_params=query)
    if sample.run_id:
        query = {"project": sample.project_id, "run": sample.run_id}
        st.page_link("runs.py", label="The run that made it", icon=":material/play_circle:", query_params=query)


def _history(view: SampleView) -> None:
    entries, revision = len(view.reviews), view.sample.revision
    label = f"History: revision {revision}, {count(entries, 'entry', 'entries')}"
    with st.expander(label, icon=":material/history:"):
        st.markdown("\n".join(f"- {line}" for line in history_lines(view.reviews)))
        if not view.reviews:
            st.caption("Nobody has looked at it yet.")
        for earlier in view.revisions:
            if earlier["n"] != revision:
                _earlier(earlier)


def history_lines(reviews: Sequence[Review]) -> list[str]:
    """The review history, oldest first, one line an entry."""
    return [
        f"{when(entry.at)}: {safe(entry.person, 80)} {_SAID[entry.verdict]}{_tail(_because(entry))}"
        for entry in reviews
    ]


def _tail(text: str) -> str:
    return f" ({safe(text, 600)})" if text else ""


def _because(entry: Review) -> str:
    return ": ".join(part for part in (entry.reason, entry.note) if part)


def _earlier(revision: Mapping[str, Any]) -> None:
    st.caption(f"Revision {revision['n']} by {safe(revision['person'], 80)}, {when(revision['at'])}")
    st.code(f"{revision['question']}\n\n{revision['answer']}", language=None, wrap_lines=True)


def _texts(value: object) -> list[str]:
    return [str(part) for part in value] if isinstance(value, list | tuple) else []
