"""The dataset card: a YAML header that the Hugging Face Hub reads, and what a reader has to know."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

import yaml

from core.domain.dataset_wish import limits
from core.domain.strategies import Strategy
from core.interchange.datasets.model import LICENCES, About

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_LARGER = ((10_000_000, "1M<n<10M"), (100_000_000, "10M<n<100M"), (10**9, "100M<n<1B"))
_INTRODUCTION = (
    "{rows:,} instruction samples of the project {project}, frozen on {day}. Every row was accepted by a person, and "
    "carries its lineage: what it was made from, by which models and prompts, and what was checked."
)
_ORIGINS = {
    "model": "teachers",
    "person": "people, as seed examples",
    "demo": "demo content of GLAN Studio",
    "starter": "starter content of GLAN Studio",
}
_WAYS = {
    "singly": "one by one",
    "in a dispute": "by an adjudicator, who settled a dispute",
    "in bulk": "many at once, after a random sample was looked at",
    "imported": "in another tool, from which the verdict was imported",
    "with its seed set": "with the set of seed examples that it belongs to",
}
_LEFT_OUT = {
    "repeat": "word for word the same as another",
    "contaminated": "asked by a benchmark too",
    "near": "nearly the same as another",
    "discipline": "over the limit of rows of a discipline",
    "strategy": "over the limit of rows of a strategy",
    "generated": "over the limit of generated rows for each human one",
    "basic": "over the limit of basic rows for each challenging one",
}
_LOADING = """\
```python
from datasets import load_dataset

rows = load_dataset("path/to/this/folder", split="train")
```"""
_SPLITS = (
    "Splits were drawn with random seed {seed}. Near duplicates, also with other numbers, one question, one seed and "
    "one set of key concepts are on one side."
)
_COLUMNS = """\
| column | what |
| --- | --- |
| `question`, `answer` | the pair; `history` holds the earlier turns of a conversation, `[question, answer]` each |
| `strategy`, `difficulty`, `origin`, `task_type` | how the sample was made |
| `taxonomy`, `subject`, `syllabus`, `sessions_in_syllabus` | its place, the syllabus with its version and length |
| `sessions` | the class sessions it is about, and their key concepts |
| `seed`, `parent`, `parent_hash`, `evolutions` | what it started from |
| `calls`, `price` | every call behind the text: stage, model, sampling, prompt template with its hash; what it cost |
| `edits` | who changed the text, by an alias |
| `verification` | what machines checked, and how it came out |
| `review` | the human verdict, by an alias, how it was given, and whether a second person looked |
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
        "tags": ["instruction-tuning", *(["synthetic"] if about.is_synthetic else []), "human-reviewed"],
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
        *_counts(about),
        *_made(about.card),
        *_accepted(about.card),
        *_chosen(about),
        *_left_out(about.card),
        "## Loading",
        _LOADING,
        "## Columns",
        _COLUMNS.rstrip(),
        *_guidelines(about.card),
        "## Licence",
        f"{name}: {address}" if about.options.licence != "unknown" else "Not decided yet.",
        "## Limits",
        *(["What was generated can be wrong although it was accepted."] if about.is_synthetic else []),
        "Links and images in the texts are kept as they are.",
    ]
    return "\n\n".join(parts) + "\n"


def _guidelines(told: Mapping[str, Any]) -> list[str]:
    lines = str(told.get("guidelines") or "").strip().splitlines()
    return ["## Review guidelines", "\n".join(f"> {_plain(line)}".rstrip() for line in lines)] if lines else []


def _counts(about: About) -> list[str]:
    """A table for each way of counting that the version has; each adds up to all rows."""
    groups = (("discipline", "by_discipline"), ("strategy", "by_strategy"), ("difficulty", "by_difficulty"))
    found = ((word, _labelled(about.card[key])) for word, key in groups if about.card.get(key))
    rests = ((word, told, about.rows - sum(told.values())) for word, told in found)
    return [_table((word, "rows"), {**told, **({"(none)": rest} if rest > 0 else {})}) for word, told, rest in rests]


