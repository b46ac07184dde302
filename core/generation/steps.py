"""One function for each kind of item: which calls it makes, in which order, and what comes of them.

A step is replayed from its beginning after a crash. Its calls are a pure function of the item, so every answer that
is already stored is found again under its key and never paid twice.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from core.domain.calls import Call, Stage
from core.domain.curriculum import Part, SessionDraft, SyllabusDraft
from core.domain.naming import clean_text
from core.domain.strategies import Strategy
from core.domain.taxonomy import NodeKind
from core.errors import UnusableReplyError
from core.generation.calls import Spec, build, structured
from core.generation.checks.checking import AnswerWatch, checked
from core.generation.products import (
    Ask,
    Choice,
    NodeProposals,
    Product,
    SubjectProposals,
    SyllabusWritten,
)
from core.generation.repairs import repair_call, repair_sample
from core.generation.strategies.registry import METHODS
from core.prompts.replies import ChildrenReply, PartReply, SubjectsReply, SyllabusReply

WORDINGS = 3


def children_call(spec: Spec) -> Callable[[Choice], Call]:
    """One query for children of a node; the wording changes with the query's number (GLAN, 2.1)."""
    names, scope = spec["names"], spec.get("scope", "")
    variables = {
        "scope": scope,
        "path": " > ".join(names) or ("All of this scope" if scope else "All human knowledge and skill"),
        "about": spec.get("about", ""),
        "kind": spec["child"].replace("_", "-"),
        "existing": spec["existing"],
        "unlisted": spec.get("unlisted", 0),
        "count": spec["count"],
    }
    context = {key: spec[key] for key in ("names", "child", "existing", "count")}
    template = f"taxonomy_children_{spec['query'] % WORDINGS + 1}"
    return build(Stage.TAXONOMY, template, variables, context, spec["query"], spec.get("copies", 1))


async def propose_children(ask: Ask, spec: Spec) -> Product:
    """Structure in one call: a list of names needs no free text first."""
    reply = await structured(ask, Stage.TAXONOMY, ChildrenReply, children_call(spec))
    children = tuple((child.name, child.description) for child in reply.children)
    return NodeProposals(spec["node"], NodeKind(spec["child"]), children, only_new=bool(spec.get("only_new")))


def subjects_call(spec: Spec) -> Callable[[Choice], Call]:
    """One query for the subjects of a discipline, in free text (GLAN, 2.2)."""
    variables = {key: spec[key] for key in ("discipline", "description", "path")}
    context = {"discipline": spec["discipline"]}
    return build(Stage.SUBJECTS, "subjects_list", variables, context, spec["query"], spec.get("copies", 1))


async def list_subjects(ask: Ask, spec: Spec) -> Product:
    """Free text first, conversion in a second call (GLAN, 2.2)."""
    text = await ask(Stage.SUBJECTS, subjects_call(spec))
    extraction = {"discipline": spec["discipline"], "text": text.text}
    call = build(Stage.EXTRACTION, "subjects_extract", extraction, {"text": text.text}, 0)
    reply = await structured(ask, Stage.EXTRACTION, SubjectsReply, call)
    return SubjectProposals(spec["node"], tuple((s.subject_name, s.level, tuple(s.subtopics)) for s in reply.subjects))


def syllabus_call(spec: Spec) -> Callable[[Choice], Call]:
    """The syllabus of one subject, or a part of the one it has, in free text (GLAN, 2.3)."""
    if _part(spec) is not Part.WHOLE:
        return _part_call(spec)
    variables = {key: spec[key] for key in ("discipline", "subject", "level", "subtopics")}
    context = {"discipline": spec["discipline"], "subject": spec["subject"]}
    return build(Stage.SYLLABUS, "syllabus_design", variables, context, spec["attempt"])


def _part(spec: Spec) -> Part:
    return Part(spec.get("part", Part.WHOLE))


