"""What each group of items cost and what came of it: the rows behind every cost per sample.

Money goes by the ledger alone: each call belongs to the item that was the first to ask its request, so a dropped item,
a failed one, a check and a repeated call all count where they arose. A call that fetched several answers belongs to
the first of its requests; the others have the same prompt, teacher and part.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from core.domain.review import SHUFFLE_RANGE
from core.store.database import Tx

_ITEM = (
    "json_extract({spec}, '$.strategy') AS strategy, ifnull(json_extract({spec}, '$.part'), 0) AS part,"
    " json_extract({spec}, '$.by.answer') AS seat, json_extract({spec}, '$.subject_id') AS subject_id,"
    " json_extract({spec}, '$.seed_set') AS seed_set, json_extract({spec}, '$.parent_sample') AS parent_id"
)
_KEYS = "x.home, x.strategy, x.part, x.seat, x.subject_id, p.node_id, x.seed_set, e.set_id"
_AT_HOME = "ifnull(m.run_id, asked.home) AS home, ifnull(m.item_idx, asked.idx) AS idx"
_MENDED = (
    " LEFT JOIN run q ON q.id=asked.home AND q.kind='repairs' LEFT JOIN item j ON j.run_id=q.id AND j.idx=asked.idx"
    " LEFT JOIN sample m ON m.id=json_extract(j.spec, '$.sample') AND m.run_id IS NOT NULL"
)
_WITH_PARENT = (
    "x.home, x.strategy, x.part, x.seat, x.subject_id, p.node_id AS parent_node,"
    " ifnull(x.seed_set, e.set_id) AS seed_set"
)
_PARENT = " LEFT JOIN sample p ON p.id=x.parent_id LEFT JOIN seed_example e ON e.id=p.seed_example_id"


def ledger_revision(tx: Tx, project_id: str) -> tuple[object, ...]:
    """Differs whenever a call, an item or a sample's place may differ; no verdict changes it."""
    told = tx.row(
        "SELECT (SELECT max(id) FROM sample) AS made, (SELECT max(id) FROM event WHERE project_id=:p AND entity='run')"
        " AS run_event, (SELECT max(id) FROM action WHERE project_id=:p) AS action, count(*) AS runs,"
        " total((SELECT count(*) FROM item i WHERE i.run_id=u.id AND i.state='planned')) AS planned,"
        " total((SELECT count(*) FROM attempt a WHERE a.run_id=u.id AND a.state='reserved')) AS reserved,"
        " total((SELECT count(*) FROM attempt a WHERE a.run_id=u.id AND a.state='in_doubt')) AS in_doubt"
        " FROM run u WHERE u.project_id=:p",
        {"p": project_id},
    )
    spent = tx.row("SELECT settled, held, calls FROM ledger_total WHERE scope='project' AND scope_id=?", (project_id,))
    return (project_id, *(spent or {}).values(), *(told or {}).values())


def revision(tx: Tx, project_id: str) -> tuple[object, ...]:
    """Differs whenever one of the figures here may differ; cheap, and now and then it differs for nothing."""
    last = [tx.value(f"SELECT max(id) FROM {table}") for table in ("review", "verification", "event")]
    return (*ledger_revision(tx, project_id), *last)


def text_revision(tx: Tx, project_id: str) -> tuple[object, ...]:
    """Differs whenever a text or the place of a sample may differ; a verdict alone changes nothing here."""
    made = tx.row(
        "SELECT total(n) AS n, max((SELECT max(s.id) FROM sample s WHERE s.cell=t.id)) AS last,"
        " total(n * node_id) AS nodes FROM tally t WHERE t.project_id=? AND t.preview=0 AND t.n>0",
        (project_id,),
    )
    edited = tx.value(
        "SELECT max(id) FROM review WHERE project_id=? AND verdict IN ('edit','undo')",
        (project_id,),
    )
    return (project_id, *(made or {}).values(), edited)


