"""Homework families of ecology: communities, islands and energy flow."""

from __future__ import annotations

from fractions import Fraction
from math import log
from random import Random

from core.llm.builtin.problem import Params, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, reals

_SPECIES = ("oak", "beech", "birch", "maple", "pine")


def _draw_community(random: Random) -> Params:
    counts = [random.randrange(5, 61, 5) for _ in range(random.choice((3, 4, 5)))]
    if len(set(counts)) < 3:
        return _draw_community(random)
    return {"counts": ", ".join(f"{s} {n}" for s, n in zip(_SPECIES, counts, strict=False))}


def _counts(p: Params) -> list[int]:
    return [int(part.split(" ")[1]) for part in str(p["counts"]).split(", ")]


@family(
    "biology-simpson",
    ("Simpson index", "Species richness"),
    _draw_community,
    "A forest plot contains these numbers of trees: {counts}. Compute the Simpson diversity, one minus the sum of the "
    "squared relative abundances. Round to three decimal places.",
    "For a community with the individuals {counts}, find the probability that two trees drawn with replacement belong "
    "to different species (Simpson diversity), rounded to three decimal places.",
)
def _simpson(p: Params) -> Solution:
    counts = _counts(p)
    total = sum(counts)
    squares = sum(Fraction(n, total) ** 2 for n in counts)
    return measured(
        p,
        1 - squares,
        "",
        [squares, 1 / squares, 1 - Fraction(1, len(counts))],
        "The community has {richness} species and {total} trees; the relative abundance of a species is its share of "
        "these trees.",
        r"The sum of the squares is $\sum p_i^2 = {terms} \approx {squares}$.",
        r"The diversity is $1 - {squares} \approx {ans}$; for equal abundances it would be largest.",
        places=3,
        richness=len(counts),
        total=total,
        terms=" + ".join(rf"({n}/{total})^2" for n in counts),
        squares=squares,
    )


@family(
    "biology-shannon",
    ("Shannon index", "Species richness"),
    _draw_community,
    "Compute the Shannon index with natural logarithms for a hedge with these numbers of young trees: {counts}. Round "
    "to three decimal places.",
    "Young trees were counted along a path: {counts}. What is the Shannon diversity H (natural logarithm) of this "
    "community, to three decimal places?",
)
def _shannon(p: Params) -> Solution:
    counts = _counts(p)
    total = sum(counts)
    shares = [n / total for n in counts]
    value = -sum(x * log(x) for x in shares)
    return measured(
        p,
        value,
        "",
        [value / log(2), log(len(counts)), value / log(10)],
        r"The Shannon index is $H = -\sum p_i \ln p_i$ with the relative abundances $p_i$.",
        "With {total} trees these are {shares}.",
        r"The sum is $H \approx {ans}$; the largest possible value for {richness} species is $\ln {richness}$.",
        places=3,
        total=total,
        shares=", ".join(f"{x:.4f}" for x in shares),
        richness=len(counts),
    )


def _draw_sites(random: Random) -> Params:
    both = random.randrange(3, 13)
    return {"a": both + random.randrange(2, 12), "b": both + random.randrange(2, 12), "both": both}


@family(
    "biology-jaccard",
    ("Similarity of communities", "Species richness"),
    _draw_sites,
    "Two ponds house {a} and {b} species of dragonflies; {both} species occur in both. What is the Jaccard similarity "
    "of the two communities? Round to three decimal places.",
    "Pond one has {a}, pond two {b} species of dragonflies, with {both} in common. Compute the Jaccard index to three "
    "decimal places.",
)
def _jaccard(p: Params) -> Solution:
    a, b, both = nums(p, "a b both")
    union = a + b - both
    return measured(
        p,
        both / union,
        "",
        [both / (a + b), 2 * both / (a + b), both / min(a, b)],
        "The Jaccard index divides the number of shared species by the number of all species found.",
        "Shared species must be counted once: ${a} + {b} - {both} = {union}$ species in all.",
        r"The similarity is $\frac{{{both}}}{{{union}}} \approx {ans}$.",
        places=3,
        union=union,
    )


@family(
    "biology-species-area",
    ("Species-area relationship",),
    grid(s="40 64 80 120 150", f="4 10 16 20 50", z="0.2 0.25 0.3", what="fragment reserve"),
    "A forest holds {s} species of birds. The species-area relationship has the exponent z = {z}. How many species are "
    "expected in a {what} of the same kind that is {f} times smaller? Round to a whole number.",
    "By the species-area relationship with z = {z}, how many of {s} bird species of a forest will a {what} with an "
    "area {f} times smaller hold? Round to whole species.",
)
def _area(p: Params) -> Solution:
    s, f, z = reals(p, "s f z")
    return measured(
        p,
        s * f**-z,
        "species",
        [s / f, s * (1 - z), s * (1 - f**-z)],
        r"The relationship $S = c A^z$ has the same constant c for both areas, so only the ratio of the areas matters.",
        r"The number of species changes by the factor $\left(\frac{{1}}{{{f}}}\right)^{{{z}}} \approx {factor}$.",
        r"Expected are ${s} \cdot {factor} \approx {ans}$ species.",
        places=0,
        factor=f**-z,
    )


