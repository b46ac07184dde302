"""One writer for many tasks: what waits together is committed together, and a part fails alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from core.runs import writer as writer_module
from core.runs.writer import MAX_GROUP, GroupWriter
from core.store.database import IntegrityError, OperationalError, Store, Tx
from tests.engine.conftest import Bench, until


def note(token: str) -> Callable[[Tx], str]:
    """A job that writes one row; a token that is there already breaks a UNIQUE rule."""

    def job(tx: Tx) -> str:
        tx.run("INSERT INTO form_token(token, at) VALUES (?, 0)", (token,))
        return token

    return job


def tokens(store: Store) -> list[str]:
    """The rows that are on disk."""
    with store.read() as tx:
        return [row["token"] for row in tx.rows("SELECT token FROM form_token ORDER BY rowid")]


def with_writer(bench: Bench, work: Callable[[GroupWriter], Coroutine[Any, Any, None]]) -> None:
    """Run `work` with a writer on the bench's store, then close it."""

    async def go() -> None:
        writer = GroupWriter(bench.store)
        try:
            await work(writer)
        finally:
            await writer.close()

    asyncio.run(go())


async def together(writer: GroupWriter, *jobs: Callable[[Tx], Any]) -> list[Any]:
    """Results or exceptions of jobs that are sure to wait in one group: all are there before the loop turns."""
    return await asyncio.gather(*[writer.submit(job) for job in jobs], return_exceptions=True)


def test_a_result_comes_after_its_commit(bench: Bench) -> None:
    async def work(writer: GroupWriter) -> None:
        other = Store(bench.store.path)
        for n in range(5):
            assert await writer.run(note(f"t{n}")) == f"t{n}"
            assert f"t{n}" in tokens(other)
        other.close()

    with_writer(bench, work)


def test_jobs_that_wait_share_one_commit(bench: Bench) -> None:
    async def work(writer: GroupWriter) -> None:
        def watched(token: str) -> Callable[[Tx], int]:
            def job(tx: Tx) -> int:
                note(token)(tx)
                other = Store(bench.store.path)
                on_disk = len(tokens(other))
                other.close()
                return on_disk

            return job

        assert await together(writer, *(watched(f"t{n}") for n in range(10))) == [0] * 10
        assert tokens(bench.store) == [f"t{n}" for n in range(10)]
        seen = await together(writer, *(watched(f"u{n}") for n in range(MAX_GROUP + 5)))
        assert sorted(set(seen)) == [10, 10 + MAX_GROUP]

    with_writer(bench, work)


def test_a_job_that_fails_leaves_nothing_and_takes_no_other_down(bench: Bench) -> None:
    def half(tx: Tx) -> None:
        note("half")(tx)
        raise ValueError("after the first write")

    async def work(writer: GroupWriter) -> None:
        done = await together(writer, note("a"), note("a"), half, note("b"))
        assert done[0] == "a"
        assert isinstance(done[1], IntegrityError)
        assert isinstance(done[2], ValueError)
        assert done[3] == "b"
        assert tokens(bench.store) == ["a", "b"]
        assert await writer.run(note("c")) == "c"

    with_writer(bench, work)


def test_when_the_whole_group_is_lost_everybody_is_told(bench: Bench) -> None:
    """Some errors, a full disk among them, make SQLite roll the whole transaction back by itself."""

    def fatal(tx: Tx) -> None:
        tx.run("INSERT OR ROLLBACK INTO form_token(token, at) VALUES ('a', 0)")

    async def work(writer: GroupWriter) -> None:
        done = await together(writer, note("a"), fatal, note("b"))
        assert all(isinstance(end, Exception) for end in done)
        assert tokens(bench.store) == []
        assert await together(writer, note("c"), note("d")) == ["c", "d"]

    with_writer(bench, work)


def test_a_commit_that_fails_is_an_error_of_every_job_in_it(bench: Bench) -> None:
    def orphan(tx: Tx) -> None:
        tx.run("PRAGMA defer_foreign_keys=ON")
        tx.run("INSERT INTO deck(project_id, key, position) VALUES ('nobody', 'k', 0)")

    async def work(writer: GroupWriter) -> None:
        done = await together(writer, note("a"), orphan, note("b"))
        assert all(isinstance(end, IntegrityError) for end in done)
        assert tokens(bench.store) == []
        assert await writer.run(note("c")) == "c"

    with_writer(bench, work)


