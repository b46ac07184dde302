"""The history: append-only, chained, readable back to its beginning."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.store import events
from core.store.database import IntegrityError, Store, Tx
from tests.unit.conftest import T0, scratch

COLUMNS = [name for name in events.Event.model_fields if name != "id"]
QUICK = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _write(tx: Tx, count: int = 5) -> list[int]:
    return [
        events.append(tx, "p1", "Ada", T0 + i, "edited", ("node", i % 2), before={"n": i}, after="\u00fc", batch="b")
        for i in range(count)
    ]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE event SET person='Eve'",
        "UPDATE event SET hash='0' WHERE id=3",
        "DELETE FROM event",
        "DELETE FROM event WHERE id=5",
        (
            "INSERT OR REPLACE INTO event(id, project_id, at, person, kind, entity, entity_id, previous, hash)"
            " SELECT id, project_id, at, 'Eve', kind, entity, entity_id, previous, hash FROM event WHERE id=3"
        ),
    ],
)
def test_what_was_written_is_neither_changed_nor_deleted(store: Store, sql: str) -> None:
    with store.write() as tx:
        _write(tx)
    with pytest.raises(IntegrityError, match="append-only"), store.write() as tx:
        tx.run(sql)
    with store.read() as tx:
        assert events.broken_link(tx) is None
        assert tx.value("SELECT count(*) FROM event WHERE person='Ada'") == 5


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("victim", [1, 3, 5])
def test_a_change_made_behind_the_triggers_is_found(store: Store, column: str, victim: int) -> None:
    with scratch(store) as tx:
        ids = _write(tx)
        assert events.broken_link(tx) is None
        tx.run("DROP TRIGGER event_no_update")
        value = 1.5 if column == "at" else "changed"
        tx.run(f"UPDATE event SET {column}=? WHERE id=?", (value, ids[victim - 1]))
        assert events.broken_link(tx) == ids[victim - 1]


def test_a_row_taken_out_of_the_middle_or_put_in_is_found(store: Store) -> None:
    with scratch(store) as tx:
        ids = _write(tx)
        tx.run("DROP TRIGGER event_no_delete")
        tx.run("DELETE FROM event WHERE id=?", (ids[2],))
        assert events.broken_link(tx) == ids[3]
    with scratch(store) as tx:
        ids = _write(tx)
        tx.run("DROP TRIGGER event_no_update")
        tx.run("UPDATE event SET id=id+10 WHERE id>=?", (ids[3],))
        tx.run(
            "INSERT INTO event SELECT 4, project_id, at, person, kind, entity, entity_id, before, after, batch,"
            " previous, 'x' FROM event WHERE id=3"
        )
        assert events.broken_link(tx) == 4


ODD = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.none() | st.integers() | ODD | st.dictionaries(ODD, ODD | st.floats(allow_nan=False), max_size=3)


@QUICK
@given(st.lists(st.tuples(ODD, ODD, st.integers(0, 2**40) | st.floats(0, 2e9), VALUES, VALUES), max_size=6))
def test_whatever_is_written_reads_back_and_the_chain_holds(
    store: Store, rows: list[tuple[str, str, float, object, object]]
) -> None:
    with scratch(store) as tx:
        for person, kind, at, before, after in rows:
            events.append(tx, "p", person, at, kind, ("node", 1), before=before, after=after)
        assert events.broken_link(tx) is None
        found = events.page(tx, "p")
        assert [e.person for e in reversed(found)] == [row[0] for row in rows]
        assert [json.loads(e.after) if e.after else None for e in reversed(found)] == [row[4] for row in rows]


def test_a_page_goes_on_below_the_last_one(store: Store) -> None:
    with scratch(store) as tx:
        ids = _write(tx, 7)
        events.append(tx, "p2", "Ada", T0, "edited", ("node", 0))
        first = events.page(tx, "p1", size=4)
        second = events.page(tx, "p1", size=4, below=first[-1].id)
        assert [e.id for e in first + second] == ids[::-1]
        assert [e.id for e in events.page(tx, "p1", entity="node", entity_id="1")] == [ids[5], ids[3], ids[1]]
