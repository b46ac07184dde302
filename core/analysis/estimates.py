"""What a plan will cost before it runs: calls are exact, tokens and money are estimates with an upper bound."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from core.domain.calls import Stage
from core.domain.money import Price, batch_price, hold_for
from core.domain.records import Connection
from core.domain.strategies import Strategy

BYTES_A_TOKEN = 4
BATCH_SECONDS = 24 * 3600.0
_ASSUMED_REPLY = {
    Stage.TAXONOMY: 600,
    Stage.SUBJECTS: 1500,
    Stage.SYLLABUS: 2000,
    Stage.EXTRACTION: 2000,
    Stage.QUESTION: 150,
    Stage.ANSWER: 450,
    Stage.AUGMENT: 150,
    Stage.QUESTION_CHECK: 100,
    Stage.AGREEMENT: 450,
    Stage.VERIFICATION: 120,
    Stage.REPAIR: 600,
}
_ASSUMED_MS = {"builtin": 1, "scripted": 1, "openai": 4000}
_LOCAL_MS_A_TOKEN = (15, 90)  # read, written: a model of 1.5 billion parameters on two processor cores


@dataclass(frozen=True, slots=True)
class Measured:
    """Averages over earlier calls of the same stage and model; no milliseconds if all of them were in batches."""

    calls: int
    prompt_tokens: float
    completion_tokens: float
    latency_ms: float | None


@dataclass(frozen=True, slots=True)
class StageEstimate:
    """One stage of a plan. `cost` and `bound` are nano-dollars, None when the price is unknown.

    `seconds` are expected, for a batch the longest that it may take. `part` counts the parts of a mixed plan from 0.
    """

    stage: Stage
    connection: str
    teacher: str
    model: str
    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost: int | None
    bound: int | None
    seconds: float
    measured: int
    batch: bool = False
    strategy: Strategy | None = None
    part: int = 0


@dataclass(frozen=True, slots=True)
class Estimate:
    """A whole plan."""

    stages: tuple[StageEstimate, ...]

    def of_part(self, part: int) -> Estimate:
        """What one part of a mixed plan comes to."""
        return Estimate(tuple(stage for stage in self.stages if stage.part == part))

    @property
    def prompt_tokens(self) -> int:
        """Tokens that are read."""
        return sum(stage.prompt_tokens for stage in self.stages)

    @property
    def completion_tokens(self) -> int:
        """Tokens that are written."""
        return sum(stage.completion_tokens for stage in self.stages)

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
    def batch(self) -> bool:
        """Is any of it handed in as a batch? Then `seconds` is a limit and nothing to be expected."""
        return any(stage.batch for stage in self.stages)

    @property
    def seconds(self) -> float:
        """Stages of one sample follow each other, samples run side by side: the slowest connection sets the pace.

        The stages of one connection share its places, so their times add up; so do those of batches, which wait for
        each other.
        """
        if self.batch:
            return sum(stage.seconds for stage in self.stages)
        teachers = {stage.teacher for stage in self.stages}
        return max((sum(s.seconds for s in self.stages if s.teacher == teacher) for teacher in teachers), default=0.0)


def estimate_stage(
    stage: Stage,
    *,
    connection: Connection,
    model: str,
    calls: int,
    prompt_bytes: tuple[int, int],
    max_tokens: int,
    price: Price | None,
    concurrency: int,
    measured: Measured | None,
    batch: bool = False,
) -> StageEstimate:
    """`prompt_bytes` are the usual and the largest size of a prompt, `price` that of calls which are not in a batch.

    Expect what was measured for this stage and model; without measurements four bytes a token and usual lengths.
    """
    usual_bytes, most_bytes = prompt_bytes
    prompt = measured.prompt_tokens if measured else usual_bytes / BYTES_A_TOKEN
    completion = measured.completion_tokens if measured else min(_ASSUMED_REPLY.get(stage, 500), max_tokens)
    milliseconds = measured.latency_ms if measured else None
    if milliseconds is None:
        milliseconds = _assumed_ms(connection.kind, prompt, completion)
    cost = bound = None
    if price is not None:
        price = batch_price(price) if batch else price
        cost = int(calls * (prompt * price.input + completion * price.output) / 1_000_000)
        bound = calls * hold_for(price, most_bytes, 2, max_tokens)
    return StageEstimate(
        stage,
        connection.id,
        connection.name,
        model,
        calls,
        int(prompt * calls),
        int(completion * calls),
        cost,
        bound,
        BATCH_SECONDS if batch else ceil(calls / max(1, concurrency)) * milliseconds / 1000,
        measured.calls if measured else 0,
        batch,
    )


def _assumed_ms(kind: str, prompt: float, completion: float) -> float:
    if kind == "local":
        read, written = _LOCAL_MS_A_TOKEN
        return prompt * read + completion * written
    return _ASSUMED_MS[kind]
