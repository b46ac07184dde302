"""Homework families of geology: earthquakes, the interior, water in the ground and the surface."""

from __future__ import annotations

from core.llm.builtin.problem import Params, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, reals


@family(
    "earth-science-sp-interval",
    ("S-P interval", "Distance of an epicentre"),
    grid(t="20 24 30 36 45 60", vp="6 6.4 8", vs="3.5 4"),
    "A seismograph records the S waves {t} s after the P waves of an earthquake. With speeds of {vp} km/s for P "
    "waves and {vs} km/s for S waves, how far away is the focus in km? Round to one decimal place.",
    "P waves travel at {vp} km/s, S waves at {vs} km/s. At a station they arrive {t} s apart. Calculate the distance "
    "of the earthquake in km, rounded to one decimal place.",
)
def _interval(p: Params) -> Solution:
    t, vp, vs = nums(p, "t vp vs")
    return measured(
        p,
        t * vp * vs / (vp - vs),
        "km",
        [t * (vp - vs), t * vs, t * vp],
        r"For the distance d the arrival times differ by $\frac{{d}}{{v_S}} - \frac{{d}}{{v_P}} = {t}$ s.",
        r"Solving for the distance gives $d = t \cdot \frac{{v_P v_S}}{{v_P - v_S}}$.",
        r"With the numbers, $d = {t} \cdot \frac{{{vp} \cdot {vs}}}{{{vp} - {vs}}} \approx {ans}$ km.",
        places=1,
    )


@family(
    "earth-science-magnitude",
    ("Magnitude scale", "Seismic energy"),
    grid(low="4.2 4.5 5.0 5.3 6.1", step="1 1.2 1.4 2 2.6 3", place="Chile Japan Turkey Italy"),
    "Two earthquakes in {place} differ by {step} units of magnitude; the weaker has magnitude {low}. By which factor "
    "is the radiated energy of the stronger one larger, if energy grows by the factor ten to the power 1.5 per unit? "
    "Round to one decimal place.",
    "The magnitude of a quake in {place} was {low}, that of a later one {step} units higher. The radiated energy is "
    "proportional to ten to the power of 1.5 times the magnitude. How many times more energy did the later quake "
    "release? Round to one decimal place.",
)
def _magnitude(p: Params) -> Solution:
    (step,) = reals(p, "step")
    return measured(
        p,
        10 ** (1.5 * step),
        "",
        [10**step, 1.5 * step * 10, 30 * step],
        "The magnitude is a logarithmic measure, so only the difference of the magnitudes matters.",
        r"The ratio of the energies is $10^{{1.5 \cdot {step}}} = 10^{{{power}}} \approx {ans}$.",
        "The amplitude at the same distance grows by the factor ten per unit only.",
        places=1,
        power=1.5 * step,
    )


@family(
    "earth-science-geothermal-gradient",
    ("Geothermal gradient",),
    grid(top="8 10 12 15", gradient="20 25 30 35", depth="1.2 1.8 2.4 3.2 4"),
    "The temperature is {top} °C at the surface and rises by {gradient} °C per kilometre. What is the temperature in a "
    "borehole at a depth of {depth} km?",
    "In a region with a geothermal gradient of {gradient} °C per km and a mean surface temperature of {top} °C a well "
    "reaches a depth of {depth} km. Find the rock temperature at its bottom.",
)
def _geothermal(p: Params) -> Solution:
    top, gradient, depth = nums(p, "top gradient depth")
    return measured(
        p,
        top + gradient * depth,
        "°C",
        [gradient * depth, gradient * depth - top, top + gradient / depth],
        r"The increase down to this depth is ${gradient} \cdot {depth} = {rise}$ °C.",
        "Added to the surface temperature this gives ${top} + {rise} = {ans}$ °C.",
        rise=gradient * depth,
    )


@family(
    "earth-science-lithostatic-pressure",
    ("Lithostatic pressure",),
    grid(a="2 3 4 5", b="6 8 10 12", r="2300 2400 2500", s="2700 2800 2900"),
    "Sediments with a density of {r} kg/m³ are {a} km thick and rest on {b} km of crystalline rock with {s} kg/m³. "
    "What is the lithostatic pressure at the base of this pile in MPa? Use g = 9.8 m/s².",
    "Compute the pressure in MPa under {a} km of sediment (density {r} kg/m³) and a further {b} km of crystalline rock "
    "(density {s} kg/m³), with g = 9.8 m/s².",
)
def _lithostatic(p: Params) -> Solution:
    a, b, r, s = nums(p, "a b r s")
    g = nums({"g": "9.8"}, "g")[0]
    return measured(
        p,
        g * (a * r + b * s) / 1000,
        "MPa",
        [g * (a + b) * s / 1000, g * b * s / 1000, (a * r + b * s) / 1000],
        r"The pressure is the weight of the overlying rock per area, the sum of $\rho g h$ over the layers.",
        r"The sediments add $\frac{{{r} \cdot 9.8 \cdot {a} \cdot 1000}}{{10^6}} = {first}$ MPa, the rock below "
        r"$\frac{{{s} \cdot 9.8 \cdot {b} \cdot 1000}}{{10^6}} = {second}$ MPa.",
        "Together this is {ans} MPa.",
        first=g * a * r / 1000,
        second=g * b * s / 1000,
    )


