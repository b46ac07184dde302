"""`make bench-tree`: how long the tree takes to answer at each size; milliseconds on this machine, server side."""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.domain.states import NodeState
from core.domain.taxonomy import NodeKind, Verdict
from core.services.tree_edits import Texts
from core.services.tree_search import Query
from tests.bench.grown import ADA, Grown, grown

TARGET_MS = 100.0
TYPED = {"1 letter": "s", "2 letters": "sc", "3 letters": "sci", "8 letters": "scientif", "two words": "marine sci"}
FILTERS = {
    "kind": Query(kinds=frozenset({NodeKind.FIELD})),
    "state": Query(states=frozenset({NodeState.VERIFIED})),
    "mine to vote": Query(mine=True),
    "disputed": Query(disputed=True),
    "without children": Query(childless=True),
    "without samples": Query(without_samples=True),
    "added since": Query(since=0.5),
    "from a teacher": Query(proposals=True),
    "disputed, 3 letters": Query("sci", disputed=True),
    "mine to vote, 3 letters": Query("sci", mine=True),
}
Task = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. `bulk` changes thousands of nodes and has no target; `after` is not measured."""

    name: str
    task: Task
    rounds: int = 50
    bulk: bool = False
    after: Task | None = None


def reads(g: Grown) -> Iterator[Line]:
    """What every click asks."""
    work, offsets = g.work, itertools.cycle(range(0, max(1, g.node(g.broad).n_children), 200))
    yield Line("open a node (200 children)", lambda: work.rows.children(ADA, g.project, g.broad, next(offsets), 200))
    yield Line("reveal a deep node", lambda: work.rows.reveal(ADA, g.project, g.deep))
    yield Line("select a node", lambda: work.taxonomy.view(ADA, g.project, g.deep))
    for name, text in TYPED.items():
        yield Line(f"search, {name}", lambda text=text: work.search.find(ADA, g.project, Query(text)))  # type: ignore[misc]
    for name, query in FILTERS.items():
        yield Line(f"filter, {name}", lambda query=query: work.search.find(ADA, g.project, query))  # type: ignore[misc]
    branch = Query("sci", below=g.middle)
    yield Line("filter, branch, 3 letters", lambda: work.search.find(ADA, g.project, branch))
    yield Line("next open node", lambda: work.taxonomy.next_open(ADA, g.project, g.deep))
    yield Line("counts by kind and state", lambda: work.taxonomy.counts(g.project))


def edits(g: Grown) -> Iterator[Line]:
    """One node at a time, each with its journal, its event and a synced commit."""
    work, numbers = g.work, itertools.count()
    parent = g.node(g.deep).parent_id
    assert parent is not None

    def rename() -> None:
        node = g.node(g.deep)
        work.tree.edit(ADA, node, dataclasses.replace(Texts.of(node), name=f"Renamed {next(numbers)}"))

    homes = itertools.cycle((g.broad, parent))
    yield Line("add a node", lambda: work.tree.add(ADA, g.project, parent, f"Added {next(numbers)}"))
    yield Line("add a node to the broadest", lambda: work.tree.add(ADA, g.project, g.broad, f"Added {next(numbers)}"))
    yield Line("rename a node", rename)
    yield Line("vote", lambda: work.votes.vote(ADA, g.project, g.deep, Verdict.KEEP))
    yield Line("move a leaf", lambda: work.tree.move(ADA, [g.node(g.deep)], next(homes)))
    yield Line("undo a rename", g.undo, after=rename)


def bulks(g: Grown) -> Iterator[Line]:
    """Whole branches."""
    work, size = g.work, g.node(g.top).n_descendants
    middle = g.node(g.middle).n_descendants
    yield Line(f"move a branch ({size:,})", lambda: work.tree.move(ADA, [g.node(g.top)], g.other_top), 1, bulk=True)
    yield Line(f"undo it ({size:,})", g.undo, 1, bulk=True)
    yield Line(f"remove a branch ({size:,})", lambda: work.tree.remove(ADA, g.node(g.top)), 1, bulk=True)
    yield Line(f"undo it ({size:,})", g.undo, 1, bulk=True)
    yield Line(f"keep a branch ({middle:,})", lambda: work.votes.keep_branch(ADA, g.project, g.middle), 1, bulk=True)
    yield Line(f"undo it ({middle:,})", g.undo, 1, bulk=True)


def measured(line: Line) -> tuple[list[float], list[float]]:
    """Milliseconds of every round, and those of processor time, both sorted; the first of many rounds warms up."""
    spent = []
    for _ in range(line.rounds):
        started, busy = time.perf_counter(), time.process_time()
        line.task()
        spent.append(((time.perf_counter() - started) * 1000, (time.process_time() - busy) * 1000))
        if line.after:
            line.after()
    walls, cpus = zip(*(spent[1:] or spent), strict=True)
    return sorted(walls), sorted(cpus)


def at(sorted_times: list[float], part: float) -> float:
    """A percentile."""
    return sorted_times[min(len(sorted_times) - 1, int(part * len(sorted_times)))]


def table(size: int, first: dict[str, float]) -> bool:
    """Print one table; `first` holds the medians of the first size. True if every target was met."""
    with grown(size) as g:
        print(f"\n{g.size:,} nodes, added as one action in {g.seconds:.1f} s")
        print(f"{'':32}{'p50':>9}{'p95':>9}{'p99':>9}{'CPU p95':>9}{'times the first':>17}  {TARGET_MS:.0f} ms p95")
        met = True
        for number, line in enumerate((*reads(g), *edits(g), *bulks(g))):
            times, cpus = measured(line)
            p50, p95, p99 = (at(times, part) for part in (0.5, 0.95, 0.99))
            ratio = p50 / first.setdefault(str(number), p50)
            verdict = "" if line.bulk else "met" if p95 <= TARGET_MS else "MISSED"
            met = met and verdict != "MISSED"
            print(
                f"{line.name:32}{p50:>9.1f}{p95:>9.1f}{p99:>9.1f}{at(cpus, 0.95):>9.1f}{ratio:>17.1f}  {verdict}",
                flush=True,
            )
    return met


def main() -> None:
    """Exit status 0 whatever the figures are: they depend on the machine and what else it does."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.tree", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[1000, 10_000, 100_000])
    first: dict[str, float] = {}
    met = [table(size, first) for size in parser.parse_args().sizes]
    print("\nevery target met" if all(met) else "\nNOT every target met")


if __name__ == "__main__":
    main()
