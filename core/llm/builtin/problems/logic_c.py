"""Logic problems on proof procedures and quantifiers."""

from __future__ import annotations

import re
from itertools import product
from random import Random

from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._logic_tools import Formula, negated, parse
from core.llm.builtin.problems._mathematics_tools import listing, solved, values

_RULES = (
    "modus ponens",
    "modus tollens",
    "conjunction introduction",
    "conjunction elimination",
    "disjunction introduction",
    "disjunctive syllogism",
)


def _uses(line: Formula, known: list[Formula]) -> str:
    """The rule that leads from known lines to `line`."""
    for one in known:
        if one.sign == "∧" and line in one.parts:
            return "conjunction elimination"
        for two in known:
            if one == Formula("→", (two, line)):
                return "modus ponens"
            if line.sign == "¬" and one.sign == "→" and one.parts[0] == line.parts[0] and two == negated(one.parts[1]):
                return "modus tollens"
            if one.sign == "∨" and one.parts[1] == line and two == negated(one.parts[0]):
                return "disjunctive syllogism"
    if line.sign == "∧" and set(line.parts) <= set(known):
        return "conjunction introduction"
    if line.sign == "∨" and set(line.parts) & set(known):
        return "disjunction introduction"
    raise ValueError(f"no rule gives {line}")


def _draw_deduction(r: Random) -> Params:
    a, b, c, d, e = (Formula(name) for name in r.sample("pqrstu", 5))
    first, second, one = r.choice(
        (
            (Formula("→", (a, b)), a, b),
            (Formula("→", (a, b)), negated(b), negated(a)),
            (Formula("∨", (a, b)), negated(a), b),
        )
    )
    both, pair = Formula("∧", (c, d)), Formula("∧", (one, c))
    third, two, three = r.choice(
        (
            (Formula("→", (one, both)), both, c),
            (Formula("→", (one, both)), both, d),
            (c, pair, Formula("∨", (pair, e))),
            (Formula("→", (one, c)), c, Formula("∨", (c, d))),
            (Formula("→", (one, c)), c, pair),
        )
    )
    lines = {"one": str(one), "two": str(two), "three": str(three)}
    return {"premises": ", ".join(map(str, (first, second, third)))} | lines


def _deduction(p: Params) -> Solution:
    known = [parse(part) for part in str(p["premises"]).split(", ")]
    rules = []
    for name in ("one", "two", "three"):
        line = parse(str(p[name]))
        rules.append(_uses(line, known))
        known.append(line)
    shifted = [_RULES[(_RULES.index(rule) + 1) % len(_RULES)] for rule in rules]
    return solved(
        ", ".join(rules),
        (", ".join(reversed(rules)), ", ".join([rules[0], *shifted[1:]]), ", ".join(shifted)),
        "For every line one looks for the earlier lines from which a rule leads to it.",
        f"The line {p['one']} follows from the first two premises by {rules[0]}.",
        f"The line {p['two']} is obtained by {rules[1]}, the line {p['three']} by {rules[2]}.",
    )


DEDUCTION = Problem(
    "logic-natural-deduction",
    ("Natural deduction", "Modus ponens and modus tollens"),
    (
        (
            "A derivation from the premises {premises} continues with the lines {one}, then {two}, then {three}. "
            "Name the rule that justifies each of the three lines (modus ponens, modus tollens, introduction or "
            "elimination of a conjunction, disjunction introduction, disjunctive syllogism)."
        ),
        (
            "Premises: {premises}. Derived lines in order: first {one}, second {two}, third {three}. Which of the "
            "rules modus ponens, modus tollens, conjunction introduction, conjunction elimination, disjunction "
            "introduction and disjunctive syllogism is used for each derived line?"
        ),
    ),
    _draw_deduction,
    _deduction,
)


def _clause(literals: list[str]) -> str:
    return "{" + ", ".join(sorted(literals, key=lambda x: (x[-1], len(x)))) + "}"


