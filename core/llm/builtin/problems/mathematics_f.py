"""Mathematics problems on exponentials, logarithms, sequences and series."""

from __future__ import annotations

from fractions import Fraction
from math import log
from random import Random

from core.llm.builtin.numbers import plain
from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._mathematics_tools import exact, ints, solved


def _interest(p: Params) -> Solution:
    c, n = ints(p, "c n")
    rate = exact(p, "rate")
    growth = 1 + rate / 100
    value = c * growth**n
    return solved(
        f"{plain(value, 2)} euros",
        (f"{plain(c * (1 + n * rate / 100), 2)} euros", f"{plain(c * growth ** (n - 1), 2)} euros"),
        f"Each year the capital is multiplied by $1 + \\frac{{{plain(rate)}}}{{100}} = {plain(growth, 4)}$.",
        f"After {n} years it is ${c} \\cdot {plain(growth, 4)}^{{{n}}} \\approx {plain(value, 2)}$ euros.",
    )


INTEREST = Problem(
    "mathematics-compound-interest",
    ("Compound interest",),
    (
        (
            "A sum of {c} euros is invested at {rate} % per year, and the interest is added to the capital each "
            "year. What is the balance after {n} years (to the cent)?"
        ),
        "To what amount do {c} euros grow in {n} years at a yearly compound interest of {rate} %? Round to cents.",
    ),
    lambda r: {
        "c": r.randrange(500, 5000, 250),
        "rate": r.choice(("1.5", "2.5", "3.5", "4.5", "1.2", "2.8")),
        "n": r.randint(3, 12),
    },
    _interest,
)


def _decay(p: Params) -> Solution:
    h, share = ints(p, "h share")
    t = h * log(100 / share) / log(2)
    return solved(
        f"{plain(t, 1)} days",
        (
            f"{plain(h * (100 - share) / 50, 1)} days",
            f"{plain(h * log(100 / share), 1)} days",
            f"{plain(h * log(100 / (100 - share)) / log(2), 1)} days",
        ),
        f"After $t$ days the fraction $\\left(\\frac{{1}}{{2}}\\right)^{{t/{h}}}$ is left.",
        f"It equals {plain(Fraction(share, 100))} if $\\frac{{t}}{{{h}}} = \\log_2 \\frac{{100}}{{{share}}} \\approx "
        f"{plain(log(100 / share) / log(2), 4)}$.",
        f"Hence $t \\approx {plain(t, 1)}$ days.",
    )


DECAY = Problem(
    "mathematics-half-life",
    ("Doubling time and half-life", "Exponential equation"),
    (
        (
            "A radioactive substance has a half-life of {h} days. After how many days (one decimal) are {share} % of "
            "it left?"
        ),
        (
            "The half-life of an isotope is {h} days. When has its amount dropped to {share} % of the original "
            "amount? Give the time in days to one decimal."
        ),
    ),
    lambda r: {"h": r.randint(3, 30), "share": r.choice((5, 10, 15, 20, 30, 40))},
    _decay,
)


