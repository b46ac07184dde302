"""Homework families of general chemistry: heat of reactions and electron transfer."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._chemistry_tools import counts
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, stated

FUELS = (
    ("methane", "16.04", 890), ("propane", "44.10", 2220), ("butane", "58.12", 2878), ("methanol", "32.04", 726),
    ("ethanol", "46.07", 1367),
)  # fmt: skip
SPECIES = (
    ("MnO₄⁻", "Mn"), ("Cr₂O₇²⁻", "Cr"), ("CrO₄²⁻", "Cr"), ("SO₄²⁻", "S"), ("SO₃²⁻", "S"), ("NO₃⁻", "N"), ("NO₂⁻", "N"),
    ("NH₄⁺", "N"), ("PO₄³⁻", "P"), ("ClO₃⁻", "Cl"), ("ClO₄⁻", "Cl"), ("ClO⁻", "Cl"), ("CO₃²⁻", "C"), ("C₂O₄²⁻", "C"),
    ("H₂SO₄", "S"), ("HNO₃", "N"), ("H₃PO₄", "P"), ("SO₂", "S"), ("N₂O₄", "N"), ("Fe₂O₃", "Fe"), ("MnO₂", "Mn"),
    ("VO₂⁺", "V"), ("P₂O₅", "P"), ("BrO₃⁻", "Br"), ("IO₄⁻", "I"),
)  # fmt: skip
OXIDANTS = {
    "permanganate": ("MnO₄⁻ + 8 H⁺ + 5 e⁻ → Mn²⁺ + 4 H₂O", 5),
    "dichromate": ("Cr₂O₇²⁻ + 14 H⁺ + 6 e⁻ → 2 Cr³⁺ + 7 H₂O", 6),
    "bromate": ("BrO₃⁻ + 6 H⁺ + 6 e⁻ → Br⁻ + 3 H₂O", 6),
}
REDUCTANTS = {
    "iron(II) ions": ("Fe²⁺ → Fe³⁺ + e⁻", 1),
    "tin(II) ions": ("Sn²⁺ → Sn⁴⁺ + 2 e⁻", 2),
    "oxalic acid": ("H₂C₂O₄ → 2 CO₂ + 2 H⁺ + 2 e⁻", 2),
}


@family(
    "chemistry-hot-metal",
    ("Calorimetry",),
    grid(m="80 100 120 150", t="95 98 100", w="100 150 200", a="18 20 21", e="22.5 23.4 24.2"),
    "A piece of metal of {m} g is heated to {t} °C and dropped into {w} g of water at {a} °C. The final temperature is "
    "{e} °C. What is the specific heat of the metal in J/(g·K)? Use 4.18 J/(g·K) for water, neglect losses and round "
    "to two decimal places.",
    "In a calorimeter {w} g of water warm from {a} °C to {e} °C when {m} g of a metal at {t} °C are put in. No heat is "
    "lost, and water has a specific heat of 4.18 J/(g·K). Find the specific heat of the metal in J/(g·K), rounded to "
    "two decimal places.",
)
def _metal(p: Params) -> Solution:
    m, t, w, a, e = nums(p, "m t w a e")
    q = w * Fraction("4.18") * (e - a)
    return measured(
        p,
        q / (m * (t - e)),
        "J/(g·K)",
        [q / (m * (t - a)), q / (w * (t - e)), m * (t - e) / q],
        "The heat given off by the metal equals the heat taken up by the water.",
        r"The water takes up $q = {w} \cdot 4.18 \cdot ({e} - {a}) = {q}$ J.",
        r"The metal cools by ${t} - {e} = {fall}$ K, so $c = {q} / ({m} \cdot {fall}) \approx {ans}$ J/(g·K).",
        q=q,
        fall=t - e,
    )


def _burner(random: Random) -> Params:
    fuel, M, H = random.choice(FUELS)
    m, T = random.choice(("1.5", "2.5", "4.2", 3, 5)), random.choice((40, 50, 60, 70))
    return {"fuel": fuel, "M": M, "H": H, "m": m, "T": T}


@family(
    "chemistry-burner",
    ("Enthalpy of reaction", "Calorimetry"),
    _burner,
    "The combustion of {fuel} (molar mass {M} g/mol) releases {H} kJ per mole. What mass of water in grams can be "
    "warmed by {T} K with the heat from {m} g of {fuel}? Use 4.18 J/(g·K) for water, neglect losses and round to the "
    "nearest gram.",
    "A camping stove burns {m} g of {fuel}, whose molar mass is {M} g/mol and whose enthalpy of combustion is {H} "
    "kJ/mol in magnitude. If all the heat goes into water (4.18 J/(g·K)), how many grams of it become {T} K warmer? "
    "Round to the nearest gram.",
)
def _stove(p: Params) -> Solution:
    m, M, H, T = nums(p, "m M H T")
    q = m / M * H
    return measured(
        p,
        q * 1000 / (Fraction("4.18") * T),
        "g",
        [m * H * 1000 / (Fraction("4.18") * T), q * 1000 / T, q * 1000 * Fraction("4.18") / T],
        r"The amount burnt is $n = {m} / {M} = {n}$ mol.",
        r"It releases $q = {n} \cdot {H} = {q}$ kJ, that is {joule} J.",
        r"From $q = m c \Delta T$ the mass of water is ${joule} / (4.18 \cdot {T}) \approx {ans}$ g.",
        places=0,
        n=m / M,
        q=q,
        joule=q * 1000,
    )


@family(
    "chemistry-hess",
    ("Hess's law", "Enthalpy of reaction"),
    grid(a="-390 -412 -436 -450 -520", b="-566 -580 -610 -640", X=("X", "Q", "Z", "M")),
    "For an element {X} the enthalpy change is {a} kJ for {X} + O₂ → {X}O₂ and {b} kJ for 2 {X}O + O₂ → 2 {X}O₂. What "
    "is the enthalpy change of {X} + ½ O₂ → {X}O?",
    "Two reactions have been measured in a calorimeter: {X} + O₂ → {X}O₂ with {a} kJ and 2 {X}O + O₂ → 2 {X}O₂ with "
    "{b} kJ. Use Hess's law to find the enthalpy change of {X} + ½ O₂ → {X}O.",
)
def _hess(p: Params) -> Solution:
    a, b = nums(p, "a b")
    return measured(
        p,
        a - b / 2,
        "kJ",
        [a - b, a + b / 2],
        "Enthalpy depends only on the initial and final state, so equations and their enthalpies may be added.",
        r"The oxide {X}O must appear on the right, so the second equation is halved and reversed: "
        r"{X}O₂ → {X}O + ½ O₂ with ${half}$ kJ.",
        r"Adding the first equation cancels {X}O₂ and gives $\Delta H = {a} + {half} = {ans}$ kJ.",
        half=-b / 2,
    )


def _species(random: Random) -> Params:
    formula, element = random.choice(SPECIES)
    return {"formula": formula, "element": element}


def _charge(formula: str) -> int:
    marks = "".join(sign for sign in formula if sign in "²³⁴⁺⁻")
    if not marks:
        return 0
    size = {"²": 2, "³": 3, "⁴": 4}.get(marks[0], 1)
    return size if marks[-1] == "⁺" else -size


def _signed(value: Fraction | int) -> str:
    return f"+{value}" if value > 0 else str(value)


@family(
    "chemistry-oxidation-number",
    ("Oxidation number",),
    _species,
    "What is the oxidation number of {element} in {formula}?",
    "Assign an oxidation number to the element {element} in the species {formula}, with hydrogen +I and oxygen -II.",
)
def _oxidation(p: Params) -> Solution:
    formula, element = str(p["formula"]), str(p["element"])
    atoms, charge = counts(formula), _charge(formula)
    known = atoms["H"] - 2 * atoms["O"]
    number = Fraction(charge - known, atoms[element])
    noun = "atom" if atoms[element] == 1 else f"{atoms[element]} atoms"
    return stated(
        p,
        _signed(number),
        [_signed(-number), _signed(number * atoms[element] + (0 if atoms[element] > 1 else 1))],
        "In such species oxygen counts as -2 and hydrogen as +1, and all oxidation numbers add up to the charge.",
        r"The oxygen and hydrogen atoms of {formula} together contribute ${known}$, and the charge is ${charge}$.",
        rf"What remains for {'the' if atoms[element] == 1 else 'all'} {{element}} {noun} is "
        r"${charge} - ({known}) = {rest}$, so the oxidation number is {each}.",
        known=known,
        charge=charge,
        rest=charge - known,
        each=_signed(number),
    )


@family(
    "chemistry-redox-titration",
    ("Half-reaction", "Electrons transferred", "Oxidation number"),
    grid(
        oxidant=tuple(OXIDANTS),
        reductant=tuple(REDUCTANTS),
        V="12.5 15.6 18.4 20.5 24",
        c="0.02 0.025 0.05",
        s="25 40 50",
    ),
    "In acidic solution {V} mL of a {c} mol/L {oxidant} solution just oxidise the {reductant} in a sample of {s} mL. "
    "What was the concentration of {reductant} in the sample in mol/L? Round to four decimal places.",
    "A sample of {s} mL containing {reductant} is acidified and titrated; {V} mL of {oxidant} solution with a "
    "concentration of {c} mol/L are needed. Set up the half-reactions and calculate the concentration of {reductant} "
    "in mol/L, rounded to four decimal places.",
)
def _redox(p: Params) -> Solution:
    V, c, s = nums(p, "V c s")
    up, gain = OXIDANTS[str(p["oxidant"])]
    down, loss = REDUCTANTS[str(p["reductant"])]
    return measured(
        p,
        V * c * gain / loss / s,
        "mol/L",
        [V * c / s, V * c * loss / gain / s, V * c * gain / s * (2 if loss == 1 else 1)],
        f"The half-reactions are {up} and {down}.",
        f"The oxidant takes up {gain} electrons and the reductant gives {loss}, so one mole of oxidant reacts with "
        f"${gain} / {loss} = {{ratio}}$ mol of reductant.",
        r"The {oxidant} used is ${V} \cdot {c} = {n}$ mmol, which corresponds to ${n} \cdot {ratio} = {m}$ mmol.",
        r"The concentration is ${m} / {s} \approx {ans}$ mol/L.",
        places=4,
        ratio=Fraction(gain, loss),
        n=V * c,
        m=V * c * gain / loss,
    )


PROBLEMS: tuple[Problem, ...] = (_metal, _stove, _hess, _oxidation, _redox)
