"""Logic problems on converse and contrapositive, normal forms, validity and named argument patterns."""

from __future__ import annotations

from random import Random

from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._logic_tools import Formula, cases, marks, negated, parse, random_formula
from core.llm.builtin.problems._mathematics_tools import solved

# statement and its negation
_NUMBERS = {
    "n is even": "n is odd",
    "n is divisible by three": "n is not divisible by three",
    "n is a square": "n is not a square",
    "n is greater than ten": "n is at most ten",
    "n is prime": "n is not prime",
    "n is negative": "n is not negative",
}
_SCENES = {
    "it rains": "it does not rain",
    "the street is wet": "the street is not wet",
    "the alarm rings": "the alarm does not ring",
    "the door is open": "the door is not open",
    "Ida is at home": "Ida is not at home",
    "the lamp is on": "the lamp is not on",
}


def _turn(p: Params) -> Solution:
    a, b = str(p["a"]), str(p["b"])
    na, nb = _NUMBERS[a], _NUMBERS[b]

    def tell(first: str, second: str) -> str:
        return f"converse: if {first}; contrapositive: if {second}"

    converse, contra, inverse = f"{b}, then {a}", f"{nb}, then {na}", f"{na}, then {nb}"
    return solved(
        tell(converse, contra),
        (tell(contra, converse), tell(converse, inverse), tell(inverse, contra)),
        "The converse exchanges the two parts of a conditional and is in general not equivalent to it.",
        "The contrapositive exchanges and negates both parts; it is equivalent to the original statement.",
        f'The negation of "{a}" is "{na}", that of "{b}" is "{nb}".',
    )


TURN = Problem(
    "logic-converse-contrapositive",
    ("Converse and contrapositive", "Conditional statement"),
    (
        "State the converse and the contrapositive of this conditional about an integer n: if {a}, then {b}.",
        "Consider the statement on an integer n that if {a}, then {b}. Write down its converse and its contrapositive.",
    ),
    lambda r: dict(zip("ab", r.sample(list(_NUMBERS), 2), strict=True)),
    _turn,
)


def _rows(p: Params) -> list[str]:
    return str(p["rows"]).split(", ")


def _term(row: str, sign: str, flip: bool) -> str:
    return (
        "(" + f" {sign} ".join(("" if (m == "T") != flip else "¬") + v for m, v in zip(row, "pqr", strict=True)) + ")"
    )


def _disjunctive(p: Params) -> Solution:
    rows = _rows(p)
    terms = [_term(row, "∧", False) for row in rows]
    return solved(
        " ∨ ".join(terms),
        (" ∧ ".join(_term(row, "∨", False) for row in rows), " ∨ ".join(_term(row, "∧", True) for row in rows)),
        "Every row in which the formula is true gives one conjunction that is true in exactly this row.",
        f"For example the row {rows[0]} gives {terms[0]}: a variable stands plain if it is true there and negated if "
        "it is false.",
        "The disjunction of these conjunctions has the given table.",
    )


def _conjunctive(p: Params) -> Solution:
    rows = _rows(p)
    clauses = [_term(row, "∨", True) for row in rows]
    return solved(
        " ∧ ".join(clauses),
        (" ∧ ".join(_term(row, "∨", False) for row in rows), " ∨ ".join(_term(row, "∧", False) for row in rows)),
        "Every row in which the formula is false gives one disjunction that is false in exactly this row.",
        f"For example the row {rows[0]} gives {clauses[0]}: a variable stands plain if it is false there and negated "
        "if it is true.",
        "The conjunction of these disjunctions has the given table.",
    )


def _draw_rows(r: Random) -> Params:
    every = [marks(case) for case in cases(["p", "q", "r"])]
    chosen = set(r.sample(every, r.randint(2, 3)))
    return {"rows": ", ".join(row for row in every if row in chosen)}


