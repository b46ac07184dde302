"""Searching and filtering the tree, page by page."""

from __future__ import annotations

import json
from dataclasses import dataclass

from core.domain.people import Principal
from core.domain.taxonomy import Node
from core.errors import InvalidInputError
from core.services.context import Context
from core.services.taxonomy import paths_of
from core.store import node_search, nodes
from core.store.database import Tx
from core.store.node_search import CAP, Hit, Key, Query, Total

__all__ = ["CAP", "Page", "Query", "Total", "TreeSearch"]
_PLACE = (str,)
_RANK = (int, int, str, int)


@dataclass(frozen=True, slots=True)
class Page:
    """Hits as paths from the top down to the node, how many there are in all, and where the next page begins.

    `after` is None at the end. A page may be shorter than asked for and still have an `after`: the search has looked
    at as many nodes as it may at a time.
    """

    hits: tuple[tuple[Node, ...], ...]
    total: Total
    after: str | None


class TreeSearch:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def find(self, who: Principal, project_id: str, query: Query, *, after: str | None = None, size: int = 50) -> Page:
        """A page of what `query` finds for this person.

        With words the best come first and the total is at most 1,000; without words they come in reading order.
        """
        typed = bool(query.text.strip())
        known, key = _read(after, _RANK if typed else _PLACE)
        with self._c.store.read() as tx:
            if not typed:
                total = known or node_search.total(tx, project_id, who.name, query)
                hits, more = node_search.in_order(tx, project_id, who.name, query, str(key[0]) if key else "", size)
                following: Key | None = (more,) if more is not None else None
            else:
                found = node_search.ranked(tx, project_id, who.name, query)
                total = Total(min(len(found), CAP), len(found) > CAP)
                rest = [hit for hit in found[:CAP] if hit.key > key]
                hits, following = rest[:size], rest[size - 1].key if len(rest) > size else None
            return Page(tuple(_paths(tx, project_id, hits)), total, _written(total, following))

    def first(self, who: Principal, project_id: str, query: Query, most: int) -> tuple[list[Node], bool]:
        """The first `most` hits alone, in the order of `find`; and whether there are more."""
        found: list[Node] = []
        after: str | None = None
        while len(found) < most:
            page = self.find(who, project_id, query, after=after, size=most - len(found))
            found += [path[-1] for path in page.hits]
            after = page.after
            if after is None:
                return found, page.total.more and bool(query.text.strip())
        return found, True


def _paths(tx: Tx, project_id: str, hits: list[Hit]) -> list[tuple[Node, ...]]:
    found = {node.id: node for node in nodes.get_many(tx, project_id, (hit.id for hit in hits))}
    return paths_of(tx, project_id, [found[hit.id] for hit in hits])


def _written(total: Total, key: Key | None) -> str | None:
    return None if key is None else json.dumps([total.count, total.more, *key], ensure_ascii=False)


def _read(after: str | None, parts: tuple[type, ...]) -> tuple[Total | None, Key]:
    if after is None:
        return None, ()
    try:
        count, more, *key = json.loads(after)
    except (ValueError, TypeError):
        key = []
    if tuple(map(type, key)) != parts:
        raise InvalidInputError("This is no page of this search.", "Search again.")
    return Total(int(count), bool(more)), tuple(key)