def _other(literal: str) -> str:
    return literal[1:] if literal[0] == "¬" else f"¬{literal}"


def _draw_resolution(r: Random) -> Params:
    a, b, c, d = r.sample("pqrstu", 4)
    sign = [r.choice(("", "¬")) for _ in range(3)]
    left, right = [a, sign[0] + b, sign[1] + c], [f"¬{a}", sign[1] + c, sign[2] + d]
    r.shuffle(left)
    return {"left": ", ".join(left), "right": ", ".join(right[: r.randint(2, 3)][::-1])}


def _resolution(p: Params) -> Solution:
    left, right = str(p["left"]).split(", "), str(p["right"]).split(", ")
    pivot = next(x for x in left if _other(x) in right)
    kept = sorted({*left, *right} - {pivot, _other(pivot)})
    return solved(
        _clause(kept),
        (_clause(list({*left, *right})), _clause([_other(x) for x in kept]), _clause([*kept, pivot])),
        f"The clauses contain the complementary literals {pivot} and {_other(pivot)}.",
        "Resolution removes this pair and joins what is left of both clauses; equal literals are written once.",
        f"This gives {_clause(kept)}, which is true whenever both clauses are true.",
    )


RESOLUTION = Problem(
    "logic-resolution",
    ("Resolution",),
    (
        "Give the resolvent of the clauses {{{left}}} and {{{right}}}.",
        "A resolution step is applied to the clause {{{left}}} and the clause {{{right}}}. Which clause results?",
    ),
    _draw_resolution,
    _resolution,
)


def _draw_tableau(r: Random) -> Params:
    while True:
        pairs = [[r.choice(("", "¬")) + v for v in r.sample("pqr", 2)] for _ in range(3)]
        p = {name: " ∨ ".join(pair) for name, pair in zip("abc", pairs, strict=True)}
        if len(set(p.values())) == 3 and 0 < len(_open(pairs)) < 8:
            return dict(p)


def _open(pairs: list[list[str]]) -> list[tuple[str, ...]]:
    return [way for way in product(*pairs) if not any(_other(x) in way for x in way)]


def _tableau(p: Params) -> Solution:
    pairs = [str(p[name]).split(" ∨ ") for name in "abc"]
    ways = _open(pairs)
    n = len(ways)
    verdict = "satisfiable" if n else "not satisfiable"
    return solved(
        f"{n} open branches, {verdict}",
        (f"{8 - n} open branches, {verdict}", "8 open branches, satisfiable", "0 open branches, not satisfiable"),
        "Every disjunction splits a branch in two, so a branch is a choice of one literal from each formula.",
        "A branch is closed if it contains a variable together with its negation.",
        "Open branches have the literals " + "; ".join(", ".join(way) for way in ways) + ". Each of them describes a "
        "valuation that makes all three formulas true.",
    )


TABLEAU = Problem(
    "logic-semantic-tableau",
    ("Semantic tableau", "Satisfiability"),
    (
        (
            "Draw a complete semantic tableau for the set of the formulas {a}; {b}; {c}, expanding every disjunction "
            "on every branch. How many of the eight branches stay open, and is the set satisfiable?"
        ),
        (
            "In a tableau for {a}; {b}; {c} all three disjunctions are expanded on all branches, which gives eight. "
            "Count the open branches and decide whether the three formulas can be true together."
        ),
    ),
    _draw_tableau,
    _tableau,
)


def _draw_domain(r: Random) -> Params:
    size = r.randint(6, 8)
    first, second = r.sample(range(1, size + 1), r.randint(2, 4)), r.sample(range(1, size + 1), r.randint(3, 5))
    if r.random() < 0.4:
        first = r.sample(second, 2)
    return {"n": size, "f": listing(sorted(first)), "g": listing(sorted(second))}


