"""Disciplines and syllabi that samples may be drawn from. Reads only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from core.domain.curriculum import Subject
from core.domain.plans import SamplesPlan
from core.domain.states import NodeState
from core.domain.taxonomy import Node
from core.errors import NotVerifiedError
from core.generation.drawing import Source
from core.store import curricula, nodes, subjects
from core.store.database import Tx


@dataclass(frozen=True, slots=True)
class SourceView:
    """A discipline to draw from: its path, its verified syllabi, and how many different questions they allow."""

    node: Node
    path: tuple[str, ...]
    sources: tuple[Source, ...]
    unverified: int


def sources_of(
    tx: Tx, project_id: str, *, include_unverified: bool, only: SamplesPlan | None = None
) -> list[SourceView]:
    """Disciplines that have syllabi, in the order of the tree; with `only`, those subjects that the plan names."""
    states = curricula.syllabi(tx, project_id)
    by_node = _by_discipline(tx, project_id, states, only)
    found_nodes = {node.id: node for node in nodes.disciplines(tx, project_id)}
    views = []
    for node in found_nodes.values():
        if node.id not in by_node:
            continue
        path = tuple(ancestor.name for ancestor in nodes.ancestors(tx, node))
        found, left = [], 0
        for subject in by_node[node.id]:
            home = found_nodes.get(subject.node_id)
            places = {node.state, home.state if home else NodeState.REMOVED}
            verified = {*places, subject.state, states[subject.id][0]} == {NodeState.VERIFIED}
            syllabus = curricula.find_syllabus(tx, subject.id) if verified or include_unverified else None
            if syllabus is None:
                left += 1
            else:
                found.append(Source(path, node.id, subject, syllabus))
        views.append(SourceView(node, path, tuple(found), left))
    return views


def _by_discipline(
    tx: Tx, project_id: str, states: Collection[int], only: SamplesPlan | None
) -> dict[int, list[Subject]]:
    """Subjects with a syllabus by the discipline to draw them for.

    A subject that two disciplines share stands below both as long as nothing is chosen. A plan draws it once: for its
    own discipline, or for another that is chosen without its own.
    """
    known = {subject.id: subject for subject in curricula.subjects(tx, project_id) if subject.id in states}
    by_node: dict[int, list[Subject]] = {}
    drawn = set()
    for subject in known.values():
        if only is None or _is_named(subject, only):
            by_node.setdefault(subject.node_id, []).append(subject)
            drawn.add(subject.id)
    for node_id, subject_id in subjects.shares(tx, project_id):
        if subject_id in known and (only is None or (node_id in only.disciplines and subject_id not in drawn)):
            by_node.setdefault(node_id, []).append(known[subject_id])
            drawn.add(subject_id)
    return by_node


def _is_named(subject: Subject, plan: SamplesPlan) -> bool:
    everything = not plan.disciplines and not plan.subjects
    return everything or subject.node_id in plan.disciplines or subject.id in plan.subjects


def wanted(tx: Tx, project_id: str, plan: SamplesPlan) -> list[Source]:
    """The syllabi that a plan draws on; raises NotVerifiedError if there is none."""
    views = sources_of(tx, project_id, include_unverified=plan.include_unverified, only=plan)
    chosen = [source for view in views for source in view.sources]
    if not chosen:
        raise NotVerifiedError(
            "There is no verified syllabus to draw questions from.",
            "Verify a discipline, a subject of it and its syllabus on the Curriculum page.",
        )
    return chosen
