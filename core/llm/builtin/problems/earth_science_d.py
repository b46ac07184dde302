"""Homework families of oceans, the water cycle and climate."""

from __future__ import annotations

from math import log, sqrt

from core.llm.builtin.problem import Params, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, reals


@family(
    "earth-science-salinity",
    ("Salinity", "Mixing of water masses"),
    grid(a="2 3 4 5", s="34 35 36 38", b="2 3 6", r="2 5 8 12"),
    "In an estuary {a} m³ of sea water with a salinity of {s} g/kg mix with {b} m³ of brackish water with {r} g/kg. "
    "Neglecting the small difference in density, what is the salinity of the mixture? Round to one decimal place.",
    "Two water masses meet: {a} parts of sea water ({s} g/kg of salt) and {b} parts of brackish water ({r} g/kg). "
    "Compute the salinity after mixing, with equal densities assumed, to one decimal place.",
)
def _salinity(p: Params) -> Solution:
    a, s, b, r = nums(p, "a s b r")
    return measured(
        p,
        (a * s + b * r) / (a + b),
        "g/kg",
        [(s + r) / 2, (a * r + b * s) / (a + b), a * s / (a + b)],
        "Salt is conserved: the mixture contains the salt of both parts.",
        r"The salinity is the weighted mean $\frac{{{a} \cdot {s} + {b} \cdot {r}}}{{{a} + {b}}} \approx {ans}$ g/kg.",
        places=1,
    )


@family(
    "earth-science-ocean-pressure",
    ("Pressure in the sea",),
    grid(z="200 500 1000 2500 4000 6000", rho="1025 1028 1030 1040", p0="100 101"),
    "How large is the total pressure in MPa at a depth of {z} m in sea water with a mean density of {rho} kg/m³ if "
    "the air pressure is {p0} kPa? Use g = 9.8 m/s² and round to two decimal places.",
    "A diving robot goes down to {z} m. The sea water has a density of {rho} kg/m³ on average, the air pressure is "
    "{p0} kPa and g = 9.8 m/s². Which total pressure in MPa acts on it? Round to two decimal places.",
)
def _depth(p: Params) -> Solution:
    z, rho, p0 = nums(p, "z rho p0")
    water = rho * z * 98 / 10**7
    return measured(
        p,
        water + p0 / 1000,
        "MPa",
        [water, z * 98 / 10**4 + p0 / 1000, water + p0],
        r"The water adds the pressure $\rho g z = {rho} \cdot 9.8 \cdot {z}$ Pa $= {water}$ MPa.",
        r"With the air pressure of {air} MPa the total is ${water} + {air} \approx {ans}$ MPa.",
        water=water,
        air=p0 / 1000,
    )


@family(
    "earth-science-thermal-layers",
    ("Thermocline",),
    grid(top="18 20 22 24 26", bottom="4 5 6 8", a="50 80 100 150", b="400 500 600 800"),
    "The upper {a} m of the ocean have a temperature of {top} °C; below, it falls linearly to {bottom} °C at {b} m. "
    "How steep is the thermocline, in °C per 100 m? Round to two decimal places.",
    "A temperature profile shows {top} °C from the surface down to {a} m and then a linear decrease to {bottom} °C "
    "at a depth of {b} m. State the temperature gradient in the thermocline in °C per 100 m, rounded to two decimal "
    "places.",
)
def _thermocline(p: Params) -> Solution:
    top, bottom, a, b = nums(p, "top bottom a b")
    return measured(
        p,
        (top - bottom) / (b - a) * 100,
        "°C per 100 m",
        [(top - bottom) / b * 100, top / b * 100, (b - a) / (top - bottom) / 10],
        "The thermocline is the layer in which the temperature changes quickly; the mixed layer above does not "
        "belong to it.",
        r"The temperature falls by ${top} - {bottom} = {fall}$ °C over ${b} - {a} = {layer}$ m.",
        r"The gradient is $\frac{{{fall}}}{{{layer}}} \cdot 100 \approx {ans}$ °C per 100 m.",
        fall=top - bottom,
        layer=b - a,
    )


@family(
    "earth-science-deep-water-wave",
    ("Deep-water wave",),
    grid(t="5 6 8 10 12 14", way="200 500 1000 2000"),
    "Swell with a period of {t} s comes from a storm {way} km away. Single waves in deep water travel at 1.56 m/s "
    "times the period in seconds, the energy of the swell at half this speed. After how many hours does the swell "
    "arrive? Round to one decimal place.",
    "In deep water the speed of a wave in m/s is 1.56 times its period in seconds; a group of waves moves at half that "
    "speed. How many hours does swell with a period of {t} s need for {way} km? Round to one decimal place.",
)
def _swell(p: Params) -> Solution:
    t, way = reals(p, "t way")
    speed = 1.56 * t
    return measured(
        p,
        way * 1000 / (speed / 2) / 3600,
        "h",
        [way * 1000 / speed / 3600, way / speed, way * 1000 / (speed * 2) / 3600],
        r"The waves travel at $1.56 \cdot {t} = {speed}$ m/s, the group at {group} m/s.",
        r"The swell needs $\frac{{{way} \cdot 1000}}{{{group}}}$ s, which is about {ans} hours.",
        places=1,
        speed=speed,
        group=speed / 2,
    )


