"""Homework families of circuit analysis: transients, alternating current and power."""

from __future__ import annotations

from math import acos, atan, degrees, exp, hypot, pi, sqrt, tan

from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, reals


@family(
    "electrical-engineering-capacitor-charging",
    ("Capacitor charging", "RC time constant"),
    grid(R="2.2 4.7 10 22", C="10 22 47", U="5 9 12", t="30 50 80 120"),
    "An uncharged capacitor of {C} µF is connected to {U} V through {R} kΩ. What is its voltage after {t} ms? Round "
    "to two decimal places.",
    "At time zero a {U} V supply begins to charge an empty {C} µF capacitor by way of a {R} kΩ resistor. Find the "
    "capacitor voltage {t} ms later, rounded to two decimal places.",
)
def _charging(p: Params) -> Solution:
    R, C, U, t = reals(p, "R C U t")
    tau = R * C
    return measured(
        p,
        U * (1 - exp(-t / tau)),
        "V",
        [U * exp(-t / tau), min(U * t / tau, 2 * U), U],
        r"The time constant is $\tau = R C = {R} \cdot {C} = {tau}$ ms, as kΩ times µF gives milliseconds.",
        r"The voltage approaches that of the supply: $u(t) = U (1 - e^{{-t / \tau}})$.",
        r"So $u = {U} \cdot (1 - e^{{-{t} / {tau}}}) \approx {ans}$ V.",
        tau=tau,
    )


@family(
    "electrical-engineering-relay-coil",
    ("Inductor current rise",),
    grid(R="40 60 80 120", L="0.4 0.8 1.2 2", U="12 24 48", t="5 8 10 15 25"),
    "A relay coil with an inductance of {L} H and a resistance of {R} Ω is switched to {U} V. How large is the "
    "current after {t} ms? Answer in mA, rounded to one decimal place.",
    "The winding of an electromagnet has {R} Ω and {L} H. What current in mA flows {t} ms after it is connected to "
    "{U} V? Round to one decimal place.",
)
def _relay(p: Params) -> Solution:
    R, L, U, t = reals(p, "R L U t")
    tau, final = 1000 * L / R, 1000 * U / R
    return measured(
        p,
        final * (1 - exp(-t / tau)),
        "mA",
        [final * exp(-t / tau), final],
        r"The final current is $U / R = {U} / {R}$ A, that is {final} mA.",
        r"The inductance delays the rise with the time constant $\tau = L / R = {L} / {R}$ s, that is {tau} ms.",
        r"So $i = {final} \cdot (1 - e^{{-{t} / {tau}}}) \approx {ans}$ mA.",
        places=1,
        final=final,
        tau=tau,
    )


@family(
    "electrical-engineering-rms-power",
    ("RMS value", "Electric power"),
    grid(U="10 12 20 30 34 40", R="4 5 8 16 20"),
    "A sinusoidal voltage with a peak value of {U} V is applied to a resistor of {R} Ω. What is the average power in "
    "the resistor? Round to two decimal places.",
    "An oscilloscope shows a sine wave with an amplitude of {U} V across a {R} Ω resistor. How many watts are "
    "converted into heat on average? Round to two decimal places.",
)
def _rms(p: Params) -> Solution:
    U, R = nums(p, "U R")
    return measured(
        p,
        U * U / (2 * R),
        "W",
        [U * U / R, U / R],
        r"The RMS value of a sine wave is its peak value divided by $\sqrt{{2}}$: {rms} V.",
        r"The average power is $P = U_{{rms}}^2 / R$, the same as for a direct voltage of that size.",
        r"So $P = \frac{{{U}^2}}{{2 \cdot {R}}} \approx {ans}$ W.",
        rms=float(U) / sqrt(2),
    )