DISJUNCTIVE = Problem(
    "logic-disjunctive-normal-form",
    ("Disjunctive normal form", "Truth table"),
    (
        (
            "A formula in p, q, r is true exactly in the rows {rows} of its truth table (values of p, q, r in this "
            "order). Write down its full disjunctive normal form, one conjunction per row in the given order."
        ),
        (
            "Find the complete disjunctive normal form, with the conjunctions in the order of the rows, of the truth "
            "function of p, q, r that has the value true in the rows {rows} and false elsewhere."
        ),
    ),
    _draw_rows,
    _disjunctive,
)
CONJUNCTIVE = Problem(
    "logic-conjunctive-normal-form",
    ("Conjunctive normal form", "Truth table"),
    (
        (
            "A formula in p, q, r is false exactly in the rows {rows} of its truth table (values of p, q, r in this "
            "order). Write down its full conjunctive normal form, one clause per row in the given order."
        ),
        (
            "Find the complete conjunctive normal form, with the clauses in the order of the rows, of the truth "
            "function of p, q, r that has the value false in the rows {rows} and true elsewhere."
        ),
    ),
    _draw_rows,
    _conjunctive,
)

# the columns of all truth functions of p and q, for TT, TF, FT, FF
_NAMES = {
    "TTTT": "a tautology", "FFFF": "a contradiction", "TTFF": "p", "FFTT": "¬p", "TFTF": "q", "FTFT": "¬q",
    "TFFF": "p ∧ q", "FTTT": "¬(p ∧ q)", "TTTF": "p ∨ q", "FFFT": "¬(p ∨ q)", "TFTT": "p → q", "FTFF": "¬(p → q)",
    "TTFT": "q → p", "FFTF": "¬(q → p)", "TFFT": "p ↔ q", "FTTF": "¬(p ↔ q)",
}  # fmt: skip


def _complete(p: Params) -> Solution:
    formula = parse(str(p["formula"]))
    table = cases(["p", "q"])
    column = "".join("T" if formula.value(case) else "F" for case in table)
    swapped = column.translate(str.maketrans("TF", "FT"))

    def tell(marked: str) -> str:
        return f"column {marked}, equivalent to {_NAMES[marked]}"

    parts = [
        f"{part} has the column {''.join('T' if part.value(case) else 'F' for case in table)}"
        for part in dict.fromkeys(formula.parts)
    ]
    return solved(
        tell(column),
        (tell(swapped), tell(column[::-1]), tell(column[1:] + column[0])),
        "NAND (↑) is false only if both parts are true; NOR (↓) is true only if both parts are false.",
        f"In the rows TT, TF, FT, FF: {' and '.join(parts)}.",
        f"Combining them gives {column}, the column of {_NAMES[column]}. Since negation and the other connectives "
        "can be expressed in this way, each of the two connectives is functionally complete.",
    )


def _draw_complete(r: Random) -> Params:
    while True:
        formula = random_formula(r, "pq", 3, r.choice("↑↓"))
        if formula.variables() == ["p", "q"]:
            return {"formula": str(formula)}


COMPLETE = Problem(
    "logic-functional-completeness",
    ("Functional completeness", "Truth table"),
    (
        (
            "With ↑ for NAND and ↓ for NOR, find the truth column of {formula} (rows TT, TF, FT, FF for p and q) and a "
            "familiar formula in p and q with the same column."
        ),
        (
            "Which truth function do you get from {formula}, where ↑ is NAND and ↓ is NOR? Give its column for p, q "
            "= TT, TF, FT, FF and an equivalent formula with the usual connectives."
        ),
    ),
    _draw_complete,
    _complete,
)