def test_a_caller_that_is_cancelled_does_not_undo_what_it_submitted(bench: Bench) -> None:
    async def work(writer: GroupWriter) -> None:
        task = asyncio.create_task(writer.run(note("kept")))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with_writer(bench, work)
    assert tokens(bench.store) == ["kept"]


def test_closing_finishes_what_waits(bench: Bench) -> None:
    async def work(writer: GroupWriter) -> None:
        tasks = [asyncio.create_task(writer.run(note(f"t{n}"))) for n in range(200)]
        await asyncio.sleep(0)
        await writer.close()
        assert await asyncio.gather(*tasks) == [f"t{n}" for n in range(200)]

    with_writer(bench, work)


def test_an_urgent_job_does_not_wait_for_others_to_gather(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(writer: GroupWriter) -> None:
        writer._usual._gather = 30.0
        slow = asyncio.create_task(writer.run(note("usual")))
        await asyncio.sleep(0)
        assert await asyncio.wait_for(writer.run(note("urgent"), urgent=True), 10) == "urgent"
        assert tokens(bench.store) == ["urgent"]
        assert not slow.done()
        await writer.close()
        assert await slow == "usual"

    asyncio.run(work(GroupWriter(bench.store)))


def test_what_meets_a_full_disk_is_written_once_there_is_room(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "TROUBLE_SECONDS", 0.001)
    relieved: list[int] = []

    def until_relieved(tx: Tx) -> str:
        note("a")(tx)
        if len(relieved) < 3:
            raise OperationalError("database or disk is full")
        return "written"

    async def go() -> None:
        writer = GroupWriter(bench.store, lambda: relieved.append(1))
        assert await together(writer, until_relieved, note("b")) == ["written", "b"]
        await writer.close()

    asyncio.run(go())
    assert len(relieved) == 3
    assert tokens(bench.store) == ["a", "b"]


def test_closing_does_not_wait_for_a_disk_that_stays_full(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "TROUBLE_SECONDS", 0.001)
    tries: list[Tx] = []

    def full(tx: Tx) -> None:
        tries.append(tx)
        raise OperationalError("database or disk is full")

    async def work(writer: GroupWriter) -> None:
        task = asyncio.create_task(writer.run(full))
        await until(lambda: len(tries) > 2)
        assert not task.done()
        await asyncio.wait_for(writer.close(), 10)
        with pytest.raises(OperationalError):
            await task

    with_writer(bench, work)


def test_another_writer_is_waited_for_without_stopping_the_loop(bench: Bench) -> None:
    other = Store(bench.store.path)

    async def work(writer: GroupWriter) -> None:
        with other.write() as tx:
            note("other")(tx)
            task = asyncio.create_task(writer.run(note("mine"), urgent=True))
            for _ in range(20):
                await asyncio.sleep(0.005)
            assert not task.done()
        assert await asyncio.wait_for(task, 10) == "mine"

    with_writer(bench, work)
    other.close()
    assert tokens(bench.store) == ["other", "mine"]


def test_a_slow_disk_is_waited_for_in_the_thread_and_commits_are_shared(bench: Bench) -> None:
    async def work(writer: GroupWriter) -> None:
        for lane in (writer._usual, writer._urgent):
            lane._disk_seconds = 1.0
            lane.quick = False
        assert await together(writer, note("a"), note("b")) == ["a", "b"]
        assert await writer.run(note("c"), urgent=True) == "c"
        assert writer._urgent._working is None, "urgent jobs share the usual commits now"

    with_writer(bench, work)
    assert tokens(bench.store) == ["a", "b", "c"]


def test_a_lock_that_is_held_for_very_long_fails_nobody(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Store.write
    refused: list[bool] = []

    @contextmanager
    def held(store: Store, *, patient: bool = True) -> Iterator[Tx]:
        if len(refused) < 5:
            refused.append(patient)
            raise OperationalError("database is locked")
        with whole(store, patient=patient) as tx:
            yield tx

    async def work(writer: GroupWriter) -> None:
        monkeypatch.setattr(Store, "write", held)
        assert await asyncio.wait_for(writer.run(note("late")), 10) == "late"
        assert sum(refused) >= 2, "it was waited for patiently, more than once"

    with_writer(bench, work)
    assert tokens(bench.store) == ["late"]
