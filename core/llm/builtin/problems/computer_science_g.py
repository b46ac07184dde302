"""Homework families of computer systems: scheduling, deadlocks, networks, compression and keys."""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby
from random import Random

from core.llm.builtin.problem import Params, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, stated
from core.llm.builtin.problems.computer_science_b import listing, numbers


def _draw_bursts(random: Random) -> Params:
    return {"bursts": listing(random.sample(range(2, 15), 4)), "q": random.choice((2, 3, 4))}


def _round_robin(bursts: list[int], quantum: int) -> tuple[list[int], list[str]]:
    left, ends, clock = dict(enumerate(bursts)), [0] * len(bursts), 0
    told: list[str] = []
    while left:
        number = next(iter(left))
        work = left.pop(number)
        clock += min(work, quantum)
        told.append(f"P{number + 1} until {clock}")
        if work > quantum:
            left[number] = work - quantum
        else:
            ends[number] = clock
    return ends, told


@family(
    "computer-science-round-robin",
    ("Round-robin scheduling", "Turnaround time"),
    _draw_bursts,
    "The processes P1, P2, P3 and P4 arrive together, in this order, and need {bursts} ms of processor time. The "
    "scheduler works round robin with a time slice of {q} ms and no switching cost. What is the mean turnaround time? "
    "Round to two decimal places.",
    "Round-robin scheduling with a time slice of {q} ms and free context switches serves P1, P2, P3 and P4, which all "
    "arrive at the start in this order and have the burst times {bursts} ms. Find the mean turnaround time, rounded to "
    "two decimal places.",
)
def _robin(p: Params) -> Solution:
    bursts, quantum = numbers(p["bursts"]), int(p["q"])
    ends, told = _round_robin(bursts, quantum)
    serial = [sum(bursts[: i + 1]) for i in range(4)]
    return measured(
        p,
        Fraction(sum(ends), 4),
        "ms",
        [Fraction(sum(serial), 4), Fraction(sum(ends) - sum(bursts), 4)],
        "Each process runs for at most {q} ms and then goes to the end of the queue if it is not finished.",
        "The processor is used as follows: {told}.",
        r"The processes end at {ends} ms, so the mean turnaround time is $\frac{{{total}}}{{4}} = {ans}$ ms.",
        told=", ".join(told),
        ends=listing(ends),
        total=sum(ends),
    )


def _draw_jobs(random: Random) -> Params:
    bursts = random.sample(range(2, 20), 4)
    return _draw_jobs(random) if bursts == sorted(bursts) else {"bursts": listing(bursts)}


@family(
    "computer-science-shortest-job",
    ("Shortest-job-first scheduling", "Turnaround time"),
    _draw_jobs,
    "Four jobs with the run times {bursts} minutes arrive together, in this order. By how many minutes is the mean "
    "waiting time of shortest-job-first scheduling smaller than that of first come, first served?",
    "The run times of four jobs that arrive at the same moment are, in the order of the queue, {bursts} minutes. How "
    "much mean waiting time, in minutes, is saved if the shortest job always goes first instead of the first in the "
    "queue?",
)
def _shortest(p: Params) -> Solution:
    bursts = numbers(p["bursts"])
    first, short = _waits(bursts), _waits(sorted(bursts))
    return measured(
        p,
        Fraction(sum(first) - sum(short), 4),
        "minutes",
        [sum(first) - sum(short), Fraction(sum(short), 4), Fraction(sum(first), 4)],
        "A job waits for all jobs that run before it.",
        r"In the order of the queue the waits are {first}, with the mean ${mean_first}$; in the order {order} they are "
        "{short}, with the mean ${mean_short}$.",
        "The difference is {ans} minutes.",
        first=listing(first),
        short=listing(short),
        order=listing(sorted(bursts)),
        mean_first=Fraction(sum(first), 4),
        mean_short=Fraction(sum(short), 4),
    )


def _waits(bursts: list[int]) -> list[int]:
    return [sum(bursts[:i]) for i in range(len(bursts))]


def _safe(free: int, holds: list[int], needs: list[int]) -> list[int]:
    order: list[int] = []
    while True:
        ready = [i for i, need in enumerate(needs) if i not in order and need <= free]
        if not ready:
            return order
        order.append(ready[0])
        free += holds[ready[0]]


def _draw_banker(random: Random) -> Params:
    while True:
        holds, needs = ([random.randrange(1, 7) for _ in range(4)] for _ in range(2))
        free = random.randrange(2, 5)
        if _safe(free, holds, needs) and _safe(free, holds, needs) != [0, 1, 2, 3]:
            return {"holds": listing(holds), "needs": listing(needs), "free": free}


