"""Homework families of general chemistry: atoms, the mole, formulas and stoichiometry."""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from random import Random

from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._chemistry_tools import (
    MASSES,
    MOLECULES,
    SALTS,
    atomic,
    counts,
    given,
    mass_sum,
    molar_mass,
    substances,
)
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, stated

NAMES = (
    "hydrogen helium lithium beryllium boron carbon nitrogen oxygen fluorine neon sodium magnesium aluminium silicon "
    "phosphorus sulfur chlorine argon potassium calcium scandium titanium vanadium chromium manganese iron cobalt "
    "nickel copper zinc gallium germanium arsenic selenium bromine krypton"
)
ELEMENTS = NAMES.split()
IONS = (
    ("lithium-7", "1+"), ("nitrogen-15", "3-"), ("oxygen-18", "2-"), ("fluorine-19", "1-"), ("sodium-23", "1+"),
    ("magnesium-26", "2+"), ("aluminium-27", "3+"), ("phosphorus-31", "3-"), ("sulfur-34", "2-"),
    ("chlorine-37", "1-"), ("potassium-41", "1+"), ("calcium-44", "2+"), ("titanium-48", "4+"),
    ("chromium-52", "3+"), ("manganese-55", "2+"), ("iron-56", "3+"), ("iron-58", "2+"), ("cobalt-59", "2+"),
    ("nickel-60", "2+"), ("copper-65", "2+"), ("zinc-66", "2+"), ("selenium-80", "2-"), ("bromine-81", "1-"),
)  # fmt: skip
ORBITALS = (("1s", 2), ("2s", 2), ("2p", 6), ("3s", 2), ("3p", 6), ("4s", 2), ("3d", 10), ("4p", 6))


def _ion(random: Random) -> Params:
    isotope, charge = random.choice(IONS)
    return {"isotope": isotope, "charge": charge}


@family(
    "chemistry-ion-particles",
    ("Atomic number and mass number",),
    _ion,
    "How many neutrons and how many electrons are there in an ion of {isotope} with the charge {charge}?",
    "Give the numbers of neutrons and electrons of the {charge} ion of the nuclide {isotope}.",
)
def _particles(p: Params) -> Solution:
    name, mass = str(p["isotope"]).split("-")
    charge = int(str(p["charge"])[0]) * (1 if str(p["charge"]).endswith("+") else -1)
    Z, A = ELEMENTS.index(name) + 1, int(mass)
    return stated(
        p,
        f"{A - Z} neutrons and {Z - charge} electrons",
        [f"{A - Z} neutrons and {Z + charge} electrons", f"{A} neutrons and {Z - charge} electrons"],
        f"The element {name} has the atomic number {Z}, so its nucleus holds {Z} protons.",
        r"The mass number counts protons and neutrons together: ${A} - {Z} = {N}$ neutrons.",
        r"A positive charge means missing electrons, a negative one surplus electrons: ${Z} - ({q}) = {e}$ electrons.",
        A=A,
        Z=Z,
        N=A - Z,
        q=charge,
        e=Z - charge,
    )


def _enriched(random: Random) -> Params:
    pairs = "copper 62.93 64.93,gallium 68.93 70.92,bromine 78.92 80.92,silver 106.91 108.90,chlorine 34.97 36.97"
    element, a, b = random.choice([pair.split() for pair in pairs.split(",")])
    return {"element": element, "a": a, "b": b, "x": random.choice(range(10, 95, 5))}


@family(
    "chemistry-average-mass",
    ("Average atomic mass",),
    _enriched,
    "In an isotopically enriched sample of {element}, {x}% of the atoms have a mass of {a} u and the others {b} u. "
    "What is the average atomic mass in the sample? Round to two decimal places.",
    "A laboratory prepares {element} from two isotopes with masses of {a} u and {b} u; the first one makes up {x}% of "
    "all atoms. Calculate the average atomic mass in u, rounded to two decimal places.",
)
def _average(p: Params) -> Solution:
    a, b, x = nums(p, "a b x")
    return measured(
        p,
        (x * a + (100 - x) * b) / 100,
        "u",
        [(x * b + (100 - x) * a) / 100 if x != 50 else a + b, (a + b) / 2 if x != 50 else b],
        "The average atomic mass weights the mass of each isotope with its share of the atoms.",
        r"The second isotope has the share $100 - {x} = {rest}$ percent.",
        r"So $\bar m = {fx} \cdot {a} + {fr} \cdot {b} \approx {ans}$ u.",
        rest=100 - x,
        fx=x / 100,
        fr=1 - x / 100,
    )


