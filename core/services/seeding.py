"""Fill a new project: with the starter taxonomy, or with the worked demo."""

from __future__ import annotations

from typing import Any

from core.catalogue.load import curricula as curriculum_files
from core.catalogue.load import demo_samples, starter_taxonomy
from core.catalogue.models import CurriculumFile, DemoSample, SyllabusEntry, TaxonomyFile
from core.domain.curriculum import SessionDraft, Syllabus, SyllabusDraft, syllabus_text
from core.domain.review import Entry
from core.domain.states import NodeState, ReviewState
from core.domain.taxonomy import Node, NodeKind, Origin
from core.store import curricula, node_changes, nodes, reviews, samples, tree
from core.store.database import Tx

DEMO_PEOPLE = ("Demo reviewer A", "Demo reviewer B")


def add_taxonomy(tx: Tx, project_id: str, taxonomy: TaxonomyFile, origin: Origin, at: float) -> int:
    """Insert every node of the file as proposed; how many. The project must have no nodes of these names yet."""
    before = nodes.count(tx, project_id)
    for field in taxonomy.fields:
        top = _add(tx, project_id, None, NodeKind.FIELD, field, (origin, at))
        for sub_field in field.sub_fields:
            middle = _add(tx, project_id, top, NodeKind.SUB_FIELD, sub_field, (origin, at))
            for discipline in sub_field.disciplines:
                _add(tx, project_id, middle, NodeKind.DISCIPLINE, discipline, (origin, at))
    tree.recount_all(tx, project_id)
    return nodes.count(tx, project_id) - before


def _add(tx: Tx, project_id: str, parent: Node | None, kind: NodeKind, entry: Any, made: tuple[Origin, float]) -> Node:
    known = nodes.find_sibling(tx, project_id, parent.id if parent else None, entry.name)
    if known:
        return known
    node_id = nodes.insert(
        tx,
        project_id,
        parent,
        kind,
        entry.name,
        description=entry.description,
        synonyms=entry.synonyms,
        origin=made[0],
        at=made[1],
    )
    return nodes.get(tx, project_id, node_id)


def draft_of(entry: SyllabusEntry) -> SyllabusDraft:
    """A syllabus of a file as a draft."""
    sessions = tuple(SessionDraft(name=s.name, description=s.description, concepts=s.concepts) for s in entry.sessions)
    return SyllabusDraft(introduction=entry.introduction, objectives=entry.objectives, sessions=sessions)


def fill_demo(tx: Tx, project_id: str, at: float) -> None:
    """The worked demo: starter taxonomy with three verified branches, their curricula, and reviewed samples."""
    add_taxonomy(tx, project_id, starter_taxonomy(), Origin.DEMO, at)
    for discipline, rows in demo_samples().items():
        node = _verify_branch(tx, project_id, discipline, at)
        syllabi = _add_curriculum(tx, project_id, node, curriculum_files()[discipline])
        for number, row in enumerate(rows):
            _add_sample(tx, project_id, node, syllabi, row, number, at)


def _verify_branch(tx: Tx, project_id: str, discipline: str, at: float) -> Node:
    leaf = next(node for node in nodes.disciplines(tx, project_id) if node.name == discipline)
    for node in nodes.ancestors(tx, leaf):
        node_changes.set_state(tx, node, NodeState.VERIFIED, DEMO_PEOPLE[0], at)
    tree.recount(tx, leaf)
    return nodes.get(tx, project_id, leaf.id)


def _add_curriculum(tx: Tx, project_id: str, node: Node, file: CurriculumFile) -> dict[str, tuple[int, Syllabus, str]]:
    """Subject name -> (subject id, syllabus, hash of the syllabus text), for those with a syllabus."""
    syllabi = {}
    for entry in file.subjects:
        state = NodeState.VERIFIED if entry.syllabus else NodeState.PROPOSED
        subject_id = curricula.insert_subject(
            tx,
            project_id,
            node.id,
            entry.name,
            level=entry.level,
            introduction=entry.introduction,
            subtopics=entry.subtopics,
            state=state,
            origin=Origin.DEMO,
        )
        if entry.syllabus:
            draft = draft_of(entry.syllabus)
            curricula.insert_syllabus(tx, project_id, subject_id, draft, state=NodeState.VERIFIED, origin=Origin.DEMO)
            syllabus = curricula.find_syllabus(tx, subject_id)
            assert syllabus is not None
            digest = curricula.keep_snapshot(tx, syllabus_text(entry.name, entry.level, syllabus))
            syllabi[entry.name] = (subject_id, syllabus, digest)
    return syllabi


def _add_sample(
    tx: Tx,
    project_id: str,
    node: Node,
    syllabi: dict[str, tuple[int, Syllabus, str]],
    row: DemoSample,
    number: int,
    at: float,
) -> None:
    subject_id, syllabus, digest = syllabi[row.subject]
    taught = {session.name: session for session in syllabus.sessions}
    chosen = [taught[name] for name in row.sessions]
    lineage = {
        "path": [ancestor.name for ancestor in nodes.ancestors(tx, node)],
        "discipline": node.name,
        "subject": row.subject,
        "sessions": list(row.sessions),
        "session_numbers": [session.position for session in chosen],
        "n_sessions": len(syllabus.sessions),
        "groups": [[c for c in row.concepts if c in session.concepts] for session in chosen],
        "difficulty": row.difficulty,
        "syllabus_id": syllabus.id,
        "syllabus_version": syllabus.version,
        "syllabus_hash": digest,
        "demo_id": row.id,
    }
    sample_id = samples.insert(
        tx,
        {
            "project_id": project_id,
            "run_id": None,
            "item_idx": None,
            "origin": Origin.DEMO,
            "strategy": "glan",
            "difficulty": row.difficulty,
            "node_id": node.id,
            "subject_id": subject_id,
            "lineage": lineage,
            "question_request": None,
            "answer_request": None,
            "question": row.question,
            "answer": row.answer,
            "review": ReviewState.PENDING,
            "preview": False,
            "created_at": at,
        },
        person="demo author",
    )
    _review(tx, project_id, sample_id, row, DEMO_PEOPLE[number % 2], at)


def _review(tx: Tx, project_id: str, sample_id: int, row: DemoSample, person: str, at: float) -> None:
    if row.state == "pending":
        return
    sample = samples.get(tx, project_id, sample_id)
    verdict = "accept" if row.state == "accepted" else "reject"
    reviews.log(tx, sample, f"demo-{project_id}-{row.id}", person, Entry(verdict, row.reason or ""), at)
    reviews.settle(tx, sample, reviews.plan_of(tx, project_id))
