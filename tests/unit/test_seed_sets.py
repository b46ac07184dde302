"""Seed sets: all of a file or nothing, no change once used, versions, export and import again without loss."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from core.domain.people import Principal, Role
from core.domain.records import Project
from core.domain.seeds import SeedDraft, SeedSet, seed_key
from core.domain.strategies import TaskType
from core.errors import (
    ConflictError,
    FrozenError,
    ImportRejectedError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
)
from core.interchange.seeds.model import ReadOptions
from core.interchange.seeds.reading import read
from core.llm.builtin.homework import solve
from core.services.seeds import Leave, Look, SeedService, Taking
from core.store import events, seeds
from core.store.seed_files import database_path
from core.workspace import Workspace

ME = Principal("Me")
ROWS = [{"question": f"Question {word}?", "answer": f"So\n#### {n}"} for n, word in enumerate(("one", "two", "six"))]


@pytest.fixture
def project(work: Workspace) -> Project:
    return work.projects.create(ME, "P", token="t", starter=False)


def look(*rows: object, name: str = "x.jsonl") -> Look:
    content = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows).encode()
    return Look(name, "0" * 64, read(content, name, ReadOptions()), 0.0)


def taken(work: Workspace, project: Project, name: str = "Sums", token: str = "a") -> SeedSet:
    return work.seeds.take_in(ME, project.id, look(*ROWS), Taking(name), token=token)


def freeze(work: Workspace, made: SeedSet) -> None:
    with work.context.store.write() as tx:
        seeds.freeze(tx, made.id, 1.0)


def asked(work: Workspace, made: SeedSet) -> list[str]:
    return [example.question for example in work.seeds.page(made.project_id, made.id).examples]


def test_an_upload_is_looked_at_apart_and_taken_in(work: Workspace, project: Project) -> None:
    upload = work.seeds.keep("\n".join(map(json.dumps, ROWS)).encode(), "sums.jsonl")
    seen = work.seeds.look(upload)
    assert work.seeds.look(upload) is seen
    made = work.seeds.take_in(ME, project.id, seen, Taking("Sums"), token="a")
    (view,) = work.seeds.sets(project.id)
    assert (view.set, view.answered, view.with_final, view.repeats, view.runs) == (made, 3, 3, 0, 0)
    assert (made.label, made.task_type, made.source) == ("Sums, version 1", TaskType.MATHS, "sums.jsonl")
    assert (made.lineage["shape"], made.lineage["sha256"]) == ("gsm8k", upload.digest)


def test_one_bad_row_refuses_the_whole_file_unless_it_is_left_out(work: Workspace, project: Project) -> None:
    mixed = look(ROWS[0], "{", ROWS[1], {"question": ""})
    with pytest.raises(ImportRejectedError, match=r"Line 2: This is not JSON.* In all 2 rows cannot be used"):
        work.seeds.take_in(ME, project.id, mixed, Taking("Sums"), token="a")
    assert work.seeds.sets(project.id) == []
    made = work.seeds.take_in(ME, project.id, mixed, Taking("Sums", leave_out_bad=True), token="a")
    assert (made.n_examples, made.lineage["bad"]) == (2, 2)
    rejects = [json.loads(line) for line in mixed.rejects().split(b"\n") if line]
    assert [(row["line"], row["raw"]) for row in rejects] == [(2, "{"), (4, '{"question": ""}')]


@pytest.mark.parametrize(("leave", "count"), [(Leave.NONE, 4), (Leave.EXACT, 3), (Leave.NEAR, 2)])
def test_repeats_stay_out_as_far_as_is_wished(work: Workspace, project: Project, leave: Leave, count: int) -> None:
    text = "A farmer has twelve goats and sells a third of them on Monday. How many are left"
    rows = [{"question": q} for q in (f"{text}?", f"{text.upper()}?", f"{text} now?", "Why?")]
    made = work.seeds.take_in(ME, project.id, look(*rows), Taking("Goats", leave_out=leave), token="a")
    assert made.n_examples == count


def test_pressing_twice_makes_one_set(work: Workspace, project: Project) -> None:
    assert taken(work, project).id == taken(work, project).id
    assert len(work.seeds.sets(project.id)) == 1


def test_a_name_that_is_taken_needs_the_wish_for_a_version(work: Workspace, project: Project) -> None:
    taken(work, project)
    with pytest.raises(ConflictError):
        taken(work, project, "SUMS", "b")
    with pytest.raises(ConflictError):
        work.seeds.take_in(ME, project.id, look(*ROWS), Taking("Other", new_version=True), token="c")
    second = work.seeds.take_in(ME, project.id, look(ROWS[0]), Taking("Sums", new_version=True), token="d")
    assert (second.number, [v.set.number for v in work.seeds.sets(project.id)]) == (2, [2, 1])


def test_a_frozen_set_does_not_change_and_its_new_version_does(work: Workspace, project: Project) -> None:
    made = taken(work, project)
    freeze(work, made)
    first = work.seeds.page(project.id, made.id).examples[0]
    draft = SeedDraft(question="Else?")
    tries: list[Callable[[], object]] = [
        lambda: work.seeds.edit(ME, project.id, first, draft),
        lambda: work.seeds.remove_example(ME, project.id, first.id),
        lambda: work.seeds.set_task_type(ME, project.id, made.id, TaskType.OPEN),
        lambda: work.seeds.attach_database(ME, project.id, made.id, b"", "x"),
        lambda: work.seeds.detach_database(ME, project.id, made.id),
        lambda: work.seeds.remove(ME, project.id, made.id),
    ]
    for attempt in tries:
        with pytest.raises(FrozenError) as refused:
            attempt()
        assert "Make a new version" in refused.value.hint
    copy = work.seeds.new_version(ME, project.id, made.id, token="b")
    assert work.seeds.new_version(ME, project.id, made.id, token="b").id == copy.id
    twin = work.seeds.page(project.id, copy.id).examples[0]
    work.seeds.edit(ME, project.id, twin, draft)
    assert (asked(work, copy)[0], asked(work, made)[0]) == ("Else?", "Question one?")


def test_an_edit_finds_the_final_answer_and_meets_the_edits_of_others(work: Workspace, project: Project) -> None:
    made = taken(work, project)
    was = work.seeds.page(project.id, made.id).examples[1]
    now = work.seeds.edit(ME, project.id, was, SeedDraft(question="Two?", answer="It is so.\n#### 7"))
    assert (now.final, now.key) == ("7", seed_key("Two?"))
    with pytest.raises(ConflictError) as refused:
        work.seeds.edit(ME, project.id, was, SeedDraft(question="Mine?"))
    assert refused.value.current == now
    with pytest.raises(InvalidInputError, match="The question is empty"):
        work.seeds.edit(ME, project.id, now, SeedDraft(question=" "))


def test_positions_have_no_gap_after_a_removal(work: Workspace, project: Project) -> None:
    made = taken(work, project)
    work.seeds.remove_example(ME, project.id, work.seeds.page(project.id, made.id).examples[0].id)
    left = work.seeds.page(project.id, made.id)
    assert [(e.position, e.question) for e in left.examples] == [(0, "Question two?"), (1, "Question six?")]
    assert (left.total, work.seeds.get(project.id, made.id).set.n_examples) == (2, 2)


def test_examples_are_found_by_any_of_their_texts(work: Workspace, project: Project) -> None:
    made = taken(work, project)
    for text, count in (("QUESTION TWO", 1), ("#### 2", 1), ("so", 3), ("100%", 0), ("", 3)):
        assert work.seeds.page(project.id, made.id, text=text).total == count
    assert [e.position for e in work.seeds.page(project.id, made.id, start=1, size=1).examples] == [1]


def test_another_task_type_finds_the_final_answers_anew(work: Workspace, project: Project) -> None:
    made = taken(work, project)
    assert work.seeds.set_task_type(ME, project.id, made.id, TaskType.OPEN).task_type is TaskType.OPEN
    assert work.seeds.get(project.id, made.id).with_final == 0


def test_a_set_is_renamed_removed_and_restored(work: Workspace, project: Project) -> None:
    made, other = taken(work, project), taken(work, project, "Other", "b")
    with pytest.raises(ConflictError):
        work.seeds.rename(ME, project.id, made.id, "other")
    assert work.seeds.rename(ME, project.id, made.id, "Adding").label == "Adding, version 1"
    work.seeds.remove(ME, project.id, made.id)
    assert [view.set.id for view in work.seeds.sets(project.id)] == [other.id]
    work.seeds.restore(ME, project.id, made.id)
    assert len(work.seeds.sets(project.id)) == 2
    with work.context.store.read() as tx:
        kinds = [event.kind for event in events.page(tx, project.id, entity="seed_set", entity_id=str(made.id))]
    assert kinds == ["seeds restored", "seeds removed", "seeds renamed", "seeds taken in"]


def test_runs_of_a_set_are_counted_from_their_plans(work: Workspace, project: Project) -> None:
    made = taken(work, project)
    plans = [{"seeds": {"seed_set": made.id}}, {"parts": [{"seeds": {"seed_set": made.id}}] * 2}, {"seeds": None}]
    with work.context.store.write() as tx:
        for n, plan in enumerate(plans):
            tx.run(
                "INSERT INTO run(id, project_id, kind, title, plan, state, n_items, created_by, created_at)"
                " VALUES (?,?,'samples','r',?,'completed',0,'Me',1)",
                (f"r{n}", project.id, json.dumps(plan)),
            )
    assert work.seeds.get(project.id, made.id).runs == 2


def test_a_viewer_may_look_and_change_nothing(work: Workspace, project: Project) -> None:
    viewer = Principal("V", Role.VIEWER)
    made = taken(work, project)
    with pytest.raises(NotAllowedError):
        work.seeds.take_in(viewer, project.id, look(*ROWS), Taking("X"), token="x")
    with pytest.raises(NotAllowedError):
        work.seeds.rename(viewer, project.id, made.id, "X")
    with pytest.raises(NotAllowedError):
        work.seeds.add_shipped(viewer, project.id, "mathematics", token="y")


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
DRAFTS = st.builds(
    SeedDraft,
    question=TEXT.filter(str.strip),
    answer=TEXT,
    context=TEXT,
    options=st.lists(TEXT, max_size=3).map(tuple),
    final=TEXT.filter(bool),
    meta=st.dictionaries(TEXT, TEXT | st.integers(-(2**53), 2**53) | st.booleans(), max_size=3),
)


@given(st.lists(DRAFTS, min_size=1, max_size=5))
def test_what_is_exported_is_imported_equal(drafts: list[SeedDraft]) -> None:
    content = "\n".join(json.dumps(draft.model_dump(), ensure_ascii=False) for draft in drafts).encode()
    file = read(content, "x.jsonl", ReadOptions())
    assert (list(file.drafts), file.bad) == (drafts, ())


def test_an_exported_file_gives_the_same_set_again(work: Workspace, project: Project) -> None:
    made = work.seeds.add_shipped(ME, project.id, "text-to-sql", token="a")
    written = work.seeds.export_file(project.id, made.id)
    again = work.seeds.read(written.path.read_bytes(), written.path.name)
    assert (again.file.shape, again.file.task_type) == ("own", made.task_type)
    second = work.seeds.take_in(ME, project.id, again, Taking("Again"), token="b")
    both = [work.seeds.page(project.id, one.id).examples for one in (made, second)]
    assert [e.model_dump(exclude={"id", "set_id"}) for e in both[0]] == [
        e.model_dump(exclude={"id", "set_id"}) for e in both[1]
    ]


def sqlite_file(path: Path, *statements: str) -> bytes:
    database = Database(path)
    for statement in statements:
        database.execute(statement)
    database.conn.commit()
    database.close()
    return path.read_bytes()


def test_the_schema_of_a_sqlite_file_becomes_the_context(work: Workspace, project: Project, tmp_path: Path) -> None:
    made = taken(work, project)
    content = sqlite_file(
        tmp_path / "a.db", "PRAGMA journal_mode=WAL", "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)"
    )
    with_file = work.seeds.attach_database(ME, project.id, made.id, content, "a.db")
    kept = database_path(work.settings, with_file.database)
    assert kept.read_bytes()[18:20] == b"\x01\x01"  # readable without a log beside it
    assert work.seeds.get(project.id, made.id).database_bytes == len(content)
    assert work.seeds.schema(project.id, made.id) == "CREATE TABLE t (a);"
    assert work.seeds.fill_context(ME, project.id, made.id) == 3
    example = work.seeds.page(project.id, made.id).examples[0]
    assert (example.context, example.key) == ("CREATE TABLE t (a);", seed_key(example.question, "CREATE TABLE t (a);"))
    assert work.seeds.detach_database(ME, project.id, made.id).database == ""


def test_what_is_no_sound_sqlite_file_is_not_kept(work: Workspace, project: Project, tmp_path: Path) -> None:
    made = taken(work, project)
    sound = sqlite_file(tmp_path / "a.db", "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)")
    bad = [
        b"",
        b"SQLite format 3\0" + bytes(600),
        sound[:4096],
        sqlite_file(tmp_path / "b.db", "PRAGMA user_version=1"),
    ]
    for content in bad:
        with pytest.raises(ImportRejectedError):
            work.seeds.attach_database(ME, project.id, made.id, content, "a.db")
    assert work.seeds.get(project.id, made.id).set.database == ""
    with pytest.raises(NotFoundError):
        database_path(work.settings, "../../etc")


def test_every_shipped_problem_is_answered_by_the_built_in_teacher_as_its_set_says(
    work: Workspace, project: Project
) -> None:
    made = work.seeds.add_shipped(ME, project.id, "mathematics", token="a")
    with work.context.store.read() as tx:
        examples = seeds.examples(tx, made.id)
    assert len(examples) == 200
    for example in examples:
        solved = solve(example.question)
        assert solved is not None
        assert example.answer.endswith(f"Final answer: {solved.answer}"), example.question
    assert work.seeds.get(project.id, made.id).repeats == 0


def test_every_shipped_query_returns_rows_of_its_database(work: Workspace, project: Project, tmp_path: Path) -> None:
    made = work.seeds.add_shipped(ME, project.id, "text-to-sql", token="a")
    schema = work.seeds.schema(project.id, made.id)
    database = Database(shutil.copy(database_path(work.settings, made.database), tmp_path / "copy.db"))
    examples = work.seeds.page(project.id, made.id).examples
    assert len(examples) == 20
    for example in examples:
        assert example.context == schema
        assert database.execute(example.answer).fetchall() != []
    database.close()


def test_shipped_sets_are_listed_and_added_as_versions(work: Workspace, project: Project) -> None:
    service: SeedService = work.seeds
    assert [(s.key, s.n_examples, s.has_database) for s in service.shipped()] == [
        ("mathematics", 200, False),
        ("text-to-sql", 20, True),
    ]
    numbers = [service.add_shipped(ME, project.id, "mathematics", token=token).number for token in ("a", "a", "b")]
    assert numbers == [1, 1, 2]
    with pytest.raises(NotFoundError):
        service.add_shipped(ME, project.id, "poems", token="c")
