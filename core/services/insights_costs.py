"""Every nano-dollar of the ledger with the strategy, teacher, discipline, seed set and run that it was spent for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from pydantic import TypeAdapter, ValidationError

from core.analysis.quality import Cells, Counts, Dimension, Place, added_up, collected, total
from core.domain.calls import Stage
from core.domain.plans import MixedPlan, Plan, SamplesPlan, parts_of, roster
from core.domain.strategies import Strategy
from core.domain.taxonomy import Origin
from core.services.shelf import Shelf
from core.store import reports, reports_costs
from core.store.database import Tx

_PLAN: TypeAdapter[Plan] = TypeAdapter(Plan)
_NONE = {
    Dimension.STRATEGY: "not attributable",
    Dimension.TEACHER: "no teacher",
    Dimension.DISCIPLINE: "no discipline",
    Dimension.SEED_SET: "no seed set",
    Dimension.RUN: "no run",
}


@dataclass(frozen=True, slots=True)
class Group:
    """A group of one dimension: what it is called, what it holds, and where its work was done."""

    key: object
    name: str
    counts: Counts
    strategies: tuple[str, ...]
    teachers: tuple[str, ...]
    runs: tuple[str, ...]

    @property
    def strategy(self) -> str:
        """The one, else that there are several."""
        return self.strategies[0] if len(self.strategies) == 1 else "several strategies" if self.strategies else "none"

    @property
    def teacher(self) -> str:
        """The one that answered, else that there are several."""
        return self.teachers[0] if len(self.teachers) == 1 else "several teachers" if self.teachers else "nobody"


@dataclass(frozen=True)
class Costs:
    """All cells of a project, with the names of their places: "run", "discipline", "seed_set" and "connection"."""

    cells: Cells
    names: Mapping[str, Mapping[Any, str]]

    @cached_property
    def _parts(self) -> Counter[str]:
        return Counter(run for run, _ in {(place.run, place.part) for place in self.cells})

    @cached_property
    def _known_as(self) -> Counter[str]:
        return Counter(teacher[1] for teacher in {place.teacher for place in self.cells} if teacher)

    @property
    def total(self) -> Counts:
        """Of everything; its cost and calls are the ledger's."""
        return total(self.cells)

    @property
    def unattributed(self) -> dict[str, Counts]:
        """What making samples did not cost. Taxonomy, subjects and syllabi: kind of run -> its sums."""
        rest = [(place, counts) for place, counts in self.cells.items() if not place.attributable]
        return added_up(rest, lambda place: place.kind)

    @property
    def reused(self) -> int:
        """Samples whose answer another run paid for, most often a preview."""
        return self.total.reused

    def groups(self, dimension: Dimension, *, everyone: bool = False) -> list[Group]:
        """Those that samples are attributed to, the dearest first: what runs made, with `everyone` all samples."""
        chosen = {
            place: counts
            for place, counts in self.cells.items()
            if place.attributable and (everyone or place.by_run or dimension is Dimension.STRATEGY)
        }
        sums = added_up(chosen.items(), lambda place: place.along(dimension))
        places: dict[object, list[Place]] = {}
        for place in chosen:
            places.setdefault(place.along(dimension), []).append(place)
        made = [self._group(dimension, key, counts, places[key]) for key, counts in sums.items()]
        return sorted(made, key=lambda group: (-group.counts.cost, -group.counts.samples, group.name))

    def _group(self, dimension: Dimension, key: object, counts: Counts, places: Sequence[Place]) -> Group:
        return Group(
            key,
            self.name_of(dimension, key, places),
            counts,
            _listed([strategy_name(place.strategy) for place in places if place.strategy]),
            _listed([self.teacher_name(place.teacher) for place in places if place.teacher]),
            tuple(sorted({place.run for place in places if place.run}, reverse=True)),
        )

    def name_of(self, dimension: Dimension, key: object, places: Sequence[Place] = ()) -> str:
        """The group in words."""
        if key is None:
            return _NONE[dimension]
        if dimension is Dimension.STRATEGY:
            return strategy_name(str(key))
        if dimension is Dimension.TEACHER:
            return self.teacher_name(key)
        if dimension is Dimension.RUN:
            return self._run_name(key, places)
        return self.names[dimension.value].get(key, f"{dimension.value.replace('_', ' ')} {key}")

    def teacher_name(self, teacher: object) -> str:
        """The model; with its connection where another connection has a model of the same name."""
        connection, model = teacher if isinstance(teacher, tuple) else ("", str(teacher))
        return (
            model if self._known_as[model] < 2 else f"{model} at {self.names['connection'].get(connection, connection)}"
        )

    def _run_name(self, key: object, places: Sequence[Place]) -> str:
        run, part = key if isinstance(key, tuple) else (str(key), 0)
        title = self.names["run"].get(run, run)
        if self._parts[run] < 2:
            return title
        return f"{title}, part {part + 1}: {strategy_name(places[0].strategy if places else None)}"


def strategy_name(strategy: str | None) -> str:
    """As people read it."""
    known = {**{each.value: each.label for each in Strategy}, "demo": "Demo content"}
    return known.get(strategy or "", strategy or "none")


def _listed(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name, _ in Counter(names).most_common())