def run_revisions(tx: Tx, project_id: str) -> list[tuple[object, ...]]:
    """Each run that asked anything or has items, first its id: the rest differs whenever these may differ."""
    rows = tx.rows(
        "SELECT u.id, l.settled, l.held, l.calls, (SELECT count(*) FROM item i WHERE i.run_id=u.id AND"
        " i.state='planned') AS planned, (SELECT count(*) FROM attempt a WHERE a.run_id=u.id AND a.state='reserved')"
        " AS reserved, (SELECT count(*) FROM attempt a WHERE a.run_id=u.id AND a.state='in_doubt') AS in_doubt,"
        " (SELECT max(e.id) FROM event e WHERE e.project_id=u.project_id AND e.entity='run' AND e.entity_id=u.id) AS"
        " event, (SELECT max(id) FROM action WHERE project_id=u.project_id) AS action FROM run u"
        " LEFT JOIN ledger_total l ON l.scope='run' AND l.scope_id=u.id WHERE u.project_id=? ORDER BY u.id",
        (project_id,),
    )
    return [tuple(row.values()) for row in rows]


def spend(tx: Tx, run_id: str) -> list[dict[str, Any]]:
    """Nano-dollars and calls of a run by kind of item; the sums of all runs are those of the ledger.

    `run_id` is the run that paid, `home` the one that asked first, `kind` what that one makes. A repair is part of what
    its sample cost: it counts with the item that made the sample.
    """
    return tx.rows(
        "WITH asked AS (SELECT a.run_id, r.run_id AS home, r.item_idx AS idx, sum(a.cost) AS cost, count(*) AS calls"
        " FROM attempt a JOIN request r ON r.id=a.request_id WHERE a.run_id=? GROUP BY 1, 2, 3),"
        f" paid AS (SELECT ifnull(m.run_id, asked.run_id) AS run_id, {_AT_HOME}, cost, calls FROM asked{_MENDED}),"
        f" x AS MATERIALIZED (SELECT paid.*, u.kind, {_ITEM.format(spec='i.spec')} FROM paid"
        " JOIN run u ON u.id=paid.home LEFT JOIN item i ON i.run_id=paid.home AND i.idx=paid.idx)"
        f" SELECT x.run_id, x.kind, {_WITH_PARENT}, sum(x.cost) AS cost, sum(x.calls) AS calls FROM x{_PARENT}"
        f" GROUP BY x.run_id, x.kind, {_KEYS}",
        (run_id,),
    )


def items(tx: Tx, run_id: str) -> list[dict[str, Any]]:
    """How the items of a run for samples ended; none of a preview."""
    return tx.rows(
        f"WITH x AS MATERIALIZED (SELECT i.run_id AS home, i.state, {_ITEM.format(spec='i.spec')} FROM run u"
        " JOIN item i ON i.run_id=u.id WHERE u.id=? AND u.kind='samples' AND NOT u.preview)"
        f" SELECT x.home AS run_id, {_WITH_PARENT}, sum(x.state!='planned') AS ended,"
        " sum(x.state='dropped') AS dropped,"
        " sum(x.state IN ('refused','filtered','truncated','invalid','failed')) AS failed"
        f" FROM x{_PARENT} GROUP BY {_KEYS}",
        (run_id,),
    )


_SAMPLE = (
    "s.run_id, s.origin, s.strategy, ifnull(json_extract(i.spec, '$.part'), 0) AS part, a.connection_id, a.model,"
    " s.node_id, e.set_id AS seed_set"
)
_BESIDE = (
    " LEFT JOIN item i ON i.run_id=s.run_id AND i.idx=s.item_idx LEFT JOIN request a ON a.id=s.answer_request"
    " LEFT JOIN seed_example e ON e.id=s.seed_example_id"
)
_DRAWN = (
    "(SELECT d.id FROM tally t CROSS JOIN sample d INDEXED BY cell_random ON d.cell=t.id AND d.shuffle<:bound"
    " WHERE t.project_id=:project AND t.preview=0 AND t.n>0 ORDER BY d.id)"
)


