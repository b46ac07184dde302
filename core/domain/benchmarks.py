"""Benchmark files: questions that a dataset must not teach, since what it trains is measured with them."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.entity import Entity


class Benchmark(Entity):
    """One file that was taken in. `field` is what held the question; `sha256` is over the questions in their order."""

    id: int
    project_id: str
    name: str
    file: str
    field: str
    n_rows: int
    sha256: str
    person: str
    at: float
    removed: bool


@dataclass(frozen=True, slots=True)
class BenchmarkRow:
    """A question with the place it has: row `n` (from 1) of a benchmark, taken from `line` of its file."""

    id: int
    benchmark_id: int
    benchmark: str
    n: int
    line: int
    text: str
