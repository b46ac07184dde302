"""Logic problems on relations, functions, cardinality, induction and recursion."""

from __future__ import annotations

from itertools import product
from math import gcd, isqrt
from random import Random

from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._mathematics_tools import ints, listing, solved, values

Pairs = set[tuple[int, int]]
_PROPERTIES = ("reflexive", "symmetric", "antisymmetric", "transitive")


def _checked(pairs: Pairs) -> dict[str, str]:
    """For each property a counterexample in words, or nothing if the relation on 1, 2, 3 has it."""
    missing = [a for a in (1, 2, 3) if (a, a) not in pairs]
    one_way = [(a, b) for a, b in sorted(pairs) if (b, a) not in pairs]
    both_ways = [(a, b) for a, b in sorted(pairs) if a < b and (b, a) in pairs]
    gaps = [(a, b, d) for (a, b), (c, d) in product(sorted(pairs), repeat=2) if b == c and (a, d) not in pairs]
    return {
        "reflexive": f"({missing[0]},{missing[0]}) is missing" if missing else "",
        "symmetric": f"{one_way[0][0]},{one_way[0][1]} is related in one direction only" if one_way else "",
        "antisymmetric": f"{both_ways[0][0]} and {both_ways[0][1]} are related both ways" if both_ways else "",
        "transitive": f"{gaps[0][0]} leads over {gaps[0][1]} to {gaps[0][2]} without a direct pair" if gaps else "",
    }


def _draw_relation(r: Random) -> Params:
    pairs: Pairs = {(1, 1), (2, 2), (3, 3)} if r.random() < 0.7 else {(2, 2)}
    pairs |= set(r.sample([(a, b) for a, b in product((1, 2, 3), repeat=2) if a != b], r.randint(1, 4)))
    if r.random() < 0.5:
        pairs |= {(b, a) for a, b in pairs}
    return {"pairs": ", ".join(f"({a},{b})" for a, b in sorted(pairs))}


def _relation(p: Params) -> Solution:
    pairs = {(int(part[1]), int(part[3])) for part in str(p["pairs"]).split(", ")}
    faults = _checked(pairs)
    has = [name for name in _PROPERTIES if not faults[name]]
    kind = "neither an equivalence relation nor a partial order"
    if {"reflexive", "transitive"} <= set(has):
        kinds = [("symmetric", "an equivalence relation"), ("antisymmetric", "a partial order")]
        fitting = [title for name, title in kinds if name in has]
        kind = " and ".join(fitting) or kind

    def tell(names: list[str]) -> str:
        return (", ".join(names) or "none of the four") + f"; {kind}"

    lacking = [name for name in _PROPERTIES if name not in has]
    return solved(
        tell(has),
        (tell(lacking), tell(_toggled(has, "transitive")), tell(_toggled(has, "antisymmetric"))),
        "Each property is tested on all pairs: "
        + "; ".join(f"{name}: {faults[name] or 'no violation'}" for name in _PROPERTIES)
        + ".",
        "An equivalence relation is reflexive, symmetric and transitive; a partial order is reflexive, antisymmetric "
        "and transitive.",
    )


def _toggled(names: list[str], name: str) -> list[str]:
    return [other for other in _PROPERTIES if (other in names) != (other == name)]


RELATION = Problem(
    "logic-relation-properties",
    ("Properties of a relation", "Partial order"),
    (
        (
            "A relation on the set of 1, 2, 3 consists of the pairs {pairs}. Which of the properties reflexive, "
            "symmetric, antisymmetric and transitive does it have, and is it an equivalence relation or a partial "
            "order?"
        ),
        (
            "Test the relation {pairs} on the three elements 1, 2, 3 for reflexivity, symmetry, antisymmetry and "
            "transitivity, and say whether it is an equivalence relation, a partial order or neither."
        ),
    ),
    _draw_relation,
    _relation,
)


