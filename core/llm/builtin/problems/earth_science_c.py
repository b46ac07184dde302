"""Homework families of the atmosphere: pressure, radiation, moisture, rising air, wind and temperature records."""

from __future__ import annotations

from math import cos, exp, radians, sin
from random import Random

from core.llm.builtin.problem import Params, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, reals


@family(
    "earth-science-pressure-height",
    ("Air pressure with height", "Scale height"),
    grid(p0="1000 1010 1013 1020", z="1500 2000 3000 4200 5500 8000", h="7600 8000 8400"),
    "At sea level the air pressure is {p0} hPa. It decreases exponentially with the scale height {h} m. What is the "
    "pressure at {z} m in hPa? Round to whole hPa.",
    "How large is the air pressure in hPa on a mountain of {z} m, rounded to a whole number, if it is {p0} hPa at sea "
    "level and the scale height of the atmosphere is {h} m?",
)
def _pressure(p: Params) -> Solution:
    p0, z, h = reals(p, "p0 z h")
    return measured(
        p,
        p0 * exp(-z / h),
        "hPa",
        [p0 * (1 - z / h), p0 - z / 8.0, p0 * (1 - exp(-z / h))],
        r"The barometric formula is $p(z) = p_0 e^{{-z/H}}$.",
        r"Here $e^{{-{z}/{h}}} \approx {factor}$.",
        r"The pressure is ${p0} \cdot {factor} \approx {ans}$ hPa.",
        places=0,
        factor=exp(-z / h),
    )


@family(
    "earth-science-air-density",
    ("Density of air",),
    grid(p="700 850 900 1000 1013", t="-13 -3 7 17 27 37"),
    "What is the density of dry air at a pressure of {p} hPa and a temperature of {t} °C? Use R = 287 J/(kg·K) and "
    "0 °C = 273 K. Round to three decimal places, in kg/m³.",
    "Calculate the density of dry air in kg/m³ for {p} hPa and {t} °C with the gas constant 287 J/(kg·K), taking 0 "
    "°C as 273 K. Give three decimal places.",
)
def _air(p: Params) -> Solution:
    pressure, t = nums(p, "p t")
    kelvin = t + 273
    return measured(
        p,
        pressure * 100 / (287 * kelvin),
        "kg/m³",
        [pressure / (287 * kelvin) * 1000, pressure * 100 / (287 * 273), pressure * 100 / (287 * (t + 373))],
        r"The gas law for dry air reads $p = \rho R T$ with the absolute temperature.",
        r"Here $T = {t} + 273 = {kelvin}$ K and $p = {pascal}$ Pa.",
        r"The density is $\frac{{{pascal}}}{{287 \cdot {kelvin}}} \approx {ans}$ kg/m³.",
        places=3,
        kelvin=kelvin,
        pascal=pressure * 100,
    )


@family(
    "earth-science-planet-temperature",
    ("Planetary albedo", "Thermal radiation of a planet", "Radiative equilibrium"),
    grid(s="590 1000 1361 1500 2600", a="0.1 0.25 0.3 0.4 0.5 0.7"),
    "A planet receives {s} W/m² of sunlight at its distance and has the albedo {a}. What is its equilibrium "
    "temperature without a greenhouse effect? Use σ = 5.67·10⁻⁸ W/(m²·K⁴) and round to whole kelvins.",
    "Compute the radiative equilibrium temperature of a planet with the albedo {a} in sunlight of {s} W/m² (no "
    "greenhouse effect, σ = 5.67·10⁻⁸ W/(m²·K⁴)), rounded to whole kelvins.",
)
def _planet(p: Params) -> Solution:
    s, a = reals(p, "s a")
    absorbed = s * (1 - a) / 4
    return measured(
        p,
        (absorbed / 5.67e-8) ** 0.25,
        "K",
        [(s / 4 / 5.67e-8) ** 0.25, (4 * absorbed / 5.67e-8) ** 0.25, (s * a / 4 / 5.67e-8) ** 0.25],
        "The planet intercepts sunlight with its cross-section but has four times this area as surface, and the "
        "albedo is reflected.",
        r"The mean absorbed power is $\frac{{{s} \cdot (1 - {a})}}{{4}} = {absorbed}$ W/m².",
        r"In equilibrium it equals $\sigma T^4$, so $T = \left(\frac{{{absorbed}}}{{\sigma}}\right)^{{1/4}} \approx "
        r"{ans}$ "
        "K.",
        places=0,
        absorbed=absorbed,
    )