def _shells(electrons: int, order: tuple[tuple[str, int], ...]) -> str:
    filled = []
    for name, room in order:
        if electrons > 0:
            filled.append(f"{name}^{min(electrons, room)}")
        electrons -= room
    return " ".join(filled)


@family(
    "chemistry-electron-configuration",
    ("Electron configuration", "Atomic number and mass number"),
    grid(element=[name for name in ELEMENTS[4:] if name not in {"chromium", "copper"}]),
    "Write the electron configuration of a neutral atom of {element} in its ground state, in order of filling (such as "
    "1s^2 2s^1).",
    "Which orbitals are occupied in the ground state of neutral {element}? Give the configuration in the order in "
    "which the orbitals are filled, written like 1s^2 2s^1.",
)
def _configuration(p: Params) -> Solution:
    Z = ELEMENTS.index(str(p["element"])) + 1
    right, more = _shells(Z, ORBITALS), _shells(Z + 1, ORBITALS)
    return stated(
        p,
        right,
        [more, _shells(Z - 1, ORBITALS)],
        f"A neutral atom of {{element}} has as many electrons as protons, namely {Z}.",
        "The orbitals are filled in the order 1s, 2s, 2p, 3s, 3p, 4s, 3d, 4p; s orbitals take 2 electrons, the p set "
        "6 and the d set 10.",
        f"Distributing {Z} electrons gives {right}, and the exponents add up to {Z}.",
    )


@family(
    "chemistry-moles-of-salt",
    ("Mole", "Molar mass"),
    substances(SALTS, grid(m="5.85 12.5 25 40 75.5 120")),
    "How many moles are {m} g of {name}, {formula}? The atomic masses in u are {masses}. Round to three decimal "
    "places.",
    "A bottle holds {m} g of {name} ({formula}). With the atomic masses {masses} (in u), find the amount of substance "
    "in mol, rounded to three decimal places.",
)
def _moles(p: Params) -> Solution:
    (m,) = nums(p, "m")
    M = molar_mass(p["formula"], p["masses"])
    simple = sum(atomic(p["masses"]).values(), Fraction(0))
    return measured(
        p,
        m / M,
        "mol",
        [m * M, m / simple, M / m],
        r"The molar mass of {formula} is the sum over all its atoms: $M = {total} = {M}$ g/mol.",
        r"The amount of substance is mass divided by molar mass: $n = {m} / {M} \approx {ans}$ mol.",
        places=3,
        M=M,
        total=mass_sum(p["formula"], p["masses"]),
    )


@family(
    "chemistry-number-of-molecules",
    ("Avogadro constant", "Mole", "Molar mass"),
    substances(MOLECULES, grid(m="9 18 27.5 36 50 64")),
    "How many molecules are there in {m} g of {name} ({formula})? Use the atomic masses {masses} (in u) and an "
    "Avogadro constant of 6.022·10²³ per mole. Give the result in units of 10²³, rounded to two decimal places.",
    "Express the number of {formula} molecules in {m} g of {name} as a multiple of 10²³, rounded to two decimal "
    "places. Take 6.022·10²³ molecules per mole and the atomic masses {masses} in u.",
)
def _molecules(p: Params) -> Solution:
    (m,) = nums(p, "m")
    N = Fraction("6.022")
    M = molar_mass(p["formula"], p["masses"])
    return measured(
        p,
        m / M * N,
        "·10²³ molecules",
        [m / M, m * N, M / m * N],
        r"The molar mass is $M = {total} = {M}$ g/mol.",
        r"The sample contains $n = {m} / {M} = {n}$ mol.",
        r"One mole holds $6.022 \cdot 10^{{23}}$ molecules, so there are ${n} \cdot 6.022 \approx {ans}$ times "
        "$10^{{23}}$ molecules.",
        M=M,
        n=m / M,
        total=mass_sum(p["formula"], p["masses"]),
    )


def _share(random: Random) -> Params:
    name, formula = random.choice([*SALTS.items(), *MOLECULES.items()])
    return {"name": name, "formula": formula, "masses": given(formula), "el": random.choice(list(counts(formula)))}


