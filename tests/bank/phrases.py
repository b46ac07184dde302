"""Readable text out of a seed: names that differ, sentences, and small pieces of homework."""

from __future__ import annotations

from random import Random

_FRAMES = ("{0} {1}", "Foundations of {0} {1}", "{0} methods for {1}", "Applied {0} {1}", "Limits of {0} {1}")
_QUALITIES = (
    "linear", "discrete", "harmonic", "thermal", "spectral", "convex", "random", "marine", "cellular", "genetic",
    "urban", "historical", "comparative", "causal", "elastic", "magnetic", "optical", "seasonal", "modular", "sparse",
    "nested", "stable", "critical", "adaptive", "relative", "financial", "organic", "digital", "parallel", "classical",
)  # fmt: skip
_THINGS = (
    "networks", "equations", "markets", "membranes", "proofs", "signals", "rivers", "languages", "circuits", "grammars",
    "alloys", "populations", "treaties", "algorithms", "reactions", "glaciers", "lattices", "estimates", "contracts",
    "orbits", "enzymes", "queues", "surveys", "harbours", "polymers", "manuscripts", "turbines", "forests", "caches",
    "budgets",
)  # fmt: skip
_OPENINGS = ("First", "Next", "In practice", "By definition", "For a small case", "In the general case", "Finally")
_ACTS = ("compare", "measure", "derive", "estimate", "explain", "classify", "test", "combine", "bound", "describe")
_ENDS = (
    "and check the result against a known case",
    "before the next step is taken",
    "while the other quantities stay fixed",
    "and state which assumption was used",
    "so that the two accounts can be compared",
    "and write the units beside each number",
)


def name(random: Random, used: set[str]) -> str:
    """A name that is not in `used` yet; adds it."""
    while True:
        found = random.choice(_FRAMES).format(random.choice(_QUALITIES), random.choice(_THINGS))
        found = found[0].upper() + found[1:]
        if found in used:
            found = f"{found} {random.randrange(2, 10_000)}"
        if found not in used:
            used.add(found)
            return found


def sentence(random: Random) -> str:
    """One sentence with a number in it."""
    bits = random.getrandbits(60)
    opening, act, end = (
        _OPENINGS[bits % len(_OPENINGS)],
        _ACTS[(bits >> 10) % len(_ACTS)],
        _ENDS[(bits >> 20) % len(_ENDS)],
    )
    quality, thing = _QUALITIES[(bits >> 30) % len(_QUALITIES)], _THINGS[(bits >> 40) % len(_THINGS)]
    return f"{opening}, {act} {2 + (bits >> 50)} {quality} {thing} {end}."


def passage(random: Random) -> str:
    """Three to seven sentences."""
    return " ".join([sentence(random) for _ in range(3 + int(random.random() * 5))])
