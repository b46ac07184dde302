"""Homework families of algorithms: trees, heaps and searches in graphs."""

from __future__ import annotations

from random import Random

from core.llm.builtin.problem import Params, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, stated
from core.llm.builtin.problems.computer_science_b import listing, numbers, some

Tree = dict[int, tuple[int | None, int | None]]
VERTICES = "ABCDEFG"


def _insert(values: list[int]) -> Tree:
    tree: Tree = {values[0]: (None, None)}
    for value in values[1:]:
        place: int | None = values[0]
        parent = values[0]
        while place is not None:
            parent = place
            place = tree[place][value > place]
        left, right = tree[parent]
        tree[parent] = (left, value) if value > parent else (value, right)
        tree[value] = (None, None)
    return tree


def _height(tree: Tree, root: int | None) -> int:
    return -1 if root is None else 1 + max(_height(tree, child) for child in tree[root])


@family(
    "computer-science-search-tree",
    ("Binary search tree",),
    some(8),
    "The keys {values} are inserted in this order into an empty binary search tree. What is the height of the tree, "
    "that is, the number of edges on the longest path from the root to a leaf?",
    "Build a binary search tree without balancing by inserting {values} one after the other. How many edges does its "
    "longest path from the root downwards have?",
)
def _tree(p: Params) -> Solution:
    values = numbers(p["values"])
    tree = _insert(values)
    height = _height(tree, values[0])
    hung = [
        f"{child} is the {side} child of {parent}"
        for parent, pair in tree.items()
        for side, child in zip(("left", "right"), pair, strict=True)
        if child
    ]
    return measured(
        p,
        height,
        "edges",
        [height + 1, 8, height - 1],
        "Each key moves left at larger keys and right at smaller ones until it finds a free place; the first key, "
        "{root}, is the root.",
        "In the resulting tree {hung}.",
        "Its longest path from the root has {ans} edges.",
        root=values[0],
        hung=", ".join(hung),
    )


def _walk(tree: Tree, root: int | None, order: str) -> list[int]:
    if root is None:
        return []
    left, right = (_walk(tree, child, order) for child in tree[root])
    return {"preorder": [root, *left, *right], "postorder": [*left, *right, root]}[order]


def _draw_walk(random: Random) -> Params:
    return {**some(7)(random), "order": random.choice(("preorder", "postorder"))}


@family(
    "computer-science-traversal",
    ("Tree traversal", "Binary search tree"),
    _draw_walk,
    "A binary search tree is built by inserting {values} in this order. In which sequence does a {order} traversal "
    "visit the keys?",
    "Insert {values} one by one into an empty binary search tree and write down the keys in {order}.",
)
def _traversal(p: Params) -> Solution:
    values, order = numbers(p["values"]), str(p["order"])
    tree = _insert(values)
    other = "postorder" if order == "preorder" else "preorder"
    return stated(
        p,
        listing(_walk(tree, values[0], order)),
        [listing(sorted(values)), listing(_walk(tree, values[0], other)), listing(values)],
        "The root is {root}; the smaller keys form its left subtree ({small}), the larger ones its right subtree "
        "({large}).",
        "A preorder traversal visits the root before both subtrees, a postorder traversal after them, and each subtree "
        "is treated in the same way.",
        "This gives {found}.",
        root=values[0],
        small=listing([v for v in values if v < values[0]]) or "empty",
        large=listing([v for v in values if v > values[0]]) or "empty",
        found=listing(_walk(tree, values[0], order)),
    )


def _sift(heap: list[int]) -> list[int]:
    array, i = list(heap), 0
    while 2 * i + 1 < len(array):
        child = min((c for c in (2 * i + 1, 2 * i + 2) if c < len(array)), key=lambda c: array[c])
        if array[child] >= array[i]:
            break
        array[i], array[child] = array[child], array[i]
        i = child
    return array