def _labelled(counts: Mapping[str, int]) -> dict[str, int]:
    """A strategy as people call it, and as the column does."""
    labels = {each.value: f"{each.label} (`{each.value}`)" for each in Strategy}
    return {labels.get(name, name): number for name, number in counts.items()}


def _chosen(about: About) -> list[str]:
    """How accepted samples became these rows; nothing where that is not known any more."""
    wish, told = about.wish, about.card
    if not wish:
        return []
    rules = (
        (
            told.get("accepted"),
            f"{told.get('fitting', 0):,} of {told.get('accepted', 0):,} accepted samples fitted the choice.",
        ),
        (wish.get("without_failed_verification"), "Samples that failed a machine check stayed out."),
        (wish.get("without_open_seconds"), "Samples that awaited a second verdict stayed out."),
        (True, _near(wish.get("near"))),
        (True, _benchmarks(about)),
        *((True, f"{limit[:1].upper()}{limit[1:]}.") for limit in limits(wish)),
        (len(about.splits) > 1, _SPLITS.format(seed=wish.get("random_seed", 0))),
    )
    return ["## How they were chosen", "\n".join(f"- {words}" for said, words in rules if said)]


def _near(threshold: float | None) -> str:
    if not threshold:
        return "Near duplicates were not looked for."
    return (
        f"Of questions that share at least {threshold * 100:g} % of their three-word sequences the first stayed, and "
        "all that ask with other numbers, names or signs."
    )


def _benchmarks(about: About) -> str:
    if not about.benchmarks:
        return "No benchmark was looked for."
    names = ", ".join(map(_plain, about.benchmarks))
    ngram = about.wish.get("ngram", 13)
    return f"What asks a question of {names}, or shares {ngram} words in a row with one, stayed out."


def _made(told: Mapping[str, Any]) -> list[str]:
    parts = [_table(("written by", "rows"), _said(_ORIGINS, told["by_origin"]))] if told.get("by_origin") else []
    if told.get("by_model"):
        parts.append(_table(("model of a teacher", "rows"), told["by_model"]))
    if edited := told.get("edited"):
        one, several = "1 row was edited by a person before it was", "rows were edited by people before they were"
        parts.append(f"{one if edited == 1 else f'{edited:,} {several}'} accepted.")
    return ["## How the rows were made", *parts] if parts else []


def _accepted(told: Mapping[str, Any]) -> list[str]:
    if not told.get("by_verdict"):
        return []
    people, waiting = told.get("reviewers", 0), told.get("open_seconds", 0)
    words = "1 person accepted rows." if people == 1 else f"{people:,} people accepted rows."
    if waiting:
        rows = "1 row still awaits" if waiting == 1 else f"{waiting:,} rows still await"
        words += f" {rows} a second opinion that was asked for."
    return ["## How they were accepted", _table(("accepted", "rows"), _said(_WAYS, told["by_verdict"])), words]


def _left_out(told: Mapping[str, Any]) -> list[str]:
    if not told.get("left_out"):
        return []
    return ["## Accepted samples left out", _table(("left out", "samples"), _said(_LEFT_OUT, told["left_out"]))]


def _said(words: Mapping[str, str], counts: Mapping[str, int]) -> dict[str, int]:
    """The most frequent first."""
    return {words.get(name, name): number for name, number in sorted(counts.items(), key=lambda item: -item[1])}


def _table(head: tuple[str, str], rows: Mapping[str, int]) -> str:
    lines = [f"| {head[0]} | {head[1]} |", "| --- | ---: |"]
    return "\n".join([*lines, *(f"| {_plain(name)} | {number:,} |" for name, number in rows.items())])


def _plain(text: str) -> str:
    """Words of people, without effect in Markdown tables and HTML."""
    return html.escape(" ".join(text.split()), quote=False).replace("|", "\\|").replace("![", "!\\[")
