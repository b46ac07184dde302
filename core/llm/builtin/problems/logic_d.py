"""Logic problems on variables, nested quantifiers, syllogisms, diagrams and sets."""

from __future__ import annotations

from itertools import product
from random import Random

from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._mathematics_tools import ints, listing, solved, values

Pairs = set[tuple[int, int]]


def _pairs(p: Params) -> Pairs:
    return {(int(part[1]), int(part[3])) for part in str(p["pairs"]).split(", ")}


def _written(pairs: Pairs) -> str:
    return ", ".join(f"({a},{b})" for a, b in sorted(pairs))


def _free(p: Params) -> Solution:
    a, b, c, d, e = (str(p[name]) for name in "abcde")
    free = {e}
    if b != a:
        free.add(b)
    if d not in {a, c}:
        free.add(d)

    def tell(names: set[str]) -> str:
        return f"free: {', '.join(sorted(names))}" if names else "no free variable"

    return solved(
        tell(free),
        (tell(free - {e}), tell({a, b, c, d, e}), tell({b, d, e} - {a, c})),
        f"The quantifier ∀{a} binds {a} in the whole bracket, the quantifier ∃{c} binds {c} in Q({c}, {d}) only.",
        f"The last part R({e}) lies outside the scope of both quantifiers, so its variable {e} is free, even if the "
        "same letter is bound elsewhere.",
        f"Together the free variables are {', '.join(sorted(free))}.",
    )


def _draw_free(r: Random) -> Params:
    a = r.choice("xyzu")
    return {"a": a, "c": r.choice([v for v in "xyzu" if v != a])} | {name: r.choice("xyzu") for name in "bde"}


FREE = Problem(
    "logic-free-variables",
    ("Free and bound variables",),
    (
        "Which variables have a free occurrence in ∀{a} (P({a}, {b}) → ∃{c} Q({c}, {d})) ∧ R({e})?",
        "Name all variables that occur free somewhere in the formula ∀{a} (P({a}, {b}) → ∃{c} Q({c}, {d})) ∧ R({e}).",
    ),
    _draw_free,
    _free,
)


def _draw_nested(r: Random) -> Params:
    pairs = {(a, b) for a, b in product((1, 2, 3), repeat=2) if r.random() < 0.3}
    if r.random() < 0.7:
        pairs |= {(a, r.randint(1, 3)) for a in (1, 2, 3)}
    if r.random() < 0.3:
        pairs |= {(a, 2) for a in (1, 2, 3)}
    return {"pairs": _written(pairs | {(1, 2)})}


def _nested(p: Params) -> Solution:
    pairs = _pairs(p)
    domain = (1, 2, 3)
    out = {a: sorted(b for b in domain if (a, b) in pairs) for a in domain}
    first = all(out.values())
    common = [b for b in domain if all((a, b) in pairs for a in domain)]
    word = {True: "true", False: "false"}

    def tell(x: bool, y: bool) -> str:
        return f"first {word[x]}, second {word[y]}"

    second = bool(common)
    lonely = [a for a in domain if not out[a]]
    return solved(
        tell(first, second),
        (tell(not first, second), tell(first, not second), tell(not first, not second)),
        "The first statement allows a different y for every x, the second demands one y for all x.",
        f"No pair starts with {lonely[0]}, so the first statement is false."
        if lonely
        else "Partners of 1, 2 and 3 are, "
        f"for example, {out[1][0]}, {out[2][0]} and {out[3][0]}, so the first statement is true.",
        f"All three elements are related to {common[0]}, so the second is true."
        if common
        else "No element stands second in a pair with each of 1, 2 and 3, so the second is false.",
    )


NESTED = Problem(
    "logic-nested-quantifiers",
    ("Nested quantifiers", "Binary predicate", "Finite interpretation"),
    (
        (
            "On the domain 1, 2, 3 the predicate R holds exactly for the pairs {pairs}. Are the statements ∀x ∃y "
            "R(x, y) and ∃y ∀x R(x, y) true or false?"
        ),
        (
            "Let the domain be 1, 2, 3 and let R be the set of the pairs {pairs}. Determine the truth value of the "
            "first statement ∀x ∃y R(x, y) and of the second statement ∃y ∀x R(x, y)."
        ),
    ),
    _draw_nested,
    _nested,
)
_KINDS = {"A": "all {s} are {p}", "E": "no {s} are {p}", "I": "some {s} are {p}", "O": "some {s} are not {p}"}
_TERMS = ("poets", "dreamers", "sailors", "singers", "farmers", "painters", "runners", "chemists")


