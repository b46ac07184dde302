"""Runs, items, requests, calls and samples put straight into the tables, in any mixture."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from core.domain.calls import Stage
from core.domain.plans import MixedPlan, SamplesPlan, SeedChoice, TeacherChoice
from core.domain.strategies import FROM_SEEDS, Strategy
from core.store import runs, samples
from core.store.database import Tx
from tests.unit.conftest import T0

STAGES = (Stage.QUESTION, Stage.AUGMENT, Stage.QUESTION_CHECK, Stage.ANSWER, Stage.AGREEMENT, Stage.VERIFICATION)


def teacher(model: str, connection: str = "c1") -> TeacherChoice:
    """A choice of teacher."""
    return TeacherChoice(connection=connection, model=model)


def part(strategy: Strategy, model: str, count: int = 1, seed_set: int = 1) -> SamplesPlan:
    """A part of a plan in which one model does everything."""
    seeds = SeedChoice(seed_set=seed_set) if strategy in FROM_SEEDS else None
    return SamplesPlan(strategy=strategy, teachers=dict.fromkeys(STAGES, teacher(model)), count=count, seeds=seeds)


def plant_plan(
    tx: Tx,
    project: str,
    run: str,
    parts: Sequence[SamplesPlan],
    specs: Sequence[Mapping[str, Any]],
    *,
    preview: int = 0,
) -> None:
    """A queued run for samples with these items."""
    plan = parts[0] if len(parts) == 1 else MixedPlan(parts=tuple(parts))
    row = {"id": run, "project_id": project, "kind": "samples", "title": f"Run {run}", "preview": preview}
    row |= {"plan": plan.model_dump_json(), "cost_cap": None, "call_cap": None, "created_by": "Ada", "created_at": T0}
    runs.insert(tx, row, specs, token=run)


def plant_call(
    tx: Tx, project: str, run: str, item: int, cost: int, *, stage: str = "answer", request: int = 0, model: str = "m"
) -> int:
    """A settled call of this run, for a new request of one of its items or for one that is there; its request."""
    if not request:
        number = int(tx.value("SELECT count(*) FROM request")) + 1
        request = tx.insert(
            "INSERT INTO request(key, project_id, run_id, item_idx, stage, connection_id, model, body, template,"
            " template_hash, state, created_at, reply) VALUES (?,?,?,?,?,'c1',?,'{}','answer','h','parsed',?,'text')",
            (f"key {number}", project, run, item, stage, model, T0),
        )
    tx.run(
        "INSERT INTO attempt(request_id, run_id, project_id, stage, epoch, state, hold, cost, price_input,"
        " price_output, price_cached, price_model, price_source, sent_at, ended_at, measured)"
        " VALUES (?,?,?,?,1,'settled',?,?,0,0,0,'','',?,?,1)",
        (request, run, project, stage, cost, cost, T0, T0 + request),
    )
    return request


def plant_sample(tx: Tx, project: str, **given: Any) -> int:
    """A sample; texts differ from those of others unless they are given."""
    number = int(tx.value("SELECT count(*) FROM sample")) + 1
    row: dict[str, Any] = {
        **dict.fromkeys(("run_id", "item_idx", "difficulty", "node_id", "subject_id", "question_request")),
        "project_id": project,
        "origin": "model",
        "strategy": "glan",
        "lineage": {},
        "answer_request": None,
        "question": f"Question {number}?",
        "answer": f"Answer {number}.",
        "review": "pending_review",
        "preview": False,
        "created_at": T0,
    }
    row |= given
    verification = row.pop("verification", "generated")
    made = samples.insert(tx, row, person="Ada")
    tx.run("UPDATE sample SET verification=? WHERE id=?", (verification, made))
    return made


def plant_seeds(tx: Tx, project: str, size: int, name: str = "S") -> tuple[int, list[int]]:
    """A seed set and its examples."""
    made = tx.insert(
        "INSERT INTO seed_set(project_id, name, name_key, number, task_type, n_examples, created_by, created_at)"
        " VALUES (?,?,?,1,'maths',?,'Ada',?)",
        (project, name, name.lower(), size, T0),
    )
    rows = [
        tx.insert(
            "INSERT INTO seed_example(set_id, position, question, key) VALUES (?,?,?,?)",
            (made, place, f"Seed {place}?", json.dumps(place)),
        )
        for place in range(size)
    ]
    return made, rows
