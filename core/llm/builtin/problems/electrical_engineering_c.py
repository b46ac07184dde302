"""Homework families of electronics: diodes, transistors, operational amplifiers and filters."""

from __future__ import annotations

from fractions import Fraction
from math import hypot, log10, pi

from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, reals


@family(
    "electrical-engineering-led-chain",
    ("LED series resistor", "Diode forward voltage"),
    grid(U="12 15 18 24", n="2 3 4", v="1.8 1.9 2.1 2.2", I="10 15 20"),
    "{n} LEDs in series, each with a forward voltage of {v} V, are to be run with {I} mA from a {U} V supply. What "
    "series resistor in Ω is needed? Round to the nearest ohm.",
    "A chain of {n} equal light-emitting diodes (forward voltage {v} V each) and one resistor is connected to {U} V. "
    "Which resistance in Ω, rounded to the nearest ohm, sets the current to {I} mA?",
)
def _led(p: Params) -> Solution:
    U, n, v, I = nums(p, "U n v I")
    return measured(
        p,
        (U - n * v) / I * 1000,
        "Ω",
        [U / I * 1000, (U - v) / I * 1000, n * v / I * 1000],
        r"The diodes together take ${n} \cdot {v} = {drop}$ V, almost independently of the current.",
        r"The rest, ${U} - {drop} = {rest}$ V, must drop at the resistor.",
        r"By Ohm's law $R = {rest} / ({I} / 1000)$, which is {ans} Ω.",
        places=0,
        drop=n * v,
        rest=U - n * v,
    )


@family(
    "electrical-engineering-rectifier",
    ("Rectifier ripple", "Diode forward voltage"),
    grid(U="10 12 15 17 24", I="0.2 0.3 0.5 0.8", C="1000 2200 4700"),
    "A bridge rectifier is fed with a 50 Hz sine wave of {U} V peak. Each diode drops 0.7 V, the smoothing capacitor "
    "has {C} µF and the load draws {I} A. Estimate the lowest output voltage, taking the capacitor to be discharged "
    "for a full half period. Round to two decimal places.",
    "Behind a full-wave bridge with silicon diodes (0.7 V each) a capacitor of {C} µF smooths the rectified 50 Hz "
    "voltage, whose peak before the bridge is {U} V. With a load current of {I} A and discharge over one half period, "
    "what is the minimum of the output voltage in volts? Round to two decimal places.",
)
def _rectifier(p: Params) -> Solution:
    U, I, C = nums(p, "U I C")
    peak, ripple = U - Fraction("1.4"), I * 10000 / C
    return measured(
        p,
        peak - ripple,
        "V",
        [U - ripple, peak, peak - 2 * ripple],
        r"In a bridge two diodes always conduct in series, so the peak at the capacitor is ${U} - 2 \cdot 0.7 = "
        r"{peak}$ V.",
        r"The half period is 10 ms; meanwhile the voltage falls by $\Delta U = I t / C = {ripple}$ V.",
        r"The lowest output voltage is ${peak} - {ripple} \approx {ans}$ V.",
        peak=peak,
        ripple=ripple,
    )


@family(
    "electrical-engineering-transistor-switch",
    ("Base resistor", "Transistor saturation", "Current gain"),
    grid(V="3.3 5", U="9 12 24", R="48 60 100 120", b="100 150 200", k="2 3 5"),
    "An NPN transistor with a current gain of {b} switches a load of {R} Ω at {U} V. Its base is driven from {V} V "
    "through a resistor, the base-emitter voltage is 0.7 V, and the base current shall be {k} times what is just "
    "needed. Neglecting the saturation voltage, what base resistance in Ω is required? Round to the nearest ohm.",
    "A control output of {V} V shall drive a transistor (current gain {b}, base-emitter voltage 0.7 V) safely into "
    "saturation, with {k} times the minimum base current. The load has {R} Ω and lies at {U} V; the saturated "
    "transistor counts as a short circuit. Find the base resistor in Ω, rounded to the nearest ohm.",
)
def _switch(p: Params) -> Solution:
    V, U, R, b, k = nums(p, "V U R b k")
    base = U / R / b * k
    return measured(
        p,
        (V - Fraction("0.7")) / base,
        "Ω",
        [(V - Fraction("0.7")) / base * k, V / base, (V - Fraction("0.7")) / (U / R)],
        r"In saturation the collector current is limited by the load: $I_C = {U} / {R} = {load}$ A.",
        r"With the safety factor the base current is $I_B = {k} \cdot {load} / {b}$ A, that is {mA} mA.",
        r"The resistor takes ${V} - 0.7 = {rest}$ V, so $R_B = {rest} / I_B$, which is {ans} Ω.",
        places=0,
        load=U / R,
        mA=base * 1000,
        rest=V - Fraction("0.7"),
    )


