"""C1: people who change the same tree at the same moment."""

from __future__ import annotations

import itertools
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from random import Random
from typing import Any

from core.domain.people import Principal
from core.domain.taxonomy import Node, NodeKind, Verdict
from core.errors import ConflictError, InvalidTransitionError, StudioError
from core.services.tree_edits import Texts
from core.settings import Settings
from core.store import actions, node_bulk, node_changes, nodes
from core.store.acting import acting
from core.store.node_bulk import NewNode
from core.workspace import Workspace
from tests.trials.apart import apart, tell
from tests.trials.storage_bugs import replaced
from tests.trials.tree_sound import unsound
from tests.trials.trial import Outcome, Tally, Trial

PROJECT_NAME, QUORUM = "Races", 3
PEOPLE = ("Ada", "Ben", "Cleo", "Dan")
DOINGS = ("edit", "vote", "move", "remove")
BUGS: dict[str, Callable[[], AbstractContextManager[None]]] = {
    "none": nullcontext,
    "version unread": lambda: replaced(
        node_changes, "refuse_stale", lambda tx, node: nodes.get(tx, node.project_id, node.id)
    ),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one attempt of one person: "done", "refused", or the error that nobody may see."""

    person: str
    doing: str
    node: int
    ended: str


def _open(home: str) -> Workspace:
    environ = {"STUDIO_HOME": home, "STUDIO_WORKER": "off"}
    return Workspace.open(Settings.load(environ), environ)


def _planted(home: str, leaves: int) -> tuple[str, list[int], list[int]]:
    """(project, two places, a leaf below the first place for each pair)."""
    work = _open(home)
    project = work.projects.create(Principal("Ada"), PROJECT_NAME, token="races", starter=False).id
    top = [
        NewNode(NodeKind.FIELD, "Field"),
        NewNode(NodeKind.SUB_FIELD, "Here", 0),
        NewNode(NodeKind.SUB_FIELD, "There", 0),
    ]
    rows = [*top, *(NewNode(NodeKind.DISCIPLINE, f"Leaf {number}", 1) for number in range(leaves))]
    with work.context.store.write() as tx, acting(tx, project, "Ada", 1.0, "imported") as action:
        ids = list(node_bulk.insert_many(tx, project, rows, at=1.0))
        tx.run("UPDATE project SET quorum=? WHERE id=?", (QUORUM, project))
        action.title = "Imported"
    work.close()
    return project, ids[1:3], ids[3:]


def _attempt(work: Workspace, person: str, doing: str, seen: Node, place: int | None, number: int) -> str:
    """Do it; whoever is told why not has lost nothing."""
    who = Principal(person)
    doings: dict[str, Callable[[], object]] = {
        "edit": lambda: work.tree.edit(who, seen, Texts(f"{person} {number}", f"By {person}", ())),
        "vote": lambda: work.votes.vote(who, seen.project_id, seen.id, Verdict.KEEP, meaning=seen.meaning),
        "move": lambda: work.tree.move(who, [seen], place),
        "remove": lambda: work.tree.remove(who, seen),
        "restore": lambda: work.tree.restore(who, seen.project_id, seen.id),
        "add": lambda: work.tree.add(who, seen.project_id, seen.id, f"{person} {number}"),
        "undo": lambda: _undo(work, who, seen.project_id),
    }
    try:
        doings[doing]()
    except StudioError as error:
        expected = isinstance(error, (ConflictError, InvalidTransitionError))
        return "refused" if expected or doing not in DOINGS else "turned down"
    except Exception as error:  # noqa: BLE001 - whatever it is, nobody may see it
        return f"{type(error).__name__}: {error}"
    return "done"


def _undo(work: Workspace, who: Principal, project: str) -> None:
    last = work.actions.choice(who, project).undo
    if last is None:
        raise InvalidTransitionError("There is nothing to take back.", "Do something first.")
    work.actions.undo(who, project, last.id)


def _together(people: Sequence[str], work: Callable[[str, Any, Any], None]) -> list[Told]:
    """Run `work(person, gate, told)` for each person in a process of its own; what all of them told."""
    context = multiprocessing.get_context("fork")
    gate, told = context.Barrier(len(people)), context.SimpleQueue()
    processes = [context.Process(target=work, args=(person, gate, told)) for person in people]
    for process in processes:
        process.start()
    found = [each for _ in people for each in told.get()]
    for process in processes:
        process.join(timeout=60)
    return found


# ---- Pairs ----


def pairs(count: int, bug: str) -> Outcome:
    """Two people who have read the same node do something to it at the same moment, so many times."""
    rng, tally = Random(count), Tally()
    plans = [tuple(rng.choices(DOINGS, k=2)) for _ in range(count)]
    with tempfile.TemporaryDirectory(prefix="studio-races-") as home, BUGS[bug]():
        project, (_, there), leaves = _planted(home, count)

        def one(person: str, gate: Any, told: Any) -> None:
            work, side, found = _open(home), PEOPLE.index(person), list[Told]()
            for number, leaf in enumerate(leaves):
                seen, doing = work.taxonomy.view(Principal(person), project, leaf).node, plans[number][side]
                gate.wait(timeout=60)
                found.append(Told(person, doing, leaf, _attempt(work, person, doing, seen, there, number)))
                gate.wait(timeout=60)
            work.close()
            told.put(found)

        told = _together(PEOPLE[:2], one)
        work = _open(home)
        for leaf in leaves:
            both = [each for each in told if each.node == leaf]
            tally.add(_misjudged(work, project, leaf, both), " and ".join(each.doing for each in both))
        tally.add(unsound(work.context.store, project), "the tree afterwards", trials=0)
        work.close()
    both_done = sum(len([t for t in told if t.node == leaf and t.ended == "done"]) == 2 for leaf in leaves)
    return tally.outcome(
        f"{count:,} pairs, in {both_done:,} both were in time, in the others one was told to look again"
    )


def _misjudged(work: Workspace, project: str, leaf: int, both: Sequence[Told]) -> list[str]:
    """Both may win only if the first of them voted: that changes nothing of what the other saw."""
    with work.context.store.read() as tx:
        entries = actions.history(tx, project, [leaf], actions.NODE_ITEMS, size=500)
    made = sorted({(entry.action.id, entry.action.person) for entry in entries if entry.action.kind != "imported"})
    winners = [person for _, person in made]
    done = [each for each in both if each.ended == "done"]
    wrong = [each.ended for each in both if each.ended not in {"done", "refused"}]
    if sorted(winners) != sorted(each.person for each in done):
        wrong.append(f"told done: {[each.person for each in done]}, in the journal: {winners}")
    elif not done:
        wrong.append("nobody won")
    elif len(done) == 2 and next(each for each in done if each.person == winners[0]).doing != "vote":
        wrong.append("the second overwrote what it had not seen")
    return wrong


# ---- Storms ----


def storm(seconds: float, bug: str) -> Outcome:
    """Four people change a small tree at random."""
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="studio-storm-") as home, BUGS[bug]():
        project, _, _ = _planted(home, 20)

        def one(person: str, gate: Any, told: Any) -> None:
            work, found = _open(home), list[Told]()
            gate.wait(timeout=60)
            end, rng = time.monotonic() + seconds, Random(person)
            for number in itertools.count():
                if time.monotonic() > end:
                    break
                found.append(_something(work, person, project, rng, number))
            work.close()
            told.put(found)

        told = _together(PEOPLE, one)
        work = _open(home)
        wrong = [each.ended for each in told if each.ended not in {"done", "refused", "turned down"}]
        with work.context.store.read() as tx:
            made = int(tx.value("SELECT count(*) FROM action WHERE project_id=? AND kind!='imported'", (project,)))
        done = sum(each.ended == "done" for each in told)
        if made != done:
            wrong.append(f"{done} were told done, {made} are in the journal")
        tally.add([*wrong, *unsound(work.context.store, project)], "storm")
        work.close()
    return tally.outcome(
        f"{len(told):,} changes by four people at once, {done:,} done, the others refused with a reason"
    )


def _something(work: Workspace, person: str, project: str, rng: Random, number: int) -> Told:
    with work.context.store.read() as tx:
        ids = [row["id"] for row in tx.rows("SELECT id FROM node WHERE project_id=?", (project,))]
        seen = nodes.get(tx, project, rng.choice(ids))
    doing = rng.choice((*DOINGS, "restore", "add", "add", "undo"))
    place = rng.choice([*ids, None])
    return Told(person, doing, seen.id, _attempt(work, person, doing, seen, place, number))


def races(count: int, seconds: float, bug: str = "none") -> Outcome:
    """Pairs, then a storm."""
    tally = Tally()
    parts = [pairs(count, bug), storm(seconds, bug)]
    tally.trials, tally.failures = sum(part.trials for part in parts), sum(part.failures for part in parts)
    return tally.outcome(*(note for part in parts for note in part.notes))


def main(count: str, seconds: str, bug: str) -> int:
    """The process of C1."""
    tell(races(int(count), float(seconds), bug))
    return 0


TRIALS = [
    Trial(
        "C1",
        "Of two who change one node at once one wins, the other is told; nothing is lost",
        lambda scale: apart("tests.trials.tree_races", 200 * scale, 4 * scale, "none"),
        "nobody looks at the version",
        lambda: apart("tests.trials.tree_races", 30, 1, "version unread"),
    )
]

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