def _logs(p: Params) -> Solution:
    base, a, b, c = ints(p, "base a b c")
    power = round(log(Fraction(a * b, c)) / log(base))
    return solved(
        str(power),
        (str(power + 1), str(a + b - c), str(a * b // c)),
        "Sums and differences of logarithms with equal base are logarithms of products and quotients.",
        f"So the expression is $\\log_{{{base}}} \\frac{{{a} \\cdot {b}}}{{{c}}} = \\log_{{{base}}} {a * b // c}$.",
        f"Since ${base}^{{{power}}} = {a * b // c}$, the value is {power}.",
    )


def _draw_logs(r: Random) -> Params:
    base, k = r.choice((2, 3, 5)), r.choice((6, 7, 10, 11, 12, 14))
    m, power = r.choice([m for m in (2, 3, 4, 6) if m != base]), r.randint(2, 4)
    return {"base": base, "a": k * base, "b": m * base ** (power - 1), "c": k * m}


LOGS = Problem(
    "mathematics-log-laws",
    ("Laws of logarithms",),
    (
        "Compute log({a}) + log({b}) - log({c}) without a calculator, where all logarithms have the base {base}.",
        "With logarithms to the base {base}, what is the exact value of log({a}) + log({b}) - log({c})?",
    ),
    _draw_logs,
    _logs,
)


def _exponential(p: Params) -> Solution:
    base, a, b, c = ints(p, "base a b c")
    x = (log(c) / log(base) + b) / a
    return solved(
        f"x = {plain(x, 3)}",
        (
            f"x = {plain((log(c) / log(base) - b) / a, 3)}",
            f"x = {plain((c / base + b) / a, 3)}",
            f"x = {plain(log(c) / log(base), 3)}",
        ),
        f"Taking logarithms gives $({a}x - {b}) \\ln {base} = \\ln {c}$.",
        f"So ${a}x - {b} = \\frac{{\\ln {c}}}{{\\ln {base}}} \\approx {plain(log(c) / log(base), 4)}$.",
        f"Hence $x \\approx \\frac{{{plain(log(c) / log(base), 4)} + {b}}}{{{a}}} \\approx {plain(x, 3)}$.",
    )


EXPONENTIAL = Problem(
    "mathematics-exponential-equation",
    ("Exponential equation",),
    (
        "Solve {base}^({a}x - {b}) = {c} for x (three decimals).",
        "For which x does the power {base}^({a}x - {b}) have the value {c}? Round to three decimals.",
    ),
    lambda r: {
        "base": r.choice((2, 3, 5, 7)),
        "a": r.randint(2, 5),
        "b": r.randint(1, 6),
        "c": r.choice((6, 10, 12, 15, 20, 40, 50, 60)),
    },
    _exponential,
)


def _logarithmic(p: Params) -> Solution:
    base, d, power = ints(p, "base d power")
    target = base**power
    x = next(x for x in range(d + 1, 400) if x * (x - d) == target)
    other = d - x
    return solved(
        f"x = {x}",
        (f"x = {x} or x = {other}", f"x = {plain(Fraction(base * power + d, 2))}", f"x = {other}"),
        f"The sum of the logarithms is the logarithm of the product, so $x(x - {d}) = {base}^{power} = {target}$.",
        f"The quadratic equation $x^2 - {d}x - {target} = 0$ has the solutions {x} and {other}.",
        f"Both logarithms are defined only for $x > {d}$, so {other} must be rejected.",
    )


def _draw_logarithmic(r: Random) -> Params:
    base = r.choice((2, 3, 5, 6, 10))
    power = r.randint(2, {2: 8, 3: 5, 5: 4, 6: 3, 10: 3}[base])
    target = base**power
    x = r.choice([x for x in range(2, 400) if target % x == 0 and x - target // x > 1])
    return {"base": base, "d": x - target // x, "power": power}


LOGARITHMIC = Problem(
    "mathematics-logarithmic-equation",
    ("Logarithmic equation", "Laws of logarithms"),
    (
        "Solve log(x) + log(x - {d}) = {power}, the logarithms being to the base {base}.",
        "Let log denote the logarithm to the base {base}. Find all solutions of log(x) + log(x - {d}) = {power}.",
    ),
    _draw_logarithmic,
    _logarithmic,
)


def _arithmetic(p: Params) -> Solution:
    a, d, n = ints(p, "a d n")
    last = a + (n - 1) * d
    total = n * (a + last) // 2

    def tell(x: int, y: int) -> str:
        return f"last row {x} seats, total {y} seats"

    wrong = a + n * d
    return solved(
        tell(last, total),
        (tell(wrong, n * (a + wrong) // 2), tell(last, n * (a + last)), tell(last, n * last)),
        f"The numbers of seats form an arithmetic sequence with first term {a} and difference {d}.",
        f"The last term is ${a} + ({n} - 1) \\cdot {d} = {last}$.",
        f"The sum is the number of terms times the mean of first and last term: $\\frac{{{n} ({a} + {last})}}{{2}} = "
        f"{total}$.",
    )


ARITHMETIC = Problem(
    "mathematics-arithmetic-series",
    ("Arithmetic sequence", "Arithmetic series"),
    (
        (
            "A theatre has {n} rows. The first row has {a} seats, and every further row has {d} more than the one "
            "before. How many seats are in the last row and in the whole theatre?"
        ),
        (
            "In a hall with {n} rows the number of seats grows by {d} from row to row, beginning with {a}. Find the "
            "number of seats in the last row and the total number."
        ),
    ),
    lambda r: {"a": r.randint(12, 30), "d": r.randint(2, 5), "n": r.randint(8, 25)},
    _arithmetic,
)


def _geometric(p: Params) -> Solution:
    a, q, n = ints(p, "a q n")
    last = a * q ** (n - 1)
    total = a * (q**n - 1) // (q - 1)

    def tell(x: int, y: int) -> str:
        return f"{x} people on the last day, {y} in total"

    return solved(
        tell(last, total),
        (
            tell(a * q**n, total),
            tell(last, a * (q ** (n - 1) - 1) // (q - 1)),
            tell(a + (n - 1) * q, n * (2 * a + (n - 1) * q) // 2),
        ),
        f"The daily numbers form a geometric sequence with first term {a} and ratio {q}.",
        f"On day {n} it is ${a} \\cdot {q}^{{{n - 1}}} = {last}$.",
        f"The sum is $a \\frac{{q^n - 1}}{{q - 1}} = {a} \\cdot \\frac{{{q}^{{{n}}} - 1}}{{{q - 1}}} = {total}$.",
    )


GEOMETRIC = Problem(
    "mathematics-geometric-series",
    ("Geometric sequence", "Geometric series"),
    (
        (
            "On the first day {a} people hear a rumour, and each day {q} times as many people hear it for the first "
            "time as on the day before. How many hear it on day {n}, and how many on the first {n} days together?"
        ),
        (
            "A rumour reaches {a} people on day one and then, every day, {q} times as many new people as the day "
            "before. Find the number of new people on day {n} and the total number of the days up to {n}."
        ),
    ),
    lambda r: {"a": r.randint(2, 9), "q": r.randint(2, 4), "n": r.randint(5, 8)},
    _geometric,
)


def _infinite(p: Params) -> Solution:
    a, k = ints(p, "a k")
    q = Fraction(k, 100)
    total = a / (1 - q)
    way = a + 2 * a * q / (1 - q)

    def tell(x: Fraction) -> str:
        return f"{plain(x, 2)} m"

    return solved(
        tell(way),
        (tell(total), tell(2 * total), tell(a * (1 + 2 * q))),
        f"The heights of the bounces are ${a} \\cdot {plain(q)}$, ${a} \\cdot {plain(q)}^2$ and so on; each is passed "
        "upward and downward.",
        f"Their sum is a geometric series: $\\frac{{{plain(a * q)}}}{{1 - {plain(q)}}} = {plain(a * q / (1 - q), 3)}$.",
        f"With the first fall the way is ${a} + 2 \\cdot {plain(a * q / (1 - q), 3)} \\approx {plain(way, 2)}$ m; the "
        "sum is finite because the ratio is less than 1.",
    )


INFINITE = Problem(
    "mathematics-infinite-series",
    ("Infinite geometric series",),
    (
        (
            "A ball falls from a height of {a} m and rises after each bounce to {k} % of the previous height. Which "
            "total vertical distance does it cover in the idealised case of infinitely many bounces (two decimals)?"
        ),
        (
            "Dropped from {a} m, a ball always bounces back to {k} % of the height it fell from. Assuming it never "
            "stops, find the whole distance it travels up and down, to two decimals."
        ),
    ),
    lambda r: {"a": r.randint(2, 12), "k": r.choice((40, 50, 60, 70, 75, 80))},
    _infinite,
)

PROBLEMS: tuple[Problem, ...] = (
    INTEREST,
    DECAY,
    LOGS,
    EXPONENTIAL,
    LOGARITHMIC,
    ARITHMETIC,
    GEOMETRIC,
    INFINITE,
)
