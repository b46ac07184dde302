"""Homework families of waves and optics: oscillations, travelling waves and sound."""

from __future__ import annotations

from math import log10, pi, sqrt

from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, reals


@family(
    "physics-spring-period",
    ("Mass on a spring", "Period and frequency"),
    grid(m="150 200 250 300 400 500", k="12 20 25 32 40 50"),
    "A mass of {m} g hangs on a spring with a force constant of {k} N/m and bobs up and down. What is the frequency of "
    "the oscillation in hertz? Round to two decimal places.",
    "Find the number of oscillations per second, in Hz, of a {m} g glider attached to a spring of stiffness {k} N/m on "
    "an air track. Round to two decimal places.",
)
def _spring(p: Params) -> Solution:
    m, k = reals(p, "m k")
    T = 2 * pi * sqrt(m / 1000 / k)
    return measured(
        p,
        1 / T,
        "Hz",
        [T, sqrt(k * 1000 / m), sqrt(k / m) / (2 * pi)],
        r"A mass on a spring oscillates with the period $T = 2 \pi \sqrt{{m / k}}$, whatever its amplitude.",
        r"With $m = {kg}$ kg the period is $T = 2 \pi \sqrt{{{kg} / {k}}} = {T}$ s.",
        r"The frequency is the reciprocal, $f = 1 / T \approx {ans}$ Hz.",
        kg=m / 1000,
        T=T,
    )


@family(
    "physics-spring-stretch",
    ("Mass on a spring", "Conservation of mechanical energy"),
    grid(k="40 50 80 100 200", m="0.2 0.5 0.4 0.8", x="2 4 5 6 10"),
    "A block of {m} kg on a frictionless table is attached to a spring of {k} N/m. It is pulled {x} cm from "
    "equilibrium and released from rest. What is its maximum speed in m/s? Round to two decimal places.",
    "An oscillator consists of a {m} kg body and a spring with the force constant {k} N/m; its amplitude is {x} cm and "
    "friction is negligible. Compute the greatest speed of the body in m/s, rounded to two decimal places.",
)
def _stretch(p: Params) -> Solution:
    k, m, x = reals(p, "k m x")
    return measured(
        p,
        x / 100 * sqrt(k / m),
        "m/s",
        [x / 100 * k / m, x * sqrt(k / m), x / 100 * sqrt(k / m) / 2],
        "At the turning point all the energy is stored in the spring; in the equilibrium position it is all kinetic.",
        r"From $\tfrac{{1}}{{2}} k A^2 = \tfrac{{1}}{{2}} m v^2$ follows $v = A \sqrt{{k / m}}$ with $A = {A}$ m.",
        r"So $v = {A} \cdot \sqrt{{{k} / {m}}} \approx {ans}$ m/s.",
        A=x / 100,
    )


@family(
    "physics-pendulum-gravity",
    ("Simple pendulum", "Period and frequency"),
    grid(L="0.5 0.8 1.2 1.5", n="10 20 25", t="38 46 56 62"),
    "On an unknown planet a simple pendulum of length {L} m takes {t} s for {n} full swings. What is the acceleration "
    "of free fall there? Round to two decimal places.",
    "An astronaut times {n} complete swings of a small bob on a {L} m thread and finds {t} s. Which gravitational "
    "acceleration follows for this planet? Round to two decimal places.",
)
def _pendulum(p: Params) -> Solution:
    L, n, t = reals(p, "L n t")
    T = t / n
    return measured(
        p,
        4 * pi**2 * L / T**2,
        "m/s²",
        [4 * pi**2 * L / T, 2 * pi * L / T**2],
        r"One swing takes the period $T = {t} / {n} = {T}$ s.",
        r"For small swings $T = 2 \pi \sqrt{{L / g}}$, so the acceleration is $g = 4 \pi^2 L / T^2$.",
        r"This gives $g = 4 \pi^2 \cdot {L} / {T}^2 \approx {ans}$ m/s².",
        T=T,
    )


