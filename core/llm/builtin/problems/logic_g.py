"""Logic problems on clauses, formal syntax and machines."""

from __future__ import annotations

from random import Random

from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._logic_tools import Formula, parse, random_formula
from core.llm.builtin.problems._mathematics_tools import ints, solved


def _other(literal: str) -> str:
    return literal[1:] if literal[0] == "¬" else f"¬{literal}"


def _propagated(clauses: list[list[str]]) -> list[str]:
    """The literals forced by repeated unit propagation, in order; a conflict ends the run with an empty string."""
    forced: list[str] = []
    while True:
        left = [[x for x in c if _other(x) not in forced] for c in clauses if not set(c) & set(forced)]
        if [] in left:
            return [*forced, ""]
        units = [c[0] for c in left if len(c) == 1]
        if not units:
            return forced
        forced.append(units[0])


def _draw_clauses(r: Random) -> Params:
    while True:
        a, b, c, d = (r.choice(("", "¬")) + v for v in r.sample("pqrs", 4))
        clauses = [[a], [_other(a), b], [_other(a), _other(b), c], r.choice(([_other(c), d], [_other(d), _other(b)]))]
        if r.random() < 0.3:
            clauses.append([_other(d), _other(c)])
        r.shuffle(clauses)
        for clause in clauses:
            r.shuffle(clause)
        if _propagated(clauses)[-1] == "" or len(_propagated(clauses)) == 4:
            return {"clauses": "; ".join(" ∨ ".join(clause) for clause in clauses)}


def _unit(p: Params) -> Solution:
    clauses = [part.split(" ∨ ") for part in str(p["clauses"]).split("; ")]
    forced = _propagated(clauses)
    conflict = forced[-1] == ""
    names = [x for x in forced if x]

    def tell(literals: list[str]) -> str:
        return "satisfiable, with the true literals " + ", ".join(sorted(literals, key=lambda x: x[-1]))

    answer = "not satisfiable" if conflict else tell(names)
    return solved(
        answer,
        (tell([_other(x) for x in names]), tell([*names[:-1], _other(names[-1])]), "not satisfiable"),
        f"The unit clause {names[0]} forces its literal. Clauses that contain it are fulfilled, and its negation is "
        "struck out of the others.",
        f"Repeating this forces, in order, {', '.join(names)}.",
        "Then a clause has lost all its literals, so no valuation fulfils the set."
        if conflict
        else "No clause is violated and every variable has a value.",
    )


UNIT = Problem(
    "logic-unit-propagation",
    ("Unit propagation", "Satisfiability"),
    (
        (
            "Use unit propagation to decide whether the clauses {clauses} are satisfiable together; if they are, "
            "name the literals that must be true (in alphabetical order of the variables)."
        ),
        (
            "Run unit propagation on the set of clauses {clauses}. Is the set satisfiable, and which literals are "
            "true then, in alphabetical order of the variables?"
        ),
    ),
    _draw_clauses,
    _unit,
)


def _draw_horn(r: Random) -> Params:
    a, b, c, d, e, f = r.sample("pqrstu", 6)
    rules = [f"{a} ∧ {b} → {c}", f"{c} → {d}", r.choice((f"{d} ∧ {e} → {f}", f"{b} ∧ {d} → {e}", f"{e} → {f}"))]
    r.shuffle(rules)
    return {"facts": ", ".join(r.choice(((a, b), (a, b, e), (c, e), (b, c)))), "rules": "; ".join(rules)}


def _horn(p: Params) -> Solution:
    facts = str(p["facts"]).split(", ")
    rules = [(body.split(" ∧ "), head) for body, head in (rule.split(" → ") for rule in str(p["rules"]).split("; "))]
    known, order = list(facts), list[str]()
    grown = True
    while grown:
        grown = False
        for body, head in rules:
            if head not in known and set(body) <= set(known):
                known.append(head)
                order.append(head)
                grown = True
    loose = sorted({*known, *(head for body, head in rules if set(body) & set(known))})
    return solved(
        ", ".join(sorted(known)),
        (", ".join(sorted(facts)), ", ".join(loose), ", ".join(sorted({*facts, *(head for _, head in rules)}))),
        f"The facts {', '.join(facts)} are the starting point; a rule fires only if all variables of its body are "
        f"derived.",
        f"The rules add, in turn, {', '.join(order)}." if order else "No rule can fire.",
        f"Nothing else can be derived, so {', '.join(sorted(known))} are true in every model of the clauses.",
    )


