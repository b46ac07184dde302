"""Homework families of algorithms: sorting, searching and hashing."""

from __future__ import annotations

from random import Random

from core.llm.builtin.problem import Params, Solution
from core.llm.builtin.problems._physics_tools import Draw, family, grid, measured, nums, stated


def numbers(text: object) -> list[int]:
    """The numbers of a text such as "5, 3, 8"."""
    return [int(part) for part in str(text).split(", ")]


def listing(values: list[int]) -> str:
    """The inverse of `numbers`."""
    return ", ".join(map(str, values))


def some(count: int, low: int = 2, high: int = 60) -> Draw:
    """A draw of so many different numbers, as the parameter `values`."""
    return lambda random: {"values": listing(random.sample(range(low, high), count))}


@family(
    "computer-science-insertion-sort",
    ("Insertion sort",),
    some(7),
    "Insertion sort brings the array {values} into ascending order. How many times is an element moved one place to "
    "the right to make room for the element being inserted?",
    "Count the shifts (moves of an element by one place to the right) that insertion sort performs while it sorts "
    "{values} in ascending order.",
)
def _insertion(p: Params) -> Solution:
    values = numbers(p["values"])
    shifts = [sum(other > value for other in values[:i]) for i, value in enumerate(values)]
    total, pairs = sum(shifts), len(values) * (len(values) - 1) // 2
    return measured(
        p,
        total,
        "shifts",
        [pairs - total, pairs, total + len(values) - 1],
        "When an element is inserted, exactly the larger elements to its left are shifted.",
        "For the elements from left to right these numbers are {shifts}.",
        "Their sum, the number of inversions of the array, is {ans}.",
        shifts=listing(shifts),
    )


def _draw_merge(random: Random) -> Params:
    values = random.sample(range(3, 70), 8)
    return {"left": listing(sorted(values[:4])), "right": listing(sorted(values[4:]))}


@family(
    "computer-science-merge",
    ("Merge sort",),
    _draw_merge,
    "Merge sort merges the sorted halves [{left}] and [{right}]. How many comparisons of two elements does the merging "
    "take?",
    "In the last step of merge sort the runs [{left}] and [{right}] are merged. Count the comparisons between elements "
    "until the result is complete.",
)
def _merge(p: Params) -> Solution:
    left, right = numbers(p["left"]), numbers(p["right"])
    merged: list[int] = []
    while left and right:
        merged.append(left.pop(0) if left[0] < right[0] else right.pop(0))
    rest = left or right
    return measured(
        p,
        len(merged),
        "comparisons",
        [7, 8, 16, len(merged) + 1],
        "Each comparison moves the smaller of the two front elements to the result, until one of the runs is empty.",
        "This way {merged} are moved by one comparison each.",
        "The rest, {rest}, is copied without comparisons, so {ans} comparisons suffice.",
        merged=listing(merged),
        rest=listing(rest),
    )


def _draw_partition(random: Random) -> Params:
    values = random.sample(range(2, 60), 7)
    return {"values": listing([*(v for v in values if v != sorted(values)[3]), sorted(values)[3]])}


def _partition(values: list[int]) -> list[int]:
    array, border = list(values), 0
    for i in range(len(array) - 1):
        if array[i] < array[-1]:
            array[i], array[border] = array[border], array[i]
            border += 1
    array[border], array[-1] = array[-1], array[border]
    return array


@family(
    "computer-science-quicksort-partition",
    ("Quicksort partition",),
    _draw_partition,
    "Quicksort partitions the array {values} with the last element as pivot: scanning from the left, each element "
    "smaller than the pivot is swapped to the end of the growing front part; finally the pivot is swapped to the first "
    "place behind the front part. Write down the array after this step.",
    "The last element of {values} serves as pivot. One pass from left to right swaps every smaller element with the "
    "first element behind the smaller ones found so far, and at the end the pivot is swapped to that place. Give the "
    "resulting array.",
)
def _quicksort(p: Params) -> Solution:
    values = numbers(p["values"])
    pivot, result = values[-1], _partition(values)
    stable = [v for v in values if v < pivot] + [pivot] + [v for v in values if v > pivot]
    return stated(
        p,
        listing(result),
        [listing(stable), listing(sorted(values)), listing(values)],
        "The pivot is {pivot}; the smaller elements are {small}, found in this order.",
        "They fill the first {count} places by swaps, and then the pivot takes place {place}.",
        "The result is {result}; left of the pivot all elements are smaller, right of it all are larger.",
        pivot=pivot,
        small=listing([v for v in values if v < pivot]) or "none",
        count=result.index(pivot),
        place=result.index(pivot) + 1,
        result=listing(result),
    )


