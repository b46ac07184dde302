"""Dataset versions: what is frozen does not change, not even by SQL."""

from __future__ import annotations

import json

import pytest

from core.domain.filters import SampleFilter
from core.domain.records import Export
from core.domain.states import DatasetState
from core.errors import NotFoundError
from core.interchange.dataset_rows import full_row
from core.store import datasets, exports, samples
from core.store.database import IntegrityError, Tx
from tests.unit.conftest import T0, World, plant_project, scratch
from tests.unit.test_samples import plant_sample


def _draft(tx: Tx, ident: str, project: str = "p1") -> None:
    row = {"id": ident, "project_id": project, "name": "First", "filter": {"review": "accepted"}}
    datasets.insert(tx, {**row, "created_by": "Ada", "created_at": T0, "token": f"token of {ident}"})


def _items(tx: Tx, world: World, count: int) -> list[tuple[int, int, int, str, str, str]]:
    made = [samples.get(tx, "p1", plant_sample(tx, world, question=f"Why {i}?")) for i in range(count)]
    return [
        (i, s.id, s.revision, s.content_hash, "train" if i else "validation", json.dumps({"q": s.question}))
        for i, s in enumerate(made)
    ]


@pytest.fixture
def frozen(world: World) -> World:
    """The project with a frozen dataset `d1` of three rows, an empty frozen `d2` and a draft `d3`."""
    with world.store.write() as tx:
        for ident in ("d1", "d2", "d3"):
            _draft(tx, ident)
        datasets.add_items(tx, "d1", _items(tx, world, 3))
        datasets.finish(tx, "d1", 3, {"license": "CC-BY-4.0"}, T0)
        datasets.finish(tx, "d2", 0, {}, T0)
        datasets.freeze(tx, "d1", T0)
        datasets.freeze(tx, "d2", T0)
    return world


CHANGES = [
    "UPDATE dataset SET name='Other' WHERE id=:d",
    "UPDATE dataset SET state='draft' WHERE id=:d",
    "UPDATE dataset SET card='{}' WHERE id=:d",
    "UPDATE dataset SET n_items=n_items+1 WHERE id=:d",
    "UPDATE dataset SET id='other' WHERE id=:d",
    "DELETE FROM dataset WHERE id=:d",
    (
        "INSERT OR REPLACE INTO dataset(id, project_id, name, number, filter, state, created_by, created_at)"
        " SELECT id, project_id, 'Other', number, filter, 'draft', created_by, created_at FROM dataset WHERE id=:d"
    ),
    "INSERT INTO dataset_item SELECT :d, 99, id, 1, content_hash, 'train', '{}' FROM sample LIMIT 1",
]
ROW_CHANGES = [
    "UPDATE dataset_item SET row='{}' WHERE position=1",
    "UPDATE dataset_item SET split='train'",
    "UPDATE dataset_item SET content_hash='x'",
    "UPDATE dataset_item SET dataset_id='d3'",
    "DELETE FROM dataset_item WHERE position=1",
    "DELETE FROM dataset_item",
    (
        "INSERT OR REPLACE INTO dataset_item"
        " SELECT dataset_id, position, sample_id, revision, content_hash, split, '{}' FROM dataset_item"
    ),
    "DELETE FROM revision",
]


@pytest.mark.parametrize("dataset", ["d1", "d2"])
@pytest.mark.parametrize("sql", CHANGES)
def test_a_frozen_dataset_refuses_every_change(frozen: World, sql: str, dataset: str) -> None:
    with frozen.store.read() as tx:
        before = tx.rows("SELECT * FROM dataset"), tx.rows("SELECT * FROM dataset_item")
    with pytest.raises(IntegrityError, match="does not change"), frozen.store.write() as tx:
        tx.run(sql, {"d": dataset})
    with frozen.store.read() as tx:
        assert (tx.rows("SELECT * FROM dataset"), tx.rows("SELECT * FROM dataset_item")) == before


@pytest.mark.parametrize("sql", ROW_CHANGES)
def test_a_frozen_row_refuses_every_change(frozen: World, sql: str) -> None:
    with frozen.store.read() as tx:
        before = tx.rows("SELECT * FROM dataset_item")
    with pytest.raises(IntegrityError), frozen.store.write() as tx:
        tx.run(sql)
    with frozen.store.read() as tx:
        assert tx.rows("SELECT * FROM dataset_item") == before


def test_an_edit_of_a_sample_leaves_what_was_frozen_as_it_was(frozen: World) -> None:
    with frozen.store.write() as tx:
        before = list(datasets.rows(tx, "d1"))
        sample = samples.page(tx, "p1", SampleFilter())[0]
        samples.revise(tx, sample, "Other?", "Other.", "Ada", T0)
        assert list(datasets.rows(tx, "d1")) == before
        assert before[0] == {"split": "validation", "row": {"q": "Why 0?"}}
        assert [row["row"]["q"] for row in datasets.rows(tx, "d1", limit=2)] == ["Why 0?", "Why 1?"]


