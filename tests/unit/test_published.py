"""Published results: each with source and grade, and a bad row is refused by its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.catalogue.published import COLUMNS, published_points, read_points
from core.domain.strategies import Strategy
from core.errors import ImportRejectedError

GOOD = "GLAN,glan,Mistral-7B,GSM8K,10000000,,,80.8,arXiv 2402.13064 table 1,read"


def written(tmp_path: Path, *rows: str, head: str = ",".join(COLUMNS)) -> Path:
    """A file of these rows."""
    path = tmp_path / "points.csv"
    path.write_text("\n".join([head, *rows]), encoding="utf-8")
    return path


def test_what_is_shipped_names_known_strategies_and_sources() -> None:
    points = published_points()
    assert len(points) == 38
    assert {point.strategy for point in points} <= {strategy.value for strategy in Strategy} | {"none", "mixed"}
    assert all("arXiv" in point.source or "GRIP" in point.source for point in points)
    assert published_points() is points


def test_what_a_source_does_not_say_is_none(tmp_path: Path) -> None:
    (point,) = read_points(written(tmp_path, GOOD))
    assert (point.samples, point.budget_ratio, point.cost_usd, point.accuracy) == (10_000_000, None, None, 80.8)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (GOOD.replace(",read", ",hearsay"), "grade"),
        (GOOD.replace("80.8", "108"), "accuracy"),
        (GOOD.replace("80.8", "nan"), "accuracy"),
        (GOOD.replace("10000000", ""), "needs samples"),
        (GOOD.replace("arXiv 2402.13064 table 1", ""), "source"),
        (GOOD + ",more", "keywords|extra|None"),
        (GOOD.removesuffix(",read"), "grade"),
    ],
)
def test_a_bad_row_is_refused_with_its_line(tmp_path: Path, row: str, told: str) -> None:
    with pytest.raises(ImportRejectedError, match=told) as refusal:
        read_points(written(tmp_path, GOOD, row))
    assert refusal.value.line == 3


def test_other_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRejectedError, match="columns"):
        read_points(written(tmp_path, head="series,accuracy"))
