"""Homework families of classical mechanics: gravitation, energy, momentum and rotation."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt

from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, reals

G = Fraction(49, 5)  # m/s²


@family(
    "physics-curve",
    ("Centripetal acceleration", "Static friction"),
    grid(v="10 12 15 18 20 24", r="40 50 60 80 90 120"),
    "A car drives at {v} m/s through an unbanked curve of radius {r} m. What is the smallest coefficient of static "
    "friction between tyres and road that keeps it on the curve? Use g = 9.8 m/s² and round to two decimal places.",
    "On a level road a motorist takes a bend with a radius of {r} m at a steady {v} m/s. Taking g = 9.8 m/s², find the "
    "minimum coefficient of static friction that is needed, rounded to two decimal places.",
)
def _curve(p: Params) -> Solution:
    v, r = nums(p, "v r")
    return measured(
        p,
        v * v / r / G,
        "",
        [v / r / G, v * v / r],
        r"Moving on a circle at constant speed needs the centripetal acceleration "
        r"$a = v^2 / r = {v}^2 / {r} = {a}$ m/s² towards the centre.",
        r"Static friction alone supplies it, so $\mu_s m g \geq m a$ and the mass cancels.",
        r"The smallest coefficient is $\mu_s = a / g = {a} / 9.8 \approx {ans}$.",
        a=v * v / r,
    )


@family(
    "physics-planet-weight",
    ("Newton's law of gravitation",),
    grid(M="2 3 4 5 6 8", R="1.5 2.5 2 4", w="500 600 640 700 750 800"),
    "A planet has {M} times the mass and {R} times the radius of the Earth. What would an astronaut who weighs {w} N "
    "on the Earth weigh on its surface? Round to two decimal places.",
    "An object weighs {w} N at the Earth's surface. Find its weight on the surface of a planet whose radius is {R} and "
    "whose mass is {M} times that of the Earth, rounded to two decimal places.",
)
def _planet(p: Params) -> Solution:
    M, R, w = nums(p, "M R w")
    return measured(
        p,
        w * M / R**2,
        "N",
        [w * M / R, w * M],
        r"By Newton's law of gravitation the weight is $F = G M m / R^2$: proportional to the mass of the planet and "
        "inversely proportional to the square of its radius.",
        r"Compared with the Earth the force changes by the factor ${M} / {R}^2 = {k}$.",
        r"The weight is ${w} \cdot {M} / {R}^2 \approx {ans}$ N.",
        k=M / R**2,
    )


@family(
    "physics-orbital-speed",
    ("Orbital speed", "Newton's law of gravitation", "Centripetal acceleration"),
    grid(h=range(300, 2300, 50)),
    "A satellite moves on a circular orbit {h} km above the Earth's surface. What is its speed in km/s? Use "
    "G·M = 398600 km³/s² and an Earth radius of 6371 km, and round to two decimal places.",
    "Taking 6371 km for the radius of the Earth and 398600 km³/s² for its gravitational parameter G·M, compute the "
    "orbital speed in km/s of a space station at an altitude of {h} km. Round to two decimal places.",
)
def _orbit(p: Params) -> Solution:
    (h,) = reals(p, "h")
    r = 6371 + h
    return measured(
        p,
        sqrt(398600 / r),
        "km/s",
        [sqrt(398600 / h), sqrt(398600 / 6371), sqrt(2 * 398600 / r)],
        r"Gravity provides the centripetal force: $G M m / r^2 = m v^2 / r$, hence $v = \sqrt{{G M / r}}$.",
        r"The distance counts from the centre of the Earth: $r = 6371 + {h} = {r}$ km.",
        r"Therefore $v = \sqrt{{398600 / {r}}} \approx {ans}$ km/s.",
        r=r,
    )


@family(
    "physics-work-energy",
    ("Work done by a force", "Kinetic energy"),
    grid(m="4 6 8 10", v="2 3 5", F="25 30 40", f="5 8 12", d="3 4 6"),
    "A cart of {m} kg rolls at {v} m/s. A force of {F} N then pushes it forward over {d} m while a resistance of {f} N "
    "acts against the motion. What is the kinetic energy of the cart at the end of the push?",
    "Over a distance of {d} m a worker pushes a trolley ({m} kg, initial speed {v} m/s) in its direction of motion "
    "with {F} N against a friction of {f} N. Determine its final kinetic energy.",
)
def _work(p: Params) -> Solution:
    m, v, F, f, d = nums(p, "m v F f d")
    start = m * v * v / 2
    return measured(
        p,
        start + (F - f) * d,
        "J",
        [(F - f) * d, start + F * d],
        "The work of all forces together equals the change of the kinetic energy.",
        r"At the beginning the kinetic energy is $\tfrac{{1}}{{2}} \cdot {m} \cdot {v}^2 = {start}$ J.",
        r"The net work is $({F} - {f}) \cdot {d} = {W}$ J, because the resistance does negative work.",
        r"At the end the kinetic energy is ${start} + {W} = {ans}$ J.",
        start=start,
        W=(F - f) * d,
    )


@family(
    "physics-coaster",
    ("Conservation of mechanical energy", "Kinetic energy"),
    grid(a="25 28 30 32 36", b="8 10 12 15", v="2 3 4 5"),
    "A roller-coaster car passes a hill {a} m high at {v} m/s and rolls without friction to a second hill {b} m high. "
    "How fast is it there? Use g = 9.8 m/s² and round to two decimal places.",
    "A sledge glides without friction. At a height of {a} m its speed is {v} m/s. What is its speed when it comes over "
    "a crest at a height of {b} m? Take g = 9.8 m/s² and round to two decimal places.",
)
def _coaster(p: Params) -> Solution:
    a, b, v = reals(p, "a b v")
    return measured(
        p,
        sqrt(v * v + 2 * 9.8 * (a - b)),
        "m/s",
        [sqrt(2 * 9.8 * (a - b)), sqrt(v * v + 2 * 9.8 * a), v + sqrt(2 * 9.8 * (a - b))],
        r"Without friction $\tfrac{{1}}{{2}} m v^2 + m g h$ stays the same, and the mass cancels.",
        r"Therefore $v_2^2 = v_1^2 + 2 g (h_1 - h_2) = {v}^2 + 2 \cdot 9.8 \cdot ({a} - {b}) = {square}$ m²/s².",
        r"The speed is $v_2 = \sqrt{{{square}}} \approx {ans}$ m/s.",
        square=v * v + 2 * 9.8 * (a - b),
    )


@family(
    "physics-crane-power",
    ("Power", "Work done by a force"),
    grid(m="200 250 300 400 500", h="8 10 12 15", t="5 8 20 25"),
    "A crane lifts a load of {m} kg through {h} m in {t} s at constant speed. What mechanical power does it deliver to "
    "the load, in watts? Use g = 9.8 m/s².",
    "How many watts of useful power does a hoist provide if it raises {m} kg steadily by {h} m within {t} s? Take "
    "g = 9.8 m/s².",
)
def _power(p: Params) -> Solution:
    m, h, t = nums(p, "m h t")
    return measured(
        p,
        m * G * h / t,
        "W",
        [m * h / t, m * G * h],
        r"At constant speed the lifting force equals the weight, $F = {m} \cdot 9.8 = {F}$ N.",
        r"The work is $W = F h = {F} \cdot {h} = {W}$ J.",
        r"Power is work per time: $P = {W} / {t} = {ans}$ W.",
        F=m * G,
        W=m * G * h,
    )


@family(
    "physics-impulse",
    ("Impulse",),
    grid(m="150 200 250 400 450", v="12 15 18 20", u="6 8 10", t="5 8 10 20"),
    "A ball of {m} g hits a wall perpendicularly at {v} m/s and bounces straight back at {u} m/s. The contact lasts "
    "{t} ms. What is the magnitude of the average force of the wall on the ball?",
    "During a contact time of {t} ms a wall reverses the motion of a {m} g ball: it arrives at {v} m/s and leaves at "
    "{u} m/s along the same line. Calculate the magnitude of the average force on the ball.",
)
def _impulse(p: Params) -> Solution:
    m, v, u, t = nums(p, "m v u t")
    return measured(
        p,
        m * (v + u) / t,
        "N",
        [m * (v - u) / t, m * v / t],
        "The impulse of the force equals the change of momentum, and the sign of the velocity changes in the bounce.",
        r"The velocity changes by ${v} - (-{u}) = {dv}$ m/s, so the impulse is $({m} / 1000) \cdot {dv} = {J}$ N·s.",
        r"Dividing by the contact time $t = {t} / 1000$ s gives $F = {ans}$ N.",
        dv=v + u,
        J=m * (v + u) / 1000,
    )


@family(
    "physics-coupling-wagons",
    ("Conservation of momentum", "Inelastic collision", "Kinetic energy"),
    grid(a="2 3 4 6", b="1 2 4 8", v="3 4 6 9"),
    "A wagon of {a} t rolling at {v} m/s couples to a wagon of {b} t at rest. How many kilojoules of kinetic energy "
    "are lost in the collision? Round to two decimal places.",
    "Two freight wagons lock together: the first has a mass of {a} t and a speed of {v} m/s, the second ({b} t) stands "
    "still. Find the loss of kinetic energy in kJ, rounded to two decimal places.",
)
def _wagons(p: Params) -> Solution:
    a, b, v = nums(p, "a b v")
    u = a * v / (a + b)
    before, after = a * v * v / 2, (a + b) * u * u / 2
    return measured(
        p,
        before - after,
        "kJ",
        [after, before],
        "In a perfectly inelastic collision momentum is conserved but kinetic energy is not.",
        r"The common velocity is $u = \frac{{{a} \cdot {v}}}{{{a} + {b}}} = {u}$ m/s.",
        r"With masses in tonnes the kinetic energies come out in kilojoules: before "
        r"$\tfrac{{1}}{{2}} \cdot {a} \cdot {v}^2 = {before}$ kJ, after "
        r"$\tfrac{{1}}{{2}} ({a} + {b}) u^2 = {after}$ kJ.",
        "The difference, {ans} kJ, is turned into deformation and heat.",
        u=u,
        before=before,
        after=after,
    )


@family(
    "physics-seesaw",
    ("Torque",),
    grid(a="20 24 30 32", b="25 40 50", x="1.5 1.8 2.4", c="10 12 15", y="0.8 0.5 1.2"),
    "On a seesaw pivoted at its centre, a child of {a} kg sits {x} m to the left of the pivot and a bag of {c} kg lies "
    "{y} m to the left. At what distance to the right must a person of {b} kg sit for balance? Round to two decimal "
    "places.",
    "A uniform beam is supported at its midpoint. Masses of {a} kg and {c} kg hang on its left side, {x} m and {y} m "
    "from the support. How far from the support must {b} kg hang on the right side to balance the beam? Round to two "
    "decimal places.",
)
def _seesaw(p: Params) -> Solution:
    a, b, c, x, y = nums(p, "a b c x y")
    return measured(
        p,
        (a * x + c * y) / b,
        "m",
        [a * x / b, (a + c) * (x + y) / b],
        "In equilibrium the torques about the pivot cancel. Each is weight times distance, and $g$ drops out.",
        r"The left side gives ${a} \cdot {x} + {c} \cdot {y} = {left}$ kg·m.",
        r"From ${b} \cdot d = {left}$ follows $d \approx {ans}$ m.",
        left=a * x + c * y,
    )


@family(
    "physics-turntable",
    ("Moment of inertia", "Angular momentum"),
    grid(M="2 3 4 6 8", m="0.5 1.5 1 2", R="0.2 0.25 0.4", n="30 45 60 90"),
    "A solid disc of mass {M} kg and radius {R} m rotates freely about its axis at {n} revolutions per minute. A lump "
    "of clay of {m} kg falls vertically onto its rim and sticks. What is the new rate of rotation in revolutions per "
    "minute? Round to two decimal places.",
    "A lump of putty ({m} kg) is dropped straight down onto the edge of a freely turning turntable and stays there. "
    "The turntable is a uniform disc of {M} kg with a radius of {R} m and turned at {n} rpm before. Find its rotation "
    "rate afterwards in rpm, rounded to two decimal places.",
)
def _turntable(p: Params) -> Solution:
    M, m, R, n = nums(p, "M m R n")
    disc, lump = M * R * R / 2, m * R * R
    return measured(
        p,
        n * disc / (disc + lump),
        "rpm",
        [n * M / (M + m), n * disc / lump],
        "No external torque acts about the axis, so the angular momentum $L = I \\omega$ is conserved.",
        r"The disc has the moment of inertia $\tfrac{{1}}{{2}} M R^2 = {disc}$ kg·m²; the lump on the rim adds "
        r"$m R^2 = {lump}$ kg·m².",
        r"The rotation slows to $n' = {n} \cdot \frac{{{disc}}}{{{disc} + {lump}}} \approx {ans}$ rpm.",
        disc=disc,
        lump=lump,
    )


PROBLEMS: tuple[Problem, ...] = (
    _curve, _planet, _orbit, _work, _coaster, _power, _impulse, _wagons, _seesaw, _turntable
)  # fmt: skip
