"""The sentences of the adviser: why this strategy, and why not the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.analysis.advice_facts import STUDIED, Band, Candidate, Situation
from core.analysis.advice_rules import Choice, Kind, of_augmenter
from core.domain.strategies import Strategy
from core.domain.switch_points import ALIKE, STALL, WEAK_LOSS, SwitchPoints


def number(value: float) -> str:
    """A ratio as people read it."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def span(band: Band) -> str:
    """The switch as a number or a range."""
    low, high = number(band.low), number(band.high)
    return low if low == high else f"{low} to {high}"


def _per_seed(s: Situation, choice: Choice) -> str:
    assert choice.ratio is not None
    return f"{choice.queries:,} calls for {s.seeds:,} seeds are {number(choice.ratio)} calls a seed"


def reason(s: Situation, choice: Choice, points: SwitchPoints) -> str:
    """Why this one, in one sentence."""
    return _REASONS[choice.kind](s, choice, points)


def _no_budget(s: Situation, _choice: Choice, _points: SwitchPoints) -> str:
    return (
        f"No budget is named, so there is no ratio: begin with one answer to each of the {s.seeds:,} seeds, "
        "the smallest plan that tells something."
    )


def _nothing(_s: Situation, _choice: Choice, _points: SwitchPoints) -> str:
    return "This budget does not buy one sample of any strategy: name a larger one, or choose a cheaper teacher."


def _alike(s: Situation, choice: Choice, points: SwitchPoints) -> str:
    named = choice.strategy.label.lower() if choice.strategy else "none can be run"
    start = points.get(ALIKE).high
    return (
        f"With {s.seeds:,} seeds (from about {start:,.0f} on) the strategies end up nearly alike, "
        f"so take the cheapest: {named}."
    )


def _low(s: Situation, choice: Choice, _points: SwitchPoints) -> str:
    return (
        f"{_per_seed(s, choice)}, below the {_switch(choice)} at which new questions overtake new answers: give every "
        "call to one more answer."
    )


def _inside(s: Situation, choice: Choice, _points: SwitchPoints) -> str:
    side = "lower" if choice.strategy is Strategy.ANSWER_AUGMENTATION else "upper"
    return (
        f"{_per_seed(s, choice)}, inside the switch at {_switch(choice)} and nearer to its {side} end: both ways are "
        "about as good."
    )


def _high_weak(s: Situation, choice: Choice, points: SwitchPoints) -> str:
    return (
        f"{_per_seed(s, choice)}, above the switch at {_switch(choice)}, so questions must vary; the augmenter is "
        f"weak, and with it new questions lose about {points.get(WEAK_LOSS).value} % while rephrased ones hold."
    )


def _high(s: Situation, choice: Choice, _points: SwitchPoints) -> str:
    return (
        f"{_per_seed(s, choice)}, above the switch at {_switch(choice)}: more answers to the same {s.seeds:,} "
        "questions add little, so each new question is worth its calls."
    )


def _no_seeds(s: Situation, choice: Choice, _points: SwitchPoints) -> str:
    if choice.strategy is Strategy.GLAN:
        places = "1 verified discipline" if s.disciplines == 1 else f"{s.disciplines:,} verified disciplines"
        places += " that the built-in teacher knows" if s.builtin else ""
        return f"There are no seeds, and GLAN is the strategy that needs none: it draws its questions from {places}."
    if choice.strategy is not None:
        named = choice.strategy.label.lower()
        return f"There are no seeds and no verified syllabus; {named} can go on from what is there."
    return (
        "There are no seeds, so GLAN is the strategy; it needs a verified discipline with a verified syllabus first: "
        "verify one, or import seeds."
    )


_REASONS: Mapping[Kind, Callable[[Situation, Choice, SwitchPoints], str]] = {
    Kind.NO_SEEDS: _no_seeds,
    Kind.NO_BUDGET: _no_budget,
    Kind.NOTHING: _nothing,
    Kind.ALIKE: _alike,
    Kind.LOW: _low,
    Kind.SWITCH: _inside,
    Kind.HIGH: _high,
    Kind.HIGH_WEAK: _high_weak,
}


def _switch(choice: Choice) -> str:
    assert choice.band is not None
    return span(choice.band)


def why_not(s: Situation, choice: Choice, candidate: Candidate, points: SwitchPoints, samples: int) -> str:
    """Why another strategy is not advised, in one or two sentences."""
    strategy = candidate.strategy
    if candidate.hindrance:
        return candidate.hindrance
    if strategy in STUDIED and choice.kind in {Kind.LOW, Kind.SWITCH, Kind.HIGH, Kind.HIGH_WEAK, Kind.ALIKE}:
        return _studied(s, choice, candidate, points, samples)
    return _OTHERS.get(strategy, _UNRANKED)


_UNRANKED = "Without a budget ratio nothing puts it before the advised one; it takes more calls for each sample."
_OTHERS = {
    Strategy.GLAN: "Leaves the topics of the seeds and draws on verified disciplines: it widens a dataset, and was not "
    "compared with the others at equal budget.",
    Strategy.SELF_INSTRUCT: "Writes from a few examples without checking that a question can be answered; the study "
    "behind the rule did not compare it.",
    Strategy.EVOL_INSTRUCT: "Makes questions harder instead of more; the study behind the rule did not compare it.",
    Strategy.MULTI_TURN: "Turns accepted samples into conversations: a matter of form, not of budget.",
}


def _studied(s: Situation, choice: Choice, candidate: Candidate, points: SwitchPoints, samples: int) -> str:
    strategy, calls = candidate.strategy, candidate.takes.calls
    if choice.kind is Kind.ALIKE:
        return f"Takes {calls} calls for a sample, and with so many seeds it brings next to nothing more."
    assert choice.band is not None
    assert choice.ratio is not None
    if strategy is Strategy.ANSWER_AUGMENTATION:
        answers = samples / max(1, s.seeds or 1)
        return (
            f"Would give each seed {number(answers)} answers; above {span(choice.band)} calls a seed another answer to "
            "the same question adds little."
        )
    if choice.kind in {Kind.LOW, Kind.SWITCH} and choice.strategy is Strategy.ANSWER_AUGMENTATION:
        needed = f"{round(choice.band.high * (s.seeds or 0)):,}"
        if strategy is Strategy.NEW_QUESTION:
            return f"Takes {calls} calls, so the budget buys only {samples:,}; it wins for sure from {needed} calls on."
        return f"Takes {calls} calls for a question that says the same; for that, two more answers are worth more here."
    if strategy is Strategy.QUESTION_REPHRASE:
        stall = points.get(STALL)
        return (
            f"New questions generally beat it; with {stall.seeds:,} seeds it stalled at about {stall.value} samples "
            f"(this budget: {samples:,})."
        )
    return (
        f"{of_augmenter(s)} With a weak augmenter it loses about {points.get(WEAK_LOSS).value} %; a pilot or a "
        "stronger augmenter can change this."
    )