@family(
    "earth-science-isostasy",
    ("Isostasy",),
    grid(h="1 2 3 4 5", c="2700 2750 2800", m="3200 3250 3300"),
    "A mountain range rises {h} km above a plain. By the Airy model, how thick is its root below the normal crust in "
    "km? The crust has a density of {c} kg/m³, the mantle {m} kg/m³. Round to one decimal place.",
    "According to Airy isostasy, mountains of height {h} km float on the mantle (density {m} kg/m³) with a root of "
    "crust (density {c} kg/m³). Find the depth of the root in km, rounded to one decimal place.",
)
def _isostasy(p: Params) -> Solution:
    h, c, m = nums(p, "h c m")
    return measured(
        p,
        h * c / (m - c),
        "km",
        [h * m / (m - c), h * m / c, h * (m - c) / c],
        "In equilibrium the weight of the mountains equals the buoyancy of the root, which displaces denser mantle.",
        r"This means $\rho_c h = (\rho_m - \rho_c) r$, so $r = \frac{{\rho_c h}}{{\rho_m - \rho_c}}$.",
        r"The root is $\frac{{{c} \cdot {h}}}{{{m} - {c}}} \approx {ans}$ km thick.",
        places=1,
    )


@family(
    "earth-science-porosity",
    ("Porosity",),
    grid(v="200 250 400 500", dry="1.6 1.7 1.8 1.9", pore="0.2 0.25 0.3 0.35"),
    "A cylinder of sandstone has a volume of {v} cm³ and, when dry, a bulk density of {dry} g/cm³. Its porosity is "
    "{pore}. What is its mass when all pores are filled with water (1 g/cm³)?",
    "Water (1 g/cm³) fills all the pores of a sandstone sample with {v} cm³, a dry bulk density of {dry} g/cm³ and a "
    "porosity of {pore}. Find the mass of the saturated sample.",
)
def _porosity(p: Params) -> Solution:
    v, dry, pore = nums(p, "v dry pore")
    return measured(
        p,
        v * (dry + pore),
        "g",
        [v * dry, v * (dry * (1 - pore) + pore), v * pore],
        "The dry bulk density refers to the whole volume, pores included.",
        r"The dry mass is ${dry} \cdot {v} = {first}$ g, and the pores hold ${pore} \cdot {v} = {water}$ cm³ of water.",
        "The saturated sample has ${first} + {water} = {ans}$ g.",
        first=v * dry,
        water=v * pore,
    )


@family(
    "earth-science-darcy",
    ("Darcy's law", "Hydraulic gradient", "Porosity"),
    grid(k="5 10 20 40", high="82.5 84 86", low="80 81 81.5", way="250 400 500 1000", pore="0.2 0.25 0.4"),
    "The water table is at {high} m in one well and at {low} m in another, {way} m downstream. The aquifer has a "
    "hydraulic conductivity of {k} m per day and a porosity of {pore}. How fast does the groundwater itself move, in m "
    "per day? Round to three decimal places.",
    "Groundwater flows from a well with a water level of {high} m to one with {low} m at a distance of {way} m. With a "
    "conductivity of {k} m per day and a porosity of {pore}, compute the seepage velocity of the water in m per day to "
    "three decimal places.",
)
def _darcy(p: Params) -> Solution:
    k, high, low, way, pore = nums(p, "k high low way pore")
    slope = (high - low) / way
    return measured(
        p,
        k * slope / pore,
        "m per day",
        [k * slope, k * slope * pore, k * (high - low) / pore],
        r"The hydraulic gradient is $\frac{{{high} - {low}}}{{{way}}} = {slope}$.",
        r"By Darcy's law the flow per unit of area is $q = {k} \cdot {slope} = {flow}$ m per day.",
        r"The water moves through the pores only, so its velocity is $\frac{{{flow}}}{{{pore}}} \approx {ans}$ m per "
        r"day.",
        places=3,
        slope=slope,
        flow=k * slope,
    )


