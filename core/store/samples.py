"""Rows of samples: the pair, its revisions, what machines and people said of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.domain.filters import SampleFilter
from core.domain.naming import content_hash
from core.domain.records import Sample
from core.domain.review import UNVERIFIED_DOUBT, shuffled
from core.domain.states import ReviewState
from core.errors import ConflictError, NotFoundError
from core.store import gold, makers, nodes, tally
from core.store.database import Tx
from core.store.figure_schema import BYTES, OF


def asked(project_id: str, wanted: SampleFilter) -> dict[str, object]:
    """The named parameters of `FITS`."""
    return {
        "project": project_id,
        "review": wanted.review,
        "node": wanted.node_id,
        "difficulty": wanted.difficulty,
        "verification": wanted.verification,
        "strategy": wanted.strategy,
        "run": wanted.run_id,
        "preview": int(wanted.preview),
        "repaired": wanted.repaired_in,
        "flagged": None if wanted.flagged is None else int(wanted.flagged),
    }


FITS = (  # of a sample that is called x
    "x.project_id=:project AND x.preview=:preview AND (:review IS NULL OR x.review=:review)"
    " AND (:node IS NULL OR x.node_id=:node) AND (:difficulty IS NULL OR x.difficulty=:difficulty)"
    " AND (:verification IS NULL OR x.verification=:verification) AND (:strategy IS NULL OR x.strategy=:strategy)"
    " AND (:run IS NULL OR x.run_id=:run) AND (:flagged IS NULL OR x.flagged=:flagged)"
    " AND (:repaired IS NULL OR x.id IN (SELECT sample_id FROM repair_wish WHERE run_id=:repaired AND state='done'))"
)


def insert(tx: Tx, row: Mapping[str, Any], person: str) -> int:
    """Store a sample with its first revision; a preview that is made for real becomes a real one. Its id.

    `row` holds project_id, run_id, item_idx, origin, strategy, difficulty, node_id, subject_id, lineage (a dict),
    question_request, answer_request, question, answer, review, preview and created_at; if the sample has them, history,
    seed_example_id and parent_id.
    """
    row = {"history": (), "seed_example_id": None, "parent_id": None, **row}
    digest = content_hash(row["question"], row["answer"], row["history"])
    known = (
        tx.row("SELECT id, preview FROM sample WHERE answer_request=?", (row["answer_request"],))
        if row["answer_request"]
        else None
    )
    if known:
        if known["preview"] and not row["preview"]:
            tx.run(
                "UPDATE sample SET preview=0, run_id=?, item_idx=? WHERE id=?",
                (row["run_id"], row["item_idx"], known["id"]),
            )
        return int(known["id"])
    question_maker, answer_maker = makers.remember(tx, row["question_request"], row["answer_request"])
    sample_id = tx.insert(
        "INSERT INTO sample(project_id, run_id, item_idx, origin, strategy, difficulty, node_id, subject_id, lineage,"
        " question_request, answer_request, question, answer, content_hash, verification, review, preview, created_at,"
        " history, seed_example_id, parent_id, shuffle, question_maker, answer_maker)"
        " VALUES (:project_id,:run_id,:item_idx,:origin,:strategy,:difficulty,:node_id,:subject_id,:lineage,"
        ":question_request,:answer_request,:question,:answer,:hash,'generated',:review,:preview,:created_at,"
        ":history,:seed_example_id,:parent_id,:shuffle,:question_maker,:answer_maker)",
        {
            **row,
            "history": json.dumps(row["history"], ensure_ascii=False),
            "lineage": json.dumps(row["lineage"], ensure_ascii=False),
            "hash": digest,
            "shuffle": shuffled(digest),
            "preview": int(row["preview"]),
            "question_maker": question_maker,
            "answer_maker": answer_maker,
        },
    )
    _keep_revision(tx, sample_id, 1, row["question"], row["answer"], digest, person, row["created_at"])
    return sample_id


def is_known(tx: Tx, answer_request: int) -> bool:
    """Is there a sample from this answer that is not just a preview?"""
    return tx.row("SELECT 1 FROM sample WHERE answer_request=? AND NOT preview", (answer_request,)) is not None


def _keep_revision(
    tx: Tx, sample_id: int, n: int, question: str, answer: str, digest: str, person: str, at: float
) -> None:
    tx.run(
        "INSERT INTO revision(sample_id, n, question, answer, content_hash, person, at) VALUES (?,?,?,?,?,?,?)",
        (sample_id, n, question, answer, digest, person, at),
    )


def get(tx: Tx, project_id: str, sample_id: int) -> Sample:
    """The sample; raises NotFoundError."""
    row = tx.row("SELECT * FROM sample WHERE id=? AND project_id=?", (sample_id, project_id))
    if row is None:
        raise NotFoundError(
            f"There is no sample {sample_id} in this project.",
            "The number of a sample stands on its card in the queue.",
        )
    return Sample.model_validate(row)


def by_ids(tx: Tx, ids: list[int]) -> list[Sample]:
    """Samples by id, in the order of `ids`."""
    rows = tx.rows("SELECT * FROM sample WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),))
    by_id = {row["id"]: Sample.model_validate(row) for row in rows}
    return [by_id[i] for i in ids if i in by_id]


def page(tx: Tx, project_id: str, wanted: SampleFilter, *, after: int = 0, size: int = 20) -> list[Sample]:
    """By id, after sample `after`."""
    rows = tx.rows(
        f"SELECT * FROM sample x WHERE {FITS} AND id>:after ORDER BY id LIMIT :size",  # noqa: S608 - a constant
        {**asked(project_id, wanted), "after": after, "size": size},
    )
    return [Sample.model_validate(row) for row in rows]


def longest(tx: Tx, project_id: str) -> int:
    """Bytes of the longest conversation."""
    sql = f"SELECT max({BYTES}) FROM sample WHERE {OF}=?"  # noqa: S608 - a constant
    return int(tx.value(sql, (project_id,)) or 0)


def to_continue(tx: Tx, project_id: str, run_ids: Sequence[str] = ()) -> list[int]:
    """Ids of samples that a conversation can go on from: accepted ones, or all but rejected ones of these runs."""
    chosen = "review!='rejected' AND run_id IN (SELECT value FROM json_each(:r))" if run_ids else "review='accepted'"
    found = tx.value(
        "SELECT json_group_array(id) FROM (SELECT id FROM sample WHERE project_id=:p AND preview=0"  # noqa: S608
        f" AND {chosen} ORDER BY id)",
        {"p": project_id, "r": json.dumps(list(run_ids))},
    )
    return [int(each) for each in json.loads(found)]


def each(tx: Tx, project_id: str, wanted: SampleFilter) -> Iterator[Sample]:
    """All of them by id, one at a time."""
    sql = f"SELECT * FROM sample x WHERE {FITS} ORDER BY id"  # noqa: S608 - a constant
    for row in tx.each(sql, asked(project_id, wanted)):
        yield Sample.model_validate(row)


def briefly(tx: Tx, project_id: str, wanted: SampleFilter, *, until: int | None = None) -> Iterator[dict[str, Any]]:
    """Id, hash and kind of all up to id `until`, by id, without their texts; `gold` = a known verdict stands."""
    sql = (
        f"SELECT id, content_hash, strategy, node_id, verification, {gold.known('x')} AS gold"  # noqa: S608
        f" FROM sample x WHERE {FITS} AND (:until IS NULL OR id<=:until) ORDER BY id"
    )
    yield from tx.each(sql, {**asked(project_id, wanted), "until": until})


def count(tx: Tx, project_id: str, wanted: SampleFilter, *, until: int | None = None) -> int:
    """How many; with `until`, only those up to that id."""
    if until is None:
        return tally.count(tx, project_id, wanted)
    return int(
        tx.value(
            f"SELECT count(*) FROM sample x WHERE {FITS} AND id<=:until",  # noqa: S608 - a constant
            {**asked(project_id, wanted), "until": until},
        )
    )


def disciplines(tx: Tx, project_id: str) -> dict[int, str]:
    """Id -> name of the disciplines that have samples, by name; see `nodes.labels`."""
    found = nodes.labels(tx, project_id, tally.nodes(tx, project_id))
    return dict(sorted(found.items(), key=lambda each: (each[1], each[0])))


def runs(tx: Tx, project_id: str, size: int = 50) -> dict[str, str]:
    """Id -> title of the newest runs that made samples."""
    rows = tx.rows(
        "SELECT id, title FROM run r WHERE project_id=? AND kind='samples' AND NOT preview"
        " AND EXISTS (SELECT 1 FROM sample s WHERE s.run_id=r.id) ORDER BY id DESC LIMIT ?",
        (project_id, size),
    )
    return {row["id"]: row["title"] for row in rows}


def note(tx: Tx, sample_id: int, key: str, text: str) -> None:
    """Put a remark into the lineage of a sample that is being made."""
    tx.run("UPDATE sample SET lineage=json_set(lineage, '$.' || ?, ?) WHERE id=?", (key, text, sample_id))


def revisions_of(tx: Tx, ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Sample id -> all texts it ever had, oldest first."""
    rows = tx.rows(
        "SELECT * FROM revision WHERE sample_id IN (SELECT value FROM json_each(?)) ORDER BY sample_id, n",
        (json.dumps(list(ids)),),
    )
    return {sample: [row for row in rows if row["sample_id"] == sample] for sample in ids}


