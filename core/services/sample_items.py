"""The items of a plan for samples: each part draws on its own material, all parts side by side. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from core.domain.plans import MixedPlan, SamplesPlan, SharedTeacher, parts_of, roster
from core.domain.sampling import Difficulty, subset
from core.domain.seeds import SeedSet
from core.domain.strategies import FROM_SEEDS, Strategy
from core.errors import InvalidInputError
from core.generation.drawing import Source
from core.generation.strategies.method import Material, parents_key, seed_key
from core.generation.strategies.registry import METHODS
from core.services.seed_places import SeedPlaces
from core.services.sources import wanted
from core.store import curricula, samples, seeds
from core.store.database import Tx


def deck_keys(sources: Sequence[Source], seed: int) -> list[str]:
    """The decks of these sources, in a fixed order."""
    return sorted({source.deck_key(difficulty, seed) for source in sources for difficulty in Difficulty})


def position_keys(tx: Tx, project_id: str, part: SamplesPlan) -> list[str]:
    """What the positions of a part are stored under: its decks, or its place in its seeds or in earlier samples."""
    if part.strategy is Strategy.GLAN:
        return deck_keys(wanted(tx, project_id, part), part.random_seed)
    return [seed_key(part) if part.strategy in FROM_SEEDS else parents_key(part)]


def material_of(tx: Tx, project_id: str, part: SamplesPlan, first: int | None = None) -> Material:
    """What a part draws on; raises NotVerifiedError, NotFoundError or InvalidInputError if there is nothing.

    It is good for as long as `tx` is open: the examples of a seed set are looked up when they are wanted.
    """
    if part.strategy is Strategy.GLAN:
        sources = wanted(tx, project_id, part)
        if not any(part.weights.get(source.node_id, 1) for source in sources):
            raise InvalidInputError("Every discipline has the weight 0.", "Give at least one of them 1 or more.")
        return Material(sources=sources, first=first)
    if part.strategy is Strategy.MULTI_TURN:
        parents = samples.to_continue(tx, project_id, part.parents)
        if not parents:
            raise InvalidInputError(
                "There is no accepted sample to go on from.", "Accept some on the Review page, or name the runs."
            )
        return Material(parents=parents, first=first)
    assert part.seeds is not None
    chosen = seeds.get(tx, project_id, part.seeds.seed_set)
    return Material(seed_set=chosen, examples=_examples(tx, chosen, part), first=first)


def _examples(tx: Tx, chosen: SeedSet, part: SamplesPlan) -> SeedPlaces:
    assert part.seeds is not None
    size = part.seeds.size
    if chosen.removed or not chosen.n_examples:
        raise InvalidInputError(f"The seed set {chosen.label!r} has no examples to use.", "Choose another one.")
    if size is not None and size > chosen.n_examples:
        raise InvalidInputError(
            f"{chosen.label!r} has {chosen.n_examples:,} examples, fewer than the {size:,} asked for.",
            "Choose a smaller subset.",
        )
    every = range(chosen.n_examples)
    positions = every if size is None else subset(chosen.n_examples, size, part.seeds.random_seed)
    return SeedPlaces(tx, chosen.id, positions)


def sample_specs(
    tx: Tx, project_id: str, parts: Sequence[SamplesPlan], first: int | None = None
) -> tuple[list[dict[str, Any]], dict[str, int], dict[str, str]]:
    """The items of all parts, the positions after them, and the texts of syllabi by hash.

    With `first` the items are only the first ones of each part, so many of it; all else is as for the whole plan.
    """
    places = {choice: place for place, choice in enumerate(roster(_whole(parts)))}
    positions: dict[str, int] = {}
    texts: dict[str, str] = {}
    lists = []
    for number, part in enumerate(parts):
        material = material_of(tx, project_id, part, first)
        start = {**part.start, **{key: at for key, at in positions.items() if at > part.start.get(key, 0)}}
        planned = METHODS[part.strategy].plan(part.model_copy(update={"start": start}), material)
        positions |= planned.positions
        hashes = {s.syllabus.id: curricula.snapshot_hash(s.text) for s in material.sources}
        texts |= {hashes[s.syllabus.id]: s.text for s in material.sources}
        dealt = _deal(part, len(planned.specs), places)
        checks = part.verification.model_dump(exclude_defaults=True)
        for index, spec in enumerate(planned.specs):
            spec |= {"part": number, "by": dealt[index]}
            if checks:
                spec["checks"] = checks
            if "syllabus_id" in spec:
                spec["syllabus_hash"] = hashes[spec["syllabus_id"]]
        lists.append(planned.specs)
    return side_by_side(lists, [part.count for part in parts]), positions, texts


def _whole(parts: Sequence[SamplesPlan]) -> SamplesPlan | MixedPlan:
    return parts[0] if len(parts) == 1 else MixedPlan(parts=tuple(parts))


def _deal(part: SamplesPlan, count: int, places: Mapping[Any, int]) -> list[dict[str, int]]:
    """Stage -> place in the roster for each item: several teachers of a stage take turns by their shares."""
    dealt: list[dict[str, int]] = [{} for _ in range(count)]
    for stage in part.arithmetic.calls:
        turns = _turns(part.choices(stage), count)
        for item, choice in zip(dealt, turns, strict=True):
            item[stage.value] = places[choice.teacher]
    return dealt


def _turns(choices: Sequence[SharedTeacher], count: int) -> list[SharedTeacher]:
    if len(choices) == 1:
        return [choices[0]] * count
    given = [0] * len(choices)
    order = []
    for _ in range(count):
        index = min(range(len(choices)), key=lambda i: ((given[i] + 0.5) / choices[i].share, i))
        given[index] += 1
        order.append(choices[index])
    return order


def side_by_side(lists: Sequence[Sequence[dict[str, Any]]], sizes: Sequence[int]) -> list[dict[str, Any]]:
    """The items of all parts in one order in which every beginning holds each part in proportion to its size."""
    if len(lists) == 1:
        return list(lists[0])
    placed = [
        ((index + 0.5) / sizes[number], number, index)
        for number, specs in enumerate(lists)
        for index in range(len(specs))
    ]
    return [lists[number][index] for _, number, index in sorted(placed)]


def first_of_each(specs: Sequence[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """`count` items for a preview: the first ones of each part in turn, at least one of every part."""
    by_part: dict[int, list[dict[str, Any]]] = {}
    for spec in specs:
        by_part.setdefault(spec.get("part", 0), []).append(spec)
    rounds = zip_longest(*(part[: max(1, count)] for part in by_part.values()))
    turns = [spec for turn in rounds for spec in turn if spec is not None]
    return turns[: max(count, len(by_part))]


def samples_title(tx: Tx, project_id: str, plan: SamplesPlan | MixedPlan) -> str:
    """What a run of the plan is called unless somebody names it."""
    words = []
    for part in parts_of(plan):
        if part.strategy is Strategy.GLAN:
            words.append(("GLAN", list(dict.fromkeys(s.path[-1] for s in wanted(tx, project_id, part)))))
        elif part.seeds is not None:
            words.append((part.strategy.label, [seeds.get(tx, project_id, part.seeds.seed_set).name]))
        else:
            words.append((part.strategy.label, ["earlier samples"]))
    return _title(plan, words)


def _title(plan: SamplesPlan | MixedPlan, words: Sequence[tuple[str, list[str]]]) -> str:
    count = f"{plan.count:,} {'sample' if plan.count == 1 else 'samples'}"
    if len(words) > 1:
        head = "Pilot" if isinstance(plan, MixedPlan) and plan.purpose == "pilot" else "Mixed plan"
        return f"{head}: {count} by {and_words(list(dict.fromkeys(name for name, _ in words)))}"
    name, places = words[0]
    inside = name.lower() if name[1:].islower() else name  # Self-Instruct is a name
    made = "" if name == "GLAN" else f" by {inside}"
    return f"{count}{made} from {and_words(places)}"


def and_words(names: Sequence[str], most: int = 3) -> str:
    """The names as a list in words, the first few of them."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