def test_freezing_twice_changes_nothing(frozen: World) -> None:
    with frozen.store.write() as tx:
        before = datasets.get(tx, "p1", "d1")
        datasets.freeze(tx, "d1", T0 + 99)
        assert datasets.get(tx, "p1", "d1") == before
        assert (before.state, before.n_items, before.frozen_at) == (DatasetState.FROZEN, 3, T0)


def test_a_draft_can_be_filled_emptied_and_given_up(frozen: World) -> None:
    with frozen.store.write() as tx:
        datasets.add_items(tx, "d3", _items(tx, frozen, 5))
        assert [datasets.drop_items(tx, "d3", 3) for _ in range(3)] == [3, 2, 0]
        datasets.add_items(tx, "d3", _items(tx, frozen, 1))
        datasets.discard(tx, "d3")
        assert datasets.leftovers(tx) == ["d3"]
        assert (datasets.drop_items(tx, "d3", 9), datasets.leftovers(tx)) == (1, [])
        with pytest.raises(NotFoundError):
            datasets.get(tx, "p1", "d3")
    with pytest.raises(IntegrityError), frozen.store.write() as tx:
        datasets.add_items(tx, "d3", _items(tx, frozen, 1))


def test_what_is_not_prepared_is_not_frozen(frozen: World) -> None:
    with frozen.store.write() as tx:
        datasets.freeze(tx, "d3", T0)
        assert datasets.get(tx, "p1", "d3").state is DatasetState.DRAFT


def test_a_frozen_version_is_neither_filled_again_nor_given_up(frozen: World) -> None:
    with frozen.store.write() as tx:
        datasets.discard(tx, "d1")
        assert datasets.get(tx, "p1", "d1").state is DatasetState.FROZEN
        with pytest.raises(NotFoundError):
            datasets.begin(tx, "d1")


def test_a_row_names_a_revision_that_exists(frozen: World) -> None:
    with scratch(frozen.store) as tx:
        ident = plant_sample(tx, frozen)
        for revision, split in ((2, "train"), (1, "other")):
            with pytest.raises(IntegrityError):
                datasets.add_items(tx, "d3", [(0, ident, revision, "h", split, "{}")])
        datasets.add_items(tx, "d3", [(0, ident, 1, "h", "train", "{}")])


def test_versions_are_numbered_in_each_project_and_a_form_makes_one(frozen: World) -> None:
    with frozen.store.write() as tx:
        plant_project(tx, "p2")
        _draft(tx, "d4", "p2")
        assert datasets.get(tx, "p2", "d4").number is None
        datasets.finish(tx, "d4", 0, {}, T0)
        datasets.freeze(tx, "d4", T0)
        assert [dataset.number for dataset in datasets.page(tx, "p1")] == [2, 1]
        assert [dataset.id for dataset in datasets.drafts(tx, "p1")] == ["d3"]
        assert datasets.get(tx, "p2", "d4").number == 1
        found = datasets.find_by_token(tx, "token of d1")
        assert found is not None
        assert found.id == "d1"
        with pytest.raises(NotFoundError):
            datasets.get(tx, "p2", "d1")
    row = {"id": "d5", "project_id": "p1", "name": "", "filter": {}, "created_by": "Ada", "created_at": T0}
    with pytest.raises(IntegrityError), frozen.store.write() as tx:
        datasets.insert(tx, {**row, "token": "token of d1"})


def test_files_written_from_a_dataset_are_listed_newest_first_and_each_once(frozen: World) -> None:
    with frozen.store.write() as tx:
        for number, name in enumerate(("a", "b", "a", "c")):
            file = {"id": f"e{number}", "dataset_id": "d1", "format": "jsonl", "file": f"{name}.jsonl", "rows": 3}
            rest = {"bytes": 9, "sha256": "0" * 64, "at": T0 + number, "person": "Ada"}
            exports.keep(tx, Export.model_validate({**file, **rest}))
        assert [export.id for export in exports.of_dataset(tx, "d1")] == ["e3", "e2", "e1"]


def test_a_row_names_the_call_that_judged_it(world: World) -> None:
    with world.store.write() as tx:
        sample = samples.get(tx, "p1", plant_sample(tx, world, lineage={}))
    said = {"content_hash": sample.content_hash, "passed": 1, "detail": ""}
    found = [
        {**said, "method": "judge", "request_id": 7, "model": "m"},
        {**said, "method": "reference", "request_id": None, "model": None},
    ]
    told = full_row(sample, None, "reviewer 1", found)["verification"]
    assert [(one["method"], one["by"]) for one in told] == [
        ("judge", {"request": 7, "model": "m"}),
        ("reference", None),
    ]
