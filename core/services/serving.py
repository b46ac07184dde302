"""Dealing out samples: what stays in a person's hand, what comes next, and what is mixed in unseen."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from core.domain.filters import SampleFilter
from core.domain.queues import Place, QueueWish, Turn, drawn
from core.domain.records import Sample
from core.domain.review import SHUFFLE_RANGE, Order, ReviewPlan
from core.domain.states import ReviewState
from core.store import queue_walk, queues, samples, tally
from core.store.database import Tx
from core.store.queue_walk import ALL_PARTIES, DUE, FREE, GOLD, NO_GOLD, NO_PARTY, UNJUDGED, UNSKIPPED, Walk
from core.store.tally import Stratum

WINDOW = 500  # of the second verdicts that are due so many are looked at for one turn
FAIR = 3  # so many may be in hand however many others are at work
NEAR = 2  # so many stay in a person's hands whoever else asks: what is on screen, and what the next press brings there
STRATA = {Order.BY_DISCIPLINE: "node_id", Order.BY_STRATEGY: "strategy"}


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for what: `first` is to be in hand, `after` was; neither: where the person was.

    `held` is what the person's window holds already: `size` more come behind it.
    """

    project_id: str
    person: str
    wish: QueueWish
    size: int
    first: int | None
    after: int | None
    held: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Hand:
    """Ids in the order in which they are shown; `blind`: of which nobody's verdict may be seen.

    `taken`: the first that was asked for is in somebody else's hands. `gone`: what the window held and is to let go.
    """

    ids: Sequence[int]
    blind: Collection[int] = ()
    taken: bool = False
    gone: Sequence[int] = ()


def look(tx: Tx, asked: Asked) -> Hand:
    """What is looked through without a lease."""
    wish = asked.wish
    walk = Walk(asked.project_id, wish.wanted, wish.order, asked.person, 0, None)
    first, after = asked.first, asked.after
    if first is None and after is None:
        after = _kept_place(tx, asked)
        fits = after is not None and queue_walk.among(tx, walk, [after])
        first, after = (after, None) if fits else (None, after)
    hand = [samples.get(tx, asked.project_id, first).id] if first is not None else []
    cursor = _sample(tx, asked.project_id, after if first is None else first)
    return Hand([*hand, *_around(tx, walk, cursor, asked.size - len(hand), hand)])


def _kept_place(tx: Tx, asked: Asked) -> int | None:
    kept: Place | None = queues.place(tx, asked.project_id, asked.person)
    return kept.sample_id if kept and kept.wish == asked.wish else None


def _sample(tx: Tx, project_id: str, sample_id: int | None) -> Sample | None:
    found = samples.by_ids(tx, [sample_id]) if sample_id is not None else []
    return found[0] if found and found[0].project_id == project_id else None


def _around(tx: Tx, walk: Walk, cursor: Sample | None, size: int, but: Collection[int]) -> list[int]:
    """The next of all that fit, behind the cursor and then around the end."""
    found: list[int] = []
    for stratum, behind in _parts(tx, walk, cursor):
        found += queue_walk.ahead(tx, walk, behind, size - len(found), [*but, *found], stratum=stratum)
        if len(found) >= size:
            break
    return found


def _parts(tx: Tx, walk: Walk, cursor: Sample | None) -> Iterator[tuple[Stratum | None, Sample | None]]:
    """What is walked one after the other: all, or stratum by stratum, from the cursor on and again from the start."""
    name = STRATA.get(walk.order)
    parts = tally.strata(tx, walk.project_id, walk.wanted, name) if name else [None]
    if cursor and parts:
        here = (getattr(cursor, name) or 0) if name else None
        at = next((n for n, part in enumerate(parts) if part and part.key == here), 0)
        yield parts[at], cursor
        yield from ((part, None) for part in parts[at + 1 :])
    yield from ((part, None) for part in parts)


def _is_behind(key: int | str, last: int | str) -> bool:
    return (isinstance(key, str), key) > (isinstance(last, str), last)


def to_settle(plan: ReviewPlan, person: str) -> str:
    """The rules of a walk over the disputes that this person may settle."""
    return NO_PARTY + (ALL_PARTIES if person not in plan.adjudicators else "")


