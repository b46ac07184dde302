"""Logic problems on induction, recursion, Boolean functions and satisfiability."""

from __future__ import annotations

from itertools import product
from math import comb
from random import Random

from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._logic_tools import cases, marks, parse
from core.llm.builtin.problems._mathematics_tools import ints, solved


def _induction(p: Params) -> Solution:
    a, b = ints(p, "a b")
    holds = [2**n > a * n + b for n in range(31)]
    start = max(n for n in range(31) if not holds[n]) + 1
    return solved(
        f"n0 = {start}",
        (f"n0 = {start - 1}", f"n0 = {start + 1}", "n0 = 1"),
        f"For $n = {start - 1}$ the inequality reads ${2 ** (start - 1)} > {a * (start - 1) + b}$, which is false; for "
        f"$n = {start}$ it reads ${2**start} > {a * start + b}$, which is true (base case).",
        f"Step: if $2^n > {a}n + {b}$, then $2^{{n+1}} = 2 \\cdot 2^n > {a}n + {b} + 2^n$.",
        f"Since $2^n \\ge {a}$ for these $n$, the right side is at least ${a}(n+1) + {b}$, so the inequality passes "
        "from $n$ to $n + 1$.",
    )


INDUCTION = Problem(
    "logic-induction-base",
    ("Mathematical induction",),
    (
        (
            "What is the smallest n0 such that 2^n > {a}n + {b} holds for all natural numbers n >= n0? Justify the "
            "induction step."
        ),
        (
            "The inequality 2^n > {a}n + {b} is to be proved by induction for all n >= n0. Find the smallest "
            "possible natural number n0 and carry out the induction step."
        ),
    ),
    lambda r: {"a": r.randint(2, 12), "b": r.randint(3, 20)},
    _induction,
)


def _recursive(p: Params) -> Solution:
    a, b, x, y = ints(p, "a b x y")
    terms = [x, y]
    while len(terms) < 6:
        terms.append(a * terms[-1] + b * terms[-2])
    swapped = [x, y]
    while len(swapped) < 6:
        swapped.append(b * swapped[-1] + a * swapped[-2])
    return solved(
        f"f(5) = {terms[5]}",
        (f"f(5) = {swapped[5]}", f"f(5) = {terms[4]}", f"f(5) = {terms[5] + a * terms[4]}"),
        "A recursive definition gives the first values and computes every later value from earlier ones.",
        f"$f(2) = {a} \\cdot {y} + {b} \\cdot {x} = {terms[2]}$, $f(3) = {a} \\cdot {terms[2]} + {b} \\cdot {y} = "
        f"{terms[3]}$.",
        f"$f(4) = {a} \\cdot {terms[3]} + {b} \\cdot {terms[2]} = {terms[4]}$ and $f(5) = {a} \\cdot {terms[4]} + {b} "
        f"\\cdot {terms[3]} = {terms[5]}$.",
    )


RECURSIVE = Problem(
    "logic-recursive-definition",
    ("Recursive definition",),
    (
        "Let f(0) = {x}, f(1) = {y} and f(n+2) = {a}f(n+1) + {b}f(n). Compute f(5).",
        (
            "A function on the natural numbers is defined by the recursion f(n+2) = {a}f(n+1) + {b}f(n) with f(0) = "
            "{x} and f(1) = {y}. What is f(5)?"
        ),
    ),
    lambda r: {"a": r.randint(2, 4), "b": r.randint(2, 5), "x": r.randint(1, 5), "y": r.randint(1, 6)},
    _recursive,
)


def _structural(p: Params) -> Solution:
    n, m = ints(p, "n m")

    def tell(signs: int, brackets: int, total: int) -> str:
        return f"{signs} connectives, {brackets} brackets, {total} symbols"

    return solved(
        tell(n - 1, 2 * (n - 1), n + m + 3 * (n - 1)),
        (
            tell(n, 2 * n, n + m + 3 * n),
            tell(n - 1, n - 1, n + m + 2 * (n - 1)),
            tell(n - 1, 2 * (n - 1), n + 3 * (n - 1)),
        ),
        "Structural induction shows that a formula has one binary connective less than occurrences of variables: it is "
        "true for a variable (one and none), a negation changes neither number, and a binary connective adds the "
        "numbers of both parts and one connective.",
        f"So there are ${n} - 1 = {n - 1}$ binary connectives, each with two brackets.",
        f"In total there are ${n} + {m} + {n - 1} + {2 * (n - 1)} = {n + m + 3 * (n - 1)}$ symbols.",
    )


STRUCTURAL = Problem(
    "logic-structural-induction",
    ("Structural induction", "Recursive definition"),
    (
        (
            "Formulas are built as follows: a variable is a formula; with A and B also ¬A and (A ∧ B), (A ∨ B), (A → "
            "B) are formulas. A formula has {n} occurrences of variables and {m} negation signs. How many binary "
            "connectives, brackets and symbols in all does it have?"
        ),
        (
            "By the rules, variables are formulas, and with A and B also ¬A, (A ∧ B), (A ∨ B) and (A → B). Determine "
            "the numbers of binary connectives, of brackets (opening and closing) and of all symbols in a formula "
            "with {n} variable occurrences and {m} negation signs."
        ),
    ),
    lambda r: {"n": r.randint(3, 12), "m": r.randint(1, 7)},
    _structural,
)


