"""What of a concept has no column or key that a person would write: languages, links, further statements.

JSON and YAML keep it as it is here, CSV as JSON in one cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from core.errors import ImportRejectedError
from core.interchange.concepts import terms
from core.interchange.concepts.decoding import plain, tidy
from core.interchange.concepts.model import RELATIONS, STATES, Concept, Labels, Link, Mark

_HINT = "Mend it, or leave it out."
_LAST_SECOND = 253_402_300_799  # of the year 9999
KEYS = ("labels", "links", "extra")


def pack(concept: Concept) -> dict[str, Any]:
    """As plain values, without what is empty."""
    packed: dict[str, Any] = {}
    if concept.labels:
        packed["labels"] = {lang: {k: v for k, v in asdict(has).items() if v} for lang, has in concept.labels.items()}
    if concept.links:
        packed["links"] = [{"relation": link.relation, "target": link.target} for link in concept.links]
    if concept.extra:
        packed["extra"] = [[predicate, term] for predicate, term in concept.extra]
    return packed


def unpack(values: Mapping[str, Any], line: int) -> dict[str, Any]:
    """The fields of a Concept from what `pack` made; refuses anything else."""
    try:
        return {
            "labels": MappingProxyType({_text(lang): _labels(has) for lang, has in values.get("labels", {}).items()}),
            "links": tuple(_link(row) for row in values.get("links", ())),
            "extra": tuple((terms.iri(_text(p)), _term(t)) for p, t in values.get("extra", ())),
        }
    except (AttributeError, TypeError, ValueError) as error:
        raise ImportRejectedError(line, "Labels, links or further statements are not as expected.", _HINT) from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text is expected")
    return plain(value)


def _term(value: object) -> str:
    return terms.parse(_text(value)).text()


def _labels(values: Mapping[str, Any]) -> Labels:
    words = tuple(tidy(_text(word)) for word in values.get("alternatives", ()))
    rest = (tidy(_text(values.get(key, ""))) for key in ("preferred", "definition", "scope_note"))
    preferred, definition, scope_note = rest
    return Labels(preferred, words, definition, scope_note)


def _link(row: Mapping[str, Any]) -> Link:
    if row["relation"] not in RELATIONS:
        raise ValueError("unknown relation")
    return Link(row["relation"], _text(row["target"]))


def moment(at: float) -> str:
    """A point in time as text, to the microsecond; empty when it is not known."""
    return datetime.fromtimestamp(at, UTC).isoformat() if 0 < at <= _LAST_SECOND else ""


def mark(state: str, by: str, at: str, line: int = 0) -> Mark | None:
    """Who got how far, from text; None without a state."""
    state = state.strip().lower()
    if not state:
        return None
    if state not in STATES:
        raise ImportRejectedError(line, f"{state[:80]!r} is no state.", f"Write {' or '.join(STATES)}, or nothing.")
    try:
        when = datetime.fromisoformat(at.strip()) if at.strip() else None
    except ValueError as error:
        hint = "Write it as in 2026-01-31T12:00:00+00:00."
        raise ImportRejectedError(line, f"{at[:80]!r} is no point in time.", hint) from error
    if when is not None and when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    try:
        return Mark(state, tidy(by), max(0.0, when.timestamp()) if when else 0.0)
    except (OverflowError, ValueError) as error:
        raise ImportRejectedError(line, f"{at[:80]!r} is no point in time.", _HINT) from error