@family(
    "electrical-engineering-collector-voltage",
    ("Current gain", "Kirchhoff's voltage law"),
    grid(U="10 12 15", b="80 100 120 150", i="10 15 20 25", R="1 1.2 1.5 2"),
    "In a common-emitter stage a base current of {i} µA flows. The current gain is {b}, the collector resistor {R} kΩ "
    "and the supply {U} V. What is the collector-emitter voltage, with the emitter grounded?",
    "A transistor with grounded emitter and a current gain of {b} gets {i} µA of base current. Its collector is "
    "connected to {U} V through {R} kΩ. Find the voltage between collector and emitter.",
)
def _collector(p: Params) -> Solution:
    U, b, i, R = nums(p, "U b i R")
    current = b * i / 1000
    return measured(
        p,
        U - current * R,
        "V",
        [current * R if 2 * current * R != U else U, U - i * R / 1000],
        r"The collector current is $I_C = \beta I_B = {b} \cdot {i}$ µA, that is {current} mA.",
        r"At the collector resistor ${current} \cdot {R} = {drop}$ V drop.",
        r"By Kirchhoff's voltage law $U_{{CE}} = {U} - {drop} = {ans}$ V remain.",
        places=3,
        current=current,
        drop=current * R,
    )


@family(
    "electrical-engineering-inverting-amplifier",
    ("Inverting amplifier",),
    grid(a="2 4 5 8 10", b="20 40 60 80", u="0.1 0.2 0.25 0.3 0.5"),
    "An ideal operational amplifier works as an inverting amplifier with an input resistor of {a} kΩ and a feedback "
    "resistor of {b} kΩ. What is the output voltage for an input of {u} V?",
    "The input signal of {u} V reaches the inverting input of an ideal op-amp through {a} kΩ; {b} kΩ lead back from "
    "the output, and the other input is grounded. Find the output voltage.",
)
def _inverting(p: Params) -> Solution:
    a, b, u = nums(p, "a b u")
    return measured(
        p,
        -b / a * u,
        "V",
        [b / a * u, (1 + b / a) * u, -a / b * u],
        "The feedback keeps the inverting input at ground potential, and no current flows into it.",
        r"So the current through {a} kΩ continues through {b} kΩ: $\frac{{u_{{in}}}}{{R_1}} = "
        r"-\frac{{u_{{out}}}}{{R_2}}$.",
        r"Hence $u_{{out}} = -\frac{{{b}}}{{{a}}} \cdot {u} = {ans}$ V.",
        places=3,
    )


@family(
    "electrical-engineering-non-inverting-amplifier",
    ("Non-inverting amplifier", "Voltage divider"),
    grid(R="1 2 2.2 4.7 10", G="5 6 8 11 15 21"),
    "A non-inverting amplifier with an ideal op-amp shall have a gain of {G}. The resistor from the inverting input "
    "to ground has {R} kΩ. What feedback resistor in kΩ is needed?",
    "In a non-inverting op-amp circuit {R} kΩ connect the inverting input with ground. Which resistance in kΩ between "
    "output and inverting input gives a voltage gain of {G}?",
)
def _non_inverting(p: Params) -> Solution:
    R, G = nums(p, "R G")
    return measured(
        p,
        (G - 1) * R,
        "kΩ",
        [G * R, (G + 1) * R, R / (G - 1)],
        "The output is divided down by the two resistors, and the feedback makes the divided voltage equal to the "
        "input.",
        r"Therefore the gain is $1 + R_2 / R_1 = {G}$.",
        r"Hence $R_2 = ({G} - 1) \cdot {R} = {ans}$ kΩ.",
    )


