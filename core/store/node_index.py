"""The indexes that the search reads: the names of every node, folded and marked, and all its texts.

See `core.domain.finding` for what stands in them. `terms.refresh` keeps it with the nodes; a deleted node leaves them
by trigger.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from core.domain import finding
from core.store.database import Row, Tx

_CHUNK = 500
_NAMES = "INSERT INTO node_fts(rowid, name, others) VALUES (?,?,?)"
_TOLD = "INSERT INTO node_told(rowid, told) VALUES (?,?)"
_READ = "SELECT id, name, synonyms, notation, labels, description, scope_note FROM node"


def entry(
    name: str, synonyms: Iterable[str], notation: str, labels: finding.Labels, explained: Iterable[str]
) -> tuple[str, str, str]:
    """What the indexes hold of a node, see `finding.entry`."""
    others = (*synonyms, *([notation] if notation else []), *finding.label_names(labels))
    return finding.entry(name, others, (*explained, *finding.label_texts(labels)))


def add(tx: Tx, entries: Sequence[tuple[int, str, str, str]]) -> None:
    """Write nodes that are in none yet: (id, *entry)."""
    tx.many(_NAMES, [entry[:3] for entry in entries])
    tx.many(_TOLD, [(entry[0], entry[3]) for entry in entries])


def forget(tx: Tx, node_ids: Iterable[int]) -> None:
    """Take these nodes out ahead of their deletion, in rising order: whenever an id falls, the index writes to disk."""
    wanted = [(node_id,) for node_id in sorted(node_ids)]
    for table in ("node_fts", "node_told"):
        tx.many(f"DELETE FROM {table} WHERE rowid=?", wanted)  # noqa: S608 - a name only


def refresh(tx: Tx, node_ids: Iterable[int]) -> None:
    """Write these nodes anew."""
    wanted = sorted(node_ids)
    forget(tx, wanted)
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        marks = ",".join("?" * len(part))
        add(tx, [_entry_of(row) for row in tx.rows(f"{_READ} WHERE id IN ({marks}) ORDER BY id", part)])


def fill(tx: Tx) -> None:
    """Write every node of every project anew."""
    tx.run("DELETE FROM node_fts")
    tx.run("DELETE FROM node_told")
    last = -1
    while rows := tx.rows(f"{_READ} WHERE id>? ORDER BY id LIMIT {_CHUNK}", (last,)):
        add(tx, [_entry_of(row) for row in rows])
        last = rows[-1]["id"]


def _entry_of(row: Row) -> tuple[int, str, str, str]:
    synonyms, labels = json.loads(row["synonyms"]), json.loads(row["labels"])
    explained = (row["description"], row["scope_note"])
    return row["id"], *entry(row["name"], synonyms, row["notation"], labels, explained)
