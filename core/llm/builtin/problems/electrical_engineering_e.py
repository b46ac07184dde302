"""Homework families of digital systems: conversion between analog and digital signals."""

from __future__ import annotations

from core.llm.builtin.numbers import plain
from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, reals, stated


@family(
    "electrical-engineering-adc",
    ("Quantization step", "Binary number"),
    grid(n="8 10 12", U="2.5 3.3 4.096 5 10", u="0.41 0.73 1.27 1.68 2.15"),
    "An analog-to-digital converter with {n} bits covers the range from 0 V to {U} V and rounds down. Which decimal "
    "code does it give for {u} V?",
    "What decimal output code does a {n}-bit converter with an input range of 0 V to {U} V deliver at {u} V, if every "
    "step is as wide as the range divided by the number of codes and values in between are cut off?",
)
def _adc(p: Params) -> Solution:
    n, U, u = nums(p, "n U u")
    size = 2 ** int(n)
    code = int(u * size / U)
    return stated(
        p,
        str(code),
        [str(code + 1), str(int(u * size / U / 2)), str(int(u * 2 ** (int(n) - 1) / U) + 1)],
        rf"With {{n}} bits there are $2^{{{{{int(n)}}}}} = {size}$ codes.",
        rf"The quantization step is ${{U}} / {size}$ V, which is {{step}} mV.",
        rf"The input is ${{u}} \cdot {size} / {{U}} = {{ratio}}$ steps, so the code is {code}.",
        step=U / size * 1000,
        ratio=u * size / U,
    )


@family(
    "electrical-engineering-aliasing",
    ("Sampling theorem",),
    grid(s="8 10 12 16 20", f="5.5 6.5 7.2 9.1 11.3 14.6 17.8"),
    "A sine wave is sampled at {s} kHz without a filter in front; its frequency is {f} kHz. At which frequency in "
    "kHz, between zero and half the sampling rate, does it appear?",
    "Which frequency in kHz up to half the sampling rate does one read from the samples of a {f} kHz tone that were "
    "taken at a rate of {s} kHz?",
)
def _alias(p: Params) -> Solution:
    s, f = nums(p, "s f")
    k = round(f / s)
    seen = abs(f - k * s)
    inside = f < s / 2
    last = (
        r"The tone lies below that limit, so it keeps its frequency of {ans} kHz."
        if inside
        else rf"The tone lies above the limit; it is folded to $|{{f}} - {k} \cdot {{s}}| = {{ans}}$ kHz."
    )
    return measured(
        p,
        seen,
        "kHz",
        [f if not inside else s - f, s / 2],
        r"By the sampling theorem only frequencies below half the sampling rate, ${s} / 2 = {half}$ kHz, are kept.",
        "Frequencies that differ by a multiple of the sampling rate, or only in sign, give the same samples.",
        last,
        half=s / 2,
    )


@family(
    "electrical-engineering-dac",
    ("Digital-to-analog converter", "Hexadecimal number", "Quantization step"),
    lambda random: {"code": f"0x{random.randrange(20, 250):02X}", "U": random.choice(("2.56", "3.3", 5, 10))},
    "An eight-bit digital-to-analog converter with a reference of {U} V receives the hexadecimal code {code}. What is "
    "its output, if the step is the reference divided by the number of codes? Answer in volts, rounded to three "
    "decimal places.",
    "What voltage does an eight-bit DAC put out for the code {code} (hexadecimal)? Its reference is {U} V, and one "
    "step is the reference divided by the number of codes. Round to three decimal places.",
)
def _dac(p: Params) -> Solution:
    (U,) = reals(p, "U")
    code = int(str(p["code"]), 16)
    return measured(
        p,
        U * code / 256,
        "V",
        [U * code / 255 if code > 25 else U / 2, U * code / 128],
        f"The code {{code}} is {code} in decimal.",
        rf"Eight bits have 256 codes, so one step is ${{U}} / 256$ V, which is {plain(U / 256 * 1000, 3)} mV.",
        rf"The output is ${code} \cdot {{U}} / 256 \approx {{ans}}$ V.",
        places=3,
    )


PROBLEMS: tuple[Problem, ...] = (_adc, _alias, _dac)
