"""Finding nodes in a tree of any size: by what was typed, best first, or by filters, in reading order.

A search with words goes through the index of `node_index` rank by rank and stops at `CAP` hits; where filters leave
few nodes, these alone are compared. One without words goes along an index that is in reading order already, and looks
at no more than `SCAN` nodes at a time for a filter that has no index of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.finding import Need, Rank, ranks
from core.domain.states import NodeState, ReviewState
from core.domain.taxonomy import NodeKind, Origin
from core.store.database import Row, Tx

CAP = 1000  # hits are counted and ranked up to here
SCAN = 150_000  # see above
_FEW = 3000  # so many can be sorted
_BEHIND = "g"  # sorts behind every hexadecimal digit of a place
_NEXT = " "  # a place with this sorts behind it and before what stands below it
_VOTED = "SELECT 1 FROM vote v WHERE v.node_id=n.id AND v.person=:person AND v.node_version=n.meaning"
_ACCEPTED = f"SELECT 1 FROM sample s WHERE s.node_id=n.id AND s.review='{ReviewState.ACCEPTED}' AND s.preview=0"


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for; everything that is set has to be true.

    `text`: every word has to occur. No `kinds` = all; no `states` = those not removed. `mine` = open, and this person
    has not voted on what the node means now; `disputed` = tied or decided narrowly, removed ones too; `childless` =
    a field or sub-field with nothing below; `without_samples` = a discipline without an accepted sample; `since` =
    added then or later, unix seconds; `below` = in the branch of that node; `proposals` = from a teacher, undecided.
    """

    text: str = ""
    kinds: frozenset[NodeKind] = frozenset()
    states: frozenset[NodeState] = frozenset()
    mine: bool = False
    disputed: bool = False
    childless: bool = False
    without_samples: bool = False
    since: float | None = None
    below: int | None = None
    proposals: bool = False


Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A node that was found, and where it stands in the order of the hits."""

    id: int
    key: Key


@dataclass(frozen=True, slots=True)
class Total:
    """How many there are; `more` = at least so many."""

    count: int
    more: bool = False

    def __str__(self) -> str:
        return f"{self.count:,}{'+' if self.more else ''}"


@dataclass(frozen=True, slots=True)
class _Scope:
    """The part of the tree that is meant: one project, one branch of it, one person's eyes."""

    query: Query
    params: dict[str, object]

    @staticmethod
    def of(tx: Tx, project_id: str, person: str, query: Query) -> _Scope | None:
        """None if the branch is not there."""
        place = ""
        if query.below is not None:
            place = tx.value("SELECT place FROM node WHERE id=? AND project_id=?", (query.below, project_id))
            if not place:
                return None
        bounds = {"low": place, "high": place + _BEHIND}
        return _Scope(query, {"project": project_id, "person": person, "since": query.since, **bounds})


def ranked(tx: Tx, project_id: str, person: str, query: Query) -> list[Hit]:
    """The best hits of a search with words, at most `CAP` + 1; within a rank the higher levels come first."""
    scope = _Scope.of(tx, project_id, person, query)
    wanted = ranks(query.text)
    if scope is None or not wanted:
        return []
    few = _few(tx, scope) if query != Query(query.text) else None
    named = few if few is not None else _named(tx, scope, wanted)
    hits: dict[int, Hit] = {}
    for rank, needs in enumerate(wanted):
        held = few if _is_told(needs) else named
        rows = _meeting(held, needs) if held is not None else _indexed(tx, scope, needs)
        found = [Hit(row["id"], (rank, len(row["place"]), row["name_key"], row["id"])) for row in rows]
        found = sorted((hit for hit in found if hit.id not in hits), key=lambda hit: hit.key)
        hits |= {hit.id: hit for hit in found[: CAP + 1 - len(hits)]}
        if len(hits) > CAP:
            break
    return list(hits.values())


