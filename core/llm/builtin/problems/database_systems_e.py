"""Homework families of database design: entity-relationship models, dependencies and normal forms."""

from __future__ import annotations

from itertools import combinations
from random import Random

from core.llm.builtin.problem import Params, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, stated

Dependencies = tuple[tuple[str, str], ...]
_FORMS = ("first normal form", "second normal form", "third normal form", "Boyce-Codd normal form")


def parse(text: object) -> Dependencies:
    """The dependencies of a text such as "AB → C; C → D"."""
    return tuple((left, right) for left, _, right in (part.partition(" → ") for part in str(text).split("; ")))


def written(dependencies: Dependencies) -> str:
    """The inverse of `parse`."""
    return "; ".join(f"{left} → {right}" for left, right in dependencies)


def closure(attributes: str, dependencies: Dependencies) -> str:
    """All attributes that the given ones determine, in alphabetical order."""
    known = set(attributes)
    for _ in dependencies:
        for left, right in dependencies:
            if known >= set(left):
                known |= set(right)
    return "".join(sorted(known))


def keys(schema: str, dependencies: Dependencies) -> list[str]:
    """The candidate keys, smallest first."""
    found: list[str] = []
    for size in range(1, len(schema) + 1):
        for chosen in map("".join, combinations(schema, size)):
            if closure(chosen, dependencies) == schema and not any(set(key) <= set(chosen) for key in found):
                found.append(chosen)
    return found


def normal_form(schema: str, dependencies: Dependencies) -> int:
    """The highest normal form as an index into the known ones."""
    candidates = keys(schema, dependencies)
    prime = set("".join(candidates))
    if all(closure(left, dependencies) == schema for left, _ in dependencies):
        return 3
    if all(closure(left, dependencies) == schema or right in prime for left, right in dependencies):
        return 2
    parts = ("".join(part) for key in candidates for size in range(len(key)) for part in combinations(key, size))
    partial = any(set(closure(part, dependencies)) - set(part) - prime for part in parts)
    return 0 if partial else 1


def some(random: Random, schema: str, count: int) -> Dependencies:
    """Random dependencies with one attribute on the right and one or two on the left."""
    found: set[tuple[str, str]] = set()
    while len(found) < count:
        size = random.choice((1, 1, 2))
        *left, right = random.sample(schema, size + 1)
        found.add(("".join(sorted(left)), right))
    return tuple(sorted(found))


@family(
    "database-systems-er-tables",
    ("Mapping to tables", "Weak entity", "Many-to-many relationship"),
    grid(e="4 5 6 7", w="2 3", n="3 4 5", m="2 3 4", v="2 3", place="library hospital university shop museum"),
    "The entity-relationship diagram of a {place} shows {e} ordinary entity types, {w} of weak type, {n} one-to-many "
    "and {m} many-to-many relationship types, and {v} multivalued attributes. Identifying relationships of the weak "
    "types are not counted among these. One-to-many relationships become foreign keys. How many tables result from "
    "the standard mapping?",
    "A {place} is modelled with {e} strong entity types, {w} weak ones, {n} one-to-many relationship types (mapped to "
    "foreign keys), {m} many-to-many relationship types and {v} multivalued attributes; the relationships that "
    "identify weak entities come on top. Find the number of tables of the relational schema by the usual rules.",
)
def _tables(p: Params) -> Solution:
    e, w, n, m, v = nums(p, "e w n m v")
    return measured(
        p,
        e + w + m + v,
        "tables",
        [e + w + m, e + w + n + m + v, e + m + v],
        "Every entity type, strong or weak, becomes a table; a weak one includes the key of its owner, so its "
        "identifying relationship needs no table of its own.",
        "A many-to-many relationship needs a table with both foreign keys, and so does each multivalued attribute; a "
        "one-to-many relationship is only a foreign key on the side of the many.",
        "The number of tables is ${e} + {w} + {m} + {v} = {ans}$.",
    )


