"""The adviser: which strategy a budget should go to, with its reason, its price, and what the others would give.

The rule is the budget rule of arXiv 2409.19759 (teacher calls over seeds), with the numbers of the project. Pure.
"""

from __future__ import annotations

from core.analysis.advice_doubts import notes, sureness
from core.analysis.advice_facts import Advice, Candidate, Option, Situation
from core.analysis.advice_ratio import affordable, figures_of
from core.analysis.advice_reasons import reason, why_not
from core.analysis.advice_rules import Choice, Kind, choose
from core.domain.switch_points import SwitchPoints

FIRST_STEP = 20  # samples of a plan for which nothing is named: no seeds, no budget
MOST = 200_000


def advise(s: Situation, points: SwitchPoints) -> Advice:
    """The advice for a situation; equal situations get equal advice."""
    choice = choose(s, points)
    samples = {c.strategy: _samples(s, choice, c) for c in s.candidates}
    options = tuple(_option(s, choice, c, points, samples[c.strategy]) for c in s.candidates)
    made = samples.get(choice.strategy, 0) if choice.strategy else 0
    return Advice(
        choice.strategy,
        reason(s, choice, points),
        options,
        sureness(s, choice),
        notes(s, choice, points, made),
        choice.queries,
        choice.ratio,
        choice.band,
    )


def _samples(s: Situation, choice: Choice, candidate: Candidate) -> int:
    """What the budget buys; without one a round over the seeds, or a handful."""
    bought = affordable(s.remaining, candidate.takes)
    if bought is None:
        bought = (s.seeds or FIRST_STEP) if choice.kind is Kind.NO_BUDGET else FIRST_STEP
    return min(bought, MOST)


def _option(s: Situation, choice: Choice, candidate: Candidate, points: SwitchPoints, samples: int) -> Option:
    advised = candidate.strategy is choice.strategy
    why = reason(s, choice, points) if advised else why_not(s, choice, candidate, points, samples)
    figures = figures_of(candidate.takes, samples)
    return Option(candidate.strategy, candidate.takes, figures, advised, not candidate.hindrance, why)