def _domain(p: Params) -> Solution:
    f, g = set(values(p, "f")), set(values(p, "g"))
    every, some = f <= g, bool(f - g)
    word = {True: "true", False: "false"}
    both = bool(f & g)

    def tell(x: bool, y: bool, z: bool) -> str:
        return f"(1) {word[x]}, (2) {word[y]}, (3) {word[z]}"

    return solved(
        tell(every, some, both),
        (tell(not every, some, both), tell(every, not some, both), tell(not every, not some, both)),
        "(1) says that every element with F also has G; elements without F do not matter. "
        + (f"An exception is {min(f - g)}." if f - g else "There is no exception."),
        "(2) says that some element has F but not G, which is exactly the negation of (1).",
        "(3) asks for a common element: " + (f"{min(f & g)} is one." if both else "there is none."),
    )


DOMAIN = Problem(
    "logic-quantifiers-on-a-domain",
    ("Universal quantifier", "Existential quantifier", "Finite interpretation"),
    (
        (
            "The domain consists of the numbers from one to {n}; F holds of {f} and G of {g}, of nothing else. Which "
            "of these are true: (1) ∀x (F(x) → G(x)), (2) ∃x (F(x) ∧ ¬G(x)), (3) ∃x (F(x) ∧ G(x))?"
        ),
        (
            "Interpret F by the set of {f} and G by the set of {g} in the domain of all whole numbers from one up to "
            "{n}. Give the truth values of (1) ∀x (F(x) → G(x)), (2) ∃x (F(x) ∧ ¬G(x)) and (3) ∃x (F(x) ∧ G(x))."
        ),
    ),
    _draw_domain,
    _domain,
)
_OPPOSITE = {"<": "≥", "≥": "<", ">": "≤", "≤": ">", "=": "≠", "≠": "="}
_STATEMENT = re.compile("((?:[∀∃][xyz] )*[∀∃][xyz]) ([^<>≤≥=≠]*) ([<>≤≥=≠]) (.*)")
_FLIP = str.maketrans("∀∃", "∃∀")


def _negation(p: Params) -> Solution:
    found = _STATEMENT.fullmatch(str(p["statement"]))
    if found is None:
        raise ValueError(f"not a quantified comparison: {p['statement']}")
    prefix, left, sign, right = found.groups()
    flipped = prefix.translate(_FLIP)
    return solved(
        f"{flipped} {left} {_OPPOSITE[sign]} {right}",
        (
            f"{prefix} {left} {_OPPOSITE[sign]} {right}",
            f"{flipped} {left} {sign} {right}",
            f"{flipped} {left} {'>' if sign == '<' else '<'} {right}",
        ),
        "A negation moves past a quantifier by changing it: ¬∀ becomes ∃¬ and ¬∃ becomes ∀¬. The order of the "
        "variables stays.",
        f"The prefix {prefix} therefore becomes {flipped}.",
        f"The negation of {left} {sign} {right} is {left} {_OPPOSITE[sign]} {right}.",
    )


def _draw_negation(r: Random) -> Params:
    prefix = " ".join(r.choice("∀∃") + v for v in "xyz"[: r.randint(2, 3)])
    last = "z" if "z" in prefix else "y"
    left = r.choice((f"x + {last}", f"x · {last}", f"x - {last}"))
    return {"statement": f"{prefix} {left} {r.choice('<>≤≥=≠')} {r.choice(('y + 1', '3 - x'))}"}


NEGATION = Problem(
    "logic-negated-quantifiers",
    ("Negation of a quantified statement", "Universal quantifier", "Existential quantifier"),
    (
        (
            "Negate the statement {statement} about real numbers and write the result without a "
            "negation sign in front of a quantifier or a relation."
        ),
        (
            "What is the negation of {statement} (real numbers), written with quantifiers in "
            "front and a single relation sign?"
        ),
    ),
    _draw_negation,
    _negation,
)


PROBLEMS: tuple[Problem, ...] = (DEDUCTION, RESOLUTION, TABLEAU, DOMAIN, NEGATION)
