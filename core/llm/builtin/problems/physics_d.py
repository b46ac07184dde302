"""Homework families of waves and optics: refraction, lenses, interference and photons."""

from __future__ import annotations

from fractions import Fraction
from math import asin, degrees, radians, sin, tan
from random import Random

from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, reals

WAVELENGTHS = (405, 450, 488, 515, 532, 589, 594, 633, 650)  # nm, of common lamps and lasers


@family(
    "physics-wavelength-in-glass",
    ("Refractive index", "Wavelength"),
    grid(w="450 480 510 540 589 633 650", n="1.33 1.47 1.5 1.52 1.62"),
    "Light with a vacuum wavelength of {w} nm enters a medium of refractive index {n}. What is its wavelength inside "
    "the medium, in nanometres? Round to one decimal place.",
    "Inside a transparent material with refractive index {n}, how long in nm is the wavelength of light that measures "
    "{w} nm in vacuum? Round to one decimal place.",
)
def _glass(p: Params) -> Solution:
    w, n = nums(p, "w n")
    return measured(
        p,
        w / n,
        "nm",
        [w * n, w],
        "The refractive index is the ratio of the speed of light in vacuum to that in the medium.",
        "The frequency is fixed by the source, so the wavelength shrinks by the same factor as the speed.",
        r"It becomes $\lambda = {w} / {n} \approx {ans}$ nm.",
        places=1,
    )


@family(
    "physics-snell",
    ("Snell's law", "Refractive index"),
    grid(a="25 30 35 40 45 50 60", n="1.31 1.33 1.47 1.5 1.52 1.62"),
    "A ray of light in air meets a flat surface of a medium with refractive index {n} at an angle of incidence of "
    "{a}°. What is the angle of refraction? Round to one decimal place.",
    "Light falls from air on a plate whose refractive index is {n}. The incident ray makes an angle of {a}° with the "
    "normal. Which angle with the normal does the refracted ray make? Round to one decimal place.",
)
def _snell(p: Params) -> Solution:
    a, n = reals(p, "a n")
    s = sin(radians(a)) / n
    return measured(
        p,
        degrees(asin(s)),
        "°",
        [a / n, 90 - degrees(asin(s))],
        r"Snell's law states $n_1 \sin \theta_1 = n_2 \sin \theta_2$, with both angles measured from the normal and "
        r"$n_1 = 1$ for air.",
        r"Hence $\sin \theta_2 = \sin {a}^\circ / {n} = {s}$.",
        r"The refracted ray is bent towards the normal: $\theta_2 \approx {ans}^\circ$.",
        places=1,
        s=s,
    )


@family(
    "physics-light-circle",
    ("Total internal reflection", "Snell's law"),
    grid(n="1.31 1.33 1.36 1.47", d="0.5 0.8 1.2 1.5 2.5 3.5"),
    "A point-like lamp lies {d} m below the surface of a liquid with refractive index {n}. What is the radius of the "
    "circle on the surface through which its light leaves into the air? Round to two decimal places.",
    "In a basin filled with a liquid of refractive index {n} a tiny light source sits at a depth of {d} m. Light gets "
    "out only within a circle above it. Compute the radius of this circle in metres, rounded to two decimal places.",
)
def _circle(p: Params) -> Solution:
    n, d = reals(p, "n d")
    c = asin(1 / n)
    return measured(
        p,
        d * tan(c),
        "m",
        [d / n, d * n],
        "Rays that meet the surface beyond the critical angle are totally reflected, so the rim of the circle belongs "
        "to the critical angle.",
        r"It follows from $\sin \theta_c = 1 / {n}$, which gives $\theta_c = {c}^\circ$.",
        r"The radius is $r = d \tan \theta_c = {d} \cdot {t} \approx {ans}$ m.",
        c=degrees(c),
        t=tan(c),
    )


@family(
    "physics-lens",
    ("Thin lens equation", "Magnification"),
    grid(f="6 8 10 12 15", a="18 20 24 30 40", h="2 3 5"),
    "An object {h} cm high stands {a} cm in front of a converging lens with a focal length of {f} cm. How high is the "
    "image on a screen? Round to two decimal places.",
    "A converging lens of focal length {f} cm forms a sharp image of a {h} cm tall candle that is {a} cm away from the "
    "lens. Find the height of the image in cm, rounded to two decimal places.",
)
def _lens(p: Params) -> Solution:
    f, a, h = nums(p, "f a h")
    b = a * f / (a - f)
    return measured(
        p,
        h * b / a,
        "cm",
        [h * a / b, h * f / a, h * b],
        r"The thin lens equation $\frac{{1}}{{f}} = \frac{{1}}{{a}} + \frac{{1}}{{b}}$ gives the image distance "
        r"$b = \frac{{a f}}{{a - f}} = {b}$ cm.",
        r"The magnification has the size $b / a = {m}$; the real image is upside down.",
        r"The image is ${h} \cdot {m} \approx {ans}$ cm high.",
        b=b,
        m=b / a,
    )