def _few(tx: Tx, scope: _Scope) -> list[Row] | None:
    """What the filters leave, with what the indexes hold of it; None if it is not little."""
    params = scope.params | {"size": _FEW + 1}
    if _scan_end(tx, scope.query, params) is not None:
        return None
    nodes = _arms(tx, scope.query, params, "n.id, n.place, n.name_key")
    rows = tx.rows(f"SELECT * FROM ({nodes}) LIMIT :size", params)
    if len(rows) > _FEW:
        return None
    return tx.rows(
        f"SELECT few.*, f.name, f.others, t.told FROM (SELECT * FROM ({nodes}) LIMIT :size) few"
        " CROSS JOIN node_fts f ON f.rowid=few.id CROSS JOIN node_told t ON t.rowid=few.id",
        params,
    )


def _named(tx: Tx, scope: _Scope, wanted: list[Rank]) -> list[Row] | None:
    """What has several words anywhere in its names, which all ranks of names are part of; None if it is not little."""
    widest = [needs for needs in wanted if not _is_told(needs)][-1]
    if len(widest) < 2:
        return None
    rows = _indexed(tx, scope, widest, names=True)
    return rows if len(rows) <= CAP else None


def _is_told(needs: Rank) -> bool:
    return needs[0].columns == ("told",)


def _meeting(rows: list[Row], needs: Rank) -> list[Row]:
    return [row for row in rows if all(need.met(row) for need in needs)]


def _indexed(tx: Tx, scope: _Scope, needs: Rank, *, names: bool = False) -> list[Row]:
    """Nodes that meet the needs of one rank, by the index of names, with them if `names`, or that of texts."""
    read, reads = (", f.name, f.others", ", name, others") if names else ("", "")
    table = "node_told" if _is_told(needs) else "node_fts"
    long, short = [need for need in needs if not need.short], [need for need in needs if need.short]
    first, last = _ids(tx, scope.params)
    params = scope.params | {"match": " AND ".join(map(_matching, long)), "first": first, "last": last, "size": CAP + 1}
    params |= {f"short{number}": need.phrases[0] for number, need in enumerate(short)}
    also = "".join(f" AND instr(told, :short{number})" for number in range(len(short)))
    place = "n.place>:low AND n.place<:high AND " if scope.query.below is not None else ""
    return tx.rows(
        f"SELECT n.id, n.place, n.name_key{read} FROM (SELECT rowid AS id{reads} FROM {table}"
        f" WHERE {table} MATCH :match AND rowid BETWEEN :first AND :last{also}) f CROSS JOIN node n ON n.id=f.id"
        f" WHERE n.project_id=:project AND {place}{_matches(scope.query)} LIMIT :size",
        params,
    )


def _ids(tx: Tx, params: dict[str, object]) -> tuple[int, int]:
    """The first and last id of the project: hits of other projects need not be looked at."""
    ends = [
        tx.value(f"SELECT {end}(id) FROM node INDEXED BY node_of WHERE project_id=:project", params)
        for end in ("min", "max")
    ]
    return ends[0] or 0, ends[1] or 0


def _matching(need: Need) -> str:
    """A need in the language of the index."""
    phrases = ('"' + phrase.replace('"', '""') + '"' for phrase in need.phrases)
    return f"({{{' '.join(need.columns)}}} : ({' OR '.join(phrases)}))"


def in_order(tx: Tx, project_id: str, person: str, query: Query, after: str, size: int) -> tuple[list[Hit], str | None]:
    """Hits in reading order behind place `after`, at most `size`; and where to go on, None at the end."""
    scope = _Scope.of(tx, project_id, person, query)
    if scope is None:
        return [], None
    params = scope.params | {"low": max(after, str(scope.params["low"])), "size": size + 1}
    end = _scan_end(tx, query, params)
    if end is not None:
        params["high"] = end + _NEXT
    rows = tx.rows(f"{_arms(tx, query, params, 'n.id, n.place')} ORDER BY place LIMIT :size", params)
    hits = [Hit(row["id"], (row["place"],)) for row in rows[:size]]
    return hits, str(hits[-1].key[0]) if len(rows) > size else end


def total(tx: Tx, project_id: str, person: str, query: Query) -> Total:
    """How many nodes the filters leave, counted up to `CAP`."""
    scope = _Scope.of(tx, project_id, person, query)
    if scope is None:
        return Total(0)
    params = scope.params | {"size": CAP + 1}
    end = _scan_end(tx, query, params)
    if end is not None:
        params["high"] = end + _NEXT
    found = int(tx.value(f"SELECT count(*) FROM ({_arms(tx, query, params, 'n.place')} LIMIT :size)", params))
    return Total(min(found, CAP), found > CAP or end is not None)


