"""Mathematics problems on conditional probability, Bayes' theorem and random variables."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt
from random import Random

from core.llm.builtin.numbers import plain
from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._mathematics_tools import added, decimal, exact, ints, ratio, solved, tex


def _given(p: Params) -> Solution:
    a, b, c, d = ints(p, "a b c d")
    n = a + b + c + d
    share, overall = Fraction(a, a + b), Fraction(a + c, n)
    verdict = "independent" if share == overall else "not independent"
    return solved(
        f"{ratio(share)}, {verdict}",
        (
            f"{ratio(Fraction(a, a + c))}, {verdict}",
            f"{ratio(Fraction(a, n))}, {verdict}",
            f"{ratio(overall)}, {verdict}",
        ),
        f"The condition restricts the group to the {a + b} students who own a bicycle.",
        f"Of these {a} live in town, so the conditional probability is $\\frac{{{a}}}{{{a + b}}} = {tex(share)}$.",
        f"Among all {n} students the probability is $\\frac{{{a + c}}}{{{n}}} = {tex(overall)}$; independence "
        "requires equal values.",
    )


def _draw_given(r: Random) -> Params:
    a, b = r.randint(6, 30), r.randint(6, 30)
    k = r.choice((Fraction(1), Fraction(2), Fraction(1, 2)))
    if r.random() < 0.4 and (a * k).denominator == 1 and (b * k).denominator == 1:
        return {"a": a, "b": b, "c": int(a * k), "d": int(b * k)}
    return {"a": a, "b": b, "c": r.randint(5, 30), "d": r.randint(5, 30)}


GIVEN = Problem(
    "mathematics-conditional-probability",
    ("Conditional probability", "Independent events"),
    (
        (
            "Of the students with a bicycle {a} live in town and {b} outside; of those without one {c} live in town "
            "and {d} outside. A student is chosen at random. Given that the student has a bicycle, what is the "
            "probability of living in town, and is living in town independent of having a bicycle?"
        ),
        (
            "A class list shows: bicycle and town {a}, bicycle and outside {b}, no bicycle and town {c}, no bicycle "
            "and outside {d}. Find the conditional probability of town given bicycle (as a fraction) and test the "
            "two features for independence."
        ),
    ),
    _draw_given,
    _given,
)


def _urn(p: Params) -> Solution:
    a, b = ints(p, "a b")
    n = a + b
    both = Fraction(a * (a - 1), n * (n - 1))
    mixed = Fraction(2 * a * b, n * (n - 1))

    def tell(x: Fraction, y: Fraction) -> str:
        return f"both red {ratio(x)}, one of each colour {ratio(y)}"

    return solved(
        tell(both, mixed),
        (tell(Fraction(a * a, n * n), Fraction(2 * a * b, n * n)), tell(both, mixed / 2)),
        f"In the tree the first branch has the probabilities $\\frac{{{a}}}{{{n}}}$ (red) and $\\frac{{{b}}}{{{n}}}$ "
        f"(blue); on the second level only {n - 1} balls are left.",
        f"Multiplying along the branch: $\\frac{{{a}}}{{{n}}} \\cdot \\frac{{{a - 1}}}{{{n - 1}}} = {tex(both)}$.",
        f"One of each colour arises on two branches with equal probability, together $2 \\cdot \\frac{{{a}}}{{{n}}} "
        f"\\cdot \\frac{{{b}}}{{{n - 1}}} = {tex(mixed)}$.",
    )


URN = Problem(
    "mathematics-urn-tree",
    ("Multiplication rule", "Probability tree", "Sampling without replacement"),
    (
        (
            "Two balls are drawn without replacement from an urn with {a} red and {b} blue balls. Find the "
            "probabilities that both are red and that there is one of each colour."
        ),
        (
            "An urn contains {a} red and {b} blue balls. Somebody takes out two, one after the other, and keeps "
            "them. How likely are two red balls, and how likely is one ball of each colour (as fractions)?"
        ),
    ),
    lambda r: {"a": r.randint(3, 9), "b": r.randint(2, 9)},
    _urn,
)


def _factory(p: Params) -> Solution:
    share, u, v = ints(p, "share u v")
    q, first, second = Fraction(share, 100), Fraction(u, 100), Fraction(v, 100)
    total = q * first + (1 - q) * second
    origin = q * first / total

    def tell(x: Fraction, y: Fraction) -> str:
        return f"defective {plain(x, 4)}, from A given defective {plain(y, 4)}"

    return solved(
        tell(total, origin),
        (tell((first + second) / 2, origin), tell(total, q * first), tell(total, q)),
        f"Total probability: ${plain(q)} \\cdot {plain(first)} + {plain(1 - q)} \\cdot {plain(second)} = "
        f"{plain(total, 4)}$.",
        f"Bayes: the share of machine A among the defective parts is "
        f"$\\frac{{{plain(q * first, 4)}}}{{{plain(total, 4)}}} \\approx {plain(origin, 4)}$.",
        f"The prior probability {plain(q)} of machine A has become the posterior probability {plain(origin, 4)}.",
    )


FACTORY = Problem(
    "mathematics-total-probability",
    ("Law of total probability", "Bayes' theorem", "Prior and posterior probability"),
    (
        (
            "Machine A makes {share} % of all parts, machine B the rest. Of the parts from A {u} % are defective, of "
            "those from B {v} %. Find the probability that a random part is defective, and that a defective part "
            "comes from A (four decimals)."
        ),
        (
            "Parts come from machine A with a prior probability of {share} % and otherwise from B. The defect rates "
            "are {u} % for A and {v} % for B. Compute, to four decimals, the overall defect probability and the "
            "posterior probability of A after a defect was seen."
        ),
    ),
    lambda r: {"share": r.randrange(20, 85, 5), "u": r.randint(1, 4), "v": r.randint(5, 10)},
    _factory,
)


def _screen(p: Params) -> Solution:
    sens, spec = ints(p, "sens spec")
    rate = exact(p, "rate") / 100
    hit, alarm = rate * sens / 100, (1 - rate) * (100 - spec) / 100
    post = hit / (hit + alarm)
    return solved(
        f"{plain(100 * post, 1)} %",
        (f"{sens} %", f"{plain(100 * (hit + alarm), 1)} %", f"{spec} %"),
        f"Of 100000 people {plain(100000 * rate, 0)} are ill, and {plain(100000 * hit, 0)} of them test positive "
        "(sensitivity).",
        f"Of the {plain(100000 * (1 - rate), 0)} healthy people, {plain(100000 * alarm, 0)} test positive as well "
        "(one minus specificity).",
        f"So the probability of illness is $\\frac{{{plain(100000 * hit, 0)}}}{{{plain(100000 * (hit + alarm), 0)}}} "
        f"\\approx {plain(100 * post, 1)}\\,\\%$. Whoever answers with the sensitivity commits the base rate fallacy.",
    )


SCREEN = Problem(
    "mathematics-screening-test",
    ("Sensitivity and specificity", "Base rate fallacy", "Bayes' theorem"),
    (
        (
            "A disease affects {rate} % of a population. A test has a sensitivity of {sens} % and a specificity of "
            "{spec} %. A random person tests positive: with what probability, in percent to one decimal, is this "
            "person ill?"
        ),
        (
            "In a screening the base rate of the illness is {rate} %, the sensitivity of the test {sens} % and its "
            "specificity {spec} %. How large (in percent, one decimal) is the probability of illness after a "
            "positive result?"
        ),
    ),
    lambda r: {
        "rate": r.choice(("0.1", "0.2", "0.5", "0.8", "1.5")),
        "sens": r.randint(85, 99),
        "spec": r.choice((90, 95, 96, 97, 98)),
    },
    _screen,
)


def _mass(p: Params) -> Solution:
    a, b, c = ints(p, "a b c")
    k = Fraction(1, a + b + c)
    low, mean = (a + b) * k, (b + 2 * c) * k

    def tell(x: Fraction, y: Fraction, z: Fraction) -> str:
        return f"k = {ratio(x)}, P(X <= 1) = {ratio(y)}, E(X) = {ratio(z)}"

    return solved(
        tell(k, low, mean),
        (tell(k, b * k, mean), tell(k, low, Fraction(1)), tell(Fraction(1, 3), low, mean)),
        f"All probabilities add up to 1: ${a}k + {b}k + {c}k = 1$, so $k = {tex(k)}$.",
        f"The cumulative distribution function at 1 adds the first two: $F(1) = {a}k + {b}k = {tex(low)}$.",
        f"The expected value is $0 \\cdot {a}k + 1 \\cdot {b}k + 2 \\cdot {c}k = {tex(mean)}$.",
    )


MASS = Problem(
    "mathematics-mass-function",
    ("Probability mass function", "Cumulative distribution function", "Expected value"),
    (
        (
            "A random variable X has P(X = 0) = {a}k, P(X = 1) = {b}k and P(X = 2) = {c}k. Determine k, the value of "
            "its cumulative distribution function at 1, and the expected value."
        ),
        (
            "Let P(X = 0) = {a}k, P(X = 1) = {b}k, P(X = 2) = {c}k and no other values be possible. Which k makes "
            "this a probability mass function? Then find F(1) and E(X), F being the cumulative distribution function."
        ),
    ),
    lambda r: {"a": r.randint(2, 6), "b": r.randint(2, 7), "c": r.randint(2, 5)},
    _mass,
)


def _fair(p: Params) -> Solution:
    win, part, faces = ints(p, "win part faces")
    mean = Fraction(win + part, faces)
    return solved(
        f"{plain(mean, 2)} euros",
        (
            f"{plain(Fraction(win + part, 2), 2)} euros",
            f"{plain(Fraction(win, faces), 2)} euros",
            f"{win + part} euros",
        ),
        f"The payout is {win} euros with probability $\\frac{{1}}{{{faces}}}$, {part} euros with the same "
        "probability and otherwise 0.",
        f"The expected payout is $\\frac{{{win} + {part}}}{{{faces}}} = {plain(mean, 2)}$ euros.",
        "A game is fair if the stake equals the expected payout.",
    )


FAIR = Problem(
    "mathematics-fair-game",
    ("Fair game", "Expected value"),
    (
        (
            "A wheel with {faces} equal sectors pays {win} euros on one of them, {part} euros on another one and "
            "nothing on the rest. Which stake makes the game fair (to the cent)?"
        ),
        (
            "Spinning a wheel of {faces} equal fields, one wins {win} euros on one field and {part} euros on a "
            "second one; the other fields pay nothing. How many euros should a player pay per spin in a fair game, "
            "to the cent?"
        ),
    ),
    lambda r: {
        "faces": r.choice((8, 10, 12, 16, 20)),
        "win": r.randrange(10, 60, 5),
        "part": r.choice((2, 3, 4, 6, 8)),
    },
    _fair,
)


def _spread(p: Params) -> Solution:
    x, y, z = ints(p, "x y z")
    w = [exact(p, name) for name in ("u", "v")]
    weights = [*w, 1 - sum(w, Fraction(0))]
    outcomes = [x, y, z]
    mean = sum((k * t for k, t in zip(weights, outcomes, strict=True)), Fraction(0))
    square = sum((k * t * t for k, t in zip(weights, outcomes, strict=True)), Fraction(0))
    var = square - mean**2

    def tell(v: Fraction) -> str:
        return f"variance {plain(v, 2)}, standard deviation {plain(sqrt(v), 2)}"

    return solved(
        tell(var),
        (tell(square), tell(square - mean if square > mean else square + mean), tell(var * 2)),
        f"The third probability is ${plain(weights[2])}$. The expected value is "
        f"${added([k * t for k, t in zip(weights, outcomes, strict=True)])} = {plain(mean, 3)}$.",
        f"The expected square is $E(X^2) = {plain(square, 3)}$.",
        f"The variance is $E(X^2) - E(X)^2 = {plain(square, 3)} - {plain(mean, 3)}^2 = {plain(var, 4)}$, and its "
        f"root is about {plain(sqrt(var), 2)}.",
    )


SPREAD = Problem(
    "mathematics-variance",
    ("Variance and standard deviation", "Expected value"),
    (
        (
            "A prize X takes the values {x}, {y} and {z} euros; the first has probability {u}, the second {v}. Find "
            "the variance and the standard deviation of X, to two decimals."
        ),
        (
            "The random variable X is {x} with probability {u}, {y} with probability {v} and {z} otherwise. Compute "
            "Var(X) and the standard deviation (two decimals)."
        ),
    ),
    lambda r: {
        "x": r.randint(0, 3),
        "y": r.randint(4, 8),
        "z": r.randint(10, 20),
        "u": decimal(r.choice((4, 5, 6)) / 10, 1),
        "v": decimal(r.choice((1, 2, 3)) / 10, 1),
    },
    _spread,
)

PROBLEMS: tuple[Problem, ...] = (GIVEN, URN, FACTORY, SCREEN, MASS, FAIR, SPREAD)
