"""Applied mathematics problems on networks and stochastic models."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, permutations
from random import Random

from core.llm.builtin.numbers import plain
from core.llm.builtin.problem import Params, Problem, Solution
from core.llm.builtin.problems._mathematics_tools import added, ints, ratio, solved

_ROADS = ("AB", "AC", "BC", "BD", "CD", "CE", "DE", "DF", "EF")
_PIPES = ("SA", "SB", "AB", "AC", "BC", "BD", "CD", "CT", "DT")


def _edges(p: Params) -> dict[str, int]:
    return {part.split()[0]: int(part.split()[1]) for part in str(p["edges"]).split(", ")}


def _written(weights: dict[str, int]) -> str:
    return ", ".join(f"{edge} {weight}" for edge, weight in weights.items())


def _routes(weights: dict[str, int]) -> list[tuple[int, str]]:
    """All simple ways from A to F with their lengths, shortest first."""
    found: list[tuple[int, str]] = []
    for size in range(5):
        for middle in permutations("BCDE", size):
            route = "A" + "".join(middle) + "F"
            legs = ["".join(sorted(route[i : i + 2])) for i in range(len(route) - 1)]
            if all(leg in weights for leg in legs):
                found.append((sum(weights[leg] for leg in legs), route))
    return sorted(found)


def _draw_roads(r: Random) -> Params:
    while True:
        weights = dict(zip(_ROADS, r.sample(range(2, 16), len(_ROADS)), strict=True))
        first, second = _routes(weights)[:2]
        if first[0] < second[0]:
            return {"edges": _written(weights)}


def _shortest(p: Params) -> Solution:
    weights = _edges(p)
    routes = _routes(weights)

    def tell(way: tuple[int, str]) -> str:
        return f"{'-'.join(way[1])}, {way[0]} km"

    best = routes[0]
    legs = [weights["".join(sorted(best[1][i : i + 2]))] for i in range(len(best[1]) - 1)]
    return solved(
        tell(best),
        (tell(routes[1]), tell(routes[-1]), f"{'-'.join(best[1])}, {best[0] + 1} km"),
        "Dijkstra's algorithm fixes the towns in order of their distance from A and improves the labels of their "
        "neighbours.",
        f"The best label of F is reached on the way {'-'.join(best[1])} with length ${added(legs)} = {best[0]}$.",
        f"The next best way, {'-'.join(routes[1][1])}, is {routes[1][0]} km long.",
    )


SHORTEST = Problem(
    "applied-mathematics-shortest-path",
    ("Shortest path",),
    (
        (
            "Roads between the towns A to F have these lengths in km: {edges} (AB 5 would mean that A and B are 5 km "
            "apart). Find the shortest way from A to F and its length."
        ),
        (
            "Find the shortest path from A to F, with its length, in the undirected network with the road lengths "
            "{edges} in km, where an entry like AB 5 stands for a road of 5 km between A and B."
        ),
    ),
    _draw_roads,
    _shortest,
)


def _tree(weights: dict[str, int]) -> list[str]:
    """Kruskal's algorithm."""
    group = {town: town for edge in weights for town in edge}
    chosen: list[str] = []
    for edge in sorted(weights, key=lambda e: weights[e]):
        left, right = group[edge[0]], group[edge[1]]
        if left != right:
            chosen.append(edge)
            group = {town: left if mark == right else mark for town, mark in group.items()}
    return chosen


def _spanning(p: Params) -> Solution:
    weights = _edges(p)
    chosen = _tree(weights)
    total = sum(weights[e] for e in chosen)
    cheapest = sorted(weights, key=lambda e: weights[e])[:5]
    swapped = total - weights[chosen[-1]] + max(weights.values())

    def tell(edges: list[str], size: int) -> str:
        return f"{', '.join(sorted(edges))}, total {size}"

    return solved(
        tell(chosen, total),
        (tell(cheapest, sum(weights[e] for e in cheapest)), tell(list(weights), sum(weights.values())))
        + ((tell(chosen, swapped),) if swapped != total else ()),
        "Kruskal's algorithm takes the links in order of cost and skips a link that would close a cycle.",
        f"It chooses, in this order, {', '.join(f'{e} ({weights[e]})' for e in chosen)}.",
        f"These five links connect all six places at the cost ${added([weights[e] for e in chosen])} = {total}$.",
    )


