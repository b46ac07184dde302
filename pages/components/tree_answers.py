"""What the tree element is told: rows in short words, and the answers to what it asked."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable
from typing import Annotated

from pydantic import BaseModel, Field

from core.errors import StudioError
from pages.components.tree_source import Page, Row, Source

PAGE = 200
MOST_BELOW = 1000
TOP = 0
QUESTIONS = frozenset({"children", "reveal", "below", "found"})
NOT_SHOWN = 0
Id = Annotated[int, Field(ge=0, lt=2**53)]
Message = dict[str, object]


class Entry(BaseModel):
    """One entry of the element's log: a question, the choice of a node, or an action."""

    seq: Id
    do: Annotated[str, Field(min_length=1, max_length=40)]
    node: Id = TOP
    offset: Id = 0
    have: tuple[str, ...] = ()
    nodes: tuple[Id, ...] = ()
    to: Id | None = None
    before: Id | None = None


def greeting(source: Source, selected: int | None) -> Message:
    """What a tree shows that was just opened: the top, and the way down to the chosen node; or what was found."""
    if source.sought:
        return {"seq": 0, **found(source)}
    message = _revealed(source, selected, ()) if selected is not None else {"pages": []}
    if not message["pages"]:
        message = _message([_page(source, None, 0)])
    return {"seq": 0, **message}


def answer(source: Source, entry: Entry) -> Message:
    """Answer one question; what went wrong is said in the rows that wait for it."""
    try:
        if entry.do == "reveal":
            message = _revealed(source, entry.node, entry.have)
        elif entry.do == "below":
            message = _below(source, entry.node)
        elif entry.do == "found":
            message = found(source)
        else:
            message = _message([_page(source, entry.node or None, entry.offset)])
    except StudioError as error:
        message = {"trouble": error.message}
    return {"seq": entry.seq, **message}


def _revealed(source: Source, node: int, have: Collection[str]) -> Message:
    """The pages on the way down to a node, without those that the browser says it has."""
    way = source.reveal(node)
    starts = [(place.parent, place.index - place.index % PAGE) for place in way]
    lacking = [start for start in starts if f"{start[0] or TOP}:{start[1] // PAGE}" not in have]
    pages = [_page(source, parent, offset) for parent, offset in lacking]
    return _message(pages, (place.node for place in way[:-1])) | {"goto": node if way else NOT_SHOWN}


def found(source: Source) -> Message:
    """Everything that a narrowed tree shows, as far as it may be sent at once, and the best hit to go to."""
    return _below(source, None) | {"found": source.sought, "goto": source.best or NOT_SHOWN}


def _below(source: Source, node: int | None) -> Message:
    """The first pages of everything below a node, level by level, until there are enough rows."""
    pages: list[Message] = []
    waiting, rows = deque([node]), 0
    while waiting and rows < MOST_BELOW:
        parent = waiting.popleft()
        page = source.children(parent, 0, PAGE)
        pages.append(_spread(parent, 0, page))
        waiting.extend(row.id for row in page.rows if row.has_children)
        rows += len(page.rows)
    return _message(pages, (int(str(page["p"])) for page in pages if page["p"] != TOP))


def _message(pages: list[Message], opened: Iterable[int] = ()) -> Message:
    return {"pages": pages, "open": list(opened)}


def _page(source: Source, parent: int | None, offset: int) -> Message:
    start = offset - offset % PAGE
    return _spread(parent, start, source.children(parent, start, PAGE))


def _spread(parent: int | None, offset: int, page: Page) -> Message:
    return {"p": parent or TOP, "o": offset, "t": page.total, "r": [_short(row) for row in page.rows]}


def _short(row: Row) -> Message:
    """A row under short names, without what goes without saying."""
    short: Message = {"i": row.id, "n": row.name, "k": row.kind, "s": row.state.value}
    told = {
        "c": row.n_children,
        "d": row.n_descendants,
        "f": row.n_verified if row.n_descendants else 0,
        "v": row.votes,
        "q": row.quorum if row.quorum > 1 else 0,
        "m": int(row.mine),
        "x": row.dispute,
        "t": row.times_seen if row.times_seen > 1 else 0,
        "h": int(row.hit),
    }
    return short | {name: value for name, value in told.items() if value}
