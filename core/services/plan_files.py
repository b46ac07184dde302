"""Plans to plan files and back: ids become names, names are looked up again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.domain.calls import Stage
from core.domain.curriculum import Part
from core.domain.money import NANO
from core.domain.naming import name_key
from core.domain.plans import (
    STAGES_OF,
    MixedPlan,
    Plan,
    PlanKind,
    SamplesPlan,
    SubjectsPlan,
    SyllabiPlan,
    TaxonomyPlan,
    TeacherChoice,
)
from core.domain.sampling import Difficulty
from core.domain.states import NodeState
from core.domain.taxonomy import Node, NodeKind
from core.errors import InvalidInputError
from core.interchange.plan_file import (
    FORMAT,
    Places,
    PlanFile,
    SamplesFile,
    StartEntry,
    SubjectsFile,
    SyllabiFile,
    TaxonomyFile,
    TeacherEntry,
)
from core.services.projects import choice_for
from core.store import curricula, nodes, projects
from core.store.database import Tx

Path = tuple[str, ...]
Loc = tuple[str | int, ...]


def file_of(tx: Tx, project_id: str, plan: Plan) -> PlanFile:
    """The plan with names: disciplines and subjects by their path, teachers by their connection."""
    if isinstance(plan, MixedPlan):
        raise InvalidInputError("A mixed plan has no file yet.", "Save its parts one by one.")
    shared: dict[str, Any] = {
        "format": FORMAT,
        "title": plan.title,
        "include_unverified": plan.include_unverified,
        "execution": plan.execution,
        "teachers": {stage: _entry(tx, choice) for stage, choice in plan.teachers.items()},
        "cost_cap_dollars": None if plan.cost_cap is None else _dollars(plan.cost_cap),
        "call_cap": plan.call_cap,
    }
    if isinstance(plan, TaxonomyPlan):
        node = None if plan.node is None else _node_path(tx, nodes.get(tx, project_id, plan.node))
        places = tuple(_node_path(tx, nodes.get(tx, project_id, node_id)) for node_id in plan.nodes)
        own = plan.model_dump(include={"child", "scope", "queries", "names", "only_new"})
        return TaxonomyFile(**shared, node=node, nodes=places, **own)
    if isinstance(plan, SubjectsPlan):
        paths = tuple(_node_path(tx, nodes.get(tx, project_id, node_id)) for node_id in plan.disciplines)
        return SubjectsFile(**shared, disciplines=paths, queries=plan.queries)
    if isinstance(plan, SyllabiPlan):
        session = _session_name(tx, plan)
        paths = _subject_paths(tx, project_id, plan.subjects)
        return SyllabiFile(**shared, subjects=paths, part=plan.part, session=session)
    return SamplesFile(
        **shared,
        disciplines=tuple(_node_path(tx, nodes.get(tx, project_id, node_id)) for node_id in plan.disciplines),
        subjects=_subject_paths(tx, project_id, plan.subjects),
        samples=plan.count,
        challenging_share=plan.challenging_share,
        verify=plan.verify,
        random_seed=plan.random_seed,
        start=_start_entries(tx, project_id, plan.start),
    )


def _dollars(nano: int) -> str:
    """As the file's own reader takes it, every digit kept."""
    return f"{nano // NANO}.{nano % NANO:09d}"


def _entry(tx: Tx, choice: TeacherChoice) -> TeacherEntry:
    name = projects.get_connection(tx, choice.connection).name
    return TeacherEntry(**{**choice.model_dump(), "connection": name})


def _node_path(tx: Tx, node: Node) -> Path:
    return tuple(ancestor.name for ancestor in nodes.ancestors(tx, node))


def _subject_path(tx: Tx, project_id: str, subject_id: int) -> Path:
    subject = curricula.get_subject(tx, project_id, subject_id)
    return (*_node_path(tx, nodes.get(tx, project_id, subject.node_id)), subject.name)


def _subject_paths(tx: Tx, project_id: str, subjects: Sequence[int]) -> tuple[Path, ...]:
    return tuple(_subject_path(tx, project_id, subject_id) for subject_id in subjects)


def _session_name(tx: Tx, plan: SyllabiPlan) -> str:
    """The class session that a plan is about, by name; "" if it is about none."""
    known = curricula.find_syllabus(tx, plan.subjects[0]) if plan.session else None
    return next((each.name for each in known.sessions if each.id == plan.session), "") if known else ""


def _start_entries(tx: Tx, project_id: str, start: Mapping[str, int]) -> tuple[StartEntry, ...]:
    """Deck keys "syllabus:version:difficulty:seed" by syllabus; those whose syllabus is gone are left out."""
    dealt: dict[tuple[int, int], dict[str, int]] = {}
    for key, position in start.items():
        if key.startswith("seeds:"):
            continue
        syllabus_id, version, difficulty, _ = key.split(":")
        dealt.setdefault((int(syllabus_id), int(version)), {})[difficulty] = position
    subject_of = curricula.subjects_of_syllabi(tx, project_id)
    return tuple(
        StartEntry(syllabus=_subject_path(tx, project_id, subject_of[syllabus_id]), version=version, **counts)
        for (syllabus_id, version), counts in dealt.items()
        if syllabus_id in subject_of
    )


