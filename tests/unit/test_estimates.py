"""Estimates of time: stages that share a connection wait for each other, a local model is slow."""

from __future__ import annotations

import pytest

from core.analysis.estimates import Estimate, Measured, StageEstimate, estimate_stage
from core.domain.calls import Stage
from core.domain.money import NANO, Price
from core.domain.records import Connection


def _connection(name: str, kind: str) -> Connection:
    row = {"id": name.lower(), "name": name, "kind": kind, "base_url": "", "key_source": "", "settings": {}}
    more: dict[str, object] = {"models": (), "probe": {}, "probed_at": None, "removed": False, "version": 1}
    return Connection.model_validate({**row, **more})


def _stage(
    stage: Stage,
    teacher: str = "T",
    *,
    calls: int = 10,
    concurrency: int = 1,
    kind: str = "openai",
    latency_ms: float | None = 2000,
    price: Price | None = None,
    batch: bool = False,
    measured: Measured | None = None,
) -> StageEstimate:
    measured = measured or (None if latency_ms is None else Measured(5, 100, 50, latency_ms))
    return estimate_stage(
        stage,
        connection=_connection(teacher, kind),
        model="m",
        calls=calls,
        prompt_bytes=(800, 1000),
        max_tokens=4096,
        price=price,
        concurrency=concurrency,
        measured=measured,
        batch=batch,
    )


def test_the_stages_of_one_connection_add_up() -> None:
    stages = (_stage(Stage.QUESTION), _stage(Stage.ANSWER))
    assert Estimate(stages).seconds == pytest.approx(40)


def test_the_slowest_of_several_connections_counts() -> None:
    stages = (_stage(Stage.QUESTION, "A"), _stage(Stage.ANSWER, "B", latency_ms=500))
    assert Estimate(stages).seconds == pytest.approx(20)


def test_one_call_takes_its_time_however_many_fit_side_by_side() -> None:
    assert _stage(Stage.ANSWER, calls=1, concurrency=8).seconds == pytest.approx(2)


def test_a_local_model_without_measurements_is_not_promised_to_be_quick() -> None:
    local = _stage(Stage.SUBJECTS, calls=1, kind="local", latency_ms=None)
    assert 60 < local.seconds < 300
    assert _stage(Stage.SUBJECTS, calls=1, kind="builtin", latency_ms=None).seconds < 0.01


def test_a_batch_is_estimated_at_its_own_price_and_promised_for_the_next_day() -> None:
    price = Price(2 * NANO, 8 * NANO, 2 * NANO, batch_output=3 * NANO)
    live, batch = _stage(Stage.ANSWER, price=price), _stage(Stage.ANSWER, price=price, batch=True)
    assert (live.cost, batch.cost) == (10 * (100 * 2_000 + 50 * 8_000), 10 * (100 * 1_000 + 50 * 3_000))
    assert live.bound is not None
    assert batch.bound is not None
    assert batch.bound < live.bound
    whole = Estimate((live, batch))
    assert whole.batch
    assert not Estimate((live,)).batch
    assert Estimate((batch,)).seconds == 24 * 3600


def test_stages_in_batches_wait_for_each_other_whoever_answers_them() -> None:
    stages = (_stage(Stage.QUESTION, "A", batch=True), _stage(Stage.ANSWER, "B", batch=True))
    assert Estimate(stages).seconds == 48 * 3600


def test_what_was_only_measured_in_batches_says_nothing_of_the_time_of_single_calls() -> None:
    unmeasured = _stage(Stage.ANSWER, calls=1, latency_ms=None)
    in_batches = _stage(Stage.ANSWER, calls=1, measured=Measured(5, 100, 50, None))
    assert (in_batches.seconds, in_batches.prompt_tokens) == (unmeasured.seconds, 100)


def test_a_batch_without_a_price_has_no_cost() -> None:
    assert Estimate((_stage(Stage.ANSWER, batch=True),)).cost is None


def test_nothing_takes_no_time() -> None:
    assert Estimate(()).seconds == 0.0