@family(
    "physics-mirror",
    ("Spherical mirror", "Magnification"),
    grid(r="40 48 60 72 80", a="8 10 12 15 18"),
    "A make-up mirror is concave with a radius of curvature of {r} cm. A face is {a} cm in front of it. By what factor "
    "is the upright image magnified? Round to two decimal places.",
    "Someone looks into a concave spherical mirror (radius of curvature {r} cm) from a distance of {a} cm. How many "
    "times larger than the object is the upright virtual image? Round to two decimal places.",
)
def _mirror(p: Params) -> Solution:
    r, a = nums(p, "r a")
    f = r / 2
    return measured(
        p,
        f / (f - a),
        "",
        [r / (r - a), (f - a) / f],
        r"The focal length of a spherical mirror is half its radius of curvature: $f = {r} / 2 = {f}$ cm.",
        r"The object is inside the focal length, so $\frac{{1}}{{b}} = \frac{{1}}{{f}} - \frac{{1}}{{a}}$ is negative "
        r"and the image is virtual: $b = {b}$ cm.",
        r"The magnification is $-b / a = {f} / ({f} - {a}) \approx {ans}$.",
        f=f,
        b=a * f / (a - f),
    )


def _fringes(random: Random) -> Params:
    d, L, w = random.choice(("0.2", "0.25", "0.4")), random.choice(("1.5", "2.5", "3.5")), random.choice(WAVELENGTHS)
    n = random.choice((3, 4, 6))
    return {"d": d, "L": L, "n": n, "y": f"{n * w * float(L) / float(d) / 1000:.1f}"}


@family(
    "physics-double-slit",
    ("Double-slit interference", "Wavelength"),
    _fringes,
    "Two slits {d} mm apart are lit by a laser. On a screen {L} m away, bright fringe number {n} lies {y} mm from the "
    "central maximum. What is the wavelength in nanometres? Round to one decimal place.",
    "In a double-slit experiment the slit separation is {d} mm and the screen is {L} m behind the slits. The distance "
    "from the central bright fringe to the bright fringe of order {n} is {y} mm. Calculate the wavelength in nm, "
    "rounded to one decimal place.",
)
def _double(p: Params) -> Solution:
    d, L, y, n = nums(p, "d L y n")
    return measured(
        p,
        d * y / (L * n) * 1000,
        "nm",
        [d * y / L * 1000, d * y / (L * (2 * n + 1)) * 2000],
        r"Bright fringes lie where the path difference is a whole number of wavelengths; for small angles "
        r"$y_n = n \lambda L / d$.",
        r"Neighbouring fringes are ${y} / {n} = {gap}$ mm apart.",
        r"With all lengths in metres, $\lambda = \frac{{d \, y_n}}{{n L}}$, which is {ans} nm.",
        places=1,
        gap=y / n,
    )


@family(
    "physics-grating",
    ("Diffraction grating",),
    grid(N="200 250 300 400 500", w="450 486 532 589 633 656", m="1 2"),
    "A diffraction grating has {N} lines per millimetre and is lit perpendicularly with light of {w} nm. At which "
    "angle does the maximum of order {m} appear? Round to one decimal place.",
    "Monochromatic light of wavelength {w} nm falls straight on a grating ruled with {N} lines per mm. Under what "
    "angle to the incident direction is the spectral line of order {m} seen? Round to one decimal place.",
)
def _grating(p: Params) -> Solution:
    N, w, m = reals(p, "N w m")
    s = m * w * N / 1e6
    return measured(
        p,
        degrees(asin(s)),
        "°",
        [90 - degrees(asin(s)), degrees(s)],
        r"The spacing of the lines is $d = 1 / {N}$ mm, that is {d} nm.",
        r"A maximum of order $m$ satisfies $d \sin \theta = m \lambda$, so "
        r"$\sin \theta = {m} \cdot {w} / {d} = {s}$.",
        r"The angle is $\theta \approx {ans}^\circ$.",
        places=1,
        d=1e6 / N,
        s=s,
    )


