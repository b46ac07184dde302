"""`make bench-datasets`: cleaning a dataset against finding exact repeats by hashing, at each size.

The questions are made after templates. To one in ten another is planted that says nearly the same; to one in twenty
one that differs in a number only, which is no repeat. Recall counts planted repeats that are in the family of their
original, precision pairs of one family that go back to one original.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from core.analysis.contamination import hits
from core.analysis.near_duplicates import families
from core.domain.balancing import Balance, BalanceRow, balanced
from core.domain.naming import name_key
from core.domain.sampling import Difficulty

T = TypeVar("T")
_BENCHMARK, _LEAKED = 10_000, 200
_NAMES = ("Ada", "Ben", "Chen", "Divya", "Emeka", "Fatima", "Goran", "Hana")
_PLACES = [f"{kind} of {name}" for kind in ("market", "library", "harbour", "school") for name in _NAMES]
_THINGS = [f"{adjective} {noun}" for adjective in ("red", "small", "old", "heavy") for noun in ("box", "book", "pear")]
_VERBS = ("buys", "sells", "counts", "packs", "carries", "weighs", "paints", "orders", "borrows", "mends")
_TIMES = ("on Monday", "before noon", "in the second week", "after the holidays", "every other day", "at the fair")


@dataclass(frozen=True, slots=True)
class Planted:
    """Texts in a random order, and which original each goes back to."""

    texts: list[str]
    origins: list[int]
    repeats: int


def question(rng: random.Random) -> str:
    """A word problem of 45 to 60 words."""
    name, other = rng.sample(_NAMES, 2)
    clerk = f"{rng.choice(_TIMES).capitalize()} the clerk {rng.choice(_VERBS)} {rng.randint(2, 999)}"
    parts = [
        f"{clerk} {rng.choice(_THINGS)} at the {rng.choice(_PLACES)}",
        f"there {name} {rng.choice(_VERBS)} {rng.randint(2, 999)} more {rng.choice(_TIMES)}",
        f"and {other} {rng.choice(_VERBS)} a {rng.choice(_THINGS)} for {rng.randint(2, 99)} dollars",
    ]
    asked = (
        f"How many {rng.choice(_THINGS)} does {name} have when {other} {rng.choice(_VERBS)} them {rng.choice(_TIMES)}?"
    )
    return f"{', '.join(parts)}. {asked}"


def reworded(rng: random.Random, text: str) -> str:
    """The same with two words put in or taken out, none of them a number or a name."""
    words = text.split()
    places = [i for i, word in enumerate(words[1:-1], 1) if word.isalpha() and word.islower()]
    for place in sorted(rng.sample(places, 2), reverse=True):
        words[place : place + 1] = [] if rng.random() < 0.5 else [words[place], "then"]
    return " ".join(words)


def renumbered(rng: random.Random, text: str) -> str:
    """The same with another number."""
    words = text.split()
    place = rng.choice([i for i, word in enumerate(words) if word.isdecimal()])
    words[place] = str(int(words[place]) + rng.randint(1, 9))
    return " ".join(words)


def planted(size: int) -> Planted:
    """So many texts."""
    rng = random.Random(size)
    repeats, near = size // 10, size // 20
    made = [(question(rng), number) for number in range(size - repeats - near)]
    made += [(reworded(rng, made[number][0]), number) for number in rng.sample(range(len(made)), repeats)]
    made += [(renumbered(rng, made[number][0]), -1 - number) for number in range(near)]
    rng.shuffle(made)
    return Planted([text for text, _ in made], [origin for _, origin in made], repeats)


def measured(task: Callable[[], T]) -> tuple[float, float, T]:
    """How long it takes, how much processor time, and what it gives."""
    started, busy = time.perf_counter(), time.process_time()
    found = task()
    return time.perf_counter() - started, time.process_time() - busy, found


def judged(roots: tuple[int, ...], planting: Planted) -> tuple[float, float]:
    """Recall of planted repeats and precision of what was joined."""
    originals: dict[int, set[int]] = {}
    for root, origin in zip(roots, planting.origins, strict=True):
        originals.setdefault(origin, set()).add(root)
    recalled = sum(len(found) == 1 for origin, found in originals.items() if origin >= 0)
    alone = sum(origin >= 0 for origin in originals) - planting.repeats
    joined = [(root, origin) for i, (root, origin) in enumerate(zip(roots, planting.origins, strict=True)) if root != i]
    right = sum(planting.origins[root] == origin for root, origin in joined)
    return (recalled - alone) / planting.repeats, right / max(1, len(joined))


def table(size: int) -> None:
    """Print one table."""
    planting = planted(size)
    rows = list(enumerate(planting.texts))
    rng = random.Random(1)
    leaked = [reworded(rng, text) for text in planting.texts[:_LEAKED]]
    benchmark = list(enumerate([*leaked, *(question(rng) for _ in range(_BENCHMARK - _LEAKED))]))
    balance = [
        BalanceRow(i, i % 50, "glan", i % 9 == 0, list(Difficulty)[i % 3 == 0], planting.origins[i])
        for i in range(size)
    ]
    wish = Balance(per_discipline=size // 80, generated_per_human=4, basic_per_challenging=1.5)

    hashing = measured(lambda: Counter(map(name_key, planting.texts)))
    near = measured(lambda: families(planting.texts))
    checked = measured(lambda: hits(rows, benchmark))
    evened = measured(lambda: balanced(balance, wish, 1))
    recall, precision = judged(near[2].roots, planting)
    print(f"\n{size:,} questions, {_BENCHMARK:,} benchmark questions")
    print(f"{'':28}{'seconds':>10}{'CPU s':>10}{'times hashing':>16}")
    lines = {"exact repeats by hashing": hashing, "near duplicates": near, "contamination": checked, "balance": evened}
    for name, (took, busy, _) in lines.items():
        print(f"{name:28}{took:>10.2f}{busy:>10.2f}{busy / hashing[1]:>16.1f}")
    print(f"near duplicates: recall {recall:.3f}, precision {precision:.3f}")
    shown = len({hit.benchmark for hit in checked[2] if hit.benchmark < _LEAKED})
    print(f"contamination: {shown} of {_LEAKED} planted questions found, {len(checked[2]):,} hits in all")
    print(f"memory of this process so far at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024:,} MB")


def main() -> None:
    """Exit status 0 whatever the figures are: they depend on the machine and what else it does."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.datasets", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000])
    for size in parser.parse_args().sizes:
        table(size)


if __name__ == "__main__":
    main()
