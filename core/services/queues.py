"""Serving samples to reviewers: by lease, in the order of the wish, from where each person was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from core.domain.people import Action, Principal
from core.domain.queues import KEYS, Place, QueueWish, checked_keys
from core.domain.review import ReviewPlan
from core.domain.states import ReviewState
from core.services.context import Context
from core.services.sample_views import QueueCounts, SampleView, views_of
from core.services.serving import Asked, Desk, Hand, look, to_settle
from core.services.slices import Slices
from core.store import events, queue_walk, queues, reviews, samples, standings, tally
from core.store.database import Tx
from core.store.queue_walk import NO_GOLD, Walk


@dataclass(frozen=True, slots=True)
class Serving:
    """What a person gets: the first view is in hand, the others come next.

    `counts` are of everything that fits the filter, its review state left aside. `judged` of `total` have a verdict,
    of what the plan wants reviewed. `taken`: the sample asked for as first is in somebody else's hands, so that the
    queue goes on behind it. `gone`: what the window held and is to let go, because it is not the person's any more.
    """

    views: tuple[SampleView, ...]
    counts: QueueCounts
    judged: int
    total: int
    taken: bool = False
    gone: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Holding:
    """So many samples are in this person's hands, the first for so many more seconds if they do nothing."""

    person: str
    count: int
    seconds: float


def _serving(tx: Tx, asked: Asked, hand: Hand) -> Serving:
    found = samples.by_ids(tx, list(hand.ids))
    wanted = replace(asked.wish.wanted, review=None)
    told = tally.by_review(tx, asked.project_id, wanted)
    total = sum(picked for _, picked in told.values())
    waiting = told.get(ReviewState.PENDING, (0, 0))[1]
    views = views_of(tx, found, dict.fromkeys(hand.blind, asked.person))
    return Serving(tuple(views), QueueCounts.of(told), total - waiting, total, hand.taken, tuple(hand.gone))


class QueueService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def serve(
        self,
        who: Principal,
        project_id: str,
        wish: QueueWish,
        *,
        size: int = 1,
        first: int | None = None,
        after: int | None = None,
        held: Sequence[int] = (),
    ) -> Serving:
        """The sample in hand and those that come next, `size` together.

        `first` is in hand, also when it does not fit; NotFoundError if there is no such sample. `after`: go on behind
        this one in the order of the wish, around the end. Neither: from where the person was, else from the start.
        `held`: what the person's window holds already, the one in hand first; it stays theirs, and `size` more come.
        """
        asked = Asked(project_id, who.name, wish, size, first, after, held)
        if not wish.leased:
            with self._c.store.read() as tx:
                return _serving(tx, asked, look(tx, asked))
        who.must(Action.REVIEW)
        with self._c.store.write() as tx:
            at, plan = self._c.clock(), reviews.plan_of(tx, project_id)
            desk, until = Desk(tx, asked, plan, at), at + 60 * plan.lease_minutes
            return _serving(tx, asked, desk.add(until) if held else desk.deal(until))

    def in_other_hands(self, who: Principal, project_id: str, wish: QueueWish) -> Sequence[Holding]:
        """Who else has something of this queue in hand, who has most first."""
        at = self._c.clock()
        with self._c.store.read() as tx:
            plan = reviews.plan_of(tx, project_id)
            disputes = wish.wanted.review is ReviewState.DISPUTED
            rules = to_settle(plan, who.name) if disputes else NO_GOLD
            walk = Walk(project_id, wish.wanted, wish.order, who.name, at, None, rules, plan.adjudicators)
            return [Holding(person, count, until - at) for person, count, until in queue_walk.held(tx, walk)]

    def release(self, who: Principal, project_id: str) -> None:
        """Give back everything that the person has in hand."""
        with self._c.store.write() as tx:
            queues.release(tx, project_id, who.name)

    def place(self, who: Principal, project_id: str) -> Place | None:
        """Where the person was, as last kept."""
        with self._c.store.read() as tx:
            return queues.place(tx, project_id, who.name)

    def keep_place(self, who: Principal, project_id: str, wish: QueueWish, sample_id: int | None) -> None:
        """Remember where the person is, for another tab or another day."""
        with self._c.store.write() as tx:
            queues.keep_place(tx, project_id, who.name, Place(wish, sample_id), self._c.clock())

    def plan(self, project_id: str) -> ReviewPlan:
        """How the project is reviewed."""
        with self._c.store.read() as tx:
            return reviews.plan_of(tx, project_id)

    def keep_plan(self, who: Principal, project_id: str, plan: ReviewPlan) -> None:
        """Review by this plan from now on; what has a verdict keeps it, but may await a second one as the plan says."""
        who.must(Action.SETTINGS)
        with self._c.store.write() as tx:
            before = reviews.plan_of(tx, project_id)
            if before == plan:
                return
            reviews.keep_plan(tx, project_id, plan)
            told = (before.model_dump(mode="json"), plan.model_dump(mode="json"))
            entity = ("project", project_id)
            at = self._c.clock()
            events.append(tx, project_id, who.name, at, "review plan changed", entity, before=told[0], after=told[1])
        if before.second_share != plan.second_share:
            self._draw_seconds(project_id, plan.second_share)

    def _draw_seconds(self, project_id: str, share: float) -> None:
        """Of what has a verdict already so much awaits a second one as of what is judged from now on."""
        with self._c.store.read() as tx:
            left = iter(standings.seconds_at_stake(tx, project_id, share))
        slices = Slices(self._c.store)
        while part := list(islice(left, slices.size)):
            with slices.write() as tx:
                standings.draw_seconds(tx, project_id, part, reviews.plan_of(tx, project_id))

    def keys(self, who: Principal) -> Mapping[str, str]:
        """Wish -> key of this person."""
        with self._c.store.read() as tx:
            return {**KEYS, **queues.keys(tx, who.name)}

    def keep_keys(self, who: Principal, keys: Mapping[str, str]) -> None:
        """Give the wishes these keys from now on, those left out their usual ones; InvalidInputError if unusable."""
        who.must(Action.REVIEW)
        chosen = checked_keys(keys)
        with self._c.store.write() as tx:
            queues.keep_keys(tx, who.name, chosen)
