"""Homework families of chemical kinetics: rates, rate laws, half-lives and temperature."""

from __future__ import annotations

from math import exp, log
from random import Random

from core.llm.builtin.numbers import plain
from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, reals, stated

R = 8.314  # J/(mol·K)
DECAYS = {
    "2 N₂O₅ → 4 NO₂ + O₂": ("N₂O₅", 2, "NO₂", 4),
    "2 NO₂ → 2 NO + O₂": ("NO₂", 2, "O₂", 1),
    "2 H₂O₂ → 2 H₂O + O₂": ("H₂O₂", 2, "O₂", 1),
    "2 HI → H₂ + I₂": ("HI", 2, "H₂", 1),
    "2 O₃ → 3 O₂": ("O₃", 2, "O₂", 3),
    "4 PH₃ → P₄ + 6 H₂": ("PH₃", 4, "H₂", 6),
}


def _decay(random: Random) -> Params:
    equation = random.choice(list(DECAYS))
    start, end = random.choice((("0.80", "0.56"), ("0.60", "0.36"), ("0.96", "0.60"), ("1.20", "0.84")))
    names: Params = {"equation": equation, "reactant": DECAYS[equation][0], "product": DECAYS[equation][2]}
    return {**names, "a": start, "b": end, "t": random.choice((20, 40, 50, 80))}


@family(
    "chemistry-average-rate",
    ("Average reaction rate", "Rate and stoichiometry"),
    _decay,
    "In the reaction {equation} the concentration of {reactant} falls from {a} mol/L to {b} mol/L within {t} s. At "
    "what average rate does the concentration of {product} rise, in mmol/(L·s)? Round to two decimal places.",
    "For {equation} a chemist measures {a} mol/L of {reactant} at the start and {b} mol/L after {t} s. What is the "
    "mean rate of formation of {product} in mmol/(L·s), rounded to two decimal places?",
)
def _average(p: Params) -> Solution:
    a, b, t = nums(p, "a b t")
    _, used, _, made = DECAYS[str(p["equation"])]
    loss = (a - b) * 1000 / t
    return measured(
        p,
        loss * made / used,
        "mmol/(L·s)",
        [loss if made != used else loss / used, loss * used / made],
        r"The reactant disappears at $({a} - {b}) / {t} \cdot 1000 = {loss}$ mmol/(L·s).",
        f"The equation forms {made} molecules of {{product}} for every {used} molecules of {{reactant}}.",
        rf"The rate of formation is ${{loss}} \cdot {made} / {used} \approx {{ans}}$ mmol/(L·s).",
        loss=loss,
    )


def _runs(random: Random) -> Params:
    m, n = random.choice(((1, 1), (2, 1), (1, 2), (2, 0), (0, 2), (1, 0)))
    k, a, b = random.choice((2, 4, 5, 8)), random.choice((1, 2, 3)), random.choice((1, 2, 3))
    rates = [k * (a * f) ** m * (b * g) ** n for f, g in ((1, 1), (2, 1), (1, 2))]
    return {"a": f"{a / 10:.1f}", "b": f"{b / 10:.1f}", "c": f"{a / 5:.1f}", "d": f"{b / 5:.1f}"} | {
        name: f"{rate:.1f}" for name, rate in zip("rst", rates, strict=True)
    }


@family(
    "chemistry-initial-rates",
    ("Initial rate", "Reaction order", "Rate law"),
    _runs,
    "Initial rates of a reaction of A with B in mmol/(L·s): run one, [A] = {a} and [B] = {b} mol/L, rate {r}; run two, "
    "[A] = {c} and [B] = {b} mol/L, rate {s}; run three, [A] = {a} and [B] = {d} mol/L, rate {t}. What are the orders "
    "in A and in B?",
    "Three experiments on A + B → C start with these concentrations in mol/L and give these initial rates in "
    "mmol/(L·s). First: A {a}, B {b}, rate {r}. Second: A {c}, B {b}, rate {s}. Third: A {a}, B {d}, rate {t}. "
    "Determine the reaction order with respect to each reactant.",
)
def _orders(p: Params) -> Solution:
    a, c, b, d, r, s, t = reals(p, "a c b d r s t")
    m, n = round(log(s / r) / log(c / a)), round(log(t / r) / log(d / b))
    return stated(
        p,
        f"order {m} in A and order {n} in B",
        [f"order {s / r:.0f} in A and order {t / r:.0f} in B", f"order {n + 1} in A and order {m} in B"],
        r"The rate law has the form $v = k [A]^m [B]^n$; comparing two runs isolates one concentration.",
        f"From the first to the second run only A doubles, and the rate grows by the factor {plain(s / r)} = 2^{m}.",
        f"From the first to the third run only B doubles, and the rate grows by the factor {plain(t / r)} = 2^{n}.",
        f"So the order is {m} in A and {n} in B, and the overall order is {m + n}.",
    )


