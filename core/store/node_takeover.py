"""What an import needs of many nodes at once: to know them, to write a file's texts into them, to verify them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.domain.naming import name_key
from core.domain.states import NodeState
from core.domain.taxonomy import NodeKind
from core.store import sequences, terms
from core.store.database import Tx
from core.store.node_changes import OPENED

_READ = (
    "id, parent_id, kind, name, name_key, description, synonyms, scope_note, notation, uri, labels, extra, path,"
    " state, touched, removed_with, merged_into"
)


@dataclass(frozen=True, slots=True)
class KnownNode:
    """A node as an import compares it; JSON columns as they stand."""

    id: int
    parent_id: int | None
    kind: NodeKind
    name: str
    name_key: str
    description: str
    synonyms: str
    scope_note: str
    notation: str
    uri: str
    labels: str
    extra: str
    path: str
    state: NodeState
    touched: bool
    removed_with: int | None
    merged_into: int | None

    @property
    def texts(self) -> FullTexts:
        """Everything that a file may say of it."""
        extra = tuple((predicate, term) for predicate, term in json.loads(self.extra))
        synonyms = tuple(json.loads(self.synonyms))
        labels = json.loads(self.labels)
        return FullTexts(self.name, self.description, synonyms, self.scope_note, self.notation, labels, extra, self.uri)


@dataclass(frozen=True, slots=True)
class FullTexts:
    """All words of a node, those of other languages and other vocabularies too."""

    name: str
    description: str
    synonyms: tuple[str, ...]
    scope_note: str
    notation: str
    labels: Mapping[str, Any]
    extra: tuple[tuple[str, str], ...]
    uri: str

    @property
    def meaning(self) -> tuple[str, str, str]:
        """The part whose change reopens the votes."""
        return self.name, self.description, self.scope_note


def every(tx: Tx, project_id: str) -> list[KnownNode]:
    """All nodes of a project, removed ones too, in reading order."""
    kinds, states = {kind.value: kind for kind in NodeKind}, {state.value: state for state in NodeState}
    found = []
    for row in tx.each(f"SELECT {_READ} FROM node WHERE project_id=? ORDER BY place", (project_id,)):  # noqa: S608 - names of our own
        row["kind"], row["state"] = kinds[row["kind"]], states[row["state"]]
        found.append(KnownNode(**row))
    return found


def with_subjects(tx: Tx, project_id: str) -> set[int]:
    """Nodes that subjects hang from."""
    return {row["node_id"] for row in tx.rows("SELECT DISTINCT node_id FROM subject WHERE project_id=?", (project_id,))}


def links(tx: Tx, project_id: str) -> set[tuple[int, str, int | None, str]]:
    """Links of a project as `link` takes them."""
    rows = tx.each("SELECT node_id, relation, target_id, target_uri FROM node_link WHERE project_id=?", (project_id,))
    return {(row["node_id"], row["relation"], row["target_id"], row["target_uri"]) for row in rows}


def near_keys(tx: Tx, project_id: str) -> dict[str, int]:
    """Near key of a name or synonym -> one of the live nodes that have it."""
    rows = tx.each(
        "SELECT t.key, t.node_id FROM node_term t JOIN node n ON n.id=t.node_id"
        " WHERE t.project_id=? AND n.state!='removed'",
        (project_id,),
    )
    return {row["key"]: row["node_id"] for row in rows}


def rewrite(tx: Tx, rows: Sequence[tuple[KnownNode, FullTexts]]) -> None:
    """Write texts into nodes; where the meaning is another one the votes are open again. The caller recounts.

    Nobody wrote here by hand: `touched` stays.
    """
    for how, reopens in (("version=version+1", False), (OPENED, True)):
        part = [row for row in rows if (row[1].meaning != row[0].texts.meaning) is reopens]
        tx.many(
            "UPDATE node SET name=?, name_key=?, description=?, synonyms=?, scope_note=?, notation=?, labels=?,"  # noqa: S608 - constants
            f" extra=?, uri=?, {how} WHERE id=?",
            [(*_values(texts), node.id) for node, texts in part],
        )
    terms.refresh(tx, [node.id for node, _ in rows])


def _values(texts: FullTexts) -> tuple[object, ...]:
    def dumped(value: object) -> str:
        return json.dumps(value, ensure_ascii=False)

    return (
        texts.name,
        name_key(texts.name),
        texts.description,
        dumped(list(texts.synonyms)),
        texts.scope_note,
        texts.notation,
        dumped(dict(texts.labels)),
        dumped([list(pair) for pair in texts.extra]),
        texts.uri,
    )


def verify(tx: Tx, rows: Iterable[tuple[int, str, float]]) -> None:
    """Verify proposed nodes as a file says: (id, by whom, when). The caller recounts."""
    tx.many(
        "UPDATE node SET state='verified', verified_by=?, verified_at=?, verified_version=meaning, version=version+1"
        " WHERE id=? AND state='proposed'",
        [(by, at, node_id) for node_id, by, at in rows],
    )


def link(tx: Tx, project_id: str, rows: Sequence[tuple[int, str, int | None, str]]) -> None:
    """Add links (node, relation, target node, target URI); those that are there already stay as they are."""
    first = sequences.take(tx, "node_link", len(rows)) if rows else 0
    tx.many(
        "INSERT INTO node_link(id, project_id, node_id, relation, target_id, target_uri) VALUES (?,?,?,?,?,?)"
        " ON CONFLICT DO NOTHING",
        [(first + number, project_id, *row) for number, row in enumerate(rows)],
    )