@family(
    "physics-water-waves",
    ("Wave speed", "Wavelength", "Period and frequency"),
    grid(n="4 5 8 10 12", t="20 25 40 16", d="6 9 12 15", k="2 3 4 6"),
    "A moored boat makes {n} full oscillations in {t} s as waves pass. The distance from one crest to the crest {k} "
    "places further on is {d} m. What is the speed of the waves? Round to two decimal places.",
    "A float makes {n} complete oscillations in {t} s as ripples go by, and a photograph shows {k} whole wavelengths "
    "over a length of {d} m. How fast do the ripples travel? Round to two decimal places.",
)
def _water(p: Params) -> Solution:
    n, t, d, k = nums(p, "n t d k")
    return measured(
        p,
        n / t * d / k,
        "m/s",
        [n / t * d, t / n * d / k],
        r"The frequency is the number of oscillations per second, $f = {n} / {t} = {f}$ Hz.",
        r"The wavelength is the distance of neighbouring crests, $\lambda = {d} / {k} = {w}$ m.",
        r"In one period the wave advances by one wavelength, so $v = f \lambda = {f} \cdot {w} \approx {ans}$ m/s.",
        f=n / t,
        w=d / k,
    )


@family(
    "physics-string-tension",
    ("Wave on a stretched string", "Wave speed"),
    grid(m="10 12 15 20 24", L="0.8 2.5 2 4", v="30 40 50 60"),
    "A rope of length {L} m and mass {m} g is to carry pulses at {v} m/s. What tension is needed?",
    "Transverse waves should run at {v} m/s along a string with a mass of {m} g and a length of {L} m. Find the "
    "required tension.",
)
def _string(p: Params) -> Solution:
    m, L, v = nums(p, "m L v")
    mu = m / 1000 / L
    return measured(
        p,
        mu * v * v,
        "N",
        [mu * v, m / 1000 * v * v],
        r"The speed of a wave on a stretched string is $v = \sqrt{{F / \mu}}$, where $\mu$ is the mass per length.",
        r"Here $\mu = ({m} / 1000) / {L}$ kg/m.",
        r"The tension is $F = \mu v^2 = \frac{{{m}}}{{1000 \cdot {L}}} \cdot {v}^2 = {ans}$ N.",
        places=3,
    )


@family(
    "physics-sound-level",
    ("Sound intensity level",),
    grid(n="2 3 4 5 6 8 12", L=range(55, 80, 3)),
    "One machine produces a sound level of {L} dB at a desk. What is the level when {n} such machines run at equal "
    "distance from the desk? Round to one decimal place.",
    "At a microphone a single violin gives {L} dB. What does the microphone measure when {n} equally loud violins at "
    "the same distance play together? Round to one decimal place.",
)
def _sound(p: Params) -> Solution:
    n, L = reals(p, "n L")
    return measured(
        p,
        L + 10 * log10(n),
        "dB",
        [L * n, L + log10(n), L + n],
        "Intensities of independent sources add; levels do not, because they are logarithms of intensities.",
        r"With {n} equal sources the intensity is {n} times as large, which raises the level by "
        r"$10 \log_{{10}} {n} = {rise}$ dB.",
        r"The level is ${L} + {rise} \approx {ans}$ dB.",
        places=1,
        rise=10 * log10(n),
    )


@family(
    "physics-doppler",
    ("Doppler effect",),
    grid(f="440 500 600 680 720 800", v="15 18 20 25 30", way=("towards", "away from")),
    "An ambulance with a siren of {f} Hz drives at {v} m/s {way} a listener at rest. Which frequency does the listener "
    "hear? Use 343 m/s for the speed of sound and round to one decimal place.",
    "The horn of a train sounds at {f} Hz while the train moves {way} a person on the platform at {v} m/s. With a "
    "speed of sound of 343 m/s, find the frequency that this person hears, rounded to one decimal place.",
)
def _doppler(p: Params) -> Solution:
    f, v = nums(p, "f v")
    s = -1 if p["way"] == "towards" else 1
    return measured(
        p,
        f * 343 / (343 + s * v),
        "Hz",
        [f * 343 / (343 - s * v), f * (343 - s * v) / 343],
        r"For a moving source and a listener at rest $f' = f \cdot \frac{{c}}{{c \mp v}}$, with the minus sign when "
        r"the source approaches.",
        r"The source moves {way} the listener, so the denominator is $343 {sign} {v} = {c}$ m/s.",
        r"The frequency heard is $f' = {f} \cdot 343 / {c} \approx {ans}$ Hz.",
        places=1,
        sign="-" if s < 0 else "+",
        c=343 + s * v,
    )


