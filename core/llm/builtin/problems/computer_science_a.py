"""Homework families of algorithms: cost analysis, recursion, stacks and queues."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from core.llm.builtin.problem import Params, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, stated


@family(
    "computer-science-nested-loops",
    ("Counting operations",),
    grid(n="10 12 20 25 30 40 50", c="2 3 4 5", last="i n"),
    "A program runs\n\n```\nfor i = 1 to n\n  for j = 1 to {last}\n    work()\n```\n\nand every call of work() takes "
    "{c} microseconds. How many microseconds do all calls take for n = {n}?",
    "Each call of work() in the following fragment costs {c} microseconds. Compute the cost of all calls in "
    "microseconds for n = {n}.\n\n```\nfor i = 1 to n\n  for j = 1 to {last}\n    work()\n```",
)
def _loops(p: Params) -> Solution:
    n, c = nums(p, "n c")
    triangle, square = n * (n + 1) / 2, n * n
    calls, other = (triangle, square) if p["last"] == "i" else (square, triangle)
    return measured(
        p,
        calls * c,
        "microseconds",
        [other * c, calls, n * (n - 1) / 2 * c],
        "The inner loop runs i times in round i, so the calls add up to the sum of the first n natural numbers."
        if p["last"] == "i"
        else "The inner loop runs n times in every round of the outer loop, whatever i is.",
        r"The number of calls is $\frac{{n (n + 1)}}{{2}} = {calls}$."
        if p["last"] == "i"
        else r"The number of calls is $n \cdot n = {calls}$.",
        r"All calls together take ${calls} \cdot {c} = {ans}$ microseconds.",
        calls=calls,
    )


_GROWTH = {"n": 1, "n²": 2, "n³": 3}


@family(
    "computer-science-growth",
    ("Asymptotic growth",),
    grid(f=list(_GROWTH), t="3 4 6 12 15", n="1000 2000 5000", k="2 3 4 5 10"),
    "The running time of an algorithm is proportional to {f}. For an input of size {n} it takes {t} ms. How long does "
    "it take for an input that is {k} times as large?",
    "An algorithm whose running time grows like {f} needs {t} ms on {n} elements. Predict the time for {k} times as "
    "many elements.",
)
def _growth(p: Params) -> Solution:
    t, k = nums(p, "t k")
    e = _GROWTH[str(p["f"])]
    return measured(
        p,
        t * k**e,
        "ms",
        [t * k ** (e % 3 + 1), t * k * e, t * k**e * 10],
        "For a running time proportional to {f} only the factor between the sizes matters, not the size itself.",
        "Multiplying n by {k} multiplies {f} by ${k}^{e} = {factor}$.",
        r"The time is ${t} \cdot {factor} = {ans}$ ms.",
        e=e,
        factor=k**e,
    )


@family(
    "computer-science-worst-case",
    ("Worst case and average case",),
    grid(n="99 199 249 399 499 999", c="2 4 5 8"),
    "Linear search in an unsorted array of {n} elements spends {c} nanoseconds on each comparison. The element sought "
    "is present, and every position is equally likely. By how many nanoseconds does the worst case exceed the average?",
    "An array with {n} elements in random order is searched from the front; a comparison takes {c} nanoseconds and the "
    "sought element occurs exactly once, anywhere with equal probability. Find the time of the worst case minus the "
    "average time, in nanoseconds.",
)
def _linear(p: Params) -> Solution:
    n, c = nums(p, "n c")
    return measured(
        p,
        (n - (n + 1) / 2) * c,
        "ns",
        [n * c, (n + 1) / 2 * c, n / 2 * c],
        "In the worst case the element is last, which costs {n} comparisons.",
        r"On average over all positions the search takes $\frac{{{n} + 1}}{{2}} = {mean}$ comparisons.",
        r"The difference is $({n} - {mean}) \cdot {c} = {ans}$ ns.",
        mean=(n + 1) / 2,
    )


@family(
    "computer-science-recurrence",
    ("Recurrence of an algorithm",),
    grid(n="8 16 32 64", a="2 3", d="1 2 3 5", start="1 2"),
    "The cost of a recursive algorithm satisfies T(1) = {start} and T(n) = {a}·T(n/2) + {d}·n whenever n is a larger "
    "power of two. Compute T({n}).",
    "How many steps does an algorithm take on {n} elements if its cost obeys T(n) = {a}·T(n/2) + {d}·n with the "
    "initial value T(1) = {start}?",
)
def _recurrence(p: Params) -> Solution:
    n, a, d, start = (int(x) for x in nums(p, "n a d start"))
    values, size = [start], 1
    while size < n:
        size *= 2
        values.append(a * values[-1] + d * size)
    return measured(
        p,
        values[-1],
        "",
        [a * values[-2] + d, a * values[-2], values[-1] + d * n],
        "The recurrence is evaluated from the smallest input upwards.",
        "One obtains {chain}.",
        r"The last step is $T({n}) = {a} \cdot {before} + {d} \cdot {n} = {ans}$.",
        chain=", ".join(f"$T({2**i}) = {v}$" for i, v in enumerate(values)),
        before=values[-2],
    )


def _draw_master(random: Random) -> Params:
    b = random.choice((2, 3, 4, 5))
    return {"a": b ** random.choice((0, 1, 2, 3)), "b": b, "k": random.choice((1, 2, 3))}


@family(
    "computer-science-master-theorem",
    ("Master theorem",),
    _draw_master,
    "Use the master theorem to find the order of growth of T(n) = {a}·T(n/{b}) + c·n^{k} with a positive constant c.",
    "A recursive algorithm satisfies T(n) = {a}·T(n/{b}) + c·n^{k}, where c is a positive constant. Which Θ class does "
    "T belong to?",
)
def _master(p: Params) -> Solution:
    a, b, k = (int(x) for x in nums(p, "a b k"))
    e = 0
    while b**e < a:
        e += 1
    power = max(e, k)
    names = {True: f"Θ(n^{power} log n)", False: f"Θ(n^{power})"}
    return stated(
        p,
        names[e == k],
        [names[e != k], f"Θ(n^{min(e, k)})", f"Θ(n^{e + k})"],
        r"The critical exponent is $\log_{{{b}}} {a} = {e}$; it is compared with the exponent {k} of the extra work.",
        "Both exponents agree, so every level of the recursion costs the same and a factor $\\log n$ appears."
        if e == k
        else "The larger exponent, {power}, decides: "
        + ("the leaves of the recursion dominate." if e > k else "the work at the root dominates."),
        "Hence $T(n)$ belongs to {found}.",
        e=e,
        power=power,
        found=names[e == k],
    )


@family(
    "computer-science-call-tree",
    ("Recursion tree",),
    grid(n="4 5 6 7 8 9 10", low="1 2", cost="2 3 5"),
    "The function f returns 1 for arguments up to {low} and otherwise f(n - 1) + f(n - 2). Each call takes {cost} "
    "microseconds, without the calls inside it. How many microseconds does f({n}) take in all?",
    "A naive recursion computes f(n) = f(n - 1) + f(n - 2) and stops with the value 1 as soon as the argument is at "
    "most {low}. Count all calls caused by f({n}), the first included, and give the total time in microseconds if a "
    "call by itself lasts {cost} microseconds.",
)
def _calls(p: Params) -> Solution:
    n, low, cost = (int(x) for x in nums(p, "n low cost"))
    calls = {low - 1: 1, low: 1}
    for size in range(low + 1, n + 1):
        calls[size] = 1 + calls[size - 1] + calls[size - 2]
    return measured(
        p,
        calls[n] * cost,
        "microseconds",
        [n * cost, (calls[n] - 1) * cost, calls[n]],
        "Let C(n) be the number of calls; then $C(n) = 1 + C(n - 1) + C(n - 2)$, and $C(n) = 1$ where f stops.",
        "From below this gives {chain}.",
        r"The total time is ${count} \cdot {cost} = {ans}$ microseconds.",
        chain=", ".join(f"$C({size}) = {calls[size]}$" for size in range(low + 1, n + 1)),
        count=calls[n],
    )


def _draw_stack(random: Random) -> Params:
    while True:
        depth, words = 0, []
        for value in random.sample(range(10, 40), 10):
            if depth > 1 and random.random() < 0.45:
                words.append("pop")
                depth -= 1
            else:
                words.append(f"push {value}")
                depth += 1
        if words.count("pop") >= 3 and depth >= 2:
            return {"operations": ", ".join(words)}


@family(
    "computer-science-stack",
    ("Stack",),
    _draw_stack,
    "An empty stack undergoes the operations {operations}. List what it contains afterwards, from bottom to top.",
    "Starting with an empty stack, carry out {operations}. Write down the remaining elements, the bottom one first.",
)
def _stack(p: Params) -> Solution:
    stack: list[str] = []
    queue: list[str] = []
    popped: list[str] = []
    for word in str(p["operations"]).split(", "):
        if word == "pop":
            popped.append(stack.pop())
            queue.pop(0)
        else:
            stack.append(word.removeprefix("push "))
            queue.append(stack[-1])
    return stated(
        p,
        ", ".join(stack),
        [", ".join(queue), ", ".join(reversed(stack))],
        "A stack is last in, first out: pop removes the element that was pushed most recently.",
        "The pop operations remove {popped}, in this order.",
        "From bottom to top {left} remain.",
        popped=", ".join(popped),
        left=", ".join(stack),
    )


@family(
    "computer-science-circular-buffer",
    ("Circular buffer", "Queue"),
    grid(size="10 12 16", front="5 6 7 8", count="4 5", gone="2 3", more="3 4"),
    "A queue is stored in an array with the indices from 0 up, {size} cells in all, used as a circular buffer. The "
    "front element is at index {front}, and the queue holds {count} elements. Now {gone} elements leave and {more} "
    "enter. At which index will the next element be stored?",
    "A circular buffer of {size} cells, with indices starting at 0, implements a queue. Its front is at index {front} "
    "and it contains {count} elements. After {gone} removals and {more} insertions, which index is the next free cell "
    "at the rear?",
)
def _buffer(p: Params) -> Solution:
    size, front, count, gone, more = (int(x) for x in nums(p, "size front count gone more"))
    return measured(
        p,
        (front + count + more) % size,
        "",
        [(front + count + more - gone) % size, (front + count + more - 1) % size, front + count + more],
        "Elements enter at the rear and leave at the front; all indices are taken modulo {size}.",
        r"At first the next free cell is $({front} + {count}) \bmod {size} = {rear}$.",
        r"Removals move only the front, while insertions move the rear: $({rear} + {more}) \bmod {size} = {ans}$.",
        rear=(front + count) % size,
    )


def _draw_postfix(random: Random) -> Params:
    a, b, c, d = random.sample(range(2, 13), 4)
    shape = random.choice(("{a} {b} {x} {c} {y} {d} {z}", "{a} {b} {x} {c} {d} {y} {z}", "{a} {b} {c} {x} {d} {y} {z}"))
    x, y, z = random.choice("+-*"), random.choice("+-*"), random.choice("+-")
    return {"text": shape.format(a=a, b=b, c=c, d=d, x=x, y=y, z=z)}


def _evaluate(words: list[str], swapped: bool = False) -> tuple[int, list[str]]:
    stack: list[int] = []
    told: list[str] = []
    for word in words:
        if word not in "+-*":
            stack.append(int(word))
            continue
        right, left = stack.pop(), stack.pop()
        if swapped:
            left, right = right, left
        value = {"+": left + right, "-": left - right, "*": left * right}[word]
        told.append(rf"${left} {word.replace('*', chr(92) + 'cdot')} {f'({right})' if right < 0 else right} = {value}$")
        stack.append(value)
    return stack[0], told


@family(
    "computer-science-postfix",
    ("Postfix expression", "Stack"),
    _draw_postfix,
    "Evaluate the postfix expression {text} with a stack.",
    "What is the value of {text}, written in reverse Polish (postfix) notation?",
)
def _postfix(p: Params) -> Solution:
    words = str(p["text"]).split()
    value, told = _evaluate(words)
    wrong, _ = _evaluate(words, swapped=True)
    return measured(
        p,
        Fraction(value),
        "",
        [wrong, -value, value + 1],
        "Numbers are pushed on a stack; an operator pops the right operand first, then the left one, and pushes the "
        "result.",
        "The operators compute, in order: {told}.",
        "The number left on the stack is {ans}.",
        told=", ".join(told),
    )


PROBLEMS = (_loops, _growth, _linear, _recurrence, _master, _calls, _stack, _buffer, _postfix)
