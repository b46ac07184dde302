"""What dataset versions are made of: accepted samples, counted by kind, and everything known of a slice of them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from core.domain.dataset_wish import DatasetWish
from core.domain.records import Review, Sample
from core.store import samples
from core.store.database import Tx
from core.store.sample_prices import Price, prices

_AT_ONCE = 1_000


def kinds(tx: Tx, project_id: str) -> list[dict[str, Any]]:
    """How many accepted samples (`n`) there are of each discipline, strategy, difficulty, origin and state."""
    return tx.rows(
        "SELECT node_id, strategy, difficulty, origin, verification, second, count(*) AS n"
        " FROM sample INDEXED BY accepted_kinds WHERE project_id=? AND review='accepted' AND preview=0"
        " GROUP BY node_id, strategy, difficulty, origin, verification, second",
        (project_id,),
    )


def accepted(tx: Tx, project_id: str, wish: DatasetWish) -> Iterator[Sample]:
    """Accepted samples that fit the wish, by id, one at a time."""
    sql = "SELECT * FROM sample WHERE project_id=? AND preview=0 AND review='accepted' ORDER BY id"
    for row in tx.each(sql, (project_id,)):
        if wish.fits(row):
            yield Sample.model_validate(row)


def asked(tx: Tx, ids: Sequence[int]) -> Iterator[str]:
    """What each of these samples asks, behind the turns before it; in their order, never many at a time."""
    for first in range(0, len(ids), _AT_ONCE):
        part = ids[first : first + _AT_ONCE]
        rows = tx.rows(
            "SELECT id, question, history FROM sample WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(part)),),
        )
        texts = {row["id"]: [*chain.from_iterable(json.loads(row["history"])), row["question"]] for row in rows}
        yield from ("\n".join(texts[ident]) for ident in part)


@dataclass(frozen=True, slots=True)
class Material:
    """A sample with all that a row says of it. `root` is the lineage of the sample that its conversation began with."""

    sample: Sample
    reviews: list[Review]
    verifications: list[dict[str, Any]]
    price: Price | None
    root: dict[str, Any]


def slice_of(tx: Tx, ids: Sequence[int]) -> list[Material]:
    """Everything about these samples, in their order, in a handful of statements."""
    found = samples.by_ids(tx, list(ids))
    reviews, checks = defaultdict[int, list[Review]](list), defaultdict[int, list[dict[str, Any]]](list)
    for row in tx.rows(
        "SELECT * FROM review WHERE sample_id IN (SELECT value FROM json_each(?)) ORDER BY id", (json.dumps(list(ids)),)
    ):
        reviews[row["sample_id"]].append(Review.model_validate(row))
    for row in tx.rows(
        "SELECT v.*, r.model FROM verification v LEFT JOIN request r ON r.id=v.request_id"
        " WHERE v.sample_id IN (SELECT value FROM json_each(?)) ORDER BY v.id",
        (json.dumps(list(ids)),),
    ):
        checks[row["sample_id"]].append(row)
    paid = prices(tx, found, checks)
    roots = _roots(tx, found)
    return [
        Material(
            sample,
            reviews[sample.id],
            checks[sample.id],
            paid.get(sample.id),
            roots.get(sample.id, sample.lineage),
        )
        for sample in found
    ]


def _roots(tx: Tx, found: Sequence[Sample]) -> dict[int, dict[str, Any]]:
    """Lineage of the first sample of each conversation among them."""
    continued = [sample.id for sample in found if sample.parent_id is not None]
    rows = tx.rows(
        "WITH RECURSIVE up(id, at, parent) AS (SELECT id, id, parent_id FROM sample"
        " WHERE id IN (SELECT value FROM json_each(?)) UNION ALL"
        " SELECT up.id, s.id, s.parent_id FROM up JOIN sample s ON s.id=up.parent)"
        " SELECT up.id, s.lineage FROM up JOIN sample s ON s.id=up.at WHERE up.parent IS NULL",
        (json.dumps(continued),),
    )
    return {row["id"]: json.loads(row["lineage"]) for row in rows}
