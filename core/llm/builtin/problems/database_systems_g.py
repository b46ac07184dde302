"""Homework families of database internals: pages, indexes, query costs and concurrent transactions."""

from __future__ import annotations

from random import Random

from core.llm.builtin.problem import Params, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, stated


def _up(value: int, by: int) -> int:
    return -(-value // by)


@family(
    "database-systems-blocking-factor",
    ("Blocking factor", "Heap file"),
    grid(block="4096 8192 2048", record="100 120 150 180 220 300", n="10000 24000 50000 100000"),
    "A heap file stores {n} records of {record} bytes each in blocks of {block} bytes; a record never crosses a block "
    "boundary and headers are ignored. How many blocks does the file need?",
    "Records of fixed length {record} bytes are kept unspanned in blocks of {block} bytes, without block headers. Find "
    "the number of blocks of a heap file with {n} such records.",
)
def _blocks(p: Params) -> Solution:
    block, record, n = (int(x) for x in nums(p, "block record n"))
    factor = block // record
    return measured(
        p,
        _up(n, factor),
        "blocks",
        [_up(n * record, block), n // factor, _up(n, factor + 1)],
        r"The blocking factor is $\lfloor {block} / {record} \rfloor = {factor}$ records per block, since only whole "
        "records fit.",
        r"The file needs $\lceil {n} / {factor} \rceil = {ans}$ blocks; the last one may be partly empty.",
        factor=factor,
    )


@family(
    "database-systems-scan-cost",
    ("Heap file", "Sequential and random access"),
    grid(b="2000 4000 5000 8000 10000", k="20 50 100 200", s="8 10 12", t="0.1 0.2 0.5"),
    "A disk needs {s} ms to position its head and {t} ms to transfer a block. How much longer or shorter, in ms, is a "
    "sequential scan of {b} adjacent blocks (one positioning) than {k} random accesses to single blocks? Give scan "
    "time minus random time.",
    "Positioning takes {s} ms and the transfer of one block {t} ms. Compute the time for scanning {b} consecutive "
    "blocks with one positioning, minus the time for {k} random block accesses, in ms.",
)
def _scan(p: Params) -> Solution:
    b, k, s, t = nums(p, "b k s t")
    scan, random_time = s + b * t, k * (s + t)
    return measured(
        p,
        scan - random_time,
        "ms",
        [b * (s + t) - random_time, b * t - k * t],
        r"The scan positions once and then only transfers: ${s} + {b} \cdot {t} = {scan}$ ms.",
        r"Each random access pays for both: ${k} \cdot ({s} + {t}) = {single}$ ms.",
        "The difference is ${scan} - {single} = {ans}$ ms.",
        scan=scan,
        single=random_time,
    )


@family(
    "database-systems-sparse-index",
    ("Dense and sparse index", "Blocking factor"),
    grid(n="30000 60000 90000 120000", f="10 15 20 25 30", e="100 150 200 250"),
    "A file of {n} records is sorted by its key and holds {f} records per block. An index block holds {e} entries. By "
    "how many blocks is a sparse index (one entry per data block) smaller than a dense one (one entry per record)?",
    "For a sorted file with {n} records, {f} in each block, compare a dense index with a sparse one that has an entry "
    "for every data block only. {e} index entries fit into a block. How many index blocks does the sparse index save?",
)
def _sparse(p: Params) -> Solution:
    n, f, e = (int(x) for x in nums(p, "n f e"))
    dense, sparse = _up(n, e), _up(_up(n, f), e)
    return measured(
        p,
        dense - sparse,
        "blocks",
        [dense, sparse, n - _up(n, f)],
        r"The dense index has {n} entries in $\lceil {n} / {e} \rceil = {dense}$ blocks.",
        r"The file has {data} blocks, so the sparse index needs $\lceil {data} / {e} \rceil = {sparse}$ blocks.",
        "It saves ${dense} - {sparse} = {ans}$ blocks.",
        dense=dense,
        sparse=sparse,
        data=_up(n, f),
    )


@family(
    "database-systems-fan-out",
    ("Fan-out of a B+ tree",),
    grid(block="1024 2048 4096 8192", key="8 10 12 16 20", pointer="4 6 8"),
    "An inner node of a B+ tree fills one block of {block} bytes. A key takes {key} bytes and a pointer to a child "
    "{pointer} bytes; a node with m children has m - 1 keys. What is the largest possible m?",
    "How many children can an inner node of a B+ tree have if the block size is {block} bytes, keys are {key} bytes "
    "and child pointers {pointer} bytes long, and m children are separated by m - 1 keys?",
)
def _fan_out(p: Params) -> Solution:
    block, key, pointer = (int(x) for x in nums(p, "block key pointer"))
    most = (block + key) // (key + pointer)
    return measured(
        p,
        most,
        "children",
        [block // key, most + 1, block // (key + pointer) - 1],
        r"The node must satisfy $m \cdot {pointer} + (m - 1) \cdot {key} \le {block}$.",
        r"This gives $m \le ({block} + {key}) / ({key} + {pointer})$, and rounding down leads to $m = {ans}$.",
    )


@family(
    "database-systems-b-plus-tree-height",
    ("Height of a B+ tree", "Fan-out of a B+ tree"),
    grid(m="20 50 100 200", n="5000 30000 250000 600000 3000000 20000000"),
    "Every node of a B+ tree, leaf or inner, is full and holds {m} entries. How many levels, counting the leaves and "
    "the root, are needed to index {n} records?",
    "All nodes of a B+ tree are full: a leaf refers to {m} records, and an inner node has as many children. Find the "
    "smallest number of levels, root and leaves included, for {n} records.",
)
def _height(p: Params) -> Solution:
    m, n = (int(x) for x in nums(p, "m n"))
    levels = 1
    while m**levels < n:
        levels += 1
    return measured(
        p,
        levels,
        "levels",
        [levels - 1, levels + 1],
        "A full tree with $h$ levels reaches ${m}^h$ records, because each level multiplies the number by the fan-out.",
        r"With {before} levels at most {less} records fit, with {ans} levels {more} records.",
        r"Since ${less} < {n} \le {more}$, the tree needs {ans} levels.",
        before=levels - 1,
        less=m ** (levels - 1),
        more=m**levels,
    )


@family(
    "database-systems-selectivity",
    ("Selectivity estimate",),
    grid(n="12000 24000 36000 60000 120000", a="4 5 8 10", b="3 6 12", c="2 10 20"),
    "A table has {n} rows. Column x has {a} different values, y has {b} and z has {c}, all uniformly distributed and "
    "independent. How many rows does an optimizer expect for x = 'p' AND y = 'q' AND z = 'r'?",
    "Estimate the size of the result of x = 'p' AND y = 'q' AND z = 'r' on {n} rows if the columns have {a}, {b} and "
    "{c} distinct values, assuming uniform distribution and independence.",
)
def _selectivity(p: Params) -> Solution:
    n, a, b, c = nums(p, "n a b c")
    return measured(
        p,
        n / (a * b * c),
        "rows",
        [n / (a + b + c), n / (a * b), n / a + n / b + n / c],
        "Under uniform distribution a condition column = value keeps the fraction one over the number of its values.",
        "For independent conditions joined by AND the fractions multiply.",
        r"The estimate is ${n} / ({a} \cdot {b} \cdot {c}) = {ans}$ rows.",
        places=1,
    )


@family(
    "database-systems-block-nested-loop",
    ("Block nested-loop join",),
    grid(r="200 300 400 600 900", s="1000 1200 1500 2000", m="22 27 32 52 102"),
    "Relation R occupies {r} blocks and S {s} blocks. A block nested-loop join with R as the outer relation has {m} "
    "buffer blocks, of which 2 are reserved for reading S and for the output. How many blocks are read from disk?",
    "Compute the number of block reads of a block nested-loop join if {m} buffers are available (2 of them serve the "
    "inner relation and the output), the outer relation R has {r} blocks and the inner relation S has {s} blocks.",
)
def _nested(p: Params) -> Solution:
    r, s, m = (int(x) for x in nums(p, "r s m"))
    rounds = _up(r, m - 2)
    return measured(
        p,
        r + rounds * s,
        "block reads",
        [r + r * s, r + s, s + _up(s, m - 2) * r],
        r"R is read once, in portions of ${m} - 2$ blocks, which makes $\lceil {r} / ({m} - 2) \rceil = {rounds}$ "
        "portions.",
        "For every portion the whole of S is read.",
        r"Together this is ${r} + {rounds} \cdot {s} = {ans}$ block reads.",
        rounds=rounds,
    )


@family(
    "database-systems-external-sort",
    ("External merge sort",),
    grid(b="500 1000 2400 5000 10000 40000", m="5 9 11 17 21 41"),
    "A file of {b} blocks is sorted by external merge sort with {m} buffer blocks. How many block transfers, reads and "
    "writes together, are needed if the final result is also written?",
    "Find the total number of block reads and writes for sorting {b} blocks with external merge sort and {m} buffers, "
    "counting the writing of the sorted file.",
)
def _sorting(p: Params) -> Solution:
    b, m = (int(x) for x in nums(p, "b m"))
    runs, passes = _up(b, m), 0
    left = runs
    while left > 1:
        left, passes = _up(left, m - 1), passes + 1
    return measured(
        p,
        2 * b * (passes + 1),
        "block transfers",
        [2 * b * passes, b * (passes + 1), 2 * b * (passes + 2)],
        r"The first pass sorts {m} blocks at a time in the buffer and leaves $\lceil {b} / {m} \rceil = {runs}$ runs.",
        "Each merge pass joins up to {m} - 1 runs into one, so the number of merge passes is {passes}.",
        r"Every pass reads and writes each block once: $2 \cdot {b} \cdot (1 + {passes}) = {ans}$ transfers.",
        runs=runs,
        passes=passes,
    )


@family(
    "database-systems-lost-update",
    ("Lost update",),
    grid(b="300 400 500 800 950", a="50 75 120 200", c="30 60 80 150"),
    "An account holds {b} euros. Transaction T1 deposits {a} euros and T2 withdraws {c} euros. Both read the balance "
    "before either writes; then T1 writes and after it T2 writes. Which balance is stored in the end?",
    "Without any locking, a deposit of {a} euros (T1) and a withdrawal of {c} euros (T2) run at the same time on an "
    "account with {b} euros. Both read first, T1 writes next and T2 writes last. What does the account show then?",
)
def _update(p: Params) -> Solution:
    b, a, c = nums(p, "b a c")
    return measured(
        p,
        b - c,
        "euros",
        [b + a - c, b + a],
        "Both transactions work with the old balance of {b} euros.",
        "T1 writes ${b} + {a} = {first}$, but T2 overwrites it with ${b} - {c} = {ans}$.",
        "The deposit is lost; any serial execution would have ended with {right} euros.",
        first=b + a,
        right=b + a - c,
    )


def _draw_waits(random: Random) -> Params:
    numbers = [1, 2, 3, 4, 5]
    random.shuffle(numbers)
    size = random.choice((2, 3, 4))
    ring, rest = numbers[:size], numbers[size:]
    waits = dict(zip(ring, [*ring[1:], ring[0]], strict=True))
    waits.update({a: random.choice(ring) for a in rest})
    return {"waits": ", ".join(f"T{a} waits for T{b}" for a, b in sorted(waits.items()))}


@family(
    "database-systems-deadlock",
    ("Deadlock in a wait-for graph",),
    _draw_waits,
    "A lock manager records: {waits}. Which transactions form a deadlock?",
    "In a wait-for graph the following holds: {waits}. Name the transactions on the cycle of the graph.",
)
def _deadlock(p: Params) -> Solution:
    waits = dict(part.split(" waits for ") for part in str(p["waits"]).split(", "))
    place = "T1"
    for _ in waits:
        place = waits[place]
    ring = [place]
    while waits[ring[-1]] != place:
        ring.append(waits[ring[-1]])
    return stated(
        p,
        ", ".join(sorted(ring)),
        [", ".join(sorted(waits)), ", ".join(sorted(ring)[:-1]), ", ".join(sorted({*ring, "T1", "T2"}))],
        "A deadlock is a cycle in the wait-for graph, since each transaction on it waits for the next one forever.",
        "Following the edges leads into the cycle {path}.",
        "Transactions outside the cycle also wait, but they would go on once the cycle is broken.",
        path=" → ".join([*ring, place]),
    )


PROBLEMS = (
    _blocks,
    _scan,
    _sparse,
    _fan_out,
    _height,
    _selectivity,
    _nested,
    _sorting,
    _update,
    _deadlock,
)