@family(
    "computer-science-banker",
    ("Deadlock avoidance",),
    _draw_banker,
    "The processes P1 to P4 hold {holds} units of a resource and may still request {needs} units; {free} more units "
    "are free. Is the state safe? If so, give the order in which the processes can finish, always taking the one with "
    "the lowest number that is able to; otherwise answer unsafe.",
    "Apply the banker's algorithm to one resource type: {free} units are free, P1 to P4 hold {holds} and need at most "
    "{needs} further units. State the order of completion, choosing the lowest number whenever several can finish, or "
    "answer unsafe.",
)
def _banker(p: Params) -> Solution:
    holds, needs, free = numbers(p["holds"]), numbers(p["needs"]), int(p["free"])
    order = _safe(free, holds, needs)
    names = ", ".join(f"P{i + 1}" for i in order)
    safe = len(order) == 4
    return stated(
        p,
        names if safe else "unsafe",
        ["P1, P2, P3, P4", "unsafe" if safe else names],
        "A process can finish if its remaining need does not exceed the free units; then it returns all units it "
        "holds.",
        "Starting with {free} free units, these processes can finish in turn: {names}.",
        "All four processes finish, so the state is safe."
        if safe
        else "After that {rest} units are free, too few for any of the other processes, so the state is unsafe.",
        names=names,
        rest=free + sum(holds[i] for i in order),
    )


@family(
    "computer-science-subnet",
    ("Subnet mask",),
    grid(length="20 21 22 23 25 26 27 28", third="16 32 48 64 96 112 144 160", host="18 37 77 101 150 201"),
    "A host has the IP address 10.7.{third}.{host}/{length}. What is the address of its network?",
    "Which network address belongs to the host 10.7.{third}.{host} with the prefix length /{length}?",
)
def _subnet(p: Params) -> Solution:
    length, third, host = (int(x) for x in nums(p, "length third host"))
    value = (10 << 24) + (7 << 16) + (third << 8) + host
    mask = (2**32 - 1) ^ (2 ** (32 - length) - 1)
    return stated(
        p,
        _dotted(value & mask),
        [_dotted(value | ~mask & (2**32 - 1)), _dotted(value & mask | 1), _dotted(mask)],
        "The prefix length says that the first {length} bits belong to the network, so the mask is {mask}.",
        "A bitwise AND of address and mask sets the {rest} host bits to zero.",
        "This gives {net}.",
        mask=_dotted(mask),
        rest=32 - length,
        net=_dotted(value & mask),
    )


def _dotted(value: int) -> str:
    return ".".join(str(value >> shift & 255) for shift in (24, 16, 8, 0))


@family(
    "computer-science-transmission-delay",
    ("Transmission and propagation delay",),
    grid(size="1000 1250 1500 5000", rate="10 20 50 100", way="200 400 1000 3000"),
    "A packet of {size} bytes is sent over a link with {rate} Mbit/s and a length of {way} km; signals travel 200000 "
    "km/s. How many milliseconds pass from the first bit sent to the last bit received?",
    "Over a cable of {way} km, in which signals travel at 200000 km/s, one sends {size} bytes at {rate} Mbit/s. "
    "Compute the total of transmission and propagation delay in milliseconds.",
)
def _delay(p: Params) -> Solution:
    size, rate, way = nums(p, "size rate way")
    send, travel = size * 8 / (rate * 1000), way / 200
    return measured(
        p,
        send + travel,
        "ms",
        [size / (rate * 1000) + travel, send, travel],
        r"Putting the packet on the link takes $\frac{{{size} \cdot 8}}{{{rate} \cdot 10^6}}$ s $= {send}$ ms.",
        r"The signal travels for $\frac{{{way}}}{{200000}}$ s $= {travel}$ ms.",
        "The last bit arrives after ${send} + {travel} = {ans}$ ms.",
        places=4,
        send=send,
        travel=travel,
    )


def _draw_words(random: Random) -> Params:
    words = random.sample(range(128), 4)
    if any((a ^ b).bit_count() < 2 for a in words for b in words if a != b):
        return _draw_words(random)
    return {"words": ", ".join(f"{word:07b}" for word in words[:3]) + f" and {words[3]:07b}"}


