"""Helpers of the chemical families: formulas with subscripts, molar masses and substances to draw from."""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction
from random import Random

from core.llm.builtin.problem import Params, Value
from core.llm.builtin.problems._physics_tools import Draw

MASSES = {
    "H": "1.008", "C": "12.01", "N": "14.01", "O": "16.00", "F": "19.00", "Na": "22.99", "Mg": "24.31", "Al": "26.98",
    "P": "30.97", "S": "32.06", "Cl": "35.45", "K": "39.10", "Ca": "40.08", "Fe": "55.85", "Cu": "63.55", "Zn": "65.38",
    "Ag": "107.87", "Ba": "137.33",
}  # fmt: skip

SALTS = {
    "sodium chloride": "NaCl", "calcium chloride": "CaCl₂", "potassium nitrate": "KNO₃", "sodium hydroxide": "NaOH",
    "copper(II) sulfate": "CuSO₄", "ammonium sulfate": "(NH₄)₂SO₄", "magnesium chloride": "MgCl₂",
    "sodium carbonate": "Na₂CO₃", "silver nitrate": "AgNO₃", "calcium nitrate": "Ca(NO₃)₂",
}  # fmt: skip

MOLECULES = {
    "water": "H₂O", "carbon dioxide": "CO₂", "ammonia": "NH₃", "methane": "CH₄", "ethanol": "C₂H₆O",
    "glucose": "C₆H₁₂O₆", "acetone": "C₃H₆O", "sulfur dioxide": "SO₂", "benzene": "C₆H₆", "urea": "CH₄N₂O",
    "acetic acid": "C₂H₄O₂", "caffeine": "C₈H₁₀N₄O₂",
}  # fmt: skip

_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_TOKEN = re.compile(r"([A-Z][a-z]?|\(|\))(\d*)")


def counts(formula: str) -> Counter[str]:
    """How many atoms of each element a formula such as "Ca(NO₃)₂" holds."""
    open_groups: list[Counter[str]] = [Counter()]
    for mark, digits in _TOKEN.findall(formula.translate(_SUBSCRIPTS)):
        times = int(digits or 1)
        if mark == "(":
            open_groups.append(Counter())
        elif mark == ")":
            group = open_groups.pop()
            open_groups[-1].update({symbol: number * times for symbol, number in group.items()})
        else:
            open_groups[-1][mark] += times
    return open_groups[0]


def given(formula: str) -> str:
    """The atomic masses that a formula needs, for a question: "Na = 22.99, Cl = 35.45"."""
    return ", ".join(f"{symbol} = {MASSES[symbol]}" for symbol in counts(formula))


def atomic(text: object) -> dict[str, Fraction]:
    """The inverse of `given`."""
    pairs = (part.split(" = ") for part in str(text).split(", "))
    return {symbol: Fraction(value) for symbol, value in pairs}


def molar_mass(formula: object, masses: object) -> Fraction:
    """The molar mass in g/mol with the atomic masses that a question gives."""
    table = atomic(masses)
    return sum((table[symbol] * number for symbol, number in counts(str(formula)).items()), Fraction(0))


def mass_sum(formula: object, masses: object) -> str:
    """The molar mass as a sum for a formula: "2 \\cdot 1.008 + 16.00"."""
    texts = dict(part.split(" = ") for part in str(masses).split(", "))
    parts = counts(str(formula)).items()
    return " + ".join(rf"{number} \cdot {texts[s]}" if number > 1 else texts[s] for s, number in parts)


def substances(table: dict[str, str], draw: Draw) -> Draw:
    """Adds a substance of `table` to what `draw` gives: its `name`, `formula` and the atomic `masses` needed."""

    def both(random: Random) -> Params:
        name = random.choice(list(table))
        chosen: dict[str, Value] = {"name": name, "formula": table[name], "masses": given(table[name])}
        return {**chosen, **draw(random)}

    return both