def _holds(kind: str, s: int, p: int, regions: tuple[tuple[int, ...], ...]) -> bool:
    """Whether a statement of this kind holds for terms number s and p if exactly `regions` are not empty."""
    both, rest = any(x[s] and x[p] for x in regions), any(x[s] and not x[p] for x in regions)
    return {"A": not rest, "E": not both, "I": both, "O": rest}[kind]


def _follows(mood: str, figure: int) -> bool:
    """Whether the syllogism is valid when terms may be empty; the terms 0, 1, 2 are subject, predicate, middle."""
    every = list(product((0, 1), repeat=3))
    major = (2, 1) if figure in {1, 3} else (1, 2)
    minor = (0, 2) if figure in {1, 2} else (2, 0)
    for choice in product((False, True), repeat=8):
        regions = tuple(region for region, used in zip(every, choice, strict=True) if used)
        premises = _holds(mood[0], *major, regions) and _holds(mood[1], *minor, regions)
        if premises and not _holds(mood[2], 0, 1, regions):
            return False
    return True


def _draw_syllogism(r: Random) -> Params:
    mood = r.choice(("AAA", "EAE", "AII", "EIO", "AEE", "AOO", "IAI", "OAO", "AAI", "IEO", "EAO"))
    figure = r.randint(1, 4)
    s, p, m = r.sample(_TERMS, 3)
    major = (m, p) if figure in {1, 3} else (p, m)
    minor = (s, m) if figure in {1, 2} else (m, s)
    parts = [_KINDS[k].format(s=a, p=b) for k, (a, b) in zip(mood, (major, minor, (s, p)), strict=True)]
    return dict(zip(("major", "minor", "end"), parts, strict=True))


def _read(sentence: str) -> tuple[str, str, str]:
    words = sentence.split()
    kind = "O" if "not" in words else {"all": "A", "no": "E", "some": "I"}[words[0]]
    return kind, words[1], words[-1]


def _syllogism(p: Params) -> Solution:
    (k1, a, b), (k2, c, d), (k3, s, _) = (_read(str(p[name])) for name in ("major", "minor", "end"))
    middle = a if a in {c, d} else b
    figure = {(True, False): 1, (False, False): 2, (True, True): 3, (False, True): 4}[a == middle, c == middle]
    mood = k1 + k2 + k3
    valid = _follows(mood, figure)

    def tell(number: int, good: bool) -> str:
        return f"mood {mood}, figure {number}, {'valid' if good else 'not valid'}"

    return solved(
        tell(figure, valid),
        (tell(figure, not valid), tell(figure % 4 + 1, valid)),
        f"The letters A (all), E (no), I (some), O (some not) give the mood {mood}.",
        f"The middle term {middle} is {'subject' if a == middle else 'predicate'} of the first and "
        f"{'subject' if c == middle else 'predicate'} of the second premise, which is figure {figure}.",
        f"Marking the premises in a Venn diagram of {s}, {middle} and the third term, the conclusion "
        f"{'can be read off in every case' if valid else 'is not forced'}.",
    )


SYLLOGISM = Problem(
    "logic-syllogism",
    ("Categorical syllogism", "Mood and figure", "Venn diagram"),
    (
        (
            "Determine mood and figure of the syllogism with the premises: {major}; {minor}; and the conclusion: "
            "{end}. Is it valid if terms may be empty?"
        ),
        (
            "Consider the syllogism: {major}; {minor}; therefore {end}. Give its mood and figure and decide with a "
            "Venn diagram, without assuming that the terms are non-empty, whether it is valid."
        ),
    ),
    _draw_syllogism,
    _syllogism,
)


def _venn(p: Params) -> Solution:
    n, a, b, c, ab, ac, bc, abc = ints(p, "n a b c ab ac bc abc")
    union = a + b + c - ab - ac - bc + abc
    return solved(
        f"{n - union}",
        (f"{n - (a + b + c - ab - ac - bc)}", f"{union}", f"{n - (a + b + c - ab - ac - bc - abc)}"),
        "In the Venn diagram the pairwise overlaps are counted twice in the sum of the three sets, and the middle "
        "region is removed once too often when they are subtracted.",
        f"At least one language: ${a} + {b} + {c} - {ab} - {ac} - {bc} + {abc} = {union}$.",
        f"None of them: ${n} - {union} = {n - union}$.",
    )


