"""Plan files to plans: names are looked up in the project; every failure says where in the file it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.domain.calls import Stage
from core.domain.curriculum import Part
from core.domain.naming import name_key
from core.domain.plans import (
    STAGES_OF,
    MixedPlan,
    Plan,
    PlanKind,
    RepairsPlan,
    SamplesPlan,
    SeedChoice,
    SharedTeacher,
    SubjectsPlan,
    SyllabiPlan,
    TaxonomyPlan,
    TeacherChoice,
)
from core.domain.sampling import Difficulty
from core.domain.states import NodeState
from core.domain.strategies import FROM_SEEDS, MADE, Strategy, arithmetic
from core.domain.taxonomy import Node, NodeKind
from core.errors import NotFoundError
from core.generation.strategies.method import parents_key, seed_key
from core.interchange.plan_file import Places
from core.interchange.plan_shapes import (
    MixedFile,
    PartEntry,
    PlanFile,
    RepairsFile,
    SamplesFile,
    SeedsEntry,
    SubjectsFile,
    SyllabiFile,
    TaxonomyFile,
    TeacherEntry,
)
from core.services.projects import choice_for
from core.services.repair_items import waiting
from core.store import curricula, nodes, projects, runs, seeds
from core.store.database import Tx

Path = tuple[str, ...]
Loc = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class PlanReader:
    """Looks up the names of one file in one project; every failure says where in the file it is."""

    tx: Tx
    project_id: str
    places: Places
    usual: Mapping[Stage, TeacherChoice]

    def plan(self, file: PlanFile) -> Plan:
        """The plan that the file describes."""
        head: dict[str, Any] = {
            "title": file.title,
            "execution": file.execution,
            "cost_cap": file.cost_cap_dollars,
            "call_cap": file.call_cap,
        }
        if isinstance(file, MixedFile):
            parts = tuple(SamplesPlan(**self._part(part, ("parts", i))) for i, part in enumerate(file.parts))
            return MixedPlan(**head, purpose=file.purpose, parts=parts)
        if isinstance(file, SamplesFile):
            return SamplesPlan(**head, **self._part(file, ()))
        usual = {stage: self.usual[stage] for stage in STAGES_OF[PlanKind(file.kind)]}
        who = {"include_unverified": file.include_unverified, "teachers": {**usual, **self._named(file.teachers, ())}}
        return self._other(file, {**head, **who})

    def _other(self, file: TaxonomyFile | SubjectsFile | SyllabiFile | RepairsFile, shared: Mapping[str, Any]) -> Plan:
        if isinstance(file, TaxonomyFile):
            node = None if file.node is None else self._node(file.node, ("node",)).id
            places = tuple(self._node(path, ("nodes", i)).id for i, path in enumerate(file.nodes))
            if file.nodes and file.node is not None:
                raise self.places.refuse(("node",), "it cannot stand beside `nodes`.", "Keep one of them.")
            own = file.model_dump(include={"child", "scope", "queries", "names", "only_new"})
            return TaxonomyPlan(**shared, node=node, nodes=places, **own)
        if isinstance(file, SubjectsFile):
            chosen = self._disciplines(file.disciplines, ())
            return SubjectsPlan(**shared, disciplines=chosen, queries=file.queries)
        if isinstance(file, RepairsFile):
            return RepairsPlan(**shared, wishes=self._wishes(file))
        chosen = self._subjects(file.subjects, ())
        return SyllabiPlan(**shared, subjects=chosen, part=file.part, session=self._session(file, chosen))

    def _wishes(self, file: RepairsFile) -> tuple[int, ...]:
        found = waiting(self.tx, self.project_id, file.wishes or None)
        if not found:
            hint = "Reject samples on the Review page with the wish for a repair."
            raise self.places.refuse(("wishes",), "no such sample waits to be repaired.", hint)
        return tuple(wish.id for wishes in found for wish in wishes)

    def _part(self, file: PartEntry, at: Loc) -> dict[str, Any]:
        """The values of a part, or of a plan of one strategy."""
        self._refuse_strange(file, at)
        own = file.model_dump(include={"strategy", "challenging_share", "rounds", "breadth_share", "verify"})
        values: dict[str, Any] = {
            **own,
            "count": file.samples,
            "random_seed": file.random_seed,
            "include_unverified": file.include_unverified,
            "checks": file.checks,
            "crew": self._crew(file, at),
            "teachers": self._teachers(file, at),
            "disciplines": self._disciplines(file.disciplines, at),
            "subjects": self._subjects(file.subjects, at),
            "weights": {
                self._discipline(entry.discipline, (*at, "weights", i, "discipline")).id: entry.weight
                for i, entry in enumerate(file.weights)
            },
            "seeds": None if file.seeds is None else self._seeds(file.seeds, (*at, "seeds")),
            "parents": tuple(self._run(run_id, (*at, "runs", i)) for i, run_id in enumerate(file.runs)),
            "start": self._start(file, at),
        }
        if file.position is not None:
            key_of = seed_key if file.strategy in FROM_SEEDS else parents_key
            values["start"] = {key_of(SamplesPlan(**values)): file.position}
        return values

    def _refuse_strange(self, file: PartEntry, at: Loc) -> None:
        """What does not belong to the strategy of a part, or is missing for it."""
        name, from_seeds = file.strategy.label, file.strategy in FROM_SEEDS
        if file.strategy not in MADE:
            hint = "Put seeds into the dataset on the Seeds page."
            raise self.places.refuse((*at, "strategy"), f"{name} are not made by a plan.", hint)
        if from_seeds and file.seeds is None:
            raise self.places.refuse((*at, "strategy"), f"{name} needs a seed set.", "Add `seeds` with its `name`.")
        strange = {
            "seeds": not from_seeds and file.seeds is not None,
            "position": file.strategy is Strategy.GLAN and file.position is not None,
            "runs": file.strategy is not Strategy.MULTI_TURN and bool(file.runs),
            **{
                key: file.strategy is not Strategy.GLAN and bool(getattr(file, key))
                for key in ("disciplines", "subjects", "weights", "start")
            },
        }
        for key, found in strange.items():
            if found:
                raise self.places.refuse((*at, key), f"{name} does not draw on it.", "Remove it.")

    def _teachers(self, file: PartEntry, at: Loc) -> dict[Stage, TeacherChoice]:
        """Of every stage that the part uses: named in the file, else the project's. An augmenter that is named checks
        its own questions unless the file says who does."""
        checks = file.checks.model_copy(update={"judge": True}) if file.verify else file.checks
        needed = arithmetic(file.strategy, rounds=file.rounds).plus(checks.calls).calls
        first = {stage: shared[0].teacher for stage, shared in self._crew(file, at).items()}
        named = {**first, **self._named(file.teachers, at)}
        check, augmenter = Stage.QUESTION_CHECK, named.get(Stage.AUGMENT)
        if check in needed and augmenter:
            named.setdefault(check, choice_for(check, augmenter.connection, augmenter.model))
        return {**{stage: self.usual[stage] for stage in needed}, **named}

    def _crew(self, file: PartEntry, at: Loc) -> dict[Stage, tuple[SharedTeacher, ...]]:
        return {
            stage: tuple(
                SharedTeacher(teacher=self._teacher(stage, entry, (*at, "crew", stage.value, i)), share=entry.share)
                for i, entry in enumerate(entries)
            )
            for stage, entries in file.crew.items()
        }

    def _named(self, entries: Mapping[Stage, TeacherEntry], at: Loc) -> dict[Stage, TeacherChoice]:
        return {stage: self._teacher(stage, entry, (*at, "teachers", stage.value)) for stage, entry in entries.items()}

    def _teacher(self, stage: Stage, entry: TeacherEntry, loc: Loc) -> TeacherChoice:
        connection = projects.find_connection(self.tx, entry.connection)
        if connection is None:
            there = ", ".join(repr(found.name) for found in projects.connections(self.tx)[:10])
            raise self.places.refuse(
                (*loc, "connection"),
                f"there is no connection named {entry.connection!r}.",
                f"Add it on the Connections page, or write one of these: {there}.",
            )
        chosen = choice_for(stage, connection.id, entry.model)
        given = entry.model_dump(include={"temperature", "top_p", "max_tokens"}, exclude_none=True)
        return chosen.model_copy(update=given)

    def _seeds(self, entry: SeedsEntry, loc: Loc) -> SeedChoice:
        versions = [
            found for found in seeds.page(self.tx, self.project_id) if name_key(found.name) == name_key(entry.name)
        ]
        if not versions:
            hint = "Import it on the Seeds page, or write the name of one that is there."
            raise self.places.refuse((*loc, "name"), f"there is no seed set {entry.name!r}.", hint)
        chosen = next((found for found in versions if entry.version in {None, found.number}), None)
        if chosen is None:
            there = ", ".join(str(found.number) for found in versions[:10])
            raise self.places.refuse(
                (*loc, "version"), f"{entry.name!r} has no version {entry.version}.", f"Write one of these: {there}."
            )
        if entry.size is not None and entry.size > chosen.n_examples:
            raise self.places.refuse(
                (*loc, "size"), f"{chosen.label} has only {chosen.n_examples:,} examples.", "Choose a smaller subset."
            )
        return SeedChoice(seed_set=chosen.id, size=entry.size, random_seed=entry.random_seed)

    def _run(self, run_id: str, loc: Loc) -> str:
        try:
            return runs.get(self.tx, run_id, self.project_id).id
        except NotFoundError as error:
            raise self.places.refuse(loc, f"there is no run {run_id!r} in this project.", error.hint) from error

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

    def _disciplines(self, paths: Sequence[Path], at: Loc) -> tuple[int, ...]:
        found = [self._discipline(path, (*at, "disciplines", i)).id for i, path in enumerate(paths)]
        return tuple(dict.fromkeys(found))

    def _subjects(self, paths: Sequence[Path], at: Loc) -> tuple[int, ...]:
        return tuple(dict.fromkeys(self._subject(path, (*at, "subjects", i)) for i, path in enumerate(paths)))

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

    def _start(self, file: PartEntry, at: Loc) -> dict[str, int]:
        start = {}
        for i, entry in enumerate(file.start):
            syllabus = curricula.find_syllabus(self.tx, self._subject(entry.syllabus, (*at, "start", i, "syllabus")))
            if syllabus is None or syllabus.version != entry.version:
                now = f"is at version {syllabus.version} now" if syllabus else "has no syllabus"
                raise self.places.refuse(
                    (*at, "start", i, "version"),
                    f"the plan was made with version {entry.version} of the syllabus of {entry.syllabus[-1]!r}, "
                    f"which {now}; the same questions cannot be made again.",
                    "Remove this entry of `start` to go on where the present syllabus stands.",
                )
            for difficulty in Difficulty:
                position = entry.basic if difficulty is Difficulty.BASIC else entry.challenging
                start[f"{syllabus.id}:{syllabus.version}:{difficulty.value}:{file.random_seed}"] = position
        return start
