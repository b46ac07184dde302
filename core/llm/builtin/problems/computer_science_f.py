"""Homework families of computer systems: processor performance, caches and virtual memory."""

from __future__ import annotations

from random import Random

from core.llm.builtin.problem import Params, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, stated
from core.llm.builtin.problems.computer_science_b import listing, numbers


@family(
    "computer-science-cpi",
    ("Cycles per instruction",),
    grid(n="2 4 6 8", load="20 30", c="4 5 6", branch="10 20", d="2 3", f="2 4"),
    "A program executes {n} billion instructions: {load}% are memory accesses with {c} cycles, {branch}% are branches "
    "with {d} cycles, and all others need one cycle. How many seconds does it run on a processor with {f} GHz?",
    "On a {f} GHz processor memory instructions take {c} cycles, branches {d} cycles and all others a single one. Find "
    "the run time in seconds of {n} billion instructions with {load}% memory instructions and {branch}% branches.",
)
def _cpi(p: Params) -> Solution:
    n, load, c, branch, d, f = nums(p, "n load c branch d f")
    cpi = (load * c + branch * d + (100 - load - branch)) / 100
    return measured(
        p,
        n * cpi / f,
        "s",
        [n / f, n * (c + d + 1) / 3 / f, n * cpi],
        "The mean number of cycles per instruction is the average of the classes, weighted by their shares.",
        r"It is $\frac{{{load} \cdot {c} + {branch} \cdot {d} + {rest} \cdot 1}}{{100}} = {cpi}$.",
        r"The time is $\frac{{{n} \cdot 10^9 \cdot {cpi}}}{{{f} \cdot 10^9}} = {ans}$ s.",
        places=3,
        rest=100 - load - branch,
        cpi=cpi,
    )


@family(
    "computer-science-pipeline",
    ("Instruction pipeline",),
    grid(k="4 5 6 8", n="50 100 200 400", t="2 4 5 10", s="3 6 12"),
    "A pipeline has {k} stages of {t} ns each. It executes {n} instructions and loses {s} cycles through stalls. How "
    "long does this take?",
    "Compute the time in which a processor with a pipeline of {k} stages and a cycle of {t} ns finishes {n} "
    "instructions if stalls cost {s} extra cycles.",
)
def _pipeline(p: Params) -> Solution:
    k, n, t, s = nums(p, "k n t s")
    return measured(
        p,
        (k + n - 1 + s) * t,
        "ns",
        [(n + s) * t, (k * n + s) * t, (k + n - 1) * t],
        "The first instruction needs all {k} stages; after that one instruction is finished in every cycle.",
        "Without stalls this makes ${k} + {n} - 1 = {plain_cycles}$ cycles, with stalls {cycles}.",
        r"The time is ${cycles} \cdot {t} = {ans}$ ns.",
        plain_cycles=k + n - 1,
        cycles=k + n - 1 + s,
    )


@family(
    "computer-science-amdahl",
    ("Amdahl's law",),
    grid(share="60 75 80 90 95", cores="4 5 8 10 16 20"),
    "{share}% of the run time of a program can be spread evenly over processors, the rest is serial. Which speed-up do "
    "{cores} processors achieve? Round to two decimal places.",
    "By Amdahl's law, how many times faster does a program become on {cores} processors if {share}% of its original "
    "run time parallelises perfectly and the remainder not at all? Round to two decimal places.",
)
def _amdahl(p: Params) -> Solution:
    share, cores = nums(p, "share cores")
    x = share / 100
    return measured(
        p,
        1 / (1 - x + x / cores),
        "",
        [1 / (1 - x), cores * x, cores],
        "Amdahl's law divides the old time by the new one: $S = \\frac{{1}}{{(1 - p) + p / n}}$.",
        r"With $p = {x}$ and $n = {cores}$ the denominator is ${rest} + {part} = {sum}$.",
        "So the speed-up is {ans}.",
        x=x,
        rest=1 - x,
        part=x / cores,
        sum=1 - x + x / cores,
    )


