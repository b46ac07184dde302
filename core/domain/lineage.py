"""Reading the lineage of a sample: who made which stage, and what it came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.domain.records import Sample

_BY = "_by"


def makers(lineage: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The entries of all calls behind a sample, e.g. "question_by", in the order in which they were asked."""
    return {key: made for key, made in lineage.items() if key.endswith(_BY) and isinstance(made, Mapping)}


def requests_behind(sample: Sample) -> list[int]:
    """Ids of the requests that the pair took, each once."""
    told = [made.get("request") for made in makers(sample.lineage).values()]
    every = [sample.question_request, sample.answer_request, *told]
    return list(dict.fromkeys(int(request) for request in every if request))


def seed_of(lineage: Mapping[str, Any]) -> dict[str, Any] | None:
    """The seed that a sample started from: set, name and version, example, position counted from 1, question."""
    if lineage.get("seed_set_name") is None or lineage.get("seed_position") is None:
        return None
    return {
        "set": lineage.get("seed_set"),
        "name": lineage["seed_set_name"],
        "example": lineage.get("seed_example"),
        "number": int(lineage["seed_position"]) + 1,
        "question": lineage.get("seed_question", ""),
    }


def seed_words(lineage: Mapping[str, Any]) -> str:
    """ "From seed 12 of GSM8K, version 1", "" without a seed."""
    seed = seed_of(lineage)
    return f"From seed {seed['number']:,} of {seed['name']}" if seed else ""