def _functions(p: Params) -> Solution:
    n, k = ints(p, "n k")
    rows = 2**n

    def tell(x: str, y: int) -> str:
        return f"{x} functions, {y} of them true in exactly {k} rows"

    chosen = comb(rows, k)
    ordered = 1
    for i in range(k):
        ordered *= rows - i
    return solved(
        tell(f"2^{rows}", chosen),
        (tell(f"2^{n}", chosen), tell(f"2^{rows}", ordered), tell(f"{rows}^2", chosen + 1)),
        f"The truth table of a Boolean function of {n} variables has $2^{n} = {rows}$ rows.",
        f"The value in each row can be chosen freely, which gives $2^{{{rows}}}$ functions.",
        f"Choosing the {k} rows with value 1 is possible in $\\binom{{{rows}}}{{{k}}} = {chosen}$ ways.",
    )


FUNCTIONS = Problem(
    "logic-boolean-functions",
    ("Boolean function", "Truth table"),
    (
        (
            "How many Boolean functions of {n} variables are there (as a power), and how many of them have the value "
            "true in exactly {k} rows of the truth table?"
        ),
        (
            "Count the Boolean functions of {n} variables, as a power, and among them those whose truth table "
            "contains the value true exactly {k} times."
        ),
    ),
    lambda r: {"n": r.randint(3, 6), "k": r.randint(2, 7)},
    _functions,
)


def _circuit(p: Params) -> Solution:
    formula = parse(str(p["formula"]))
    table = cases(["p", "q", "r"])
    on = [marks(case).translate(str.maketrans("TF", "10")) for case in table if formula.value(case)]
    return solved(
        f"{len(on)} of 8",
        (f"{8 - len(on)} of 8", f"{(len(on) + 1) % 9} of 8", f"{(len(on) + 2) % 9} of 8"),
        f"The circuit computes {formula}.",
        f"Of the eight inputs p q r, these give the output 1: {', '.join(on)}."
        if on
        else "No input gives the output 1.",
        f"In total the output is 1 for {len(on)} inputs.",
    )


_GATES = {"AND": "({} ∧ {})", "OR": "({} ∨ {})", "NAND": "({} ↑ {})", "NOR": "({} ↓ {})"}


def _gates(p: Params) -> Solution:
    first = _GATES[str(p["one"])].format("p", "q")
    second = _GATES[str(p["two"])].format("q", "r")
    whole = _GATES[str(p["three"])].format(first, second)[1:-1]
    return _circuit({"formula": whole})


GATES = Problem(
    "logic-gate-circuit",
    ("Logic gate", "Boolean function"),
    (
        (
            "In a circuit the inputs p and q feed a gate of type {one}, q and r feed a gate of type {two}, and both "
            "outputs go into a final gate of type {three}. For how many of the 8 input combinations is the final "
            "output 1? (Write ↑ for NAND, ↓ for NOR.)"
        ),
        (
            "The outputs of a gate of type {one} with inputs p and q and of a gate of type {two} with inputs q "
            "and r, are joined by a gate of type {three} (↑ means NAND, ↓ means NOR). Count the inputs, out of 8, "
            "with output 1."
        ),
    ),
    lambda r: {name: r.choice(list(_GATES)) for name in ("one", "two", "three")},
    _gates,
)


def _covers(term: str, row: str) -> bool:
    return all(t in {"-", x} for t, x in zip(term, row, strict=True))


def _primes(rows: set[str]) -> list[str]:
    """The prime implicants as patterns of 0, 1 and -."""
    every = ["".join(t) for t in product("01-", repeat=3)]
    full = ["".join(t) for t in product("01", repeat=3)]
    good = [t for t in every if all(row in rows for row in full if _covers(t, row))]
    return [t for t in good if not any(t != u and all(b in {"-", a} for a, b in zip(t, u, strict=True)) for u in good)]


def _essential(rows: set[str]) -> list[str]:
    primes = _primes(rows)
    return [t for t in primes if any([u for u in primes if _covers(u, row)] == [t] for row in rows)]


def _literal(term: str) -> str:
    return "".join(v if t == "1" else v + "'" for t, v in zip(term, "abc", strict=True) if t != "-")


def _karnaugh(p: Params) -> Solution:
    rows = [part[1:] for part in str(p["rows"]).split(", ")]
    best = sorted(_essential(set(rows)), reverse=True)
    answer = " + ".join(_literal(t) for t in best)
    return solved(
        answer,
        (
            " + ".join(_literal(row) for row in rows),
            " + ".join(_literal(t.translate(str.maketrans("01", "10"))) for t in best),
        ),
        "In the Karnaugh map neighbouring cells with value 1 are joined to blocks of 2 or 4; a variable that changes "
        "inside a block drops out.",
        "The largest blocks are "
        + "; ".join(f"{_literal(t)} with {', '.join(row for row in rows if _covers(t, row))}" for t in best)
        + ", and each contains a cell that no other block covers.",
        f"Together they cover all cells, so the minimal form is {answer}.",
    )


def _draw_karnaugh(r: Random) -> Params:
    while True:
        rows = set(r.sample(["".join(t) for t in product("01", repeat=3)], r.randint(3, 5)))
        best = _essential(rows)
        if all(any(_covers(t, row) for t in best) for row in rows) and len(best) > 1 and any("-" in t for t in best):
            return {"rows": ", ".join("m" + row for row in sorted(rows))}


KARNAUGH = Problem(
    "logic-karnaugh-map",
    ("Karnaugh map", "Boolean function"),
    (
        (
            "A Boolean function of a, b, c is true exactly for the inputs {rows}, where m is followed by the values of "
            "a, b, c. Find its minimal sum of products with a Karnaugh map (write a' for the negation of a)."
        ),
        (
            "Minimise with a Karnaugh map the function of a, b, c with the minterms {rows} (the digits after m are "
            "the values of a, b, c). Give the shortest sum of products, with a' for the negation of a."
        ),
    ),
    _draw_karnaugh,
    _karnaugh,
)

PROBLEMS: tuple[Problem, ...] = (INDUCTION, RECURSIVE, STRUCTURAL, FUNCTIONS, GATES, KARNAUGH)
