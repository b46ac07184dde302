"""Logic problems on machines, primitive recursion, modal and three-valued logic."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random

from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._logic_tools import Formula, parse, random_formula
from core.llm.builtin.problems._mathematics_tools import ints, ratio, solved


def _run(table: str, word: str) -> list[int]:
    """The states that an automaton with the successors `table` ("1/0 2/1 0/2", on a and on b) passes through."""
    moves = [[int(part) for part in entry.split("/")] for entry in table.split()]
    states = [0]
    for letter in word:
        states.append(moves[states[-1]]["ab".index(letter)])
    return states


def _automaton(p: Params) -> Solution:
    table, word, (final,) = str(p["table"]), str(p["word"]), ints(p, "final")
    states = _run(table, word)
    end = states[-1]

    def tell(state: int) -> str:
        return f"ends in state {state}, {'accepted' if state == final else 'rejected'}"

    return solved(
        tell(end),
        tuple(tell(state) for state in range(3) if state != end),
        f"In state 0 the first letter {word[0]} leads to state {states[1]}.",
        f"Reading the whole word the automaton passes through the states {', '.join(map(str, states))}.",
        f"The last state is {end}, and only state {final} accepts.",
    )


def _draw_automaton(r: Random) -> Params:
    table = " ".join(f"{r.randint(0, 2)}/{r.randint(0, 2)}" for _ in range(3))
    return {"table": table, "word": "".join(r.choice("ab") for _ in range(7)), "final": r.randint(0, 2)}


AUTOMATON = Problem(
    "logic-finite-automaton",
    ("Finite automaton",),
    (
        (
            "A deterministic automaton with the states 0, 1, 2 (start 0) has the table {table}: one entry per state "
            "in this order, with the successor on a before and on b after the slash. The only accepting state is "
            "{final}. In which state does it end on the word {word}, and is the word accepted?"
        ),
        (
            "Trace the word {word} in the automaton with start state 0 among the states 0, 1, 2, successor table "
            "{table} (per state, in this order: on a / on b) and single accepting state {final}. Give the last state "
            "and say whether the word is accepted."
        ),
    ),
    _draw_automaton,
    _automaton,
)


def _machine(p: Params) -> Solution:
    tape = list(str(p["tape"])[1:-1])
    place, steps = len(tape) - 1, 0
    while place >= 0 and tape[place] == "1":
        tape[place] = "0"
        place, steps = place - 1, steps + 1
    steps += 1
    tape = ["1", *tape] if place < 0 else [*tape[:place], "1", *tape[place + 1 :]]
    result, start = "".join(tape), str(p["tape"])[1:-1]
    ones = len(start) - len(start.rstrip("1"))

    def tell(text: str, count: int) -> str:
        return f"tape {text}, number of steps: {count}"

    return solved(
        tell(result, steps),
        (
            tell(result, steps + 1),
            tell(start[:-1] + ("0" if start[-1] == "1" else "1"), 1),
            tell("1" + start, len(start)),
        ),
        f"The machine starts on the last digit. It turns the {ones} trailing ones into zeros, moving left each time."
        if ones
        else "The machine starts on the last digit, which is 0.",
        "On the first 0 or blank it writes 1 and halts, which is one more step.",
        f"The tape then reads {result}, the binary successor of {start}; number of steps: {steps}.",
    )


MACHINE = Problem(
    "logic-turing-machine",
    ("Turing machine",),
    (
        (
            "A Turing machine has one working state with the rules: reading 1, write 0 and move left; reading 0 or a "
            "blank, write 1 and halt. It starts on the last digit of the tape {tape}. What is on the tape at the "
            "end, and after how many steps does it halt (writing and halting count as one step)?"
        ),
        (
            "The head of a Turing machine stands on the last digit of {tape}. As long as it reads 1 it writes 0 and "
            "moves left; when it reads 0 or a blank it writes 1 and halts. Give the final tape and the number of "
            "steps, counting the last one too."
        ),
    ),
    lambda r: {
        "tape": "[1" + "".join(r.choice("011") for _ in range(4)) + r.choice(("01", "011", "1", "0", "111")) + "]"
    },
    _machine,
)


def _primitive(p: Params) -> Solution:
    a, b, c, n = ints(p, "a b c n")
    values = [a]
    for k in range(n):
        values.append(b * values[-1] + k + c)
    wrong = [a]
    for k in range(n):
        wrong.append(b * wrong[-1] + k + 1 + c)
    return solved(
        f"f({n}) = {values[n]}",
        (f"f({n}) = {wrong[n]}", f"f({n}) = {values[n - 1]}", f"f({n}) = {b * values[n] + n + c}"),
        f"The scheme computes $f(k+1)$ from $k$ and $f(k)$ by the function $h(k, y) = {b}y + k + {c}$.",
        "Step by step: " + ", ".join(f"$f({k}) = {v}$" for k, v in enumerate(values)) + ".",
    )


PRIMITIVE = Problem(
    "logic-primitive-recursion",
    ("Primitive recursion", "Recursive definition"),
    (
        "Let f be defined by primitive recursion: f(0) = {a}, f(k+1) = {b}f(k) + k + {c}. Compute f({n}).",
        (
            "A primitive recursive function starts with f(0) = {a} and continues with f(k+1) = {b}f(k) + k + {c}. "
            "What is f({n})?"
        ),
    ),
    lambda r: {"a": r.randint(2, 6), "b": r.randint(2, 4), "c": r.randint(2, 7), "n": r.randint(3, 5)},
    _primitive,
)


def _worlds(p: Params) -> Solution:
    arrows = [(part[0], part[2]) for part in str(p["arrows"]).split(", ")]
    true = str(p["true"]).split(" and ")
    seen = {w: [v for u, v in arrows if u == w] for w in "uvwx"}
    box = [w for w in "uvwx" if all(v in true for v in seen[w])]
    diamond = [w for w in "uvwx" if any(v in true for v in seen[w])]

    def tell(one: list[str], two: list[str]) -> str:
        return f"necessary in: {', '.join(one) or 'none'}; possible in: {', '.join(two) or 'none'}"

    return solved(
        tell(box, diamond),
        (
            tell([w for w in box if seen[w]], diamond),
            tell(diamond, box),
            tell([w for w in box if w in true], diamond),
            tell(box, sorted({*diamond, *true})),
        ),
        "Necessarily p holds in a world if p is true in all worlds that it sees, possibly p if it is true in at "
        "least one.",
        "Seen worlds: " + "; ".join(f"{w} sees {', '.join(seen[w]) or 'nothing'}" for w in "uvwx") + ".",
        "A world that sees nothing makes every □-statement true and every ◇-statement false.",
    )


def _draw_worlds(r: Random) -> Params:
    while True:
        arrows = [f"{u}-{v}" for u in "uvwx" for v in "uvwx" if r.random() < 0.35]
        ends = {a[0] for a in arrows}
        if len(arrows) > 3 and len(ends) == 3:
            return {"arrows": ", ".join(arrows), "true": " and ".join(sorted(r.sample("uvwx", 2)))}


WORLDS = Problem(
    "logic-possible-worlds",
    ("Possible-worlds semantics", "Necessity and possibility"),
    (
        (
            "A Kripke model has the worlds u, v, w, x; the accessibility pairs are {arrows} (a pair u-v means that u "
            "sees v); p is true exactly in {true}. In which worlds is □p true, and in which ◇p?"
        ),
        (
            "Four worlds u, v, w, x are related by {arrows}, where u-v would mean that v is accessible from u. The "
            "statement p holds in {true} only. List the worlds in which □p holds and those in which ◇p holds."
        ),
    ),
    _draw_worlds,
    _worlds,
)
_HALF = Fraction(1, 2)
_VALUED: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "∧": min,
    "∨": max,
    "→": lambda a, b: min(Fraction(1), 1 - a + b),
}


def _degree(formula: Formula, case: dict[str, Fraction]) -> Fraction:
    """The value in Łukasiewicz' three-valued logic."""
    if not formula.parts:
        return case[formula.sign]
    if formula.sign == "¬":
        return 1 - _degree(formula.parts[0], case)
    return _VALUED[formula.sign](_degree(formula.parts[0], case), _degree(formula.parts[1], case))


