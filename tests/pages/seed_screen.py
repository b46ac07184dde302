"""Samples that come from seeds, planted for the screens that show them."""

from __future__ import annotations

from typing import Any

from core.domain.records import Project
from core.domain.seeds import SeedDraft, SeedExample
from core.store import samples, seeds
from core.store.database import Tx
from tests.pages.conftest import Studio

MADE_BY = {"request": None, "model": "teacher-1", "temperature": 1.0, "top_p": 0.95, "template": "solve"}


def plant_set(studio: Studio, project: Project, number: int = 12) -> list[SeedExample]:
    """A set "Sums" of so many examples with answers."""
    drafts = [
        SeedDraft(question=f"What is {i} + {i}?", answer=f"#### {2 * i}", final=f"{2 * i}") for i in range(number)
    ]
    row = {"project_id": project.id, "name": "Sums", "task_type": "maths", "source": "", "lineage": {}, "database": ""}
    with studio.work.context.store.write() as tx:
        made = seeds.insert(tx, {**row, "created_by": "Ada", "created_at": 1.0, "token": "planted"}, drafts)
        return seeds.examples(tx, made)


def plant_sample(tx: Tx, project: Project, seed: SeedExample, **more: Any) -> int:
    """A pending sample of question rephrase that starts from this seed."""
    lineage = {
        "strategy": "question_rephrase",
        "seed_set": seed.set_id,
        "seed_set_name": "Sums, version 1",
        "task_type": "maths",
        "seed_example": seed.id,
        "seed_position": seed.position,
        "seed_question": seed.prompt,
        "augment_by": {**MADE_BY, "model": "augmenter-1"},
        "answer_by": MADE_BY,
    }
    row: dict[str, Any] = {
        "project_id": project.id,
        "run_id": None,
        "item_idx": None,
        "origin": "model",
        "strategy": "question_rephrase",
        "difficulty": None,
        "node_id": None,
        "subject_id": None,
        "lineage": lineage,
        "question_request": None,
        "answer_request": None,
        "question": "Double it?",
        "answer": "So it is.",
        "review": "pending_review",
        "preview": False,
        "created_at": 1.0,
        "seed_example_id": seed.id,
    }
    return samples.insert(tx, {**row, **more}, "teacher")