@family(
    "biology-island-equilibrium",
    ("Island equilibrium",),
    grid(i="6 8 10 12 15", e="2 3 4 5", pool="60 90 120 180 240"),
    "On an island the immigration of new species falls linearly from {i} species per year (empty island) to zero when "
    "all {pool} species of the mainland are present. Extinction rises linearly from zero to {e} species per year at "
    "{pool} species. How many species live there in equilibrium? Round to a whole number.",
    "In a linear model of island biogeography the mainland has {pool} species. Immigration is {i} species per year on "
    "the empty island and zero at {pool} species, extinction is zero on the empty island and {e} per year at full "
    "richness. Find the equilibrium number of species, rounded to a whole number.",
)
def _island(p: Params) -> Solution:
    i, e, pool = nums(p, "i e pool")
    return measured(
        p,
        i * pool / (i + e),
        "species",
        [e * pool / (i + e), pool / 2, (i - e) * pool / i],
        "In equilibrium as many species arrive as disappear per year.",
        r"With S species this reads ${i} \left(1 - \frac{{S}}{{P}}\right) = {e} \cdot \frac{{S}}{{P}}$ with $P = "
        r"{pool}$.",
        r"Solving gives $S = \frac{{{i}}}{{{i} + {e}}} \cdot {pool} \approx {ans}$ species.",
        places=0,
    )


@family(
    "biology-trophic-efficiency",
    ("Trophic efficiency", "Ecological pyramid"),
    grid(n="20000 25000 40000 50000", a="10 12 15", b="8 10 20", c="5 10"),
    "Plants of a lake produce {n} kJ per m² and year. The transfer to herbivores is {a}%, from them to small fish {b}% "
    "and from these to pike {c}%. How much energy per m² and year reaches the pike?",
    "In a food chain the energy passed on is {a}% from plants to herbivores, {b}% from herbivores to small fish and "
    "{c}% from small fish to pike. With a plant production of {n} kJ per m² and year, what is available to the pike?",
)
def _trophic(p: Params) -> Solution:
    n, a, b, c = nums(p, "n a b c")
    first, second = n * a / 100, n * a * b / 10000
    return measured(
        p,
        second * c / 100,
        "kJ per m² and year",
        [second, n * (a + b + c) / 100, n * c / 100],
        "Most of the energy is lost as heat at every trophic level, so the efficiencies are multiplied.",
        "The herbivores receive {first} kJ and the small fish {second} kJ: each step of the pyramid is narrower.",
        r"The pike receive ${second} \cdot {share} = {ans}$ kJ per m² and year.",
        places=3,
        first=first,
        second=second,
        share=c / 100,
    )


@family(
    "biology-net-primary-production",
    ("Net primary production",),
    grid(light="3.2 3.6 4.1 4.4", dark="1.1 1.4 1.8 2.1", start=["6.0", "6.5", "7.2", "7.9"], hours="2 4 5"),
    "In the light-and-dark-bottle method lake water with {start} mg/L oxygen is split into two bottles. After {hours} "
    "hours the light bottle has gained {light} mg/L, while the dark bottle has lost {dark} mg/L. What is the gross "
    "primary production in mg/L oxygen per hour?",
    "Two bottles with lake water start with {start} mg/L oxygen. In {hours} hours the oxygen rises by {light} mg/L in "
    "the light and falls by {dark} mg/L in the dark. Compute the gross primary production per hour in mg/L.",
)
def _production(p: Params) -> Solution:
    light, dark, hours = nums(p, "light dark hours")
    return measured(
        p,
        (light + dark) / hours,
        "mg/L per hour",
        [light / hours, (light - dark) / hours, light + dark],
        "In the dark only respiration acts; in the light the change is net production, that is, gross production minus "
        "respiration.",
        "Net primary production is {net} mg/L and respiration {dark} mg/L in {hours} hours.",
        r"Gross production is $\frac{{{light} + {dark}}}{{{hours}}} = {ans}$ mg/L per hour; the initial {start} mg/L "
        r"do "
        "not matter.",
        places=3,
        net=light,
    )


PROBLEMS = (_simpson, _shannon, _jaccard, _area, _island, _trophic, _production)
