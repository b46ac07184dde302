"""Mathematics problems on counting principles and permutations."""

from __future__ import annotations

from collections import Counter
from math import comb, factorial, perm

from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._mathematics_tools import ints, solved


def _menu(p: Params) -> Solution:
    a, b, c, d = ints(p, "a b c d")
    total = a * b * c + d * c
    return solved(
        f"{total}",
        (f"{a + b + c + d}", f"{a * b * c * d}", f"{a * b * c + d}", f"{(a + b) * c + d}"),
        f"A choice of starter, main course and dessert is possible in ${a} \\cdot {b} \\cdot {c} = {a * b * c}$ ways "
        "(multiplication principle).",
        f"A vegetarian plate with a dessert can be chosen in ${d} \\cdot {c} = {d * c}$ ways.",
        f"The two kinds of menu exclude each other, so the numbers are added: {total}.",
    )


MENU = Problem(
    "mathematics-menu-count",
    ("Multiplication principle", "Addition principle"),
    (
        (
            "A restaurant offers {a} starters, {b} main courses, {c} desserts and {d} vegetarian plates. A menu is "
            "either a starter, a main course and a dessert, or a vegetarian plate and a dessert. How many different "
            "menus are there?"
        ),
        (
            "Count the menus: either a starter ({a} to choose from), a main course ({b}) and a dessert ({c}), or a "
            "vegetarian plate ({d}) with one of the same desserts."
        ),
    ),
    lambda r: {"a": r.randint(3, 6), "b": r.randint(4, 8), "c": r.randint(3, 5), "d": r.randint(2, 5)},
    _menu,
)


def _code(p: Params) -> Solution:
    n, k = ints(p, "n k")
    total, none = (n + 3) ** k, n**k
    return solved(
        f"{total - none}",
        (f"{3 * (n + 3) ** (k - 1)}", f"{total}", f"{3**k}", f"{3 * k * n ** (k - 1)}"),
        f"In all, there are ${n + 3}^{k} = {total}$ codes.",
        f"The complement consists of the codes without any of the signs: ${n}^{k} = {none}$.",
        f"So ${total} - {none} = {total - none}$ codes contain at least one sign.",
    )


CODE = Problem(
    "mathematics-complement-count",
    ("Counting by complement", "Multiplication principle"),
    (
        (
            "A code has {k} places, each filled with one of {n} letters or one of the signs +, * and #. Symbols may "
            "repeat. How many codes contain at least one of the signs?"
        ),
        (
            "How many codes of length {k} over an alphabet of {n} letters and the signs +, * and # have at least one "
            "sign, if symbols may be repeated?"
        ),
    ),
    lambda r: {"n": r.randint(4, 12), "k": r.randint(3, 5)},
    _code,
)


def _sieve(p: Params) -> Solution:
    n, a, b = ints(p, "n a b")
    union = n // a + n // b - n // (a * b)
    return solved(
        f"{union}",
        (f"{n // a + n // b}", f"{n - union}", f"{n // a + n // b + n // (a * b)}"),
        f"There are {n // a} multiples of {a} and {n // b} multiples of {b} up to {n}.",
        f"The numbers divisible by both are the multiples of {a * b}, which is the least common multiple; there are "
        f"{n // (a * b)}.",
        f"They were counted twice, so the answer is ${n // a} + {n // b} - {n // (a * b)} = {union}$.",
    )


SIEVE = Problem(
    "mathematics-inclusion-exclusion",
    ("Inclusion-exclusion principle",),
    (
        "How many whole numbers from one to {n} are divisible by {a} or by {b}?",
        "Count the positive whole numbers not above {n} that are multiples of {a} or of {b} (or of both).",
    ),
    lambda r: (
        dict(zip("ab", r.choice(((2, 3), (3, 5), (2, 7), (4, 5), (3, 7), (5, 6), (4, 7))), strict=True))
        | {"n": r.randrange(100, 600, 20)}
    ),
    _sieve,
)


def _pigeon(p: Params) -> Solution:
    colours, k = ints(p, "colours k")
    need = colours * (k - 1) + 1
    return solved(
        f"{need}",
        (f"{colours * k}", f"{need - 1}", f"{colours + k}", f"{k + 1}"),
        f"In the worst case one draws {k - 1} of every colour first, ${colours} \\cdot {k - 1} = {need - 1}$ socks, "
        f"without having {k} of one colour.",
        "The next sock must make one colour complete.",
        f"So {need} socks are enough, and fewer are not always enough.",
    )


PIGEON = Problem(
    "mathematics-pigeonhole",
    ("Pigeonhole principle",),
    (
        (
            "A dark drawer contains many socks of each of {colours} colours. How many must be taken out blindly to "
            "be certain of having {k} of the same colour?"
        ),
        (
            "Socks of {colours} colours, plenty of each, lie in a box. Find the least number of socks that "
            "guarantees {k} of equal colour among them."
        ),
    ),
    lambda r: {"colours": r.randint(3, 9), "k": r.randint(2, 6)},
    _pigeon,
)