SPANNING = Problem(
    "applied-mathematics-spanning-tree",
    ("Minimum spanning tree",),
    (
        (
            "Cables between the houses A to F would cost (in hundreds of euros): {edges}, where AB 5 means a cable "
            "from A to B for 5. Which cables form a minimum spanning tree, and what do they cost together?"
        ),
        (
            "Connect the six houses A to F as cheaply as possible; the possible cables and their costs in hundreds "
            "of euros are {edges} (read AB 5 as: the cable from A to B costs 5). Give the minimum spanning tree and "
            "its cost."
        ),
    ),
    _draw_roads,
    _spanning,
)


def _cuts(weights: dict[str, int]) -> list[tuple[int, str]]:
    """All cuts that separate S from T: capacity and the side of S, smallest first."""
    sides = ["S" + "".join(part) for size in range(5) for part in combinations("ABCD", size)]
    return sorted(
        (sum(w for edge, w in weights.items() if edge[0] in side and edge[1] not in side), side) for side in sides
    )


def _flow(p: Params) -> Solution:
    weights = _edges(p)
    value, side = _cuts(weights)[0]
    crossing = [edge for edge in weights if edge[0] in side and edge[1] not in side]
    out, into = weights["SA"] + weights["SB"], weights["CT"] + weights["DT"]
    return solved(
        f"{value} L/s",
        (f"{out} L/s", f"{into} L/s", f"{out + into} L/s", f"{_cuts(weights)[1][0] + 1} L/s"),
        "By the max-flow min-cut theorem the greatest flow equals the smallest capacity of a cut between S and T.",
        f"The cut with {', '.join(side)} on the side of S has the forward pipes {', '.join(crossing)} with capacity "
        f"${added([weights[e] for e in crossing])} = {value}$, and no other cut has a smaller one.",
        f"Augmenting paths from S to T reach this bound, so the maximum flow is {value} L/s.",
    )


def _draw_pipes(r: Random) -> Params:
    while True:
        weights = {edge: r.randint(2, 12) for edge in _PIPES}
        value = _cuts(weights)[0][0]
        if value < min(weights["SA"] + weights["SB"], weights["CT"] + weights["DT"]):
            return {"edges": _written(weights)}


FLOW = Problem(
    "applied-mathematics-maximum-flow",
    ("Maximum flow",),
    (
        (
            "One-way pipes have these capacities in L/s: {edges} (SA 7 would be a pipe from S to A that carries up "
            "to 7). What is the maximum flow from S to T?"
        ),
        (
            "Determine the maximum flow from the source S to the sink T in the directed network with capacities "
            "{edges} in L/s; an entry such as SA 7 is a pipe from S to A with capacity 7."
        ),
    ),
    _draw_pipes,
    _flow,
)


def _markov(p: Params) -> Solution:
    a, b = ints(p, "a b")
    s, t = Fraction(a, 100), Fraction(b, 100)
    two = s * s + (1 - s) * t
    return solved(
        plain(two, 4),
        (plain(s * s, 4), plain(s * t, 4), plain(2 * s * (1 - s), 4)),
        "In two days the weather can pass through a sunny or through a rainy day.",
        f"Sunny in between contributes ${plain(s)} \\cdot {plain(s)} = {plain(s * s, 4)}$, rainy in between "
        f"${plain(1 - s)} \\cdot {plain(t)} = {plain((1 - s) * t, 4)}$.",
        f"The sum is {plain(two, 4)}, the upper left entry of the squared transition matrix.",
    )


