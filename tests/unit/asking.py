"""A teacher for one item without an engine: it answers by stage, in order, and shows what it was asked."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from core.domain.calls import Call, Stage
from core.domain.seeds import SeedExample
from core.domain.strategies import Strategy, TaskType
from core.generation.products import Answered, Choice, SampleMade
from core.generation.strategies.registry import METHODS


class Asking:
    """`said` holds the answers of each stage; the last one is given for ever."""

    def __init__(self, **said: str | Sequence[str]) -> None:
        self._said = {Stage(stage): [texts] if isinstance(texts, str) else list(texts) for stage, texts in said.items()}
        self.calls: list[Call] = []

    async def __call__(self, stage: Stage, build: Callable[[Choice], Call]) -> Answered:
        """The next answer of the stage; requests are numbered from 1."""
        self.calls.append(build(Choice("m", 0.7, 1.0, 500)))
        texts = self._said[stage]
        return Answered(len(self.calls), texts.pop(0) if len(texts) > 1 else texts[0])

    @property
    def stages(self) -> Counter[Stage]:
        """Calls by stage."""
        return Counter(call.stage for call in self.calls)

    @property
    def written(self) -> str:
        """Every message of every call."""
        return "\n".join(message.content for call in self.calls for message in call.messages)

    def make(self, spec: dict[str, Any]) -> SampleMade:
        """What the item's strategy makes with these answers."""

        async def making() -> SampleMade:
            return await METHODS[Strategy(spec["strategy"])].make(self, spec)

        return asyncio.run(making())


def seed(question: str = "What is 2 + 2?", **more: Any) -> SeedExample:
    """A seed example whose answer is a secret."""
    row = {"id": 7, "set_id": 1, "position": 3, "context": "", "options": (), "answer": "SECRET #### 4", "final": "4"}
    return SeedExample.model_validate({**row, "key": question, "meta": {}, "question": question, **more})


def item(strategy: Strategy, example: SeedExample, task: TaskType = TaskType.MATHS, index: int = 0) -> dict[str, Any]:
    """An item that starts from a seed example, filled."""
    origin = {"seed_set": 1, "seed_set_name": "Seeds, version 1", "seed_example": 7, "seed_position": 3}
    return {"strategy": strategy.value, "task_type": task.value, "index": index, "seed": example, **origin}