@family(
    "database-systems-cardinality",
    ("Cardinality ratio", "Many-to-many relationship"),
    grid(s="40 60 80 120", k="2 3 4 5", c="8 10 12 15", m="12 18 20 25"),
    "In a many-to-many relationship between {s} students and {c} workshops each student may join at most {k} workshops "
    "and each workshop takes at most {m} students. What is the largest number of rows that the table of the "
    "relationship can hold?",
    "A table attends(student_id, workshop_id) links {s} students with {c} workshops. No student may appear with more "
    "than {k} workshops and no workshop with more than {m} students. How many rows can it have at most?",
)
def _cardinality(p: Params) -> Solution:
    s, k, c, m = nums(p, "s k c m")
    return measured(
        p,
        min(s * k, c * m),
        "rows",
        [s * c, max(s * k, c * m), s * k + c * m],
        "Each row stands for one pair of a student and a workshop, so both limits bound the number of rows.",
        r"The students allow ${s} \cdot {k} = {a}$ rows, the workshops ${c} \cdot {m} = {b}$ rows.",
        "Both bounds must hold, so the smaller one counts: {ans} rows.",
        a=s * k,
        b=c * m,
    )


def _draw_rows(random: Random) -> Params:
    while True:
        rows = [tuple(random.choice(values) for values in ("pqr", "xyz", "kmn")) for _ in range(5)]
        if len(set(rows)) == 5 and 0 < len(_holding(rows)) < 4:
            return {"rows": ", ".join(f"({', '.join(row)})" for row in rows)}


def _holding(rows: list[tuple[str, ...]]) -> list[str]:
    tests = (("A → B", (0,), 1), ("B → C", (1,), 2), ("C → A", (2,), 0), ("AB → C", (0, 1), 2))
    found: list[str] = []
    for name, left, right in tests:
        pairs = {(tuple(row[i] for i in left), row[right]) for row in rows}
        if len(pairs) == len({key for key, _ in pairs}):
            found.append(name)
    return found


@family(
    "database-systems-functional-dependency",
    ("Functional dependency",),
    _draw_rows,
    "The relation R(A, B, C) holds the rows {rows}. Which of the functional dependencies A → B, B → C, C → A and "
    "AB → C are satisfied by these rows?",
    "Check the dependencies A → B, B → C, C → A and AB → C on a relation R(A, B, C) with the contents {rows}. Which "
    "of them hold?",
)
def _dependency(p: Params) -> Solution:
    rows = [tuple(part.split(", ")) for part in str(p["rows"]).strip("()").split("), (")]
    held = _holding(rows)
    broken = [d for d in ("A → B", "B → C", "C → A", "AB → C") if d not in held]
    return stated(
        p,
        ", ".join(held),
        [", ".join(broken), ", ".join(sorted([*held, broken[0]]))],
        "A dependency X → Y holds if any two rows that agree on X also agree on Y.",
        "Comparing the rows with equal left sides, one finds a contradiction to each of these: {broken}.",
        "No pair of rows contradicts {held}. A dependency with a left side that never repeats holds trivially.",
        held=" or ".join(held),
        broken=", ".join(broken),
    )


def _draw_closure(random: Random) -> Params:
    while True:
        rules, start = some(random, "ABCDE", 4), "".join(sorted(random.sample("ABCDE", random.choice((1, 2)))))
        if len(start) + 2 <= len(closure(start, rules)) < 6:
            return {"rules": written(rules), "start": start}


@family(
    "database-systems-attribute-closure",
    ("Attribute closure", "Functional dependency"),
    _draw_closure,
    "Let R(A, B, C, D, E) satisfy the functional dependencies {rules}. Compute the closure of {start}, written as a "
    "string of letters in alphabetical order.",
    "Which attributes of R(A, B, C, D, E) are determined by {start} if the functional dependencies {rules} hold? List "
    "all of them, {start} included, as letters in alphabetical order.",
)
def _closure(p: Params) -> Solution:
    rules, start = parse(p["rules"]), str(p["start"])
    known, steps = start, []
    for _ in rules:
        for left, right in rules:
            if set(left) <= set(known) and right not in known:
                known = "".join(sorted(known + right))
                steps.append(f"{left} → {right} gives {known}")
    once = set(start) | {right for left, right in rules if set(left) <= set(start)}
    return stated(
        p,
        known,
        ["".join(sorted(once)), "".join(c for c in known if c not in start), start],
        "The closure starts with {start} and grows by the right side of every dependency whose left side it contains.",
        "Step by step: {steps}.",
        "No other dependency adds an attribute, so the closure is {known}.",
        steps="; ".join(steps),
        known=known,
    )