@family(
    "electrical-engineering-coil-impedance",
    ("Impedance", "RMS value"),
    grid(R="20 30 47 68", L="50 80 120 200", U="12 24 110 230"),
    "A coil with a resistance of {R} Ω and an inductance of {L} mH is connected to {U} V (RMS) at 50 Hz. What RMS "
    "current flows? Round to three decimal places.",
    "Find the RMS current in amperes through a series connection of {R} Ω and {L} mH at a mains frequency of 50 Hz "
    "and an RMS voltage of {U} V, rounded to three decimal places.",
)
def _coil(p: Params) -> Solution:
    R, L, U = reals(p, "R L U")
    X = 2 * pi * 50 * L / 1000
    return measured(
        p,
        U / hypot(R, X),
        "A",
        [U / (R + X), U / R, U / X],
        r"The reactance of the coil is $X = 2 \pi f L = 2 \pi \cdot 50 \cdot {L} / 1000 = {X}$ Ω.",
        r"Resistance and reactance are perpendicular in the complex plane: $|Z| = \sqrt{{{R}^2 + {X}^2}} = {Z}$ Ω.",
        r"The current is ${U} / {Z} \approx {ans}$ A.",
        places=3,
        X=X,
        Z=hypot(R, X),
    )


@family(
    "electrical-engineering-rc-phase",
    ("Phase angle", "Impedance"),
    grid(R="100 220 330 470", C="4.7 6.8 10 22", f="50 60 100 400"),
    "A resistor of {R} Ω and a capacitor of {C} µF are in series at {f} Hz. By how many degrees does the current lead "
    "the total voltage? Round to one decimal place.",
    "At a frequency of {f} Hz, what is the angle in degrees between the source voltage and the current that leads it "
    "in a series circuit of {R} Ω and {C} µF? Round to one decimal place.",
)
def _phase(p: Params) -> Solution:
    R, C, f = reals(p, "R C f")
    X = 1e6 / (2 * pi * f * C)
    angle = degrees(atan(X / R))
    return measured(
        p,
        angle,
        "°",
        [90 - angle, degrees(atan(X / (R + X)))],
        r"The reactance of the capacitor is $X_C = \frac{{1}}{{2 \pi f C}} = {X}$ Ω.",
        r"In the impedance $Z = R - j X_C$ the phase angle satisfies $\tan \varphi = X_C / R = {X} / {R}$.",
        r"The current leads by $\varphi \approx {ans}$ degrees.",
        places=1,
        X=X,
    )


@family(
    "electrical-engineering-compensation",
    ("Power factor", "Reactive power"),
    grid(P="2 3 5 7.5 10 15", a="0.6 0.65 0.7 0.75 0.8", b="0.9 0.92 0.95 0.98"),
    "A motor takes {P} kW at a lagging power factor of {a}. What reactive power in kvar must a capacitor supply to "
    "raise the power factor to {b}? Round to two decimal places.",
    "To bring an inductive load of {P} kW from a power factor of {a} to one of {b}, how many kvar have to be "
    "compensated by capacitors? Round to two decimal places.",
)
def _compensation(p: Params) -> Solution:
    P, a, b = reals(p, "P a b")
    before, after = P * tan(acos(a)), P * tan(acos(b))
    return measured(
        p,
        before - after,
        "kvar",
        [before, after, P / a - P / b],
        r"The power factor is $\cos \varphi$, and the reactive power is $Q = P \tan \varphi$.",
        r"Before: $Q_1 = {P} \tan(\arccos {a}) = {before}$ kvar; afterwards $Q_2 = {P} \tan(\arccos {b}) = {after}$ "
        r"kvar.",
        r"The capacitor supplies the difference, ${before} - {after} \approx {ans}$ kvar.",
        before=before,
        after=after,
    )


