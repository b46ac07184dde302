"""Repetition, diversity and coverage of the samples by group: everything that takes their texts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.analysis.near_duplicates import of_corpus
from core.analysis.quality import Dimension
from core.analysis.quality_texts import Concept, Drawn, Marks, Material, Use, Variety, use, variety
from core.analysis.quality_words import Corpus
from core.domain.naming import name_key
from core.services.insights_costs import of_sample
from core.store import reports_costs
from core.store.database import Tx


@dataclass(frozen=True, slots=True)
class TextQuality:
    """What the texts of one group say."""

    variety: Variety
    use: Use


ByGroup = Mapping[Dimension, Mapping[object, TextQuality]]


def read_material(tx: Tx, rows: Iterable[Mapping[str, Any]]) -> Material:
    """What the samples of these rows could have been drawn from."""
    rows = list(rows)
    nodes = {row["node_id"] for row in rows if row["node_id"] is not None}
    sets = {row["seed_set"] for row in rows if row["seed_set"] is not None}
    taught: dict[int, set[Concept]] = {}
    for row in reports_costs.concepts(tx, nodes):
        own = taught.setdefault(row["node_id"], set())
        own |= {(row["syllabus_id"], name_key(row["name"]), name_key(each)) for each in json.loads(row["concepts"])}
    return Material({node: frozenset(own) for node, own in taught.items()}, reports_costs.seed_counts(tx, sets))


def compared(rows: Sequence[Mapping[str, Any]], material: Material) -> ByGroup:
    """Dimension -> key of the group, as in `Costs.groups` -> its quality."""
    corpus = Corpus(row["question"] for row in rows)
    marks = _marks(rows, corpus)
    keys = _Keys()
    drawn = [Drawn(row["node_id"], keys.concepts(row), row["seed_set"], row["seed_example_id"]) for row in rows]
    members: dict[Dimension, dict[object, list[int]]] = {dimension: {} for dimension in Dimension}
    for index, row in enumerate(rows):
        place = of_sample(row)
        for dimension in Dimension if place.by_run else (Dimension.STRATEGY,):
            members[dimension].setdefault(place.along(dimension), []).append(index)
    return {
        dimension: {
            key: TextQuality(variety(corpus, marks, some), use(material, [drawn[index] for index in some]))
            for key, some in groups.items()
        }
        for dimension, groups in members.items()
    }


def _marks(rows: Sequence[Mapping[str, Any]], corpus: Corpus) -> list[Marks]:
    questions: dict[str, int] = {}
    pairs: dict[str, int] = {}
    return [
        Marks(
            questions.setdefault(" ".join(row["question"].split()), len(questions)),
            pairs.setdefault(row["content_hash"], len(pairs)),
            family,
            words,
            len(row["answer"].split()),
        )
        for row, family, words in zip(rows, of_corpus(corpus).roots, corpus.lengths.tolist(), strict=True)
    ]


class _Keys:
    """Names as they are compared, each worked out once."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def concepts(self, row: Mapping[str, Any]) -> tuple[Concept, ...]:
        """Of a sample from a syllabus; none of another."""
        if row["syllabus_id"] is None or not row["groups"] or not row["sessions"]:
            return ()
        sessions, groups = json.loads(row["sessions"]), json.loads(row["groups"])
        return tuple(
            (row["syllabus_id"], self._key(session), self._key(concept))
            for session, group in zip(sessions, groups, strict=False)
            for concept in group
        )

    def _key(self, name: str) -> str:
        if name not in self._known:
            self._known[name] = name_key(name)
        return self._known[name]