def _scan_end(tx: Tx, query: Query, params: dict[str, object]) -> str | None:
    """The last place that this search looks at, None if it reaches the end; only what has no index stops early."""
    if not (query.mine or query.without_samples or query.since is not None):
        return None
    first, last = _ids(tx, params)
    if last - first < SCAN:
        return None
    place: str | None = tx.value(
        "SELECT place FROM node INDEXED BY node_place WHERE project_id=:project AND place>:low AND place<:high"
        f" ORDER BY place LIMIT 1 OFFSET {SCAN - 1}",
        params,
    )
    return place


def _arms(tx: Tx, query: Query, params: dict[str, object], columns: str) -> str:
    """SQL of the nodes that match, from one index in reading order or several side by side."""
    matches = _matches(query)
    arm = (
        f"SELECT {columns} FROM node n INDEXED BY {{index}} WHERE n.project_id=:project AND {{by}}"
        f" AND n.place>:low AND n.place<:high AND {matches} ORDER BY n.place LIMIT :size"
    )
    parts = [arm.format(index=index, by=by) for index, by in _drivers(tx, query, params)]
    return " UNION ALL ".join(f"SELECT * FROM ({part})" for part in parts)


def _drivers(tx: Tx, query: Query, params: dict[str, object]) -> list[tuple[str, str]]:
    """(index, what its rows have in common): the smallest that holds all hits; else one for each kind and state."""
    if query.disputed:
        return [("node_disputed", "n.dispute!=''")]
    if query.since is not None and _few_since(tx, params):
        return [("node_made", "n.created_at>=:since")]
    if query.proposals:
        return [("node_offered", f"n.state='{NodeState.PROPOSED}' AND n.origin='{Origin.MODEL}'")]
    if query.childless:
        return [("node_childless", f"n.n_children=0 AND n.kind!='{NodeKind.DISCIPLINE}'")]
    if query.mine:
        return [("node_open", f"n.state='{NodeState.PROPOSED}'")]
    return [
        ("node_listed", f"n.state='{state}' AND n.kind='{kind}'")
        for state in _states(query)
        for kind in NodeKind
        if (not query.kinds or kind in query.kinds) and not (query.without_samples and kind is not NodeKind.DISCIPLINE)
    ] or [("node_listed", "n.state='' AND n.kind=''")]  # wishes that exclude each other


def _few_since(tx: Tx, params: dict[str, object]) -> bool:
    sql = (
        "SELECT count(*) FROM (SELECT 1 FROM node n INDEXED BY node_made WHERE n.project_id=:project"
        f" AND n.created_at>=:since LIMIT {_FEW + 1})"
    )
    return int(tx.value(sql, params)) <= _FEW


def _states(query: Query) -> list[NodeState]:
    standing = set(NodeState) if query.disputed else set(NodeState) - {NodeState.REMOVED}
    return [state for state in NodeState if state in (query.states or standing)]


def _matches(query: Query) -> str:
    """SQL of what a node has to be."""
    states = ",".join(f"'{state}'" for state in _states(query))
    parts = [f"n.state IN ({states})", "n.merged_into IS NULL"]
    if query.kinds:
        parts.append("n.kind IN (" + ",".join(f"'{kind}'" for kind in sorted(query.kinds)) + ")")
    wishes = {
        "mine": f"n.state='{NodeState.PROPOSED}' AND NOT EXISTS ({_VOTED})",
        "disputed": "n.dispute!=''",
        "childless": f"n.n_children=0 AND n.kind!='{NodeKind.DISCIPLINE}'",
        "without_samples": f"n.kind='{NodeKind.DISCIPLINE}' AND NOT EXISTS ({_ACCEPTED})",
        "proposals": f"n.state='{NodeState.PROPOSED}' AND n.origin='{Origin.MODEL}'",
    }
    parts += [sql for name, sql in wishes.items() if getattr(query, name)]
    if query.since is not None:
        parts.append("n.created_at>=:since")
    return " AND ".join(parts)