@family(
    "computer-science-cache-fields",
    ("Cache address fields",),
    grid(size="8 16 32 64 128", line="16 32 64", ways="1 2 4 8"),
    "A cache of {size} KiB (1 KiB = 1024 bytes) has lines of {line} bytes and associativity {ways}. Addresses have 32 "
    "bits. How many bits does the tag have?",
    "Addresses of 32 bits access a cache with {size} KiB of data (1 KiB = 1024 bytes), associativity {ways} and lines "
    "of {line} bytes. Determine the length of the tag in bits.",
)
def _fields(p: Params) -> Solution:
    size, line, ways = (int(x) for x in nums(p, "size line ways"))
    sets = size * 1024 // line // ways
    offset, index = line.bit_length() - 1, sets.bit_length() - 1
    return measured(
        p,
        32 - offset - index,
        "bits",
        [32 - index, 32 - offset, 32 - offset - index - (ways.bit_length() - 1 or 1)],
        "The offset selects a byte in the line: {line} bytes need {offset} bits.",
        r"The number of sets is $\frac{{{size} \cdot 1024}}{{{line} \cdot {ways}}} = {sets}$, which takes {index} "
        r"index "
        "bits.",
        "The tag has the remaining $32 - {offset} - {index} = {ans}$ bits.",
        offset=offset,
        index=index,
        sets=sets,
    )


@family(
    "computer-science-memory-access-time",
    ("Average memory access time",),
    grid(hit="1 2", rate="2 4 5 8 10", second="10 12", miss="20 25 30 50", memory="80 100 120 200"),
    "A first-level cache answers in {hit} ns and misses {rate}% of the accesses. Misses go to a second-level cache "
    "({second} ns), which misses {miss}% of what reaches it; main memory then takes {memory} ns more. What is the "
    "average access time?",
    "Every access costs {hit} ns in the L-one cache; {rate}% of them continue to the L-two cache for {second} ns more, "
    "and {miss}% of those continue to memory for another {memory} ns. Compute the average memory access time.",
)
def _access(p: Params) -> Solution:
    hit, rate, second, miss, memory = nums(p, "hit rate second miss memory")
    inner = second + miss * memory / 100
    return measured(
        p,
        hit + rate * inner / 100,
        "ns",
        [hit + rate / 100 * second + miss / 100 * memory, hit + second + memory, inner],
        r"A miss in the first cache costs on average ${second} + {m} \cdot {memory} = {inner}$ ns.",
        r"This happens in {rate}% of the accesses, so the average is ${hit} + {r} \cdot {inner} = {ans}$ ns.",
        places=3,
        m=miss / 100,
        r=rate / 100,
        inner=inner,
    )


def _draw_lines(random: Random) -> Params:
    pool = random.sample(range(24), 4)
    return {"blocks": listing([random.choice(pool) for _ in range(10)]), "lines": random.choice((4, 8))}


@family(
    "computer-science-direct-mapped",
    ("Direct-mapped cache",),
    _draw_lines,
    "A direct-mapped cache with {lines} lines is empty at first. Block b of memory can only be in line b mod {lines}. "
    "How many hits occur when the blocks {blocks} are accessed in this order?",
    "The memory blocks {blocks} are accessed one after the other through an initially empty direct-mapped cache of "
    "{lines} lines (block b belongs to line b mod {lines}). Count the hits.",
)
def _direct(p: Params) -> Solution:
    blocks, lines = numbers(p["blocks"]), int(p["lines"])
    cache: dict[int, int] = {}
    told: list[str] = []
    for block in blocks:
        told.append("hit" if cache.get(block % lines) == block else "miss")
        cache[block % lines] = block
    hits = told.count("hit")
    return measured(
        p,
        hits,
        "hits" if hits != 1 else "hit",
        [10 - hits, len(blocks) - len(set(blocks)), hits + 1],
        "An access hits if the line still holds this very block; otherwise the block replaces what was in its line.",
        "The accesses give, in order: {told}.",
        "So there are {ans} of the 10 accesses that hit.",
        told=", ".join(told),
    )