def _part_call(spec: Spec) -> Callable[[Choice], Call]:
    """One part anew, with the rest as people left it for context."""
    variables = {key: spec[key] for key in ("subject", "level", "discipline", "syllabus", "part", "session")}
    context = {key: spec[key] for key in ("discipline", "subject", "part", "session")}
    return build(Stage.SYLLABUS, "syllabus_part", variables, context, spec["attempt"])


async def _rewrite_part(ask: Ask, spec: Spec) -> Product:
    text = await ask(Stage.SYLLABUS, syllabus_call(spec))
    part = _part(spec)
    extraction = {"subject": spec["subject"], "part": part.value, "text": text.text}
    call = build(Stage.EXTRACTION, "syllabus_part_extract", extraction, {"text": text.text}, 0)
    draft = _draft(await structured(ask, Stage.EXTRACTION, PartReply, call))
    return SyllabusWritten(spec["subject_id"], _only(draft, part), part, spec["session_id"], spec["based_on"])


def _only(draft: SyllabusDraft, part: Part) -> SyllabusDraft:
    """The part that was asked for, whatever else the teacher wrote; UnusableReplyError if it is missing."""
    if part is Part.OPENING:
        found = SyllabusDraft(introduction=draft.introduction, objectives=draft.objectives, sessions=())
        usable = bool(draft.introduction and draft.objectives)
    else:
        sessions = tuple(session for session in draft.sessions if session.concepts)
        found = SyllabusDraft(
            introduction="", objectives=(), sessions=sessions[:1] if part is Part.SESSION else sessions
        )
        usable = bool(sessions)
    if not usable:
        raise UnusableReplyError(
            "The answer does not hold the part of the syllabus that was asked for.",
            "Retry the item or choose another teacher.",
            code="invalid",
            billed=True,
        )
    return found


async def design_syllabus(ask: Ask, spec: Spec) -> Product:
    """Free text first, sessions and concepts extracted in a second call (GLAN, 2.3)."""
    if _part(spec) is not Part.WHOLE:
        return await _rewrite_part(ask, spec)
    text = await ask(Stage.SYLLABUS, syllabus_call(spec))
    extraction = {"subject": spec["subject"], "text": text.text}
    call = build(Stage.EXTRACTION, "syllabus_extract", extraction, {"text": text.text}, 0)
    reply = await structured(ask, Stage.EXTRACTION, SyllabusReply, call)
    return SyllabusWritten(spec["subject_id"], _draft(reply), based_on=spec.get("based_on", 0))


def _draft(reply: SyllabusReply | PartReply) -> SyllabusDraft:
    """The parts as plain text; concepts that are empty without their control characters are left out."""
    sessions = tuple(
        SessionDraft(
            name=clean_text(session.name),
            description=clean_text(session.description),
            concepts=_filled(session.key_concepts),
        )
        for session in reply.sessions
    )
    return SyllabusDraft(
        introduction=clean_text(reply.introduction), objectives=_filled(reply.objectives), sessions=sessions
    )


def _filled(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(text for text in map(clean_text, texts) if text)


def sample_call(spec: Spec) -> Callable[[Choice], Call]:
    """The first call of a sample item; also what the preview shows before anything is sent."""
    return METHODS[strategy_of(spec)].first_call(spec)


async def make_sample(ask: Ask, spec: Spec) -> Product:
    """What the item's strategy makes, then what the plan wants to be checked about it."""
    watch = AnswerWatch(ask)
    return await checked(watch, spec, await METHODS[strategy_of(spec)].make(watch, spec))


def strategy_of(spec: Spec) -> Strategy:
    """Items of earlier versions, which knew no other strategy, name none."""
    return Strategy(spec.get("strategy", Strategy.GLAN))


STEPS: dict[str, Callable[[Ask, Spec], Awaitable[Product]]] = {
    "taxonomy": propose_children,
    "subjects": list_subjects,
    "syllabi": design_syllabus,
    "samples": make_sample,
    "repairs": repair_sample,
}
FIRST_CALLS: dict[str, Callable[[Spec], Callable[[Choice], Call]]] = {
    "taxonomy": children_call,
    "subjects": subjects_call,
    "syllabi": syllabus_call,
    "samples": sample_call,
    "repairs": repair_call,
}
