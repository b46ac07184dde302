"""What a format is: how it is written, who reads it, whether the lineage is inside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from core.interchange.dataset_rows import Row

LICENCES: Mapping[str, tuple[str, str]] = {
    "unknown": ("Not decided", "https://huggingface.co/docs/hub/repositories-licenses"),
    "cc-by-4.0": ("CC BY 4.0", "https://spdx.org/licenses/CC-BY-4.0.html"),
    "cc-by-sa-4.0": ("CC BY-SA 4.0", "https://spdx.org/licenses/CC-BY-SA-4.0.html"),
    "cc-by-nc-4.0": ("CC BY-NC 4.0", "https://spdx.org/licenses/CC-BY-NC-4.0.html"),
    "cc-by-nc-sa-4.0": ("CC BY-NC-SA 4.0", "https://spdx.org/licenses/CC-BY-NC-SA-4.0.html"),
    "cc0-1.0": ("CC0 1.0, public domain", "https://spdx.org/licenses/CC0-1.0.html"),
    "odc-by": ("ODC-By 1.0", "https://spdx.org/licenses/ODC-By-1.0.html"),
    "odbl": ("ODbL 1.0", "https://spdx.org/licenses/ODbL-1.0.html"),
    "apache-2.0": ("Apache 2.0", "https://spdx.org/licenses/Apache-2.0.html"),
    "mit": ("MIT", "https://spdx.org/licenses/MIT.html"),
}
"""Name for people and address of the text, by the identifier that the Hugging Face Hub uses."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a person says about the files. Only a folder with a dataset card holds it. Languages are ISO 639 codes."""

    licence: str = "unknown"
    languages: tuple[str, ...] = ("en",)


@dataclass(frozen=True, slots=True)
class Part:
    """One written file of a folder: its path inside, the split it belongs to."""

    path: str
    split: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class About:
    """What a dataset card says of the version; nothing in it changes after freezing.

    `wish` is what it was made from, `benchmarks` the names of those in it.
    """

    name: str
    number: int
    project: str
    slug: str
    frozen_on: str
    splits: Mapping[str, int]
    card: Mapping[str, Any] = field(default_factory=dict)
    options: Options = Options()
    wish: Mapping[str, Any] = field(default_factory=dict)
    benchmarks: tuple[str, ...] = ()

    @property
    def is_synthetic(self) -> bool:
        """Did anybody but people write rows?"""
        origins = self.card.get("by_origin") or {"model": 1}
        return any(number for origin, number in origins.items() if origin != "person")

    @property
    def rows(self) -> int:
        """Of all splits."""
        return sum(self.splits.values())


@dataclass(frozen=True, slots=True)
class Format:
    """One format. `version` grows when the same rows come out otherwise than before.

    `first` says which of the numbered rows stand first in a file, because readers infer the type of a column from the
    first rows alone. `finish` is there for formats that are folders: it adds what stands
    beside the data files. Those are written by `write` too, one for each split and so many rows.
    """

    key: str
    title: str
    reads: str
    words: str
    suffix: str
    mime: str
    lineage: bool
    write: Callable[[Iterable[Row], IO[bytes]], None]
    preview: Callable[[Row], str]
    version: int = 1
    first: Callable[[Iterable[tuple[int, Row]]], list[int]] | None = None
    finish: Callable[[Path, Sequence[Part], About], None] | None = None

    @property
    def is_folder(self) -> bool:
        """Several files in a folder, taken away as one zip file."""
        return self.finish is not None