@dataclass(frozen=True, slots=True)
class Paid:
    """What calls cost and how items ended: by stage, and in cells without samples. No verdict changes it."""

    stages: Sequence[Mapping[str, Any]]
    cells: Cells


def read_paid(tx: Tx, project_id: str, known: Shelf | None = None) -> Paid:
    """From one snapshot; of the runs that are `known` and did not go on since nothing is read."""
    where, known = _Whereabouts(tx, project_id), known or Shelf(1)
    runs = [
        known.get(key, partial(_paid_by, tx, where, str(key[0]))) for key in reports_costs.run_revisions(tx, project_id)
    ]
    return Paid(_added(row for run in runs for row in run.stages), collected(p for r in runs for p in r.cells.items()))


def _paid_by(tx: Tx, where: _Whereabouts, run: str) -> Paid:
    pieces = [
        *((where.of_item(row, row["kind"]), _spent(row)) for row in reports_costs.spend(tx, run)),
        *((where.of_item(row, "samples"), _ended(row)) for row in reports_costs.items(tx, run)),
    ]
    return Paid(reports.spend_by_stage(tx, "", run), collected(pieces))


def _added(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of `spend_by_stage` of several runs as one of each stage."""
    sums: dict[str, dict[str, Any]] = {}
    for row in rows:
        known = sums.get(row["stage"])
        added = {name: value + known[name] for name, value in row.items() if name != "stage"} if known else {}
        sums[row["stage"]] = {**row, **added}
    return [sums[stage] for stage in sorted(sums)]


def read_costs(tx: Tx, project_id: str, paid: Paid | None = None) -> Costs:
    """All cells from one snapshot; `paid` is that of `read_paid` where it is known."""
    paid = paid or read_paid(tx, project_id)
    made = ((of_sample(row), _made(row)) for row in reports_costs.samples(tx, project_id))
    cells = collected([*paid.cells.items(), *made])
    nodes = {place.discipline for place in cells if place.discipline is not None}
    sets = {place.seed_set for place in cells if place.seed_set is not None}
    return Costs(cells, reports_costs.names(tx, project_id, nodes, sets))


def of_sample(row: Mapping[str, Any]) -> Place:
    """The place of a sample."""
    return Place(
        "samples",
        row["run_id"],
        row["part"],
        row["strategy"],
        (row["connection_id"], row["model"]) if row["model"] else None,
        row["node_id"],
        row["seed_set"],
        row["origin"],
    )


class _Whereabouts:
    """The place of an item: its teacher stands in the plan of its run, its discipline where its subject stands."""

    def __init__(self, tx: Tx, project_id: str) -> None:
        self._subjects = reports_costs.homes(tx, project_id)
        self._teachers = {run: _answerers(plan) for run, plan in reports_costs.plans(tx, project_id).items()}

    def of_item(self, row: Mapping[str, Any], kind: str) -> Place:
        """A row of `reports_costs.spend` or `reports_costs.items`."""
        if kind != "samples":
            return Place(kind, row["run_id"])
        node = row["parent_node"] if row["subject_id"] is None else self._home(row["subject_id"])
        strategy = row["strategy"] or Strategy.GLAN.value
        teacher = self._teacher(row["home"], row["part"], row["seat"])
        return Place(kind, row["run_id"], row["part"], strategy, teacher, node, row["seed_set"])

    def _home(self, subject: int) -> int | None:
        seen: set[int] = set()
        node: int | None = None
        step: int | None = subject
        while step is not None and step not in seen and step in self._subjects:
            seen.add(step)
            node, step = self._subjects[step]
        return node

    def _teacher(self, run: str, part: int, seat: int | None) -> tuple[str, str] | None:
        seats, usual = self._teachers.get(run, ((), ()))
        if seat is not None:
            return seats[seat] if seat < len(seats) else None
        return usual[part] if part < len(usual) else None


_Teachers = tuple[tuple[str, str], ...]


def _answerers(plan: str) -> tuple[_Teachers, _Teachers]:
    """The roster of a plan, and for each part who answers where an item does not say."""
    try:
        known = _PLAN.validate_json(plan)
    except ValidationError:
        return (), ()
    if not isinstance(known, SamplesPlan | MixedPlan):
        return (), ()
    seats = tuple((choice.connection, choice.model) for choice in roster(known))
    usual = [part.choices(Stage.ANSWER)[0].teacher for part in parts_of(known)]
    return seats, tuple((choice.connection, choice.model) for choice in usual)


def _spent(row: Mapping[str, Any]) -> Counts:
    return Counts(cost=row["cost"], calls=row["calls"])


def _ended(row: Mapping[str, Any]) -> Counts:
    return Counts(ended=row["ended"], dropped=row["dropped"], failed=row["failed"])


def _made(row: Mapping[str, Any]) -> Counts:
    own = row["origin"] == Origin.MODEL
    return Counts(
        samples=row["samples"],
        generated=row["samples"] if own else 0,
        checked=row["verified"] if own else 0,
        kept=row["accepted"] if own else 0,
        verified=row["verified"],
        refuted=row["refuted"],
        accepted=row["accepted"],
        rejected=row["rejected"],
        reused=row["reused"],
    )