@family(
    "earth-science-tsunami",
    ("Tsunami",),
    grid(depth="1000 2000 3000 4000 5000", way="300 600 900 1500 2400"),
    "A tsunami crosses {way} km of ocean with a mean depth of {depth} m. How many minutes does it take? Use g = 9.8 "
    "m/s² and round to whole minutes.",
    "An earthquake triggers a tsunami {way} km from a coast; the sea is {depth} m deep on average. With g = 9.8 "
    "m/s², how many minutes of warning are there, rounded to whole minutes?",
)
def _tsunami(p: Params) -> Solution:
    depth, way = reals(p, "depth way")
    speed = sqrt(9.8 * depth)
    return measured(
        p,
        way * 1000 / speed / 60,
        "min",
        [way * 1000 / speed / 3600, way * 1000 / sqrt(depth) / 60, way * 1000 / sqrt(19.6 * depth) / 60],
        "A tsunami is so long that even the deep ocean is shallow for it, so its speed depends on the depth alone.",
        r"The speed is $\sqrt{{g h}} = \sqrt{{9.8 \cdot {depth}}} \approx {speed}$ m/s.",
        r"It needs $\frac{{{way} \cdot 1000}}{{{speed}}}$ s, that is, about {ans} min.",
        places=0,
        speed=speed,
    )


@family(
    "earth-science-tides",
    ("Tidal range", "Semidiurnal tide"),
    grid(high="4.2 5.1 6.3 8.0", low="0.6 0.9 1.1 1.4", k="2 3 4 5", h="2 3 4 5"),
    "High water of {high} m occurs {h} hours after midnight, the following low water is {low} m. High waters follow "
    "each other every 12 h 25 min. State the tidal range in metres, and how many minutes after midnight the high "
    "water number {k} after the first one occurs.",
    "The tide reaches {high} m at its first high water, {h} hours after midnight, and {low} m at the next low water; "
    "the time from one high water to the next is 12 h 25 min. Give the tidal range in metres and the time, in "
    "minutes after midnight, of the high water {k} periods later.",
)
def _tides(p: Params) -> Solution:
    high, low, k, h = nums(p, "high low k h")
    height = high - low
    return measured(
        p,
        h * 60 + k * 745,
        f"min after midnight, range {float(height):.1f} m",
        [h * 60 + k * 720, h * 60 + k * 1490, k * 745],
        "The tidal range is the difference of high and low water: ${high} - {low} = {height}$ m.",
        r"One period of the semidiurnal tide has $12 \cdot 60 + 25 = 745$ minutes.",
        r"The time is ${h} \cdot 60 + {k} \cdot 745 = {ans}$ minutes after midnight.",
        height=height,
    )


@family(
    "earth-science-catchment-balance",
    ("Catchment water balance", "Evapotranspiration"),
    grid(rain="600 750 900 1200", flow="1.5 2 3 4.5", area="200 300 400 500"),
    "A catchment of {area} km² receives {rain} mm of precipitation a year; its river carries {flow} m³/s on average. "
    "With unchanged storage and a year of 31.536 million seconds, how many mm evaporate per year? Round to whole mm.",
    "The river of a basin with {area} km² has a mean discharge of {flow} m³/s, the mean precipitation is {rain} mm per "
    "year. Storage does not change. Find the annual evapotranspiration in whole mm (31.536 million seconds per year).",
)
def _balance(p: Params) -> Solution:
    rain, flow, area = nums(p, "rain flow area")
    runoff = flow * 31536 / area
    return measured(
        p,
        rain - runoff,
        "mm",
        [runoff, rain + runoff, rain - flow * 10],
        "Precipitation is divided into runoff and evapotranspiration as long as the storage stays the same.",
        r"The runoff is $\frac{{{flow} \cdot 31.536 \cdot 10^6}}{{{area} \cdot 10^6}}$ m $\approx {runoff}$ mm.",
        r"The remainder, ${rain} - {runoff} \approx {ans}$ mm, evaporates.",
        places=0,
        runoff=runoff,
    )


