"""Homework families of general chemistry: reaction equations, solutions and gases."""

from __future__ import annotations

from fractions import Fraction
from math import gcd
from random import Random

from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._chemistry_tools import SALTS, counts, mass_sum, molar_mass, substances
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums

FUELS = {
    "methane": "CH₄", "ethane": "C₂H₆", "propane": "C₃H₈", "butane": "C₄H₁₀", "pentane": "C₅H₁₂", "hexane": "C₆H₁₄",
    "ethene": "C₂H₄", "ethyne": "C₂H₂", "benzene": "C₆H₆", "methanol": "CH₄O", "ethanol": "C₂H₆O", "acetone": "C₃H₆O",
    "glucose": "C₆H₁₂O₆",
}  # fmt: skip
SYNTHESES = (
    ("N₂ + 3 H₂ → 2 NH₃", "nitrogen", 1, "hydrogen", 3, "ammonia", 2),
    ("4 Al + 3 O₂ → 2 Al₂O₃", "aluminium", 4, "oxygen", 3, "aluminium oxide", 2),
    ("2 Al + 3 Cl₂ → 2 AlCl₃", "aluminium", 2, "chlorine", 3, "aluminium chloride", 2),
    ("P₄ + 6 Cl₂ → 4 PCl₃", "phosphorus", 1, "chlorine", 6, "phosphorus trichloride", 4),
    ("2 SO₂ + O₂ → 2 SO₃", "sulfur dioxide", 2, "oxygen", 1, "sulfur trioxide", 2),
    ("CS₂ + 3 O₂ → CO₂ + 2 SO₂", "carbon disulfide", 1, "oxygen", 3, "sulfur dioxide", 2),
)
ACIDS = {"hydrochloric": 1, "nitric": 1, "sulfuric": 2, "oxalic": 2, "perchloric": 1}


def _fuel(random: Random) -> Params:
    name = random.choice(list(FUELS))
    return {"fuel": name, "formula": FUELS[name], "n": random.choice(("0.5", "1.5", "2.5", 2, 3, 4))}


