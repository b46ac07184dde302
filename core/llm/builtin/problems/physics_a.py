"""Homework families of classical mechanics: motion and forces."""

from __future__ import annotations

from fractions import Fraction
from math import cos, radians, sin, sqrt

from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, reals

G = Fraction(49, 5)  # m/s²


@family(
    "physics-average-velocity",
    ("Average velocity",),
    grid(a="60 72 84", s="20 30 40", b="108 120 132", t="50 80"),
    "A train runs on a straight track for {s} minutes at {a} km/h and then for {t} minutes at {b} km/h in the same "
    "direction. What is its average velocity over the whole trip, in km/h? Round to two decimal places.",
    "On a straight motorway a coach holds {a} km/h for {s} minutes, then {b} km/h for another {t} minutes without "
    "turning back. Find the average velocity of the coach in km/h, rounded to two decimal places.",
)
def _average_velocity(p: Params) -> Solution:
    a, s, b, t = nums(p, "a s b t")
    way = (a * s + b * t) / 60
    return measured(
        p,
        way * 60 / (s + t),
        "km/h",
        [(a + b) / 2, (a * t + b * s) / (s + t)],
        "Average velocity is total displacement divided by total time, so both are needed first.",
        r"The displacement is $\frac{{{s}}}{{60}} \cdot {a} + \frac{{{t}}}{{60}} \cdot {b} = {way}$ km.",
        r"The time is ${s} + {t} = {total}$ minutes, so $\bar v = {way} \cdot \frac{{60}}{{{total}}} = {ans}$ km/h. "
        "The plain mean of the two speeds would be wrong because the stages do not last equally long.",
        way=way,
        total=s + t,
    )


@family(
    "physics-braking-distance",
    ("Constant acceleration",),
    grid(v="12 16 18 20 24 28 30", a="4 5 6 8", t="0.5 0.8 1.5"),
    "A driver travelling at {v} m/s sees an obstacle, needs {t} s to react and then brakes with a constant "
    "deceleration of {a} m/s². How far does the car travel from the moment the obstacle is seen until it stops? "
    "Round to two decimal places.",
    "Find the total stopping distance of a car whose speed is {v} m/s if the reaction time is {t} s and the brakes "
    "then slow the car uniformly at {a} m/s². Round to two decimal places.",
)
def _braking(p: Params) -> Solution:
    v, a, t = nums(p, "v a t")
    return measured(
        p,
        v * t + v * v / (2 * a),
        "m",
        [v * v / (2 * a), v * t + v * v / a],
        "During the reaction time the velocity does not change; only afterwards is the acceleration constant and "
        "different from zero.",
        r"The reaction distance is ${v} \cdot {t} = {react}$ m.",
        r"From $v^2 = 2 a s$ the braking distance is $\frac{{{v}^2}}{{2 \cdot {a}}} = {brake}$ m.",
        r"Together the car needs ${react} + {brake} = {ans}$ m.",
        react=v * t,
        brake=v * v / (2 * a),
    )


@family(
    "physics-free-fall",
    ("Free fall", "Constant acceleration"),
    grid(v="2 3 4 5 6 7 8", t="1.5 2.5 3.5 3 4"),
    "A stone is thrown straight down from a cliff with an initial speed of {v} m/s and reaches the water after {t} s. "
    "How high is the cliff? Neglect air resistance and use g = 9.8 m/s².",
    "From the top of a tower a ball is hurled vertically downward at {v} m/s; it lands {t} s later. Taking "
    "g = 9.8 m/s² and ignoring the air, determine the height of the tower.",
)
def _free_fall(p: Params) -> Solution:
    v, t = nums(p, "v t")
    return measured(
        p,
        v * t + G * t * t / 2,
        "m",
        [G * t * t / 2, v * t + G * t * t],
        r"In free fall the acceleration is $g$ whatever the initial speed, so $h = v_0 t + \tfrac{{1}}{{2}} g t^2$ "
        "with the downward direction counted positive.",
        r"The initial speed contributes ${v} \cdot {t} = {first}$ m, the acceleration "
        r"$\tfrac{{1}}{{2}} \cdot 9.8 \cdot {t}^2 = {second}$ m.",
        r"The height is ${first} + {second} = {ans}$ m.",
        places=3,
        first=v * t,
        second=G * t * t / 2,
    )