@family(
    "chemistry-percent-composition",
    ("Percent composition", "Molar mass"),
    _share,
    "What percentage by mass of {name}, {formula}, is the element {el}? Use the atomic masses {masses} (in u) and "
    "round to two decimal places.",
    "Calculate the mass fraction, in percent, of {el} in pure {name} with the formula {formula}. Atomic masses in u: "
    "{masses}. Round to two decimal places.",
)
def _percent(p: Params) -> Solution:
    table, atoms, el = atomic(p["masses"]), counts(str(p["formula"])), str(p["el"])
    M, part = molar_mass(p["formula"], p["masses"]), table[el] * atoms[el]
    return measured(
        p,
        100 * part / M,
        "%",
        [
            Fraction(100 * atoms[el], atoms.total()),
            100 * table[el] / sum(table.values(), Fraction(0)),
            100 - 100 * part / M,
        ],
        r"One mole of {formula} has the mass ${total} = {M}$ g.",
        r"It contains {count} mol of {el}, that is ${count} \cdot {one} = {part}$ g.",
        r"The share is ${part} / {M} \cdot 100 \approx {ans}$ percent.",
        M=M,
        total=mass_sum(p["formula"], p["masses"]),
        count=atoms[el],
        one=table[el],
        part=part,
    )


def _written(c: int, h: int, o: int) -> str:
    return "".join(f"{el}{n}" if n > 1 else el for el, n in zip("CHO", (c, h, o), strict=True))


# Empirical formula CcHhOo and how often it fits into the molecule.
COMPOUNDS = (
    (1, 2, 1, 2), (1, 2, 1, 3), (1, 2, 1, 4), (1, 2, 1, 5), (1, 2, 1, 6), (2, 4, 1, 2), (2, 4, 1, 3), (2, 4, 1, 4),
    (3, 6, 1, 2), (2, 5, 1, 2), (3, 4, 3, 2), (2, 3, 2, 2), (4, 5, 2, 2), (3, 5, 1, 2), (4, 7, 1, 2), (3, 3, 1, 2),
    (5, 4, 1, 2), (2, 2, 1, 2), (3, 4, 1, 2), (1, 1, 2, 2), (2, 3, 1, 2), (1, 3, 1, 2), (3, 7, 2, 2), (3, 5, 2, 2),
)  # fmt: skip


def _sample(random: Random) -> Params:
    c, h, o, k = random.choice(COMPOUNDS)
    masses = (c * Fraction(MASSES["C"]), h * Fraction(MASSES["H"]), o * Fraction(MASSES["O"]))
    total = sum(masses)
    c_share, h_share, o_share = (f"{float(100 * m / total):.2f}" for m in masses)
    return {"c": c_share, "h": h_share, "o": o_share, "M": f"{float(total) * k:.1f}"}


@family(
    "chemistry-molecular-formula",
    ("Empirical formula", "Molecular formula", "Percent composition"),
    _sample,
    "A compound consists of {c}% carbon, {h}% hydrogen and {o}% oxygen by mass; its molar mass is {M} g/mol. Find its "
    "molecular formula. Use C = 12.01, H = 1.008, O = 16.00.",
    "Elemental analysis of a substance with a molar mass of {M} g/mol gives {c}% C, {h}% H and {o}% O by mass. With "
    "the atomic masses C = 12.01, H = 1.008 and O = 16.00, what is the molecular formula?",
)
def _formula(p: Params) -> Solution:
    c, h, o, M = nums(p, "c h o M")
    moles = [c / Fraction("12.01"), h / Fraction("1.008"), o / Fraction(16)]
    ratios = [(n / min(moles)).limit_denominator(4) for n in moles]
    scale = lcm(*(r.denominator for r in ratios))
    C, H, O = (int(r * scale) for r in ratios)
    unit = C * Fraction("12.01") + H * Fraction("1.008") + O * 16
    k = round(M / unit)
    return stated(
        p,
        _written(k * C, k * H, k * O),
        [_written(C, H, O), _written((k + 1) * C, (k + 1) * H, (k + 1) * O)],
        r"In 100 g there are ${c} / 12.01 = {nc}$ mol C, ${h} / 1.008 = {nh}$ mol H and ${o} / 16.00 = {no}$ mol O.",
        f"Their ratio in smallest whole numbers is {C} : {H} : {O}, which is the empirical formula.",
        r"The empirical formula has the mass {unit} g/mol; it fits into the molar mass {k} times.",
        f"All subscripts are multiplied by {k} to give the molecular formula.",
        nc=moles[0],
        nh=moles[1],
        no=moles[2],
        unit=unit,
        k=k,
    )


PROBLEMS: tuple[Problem, ...] = (
    _particles, _average, _configuration, _moles, _molecules, _percent, _formula
)  # fmt: skip
