"""Homework families of database design: decomposition, relational algebra and transactions."""

from __future__ import annotations

from itertools import permutations
from random import Random

from core.llm.builtin.problem import Params, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, stated
from core.llm.builtin.problems.database_systems_e import Dependencies, closure, parse, some, written

Pair = tuple[str, str]


def _pairs(text: object) -> list[tuple[str, ...]]:
    return [tuple(part.split(", ")) for part in str(text).strip("()").split("), (")]


def _shown(rows: list[tuple[str, ...]]) -> str:
    return ", ".join(f"({', '.join(row)})" for row in rows)


def _draw_lossless(random: Random) -> Params:
    while True:
        common = random.choice("ABCD")
        others = [letter for letter in "ABCD" if letter != common]
        random.shuffle(others)
        left, right = "".join(sorted(common + others[0] + others[1])), "".join(sorted(common + others[2]))
        rules = some(random, "ABCD", 3)
        if random.random() < 0.5 or closure(common, rules) in {left, right}:
            return {"rules": written(rules), "left": left, "right": right}


@family(
    "database-systems-lossless-join",
    ("Lossless decomposition",),
    _draw_lossless,
    "R(A, B, C, D) with the functional dependencies {rules} is split into two relations with the attributes {left} "
    "and {right}. Is this decomposition lossless?",
    "Someone replaces R(A, B, C, D) by its projections on {left} and on {right}. Given the functional dependencies "
    "{rules}, can R always be recovered by a natural join, so that the decomposition is lossless?",
)
def _lossless(p: Params) -> Solution:
    rules, left, right = parse(p["rules"]), str(p["left"]), str(p["right"])
    common = "".join(sorted(set(left) & set(right)))
    reach = closure(common, rules)
    good = set(reach) >= set(left) or set(reach) >= set(right)
    return stated(
        p,
        "lossless" if good else "not lossless",
        ["not lossless" if good else "lossless"],
        "A decomposition into two relations is lossless exactly if their common attributes determine all attributes "
        "of at least one of them.",
        "The common part is {common}, and its closure is {reach}.",
        "This closure covers {left} or {right} completely, so the join adds no false rows."
        if good
        else "This closure covers neither {left} nor {right}, so the join can produce false rows.",
        common=common,
        reach=reach,
    )


def _draw_spurious(random: Random) -> Params:
    while True:
        rows = sorted({(random.choice("pqrs"), random.choice("xyz"), random.choice("kmn")) for _ in range(5)})
        if len(rows) == 5 and len(_joined([r[:2] for r in rows], [r[1:] for r in rows])) > 5:
            return {"rows": _shown(list(rows))}


def _joined(left: list[tuple[str, ...]], right: list[tuple[str, ...]]) -> set[tuple[str, ...]]:
    return {(a, b, c) for a, b in left for d, c in right if b == d}


@family(
    "database-systems-spurious-tuples",
    ("Spurious tuple", "Lossless decomposition"),
    _draw_spurious,
    "The relation R(A, B, C) contains {rows}. It is projected on AB and on BC, and the two projections are joined "
    "again over B. How many spurious tuples appear, that is, tuples that were not in R?",
    "From R(A, B, C) with the tuples {rows} one forms the projections on AB and BC. Count the tuples of their natural "
    "join that do not belong to R.",
)
def _spurious(p: Params) -> Solution:
    rows = _pairs(p["rows"])
    joined = _joined([r[:2] for r in rows], [r[1:] for r in rows])
    extra = sorted(joined - set(rows))
    return measured(
        p,
        len(extra),
        "spurious tuples" if len(extra) != 1 else "spurious tuple",
        [len(joined), 0],
        "The projections keep each different pair once, and the join combines every pair of the first with every pair "
        "of the second that has the same B.",
        "The join has {size} tuples, while R has 5.",
        "The additional ones are {extra}, so {ans} of the tuples are spurious.",
        size=len(joined),
        extra=_shown(extra),
    )


def _lost(rules: Dependencies, parts: tuple[str, str]) -> list[Pair]:
    gone: list[Pair] = []
    for left, right in rules:
        known, before = set(left), set[str]()
        while known != before:
            before = set(known)
            for part in parts:
                known |= set(closure("".join(known & set(part)), rules)) & set(part)
        if right not in known:
            gone.append((left, right))
    return gone


