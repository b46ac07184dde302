"""One function for each kind of item: which calls it makes, in which order, and what comes of them.

A step is replayed from its beginning after a crash. Its calls are a pure function of the item, so every answer that
is already stored is found again under its key and never paid twice.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

from core.domain.calls import Call, Stage
from core.domain.curriculum import Part, SessionDraft, SyllabusDraft
from core.domain.naming import clean_text
from core.domain.taxonomy import NodeKind
from core.errors import TeacherRefusedError, UnusableReplyError
from core.generation.products import (
    Answered,
    Ask,
    Choice,
    Judgement,
    NodeProposals,
    Product,
    SampleMade,
    SubjectProposals,
    SyllabusWritten,
)
from core.prompts.rendering import Prompt, header, render
from core.prompts.replies import (
    REPLIES,
    ChildrenReply,
    JudgeReply,
    PartReply,
    SubjectsReply,
    SyllabusReply,
    parse,
    schema_of,
)

Spec = Mapping[str, Any]
M = TypeVar("M", bound=BaseModel)
REPAIR_INDEX = 1_000_000
WORDINGS = 3


def build(
    stage: Stage,
    template: str,
    variables: Mapping[str, Any],
    context: Mapping[str, Any],
    index: int,
    copies: int = 1,
) -> Callable[[Choice], Call]:
    """A call of `template`, complete but for the teacher's settings; asks for a schema if the template names one.

    `copies` says how many items of the run ask this very prompt, each with another index.
    """
    prompt: Prompt = render(template, variables)
    model = REPLIES.get(header(template).reply)

    def with_choice(choice: Choice) -> Call:
        return Call(
            stage=stage,
            model=choice.model,
            messages=prompt.messages,
            temperature=choice.temperature,
            top_p=choice.top_p,
            max_tokens=choice.max_tokens,
            template=template,
            template_hash=prompt.template_hash,
            context=context,
            schema=schema_of(model) if model else None,
            schema_name=model.__name__ if model else "",
            sample_index=index,
            copies=copies,
        )

    return with_choice


async def _structured(ask: Ask, stage: Stage, model: type[M], call: Callable[[Choice], Call]) -> M:
    """Ask for structure; a reply that cannot be read is repaired once by the same teacher."""
    answered = await ask(stage, call)
    try:
        return parse(model, answered.text)
    except UnusableReplyError as problem:
        form = json.dumps(schema_of(model))
        variables = {"text": answered.text[:20_000], "form": form, "problem": problem.message}
        repair = build(stage, "repair", variables, {"text": answered.text}, REPAIR_INDEX)
        return parse(model, (await ask(stage, repair)).text)


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
    reply = await _structured(ask, Stage.TAXONOMY, ChildrenReply, children_call(spec))
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
    reply = await _structured(ask, Stage.EXTRACTION, SubjectsReply, call)
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
    draft = _draft(await _structured(ask, Stage.EXTRACTION, PartReply, call))
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
    reply = await _structured(ask, Stage.EXTRACTION, SyllabusReply, call)
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


def question_call(spec: Spec, syllabus: str) -> Callable[[Choice], Call]:
    """The question call of a sample item; also what the preview shows before anything is sent."""
    variables = {
        "discipline": spec["discipline"],
        "syllabus": syllabus,
        "learned_up_to": f"{spec['session_numbers'][-1]}, {spec['sessions'][-1]}",
        "sessions": spec["sessions"],
        "concepts": [concept for group in spec["groups"] for concept in group],
        "difficulty": spec["difficulty"],
    }
    context = {"groups": spec["groups"], "concepts": variables["concepts"], "discipline": spec["discipline"]}
    return build(Stage.QUESTION, "question", variables, context, spec["index"])


def answer_call(spec: Spec, question: str) -> Callable[[Choice], Call]:
    """The answer call: a separate request, as GLAN 2.4 found better."""
    variables = {"discipline": spec["discipline"], "question": question}
    return build(Stage.ANSWER, "answer", variables, {"question": question}, spec["index"])


async def make_sample(ask: Ask, spec: Spec) -> Product:
    """Question, answer and, if the plan says so, a verifier's judgement (GLAN, 2.4)."""
    asked = await ask(Stage.QUESTION, question_call(spec, spec["syllabus_text"]))
    question = _usable(asked, "question")
    answer = _usable(await ask(Stage.ANSWER, answer_call(spec, question.text)), "answer")
    if not spec["verify"]:
        return SampleMade(question, answer, _lineage(spec))
    try:
        judgement = await _judge(ask, spec, question.text, answer.text)
    except (TeacherRefusedError, UnusableReplyError) as problem:
        note = {"verification_note": f"No judgement: {problem.message}"}
        return SampleMade(question, answer, {**_lineage(spec), **note})
    return SampleMade(question, answer, _lineage(spec), judgement)


async def _judge(ask: Ask, spec: Spec, question: str, answer: str) -> Judgement:
    """Ask the verifier; what it says is a machine's opinion and never replaces a person's verdict."""
    pair = {"question": question, "answer": answer}
    call = build(Stage.VERIFICATION, "verify", {"discipline": spec["discipline"], **pair}, pair, 0)
    judged = await ask(Stage.VERIFICATION, call)
    reply = await _structured(_replaying(judged, ask), Stage.VERIFICATION, JudgeReply, call)
    return Judgement(reply.correct, reply.reason, judged.request_id)


def _replaying(first: Answered, ask: Ask) -> Ask:
    """Gives `first` to the first call and asks for the later ones."""
    left = [first]

    async def replay(stage: Stage, call: Callable[[Choice], Call]) -> Answered:
        return left.pop() if left else await ask(stage, call)

    return replay


def _usable(answered: Answered, what: str) -> Answered:
    text = clean_text(answered.text)
    if not text:
        raise UnusableReplyError(
            f"The {what} came back empty.", "Retry the item or choose another teacher.", code="empty", billed=True
        )
    return Answered(answered.request_id, text)


def _lineage(spec: Spec) -> dict[str, Any]:
    kept = ("path", "discipline", "subject", "sessions", "session_numbers", "groups", "difficulty", "n_sessions")
    return {
        **{key: spec[key] for key in kept},
        "syllabus_id": spec["syllabus_id"],
        "syllabus_version": spec["syllabus_version"],
        "syllabus_hash": spec["syllabus_hash"],
        "deck_position": spec["position"],
    }


STEPS: dict[str, Callable[[Ask, Spec], Awaitable[Product]]] = {
    "taxonomy": propose_children,
    "subjects": list_subjects,
    "syllabi": design_syllabus,
    "samples": make_sample,
}
FIRST_CALLS: dict[str, Callable[[Spec], Callable[[Choice], Call]]] = {
    "taxonomy": children_call,
    "subjects": subjects_call,
    "syllabi": syllabus_call,
}
