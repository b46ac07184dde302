"""Homework families of astronomy: distances, brightness and radiation of stars."""

from __future__ import annotations

from fractions import Fraction
from math import log10, sqrt

from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, reals

LIGHT = 299792  # km/s
LINES = {"H-alpha": "656.28", "H-beta": "486.13", "sodium D": "589.00", "calcium K": "393.37"}


@family(
    "astronomy-parallax",
    ("Stellar parallax", "Parsec and light-year"),
    grid(
        p=[
            f"0.{n:03d}"
            for n in (8, 12, 16, 20, 25, 32, 40, 48, 50, 64, 80, 95, 105, 125, 160, 250, 310, 375, 480, 640)
        ]
    ),
    "A star has a parallax of {p} arc seconds. How many light-years away is it? Use 3.26 light-years per parsec and "
    "round to two decimal places.",
    "The measured annual parallax of a star is {p} arc seconds. With one parsec taken as 3.26 light-years, what is its "
    "distance "
    "in light-years? Round to two decimal places.",
)
def _parallax(p: Params) -> Solution:
    (angle,) = nums(p, "p")
    k = Fraction("3.26")
    return measured(
        p,
        k / angle,
        "light-years",
        [1 / angle, k * angle, 1 / angle / k],
        "The distance in parsecs is the reciprocal of the parallax in arc seconds.",
        r"Here $d = 1 / {p} = {d}$ pc.",
        r"In light-years that is ${d} \cdot 3.26 \approx {ans}$.",
        d=1 / angle,
    )


@family(
    "astronomy-space-velocity",
    ("Proper motion", "Space velocity", "Radial velocity"),
    grid(m="0.25 0.4 0.8 1.5 2.4", d="4 8 12 20", v="-40 -25 15 30 55"),
    "A star {d} pc away has a proper motion of {m} arc seconds per year and a radial velocity of {v} km/s. What is its "
    "space velocity in km/s? Use the factor 4.74 and round to two decimal places.",
    "The proper motion of a star at a distance of {d} pc is {m} arc seconds per year; its spectrum shows a radial "
    "velocity of {v} km/s. Compute its speed through space in km/s with the factor 4.74, rounded to two decimal "
    "places.",
)
def _space(p: Params) -> Solution:
    m, d, v = reals(p, "m d v")
    t = 4.74 * m * d
    return measured(
        p,
        sqrt(t * t + v * v),
        "km/s",
        [t, abs(t + v), abs(v) + t],
        r"The proper motion gives the tangential velocity: $v_t = 4.74 \, \mu d = 4.74 \cdot {m} \cdot {d} = {t}$ "
        r"km/s.",
        "Tangential and radial velocity are perpendicular to each other, so they add like the legs of a right "
        "triangle.",
        r"The space velocity is $\sqrt{{{t}^2 + ({v})^2}} \approx {ans}$ km/s.",
        t=t,
    )


@family(
    "astronomy-distance-modulus",
    ("Distance modulus", "Apparent magnitude", "Absolute magnitude"),
    grid(m="6.5 8.2 9.4 10.6 11.3 12.5", M="-1.2 0.8 2.4 4.83 5.6"),
    "A star has the apparent magnitude {m} and the absolute magnitude {M}. How far away is it in parsecs? Neglect "
    "absorption and round to one decimal place.",
    "From its spectrum the absolute magnitude of a star is known to be {M}, while its apparent magnitude is {m}. Find "
    "the distance in parsecs without interstellar absorption, rounded to one decimal place.",
)
def _modulus(p: Params) -> Solution:
    m, M = reals(p, "m M")
    return measured(
        p,
        10 ** ((m - M + 5) / 5),
        "pc",
        [10 ** ((m - M) / 5), 10 ** ((M - m + 5) / 5), 10 ** ((m - M + 5) / 10)],
        r"The distance modulus is $m - M = {m} - ({M}) = {mu}$.",
        r"It is linked with the distance by $m - M = 5 \log_{{10}} d - 5$, because the absolute magnitude holds for "
        r"10 pc.",
        r"So $\log_{{10}} d = ({mu} + 5) / 5 = {lg}$ and $d \approx {ans}$ pc.",
        places=1,
        mu=m - M,
        lg=(m - M + 5) / 5,
    )


