"""Runs, curricula, projects and forms: one worker a run, no edit lost, no form counted twice."""

from __future__ import annotations

from typing import Any

import pytest

from core.domain.records import Run
from core.domain.states import ItemState, NodeState, RunState
from core.domain.taxonomy import Origin
from core.errors import ConflictError, InvalidTransitionError, NotFoundError
from core.store import curricula, projects, runs
from core.store.database import IntegrityError, Tx
from tests.unit.conftest import T0, World, make_draft, plant_run

LEASE = 30.0


def _claim(tx: Tx, at: float = T0, owner: str = "one", **more: Any) -> Run:
    run = runs.claim(tx, owner, at, LEASE, **more)
    assert run is not None
    return run


def test_a_run_has_one_worker_at_a_time(world: World) -> None:
    with world.store.write() as tx:
        run = _claim(tx)
        assert (run.id, run.state, run.owner, run.epoch, run.started_at) == ("r1", "running", "one", 1, T0)
        assert runs.claim(tx, "two", T0 + LEASE - 1, LEASE) is None
        assert runs.active(tx, "p1") == [run]


def test_a_run_whose_worker_is_gone_is_taken_over_and_the_old_worker_is_told(world: World) -> None:
    with world.store.write() as tx:
        old = _claim(tx)
        new = _claim(tx, T0 + LEASE + 1, "two")
        assert (new.id, new.epoch, new.started_at) == (old.id, 2, T0)
        assert runs.beat(tx, old, T0 + LEASE + 2, LEASE) is None
        assert runs.finish(tx, old, RunState.COMPLETED, T0) is False
        assert runs.get(tx, "r1").state is RunState.RUNNING
        beaten = runs.beat(tx, new, T0 + LEASE + 2, LEASE)
        assert beaten is not None
        assert beaten.lease_until == T0 + 2 * LEASE + 2
        assert runs.finish(tx, new, RunState.FAILED, T0 + 99, "No key.", "Enter one.") is True
        ended = runs.get(tx, "r1", "p1")
        assert (ended.state, ended.reason, ended.hint, ended.owner) == ("failed", "No key.", "Enter one.", "")
        assert runs.beat(tx, new, T0, LEASE) is None


def test_the_oldest_run_is_taken_first_and_only_the_one_asked_for(world: World) -> None:
    with world.store.write() as tx:
        plant_run(tx, "p1", "r2")
        plant_run(tx, "p1", "r3")
        assert _claim(tx, only="r3").id == "r3"
        assert _claim(tx).id == "r1"
        assert _claim(tx).id == "r2"
        assert [run.id for run in runs.page(tx, "p1", size=2)] == ["r3", "r2"]
        assert [run.id for run in runs.page(tx, "p1", before="r2")] == ["r1"]


def test_a_run_moves_only_as_its_table_says_and_only_once(world: World) -> None:
    with world.store.write() as tx:
        queued = runs.get(tx, "r1")
        with pytest.raises(InvalidTransitionError):
            runs.shift(tx, queued, RunState.COMPLETED)
        assert runs.shift(tx, queued, RunState.CANCELLED) is True
        assert runs.shift(tx, queued, RunState.CANCELLED) is False
        assert runs.shift(tx, runs.get(tx, "r1"), RunState.QUEUED) is True
        running = _claim(tx)
        with pytest.raises(InvalidTransitionError):
            runs.finish(tx, running, RunState.QUEUED, T0)
        runs.ask_cancel(tx, "r1")
        assert runs.get(tx, "r1").cancel


def test_an_item_ends_once(world: World) -> None:
    with world.store.write() as tx:
        plant_run(tx, "p1", "r2", items=5)
        planned = [ItemState.PLANNED]
        assert [item.idx for item in runs.items(tx, "r2", states=planned, size=3)] == [0, 1, 2]
        assert [item.idx for item in runs.items(tx, "r2", states=planned, after=2, size=3)] == [3, 4]
        assert runs.end_item(tx, "r2", 0, ItemState.DONE, T0, products=[7]) is True
        assert runs.end_item(tx, "r2", 0, ItemState.FAILED, T0, error="late") is False
        runs.end_item(tx, "r2", 1, ItemState.REFUSED, T0, error="no")
        runs.end_item(tx, "r2", 2, ItemState.KNOWN, T0)
        assert runs.progress(tx, "r2") == {"done": 1, "refused": 1, "known": 1, "planned": 2}
        (done,) = runs.items(tx, "r2", states=[ItemState.DONE])
        assert (done.products, done.spec, done.error) == ((7,), {"number": 0}, "")
        assert runs.retry_items(tx, "r2") == 1
        assert runs.progress(tx, "r2") == {"done": 1, "known": 1, "planned": 3}