def _podium(p: Params) -> Solution:
    n, k = ints(p, "n k")
    return solved(
        f"{factorial(k)} and {perm(n, k)}",
        (f"{factorial(k)} and {comb(n, k)}", f"{k**k} and {n**k}", f"{2 * k} and {n * k}"),
        f"The {k} books can be arranged in ${k}! = {factorial(k)}$ orders.",
        f"If they are first chosen from {n}, there are {n} possibilities for the first place, {n - 1} for the second "
        f"and so on, {k} factors in all.",
        f"This gives $\\frac{{{n}!}}{{{n - k}!}} = {perm(n, k)}$ arrangements.",
    )


PODIUM = Problem(
    "mathematics-permutations",
    ("Factorial", "Permutation of distinct objects"),
    (
        (
            "In how many orders can {k} different books be put on a shelf, and in how many ways can {k} places of "
            "the shelf be filled if the books are chosen from {n}?"
        ),
        (
            "Find the number of arrangements of {k} different books in a row, and the number of ways to fill {k} "
            "places in a row with books from a stock of {n} different ones."
        ),
    ),
    lambda r: {"n": r.randint(7, 14), "k": r.randint(3, 5)},
    _podium,
)
_WORDS = (
    "ALFALFA",
    "ANANAS",
    "BALLOON",
    "BANANA",
    "BUBBLE",
    "CABBAGE",
    "CARROT",
    "COCOA",
    "COCONUT",
    "COFFEE",
    "GIGGLE",
    "KAYAK",
    "LETTER",
    "LEVEL",
    "LLAMA",
    "PAPAYA",
    "PAPRIKA",
    "PEPPER",
    "POTATO",
    "PUPPET",
    "RADAR",
    "SUCCESS",
    "TATTOO",
    "TOMATO",
)


def _letters(p: Params) -> Solution:
    word = str(p["word"])
    counts = {letter: k for letter, k in sorted(Counter(word).items()) if k > 1}
    n, divisor = len(word), 1
    for k in counts.values():
        divisor *= factorial(k)
    single = factorial(max(counts.values()))
    return solved(
        f"{factorial(n) // divisor}",
        (
            f"{factorial(n)}",
            f"{factorial(n) // sum(map(factorial, counts.values()))}",
            f"{factorial(n - 1)}",
            f"{factorial(n) // single * 2}",
        ),
        f"The word has {n} letters, and if they were all different there would be ${n}! = {factorial(n)}$ orders.",
        "Repeated letters: " + ", ".join(f"{letter} {k} times" for letter, k in counts.items()) + "; exchanging equal "
        "letters changes nothing.",
        f"Dividing by the product of the factorials of these numbers, {divisor}, gives {factorial(n) // divisor}.",
    )


LETTERS = Problem(
    "mathematics-word-arrangements",
    ("Permutation with repeated objects", "Factorial"),
    (
        "How many different arrangements do the letters of the word {word} have?",
        "The letters of {word} are written in all possible orders. How many different strings result?",
    ),
    lambda r: {"word": r.choice(_WORDS)},
    _letters,
)


def _table(p: Params) -> Solution:
    (n,) = ints(p, "n")
    a, b = str(p["a"]), str(p["b"])
    every, together = factorial(n - 1), 2 * factorial(n - 2)

    def tell(x: int, y: int) -> str:
        return f"{x} seatings, {y} of them with {a} and {b} apart"

    return solved(
        tell(every, every - together),
        (
            tell(factorial(n), factorial(n) - 2 * factorial(n - 1)),
            tell(every, every - factorial(n - 2)),
            tell(every, together),
        ),
        f"Rotations do not matter, so one person is fixed and the others are arranged in ${n - 1}! = {every}$ ways.",
        f"If {a} and {b} sit side by side, they form one block, which can be turned round: $2 \\cdot {n - 2}! = "
        f"{together}$.",
        f"Apart they sit in ${every} - {together} = {every - together}$ seatings.",
    )


_PEOPLE = ("Ada", "Ben", "Cleo", "Dan", "Eva", "Finn")

TABLE = Problem(
    "mathematics-round-table",
    ("Circular permutation", "Arrangement with restrictions"),
    (
        (
            "In how many ways can {n} people, among them {a} and {b}, sit around a round table (rotations count as "
            "the same), and in how many of them do {a} and {b} not sit next to each other?"
        ),
        (
            "Seatings of {n} people at a round table that differ by a rotation are regarded as equal. How many are "
            "there, and in how many are {a} and {b}, who belong to the group, not neighbours?"
        ),
    ),
    lambda r: {"n": r.randint(5, 9)} | dict(zip("ab", r.sample(_PEOPLE, 2), strict=True)),
    _table,
)

PROBLEMS: tuple[Problem, ...] = (MENU, CODE, SIEVE, PIGEON, PODIUM, LETTERS, TABLE)