HORN = Problem(
    "logic-horn-clauses",
    ("Horn clause", "Unit propagation"),
    (
        (
            "A Horn knowledge base has the facts {facts} and the rules {rules}. Which variables follow from it (facts "
            "included, in alphabetical order)?"
        ),
        (
            "Forward chaining starts from the facts {facts} with the Horn rules {rules}. List, in alphabetical order "
            "and including the facts, all variables that can be derived."
        ),
    ),
    _draw_horn,
    _horn,
)
_LETTER = {"∧": "K", "∨": "A", "→": "C", "↔": "E", "¬": "N"}


def _polish(formula: Formula) -> str:
    return _LETTER.get(formula.sign, formula.sign) + "".join(map(_polish, formula.parts))


def _mirror(formula: Formula) -> Formula:
    return Formula(formula.sign, tuple(reversed([_mirror(part) for part in formula.parts])))


def _prefix(p: Params) -> Solution:
    formula = parse(str(p["formula"]))

    def tell(sign: str, text: str) -> str:
        return f"main connective {sign}, Polish notation {text}"

    inner = next((part.sign for part in formula.parts if part.parts and part.sign != formula.sign), "∨")
    return solved(
        tell(formula.sign, _polish(formula)),
        (
            tell(formula.sign, _polish(_mirror(formula))),
            tell(inner, _polish(formula)),
            tell(formula.sign, _polish(formula)[::-1]),
        ),
        f"The main connective is the one outside all brackets, {formula.sign}; it comes first.",
        f"Its parts are {' and '.join(map(str, formula.parts))}, in Polish notation "
        f"{' and '.join(map(_polish, formula.parts))}.",
        f"Together this is {_polish(formula)}; no brackets are needed because every letter fixes the number of its "
        f"parts.",
    )


def _draw_prefix(r: Random) -> Params:
    while True:
        formula = random_formula(r, "pqrs", 3, "∧∨→↔")
        if len(formula.variables()) > 2 and formula.sign != "¬" and _mirror(formula) != formula:
            return {"formula": str(formula)}


PREFIX = Problem(
    "logic-polish-notation",
    ("Polish notation", "Main connective"),
    (
        (
            "Name the main connective of {formula} and write the formula in Polish notation with N for ¬, K for ∧, A "
            "for ∨, C for → and E for ↔."
        ),
        (
            "Translate {formula} into Polish (prefix) notation, where ¬, ∧, ∨, →, ↔ become N, K, A, C, E, and state "
            "its main connective."
        ),
    ),
    _draw_prefix,
    _prefix,
)
_CODES = {"¬": 1, "∧": 2, "p": 3, "q": 4, "∨": 5}
_PRIMES = (2, 3, 5, 7)


def _number(text: str) -> int:
    result = 1
    for prime, sign in zip(_PRIMES, text, strict=False):
        result *= prime ** _CODES[sign]
    return result


def _godel(p: Params) -> Solution:
    word, number = str(p["word"]), ints(p, "number")[0]
    rest, decoded, powers = number, "", []
    for prime in _PRIMES:
        power = 0
        while rest % prime == 0:
            rest //= prime
            power += 1
        if power:
            decoded += next(sign for sign, code in _CODES.items() if code == power)
            powers.append(f"{prime}^{power}")

    def tell(n: int, text: str) -> str:
        return f"number {n}, expression {text}"

    total = sum(_CODES[sign] for sign in word)
    return solved(
        tell(_number(word), decoded),
        (tell(_number(word[::-1]), decoded), tell(_number(word), decoded[::-1]), tell(total, decoded)),
        "The codes of the symbols become the exponents of the primes 2, 3, 5 in turn; for the expression "
        f"{word} this gives {_number(word)}.",
        f"The prime factorisation of {number} is {' · '.join(powers)}, and reading the exponents as codes gives "
        f"{decoded}.",
        "Prime factorisation is unique, so the number determines the expression.",
    )


def _draw_godel(r: Random) -> Params:
    words = ("¬p", "¬q", "p∧q", "q∧p", "¬¬p", "¬¬q", "p∧p", "q∧q", "p∨q", "p∨p", "q∨p", "q∨q")
    word, other = r.sample(words, 2)
    return {"word": word, "number": _number(other)}


GODEL = Problem(
    "logic-goedel-numbering",
    ("Gödel numbering",),
    (
        (
            "Symbols have the codes ¬: 1, ∧: 2, p: 3, q: 4, ∨: 5, and the Gödel number of an expression is the "
            "product of the first primes raised to the codes of its symbols in order. Find the number of {word} and "
            "the expression with number {number}."
        ),
        (
            "With the symbol codes ¬: 1, ∧: 2, p: 3, q: 4, ∨: 5 an expression is coded by a product of powers of the "
            "first primes whose exponents are the codes in order. Encode {word}, and decode {number}."
        ),
    ),
    _draw_godel,
    _godel,
)

PROBLEMS: tuple[Problem, ...] = (UNIT, HORN, PREFIX, GODEL)
