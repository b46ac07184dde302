"""What the report of a draft says: what is in it, what was left out and why, examples with both texts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

from core.analysis.choosing import Candidate, Chosen
from core.analysis.contamination import Hit
from core.analysis.near_duplicates import Pair
from core.domain.dataset_wish import DatasetWish, Reason
from core.domain.lineage import makers
from core.domain.strategies import Strategy
from core.domain.taxonomy import Origin
from core.store import benchmarks, dataset_material, nodes, projects, samples
from core.store.database import Tx

EXAMPLES = 8
_MODELS = 50  # named; there are more only where somebody tries many
_LONGEST = 2_000


def report(tx: Tx, project_id: str, wish: DatasetWish, found: Sequence[Candidate], chosen: Chosen) -> dict[str, Any]:
    """Counts of the rows at the top, of what fitted the choice under "before"."""
    project = projects.get(tx, project_id)
    seen = {row.node_id for row in found if row.node_id is not None}
    names = nodes.labels(tx, project_id, seen)
    reasons = Counter(reason for reason, _ in chosen.left.values())
    splits = Counter(chosen.splits)
    return {
        "rows": len(chosen.rows),
        **counts(chosen.rows, names),
        "accepted": sum(kind["n"] for kind in dataset_material.kinds(tx, project_id)),
        "fitting": len(found),
        "before": counts(found, names),
        "duplicates": reasons[Reason.REPEAT],
        "left_out": {reason.value: reasons[reason] for reason in Reason if reasons[reason]},
        "examples": _examples(tx, chosen),
        "near": _near(tx, wish, chosen),
        "hits": _hits(tx, project_id, chosen),
        "validation": splits["validation"],
        "splits": dict(splits),
        "project": project.name,
        "guidelines": project.guidelines,
    }


class Lineages:
    """Counts what rows say of where they come from: models, edits, ways of accepting, reviewers."""

    def __init__(self) -> None:
        self._models, self._verdicts, self._reviewers, self._edited = Counter[str](), Counter[str](), set[str](), 0

    def add(self, row: Mapping[str, Any]) -> None:
        """One more, as `full_row` made it."""
        self._models.update({made["model"] for made in makers(row).values() if made.get("model")})
        self._edited += bool(row["edits"])
        if row["review"]["by"]:
            self._verdicts[row["review"]["given"]] += 1
            self._reviewers.add(row["review"]["by"])

    def told(self) -> dict[str, Any]:
        """For the report; a row of several models counts with each."""
        return {
            "reviewers": len(self._reviewers),
            "edited": self._edited,
            "by_verdict": dict(self._verdicts),
            "by_model": dict(self._models.most_common(_MODELS)),
        }


def without_texts(card: Mapping[str, Any]) -> dict[str, Any]:
    """The report as files carry it: no text of a sample that was left out, nor of a benchmark."""
    told = {name: value for name, value in card.items() if name != "examples"}
    for name, kept in (("near", "threshold"), ("hits", "by_benchmark")):
        if told.get(name):
            told[name] = {kept: told[name][kept]}
    return told


def counts(rows: Iterable[Candidate], names: Mapping[int, str]) -> dict[str, Any]:
    """Rows by discipline, difficulty, origin and strategy; people's and generated ones; open second verdicts.

    `names` are those of disciplines by id.
    """
    by = defaultdict[str, Counter[str]](Counter)
    human = open_seconds = 0
    for row in rows:
        by["strategy"][row.strategy] += 1
        by["origin"][row.origin] += 1
        if row.difficulty:
            by["difficulty"][row.difficulty] += 1
        if row.node_id is not None and row.node_id in names:
            by["discipline"][names[row.node_id]] += 1
        human += row.strategy == Strategy.HUMAN
        open_seconds += row.second_open
    told = {f"by_{name}": dict(by[name]) for name in ("discipline", "difficulty", "origin", "strategy")}
    return {**told, "human": human, "generated": by["origin"][Origin.MODEL], "open_seconds": open_seconds}


def _examples(tx: Tx, chosen: Chosen) -> dict[str, list[dict[str, Any]]]:
    """Of each reason some samples that were left out, beside the one that stays where there is one."""
    picked = defaultdict[Reason, list[tuple[int, int]]](list)
    for ident, (reason, kept) in chosen.left.items():
        if len(picked[reason]) < EXAMPLES:
            picked[reason].append((ident, kept))
    texts = _texts(tx, (ident for pairs in picked.values() for pair in pairs for ident in pair if ident))
    return {
        reason.value: [{"left": texts[left], "kept": texts.get(kept)} for left, kept in pairs]
        for reason, pairs in picked.items()
        if reason is not Reason.CONTAMINATED
    }


def _texts(tx: Tx, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    found = samples.by_ids(tx, list(dict.fromkeys(ids)))
    return {
        sample.id: {
            "id": sample.id,
            "strategy": sample.strategy,
            "question": sample.question[:_LONGEST],
            "answer": sample.answer[:_LONGEST],
        }
        for sample in found
    }


def _near(tx: Tx, wish: DatasetWish, chosen: Chosen) -> dict[str, Any] | None:
    """Pairs on both sides of the threshold, the nearest to it first."""
    if wish.near is None:
        return None
    sides = {"above": chosen.near.above, "below": chosen.near.below, "told_apart": chosen.near.told_apart}
    picked = {side: list(pairs[:EXAMPLES]) for side, pairs in sides.items()}
    places = (place for pairs in picked.values() for pair in pairs for place in (pair.first, pair.second))
    texts = _texts(tx, (chosen.asked[place] for place in places))

    def told(pair: Pair) -> dict[str, Any]:
        first, second = (texts[chosen.asked[place]] for place in (pair.first, pair.second))
        return {"first": first, "second": second, "similarity": round(pair.similarity, 3)}

    return {"threshold": wish.near, **{side: [told(pair) for pair in pairs] for side, pairs in picked.items()}}


def _some_of_each(hits: Iterable[Hit], kind: Callable[[Hit], Hashable]) -> list[Hit]:
    """Examples of every kind, in turn."""
    seen, turns = Counter[Hashable](), list[tuple[int, Hit]]()
    for hit in hits:
        seen[kind(hit)] += 1
        turns.append((seen[kind(hit)], hit))
    return [hit for _, hit in sorted(turns, key=lambda turn: turn[0])[:EXAMPLES]]


def _hits(tx: Tx, project_id: str, chosen: Chosen) -> dict[str, Any] | None:
    """What benchmarks ask too: by benchmark, with both texts and the words in common."""
    if not chosen.hits:
        return None
    asked = benchmarks.rows_of(tx, project_id, list({hit.benchmark for hit in chosen.hits}))
    by = Counter(asked[hit.benchmark].benchmark for hit in chosen.hits)
    first = _some_of_each(chosen.hits, lambda hit: (asked[hit.benchmark].benchmark, hit.exact))
    texts = _texts(tx, (hit.row for hit in first))
    examples = [
        {
            "left": texts[hit.row],
            "benchmark": asked[hit.benchmark].benchmark,
            "line": asked[hit.benchmark].line,
            "question": asked[hit.benchmark].text[:_LONGEST],
            "exact": hit.exact,
            "share": round(hit.share, 3),
            "words": hit.words[:_LONGEST],
        }
        for hit in first
    ]
    return {"by_benchmark": dict(by), "examples": examples}
