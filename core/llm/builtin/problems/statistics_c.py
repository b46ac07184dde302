"""Statistics problems on standardising, shape and cross-classified counts."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from core.llm.builtin.numbers import plain
from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._mathematics_tools import exact, ints, solved


def _variation(p: Params) -> Solution:
    a, b = ints(p, "a b")
    s, t = exact(p, "s"), exact(p, "t")
    one, two = 100 * s / a, 100 * t / b

    def tell(first: Fraction, second: Fraction) -> str:
        word = "the first" if first > second else "the second"
        return f"{plain(first, 2)} % and {plain(second, 2)} %, {word} varies more"

    return solved(
        tell(one, two),
        (tell(Fraction(100 * a) / s, Fraction(100 * b) / t), tell(100 * s * s / a, 100 * t * t / b)),
        "The coefficient of variation is the standard deviation divided by the mean; it has no unit and allows a "
        "comparison of quantities of different size.",
        f"For the first machine it is $\\frac{{{plain(s)}}}{{{a}}} = {plain(one, 2)}\\,\\%$, for the second "
        f"$\\frac{{{plain(t)}}}{{{b}}} = {plain(two, 2)}\\,\\%$.",
    )


VARIATION = Problem(
    "statistics-coefficient-of-variation",
    ("Coefficient of variation",),
    (
        (
            "Machine one fills bags with a mean of {a} g and a standard deviation of {s} g, machine two fills sacks "
            "with a mean of {b} g and a standard deviation of {t} g. Compare their coefficients of variation (in "
            "percent)."
        ),
        (
            "The fill weights of two machines have means {a} g and {b} g and standard deviations {s} g and {t} g. Give "
            "both coefficients of variation in percent and say which machine varies more relative to its mean."
        ),
    ),
    lambda r: {
        "a": r.choice((200, 250, 400)),
        "b": r.choice((2000, 2500, 5000)),
        "s": f"{r.randint(1, 6)}.5",
        "t": f"{r.randint(30, 60)}.5",
    },
    _variation,
)


def _z(p: Params) -> Solution:
    x, m, s, y, k, t = ints(p, "x m s y k t")
    one, two = Fraction(x - m, s), Fraction(y - k, t)

    def tell(first: Fraction, second: Fraction) -> str:
        word = "history" if first > second else "biology"
        return f"{plain(first, 2)} in history and {plain(second, 2)} in biology, relatively better in {word}"

    return solved(
        tell(one, two),
        (tell(Fraction(x - m), Fraction(y - k)), tell(-one, -two)),
        "A z-score counts how many standard deviations a value lies above its mean: $z = \\frac{x - \\bar{x}}{s}$.",
        f"In history $z = \\frac{{{x} - {m}}}{{{s}}} = {plain(one, 2)}$, in biology "
        f"$z = \\frac{{{y} - {k}}}{{{t}}} = {plain(two, 2)}$.",
        "The larger z-score marks the relatively better result.",
    )


def _draw_z(r: Random) -> Params:
    m, k, s, t = r.randint(60, 70), r.randint(50, 60), r.choice((8, 10)), r.choice((4, 5))
    up = r.choice((4, 6, 12, 14, 18))
    over = r.choice([v for v in (2, 3, 6, 7, 9) if v * s != up * t])
    return {"m": m, "s": s, "x": m + up, "k": k, "t": t, "y": k + over}


Z = Problem(
    "statistics-z-score",
    ("z-score",),
    (
        (
            "Nora has {x} points in history (class mean {m}, standard deviation {s}) and {y} points in biology "
            "(class mean {k}, standard deviation {t}). Compute both z-scores (two decimals) and tell where she is "
            "relatively better."
        ),
        (
            "Class results in history have mean {m} and standard deviation {s}, those in biology mean {k} and standard "
            "deviation {t}. Nora scored {x} and {y}. Standardise both scores (two decimals) and compare them."
        ),
    ),
    _draw_z,
    _z,
)


def _chebyshev(p: Params) -> Solution:
    m, s, low, high = ints(p, "m s low high")
    k = Fraction(high - m, s)
    share = 100 * (1 - 1 / k**2)
    return solved(
        f"at least {plain(share, 2)} %",
        (f"at least {plain(100 / k**2, 2)} %", f"at least {plain(100 * (1 - 1 / k), 2)} %"),
        f"The interval from {low} to {high} reaches $k = \\frac{{{high} - {m}}}{{{s}}} = {plain(k)}$ standard "
        "deviations to each side of the mean.",
        "Chebyshev's inequality holds for every distribution: at least $1 - \\frac{1}{k^2}$ of the values lie within "
        "$k$ standard deviations.",
        f"Here this is $1 - \\frac{{1}}{{{plain(k * k)}}} \\approx {plain(share, 2)}\\,\\%$.",
    )


def _draw_chebyshev(r: Random) -> Params:
    s, k = r.choice((2, 4, 6, 8)), r.choice((3, 4, 5, 6, 8))
    m, d = r.randint(60, 90), s * k // 2
    return {"m": m, "s": s, "low": m - d, "high": m + d}


CHEBYSHEV = Problem(
    "statistics-chebyshev",
    ("Chebyshev's inequality",),
    (
        (
            "A large data set of unknown shape has mean {m} and standard deviation {s}. What percentage of the values "
            "(up to two decimals) is certain to lie between {low} and {high}?"
        ),
        (
            "Of a distribution only the mean {m} and the standard deviation {s} are known. Which guarantee, in percent "
            "with up to two decimals, does Chebyshev's inequality give for the share of values from {low} to {high}?"
        ),
    ),
    _draw_chebyshev,
    _chebyshev,
)


def _skew(p: Params) -> Solution:
    mean, mid, s = ints(p, "mean mid s")
    value = Fraction(3 * (mean - mid), s)

    def tell(v: Fraction) -> str:
        return f"{plain(v, 2)}, skewed to the {'right' if v > 0 else 'left'}"

    return solved(
        tell(value),
        (tell(-value), tell(value / 3)),
        "Pearson's (second) skewness coefficient is $\\frac{3(\\bar{x} - \\tilde{x})}{s}$, three times the distance "
        "from median to mean in standard deviations.",
        f"Here it is $\\frac{{3 \\cdot ({mean} - {mid})}}{{{s}}} = {plain(value, 2)}$.",
        "A positive value means that the long tail, which pulls the mean, is on the right; a negative value that it "
        "is on the left.",
    )


def _draw_skew(r: Random) -> Params:
    mid, s = r.randint(30, 60), r.choice((10, 12, 15, 20))
    return {"mid": mid, "s": s, "mean": mid + r.choice((-4, -3, -2, 2, 3, 4, 5))}


SKEW = Problem(
    "statistics-pearson-skewness",
    ("Pearson's skewness coefficient",),
    (
        (
            "Rents per month in a town have mean {mean}, median {mid} and standard deviation {s} (in tens of euros). "
            "Compute Pearson's skewness coefficient from mean and median, to two decimals, and name the direction of "
            "skew."
        ),
        (
            "For a sample with median {mid}, mean {mean} and standard deviation {s}, find the skewness coefficient of "
            "Pearson that compares mean and median (two decimals), and state to which side the distribution is skewed."
        ),
    ),
    _draw_skew,
    _skew,
)


def _table(p: Params) -> Solution:
    a, b, c, d = ints(p, "a b c d")
    row, column, n = a + b, a + c, a + b + c + d
    return solved(
        f"{plain(Fraction(100 * a, row), 1)} %",
        (f"{plain(Fraction(100 * a, column), 1)} %", f"{plain(Fraction(100 * a, n), 1)} %"),
        f"The contingency table has the row commuters by train with {a} and {b}, in total {row}, and the row commuters "
        f"by car with {c} and {d}, in total {c + d}.",
        "The condition restricts the view to commuters by train, so their row total is the denominator.",
        f"The share is $\\frac{{{a}}}{{{row}}} \\approx {plain(Fraction(100 * a, row), 1)}\\,\\%$.",
    )


TABLE = Problem(
    "statistics-contingency-table",
    ("Contingency table", "Conditional relative frequency"),
    (
        (
            "In a survey {a} train commuters are satisfied with their way to work and {b} are not; of the car "
            "commuters {c} are satisfied and {d} are not. Among the train commuters, what percentage is satisfied "
            "(one decimal)?"
        ),
        (
            "Commuters are cross-classified: train and satisfied {a}, train and dissatisfied {b}, car and satisfied "
            "{c}, car and dissatisfied {d}. Find the relative frequency of satisfaction, in percent to one decimal, "
            "given that a person travels by train."
        ),
    ),
    lambda r: {"a": r.randint(31, 60), "b": r.randint(10, 30), "c": r.randint(40, 79), "d": r.randint(20, 60)},
    _table,
)


def _reversed(a: int, b: int, c: int, d: int) -> bool:
    """Whether B is better for mild and severe cases while A is better overall."""
    return Fraction(a, 80) < Fraction(c, 20) and Fraction(b, 20) < Fraction(d, 80) and a + b > c + d


def _draw_simpson(r: Random) -> Params:
    while True:
        a, b, c, d = r.randint(56, 74), r.randint(4, 9), r.randint(15, 19), r.randint(24, 44)
        if _reversed(a, b, c, d):
            return {"a": a, "b": b, "c": c, "d": d}


def _simpson(p: Params) -> Solution:
    a, b, c, d = ints(p, "a b c d")
    mild = "B" if Fraction(c, 20) > Fraction(a, 80) else "A"
    severe = "B" if Fraction(d, 80) > Fraction(b, 20) else "A"
    total = "B" if c + d > a + b else "A"
    return solved(
        f"mild cases: {mild}, severe cases: {severe}, overall: {total}",
        ("mild cases: A, severe cases: A, overall: A", "mild cases: B, severe cases: B, overall: B"),
        f"For mild cases A cures $\\frac{{{a}}}{{80}} = {plain(Fraction(100 * a, 80), 2)}\\,\\%$ and B "
        f"$\\frac{{{c}}}{{20}} = {5 * c}\\,\\%$.",
        f"For severe cases A cures $\\frac{{{b}}}{{20}} = {5 * b}\\,\\%$ and B "
        f"$\\frac{{{d}}}{{80}} = {plain(Fraction(100 * d, 80), 2)}\\,\\%$.",
        f"Overall A cures {a + b} % and B {c + d} % of 100 patients: the comparison turns round, because A was mostly "
        "given to the easier, mild cases. This is Simpson's paradox.",
    )


SIMPSON = Problem(
    "statistics-simpsons-paradox",
    ("Simpson's paradox", "Conditional relative frequency"),
    (
        (
            "Treatment A cured {a} of 80 mild and {b} of 20 severe cases; treatment B cured {c} of 20 mild and {d} "
            "of 80 severe cases. Which treatment has the higher cure rate for mild cases, for severe cases and overall?"
        ),
        (
            "Cure counts: A, mild {a} of 80; A, severe {b} of 20; B, mild {c} of 20; B, severe {d} of 80. Compare "
            "the cure rates of the treatments A and B within each severity and for all cases together: which is higher?"
        ),
    ),
    _draw_simpson,
    _simpson,
)


PROBLEMS: tuple[Problem, ...] = (VARIATION, Z, CHEBYSHEV, SKEW, TABLE, SIMPSON)