@dataclass(frozen=True, slots=True)
class PlanReader:
    """Looks up the names of one file in one project; every failure says where in the file it is."""

    tx: Tx
    project_id: str
    places: Places
    usual: Mapping[Stage, TeacherChoice]

    def plan(self, file: PlanFile) -> Plan:
        """The plan that the file describes."""
        shared: dict[str, Any] = {
            "title": file.title,
            "include_unverified": file.include_unverified,
            "execution": file.execution,
            "teachers": self._teachers(file),
            "cost_cap": file.cost_cap_dollars,
            "call_cap": file.call_cap,
        }
        if isinstance(file, TaxonomyFile):
            node = None if file.node is None else self._node(file.node, ("node",)).id
            places = tuple(self._node(path, ("nodes", i)).id for i, path in enumerate(file.nodes))
            if file.nodes and file.node is not None:
                raise self.places.refuse(("node",), "it cannot stand beside `nodes`.", "Keep one of them.")
            own = file.model_dump(include={"child", "scope", "queries", "names", "only_new"})
            return TaxonomyPlan(**shared, node=node, nodes=places, **own)
        if isinstance(file, SubjectsFile):
            return SubjectsPlan(**shared, disciplines=self._disciplines(file.disciplines), queries=file.queries)
        if isinstance(file, SyllabiFile):
            chosen = self._subjects(file.subjects)
            return SyllabiPlan(**shared, subjects=chosen, part=file.part, session=self._session(file, chosen))
        return SamplesPlan(
            **shared,
            disciplines=self._disciplines(file.disciplines),
            subjects=self._subjects(file.subjects),
            count=file.samples,
            challenging_share=file.challenging_share,
            verify=file.verify,
            random_seed=file.random_seed,
            start=self._start(file),
        )

    def _teachers(self, file: PlanFile) -> dict[Stage, TeacherChoice]:
        if isinstance(file, SamplesFile):
            checked = (Stage.VERIFICATION,) if file.verify else ()
            needed: tuple[Stage, ...] = (Stage.QUESTION, Stage.ANSWER, *checked)
        else:
            needed = STAGES_OF[PlanKind(file.kind)]
        named = {stage: self._teacher(stage, entry) for stage, entry in file.teachers.items()}
        return {**{stage: self.usual[stage] for stage in needed}, **named}

    def _teacher(self, stage: Stage, entry: TeacherEntry) -> TeacherChoice:
        loc: Loc = ("teachers", stage.value)
        if stage not in self.usual:
            raise self.places.refuse(loc, "no plan uses this stage.", "Remove it.")
        connection = projects.find_connection(self.tx, entry.connection)
        if connection is None:
            there = ", ".join(repr(found.name) for found in projects.connections(self.tx)[:10])
            raise self.places.refuse(
                (*loc, "connection"),
                f"there is no connection named {entry.connection!r}.",
                f"Add it on the Connections page, or write one of these: {there}.",
            )
        chosen = choice_for(stage, connection.id, entry.model)
        given = {
            key: value for key, value in entry.model_dump(exclude={"connection", "model"}).items() if value is not None
        }
        return chosen.model_copy(update=given)

    def _node(self, path: Path, loc: Loc) -> Node:
        found: Node | None = None
        for name in path:
            below = repr(found.name) if found else "the top"
            found = nodes.find_sibling(self.tx, self.project_id, found.id if found else None, name)
            if found is None or found.state is NodeState.REMOVED:
                what = "is removed" if found else f"is not there, below {below}"
                raise self.places.refuse(
                    loc,
                    f"{name!r} {what}.",
                    "Write the names as the Taxonomy page shows them: field > sub-field > discipline.",
                )
        if found is None:
            raise self.places.refuse(loc, "the path is empty.", "Write field > sub-field > discipline.")
        return found

    def _discipline(self, path: Path, loc: Loc) -> Node:
        node = self._node(path, loc)
        if node.kind is not NodeKind.DISCIPLINE:
            raise self.places.refuse(
                loc, f"{node.name!r} is a {node.kind.label}, not a discipline.", "Write field > sub-field > discipline."
            )
        return node

    def _disciplines(self, paths: Sequence[Path]) -> tuple[int, ...]:
        found = [self._discipline(path, ("disciplines", i)).id for i, path in enumerate(paths)]
        return tuple(dict.fromkeys(found))

    def _subjects(self, paths: Sequence[Path]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(self._subject(path, ("subjects", i)) for i, path in enumerate(paths)))

    def _subject(self, path: Path, loc: Loc) -> int:
        node = self._discipline(path[:-1], loc)
        subject = curricula.find_subject(self.tx, node.id, path[-1])
        if subject is None or subject.state is NodeState.REMOVED:
            state = "is removed" if subject else "is not there"
            raise self.places.refuse(
                loc, f"the subject {path[-1]!r} of {node.name!r} {state}.", "See the Curriculum page for its subjects."
            )
        return subject.id

    def _session(self, file: SyllabiFile, chosen: Sequence[int]) -> int:
        if file.part is not Part.SESSION:
            return 0
        known = curricula.find_syllabus(self.tx, chosen[0])
        wanted = name_key(file.session)
        for session in known.sessions if known else ():
            if name_key(session.name) == wanted:
                return session.id
        raise self.places.refuse(
            ("session",), f"there is no class session {file.session!r}.", "See the syllabus on the Curriculum page."
        )

    def _start(self, file: SamplesFile) -> dict[str, int]:
        start = {}
        for i, entry in enumerate(file.start):
            syllabus = curricula.find_syllabus(self.tx, self._subject(entry.syllabus, ("start", i, "syllabus")))
            if syllabus is None or syllabus.version != entry.version:
                now = f"is at version {syllabus.version} now" if syllabus else "has no syllabus"
                raise self.places.refuse(
                    ("start", i, "version"),
                    f"the plan was made with version {entry.version} of the syllabus of {entry.syllabus[-1]!r}, "
                    f"which {now}; the same questions cannot be made again.",
                    "Remove this entry of `start` to go on where the present syllabus stands.",
                )
            for difficulty in Difficulty:
                position = entry.basic if difficulty is Difficulty.BASIC else entry.challenging
                start[f"{syllabus.id}:{syllabus.version}:{difficulty.value}:{file.random_seed}"] = position
        return start
