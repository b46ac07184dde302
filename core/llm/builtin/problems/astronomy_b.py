"""Homework families of astronomy: gravity, telescopes, planets in sunlight and small bodies."""

from __future__ import annotations

from fractions import Fraction
from math import pi, sqrt
from random import Random

from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, reals


def _world(random: Random) -> Params:
    mass, density = random.choice((0.11, 0.2, 0.4, 0.6, 1.5, 2.2, 3.1, 4.8)), random.choice((0.7, 0.9, 1.1))
    return {"M": str(mass), "R": f"{(mass / density) ** (1 / 3):.2f}"}


@family(
    "astronomy-surface-gravity",
    ("Surface gravity",),
    _world,
    "A rocky planet has {M} times the mass and {R} times the radius of the Earth. What is the acceleration of gravity "
    "on its surface, if it is 9.81 m/s² on the Earth? Round to two decimal places.",
    "Relative to the Earth, an exoplanet's mass is {M} and its radius {R}. With 9.81 m/s² for the Earth, find the "
    "gravitational acceleration at the planet's surface in m/s², rounded to two decimal places.",
)
def _gravity(p: Params) -> Solution:
    M, R = nums(p, "M R")
    g = Fraction("9.81")
    return measured(
        p,
        g * M / R**2,
        "m/s²",
        [g * M / R, g * M],
        r"The surface gravity is $g = G M / R^2$, so it grows with the mass and falls with the square of the radius.",
        r"Compared with the Earth it is ${M} / {R}^2 = {k}$ times as large.",
        r"This gives $9.81 \cdot {M} / {R}^2 \approx {ans}$ m/s².",
        k=M / R**2,
    )


@family(
    "astronomy-escape-velocity",
    ("Escape velocity", "Orbital velocity"),
    _world,
    "A space probe circles a planet of {M} Earth masses and {R} Earth radii just above its surface. By how many km/s "
    "must it become faster to escape? The escape velocity of the Earth is 11.19 km/s; round to two decimal places.",
    "A planet has a mass of {M} and a radius of {R} in units of the Earth, whose escape velocity is 11.19 km/s. What "
    "increase of speed in km/s lets a craft on a low circular orbit leave this planet for good? Round to two decimal "
    "places.",
)
def _escape(p: Params) -> Solution:
    M, R = reals(p, "M R")
    v = 11.19 * sqrt(M / R)
    return measured(
        p,
        v - v / sqrt(2),
        "km/s",
        [v, v / sqrt(2), 11.19 * M / R],
        r"The escape velocity is $\sqrt{{2 G M / R}}$, here $11.19 \cdot \sqrt{{{M} / {R}}} = {v}$ km/s.",
        r"The velocity on a low circular orbit is $\sqrt{{G M / R}}$, smaller by the factor $\sqrt{{2}}$: {c} km/s.",
        r"The probe must gain ${v} - {c} \approx {ans}$ km/s.",
        v=v,
        c=v / sqrt(2),
    )


@family(
    "astronomy-light-gathering",
    ("Light-gathering power",),
    grid(a="50 80 100 125", b="150 200 250 300 400", t="16 24 36 40 60"),
    "With a telescope of {a} mm aperture a nebula needs an exposure of {t} minutes. How long, in minutes, must a "
    "telescope of {b} mm aperture collect light to receive the same amount? Round to two decimal places.",
    "A {b} mm telescope replaces one of {a} mm aperture, which had to be exposed for {t} minutes to collect enough "
    "light from a faint star. Which exposure in minutes is enough now? Round to two decimal places.",
)
def _gathering(p: Params) -> Solution:
    a, b, t = nums(p, "a b t")
    return measured(
        p,
        t * (a / b) ** 2,
        "minutes",
        [t * a / b, t * (b / a) ** 2],
        "The light-gathering power is proportional to the area of the aperture, hence to the square of its diameter.",
        r"The larger telescope collects $({b} / {a})^2 = {k}$ times as much light per minute.",
        r"It needs only ${t} / {k} \approx {ans}$ minutes.",
        k=(b / a) ** 2,
    )


@family(
    "astronomy-resolution",
    ("Angular resolution",),
    grid(D="60 80 100 120 150 200 250", w="450 500 550 600 650"),
    "What is the smallest angle, in arc seconds, that a telescope of {D} mm aperture can resolve at a wavelength of "
    "{w} nm? Use the Rayleigh criterion with the factor 1.22 and 206265 arc seconds per radian; round to two decimal "
    "places.",
    "Two stars of equal brightness are observed at {w} nm through a {D} mm telescope. How many arc seconds apart must "
    "they be at least to be seen separately, by the Rayleigh criterion (factor 1.22, 206265 arc seconds per radian)? "
    "Round to two decimal places.",
)
def _resolution(p: Params) -> Solution:
    D, w = reals(p, "D w")
    angle = 1.22 * w / D / 1e6
    return measured(
        p,
        angle * 206265,
        "arc seconds",
        [angle / 1.22 * 206265, angle * 3438, angle * 206265 * 2],
        r"Diffraction blurs every star; the Rayleigh criterion gives $\theta = 1.22 \, \lambda / D$ in radians.",
        r"Here $\theta = 1.22 \cdot {w} \cdot 10^{{-9}} / ({D} \cdot 10^{{-3}}) = {micro} \cdot 10^{{-6}}$ rad.",
        r"Multiplied by 206265 this is {ans} arc seconds.",
        micro=angle * 1e6,
    )