@family(
    "earth-science-discharge",
    ("River discharge",),
    grid(w="8 12 15 20", d="0.8 1.2 1.5 2.5", v="0.5 0.8 1.2", d2="0.6 1 2", w2="6 10 14"),
    "A river is {w} m wide, {d} m deep and flows at {v} m/s on average. Downstream its bed is {w2} m wide and {d2} m "
    "deep, with no inflow between. What is the mean speed there in m/s? Round to two decimal places.",
    "The same discharge passes two cross-sections of a river: {w} m by {d} m with a mean speed of {v} m/s, and {w2} "
    "m by {d2} m. Find the mean speed in the second one in m/s, rounded to two decimal places.",
)
def _discharge(p: Params) -> Solution:
    w, d, v, d2, w2 = nums(p, "w d v d2 w2")
    flow = w * d * v
    return measured(
        p,
        flow / (w2 * d2),
        "m/s",
        [v * w2 * d2 / (w * d), flow, v * w / w2],
        r"The discharge is width times depth times speed: ${w} \cdot {d} \cdot {v} = {flow}$ m³/s.",
        "Without inflow the discharge is the same at both places.",
        r"The speed is $\frac{{{flow}}}{{{w2} \cdot {d2}}} \approx {ans}$ m/s.",
        flow=flow,
    )


@family(
    "earth-science-stream-gradient",
    ("Stream gradient", "Map scale", "Contour line"),
    grid(scale="25000 50000", cm="4 6 8 10 12", interval="10 20", lines="3 5 6 8"),
    "On a map with the scale 1 : {scale} a stream covers {cm} cm between two contour lines, with {lines} contour "
    "intervals of {interval} m between them. What is the gradient of the stream in m per km?",
    "A stream measures {cm} cm on a map of scale 1 : {scale} and descends through {lines} contour intervals of "
    "{interval} m each on this way. Compute its mean gradient in m per km.",
)
def _gradient(p: Params) -> Solution:
    scale, cm, interval, lines = nums(p, "scale cm interval lines")
    way = cm * scale / 100000
    return measured(
        p,
        lines * interval / way,
        "m per km",
        [lines * interval / cm, way / (lines * interval) * 1000, (lines - 1) * interval / way],
        r"The true length is ${cm} \cdot {scale}$ cm $= {way}$ km.",
        r"The stream falls by ${lines} \cdot {interval} = {fall}$ m.",
        r"The gradient is $\frac{{{fall}}}{{{way}}} = {ans}$ m per km.",
        way=way,
        fall=lines * interval,
    )


@family(
    "earth-science-recurrence-interval",
    ("Recurrence interval of floods",),
    grid(years="29 39 49 59 79 99", rank="2 3 4 5", peak="310 420 560 780"),
    "In a record of {years} annual floods a peak of {peak} m³/s has rank {rank}, counted from the largest. By the "
    "Weibull formula, what is the recurrence interval of such a flood in years? Round to one decimal place.",
    "The annual peak discharge of a river has been recorded for {years} years; {peak} m³/s is number {rank} from the "
    "top. Estimate the recurrence interval of this flood by the Weibull formula, to one decimal place, in years.",
)
def _recurrence(p: Params) -> Solution:
    years, rank = nums(p, "years rank")
    return measured(
        p,
        (years + 1) / rank,
        "years",
        [years / rank, rank / (years + 1) * 100, (years + 1) / (rank + 1)],
        r"The Weibull formula is $T = \frac{{n + 1}}{{m}}$ with n years of record and the rank m.",
        r"Here $T = \frac{{{years} + 1}}{{{rank}}} \approx {ans}$ years.",
        "In any single year a flood of at least {peak} m³/s has the probability $1/T$.",
        places=1,
    )


@family(
    "earth-science-denudation",
    ("Denudation rate", "Sediment load of a river"),
    grid(load="1.2 2.4 3.6 6", area="8000 12000 20000", density="2400 2500 2600"),
    "A river carries {load} million tonnes of sediment and dissolved matter a year out of a basin of {area} km². The "
    "rock has a density of {density} kg/m³. By how many millimetres per thousand years is the basin lowered on "
    "average? Round to one decimal place.",
    "From a drainage basin of {area} km² in rock of density {density} kg/m³ a river removes {load} million tonnes each "
    "year. Find the mean denudation rate in mm per thousand years, rounded to one decimal place.",
)
def _denudation(p: Params) -> Solution:
    load, area, density = nums(p, "load area density")
    volume = load * 10**9 / density
    rate = volume / (area * 10**6) * 10**6
    return measured(
        p,
        rate,
        "mm per thousand years",
        [rate / 10, load * 1000000 / area, rate * 10],
        r"The load of {load} million tonnes, or ${load} \cdot 10^9$ kg, has as rock a volume of {volume} m³.",
        r"Spread over ${area} \cdot 10^6$ m², this is a layer of {metres} mm per year.",
        "In a thousand years the basin is lowered by {ans} mm.",
        places=1,
        volume=volume,
        metres=rate / 1000,
    )


PROBLEMS = (
    _interval,
    _magnitude,
    _geothermal,
    _lithostatic,
    _isostasy,
    _porosity,
    _darcy,
    _discharge,
    _gradient,
    _recurrence,
    _denudation,
)
