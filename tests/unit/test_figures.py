"""Figures that triggers keep: whatever happens to samples, checks and calls, each equals the query over all rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.records import Sample
from core.domain.review import Entry, ReviewPlan
from core.domain.strategies import Strategy
from core.store import (
    bulk_verdicts,
    call_figures,
    figure_schema,
    reports,
    reports_costs,
    reviews,
    runs,
    samples,
    spending_figures,
    tally,
    verifications,
)
from core.store import reviewers as reviewer_reports
from core.store import verification_reports as checks
from core.store.database import Row, Tx
from tests.unit import test_tally
from tests.unit.conftest import T0, World, scratch
from tests.unit.costs_world import part, plant_call, plant_plan, plant_sample, plant_seeds

PLAN = ReviewPlan(second_share=0.5)
_STATES = (
    "sum(s.review='accepted') AS accepted, sum(s.review='rejected') AS rejected, sum(s.review='disputed') AS disputed,"
    " count(*) AS samples"
)
ACCEPTANCE = (
    "SELECT s.origin, s.strategy, ifnull(s.difficulty, '') AS difficulty, s.verification,"
    f" ifnull(s.question_maker, 0) AS question_maker, ifnull(s.answer_maker, 0) AS answer_maker, {_STATES}"
    " FROM sample s WHERE s.project_id='p1' AND s.preview=0 GROUP BY 1, 2, 3, 4, 5, 6"
)
DISCIPLINES = (
    f"SELECT n.name, ifnull(s.node_id, 0) AS node_id, {_STATES} FROM sample s LEFT JOIN node n ON n.id=s.node_id"
    " WHERE s.project_id='p1' AND s.preview=0 GROUP BY 2"
)
OUTCOMES = (
    "SELECT ifnull(s.run_id, '') AS run_id, s.origin, s.strategy, ifnull(json_extract(i.spec, '$.part'), 0) AS part,"
    " a.connection_id, a.model, s.node_id, e.set_id AS seed_set, count(*) AS samples,"
    " sum(s.verification='verified') AS verified, sum(s.verification='failed_verification') AS refuted,"
    " sum(s.review='accepted') AS accepted, sum(s.review='rejected') AS rejected,"
    " ifnull(sum(a.run_id!=s.run_id), 0) AS reused FROM sample s"
    " LEFT JOIN item i ON i.run_id=s.run_id AND i.idx=s.item_idx LEFT JOIN request a ON a.id=s.answer_request"
    " LEFT JOIN seed_example e ON e.id=s.seed_example_id"
    " WHERE s.project_id='p1' AND s.preview=0 GROUP BY 1, 2, 3, 4, 5, 6, 7, 8"
)
FINDINGS = (
    "SELECT v.method, s.strategy, v.passed, count(*) AS n,"
    " iif(v.content_hash=s.content_hash AND s.review IN ('accepted','rejected'), s.review, '') AS verdict"
    " FROM sample s JOIN verification v ON v.sample_id=s.id"
    " WHERE s.project_id='p1' AND NOT s.preview AND s.origin='model'"
    " AND v.id=(SELECT max(id) FROM verification w WHERE w.sample_id=s.id AND w.method=v.method) GROUP BY 1, 2, 3, 5"
)
UNDECIDED = (
    "SELECT m.value AS method, s.strategy, count(*) AS n FROM sample s,"
    ' json_each(\'["judge","agreement","execution","reference"]\') m'
    " WHERE s.project_id='p1' AND NOT s.preview AND s.origin='model'"
    " AND json_extract(s.lineage, '$.' || m.value || '_note') IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM verification v WHERE v.sample_id=s.id AND v.method=m.value) GROUP BY 1, 2"
)
TIMES = (
    "SELECT a.stage, r.connection_id, r.model, count(*) AS calls, avg(a.prompt_tokens) AS prompt_tokens,"
    " avg(a.completion_tokens) AS completion_tokens, avg(a.cost) AS cost,"
    " avg(iif(a.batch_id IS NULL, a.latency_ms, NULL)) AS latency_ms"
    " FROM attempt a JOIN request r ON r.id=a.request_id WHERE a.project_id='p1' AND a.state='settled' AND a.measured"
    " GROUP BY 1, 2, 3"
)
SPENDING = (
    "SELECT a.cost, CAST(ifnull(a.ended_at, a.sent_at) AS INTEGER) AS second, ifnull((SELECT s.strategy FROM sample s"
    " WHERE s.id=json_extract(i.spec, '$.sample') AND s.run_id!=''), json_extract(i.spec, '$.strategy')) AS strategy"
    " FROM attempt a, request r, item i WHERE a.project_id='p1' AND a.state!='reserved' AND r.id=a.request_id"
    " AND i.run_id=r.run_id AND i.idx=r.item_idx"
)
DUE = (
    "SELECT count(*) AS n, ifnull(sum((SELECT r.person FROM review r WHERE r.sample_id=s.id"
    " AND r.content_hash=s.content_hash AND r.verdict IN ('accept', 'reject')"
    " AND NOT EXISTS (SELECT 1 FROM review u WHERE u.undoes=r.id) ORDER BY r.id DESC)<>'Ada'), 0) AS own"
    " FROM sample s WHERE s.project_id='p1' AND s.second=1 AND s.preview=0"
)
LONGEST = (
    "SELECT max(length(CAST(question AS BLOB)) + length(CAST(answer AS BLOB)) + length(CAST(history AS BLOB))) AS n"
    " FROM sample WHERE project_id='p1'"
)


def in_order(rows: Iterable[Row]) -> list[Row]:
    """However they were read; averages as people see them."""
    told = [{name: round(v, 6) if isinstance(v, float) else v for name, v in row.items()} for row in rows]
    return sorted(told, key=lambda row: str(sorted(row.items(), key=str)))


def equal_all_queries(tx: Tx) -> None:
    """Every figure against the query that reads all rows."""
    assert in_order(reports.acceptance(tx, "p1")) == in_order(tx.rows(ACCEPTANCE))
    assert in_order(reports.acceptance_by_discipline(tx, "p1")) == in_order(tx.rows(DISCIPLINES))
    assert in_order(reports_costs.samples(tx, "p1")) == in_order(tx.rows(OUTCOMES))
    assert in_order(checks.findings(tx, "p1")) == in_order(tx.rows(FINDINGS))
    assert in_order(checks.undecided(tx, "p1")) == in_order(tx.rows(UNDECIDED))
    assert in_order(call_figures.times(tx, "p1")) == in_order(tx.rows(TIMES))
    for parts in (1, 3, 200):
        equal_spending(tx, parts)
    assert samples.longest(tx, "p1") == (tx.value(LONGEST) or 0)
    assert reviewer_reports.seconds_due(tx, "p1", "Ada") == tuple((tx.row(DUE) or {}).values())
    assert (tally.wrong(tx), call_figures.wrong(tx), spending_figures.wrong(tx)) == ([], [], [])


def equal_spending(tx: Tx, parts: int) -> None:
    """At the end of each step everything is counted that its strategy had spent by then, and at the end all."""
    calls, steps = tx.rows(SPENDING), spending_figures.over_time(tx, "p1", parts)
    for step in steps:
        known = [each for each in steps if each["strategy"] == step["strategy"] and each["at"] <= step["at"]]
        spent = [each for each in calls if each["strategy"] == step["strategy"] and each["second"] < step["at"]]
        assert sum(each["cost"] for each in known) == sum(each["cost"] for each in spent)
        assert sum(each["calls"] for each in known) == len(spent)
    assert sum(step["calls"] for step in steps) == len(calls)
    assert len({step["part"] for step in steps}) <= parts
    assert max((step["at"] for step in steps), default=0) == max((each["second"] + 1 for each in calls), default=0)


Doing = Callable[[Tx, Sample, int, int], None]


def note(tx: Tx, sample: Sample, number: int, dice: int) -> None:
    samples.note(tx, sample.id, f"{('judge', 'agreement')[dice % 2]}_note", "It could not tell.")


def check_again(tx: Tx, sample: Sample, number: int, dice: int) -> None:
    request = plant_call(tx, "p1", "mix", 0, 1, stage="verification")
    passed = dice % 2 > 0
    verifications.verify(tx, sample, method="m0", passed=passed, detail="", request_id=request, at=T0)


def bulk(tx: Tx, sample: Sample, number: int, dice: int) -> None:
    texts = {row["id"]: row["content_hash"] for row in tx.rows("SELECT id, content_hash FROM sample")}
    entry = Entry(("accept", "reject")[dice % 2], batch=f"b{number}")
    bulk_verdicts.judge(tx, "p1", texts, "Cy", entry, PLAN, T0)


def take_back(tx: Tx, sample: Sample, number: int, dice: int) -> None:
    batch = tx.value("SELECT batch FROM review WHERE batch!='' ORDER BY id DESC")
    if batch:
        bulk_verdicts.take_back(tx, batch, "Cy", f"back{number}", PLAN, T0, 0, 1 + dice % 5)


def ask(tx: Tx, sample: Sample, number: int, dice: int) -> None:
    """A call goes out; what was out is answered, with or without tokens, in a batch or not, at once, late or never."""
    request = tx.value("SELECT max(id) FROM request")
    if dice % 4 == 0:
        tx.run("UPDATE attempt SET state='in_doubt', cost=hold WHERE state='reserved'")
    else:
        tx.run(
            "UPDATE attempt SET state='settled', cost=?, measured=?, prompt_tokens=?, completion_tokens=10,"
            " latency_ms=?, ended_at=sent_at+? WHERE state IN ('reserved', 'in_doubt')",
            (dice, dice % 2, dice if dice % 3 else None, dice * 7 if dice % 5 else None, 1.7 ** (dice % 20)),
        )
    tx.run(
        "INSERT INTO attempt(request_id, run_id, project_id, stage, epoch, state, hold, price_input, price_output,"
        " price_cached, price_model, price_source, sent_at) VALUES (?,?,'p1',?,1,'reserved',5,0,0,0,'','',?)",
        (request, "mix", ("answer", "question")[dice % 2], T0 + number * 1.9 ** (dice % 20)),
    )


def mend(tx: Tx, sample: Sample, number: int, dice: int) -> None:
    """A call of a repair of the sample, which somebody wished."""
    reviews.log(tx, sample, f"wish{number}", "Ada", Entry("flag"), T0)
    row = {"id": f"fix{number}", "project_id": "p1", "kind": "repairs", "title": "Repairs", "preview": 0, "plan": "{}"}
    row |= {"cost_cap": None, "call_cap": None, "created_by": "Ada", "created_at": T0}
    runs.insert(tx, row, [{"sample": sample.id}], token=f"fix{number}")
    plant_call(tx, "p1", f"fix{number}", 0, dice, stage="repair")


DOINGS: list[Doing] = [*test_tally.DOINGS, check_again, note, bulk, take_back, ask, mend]


@pytest.fixture
def seeds(world: World) -> tuple[int, list[int]]:
    """A seed set with three examples; two runs for samples of two parts each."""
    with world.store.write() as tx:
        made = plant_seeds(tx, world.project, 3)
        plans = [part(Strategy.GLAN, "big"), part(Strategy.NEW_QUESTION, "small", seed_set=made[0])]
        specs = [{"part": number % 2, "strategy": ("glan", "new_question")[number % 2]} for number in range(6)]
        for run in ("mix", "other"):
            plant_plan(tx, world.project, run, plans, specs)
    return made


def made(tx: Tx, world: World, seeds: tuple[int, list[int]], dice: int) -> None:
    """A sample of one of several kinds: from a part of a run, with a call of its own or of another run, or neither."""
    number = int(tx.value("SELECT count(*) FROM sample"))
    home = {"run_id": "mix", "item_idx": dice % 6}
    of_node: dict[str, Any] = {"node_id": world.discipline, "subject_id": world.subject, "difficulty": "basic"}
    kinds: list[Callable[[], dict[str, Any]]] = [
        lambda: {**home, **of_node, "answer_request": plant_call(tx, "p1", "mix", dice % 6, 10, model="big")},
        lambda: {**home, **of_node, "answer_request": plant_call(tx, "p1", "other", 0, 10, model="small")},
        lambda: {**home, "strategy": "new_question", "seed_example_id": seeds[1][dice % 3]},
        lambda: {"origin": "person", "strategy": "human", "review": "accepted"},
        lambda: {**home, **of_node, "preview": True},
    ]
    plant_sample(tx, "p1", question=f"{'Why ' * (dice % 7)}{number}?", **kinds[dice % len(kinds)]())


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.none() | st.sampled_from(DOINGS), st.integers(0, 59)), min_size=8, max_size=40))
def test_after_anything_that_happens_every_figure_equals_the_query(
    world: World, seeds: tuple[int, list[int]], steps: list[tuple[Doing | None, int]]
) -> None:
    with scratch(world.store) as tx:
        for dice in range(3):
            made(tx, world, seeds, dice)
        for number, (doing, dice) in enumerate(steps):
            ids = [row["id"] for row in tx.rows("SELECT id FROM sample ORDER BY id")]
            if doing is None or not ids:
                made(tx, world, seeds, dice)
            else:
                doing(tx, samples.get(tx, "p1", ids[dice % len(ids)]), number, dice)
        equal_all_queries(tx)
        figure_schema.fill(tx)
        call_figures.fill(tx)
        spending_figures.fill(tx)
        equal_all_queries(tx)


def test_of_several_findings_of_one_method_the_newest_counts(world: World, seeds: tuple[int, list[int]]) -> None:
    with scratch(world.store) as tx:
        made(tx, world, seeds, 0)
        for dice in (1, 0, 1):
            check_again(tx, samples.get(tx, "p1", 1), 0, dice)
        assert [(row["passed"], row["n"]) for row in checks.findings(tx, "p1")] == [(1, 1)]
        equal_all_queries(tx)


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE figure SET n=n+1",
        "DELETE FROM figure",
        "UPDATE check_figure SET n=0",
        "UPDATE call_figure SET cost=cost+1",
        "UPDATE spending_figure SET cost=cost+1 WHERE width=60",
        "DELETE FROM spending_figure WHERE width=1",
    ],
)
def test_a_figure_that_is_wrong_is_found_and_counting_again_mends_it(
    world: World, seeds: tuple[int, list[int]], harm: str
) -> None:
    with scratch(world.store) as tx:
        for dice in range(6):
            made(tx, world, seeds, dice)
        test_tally.check(tx, samples.get(tx, "p1", 1), 0, 0)
        tx.run(harm)
        assert [*tally.wrong(tx), *call_figures.wrong(tx), *spending_figures.wrong(tx)]
        tally.refill(tx)
        call_figures.fill(tx)
        spending_figures.fill(tx)
        equal_all_queries(tx)