def _draw_preserved(random: Random) -> Params:
    while True:
        rules = some(random, "ABCD", 3)
        letters = random.sample("ABCD", 4)
        parts = ("".join(sorted(letters[:3])), "".join(sorted(letters[2:])))
        if len(_lost(rules, parts)) == 1:
            return {"rules": written(rules), "left": parts[0], "right": parts[1]}


@family(
    "database-systems-dependency-preservation",
    ("Dependency preservation",),
    _draw_preserved,
    "R(A, B, C, D) with the functional dependencies {rules} is decomposed into relations over {left} and {right}. "
    "Exactly one of the dependencies is not preserved. Which one?",
    "After R(A, B, C, D) has been replaced by relations over {left} and {right}, one of the functional dependencies "
    "{rules} can no longer be checked without a join. Find it.",
)
def _preserved(p: Params) -> Solution:
    rules, parts = parse(p["rules"]), (str(p["left"]), str(p["right"]))
    (lost,) = _lost(rules, parts)
    kept = [f"{a} → {b}" for a, b in rules if (a, b) != lost]
    return stated(
        p,
        f"{lost[0]} → {lost[1]}",
        kept,
        "A dependency is preserved if it follows from dependencies that can be checked inside a single part.",
        "{kept} can be derived inside the parts {left} and {right}.",
        "The attributes of {lost} do not lie together in one part, and it does not follow from what the parts enforce.",
        kept=" and ".join(kept),
        lost=f"{lost[0]} → {lost[1]}",
    )


@family(
    "database-systems-cartesian-product",
    ("Cartesian product of relations",),
    grid(n="8 12 15 20 25", m="6 9 10 14 30", a="3 4 5", b="2 4 6"),
    "Relation R has {n} tuples and {a} attributes, relation S has {m} tuples and {b} attributes. How many tuples and "
    "how many attributes does the Cartesian product of R and S have?",
    "Give the number of tuples and of attributes of R × S if R is a relation with {n} tuples over {a} attributes and S "
    "one with {m} tuples over {b} attributes.",
)
def _product(p: Params) -> Solution:
    n, m, a, b = (int(x) for x in nums(p, "n m a b"))
    return stated(
        p,
        f"{n * m} tuples, {a + b} attributes",
        [f"{n + m} tuples, {a + b} attributes", f"{n * m} tuples, {a * b} attributes"],
        "The Cartesian product combines every tuple of R with every tuple of S, so the numbers of tuples multiply.",
        "A combined tuple holds the attributes of both, so these numbers add.",
        r"This gives ${n} \cdot {m} = {rows}$ tuples with ${a} + {b} = {columns}$ attributes.",
        rows=n * m,
        columns=a + b,
    )


def _draw_join(random: Random) -> Params:
    left = sorted({(random.choice("pqrst"), random.choice("xyz")) for _ in range(5)})
    right = sorted({(random.choice("wxyz"), random.choice("kmno")) for _ in range(5)})
    if not any(a[1] == b[0] for a in left for b in right):
        return _draw_join(random)
    return {"left": _shown(list(left)), "right": _shown(list(right))}


@family(
    "database-systems-natural-join",
    ("Natural join",),
    _draw_join,
    "How many tuples does the natural join of R(A, B) with the tuples {left} and S(B, C) with the tuples {right} have?",
    "R(A, B) consists of {left}, and S(B, C) consists of {right}. Determine the number of tuples of R ⋈ S.",
)
def _join(p: Params) -> Solution:
    left, right = _pairs(p["left"]), _pairs(p["right"])
    shares = {b: (sum(x[1] == b for x in left), sum(y[0] == b for y in right)) for b in sorted({x[1] for x in left})}
    total = sum(a * b for a, b in shares.values())
    return measured(
        p,
        total,
        "tuples" if total != 1 else "tuple",
        [len(left) * len(right), min(len(left), len(right)), total + 1],
        "Two tuples join if they agree on the common attribute B.",
        "For each value of B the number of tuples in R is multiplied by the number in S: {parts}.",
        "The sum over all values is {ans}.",
        parts=", ".join(rf"for {b} it is ${m} \cdot {n} = {m * n}$" for b, (m, n) in shares.items()),
    )