@family(
    "chemistry-combustion",
    ("Balancing equations", "Mole ratio"),
    _fuel,
    "Balance the equation for the complete combustion of {fuel}, {formula}, to carbon dioxide and water. How many "
    "moles of oxygen, O₂, are used up when {n} mol of {fuel} burn?",
    "When {fuel} burns completely, only CO₂ and H₂O are formed. For {n} mol of {fuel} (formula {formula}), what amount "
    "of O₂ in mol does the balanced equation require?",
)
def _combustion(p: Params) -> Solution:
    (n,) = nums(p, "n")
    atoms = counts(str(p["formula"]))
    c, h, o = atoms["C"], atoms["H"], atoms["O"]
    need = Fraction(4 * c + h - 2 * o, 4)
    k = 4 // gcd(4, 4 * c + h - 2 * o)
    k = k if (k * h) % 2 == 0 else 2 * k
    terms = [f"{x} {text}" if x > 1 else text for x, text in ((k, str(p["formula"])), (int(k * need), "O₂"))]
    ends = [f"{x} {text}" if x > 1 else text for x, text in ((k * c, "CO₂"), (k * h // 2, "H₂O"))]
    return measured(
        p,
        n * need,
        "mol",
        [n, n * need * 2, n * Fraction(4 * c + h, 4) + (0 if o else n)],
        "Every carbon atom ends in one CO₂ and every two hydrogen atoms in one H₂O; the oxygen is balanced last.",
        f"In whole numbers the equation reads {' + '.join(terms)} → {' + '.join(ends)}.",
        "Per mole of fuel {need} mol of O₂ are needed.",
        r"For {n} mol this is ${n} \cdot {need} = {ans}$ mol of O₂.",
        places=3,
        need=need,
    )


def _synthesis(random: Random) -> Params:
    equation, first, _, second, _, product, _ = random.choice(SYNTHESES)
    n, m = random.choice(("1.2", "2.4", "3.6", "4.8")), random.choice(("1.8", "3.9", "4.5", "6.6"))
    amounts: Params = {"n": n, "m": m, "y": random.choice((60, 75, 80, 90))}
    return {"equation": equation, "first": first, "second": second, "product": product, **amounts}


@family(
    "chemistry-limiting-reactant",
    ("Limiting reactant", "Percent yield", "Mole ratio"),
    _synthesis,
    "In the reaction {equation}, {n} mol of {first} and {m} mol of {second} are brought together. How many moles of "
    "{product} are obtained if the yield is {y}%? Round to three decimal places.",
    "A reactor is charged with {n} mol of {first} and {m} mol of {second}, which react according to {equation}. The "
    "percent yield is {y}%. What amount of {product} in mol is collected? Round to three decimal places.",
)
def _limiting(p: Params) -> Solution:
    n, m, y = nums(p, "n m y")
    _, _, a, _, b, _, c = next(entry for entry in SYNTHESES if entry[0] == p["equation"])
    runs = min(n / a, m / b)
    excess = max(n / a, m / b)
    slips = [runs * c, excess * c * y / 100, runs * c * 100 / y]
    return measured(
        p,
        runs * c * y / 100,
        "mol",
        slips,
        f"Dividing each amount by its coefficient shows how far it reaches: {{first}} for {{ra}} and {{second}} for "
        f"{{rb}} conversions of the equation, the coefficients being {a} and {b}.",
        "The smaller number decides, so {least} is the limiting reactant.",
        f"With the coefficient {c} the theoretical yield of {{product}} is ${c} \\cdot {{runs}} = {{full}}$ mol.",
        r"Of this {y}% is obtained: ${full} \cdot {y} / 100 \approx {ans}$ mol.",
        places=3,
        ra=n / a,
        rb=m / b,
        least=str(p["first"] if n / a < m / b else p["second"]),
        runs=runs,
        full=runs * c,
    )


@family(
    "chemistry-preparing-solution",
    ("Molarity", "Molar mass"),
    substances(SALTS, grid(c="0.1 0.15 0.25 0.4 0.5", V="100 250 500 750")),
    "What mass of {name}, {formula}, is needed to prepare {V} mL of a solution with a molarity of {c} mol/L? Use the "
    "atomic masses {masses} (in u) and round to two decimal places.",
    "A student needs {V} mL of a {c} mol/L solution of {name} ({formula}). With the atomic masses {masses} in u, how "
    "many grams of the solid must be weighed out? Round to two decimal places.",
)
def _prepare(p: Params) -> Solution:
    c, V = nums(p, "c V")
    M = molar_mass(p["formula"], p["masses"])
    n = c * V / 1000
    return measured(
        p,
        n * M,
        "g",
        [c * M, n * M / 10, c / V * 1000 * M],
        r"The solution must contain $n = c V = {c} \cdot {V} / 1000 = {n}$ mol.",
        r"The molar mass of {formula} is ${total} = {M}$ g/mol.",
        r"The mass is $m = n M = {n} \cdot {M} \approx {ans}$ g.",
        n=n,
        M=M,
        total=mass_sum(p["formula"], p["masses"]),
    )


@family(
    "chemistry-dilution",
    ("Dilution", "Molarity"),
    grid(c="2 3 5 6 12", d="0.1 0.25 0.5 0.8", V="200 250 400 500"),
    "A stock solution contains {c} mol/L of an acid. What volume of it, in mL, must be made up with water to give {V} "
    "mL of a {d} mol/L solution? Round to two decimal places.",
    "How many millilitres of a {c} mol/L stock are required for {V} mL of a dilute solution with a concentration of "
    "{d} mol/L? Round to two decimal places.",
)
def _dilution(p: Params) -> Solution:
    c, d, V = nums(p, "c d V")
    return measured(
        p,
        d * V / c,
        "mL",
        [V - d * V / c, c * V / d, d * V],
        r"Adding water leaves the amount of dissolved substance unchanged, so $c_1 V_1 = c_2 V_2$.",
        r"The dilute solution contains as much as the volume taken: ${c} \cdot V_1 = {d} \cdot {V}$.",
        r"Hence $V_1 = {d} \cdot {V} / {c} \approx {ans}$ mL.",
    )


@family(
    "chemistry-titration",
    ("Acid-base titration", "Mole ratio"),
    grid(acid=tuple(ACIDS), V="10 20 25 40", b="12.5 16 18.4 22.8 24.5", c="0.1 0.125 0.2"),
    "A sample of {V} mL of {acid} acid is neutralised completely by {b} mL of sodium hydroxide solution with a "
    "concentration of {c} mol/L. What is the concentration of the acid in mol/L? Round to four decimal places.",
    "In a titration {b} mL of {c} mol/L NaOH are used until all the acidic hydrogen in {V} mL of {acid} acid has "
    "reacted. Find the molarity of the acid, rounded to four decimal places.",
)
def _titration(p: Params) -> Solution:
    V, b, c = nums(p, "V b c")
    k = ACIDS[str(p["acid"])]
    return measured(
        p,
        b * c / k / V,
        "mol/L",
        [b * c / V * (1 if k == 2 else 2), b * c * k / V * 2, V * c / b / k],
        r"The base used is ${b} \cdot {c} = {base}$ mmol.",
        f"One molecule of {{acid}} acid gives up {k} hydrogen {'ion' if k == 1 else 'ions'}, so the amount of acid is "
        f"${{base}} / {k} = {{n}}$ mmol.",
        r"The concentration is ${n} / {V} \approx {ans}$ mol/L.",
        places=4,
        base=b * c,
        n=b * c / k,
    )


@family(
    "chemistry-gas-pressure",
    ("Ideal gas law", "Mole"),
    grid(n="0.25 0.4 0.5 0.75 1.5", V="5 8 10 12.5", t="20 25 37 50"),
    "What pressure in kPa do {n} mol of an ideal gas exert in a container of {V} L at {t} °C? Use R = 8.314 "
    "kPa·L/(mol·K), add 273 for the absolute temperature and round to two decimal places.",
    "A steel cylinder of {V} L contains {n} mol of gas at a temperature of {t} °C. Treat the gas as ideal, convert the "
    "temperature with 273, take R = 8.314 kPa·L/(mol·K) and find the pressure in kPa, rounded to two decimal places.",
)
def _pressure(p: Params) -> Solution:
    n, V, t = nums(p, "n V t")
    R = Fraction("8.314")
    return measured(
        p,
        n * R * (t + 273) / V,
        "kPa",
        [n * R * t / V, n * R * (t + 273) * V],
        r"The ideal gas law $p V = n R T$ needs the absolute temperature: $T = {t} + 273 = {T}$ K.",
        r"Solved for the pressure it reads $p = n R T / V$.",
        r"So $p = {n} \cdot 8.314 \cdot {T} / {V} \approx {ans}$ kPa.",
        T=t + 273,
    )


@family(
    "chemistry-partial-pressure",
    ("Partial pressure",),
    grid(a="0.5 1.5 2 3", b="1.2 2.5 4", c="0.8 1 1.8", P="100 120 150 240", gas=("helium", "argon", "neon")),
    "A gas mixture contains {a} mol of {gas}, {b} mol of nitrogen and {c} mol of oxygen at a total pressure of {P} "
    "kPa. What is the partial pressure of the {gas}? Round to two decimal places.",
    "In a tank there are {a} mol {gas}, {b} mol N₂ and {c} mol O₂; the gauge shows a total pressure of {P} kPa. "
    "Calculate how much of it in kPa is due to the {gas}, rounded to two decimal places.",
)
def _partial(p: Params) -> Solution:
    a, b, c, P = nums(p, "a b c P")
    return measured(
        p,
        P * a / (a + b + c),
        "kPa",
        [P * a / (b + c), P / 3, P * b / (a + b + c)],
        r"In a mixture of ideal gases each gas contributes in proportion to its mole fraction (Dalton's law).",
        r"The total amount is ${a} + {b} + {c} = {total}$ mol, so the mole fraction is ${a} / {total} = {x}$.",
        r"The partial pressure is ${x} \cdot {P} \approx {ans}$ kPa.",
        total=a + b + c,
        x=a / (a + b + c),
    )


@family(
    "chemistry-weather-balloon",
    ("Combined gas law", "Ideal gas law"),
    grid(V="2 3 4 5", p="98 100 102", t="15 18 20 22 25", q="20 30 45", u="-40 -35 -25"),
    "A weather balloon holds {V} m³ of helium at {p} kPa and {t} °C. What is its volume in m³ at an altitude where the "
    "pressure is {q} kPa and the temperature {u} °C? Use 273 for the conversion to kelvin and round to two decimal "
    "places.",
    "At launch the gas in a balloon takes up {V} m³ ({t} °C, {p} kPa). Later it is at {u} °C and {q} kPa. With 273 as "
    "the offset of the kelvin scale, find the new volume in m³, rounded to two decimal places.",
)
def _balloon(p: Params) -> Solution:
    V, a, t, b, u = nums(p, "V p t q u")
    return measured(
        p,
        V * a / b * (u + 273) / (t + 273),
        "m³",
        [V * a / b, V * a / b * (t + 273) / (u + 273), V * b / a * (u + 273) / (t + 273)],
        r"For a fixed amount of gas $p V / T$ stays the same, with absolute temperatures.",
        r"They are $T_1 = {t} + 273 = {T}$ K and $T_2 = {u} + 273 = {U}$ K.",
        r"Hence $V_2 = {V} \cdot \frac{{{p}}}{{{q}}} \cdot \frac{{{U}}}{{{T}}} \approx {ans}$ m³.",
        T=t + 273,
        U=u + 273,
    )


PROBLEMS: tuple[Problem, ...] = (
    _combustion, _limiting, _prepare, _dilution, _titration, _pressure, _partial, _balloon
)  # fmt: skip