@family(
    "astronomy-absolute-magnitude",
    ("Absolute magnitude", "Stellar parallax"),
    grid(m="1.2 2.5 3.8 4.6 5.9", p="0.02 0.04 0.05 0.08 0.16"),
    "A star of apparent magnitude {m} has a parallax of {p} arc seconds. What is its absolute magnitude? Round to two "
    "decimal places.",
    "What magnitude would a star have at the standard distance if it now appears with magnitude {m} and shows a "
    "parallax of {p} arc seconds? Round to two decimal places.",
)
def _absolute(p: Params) -> Solution:
    m, angle = reals(p, "m p")
    return measured(
        p,
        m + 5 + 5 * log10(angle),
        "",
        [m - 5 - 5 * log10(angle), m + 5 * log10(angle), m + 5 - 5 * log10(angle)],
        r"The parallax gives the distance $d = 1 / {p} = {d}$ pc.",
        r"The absolute magnitude refers to 10 pc: $M = m + 5 - 5 \log_{{10}} d$.",
        r"So $M = {m} + 5 - 5 \cdot {lg} \approx {ans}$.",
        d=1 / angle,
        lg=-log10(angle),
    )


@family(
    "astronomy-brightness-ratio",
    ("Apparent magnitude",),
    grid(a="-1.4 0.2 1.3 2.1", b="3.4 4.6 5.2 6.1 7.5"),
    "Two stars have the apparent magnitudes {a} and {b}. How many times more light reaches us from the brighter one? "
    "Round to one decimal place.",
    "By what factor do the fluxes of two stars differ whose apparent magnitudes are {a} and {b}? Round to one decimal "
    "place.",
)
def _ratio(p: Params) -> Solution:
    a, b = reals(p, "a b")
    return measured(
        p,
        10 ** (0.4 * (b - a)),
        "",
        [b - a, 2.5 * (b - a), 10 ** (b - a)],
        "Smaller magnitudes mean brighter stars, and 5 magnitudes correspond to a factor of exactly 100.",
        r"The magnitudes differ by ${b} - ({a}) = {d}$.",
        r"The ratio of the fluxes is $10^{{0.4 \cdot {d}}} \approx {ans}$.",
        places=1,
        d=b - a,
    )


@family(
    "astronomy-wien",
    ("Wien's law",),
    grid(w=range(250, 1000, 30)),
    "The spectrum of a star is brightest at {w} nm. What is its surface temperature in kelvin, if it radiates as a "
    "black body? Use 2898 µm·K and round to the nearest kelvin.",
    "A black body emits most strongly at a wavelength of {w} nm. Find its temperature in kelvin with Wien's constant "
    "2898 µm·K, rounded to the nearest kelvin.",
)
def _wien(p: Params) -> Solution:
    (w,) = nums(p, "w")
    return measured(
        p,
        2898 * 1000 / w,
        "K",
        [2898 / w, 2898 * w / 1000],
        r"Wien's law says that the wavelength of the maximum and the temperature have a fixed product: "
        r"$\lambda_{{max}} T = 2898$ µm·K.",
        r"With $\lambda_{{max}} = {w} / 1000 = {um}$ µm the temperature is $T = 2898 / {um} \approx {ans}$ K.",
        places=0,
        um=w / 1000,
    )


