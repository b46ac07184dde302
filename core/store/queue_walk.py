"""What comes next in a queue: the next ids in an order, without reading what lies before them.

Samples stand in cells (see `queue_schema`). A walk merges the beginnings of the cells that fit; where few samples are
left it gathers and sorts them instead; without a filter it follows the index of the whole queue.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace

from core.domain.filters import SampleFilter
from core.domain.records import Sample
from core.domain.review import Order
from core.domain.states import ReviewState
from core.store import queues, samples, tally
from core.store.database import Tx
from core.store.tally import Stratum

GATHERED = 20_000  # at most so many index entries are sorted for one page
MERGED = 1_500  # at most so many cells are merged
_NOT_UNDONE = "NOT EXISTS (SELECT 1 FROM review u WHERE u.undoes=r.id)"
_BY_WHO = "SELECT 1 FROM review r WHERE r.sample_id=x.id AND r.person=:who AND r.content_hash=x.content_hash"
_BUT = " AND x.id NOT IN (SELECT value FROM json_each(:but))"
FREE = f" AND NOT EXISTS (SELECT 1 FROM review_lease l WHERE l.sample_id=x.id AND l.person<>:who AND {queues.HELD})"
UNSKIPPED = f" AND NOT EXISTS ({_BY_WHO} AND r.verdict='skip' AND {_NOT_UNDONE})"
UNJUDGED = f" AND NOT EXISTS ({_BY_WHO} AND r.verdict IN ('accept', 'reject') AND r.purpose<>'seed' AND {_NOT_UNDONE})"
_PARTY = (
    "SELECT 1 FROM review r WHERE r.sample_id=x.id AND r.content_hash=x.content_hash AND r.verdict IN"
    f" ('accept', 'reject') AND r.purpose NOT IN ('seed', 'gold') AND {_NOT_UNDONE} AND r.person="
)
NO_PARTY = f" AND NOT EXISTS ({_PARTY}:who)"
ALL_PARTIES = f" AND NOT EXISTS (SELECT 1 FROM json_each(:named) a WHERE NOT EXISTS ({_PARTY}a.value))"
_GOLD = "gold g WHERE g.sample_id=x.id AND NOT g.removed AND g.content_hash=x.content_hash AND g.person<>:who"
GOLD = f" AND EXISTS (SELECT 1 FROM {_GOLD})"
NO_GOLD = f" AND NOT EXISTS (SELECT 1 FROM {_GOLD})"
DUE = " AND EXISTS (SELECT 1 FROM second_due d WHERE d.sample_id=x.id AND d.first_by<>:who)"


@dataclass(frozen=True, slots=True)
class _Way:
    """How an order runs: the column before the id, which way, and the indexes to follow."""

    key: str
    down: bool
    whole: str
    cell: str

    @property
    def behind(self) -> tuple[str, ...]:
        """Conditions for what lies behind a place (:key, :id), one after the other; an index can follow each."""
        sign = "<" if self.down else ">"
        if self.key == "x.id":
            return (f" AND x.id{sign}:id",)
        return f" AND {self.key}=:key AND x.id{sign}:id", f" AND {self.key}{sign}:key"

    @property
    def sorting(self) -> str:
        """For ORDER BY."""
        way = " DESC" if self.down else ""
        return f"x.id{way}" if self.key == "x.id" else f"{self.key}{way}, x.id{way}"


_WAYS = {
    Order.OLDEST: _Way("x.id", False, "sample_queue", "cell_listed"),
    Order.NEWEST: _Way("x.id", True, "sample_queue", "cell_listed"),
    Order.RANDOM: _Way("x.shuffle", False, "sample_random", "cell_random"),
    Order.UNCERTAIN: _Way("x.doubt", True, "sample_doubtful", "cell_doubtful"),
}


@dataclass(frozen=True, slots=True)
class Walk:
    """Whose queue it is and what is served: `rules` are conditions of this module, `bound` that of the random share.

    `named` are the adjudicators of `ALL_PARTIES`.
    """

    project_id: str
    wanted: SampleFilter
    order: Order
    person: str
    at: float
    bound: float | None
    rules: str = ""
    named: tuple[str, ...] = ()

    @property
    def way(self) -> _Way:
        """Orders that take strata in turn run through each stratum from the oldest on."""
        return _WAYS.get(self.order, _WAYS[Order.OLDEST])

    @property
    def is_narrow(self) -> bool:
        """Does anything but the review state leave samples out?"""
        return replace(self.wanted, review=None, preview=False) != SampleFilter()

    @property
    def is_whole(self) -> bool:
        """Can the index of the whole queue be followed?"""
        return self.bound is None and self.order in _WAYS and not self.is_narrow

    @property
    def within(self) -> str:
        """The condition that leaves out what nobody is to review."""
        return "" if self.bound is None else " AND x.shuffle<:bound"

    def asked(self, but: Collection[int]) -> dict[str, object]:
        """The named parameters of every statement here."""
        told = {"who": self.person, "at": self.at, "bound": self.bound, "but": json.dumps(list(but))}
        told["named"] = json.dumps(self.named)
        return {**samples.asked(self.project_id, self.wanted), **told}


def ahead(
    tx: Tx,
    walk: Walk,
    after: Sample | None,
    size: int,
    but: Collection[int] = (),
    *,
    stratum: Stratum | None = None,
) -> list[int]:
    """Ids of the next samples behind `after`, without `but`; those of a stratum or all."""
    if size < 1:
        return []
    asked = walk.asked(but)
    if after:
        asked |= {"id": after.id, "key": after.shuffle if walk.order is Order.RANDOM else after.doubt}
    if stratum is None and not walk.is_whole:
        stratum = next(iter(tally.strata(tx, walk.project_id, walk.wanted)), None)
        if stratum is None:
            return []
    found: list[int] = []
    for behind in walk.way.behind if after else ("",):
        asked["size"] = size - len(found)
        found += _part(tx, walk, stratum, f"{walk.within}{behind}", asked)
        if len(found) == size:
            break
    return found


def _part(tx: Tx, walk: Walk, stratum: Stratum | None, where: str, asked: dict[str, object]) -> list[int]:
    way, run = walk.way, walk.wanted.run_id
    states = json.dumps([walk.wanted.review] if walk.wanted.review else list(ReviewState))
    rules = where + _BUT + walk.rules
    if stratum is None:
        source = f"INDEXED BY {way.whole} WHERE x.project_id=:project AND x.preview=:preview AND x.review=c.value"
        return _merged(tx, way, source + rules, {**asked, "heads": states})
    if _is_few(walk, stratum):
        return _gathered(tx, walk, where, {**asked, "heads": stratum.cells})
    if stratum.n_cells > MERGED and walk.bound is None and not run:
        source = f"INDEXED BY {way.whole} WHERE {samples.FITS} AND x.review=c.value"
        return _merged(tx, way, source + rules, {**asked, "heads": states})
    if run and way.key == "x.id":
        source = "INDEXED BY cell_of_run WHERE x.run_id=:run AND x.cell=c.value"
    else:
        source = f"INDEXED BY {way.cell} WHERE x.cell=c.value AND (:run IS NULL OR x.run_id=:run)"
    return _merged(tx, way, source + rules, {**asked, "heads": stratum.cells})


def _is_few(walk: Walk, stratum: Stratum) -> bool:
    """Is it quicker to sort all that fit than to pass over what does not?"""
    if walk.wanted.repaired_in:
        return True
    scattered = walk.wanted.run_id or (walk.bound is not None and walk.order is not Order.RANDOM)
    return bool(scattered) and (stratum.n if walk.bound is None else stratum.picked) <= GATHERED


def _merged(tx: Tx, way: _Way, source: str, asked: dict[str, object]) -> list[int]:
    """The first of several sorted lists, of which each is read only as far as needed.

    Only lists whose first is among the first of all lists can have a part in what is wanted.
    """
    down = " DESC" if way.down else ""
    sql = (
        "SELECT c.value AS head, v.value ->> 1 AS id FROM json_each(:heads) c, json_each((SELECT"
        f" json_group_array(json_array(k, id)) FROM (SELECT {way.key} AS k, x.id AS id FROM sample x {source}"
        f" ORDER BY {way.sorting} LIMIT :each))) v ORDER BY v.value ->> 0{down}, v.value ->> 1{down} LIMIT :size"
    )
    first = tx.rows(sql, {**asked, "each": 1})
    if asked["size"] == 1:
        return [row["id"] for row in first]
    heads = json.dumps([row["head"] for row in first])
    return [row["id"] for row in tx.rows(sql, {**asked, "heads": heads, "each": asked["size"]})]


def _gathered(tx: Tx, walk: Walk, where: str, asked: dict[str, object]) -> list[int]:
    """The first of all that fit, sorted; the rules are tried in that order, not on all."""
    index = "INDEXED BY cell_of_run WHERE x.run_id=:run" if walk.wanted.run_id else "INDEXED BY cell_random WHERE true"
    if walk.wanted.repaired_in:
        index = f"WHERE {samples.FITS}"
    source = f"{index} AND x.cell IN (SELECT value FROM json_each(:heads)){where}"
    sql = (
        f"SELECT x.id FROM (SELECT x.id FROM sample x {source} ORDER BY {walk.way.sorting} LIMIT -1) y"
        f" CROSS JOIN sample x ON x.id=y.id WHERE true{_BUT}{walk.rules} LIMIT :size"
    )
    return [row["id"] for row in tx.rows(sql, asked)]


def seconds(tx: Tx, walk: Walk, size: int, but: Collection[int] = (), *, window: int = -1) -> list[int]:
    """Samples whose second verdict is due and whose first somebody else gave; of `window` of them, -1 = of all."""
    asked = walk.asked(but) | {"size": size, "window": window}
    if walk.is_narrow:
        found = tally.strata(tx, walk.project_id, walk.wanted)
        asked["cells"] = found[0].cells if found else "[]"
        source = (
            "sample x INDEXED BY sample_due WHERE x.second=1 AND x.cell IN (SELECT value FROM json_each(:cells))"
            f" AND {samples.FITS}"
        )
    else:
        due = "SELECT sample_id FROM second_due WHERE project_id=:project AND first_by"
        source = (
            f"({due}<:who UNION ALL {due}>:who LIMIT :window) d CROSS JOIN sample x ON x.id=d.sample_id"
            " WHERE x.preview=:preview"
        )
    sql = f"SELECT x.id FROM {source}{walk.within}{_BUT}{walk.rules} LIMIT :size"
    return [row["id"] for row in tx.rows(sql, asked)]


def golds(tx: Tx, walk: Walk, size: int, but: Collection[int] = ()) -> list[int]:
    """Gold items of others on whose text the person has given no verdict yet."""
    sql = (
        "SELECT x.id FROM gold k CROSS JOIN sample x ON x.id=k.sample_id AND x.content_hash=k.content_hash"
        f" WHERE k.project_id=:project AND NOT k.removed AND k.person<>:who AND {samples.FITS}{_BUT}{walk.rules}"
        " ORDER BY k.id LIMIT :size"
    )
    return [row["id"] for row in tx.rows(sql, walk.asked(but) | {"size": size})]


def golds_pending(tx: Tx, project_id: str, wanted: SampleFilter) -> int:
    """Gold items among the pending samples that fit, whatever state is wanted: no queue comes to its end with them."""
    pending = replace(wanted, review=ReviewState.PENDING)
    sql = (
        "SELECT count(*) FROM gold k CROSS JOIN sample x ON x.id=k.sample_id AND x.content_hash=k.content_hash"
        f" WHERE k.project_id=:project AND NOT k.removed AND {samples.FITS}"
    )
    return int(tx.value(sql, samples.asked(project_id, pending)))


def held(tx: Tx, walk: Walk) -> list[tuple[str, int, float]]:
    """Who else has how many of what the walk serves in hand, and until when the first of it; who has most first."""
    sql = (
        "SELECT l.person, count(*) AS n, min(l.until) AS until FROM review_lease l JOIN sample x ON x.id=l.sample_id"
        f" WHERE l.project_id=:project AND l.person<>:who AND {queues.HELD} AND {samples.FITS}{walk.within}{walk.rules}"
        " GROUP BY l.person ORDER BY n DESC, l.person"
    )
    return [(row["person"], row["n"], row["until"]) for row in tx.rows(sql, walk.asked(()))]


def among(tx: Tx, walk: Walk, ids: Collection[int]) -> set[int]:
    """Which of these samples the walk would come to sooner or later."""
    sql = (
        "SELECT x.id FROM json_each(:ids) c CROSS JOIN sample x ON x.id=c.value"
        f" WHERE {samples.FITS}{walk.within}{walk.rules}"
    )
    return {row["id"] for row in tx.rows(sql, walk.asked(()) | {"ids": json.dumps(list(ids))})}


def skipped(tx: Tx, project_id: str, person: str) -> list[int]:
    """What the person passed over, in the order of the last time, as long as the text is the same."""
    rows = tx.rows(
        "SELECT r.sample_id AS id FROM review r INDEXED BY review_skipped JOIN sample x ON x.id=r.sample_id"
        " AND x.content_hash=r.content_hash WHERE r.project_id=? AND r.person=? AND r.verdict='skip'"
        f" AND {_NOT_UNDONE} GROUP BY r.sample_id ORDER BY max(r.id)",
        (project_id, person),
    )
    return [row["id"] for row in rows]