_ALBEDO = {"fresh snow": "0.8", "old snow": "0.55", "sand": "0.35", "grass": "0.2", "asphalt": "0.1"}


def _draw_ground(random: Random) -> Params:
    what = random.choice(list(_ALBEDO))
    return {"what": what, "a": _ALBEDO[what], **grid(s="600 700 800 900", h="30 40 50 60")(random)}


@family(
    "earth-science-absorbed-sunlight",
    ("Planetary albedo", "Angle of incidence of sunlight"),
    _draw_ground,
    "Direct sunlight of {s} W/m² (measured at right angles to the rays) falls on level ground covered by {what} with "
    "an albedo of {a}; the sun stands {h}° above the horizon. How much power is absorbed per square metre of ground? "
    "Round to one decimal place.",
    "The sun is {h}° high and its rays carry {s} W/m² through an area perpendicular to them. How many W/m² does level "
    "{what} with an albedo of {a} absorb? Round to one decimal place.",
)
def _sunlight(p: Params) -> Solution:
    s, h, a = reals(p, "s h a")
    arriving = s * sin(radians(h))
    return measured(
        p,
        arriving * (1 - a),
        "W/m²",
        [arriving * a, s * (1 - a), arriving],
        "On level ground the light of one square metre of the beam is spread over a larger area, by the sine of the "
        "height of the sun.",
        r"The ground receives ${s} \cdot \sin {h}° \approx {arriving}$ W/m².",
        r"It absorbs the part $1 - {a}$ of this, so ${arriving} \cdot {rest} \approx {ans}$ W/m².",
        places=1,
        arriving=arriving,
        rest=1 - a,
    )


_SATURATION = {0: "4.8", 5: "6.8", 10: "9.4", 15: "12.8", 20: "17.3", 25: "23.0", 30: "30.4"}


@family(
    "earth-science-relative-humidity",
    ("Relative humidity", "Absolute humidity", "Dew point"),
    grid(warm="25 30", cool="10 15 20", drop="0.5 1 1.5 2 2.5 3", room="40 50 60 80"),
    "Saturated air contains 9.4 g/m³ of water vapour at 10 °C, 12.8 at 15 °C, 17.3 at 20 °C, 23.0 at 25 °C and 30.4 "
    "at 30 °C. Air in a room of {room} m³ at {warm} °C has the dew point {cool} °C. Then {drop} g/m³ of vapour are "
    "added. What is the relative humidity in percent? Round to one decimal place.",
    "Maximum water vapour content of air: 9.4 g/m³ at 10 °C, 12.8 g/m³ at 15 °C, 17.3 g/m³ at 20 °C, 23.0 g/m³ at 25 "
    "°C, 30.4 g/m³ at 30 °C. A room of {room} m³ has a temperature of {warm} °C and its air a dew point of {cool} "
    "°C. After plants have added {drop} g of vapour per m³, what is the relative humidity in percent, to one decimal "
    "place?",
)
def _humidity(p: Params) -> Solution:
    (drop,) = nums(p, "drop")
    table = {k: nums({"x": v}, "x")[0] for k, v in _SATURATION.items()}
    high, held = table[int(p["warm"])], table[int(p["cool"])]
    return measured(
        p,
        (held + drop) * 100 / high,
        "%",
        [held * 100 / high, drop * 100 / high, high * 100 / (held + high)],
        "At its dew point the air would just be saturated, so at first it contains {held} g/m³, its absolute humidity.",
        "With the added vapour it contains ${held} + {drop} = {now}$ g/m³.",
        r"At {warm} °C it could hold {high} g/m³; the relative humidity is $\frac{{{now}}}{{{high}}} \cdot 100\% "
        r"\approx {ans}\%$.",
        places=1,
        held=held,
        now=held + drop,
        high=high,
    )