def _draw_division(random: Random) -> Params:
    wanted = sorted(random.sample(["Greek", "Hindi", "Latin", "Welsh"], 2))
    names = ["Ada", "Ben", "Cleo", "Dov"]
    rows = [(n, c) for n in names for c in ("Greek", "Hindi", "Latin", "Welsh") if random.random() < 0.55]
    able = [n for n in names if all((n, c) in rows for c in wanted)]
    if not 1 <= len(able) <= 3:
        return _draw_division(random)
    return {"rows": _shown(list(rows)), "a": wanted[0], "b": wanted[1]}


@family(
    "database-systems-division",
    ("Division of relations",),
    _draw_division,
    "The relation speaks(person, language) contains {rows}. Divide it by the relation wanted(language) that contains "
    "{a} and {b}. Which persons are in the result?",
    "Take speaks(person, language) with the tuples {rows} and wanted(language) with the tuples {a} and {b}. List the "
    "persons in speaks ÷ wanted.",
)
def _division(p: Params) -> Solution:
    rows = _pairs(p["rows"])
    a, b = str(p["a"]), str(p["b"])
    names = sorted({r[0] for r in rows})
    able = [n for n in names if (n, a) in rows and (n, b) in rows]
    either = [n for n in names if (n, a) in rows or (n, b) in rows]
    rest = [n for n in ("Ada", "Ben", "Cleo", "Dov") if n not in able]
    return stated(
        p,
        ", ".join(able),
        [", ".join(either), ", ".join(rest)],
        "The division returns the persons who are paired with every tuple of the divisor, possibly with others too.",
        "{a} is spoken by {first}; {b} is spoken by {second}.",
        "Both lists contain {able}.",
        first=", ".join(n for n in names if (n, a) in rows),
        second=", ".join(n for n in names if (n, b) in rows),
        able=" and ".join(able),
    )


def _edges(schedule: str) -> list[Pair]:
    actions = [(part[0], part[1], part[3]) for part in schedule.split()]
    found = {
        (one, two)
        for index, (kind, one, item) in enumerate(actions)
        for other, two, thing in actions[index + 1 :]
        if one != two and item == thing and "w" in {kind, other}
    }
    return sorted(found)


def _orders(schedule: str) -> list[str]:
    edges = _edges(schedule)
    return ["".join(o) for o in permutations("123") if all(o.index(a) < o.index(b) for a, b in edges)]


def _draw_schedule(random: Random) -> Params:
    while True:
        text = " ".join(f"{random.choice('rw')}{random.choice('123')}({random.choice('xyz')})" for _ in range(7))
        if all(f"{number}(" in text for number in "123") and len(_orders(text)) < 2:
            return {"schedule": text}


@family(
    "database-systems-serializability",
    ("Conflict serializability", "Precedence graph"),
    _draw_schedule,
    "In the schedule {schedule} the letters r and w stand for reading and writing, followed by the number of the "
    "transaction and the item. Is the schedule conflict serializable? If so, name the equivalent serial order.",
    "Draw the precedence graph of the schedule {schedule}, where r marks a read, w a write, the digit the "
    "transaction and the letter in parentheses the item. State the equivalent serial order of the transactions or "
    "that there is none.",
)
def _serial(p: Params) -> Solution:
    schedule = str(p["schedule"])
    orders, edges = _orders(schedule), _edges(schedule)
    told = ", ".join(f"T{a} → T{b}" for a, b in edges)
    none = "not conflict serializable"
    answer = ", ".join(f"T{n}" for n in orders[0]) if orders else none
    reverse = ", ".join(f"T{n}" for n in orders[0][::-1]) if orders else "T1, T2, T3"
    return stated(
        p,
        answer,
        [reverse, none],
        "Two actions conflict if different transactions access the same item and at least one of them writes; the "
        "earlier action gives an edge to the later transaction.",
        "The precedence graph has the edges {told}.",
        "The graph has no cycle and allows only the serial order {order}."
        if orders
        else "The graph contains a cycle, so no serial order is equivalent to the schedule.",
        told=told,
        order=answer,
    )


PROBLEMS = (_lossless, _spurious, _preserved, _product, _join, _division, _serial)
