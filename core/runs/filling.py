"""The texts that an item only names: syllabus, seed examples, parent sample. They are put beside it to be worked on."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from core.domain.seeds import SeedExample
from core.domain.strategies import TaskType
from core.settings import Settings
from core.store import curricula, repair_wishes, runs, samples, seeds, task_pool
from core.store.database import Tx
from core.store.seed_files import database_path

MOST_KEPT = 400
FREE = ("execution", "reference")  # checks without a call


class Filler:
    """Fills the items of one process; texts that come again and again are kept for a while."""

    def __init__(self, texts: Mapping[str, str] = MappingProxyType({}), *, settings: Settings | None = None) -> None:
        """`texts` are syllabi by hash that are not stored yet; `settings` say where SQLite files of seed sets lie."""
        self._kept: OrderedDict[tuple[str, object], Any] = OrderedDict()
        self._texts = texts
        self._settings = settings

    def fill(self, tx: Tx, project_id: str, spec: Mapping[str, Any]) -> dict[str, Any]:
        """The item with what it names; the documentation of `Planned` lists it. Raises NotFoundError."""
        full = dict(spec)
        if "syllabus_hash" in spec:
            full["syllabus_text"] = self._syllabus(tx, spec["syllabus_hash"])
        if "seed_example" in spec:
            full["seed"] = self._example(tx, spec["seed_example"])
        if "seed_set" in spec and spec.get("task_type") == TaskType.TEXT_TO_SQL:
            full["database"] = self._database(tx, project_id, spec["seed_set"])
        if "shot_examples" in spec:
            full["shots"] = [self._example(tx, example_id) for example_id in spec["shot_examples"]]
        if "made_shots" in spec:
            full["made"] = [task_pool.task_of(tx, sample_id) for sample_id in spec["made_shots"]]
        if "parent_sample" in spec:
            full["parent"] = samples.get(tx, project_id, spec["parent_sample"])
        return {**full, **self._rejected(tx, project_id, spec)} if "wishes" in spec else full

    def _rejected(self, tx: Tx, project_id: str, spec: Mapping[str, Any]) -> dict[str, Any]:
        """The text that was rejected with what was said of it; "made_as" is the item that made it, with the checks
        that are made again: those of its run that cost nothing, and those that the item asks for."""
        sample = samples.get(tx, project_id, spec["sample"])
        text = samples.text_of(tx, sample.id, spec["hash"])
        wishes = repair_wishes.by_ids(tx, project_id, spec["wishes"])
        told = {
            "question": text["question"],
            "answer": text["answer"],
            "history": sample.history,
            "lineage": sample.lineage,
            "discipline": str(sample.lineage.get("discipline", "")),
            "complaints": list(dict.fromkeys(wish.words for wish in wishes)),
        }
        made = runs.item(tx, sample.run_id, sample.item_idx) if sample.run_id and sample.item_idx is not None else None
        free = {name: True for name in FREE if made and made.spec.get("checks", {}).get(name)}
        again = {**free, **spec.get("checks", {})}
        return (
            {**told, "made_as": {**self.fill(tx, project_id, made.spec), "checks": again}} if made and again else told
        )

    def _syllabus(self, tx: Tx, digest: str) -> str:
        if digest in self._texts:
            return self._texts[digest]
        key = ("syllabus", digest)
        return str(self._kept[key] if key in self._kept else self._keep(key, curricula.get_snapshot(tx, digest)))

    def _example(self, tx: Tx, example_id: int) -> SeedExample:
        key = ("seed", example_id)
        found: SeedExample = self._kept[key] if key in self._kept else self._keep(key, seeds.example(tx, example_id))
        return found

    def _database(self, tx: Tx, project_id: str, set_id: int) -> str:
        """Where the SQLite file of a seed set lies, "" for none; a set that a run uses does not change."""
        key = ("database", set_id)
        if key not in self._kept:
            digest = seeds.get(tx, project_id, set_id).database
            path = str(database_path(self._settings, digest)) if self._settings and digest else ""
            return str(self._keep(key, path))
        return str(self._kept[key])

    def _keep(self, key: tuple[str, object], value: Any) -> Any:
        while len(self._kept) >= MOST_KEPT:
            self._kept.popitem(last=False)
        self._kept[key] = value
        return value
