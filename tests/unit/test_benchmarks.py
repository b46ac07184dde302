"""Benchmark files: all questions or none, the same ones once, nothing changes them, removing keeps them."""

from __future__ import annotations

import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.analysis.contamination import hits
from core.domain.benchmarks import Benchmark
from core.domain.people import Principal, Role
from core.domain.records import Project
from core.errors import ImportRejectedError, InvalidInputError, NotAllowedError, NotFoundError
from core.store import benchmarks
from core.store.database import IntegrityError
from core.workspace import Workspace

ME = Principal("Me")
ROWS = [{"id": n, "problem": f"How many legs have {n} goats?", "solution": f"{4 * n}"} for n in range(1, 6)]


@pytest.fixture
def project(work: Workspace) -> Project:
    return work.projects.create(ME, "P", token="t", starter=False)


def lines(*rows: object) -> bytes:
    return "\n".join(row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows).encode()


def parquet(rows: list[dict[str, object]]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), buffer)
    return buffer.getvalue()


def added(
    work: Workspace, project: Project, *rows: object, name: str = "Goats", token: str = "a", bad: bool = False
) -> Benchmark:
    look = work.benchmarks.read(lines(*(rows or ROWS)), "goats.jsonl")
    return work.benchmarks.take_in(ME, project.id, look, name, token=token, leave_out_bad=bad)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (
            "猫は何匹いますか。\n\nHow many, and why?\nما هو ناتج الضرب؟\n",
            ["猫は何匹いますか。", "How many, and why?", "ما هو ناتج الضرب؟"],
        ),
        ("Why?", ["Why?"]),
        ('Is "this", quoted\r\n{"a": 1}?\r\n', ['Is "this", quoted', '{"a": 1}?']),
        ("id,question\n1,Why?\n", ["Why?"]),
        ("question\nWhy?\n", ["Why?"]),
        ("id\tproblem\n1\tWhy, so?\n", ["Why, so?"]),
        ('{"question": "Why?"}\n', ["Why?"]),
    ],
)
def test_a_text_file_is_a_question_a_line_unless_it_is_a_table(
    work: Workspace, project: Project, content: str, found: list[str]
) -> None:
    look = work.benchmarks.read(content.encode(), "Exam.TXT")
    made = work.benchmarks.take_in(ME, project.id, look, "Exam", token="t")
    assert texts(work, made) == found
    last = work.benchmarks.rows(project.id, made.id)[-1].line
    assert last == len(content.rstrip().splitlines())


def test_a_text_file_that_is_no_text_is_refused(work: Workspace) -> None:
    with pytest.raises(ImportRejectedError):
        work.benchmarks.read(bytes(range(256)) * 40, "exam.txt")


def texts(work: Workspace, made: Benchmark) -> list[str]:
    return [row.text for row in work.benchmarks.rows(made.project_id, made.id)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.jsonl", lines(*ROWS)),
        ("x.json", json.dumps(ROWS).encode()),
        ("x.csv", "\n".join(["id,problem", *(f"{row['id']},{row['problem']}" for row in ROWS)]).encode()),
        ("x.parquet", parquet(ROWS)),
    ],
)
def test_questions_are_taken_from_every_format(work: Workspace, project: Project, name: str, content: bytes) -> None:
    made = work.benchmarks.take_in(ME, project.id, work.benchmarks.read(content, name), "Goats", token="a")
    assert (made.n_rows, made.field, made.file) == (5, "problem", name)
    assert texts(work, made) == [row["problem"] for row in ROWS]


def test_rows_that_only_lack_their_answer_are_used(work: Workspace, project: Project) -> None:
    rows = [{"question": f"Which is {n}?", "choices": ["a", "b", "c"], "answer": n % 3} for n in range(30)]
    del rows[7]["choices"]
    assert added(work, project, *rows).n_rows == 30


def test_the_first_question_of_a_conversation_counts(work: Workspace, project: Project) -> None:
    rows = [
        {"messages": [{"role": "user", "content": f"Who is {n}?"}, {"role": "assistant", "content": "?"}]} for n in "ab"
    ]
    made = added(work, project, *rows)
    assert (texts(work, made), made.field) == (["Who is a?", "Who is b?"], "")


def test_another_field_can_be_chosen(work: Workspace, project: Project) -> None:
    look = work.benchmarks.read(lines({"question": "no", "aufgabe": "Wie viele?"}), "x.jsonl", "aufgabe")
    made = work.benchmarks.take_in(ME, project.id, look, "Aufgaben", token="a")
    assert (texts(work, made), made.field) == (["Wie viele?"], "aufgabe")


def test_bad_rows_refuse_the_file_with_their_line_until_they_are_left_out(work: Workspace, project: Project) -> None:
    rows = [ROWS[0], "no JSON", {"problem": ""}, ROWS[1]]
    with pytest.raises(ImportRejectedError, match=r"Line 2: This is not JSON.*2 rows cannot be used"):
        added(work, project, *rows)
    assert work.benchmarks.page(project.id) == []
    made = added(work, project, *rows, bad=True)
    assert [(row.n, row.line) for row in work.benchmarks.rows(project.id, made.id)] == [(1, 1), (2, 4)]


