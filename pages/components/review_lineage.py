"""What is known of a sample, in plain words: where it comes from, what machines and people said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any
from urllib.parse import urlencode

from core.domain.lineage import makers
from core.domain.people import TEACHER
from core.domain.records import Review, Sample
from core.domain.review import Purpose, standing
from core.domain.states import ReviewState, VerificationState
from core.domain.strategies import Strategy
from core.domain.taxonomy import Origin
from core.services.sample_views import SampleView
from pages.components.figures import money, when
from pages.components.sample_source import check_word, source_words

STATES = {
    ReviewState.PENDING: ("Pending", "schedule", "gray"),
    ReviewState.ACCEPTED: ("Accepted", "check", "green"),
    ReviewState.REJECTED: ("Rejected", "close", "red"),
    ReviewState.DISPUTED: ("Disputed", "call_split", "violet"),
}
CHECKED = {
    VerificationState.NONE: ("Not verified", "help", "gray"),
    VerificationState.VERIFIED: ("Verification passed", "verified", "green"),
    VerificationState.FAILED: ("Verification failed", "warning", "orange"),
}
WISHED = "Reviewer's words"
_SAID = {
    "accept": "accepted",
    "reject": "rejected",
    "skip": "skipped",
    "edit": "edited",
    "undo": "took back a step",
    "flag": "flagged it",
    "unflag": "took the flag away",
}


def lineage_words(view: SampleView) -> list[str]:
    """Strategy and seed, or place, subject, sessions with concepts; difficulty, teacher, cost. One line each."""
    sample = view.sample
    lines = [*source_words(sample.strategy, sample.lineage), *_place(sample.lineage)]
    words = ", ".join(filter(None, [sample.difficulty.value if sample.difficulty else "", _made_by(view)]))
    return [*lines, f"{words[:1].upper()}{words[1:]}"]


def _place(made: Mapping[str, Any]) -> list[str]:
    if not ("path" in made or "discipline" in made):
        return []
    path = " > ".join(_texts(made.get("path")) or [str(made["discipline"])])
    subject, total = made.get("subject", "unknown"), made.get("n_sessions")
    lines = [path]
    places = list(
        zip_longest(made.get("session_numbers") or (), _texts(made.get("sessions")), made.get("groups") or ())
    )
    for index, (number, name, concepts) in enumerate(places):
        of = f" of {total}" if total else ""
        where = f"session {number}{of} {name or 'unnamed'}" if number else f"session {name or 'unnamed'}"
        about = f", concepts {'; '.join(_texts(concepts))}" if concepts else ""
        start = f"{subject}, {where}" if index == 0 else f"{where[:1].upper()}{where[1:]}"
        lines.append(f"{start}{about}")
    return lines if places else [*lines, str(subject)]


def _made_by(view: SampleView) -> str:
    sample = view.sample
    names = " and ".join(dict.fromkeys(str(made.get("model")) for made in makers(sample.lineage).values()))
    cost = money(view.cost) if view.cost is not None else "cost unknown"
    if sample.origin is Origin.DEMO or sample.strategy == Strategy.HUMAN:
        came = "demo content" if sample.origin is Origin.DEMO else "put in by a person"
        return f"{came}, repaired by teacher {names}, {cost}" if names else f"{came}, no call and no cost"
    return f"teacher {names or 'unknown'}, {cost}"


def links(sample: Sample, person: str = "") -> list[tuple[str, str, dict[str, str]]]:
    """What leads on from a sample: words, page, query."""
    who = {"person": person} if person else {}
    found = []
    if sample.parent_id:
        query = {"project": sample.project_id, "sample": str(sample.parent_id), "state": "all", **who}
        found.append((f"Goes on from sample {sample.parent_id}", "review", query))
    if sample.run_id:
        query = {"project": sample.project_id, "run": sample.run_id, **who}
        found.append(("The run that made it", "runs", query))
    return found


def address(page: str, query: Mapping[str, str]) -> str:
    """A page with its query, beside the present one."""
    return f"{page}?{urlencode(query).replace('+', '%20')}"


def checks(view: SampleView) -> list[tuple[str, bool]]:
    """What machines found about the present text, and whether it passed."""
    return [
        (f"{check_word(str(found['method']))} says: {found['detail']}", bool(found["passed"]))
        for found in view.verifications
        if found["content_hash"] == view.sample.content_hash and found["detail"]
    ]


def said_now(view: SampleView) -> list[Review]:
    """The verdicts that stand on the present text, as far as the reader may see them."""
    return standing(view.reviews, view.sample.content_hash)


def said_beside(view: SampleView) -> list[Review]:
    """Of these what is told beside the state: every side where people differ, else what has a reason."""
    said = said_now(view)
    differ = len({entry.verdict for entry in said}) > 1
    return [entry for entry in said if differ or because(entry)]


def history_words(reviews: Sequence[Review]) -> list[str]:
    """The review history, oldest first, one line an entry."""
    return [f"{when(entry.at)}: {entry.person} {said_word(entry)}{_tail(because(entry))}" for entry in reviews]


def wished(view: SampleView) -> str:
    """What a reviewer asked of the teacher who wrote the present text, "" where it is no repair."""
    last = next((entry for entry in reversed(view.reviews) if entry.verdict == "edit"), None)
    author = next((text["person"] for text in view.revisions if text["n"] == view.sample.revision), "")
    return last.note if last and last.person == author == TEACHER else ""


def said_word(entry: Review) -> str:
    """What an entry says, as a verb."""
    settled = "settled it: " if entry.purpose == Purpose.SETTLE else ""
    return f"{settled}{_SAID.get(entry.verdict, entry.verdict)}"


def because(entry: Review) -> str:
    """Reason and note."""
    return ": ".join(part for part in (entry.reason, entry.note) if part)


def _tail(text: str) -> str:
    return f" ({text})" if text else ""


def _texts(value: object) -> list[str]:
    return [str(part) for part in value] if isinstance(value, list | tuple) else []
