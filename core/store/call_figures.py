"""What answered calls took so far, by stage and teacher, kept by triggers: estimates read no call."""

from __future__ import annotations

from typing import Any

from core.store.database import Tx

_KEY = "project_id, stage, connection_id, model"
_SUMS = ("calls", "cost", "prompts", "prompt_tokens", "completions", "completion_tokens", "timed", "milliseconds")
TABLE = f"""
CREATE TABLE call_figure (
  project_id TEXT NOT NULL, stage TEXT NOT NULL, connection_id TEXT NOT NULL, model TEXT NOT NULL,
  {", ".join(f"{name} INTEGER NOT NULL" for name in _SUMS)}, PRIMARY KEY ({_KEY})
) STRICT, WITHOUT ROWID;
"""


def _values(call: str) -> str:
    """Of a settled call whose tokens were measured: the key, then what it adds; `r` is its request."""
    timed = f"{call}.batch_id IS NULL AND {call}.latency_ms IS NOT NULL"
    return (
        f"{call}.project_id, {call}.stage, r.connection_id, r.model, 1 AS calls, {call}.cost,"
        f" {call}.prompt_tokens IS NOT NULL AS prompts, ifnull({call}.prompt_tokens, 0) AS prompt_tokens,"
        f" {call}.completion_tokens IS NOT NULL AS completions,"
        f" ifnull({call}.completion_tokens, 0) AS completion_tokens,"
        f" {timed} AS timed, iif({timed}, {call}.latency_ms, 0) AS milliseconds"
    )


_ADD = f"""
  INSERT INTO call_figure({_KEY}, {", ".join(_SUMS)})
    SELECT {_values("NEW")} FROM request r WHERE r.id=NEW.request_id
    ON CONFLICT DO UPDATE SET {", ".join(f"{name}={name}+excluded.{name}" for name in _SUMS)};
"""
TRIGGERS = f"""
CREATE TRIGGER call_settled AFTER UPDATE OF state ON attempt
  WHEN NEW.state='settled' AND NEW.measured AND NOT (OLD.state='settled' AND OLD.measured) BEGIN {_ADD} END;
CREATE TRIGGER call_added AFTER INSERT ON attempt WHEN NEW.state='settled' AND NEW.measured BEGIN {_ADD} END;
"""
_COUNTED = (
    f"SELECT {_KEY}, {', '.join(f'sum({name}) AS {name}' for name in _SUMS)} FROM ("
    f"SELECT {_values('a')} FROM attempt a JOIN request r ON r.id=a.request_id WHERE a.state='settled' AND a.measured)"
    " GROUP BY 1, 2, 3, 4"
)


def fill(tx: Tx) -> None:
    """Count all calls that are there."""
    tx.run("DELETE FROM call_figure")
    tx.run(f"INSERT INTO call_figure {_COUNTED}")


def wrong(tx: Tx) -> list[str]:
    """Where the sums differ from the calls, in words; empty when all is well."""
    kept = f"SELECT {_KEY}, {', '.join(_SUMS)} FROM call_figure"
    return differing(tx, kept, _COUNTED, "calls")


def differing(tx: Tx, kept: str, counted: str, what: str) -> list[str]:
    """How many rows of each project differ between two queries of the same columns, `project_id` among them."""
    rows = tx.rows(
        f"WITH kept AS MATERIALIZED ({kept}), counted AS MATERIALIZED ({counted}) SELECT project_id, count(*) AS n FROM"
        " (SELECT * FROM (SELECT * FROM kept EXCEPT SELECT * FROM counted) UNION ALL"
        " SELECT * FROM (SELECT * FROM counted EXCEPT SELECT * FROM kept)) GROUP BY 1"
    )
    return [f"project {row['project_id']}: {row['n']:,} sums of {what} are wrong" for row in rows]


def times(tx: Tx, project_id: str) -> list[dict[str, Any]]:
    """Measured tokens and milliseconds per stage and model, for estimates: averages over answered calls.

    Calls of batches say nothing of the milliseconds, which are None without others.
    """
    return tx.rows(
        "SELECT stage, connection_id, model, calls, 1.0 * prompt_tokens / nullif(prompts, 0) AS prompt_tokens,"
        " 1.0 * completion_tokens / nullif(completions, 0) AS completion_tokens, 1.0 * cost / calls AS cost,"
        " 1.0 * milliseconds / nullif(timed, 0) AS latency_ms FROM call_figure WHERE project_id=?",
        (project_id,),
    )