def _three(p: Params) -> Solution:
    formula = parse(str(p["formula"]))
    case = {name: Fraction(str(p[name])) for name in "pqr"}
    value = _degree(formula, case)
    parts = ", ".join(f"{part} has the value {ratio(_degree(part, case))}" for part in dict.fromkeys(formula.parts))
    return solved(
        f"value {ratio(value)}",
        tuple(f"value {ratio(other)}" for other in (Fraction(0), _HALF, Fraction(1)) if other != value),
        "Negation is $1 - x$, conjunction the minimum, disjunction the maximum, and the conditional has the value "
        "$\\min(1, 1 - x + y)$.",
        f"Here {parts}.",
        f"So {formula} has the value {ratio(value)}.",
    )


def _draw_three(r: Random) -> Params:
    while True:
        formula = random_formula(r, "pqr", 3)
        case = {name: r.choice(("1/2", "1/2", "0/1", "1/1")) for name in "pqr"}
        if formula.variables() == ["p", "q", "r"] and "1/2" in case.values():
            return {"formula": str(formula)} | case


THREE = Problem(
    "logic-three-valued",
    ("Three-valued logic",),
    (
        (
            "In Łukasiewicz' three-valued logic let p have the value {p}, q the value {q} and r the value {r} (0/1 "
            "is false, 1/1 true). Evaluate {formula}."
        ),
        (
            "Which value has {formula} in the three-valued logic of Łukasiewicz if p, q and r have the values {p}, "
            "{q} and {r}, with 0/1 for false and 1/1 for true?"
        ),
    ),
    _draw_three,
    _three,
)

PROBLEMS: tuple[Problem, ...] = (AUTOMATON, MACHINE, PRIMITIVE, WORLDS, THREE)
