"""Works out what an import will write: every concept is new, there already, changed, refused or left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.domain.naming import clean_name, name_key, near_key
from core.domain.states import NodeState
from core.domain.taxonomy import MAX_DEPTH, NodeKind, kind_at
from core.errors import InvalidInputError
from core.interchange.concepts.model import BROADER, Concept, ConceptFile
from core.interchange.concepts.tree import place_kind
from core.services import import_twins
from core.services.import_known import Known, differing, joined, may_take, texts_of
from core.services.import_made import ImportPlan, PlannedLink, Spot
from core.services.import_report import Choices, TwinChoice, What
from core.store.node_bulk import NewNode
from core.store.node_takeover import FullTexts, KnownNode


def plan(file: ConceptFile, known: Known, parent: KnownNode | None, choices: Choices) -> ImportPlan:
    """See the module; the reader's own troubles come first."""
    made = ImportPlan()
    lines = _troubles(file, choices, made)
    untwinned = import_twins.resolve(file.concepts, choices.twins)
    planner = _Planner(known, parent, choices, made, lines, untwinned.left)
    planner.inner = {concept.parent for concept in untwinned.concepts}
    for concept in untwinned.concepts:
        planner.place(concept)
    for twin, first in untwinned.instead.items():
        planner.at[twin] = planner.at[first]
    _note_twins(file.concepts, untwinned, made)
    planner.connect(untwinned.concepts)
    return made


def _troubles(file: ConceptFile, choices: Choices, made: ImportPlan) -> set[int]:
    """Tell what the reader found; the lines that are left out."""
    lines: set[int] = set()
    for trouble in file.troubles:
        if trouble.twin and choices.twins is not TwinChoice.REFUSE:
            continue
        if trouble.refuses and choices.leave_out and trouble.line:
            lines.add(trouble.line)
            made.tell(What.LEFT_OUT, trouble.line, "", note=trouble.reason)
        else:
            made.tell(What.REFUSED if trouble.refuses else What.NOTE, trouble.line, "", note=trouble.reason)
    return lines


def _note_twins(concepts: Sequence[Concept], untwinned: import_twins.Untwinned, made: ImportPlan) -> None:
    for concept in concepts:
        if concept.key in untwinned.instead:
            made.tell(What.NOTE, concept.line, concept.name, note="made one with its sibling of the same name")


