"""Homework families of algorithms on weighted graphs and of design techniques."""

from __future__ import annotations

from itertools import combinations, pairwise
from random import Random

from core.llm.builtin.problem import Params, Solution
from core.llm.builtin.problems._physics_tools import family, measured
from core.llm.builtin.problems.computer_science_b import listing, numbers

VERTICES = "ABCDEF"
Weights = dict[tuple[str, str], int]


def _weights(text: object) -> Weights:
    parts = (part.split(" ") for part in str(text).split(", "))
    return {(ends[0], ends[2]): int(weight) for ends, weight in parts}


def _draw_weights(random: Random) -> Params:
    edges = {tuple(sorted((VERTICES[i], random.choice(VERTICES[:i])))) for i in range(1, 6)}
    while len(edges) < 9:
        edges.add(tuple(sorted(random.sample(VERTICES, 2))))
    weights = random.sample(range(2, 16), 9)
    return {"edges": ", ".join(f"{a}-{b} {w}" for (a, b), w in zip(sorted(edges), weights, strict=True))}


def _distances(edges: Weights, unit: bool = False) -> tuple[dict[str, int], dict[str, str]]:
    done: dict[str, int] = {}
    open_: dict[str, int] = {"A": 0}
    before: dict[str, str] = {}
    while open_:
        vertex = min(open_, key=lambda v: (open_[v], v))
        done[vertex] = open_.pop(vertex)
        for (a, b), weight in edges.items():
            if vertex not in {a, b}:
                continue
            other, length = (b if a == vertex else a), done[vertex] + (1 if unit else weight)
            if other not in done and length < open_.get(other, 10**9):
                open_[other], before[other] = length, vertex
    return done, before


def _path(before: dict[str, str]) -> list[str]:
    path = ["F"]
    while path[0] != "A":
        path.insert(0, before[path[0]])
    return path


def _length(edges: Weights, path: list[str]) -> int:
    return sum(edges.get((a, b), edges.get((b, a), 0)) for a, b in pairwise(path))


def _draw_dijkstra(random: Random) -> Params:
    while True:
        params = _draw_weights(random)
        edges = _weights(params["edges"])
        best, few = _path(_distances(edges)[1]), _path(_distances(edges, unit=True)[1])
        if _length(edges, best) < _length(edges, few):
            return params


@family(
    "computer-science-dijkstra",
    ("Dijkstra's algorithm", "Shortest route in a graph"),
    _draw_dijkstra,
    "An undirected graph has the weighted edges {edges}, where the number is the length of the edge. Use Dijkstra's "
    "algorithm to find the length of a shortest path from A to F.",
    "The roads between six towns, with their lengths in km, are {edges}. How long is the shortest route from A to F in "
    "km, found with Dijkstra's algorithm? Give the number only.",
)
def _dijkstra(p: Params) -> Solution:
    edges = _weights(p["edges"])
    far, before = _distances(edges)
    few = _path(_distances(edges, unit=True)[1])
    path = _path(before)
    return measured(
        p,
        far["F"],
        "",
        [_length(edges, few), far["F"] + min(edges.values())],
        "Dijkstra's algorithm settles the vertices in the order of their distance from A and then improves the "
        "distances of their neighbours.",
        "The settled distances are {settled}.",
        "Tracing back from F gives the path {path} of length {ans}; the path with the fewest edges, {few}, is longer.",
        settled=", ".join(f"{v}: {d}" for v, d in far.items()),
        path="-".join(path),
        few="-".join(few),
    )


def _tree_edges(edges: Weights) -> list[tuple[tuple[str, str], int]]:
    group = {v: v for v in VERTICES}
    chosen: list[tuple[tuple[str, str], int]] = []
    for (a, b), weight in sorted(edges.items(), key=lambda item: item[1]):
        if group[a] != group[b]:
            chosen.append(((a, b), weight))
            old = group[b]
            group = {v: group[a] if g == old else g for v, g in group.items()}
    return chosen


@family(
    "computer-science-minimum-spanning-tree",
    ("Kruskal's algorithm",),
    _draw_weights,
    "Find the total weight of a minimum spanning tree of the undirected graph with the weighted edges {edges}.",
    "Six buildings can be connected by cables with the costs {edges}. What is the smallest total cost that connects "
    "all of them?",
)
def _spanning(p: Params) -> Solution:
    edges = _weights(p["edges"])
    chosen = _tree_edges(edges)
    cheapest = sum(sorted(edges.values())[:5])
    paths = sum(_length(edges, [a, b]) for b, a in _distances(edges)[1].items())
    return measured(
        p,
        sum(w for _, w in chosen),
        "",
        [cheapest, paths, sum(edges.values())],
        "Kruskal's algorithm goes through the edges by rising weight and takes each one that closes no cycle.",
        "It chooses {chosen}, which makes five edges for six vertices.",
        "Their total weight is {ans}.",
        chosen=", ".join(f"{a}-{b} ({w})" for (a, b), w in chosen),
    )


def _common(one: str, two: str) -> str:
    best = {(i, j): "" for i in range(len(one) + 1) for j in range(len(two) + 1)}
    for i, a in enumerate(one, 1):
        for j, b in enumerate(two, 1):
            longer = max(best[i - 1, j], best[i, j - 1], key=len)
            best[i, j] = best[i - 1, j - 1] + a if a == b else longer
    return best[len(one), len(two)]


def _substring(one: str, two: str) -> int:
    pieces = (one[i:j] for i in range(len(one)) for j in range(i, len(one) + 1))
    return max(len(piece) for piece in pieces if piece in two)


