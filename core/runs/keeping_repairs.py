"""Store a repair: a new revision by the teacher, if the text is still the one that was rejected and somebody wants it.

What overtook it, an edit, another verdict, another run, ends the item as dropped, before it is paid where that is seen
in time.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.calls import Stage
from core.domain.people import TEACHER
from core.domain.plans import PlanKind
from core.domain.records import Item, RepairWish, Run, Sample
from core.domain.review import Entry
from core.domain.states import ItemState, WishState
from core.errors import DroppedError
from core.generation.products import SampleRepaired
from core.runs.keeping_findings import keep_findings, maker_of
from core.runs.keeping_nodes import Kept
from core.store import events, repair_wishes, reviews, samples
from core.store.database import Tx

_AGAIN = "Nothing was changed. Reject its present text with the wish for a repair if it still needs one."


def still_wanted(tx: Tx, run: Run, item: Item) -> tuple[Sample, Sequence[RepairWish]]:
    """The rejected sample and the wishes that this run fulfils; DroppedError if the world has moved on."""
    sample = samples.get(tx, run.project_id, item.spec["sample"])
    wishes = [wish for wish in repair_wishes.by_ids(tx, run.project_id, item.spec["wishes"]) if wish.run_id == run.id]
    standing = [wish for wish in wishes if wish.state in {WishState.OPEN, WishState.SENT, WishState.FAILED}]
    if sample.content_hash != item.spec["hash"]:
        raise DroppedError(f"The text was changed after it was rejected (sample {sample.id}).", _AGAIN)
    if not wishes:
        raise DroppedError(f"Another run took the repair over (sample {sample.id}).", "See the newest run of repairs.")
    if not standing:
        raise DroppedError(f"The rejection does not stand any more (sample {sample.id}).", _AGAIN)
    return sample, standing


def keep_repair(tx: Tx, run: Run, item: Item, product: SampleRepaired, at: float) -> Kept:
    """The sample is unverified but for what the checks found, and in the queue again."""
    sample, wishes = still_wanted(tx, run, item)
    request_id = product.answer.request_id
    words = "\n\n".join(dict.fromkeys(wish.words for wish in wishes))
    reviews.log(tx, sample, f"repair:{run.id}:{item.idx}:{request_id}", TEACHER, Entry("edit", note=words), at)
    samples.revise(tx, sample, product.question, product.answer.text, TEACHER, at)
    samples.add_maker(tx, sample, Stage.REPAIR.value, maker_of(tx, request_id))
    repair_wishes.end(tx, [wish.id for wish in wishes], WishState.DONE, request_id)
    mended = samples.get(tx, run.project_id, sample.id)
    samples.add_requests(
        tx, mended, {each.method: each.requests for each in product.findings if len(each.requests) > 1}
    )
    keep_findings(tx, mended, product.findings, at)
    present = samples.get(tx, run.project_id, sample.id)
    after = {"verdict": "edit", "note": words, "hash": sample.content_hash, "run": run.id, "request": request_id}
    events.append(tx, run.project_id, TEACHER, at, "review edit", ("sample", sample.id), after=after)
    reviews.settle(tx, present, reviews.plan_of(tx, run.project_id))
    return ItemState.DONE, [sample.id]


def let_go(tx: Tx, run: Run, item: Item, state: ItemState) -> None:
    """An item ended without a repair: its wishes failed, or something overtook them."""
    if run.kind is not PlanKind.REPAIRS:
        return
    wishes = repair_wishes.by_ids(tx, run.project_id, item.spec["wishes"])
    own = [wish.id for wish in wishes if wish.run_id == run.id and wish.state is not WishState.OUTDATED]
    repair_wishes.end(tx, own, WishState.OUTDATED if state is ItemState.DROPPED else WishState.FAILED)