def test_a_file_without_questions_is_refused(work: Workspace, project: Project) -> None:
    with pytest.raises(ImportRejectedError, match="No question"):
        added(work, project, {"aufgabe": "Wie viele?"}, bad=True)


def test_a_token_counts_once_and_the_same_questions_are_the_same_benchmark(work: Workspace, project: Project) -> None:
    made = added(work, project)
    assert added(work, project) == made
    assert added(work, project, {"problem": "Another?"}, token="a") == made
    assert added(work, project, name="Other name", token="b") == made
    other = added(work, project, *reversed(ROWS), name="Turned", token="c")
    assert [each.id for each in work.benchmarks.page(project.id)] == [made.id, other.id]


def test_two_benchmarks_never_share_a_name(work: Workspace, project: Project) -> None:
    first = added(work, project)
    with pytest.raises(InvalidInputError, match="named 'goats' already"):
        added(work, project, {"problem": "Another?"}, name="goats", token="b")
    work.benchmarks.remove(ME, project.id, first.id)
    added(work, project, {"problem": "Another?"}, name="goats", token="b")
    with pytest.raises(InvalidInputError, match="named 'Goats' already"):
        work.benchmarks.restore(ME, project.id, first.id)


def test_a_removed_benchmark_keeps_its_questions_and_comes_back(work: Workspace, project: Project) -> None:
    made = added(work, project)
    assert work.benchmarks.remove(ME, project.id, made.id).removed
    assert work.benchmarks.page(project.id) == []
    assert [each.id for each in work.benchmarks.page(project.id, removed=True)] == [made.id]
    assert len(texts(work, made)) == 5
    assert not work.benchmarks.restore(ME, project.id, made.id).removed
    work.benchmarks.remove(ME, project.id, made.id)
    again = added(work, project, name="Goats again", token="b")
    assert (again.id, again.name, again.removed) == (made.id, "Goats again", False)


def test_every_change_is_in_the_history(work: Workspace, project: Project) -> None:
    made = added(work, project)
    work.benchmarks.remove(ME, project.id, made.id)
    work.benchmarks.remove(ME, project.id, made.id)
    work.benchmarks.restore(ME, project.id, made.id)
    with work.context.store.read() as tx:
        rows = tx.rows("SELECT kind FROM event WHERE entity='benchmark' ORDER BY id")
    assert [row["kind"] for row in rows] == ["benchmark added", "benchmark removed", "benchmark restored"]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER, Role.EXPERT])
def test_only_who_may_freeze_datasets_changes_benchmarks(work: Workspace, project: Project, role: Role) -> None:
    made, other = added(work, project), Principal("Eve", role)
    look = work.benchmarks.read(lines({"problem": "Another?"}), "x.jsonl")
    with pytest.raises(NotAllowedError):
        work.benchmarks.take_in(other, project.id, look, "X", token="b")
    with pytest.raises(NotAllowedError):
        work.benchmarks.remove(other, project.id, made.id)
    with pytest.raises(NotAllowedError):
        work.benchmarks.restore(other, project.id, made.id)


def test_a_benchmark_belongs_to_its_project(work: Workspace, project: Project) -> None:
    made = added(work, project)
    other = work.projects.create(ME, "Q", token="u", starter=False)
    (row, *_) = work.benchmarks.rows(project.id, made.id)
    with pytest.raises(NotFoundError):
        work.benchmarks.rows(other.id, made.id)
    with pytest.raises(NotFoundError):
        work.benchmarks.remove(ME, other.id, made.id)
    assert work.benchmarks.rows_of(other.id, [row.id]) == {}
    assert work.benchmarks.rows_of(project.id, [row.id, 99]) == {row.id: row}
    assert added(work, other, token="b").id != made.id


def test_questions_do_not_change_not_even_by_sql(work: Workspace, project: Project) -> None:
    added(work, project)
    for statement in ("UPDATE benchmark_row SET text='x'", "DELETE FROM benchmark_row"):
        with pytest.raises(IntegrityError), work.context.store.write() as tx:
            tx.run(statement)


def test_a_benchmark_needs_a_name(work: Workspace, project: Project) -> None:
    with pytest.raises(InvalidInputError):
        added(work, project, name=" \u200b ")


def test_its_questions_are_met_by_their_row_ids(work: Workspace, project: Project) -> None:
    made = added(work, project)
    more = added(work, project, {"problem": "Who wrote it?"}, name="Books", token="b")
    with work.context.store.read() as tx:
        known = list(benchmarks.questions(tx, project.id, [more.id, made.id]))
    (hit,) = hits([(4, "WHO wrote it")], known)
    found = work.benchmarks.rows_of(project.id, [hit.benchmark])[hit.benchmark]
    assert (found.benchmark, found.n, found.text) == ("Books", 1, "Who wrote it?")
    assert len(known) == 6


def test_pages_go_on_behind_a_number(work: Workspace, project: Project) -> None:
    made = added(work, project)
    assert [row.n for row in work.benchmarks.rows(project.id, made.id, after=2, size=2)] == [3, 4]