def _valid(p: Params) -> Solution:
    first, second, end = (parse(str(p[name])) for name in ("first", "second", "end"))
    table = cases(["p", "q", "r"])
    true = [case for case in table if first.value(case) and second.value(case)]
    bad = [marks(case) for case in true if not end.value(case)]

    def tell(rows: list[str]) -> str:
        return f"not valid, counterexamples: {', '.join(rows)}" if rows else "valid"

    return solved(
        tell(bad),
        (
            tell([marks(case) for case in true if end.value(case)][:3]),
            tell([] if bad else ["FFF"]),
            tell(["TTT", "FFF"]),
        ),
        f"Both premises are true in the rows {', '.join(marks(case) for case in true)}.",
        "The argument is valid if the conclusion is true in all of these rows.",
        f"The conclusion is false in {', '.join(bad)}." if bad else "The conclusion is true in each of them.",
    )


def _draw_valid(r: Random) -> Params:
    def arrow(left: Formula, right: Formula) -> Formula:
        return Formula(r.choice("→→∨"), (left, right))

    while True:
        a, b, c, d = (Formula(name) if r.random() < 0.6 else negated(Formula(name)) for name in r.choices("pqr", k=4))
        first, second, end = arrow(a, b), arrow(b, c), r.choice((arrow(a, c), d, c))
        names = {*first.variables(), *second.variables()}
        table = [case for case in cases(["p", "q", "r"]) if first.value(case) and second.value(case)]
        fits = len(first.variables()) == 2 and names == set("pqr") and len({first, second, end}) == 3
        if fits and table and (all(map(end.value, table)) or r.random() < 0.5):
            return {"first": str(first), "second": str(second), "end": str(end)}


VALID = Problem(
    "logic-validity",
    ("Valid argument", "Counterexample valuation"),
    (
        (
            "Is the argument with the premises {first} and {second} and the conclusion {end} valid? If not, list all "
            "counterexamples as values of p, q, r (T or F, from TTT to FFF)."
        ),
        (
            "From {first} and {second} somebody concludes {end}. Decide by a truth table in p, q, r whether this is "
            "valid, and give every counterexample row (written with T and F, ordered from TTT to FFF) if it is not."
        ),
    ),
    _draw_valid,
    _valid,
)
_FORMS = ("modus ponens", "modus tollens", "affirming the consequent", "denying the antecedent")


def _pattern(p: Params) -> Solution:
    a, b, given = str(p["a"]), str(p["b"]), str(p["given"])
    kind = {a: 0, _SCENES[b]: 1, b: 2, _SCENES[a]: 3}[given]

    def tell(index: int) -> str:
        return f"{_FORMS[index]}, {'valid' if index < 2 else 'not valid'}"

    return solved(
        tell(kind),
        tuple(tell(index) for index in (3 - kind, (kind + 2) % 4)),
        f'With A for "{a}" and B for "{b}" the first premise is A → B.',
        "The second premise is "
        + ("A", "¬B", "B", "¬A")[kind]
        + " and the conclusion "
        + ("B", "¬A", "A", "¬B")[kind]
        + ".",
        "This pattern is "
        + tell(kind)
        + (
            ": no case makes the premises true and the conclusion false."
            if kind < 2
            else ": A may be false while B is true, and then the premises are true but the conclusion is false."
        ),
    )


def _draw_pattern(r: Random) -> Params:
    a, b = r.sample(list(_SCENES), 2)
    given, end = r.choice(((a, b), (_SCENES[b], _SCENES[a]), (b, a), (_SCENES[a], _SCENES[b])))
    return {"a": a, "b": b, "given": given, "end": end}


PATTERN = Problem(
    "logic-argument-pattern",
    ("Modus ponens and modus tollens", "Formal fallacy", "Valid argument"),
    (
        "Name the pattern of this argument and say whether it is valid: if {a}, then {b}; {given}; therefore {end}.",
        (
            "Somebody argues as follows. If {a}, then {b}. Now {given}. Hence {end}. Which argument pattern is this, "
            "and is it valid?"
        ),
    ),
    _draw_pattern,
    _pattern,
)

PROBLEMS: tuple[Problem, ...] = (TURN, DISJUNCTIVE, CONJUNCTIVE, COMPLETE, VALID, PATTERN)
