"""Human seeds in the dataset: examples that people wrote, accepted by whoever puts them among the samples."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.people import Action, Principal
from core.domain.sampling import subset
from core.domain.seeds import SeedSet
from core.domain.states import ReviewState
from core.errors import InvalidInputError
from core.ids import new_token
from core.services.context import Context
from core.store import events, human_seeds, seeds
from core.store.database import Tx

PUT_IN, TAKEN_BACK = "Human seed", "Human seed taken back"


@dataclass(frozen=True, slots=True)
class HumanSeeds:
    """How a set stands: examples with an answer, those of them among the samples by review state, and how many of all
    would come in now.

    `generated` are the accepted samples of the project that teachers made, `human` its accepted human seeds of all
    sets.
    """

    answered: int
    accepted: int
    pending: int
    rejected: int
    waiting: int
    human: int
    generated: int


class HumanSeedService:
    """See the module. Every example comes in at most once, however often somebody presses."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def standing(self, project_id: str, set_id: int) -> HumanSeeds:
        """How many are in; raises NotFoundError."""
        with self._c.store.read() as tx:
            seeds.get(tx, project_id, set_id)
            there = human_seeds.standing(tx, project_id, set_id)
            human, generated = human_seeds.human_and_generated(tx, project_id)
            answered = human_seeds.answered(tx, set_id)
            back = human_seeds.withdrawn(tx, project_id, set_id, TAKEN_BACK)
            return HumanSeeds(
                len(answered),
                there.get(ReviewState.ACCEPTED, 0),
                there.get(ReviewState.PENDING, 0),
                there.get(ReviewState.REJECTED, 0),
                len(answered) - sum(there.values()) + len(back),
                human,
                generated,
            )

    def put_in(
        self, who: Principal, project_id: str, set_id: int, *, size: int | None = None, random_seed: int = 0
    ) -> int:
        """Put all examples that have an answer among the samples, or a seeded subset of `size`; how many are new.

        They are accepted by the person. One that is there already stays as people left it, unless it was taken back as
        a whole. The set is frozen: the samples name its examples.
        """
        who.must(Action.REVIEW)
        who.must(Action.SEEDS)
        with self._c.store.write() as tx:
            chosen = seeds.get(tx, project_id, set_id)
            wanted = _wanted(tx, chosen, size, random_seed)
            there = human_seeds.known(tx, project_id, set_id)
            back = human_seeds.withdrawn(tx, project_id, set_id, TAKEN_BACK) & {
                there[example] for example in wanted if example in there
            }
            at = self._c.clock()
            missing = wanted - there.keys()
            fresh = [example for example in seeds.examples(tx, set_id) if example.id in missing] if missing else []
            made = [*human_seeds.insert(tx, chosen, fresh, who.name, at), *back]
            if not made:
                return 0
            human_seeds.judge(tx, made, ReviewState.ACCEPTED, who.name, at, token=new_token(), reason=PUT_IN)
            seeds.freeze(tx, set_id, at)
            after = {"set": chosen.label, "examples": len(made)}
            events.append(tx, project_id, who.name, at, "put in human seeds", ("seed set", set_id), after=after)
            return len(made)

    def take_back(self, who: Principal, project_id: str, set_id: int) -> int:
        """Reject all human seeds of the set that nobody judged on their own; how many. They can be put in again."""
        who.must(Action.REVIEW)
        with self._c.store.write() as tx:
            chosen, at = seeds.get(tx, project_id, set_id), self._c.clock()
            ids = human_seeds.wanted(tx, project_id, set_id)
            if ids:
                human_seeds.judge(tx, ids, ReviewState.REJECTED, who.name, at, token=new_token(), reason=TAKEN_BACK)
                after = {"set": chosen.label, "examples": len(ids)}
                events.append(tx, project_id, who.name, at, "took back human seeds", ("seed set", set_id), after=after)
            return len(ids)


def _wanted(tx: Tx, chosen: SeedSet, size: int | None, random_seed: int) -> set[int]:
    """Ids of the examples that are meant; raises InvalidInputError when there are none, or fewer than asked for."""
    answered = human_seeds.answered(tx, chosen.id)
    if chosen.removed or not answered:
        raise InvalidInputError(
            f"No example of {chosen.label!r} has an answer.", "A sample needs one: answer augmentation makes answers."
        )
    if size is None:
        return set(answered)
    if not 1 <= size <= len(answered):
        raise InvalidInputError(
            f"{chosen.label!r} has {len(answered):,} examples with an answer; {size:,} were asked for.",
            "Choose a number between 1 and that.",
        )
    return {answered[place] for place in subset(len(answered), size, random_seed)}
