"""Rows of benchmark files and their questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.domain.benchmarks import Benchmark, BenchmarkRow
from core.errors import NotFoundError
from core.store.database import Tx


def get(tx: Tx, project_id: str, benchmark_id: int) -> Benchmark:
    """The benchmark, removed or not; raises NotFoundError."""
    row = tx.row("SELECT * FROM benchmark WHERE id=? AND project_id=?", (benchmark_id, project_id))
    if row is None:
        raise NotFoundError(
            f"There is no benchmark {benchmark_id} in this project.", "Choose one on the Datasets page."
        )
    return Benchmark.model_validate(row)


def page(tx: Tx, project_id: str, *, removed: bool = False) -> list[Benchmark]:
    """In the order in which they were added; `removed` lists those that were removed too."""
    sql = "SELECT * FROM benchmark WHERE project_id=? AND (? OR NOT removed) ORDER BY id"
    return [Benchmark.model_validate(row) for row in tx.rows(sql, (project_id, removed))]


def find(tx: Tx, project_id: str, *, token: str = "", sha256: str = "") -> Benchmark | None:
    """The one that this form made, or that holds the same questions."""
    sql = "SELECT * FROM benchmark WHERE project_id=? AND (token=? OR sha256=?) ORDER BY token=? DESC LIMIT 1"
    row = tx.row(sql, (project_id, token, sha256, token))
    return Benchmark.model_validate(row) if row else None


def insert(tx: Tx, row: Mapping[str, Any], questions: Sequence[tuple[int, str]]) -> int:
    """Store a benchmark with its questions (line, text); its id. `row` holds the columns but id, n_rows, removed."""
    made = tx.insert(
        "INSERT INTO benchmark(project_id, name, file, field, n_rows, sha256, person, at, token)"
        " VALUES (:project_id,:name,:file,:field,:n,:sha256,:person,:at,:token)",
        {**row, "n": len(questions)},
    )
    tx.many(
        "INSERT INTO benchmark_row(benchmark_id, n, line, text) VALUES (?,?,?,?)",
        [(made, n, line, text) for n, (line, text) in enumerate(questions, 1)],
    )
    return made


def set_removed(tx: Tx, benchmark_id: int, *, removed: bool) -> None:
    """Take it off the list, or put it back."""
    tx.run("UPDATE benchmark SET removed=? WHERE id=?", (removed, benchmark_id))


def rename(tx: Tx, benchmark_id: int, name: str) -> None:
    """Another name for the same questions."""
    tx.run("UPDATE benchmark SET name=? WHERE id=?", (name, benchmark_id))


def questions(tx: Tx, project_id: str, benchmark_ids: Sequence[int]) -> Iterator[tuple[int, str]]:
    """(row id, question) of these benchmarks of the project, one after the other."""
    sql = (
        "SELECT r.id, r.text FROM benchmark_row r JOIN benchmark b ON b.id=r.benchmark_id"
        " WHERE r.benchmark_id=? AND b.project_id=? ORDER BY r.n"
    )
    for each in benchmark_ids:
        yield from ((row["id"], row["text"]) for row in tx.each(sql, (each, project_id)))


def rows_of(tx: Tx, project_id: str, row_ids: Sequence[int]) -> dict[int, BenchmarkRow]:
    """The questions of these row ids, with the benchmark and the line each stands in."""
    found: dict[int, BenchmarkRow] = {}
    for row_id in dict.fromkeys(row_ids):
        row = tx.row(
            "SELECT r.id, r.benchmark_id, b.name AS benchmark, r.n, r.line, r.text FROM benchmark_row r"
            " JOIN benchmark b ON b.id=r.benchmark_id WHERE r.id=? AND b.project_id=?",
            (row_id, project_id),
        )
        if row:
            found[row_id] = BenchmarkRow(**row)
    return found


def first_rows(tx: Tx, benchmark: Benchmark, *, after: int = 0, size: int = 50) -> list[BenchmarkRow]:
    """Questions behind number `after`, at most `size`."""
    sql = "SELECT id, benchmark_id, n, line, text FROM benchmark_row WHERE benchmark_id=? AND n>? ORDER BY n LIMIT ?"
    return [BenchmarkRow(**row, benchmark=benchmark.name) for row in tx.rows(sql, (benchmark.id, after, size))]