@family(
    "astronomy-magnification",
    ("Telescope magnification", "Angular diameter"),
    grid(D="80 100 120 150 200", N="5 6 8 10", f="8 10 12.5 20 25", s="18 24 40"),
    "A telescope has an aperture of {D} mm and a focal ratio of f/{N}. Through an eyepiece of {f} mm focal length one "
    "looks at Jupiter, whose disc measures {s} arc seconds. How large, in arc minutes, does the disc appear? Round to "
    "two decimal places.",
    "An eyepiece with a focal length of {f} mm is put into a {D} mm f/{N} telescope. Find the apparent size in arc "
    "minutes of a planet whose true angular diameter is {s} arc seconds, rounded to two decimal places.",
)
def _magnification(p: Params) -> Solution:
    D, N, f, s = nums(p, "D N f s")
    V = D * N / f
    return measured(
        p,
        V * s / 60,
        "arc minutes",
        [D / f * s / 60, V * s, D * s / N / 60],
        r"The focal length of the telescope is aperture times focal ratio: ${D} \cdot {N} = {F}$ mm.",
        r"The magnification is the ratio of the focal lengths: ${F} / {f} = {V}$.",
        r"The disc appears under ${V} \cdot {s} / 60 \approx {ans}$ arc minutes.",
        F=D * N,
        V=V,
    )


@family(
    "astronomy-absorbed-sunlight",
    ("Inverse-square law", "Albedo"),
    grid(a="0.5 0.8 1.5 2.5 2 4", A="0.1 0.15 0.3 0.4 0.6 0.7"),
    "A body at {a} AU from the Sun has an albedo of {A}. How much power per square metre facing the Sun does it "
    "absorb? The flux at 1 AU is 1361 W/m²; round to two decimal places.",
    "At 1 AU sunlight brings 1361 W/m². Calculate the flux in W/m² absorbed by ground that faces the Sun squarely at a "
    "distance of {a} AU and reflects the fraction {A} of the light. Round to two decimal places.",
)
def _absorbed(p: Params) -> Solution:
    a, A = nums(p, "a A")
    flux = 1361 / a**2
    return measured(
        p,
        flux * (1 - A),
        "W/m²",
        [1361 / a * (1 - A), flux * A, flux],
        r"Sunlight spreads over spheres of growing area, so the flux falls with the square of the distance: "
        r"$1361 / {a}^2 = {flux}$ W/m².",
        r"The albedo is the reflected fraction; $1 - {A} = {rest}$ is absorbed.",
        r"The absorbed power per area is ${flux} \cdot {rest} \approx {ans}$ W/m².",
        flux=flux,
        rest=1 - A,
    )


@family(
    "astronomy-equilibrium-temperature",
    ("Equilibrium temperature", "Albedo", "Inverse-square law"),
    grid(a="0.4 0.7 1.5 2.5 5.2 9.5", A="0.1 0.2 0.3 0.5 0.7"),
    "A fast-rotating planet without greenhouse effect orbits the Sun at {a} AU and has an albedo of {A}. What is its "
    "equilibrium temperature in kelvin, if a perfectly black planet at 1 AU has 278.3 K? Round to one decimal place.",
    "For a black, rapidly rotating body at 1 AU the equilibrium temperature is 278.3 K. Find that of a planet without "
    "an atmosphere at a distance of {a} AU from the Sun whose albedo is {A}; answer in kelvin, rounded to one decimal "
    "place.",
)
def _equilibrium(p: Params) -> Solution:
    a, A = reals(p, "a A")
    return measured(
        p,
        278.3 * (1 - A) ** 0.25 / sqrt(a),
        "K",
        [278.3 * (1 - A) / sqrt(a), 278.3 * (1 - A) ** 0.25 / a, 278.3 / sqrt(a)],
        r"Absorbed and emitted power balance; the emission grows with $T^4$, the absorption is proportional to "
        r"$(1 - A) / a^2$.",
        r"Hence $T = 278.3 \cdot \frac{{(1 - A)^{{1/4}}}}{{\sqrt{{a}}}}$ kelvin.",
        r"With $(1 - {A})^{{1/4}} = {x}$ and $\sqrt{{{a}}} = {y}$ this gives {ans} K.",
        places=1,
        x=(1 - A) ** 0.25,
        y=sqrt(a),
    )


