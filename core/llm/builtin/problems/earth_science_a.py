"""Homework families of geology: minerals, rocks, geologic time, plates and earthquakes."""

from __future__ import annotations

from fractions import Fraction
from math import log
from random import Random

from core.llm.builtin.problem import Params, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, stated

_DENSITIES = {
    "halite": "2.16", "quartz": "2.65", "fluorite": "3.18", "barite": "4.48", "pyrite": "5.02", "galena": "7.58",
}  # fmt: skip
_MOHS = ("talc", "gypsum", "calcite", "fluorite", "apatite", "orthoclase", "quartz", "topaz", "corundum", "diamond")


@family(
    "earth-science-mineral-density",
    ("Mineral density",),
    grid(mineral=list(_DENSITIES), v="10 15 20 25 40"),
    "A sample of pure {mineral} displaces {v} mL of water when it is immersed. Densities in g/cm³: halite 2.16, quartz "
    "2.65, fluorite 3.18, barite 4.48, pyrite 5.02, galena 7.58. What is the mass of the sample in grams?",
    "The densities in g/cm³ are 2.16 for halite, 2.65 for quartz, 3.18 for fluorite, 4.48 for barite, 5.02 for pyrite "
    "and 7.58 for galena. A piece of pure {mineral} raises the water level in a measuring cylinder by {v} mL. What is "
    "its mass in grams?",
)
def _density(p: Params) -> Solution:
    (v,) = nums(p, "v")
    density = Fraction(_DENSITIES[str(p["mineral"])])
    return measured(
        p,
        density * v,
        "g",
        [v / density, v, density * v / 10],
        "The volume of the displaced water is the volume of the sample: {v} mL, that is, {v} cm³.",
        "The density of {mineral} is {density} g/cm³.",
        r"The mass is $m = \rho V = {density} \cdot {v} = {ans}$ g.",
        density=density,
    )


def _draw_mohs(random: Random) -> Params:
    return dict(zip(("one", "two", "three", "four"), random.sample(_MOHS, 4), strict=True))


@family(
    "earth-science-mohs",
    ("Mohs hardness",),
    _draw_mohs,
    "Arrange the minerals {one}, {two}, {three} and {four} by the Mohs scale, from the softest to the hardest.",
    "Four samples, {one}, {two}, {three} and {four}, are scratched against each other. List them in the order of "
    "rising Mohs hardness.",
)
def _mohs(p: Params) -> Solution:
    names = [str(p[key]) for key in ("one", "two", "three", "four")]
    order = sorted(names, key=_MOHS.index)
    told = ", ".join(order)
    swapped = ", ".join([order[1], order[0], *order[2:]])
    return stated(
        p,
        told,
        [", ".join(reversed(order)), swapped],
        "On the Mohs scale each mineral scratches all minerals with a lower number.",
        "The numbers are {numbers}.",
        "From soft to hard the order is {told}.",
        numbers=", ".join(f"{_MOHS.index(name) + 1} for {name}" for name in order),
        told=told,
    )


@family(
    "earth-science-ore-grade",
    ("Ore grade",),
    grid(mass="500 800 1200 2000 5000", grade="0.5 0.8 1.2 2.5", recovery="80 85 90 95", metal="copper nickel tin"),
    "A mine processes {mass} tonnes of ore a day with a {metal} grade of {grade}% and recovers {recovery}% of the "
    "metal. How many tonnes of {metal} does it produce per day?",
    "Ore with {grade}% {metal} is mined at a rate of {mass} tonnes per day; the plant recovers {recovery}% of the "
    "metal contained. Find the daily output of {metal} in tonnes.",
)
def _ore(p: Params) -> Solution:
    mass, grade, recovery = nums(p, "mass grade recovery")
    held = mass * grade / 100
    return measured(
        p,
        held * recovery / 100,
        "t",
        [held, mass * recovery / 100, held * (100 - recovery) / 100],
        r"The grade is the share of metal by mass: the ore contains ${mass} \cdot \frac{{{grade}}}{{100}} = {held}$ t.",
        r"Of this, {recovery}% is recovered: ${held} \cdot \frac{{{recovery}}}{{100}} = {ans}$ t.",
        places=3,
        held=held,
    )


_SILICA = ((45, "ultramafic"), (52, "mafic"), (63, "intermediate"), (101, "felsic"))