def _draw_keys(random: Random) -> Params:
    while True:
        rules = some(random, "ABCD", 3)
        if 1 <= len(keys("ABCD", rules)) <= 3 and all(len(key) < 4 for key in keys("ABCD", rules)):
            return {"rules": written(rules)}


@family(
    "database-systems-candidate-key",
    ("Candidate key", "Attribute closure"),
    _draw_keys,
    "Determine all candidate keys of R(A, B, C, D) with the functional dependencies {rules}.",
    "A relation R has the attributes A, B, C and D, and exactly the dependencies that follow from {rules} hold. Which "
    "sets of attributes are candidate keys?",
)
def _candidates(p: Params) -> Solution:
    rules = parse(p["rules"])
    found = keys("ABCD", rules)
    fixed = [letter for letter in "ABCD" if all(letter != right for _, right in rules)]
    larger = "".join(sorted({*found[0], next(c for c in "ABCD" if c not in found[0])}))
    hint = (
        f"{' and '.join(fixed)} on no right side, so every key contains {' and '.join(fixed)}"
        if fixed
        else "every attribute on some right side, so no attribute is forced into a key"
    )
    return stated(
        p,
        ", ".join(found),
        [larger, "ABCD", found[0], found[-1]],
        "A candidate key determines all attributes and loses this property when any attribute is left out.",
        f"The dependencies show {hint}.",
        "Testing closures from small sets to large ones gives: {tests}.",
        tests=", ".join(f"the closure of {key} is ABCD" for key in found),
    )


def _draw_form(random: Random) -> Params:
    target = random.randrange(4)
    while True:
        rules = some(random, "ABCD", random.choice((2, 3)))
        if normal_form("ABCD", rules) == target and len(keys("ABCD", rules)[0]) < 4:
            return {"rules": written(rules)}


@family(
    "database-systems-normal-form",
    ("Second normal form", "Third normal form", "Boyce-Codd normal form"),
    _draw_form,
    "R(A, B, C, D) has only atomic values and the functional dependencies {rules}. What is the highest normal form "
    "that R satisfies: first, second, third or Boyce-Codd normal form?",
    "Given the functional dependencies {rules} on R(A, B, C, D) with atomic values, decide which of the first, second, "
    "third and Boyce-Codd normal forms is the strongest that holds.",
)
def _form(p: Params) -> Solution:
    rules = parse(p["rules"])
    found, level = keys("ABCD", rules), normal_form("ABCD", rules)
    bad = [f"{left} → {right}" for left, right in rules if closure(left, rules) != "ABCD"]
    prime = sorted(set("".join(found)))
    verdict = (
        "A proper part of a key determines a non-prime attribute, so already the second normal form is violated.",
        (
            "No proper part of a key determines a non-prime attribute, but one of them has a non-prime right side, "
            "which violates the third normal form."
        ),
        "Their right sides are prime, so the third normal form holds, but the Boyce-Codd normal form does not.",
        "Every left side is a superkey, so the Boyce-Codd normal form holds.",
    )[level]
    return stated(
        p,
        _FORMS[level],
        [_FORMS[(level + 1) % 4], _FORMS[(level - 1) % 4]],
        "Candidate keys: {keys}. Prime attributes, that is, attributes of some key: {prime}.",
        "Dependencies whose left side is no superkey: {bad}.",
        verdict,
        keys=", ".join(found),
        prime=", ".join(prime),
        bad=", ".join(bad) or "none",
    )


PROBLEMS = (_tables, _cardinality, _dependency, _closure, _candidates, _form)
