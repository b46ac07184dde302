"""Homework families of circuit analysis: direct current, networks and theorems."""

from __future__ import annotations

from random import Random

from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums


@family(
    "electrical-engineering-energy-cost",
    ("Energy consumption", "Electric power"),
    grid(P="60 150 400 1200 2000", t="0.5 1.5 2 3 5", d="30 90 365", c="25 30 35 40"),
    "An appliance of {P} W runs {t} hours a day. What does its electricity cost in {d} days at {c} cents per "
    "kilowatt-hour? Give the result in euros, rounded to two decimal places.",
    "At a price of {c} cents per kWh, how many euros must be paid for {d} days on which a {P} W device is switched on "
    "for {t} hours each? Round to two decimal places.",
)
def _cost(p: Params) -> Solution:
    P, t, d, c = nums(p, "P t d c")
    E = P / 1000 * t * d
    return measured(
        p,
        E * c / 100,
        "euros",
        [P * t * d * c / 100, P / 1000 * t * c / 100, E / c],
        r"Energy is power times time; in kilowatts and hours it comes out in kilowatt-hours.",
        r"The energy is $E = \frac{{{P}}}{{1000}} \cdot {t} \cdot {d} = {E}$ kWh.",
        r"The cost is ${E} \cdot {c} / 100 \approx {ans}$ euros.",
        E=E,
    )


@family(
    "electrical-engineering-heater-voltage",
    ("Ohm's law", "Electric power"),
    grid(U="24 110 120 230 240", P="500 600 800 1000 1500 2000", k="60 70 75 80 90"),
    "A heating element is rated for {P} W at {U} V. What power does it take up when the voltage drops to {k}% of the "
    "rated value, if its resistance stays the same?",
    "The voltage at a heater ({P} W at {U} V) is only {k}% of what it should be. With unchanged resistance, which "
    "power in watts does it deliver?",
)
def _heater(p: Params) -> Solution:
    U, P, k = nums(p, "U P k")
    return measured(
        p,
        P * (k / 100) ** 2,
        "W",
        [P * k / 100, P * (1 - (1 - k / 100) ** 2)],
        r"The resistance follows from the rating: $R = U^2 / P = {U}^2 / {P} = {R}$ Ω.",
        r"By Ohm's law the current falls to {k}% together with the voltage, so the power falls to $({k} / 100)^2 = "
        r"{f}$ of its rated value.",
        r"The element takes up ${P} \cdot {f} = {ans}$ W.",
        R=U * U / P,
        f=(k / 100) ** 2,
    )


@family(
    "electrical-engineering-mixed-network",
    ("Series resistance", "Parallel resistance", "Ohm's law"),
    grid(U="12 24 36 48", a="10 14 18 20", b="30 40 60", c="20 60 120"),
    "Resistors of {b} Ω and {c} Ω are connected in parallel, and a resistor of {a} Ω is in series with this pair. What "
    "current does a source of {U} V supply? Answer in mA, rounded to the nearest milliampere.",
    "A {U} V battery feeds a series resistor of {a} Ω followed by the parallel connection of {b} Ω and {c} Ω. "
    "Determine the battery current, rounded to the nearest mA.",
)
def _network(p: Params) -> Solution:
    U, a, b, c = nums(p, "U a b c")
    pair = b * c / (b + c)
    return measured(
        p,
        1000 * U / (a + pair),
        "mA",
        [1000 * U / (a + b + c), 1000 * U / (1 / (1 / a + 1 / b + 1 / c)), 1000 * U / pair],
        r"The parallel pair has $R_p = \frac{{{b} \cdot {c}}}{{{b} + {c}}} = {pair}$ Ω.",
        r"In series with {a} Ω this makes ${a} + {pair} = {total}$ Ω.",
        r"Ohm's law gives $I = {U} / {total}$ A, that is {ans} mA.",
        places=0,
        pair=pair,
        total=a + pair,
    )


@family(
    "electrical-engineering-loaded-divider",
    ("Voltage divider", "Parallel resistance"),
    grid(U="9 10 12 15 24", a="1 1.5 2 3.3", b="2.2 3 4.7 6", c="6.8 10 12 15"),
    "A voltage divider of {a} kΩ (top) and {b} kΩ (bottom) is connected to {U} V. A load of {c} kΩ lies across the "
    "bottom resistor. What is the voltage at the load? Round to two decimal places.",
    "The output of a divider is taken from its lower resistor of {b} kΩ; the upper one has {a} kΩ and the supply is "
    "{U} V. Which output voltage remains when a {c} kΩ load is connected? Round to two decimal places.",
)
def _divider(p: Params) -> Solution:
    U, a, b, c = nums(p, "U a b c")
    low = b * c / (b + c)
    return measured(
        p,
        U * low / (a + low),
        "V",
        [U * b / (a + b), U * a / (a + low), U * (b + c) / (a + b + c)],
        "The load is parallel to the bottom resistor, so the two are combined first.",
        r"They make $\frac{{{b} \cdot {c}}}{{{b} + {c}}} = {low}$ kΩ.",
        r"The divider rule gives $U_L = {U} \cdot \frac{{{low}}}{{{a} + {low}}} \approx {ans}$ V.",
        low=low,
    )


