"""What ended calls cost over time, by strategy: sums for each second, minute and hour, kept by triggers.

A call counts where it ended; one in doubt, whose end nobody knows, where it was sent. A repair counts with the strategy
that made its sample. A longer stretch of time is a sum over few rows, because the widest stretches that are fine enough
are taken: a year of calls is no more rows than an afternoon.
"""

from __future__ import annotations

from typing import Any

from core.store.call_figures import differing
from core.store.database import Tx

WIDTHS = (1, 60, 3600)
_KEY = "project_id, width, stretch, strategy"
TABLE = f"""
CREATE TABLE spending_figure (
  project_id TEXT NOT NULL, width INTEGER NOT NULL, stretch INTEGER NOT NULL, strategy TEXT NOT NULL,
  cost INTEGER NOT NULL, calls INTEGER NOT NULL, PRIMARY KEY ({_KEY})
) STRICT, WITHOUT ROWID;
"""
_WIDTHS = " UNION ALL ".join(f"SELECT {width} AS width" for width in WIDTHS)
_SUMMED = "ON CONFLICT DO UPDATE SET cost=cost+excluded.cost, calls=calls+excluded.calls;"


def _call(row: str, times: int) -> str:
    """A row of `attempt` as what `_counted` counts: so many times."""
    told = (f"{row}.{name} AS {name}" for name in ("project_id", "request_id", "state", "cost"))
    return f"SELECT {', '.join(told)}, ifnull({row}.ended_at, {row}.sent_at) AS at, {times} AS times"


def _counted(calls: str) -> str:
    """What these calls add, by second; '' is the strategy of what makes no samples."""
    return (
        "SELECT c.project_id, CAST(c.at AS INTEGER) AS second,"
        " CASE u.kind WHEN 'samples' THEN ifnull(json_extract(i.spec, '$.strategy'), 'glan')"
        " WHEN 'repairs' THEN ifnull((SELECT m.strategy FROM sample m WHERE m.id=json_extract(i.spec, '$.sample')"
        " AND m.run_id IS NOT NULL), '') ELSE '' END AS strategy, c.times * c.cost AS cost, c.times AS calls"
        f" FROM ({calls}) c JOIN request r ON r.id=c.request_id JOIN run u ON u.id=r.run_id"
        " LEFT JOIN item i ON i.run_id=r.run_id AND i.idx=r.item_idx WHERE c.state<>'reserved'"
    )


def _add(calls: str) -> str:
    told = "project_id, width, second / width, strategy, cost, calls"
    return (
        f"INSERT INTO spending_figure({_KEY}, cost, calls)"
        f" SELECT {told} FROM ({_counted(calls)}) CROSS JOIN ({_WIDTHS}) WHERE true {_SUMMED}"
    )


TRIGGERS = f"""
CREATE TRIGGER spending_added AFTER INSERT ON attempt WHEN NEW.state<>'reserved' BEGIN
  {_add(_call("NEW", 1))} END;
CREATE TRIGGER spending_changed AFTER UPDATE OF request_id, state, cost, sent_at, ended_at ON attempt BEGIN
  {_add(f"{_call('OLD', -1)} UNION ALL {_call('NEW', 1)}")} END;
"""
_SECONDS = (
    "SELECT project_id, second, strategy, sum(cost) AS cost, sum(calls) AS calls"
    f" FROM ({_counted(_call('a', 1) + ' FROM attempt a')}) GROUP BY 1, 2, 3"
)
_ALL = (
    f"SELECT project_id, width, second / width AS stretch, strategy, sum(cost), sum(calls) FROM ({_SECONDS})"
    f" CROSS JOIN ({_WIDTHS}) GROUP BY 1, 2, 3, 4"
)


def fill(tx: Tx) -> None:
    """Count all calls that are there."""
    tx.run("DELETE FROM spending_figure")
    tx.run(f"INSERT INTO spending_figure {_ALL}")


def wrong(tx: Tx) -> list[str]:
    """Where the sums differ from the calls, in words; empty when all is well."""
    kept = f"SELECT {_KEY}, cost, calls FROM spending_figure WHERE cost<>0 OR calls<>0"
    return differing(tx, kept, _ALL, "spending over time")


def over_time(tx: Tx, project_id: str, parts: int) -> list[dict[str, Any]]:
    """Nano-dollars and calls by strategy and part of the time between first and last call; by second if it is short.

    `at` ends the part or what there is of it, `strategy` is None for calls that belong to no sample.
    """
    told = "SELECT {} FROM spending_figure WHERE project_id=:p AND width=1 AND calls<>0"
    first, last = (tx.value(told.format(f"{end}(stretch)"), {"p": project_id}) for end in ("min", "max"))
    if first is None:
        return []
    span = last + 1 - first
    return tx.rows(
        "SELECT nullif(strategy, '') AS strategy, max(0, stretch * :width - :first) * :n / :span AS part,"
        " sum(cost) AS cost, sum(calls) AS calls, min((max(stretch) + 1) * :width, :last + 1) AS at"
        " FROM spending_figure WHERE project_id=:p AND width=:width AND calls<>0 GROUP BY 1, 2 ORDER BY at, strategy",
        {
            "p": project_id,
            "n": parts,
            "first": first,
            "last": last,
            "span": span,
            "width": max((width for width in WIDTHS if width * parts <= span), default=1),
        },
    )