@family(
    "physics-vector-components",
    ("Vector components", "Newton's second law"),
    grid(F="40 50 60 80 100 120", w="20 25 30 35 40", m="10 15 18 20"),
    "A sled of mass {m} kg rests on frictionless ice. A rope pulls it with a force of {F} N directed {w}° above the "
    "horizontal. What is the horizontal acceleration of the sled? Round to two decimal places.",
    "A child pulls a {m} kg sled over smooth ice; the rope makes an angle of {w}° with the horizontal and its tension "
    "is {F} N. Neglecting friction, find the acceleration along the ice, rounded to two decimal places.",
)
def _components(p: Params) -> Solution:
    F, w, m = reals(p, "F w m")
    along = F * cos(radians(w))
    return measured(
        p,
        along / m,
        "m/s²",
        [F * sin(radians(w)) / m, F / m],
        "Only the horizontal component of the pull accelerates the sled along the ice; the vertical component merely "
        "reduces the load on the ice.",
        r"The horizontal component is $F_x = {F} \cos {w}^\circ = {along}$ N.",
        r"Newton's second law gives $a = F_x / m = {along} / {m} \approx {ans}$ m/s².",
        along=along,
    )


@family(
    "physics-horizontal-throw",
    ("Projectile motion", "Free fall"),
    grid(v="6 8 9 12 14 15 18", h="4.9 19.6 44.1 78.4"),
    "A ball rolls off the edge of a roof {h} m above the ground with a horizontal velocity of {v} m/s. How far from "
    "the foot of the wall does it land? Use g = 9.8 m/s² and neglect air resistance.",
    "A rescue parcel is thrown horizontally at {v} m/s from a ledge at a height of {h} m over level ground. With "
    "g = 9.8 m/s² and no air resistance, what horizontal distance does it cover before it hits the ground?",
)
def _throw(p: Params) -> Solution:
    v, h = reals(p, "v h")
    t = round(sqrt(h / 4.9), 6)
    return measured(
        p,
        v * t,
        "m",
        [v * h / 4.9, v * t / sqrt(2)],
        "The vertical and the horizontal motion are independent: the fall fixes the time, the constant horizontal "
        "velocity turns it into a distance.",
        r"From $h = \tfrac{{1}}{{2}} g t^2$ the time is $t = \sqrt{{2 \cdot {h} / 9.8}} = {t}$ s.",
        r"The horizontal distance is $x = v t = {v} \cdot {t} = {ans}$ m.",
        t=t,
    )


@family(
    "physics-river-crossing",
    ("Relative velocity", "Vector components"),
    grid(b="2 2.5 4 5", c="0.5 1.2 1.5 0.8", w="60 80 100 120 150"),
    "A boat heads straight across a river {w} m wide. Its speed relative to the water is {b} m/s and the current "
    "flows at {c} m/s. How far downstream does the boat reach the other bank?",
    "A raft with an outboard motor keeps pointing perpendicular to the banks of a {w} m wide river. Relative to the "
    "water it moves at {b} m/s, while the water itself moves at {c} m/s. By what distance is it carried downstream "
    "during the crossing?",
)
def _river(p: Params) -> Solution:
    b, c, w = nums(p, "b c w")
    return measured(
        p,
        c * w / b,
        "m",
        [b * w / c, c * w],
        "The velocity relative to the ground is the vector sum of the velocity relative to the water and the current; "
        "the two components act independently.",
        r"The component across the river is {b} m/s, so crossing takes $t = {w} / {b} = {t}$ s.",
        r"In that time the current carries the boat ${c} \cdot {t} = {ans}$ m downstream.",
        places=3,
        t=w / b,
    )


@family(
    "physics-coupled-blocks",
    ("Tension in a rope", "Newton's second law"),
    grid(a="2 3 4 6", b="5 6 8 9", x="1.5 2.5 3.5 2 4"),
    "Two blocks of {a} kg and {b} kg are joined by a light rope and lie on a frictionless table. The {b} kg block is "
    "pulled horizontally away from the other one, and both move with an acceleration of {x} m/s². What pulling force "
    "is applied to the front block?",
    "On a smooth horizontal surface a {b} kg cart tows a cart of {a} kg by a massless cord. A horizontal force on the "
    "leading {b} kg cart gives the pair an acceleration of {x} m/s². How large is this force?",
)
def _coupled(p: Params) -> Solution:
    a, b, x = nums(p, "a b x")
    return measured(
        p,
        (a + b) * x,
        "N",
        [b * x, a * x],
        r"The rear body is accelerated by the tension alone: $T = {a} \cdot {x} = {T}$ N.",
        r"On the front body the pull and the tension act against each other, so $F - T = {b} \cdot {x} = {net}$ N.",
        r"Hence $F = {net} + {T} = {ans}$ N, which is also the total mass times the acceleration.",
        T=a * x,
        net=b * x,
    )