@family(
    "electrical-engineering-resonance",
    ("Resonant frequency",),
    grid(L="1 2.2 4.7 10 22", C="1 4.7 10 22 47 100"),
    "An inductor of {L} mH and a capacitor of {C} nF form a series resonant circuit. What is its resonant frequency "
    "in kHz? Round to two decimal places.",
    "At which frequency in kHz do the reactances of a {L} mH coil and a {C} nF capacitor cancel when they are in "
    "series? Round to two decimal places.",
)
def _resonance(p: Params) -> Solution:
    L, C = reals(p, "L C")
    omega = 1 / sqrt(L * 1e-3 * C * 1e-9)
    return measured(
        p,
        omega / (2 * pi) / 1000,
        "kHz",
        [omega / 1000, 1 / (2 * pi * L * C) * 1000, omega / pi / 1000],
        r"At resonance $\omega L = \frac{{1}}{{\omega C}}$, so $f = \frac{{1}}{{2 \pi \sqrt{{L C}}}}$.",
        r"Here $L C = {L} \cdot 10^{{-3}} \cdot {C} \cdot 10^{{-9}} = {LC} \cdot 10^{{-12}}$ s².",
        r"The resonant frequency is {ans} kHz.",
        LC=L * C,
    )


@family(
    "electrical-engineering-transformer",
    ("Turns ratio", "Ohm's law"),
    grid(U="230 120 400", N="500 600 800 1000", n="50 60 100", R="4 5 8 10"),
    "An ideal transformer has {N} primary and {n} secondary turns and is connected to {U} V. A resistor of {R} Ω "
    "loads the secondary side. What is the primary current? Answer in mA, rounded to the nearest milliampere.",
    "The primary winding ({N} turns) of a lossless transformer lies at {U} V; the secondary winding ({n} turns) feeds "
    "{R} Ω. Determine the current drawn from the mains, rounded to the nearest mA.",
)
def _transformer(p: Params) -> Solution:
    U, N, n, R = nums(p, "U N n R")
    V = U * n / N
    return measured(
        p,
        1000 * V / R * n / N,
        "mA",
        [1000 * V / R, 1000 * V / R * N / n, 1000 * U / R],
        r"Voltages are in the ratio of the turns: $U_2 = {U} \cdot \frac{{{n}}}{{{N}}} = {V}$ V.",
        r"The secondary current is $I_2 = {V} / {R} = {I}$ A.",
        r"Currents are in the inverse ratio, so $I_1 = I_2 \cdot \frac{{{n}}}{{{N}}}$, which is {ans} mA.",
        places=0,
        V=V,
        I=V / R,
    )


@family(
    "electrical-engineering-three-phase",
    ("Three-phase power", "Line and phase voltage"),
    grid(U="208 380 400 415 480", R="10 16 20 25 40", way=("star", "delta")),
    "Three equal resistors of {R} Ω are connected in {way} to a three-phase supply with a line voltage of {U} V. What "
    "is the total power in kW? Round to two decimal places.",
    "A balanced {way} load of {R} Ω per phase is connected to a three-phase network whose line voltage is {U} V. "
    "Compute the total active power in kW, rounded to two decimal places.",
)
def _three(p: Params) -> Solution:
    U, R = nums(p, "U R")
    star = p["way"] == "star"
    power = (U * U / R if star else 3 * U * U / R) / 1000
    return measured(
        p,
        power,
        "kW",
        [power * 3 if star else power / 3, power * 2 if star else power / 2],
        (
            r"In star connection each resistor gets the phase voltage ${U} / \sqrt{{3}} = {V}$ V."
            if star
            else "In delta connection each resistor lies directly at the line voltage of {U} V."
        ),
        r"One phase takes up ${V}^2 / {R} = {one}$ W.",
        r"Three phases take up $3 \cdot {one}$ W, that is {ans} kW.",
        V=float(U) / sqrt(3) if star else U,
        one=power * 1000 / 3,
    )


PROBLEMS: tuple[Problem, ...] = (
    _charging, _relay, _rms, _coil, _phase, _compensation, _resonance, _transformer, _three
)  # fmt: skip
