"""Homework families of astronomy: binaries, lives of stars, galaxies and cosmology."""

from __future__ import annotations

from fractions import Fraction
from math import log10

from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, reals

LIGHT = 299792  # km/s


@family(
    "astronomy-binary-masses",
    ("Total mass of a binary", "Mass ratio of a binary", "Kepler's third law"),
    grid(a="8 12 18 20 24", P="15 25 40 50 80", q="1.5 2.5 3 4"),
    "The stars of a visual binary are on average {a} AU apart and revolve in {P} years. The fainter star is {q} times "
    "as far from the centre of mass as the brighter one. What is the mass of the brighter star in solar masses? Round "
    "to two decimal places.",
    "In a binary system with a period of {P} years and a separation of {a} AU, the orbit of component B around the "
    "centre of mass is {q} times as large as that of component A. Determine the mass of A in solar masses, rounded to "
    "two decimal places.",
)
def _binary(p: Params) -> Solution:
    a, P, q = nums(p, "a P q")
    total = a**3 / P**2
    return measured(
        p,
        total * q / (1 + q),
        "solar masses",
        [total, total / (1 + q), total / q],
        r"Kepler's third law in solar units gives the total mass $a^3 / P^2 = {a}^3 / {P}^2 = {total}$ solar masses.",
        r"The distances from the centre of mass are inversely proportional to the masses, so the nearer star is {q} "
        r"times as massive as the other.",
        r"Its share is $\frac{{{q}}}{{1 + {q}}}$ of the total: {ans} solar masses.",
        total=total,
    )


@family(
    "astronomy-transit",
    ("Transit depth",),
    grid(r="1.6 2.5 4 6.5 9 11.2", R="0.3 0.5 0.8 1.2 1.6"),
    "A planet with {r} times the radius of the Earth passes in front of a star of {R} solar radii. By how many percent "
    "does the star become fainter? Use 6371 km for the Earth and 695700 km for the Sun; round to three decimal places.",
    "During a transit a star with a radius of {R} solar radii (695700 km each) is partly covered by a planet of {r} "
    "Earth radii (6371 km each). What is the transit depth in percent, rounded to three decimal places?",
)
def _transit(p: Params) -> Solution:
    r, R = nums(p, "r R")
    k = r * 6371 / (R * 695700)
    return measured(
        p,
        100 * k**2,
        "%",
        [100 * k, 25 * k**2],
        "The loss of light is the fraction of the stellar disc that the planet covers.",
        r"The ratio of the radii is $\frac{{{r} \cdot 6371}}{{{R} \cdot 695700}} = {k}$.",
        r"Areas go with the square, so the depth is ${k}^2$, that is {ans} percent.",
        places=3,
        k=k,
    )


@family(
    "astronomy-main-sequence-lifetime",
    ("Main-sequence lifetime", "Mass-luminosity relation"),
    grid(M="0.6 0.7 0.8 0.9 1.1 1.2 1.4 1.5 1.6 1.8 2 2.2 2.5 3 3.5 4 5 6 8 10"),
    "Estimate the main-sequence lifetime, in billion years, of a star of {M} solar masses. Take L proportional to the "
    "mass to the power 3.5 and 10 billion years for the Sun; round to two decimal places.",
    "The luminosity of main-sequence stars grows with mass to the power 3.5, and the Sun burns hydrogen for 10 billion "
    "years. How many billion years does a star with {M} times the Sun's mass stay on the main sequence? Round to two "
    "decimal places.",
)
def _lifetime(p: Params) -> Solution:
    (M,) = reals(p, "M")
    return measured(
        p,
        10 / M**2.5,
        "billion years",
        [10 * M**2.5, 10 / M, 10 / M**3.5],
        r"The fuel is proportional to the mass, its use per time to the luminosity $L = M^{{3.5}}$ in solar units.",
        r"Here $L = {M}^{{3.5}} = {L}$ times that of the Sun.",
        r"The lifetime is $10 \cdot M / L = 10 \cdot {M} / {L} \approx {ans}$ billion years.",
        L=M**3.5,
    )


