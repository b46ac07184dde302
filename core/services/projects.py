"""Projects: make one, set its caps, guidelines and teachers; say where its work stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.catalogue.load import demo_samples, starter_taxonomy
from core.domain.budget import Spent
from core.domain.calls import Stage
from core.domain.naming import clean_name, clean_text
from core.domain.people import Action, Principal
from core.domain.plans import TeacherChoice
from core.domain.records import Connection, Project, Run
from core.domain.taxonomy import Origin
from core.errors import ConflictError, InvalidInputError
from core.ids import new_id
from core.llm.builtin.teacher import MODEL as BUILTIN_MODEL
from core.llm.builtin.teacher import TITLE as BUILTIN_TITLE
from core.services.context import Context
from core.services.seeding import add_taxonomy, fill_demo
from core.store import curricula, datasets, events, ledger, nodes, projects, reports, runs
from core.store.database import Tx

BUILTIN_ID = "builtin"
MAX_QUORUM = 15
SEVERAL = 3  # votes that decide when several people verify, unless they choose otherwise
REASONS = ("Wrong final answer", "Wrong reasoning", "Incomplete answer", "Unclear question", "Off the topic", "Unsafe")
GUIDELINES = (
    "Accept a sample when the question stands alone, fits the class sessions it names, and the answer is correct and "
    "complete. Check every number. Reject with the reason that comes first; edit when a small change makes it right."
)
# GLAN samples subjects and syllabi at T=1.0 and answers at T=0.7, with top-p 0.95 (sections 2.2 to 2.4). The budget
# rule samples augmenter and answers at about T=0.7; checks are asked at T=0. A repair is
# written like an answer, with room for the question as well.
PAPER_SAMPLING: Mapping[Stage, tuple[float, float, int]] = {
    Stage.TAXONOMY: (1.0, 0.95, 2048),
    Stage.SUBJECTS: (1.0, 0.95, 4096),
    Stage.SYLLABUS: (1.0, 0.95, 4096),
    Stage.EXTRACTION: (0.0, 1.0, 8192),
    Stage.QUESTION: (1.0, 0.95, 1024),
    Stage.AUGMENT: (0.7, 0.95, 1024),
    Stage.QUESTION_CHECK: (0.0, 1.0, 512),
    Stage.ANSWER: (0.7, 0.95, 2048),
    Stage.AGREEMENT: (0.7, 0.95, 2048),
    Stage.VERIFICATION: (0.0, 1.0, 1024),
    Stage.REPAIR: (0.7, 0.95, 3072),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the work of a project stands; every number is a query."""

    project: Project
    spent: Spent
    nodes: Mapping[tuple[str, str], int]
    verified_disciplines: int
    subjects: int
    syllabi: int
    verified_syllabi: int
    reviews: Mapping[str, int]
    datasets: int
    active: tuple[Run, ...]

    @property
    def samples(self) -> int:
        """All samples but previews."""
        return sum(self.reviews.values())


@dataclass(frozen=True, slots=True)
class Shipped:
    """What comes with the studio: disciplines of the starter taxonomy, disciplines and samples of the demo."""

    disciplines: int
    demo: str
    samples: int


