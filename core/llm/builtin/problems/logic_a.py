"""Logic problems on connectives, truth tables, equivalence and normal forms."""

from __future__ import annotations

from random import Random

from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._logic_tools import Formula, cases, marks, negated, parse, random_formula
from core.llm.builtin.problems._mathematics_tools import ints, solved

_WORD = {True: "true", False: "false"}


def _draw_value(r: Random) -> Params:
    while True:
        first, second = random_formula(r, "pqr", 2), random_formula(r, "pqr", 3)
        if len(first.variables()) > 1 and len(second.variables()) == 3:
            break
    case = {name: r.choice(("true", "false")) for name in "pqr"}
    return {"first": str(first), "second": str(second), **case}


def _explained(formula: Formula, case: dict[str, bool]) -> str:
    """The values of the immediate parts and of the formula itself."""
    if not formula.parts:
        return f"{formula} is {_WORD[formula.value(case)]}"
    inner = " and ".join(f"{part} is {_WORD[part.value(case)]}" for part in dict.fromkeys(formula.parts))
    return f"{inner}, so {formula} is {_WORD[formula.value(case)]}"


def _value(p: Params) -> Solution:
    first, second = parse(str(p["first"])), parse(str(p["second"]))
    case = {name: p[name] == "true" for name in "pqr"}
    a, b = first.value(case), second.value(case)

    def tell(x: bool, y: bool) -> str:
        return f"first {_WORD[x]}, second {_WORD[y]}"

    return solved(
        tell(a, b),
        (tell(not a, b), tell(a, not b)),
        "A conjunction needs both parts true, a disjunction at least one, and a conditional is false only if its "
        "antecedent is true and its consequent false.",
        f"First formula: {_explained(first, case)}.",
        f"Second formula: {_explained(second, case)}.",
    )


VALUE = Problem(
    "logic-truth-value",
    ("Logical connective",),
    (
        "Let p be {p}, q be {q} and r be {r}. Which truth values have the formulas {first} and {second}?",
        (
            "Determine the truth value of the first formula {first} and of the second formula {second} under the "
            "valuation in which p is {p}, q is {q} and r is {r}."
        ),
    ),
    _draw_value,
    _value,
)


def _condition(p: Params) -> Solution:
    a, b = ints(p, "a b")
    enough, needed = a % b == 0, b % a == 0
    names = {
        (True, True): "necessary and sufficient",
        (True, False): "sufficient but not necessary",
        (False, True): "necessary but not sufficient",
        (False, False): "neither necessary nor sufficient",
    }
    return solved(
        names[enough, needed],
        (names[needed, enough], names[True, True], names[False, False]),
        f"The condition is sufficient if every multiple of {a} is a multiple of {b}. The number {a} itself is "
        f"{'' if enough else 'not '}a multiple of {b}, so it is {'' if enough else 'not '}sufficient.",
        f"It is necessary if every multiple of {b} is a multiple of {a}. The number {b} is "
        f"{'' if needed else 'not '}a multiple of {a}, so it is {'' if needed else 'not '}necessary.",
    )


def _draw_condition(r: Random) -> Params:
    a, b = r.randint(2, 9), r.randint(2, 9)
    kind = r.randint(0, 2)
    return {"a": a * (b if kind == 0 else 1), "b": b * (a if kind == 1 else 1)}


CONDITION = Problem(
    "logic-necessary-sufficient",
    ("Necessary and sufficient condition", "Conditional statement"),
    (
        (
            "For a whole number n, is divisibility by {a} a necessary condition, a sufficient condition, both or "
            "neither for divisibility by {b}?"
        ),
        (
            "Consider the conditions that n is divisible by {a} and that n is divisible by {b} (n a whole number). "
            "Is the former necessary for the latter, sufficient for it, both or neither?"
        ),
    ),
    _draw_condition,
    _condition,
)


def _kind(count: int, rows: int) -> str:
    return "tautology" if count == rows else "contradiction" if count == 0 else "contingent"


def _table(p: Params) -> Solution:
    formula = parse(str(p["formula"]))
    table = cases(formula.variables())
    true = [marks(case) for case in table if formula.value(case)]
    n, rows = len(true), len(table)

    def tell(count: int) -> str:
        return f"true in {count} of {rows} rows, {_kind(count, rows)}"

    return solved(
        tell(n),
        (tell(rows - n), tell(n - 1 if n else 1)),
        f"With the variables {', '.join(formula.variables())} the table has {rows} rows.",
        f"The rows in which the formula is true are {', '.join(true)}." if true else "No row makes the formula true.",
        "A formula that is true in every row is a tautology, one that is true in no row a contradiction; otherwise "
        "it is contingent.",
    )


def _draw_table(r: Random) -> Params:
    while True:
        formula = random_formula(r, "pqr", 3, "∧∨→↔")
        n, rows = sum(map(formula.value, cases(formula.variables()))), 2 ** len(formula.variables())
        if rows > 2 and (n in {0, rows} or r.random() < 0.2):
            return {"formula": str(formula)}