class Desk:
    """One person's work by lease; everything here happens in one transaction that nobody can come between."""

    def __init__(self, tx: Tx, asked: Asked, plan: ReviewPlan, at: float) -> None:
        self._tx, self._asked, self._plan, self._at = tx, asked, plan, at
        bound = plan.share * SHUFFLE_RANGE if plan.share < 1 else None
        wish = asked.wish
        self._walks = self._rules(Walk(asked.project_id, wish.wanted, wish.order, asked.person, at, bound))

    def _rules(self, walk: Walk) -> dict[Turn, Walk]:
        """The walks of each kind of turn; none if there is nothing for this person to do."""
        if walk.wanted.review is ReviewState.DISPUTED:
            rules = FREE + UNSKIPPED + to_settle(self._plan, walk.person)
            return {Turn.PENDING: replace(walk, bound=None, rules=rules, named=self._plan.adjudicators)}
        others = replace(walk, wanted=replace(walk.wanted, review=None))
        return {
            Turn.PENDING: replace(walk, rules=FREE + UNSKIPPED + NO_GOLD),
            Turn.SECOND: replace(others, rules=FREE + UNSKIPPED + NO_GOLD + DUE),
            Turn.GOLD: replace(others, bound=None, rules=FREE + UNSKIPPED + GOLD + UNJUDGED),
        }

    @property
    def _is_blind(self) -> bool:
        return self._asked.wish.wanted.review is ReviewState.PENDING

    def deal(self, until: float) -> Hand:
        """What is in the person's hands from now on."""
        asked, tx = self._asked, self._tx
        first, after, taken = self._start()
        kept = self._kept(first, after)
        head = [] if first is None else [first]
        kinds = self._kinds(kept)
        if first is not None:
            kinds |= self._kinds([first], anywhere=True)
        hand = [*head, *(each for each in kept if each in kinds)][: asked.size]
        start = after if first is None else first
        last = next((each for each in reversed(hand) if kinds.get(each) is Turn.PENDING), start)
        for sample_id in self._more(hand, _sample(tx, asked.project_id, last)):
            hand.append(sample_id)
            kinds[sample_id] = Turn.PENDING
        mine = [each for each in hand if each in kinds]
        queues.lease(tx, asked.project_id, asked.person, mine, until)
        return Hand(hand, mine if self._is_blind else (), taken)

    def add(self, until: float) -> Hand:
        """What comes behind that which the person's window holds; that stays in their hands, as far as it is fair."""
        asked, tx = self._asked, self._tx
        front = [] if asked.first is None else [asked.first]
        held = list(dict.fromkeys([*front, *asked.held]))
        kinds = self._kinds(held, skipped=True) | self._kinds(held[:1], anywhere=True)
        elsewhere = [each for each in queues.leases(tx, asked.project_id, asked.person) if each not in held]
        kinds |= self._kinds(elsewhere)  # in another window of the same person
        fair = self._fair()
        hand = [each for each in (*held, *elsewhere) if each in kinds][:fair]
        taken = queues.is_taken(tx, held[0], asked.person, self._at)
        gone = [each for each in held[0 if taken else 1 :] if each not in hand]
        last = next((each for each in reversed(held) if kinds.get(each) is Turn.PENDING), asked.after)
        self._asked = replace(asked, size=min(len(hand) + asked.size, fair))
        shown = [] if taken else front
        for sample_id in self._more(hand, _sample(tx, asked.project_id, last)):
            hand.append(sample_id)
            shown.append(sample_id)
        queues.lease(tx, asked.project_id, asked.person, hand, until)
        return Hand(shown, [each for each in shown if each in hand] if self._is_blind else (), gone=gone)

    def _fair(self) -> int:
        """How much may be in one person's hands, so that everybody who is at work finds something."""
        asked = self._asked
        since = self._at - 60 * self._plan.lease_minutes
        others = queues.others_at_work(self._tx, asked.project_id, asked.person, since, self._at)
        left = tally.count(self._tx, asked.project_id, asked.wish.wanted)
        return max(FAIR, left // (2 * (others + 1))) if others else left + len(asked.held) + asked.size

    def _start(self) -> tuple[int | None, int | None, bool]:
        """(what is in hand, what comes before the next, is the wished one taken)."""
        asked, tx = self._asked, self._tx
        if asked.first is not None:
            sample = samples.get(tx, asked.project_id, asked.first)
            taken = queues.is_taken(tx, sample.id, asked.person, self._at)
            return (None, sample.id, True) if taken else (sample.id, None, False)
        place = None if asked.after is not None else _kept_place(tx, asked)
        if place is not None and self._kinds([place]):
            return place, None, False
        return None, place if asked.after is None else asked.after, False

    def _kept(self, first: int | None, after: int | None) -> list[int]:
        """What was in the person's hands and still is: from the one in hand on, in the order it was served."""
        own = queues.leases(self._tx, self._asked.project_id, self._asked.person)
        at = first if first is not None else after
        return own[own.index(at) + 1 :] if at in own else own

    def _kinds(
        self, ids: Sequence[int], *, anywhere: bool = False, skipped: bool = False, held: bool = False
    ) -> dict[int, Turn]:
        """Why each of these is to be judged by the person, for those that are.

        `anywhere`: whatever the filter says; `skipped`, `held`: also what the person skipped, what others hold.
        """
        kinds: dict[int, Turn] = {}
        for turn, walk in self._walks.items():
            mine = walk
            if anywhere or skipped:
                mine = replace(mine, rules=mine.rules.replace(UNSKIPPED, ""))
            if held and turn is not Turn.GOLD:
                mine = replace(mine, rules=mine.rules.replace(FREE, ""))
            if anywhere:
                mine = replace(mine, wanted=SampleFilter(review=walk.wanted.review), bound=None)
            kinds |= dict.fromkeys(queue_walk.among(self._tx, mine, ids), turn)
        return kinds

    def _more(self, hand: list[int], cursor: Sample | None) -> Iterator[int]:
        """What comes next, one by one; `hand` grows meanwhile. What was skipped comes at the end."""
        if not self._walks:
            return
        asked, tx = self._asked, self._tx
        served, strata = queues.turn(tx, asked.project_id, asked.person)
        pending = self._pending(hand, cursor, strata)
        while len(hand) < asked.size:
            found = self._mixed_in(served + 1, hand) or next(pending, None) or self._second(hand, -1)
            if found is None:
                break
            served += 1
            yield found
        queues.keep_turn(tx, asked.project_id, asked.person, served, strata)
        yield from self._skipped(hand)
        if not hand:
            yield from self._taken_over()

    def _mixed_in(self, number: int, hand: Collection[int]) -> int | None:
        asked = self._asked
        turn = drawn(self._plan, f"{asked.project_id} {asked.person}", number)
        if turn is Turn.SECOND:
            return self._second(hand, WINDOW)
        if turn is Turn.GOLD and turn in self._walks:
            return next(iter(queue_walk.golds(self._tx, self._walks[turn], 1, hand)), None)
        return None

    def _second(self, hand: Collection[int], window: int) -> int | None:
        walk = self._walks.get(Turn.SECOND)
        return next(iter(queue_walk.seconds(self._tx, walk, 1, hand, window=window)), None) if walk else None

    def _pending(self, hand: Sequence[int], cursor: Sample | None, strata: dict[str, int | str]) -> Iterator[int]:
        walk = self._walks[Turn.PENDING]
        if walk.order in STRATA:
            yield from self._in_turn(walk, list(hand), strata)
        else:
            yield from _around(self._tx, walk, cursor, self._asked.size - len(hand), list(hand))

    def _in_turn(self, walk: Walk, but: list[int], strata: dict[str, int | str]) -> Iterator[int]:
        """One of each stratum in turn, behind the stratum from which the person's last one came."""
        parts = tally.strata(self._tx, walk.project_id, walk.wanted, STRATA[walk.order])
        last = strata.get(walk.order)
        at = next((n for n, part in enumerate(parts) if last is not None and _is_behind(part.key, last)), 0)
        ready: list[tuple[Stratum, list[int]]] = [(part, []) for part in parts[at:] + parts[:at]]
        each = -(-self._asked.size // max(1, len(ready)))  # so many of one stratum are read at once
        while ready:
            part, found = ready.pop(0)
            if not found:
                found = queue_walk.ahead(self._tx, walk, None, each, but, stratum=part)
                but += found
            if found:
                strata[walk.order] = part.key
                yield found.pop(0)
                ready.append((part, found))

    def _skipped(self, hand: list[int]) -> Iterator[int]:
        """What the person skipped comes again at the end, what was skipped first before the rest."""
        asked = self._asked
        if len(hand) >= asked.size:
            return
        ids = queue_walk.skipped(self._tx, asked.project_id, asked.person)
        if asked.after in ids:
            at = ids.index(asked.after) + 1
            ids = ids[at:] + ids[:at]
        kinds = self._kinds(ids, skipped=True)
        left = [each for each in ids if each in kinds and each not in hand]
        yield from left[: asked.size - len(hand)]

    def _taken_over(self) -> list[int]:
        """For whoever would get nothing: an equal part of what others hold ahead, the farthest from their screens."""
        asked, tx = self._asked, self._tx
        held = queues.held_by_others(tx, asked.project_id, asked.person, self._at)
        kinds = self._kinds([each for ids in held.values() for each in ids], skipped=True, held=True)
        left = [mine for ids in held.values() if (mine := [each for each in ids if each in kinds])]
        part = max(1, sum(map(len, left)) // (len(left) + 1))
        taken: list[int] = []
        while left and len(taken) < min(asked.size, part):
            most = max(left, key=len)
            if len(most) <= NEAR:
                break
            taken.append(most.pop())
        return taken[::-1]
