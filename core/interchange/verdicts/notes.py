"""What has to be told of a file beside the verdicts in it: what was left out of it, and what it does not say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

_UNSAID: Final = "; in Argilla records.to_list(flatten=True) and to_datasets() say it."
_TOLD: Final[dict[str, tuple[str, str]]] = {
    "draft": ("draft is left out: nobody submitted it.", "drafts are left out: nobody submitted them."),
    "number": (
        "annotation is only named by its number and left out: export whole annotations.",
        "annotations are only named by their numbers and left out: export whole annotations.",
    ),
    "unsaid": (
        f"answer does not say whether it was submitted, a draft or discarded, and counts as submitted{_UNSAID}",
        f"answers do not say whether they were submitted, drafts or discarded, and count as submitted{_UNSAID}",
    ),
    "ground truth": (
        "annotation is marked as ground truth; it counts as the verdict of whoever gave it.",
        "annotations are marked as ground truth; each counts as the verdict of whoever gave it.",
    ),
    "empty": ("annotation answers nothing and is left out.", "annotations answer nothing and are left out."),
    "again": (
        "person answered a record twice; the last answer counts.",
        "times a person answered a record again; the last answer counts.",
    ),
}
_ALONE: Final = {
    "draft": ("There are only drafts in this file: nobody has submitted an answer.", "Submit them, then export again."),
    "number": ("Annotations are only named by their numbers in this file.", "Export whole annotations, as JSON."),
}


def told(counts: Mapping[str, int]) -> Iterator[str]:
    """One sentence for each thing that there is."""
    for what, (one, many) in _TOLD.items():
        if number := counts.get(what):
            yield f"{number:,} {one if number == 1 else many}"


def alone(counts: Mapping[str, int]) -> tuple[str, str] | None:
    """What to say, and the next step, where there is nothing else in the file."""
    return next((words for what, words in _ALONE.items() if counts.get(what)), None)
