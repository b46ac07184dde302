"""What a plan will cost before it runs: calls are exact, tokens and money are estimates with an upper bound."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.calls import Stage
from core.domain.money import Price, hold_for

BYTES_A_TOKEN = 4
_ASSUMED_REPLY = {
    Stage.TAXONOMY: 600,
    Stage.SUBJECTS: 1500,
    Stage.SYLLABUS: 2000,
    Stage.EXTRACTION: 2000,
    Stage.QUESTION: 150,
    Stage.ANSWER: 450,
    Stage.VERIFICATION: 120,
}
_ASSUMED_MS = 4000


@dataclass(frozen=True, slots=True)
class Measured:
    """Averages over earlier calls of the same stage and model."""

    calls: int
    prompt_tokens: float
    completion_tokens: float
    latency_ms: float


@dataclass(frozen=True, slots=True)
class StageEstimate:
    """One stage of a plan. `cost` and `bound` are nano-dollars, None when the price is unknown."""

    stage: Stage
    teacher: str
    model: str
    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost: int | None
    bound: int | None
    seconds: float
    measured: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """A whole plan."""

    stages: tuple[StageEstimate, ...]

    @property
    def calls(self) -> int:
        """HTTP calls if no call has to be tried again."""
        return sum(stage.calls for stage in self.stages)

    @property
    def cost(self) -> int | None:
        """Nano-dollars expected, None when a price is unknown."""
        costs = [stage.cost for stage in self.stages]
        return None if any(cost is None for cost in costs) else sum(cost or 0 for cost in costs)

    @property
    def bound(self) -> int | None:
        """Nano-dollars at most without retries, None when a price is unknown."""
        bounds = [stage.bound for stage in self.stages]
        return None if any(bound is None for bound in bounds) else sum(bound or 0 for bound in bounds)

    @property
    def seconds(self) -> float:
        """Stages of one sample follow each other, samples run side by side: the slowest stage sets the pace."""
        return max((stage.seconds for stage in self.stages), default=0.0)


def estimate_stage(
    stage: Stage,
    *,
    teacher: str,
    model: str,
    calls: int,
    prompt_bytes: tuple[int, int],
    max_tokens: int,
    price: Price | None,
    concurrency: int,
    measured: Measured | None,
    instant: bool,
) -> StageEstimate:
    """`prompt_bytes` are the usual and the largest size of a prompt.

    Expect what was measured for this stage and model; without measurements four bytes a token and usual lengths.
    """
    usual_bytes, most_bytes = prompt_bytes
    prompt = measured.prompt_tokens if measured else usual_bytes / BYTES_A_TOKEN
    completion = measured.completion_tokens if measured else min(_ASSUMED_REPLY.get(stage, 500), max_tokens)
    milliseconds = measured.latency_ms if measured else (1 if instant else _ASSUMED_MS)
    cost = bound = None
    if price is not None:
        cost = int(calls * (prompt * price.input + completion * price.output) / 1_000_000)
        bound = calls * hold_for(price, most_bytes, 2, max_tokens)
    return StageEstimate(
        stage,
        teacher,
        model,
        calls,
        int(prompt * calls),
        int(completion * calls),
        cost,
        bound,
        calls * milliseconds / 1000 / max(1, concurrency),
        measured.calls if measured else 0,
    )