class ProjectService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def all(self) -> list[Project]:
        """All projects, the oldest first."""
        with self._c.store.read() as tx:
            return projects.page(tx)

    def get(self, project_id: str) -> Project:
        """The project; raises NotFoundError."""
        with self._c.store.read() as tx:
            return projects.get(tx, project_id)

    def create(self, who: Principal, name: str, *, starter: bool, token: str, quorum: int = 1) -> Project:
        """A new project, with the starter taxonomy or empty. Pressing twice with one token makes one.

        `quorum` is how many votes decide on a node: 1 when one person verifies alone.
        """
        who.must(Action.SETTINGS)
        if not 1 <= quorum <= MAX_QUORUM:
            raise InvalidInputError(f"A quorum of {quorum} is not possible.", f"Choose 1 to {MAX_QUORUM} votes.")
        return self._make(who, clean_name(name, "project name"), token, starter=starter, demo=False, quorum=quorum)

    def shipped(self) -> Shipped:
        """Counted from the files in `data/`."""
        leaves = sum(len(sub.disciplines) for field in starter_taxonomy().fields for sub in field.sub_fields)
        demo = demo_samples()
        names = list(demo)
        return Shipped(leaves, f"{', '.join(names[:-1])} and {names[-1]}", sum(map(len, demo.values())))

    def open_demo(self, who: Principal) -> Project:
        """The worked demo; made on the first call."""
        for project in self.all():
            if project.is_demo:
                return project
        return self._make(who, "Worked demo", "demo", starter=False, demo=True)

    def _make(self, who: Principal, name: str, token: str, *, starter: bool, demo: bool, quorum: int = 1) -> Project:
        at = self._c.clock()
        with self._c.store.write() as tx:
            if not projects.spend_token(tx, f"project:{token}", at):
                known = next((p for p in projects.page(tx) if p.is_demo == demo and p.name == name), None)
                if known:
                    return known
            if any(p.name == name for p in projects.page(tx)):
                raise InvalidInputError(f"There is already a project named {name!r}.", "Choose another name.")
            ensure_builtin(tx, at)
            project_id = new_id(at)
            projects.insert(
                tx,
                {
                    "id": project_id,
                    "name": name,
                    "is_demo": int(demo),
                    "guidelines": GUIDELINES,
                    "reject_reasons": REASONS,
                    "quorum": quorum,
                    "created_at": at,
                },
            )
            projects.save_teachers(tx, project_id, _stored(default_choices()))
            if demo:
                fill_demo(tx, project_id, at)
            elif starter:
                add_taxonomy(tx, project_id, starter_taxonomy(), Origin.STARTER, at)
            events.append(tx, project_id, who.name, at, "created", ("project", project_id), after={"name": name})
            return projects.get(tx, project_id)

    def save(
        self,
        who: Principal,
        project: Project,
        *,
        name: str,
        guidelines: str,
        reject_reasons: Sequence[str],
        cost_cap: int | None,
        call_cap: int | None,
        quorum: int,
    ) -> Project:
        """Write the settings; ConflictError when somebody else saved first."""
        who.must(Action.SETTINGS)
        reasons = list(dict.fromkeys(clean_name(reason, "reason") for reason in reject_reasons if reason.strip()))
        if not reasons:
            raise InvalidInputError("There is no reason to reject left.", "Keep at least one, one on each line.")
        at = self._c.clock()
        with self._c.store.write() as tx:
            cleaned = clean_name(name, "project name")
            if any(p.name == cleaned and p.id != project.id for p in projects.page(tx)):
                raise InvalidInputError(f"There is already a project named {cleaned!r}.", "Choose another name.")
            projects.save(
                tx,
                project,
                name=cleaned,
                guidelines=clean_text(guidelines)[:20_000],
                reject_reasons=reasons[:9],
                cost_cap=cost_cap,
                call_cap=call_cap,
                quorum=quorum,
            )
            after = projects.get(tx, project.id)
            kept = {"name", "guidelines", "reject_reasons", "cost_cap", "call_cap", "quorum"}
            before, now = project.model_dump(include=kept), after.model_dump(include=kept)
            events.append(tx, project.id, who.name, at, "settings", ("project", project.id), before=before, after=now)
            return after

    def teachers(self, project_id: str) -> dict[Stage, TeacherChoice]:
        """The teacher of each stage, with the paper's sampling where nothing was chosen; removed ones fall back."""
        with self._c.store.read() as tx:
            project = projects.get(tx, project_id)
            there = {connection.id for connection in projects.connections(tx)}
        chosen = default_choices()
        for stage, value in project.teachers.items():
            choice = TeacherChoice.model_validate(value)
            if choice.connection in there:
                chosen[Stage(stage)] = choice
        return chosen

    def choose_teachers(self, who: Principal, project_id: str, choices: Mapping[Stage, TeacherChoice]) -> None:
        """Remember who answers which stage."""
        who.must(Action.SETTINGS)
        at = self._c.clock()
        with self._c.store.write() as tx:
            before = projects.get(tx, project_id).teachers
            after = {**before, **_stored(choices)}
            projects.save_teachers(tx, project_id, after)
            events.append(tx, project_id, who.name, at, "teachers", ("project", project_id), before=before, after=after)

    def standing(self, project_id: str) -> Standing:
        """All figures of the home page from one snapshot."""
        with self._c.store.read() as tx:
            syllabi = curricula.syllabi(tx, project_id)
            counts = nodes.counts(tx, project_id)
            return Standing(
                project=projects.get(tx, project_id),
                spent=ledger.spent(tx, "project", project_id),
                nodes=counts,
                verified_disciplines=counts.get(("discipline", "verified"), 0),
                subjects=len(curricula.subjects(tx, project_id)),
                syllabi=len(syllabi),
                verified_syllabi=sum(state == "verified" for state, _, _ in syllabi.values()),
                reviews=reports.review_counts(tx, project_id),
                datasets=len(datasets.page(tx, project_id)),
                active=tuple(runs.active(tx, project_id)),
            )

    def history(self, project_id: str, *, below: int = 0, size: int = 30) -> list[events.Event]:
        """The newest events of the project."""
        with self._c.store.read() as tx:
            return events.page(tx, project_id, below=below, size=size)


def default_choices() -> dict[Stage, TeacherChoice]:
    """The built-in teacher at every stage, sampling as in the paper."""
    return {stage: choice_for(stage, BUILTIN_ID, BUILTIN_MODEL) for stage in PAPER_SAMPLING}


def choice_for(stage: Stage, connection_id: str, model: str) -> TeacherChoice:
    """A teacher for a stage with the paper's temperature and top-p."""
    temperature, top_p, max_tokens = PAPER_SAMPLING[stage]
    return TeacherChoice(
        connection=connection_id, model=model, temperature=temperature, top_p=top_p, max_tokens=max_tokens
    )


def _stored(choices: Mapping[Stage, TeacherChoice]) -> dict[str, object]:
    return {stage.value: choice.model_dump() for stage, choice in choices.items()}


def ensure_builtin(tx: Tx, at: float) -> Connection:
    """The built-in teacher's connection; every database has it."""
    if projects.find_connection(tx, BUILTIN_TITLE) is None:
        projects.insert_connection(
            tx,
            {
                "id": BUILTIN_ID,
                "name": BUILTIN_TITLE,
                "kind": "builtin",
                "base_url": "",
                "key_source": "",
                "settings": {"wrong_share": 0.1},
                "models": [BUILTIN_MODEL],
                "created_at": at,
            },
        )
    found = projects.find_connection(tx, BUILTIN_TITLE)
    if found is None:
        raise ConflictError("The built-in teacher is missing.", "Run `python -m core doctor`.")
    return found
