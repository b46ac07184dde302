"""Files of verdicts as other tools write them, each saying the same of the same samples."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from core.domain.records import Sample

Verdicts = Sequence[tuple[Sample, str, str]]
"""(sample, person, word)."""


def _texts(sample: Sample) -> dict[str, Any]:
    return {"question": sample.question, "answer": sample.answer}


def _about(sample: Sample) -> dict[str, Any]:
    return {"sample_id": sample.id, "content_hash": sample.content_hash}


def _of(verdicts: Verdicts) -> dict[int, tuple[Sample, list[tuple[str, str]]]]:
    found: dict[int, tuple[Sample, list[tuple[str, str]]]] = {}
    for sample, person, word in verdicts:
        found.setdefault(sample.id, (sample, []))[1].append((person, word))
    return found


def _json(rows: Sequence[Any]) -> bytes:
    return json.dumps(list(rows), ensure_ascii=False, indent=1).encode()


def argilla_2(verdicts: Verdicts) -> bytes:
    """What `records.to_json` writes."""
    return _json(
        [
            {
                "id": str(number),
                "fields": _texts(sample),
                "metadata": _about(sample),
                "suggestions": {"verdict": {"value": "accept", "score": None, "agent": "model"}},
                "responses": {"verdict": [{"value": word, "user_id": person} for person, word in said]},
                "vectors": {},
                "status": "completed",
                "_server_id": "0",
            }
            for number, (sample, said) in _of(verdicts).items()
        ]
    )


def argilla_2_flat(verdicts: Verdicts) -> bytes:
    """What a dataset on the Hub holds."""
    return _json(
        [
            {
                "id": str(number),
                "status": "completed",
                **_texts(sample),
                **_about(sample),
                "verdict.responses": [word for _, word in said],
                "verdict.responses.users": [person for person, _ in said],
                "verdict.responses.status": ["submitted" for _ in said],
                "verdict.suggestion": "accept",
            }
            for number, (sample, said) in _of(verdicts).items()
        ]
    )


def argilla_1_records(verdicts: Verdicts) -> bytes:
    """Feedback records with one response for each person."""
    return _json(
        [
            {
                "fields": _texts(sample),
                "metadata": _about(sample),
                "external_id": str(number),
                "responses": [
                    {"user_id": person, "status": "submitted", "values": {"verdict": {"value": word}}}
                    for person, word in said
                ],
            }
            for number, (sample, said) in _of(verdicts).items()
        ]
    )


def argilla_1_dataset(verdicts: Verdicts) -> bytes:
    """Feedback datasets: a column for each question, the metadata as text."""
    return _json(
        [
            {
                **_texts(sample),
                "verdict": [{"user_id": person, "value": word, "status": "submitted"} for person, word in said],
                "verdict-suggestion": None,
                "external_id": str(number),
                "metadata": json.dumps(_about(sample)),
            }
            for number, (sample, said) in _of(verdicts).items()
        ]
    )


def argilla_1_classes(verdicts: Verdicts) -> bytes:
    """Text classification: one annotation for each record."""
    return _json(
        [
            {
                "text": sample.question,
                "inputs": _texts(sample),
                "annotation": word,
                "annotation_agent": person,
                "status": "Validated",
                "id": f"{sample.id} {person}",
                "metadata": _about(sample),
                "prediction": [{"label": "accept", "score": 0.5}],
            }
            for sample, person, word in verdicts
        ]
    )


def label_studio(verdicts: Verdicts) -> bytes:
    """JSON: tasks with annotations and predictions."""
    return _json(
        [
            {
                "id": number + 1000,
                "data": {**_texts(sample), **_about(sample)},
                "annotations": [
                    {
                        "id": place,
                        "completed_by": {"id": place, "email": person},
                        "result": [
                            {
                                "from_name": "verdict",
                                "to_name": "answer",
                                "type": "choices",
                                "value": {"choices": [word]},
                            }
                        ],
                        "was_cancelled": False,
                        "ground_truth": False,
                        "created_at": f"2026-01-0{place}T00:00:00Z",
                    }
                    for place, (person, word) in enumerate(said, 1)
                ],
                "predictions": [
                    {"result": [{"from_name": "verdict", "type": "choices", "value": {"choices": ["accept"]}}]}
                ],
            }
            for number, (sample, said) in _of(verdicts).items()
        ]
    )


def _flat(verdicts: Verdicts) -> list[dict[str, Any]]:
    return [
        {
            **_texts(sample),
            **_about(sample),
            "id": sample.id + 1000,
            "verdict": word,
            "annotator": person,
            "annotation_id": place,
            "created_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-01T00:00:00Z",
            "lead_time": 1.5,
        }
        for place, (sample, person, word) in enumerate(verdicts, 1)
    ]


def label_studio_min(verdicts: Verdicts) -> bytes:
    """JSON-MIN."""
    return _json(_flat(verdicts))


def label_studio_csv(verdicts: Verdicts) -> bytes:
    """CSV."""
    out = io.StringIO()
    rows = _flat(verdicts)
    writer = csv.DictWriter(out, sorted(rows[0]), quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def own(verdicts: Verdicts, reason: str = "") -> bytes:
    """A plain table with ids and hashes."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["sample_id", "content_hash", "person", "verdict", "reason"])
    writer.writerows([[s.id, s.content_hash, person, word, reason] for s, person, word in verdicts])
    return out.getvalue().encode()


WAYS = {
    "argilla_2.json": argilla_2,
    "argilla_2_flat.json": argilla_2_flat,
    "argilla_1_records.json": argilla_1_records,
    "argilla_1_dataset.json": argilla_1_dataset,
    "argilla_1_classes.json": argilla_1_classes,
    "label_studio.json": label_studio,
    "label_studio_min.json": label_studio_min,
    "label_studio.csv": label_studio_csv,
    "own.csv": own,
}