def _draw_search(random: Random) -> Params:
    values = sorted(random.sample(range(3, 99), 11))
    return {"values": listing(values), "key": random.choice(values)}


@family(
    "computer-science-binary-search",
    ("Binary search",),
    _draw_search,
    "Binary search looks for {key} in the sorted array {values}; the middle of an even number of elements is the left "
    "one of the two. Which elements are compared with {key}, in this order?",
    "In the sorted array {values}, list the elements that binary search inspects while it looks for {key}. If there "
    "are two middle elements, the left one is taken. The value of the key itself, {key}, is inspected last.",
)
def _binary(p: Params) -> Solution:
    values, key = numbers(p["values"]), int(p["key"])
    low, high, seen = 0, len(values) - 1, list[int]()
    while not seen or seen[-1] != key:
        middle = (low + high) // 2
        seen.append(values[middle])
        low, high = (middle + 1, high) if values[middle] < key else (low, middle - 1)
    linear = values[: values.index(key) + 1]
    halves = {True: "too small, so the left half is dropped", False: "too large, so the right half is dropped"}
    told = " ".join(f"{value} is {halves[value < key]}." for value in seen[:-1])
    return stated(
        p,
        listing(seen),
        [listing(linear), listing(sorted(seen, reverse=True)), str(values[0])],
        "Binary search compares the key with the middle element and continues in the half that can contain it.",
        told or "The very first middle element is already the key.",
        "After {count} comparisons the key is found." if told else "So a single comparison is enough.",
        count=len(seen),
    )


def _draw_hash(random: Random) -> Params:
    while True:
        size = random.choice((7, 9, 11))
        values = random.sample(range(10, 80), 5)
        if len({v % size for v in values}) < 5 and _probe(values, size)[-1] != values[-1] % size:
            return {"values": listing(values), "size": size}


def _probe(values: list[int], size: int) -> list[int]:
    taken: list[int] = []
    for value in values:
        place = value % size
        while place in taken:
            place = (place + 1) % size
        taken.append(place)
    return taken


@family(
    "computer-science-linear-probing",
    ("Linear probing", "Hash function"),
    _draw_hash,
    "A hash table with {size} places, numbered from 0, uses the hash function h(k) = k mod {size} and linear probing. "
    "The keys {values} are inserted in this order. In which place does the last key end up?",
    "Insert the keys {values} one after the other into an empty hash table of {size} places, counted from 0, with "
    "hash function k mod {size} and linear probing. Give the place of the key inserted last.",
)
def _hashing(p: Params) -> Solution:
    values, size = numbers(p["values"]), int(p["size"])
    places = _probe(values, size)
    home = values[-1] % size
    return measured(
        p,
        places[-1],
        "",
        [home, (places[-1] + 1) % size, (home - 1) % size],
        "Each key goes to its hash value; if the place is taken, the next place is tried, after the last one again 0.",
        "The first four keys take the places {before}.",
        "The last key has the hash value {home}, which is taken, and probing leads to place {ans}.",
        before=", ".join(f"{places[i]} (key {values[i]})" for i in range(4)),
        home=home,
    )


@family(
    "computer-science-load-factor",
    ("Load factor",),
    grid(m="50 100 200 400 500 1000", a="0.5 0.6 0.75 0.8", n="12 16 18 20 22 24"),
    "A hash table with {m} places already holds {n} keys. It is enlarged before its load factor would exceed {a}. How "
    "many more keys can be inserted without enlarging it?",
    "The load factor of a hash table of {m} places must not be greater than {a}. With {n} keys in the table, how many "
    "further insertions are possible?",
)
def _load(p: Params) -> Solution:
    m, a, n = nums(p, "m a n")
    room = int(m * a - n)
    return measured(
        p,
        room,
        "keys",
        [m - n, m * a, (m - n) * a],
        r"The load factor is the number of keys divided by the number of places, so at most ${a} \cdot {m} = {most}$ "
        "keys are allowed.",
        "Since {n} keys are stored already, {ans} more can be inserted.",
        places=0,
        most=int(m * a),
    )


PROBLEMS = (_insertion, _merge, _quicksort, _binary, _hashing, _load)
