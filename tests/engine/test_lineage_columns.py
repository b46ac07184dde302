"""What a table of a dataset can hold: all that a sample of any strategy says of itself."""

from __future__ import annotations

import pytest

from core.domain.plans import Checks
from core.domain.strategies import MADE, Strategy
from core.interchange.dataset_rows import full_row, price_of
from core.interchange.datasets.columns import shaped
from core.interchange.datasets.csv_table import HEADER, cells
from core.llm.scripted import ScriptedTeacher
from core.store import verifications
from tests.engine.any_strategy import distinct, plan_of, start
from tests.engine.conftest import Bench


@pytest.mark.parametrize("strategy", MADE)
def test_the_lineage_of_every_strategy_has_columns_of_its_own(bench: Bench, strategy: Strategy) -> None:
    plan = plan_of(bench, bench.connect(), strategy, 4, rounds=2, checks=Checks(judge=True))
    bench.execute(ScriptedTeacher(distinct), start(bench, plan)[0])
    made = [sample for sample in bench.samples() if sample.strategy == strategy]
    assert len(made) == 4
    with bench.store.read() as tx:
        checks = {sample.id: verifications.of_sample(tx, sample.id) for sample in made}
    for sample in made:
        row = full_row(sample, None, "reviewer 1", checks[sample.id], price=price_of(7, ["answer"]))
        told = shaped(row)
        assert told["more"] is None
        assert told["verification"][0]["by"]["model"]
        assert (told["seed"], told["evolutions"]) == (
            row["seed"] and {**told["seed"], **row["seed"]},
            row["evolutions"],
        )
        table = dict(zip(HEADER, cells(row), strict=True))
        assert bool(table["seed_set"]) == bool(row["seed"])
        assert bool(table["evolutions"]) == (strategy is Strategy.EVOL_INSTRUCT)