@family(
    "earth-science-igneous-classification",
    ("Igneous rock classification",),
    grid(silica="39 42 44 47 49 51 54 57 60 66 70 74", oxide="100 200 250", kind="coarse-grained fine-grained"),
    "An analysis of {oxide} g of a {kind} igneous rock yields {silica}% SiO₂ by mass. Which class does the rock belong "
    "to? The limits are: below 45% ultramafic, from 45% mafic, from 52% intermediate, from 63% felsic.",
    "Classify a {kind} igneous rock, of which {oxide} g were analysed, by its content of {silica}% SiO₂ (ultramafic "
    "below 45%, mafic from 45%, intermediate from 52%, felsic from 63%), and state the class.",
)
def _igneous(p: Params) -> Solution:
    (silica,) = nums(p, "silica")
    name = next(name for limit, name in _SILICA if silica < limit)
    index = [n for _, n in _SILICA].index(name)
    coarse = p["kind"] == "coarse-grained"
    example = {"ultramafic": "peridotite", "mafic": "gabbro", "intermediate": "diorite", "felsic": "granite"}[name]
    fine = {"ultramafic": "komatiite", "mafic": "basalt", "intermediate": "andesite", "felsic": "rhyolite"}[name]
    return stated(
        p,
        name,
        [_SILICA[(index + 1) % 4][1], _SILICA[(index - 1) % 4][1]],
        "The class depends on the percentage of silica, not on the mass of the sample.",
        "With {silica}% the rock is {name}.",
        "A {kind} rock of this class is, for example, {example}.",
        name=name,
        example=example if coarse else fine,
    )


@family(
    "earth-science-grain-size",
    ("Grain size of sediment",),
    grid(a="12 20 25 30", b="15 22 28", c="18 24 32", d="10 14 16"),
    "Sieving a sediment gives {a} g of grains above 2 mm, {b} g from 0.5 to 2 mm, {c} g from 0.063 to 0.5 mm and {d} g "
    "below 0.063 mm. Sand has grains from 0.063 to 2 mm. What is the percentage of sand by mass? Round to one decimal "
    "place.",
    "How many percent by mass of a sediment are sand (0.063 to 2 mm) if the sieves hold {a} g with more than 2 mm, "
    "{b} g between 0.5 and 2 mm, {c} g between 0.063 and 0.5 mm, and {d} g pass the finest sieve of 0.063 mm? Round "
    "to one decimal place.",
)
def _grains(p: Params) -> Solution:
    a, b, c, d = nums(p, "a b c d")
    total = a + b + c + d
    return measured(
        p,
        (b + c) * 100 / total,
        "%",
        [c * 100 / total, (a + b + c) * 100 / total, b * 100 / total],
        "Sand comprises the two middle fractions; the coarsest is gravel, the finest silt and clay.",
        "The sample has {total} g in all, of which ${b} + {c} = {sand}$ g are sand.",
        r"The share is $\frac{{{sand}}}{{{total}}} \cdot 100\% \approx {ans}\%$.",
        places=1,
        total=total,
        sand=b + c,
    )


@family(
    "earth-science-sedimentation",
    ("Sedimentation rate",),
    grid(rate="0.2 0.4 0.5 0.8 2.5", depth="12 18 30 45 60", ash="2 3 5", unit="lake sea"),
    "A drill core from a {unit} bed reaches {depth} m. It contains volcanic ash layers of {ash} m in all, each laid "
    "down in a few days; the rest was deposited at {rate} mm per year. How many years does the core span?",
    "Mud settles on a {unit} bed at {rate} mm per year. A core of {depth} m includes {ash} m of volcanic ash that fell "
    "within days. Which time in years does the core record?",
)
def _sediment(p: Params) -> Solution:
    rate, depth, ash = nums(p, "rate depth ash")
    return measured(
        p,
        (depth - ash) * 1000 / rate,
        "years",
        [depth * 1000 / rate, (depth - ash) * rate * 1000, (depth - ash) * 100 / rate],
        "The ash layers take no time worth mentioning, so only the mud counts: ${depth} - {ash} = {mud}$ m.",
        r"At {rate} mm per year this takes $\frac{{{mud} \cdot 1000}}{{{rate}}} = {ans}$ years.",
        mud=depth - ash,
    )


def _draw_order(random: Random) -> Params:
    layers = ["limestone", "sandstone", "shale", "conglomerate"]
    random.shuffle(layers)
    cut = random.randrange(1, 4)
    return {
        "layers": ", ".join(layers[:-1]) + f" and {layers[-1]}",
        "top": layers[cut],
        "body": random.choice(("dyke", "fault", "granite vein")),
    }