@family(
    "astronomy-black-hole-size",
    ("Schwarzschild radius",),
    grid(M="4 5 6 8 10 12 15 20", f="3 4 5 8 10"),
    "A black hole has {M} solar masses. At what distance in km from its centre does a probe orbit at {f} "
    "Schwarzschild radii? Take 2.95 km for one solar mass.",
    "A gas cloud circles a black hole of {M} solar masses at {f} times its Schwarzschild radius. With 2.95 km as the "
    "Schwarzschild radius of the Sun, what is the radius of the orbit in km?",
)
def _hole(p: Params) -> Solution:
    M, f = nums(p, "M f")
    k = Fraction("2.95")
    return measured(
        p,
        k * M * f,
        "km",
        [k * M, k * f, k * M**2 * f],
        r"The Schwarzschild radius $R_S = 2 G M / c^2$ is proportional to the mass.",
        r"For this black hole $R_S = {M} \cdot 2.95 = {R}$ km.",
        r"The orbit has a radius of ${f} \cdot {R} = {ans}$ km.",
        R=k * M,
    )


@family(
    "astronomy-cepheid",
    ("Standard candle", "Distance modulus"),
    grid(P="5 8 12 20 30 45", m="14.2 18.5 20.3 22.6 24.1"),
    "A Cepheid in another galaxy pulsates with a period of {P} days and has a mean apparent magnitude of {m}. How far "
    "is the galaxy in kiloparsecs? Use M = -2.43 (log P - 1) - 4.05 with the decimal logarithm; round to one decimal "
    "place.",
    "The period-luminosity relation of Cepheids is M = -2.43 (log P - 1) - 4.05 (P in days, decimal logarithm). What "
    "distance in kiloparsecs follows for a Cepheid with a period of {P} days and a mean magnitude of {m}? Round to one "
    "decimal place.",
)
def _cepheid(p: Params) -> Solution:
    P, m = reals(p, "P m")
    M = -2.43 * (log10(P) - 1) - 4.05
    d = 10 ** ((m - M + 5) / 5) / 1000
    return measured(
        p,
        d,
        "kpc",
        [d / 10, 10 ** ((m + M + 5) / 5) / 1000, d * 1000],
        r"A Cepheid is a standard candle because its period reveals its absolute magnitude: "
        r"$M = -2.43 (\log_{{10}} {P} - 1) - 4.05 = {M}$.",
        r"The distance modulus is $m - M = {mu}$.",
        r"From $d = 10^{{(m - M + 5) / 5}}$ pc the distance is {ans} kpc.",
        places=1,
        M=M,
        mu=m - M,
    )


@family(
    "astronomy-enclosed-mass",
    ("Enclosed mass", "Rotation curve"),
    grid(v="120 150 180 210 240", r="4 6 8 12 15", s="0.2 0.25 0.4"),
    "The rotation curve of a galaxy shows {v} km/s at {r} kpc from the centre. Stars and gas make up the fraction {s} "
    "of the mass within this radius. What is the mass of the dark matter inside, in billion solar masses? Use G = "
    "4.3·10⁻⁶ kpc·km²/s² per solar mass and round to two decimal places.",
    "Gas circles a spiral galaxy at {v} km/s, {r} kpc from its centre; the visible matter is the fraction {s} of all "
    "the mass enclosed. With G = 4.3·10⁻⁶ kpc·km²/s² per solar mass, find the enclosed dark mass in billion solar "
    "masses, rounded to two decimal places.",
)
def _enclosed(p: Params) -> Solution:
    v, r, s = nums(p, "v r s")
    M = v**2 * r / 4300
    return measured(
        p,
        M * (1 - s),
        "billion solar masses",
        [M, M * s, v * r / 4300],
        r"For a circular orbit the gravity of the enclosed mass provides the centripetal force, so $M = v^2 r / G$.",
        r"This gives $M = \frac{{{v}^2 \cdot {r}}}{{4.3 \cdot 10^{{-6}}}}$, that is {M} billion solar masses.",
        r"The dark part is $1 - {s} = {d}$ of it: {ans} billion solar masses.",
        M=M,
        d=1 - s,
    )


