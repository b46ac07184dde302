"""What the doctor says of verdicts: states follow from the history, texts have their hash, every verdict its event."""

from __future__ import annotations

from dataclasses import dataclass

from core.store import event_audit, events, review_audit
from core.store.database import Tx
from core.store.review_audit import Findings

_BACKUP = "Restore a backup from before this happened."
_SHOWN = 3
RECOUNT = "Run `python -m core doctor --recount`."


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor: `level` is ok, warning or problem."""

    subject: str
    level: str
    detail: str
    hint: str = ""


def texts_and_states(tx: Tx) -> list[Finding]:
    """Texts against their hashes, states, flags and second verdicts against the history."""
    states, marks, texts = review_audit.states_and_texts(tx)
    again = "Judge these samples again, which works their state out anew; restore a backup if they are many."
    return [
        _said("Texts", texts, "texts have their hash", _BACKUP),
        _said("Review states", states, "samples are in the state that their history says", again),
        _said("Flags and second verdicts", marks, "samples are marked as their history says", RECOUNT),
    ]


def verdicts_and_events(tx: Tx) -> list[Finding]:
    """Entries against events, and the chain of these."""
    broken, found = events.broken_link(tx), event_audit.events_of_verdicts(tx)
    what = f"event {broken} was changed after it was written, or one before it taken out"
    chain = Finding("History", "ok", "unbroken") if broken is None else Finding("History", "problem", what, _BACKUP)
    return [chain, _said("Verdicts", found, "entries of the review history have their event", _BACKUP)]


def _said(subject: str, found: Findings, well: str, hint: str) -> Finding:
    if not found.wrong:
        return Finding(subject, "ok", f"{found.seen:,} {well}")
    more = f"; {found.wrong - _SHOWN:,} more like this" if found.wrong > _SHOWN else ""
    return Finding(subject, "problem", "; ".join(found.places[:_SHOWN]) + more, hint)
