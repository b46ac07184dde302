"""Store what an item made, in the transaction that ends the item. A teacher never changes what a person touched."""

from __future__ import annotations

from typing import Any

from core.domain.calls import Stage
from core.domain.curriculum import Part, draft_of, with_part
from core.domain.plans import TeacherChoice
from core.domain.records import Item, Run
from core.domain.states import ItemState, NodeState, ReviewState
from core.domain.taxonomy import Origin
from core.errors import InvalidInputError
from core.generation.products import NodeProposals, Product, SampleMade, SubjectProposals, SyllabusWritten
from core.runs.keeping_nodes import Kept, keep_nodes, usable_name
from core.store import curricula, ledger, proposals, samples, subjects
from core.store.acting import Open, acting
from core.store.database import Tx

TEACHER = "teacher"


def keep(tx: Tx, run: Run, item: Item, product: Product, at: float) -> Kept:
    """Write the product; (done, ids of new rows) or (known, ids of rows that were there already)."""
    if isinstance(product, SampleMade):
        return _keep_sample(tx, run, item, product, at)
    with acting(tx, run.project_id, TEACHER, at, "proposed") as action:
        action.title = f"{run.title}, answer {item.idx + 1}"
        if isinstance(product, NodeProposals):
            return keep_nodes(action, run.project_id, product)
        if isinstance(product, SubjectProposals):
            return _keep_subjects(tx, run, product)
        return _keep_syllabus(action, run, product)


def _keep_subjects(tx: Tx, run: Run, product: SubjectProposals) -> Kept:
    """New names become proposed subjects; one that is there, under any near or former name, only came up once more."""
    made: list[int] = []
    counted: set[int] = set()
    asked = curricula.asked_again(tx, product.discipline)
    for raw_name, level, subtopics in product.subjects:
        name = usable_name(raw_name)
        if name is None:
            continue
        known = subjects.like(tx, product.discipline, name)
        if known:
            if known.id not in {*made, *counted}:
                curricula.seen_subject(tx, known.id)
                counted.add(known.id)
            continue
        topics = [topic for topic in map(usable_name, subtopics) if topic]
        made.append(
            curricula.insert_subject(
                tx,
                run.project_id,
                product.discipline,
                name,
                level=level,
                subtopics=topics,
                origin=Origin.MODEL,
                seen=(1, asked),
            )
        )
    return (ItemState.DONE if made else ItemState.KNOWN), made


def _keep_syllabus(action: Open, run: Run, product: SyllabusWritten) -> Kept:
    """A first syllabus is stored; for one that exists there is a proposal, unless it says the same."""
    tx, project_id = action.tx, run.project_id
    subject = subjects.standing(tx, curricula.get_subject(tx, project_id, product.subject))
    known = curricula.find_syllabus(tx, subject.id)
    if known is None:
        if product.part is not Part.WHOLE:
            raise InvalidInputError(
                f"{subject.name!r} has no syllabus any more that this part could belong to.", "Design a whole one."
            )
        state, origin = NodeState.PROPOSED, Origin.MODEL
        made = curricula.insert_syllabus(tx, project_id, subject.id, product.draft, state=state, origin=origin)
        return ItemState.DONE, [made]
    if with_part(known, product.part, product.session, product.draft) == draft_of(known):
        return ItemState.KNOWN, [known.id]
    proposal_id = proposals.insert(
        tx,
        project_id,
        subject.id,
        run_id=run.id,
        based_on=product.based_on,
        part=product.part,
        session_id=product.session,
        draft=product.draft,
        at=action.at,
    )
    return ItemState.DONE, [proposal_id]


def _keep_sample(tx: Tx, run: Run, item: Item, product: SampleMade, at: float) -> Kept:
    """The sample is counted where its subject stands by now: it may have been moved or merged since the run began."""
    spec = item.spec
    home = subjects.standing(tx, curricula.get_subject(tx, run.project_id, spec["subject_id"]))
    known = samples.is_known(tx, product.answer.request_id)
    sample_id = samples.insert(
        tx,
        {
            "project_id": run.project_id,
            "run_id": run.id,
            "item_idx": item.idx,
            "origin": Origin.MODEL,
            "strategy": "glan",
            "difficulty": spec["difficulty"],
            "node_id": home.node_id,
            "subject_id": home.id,
            "lineage": {**product.lineage, **_teachers(tx, run, product)},
            "question_request": product.question.request_id,
            "answer_request": product.answer.request_id,
            "question": product.question.text,
            "answer": product.answer.text,
            "review": ReviewState.PENDING,
            "preview": run.preview,
            "created_at": at,
        },
        person=TEACHER,
    )
    if product.judgement and not known:
        samples.verify(
            tx,
            samples.get(tx, run.project_id, sample_id),
            method="judge",
            passed=product.judgement.correct,
            detail=product.judgement.reason,
            request_id=product.judgement.request_id,
            at=at,
        )
    return (ItemState.KNOWN if known else ItemState.DONE), [sample_id]


def _teachers(tx: Tx, run: Run, product: SampleMade) -> dict[str, Any]:
    """Who made question and answer, by which template, with which sampling: part of the lineage."""
    made: dict[str, Any] = {}
    stages = ((Stage.QUESTION, product.question.request_id), (Stage.ANSWER, product.answer.request_id))
    for stage, request_id in stages:
        request = ledger.maker_of(tx, request_id)
        choice = TeacherChoice.model_validate(run.plan["teachers"][stage.value])
        made[f"{stage.value}_by"] = {
            "request": request_id,
            "model": request["reply_model"] or request["model"],
            "temperature": choice.temperature,
            "top_p": choice.top_p,
            "template": request["template"],
            "template_hash": request["template_hash"],
        }
    return made