@family(
    "astronomy-luminosity",
    ("Stellar luminosity", "Stefan-Boltzmann law"),
    grid(R="0.6 1.8 2.5 8 12 25", T="3600 4400 6500 7800 9500"),
    "A star has {R} times the radius of the Sun and a surface temperature of {T} K. What is its luminosity in solar "
    "luminosities? The Sun has 5772 K; round to two decimal places.",
    "Compare a star with the Sun (5772 K): its radius is {R} solar radii, its surface temperature {T} K. How many "
    "times the Sun's luminosity does it radiate? Round to two decimal places.",
)
def _luminosity(p: Params) -> Solution:
    R, T = reals(p, "R T")
    x = T / 5772
    return measured(
        p,
        R**2 * x**4,
        "solar luminosities",
        [R * x**4, R**2 * x, R**2 * x**2],
        r"By the Stefan-Boltzmann law each square metre radiates $\sigma T^4$, so $L = 4 \pi R^2 \sigma T^4$.",
        r"Relative to the Sun, $L = R^2 \cdot (T / T_\odot)^4$ with $T / T_\odot = {T} / 5772 = {x}$.",
        r"Hence $L = {R}^2 \cdot {x}^4 \approx {ans}$ solar luminosities.",
        x=x,
    )


@family(
    "astronomy-stellar-radius",
    ("Stefan-Boltzmann law", "Stellar luminosity"),
    grid(L="0.02 0.5 25 100 400 1600", T="3200 4000 5000 8000 10000"),
    "A star of {L} solar luminosities has a surface temperature of {T} K. How large is its radius in solar radii? Use "
    "5772 K for the Sun and round to two decimal places.",
    "Determine the radius, in units of the Sun's radius, of a star with a luminosity of {L} Suns and a temperature of "
    "{T} K at its surface. The surface of the Sun has 5772 K; round to two decimal places.",
)
def _radius(p: Params) -> Solution:
    L, T = reals(p, "L T")
    x = 5772 / T
    return measured(
        p,
        sqrt(L) * x**2,
        "solar radii",
        [sqrt(L) / x**2, sqrt(L) * x, L * x**4],
        r"From $L = 4 \pi R^2 \sigma T^4$ the radius in solar units is $R = \sqrt{{L}} \cdot (T_\odot / T)^2$.",
        r"The temperature ratio is $5772 / {T} = {x}$.",
        r"The radius is $\sqrt{{{L}}} \cdot {x}^2 \approx {ans}$ solar radii.",
        x=x,
    )


@family(
    "astronomy-radial-velocity",
    ("Doppler shift", "Radial velocity"),
    grid(line=tuple(LINES), s="0.05 0.08 0.12 0.16 0.24", way=("longer", "shorter")),
    "The spectral line {line} of a star is observed at a wavelength that is {s} nm {way} than in the laboratory. What "
    "is the radial velocity of the star in km/s, positive for receding? Rest wavelengths in nm: H-alpha 656.28, "
    "H-beta 486.13, sodium D 589.00, calcium K 393.37; speed of light 299792 km/s. Round to two decimal places.",
    "In the laboratory H-alpha lies at 656.28 nm, H-beta at 486.13 nm, sodium D at 589.00 nm and calcium K at 393.37 "
    "nm. In a stellar spectrum the wavelength of {line} is {s} nm {way}. Find the radial velocity in km/s (receding "
    "positive) with 299792 km/s for the speed of light, rounded to two decimal places.",
)
def _radial(p: Params) -> Solution:
    (s,) = nums(p, "s")
    sign = 1 if p["way"] == "longer" else -1
    rest = LINES[str(p["line"])]
    v = sign * s / Fraction(rest) * LIGHT
    return measured(
        p,
        v,
        "km/s",
        [-v, v / 2],
        r"The Doppler shift compares the change of wavelength with the rest wavelength: "
        r"$v / c = \Delta \lambda / \lambda_0$.",
        r"A line shifted to {way} wavelengths belongs to a star that {moves}, so the shift is ${signed}$ nm.",
        rf"Hence $v = 299792 \cdot ({{signed}}) / {rest} \approx {{ans}}$ km/s.",
        signed=sign * s,
        moves="recedes" if sign > 0 else "approaches",
    )


PROBLEMS: tuple[Problem, ...] = (
    _parallax, _space, _modulus, _absolute, _ratio, _wien, _luminosity, _radius, _radial
)  # fmt: skip
