"""Homework families of astronomy: the sky, time, the Moon, and orbits."""

from __future__ import annotations

from math import cos, pi

from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, reals, stated


@family(
    "astronomy-upper-culmination",
    ("Meridian altitude", "Declination"),
    grid(f=range(40, 61), d=range(-25, 31, 5)),
    "An observer lives at {f}° north. How high above the southern horizon does a star with declination {d}° cross the "
    "meridian?",
    "The declination of a star is {d}°. Find its altitude above the horizon when it culminates in the south for an "
    "observatory at a northern latitude of {f}°.",
)
def _upper(p: Params) -> Solution:
    f, d = nums(p, "f d")
    return measured(
        p,
        90 - f + d,
        "°",
        [90 - f - d, f + d, 90 + f - d],
        r"The celestial equator crosses the meridian in the south at an altitude of $90^\circ - \varphi$.",
        r"Here that is $90 - {f} = {e}$ degrees.",
        r"The declination is the angular distance from the equator, positive to the north, so the altitude is "
        r"${e} + ({d}) = {ans}$ degrees.",
        e=90 - f,
    )


@family(
    "astronomy-circumpolar-star",
    ("Altitude of the celestial pole", "Declination", "Meridian altitude"),
    grid(f=range(42, 66, 3), d=range(50, 84, 4)),
    "At a northern latitude of {f}° a star with declination {d}° never sets. What is its lowest altitude above the "
    "northern horizon?",
    "A circumpolar star has a declination of {d}°. How many degrees above the horizon is its lower culmination for an "
    "observer at {f}° north?",
)
def _circumpolar(p: Params) -> Solution:
    f, d = nums(p, "f d")
    return measured(
        p,
        f + d - 90,
        "°",
        [90 - d, d - f if d != f else d, 90 - f + d],
        r"The celestial pole stands as high above the northern horizon as the latitude says: {f} degrees.",
        r"The star is $90 - {d} = {z}$ degrees from the pole and circles around it.",
        r"At its lowest point it is that much below the pole: ${f} - {z} = {ans}$ degrees.",
        z=90 - d,
    )


def _clock(seconds: int) -> str:
    seconds %= 86400
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


@family(
    "astronomy-earlier-every-night",
    ("Sidereal day",),
    grid(h="21 22 23", m="15 30 45", n=range(5, 25)),
    "A star crosses the meridian at {h}:{m}:00 tonight. At what clock time does it do so {n} nights later? A sidereal "
    "day lasts 23 h 56 min 4 s.",
    "With a sidereal day of 23 h 56 min 4 s, when will a star that culminates today at {h}:{m}:00 culminate after {n} "
    "nights?",
)
def _earlier(p: Params) -> Solution:
    h, m, n = (int(x) for x in nums(p, "h m n"))
    start = h * 3600 + m * 60
    return stated(
        p,
        _clock(start - 236 * n),
        [_clock(start + 236 * n), _clock(start - 240 * n)],
        "A star is back on the meridian after one sidereal day, which is 3 min 56 s, that is 236 s, shorter than 24 h.",
        rf"After {{n}} nights the star is early by ${{n}} \cdot 236 = {236 * n}$ s, "
        f"which is {_clock(236 * n)} in hours, minutes and seconds.",
        f"It culminates at {_clock(start - 236 * n)}.",
    )


@family(
    "astronomy-longitude-time",
    ("Longitude and local time",),
    grid(a=range(5, 40, 5), b=range(41, 100, 4), h=range(10, 15), m="10 24 36 48"),
    "At longitude {a}° east the local mean solar time is {h}:{m}. What is the local mean solar time at longitude {b}° "
    "east at the same instant?",
    "Two observatories lie at {a}° and {b}° eastern longitude. When the local mean solar time of the first is {h}:{m}, "
    "what is that of the second?",
)
def _longitude(p: Params) -> Solution:
    a, b, h, m = (int(x) for x in nums(p, "a b h m"))
    start, gap = h * 60 + m, 4 * (b - a)
    return stated(
        p,
        _clock(60 * (start + gap))[:5],
        [_clock(60 * (start - gap))[:5], _clock(60 * (start + b - a))[:5]],
        "The Earth turns by 360 degrees in 24 h, so one degree of longitude corresponds to 4 min of local time.",
        rf"The difference of ${{b}} - {{a}} = {b - a}$ degrees amounts to {gap} min.",
        f"The place further east is ahead, so its local time is {_clock(60 * (start + gap))[:5]}.",
    )