@family(
    "computer-science-hamming-distance",
    ("Error-detecting code",),
    _draw_words,
    "A code consists of the words {words}. What is the minimum distance of the code, that is, the smallest Hamming "
    "distance of two of its words?",
    "How many bit errors are at least needed to turn one word of the code {words} into another one?",
)
def _hamming(p: Params) -> Solution:
    words = str(p["words"]).replace(" and ", ", ").split(", ")
    pairs = [(a, b) for i, a in enumerate(words) for b in words[i + 1 :]]
    distances = [sum(x != y for x, y in zip(a, b, strict=True)) for a, b in pairs]
    least = min(distances)
    return measured(
        p,
        least,
        "",
        [max(distances), least - 1],
        "The Hamming distance of two words is the number of positions in which they differ.",
        "The distances of the six pairs are {distances}.",
        "The smallest is {ans}, so up to {detected} errors in a word are always detected.",
        distances=listing(distances),
        detected=least - 1,
    )


def _draw_runs(random: Random) -> Params:
    lengths = [random.randrange(1, 10) for _ in range(6)]
    return {"row": "".join("BW"[i % 2] * n for i, n in enumerate(lengths))}


@family(
    "computer-science-run-length",
    ("Run-length encoding",),
    _draw_runs,
    "A row of black (B) and white (W) pixels reads {row}. Encode it as a sequence of runs, writing each as its length "
    "followed by the colour.",
    "Apply run-length encoding to {row}, with each run given as length and letter.",
)
def _runs(p: Params) -> Solution:
    row = str(p["row"])
    runs = [(letter, len(list(group))) for letter, group in groupby(row)]
    code = "".join(f"{n}{letter}" for letter, n in runs)
    return stated(
        p,
        code,
        ["".join(f"{letter}{n}" for letter, n in runs), f"{row.count('B')}B{row.count('W')}W"],
        "A run is a longest stretch of equal letters; each is replaced by its length and one copy of the letter.",
        "The lengths are {lengths}, beginning with {first}.",
        "The code is {code}, {size} characters instead of {before}.",
        lengths=listing([n for _, n in runs]),
        first=row[0],
        code=code,
        size=len(code),
        before=len(row),
    )


@family(
    "computer-science-diffie-hellman",
    ("Diffie-Hellman key exchange",),
    grid(prime="23 29 31 37 41", base="2 3 5 7", a="4 6 9 11", b="5 7 8 13"),
    "Anna and Bela agree on the prime {prime} and the base {base}. Anna's secret exponent is {a}, Bela's is {b}. Which "
    "common key does the Diffie-Hellman method give them?",
    "In a Diffie-Hellman key exchange with modulus {prime} and base {base}, the two parties choose the secret "
    "exponents {a} and {b}. Compute the shared key.",
)
def _exchange(p: Params) -> Solution:
    prime, base, a, b = (int(x) for x in nums(p, "prime base a b"))
    one, two, key = pow(base, a, prime), pow(base, b, prime), pow(base, a * b, prime)
    return measured(
        p,
        key,
        "",
        [one * two % prime, one, (key + 1) % prime],
        r"Each side publishes a power of the base: ${base}^{{{a}}} \bmod {prime} = {one}$ and ${base}^{{{b}}} \bmod "
        r"{prime} = {two}$.",
        "Each side raises the value received to its own secret exponent.",
        r"Both obtain ${two}^{{{a}}} \bmod {prime} = {one}^{{{b}}} \bmod {prime} = {ans}$.",
        one=one,
        two=two,
    )


@family(
    "computer-science-search-space",
    ("Brute-force search space",),
    grid(k="26 36 62 10", n="4 5 6", speed="1000 5000 20000 100000"),
    "Passwords consist of exactly {n} characters out of {k}. An attacker tests {speed} passwords per second. How many "
    "seconds does it take to try all of them? Round to two decimal places.",
    "How long, in seconds, does a program that checks {speed} passwords per second need for all passwords of {n} "
    "characters from an alphabet of {k} characters? Round to two decimal places.",
)
def _force(p: Params) -> Solution:
    k, n, speed = nums(p, "k n speed")
    return measured(
        p,
        k**n / speed,
        "s",
        [k * n / speed, n**k / speed if k < 20 else k ** (n - 1) / speed, k**n / speed / 2],
        "Every position can be filled independently, so there are ${k}^{n} = {count}$ passwords.",
        r"Testing all of them takes $\frac{{{count}}}{{{speed}}} = {ans}$ seconds; on average the attacker succeeds "
        "after half of that.",
        count=k**n,
    )


PROBLEMS = (_robin, _shortest, _banker, _subnet, _delay, _hamming, _runs, _exchange, _force)