def _draw_venn(r: Random) -> Params:
    abc = r.randint(2, 5)
    xy, xz, yz = (r.randint(1, 8) for _ in range(3))
    x, y, z = (r.randint(8, 25) for _ in range(3))
    a, b, c = x + xy + xz + abc, y + xy + yz + abc, z + xz + yz + abc
    rest = r.randint(3, 15)
    whole = x + y + z + xy + xz + yz + abc + rest
    return {"n": whole, "a": a, "b": b, "c": c, "ab": xy + abc, "ac": xz + abc, "bc": yz + abc, "abc": abc}


VENN = Problem(
    "logic-venn-diagram-count",
    ("Venn diagram", "Set operations"),
    (
        (
            "Of {n} students, {a} speak French, {b} Spanish and {c} Italian; {ab} speak French and Spanish, {ac} "
            "French and Italian, {bc} Spanish and Italian, and {abc} all of them. Use a Venn diagram: how many speak "
            "none of these languages?"
        ),
        (
            "A group of {n} students is asked about languages. French: {a}; Spanish: {b}; Italian: {c}; French and "
            "Spanish: {ab}; French and Italian: {ac}; Spanish and Italian: {bc}; all of these: {abc}. How many "
            "students lie outside all circles of the Venn diagram?"
        ),
    ),
    _draw_venn,
    _venn,
)


def _set(items: set[int]) -> str:
    return "{" + listing(sorted(items)) + "}" if items else "the empty set"


def _sets(p: Params) -> Solution:
    a, b, c = set(values(p, "a")), set(values(p, "b")), set(values(p, "c"))
    return solved(
        _set((a | b) - c),
        (_set(a | (b - c)), _set((a & b) - c), _set((a | b) & c)),
        f"The union A ∪ B contains everything that is in at least one of the two: {_set(a | b)}.",
        f"Removing the elements of C = {_set(c)} leaves {_set((a | b) - c)}.",
    )


def _draw_sets(r: Random) -> Params:
    while True:
        a, b, c = (set(r.sample(range(1, 13), 5)) for _ in range(3))
        if (a & c) - b and (a & b) - c and (a | b) - c != a | (b - c):
            return {name: listing(sorted(s)) for name, s in zip("abc", (a, b, c), strict=True)}


SETS = Problem(
    "logic-set-operations",
    ("Set operations",),
    (
        "Let A = {{{a}}}, B = {{{b}}} and C = {{{c}}}. Determine (A ∪ B) ∖ C.",
        "Which elements has (A ∪ B) ∖ C if A = {{{a}}}, B = {{{b}}}, C = {{{c}}}?",
    ),
    _draw_sets,
    _sets,
)


def _power(p: Params) -> Solution:
    m, n = ints(p, "m n")
    return solved(
        f"product {m * n}, power set 2^{m * n}",
        (
            f"product {m + n}, power set 2^{m + n}",
            f"product {m * n}, power set {m * n}^2",
        ),
        f"An ordered pair combines each of the {m} elements of A with each of the {n} of B: ${m} \\cdot {n} = "
        f"{m * n}$.",
        "For a subset one decides for every element whether it belongs to it, so a set with $k$ elements has $2^k$ "
        "subsets.",
        f"Hence the power set has $2^{{{m * n}}}$ elements.",
    )


POWER = Problem(
    "logic-power-set",
    ("Power set", "Cartesian product"),
    (
        (
            "The set A has {m} elements and B has {n}. How many elements have the Cartesian product A × B and its "
            "power set?"
        ),
        (
            "Let |A| = {m} and |B| = {n}. Find the number of ordered pairs in A × B and, as a power, the number of "
            "subsets of A × B."
        ),
    ),
    lambda r: {"m": r.randint(2, 7), "n": r.randint(2, 5)},
    _power,
)

PROBLEMS: tuple[Problem, ...] = (FREE, NESTED, SYLLOGISM, VENN, SETS, POWER)
