"""Homework families of ecology: cycles of matter and small populations."""

from __future__ import annotations

from fractions import Fraction
from math import exp

from core.llm.builtin.numbers import plain
from core.llm.builtin.problem import Params, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, reals, stated


@family(
    "biology-residence-time",
    ("Residence time of matter",),
    grid(pool="120 240 360 450 600", flow="4 5 8 12 15", what="phosphorus nitrogen potassium"),
    "The soil of a meadow holds {pool} kg of plant-available {what} per hectare; plants take up {flow} kg per hectare "
    "and month, and the same amount returns. What is the mean residence time in months?",
    "In a balanced cycle {flow} kg of {what} per hectare enter and leave a soil pool of {pool} kg per hectare every "
    "month. How many months does an atom stay there on average?",
)
def _residence(p: Params) -> Solution:
    pool, flow = nums(p, "pool flow")
    return measured(
        p,
        pool / flow,
        "months",
        [pool * flow, pool / flow / 12, pool / flow / 2],
        "In a steady state the mean residence time is the size of the pool divided by the flow through it.",
        r"It is $\frac{{{pool}}}{{{flow}}} = {ans}$ months.",
    )


@family(
    "biology-decomposition",
    ("Decomposition rate",),
    grid(m="200 250 400 500", k="0.2 0.3 0.5 0.8 1.2", t="1 2 3 4"),
    "{m} g of leaf litter decompose exponentially with the rate constant {k} per year. What mass is left when {t} "
    "years have passed? Round to one decimal place.",
    "Litter bags with {m} g of dry leaves lose mass by exponential decay with k = {k} per year. Find the mass after a "
    "time of {t} years, rounded to one decimal place.",
)
def _decay(p: Params) -> Solution:
    m, k, t = reals(p, "m k t")
    return measured(
        p,
        m * exp(-k * t),
        "g",
        [m * (1 - exp(-k * t)), m / (1 + k * t), m * exp(-k * t * 2)],
        r"Exponential decomposition follows $M(t) = M_0 e^{{-k t}}$.",
        r"Here $e^{{-{power}}} \approx {factor}$.",
        r"The mass left is ${m} \cdot {factor} \approx {ans}$ g.",
        places=1,
        power=k * t,
        factor=exp(-k * t),
    )


@family(
    "biology-biomagnification",
    ("Biomagnification",),
    grid(c="0.002 0.004 0.005 0.01", a="20 50 100", b="4 5 8", d="3 6 10", what="mercury DDT PCB"),
    "Lake water contains {c} µg/L of {what}. Its concentration rises by the factor {a} from water to plankton, {b} "
    "from plankton to fish and {d} from fish to ospreys. What is the concentration in ospreys in µg/kg, with a litre "
    "of water counted as a kilogram?",
    "A food chain concentrates {what}: plankton holds {a} times the concentration of the water, fish {b} times that of "
    "the plankton and ospreys {d} times that of the fish. The water has {c} µg/L; take a litre as a kilogram and give "
    "the concentration in ospreys in µg/kg.",
)
def _magnify(p: Params) -> Solution:
    c, a, b, d = nums(p, "c a b d")
    return measured(
        p,
        c * a * b * d,
        "µg/kg",
        [c * (a + b + d), c * a * b, c * b * d],
        "Substances that are neither broken down nor excreted become more concentrated at each step of the food chain.",
        r"The factors multiply: ${a} \cdot {b} \cdot {d} = {factor}$.",
        r"The concentration in ospreys is ${c} \cdot {factor} = {ans}$ µg/kg.",
        places=4,
        factor=a * b * d,
    )


@family(
    "biology-effective-population",
    ("Effective population size", "Genetic drift", "Loss of heterozygosity"),
    grid(m="5 8 10 20", f="20 30 40 60 80", h="0.4 0.5 0.6"),
    "In a herd {m} males and {f} females reproduce. The heterozygosity is {h}. By the formula for unequal sex ratios, "
    "what is the effective population size, and which heterozygosity remains after one generation of drift? Round both "
    "to three decimal places.",
    "Genetic drift acts on a herd with {m} breeding males, {f} breeding females and the heterozygosity {h}. State the "
    "effective population size and the expected heterozygosity in the next generation, both to three decimal places.",
)
def _effective(p: Params) -> Solution:
    m, f, h = nums(p, "m f h")
    size = 4 * m * f / (m + f)
    rest = h * (1 - 1 / (2 * size))
    naive = h * (1 - 1 / (2 * (m + f)))
    return stated(
        p,
        _both(size, rest),
        [_both(m + f, naive), _both(size, h * (1 - 1 / size))],
        r"For unequal numbers of males and females $N_e = \frac{{4 N_m N_f}}{{N_m + N_f}}$, here $\frac{{4 \cdot {m} "
        r"\cdot {f}}}{{{m} + {f}}} \approx {size}$.",
        r"Drift removes the share $\frac{{1}}{{2 N_e}}$ of the heterozygosity in each generation.",
        r"So ${h} \cdot \left(1 - \frac{{1}}{{2 N_e}}\right) \approx {rest}$ is left.",
        size=size,
        rest=rest,
    )


def _both(size: Fraction, rest: Fraction) -> str:
    return f"effective size {plain(size)}, heterozygosity {plain(rest)}"


PROBLEMS = (_residence, _decay, _magnify, _effective)