@family(
    "earth-science-lifting-level",
    ("Lifting condensation level", "Dry adiabatic lapse rate"),
    grid(t="20 22 24 26 28 30", d="8 10 12 14 16", ground="0 200 400"),
    "Air at {ground} m above sea level has a temperature of {t} °C and a dew point of {d} °C. When it rises, it "
    "cools by 1 °C per 100 m, while its dew point falls by 0.2 °C per 100 m. At which height above sea level does a "
    "cloud form?",
    "Air rises from {ground} m above sea level, where its temperature is {t} °C and its dew point {d} °C. It cools "
    "by 1 °C per 100 m and its dew point sinks by 0.2 °C per 100 m. Find the height of the cloud base above sea "
    "level.",
)
def _lifting(p: Params) -> Solution:
    t, d, ground = nums(p, "t d ground")
    rise = (t - d) * 125
    return measured(
        p,
        ground + rise,
        "m",
        [ground + (t - d) * 100, ground + (t - d) * 500, ground + (t + d) * 125],
        "Condensation begins where temperature and dew point meet.",
        r"Their difference of ${t} - {d} = {gap}$ °C shrinks by $1 - 0.2 = 0.8$ °C per 100 m.",
        r"The air must rise by $\frac{{{gap}}}{{0.8}} \cdot 100 = {rise}$ m, which is {ans} m above sea level.",
        gap=t - d,
        rise=rise,
    )


@family(
    "earth-science-foehn",
    ("Foehn effect", "Moist adiabatic lapse rate", "Dry adiabatic lapse rate"),
    grid(t="8 10 12 15 18", base="600 800 1000 1200", top="2000 2400 2800 3000", moist="0.5 0.6"),
    "Moist air of {t} °C at sea level crosses a mountain range of {top} m. Up to {base} m it cools by 1 °C per 100 "
    "m, then, with condensation, by {moist} °C per 100 m. The water falls as rain, and the air warms by 1 °C per 100 "
    "m on the way down to sea level. What is its temperature there?",
    "A foehn wind: air with {t} °C at sea level rises dry (1 °C per 100 m) to {base} m and in clouds ({moist} °C per "
    "100 m) to the crest at {top} m, loses its water and descends dry (1 °C per 100 m) to sea level. How warm does "
    "it arrive?",
)
def _foehn(p: Params) -> Solution:
    t, base, top, moist = nums(p, "t base top moist")
    crest = t - base / 100 - (top - base) / 100 * moist
    return measured(
        p,
        crest + top / 100,
        "°C",
        [t, crest + top / 100 * moist, t + base / 100 * (1 - moist), crest],
        r"Rising dry, the air cools by ${base} / 100 = {first}$ °C; in the clouds it cools more slowly because "
        r"condensation "
        "releases heat.",
        r"At the crest it has ${t} - {first} - \frac{{{top} - {base}}}{{100}} \cdot {moist} = {crest}$ °C.",
        r"Descending, it warms by ${top} / 100 = {down}$ °C and reaches {ans} °C.",
        first=base / 100,
        crest=crest,
        down=top / 100,
    )


