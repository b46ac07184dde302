"""Reading the lineage of a sample: who made which stage, and what it came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.domain.records import Sample

_BY = "_by"
_CHECKED = "_requests"


def makers(lineage: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The entries of all calls behind a sample, e.g. "question_by", in the order in which they were asked."""
    return {key: made for key, made in lineage.items() if key.endswith(_BY) and isinstance(made, Mapping)}


def requests_behind(sample: Sample) -> list[int]:
    """Ids of the requests that the pair took, each once."""
    told = [made.get("request") for made in makers(sample.lineage).values()]
    every = [sample.question_request, sample.answer_request, *told]
    return list(dict.fromkeys(int(request) for request in every if request))


def checked_by(lineage: Mapping[str, Any]) -> list[int]:
    """Ids of the requests of checks that took several calls."""
    return [int(request) for key, asked in lineage.items() if key.endswith(_CHECKED) for request in asked]


def seed_of(lineage: Mapping[str, Any]) -> dict[str, Any] | None:
    """The seed that a sample started from: set, name and version, example, number counted from 1, question.

    Strategies that show several seeds to the teacher name them in "shots" instead.
    """
    if lineage.get("seed_set_name") is not None and lineage.get("shots"):
        shots = [{"example": shot["seed_example"], "number": shot["seed_position"] + 1} for shot in lineage["shots"]]
        return {"set": lineage.get("seed_set"), "name": lineage["seed_set_name"], "shots": shots}
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
    """ "From seed 12 of GSM8K, version 1", "From seeds 3, 7 and 12 of ...", "" without a seed."""
    return words_of_seed(seed_of(lineage))


def words_of_seed(seed: Mapping[str, Any] | None) -> str:
    """The same for what `seed_of` gave."""
    if not seed:
        return ""
    *others, last = [f"{shot['number']:,}" for shot in seed.get("shots") or (seed,)]
    numbers = f"seeds {', '.join(others)} and {last}" if others else f"seed {last}"
    return f"From {numbers} of {seed['name']}"