def test_a_form_starts_one_run(world: World) -> None:
    with world.store.write() as tx:
        plant_run(tx, "p1", "r2")
        with pytest.raises(IntegrityError):
            tx.run("UPDATE run SET token='token of r1' WHERE id='r2'")
        found = runs.find_by_token(tx, "token of r1")
        assert found is not None
        assert found.id == "r1"
        assert runs.find_by_token(tx, "other") is None
        with pytest.raises(NotFoundError):
            runs.get(tx, "r1", "p2")


def test_a_form_token_counts_once(world: World) -> None:
    with world.store.write() as tx:
        assert [projects.spend_token(tx, token, T0) for token in "aab"] == [True, False, True]


def test_project_settings_saved_from_a_stale_form_are_refused(world: World) -> None:
    with world.store.write() as tx:
        seen = projects.get(tx, "p1")
        rest: dict[str, Any] = {"guidelines": "", "reject_reasons": ["a"], "call_cap": None, "quorum": 2}
        projects.save(tx, seen, name="New", cost_cap=5, **rest)
        with pytest.raises(ConflictError) as conflict:
            projects.save(tx, seen, name="Newer", cost_cap=9, **rest)
        assert conflict.value.current == projects.get(tx, "p1")
        assert (projects.get(tx, "p1").name, projects.get(tx, "p1").caps.cost) == ("New", 5)


def test_a_subject_edited_from_a_stale_form_is_refused(world: World) -> None:
    with world.store.write() as tx:
        seen = curricula.get_subject(tx, "p1", world.subject)
        curricula.set_subject_state(tx, world.subject, NodeState.VERIFIED)
        rest: dict[str, Any] = {"level": "advanced", "introduction": "", "subtopics": ["x"]}
        with pytest.raises(ConflictError):
            curricula.edit_subject(tx, seen, name="Other", state=NodeState.PROPOSED, **rest)
        now = curricula.get_subject(tx, "p1", world.subject)
        curricula.edit_subject(tx, now, name="Other", state=NodeState.PROPOSED, **rest)
        found = curricula.find_subject(tx, world.discipline, " OTHER ")
        assert found is not None
        assert (found.id, found.subtopics) == (world.subject, ("x",))


def test_a_syllabus_is_replaced_whole_and_never_over_a_newer_one(world: World) -> None:
    with world.store.write() as tx:
        seen = curricula.find_syllabus(tx, world.subject)
        assert seen is not None
        assert [len(session.concepts) for session in seen.sessions] == [4, 4, 4]
        how: dict[str, Any] = {"state": NodeState.PROPOSED, "origin": Origin.PERSON, "touched": True}
        curricula.replace_syllabus(tx, seen, make_draft(2, 3), **how)
        now = curricula.find_syllabus(tx, world.subject)
        assert now is not None
        assert [len(session.concepts) for session in now.sessions] == [3, 3]
        assert now.version == seen.version + 1
        with pytest.raises(ConflictError) as conflict:
            curricula.replace_syllabus(tx, seen, make_draft(5, 5), **how)
        assert conflict.value.current == now
        assert curricula.find_syllabus(tx, world.subject) == now
        assert curricula.syllabi(tx, "p1") == {world.subject: (NodeState.PROPOSED, 2, 6)}


def test_a_deck_is_never_dealt_backwards(world: World) -> None:
    with world.store.write() as tx:
        for position in (5, 3, 8, 7):
            curricula.advance_deck(tx, "p1", "1:1:basic:0", position)
        assert curricula.deck_positions(tx, "p1") == {"1:1:basic:0": 8}
        assert curricula.deck_positions(tx, "p2") == {}


def test_a_snapshot_is_kept_once_under_its_hash(world: World) -> None:
    with world.store.write() as tx:
        digest = curricula.keep_snapshot(tx, "# Mechanics\n\u2028")
        assert curricula.keep_snapshot(tx, "# Mechanics\n\u2028") == digest
        assert curricula.get_snapshot(tx, digest) == "# Mechanics\n\u2028"
        assert tx.value("SELECT count(*) FROM snapshot") == 1
        with pytest.raises(NotFoundError):
            curricula.get_snapshot(tx, "0" * 64)


def test_a_removed_connection_frees_its_name_and_keeps_its_rows(world: World) -> None:
    with world.store.write() as tx:
        row = {"name": "Teacher", "kind": "openai", "base_url": "", "key_source": "file", "settings": {}}
        projects.insert_connection(tx, {**row, "id": "c1", "models": ["m"], "created_at": T0})
        projects.remove_connection(tx, "c1")
        assert projects.connections(tx) == []
        assert projects.find_connection(tx, "Teacher") is None
        assert (projects.get_connection(tx, "c1").removed, projects.get_connection(tx, "c1").key_source) == (True, "")
        projects.insert_connection(tx, {**row, "id": "c2", "models": ["m"], "created_at": T0})
    with pytest.raises(IntegrityError), world.store.write() as tx:
        projects.insert_connection(tx, {**row, "id": "c3", "models": [], "created_at": T0})