@family(
    "electrical-engineering-summing-amplifier",
    ("Summing amplifier", "Inverting amplifier"),
    grid(f="20 40 60", a="10 20", b="5 8", u="0.2 0.4 0.5 0.7", v="-0.15 0.35 0.6 -0.85"),
    "Two signals of {u} V and {v} V are fed through {a} kΩ and {b} kΩ to the inverting input of an ideal op-amp with a "
    "feedback resistor of {f} kΩ. What is the output voltage of this summing amplifier?",
    "An inverting summing amplifier has a feedback resistor of {f} kΩ. Its first input ({a} kΩ) lies at {u} V, its "
    "second ({b} kΩ) at {v} V. Calculate the output voltage.",
)
def _summing(p: Params) -> Solution:
    f, a, b, u, v = nums(p, "f a b u v")
    out = -f * (u / a + v / b)
    return measured(
        p,
        out,
        "V",
        [-out, -f * (u + v) / (a + b), -f / a * u],
        "At the inverting input, a virtual ground, the currents of both inputs add without influencing each other.",
        r"They contribute $-\frac{{{f}}}{{{a}}} \cdot {u} = {x}$ V and $-\frac{{{f}}}{{{b}}} \cdot ({v}) = {y}$ V.",
        r"The output is ${x} + ({y}) = {ans}$ V.",
        places=3,
        x=-f / a * u,
        y=-f / b * v,
    )


@family(
    "electrical-engineering-low-pass",
    ("First-order low-pass filter", "Cutoff frequency", "Gain in decibels"),
    grid(R="1 2.2 4.7 10", C="4.7 10 22 47", f="8 12 20 30 50"),
    "A low-pass filter consists of {R} kΩ and {C} nF. What is its gain in dB at {f} kHz? Round to one decimal place.",
    "By how many decibels does an RC low-pass of {R} kΩ and {C} nF change the level of a {f} kHz sine wave? Give the "
    "gain with its sign, rounded to one decimal place.",
)
def _low_pass(p: Params) -> Solution:
    R, C, f = reals(p, "R C f")
    cut = 1e3 / (2 * pi * R * C)
    gain = -20 * log10(hypot(1, f / cut))
    return measured(
        p,
        gain,
        "dB",
        [-20 * log10(f / cut) if f > cut else -3.0, gain / 2, -gain],
        r"The cutoff frequency is $f_c = \frac{{1}}{{2 \pi R C}} = {cut}$ kHz.",
        r"The magnitude of the gain is $\frac{{1}}{{\sqrt{{1 + (f / f_c)^2}}}} = {A}$ with $f / f_c = {x}$.",
        r"In decibels that is $20 \log_{{10}} {A} \approx {ans}$ dB.",
        places=1,
        cut=cut,
        A=1 / hypot(1, f / cut),
        x=f / cut,
    )


@family(
    "electrical-engineering-amplifier-chain",
    ("Gain in decibels",),
    grid(u="0.5 1.5 2 5 8", a="20 26 34", b="-6 -12 -3", c="10 14 18"),
    "A signal of {u} mV passes three stages with voltage gains of {a} dB, {b} dB and {c} dB. What is the output "
    "voltage in mV? Round to two decimal places.",
    "Preamplifier, attenuator and driver have voltage gains of {a} dB, {b} dB and {c} dB. How many millivolts leave "
    "the chain when {u} mV enter it? Round to two decimal places.",
)
def _chain(p: Params) -> Solution:
    u, a, b, c = reals(p, "u a b c")
    total = a + b + c
    return measured(
        p,
        u * 10 ** (total / 20),
        "mV",
        [u * 10 ** (total / 10), u * total, u * 10 ** ((a - b + c) / 20)],
        r"Gains in decibels of stages in a row add: ${a} + ({b}) + {c} = {total}$ dB.",
        r"For voltages a gain of $G$ dB is the factor $10^{{G / 20}} = {k}$.",
        r"The output is ${u} \cdot {k} \approx {ans}$ mV.",
        total=total,
        k=10 ** (total / 20),
    )


PROBLEMS: tuple[Problem, ...] = (
    _led, _rectifier, _switch, _collector, _inverting, _non_inverting, _summing, _low_pass, _chain
)  # fmt: skip