def _draw_strings(random: Random) -> Params:
    while True:
        one, two = ("".join(random.choice("ABCD") for _ in range(size)) for size in (7, 6))
        if 3 <= len(_common(one, two)) < 6 and _substring(one, two) < len(_common(one, two)):
            return {"one": one, "two": two}


@family(
    "computer-science-common-subsequence",
    ("Longest common subsequence",),
    _draw_strings,
    "How long is a longest common subsequence of the strings {one} and {two}?",
    "Determine with dynamic programming the length of the longest sequence of letters that appears in this order, not "
    "necessarily without gaps, both in {one} and in {two}.",
)
def _subsequence(p: Params) -> Solution:
    one, two = str(p["one"]), str(p["two"])
    found = _common(one, two)
    lines = [[len(_common(one[:i], two[:j])) for j in range(1, len(two) + 1)] for i in range(1, len(one) + 1)]
    return measured(
        p,
        len(found),
        "",
        [_substring(one, two), len(found) + 1, len(set(one) & set(two))],
        "Let $L(i, j)$ be the result for the first i letters of {one} and the first j letters of {two}: it is "
        "$L(i-1, j-1) + 1$ if the letters agree, and otherwise $\\max(L(i-1, j), L(i, j-1))$.",
        "Row by row, for $j \\ge 1$, the table reads {lines}.",
        "The last entry is {ans}; an example is {found}.",
        lines="; ".join(" ".join(map(str, line)) for line in lines),
        found=found,
    )


def _best(items: list[tuple[int, int]], room: int) -> tuple[tuple[int, int], ...]:
    choices = (c for size in range(len(items) + 1) for c in combinations(items, size))
    return max((c for c in choices if sum(w for w, _ in c) <= room), key=lambda c: sum(v for _, v in c))


def _greedy(items: list[tuple[int, int]], room: int) -> int:
    value = 0
    for weight, worth in sorted(items, key=lambda item: -item[1] / item[0]):
        if weight <= room:
            room, value = room - weight, value + worth
    return value


def _items(text: object) -> list[tuple[int, int]]:
    pairs = (part.split(" kg for ") for part in str(text).split(", "))
    return [(int(weight), int(worth)) for weight, worth in pairs]


def _draw_items(random: Random) -> Params:
    while True:
        items = [(w, random.randrange(8, 60)) for w in sorted(random.sample(range(2, 11), 5))]
        room = random.choice((10, 11, 12, 13, 14, 15))
        if _greedy(items, room) < sum(v for _, v in _best(items, room)):
            return {"items": ", ".join(f"{w} kg for {v}" for w, v in items), "room": room}


@family(
    "computer-science-knapsack",
    ("Knapsack problem",),
    _draw_items,
    "A bag carries at most {room} kg. Five items are on offer, each once, with weight and value: {items}. What is the "
    "largest total value that fits into the bag?",
    "Solve the knapsack problem in which each of five items is taken whole or not at all: {items} (weight for value). "
    "The capacity is {room} kg; give the best total value.",
)
def _knapsack(p: Params) -> Solution:
    items, room = _items(p["items"]), int(p["room"])
    chosen = _best(items, room)
    greedy = _greedy(items, room)
    return measured(
        p,
        sum(v for _, v in chosen),
        "",
        [greedy, sum(v for _, v in items)],
        "Dynamic programming computes the best value for every capacity, adding one item at a time: "
        "$B(c) = \\max(B(c), B(c - w) + v)$.",
        "Taking items by value per kilogram would reach only {greedy}, so the greedy choice is not optimal.",
        "The best choice is {chosen} with {load} kg in all and the value {ans}.",
        greedy=greedy,
        chosen=" and ".join(f"{w} kg for {v}" for w, v in chosen),
        load=sum(w for w, _ in chosen),
    )


def _draw_counts(random: Random) -> Params:
    while True:
        counts = random.sample(range(3, 60), 5)
        if _huffman(counts) < 3 * sum(counts):
            return {"counts": listing(counts)}


def _huffman(counts: list[int]) -> int:
    left, total = sorted(counts), 0
    while len(left) > 1:
        joined = left[0] + left[1]
        left, total = sorted([*left[2:], joined]), total + joined
    return total


def _merges(counts: list[int]) -> str:
    left, told = sorted(counts), []
    while len(left) > 1:
        told.append(f"{left[0]} + {left[1]} = {left[0] + left[1]}")
        left = sorted([*left[2:], left[0] + left[1]])
    return ", ".join(told)


@family(
    "computer-science-huffman",
    ("Huffman code",),
    _draw_counts,
    "Five letters occur {counts} times in a text. How many bits does the text have in an optimal prefix code for "
    "single letters?",
    "A file consists of five different symbols with the frequencies {counts}. Compute the number of bits of the file "
    "after Huffman coding, without the code table.",
)
def _code(p: Params) -> Solution:
    counts = numbers(p["counts"])
    total = _huffman(counts)
    return measured(
        p,
        total,
        "bits",
        [3 * sum(counts), total - sum(counts), 8 * sum(counts)],
        "Huffman's algorithm joins the two smallest frequencies again and again; every joining adds one bit to each "
        "letter below it.",
        "The joinings are {merges}.",
        "The length of the coded text is the sum of these results: {ans} bits. A fixed length of 3 bits a letter would "
        "need {fixed} bits.",
        merges=_merges(counts),
        fixed=3 * sum(counts),
    )


PROBLEMS = (_dijkstra, _spanning, _subsequence, _knapsack, _code)