TABLE = Problem(
    "logic-truth-table",
    ("Truth table", "Tautology", "Contradiction"),
    (
        (
            "Set up the truth table of {formula}. In how many rows is it true, and is it a tautology, a "
            "contradiction or contingent?"
        ),
        (
            "How many of the rows of its truth table make the formula {formula} true? Classify it as a tautology, a "
            "contradiction or a contingent formula."
        ),
    ),
    _draw_table,
    _table,
)


def _equal(p: Params) -> Solution:
    left, right = parse(str(p["left"])), parse(str(p["right"]))
    table = cases(["p", "q", "r"])
    apart = [marks(case) for case in table if left.value(case) != right.value(case)]

    def tell(rows: list[str]) -> str:
        return f"not equivalent, they differ in {', '.join(rows)}" if rows else "equivalent"

    others = [marks(case) for case in table if marks(case) not in apart]
    return solved(
        tell(apart),
        (tell(others), tell(apart[1:]), tell(["TTT"])),
        "Two formulas are equivalent if their columns in a common truth table agree in all eight rows.",
        f"The column of {left} is {''.join('T' if left.value(c) else 'F' for c in table)}, that of {right} is "
        f"{''.join('T' if right.value(c) else 'F' for c in table)} (rows from TTT to FFF in the order p, q, r).",
        "Comparing them row by row shows " + (f"differences in {', '.join(apart)}." if apart else "no difference."),
    )


def _draw_equal(r: Random) -> Params:
    a, b, c = (Formula(name) for name in r.sample("pqr", 3))

    def join(sign: str, left: Formula, right: Formula) -> Formula:
        return Formula(sign, (left, right))

    pool = (
        (join("→", join("∧", a, b), c), join("→", a, join("→", b, c))),
        (join("→", a, join("∧", b, c)), join("∧", join("→", a, b), join("→", a, c))),
        (join("→", join("∨", a, b), c), join("∧", join("→", a, c), join("→", b, c))),
        (join("→", join("→", a, b), c), join("→", a, join("→", b, c))),
        (join("∧", a, join("∨", b, c)), join("∨", join("∧", a, b), c)),
        (join("→", a, join("∨", b, c)), join("→", join("∧", a, negated(b)), c)),
        (join("∨", a, join("→", b, c)), join("→", b, join("∨", a, c))),
    )
    left, right = r.choice(pool)
    return {"left": str(left), "right": str(right)}


EQUAL = Problem(
    "logic-equivalence",
    ("Equivalent formulas", "Truth table"),
    (
        (
            "Are {left} and {right} logically equivalent? If not, list all valuations (values of p, q, r as T or F, "
            "from TTT to FFF) in which they differ."
        ),
        (
            "Compare the truth tables of {left} and {right}: state whether the formulas are equivalent, and "
            "otherwise the rows in which they differ, written as values of p, q, r with T and F and ordered from TTT "
            "to FFF."
        ),
    ),
    _draw_equal,
    _equal,
)


def _inward(formula: Formula, deny: bool = False) -> Formula:
    """Negation normal form of a formula with ¬, ∧ and ∨, of its negation if `deny`."""
    if not formula.parts:
        return negated(formula) if deny else formula
    if formula.sign == "¬":
        return _inward(formula.parts[0], not deny)
    sign = {"∧": "∨", "∨": "∧"}[formula.sign] if deny else formula.sign
    return Formula(sign, (_inward(formula.parts[0], deny), _inward(formula.parts[1], deny)))


def _keep_signs(formula: Formula) -> Formula:
    """The typical mistake: negating the variables but keeping the connectives."""
    if len(formula.parts) < 2:
        return formula.parts[0] if formula.parts else negated(formula)
    return Formula(formula.sign, (_keep_signs(formula.parts[0]), _keep_signs(formula.parts[1])))


def _draw_morgan(r: Random) -> Params:
    a, b, c = (Formula(name) if r.random() < 0.5 else negated(Formula(name)) for name in r.sample("pqrs", 3))
    outer, inner = r.choice(("∧∨", "∨∧"))
    pair = (Formula(inner, (a, b)), c) if r.random() < 0.5 else (c, Formula(inner, (a, b)))
    return {"formula": str(negated(Formula(outer, pair)))}


def _morgan(p: Params) -> Solution:
    formula = parse(str(p["formula"]))
    inner = formula.parts[0]
    return solved(
        str(_inward(formula)),
        (str(_keep_signs(inner)), str(inner)),
        "De Morgan: a negated conjunction is the disjunction of the negations, and a negated disjunction the "
        "conjunction of the negations.",
        f"The outer step turns ¬({inner}) into "
        f"{Formula({'∧': '∨', '∨': '∧'}[inner.sign], tuple(map(negated, inner.parts)))}.",
        f"Applying the law to the inner bracket and removing double negations gives {_inward(formula)}.",
    )


MORGAN = Problem(
    "logic-de-morgan",
    ("De Morgan's laws", "Equivalent formulas"),
    (
        (
            "Rewrite {formula} with De Morgan's laws so that negation signs stand directly before variables only, "
            "without double negations and without changing the order of the variables."
        ),
        (
            "Push all negations in {formula} inward by De Morgan's laws until they stand before single variables; "
            "drop double negations and keep the order of the variables."
        ),
    ),
    _draw_morgan,
    _morgan,
)

PROBLEMS: tuple[Problem, ...] = (VALUE, CONDITION, TABLE, EQUAL, MORGAN)