@family(
    "physics-lift",
    ("Normal force", "Newton's second law"),
    grid(m="50 60 65 70 75 80 90", a="0.6 1.2 1.5 1.8 2.2", way=("upward", "downward")),
    "A person of {m} kg stands on a scale in a lift that accelerates {way} at {a} m/s². What normal force does the "
    "scale exert? Use g = 9.8 m/s².",
    "In a lift whose acceleration points {way} and amounts to {a} m/s², a passenger with a mass of {m} kg presses on "
    "the floor. With g = 9.8 m/s², how large is the normal force from the floor on the passenger?",
)
def _lift(p: Params) -> Solution:
    m, a = nums(p, "m a")
    sign = 1 if p["way"] == "upward" else -1
    return measured(
        p,
        m * (G + sign * a),
        "N",
        [m * (G - sign * a), m * G],
        "Two forces act on the person: the weight downward and the normal force $N$ upward. With upward counted "
        "positive, Newton's second law reads $N - m g = m a$.",
        r"The acceleration points {way}, so $a = {signed}$ m/s².",
        r"Then $N = m (g + a) = {m} \cdot (9.8 {op} {a}) = {ans}$ N.",
        signed=sign * a,
        op="+" if sign > 0 else "-",
    )


@family(
    "physics-friction-crate",
    ("Kinetic friction", "Static friction", "Normal force"),
    grid(m="12 18 20 25 30", s="0.5 0.55 0.6 0.65", k="0.25 0.3 0.35 0.4"),
    "A crate of {m} kg stands on a level floor. The coefficient of static friction is {s}, that of kinetic friction "
    "{k}. A horizontal push is raised until the crate just starts to slide and is then kept constant. What is the "
    "acceleration of the sliding crate? Use g = 9.8 m/s².",
    "Someone pushes horizontally against a {m} kg chest with exactly the force that overcomes static friction "
    "(coefficient {s}) and keeps pushing equally hard. During sliding the friction coefficient is {k}. Find the "
    "acceleration of the chest on the level floor with g = 9.8 m/s².",
)
def _crate(p: Params) -> Solution:
    m, s, k = nums(p, "m s k")
    return measured(
        p,
        (s - k) * G,
        "m/s²",
        [s * G, k * G],
        r"On a level floor the normal force equals the weight, $N = {m} \cdot 9.8 = {N}$ N.",
        r"The push must reach the largest static friction, $F = {s} \cdot {N} = {F}$ N, whereas sliding friction is "
        r"only ${k} \cdot {N} = {f}$ N.",
        r"The difference accelerates the crate: $a = ({F} - {f}) / {m} = {ans}$ m/s². The mass cancels, as "
        r"$a = (\mu_s - \mu_k) g$ shows.",
        places=3,
        N=m * G,
        F=s * m * G,
        f=k * m * G,
    )


@family(
    "physics-incline",
    ("Inclined plane", "Kinetic friction"),
    grid(w="28 30 32 35 38 40", k="0.1 0.15 0.2 0.25", L="2.5 3.2 4.5"),
    "A box is released from rest on a ramp inclined at {w}° and slides {L} m down to the foot. The coefficient of "
    "kinetic friction is {k}. With what speed does the box arrive? Use g = 9.8 m/s² and round to two decimal places.",
    "Starting at rest, a parcel slides down a chute of length {L} m and inclination {w}°. Taking the kinetic friction "
    "coefficient as {k} and g = 9.8 m/s², compute its speed at the lower end, rounded to two decimal places.",
)
def _incline(p: Params) -> Solution:
    w, k, L = reals(p, "w k L")
    s, c = sin(radians(w)), cos(radians(w))
    a = 9.8 * (s - k * c)
    return measured(
        p,
        sqrt(2 * a * L),
        "m/s",
        [sqrt(2 * 9.8 * s * L), sqrt(2 * 9.8 * (s - k) * L)],
        r"Along the ramp gravity contributes $g \sin {w}^\circ$; the normal force is $m g \cos {w}^\circ$, so friction "
        r"takes away $\mu g \cos {w}^\circ$.",
        r"The acceleration is $a = 9.8 (\sin {w}^\circ - {k} \cos {w}^\circ) = {a}$ m/s².",
        r"With $v^2 = 2 a L$ the final speed is $v = \sqrt{{2 \cdot {a} \cdot {L}}} \approx {ans}$ m/s.",
        a=a,
    )


PROBLEMS: tuple[Problem, ...] = (
    _average_velocity,
    _braking,
    _free_fall,
    _components,
    _throw,
    _river,
    _coupled,
    _lift,
    _crate,
    _incline,
)