_WEATHER = "after a sunny day the next is sunny with probability {a} %, after a rainy day it is sunny with {b} %"

MARKOV = Problem(
    "applied-mathematics-markov-chain",
    ("Markov chain",),
    (
        (
            f"Weather as a Markov chain: {_WEATHER}. Today it is sunny. With what probability (as a decimal) will it "
            "be sunny the day after tomorrow?"
        ),
        (
            f"Suppose {_WEATHER}, independent of earlier days. If today is sunny, how likely is sun in two days, as a "
            "decimal?"
        ),
    ),
    lambda r: {"a": r.randrange(55, 95, 5), "b": r.randrange(15, 50, 5)},
    _markov,
)


def _steady(p: Params) -> Solution:
    a, b = ints(p, "a b")
    share = Fraction(b, 100 - a + b)
    return solved(
        ratio(share),
        (ratio(1 - share), ratio(Fraction(a, a + b)), ratio(Fraction(a + b, 200))),
        "In the steady state the share $s$ of sunny days reproduces itself: "
        f"$s = {plain(Fraction(a, 100))} s + {plain(Fraction(b, 100))} (1 - s)$.",
        f"This gives ${plain(Fraction(100 - a + b, 100))} s = {plain(Fraction(b, 100))}$.",
        f"Hence $s = {ratio(share)} \\approx {plain(share, 3)}$.",
    )


STEADY = Problem(
    "applied-mathematics-steady-state",
    ("Steady-state distribution", "Markov chain"),
    (
        (
            f"In a two-state weather model, {_WEATHER}. Which fraction of all days is sunny in the long run (lowest "
            f"terms)?"
        ),
        f"Find the stationary probability of sun, as a fraction in lowest terms, when {_WEATHER}.",
    ),
    lambda r: {"a": r.randrange(55, 95, 5), "b": r.randrange(15, 50, 5)},
    _steady,
)


def _queue(p: Params) -> Solution:
    lam, mu = ints(p, "lam mu")
    load = Fraction(lam, mu)
    count, wait = load / (1 - load), Fraction(60, mu - lam)

    def tell(n: Fraction, w: Fraction) -> str:
        return f"{plain(n, 2)} customers, {plain(w, 2)} minutes"

    return solved(
        tell(count, wait),
        (tell(load * count, load * wait), tell(load, Fraction(60, mu)), tell(count, Fraction(60, lam))),
        f"The utilisation is $\\rho = \\frac{{{lam}}}{{{mu}}} \\approx {plain(load, 4)}$, below 1, so a steady state "
        "exists.",
        f"The mean number in the system is $L = \\frac{{\\rho}}{{1 - \\rho}} = \\frac{{{lam}}}{{{mu - lam}}} \\approx "
        f"{plain(count, 2)}$.",
        f"By Little's law the mean time is $W = \\frac{{L}}{{\\lambda}} = \\frac{{1}}{{{mu} - {lam}}}$ h, that is "
        f"{plain(wait, 2)} minutes.",
    )


def _draw_queue(r: Random) -> Params:
    mu = r.randint(12, 40)
    return {"mu": mu, "lam": mu - r.randint(2, 6)}


QUEUE = Problem(
    "applied-mathematics-single-server-queue",
    ("Single-server queue",),
    (
        (
            "Customers arrive at a counter as a Poisson process with {lam} per hour; service times are exponential "
            "with a mean rate of {mu} per hour. Find the mean number of customers present and their mean time in the "
            "system in minutes (two decimals, steady state)."
        ),
        (
            "A single-server queue with Poisson arrivals and exponential service times has arrival rate {lam} and "
            "service rate {mu} per hour. What are, in the steady state, the mean number in the system and the mean "
            "time a customer spends there, in minutes, to two decimals?"
        ),
    ),
    _draw_queue,
    _queue,
)


PROBLEMS: tuple[Problem, ...] = (SHORTEST, SPANNING, FLOW, MARKOV, STEADY, QUEUE)
