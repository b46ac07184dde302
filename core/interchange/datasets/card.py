"""The dataset card: a YAML header that the Hugging Face Hub reads, and what a reader has to know."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

import yaml

from core.interchange.datasets.model import LICENCES, About

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_LARGER = ((10_000_000, "1M<n<10M"), (100_000_000, "10M<n<100M"), (10**9, "100M<n<1B"))
_INTRODUCTION = (
    "{rows:,} instruction samples of the project {project}, frozen on {day}. Every row was accepted by a person, and "
    "carries its lineage: what it was made from, by which models and prompts, and what was checked."
)
_COLUMNS = """\
| column | what |
| --- | --- |
| `question`, `answer` | the pair; `history` holds the earlier turns of a conversation, `[question, answer]` each |
| `strategy`, `difficulty`, `origin`, `task_type` | how the sample was made |
| `taxonomy`, `subject`, `syllabus`, `sessions_in_syllabus` | its place, the syllabus with its version and length |
| `sessions` | the class sessions it is about, and their key concepts |
| `seed`, `parent`, `parent_hash`, `evolutions` | what it started from |
| `calls`, `price` | every call behind it: stage, model, sampling, prompt template with its hash; what they cost |
| `verification` | what machines checked, and how it came out |
| `review` | the human verdict, by an alias |
| `id`, `run`, `revision`, `content_hash` | where the sample is found in the studio |
| `more` | whatever else is known of the row, as JSON |
"""


def size_category(rows: int) -> str:
    """As the Hub names sizes."""
    return next((name for limit, name in (*_SIZES, *_LARGER) if rows < limit), "1B<n<10B")


def header(about: About) -> dict[str, Any]:
    """What stands in the YAML header."""
    return {
        "pretty_name": f"{about.name}, version {about.number}",
        "license": about.options.licence,
        "language": list(about.options.languages),
        "task_categories": ["text-generation", "question-answering"],
        "size_categories": [size_category(about.rows)],
        "tags": ["instruction-tuning", "synthetic", "human-reviewed"],
        "configs": [
            {
                "config_name": "default",
                "data_files": [{"split": split, "path": f"data/{split}-*"} for split in about.splits],
            }
        ],
    }


def card(about: About) -> str:
    """The whole README.md."""
    told = yaml.safe_dump(header(about), allow_unicode=True, sort_keys=False, width=120)
    name, address = LICENCES[about.options.licence]
    parts = [
        f"---\n{told}---",
        f"# {_plain(about.name)}, version {about.number}",
        _INTRODUCTION.format(rows=about.rows, project=_plain(about.project), day=about.frozen_on),
        "## Rows",
        _table(("split", "rows"), about.splits),
        *_counts(about.card),
        "## Columns",
        _COLUMNS.rstrip(),
        *_guidelines(about.card),
        "## Licence",
        f"{name}: {address}" if about.options.licence != "unknown" else "Not decided yet.",
        "## Limits",
        "Most texts were written by language models. Links and images in them are kept as they are.",
    ]
    return "\n\n".join(parts) + "\n"


def _guidelines(told: Mapping[str, Any]) -> list[str]:
    lines = str(told.get("guidelines") or "").strip().splitlines()
    return ["## Review guidelines", "\n".join(f"> {_plain(line)}".rstrip() for line in lines)] if lines else []


def _counts(told: Mapping[str, Any]) -> list[str]:
    """A table for each way of counting that the version has."""
    groups = (("discipline", "by_discipline"), ("strategy", "by_strategy"), ("difficulty", "by_difficulty"))
    return [_table((word, "rows"), told[key]) for word, key in groups if told.get(key)]


def _table(head: tuple[str, str], rows: Mapping[str, int]) -> str:
    lines = [f"| {head[0]} | {head[1]} |", "| --- | ---: |"]
    return "\n".join([*lines, *(f"| {_plain(name)} | {number:,} |" for name, number in rows.items())])


def _plain(text: str) -> str:
    """Words of people, without effect in Markdown tables and HTML."""
    return html.escape(" ".join(text.split()), quote=False).replace("|", "\\|").replace("![", "!\\[")
