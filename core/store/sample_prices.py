"""What samples cost: one definition for the card, the exported row, and the cost of groups in `reports_costs`.

A call counts with the item that was the first to ask its request, a call that fetched several answers in even parts
with each. An item counts with the sample that it made, a repair, done or not, with the sample that it mends. What an
item asked that made none, and another item used, counts with the first sample made of it. So nothing counts twice, and
the prices of all samples and what made none add up to the ledger.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.domain.lineage import checked_by, requests_behind
from core.domain.money import NO_PRICE
from core.domain.records import Sample
from core.store.database import Row, Tx

_HOMES = (  # items that may count with a sample: its own, those that asked what stands behind it, repairs that failed
    "SELECT s.id AS sample, s.run_id, s.item_idx FROM json_each(:samples) w JOIN sample s ON s.id=w.value"
    " WHERE s.item_idx IS NOT NULL UNION"
    " SELECT w.value ->> 0, r.run_id, r.item_idx FROM json_each(:behind) w JOIN request r ON r.id=w.value ->> 1 UNION"
    " SELECT i.spec ->> 'sample', i.run_id, i.idx FROM (SELECT DISTINCT s.project_id FROM json_each(:samples) w"
    " JOIN sample s ON s.id=w.value JOIN repair_wish v ON v.sample_id=s.id) p"
    " JOIN run u ON u.project_id=p.project_id AND u.kind='repairs' JOIN item i INDEXED BY item_state"
    " ON i.run_id=u.id AND i.state IN ('planned','refused','filtered','truncated','invalid','failed','dropped')"
    " WHERE i.spec ->> 'sample' IN (SELECT value FROM json_each(:samples))"
)
_MADE = "(SELECT min(m.id) FROM sample m WHERE m.run_id=h.run_id AND m.item_idx=h.item_idx)"
_USED = (
    "(SELECT min(e.id) FROM request q JOIN sample e ON e.answer_request=q.id OR (e.question_request=q.id AND"
    " (e.id=h.sample OR e.subject_id=s.subject_id OR e.seed_example_id=s.seed_example_id))"
    " WHERE q.run_id=h.run_id AND q.item_idx=h.item_idx)"
)
_MENDED = "(SELECT i.spec ->> 'sample' FROM item i WHERE i.run_id=h.run_id AND i.idx=h.item_idx)"
_CALLS = (
    f"WITH homes AS MATERIALIZED ({_HOMES}), owned AS MATERIALIZED (SELECT h.* FROM homes h"
    " JOIN run u ON u.id=h.run_id JOIN sample s ON s.id=h.sample"
    f" WHERE h.sample=iif(u.kind='repairs', {_MENDED}, ifnull({_MADE}, {_USED}))),"
    " asked AS MATERIALIZED (SELECT o.sample, r.id FROM owned o JOIN request r ON r.run_id=o.run_id"
    " AND r.item_idx=o.item_idx)"
    " SELECT q.sample, a.stage, a.cost / a.answers + a.cost % a.answers AS part, a.id, a.price_source"
    " FROM asked q CROSS JOIN attempt a ON a.request_id=q.id UNION ALL"
    " SELECT q.sample, a.stage, a.cost / a.answers, a.id, a.price_source FROM asked q CROSS JOIN attempt_share s"
    " ON s.request_id=q.id CROSS JOIN attempt a ON a.id=s.attempt_id ORDER BY 4"
)


@dataclass(frozen=True, slots=True)
class Price:
    """What was paid for a sample, in nano-dollars, None where a price was unknown; the stages of the calls."""

    nano_dollars: int | None
    stages: tuple[str, ...]


def prices(tx: Tx, found: Sequence[Sample], checks: Mapping[int, Sequence[Row]]) -> dict[int, Price]:
    """Sample id -> its price; none where no call stands behind it. `checks` are its verifications."""
    behind = [pair for sample in found for pair in _behind(sample, checks[sample.id])]
    named: dict[str, object] = {"samples": json.dumps([sample.id for sample in found]), "behind": json.dumps(behind)}
    sums, stages = dict.fromkeys((sample for sample, _ in behind), 0), defaultdict[int, list[str]](list)
    unknown = set[int]()
    for row in tx.rows(_CALLS, named):
        sums[row["sample"]] = sums.get(row["sample"], 0) + row["part"]
        stages[row["sample"]].append(row["stage"])
        if row["price_source"] == NO_PRICE.source:
            unknown.add(row["sample"])
    return {
        sample: Price(None if sample in unknown else paid, tuple(dict.fromkeys(stages[sample])))
        for sample, paid in sums.items()
    }


def _behind(sample: Sample, checks: Sequence[Row]) -> Iterator[tuple[int, int]]:
    judged = (check["request_id"] for check in checks if check["request_id"])
    yield from ((sample.id, request) for request in (*requests_behind(sample), *checked_by(sample.lineage), *judged))