@family(
    "physics-single-slit",
    ("Single-slit diffraction",),
    grid(a="0.05 0.08 0.1 0.12 0.2", L="1.5 2.5 2 3", w="450 532 589 633"),
    "A slit of width {a} mm is lit by light of {w} nm. How wide, in millimetres, is the central bright band on a "
    "screen {L} m behind the slit? Round to two decimal places.",
    "Light with a wavelength of {w} nm passes a single slit {a} mm wide and falls on a screen at a distance of {L} m. "
    "Find the distance in mm between the two dark fringes next to the centre, rounded to two decimal places.",
)
def _single(p: Params) -> Solution:
    a, L, w = nums(p, "a L w")
    y = w * L / a / 1000
    return measured(
        p,
        2 * y,
        "mm",
        [y, 4 * y],
        r"The first dark fringe lies where $a \sin \theta = \lambda$; for small angles $\sin \theta \approx y / L$.",
        r"Its distance from the centre is $y = \lambda L / a = {y}$ mm.",
        r"The central band reaches to the dark fringes on both sides: $2 y \approx {ans}$ mm.",
        y=y,
    )


@family(
    "physics-photoelectric",
    ("Photoelectric effect", "Photon energy"),
    grid(w="200 220 240 250 260 270", f="2.1 2.3 2.7 3.7 4.1 4.3"),
    "Ultraviolet light of {w} nm shines on a metal with a work function of {f} eV. What is the maximum kinetic energy "
    "of the photoelectrons? Use h·c = 1240 eV·nm and round to two decimal places.",
    "A metal plate (work function {f} eV) is illuminated with radiation of wavelength {w} nm. With h·c = 1240 eV·nm, "
    "how much kinetic energy in eV can an emitted electron have at most? Round to two decimal places.",
)
def _photo(p: Params) -> Solution:
    w, f = nums(p, "w f")
    return measured(
        p,
        1240 / w - f,
        "eV",
        [1240 / w + f, 1240 / w],
        r"A photon carries the energy $E = h c / \lambda = 1240 / {w} = {E}$ eV.",
        "One photon frees one electron; part of its energy, the work function, is spent on leaving the metal.",
        r"At most ${E} - {f} \approx {ans}$ eV remain as kinetic energy.",
        E=1240 / w,
    )


@family(
    "physics-photon-rate",
    ("Photon energy",),
    grid(P="0.5 1.5 2 3 4 5", w="405 450 532 589 633 650"),
    "A laser pointer emits {P} mW of light at {w} nm. How many photons leave it per second, in units of 10¹⁵? Use "
    "h·c = 1.986·10⁻²⁵ J·m and round to two decimal places.",
    "Light of wavelength {w} nm is radiated with a power of {P} mW. Taking h·c = 1.986·10⁻²⁵ J·m, find the number of "
    "photons per second as a multiple of 10¹⁵, rounded to two decimal places.",
)
def _rate(p: Params) -> Solution:
    P, w = nums(p, "P w")
    energy = Fraction("198.6") / w
    return measured(
        p,
        P / energy,
        "·10¹⁵ photons per second",
        [P * energy, P / energy * 1000],
        r"One photon has the energy $E = h c / \lambda$, here ${energy} \cdot 10^{{-18}}$ J.",
        r"Every second the source emits ${P} \cdot 10^{{-3}}$ J.",
        r"Dividing the two gives ${ans} \cdot 10^{{15}}$ photons per second.",
        energy=energy,
    )


@family(
    "physics-de-broglie",
    ("De Broglie wavelength",),
    grid(v="1.2 1.5 2.5 3.5 4.5 2 3 4 5 6", k=("electron", "neutron")),
    "What is the de Broglie wavelength of one {k} at a speed of {v} km/s, in nanometres? Use "
    "h = 6.626·10⁻³⁴ J·s, an electron mass of 9.109·10⁻³¹ kg and a neutron mass of 1.675·10⁻²⁷ kg. Round to three "
    "decimal places.",
    "With h = 6.626·10⁻³⁴ J·s, electron mass 9.109·10⁻³¹ kg and neutron mass 1.675·10⁻²⁷ kg, find the wavelength in nm "
    "that belongs to one {k} moving at {v} km/s. Round to three decimal places.",
)
def _matter(p: Params) -> Solution:
    (v,) = nums(p, "v")
    masses = {"electron": Fraction("0.9109"), "neutron": Fraction(1675)}  # 10⁻³⁰ kg
    m, other = masses[str(p["k"])], masses["neutron" if p["k"] == "electron" else "electron"]
    h = Fraction("662.6")
    return measured(
        p,
        h / (m * v),
        "nm",
        [h / (other * v), h / m],
        r"Every moving particle has the de Broglie wavelength $\lambda = h / (m v)$.",
        r"Its momentum is $m v = {m} \cdot 10^{{-30}} \cdot {v} \cdot 10^3$ kg·m/s.",
        r"Therefore $\lambda = 6.626 \cdot 10^{{-34}} / (m v)$, which is {ans} nm.",
        places=3,
        m=m,
    )


PROBLEMS: tuple[Problem, ...] = (
    _glass, _snell, _circle, _lens, _mirror, _double, _grating, _single, _photo, _rate, _matter
)  # fmt: skip
