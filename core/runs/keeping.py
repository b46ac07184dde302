"""Store what an item made, in the transaction that ends the item. A teacher never changes what a person touched."""

from __future__ import annotations

from typing import Any

from core.domain.calls import Stage
from core.domain.plans import TeacherChoice
from core.domain.records import Item, Run
from core.domain.states import ItemState, NodeState, ReviewState
from core.domain.taxonomy import Origin
from core.generation.products import NodeProposals, Product, SampleMade, SubjectProposals, SyllabusProposal
from core.runs.keeping_nodes import Kept, keep_nodes, usable_name
from core.store import curricula, ledger, samples
from core.store.acting import acting
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
        return _keep_syllabus(tx, run, product)


def _keep_subjects(tx: Tx, run: Run, product: SubjectProposals) -> Kept:
    made: list[int] = []
    counted: set[int] = set()
    asked = 1 + curricula.times_asked(tx, product.discipline)
    for raw_name, level, subtopics in product.subjects:
        name = usable_name(raw_name)
        if name is None:
            continue
        known = curricula.find_subject(tx, product.discipline, name)
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
    curricula.set_times_asked(tx, product.discipline, asked)
    return (ItemState.DONE if made else ItemState.KNOWN), made


def _keep_syllabus(tx: Tx, run: Run, product: SyllabusProposal) -> Kept:
    known = curricula.find_syllabus(tx, product.subject)
    if known is None:
        state, origin = NodeState.PROPOSED, Origin.MODEL
        made = curricula.insert_syllabus(tx, run.project_id, product.subject, product.draft, state=state, origin=origin)
        return ItemState.DONE, [made]
    if known.touched or known.state is NodeState.VERIFIED:
        return ItemState.KNOWN, [known.id]
    curricula.replace_syllabus(tx, known, product.draft, state=NodeState.PROPOSED, origin=Origin.MODEL, touched=False)
    return ItemState.DONE, [known.id]


def _keep_sample(tx: Tx, run: Run, item: Item, product: SampleMade, at: float) -> Kept:
    spec = item.spec
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
            "node_id": spec["node_id"],
            "subject_id": spec["subject_id"],
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
