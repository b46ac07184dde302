"""Homework families of chemical equilibrium: constants, acids, buffers, solubility, free energy and cells."""

from __future__ import annotations

from math import log10, sqrt
from random import Random

from core.llm.builtin.numbers import plain
from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, reals, stated

WEAK = {"acetic": "4.76", "formic": "3.75", "lactic": "3.86", "propanoic": "4.87", "butanoic": "4.82"}  # pKa
CELLS = {"zinc": "-0.76", "iron": "-0.44", "nickel": "-0.26", "lead": "-0.13", "copper": "0.34", "tin": "-0.14"}


@family(
    "chemistry-equilibrium-constant",
    ("Equilibrium constant",),
    grid(n="0.2 0.4 0.5 0.8", h="0.3 0.6 1.5", a="0.12 0.24 0.36 0.9"),
    "At equilibrium a vessel contains {n} mol/L of nitrogen, {h} mol/L of hydrogen and {a} mol/L of ammonia. What is "
    "the value of the constant K of N₂ + 3 H₂ ⇌ 2 NH₃ for concentrations in mol/L? Round to three decimal places.",
    "For N₂ + 3 H₂ ⇌ 2 NH₃ the equilibrium concentrations [N₂] = {n}, [H₂] = {h} and [NH₃] = {a}, all in mol/L, were "
    "measured. Calculate the equilibrium constant for concentrations, rounded to three decimal places.",
)
def _constant(p: Params) -> Solution:
    n, h, a = nums(p, "n h a")
    K = a**2 / (n * h**3)
    return measured(
        p,
        K,
        "",
        [1 / K, a / (n * h), 2 * a / (n * 3 * h)],
        r"The products stand above the reactants, each raised to its coefficient: "
        r"$K = \frac{{[NH_3]^2}}{{[N_2] [H_2]^3}}$.",
        r"Inserting gives $K = \frac{{{a}^2}}{{{n} \cdot {h}^3}} = \frac{{{top}}}{{{low}}}$.",
        r"The constant is $K \approx {ans}$.",
        places=3,
        top=a**2,
        low=n * h**3,
    )


@family(
    "chemistry-reaction-quotient",
    ("Reaction quotient", "Equilibrium constant"),
    grid(h="0.2 0.4 0.5", i="0.1 0.3 0.6", x="0.9 1.2 2.5 3.6", K="45 50 55 60"),
    "For H₂ + I₂ ⇌ 2 HI the equilibrium constant is {K}. A mixture contains {h} mol/L of H₂, {i} mol/L of I₂ and {x} "
    "mol/L of HI. Give the reaction quotient, rounded to one decimal place, and the direction of the net reaction "
    "(forward or reverse).",
    "The reaction H₂ + I₂ ⇌ 2 HI with K = {K} is started from [H₂] = {h}, [I₂] = {i} and [HI] = {x} mol/L. Compute the "
    "reaction quotient, rounded to one decimal place, and say whether the net reaction runs forward or in reverse.",
)
def _quotient(p: Params) -> Solution:
    h, i, x, K = nums(p, "h i x K")
    Q = x**2 / (h * i)
    way, other = ("forward", "reverse") if Q < K else ("reverse", "forward")
    return stated(
        p,
        f"Q = {plain(Q, 1)}, {way}",
        [f"Q = {plain(Q, 1)}, {other}", f"Q = {plain(x / (h * i), 1)}, forward"],
        r"The reaction quotient has the form of the equilibrium constant, with the actual concentrations: "
        r"$Q = \frac{{{x}^2}}{{{h} \cdot {i}}} = {Q}$.",
        f"Compared with K = {{K}}, the quotient is too {'small' if Q < K else 'large'}.",
        f"So the net reaction runs in the {way} direction until $Q = K$.",
        Q=Q,
    )