@family(
    "computer-science-page-table",
    ("Page table",),
    grid(bits="28 30 32 36", page="4 8 16", entry="4 8", processes="2 3 10"),
    "Virtual addresses have {bits} bits and pages {page} KiB. A page-table entry takes {entry} bytes. How many MiB do "
    "the complete one-level page tables of {processes} processes occupy? (1 KiB = 1024 bytes, 1 MiB = 1024 KiB)",
    "With pages of {page} KiB and {bits}-bit virtual addresses, each of {processes} processes has a full one-level "
    "page table with entries of {entry} bytes. Find the memory for all tables in MiB (1 KiB = 1024 bytes, 1 MiB = 1024 "
    "KiB).",
)
def _pages(p: Params) -> Solution:
    bits, page, entry, processes = (int(x) for x in nums(p, "bits page entry processes"))
    offset = (page * 1024).bit_length() - 1
    size = nums({"x": f"{2 ** (bits - offset) * entry * processes}/{1024**2}"}, "x")[0]
    return measured(
        p,
        size,
        "MiB",
        [size / processes, size / entry, size * 1024],
        r"A page has $2^{{{offset}}}$ bytes, so {offset} bits are the offset and the page number has "
        "${bits} - {offset} = {number}$ bits.",
        r"Each table has $2^{{{number}}}$ entries, that is, {table} bytes.",
        "For {processes} processes this makes {ans} MiB.",
        places=3,
        offset=offset,
        number=bits - offset,
        table=2 ** (bits - offset) * entry,
    )


@family(
    "computer-science-address-translation",
    ("Address translation",),
    grid(page="1000 1024 2048 4096", virtual="5100 6300 7777 8200 9999 10500 12000", frame="3 7 9 14 20", step="1 2"),
    "Pages have {page} bytes. Virtual page k lies in frame {frame} + {step}·k, and pages and frames are numbered from "
    "zero. To which physical address does the virtual address {virtual} (decimal) belong?",
    "Translate the virtual address {virtual} to a physical one. The page size is {page} bytes, numbering starts with "
    "zero, and the page table maps page k to frame {frame} + {step}·k. Work in decimal.",
)
def _translate(p: Params) -> Solution:
    page, virtual, frame, step = (int(x) for x in nums(p, "page virtual frame step"))
    number, offset = divmod(virtual, page)
    target = frame + step * number
    return measured(
        p,
        target * page + offset,
        "",
        [target * page, virtual + frame * page, number * page + offset],
        r"Dividing by the page size gives the page $\lfloor {virtual} / {page} \rfloor = {number}$ and the offset "
        "{offset}.",
        r"Page {number} lies in frame ${frame} + {step} \cdot {number} = {target}$.",
        r"The physical address is ${target} \cdot {page} + {offset} = {ans}$.",
        number=number,
        offset=offset,
        target=target,
    )


def _faults(pages: list[int], frames: int, recent: bool) -> list[int]:
    held: list[int] = []
    faults: list[int] = []
    for page in pages:
        if page in held:
            if recent:
                held.append(held.pop(held.index(page)))
            continue
        faults.append(page)
        held = [*held, page][-frames:]
    return faults


def _draw_pages(random: Random) -> Params:
    while True:
        pages = [random.randrange(1, 6) for _ in range(12)]
        if len(_faults(pages, 3, True)) != len(_faults(pages, 3, False)):
            return {"pages": listing(pages), "rule": random.choice(("LRU", "FIFO"))}


@family(
    "computer-science-page-replacement",
    ("Page replacement",),
    _draw_pages,
    "A process with three empty frames accesses the pages {pages}. How many page faults occur under {rule} "
    "replacement?",
    "Count the page faults for the reference string {pages} if three frames, empty at first, are managed with the "
    "{rule} rule.",
)
def _replace(p: Params) -> Solution:
    pages, recent = numbers(p["pages"]), p["rule"] == "LRU"
    faults, other = _faults(pages, 3, recent), _faults(pages, 3, not recent)
    return stated(
        p,
        f"{len(faults)} page faults",
        [f"{len(other)} page faults", f"{12 - len(faults)} page faults", f"{len(faults) - 3} page faults"],
        "LRU replaces the page whose last access is longest ago."
        if recent
        else "FIFO replaces the page that was loaded first, however recently it was used.",
        "The first access to a page is always a fault; the pages that cause faults are, in order, {faults}.",
        "This makes {count} page faults.",
        faults=listing(faults),
        count=len(faults),
    )


PROBLEMS = (
    _cpi,
    _pipeline,
    _amdahl,
    _fields,
    _access,
    _direct,
    _pages,
    _translate,
    _replace,
)
