"""Mathematics problems on combinations and elementary probability."""

from __future__ import annotations

from fractions import Fraction
from math import comb, perm
from random import Random

from core.llm.builtin.numbers import plain
from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._mathematics_tools import exact, ints, listing, ratio, solved, tex


def _committee(p: Params) -> Solution:
    w, m, k = ints(p, "w m k")
    total = comb(w, 2) * comb(m, k - 2)
    return solved(
        f"{comb(w + m, k)} and {total}",
        (
            f"{perm(w + m, k)} and {perm(w, 2) * perm(m, k - 2)}",
            f"{comb(w + m, k)} and {comb(w, 2) + comb(m, k - 2)}",
            f"{comb(w + m, k)} and {2 * total}",
        ),
        f"Order does not matter, so there are $\\binom{{{w + m}}}{{{k}}} = {comb(w + m, k)}$ committees.",
        f"Exactly two women can be chosen in $\\binom{{{w}}}{{2}} = {comb(w, 2)}$ ways, the remaining {k - 2} "
        f"members in $\\binom{{{m}}}{{{k - 2}}} = {comb(m, k - 2)}$ ways.",
        f"The product is {total}.",
    )


COMMITTEE = Problem(
    "mathematics-committee",
    ("Binomial coefficient", "Selection with conditions"),
    (
        (
            "From {w} women and {m} men a committee of {k} people is chosen. How many committees are possible in "
            "all, and how many contain exactly two women?"
        ),
        (
            "A club has {w} women and {m} men. Count the ways to choose a committee of {k} members, first without "
            "conditions and then with exactly two women in it."
        ),
    ),
    lambda r: {"w": r.randint(4, 8), "m": r.randint(5, 9), "k": r.randint(4, 6)},
    _committee,
)


def _binomial(p: Params) -> Solution:
    a, b, n, k = ints(p, "a b n k")
    value = comb(n, k) * a**k * b ** (n - k)
    row = [comb(n, i) for i in range(n + 1)]
    return solved(
        f"row {listing(row)}; coefficient {value}",
        (
            f"row {listing(row)}; coefficient {comb(n, k)}",
            f"row {listing(row)}; coefficient {comb(n, k) * a ** (n - k) * b**k if a != b else value * a}",
            f"row {listing([comb(n - 1, i) for i in range(n)])}; coefficient {comb(n - 1, k) * a**k * b ** (n - k)}",
        ),
        f"Every entry of Pascal's triangle is the sum of the two above it; row {n} is {listing(row)}.",
        f"By the binomial theorem the term with $x^{k}$ is $\\binom{{{n}}}{{{k}}} ({a}x)^{k} \\cdot {b}^{{{n - k}}}$.",
        f"Its coefficient is ${comb(n, k)} \\cdot {a**k} \\cdot {b ** (n - k)} = {value}$.",
    )


BINOMIAL = Problem(
    "mathematics-binomial-theorem",
    ("Binomial theorem", "Pascal's triangle"),
    (
        (
            "Write down row {n} of Pascal's triangle (the row beginning with 1 and {n}) and use it to find the "
            "coefficient of x^{k} in ({a}x + {b})^{n}."
        ),
        (
            "Which numbers stand in row {n} of Pascal's triangle, the row that starts with 1, {n}? What is the "
            "coefficient of x^{k} when ({a}x + {b})^{n} is expanded?"
        ),
    ),
    lambda r: {"a": r.randint(2, 4), "b": r.randint(2, 4), "n": r.randint(4, 7), "k": r.randint(2, 3)},
    _binomial,
)


def _stars(p: Params) -> Solution:
    n, k = ints(p, "n k")
    every, full = comb(n + k - 1, k - 1), comb(n - 1, k - 1)
    return solved(
        f"{every} and {full}",
        (f"{k**n} and {full}", f"{comb(n, k)} and {full}", f"{every} and {comb(n, k - 1)}", f"{full} and {every}"),
        f"A distribution is a row of {n} stars and {k - 1} bars that separate the children, so there are "
        f"$\\binom{{{n + k - 1}}}{{{k - 1}}} = {every}$.",
        f"If every child gets at least one, {k} apples are handed out first and {n - k} are left.",
        f"This leaves $\\binom{{{n - 1}}}{{{k - 1}}} = {full}$ distributions.",
    )


STARS = Problem(
    "mathematics-stars-and-bars",
    ("Stars and bars",),
    (
        (
            "In how many ways can {n} equal apples be distributed among {k} children, and in how many if every child "
            "gets at least one?"
        ),
        (
            "Count the distributions of {n} indistinguishable apples to {k} children, first without restriction, "
            "then with no child left empty-handed."
        ),
    ),
    lambda r: {"n": r.randint(7, 14), "k": r.randint(3, 5)},
    _stars,
)


