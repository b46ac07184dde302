"""Store what an item made, in the transaction that ends the item. A teacher never changes what a person touched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from core.domain.calls import Stage
from core.domain.curriculum import Part, draft_of, with_part
from core.domain.people import TEACHER
from core.domain.records import Item, Run
from core.domain.states import ItemState, NodeState, ReviewState
from core.domain.strategies import Strategy
from core.domain.taxonomy import Origin
from core.errors import InvalidInputError
from core.generation.products import (
    NodeProposals,
    Product,
    SampleMade,
    SampleRepaired,
    SubjectProposals,
    SyllabusWritten,
)
from core.runs.keeping_findings import keep_findings, maker_of
from core.runs.keeping_nodes import Kept, keep_nodes, usable_name
from core.runs.keeping_repairs import keep_repair
from core.store import curricula, proposals, samples, subjects
from core.store.acting import Open, acting
from core.store.database import Tx


def keep(tx: Tx, run: Run, item: Item, product: Product, at: float) -> Kept:
    """Write the product; (done, ids of new rows) or (known, ids of rows that were there already)."""
    if isinstance(product, SampleMade):
        return _keep_sample(tx, run, item, product, at)
    if isinstance(product, SampleRepaired):
        return keep_repair(tx, run, item, product, at)
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
    """The sample with its lineage and what the checks found."""
    spec = item.spec
    known = samples.is_known(tx, product.answer.request_id)
    sample_id = samples.insert(
        tx,
        {
            "project_id": run.project_id,
            "run_id": run.id,
            "item_idx": item.idx,
            "origin": Origin.MODEL,
            "strategy": spec.get("strategy", Strategy.GLAN.value),
            "difficulty": spec.get("difficulty"),
            **_home(tx, run, spec, product),
            "lineage": {**product.lineage, **_teachers(tx, product)},
            "question_request": product.question_request,
            "answer_request": product.answer.request_id,
            "question": product.question,
            "answer": product.answer.text,
            "history": product.history,
            "review": ReviewState.PENDING,
            "preview": run.preview,
            "created_at": at,
        },
        person=TEACHER,
    )
    if not known:
        keep_findings(tx, samples.get(tx, run.project_id, sample_id), product.findings, at)
    return (ItemState.KNOWN if known else ItemState.DONE), [sample_id]


def _home(tx: Tx, run: Run, spec: Mapping[str, Any], product: SampleMade) -> dict[str, int | None]:
    """What the sample is counted under: its subject where that stands by now (it may have been moved or merged since
    the run began), the seed example, or the sample that it goes on from, with that one's own home."""
    if product.parent is not None:
        parent = samples.get(tx, run.project_id, product.parent)
        own = {"node_id": parent.node_id, "subject_id": parent.subject_id, "seed_example_id": parent.seed_example_id}
        return {**own, "parent_id": parent.id}
    if "subject_id" in spec:
        home = subjects.standing(tx, curricula.get_subject(tx, run.project_id, spec["subject_id"]))
        return {"node_id": home.node_id, "subject_id": home.id}
    return {"node_id": None, "subject_id": None, "seed_example_id": spec.get("seed_example")}


def _teachers(tx: Tx, product: SampleMade) -> dict[str, Any]:
    """Who made what, by which template, with which sampling: part of the lineage. A stage that was asked several
    times gets a number from its second call on."""
    made: dict[str, Any] = {}
    times: Counter[Stage] = Counter()
    for stage, request_id in product.requests:
        times[stage] += 1
        name = f"{stage.value}_by" if times[stage] == 1 else f"{stage.value}_{times[stage]}_by"
        made[name] = maker_of(tx, request_id)
    return made
