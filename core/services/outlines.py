"""Pasting an outline with indentation below a node: first what it would make, then all of it or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import zip_longest

from core.domain.naming import name_key
from core.domain.people import Principal
from core.domain.states import NodeState
from core.domain.taxonomy import CHILD_KIND, MAX_DEPTH, Node, NodeKind
from core.errors import ImportRejectedError, InvalidInputError
from core.interchange.concepts.outline import OutlineLine, parse
from core.services.actions import Actions
from core.services.context import Context
from core.services.tree_checks import checked_texts, kind_below
from core.store import node_bulk, nodes, projects, terms
from core.store.database import Tx
from core.store.node_bulk import NewNode
from core.store.node_changes import Texts

MAX_LINES = 5000


class LineState(StrEnum):
    """What becomes of a line."""

    NEW = "new"
    EXISTS = "exists"
    SYNONYM = "exists as a synonym"
    NEAR = "nearly there"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class OutlineRow:
    """One line: what it will be, the node that is meant where there is one, and what is wrong with it.

    `twice` is the earlier line with the same name at the same place; both are one node.
    """

    line: OutlineLine
    kind: NodeKind | None
    state: LineState
    known: Node | None = None
    problem: str = ""
    twice: int = 0

    @property
    def made(self) -> bool:
        """Does it become a node of its own?"""
        return self.state in {LineState.NEW, LineState.NEAR}

    @property
    def words(self) -> str:
        """The state in words, with the node that is meant."""
        if self.twice:
            return f"same as line {self.twice}"
        if self.state is LineState.SYNONYM and self.known:
            return f"exists as synonym of {self.known.name}"
        if self.state is LineState.NEAR and self.known:
            return f"new, near: {self.known.name}"
        return self.problem or self.state.value


@dataclass(frozen=True, slots=True)
class Outlined:
    """What pasting made: how many nodes, and the first of them."""

    made: int
    first: int | None


class OutlineService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context
        self._actions = Actions(context)

    def preview(
        self, project_id: str, parent_id: int | None, text: str, *, leave_near: bool = False
    ) -> list[OutlineRow]:
        """What each line would become below `parent_id`; ImportRejectedError for text that is no outline.

        `leave_near`: a line whose name is nearly that of a node that is there counts as that node.
        """
        lines = _lines(text)
        with self._c.store.read() as tx:
            return _Reader(tx, project_id, leave_near=leave_near).read(parent_id, lines).rows

    def add_outline(
        self,
        who: Principal,
        project_id: str,
        parent_id: int | None,
        text: str,
        *,
        leave_near: bool = False,
        token: str = "",
    ) -> Outlined:
        """Add what is not there yet, in one action; with a problem in any line nothing is added.

        Pressing twice with one token adds once.
        """
        lines = _lines(text)
        with self._actions.act(who, project_id, "added") as action:
            if token and not projects.spend_token(action.tx, f"outline:{token}", action.at):
                return Outlined(0, None)
            reader = _Reader(action.tx, project_id, leave_near=leave_near).read(parent_id, lines)
            wrong = next((row for row in reader.rows if row.state is LineState.PROBLEM), None)
            if wrong:
                raise ImportRejectedError(wrong.line.line, wrong.problem, "Mend the outline; nothing was added.")
            ids = node_bulk.insert_many(action.tx, project_id, reader.fresh, at=action.at)
            place = nodes.get(action.tx, project_id, parent_id).name if parent_id is not None else "the top"
            action.title = f"Added {len(ids):,} nodes below {place}"
            action.entity = ("node", parent_id) if parent_id is not None else ("project", project_id)
            return Outlined(len(ids), ids[0] if ids else None)


def _lines(text: str) -> list[OutlineLine]:
    lines = parse(text)
    if not lines:
        raise ImportRejectedError(0, "There is no line with a name.", "Paste one name a line, indented below another.")
    if len(lines) > MAX_LINES:
        raise ImportRejectedError(
            0, f"The outline has {len(lines):,} lines; {MAX_LINES:,} fit at once.", "Import it as a file."
        )
    return lines


@dataclass(slots=True)
class _Place:
    """What lines can stand below: a node that is there, or the new node of that number. `below` = row by name."""

    kind: NodeKind | None
    depth: int
    known: Node | None = None
    new: int | None = None
    broken: bool = False
    below: dict[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.known.name if self.known else "a new discipline"


class _Reader:
    """Goes through the lines once; afterwards `rows` tells what becomes of each, `fresh` holds the new nodes."""

    def __init__(self, tx: Tx, project_id: str, *, leave_near: bool) -> None:
        self.tx, self.project_id, self.leave_near = tx, project_id, leave_near
        self.rows: list[OutlineRow] = []
        self.fresh: list[NewNode] = []
        self.places: list[_Place] = []  # of each row
        self.known_places: dict[int, _Place] = {}

    def read(self, parent_id: int | None, lines: Sequence[OutlineLine]) -> _Reader:
        top = nodes.get(self.tx, self.project_id, parent_id) if parent_id is not None else None
        kind_below(top, None)
        opened = [self.known_place(top) if top else _Place(None, -1)]
        for line, following in zip_longest(lines, lines[1:]):
            del opened[line.depth + 1 :]
            row, place = self.row(line, opened[-1], has_children=bool(following and following.depth > line.depth))
            self.rows.append(row)
            self.places.append(place)
            opened.append(place)
        return self

    def known_place(self, node: Node) -> _Place:
        """One place for a node, however many lines name it."""
        return self.known_places.setdefault(node.id, _Place(node.kind, node.depth, node))

    def row(self, line: OutlineLine, above: _Place, *, has_children: bool) -> tuple[OutlineRow, _Place]:
        if above.broken:
            return _broken(line, "What it stands below has a problem.")
        first = above.below.setdefault(name_key(line.name), len(self.rows))
        if first < len(self.rows):
            known = self.rows[first]
            state = LineState.PROBLEM if known.problem else LineState.EXISTS
            return replace(known, line=line, state=state, twice=known.line.line), self.places[first]
        twin = self.find(line, above) if above.new is None else None
        if isinstance(twin, str):
            return _broken(line, twin)
        if twin and twin.state is not LineState.NEAR and twin.known:
            return twin, self.known_place(twin.known)
        return self.add(line, above, near=twin.known if twin else None, has_children=has_children)

    def find(self, line: OutlineLine, above: _Place) -> OutlineRow | str | None:
        """The line as a node that is there already, or why that node cannot be meant."""
        parent_id = above.known.id if above.known else None
        twin = nodes.find_sibling(self.tx, self.project_id, parent_id, line.name)
        if twin and twin.merged_into is not None:
            into = nodes.get(self.tx, self.project_id, twin.merged_into)
            return f"{twin.name!r} was merged into {into.name!r}."
        if twin and twin.state is NodeState.REMOVED:
            return f"{twin.name!r} is here, but removed: restore it first."
        if twin:
            return OutlineRow(line, twin.kind, LineState.EXISTS, twin)
        alike = terms.children_like(self.tx, self.project_id, parent_id, line.name)
        key = name_key(line.name)
        owner = next((node for node in alike if key in map(name_key, node.synonyms)), None)
        if owner or not alike:
            return OutlineRow(line, owner.kind, LineState.SYNONYM, owner) if owner else None
        state = LineState.EXISTS if self.leave_near else LineState.NEAR
        return OutlineRow(line, alike[0].kind, state, alike[0])

    def add(
        self, line: OutlineLine, above: _Place, *, near: Node | None, has_children: bool
    ) -> tuple[OutlineRow, _Place]:
        kind = CHILD_KIND[above.kind]
        if kind is None:
            return _broken(line, f"Nothing can stand below {above.name!r}, a discipline.")
        if above.depth + 1 >= MAX_DEPTH:
            return _broken(line, f"It would stand below level {MAX_DEPTH}, the deepest there is.")
        if kind is NodeKind.DISCIPLINE and has_children:
            kind = NodeKind.SUB_FIELD
        try:
            texts = checked_texts(Texts(line.name, line.description, line.synonyms))
        except InvalidInputError as error:
            return _broken(line, error.message)
        self.fresh.append(
            NewNode(
                kind,
                texts.name,
                above=above.new,
                parent=above.known.id if above.known else None,
                description=texts.description,
                synonyms=texts.synonyms,
            )
        )
        row = OutlineRow(line, kind, LineState.NEAR if near else LineState.NEW, near)
        return row, _Place(kind, above.depth + 1, new=len(self.fresh) - 1)


def _broken(line: OutlineLine, problem: str) -> tuple[OutlineRow, _Place]:
    return OutlineRow(line, None, LineState.PROBLEM, problem=problem), _Place(None, 0, broken=True)