def _icy(random: Random) -> Params:
    r, density = random.choice((300, 400, 500, 600, 700)), random.choice((1.2, 1.5, 1.9, 2.3, 2.8))
    return {"r": r, "m": f"{4 / 3 * pi * (r / 1000) ** 3 * density * 10:.1f}"}


@family(
    "astronomy-mean-density",
    ("Mean density",),
    _icy,
    "The radius of an icy moon is {r} km and its mass {m}·10²⁰ kg. What is its mean density in g/cm³? Round to two "
    "decimal places.",
    "A spacecraft's orbit shows that a dwarf planet with a radius of {r} km has a mass of {m}·10²⁰ kg. Compute the "
    "mean density in g/cm³, rounded to two decimal places.",
)
def _density(p: Params) -> Solution:
    m, r = reals(p, "m r")
    volume = 4 / 3 * pi * (r / 1000) ** 3
    return measured(
        p,
        m / volume / 10,
        "g/cm³",
        [m / volume, m / (8 * volume) / 10, m / (r / 1000) ** 3 / 10],
        r"The volume of the sphere is $V = \tfrac{{4}}{{3}} \pi R^3 = {volume} \cdot 10^{{18}}$ m³.",
        r"The mean density is $\rho = M / V = {m} \cdot 10^{{20}} / V = {si}$ kg/m³.",
        r"Since 1000 kg/m³ is 1 g/cm³, this is {ans} g/cm³.",
        volume=volume,
        si=m / volume * 100,
    )


@family(
    "astronomy-impact-energy",
    ("Impact energy", "Mean density"),
    grid(d="40 50 60 80 100 120", k="2.2 2.7 3.3 7.8", v="12 15 18 20"),
    "A spherical asteroid {d} m across with a density of {k} g/cm³ hits the Earth at {v} km/s. What is its kinetic "
    "energy in megatons of TNT (1 megaton is 4.184·10¹⁵ J)? Round to two decimal places.",
    "With 4.184·10¹⁵ J for 1 megaton of TNT, how many megatons does the impact of a ball-shaped body release whose "
    "diameter is {d} m, density {k} g/cm³ and velocity {v} km/s? Round to two decimal places.",
)
def _impact(p: Params) -> Solution:
    d, k, v = reals(p, "d k v")
    mass = pi / 6 * d**3 * k * 1000
    energy = mass * (v * 1000) ** 2 / 2
    return measured(
        p,
        energy / 4.184e15,
        "megatons",
        [2 * energy / 4.184e15, 8 * energy / 4.184e15],
        r"The volume is $\tfrac{{4}}{{3}} \pi (d / 2)^3$, so the mass is {m} million kg.",
        r"The kinetic energy is $\tfrac{{1}}{{2}} m v^2 = {E} \cdot 10^{{15}}$ J, with the velocity in m/s.",
        r"Divided by $4.184 \cdot 10^{{15}}$ J this is {ans} megatons.",
        m=mass / 1e6,
        E=energy / 1e15,
    )


@family(
    "astronomy-roche-limit",
    ("Roche limit", "Mean density"),
    grid(R="25 34 50 60 70", a="0.7 1.2 1.3 1.6", b="0.9 1.5 2.2 3.3"),
    "A planet has a radius of {R} thousand km and a mean density of {a} g/cm³. Within which distance from its centre, "
    "in thousand km, would a loose moon of density {b} g/cm³ be torn apart? Use the factor 2.44 and round to one "
    "decimal place.",
    "Find the Roche limit in thousand km, measured from the centre of a planet with a radius of {R} thousand km and a "
    "density of {a} g/cm³, for a fluid satellite of density {b} g/cm³. The factor is 2.44; round to one decimal place.",
)
def _roche(p: Params) -> Solution:
    R, a, b = reals(p, "R a b")
    return measured(
        p,
        2.44 * R * (a / b) ** (1 / 3),
        "thousand km",
        [2.44 * R * (b / a) ** (1 / 3), 2.44 * R * a / b, 2.44 * R],
        "Inside the Roche limit tidal forces exceed the gravity that holds a loose body together.",
        r"For a fluid body it is $d = 2.44 \, R \, (\rho_P / \rho_M)^{{1/3}}$.",
        r"With $({a} / {b})^{{1/3}} = {x}$ the limit is $2.44 \cdot {R} \cdot {x} \approx {ans}$ thousand km.",
        places=1,
        x=(a / b) ** (1 / 3),
    )


PROBLEMS: tuple[Problem, ...] = (
    _gravity, _escape, _gathering, _resolution, _magnification, _absorbed, _equilibrium, _density, _impact, _roche
)  # fmt: skip