@family(
    "astronomy-synodic-period",
    ("Synodic period",),
    grid(P=["1.5", "1.88", "2.4", "3.2", "4.6", "11.86", 4, 5, 8, 12], Q=["1.2", "0.8", "0.6", "0.24", 1]),
    "Two planets circle their star in the same sense with periods of {Q} and {P} years. How many years pass from one "
    "opposition of the outer planet, as seen from the inner one, to the next? Round to two decimal places.",
    "The inner of two planets needs {Q} years for an orbit, the outer one {P} years. After what time in years does the "
    "inner planet overtake the outer one again? Round to two decimal places.",
)
def _synodic(p: Params) -> Solution:
    P, Q = nums(p, "P Q")
    return measured(
        p,
        1 / (1 / Q - 1 / P),
        "years",
        [P - Q, 1 / (1 / Q + 1 / P), (P + Q) / 2],
        r"Per year the inner planet makes $1 / {Q} = {fast}$ and the outer planet $1 / {P} = {slow}$ orbits.",
        r"The configuration repeats when the inner planet has gained one full orbit: "
        r"$\frac{{1}}{{S}} = \frac{{1}}{{{Q}}} - \frac{{1}}{{{P}}} = {rate}$.",
        r"The synodic period is $S = 1 / {rate} \approx {ans}$ years.",
        fast=1 / Q,
        slow=1 / P,
        rate=1 / Q - 1 / P,
    )


@family(
    "astronomy-moon-phase",
    ("Lunar phases",),
    grid(t=[*range(2, 29), "3.5", "5.5", "9.5", "11.5", "17.5", "24.5"]),
    "How many percent of the Moon's visible disc are lit {t} days after new moon? Assume uniform motion with a synodic "
    "month of 29.53 days and round to one decimal place.",
    "The Moon is {t} days old, counted from new moon. With a synodic month of 29.53 days and uniform motion, find the "
    "illuminated part of its disc in percent, rounded to one decimal place.",
)
def _phase(p: Params) -> Solution:
    (t,) = reals(p, "t")
    angle = 360 * t / 29.53
    lit = (1 - cos(angle * pi / 180)) / 2
    return measured(
        p,
        100 * lit,
        "%",
        [100 - 100 * lit, 100 * t / 29.53],
        r"Since new moon the Moon has moved away from the Sun by $360 \cdot {t} / 29.53 = {angle}$ degrees.",
        r"The lit part of the disc is $\tfrac{{1}}{{2}} (1 - \cos \alpha)$: none at new moon, all at full moon.",
        r"This gives $\tfrac{{1}}{{2}} (1 - ({c})) = {lit}$, that is {ans} percent.",
        places=1,
        angle=angle,
        c=cos(angle * pi / 180),
        lit=lit,
    )


@family(
    "astronomy-angular-diameter",
    ("Angular diameter",),
    grid(d="1200 1800 2500 3474 4800 5200", a="240 300 384 420 671 1070"),
    "A moon with a diameter of {d} km is {a} thousand km away from an observer. What is its angular diameter in arc "
    "minutes? Use 3438 arc minutes per radian and round to two decimal places.",
    "From a distance of {a} thousand km, how large in arc minutes does a body {d} km across appear? One radian is 3438 "
    "arc minutes; round to two decimal places.",
)
def _angular(p: Params) -> Solution:
    d, a = nums(p, "d a")
    return measured(
        p,
        d / (1000 * a) * 3438,
        "arc minutes",
        [a / d * 3438, d / (1000 * a) * 3438 / 2, d / (1000 * a) * 57],
        r"For a small angle the angle in radians is diameter over distance: $\theta = d / D$.",
        r"Here $\theta = {d} / ({a} \cdot 1000) = {t} \cdot 10^{{-3}}$ rad.",
        r"Converted, $\theta \approx {ans}$ arc minutes.",
        t=d / a,
    )