def _dice(p: Params) -> Solution:
    faces, s = ints(p, "faces s")
    good = [(a, s - a) for a in range(1, faces + 1) if 1 <= s - a <= faces]
    n = faces * faces
    return solved(
        f"{n} outcomes, probability {ratio(Fraction(len(good), n))}",
        (
            f"{n} outcomes, probability {ratio(Fraction(1, 2 * faces - 1))}",
            f"{2 * faces} outcomes, probability {ratio(Fraction(len(good), 2 * faces))}",
        ),
        f"The sample space consists of the ordered pairs, ${faces} \\cdot {faces} = {n}$ equally likely outcomes.",
        f"The sum {s} occurs for {', '.join(f'({a},{b})' for a, b in good)}, that is {len(good)} times.",
        f"The probability is $\\frac{{{len(good)}}}{{{n}}} = {tex(Fraction(len(good), n))}$.",
    )


def _draw_dice(r: Random) -> Params:
    faces = r.choice((4, 6, 8, 10, 12))
    return {"faces": faces, "s": r.randint(3, 2 * faces - 1)}


DICE = Problem(
    "mathematics-two-dice",
    ("Sample space", "Equally likely outcomes"),
    (
        (
            "Two fair dice with the faces 1 to {faces} are rolled, one red and one blue. How many outcomes are "
            "there, and with which probability is the sum {s}?"
        ),
        (
            "A red and a blue fair die, each numbered from 1 to {faces}, are thrown. State the size of the sample "
            "space and the probability of the sum {s} as a fraction in lowest terms."
        ),
    ),
    _draw_dice,
    _dice,
)


def _once(p: Params) -> Solution:
    faces, n = ints(p, "faces n")
    miss = Fraction(faces - 1, faces) ** n
    return solved(
        plain(1 - miss, 4),
        (plain(Fraction(n, faces), 4), plain(miss, 4), plain(Fraction(1, faces) ** n, 4)),
        f"The complement is that the face does not appear in any of the {n} rolls.",
        f"As rolls are independent, it has the probability $\\left({tex(Fraction(faces - 1, faces))}\\right)^{{{n}}} "
        f"\\approx {plain(miss, 4)}$.",
        f"So the probability asked for is $1 - {plain(miss, 4)} = {plain(1 - miss, 4)}$.",
    )


ONCE = Problem(
    "mathematics-at-least-once",
    ("Complement rule", "Independent events"),
    (
        (
            "A fair die with {faces} faces is rolled {n} times. With which probability (four decimals) does its "
            "highest face appear at least once?"
        ),
        (
            "How likely is it, to four decimals, to see the highest number at least once in {n} rolls of a fair die "
            "with {faces} faces?"
        ),
    ),
    lambda r: {"faces": r.choice((4, 6, 8, 10, 12, 20)), "n": r.randint(2, 8)},
    _once,
)


def _union(p: Params) -> Solution:
    a, b, c = (exact(p, name) for name in "abc")
    union = a + b - c
    verdict = "not mutually exclusive, " + ("independent" if a * b == c else "not independent")

    def tell(x: Fraction) -> str:
        return f"P(A or B) = {plain(x)}, {verdict}"

    return solved(
        tell(union),
        (tell(a + b), tell(a + b - a * b if a * b != c else a * b), f"P(A or B) = {plain(union)}, mutually exclusive"),
        f"By the addition rule $P(A \\cup B) = {plain(a)} + {plain(b)} - {plain(c)} = {plain(union)}$.",
        f"Mutually exclusive events could not occur together, but here $P(A \\cap B) = {plain(c)} > 0$.",
        f"Independence would require $P(A \\cap B) = {plain(a)} \\cdot {plain(b)} = {plain(a * b)}$, which is "
        f"{'the case' if a * b == c else 'not the case'}.",
    )


def _draw_union(r: Random) -> Params:
    a, b = r.choice((2, 3, 4, 5, 6)), r.choice((2, 4, 5, 7, 8))
    c = a * b if r.random() < 0.5 else 10 * min(a, b) // 2 + 3
    c = max(c, 10 * (a + b) - 97)
    return {"a": f"0.{a}", "b": f"0.{b}", "c": f"0.{c:02d}"}


UNION = Problem(
    "mathematics-addition-rule",
    ("Addition rule", "Mutually exclusive events", "Independent events"),
    (
        (
            "Given P(A) = {a}, P(B) = {b} and P(A and B) = {c}, compute P(A or B) and decide whether A and B are "
            "mutually exclusive and whether they are independent."
        ),
        (
            "Two events A and B have the probabilities {a} and {b}; they occur together with probability {c}. How "
            "likely is it that at least one occurs? Are the events mutually exclusive, are they independent?"
        ),
    ),
    _draw_union,
    _union,
)

PROBLEMS: tuple[Problem, ...] = (COMMITTEE, BINOMIAL, STARS, DICE, ONCE, UNION)
