"""What a strategy is to the rest: plans become items, items become samples."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.domain.plans import SamplesPlan
from core.domain.seeds import SeedSet
from core.domain.strategies import Strategy, TaskType
from core.generation.calls import Build, Spec
from core.generation.drawing import Source
from core.generation.products import Ask, SampleMade


@dataclass(frozen=True, slots=True)
class Material:
    """What a plan draws on. `examples` are (position, id) of the chosen seed examples, by position; `parents` the ids
    of the samples to continue, oldest first. `first` says that only so many items are wanted, the plan's first ones.
    """

    sources: Sequence[Source] = ()
    seed_set: SeedSet | None = None
    examples: Sequence[tuple[int, int]] = ()
    parents: Sequence[int] = ()
    first: int | None = None

    def turns(self, start: int, count: int, ahead: int = 0) -> range:
        """The items to make of `count` from `start` on, `ahead` more than are wanted."""
        return range(start, start + (count if self.first is None else min(count, self.first + ahead)))

    @property
    def stamp(self) -> tuple[object, ...]:
        """Equal as long as the same plan would make the same items."""
        return tuple(self.sources), self.seed_set, tuple(self.parents)


@dataclass(frozen=True, slots=True)
class Planned:
    """The items of a plan, `count` of them or the first ones that are wanted, and the positions after the whole plan.

    An item holds ids and choices only. When it is worked on, texts are put beside them (`core/runs/filling`):
    "syllabus_text"; "seed" (a SeedExample) for "seed_example"; "shots" (SeedExamples) for "shot_examples"; "parent" (a
    Sample) for "parent_sample"; "made" (texts) for "made_shots", and in a run the "pool" of Self-Instruct. Items on
    text-to-SQL get "database", the path of their seed set's SQLite file, "" for none.
    """

    specs: list[dict[str, Any]]
    positions: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Method:
    """A strategy. `plan` is pure; `make` is replayed from its beginning after a crash, see `core/generation/steps`."""

    strategy: Strategy
    plan: Callable[[SamplesPlan, Material], Planned]
    first_call: Callable[[Spec], Build]
    make: Callable[[Ask, Spec], Awaitable[SampleMade]]


def seed_key(plan: SamplesPlan) -> str:
    """What the position of a plan in its seeds is stored under: a later plan goes on behind it."""
    assert plan.seeds is not None
    chosen = plan.seeds
    subset = f"{chosen.size}-{chosen.random_seed}" if chosen.size else "all"
    return f"seeds:{plan.strategy.value}:{chosen.seed_set}:{subset}:{plan.random_seed}"


def parents_key(plan: SamplesPlan) -> str:
    """The same for a plan that continues samples."""
    return f"parents:{','.join(sorted(set(plan.parents))) or 'accepted'}"


def turns(plan: SamplesPlan, material: Material, together: int = 1) -> Planned:
    """Items that go through the chosen seed examples in rounds: every example once, then every example again.

    "index" is the round, so that the same example is asked anew in each. Any prefix covers the examples evenly; when
    rounds behind the first come several `together`, evenly but for so many items.
    """
    assert material.seed_set is not None
    key, examples, chosen = seed_key(plan), material.examples, material.seed_set
    start = plan.start.get(key, 0)
    specs = []
    for turn in material.turns(start, plan.count, together - 1):
        lap, place = _lap_and_place(turn, len(examples), together)
        position, example_id = examples[place]
        specs.append(
            {
                "kind": "samples",
                "strategy": plan.strategy.value,
                "seed_set": chosen.id,
                "seed_set_name": chosen.label,
                "task_type": chosen.task_type.value,
                "seed_example": example_id,
                "seed_position": position,
                "index": lap,
            }
        )
    return Planned(specs, {key: start + plan.count})


def _lap_and_place(turn: int, examples: int, together: int) -> tuple[int, int]:
    """The round and the place among the examples: the first round alone, then `together` rounds at a time."""
    if turn < examples:
        return 0, turn
    block, rest = divmod(turn - examples, examples * together)
    place, lap = divmod(rest, together)
    return 1 + block * together + lap, place


def task_of(spec: Spec) -> TaskType:
    """What the question asks for; questions of the curriculum are open."""
    return TaskType(spec.get("task_type", TaskType.OPEN))


def seed_lineage(spec: Spec) -> dict[str, Any]:
    """Where a sample from seeds comes from, names and texts as they are now."""
    seed = spec["seed"]
    return {
        "strategy": spec["strategy"],
        "seed_set": spec["seed_set"],
        "seed_set_name": spec["seed_set_name"],
        "task_type": spec["task_type"],
        "seed_example": seed.id,
        "seed_position": seed.position,
        "seed_question": seed.prompt,
    }