@family(
    "astronomy-umbra",
    ("Umbra length", "Angular diameter"),
    grid(d="1200 1800 2400 3000 3600", S="600 900 1392 1800", a="90 120 150 200"),
    "A moon {d} km across is lit by a star with a diameter of {S} thousand km at a distance of {a} million km from the "
    "moon. How long is the full shadow (umbra) of the moon, in thousand km? Round to one decimal place.",
    "The diameter of a star is {S} thousand km. At {a} million km from it, a moon with a diameter of {d} km casts a "
    "conical umbra. Compute the length of this cone in thousand km, rounded to one decimal place.",
)
def _umbra(p: Params) -> Solution:
    d, S, a = nums(p, "d S a")
    return measured(
        p,
        a * d / (S - d / 1000),
        "thousand km",
        [a * d / (S + d / 1000), a * S / d, a * d / S * 2],
        "From the tip of the umbra the moon and the star have the same angular diameter.",
        r"Similar triangles give $\frac{{L}}{{d}} = \frac{{L + D}}{{S}}$, so $L = \frac{{D d}}{{S - d}}$.",
        r"With all lengths in thousand km, $L = \frac{{{a} \cdot 1000 \cdot {k}}}{{{S} - {k}}} \approx {ans}$ "
        r"thousand km.",
        places=1,
        k=d / 1000,
    )


@family(
    "astronomy-comet-period",
    ("Kepler's third law", "Perihelion and aphelion"),
    grid(q="0.5 0.6 1.2 1.5", Q="5.5 8.4 12.5 17.5 24.8 35.1"),
    "A comet comes as close as {q} AU to the Sun and recedes to {Q} AU. What is its orbital period in years? Round to "
    "two decimal places.",
    "The perihelion of an elliptical orbit around the Sun lies at {q} AU, the aphelion at {Q} AU. Find the period of "
    "revolution in years, rounded to two decimal places.",
)
def _comet(p: Params) -> Solution:
    q, Q = reals(p, "q Q")
    a = (q + Q) / 2
    return measured(
        p,
        a**1.5,
        "years",
        [Q**1.5, (q + Q) ** 1.5, a ** (2 / 3)],
        r"The semi-major axis is half the sum of both distances: $a = ({q} + {Q}) / 2 = {a}$ AU.",
        r"For orbits around the Sun Kepler's third law reads $P^2 = a^3$ in years and astronomical units.",
        r"So $P = {a}^{{1.5}} \approx {ans}$ years.",
        a=a,
    )


@family(
    "astronomy-aphelion",
    ("Orbital eccentricity", "Perihelion and aphelion"),
    grid(q="0.8 0.9 1.2 1.6 2.1 2.4", e="0.1 0.2 0.25 0.4 0.5 0.6"),
    "An asteroid has its perihelion at {q} AU, and the eccentricity of its orbit is {e}. How far from the Sun is its "
    "aphelion, in AU? Round to two decimal places.",
    "The orbit of a minor planet around the Sun has an eccentricity of {e} and a perihelion distance of {q} AU. What "
    "is the aphelion distance in AU, rounded to two decimal places?",
)
def _aphelion(p: Params) -> Solution:
    q, e = nums(p, "q e")
    a = q / (1 - e)
    return measured(
        p,
        a * (1 + e),
        "AU",
        [q * (1 + e), a],
        r"The perihelion distance is $q = a (1 - e)$, the aphelion distance $Q = a (1 + e)$.",
        r"The semi-major axis is $a = {q} / (1 - {e}) = {a}$ AU.",
        r"The aphelion lies at ${a} \cdot (1 + {e}) \approx {ans}$ AU.",
        a=a,
    )


PROBLEMS: tuple[Problem, ...] = (
    _upper, _circumpolar, _earlier, _longitude, _synodic, _phase, _angular, _umbra, _comet, _aphelion
)  # fmt: skip