@family(
    "chemistry-ice-table",
    ("ICE table", "Equilibrium constant"),
    grid(c="0.5 0.8 1.2 1.5 2 3", K="16 25 36 49 64"),
    "Hydrogen and iodine, {c} mol/L each, are heated until H₂ + I₂ ⇌ 2 HI is at equilibrium with K = {K}. What is the "
    "concentration of HI? Round to three decimal places.",
    "A vessel initially holds {c} mol/L of H₂ and the same concentration of I₂, but no HI. The constant of "
    "H₂ + I₂ ⇌ 2 HI is {K}. Set up an ICE table and find the equilibrium concentration of HI, rounded to three decimal "
    "places.",
)
def _ice(p: Params) -> Solution:
    c, K = reals(p, "c K")
    x = c * sqrt(K) / (2 + sqrt(K))
    return measured(
        p,
        2 * x,
        "mol/L",
        [x, c - x, c * sqrt(K) / (1 + sqrt(K))],
        r"If $x$ mol/L of each reactant react, ${c} - x$ remain of H₂ and of I₂ and $2 x$ of HI are formed.",
        r"Then $K = \frac{{(2 x)^2}}{{({c} - x)^2}} = {K}$, and the root of both sides gives "
        r"$\frac{{2 x}}{{{c} - x}} = {root}$.",
        r"Hence $x = \frac{{{root} \cdot {c}}}{{2 + {root}}} = {x}$, so $[HI] = 2 x \approx {ans}$ mol/L.",
        places=3,
        root=sqrt(K),
        x=x,
    )


@family(
    "chemistry-strong-acid",
    ("Strong acid", "pH scale", "Dilution"),
    grid(v="5 10 15 20 25", c="0.1 0.2 0.5 0.8", V="200 250 400 500"),
    "{v} mL of hydrochloric acid with {c} mol/L are made up to {V} mL with water. What is the pH of the solution? "
    "Round to two decimal places.",
    "Water is added to {v} mL of a {c} mol/L HCl solution until the volume is {V} mL. Calculate the pH, rounded to two "
    "decimal places.",
)
def _strong(p: Params) -> Solution:
    v, c, V = reals(p, "v c V")
    H = v * c / V
    return measured(
        p,
        -log10(H),
        "",
        [-log10(c) if c < 1 else 1.0, 14 + log10(H), -log10(v * c / (V + v))],
        "Hydrochloric acid is strong, so it is fully dissociated and $[H^+]$ equals its concentration.",
        r"After dilution the concentration is ${v} \cdot {c} / {V} = {H}$ mol/L.",
        r"Therefore $\mathrm{{pH}} = -\log_{{10}} {H} \approx {ans}$.",
        H=H,
    )


def _weak_acid(random: Random) -> Params:
    acid = random.choice(list(WEAK))
    return {"acid": acid, "K": WEAK[acid], "c": random.choice(("0.1", "0.15", "0.2", "0.25", "0.4", "0.5"))}


@family(
    "chemistry-weak-acid",
    ("Weak acid dissociation", "pH scale"),
    _weak_acid,
    "What is the pH of a {c} mol/L solution of {acid} acid, whose pKa is {K}? Neglect the dissociated part against "
    "the total concentration and round to two decimal places.",
    "A weak acid, {acid} acid with a pKa of {K}, is dissolved in water to {c} mol/L. Estimate the pH with the "
    "usual approximation that nearly all of the acid stays undissociated; round to two decimal places.",
)
def _weak(p: Params) -> Solution:
    K, c = reals(p, "K c")
    return measured(
        p,
        (K - log10(c)) / 2,
        "",
        [-log10(c), K - log10(c), (K + log10(c)) / 2],
        r"A weak acid dissociates only in part: $K_a = \frac{{[H^+][A^-]}}{{[HA]}} \approx \frac{{[H^+]^2}}{{c}}$.",
        r"Hence $[H^+] = \sqrt{{K_a c}}$, or $\mathrm{{pH}} = \tfrac{{1}}{{2}} (\mathrm{{p}}K_a - \log_{{10}} c)$.",
        r"So $\mathrm{{pH}} = \tfrac{{1}}{{2}} ({K} - ({lg})) \approx {ans}$.",
        lg=log10(c),
    )


