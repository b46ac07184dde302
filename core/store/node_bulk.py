"""Many nodes at once, for imports and outlines: what follows from their places is worked out before writing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.domain.finding import Labels
from core.domain.naming import name_key, near_key
from core.domain.states import NodeState
from core.domain.taxonomy import NodeKind, Origin
from core.store import node_index, nodes, sequences, terms, tree
from core.store.database import Tx

_CHUNK = 5000
_INSERT = (
    "INSERT INTO node(id, project_id, parent_id, kind, name, name_key, description, synonyms, scope_note, notation,"
    " uri, labels, extra, position, path, place, state, origin, touched, times_seen, times_asked, created_at,"
    " verified_by, verified_at, verified_version, n_children, n_descendants, n_verified)"
    " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
)


@dataclass(frozen=True, slots=True)
class NewNode:
    """A node to add, below row `above` of the same list or, without it, below node `parent` (None = the top).

    Texts are clean already. `seen` = (times seen, times asked). `touched`: a person wrote the texts here, None = it
    says so when a person is its origin. `verified` = (by whom, when): it is verified from the start.
    """

    kind: NodeKind
    name: str
    above: int | None = None
    parent: int | None = None
    description: str = ""
    synonyms: Sequence[str] = ()
    scope_note: str = ""
    notation: str = ""
    uri: str = ""
    labels: Labels = field(default_factory=dict)
    extra: Sequence[Sequence[str]] = ()
    origin: Origin = Origin.PERSON
    seen: tuple[int, int] = (0, 0)
    touched: bool | None = None
    verified: tuple[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """What a new node is found by. Working it out takes longer than writing it and needs no transaction."""

    key: str
    near: tuple[str, ...]
    read_by: tuple[str, str, str]

    @staticmethod
    def of(row: NewNode) -> Words:
        """See the class."""
        texts = (row.description, row.scope_note)
        return Words(
            name_key(row.name),
            tuple({near_key(word) for word in (row.name, *row.synonyms)}),
            node_index.entry(row.name, row.synonyms, row.notation, row.labels, texts),
        )


@dataclass(slots=True)
class _Spot:
    """Where new children go: behind the last one."""

    id: int | None
    path: str
    place: str
    last: int = 0

    def child(self, node_id: int) -> _Spot:
        self.last += tree.STEP
        return _Spot(node_id, f"{self.path}{node_id}/", f"{self.place}{self.last:08x}")


def insert_many(
    tx: Tx, project_id: str, rows: Sequence[NewNode], *, at: float, words: Sequence[Words] | None = None
) -> range:
    """Add nodes behind their siblings, each after the row it stands below; their ids, in the same order.

    Counts of all nodes concerned are right afterwards. The unique index refuses a sibling with the same key; that the
    kinds fit and no level is too deep is for the caller to check. `words` are those of the rows, if known already.
    """
    words = words if words is not None else [Words.of(row) for row in rows]
    first = sequences.take(tx, "node", len(rows)) if rows else 0
    ids = range(first, first + len(rows))
    spots = _known_spots(tx, project_id, {row.parent for row in rows if row.above is None})
    places = list[tuple[_Spot, _Spot]]()  # parent, own
    for node_id, row in zip(ids, rows, strict=True):
        above = spots[row.parent] if row.above is None else places[row.above][1]
        places.append((above, above.child(node_id)))
    counts = _counts(rows)
    for start in range(0, len(rows), _CHUNK):
        part = range(start, min(start + _CHUNK, len(rows)))
        tx.many(_INSERT, [_values(project_id, rows[i], words[i].key, *places[i], counts[i], at) for i in part])
        terms.add_keys(tx, project_id, [(key, ids[i]) for i in part for key in words[i].near])
        node_index.add(tx, [(ids[i], *words[i].read_by) for i in part])
    tree.recount_ids(tx, {int(part) for spot in spots.values() for part in spot.path.split("/") if part})
    return ids


def _known_spots(tx: Tx, project_id: str, parents: set[int | None]) -> dict[int | None, _Spot]:
    spots: dict[int | None, _Spot] = {None: _Spot(None, "/", "")}
    for node in nodes.get_many(tx, project_id, (parent for parent in parents if parent is not None)):
        spots[node.id] = _Spot(node.id, node.path, node.place)
    for parent in parents:
        spots[parent].last = tree.position_for(tx, project_id, parent) - tree.STEP
    return spots


def _counts(rows: Sequence[NewNode]) -> list[tuple[int, int, int]]:
    """(children, descendants, verified descendants) of each row."""
    children, below, verified = [0] * len(rows), [0] * len(rows), [0] * len(rows)
    for number in range(len(rows) - 1, -1, -1):
        above = rows[number].above
        if above is not None:
            children[above] += 1
            below[above] += 1 + below[number]
            verified[above] += (rows[number].verified is not None) + verified[number]
    return list(zip(children, below, verified, strict=True))


def _values(
    project_id: str, row: NewNode, key: str, above: _Spot, own: _Spot, counts: tuple[int, int, int], at: float
) -> tuple[object, ...]:
    by, when = row.verified or (None, None)
    return (
        own.id,
        project_id,
        above.id,
        row.kind,
        row.name,
        key,
        row.description,
        json.dumps(list(row.synonyms), ensure_ascii=False),
        row.scope_note,
        row.notation,
        row.uri,
        json.dumps(row.labels, ensure_ascii=False) if row.labels else "{}",
        json.dumps([list(pair) for pair in row.extra], ensure_ascii=False) if row.extra else "[]",
        int(own.place[-8:], 16),
        own.path,
        own.place,
        NodeState.VERIFIED if row.verified else NodeState.PROPOSED,
        row.origin,
        int(row.origin is Origin.PERSON if row.touched is None else row.touched),
        *row.seen,
        at,
        by,
        when,
        1 if row.verified else None,
        *counts,
    )