def _classes(p: Params) -> Solution:
    (m,), data = ints(p, "m"), values(p, "data")
    classes = [[x for x in data if x % m == rest] for rest in range(m)]
    kept = [part for part in classes if part]

    def tell(parts: list[list[int]]) -> str:
        return " | ".join(listing(part) for part in sorted(parts))

    split = [part for part in kept if len(part) > 1]
    wrong = [*[part for part in kept if part is not split[0]], [split[0][0]], split[0][1:]]
    return solved(
        tell(kept),
        (tell(wrong), tell([[x for x in data if x // m == q] for q in sorted({x // m for x in data})])),
        f"Two numbers are related if they leave the same remainder on division by {m}.",
        "The remainders are " + ", ".join(f"{x} -> {x % m}" for x in data) + ".",
        "Collecting numbers with equal remainder gives the equivalence classes, which do not overlap and cover the "
        "set.",
    )


def _draw_classes(r: Random) -> Params:
    m = r.randint(3, 5)
    return {"m": m, "data": listing(sorted(r.sample(range(2, 30), 7)))}


CLASSES = Problem(
    "logic-equivalence-classes",
    ("Equivalence class",),
    (
        (
            "On the set of the numbers {data} let x ~ y mean that x - y is divisible by {m}. List the equivalence "
            "classes, separated by vertical bars and ordered by their smallest elements."
        ),
        (
            "Partition the numbers {data} into the classes of congruence modulo {m}; write the classes in the order "
            "of their smallest elements with vertical bars between them."
        ),
    ),
    _draw_classes,
    _classes,
)


def _hasse(p: Params) -> Solution:
    data = values(p, "data")
    low = [x for x in data if not any(y != x and x % y == 0 for y in data)]
    high = [x for x in data if not any(y != x and y % x == 0 for y in data)]

    def tell(a: list[int], b: list[int]) -> str:
        return f"minimal: {listing(a)}; maximal: {listing(b)}"

    return solved(
        tell(low, high),
        (tell([data[0]], [data[-1]]), tell(high, low), tell(low, [data[-1]])),
        "An element is minimal if no other element of the set divides it, and maximal if it divides no other element.",
        f"The elements without a proper divisor in the set are {listing(low)}.",
        f"No other member of the set is a multiple of {' or of '.join(map(str, high))}.",
    )


def _draw_hasse(r: Random) -> Params:
    while True:
        data = sorted(r.sample((2, 3, 4, 5, 6, 8, 9, 10, 12, 15, 18, 20, 24, 30), 7))
        if sum(a != b and b % a == 0 for a, b in product(data, repeat=2)) > 5 and data[-1] % data[0] == 0:
            return {"data": listing(data)}


HASSE = Problem(
    "logic-partial-order-elements",
    ("Partial order",),
    (
        "Order the numbers {data} by divisibility. Which are the minimal and which the maximal elements?",
        "In the partial order 'divides' on the set of {data}, find all minimal and all maximal elements.",
    ),
    _draw_hasse,
    _hasse,
)


def _map(p: Params) -> Solution:
    a, b, m = ints(p, "a b m")
    image = [(a * x + b) % m for x in range(m)]
    good = gcd(a, m) == 1
    size = len(set(image))

    def tell(n: int, fine: bool) -> str:
        return f"{n} values, " + ("injective and surjective" if fine else "neither injective nor surjective")

    return solved(
        tell(size, good),
        (tell(m, True), tell(m // 2, False), tell(size, not good)),
        f"The values of 0 to {m - 1} are {listing(image)}.",
        f"They are {size} different numbers. On a finite set a function into itself is injective exactly if it is "
        "surjective.",
        f"Here {'every element occurs once' if good else 'values repeat and others are missing'}, since the greatest "
        f"common divisor of {a} and {m} is {gcd(a, m)}.",
    )


MAP = Problem(
    "logic-injection-surjection",
    ("Injection and surjection",),
    (
        (
            "On the remainders 0, ..., m - 1 with m = {m}, let f(x) be the remainder of {a}x + {b} on division by "
            "{m}. How many values does f take, and is it injective or surjective?"
        ),
        (
            "Let m = {m} and let f map each x in 0, ..., m - 1 to ({a}x + {b}) mod {m}. Find the number of its "
            "values and decide whether f is injective and whether it is surjective onto the same set."
        ),
    ),
    lambda r: {"m": r.randint(6, 12), "a": r.randint(2, 5), "b": r.randint(1, 5)},
    _map,
)


def _cantor(p: Params) -> Solution:
    x, y = ints(p, "x y")
    d = x + y
    code = d * (d + 1) // 2 + y
    (n,) = ints(p, "n")
    diagonal = (isqrt(8 * n + 1) - 1) // 2
    second = n - diagonal * (diagonal + 1) // 2

    def tell(c: int, u: int, v: int) -> str:
        return f"code {c}, pair ({u}, {v})"

    return solved(
        tell(code, diagonal - second, second),
        (
            tell(d * (d + 1) // 2 + x + (x == y), diagonal - second, second),
            tell(code, second, diagonal - second + (2 * second == diagonal)),
        ),
        f"The pair lies on the diagonal with sum {d}, before which there are $\\frac{{{d} \\cdot {d + 1}}}{{2}} = "
        f"{d * (d + 1) // 2}$ pairs; adding $y = {y}$ gives {code}.",
        f"Backwards, the largest triangular number up to {n} is {diagonal * (diagonal + 1) // 2}, on the diagonal "
        f"with sum {diagonal}.",
        f"Hence $y = {n} - {diagonal * (diagonal + 1) // 2} = {second}$ and $x = {diagonal} - {second} = "
        f"{diagonal - second}$. Every pair has exactly one code, so the set of pairs is countable.",
    )


CANTOR = Problem(
    "logic-pairing-function",
    ("Countable set",),
    (
        (
            "Pairs of natural numbers (from zero on) are numbered by c(x, y) = (x + y)(x + y + 1)/2 + y. Compute the "
            "code of ({x}, {y}) and the pair with code {n}."
        ),
        (
            "The function c(x, y) = (x + y)(x + y + 1)/2 + y enumerates all pairs of natural numbers including zero. "
            "Which number has ({x}, {y}), and which pair has the number {n}?"
        ),
    ),
    lambda r: {"x": r.randint(2, 9), "y": r.randint(2, 9), "n": r.randint(15, 90)},
    _cantor,
)


def _diagonal(p: Params) -> Solution:
    rows = str(p["rows"]).split("; ")
    places = [row[1 + i] for i, row in enumerate(rows)]
    flipped = "".join("1" if c == "0" else "0" for c in places)
    return solved(
        f"s{flipped}",
        (f"s{''.join(places)}", "s" + rows[0][1:].translate(str.maketrans("01", "10")), f"s{rows[-1][1:]}"),
        f"The digits on the diagonal (first digit of the first row, second of the second, and so on) are "
        f"{', '.join(places)}.",
        f"Changing each of them gives {', '.join(flipped)}.",
        "The new sequence differs from row number k in place k, so it is none of the rows; the same works for any "
        "infinite list.",
    )


DIAGONAL = Problem(
    "logic-diagonal-argument",
    ("Diagonal argument", "Countable set"),
    (
        (
            "A list of binary sequences (each written after the letter s) begins with {rows}. Which first digits "
            "does the sequence have that Cantor's diagonal argument constructs from these rows?"
        ),
        (
            "Apply the diagonal argument to the following binary sequences, each preceded by the letter s: "
            "{rows}. Give the beginning of the new sequence in the same notation."
        ),
    ),
    lambda r: {"rows": "; ".join("s" + "".join(r.choice("01") for _ in range(5)) for _ in range(5))},
    _diagonal,
)

PROBLEMS: tuple[Problem, ...] = (RELATION, CLASSES, HASSE, MAP, CANTOR, DIAGONAL)