@family(
    "chemistry-buffer",
    ("Buffer solution", "Henderson-Hasselbalch equation"),
    grid(a="0.2 0.3 0.4 0.5", b="0.25 0.35 0.45", x="0.02 0.05 0.1", K="4.76 7.21 9.25"),
    "A buffer contains {a} mol of a weak acid (pKa = {K}) and {b} mol of its conjugate base. What is the pH after {x} "
    "mol of strong acid has been added? Round to two decimal places.",
    "To a solution with {b} mol of the base A⁻ and {a} mol of the acid HA, pKa {K}, one adds {x} mol of HCl. Use the "
    "Henderson-Hasselbalch equation to find the pH, rounded to two decimal places.",
)
def _buffer(p: Params) -> Solution:
    a, b, x, K = reals(p, "a b x K")
    return measured(
        p,
        K + log10((b - x) / (a + x)),
        "",
        [K + log10((b + x) / (a - x)), K - log10((b - x) / (a + x)), K + log10(b / a)],
        "The strong acid converts conjugate base into weak acid, mole for mole.",
        r"Afterwards there are ${b} - {x} = {B}$ mol of base and ${a} + {x} = {A}$ mol of acid.",
        r"The Henderson-Hasselbalch equation gives $\mathrm{{pH}} = {K} + \log_{{10}} \frac{{{B}}}{{{A}}} \approx "
        r"{ans}$.",
        A=a + x,
        B=b - x,
    )


@family(
    "chemistry-solubility",
    ("Solubility product",),
    grid(K="1.4 2.5 3.2 4 4.5 5 6.4 7.9 8 9.2 11 13.5 16 20 27 32 39 45 50 62.5 70 86 95 108"),
    "A salt MX₂ has a solubility product of {K}·10⁻¹² mol³/L³. What is its solubility in pure water, in units of 10⁻⁴ "
    "mol/L? Round to two decimal places.",
    "How much of a sparingly soluble salt MX₂ (Ksp = {K}·10⁻¹² mol³/L³) dissolves in pure water? Give the result in "
    "10⁻⁴ mol/L, rounded to two decimal places.",
)
def _solubility(p: Params) -> Solution:
    (K,) = reals(p, "K")
    return measured(
        p,
        (K / 4) ** (1 / 3),
        "·10⁻⁴ mol/L",
        [K ** (1 / 3), sqrt(K) / 100, (K / 2) ** (1 / 3)],
        "If $s$ mol/L dissolve, the solution contains $[M^{{2+}}] = s$ and $[X^-] = 2 s$.",
        r"The solubility product is $K_{{sp}} = s (2 s)^2 = 4 s^3$.",
        r"Hence $s = \sqrt[3]{{{K} \cdot 10^{{-12}} / 4}} \approx {ans} \cdot 10^{{-4}}$ mol/L.",
    )


@family(
    "chemistry-common-ion",
    ("Common-ion effect", "Solubility product"),
    grid(K="1.8 2.4 3.6 5.4 7.2", c="0.01 0.02 0.05 0.1 0.2"),
    "A salt MX has a solubility product of {K}·10⁻¹⁰ mol²/L². What is its solubility, in units of 10⁻⁹ mol/L, in a "
    "solution that already contains {c} mol/L of X⁻?",
    "The solubility product of a sparingly soluble salt MX is {K}·10⁻¹⁰ mol²/L². Find the solubility of MX in a {c} "
    "mol/L solution of NaX as a multiple of 10⁻⁹ mol/L.",
)
def _common(p: Params) -> Solution:
    K, c = nums(p, "K c")
    return measured(
        p,
        K / c / 10,
        "·10⁻⁹ mol/L",
        [K / c, sqrt(K) * 10**4, K * c],
        "The common ion shifts the dissolution back, so practically all X⁻ comes from the added salt.",
        r"Then $K_{{sp}} = [M^+][X^-] \approx s \cdot {c}$.",
        r"Hence $s = {K} \cdot 10^{{-10}} / {c} = {ans} \cdot 10^{{-9}}$ mol/L, far less than in pure water.",
        places=3,
    )