@family(
    "chemistry-rate-constant",
    ("Rate constant", "Rate law", "Reaction order"),
    grid(a="0.2 0.4 0.5", b="0.1 0.3 0.8", v="2.4 3.6 4.8 7.2", f="2 3", g="2 4"),
    "A reaction follows the rate law v = k [A]² [B]. At [A] = {a} mol/L and [B] = {b} mol/L its rate is {v} "
    "mmol/(L·s). What is the rate, in mmol/(L·s), when [A] is made {f} times and [B] {g} times as large?",
    "With the rate law v = k [A]² [B], a mixture containing {a} mol/L of A and {b} mol/L of B reacts at {v} "
    "mmol/(L·s). Find the rate in mmol/(L·s) of a mixture with {f} times the concentration of A and {g} times that of "
    "B.",
)
def _constant(p: Params) -> Solution:
    a, b, v, f, g = nums(p, "a b v f g")
    return measured(
        p,
        v * f**2 * g,
        "mmol/(L·s)",
        [v * f * g, v * f * g**2 if f != g else v * f, v * (f**2 + g)],
        r"The rate constant follows from the first mixture: $k = \frac{{{v}}}{{{a}^2 \cdot {b}}} = {k}$ in "
        "mmol·L²/(mol³·s).",
        r"It does not depend on the concentrations, so the new rate is ${k} \cdot {A}^2 \cdot {B}$ with $[A] = {A}$ "
        r"and $[B] = {B}$ mol/L.",
        r"This is ${f}^2 \cdot {g} = {factor}$ times the old rate, namely {ans} mmol/(L·s).",
        k=v / (a * a * b),
        A=a * f,
        B=b * g,
        factor=f * f * g,
    )


@family(
    "chemistry-first-order",
    ("First-order decay", "Rate constant", "Half-life"),
    grid(h="12 15 20 25 30 40", t="10 18 35 50 70"),
    "A drug is broken down in a first-order reaction with a half-life of {h} min. What percentage of it is left after "
    "{t} min? Round to one decimal place.",
    "A compound decomposes by first-order kinetics; half of it is gone after {h} min. How many percent of the initial "
    "amount are still present after {t} min? Round to one decimal place.",
)
def _first(p: Params) -> Solution:
    h, t = reals(p, "h t")
    left = 100 * 2 ** (-t / h)
    return measured(
        p,
        left,
        "%",
        [100 - left, 100 - 50 * t / h if t < 2 * h else 100 / 2 ** (h / t), 100 * exp(-t / h)],
        r"In a first-order reaction the half-life does not depend on the amount, and "
        r"$k = \ln 2 / t_{{1/2}} = 0.6931 / {h} = {k}$ per minute.",
        r"The amount decays as $e^{{-k t}}$, with $k t = {k} \cdot {t} = {kt}$.",
        r"So $100 \cdot e^{{-{kt}}} \approx {ans}$ percent are left.",
        places=1,
        k=log(2) / h,
        kt=log(2) * t / h,
    )


@family(
    "chemistry-zero-order",
    ("Zero-order kinetics", "Rate constant"),
    grid(c="0.6 0.8 1.2 1.5", k="4 5 8 12", t="20 30 40 45"),
    "On a saturated metal surface a gas decomposes in a zero-order reaction with k = {k} mmol/(L·s). The initial "
    "concentration is {c} mol/L. What is the concentration in mol/L after {t} s?",
    "A catalyst whose surface is fully covered destroys a substance at the constant rate of {k} mmol/(L·s). Starting "
    "from {c} mol/L, which concentration in mol/L remains after {t} s of this zero-order reaction?",
)
def _zero(p: Params) -> Solution:
    c, k, t = nums(p, "c k t")
    return measured(
        p,
        c - k * t / 1000,
        "mol/L",
        [k * t / 1000, c - k * t / 10000],
        r"In zero-order kinetics the rate does not depend on the concentration, so $c = c_0 - k t$.",
        r"In {t} s the concentration falls by ${k} \cdot {t} / 1000 = {drop}$ mol/L.",
        r"There remain ${c} - {drop} = {ans}$ mol/L.",
        places=3,
        drop=k * t / 1000,
    )


