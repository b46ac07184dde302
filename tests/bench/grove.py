"""A synthetic taxonomy of any size, shaped like a large thesaurus: seven fields, six levels, one very broad parent."""

from __future__ import annotations

import random
from collections.abc import Iterator

from core.domain.taxonomy import NodeKind, Origin
from core.store.node_bulk import NewNode

SHAPE = (7, 44, 291, 1932, 12808, 84918)  # nodes on each level of a tree of 100,000
BROAD = 0.05  # this part of all nodes stands below one parent
_HEADS = (
    "science", "studies", "engineering", "theory", "analysis", "methods", "systems", "design", "history", "policy",
    "modelling", "measurement", "chemistry", "dynamics", "ethics", "economics", "géologie", "mechanics",
)  # fmt: skip
_STEMS = (
    "marine", "computational", "scientific", "applied", "social", "molecular", "quantum", "urban", "rural", "cognitive",
    "statistical", "thermal", "organic", "digital", "public", "clinical", "comparative", "visual", "acoustic", "solar",
    "tropical", "ancient", "modern", "structural", "industrial", "numerical", "discrete", "spatial", "biological",
)  # fmt: skip
_TELLS = ("how it is measured", "its models and their limits", "the people who use it", "cases from the field")


def words(rng: random.Random) -> str:
    """Two or three words."""
    return " ".join([rng.choice(_STEMS), *rng.sample(_STEMS, rng.random() < 0.4), rng.choice(_HEADS)])


def rows(size: int, seed: int = 1) -> list[NewNode]:
    """A tree of `size` nodes in reading order, parents first."""
    rng = random.Random(seed)
    made: list[NewNode] = []
    level: list[int | None] = [None]
    broad = int(size * BROAD)
    for depth, wanted in enumerate(_levels(size - broad)):
        level = list(_level(made, rng, level, depth, wanted))
    parent = next(i for i, row in enumerate(made) if row.kind is NodeKind.SUB_FIELD)
    made += [_row(rng, NodeKind.DISCIPLINE, f"{words(rng).capitalize()} {number}", parent) for number in range(broad)]
    return made


def _levels(size: int) -> list[int]:
    scale = size / sum(SHAPE)
    sizes = [max(1, round(part * scale)) for part in SHAPE]
    sizes[-1] = max(1, size - sum(sizes[:-1]))
    return sizes


def _level(
    made: list[NewNode], rng: random.Random, above: list[int | None], depth: int, wanted: int
) -> Iterator[int | None]:
    kind = NodeKind.FIELD if depth == 0 else NodeKind.SUB_FIELD if depth < len(SHAPE) - 1 else NodeKind.DISCIPLINE
    for number in range(wanted):
        made.append(_row(rng, kind, f"{words(rng).capitalize()} {number}", above[number * len(above) // wanted]))
        yield len(made) - 1


def _row(rng: random.Random, kind: NodeKind, name: str, above: int | None) -> NewNode:
    told = f"{words(rng).capitalize()}: {rng.choice(_TELLS)}, {rng.choice(_TELLS)}."
    synonyms = (words(rng),) if rng.random() < 0.3 else ()
    return NewNode(kind, name, above, description=told, synonyms=synonyms, origin=Origin.STARTER)