def add_maker(tx: Tx, sample: Sample, stage: str, made: Mapping[str, Any]) -> None:
    """Put one more call behind the pair into its lineage; a stage that is there already gets a number."""
    times = 1 + sum(key == f"{stage}_by" or re.fullmatch(rf"{stage}_\d+_by", key) is not None for key in sample.lineage)
    name = f"{stage}_by" if times == 1 else f"{stage}_{times}_by"
    lineage = json.dumps({**sample.lineage, name: dict(made)}, ensure_ascii=False)
    tx.run("UPDATE sample SET lineage=? WHERE id=?", (lineage, sample.id))


def add_requests(tx: Tx, sample: Sample, asked: Mapping[str, Sequence[int]]) -> None:
    """Put the further calls of checks behind those of before into the lineage."""
    for method, requests in asked.items():
        key = f"{method}_requests"
        every = list(dict.fromkeys([*sample.lineage.get(key, ()), *requests]))
        tx.run(
            "UPDATE sample SET lineage=json_set(lineage, '$.' || ?, json(?)) WHERE id=?",
            (key, json.dumps(every), sample.id),
        )


def revisions(tx: Tx, sample_id: int) -> list[dict[str, Any]]:
    """All texts the sample ever had, oldest first."""
    return tx.rows("SELECT * FROM revision WHERE sample_id=? ORDER BY n", (sample_id,))


