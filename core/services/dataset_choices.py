"""What people name elsewhere than on the page: versions, and choices of a version, from a file, by names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from core.domain.dataset_wish import DatasetWish
from core.domain.naming import name_key
from core.domain.records import Dataset
from core.errors import ImportRejectedError, InvalidInputError, NotFoundError
from core.interchange import strict_json
from core.interchange.decoding import decode
from core.services.context import Context
from core.store import benchmarks, datasets, nodes, samples
from core.store.database import Tx

_LARGEST = 1024 * 1024


class DatasetChoices:
    """See the module. All of them are wishes as the page makes them."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def version(self, project_id: str, named: str) -> Dataset:
        """The frozen version with this number or id; raises NotFoundError."""
        with self._c.store.read() as tx:
            return datasets.version(tx, project_id, named)

    def like(self, project_id: str, named: str) -> DatasetWish:
        """What that version was made from."""
        return DatasetWish.model_validate(self.version(project_id, named).filter)

    def from_file(self, project_id: str, content: bytes, name: str) -> DatasetWish:
        """The choice in a JSON file, which is it or, like the manifest of a dataset file, holds it as "filter".

        Raises ImportRejectedError, and NotFoundError where it names what this project does not have.
        """
        value = strict_json.loads(decode(content, _LARGEST))
        chosen = value.get("filter", value) if isinstance(value, dict) else value
        if not isinstance(chosen, dict):
            hint = "Choose the manifest of a dataset file, or what --dry-run with --json prints."
            raise ImportRejectedError(0, f"{name} holds no choice.", hint)
        wish = _wish(chosen)
        with self._c.store.read() as tx:
            _must_be_ours(tx, project_id, value, wish)
        return wish

    def disciplines(self, project_id: str, names: Iterable[str]) -> tuple[int, ...]:
        """Those with samples that are called so, by their ids; raises NotFoundError."""
        with self._c.store.read() as tx:
            return _called("discipline with samples", names, samples.disciplines(tx, project_id))

    def benchmarks(self, project_id: str, names: Iterable[str]) -> tuple[int, ...]:
        """The files that are called so and not removed, by their ids; raises NotFoundError."""
        with self._c.store.read() as tx:
            there = {each.id: each.name for each in benchmarks.page(tx, project_id)}
        return _called("benchmark file", names, there)


def _wish(chosen: Mapping[str, Any]) -> DatasetWish:
    try:
        return DatasetWish.model_validate(chosen)
    except ValidationError as error:
        first = error.errors()[0]
        place = " > ".join(str(part + 1) if isinstance(part, int) else part for part in first["loc"])
        raise ImportRejectedError(0, f"{place}: {first['msg']}.", "Mend this value and try again.") from error


def _must_be_ours(tx: Tx, project_id: str, file: Mapping[str, Any], wish: DatasetWish) -> None:
    """Ids of another project would choose something else here."""
    made_by = file.get("dataset")
    if isinstance(made_by, dict) and (wish.disciplines or wish.benchmarks):
        try:
            datasets.get(tx, project_id, str(made_by.get("id")))
        except NotFoundError as error:
            raise InvalidInputError(
                "This choice names disciplines or benchmark files of another project.",
                "Take them out of the file and name those of this project.",
            ) from error
    gone = set(wish.disciplines) - {node.id for node in nodes.get_many(tx, project_id, set(wish.disciplines))}
    if gone:
        raise NotFoundError(f"There is no discipline {min(gone)} in this project.", "Take it out of the file.")
    for each in wish.benchmarks:
        benchmarks.get(tx, project_id, each)


def _called(what: str, names: Iterable[str], there: Mapping[int, str]) -> tuple[int, ...]:
    known = {name_key(name): ident for ident, name in there.items()}
    for name in names:
        if name_key(name) not in known:
            offered = ", ".join(sorted(map(repr, there.values()))) or "none"
            raise NotFoundError(f"There is no {what} named {name!r}.", f"There are: {offered}.")
    return tuple(known[name_key(name)] for name in names)