@family(
    "physics-beats",
    ("Beat frequency", "Wave on a stretched string"),
    grid(f="196 220 256 330 440", n="12 15 18 24 30", t="6 5 10", way=("raised", "lowered")),
    "A string sounds together with a tuning fork of {f} Hz, and {n} beats are counted in {t} s. When the tension of "
    "the string is {way} a little, the beats become slower. What was the original frequency of the string?",
    "A guitarist compares a string with a reference tone of {f} Hz and hears {n} beats within {t} s. The beating slows "
    "down as soon as the tension is {way} slightly. At which frequency did the string vibrate before?",
)
def _beats(p: Params) -> Solution:
    f, n, t = nums(p, "f n t")
    s = -1 if p["way"] == "raised" else 1
    return measured(
        p,
        f + s * n / t,
        "Hz",
        [f - s * n / t, f + s * n],
        r"The beat frequency is the difference of the two frequencies: ${n} / {t} = {b}$ Hz.",
        "A tighter string vibrates faster. The beats slow down when the frequencies come closer, so with the tension "
        "{way} the string must have been {side} the reference.",
        r"Its frequency was ${f} {sign} {b} = {ans}$ Hz.",
        b=n / t,
        side="below" if s < 0 else "above",
        sign="-" if s < 0 else "+",
    )


@family(
    "physics-standing-string",
    ("Standing wave on a string", "Harmonic series"),
    grid(L="0.5 0.6 0.8 1.2 1.5", n="2 3 4 5", f="180 240 360 420 600"),
    "A string fixed at both ends is {L} m long. At {f} Hz it vibrates in its harmonic number {n}. How fast do waves "
    "travel on the string?",
    "At a frequency of {f} Hz a {L} m string, clamped at both ends, shows a standing wave with {n} loops. Determine "
    "the wave speed on the string.",
)
def _standing(p: Params) -> Solution:
    L, n, f = nums(p, "L n f")
    return measured(
        p,
        2 * L * f / n,
        "m/s",
        [L * f / n, 2 * L * f],
        "Between fixed ends a standing wave of harmonic number $n$ has $n$ loops, each half a wavelength long.",
        r"Thus $\lambda = 2 L / n = 2 \cdot {L} / {n} = {w}$ m.",
        r"The wave speed is $v = f \lambda = {f} \cdot 2 \cdot {L} / {n} = {ans}$ m/s.",
        w=2 * L / n,
    )


@family(
    "physics-pipe",
    ("Resonance in a pipe", "Harmonic series", "Wavelength"),
    grid(L=range(30, 90, 5), n="2 3 4"),
    "A pipe {L} cm long is closed at one end. At which frequency does its resonance number {n} lie, counting the "
    "fundamental as the first? Use 343 m/s for the speed of sound and round to one decimal place.",
    "A glass tube with one open and one closed end has an air column of {L} cm. Number its resonances upwards from the "
    "fundamental. With sound travelling at 343 m/s, what is the frequency of resonance number {n}? Round to one "
    "decimal place.",
)
def _pipe(p: Params) -> Solution:
    L, n = nums(p, "L n")
    base = 343 / (4 * L / 100)
    return measured(
        p,
        (2 * n - 1) * base,
        "Hz",
        [n * base, 2 * n * base],
        "At the closed end there is a node and at the open end an antinode, so the fundamental has a quarter of a "
        "wavelength in the pipe.",
        r"The fundamental is $f_1 = 343 / (4 \cdot {m}) = {base}$ Hz, and only odd multiples of it fit.",
        r"Resonance number {n} is the harmonic $2 \cdot {n} - 1 = {h}$, so $f = {h} \cdot {base} \approx {ans}$ Hz.",
        places=1,
        m=L / 100,
        base=base,
        h=2 * n - 1,
    )


PROBLEMS: tuple[Problem, ...] = (
    _spring, _stretch, _pendulum, _water, _string, _sound, _doppler, _beats, _standing, _pipe
)  # fmt: skip