@family(
    "chemistry-gibbs",
    ("Gibbs energy",),
    grid(H="-92 -114 -58 -176 -40", S="-198 -146 -176 -120 -265", T="298 350 400 500"),
    "A reaction has an enthalpy change of {H} kJ/mol and an entropy change of {S} J/(mol·K). What is its Gibbs energy "
    "change in kJ/mol at {T} K?",
    "Calculate ΔG in kJ/mol at a temperature of {T} K for a process with ΔH = {H} kJ/mol and ΔS = {S} J/(mol·K).",
)
def _gibbs(p: Params) -> Solution:
    H, S, T = nums(p, "H S T")
    G = H - T * S / 1000
    return measured(
        p,
        G,
        "kJ/mol",
        [H + T * S / 1000, H - T * S],
        r"The Gibbs energy combines both: $\Delta G = \Delta H - T \Delta S$, with the entropy in kJ/(mol·K).",
        r"The entropy term is $T \Delta S = {T} \cdot ({S}) / 1000 = {TS}$ kJ/mol.",
        r"Hence $\Delta G = {H} - ({TS}) = {ans}$ kJ/mol, so the reaction "
        + ("is spontaneous at this temperature." if G < 0 else "is not spontaneous at this temperature."),
        places=3,
        TS=T * S / 1000,
    )


@family(
    "chemistry-nernst",
    ("Nernst equation", "Standard cell potential"),
    grid(m=("zinc", "iron", "nickel"), n=("copper", "lead", "tin"), a="0.01 0.1 1.5", b="0.5 0.2 0.05"),
    "The electrodes of a galvanic cell are {m} in a {a} mol/L {m}(II) solution and {n} in a {b} mol/L {n}(II) "
    "solution. The standard potentials in volts are Zn -0.76, Fe -0.44, Ni -0.26, Sn -0.14, Pb -0.13 and Cu 0.34. "
    "What is the cell voltage at 298 K? Use 0.0592 V per decade and electron and round to three decimal places.",
    "Standard potentials: Zn -0.76 V, Fe -0.44 V, Ni -0.26 V, Sn -0.14 V, Pb -0.13 V, Cu 0.34 V, each for the ion with "
    "two charges. Calculate the voltage at 298 K of the cell {m}, {m}(II) {a} mol/L against {n}, {n}(II) {b} mol/L "
    "with the Nernst factor 0.0592 V, rounded to three decimal places.",
)
def _nernst(p: Params) -> Solution:
    a, b = reals(p, "a b")
    low, high = float(CELLS[str(p["m"])]), float(CELLS[str(p["n"])])
    shift = 0.0592 / 2 * log10(a / b)
    return measured(
        p,
        high - low - shift,
        "V",
        [high - low + shift, high - low - 2 * shift, high - low],
        f"The {{n}} electrode has the higher potential, so the standard voltage is ${high} - ({low}) = {{E}}$ V.",
        r"Two electrons are transferred, and {m} dissolves: $E = {E} - \frac{{0.0592}}{{2}} \log_{{10}} "
        r"\frac{{{a}}}{{{b}}}$.",
        r"The correction is {shift} V, which gives $E \approx {ans}$ V.",
        places=3,
        E=high - low,
        shift=-shift,
    )


PROBLEMS: tuple[Problem, ...] = (
    _constant, _quotient, _ice, _strong, _weak, _buffer, _solubility, _common, _gibbs, _nernst
)  # fmt: skip