@family(
    "earth-science-lake-residence",
    ("Residence time of water",),
    grid(volume="0.8 1.2 2.4 3.6 4.8", flow="5 8 10 20", rain="0.02 0.05 0.1"),
    "A lake holds {volume} km³ of water. Rivers bring {flow} m³/s and rain adds {rain} km³ a year; the level is "
    "constant. What is the mean residence time of the water in years? A year has 31.536 million seconds. Round to "
    "one decimal place.",
    "The inflow of a lake with a volume of {volume} km³ and a constant level is {flow} m³/s from rivers plus {rain} "
    "km³ a year from rain. Calculate the residence time in years to one decimal place (31.536 million seconds per "
    "year).",
)
def _lake(p: Params) -> Solution:
    volume, flow, rain = nums(p, "volume flow rain")
    river = flow * 31536 / 10**6
    return measured(
        p,
        volume / (river + rain),
        "years",
        [volume / river, volume / rain, (river + rain) / volume],
        r"The rivers bring ${flow} \cdot 31.536 \cdot 10^6$ m³ $\approx {river}$ km³ a year.",
        r"The whole inflow is ${river} + {rain} \approx {total}$ km³ a year.",
        r"The residence time is $\frac{{{volume}}}{{{total}}} \approx {ans}$ years.",
        places=1,
        river=river,
        total=river + rain,
    )


@family(
    "earth-science-rain-volume",
    ("Runoff coefficient",),
    grid(
        mm="12 20 25 35 48", area="150 240 400 600", c="0.6 0.8 0.9", surface=["a roof", "a car park", "a school yard"]
    ),
    "{mm} mm of rain fall on {surface} of {area} m² with a runoff coefficient of {c}. How many cubic metres of water "
    "flow into the drain?",
    "How much water, in m³, runs off {surface} of {area} m² during a rainfall of {mm} mm if the runoff coefficient "
    "is {c}?",
)
def _rain(p: Params) -> Solution:
    mm, area, c = nums(p, "mm area c")
    return measured(
        p,
        mm * area * c / 1000,
        "m³",
        [mm * area / 1000, mm * area * c, mm * area * (1 - c) / 1000],
        "One millimetre of rain is one litre per square metre.",
        r"The surface receives ${mm} \cdot {area}$ L $= {total}$ m³, of which the part {c} runs off.",
        r"This is ${total} \cdot {c} = {ans}$ m³.",
        places=3,
        total=mm * area / 1000,
    )


@family(
    "earth-science-radiative-forcing",
    ("Radiative forcing", "Climate sensitivity"),
    grid(c="350 420 450 500 560 700", s="0.5 0.6 0.75 0.8 1"),
    "Carbon dioxide rises from 280 ppm to {c} ppm. Its radiative forcing is 5.35 W/m² times the natural logarithm of "
    "the ratio of concentrations, and the climate sensitivity parameter is {s} K per W/m². Which warming results in "
    "the long run? Round to two decimal places.",
    "Estimate the equilibrium warming for an increase of carbon dioxide from 280 ppm to {c} ppm: the forcing is 5.35 "
    "W/m² times the natural logarithm of the ratio, and each W/m² warms by {s} K. Round to two decimal places.",
)
def _forcing(p: Params) -> Solution:
    c, s = reals(p, "c s")
    force = 5.35 * log(c / 280)
    return measured(
        p,
        force * s,
        "K",
        [force, 5.35 * (c / 280 - 1) * s, force * s / log(10)],
        r"The forcing is $\Delta F = 5.35 \cdot \ln \frac{{{c}}}{{280}} \approx {force}$ W/m².",
        r"The warming is sensitivity times forcing: ${s} \cdot {force} \approx {ans}$ K.",
        force=force,
    )


@family(
    "earth-science-sea-level",
    ("Sea-level rise",),
    grid(ice="360 720 1080 1800", depth="500 700 1000", t="0.2 0.4 0.5", a="2.0 2.2 2.5"),
    "Glaciers on land lose {ice} km³ of water equivalent, and the upper {depth} m of the ocean warm by {t} K. The "
    "coefficient of thermal expansion is {a}·10⁻⁴ per kelvin, the area of the ocean 360 million km². By how many "
    "millimetres does the sea level rise?",
    "The oceans (360 million km²) receive {ice} km³ of meltwater from the land, and their uppermost {depth} m become "
    "{t} K warmer with a coefficient of thermal expansion of {a}·10⁻⁴ per kelvin. Compute the rise of the sea level "
    "in millimetres.",
)
def _sea_level(p: Params) -> Solution:
    ice, depth, t, a = nums(p, "ice depth t a")
    melt, warm = ice / 360, depth * t * a / 10
    return measured(
        p,
        melt + warm,
        "mm",
        [melt, warm, melt * 10 + warm],
        r"The meltwater forms a layer of $\frac{{{ice}}}{{360 \cdot 10^6}}$ km $= {melt}$ mm.",
        r"Thermal expansion adds ${depth} \cdot {t} \cdot {a} \cdot 10^{{-4}}$ m $= {warm}$ mm.",
        "Together the sea level rises by {ans} mm.",
        melt=melt,
        warm=warm,
    )


PROBLEMS = (
    _salinity,
    _depth,
    _thermocline,
    _swell,
    _tsunami,
    _tides,
    _balance,
    _lake,
    _rain,
    _forcing,
    _sea_level,
)
