"""Two subjects that are one: merged inside a discipline, shared across disciplines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.domain.curriculum import Subject, Syllabus, draft_of
from core.domain.people import Principal
from core.domain.states import NodeState
from core.domain.taxonomy import Node
from core.errors import InvalidInputError
from core.services.actions import Actions
from core.services.context import Context
from core.services.subject_edits import refuse_place
from core.store import curricula, nodes, subjects
from core.store.database import Tx

__all__ = ["Namesake", "SubjectMerger", "WhichSyllabus"]


class WhichSyllabus(StrEnum):
    """Whose syllabus goes on when both subjects of a merge have one."""

    KEPT = "kept"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Namesake:
    """A subject of this discipline and one of another that have nearly the same name."""

    own: Subject
    other: Subject
    other_home: Node


class SubjectMerger:
    """See the module. Every change is one action that can be undone."""

    def __init__(self, context: Context) -> None:
        self._c = context
        self._actions = Actions(context)

    def must_choose(self, one: Subject, other: Subject) -> bool:
        """Have both a syllabus, and does neither stand out as the only verified one?"""
        with self._c.store.read() as tx:
            first, second = curricula.find_syllabus(tx, one.id), curricula.find_syllabus(tx, other.id)
        return first is not None and second is not None and first.state == second.state

    def samples(self, subject_ids: Sequence[int]) -> int:
        """How many samples were drawn from these subjects, and would follow them."""
        with self._c.store.read() as tx:
            return subjects.sample_counts(tx, subject_ids)

    def merge(
        self, who: Principal, project_id: str, kept: Subject, other: Subject, syllabus: WhichSyllabus | None = None
    ) -> Subject:
        """Take `other` up into `kept`: subtopics and samples follow, its name leads to the kept one from now on.

        The verified syllabus goes on, or the only one; where that decides nothing `syllabus` has to.
        """
        if kept.id == other.id or kept.node_id != other.node_id:
            raise InvalidInputError(
                "Only two subjects of one discipline can be merged.", "Across disciplines, share one instead."
            )
        with self._actions.act(who, project_id, "merged") as action:
            tx = action.tx
            kept, other = subjects.refuse_stale(tx, kept), subjects.refuse_stale(tx, other)
            if NodeState.REMOVED in (kept.state, other.state):
                raise InvalidInputError("A removed subject cannot be merged.", "Restore it first.")
            self._merge_syllabi(tx, kept, other, syllabus)
            self._merge_topics(tx, kept, other)
            for node_id in subjects.taught_in(tx, other.id):
                if node_id not in subjects.taught_in(tx, kept.id):
                    subjects.share(tx, kept, node_id)
            samples = subjects.absorb(tx, kept, other)
            action.title, action.entity = f"Merged {other.name} into {kept.name}", ("subject", kept.id)
            action.before, action.after = {"merged": other.id}, {"into": kept.id, "samples": samples}
            return curricula.get_subject(tx, project_id, kept.id)

    def _merge_syllabi(self, tx: Tx, kept: Subject, other: Subject, which: WhichSyllabus | None) -> None:
        own, theirs = curricula.find_syllabus(tx, kept.id), curricula.find_syllabus(tx, other.id)
        if theirs is None:
            return
        if own is None:
            subjects.hand_syllabus(tx, other, kept)
            return
        if which is None:
            which = _obvious(own, theirs)
        if which is None:
            raise InvalidInputError(
                f"Both {kept.name!r} and {other.name!r} have a syllabus.", "Choose the one that goes on."
            )
        if which is WhichSyllabus.OTHER:
            curricula.replace_syllabus(
                tx, own, draft_of(theirs), state=theirs.state, origin=theirs.origin, touched=True
            )

    def _merge_topics(self, tx: Tx, kept: Subject, other: Subject) -> None:
        topics = list(dict.fromkeys([*kept.subtopics, *other.subtopics]))[:60]
        introduction = kept.introduction or other.introduction
        if (topics, introduction) != (list(kept.subtopics), kept.introduction):
            curricula.edit_subject(
                tx,
                kept,
                name=kept.name,
                level=kept.level,
                introduction=introduction,
                subtopics=topics,
                state=kept.state,
            )

    def share(self, who: Principal, project_id: str, seen: Sequence[Subject], node_id: int) -> int:
        """Teach subjects in another discipline too; each stays one subject with one syllabus. How many are new there.

        A subject of that discipline with nearly the same name stays beside it.
        """
        with self._actions.act(who, project_id, "shared") as action:
            tx = action.tx
            node = nodes.get(tx, project_id, node_id)
            refuse_place(node)
            fresh = []
            for subject in seen:
                current = curricula.get_subject(tx, project_id, subject.id)
                if current.node_id == node_id:
                    raise InvalidInputError(f"{current.name!r} is a subject of {node.name} itself.", "Choose another.")
                if current.state is NodeState.REMOVED:
                    raise InvalidInputError(f"{current.name!r} is removed.", "Restore it first.")
                if subjects.share(tx, current, node_id):
                    fresh.append(current)
            what = fresh[0].name if len(fresh) == 1 else f"{len(fresh):,} subjects"
            action.title = f"Shared {what} with {node.name}"
            action.entity = ("subject", fresh[0].id) if len(fresh) == 1 else ("node", node_id)
            return len(fresh)

    def unshare(self, who: Principal, project_id: str, subject_id: int, node_id: int) -> bool:
        """Teach it in its own discipline alone again, as far as that one is concerned; False if it was not shared."""
        with self._actions.act(who, project_id, "unshared") as action:
            subject = curricula.get_subject(action.tx, project_id, subject_id)
            node = nodes.get(action.tx, project_id, node_id)
            action.title, action.entity = f"No longer shares {subject.name} with {node.name}", ("subject", subject_id)
            return subjects.unshare(action.tx, subject_id, node_id)

    def taught_in(self, project_id: str, subject_id: int) -> list[Node]:
        """The disciplines that a subject is shared with."""
        with self._c.store.read() as tx:
            return [nodes.get(tx, project_id, node_id) for node_id in subjects.taught_in(tx, subject_id)]

    def namesakes(self, project_id: str, node_id: int) -> list[Namesake]:
        """Subjects of other disciplines that one of this discipline may be the same as; nothing is merged by itself."""
        with self._c.store.read() as tx:
            pairs = subjects.namesakes(tx, project_id, node_id)
            return [Namesake(own, other, nodes.get(tx, project_id, other.node_id)) for own, other in pairs]


def _obvious(own: Syllabus, theirs: Syllabus) -> WhichSyllabus | None:
    verified = [own.state is NodeState.VERIFIED, theirs.state is NodeState.VERIFIED]
    if verified[0] == verified[1]:
        return None
    return WhichSyllabus.KEPT if verified[0] else WhichSyllabus.OTHER