def text_of(tx: Tx, sample_id: int, digest: str) -> dict[str, Any]:
    """The revision with this content hash; raises NotFoundError."""
    row = tx.row("SELECT * FROM revision WHERE sample_id=? AND content_hash=? ORDER BY n", (sample_id, digest))
    if row is None:
        raise NotFoundError(f"Sample {sample_id} never had this text.", "Look at its present text.")
    return row


def set_review(tx: Tx, sample: Sample, state: ReviewState, *, second: int = 0) -> None:
    """Write the state if the sample is still the one that was judged; else ConflictError."""
    changed = tx.run(
        "UPDATE sample SET review=?, second=?, version=version+1 WHERE id=? AND version=? AND content_hash=?",
        (state, second, sample.id, sample.version, sample.content_hash),
    )
    if not changed:
        raise conflict(tx, sample)


def conflict(tx: Tx, sample: Sample) -> ConflictError:
    """The error that shows what stands there now."""
    current = get(tx, sample.project_id, sample.id)
    return ConflictError(
        f"Sample {sample.id} was changed by somebody else; it is now {current.review.value.replace('_', ' ')}.",
        "Look at its present text and decide again.",
        current=current,
    )


def revise(tx: Tx, sample: Sample, question: str, answer: str, person: str, at: float) -> None:
    """Give the sample a new text: a new revision, unverified and pending again."""
    digest = content_hash(question, answer, sample.history)
    last = int(tx.value("SELECT max(n) FROM revision WHERE sample_id=?", (sample.id,)))
    changed = tx.run(
        "UPDATE sample SET question=?, answer=?, content_hash=?, revision=?, verification='generated', doubt=?,"
        " review='pending_review', second=0, version=version+1 WHERE id=? AND version=?",
        (question, answer, digest, last + 1, UNVERIFIED_DOUBT, sample.id, sample.version),
    )
    if not changed:
        raise conflict(tx, sample)
    _keep_revision(tx, sample.id, last + 1, question, answer, digest, person, at)


def set_second(tx: Tx, sample: Sample, second: int) -> None:
    """Whether it awaits a second verdict; see `domain.review.second_due`."""
    tx.run("UPDATE sample SET second=? WHERE id=?", (second, sample.id))


def set_flag(tx: Tx, sample: Sample, flagged: bool) -> None:
    """Mark it for somebody's attention, or not any more; says nothing of its text."""
    tx.run("UPDATE sample SET flagged=? WHERE id=?", (int(flagged), sample.id))


def go_back(tx: Tx, sample: Sample, before: Mapping[str, Any]) -> None:
    """Put a sample back to the revision, verification and state it had before an entry of the review history."""
    text = tx.row("SELECT * FROM revision WHERE sample_id=? AND n=?", (sample.id, before["revision"]))
    assert text is not None
    changed = tx.run(
        "UPDATE sample SET question=?, answer=?, content_hash=?, revision=?, verification=?, review=?,"
        " version=version+1 WHERE id=? AND version=?",
        (
            text["question"],
            text["answer"],
            text["content_hash"],
            before["revision"],
            before["verification"],
            before["review"],
            sample.id,
            sample.version,
        ),
    )
    if not changed:
        raise conflict(tx, sample)