def samples(tx: Tx, project_id: str) -> list[dict[str, Any]]:
    """What became of the samples; `reused` ones have an answer that another run, such as a preview, paid for."""
    return tx.rows(
        "SELECT f.run_id, t.origin, t.strategy, f.part, m.connection_id, m.model, nullif(t.node_id, 0) AS node_id,"
        " nullif(f.seed_set, 0) AS seed_set, sum(f.n) AS samples, sum(f.n * (t.verification='verified')) AS verified,"
        " sum(f.n * (t.verification='failed_verification')) AS refuted, sum(f.n * (t.review='accepted')) AS accepted,"
        " sum(f.n * (t.review='rejected')) AS rejected, sum(f.n * f.reused) AS reused"
        " FROM tally t CROSS JOIN figure f ON f.cell=t.id AND f.n>0 LEFT JOIN maker m ON m.id=f.answer_maker"
        " WHERE t.project_id=? AND t.preview=0 AND t.n>0 GROUP BY 1, 2, 3, 4, 5, 6, 7, 8",
        (project_id,),
    )


def texts(tx: Tx, project_id: str, share: float) -> list[dict[str, Any]]:
    """Samples with their place, texts, and what they were drawn from, in the order they were made: this share of all.

    A sample is in the share or not by its first text, so that a larger share holds a smaller one.
    """
    return tx.rows(
        f"SELECT s.id, {_SAMPLE}, s.question, s.answer, s.content_hash, s.seed_example_id,"
        " json_extract(s.lineage, '$.syllabus_id') AS syllabus_id, json_extract(s.lineage, '$.sessions') AS sessions,"
        f" json_extract(s.lineage, '$.groups') AS groups"
        f" FROM {_DRAWN} drawn CROSS JOIN sample s ON s.id=drawn.id{_BESIDE} ORDER BY s.id",
        {"project": project_id, "bound": share * SHUFFLE_RANGE},
    )


def names(tx: Tx, project_id: str, nodes: Collection[int], sets: Collection[int]) -> dict[str, dict[Any, str]]:
    """What the groups are called: nodes and seed sets by id, runs and connections all."""
    listed: dict[str, object] = {"n": json.dumps(sorted(nodes)), "s": json.dumps(sorted(sets)), "p": project_id}
    asked = {
        "discipline": "SELECT id, name FROM node WHERE id IN (SELECT value FROM json_each(:n))",
        "seed_set": "SELECT id, name || ', version ' || number AS name FROM seed_set WHERE id IN"
        " (SELECT value FROM json_each(:s))",
        "run": "SELECT id, title AS name FROM run WHERE project_id=:p",
        "connection": "SELECT id, name FROM connection",
    }
    return {kind: {row["id"]: row["name"] for row in tx.rows(sql, listed)} for kind, sql in asked.items()}


def homes(tx: Tx, project_id: str) -> dict[int, tuple[int, int | None]]:
    """Subject -> its discipline, and the subject that took it up."""
    rows = tx.rows("SELECT id, node_id, merged_into FROM subject WHERE project_id=?", (project_id,))
    return {row["id"]: (row["node_id"], row["merged_into"]) for row in rows}


def plans(tx: Tx, project_id: str) -> dict[str, str]:
    """Run -> its plan as text, of runs for samples."""
    rows = tx.rows("SELECT id, plan FROM run WHERE project_id=? AND kind='samples'", (project_id,))
    return {row["id"]: row["plan"] for row in rows}


def concepts(tx: Tx, disciplines: Collection[int]) -> list[dict[str, Any]]:
    """Class sessions of all syllabi of these disciplines that stand: `concepts` is a JSON list."""
    return tx.rows(
        "SELECT b.node_id, y.id AS syllabus_id, c.name, c.concepts FROM subject b JOIN syllabus y ON y.subject_id=b.id"
        " JOIN class_session c ON c.syllabus_id=y.id WHERE b.node_id IN (SELECT value FROM json_each(?))"
        " AND b.state!='removed' AND y.state!='removed'",
        (json.dumps(sorted(disciplines)),),
    )


def seed_counts(tx: Tx, sets: Collection[int]) -> dict[int, int]:
    """Seed set -> its number of examples."""
    rows = tx.rows(
        "SELECT id, n_examples FROM seed_set WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(sorted(sets)),)
    )
    return {row["id"]: row["n_examples"] for row in rows}