@dataclass(slots=True)
class _Planner:
    known: Known
    parent: KnownNode | None
    choices: Choices
    made: ImportPlan
    lines: set[int]
    left: dict[str, str]
    inner: set[str | None] = field(default_factory=set)
    at: dict[str, Spot | None] = field(default_factory=dict)
    taken: dict[tuple[Spot | None, str], Spot] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)
    names: dict[Spot | None, str] = field(default_factory=dict)
    depth: dict[Spot | None, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        above = self._above_all()
        self.names[above] = self.known.path(self.parent) if self.parent else ""
        self.depth[above] = self.parent.path.count("/") - 2 if self.parent else -1

    def _above_all(self) -> Spot | None:
        return Spot(False, self.parent.id) if self.parent else None

    def place(self, concept: Concept) -> None:
        """Find or make the place of one concept; parents come first."""
        above = self._above_all() if concept.parent is None else self.at.get(concept.parent)
        lost = concept.parent is not None and above is None
        place = "" if lost else self.names[above]
        reason = self._reason_to_leave(concept)
        if reason:
            self.at[concept.key] = None
            if reason != _TOLD:
                self.made.tell(What.LEFT_OUT, concept.line, concept.name, place, reason)
            return
        node = self._find(concept, above, lost=lost)
        if node is not None:
            self.at[concept.key] = self._meet(concept, node)
        elif lost:
            self.at[concept.key] = None
            self.made.tell(What.LEFT_OUT, concept.line, concept.name, note="what stands above it is left out")
        else:
            self.at[concept.key] = self._add(concept, above)

    def _reason_to_leave(self, concept: Concept) -> str:
        if concept.key in self.left:
            return "a sibling of the same name comes first"
        if concept.line and concept.line in self.lines:
            return _TOLD
        try:
            clean_name(concept.name)
        except InvalidInputError:
            return _TOLD
        return ""

    def _find(self, concept: Concept, above: Spot | None, *, lost: bool) -> KnownNode | None:
        """The node that is meant: by its URI, else by its name at this place."""
        node = self.known.by_uri.get(concept.uri) if concept.uri else None
        if node is None and not lost and (above is None or not above.new):
            node = self.known.by_name.get((above.number if above else None, name_key(concept.name)))
        return node

    def _meet(self, concept: Concept, met: KnownNode) -> Spot | None:
        node, place = self.known.standing(met), self.known.path(met)
        above = place.rpartition(" › ")[0]
        back = self.known.removed_above(node)
        if back and not self.choices.restore:
            what = f"was merged into {node.name}, which is removed" if met is not node else "is removed here"
            self.made.removed += 1
            self.made.tell(What.LEFT_OUT, concept.line, concept.name, above, f"{what}; not brought back")
            return None
        spot = Spot(False, node.id)
        self.names[spot], self.depth[spot] = self.known.path(node), node.path.count("/") - 2
        self.made.depths[self.depth[spot]] += 1
        if node.id in self.used or met is not node:
            note = f"was merged into {node.name}" if met is not node else "another concept of the file is the same node"
            self.made.tell(What.THERE, concept.line, concept.name, above, note)
            return spot
        self.used.add(node.id)
        self.made.restored |= dict.fromkeys(back)
        self._compare(concept, node, above, back=bool(back))
        return spot

    def _compare(self, concept: Concept, node: KnownNode, above: str, *, back: bool) -> None:
        ours, theirs = node.texts, texts_of(concept)
        default = f"{self.known.base}{node.id}"
        wanted = joined(ours, theirs, uri=ours.uri or ("" if concept.uri == default else concept.uri))
        twin = self.known.by_name.get((node.parent_id, name_key(wanted.name)))
        note = ""
        if twin is not None and twin.id != node.id:
            wanted = joined(ours, FullTexts(ours.name, *(getattr(theirs, n) for n in _AFTER_NAME)), uri=wanted.uri)
            note = f"the name stays: {theirs.name!r} is taken by a sibling; "
        parts = differing(ours, wanted)
        takes = bool(parts) and may_take(node, self.choices.texts)
        if takes:
            self.made.rewrites.append((node, wanted))
        what = What.RESTORED if back else What.CHANGED if takes else What.DIFFERS if parts else What.THERE
        self.made.tell(what, concept.line, concept.name, above, note + ", ".join(parts))
        if takes or not parts:
            self._mark(concept, node, opened=takes and wanted.meaning != ours.meaning)

    def _mark(self, concept: Concept, node: KnownNode, *, opened: bool) -> None:
        """Take over the file's verification unless the node is verified already and stays so."""
        mark = concept.mark if self.choices.marks else None
        stays = node.state is NodeState.VERIFIED and not opened
        if mark and mark.state == NodeState.VERIFIED and not stays:
            self.made.verified.append((node.id, mark.by, mark.at))

    def _add(self, concept: Concept, above: Spot | None) -> Spot | None:
        key = name_key(concept.name)
        twin = self.taken.get((above, key))
        place = self.names[above]
        if twin is not None:
            self.made.tell(What.NOTE, concept.line, concept.name, place, "stands here already; made one with it")
            return twin
        reason = self._reason_to_refuse(above)
        kind = self._kind(concept, above)
        if reason or kind is None:
            what = What.LEFT_OUT if self.choices.leave_out else What.REFUSED
            self.made.tell(what, concept.line, concept.name, place, reason or "nothing can stand there")
            return None
        texts = texts_of(concept)
        mark = concept.mark if self.choices.marks else None
        spot = Spot(True, len(self.made.rows))
        self.made.rows.append(
            NewNode(
                kind,
                texts.name,
                above.number if above and above.new else None,
                above.number if above and not above.new else None,
                texts.description,
                texts.synonyms,
                texts.scope_note,
                texts.notation,
                texts.uri,
                texts.labels,
                texts.extra,
                touched=False,
                verified=(mark.by, mark.at) if mark and mark.state == NodeState.VERIFIED else None,
            )
        )
        self.taken[above, key] = spot
        self.names[spot] = f"{place} › {concept.name}" if place else concept.name
        self.depth[spot] = self.depth[above] + 1
        self.made.depths[self.depth[spot]] += 1
        self.made.tell(What.NEW, concept.line, concept.name, place, self._alike(concept))
        return spot

    def _alike(self, concept: Concept) -> str:
        node_id = self.known.near.get(near_key(concept.name)) if self.known.near else None
        if node_id is None:
            return ""
        self.made.alike += 1
        return f"nearly the same as {self.known.path(self.known.by_id[node_id])}"

    def _reason_to_refuse(self, above: Spot | None) -> str:
        if self.depth[above] + 1 >= MAX_DEPTH:
            return f"it would stand deeper than {MAX_DEPTH} levels"
        if above and not above.new:
            node = self.known.by_id[above.number]
            if node.kind is NodeKind.DISCIPLINE and node.id in self.known.taught:
                return f"{node.name} is a discipline with subjects, so nothing can stand below it"
        return ""

    def _kind(self, concept: Concept, above: Spot | None) -> NodeKind | None:
        inner = concept.key in self.inner
        stated = place_kind(concept.kind, root=concept.parent is None, parent=inner)
        if stated is NodeKind.DISCIPLINE:
            stated = dict(self.choices.leaves).get(self.depth[above] + 1, stated)
        kind = kind_at(stated, self._kind_of(above), has_children=inner)
        if kind is not None and kind is not stated:
            note = f"a {stated.label} in the file becomes a {kind.label} here"
            self.made.tell(What.NOTE, concept.line, concept.name, self.names[above], note)
        return kind

    def _kind_of(self, above: Spot | None) -> NodeKind | None:
        """The kind of the parent; a discipline that gets children becomes a sub-field."""
        if above is None:
            return None
        if above.new:
            return self.made.rows[above.number].kind
        node = self.known.by_id[above.number]
        if node.kind is NodeKind.DISCIPLINE and node.id not in self.known.taught:
            if node.id not in self.made.kinds:
                self.made.tell(What.NOTE, 0, node.name, note="becomes a sub-field: nodes are added below it")
            self.made.kinds[node.id] = NodeKind.SUB_FIELD
        return self.made.kinds.get(node.id, node.kind)

    def connect(self, concepts: Sequence[Concept]) -> None:
        """Plan the links between what has a place, and to URIs elsewhere."""
        addresses = {concept.key: concept.uri for concept in concepts}
        for concept in concepts:
            source = self.at.get(concept.key)
            if source is None:
                continue
            for link in concept.links:
                target = self._target(link.target, source, addresses)
                if target is None:
                    note = f"its link to {link.target[:120]} is left out with what it leads to"
                    self.made.tell(What.NOTE, concept.line, concept.name, note=note)
                elif not (link.relation == BROADER and target == self.at.get(concept.parent or "")):
                    self._link(PlannedLink(source, link.relation, target))

    def _link(self, link: PlannedLink) -> None:
        """Plan a link unless it is there already."""
        source, relation, target = link
        spot = target if isinstance(target, Spot) else None
        if not (source.new or (spot and spot.new)):
            node_id, address = (spot.number, "") if spot else (None, str(target))
            if (source.number, relation, node_id, address) in self.known.links:
                return
        self.made.links.append(link)

    def _target(self, target: str, source: Spot, addresses: dict[str, str]) -> Spot | str | None:
        spot = self.at.get(target)
        if spot is None and (node := self.known.by_uri.get(addresses.get(target) or target)):
            spot = Spot(False, self.known.standing(node).id)
        if spot is not None and spot != source:
            return spot
        address = addresses.get(target, target)
        return address if ":" in address else None


_TOLD = "told already"
_AFTER_NAME = tuple(name for name in FullTexts.__slots__ if name != "name")
