"""A folder as the Hugging Face Hub has them: Parquet files for each split, a dataset card, a Croissant description."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.interchange.datasets import croissant, parquet
from core.interchange.datasets.card import card
from core.interchange.datasets.model import About, Format, Part

CARD, CROISSANT = "README.md", "croissant.json"


def part_name(split: str, number: int, of: int) -> str:
    """Where part `number` (from 0) of so many lies."""
    return f"data/{split}-{number:05}-of-{of:05}{parquet.PARQUET.suffix}"


def finish(folder: Path, parts: Sequence[Part], about: About) -> None:
    """Write what stands beside the data."""
    (folder / CARD).write_text(card(about), encoding="utf-8", newline="\n")
    (folder / CROISSANT).write_text(croissant.description(parts, about), encoding="utf-8", newline="\n")


HUB_FOLDER = Format(
    "hub_folder",
    "Hugging Face folder",
    "load_dataset with the folder's path, the Hugging Face Hub, mlcroissant",
    "Parquet files by split, a dataset card with its YAML header, a Croissant file. Upload the folder as it is.",
    ".zip",
    "application/zip",
    True,
    parquet.write,
    parquet.preview,
    version=4,
    finish=finish,
)