@family(
    "earth-science-relative-dating",
    ("Relative dating",),
    _draw_order,
    "Undisturbed strata are, from bottom to top, {layers}. A {body} cuts the strata from below up to and including the "
    "{top}, but not what lies above, which was deposited later. List all five events, strata and {body}, from old to "
    "young.",
    "In a cliff one sees, from the base upwards, undisturbed {layers}. A {body} cuts everything from the base "
    "through the {top} and ends at its upper surface, where younger material covers it. Give the sequence of the "
    "strata and the {body} from the oldest to the youngest.",
)
def _relative(p: Params) -> Solution:
    layers = str(p["layers"]).replace(" and ", ", ").split(", ")
    body, top = str(p["body"]), str(p["top"])
    place = layers.index(top) + 1
    order = [*layers[:place], body, *layers[place:]]
    return stated(
        p,
        ", ".join(order),
        [
            ", ".join([body, *layers]),
            ", ".join(reversed(order)),
            ", ".join([*layers[: place - 1], body, *layers[place - 1 :]]),
        ],
        "By the principle of superposition, undisturbed strata become younger upwards.",
        "What cuts a rock is younger than that rock, so the {body} is younger than the {top}.",
        "Strata that cover its end are younger still, which gives: {order}.",
        order=", ".join(order),
    )


@family(
    "earth-science-radiometric-dating",
    ("Radiometric dating", "Half-life of an isotope"),
    grid(
        isotope=["potassium-40 with a half-life of 1.25", "uranium-235 with a half-life of 0.704"],
        part="1/2 1/4 1/8 1/3 1/5 2/3 3/4",
        rock="granite gneiss tuff",
    ),
    "A mineral in a {rock} has kept the fraction {part} of its {isotope} billion years. How old is the mineral? "
    "Round to three decimal places, in billion years.",
    "In a crystal from {rock} the fraction {part} of the original {isotope} billion years is left. Determine the age "
    "in billion years, rounded to three decimal places.",
)
def _radiometric(p: Params) -> Solution:
    half = float(str(p["isotope"]).rsplit(" ", 1)[1])
    part = Fraction(str(p["part"]))
    lives = -log(part) / log(2)
    return measured(
        p,
        half * lives,
        "billion years",
        [half * float(1 - part), half / float(part), half * lives * log(2)],
        r"After the time t the fraction $\left(\frac{{1}}{{2}}\right)^{{t/T}}$ remains, where T is the half-life.",
        "The isotope has decreased by the factor {factor}, so the number of half-lives is "
        r"$\frac{{\ln {factor}}}{{\ln 2}} \approx {lives}$.",
        r"The age is ${half} \cdot {lives} \approx {ans}$ billion years.",
        places=3,
        factor=1 / part,
        lives=lives,
        half=half,
    )


@family(
    "earth-science-spreading-rate",
    ("Sea-floor spreading rate", "Magnetic stripes"),
    grid(d="18 24 30 45 60 90", age="0.78 1.2 1.5 2.4 3.6", ocean="Atlantic Pacific Indian"),
    "On both sides of a ridge in the {ocean} Ocean, a magnetic reversal {age} million years old lies {d} km from the "
    "axis. At what full rate do the two plates separate, in cm per year? Round to two decimal places.",
    "A magnetic stripe with an age of {age} million years runs {d} km away from the axis of a mid-ocean ridge in the "
    "{ocean} Ocean, symmetrically on either side. Compute the rate at which the plates move apart in cm per year, "
    "rounded to two decimal places.",
)
def _spreading(p: Params) -> Solution:
    d, age = nums(p, "d age")
    half = d / age / 10
    return measured(
        p,
        2 * half,
        "cm per year",
        [half, half * 20, age / d * 100],
        r"One side has moved {d} km $= {cm} \cdot 10^5$ cm in {age} million years, which is the half rate of {half} cm "
        "per year.",
        r"Both plates move away from the axis, so the full rate is $2 \cdot {half} \approx {ans}$ cm per year.",
        cm=d,
        half=half,
    )


@family(
    "earth-science-hot-spot",
    ("Hot-spot track",),
    grid(d="210 320 450 600 750", age="2.5 4 5 6 7.5", wait="1 2 3"),
    "A volcanic island lies over a fixed hot spot. An extinct island of the same chain is {d} km away and {age} "
    "million years old. If the plate keeps its speed, how far, in km, will today's island be from the hot spot in "
    "{wait} million years?",
    "The rocks of an extinct volcano, {d} km from an active one above a stationary hot spot, have an age of {age} "
    "million years. Assuming constant plate motion, how many kilometres will the active island drift in {wait} "
    "million years?",
)
def _hot_spot(p: Params) -> Solution:
    d, age, wait = nums(p, "d age wait")
    return measured(
        p,
        d / age * wait,
        "km",
        [d + d / age * wait, d / age, d * wait / 10],
        "The hot spot stays in place while the plate carries the old volcano away.",
        r"The speed of the plate is $\frac{{{d}}}{{{age}}} = {speed}$ km per million years.",
        r"In {wait} million years it moves ${speed} \cdot {wait} = {ans}$ km.",
        speed=d / age,
    )


PROBLEMS = (
    _density,
    _mohs,
    _ore,
    _igneous,
    _grains,
    _sediment,
    _relative,
    _radiometric,
    _spreading,
    _hot_spot,
)
