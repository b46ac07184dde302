"""What an answer costs, worked out apart from the code that it is held against."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

_MILLION = 1_000_000
_STEP = 128
_SHORTEST = 1024


@dataclass(frozen=True, slots=True)
class Prices:
    """Nano-dollars per million tokens; `cached` None costs what input costs, `reasoning` None what output costs."""

    input: int = 150_000_000
    output: int = 600_000_000
    cached: int | None = 75_000_000
    reasoning: int | None = None


USUAL_PRICES = Prices()


@dataclass(slots=True)
class Usage:
    """Tokens of one answer as the bank bills them: `cached` is part of `prompt`, `reasoning` of `completion`."""

    prompt: int
    completion: int
    cached: int = 0
    reasoning: int = 0


def cost(prices: Prices, usage: Usage, *, batch: bool = False) -> int:
    """Nano-dollars, rounded up; a line of a batch costs half."""
    cached = prices.input if prices.cached is None else prices.cached
    reasoning = prices.output if prices.reasoning is None else prices.reasoning
    total = (
        (usage.prompt - usage.cached) * prices.input
        + usage.cached * cached
        + (usage.completion - usage.reasoning) * prices.output
        + usage.reasoning * reasoning
    )
    return -(-total // (2 * _MILLION if batch else _MILLION))


def tokens(size: int) -> int:
    """Tokens of `size` bytes of text."""
    return -(-size // 4)


@dataclass
class PrefixCache:
    """Remembers how prompts began, in steps of 128 tokens from 1,024 tokens on."""

    _seen: set[bytes] = field(default_factory=set)

    def cached(self, model: str, prompt: bytes) -> int:
        """Tokens of the longest beginning of `prompt` that this model was sent before; remembers this one."""
        running, longest = hashlib.sha256(model.encode()), 0
        for end in range(_STEP, len(prompt) // 4 + 1, _STEP):
            running.update(prompt[4 * (end - _STEP) : 4 * end])
            if end < _SHORTEST:
                continue
            digest = running.digest()
            if digest in self._seen:
                longest = end
            self._seen.add(digest)
        return longest