@family(
    "chemistry-arrhenius",
    ("Arrhenius equation", "Activation energy"),
    grid(E="45 50 55 60 70 80", T="290 295 300 310", d="10 15 20"),
    "A reaction has an activation energy of {E} kJ/mol. By what factor does its rate constant grow when the "
    "temperature rises from {T} K by {d} K? Use R = 8.314 J/(mol·K) and round to two decimal places.",
    "Heating a reaction mixture by {d} K from an initial {T} K speeds it up. The activation energy is {E} kJ/mol and "
    "R = 8.314 J/(mol·K). How many times faster is the reaction then? Round to two decimal places.",
)
def _arrhenius(p: Params) -> Solution:
    E, T, d = reals(p, "E T d")
    x = E * 1000 / R * (1 / T - 1 / (T + d))
    return measured(
        p,
        exp(x),
        "",
        [x, exp(-x), 1 + d / T],
        r"The Arrhenius equation $k = A e^{{-E_a / (R T)}}$ gives $\ln \frac{{k_2}}{{k_1}} = "
        r"\frac{{E_a}}{{R}} \left( \frac{{1}}{{T_1}} - \frac{{1}}{{T_2}} \right)$.",
        r"With $T_2 = {U}$ K the exponent is "
        r"$\frac{{{E} \cdot 1000}}{{8.314}} \left( \frac{{1}}{{{T}}} - \frac{{1}}{{{U}}} \right) = {x}$.",
        r"The factor is $e^{{{x}}} \approx {ans}$.",
        x=x,
        U=T + d,
    )


@family(
    "chemistry-activation-energy",
    ("Activation energy", "Arrhenius equation"),
    grid(f="2 3 4 5", T="290 298 305 320", U="330 335 340 350"),
    "Between {T} K and {U} K the rate constant of a reaction becomes {f} times as large. What is the activation energy "
    "in kJ/mol? Use R = 8.314 J/(mol·K) and round to one decimal place.",
    "A reaction runs {f} times as fast at {U} K as at {T} K. Calculate its activation energy in kJ/mol with R = 8.314 "
    "J/(mol·K), rounded to one decimal place.",
)
def _activation(p: Params) -> Solution:
    f, T, U = reals(p, "f T U")
    gap = 1 / T - 1 / U
    E = R * log(f) / gap / 1000
    return measured(
        p,
        E,
        "kJ/mol",
        [R * f / gap / 1000, E / log(10), R * log(f) * (U - T) / 1000],
        r"From the Arrhenius equation $E_a = \frac{{R \ln (k_2 / k_1)}}{{1 / T_1 - 1 / T_2}}$.",
        r"The numerator is $8.314 \cdot \ln {f} = {top}$ J/(mol·K); the denominator is "
        r"$1 / {T} - 1 / {U} = {gap} \cdot 10^{{-3}}$ per kelvin.",
        r"The quotient is {ans} kJ/mol.",
        places=1,
        top=R * log(f),
        gap=gap * 1000,
    )


@family(
    "chemistry-catalyst",
    ("Rate enhancement by a catalyst", "Activation energy"),
    grid(d="4 5 6 7 8 9 10", T="290 300 320 350 400"),
    "A catalyst lowers the activation energy of a reaction by {d} kJ/mol. By what factor does it raise the rate "
    "constant at {T} K if the frequency factor stays the same? Use R = 8.314 J/(mol·K) and round to one decimal place.",
    "At {T} K a reaction path with an activation energy {d} kJ/mol lower becomes available, with an equal frequency "
    "factor. Taking R = 8.314 J/(mol·K), how many times as large is the rate constant? Round to one decimal place.",
)
def _catalyst(p: Params) -> Solution:
    d, T = reals(p, "d T")
    x = d * 1000 / (R * T)
    return measured(
        p,
        exp(x),
        "",
        [x, 10**x, 1 + x],
        r"In the ratio of the two rate constants $A e^{{-E / (R T)}}$ the frequency factor cancels, leaving "
        r"$e^{{\Delta E / (R T)}}$.",
        r"The exponent is $\frac{{{d} \cdot 1000}}{{8.314 \cdot {T}}} = {x}$.",
        r"The factor is $e^{{{x}}} \approx {ans}$.",
        places=1,
        x=x,
    )


PROBLEMS: tuple[Problem, ...] = (
    _average, _orders, _constant, _first, _zero, _arrhenius, _activation, _catalyst
)  # fmt: skip
