"""Homework families of digital systems: number codes, logic and sequential circuits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product
from random import Random

from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, stated

GATES: dict[str, Callable[[int, int], int]] = {
    "AND": lambda x, y: x & y,
    "OR": lambda x, y: x | y,
    "XOR": lambda x, y: x ^ y,
    "NAND": lambda x, y: 1 - (x & y),
    "NOR": lambda x, y: 1 - (x | y),
}
NAMES = "ABCD"


@family(
    "electrical-engineering-number-codes",
    ("Binary number", "Hexadecimal number"),
    grid(n=range(75, 255)),
    "Write the decimal number {n} as an eight-bit binary number and as a hexadecimal number.",
    "A register of eight bits holds the decimal value {n}. What are its bits, and what is its content in hexadecimal?",
)
def _codes(p: Params) -> Solution:
    n = int(p["n"])
    return stated(
        p,
        f"{n:08b}, hexadecimal {n:X}",
        [f"{n ^ 1:08b}, hexadecimal {n ^ 1:X}", f"{f'{n:08b}'[::-1]}, hexadecimal {n:X}"],
        "Dividing by 16 gives the two hexadecimal digits, each of which stands for four bits.",
        rf"${{n}} = {n // 16} \cdot 16 + {n % 16}$, so the hexadecimal digits are {n // 16:X} and {n % 16:X}.",
        f"As bits these are {n // 16:04b} and {n % 16:04b}, together {n:08b}.",
    )


def _spaced(bits: str) -> str:
    return f"{bits[:4]} {bits[4:]}"


@family(
    "electrical-engineering-twos-complement",
    ("Two's complement", "Binary number"),
    lambda random: {"bits": _spaced(f"{random.randrange(130, 254):08b}")},
    "Which decimal number does the eight-bit pattern {bits} represent in two's complement?",
    "Interpret the byte {bits} as a signed number in two's complement and give its decimal value.",
)
def _twos(p: Params) -> Solution:
    bits = str(p["bits"]).replace(" ", "")
    value = int(bits, 2)
    flipped = 255 - value
    return stated(
        p,
        str(value - 256),
        [str(value), str(-flipped), str(-(value - 128))],
        "The leading bit is 1, so the number is negative; its amount is found by inverting all bits and adding 1.",
        f"Inverting gives {_spaced(f'{flipped:08b}')}, which is {flipped}; adding 1 gives {flipped + 1}.",
        f"The value is therefore {value - 256}.",
    )


@family(
    "electrical-engineering-truth-table",
    ("Truth table",),
    grid(f=tuple(GATES), g=tuple(GATES), c=("C", "NOT C"), b=("B", "NOT B")),
    "Set up the truth table of Y = (A {f} {b}) {g} {c}. For how many of the combinations of A, B and C is Y equal to "
    "one?",
    "A circuit with the inputs A, B and C computes Y = (A {f} {b}) {g} {c}. In how many rows of its truth table does "
    "the output have the value one?",
)
def _truth(p: Params) -> Solution:
    ones = []
    for x, y, z in product((0, 1), repeat=3):
        inner = GATES[str(p["f"])](x, y ^ (p["b"] == "NOT B"))
        if GATES[str(p["g"])](inner, z ^ (p["c"] == "NOT C")):
            ones.append(f"{x}{y}{z}")
    return stated(
        p,
        str(len(ones)),
        [str(8 - len(ones)), str(len(ones) + 1)],
        "Three inputs have eight combinations; for each of them the bracket is evaluated first.",
        f"Y is one for ABC = {', '.join(ones)}." if ones else "Y is zero in every row.",
        f"That makes {len(ones)} of the 8 rows.",
    )


def _literal(name: str, positive: bool) -> str:
    return name if positive else f"NOT {name}"


def _negated(random: Random) -> Params:
    names = random.choice(("ABC", "KLM", "PQR", "XYZ"))
    x, y, z = (_literal(name, random.random() < 0.5) for name in names)
    return {"x": x, "y": y, "z": z, "op": random.choice(("AND", "OR"))}


@family(
    "electrical-engineering-de-morgan",
    ("De Morgan's laws",),
    _negated,
    "The enable signal of a controller is NOT ({x} {op} {y} {op} {z}). Write it without a negated bracket.",
    "Use De Morgan's laws to rewrite NOT ({x} {op} {y} {op} {z}) so that only single variables are negated.",
)
def _morgan(p: Params) -> Solution:
    terms = [str(p[name]) for name in "xyz"]
    flipped = [term[4:] if term.startswith("NOT ") else f"NOT {term}" for term in terms]
    dual = "OR" if p["op"] == "AND" else "AND"
    result = f" {dual} ".join(flipped)
    return stated(
        p,
        result,
        [f" {p['op']} ".join(flipped), f" {dual} ".join(terms)],
        "De Morgan's laws: the negation of a bracket negates every term and exchanges AND and OR.",
        f"The negated terms are {', '.join(flipped)}; a double negation cancels.",
        f"With {p['op']} turned into {dual} the result is {result}.",
    )


def _term(bits: Iterable[str]) -> str:
    return " AND ".join(_literal(name, bit == "1") for name, bit in zip(NAMES, bits, strict=True) if bit in "01")


def _implicant(random: Random) -> Params:
    kept = random.sample(range(4), 2)
    fixed = {position: random.choice("01") for position in kept}
    rows = [row for row in product("01", repeat=4) if all(row[i] == bit for i, bit in fixed.items())]
    return {"rows": ", ".join("".join(row) for row in rows)}


@family(
    "electrical-engineering-minimization",
    ("Logic minimization", "Truth table"),
    _implicant,
    "A function of A, B, C and D is one exactly for ABCD = {rows}. Write it as a single AND term with as few "
    "variables as possible.",
    "Simplify the switching function of the inputs A, B, C, D whose truth table has a one only in the rows ABCD = "
    "{rows}. The result is one AND term.",
)
def _minimization(p: Params) -> Solution:
    rows = str(p["rows"]).split(", ")
    common = ["-" if len({row[i] for row in rows}) > 1 else rows[0][i] for i in range(4)]
    free = [NAMES[i] for i in range(4) if common[i] == "-"]
    wrong = [bit if bit == "-" else str(1 - int(bit)) for bit in common]
    return stated(
        p,
        _term(common),
        [_term(wrong), _term(rows[0])],
        "A Karnaugh map shows the four ones as one block, because they agree in two variables and take all values of "
        "the other two.",
        f"The variables {' and '.join(free)} change within the block, so they drop out.",
        f"The remaining values, written in the order ABCD as {''.join(common)}, give {_term(common)}.",
    )


@family(
    "electrical-engineering-counter",
    ("Binary counter", "Binary number"),
    grid(n="3 4 5", s="1 2 3 5 6", k=range(10, 60, 3)),
    "A binary up counter with {n} flip-flops starts at the count {s} and receives {k} clock pulses. Which count does "
    "it show then, as a decimal number?",
    "What is the decimal state of a {n}-bit up counter after {k} clock pulses if it begins at {s} and starts again at "
    "zero after its highest state?",
)
def _counter(p: Params) -> Solution:
    n, s, k = (int(x) for x in nums(p, "n s k"))
    size = 2**n
    value = (s + k) % size
    return stated(
        p,
        str(value),
        [str(s + k), str(k % size), str((s + k) % (size - 1))],
        rf"With {{n}} flip-flops the counter has $2^{{n}} = {size}$ states, from 0 to {size - 1}.",
        rf"Without overflow it would reach ${{s}} + {{k}} = {s + k}$.",
        rf"Only the remainder counts: ${s + k} = {(s + k) // size} \cdot {size} + {value}$, so it shows {value}.",
    )


@family(
    "electrical-engineering-frequency-divider",
    ("Frequency divider", "Binary counter"),
    grid(f="4 8 10 12 16 20", n="5 6 7 8 10"),
    "A quartz oscillator of {f} MHz drives a chain of {n} toggle flip-flops. What is the frequency at the last "
    "output, in kHz? Round to three decimal places.",
    "The clock of {f} MHz passes {n} toggling flip-flops in a row. Which frequency in kHz is left at the end of the "
    "chain? Round to three decimal places.",
)
def _divided(p: Params) -> Solution:
    f, n = nums(p, "f n")
    size = 2 ** int(n)
    return measured(
        p,
        f * 1000 / size,
        "kHz",
        [f * 1000 / n, f * 1000 / (2 * n), f * 1000 / (size - 1)],
        "A toggle flip-flop changes its output once per input period, so it halves the frequency.",
        rf"A chain of {{n}} of them divides by $2^{{{{{int(n)}}}}} = {size}$.",
        rf"The output has ${{f}} \cdot 1000 / {size} \approx {{ans}}$ kHz.",
        places=3,
    )


def _register(random: Random) -> Params:
    return {"bits": " ".join(f"{random.randrange(1, 16):04b}"), "n": random.choice((2, 3, 4, 5, 6))}


@family(
    "electrical-engineering-shift-register",
    ("Shift register",),
    _register,
    "A four-bit shift register holds {bits} (leftmost bit first). With each clock pulse the bits move one place to "
    "the right, and the exclusive-or of the two rightmost old bits enters on the left. What does it hold after {n} "
    "pulses?",
    "In a right-shifting register of four stages the new leftmost bit is the exclusive-or of the old third and fourth "
    "bit. Starting from {bits}, find the content after {n} clock pulses.",
)
def _shift(p: Params) -> Solution:
    bits = [int(bit) for bit in str(p["bits"]).split()]
    states = ["".join(map(str, bits))]
    for _ in range(int(p["n"])):
        bits = [bits[2] ^ bits[3], *bits[:3]]
        states.append("".join(map(str, bits)))
    following = [bits[2] ^ bits[3], *bits[:3]]
    return stated(
        p,
        " ".join(map(str, bits)),
        [" ".join(map(str, following)), " ".join(states[-2])],
        "In each step the last bit is lost and the exclusive-or of the two rightmost bits comes in on the left.",
        f"The contents are, one pulse after the other: {', '.join(states)}.",
        f"After {{n}} pulses the register holds {states[-1]}.",
    )


PROBLEMS: tuple[Problem, ...] = (_codes, _twos, _truth, _morgan, _minimization, _counter, _divided, _shift)