def _draw_heap(random: Random) -> Params:
    heap: list[int] = []
    for value in random.sample(range(2, 60), 8):
        heap.append(value)
        i = len(heap) - 1
        while i and heap[(i - 1) // 2] > heap[i]:
            heap[i], heap[(i - 1) // 2] = heap[(i - 1) // 2], heap[i]
            i = (i - 1) // 2
    return {"values": listing(heap)}


@family(
    "computer-science-heap",
    ("Binary heap",),
    _draw_heap,
    "A binary min-heap is stored in the array {values}. Give the array after the minimum has been removed in the "
    "usual way.",
    "From the binary heap with the smallest key on top, kept in the array {values}, the top key is extracted. What "
    "does the array look like after the heap property is restored?",
)
def _heap(p: Params) -> Solution:
    values = numbers(p["values"])
    moved = [values[-1], *values[1:-1]]
    result = _sift(moved)
    return stated(
        p,
        listing(result),
        [listing(moved), listing(values[1:]), listing(sorted(values[1:]))],
        "The last key, {last}, replaces the removed minimum {top} at the root: {moved}.",
        "Then it is swapped with the smaller of its children as long as that child is smaller.",
        "The array becomes {result}.",
        last=values[-1],
        top=values[0],
        moved=listing(moved),
        result=listing(result),
    )


def _draw_graph(random: Random) -> Params:
    edges = {tuple(sorted((VERTICES[i], random.choice(VERTICES[:i])))) for i in range(1, 7)}
    while len(edges) < 9:
        edges.add(tuple(sorted(random.sample(VERTICES, 2))))
    return {"edges": ", ".join("-".join(edge) for edge in sorted(edges))}


def _neighbours(text: object) -> dict[str, list[str]]:
    pairs = [tuple(part.split("-")) for part in str(text).split(", ")]
    return {v: sorted({b if a == v else a for a, b in pairs if v in {a, b}}) for v in VERTICES}


def _breadth(near: dict[str, list[str]]) -> list[str]:
    seen = ["A"]
    for vertex in seen:
        seen.extend(v for v in near[vertex] if v not in seen)
    return seen


def _depth(near: dict[str, list[str]], vertex: str, seen: list[str]) -> list[str]:
    seen.append(vertex)
    for v in near[vertex]:
        if v not in seen:
            _depth(near, v, seen)
    return seen


def _draw_search(random: Random) -> Params:
    while True:
        params = _draw_graph(random)
        near = _neighbours(params["edges"])
        if _breadth(near) != _depth(near, "A", []):
            return params


@family(
    "computer-science-breadth-first",
    ("Breadth-first search",),
    _draw_search,
    "An undirected graph has the edges {edges}. In which order does a breadth-first search from A visit the vertices "
    "if neighbours are taken in alphabetical order?",
    "Run a breadth-first search from vertex A on the undirected graph with edges {edges}, always taking neighbours "
    "alphabetically. List the vertices in the order of their discovery.",
)
def _bfs(p: Params) -> Solution:
    near = _neighbours(p["edges"])
    order = _breadth(near)
    deep = _depth(near, "A", [])
    return stated(
        p,
        ", ".join(order),
        [", ".join(deep), ", ".join([*order[:-2], order[-1], order[-2]])],
        "Breadth-first search uses a queue: all neighbours of a vertex are discovered before the search goes deeper.",
        "The neighbours of A are {first}, so they come first; then their undiscovered neighbours follow in turn.",
        "The order is {order}.",
        first=", ".join(near["A"]),
        order=", ".join(order),
    )


@family(
    "computer-science-depth-first",
    ("Depth-first search",),
    _draw_search,
    "Starting at A, a recursive depth-first search explores the undirected graph with the edges {edges} and prefers "
    "the alphabetically first unvisited neighbour. Give the order in which the vertices are visited.",
    "The edges of an undirected graph are {edges}. List the vertices as a depth-first search from A reaches them when "
    "it tries neighbours in alphabetical order.",
)
def _dfs(p: Params) -> Solution:
    near = _neighbours(p["edges"])
    order = _depth(near, "A", [])
    return stated(
        p,
        ", ".join(order),
        [", ".join(_breadth(near)), ", ".join([*order[:-2], order[-1], order[-2]])],
        "Depth-first search goes on from the vertex just reached and returns only when it has no unvisited neighbour.",
        "From A the search first goes to {first}, the alphabetically first of the neighbours {near}.",
        "Continuing in this way gives {order}.",
        first=order[1],
        near=", ".join(near["A"]),
        order=", ".join(order),
    )


def _draw_tasks(random: Random) -> Params:
    order = random.sample("PQRSTU", 6)
    arcs = {(order[i], order[j]) for i, j in (sorted(random.sample(range(6), 2)) for _ in range(8))}
    loose = set("PQRSTU") - {v for arc in arcs for v in arc}
    return _draw_tasks(random) if loose else {"arcs": ", ".join(f"{a} before {b}" for a, b in sorted(arcs))}


def _sorted(arcs: list[list[str]]) -> list[str]:
    order: list[str] = []
    while len(order) < 6:
        order.append(next(v for v in "PQRSTU" if v not in order and all(a in order for a, b in arcs if b == v)))
    return order


@family(
    "computer-science-topological-order",
    ("Topological order",),
    _draw_tasks,
    "The tasks P, Q, R, S, T and U must respect these rules: {arcs}. Construct a topological order by always choosing "
    "the alphabetically first task that is free to start.",
    "Six tasks P to U depend on each other: {arcs}. Which topological order arises if, at each step, the first task in "
    "the alphabet without open predecessors is taken?",
)
def _topological(p: Params) -> Solution:
    arcs = [part.split(" before ") for part in str(p["arcs"]).split(", ")]
    order = _sorted(arcs)
    free = [v for v in "PQRSTU" if all(b != v for _, b in arcs)]
    return stated(
        p,
        ", ".join(order),
        [", ".join(reversed(order)), "P, Q, R, S, T, U", ", ".join([*order[1:], order[0]])],
        "A task is free as soon as all tasks that must come before it are done.",
        "At the start the tasks without predecessors are: {free}.",
        "Taking the alphabetically first free task again and again gives {order}.",
        free=", ".join(free),
        order=", ".join(order),
    )


@family(
    "computer-science-graph-representation",
    ("Graph representation",),
    grid(n="50 100 200 400", e="120 300 450 600 900", b="4 8"),
    "An undirected graph has {n} vertices and {e} edges. An adjacency matrix takes 1 byte per entry; adjacency lists "
    "take {b} bytes for every list entry and for the head of every list. How many bytes larger is the matrix?",
    "Compare two ways to store an undirected graph with {n} vertices and {e} edges: a matrix with 1 byte per entry, "
    "and adjacency lists in which each entry and each head of a list occupies {b} bytes. Compute the bytes of the "
    "matrix minus those of the lists.",
)
def _storage(p: Params) -> Solution:
    n, e, b = nums(p, "n e b")
    lists = (n + 2 * e) * b
    return measured(
        p,
        n * n - lists,
        "bytes",
        [n * n - (n + e) * b, n * n - 2 * e * b, n * n],
        "The matrix has one entry for each ordered pair of vertices: ${n}^2 = {matrix}$ bytes.",
        "In the lists an undirected edge appears at both of its ends.",
        r"The lists take $({n} + 2 \cdot {e}) \cdot {b} = {lists}$ bytes, so the difference is {ans} bytes.",
        matrix=n * n,
        lists=lists,
    )


PROBLEMS = (_tree, _traversal, _heap, _bfs, _dfs, _topological, _storage)
