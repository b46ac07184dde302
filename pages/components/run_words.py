"""Runs in words: what each state means, its icon and its colour."""

from __future__ import annotations

from typing import Literal

from core.domain.calls import Stage
from core.domain.money import NO_PRICE
from core.domain.plans import PlanKind
from core.domain.records import Run
from core.domain.states import AttemptState, ItemState, RunState
from core.domain.strategies import Strategy
from core.services.runs import RunView
from pages.components.figures import count, duration, money, percent
from pages.components.session import Here

Colour = Literal["red", "orange", "blue", "green", "gray"]

STATES: dict[RunState, tuple[str, str, Colour]] = {
    RunState.QUEUED: ("Queued", "hourglass_empty", "blue"),
    RunState.RUNNING: ("Running", "play_circle", "blue"),
    RunState.COMPLETED: ("Completed", "check_circle", "green"),
    RunState.BUDGET_EXHAUSTED: ("Budget used up", "savings", "orange"),
    RunState.CANCELLED: ("Cancelled", "cancel", "gray"),
    RunState.FAILED: ("Failed", "error", "red"),
    RunState.INTERRUPTED: ("Interrupted", "pause_circle", "orange"),
}
KINDS = {
    PlanKind.TAXONOMY: "taxonomy",
    PlanKind.SUBJECTS: "subjects",
    PlanKind.SYLLABI: "syllabi",
    PlanKind.SAMPLES: "samples",
    PlanKind.REPAIRS: "repairs",
}
ITEMS: dict[ItemState, tuple[str, str]] = {
    ItemState.PLANNED: ("To do", "Not worked on yet, or under way."),
    ItemState.DONE: ("Done", "Made something new."),
    ItemState.KNOWN: ("Known", "The answer was stored already; it was not paid again and nothing is kept twice."),
    ItemState.REFUSED: ("Refused", "The teacher declined, or has nothing on these concepts."),
    ItemState.FILTERED: ("Filtered", "The provider's content filter held the answer back."),
    ItemState.TRUNCATED: ("Truncated", "The answer was cut off at its token limit; cut answers are never used."),
    ItemState.INVALID: ("Invalid", "An answer came but could not be used, also after one repair."),
    ItemState.FAILED: ("Failed", "No answer came: connection, server or program."),
    ItemState.DROPPED: (
        "Dropped",
        "Left out by a rule, e.g. a near duplicate, or a text that changed meanwhile; its calls are paid.",
    ),
}
FLAGS = {
    "usage missing": "The answer came without token counts, so it is charged at its hold.",
    "usage not believable": "The token counts contradict the text or themselves, so it is charged at its hold.",
    "usage above the bound": "More was billed than the call was allowed to use; it is charged as reported.",
    "charged at the hold": "It failed after it was sent; the provider may have charged for it.",
    "in doubt": "It was sent and the worker ended before an answer was stored.",
    "answered late": "It was in doubt, then its answer came after all; it is charged by that answer.",
}
CALLS = {
    AttemptState.RESERVED: "Under way",
    AttemptState.SETTLED: "Settled",
    AttemptState.RELEASED: "Not billed",
    AttemptState.IN_DOUBT: "In doubt",
}


_STAGES = {Stage.AUGMENT: "Augmenter", Stage.QUESTION_CHECK: "Question check"}


def stage_name(stage: str) -> str:
    """A stage as written on screen."""
    return _STAGES.get(Stage(stage), Stage(stage).value.capitalize())


def state_badge(run: Run) -> str:
    """The state with icon and colour, as Markdown."""
    word, icon, colour = STATES[run.state]
    if run.cancel and run.state is RunState.RUNNING:
        word = "Stopping"
    elif run.offline:
        word, icon, colour = "Reading stored answers", "menu_book", "blue"
    return f":{colour}-badge[:material/{icon}: {word}]"


def kind_words(run: Run) -> str:
    """What it makes."""
    words = [KINDS[run.kind]] + ["preview"] * run.preview
    if run.plan.get("kind") == "mixed":
        words.append("pilot of several strategies" if run.plan.get("purpose") == "pilot" else "several strategies")
    elif run.kind is PlanKind.SAMPLES:
        words.append(Strategy(run.plan.get("strategy", Strategy.GLAN)).label)
    return ", ".join(words)


def badges(view: RunView) -> str:
    """State, kind and, if there are any, items without a result and dropped ones, as Markdown."""
    dropped = f" :gray-badge[{view.dropped:,} dropped]" if view.dropped else ""
    failed = f" :orange-badge[{view.failed:,} without a result]" if view.failed else ""
    return f"{state_badge(view.run)} :gray-badge[{kind_words(view.run)}]{failed}{dropped}"


def progress_words(view: RunView) -> str:
    """ "12 of 40 items (30 %)", with the time left if that can be told."""
    total = view.run.n_items
    if view.run.offline:
        left = count(view.progress.get(ItemState.INVALID, 0), "invalid item")
        return f"Reading the stored answers of {left} again; nothing is sent"
    words = f"{view.finished:,} of {count(total, 'item')} ({percent(view.finished / total if total else 1)})"
    if view.run.cancel:
        return f"{words}, stopping after the calls under way"
    if view.run.state is RunState.QUEUED:
        return f"{words}, waiting for the worker"
    if view.run.state is RunState.RUNNING and view.run.batched:
        return f"{words}, handed in as batches: the provider has up to 24 hours for each"
    if view.run.state is RunState.RUNNING:
        return (
            f"{words}, about {duration(view.eta)} left" if view.eta is not None else f"{words}, time left unknown yet"
        )
    return words


def charged(h: Here, view: RunView) -> str:
    """What its new calls came to; without a price they count as nothing, which is not the same as free."""
    if view.spent.settled:
        return money(view.spent.settled)
    unknown = any(price["price_source"] == NO_PRICE.source for price in h.work.runs.prices(h.project_id, view.run.id))
    return "price unknown" if unknown else "no charge"