@family(
    "astronomy-hubble-distance",
    ("Hubble's law", "Cosmological redshift"),
    grid(w="659.6 662.9 666.1 669.4 672.7 676.0", H="68 70 72 74"),
    "In the spectrum of a galaxy the H-alpha line (rest wavelength 656.3 nm) appears at {w} nm. How far away is the "
    "galaxy in megaparsecs, for a Hubble constant of {H} km/s per Mpc and a speed of light of 299792 km/s? Round to "
    "one decimal place.",
    "Take a Hubble constant of {H} km/s per Mpc and 299792 km/s for the speed of light. A galaxy shows H-alpha at {w} "
    "nm instead of 656.3 nm. Estimate its distance in Mpc, rounded to one decimal place.",
)
def _hubble(p: Params) -> Solution:
    w, H = nums(p, "w H")
    rest = Fraction("656.3")
    z = (w - rest) / rest
    return measured(
        p,
        z * LIGHT / H,
        "Mpc",
        [z * LIGHT * H / 1000, w / rest * LIGHT / H, z * LIGHT],
        r"The redshift is $z = \frac{{{w} - 656.3}}{{656.3}} = {z}$.",
        r"For such a small redshift the velocity of recession is $v = c z = {v}$ km/s.",
        r"Hubble's law $v = H_0 d$ gives $d = {v} / {H} \approx {ans}$ Mpc.",
        places=1,
        z=z,
        v=z * LIGHT,
    )


@family(
    "astronomy-stretched-light",
    ("Cosmological redshift", "Scale factor"),
    grid(z="0.5 1.5 2.5 3.2 4.8 2 3 5 7", w="121.6 372.7 500.7 656.3"),
    "Light that left a galaxy with a wavelength of {w} nm arrives with a redshift of {z}. Which wavelength in nm is "
    "observed?",
    "A quasar has the redshift {z}. At what wavelength in nm do we see a line that was emitted at {w} nm, given that "
    "the light was stretched together with the universe?",
)
def _stretched(p: Params) -> Solution:
    z, w = nums(p, "z w")
    return measured(
        p,
        w * (1 + z),
        "nm",
        [w * z, w / (1 + z)],
        r"Since emission the scale factor of the universe has grown by the factor $1 + z = 1 + {z} = {k}$.",
        "The wavelength of light grows in the same proportion.",
        r"It is observed at ${w} \cdot {k} = {ans}$ nm.",
        places=3,
        k=1 + z,
    )


@family(
    "astronomy-hubble-time",
    ("Hubble time", "Hubble's law"),
    grid(H=range(50, 91)),
    "What is the Hubble time in billion years for a Hubble constant of {H} km/s per Mpc? Use 3.086·10¹⁹ km for one "
    "megaparsec and 3.156·10⁷ s for a year; round to two decimal places.",
    "If all galaxies had always moved with their present velocities, how many billion years ago would they have been "
    "together, with a Hubble constant of {H} km/s per Mpc? One Mpc is 3.086·10¹⁹ km and a year 3.156·10⁷ s; round to "
    "two decimal places.",
)
def _age(p: Params) -> Solution:
    (H,) = nums(p, "H")
    mpc, year = Fraction(30860), Fraction("31.56")
    return measured(
        p,
        mpc / year / H,
        "billion years",
        [mpc / H / 10, mpc / year * H / 1000, 2 * mpc / year / H / 3],
        r"At constant speed a galaxy at the distance $d$ has needed the time $d / v$, and by Hubble's law this is $1 "
        r"/ H_0$.",
        r"In seconds $\frac{{1}}{{H_0}} = \frac{{3.086 \cdot 10^{{19}}}}{{{H}}} = {s} \cdot 10^{{17}}$ s.",
        r"Divided by the length of a year this is {ans} billion years.",
        s=mpc / H / 100,
    )


PROBLEMS: tuple[Problem, ...] = (
    _binary, _transit, _lifetime, _hole, _cepheid, _enclosed, _hubble, _stretched, _age
)  # fmt: skip
