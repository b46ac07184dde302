"""Homework families of computer systems: numbers, codes, logic and adders."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from core.llm.builtin.problem import Params, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, stated
from core.llm.builtin.problems.computer_science_b import listing


def _draw_bits(random: Random) -> Params:
    return {"bits": f"{random.choice(('1', '11', '10', '101'))} {random.randrange(16):04b} {random.randrange(16):04b}"}


@family(
    "computer-science-binary",
    ("Binary numeral", "Hexadecimal numeral"),
    _draw_bits,
    "Convert the binary numeral {bits} (the blank only separates groups) to decimal and to hexadecimal. Give the "
    "answer as decimal value, then hexadecimal digits.",
    "A register shows the bits {bits}, grouped for reading. Read as an unsigned number, what is its decimal value, and "
    "how is it written in hexadecimal? Give both, the decimal value first.",
)
def _binary(p: Params) -> Solution:
    bits = str(p["bits"]).replace(" ", "")
    value = int(bits, 2)
    powers = [str(2 ** (len(bits) - 1 - i)) for i, bit in enumerate(bits) if bit == "1"]
    groups = [bits[max(i - 4, 0) : i] for i in range(len(bits), 0, -4)][::-1]
    wrong = int(bits[::-1], 2)
    return stated(
        p,
        f"{value}, {value:X}",
        [f"{wrong}, {wrong:X}", f"{value + 1}, {value + 1:X}"],
        "Each digit 1 stands for a power of two, counted from the right: ${powers} = {value}$.",
        "For hexadecimal the bits are grouped in fours from the right, and each group is one digit: {groups}.",
        powers=" + ".join(powers),
        value=value,
        groups=", ".join(f"{group} is {int(group, 2):X}" for group in groups),
    )


@family(
    "computer-science-hexadecimal",
    ("Hexadecimal numeral",),
    grid(a=[f"{n:X}" for n in range(0x1A, 0xFF, 7) if not f"{n:X}".isdigit()], b="0x1F 0x2C 0x3B 0x4D 0x6E 0xA7"),
    "Add the hexadecimal numerals 0x{a} and {b}. Give the sum in hexadecimal with the prefix 0x.",
    "Two offsets, 0x{a} and {b}, are added by an assembler. Write their sum as a hexadecimal numeral with the prefix "
    "0x.",
)
def _hexadecimal(p: Params) -> Solution:
    a, b = int(str(p["a"]), 16), int(str(p["b"]), 16)
    lost = (a & 0xF0) + (b & 0xF0) + (a + b) % 16
    low = a % 16 + b % 16
    return stated(
        p,
        f"0x{a + b:X}",
        [f"0x{lost:X}", f"0x{a + b + 10:X}", f"0x{a + b - 1:X}"],
        "The digits A to F stand for 10 to 15, and a carry arises as soon as a column reaches 16.",
        "The last digits give {low}, that is, digit {digit} and carry {carry}.",
        "Adding the front digits with this carry gives 0x{total}; as a check, ${a_value} + {b_value} = {value}$.",
        low=low,
        digit=f"{low % 16:X}",
        carry=low // 16,
        total=f"{a + b:X}",
        a_value=a,
        b_value=b,
        value=a + b,
    )


@family(
    "computer-science-twos-complement",
    ("Signed binary numeral",),
    grid(n=list(range(3, 127, 2))),
    "Write the number -{n} in two's complement with 8 bits.",
    "Which pattern of 8 bits represents -{n} in two's complement?",
)
def _complement(p: Params) -> Solution:
    n = int(p["n"])
    flipped = f"{255 - n:08b}"
    return stated(
        p,
        f"{256 - n:08b}",
        [flipped, f"{128 + n:08b}", f"{n:08b}"],
        "First {n} is written with 8 bits: {plus}.",
        "All bits are inverted: {flipped}.",
        "Adding 1 gives {found}; as a check, $256 - {n} = {rest}$ has the same pattern.",
        plus=f"{n:08b}",
        flipped=flipped,
        found=f"{256 - n:08b}",
        rest=256 - n,
    )


def _draw_float(random: Random) -> Params:
    sign, exponent = random.choice("01"), random.randrange(5, 11)
    return {"bits": f"{sign} {exponent:04b} {random.randrange(8):03b}"}


@family(
    "computer-science-floating-point",
    ("Floating-point number",),
    _draw_float,
    "A small floating-point format has one sign bit, four exponent bits with bias 7 and three fraction bits with a "
    "hidden leading 1. Which number do the bits {bits} represent?",
    "Decode {bits}: sign, exponent (four bits, bias 7) and fraction (three bits, hidden leading 1) of a normalised "
    "floating-point number. Give its decimal value.",
)
def _float(p: Params) -> Solution:
    sign, exponent, fraction = str(p["bits"]).split()
    e, f = int(exponent, 2) - 7, int(fraction, 2)
    factor = -1 if sign == "1" else 1
    value = factor * Fraction(8 + f, 8) * Fraction(2) ** e
    return measured(
        p,
        value,
        "",
        [factor * Fraction(f, 8) * Fraction(2) ** e, -value, value * 128],
        r"The exponent field {exponent} means ${field} - 7 = {e}$, and the sign bit {sign} means {kind}.",
        r"The significand is $1 + \frac{{{f}}}{{8}} = {significand}$ with the hidden 1.",
        r"The value is ${value_sign}{significand} \cdot 2^{{{e}}} = {ans}$.",
        places=6,
        exponent=exponent,
        field=e + 7,
        e=e,
        f=f,
        sign=sign,
        kind="negative" if sign == "1" else "positive",
        significand=Fraction(8 + f, 8),
        value_sign="-" if sign == "1" else "",
    )


@family(
    "computer-science-utf-8",
    ("Character encoding",),
    grid(a="120 250 400 640", b="15 24 36 50", c="8 12 20", d="2 3 5"),
    "A text in UTF-8 consists of {a} ASCII characters, {b} accented Latin letters (2 bytes each), {c} Chinese "
    "characters (3 bytes each) and {d} emoji (4 bytes each). How many bytes does it occupy?",
    "In UTF-8 an ASCII character is one byte long; accented Latin letters take 2, Chinese characters 3 and emoji 4 "
    "bytes. Find the size in bytes of a text with {a} ASCII characters, {b} accented letters, {c} Chinese characters "
    "and {d} emoji.",
)
def _utf8(p: Params) -> Solution:
    a, b, c, d = nums(p, "a b c d")
    return measured(
        p,
        a + 2 * b + 3 * c + 4 * d,
        "bytes",
        [a + b + c + d, 2 * (a + b + c + d), 4 * (a + b + c + d)],
        "UTF-8 is a code of variable length: the number of bytes depends on the character.",
        r"The sum is ${a} \cdot 1 + {b} \cdot 2 + {c} \cdot 3 + {d} \cdot 4 = {ans}$ bytes.",
    )


@family(
    "computer-science-image-size",
    ("Bitmap image",),
    grid(w="640 800 1024 1280", h="480 600 720 800", colors="16 256 65536", n="2 5 10"),
    "How many kilobytes (1 KB = 1000 bytes) do {n} uncompressed images of {w} × {h} pixels take if each pixel has one "
    "of {colors} colours?",
    "A camera stores {n} raw images, each {w} pixels wide and {h} pixels high, with {colors} possible colours per "
    "pixel. Compute the total size in KB, with 1 KB = 1000 bytes.",
)
def _image(p: Params) -> Solution:
    w, h, colors, n = (int(x) for x in nums(p, "w h colors n"))
    depth = colors.bit_length() - 1
    size = Fraction(w * h * depth * n, 8000)
    return measured(
        p,
        size,
        "KB",
        [size * 8, size / n, Fraction(w * h * colors * n, 8000)],
        "To tell {colors} colours apart, each pixel needs {depth} bits, because $2^{{{depth}}} = {colors}$.",
        r"All images together have ${n} \cdot {w} \cdot {h} \cdot {depth} = {bits}$ bits.",
        r"Dividing by 8 gives bytes and by 1000 kilobytes: {ans} KB.",
        depth=depth,
        bits=w * h * depth * n,
    )


_OPERATORS = ("AND", "OR", "XOR")


def _truth(text: str) -> list[int]:
    """The values of an expression for the rows 000, 001, ..., 111 of its truth table."""
    values: list[int] = []
    for row in range(8):
        words = text.replace("(", "( ").replace(")", " )").split()
        env = {"A": row & 4 > 0, "B": row & 2 > 0, "C": row & 1 > 0}
        values.append(int(_expression(words, env)))
    return values


def _expression(words: list[str], env: dict[str, bool]) -> bool:
    value = _operand(words, env)
    while words and words[0] in _OPERATORS:
        operator = words.pop(0)
        other = _operand(words, env)
        value = {"AND": value and other, "OR": value or other, "XOR": value != other}[operator]
    return value


def _operand(words: list[str], env: dict[str, bool]) -> bool:
    word = words.pop(0)
    if word == "NOT":
        return not _operand(words, env)
    if word == "(":
        value = _expression(words, env)
        words.pop(0)
        return value
    return env[word]


def _draw_expression(random: Random) -> Params:
    while True:
        x, y, z = random.sample("ABC", 3)
        inner = f"({x} {random.choice(('AND', 'OR', 'XOR'))} {random.choice(('', 'NOT '))}{y})"
        text = f"{random.choice(('', 'NOT '))}{inner} {random.choice(('AND', 'OR', 'XOR'))} {z}"
        if 0 < sum(_truth(text)) < 8:
            return {"text": text}


@family(
    "computer-science-truth-table",
    ("Truth table of a condition",),
    _draw_expression,
    "For how many of the assignments of truth values to A, B and C is {text} true?",
    "Set up the truth table of {text} with the inputs A, B and C, and count the rows in which the result is true.",
)
def _table(p: Params) -> Solution:
    values = _truth(str(p["text"]))
    rows = [f"{i:03b}" for i, value in enumerate(values) if value]
    return measured(
        p,
        sum(values),
        "rows",
        [8 - sum(values), 8, sum(values) + 1],
        "Three inputs give $2^3 = 8$ rows; the parenthesis is evaluated first.",
        "With the inputs written in the order ABC, the expression is true in these rows: {rows}.",
        "These are {ans} rows.",
        rows=", ".join(rows),
    )


@family(
    "computer-science-de-morgan",
    ("De Morgan's law",),
    grid(a="age stock price count", n="5 12 18 65 100", op="AND OR", b="paid blocked urgent valid open"),
    "A program continues while NOT ({a} < {n} {op} {b}) holds. Rewrite the condition without NOT in front of a "
    "parenthesis and without a negated comparison.",
    "Simplify the condition NOT ({a} < {n} {op} {b}) so that NOT stands only directly before a variable.",
)
def _morgan(p: Params) -> Solution:
    other = "OR" if p["op"] == "AND" else "AND"
    a, n, op, b = (p[name] for name in ("a", "n", "op", "b"))
    return stated(
        p,
        f"{a} >= {n} {other} NOT {b}",
        [f"{a} >= {n} {op} NOT {b}", f"{a} > {n} {other} NOT {b}", f"{a} >= {n} {other} {b}"],
        "By De Morgan's law a negation enters the parenthesis by negating both parts and exchanging AND and OR.",
        "So {op} becomes {other}, and the opposite of {a} < {n} is {a} >= {n}, which includes equality.",
        "The condition becomes {a} >= {n} {other} NOT {b}.",
        other=other,
    )


def _draw_adder(random: Random) -> Params:
    return {"a": f"{random.randrange(8, 16):04b} (A)", "b": f"{random.randrange(3, 16):04b} (B)"}


@family(
    "computer-science-full-adder",
    ("Full adder",),
    _draw_adder,
    "Four full adders form a ripple-carry adder. Its inputs are {a} and {b}, and the first carry is zero. How many of "
    "the four adders produce a carry of one?",
    "A ripple-carry adder for four bits adds {a} and {b} without an incoming carry. In how many of its full adders is "
    "the outgoing carry equal to one?",
)
def _adder(p: Params) -> Solution:
    a, b = str(p["a"])[:4], str(p["b"])[:4]
    carry, carries = 0, list[int]()
    for x, y in zip(reversed(a), reversed(b), strict=True):
        carry = int(int(x) + int(y) + carry >= 2)
        carries.append(carry)
    alone = sum(x == y == "1" for x, y in zip(a, b, strict=True))
    return measured(
        p,
        sum(carries),
        "",
        [alone, sum(carries) + 1, 4 - sum(carries)],
        "A full adder produces a carry exactly if at least two of its three inputs are one; the third input is the "
        "carry of the adder to its right.",
        "From the right the outgoing carries are {carries}.",
        "So {ans} of the adders produce a carry.",
        carries=listing(carries),
    )


PROBLEMS = (_binary, _hexadecimal, _complement, _float, _utf8, _image, _table, _morgan, _adder)