@family(
    "earth-science-coriolis",
    ("Coriolis acceleration",),
    grid(v="10 15 20 25 30 40", lat="20 30 40 45 50 60 70"),
    "Wind blows at {v} m/s at a latitude of {lat}°. How large is the horizontal Coriolis acceleration in mm/s²? The "
    "angular velocity of the earth is 7.292·10⁻⁵ per second. Round to two decimal places.",
    "Find the horizontal Coriolis acceleration, in mm/s², of air that moves at {v} m/s at {lat}° latitude (angular "
    "velocity of the earth 7.292·10⁻⁵ per second), rounded to two decimal places.",
)
def _coriolis(p: Params) -> Solution:
    v, lat = reals(p, "v lat")
    f = 2 * 7.292e-5 * sin(radians(lat))
    return measured(
        p,
        f * v * 1000,
        "mm/s²",
        [f * v * 500, 2 * 7.292e-2 * v, 2 * 7.292e-2 * v * cos(radians(lat))],
        r"The Coriolis parameter is $f = 2 \Omega \sin \varphi$.",
        r"At {lat}° it is $f \approx {f} \cdot 10^{{-4}}$ per second.",
        r"The acceleration is $f v \approx {ans}$ mm/s², at right angles to the motion.",
        f=f * 1e4,
    )


@family(
    "earth-science-geostrophic-wind",
    ("Geostrophic wind", "Pressure gradient force"),
    grid(dp="2 3 4 5", way="200 250 400 500", lat="30 40 45 50 60", rho="1 1.2 1.25"),
    "On a weather map the pressure changes by {dp} hPa over {way} km at latitude {lat}°. The air density is {rho} "
    "kg/m³ and the earth turns with 7.292·10⁻⁵ per second. What is the geostrophic wind speed? Round to one decimal "
    "place, in m/s.",
    "Two isobars that differ by {dp} hPa are {way} km apart at {lat}° latitude. With an air density of {rho} kg/m³ "
    "and the angular velocity 7.292·10⁻⁵ per second of the earth, calculate the geostrophic wind in m/s to one "
    "decimal place.",
)
def _geostrophic(p: Params) -> Solution:
    dp, way, lat, rho = reals(p, "dp way lat rho")
    f = 2 * 7.292e-5 * sin(radians(lat))
    force = dp * 100 / (way * 1000) / rho
    return measured(
        p,
        force / f,
        "m/s",
        [force / f * rho, force / (2 * 7.292e-5), 2 * force / f],
        "In the geostrophic wind the pressure gradient force and the Coriolis force balance each other.",
        r"The pressure gradient force per mass is $\frac{{1}}{{{rho}}} \cdot \frac{{{dp} \cdot 100}}{{{way} \cdot "
        r"1000}} \approx {force} \cdot 10^{{-3}}$ m/s².",
        r"With $f = 2 \Omega \sin {lat}° \approx {f} \cdot 10^{{-4}}$ per second the speed is {ans} m/s.",
        places=1,
        force=force * 1000,
        f=f * 1e4,
    )


@family(
    "earth-science-temperature-anomaly",
    ("Temperature anomaly",),
    grid(normal="8.4 9.1 9.6 10.2", a="9.3 9.9 10.4", b="9.8 10.7", c="8.7 10.1 11.0"),
    "The climate normal of the annual mean temperature at a station is {normal} °C. Three years had {a} °C, {b} °C "
    "and {c} °C. What is the mean anomaly of these years in °C? Round to two decimal places.",
    "A station with a thirty-year mean (climate normal) of {normal} °C measures annual means of {a} °C, {b} °C and "
    "{c} °C. Give the mean temperature anomaly of the three years in °C, rounded to two decimal places.",
)
def _anomaly(p: Params) -> Solution:
    normal, a, b, c = nums(p, "normal a b c")
    mean = (a + b + c) / 3
    return measured(
        p,
        mean - normal,
        "°C",
        [normal - mean, mean, a + b + c - normal],
        "An anomaly is the deviation from the climate normal, positive for warmer years.",
        r"The mean of the three years is $\frac{{{a} + {b} + {c}}}{{3}} \approx {mean}$ °C.",
        r"The mean anomaly is ${mean} - {normal} \approx {ans}$ °C.",
        mean=mean,
    )


PROBLEMS = (
    _pressure,
    _air,
    _planet,
    _sunlight,
    _humidity,
    _lifting,
    _foehn,
    _coriolis,
    _geostrophic,
    _anomaly,
)