@family(
    "electrical-engineering-loop",
    ("Kirchhoff's voltage law", "Ohm's law"),
    grid(U="24 30 36 48", V="6 9 12 18", a="10 15 20", b="12 20 25", c="5 8"),
    "Two sources of {U} V and {V} V oppose each other in a single loop with resistors of {a} Ω, {b} Ω and {c} Ω. What "
    "is the voltage across the {b} Ω resistor? Round to two decimal places.",
    "A battery of {V} V is charged from a {U} V supply; the only loop of the circuit contains {a} Ω, {b} Ω and {c} Ω "
    "in series. How large is the voltage drop at {b} Ω? Round to two decimal places.",
)
def _loop(p: Params) -> Solution:
    U, V, a, b, c = nums(p, "U V a b c")
    current = (U - V) / (a + b + c)
    return measured(
        p,
        current * b,
        "V",
        [(U + V) / (a + b + c) * b, U / (a + b + c) * b, U - V],
        "Around the loop the voltages add up to zero, and the sources count with opposite signs.",
        r"So $I = \frac{{{U} - {V}}}{{{a} + {b} + {c}}} = {current}$ A.",
        r"The drop at {b} Ω is ${current} \cdot {b} \approx {ans}$ V.",
        current=current,
    )


@family(
    "electrical-engineering-node-voltage",
    ("Node voltage analysis", "Kirchhoff's current law"),
    grid(U="12 15 18 24", V="5 6 8 10", a="2 4 5", b="3 6 8", c="10 12 20"),
    "A node is connected through {a} kΩ to a {U} V source, through {b} kΩ to a {V} V source and through {c} kΩ to "
    "ground; both sources have their negative terminals grounded. What is the voltage of the node? Round to two "
    "decimal places.",
    "Three resistors meet in one point: {a} kΩ coming from +{U} V, {b} kΩ coming from +{V} V and {c} kΩ going to "
    "ground. Find the potential of that point in volts, rounded to two decimal places.",
)
def _node(p: Params) -> Solution:
    U, V, a, b, c = nums(p, "U V a b c")
    G = 1 / a + 1 / b + 1 / c
    return measured(
        p,
        (U / a + V / b) / G,
        "V",
        [(U / a + V / b) / (1 / a + 1 / b), (U + V) / 2, (U / a - V / b) / G],
        r"By Kirchhoff's current law the currents into the node are together as large as the current to ground: "
        r"$\frac{{{U} - x}}{{{a}}} + \frac{{{V} - x}}{{{b}}} = \frac{{x}}{{{c}}}$, in volts, kΩ and mA.",
        r"Sorting gives ${I} = x \cdot {G}$.",
        r"The node voltage is $x \approx {ans}$ V.",
        I=U / a + V / b,
        G=G,
    )


@family(
    "electrical-engineering-superposition",
    ("Superposition", "Voltage divider"),
    grid(U="10 12 20 24", I="2 3 4 6", a="4 6 8", b="12 16 24"),
    "A {U} V source in series with {a} kΩ feeds a resistor of {b} kΩ. In parallel with that resistor a current source "
    "drives {I} mA into the upper node as well. Use superposition to find the voltage across {b} kΩ. Round to two "
    "decimal places.",
    "At the ends of a {b} kΩ resistor two sources act: a voltage source of {U} V through {a} kΩ and, directly, a "
    "current source of {I} mA that raises the same node. What is the voltage at {b} kΩ by superposition? Round to two "
    "decimal places.",
)
def _superposition(p: Params) -> Solution:
    U, I, a, b = nums(p, "U I a b")
    first, second = U * b / (a + b), I * a * b / (a + b)
    return measured(
        p,
        first + second,
        "V",
        [first, first + I * b, first - second],
        r"With the current source open, the voltage divider gives $U' = {U} \cdot \frac{{{b}}}{{{a} + {b}}} = "
        r"{first}$ V.",
        r"With the voltage source replaced by a short circuit, both resistors are parallel: "
        r"$U'' = {I} \cdot \frac{{{a} \cdot {b}}}{{{a} + {b}}} = {second}$ V.",
        r"Both effects add: ${first} + {second} \approx {ans}$ V.",
        first=first,
        second=second,
    )


def _source(random: Random) -> Params:
    pairs = ((2, 6), (3, 6), (4, 12), (6, 12), (8, 24), (10, 15), (12, 24), (20, 30))
    a, b = random.choice(pairs)
    return {"U": random.choice((9, 12, 15, 18, 24, 30)), "a": a, "b": b}


@family(
    "electrical-engineering-maximum-power",
    ("Maximum power transfer", "Thevenin equivalent"),
    _source,
    "A {U} V source supplies two resistors in series, first {a} Ω and then {b} Ω. A load is connected across the "
    "second one. What is the greatest power in watts that the load can receive? Round to two decimal places.",
    "The terminals of a circuit are the ends of a {b} Ω resistor, which is fed from {U} V through {a} Ω. With the "
    "best choice of the load at these terminals, how much power in watts does it draw? Round to two decimal places.",
)
def _maximum(p: Params) -> Solution:
    U, a, b = nums(p, "U a b")
    V, R = U * b / (a + b), a * b / (a + b)
    return measured(
        p,
        V**2 / (4 * R),
        "W",
        [V**2 / R, U**2 / (4 * R), V**2 / (4 * (a + b))],
        r"The Thevenin voltage is the open-circuit voltage: ${U} \cdot \frac{{{b}}}{{{a} + {b}}} = {V}$ V.",
        r"The Thevenin resistance, with the source short-circuited, is "
        r"$\frac{{{a} \cdot {b}}}{{{a} + {b}}} = {R}$ Ω.",
        r"A load of the same resistance gets the maximum power $\frac{{U_{{Th}}^2}}{{4 R_{{Th}}}} \approx {ans}$ W.",
        V=V,
        R=R,
    )


PROBLEMS: tuple[Problem, ...] = (
    _cost, _heater, _network, _divider, _loop, _node, _superposition, _maximum
)  # fmt: skip
