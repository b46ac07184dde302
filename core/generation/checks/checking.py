"""Which checks a plan wants of a sample, side by side; what they say decides nothing by itself."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace

from core.domain.calls import Stage
from core.generation.calls import Build, Spec, all_of
from core.generation.checks import agreement, execution, judge, reference
from core.generation.products import Answered, Ask, Finding, SampleMade


class AnswerWatch:
    """Asks, and remembers the last call for an answer: checks may ask the very same prompt again."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self.answer_call: Build | None = None

    async def __call__(self, stage: Stage, build: Build) -> Answered:
        """Pass the call on."""
        if stage is Stage.ANSWER:
            self.answer_call = build
        return await self._ask(stage, build)


async def checked(ask: AnswerWatch, spec: Spec, made: SampleMade) -> SampleMade:
    """The sample with the findings of the checks that its item asks for; those that need calls are asked together."""
    wanted = spec.get("checks", {})
    tried: list[Awaitable[Finding]] = []
    if wanted.get("judge") or spec.get("verify"):
        tried.append(judge.find(ask, spec, made, wanted.get("rubric", "")))
    if wanted.get("agreement", 0) > 1 and ask.answer_call is not None:
        tried.append(agreement.find(ask, spec, made, ask.answer_call, wanted["agreement"]))
    if wanted.get("execution"):
        tried.append(execution.find(spec, made))
    if wanted.get("reference"):
        tried.append(reference.find(spec, made))
    findings = tuple(await all_of(tried))
    asked = {f"{finding.method}_requests": list(finding.requests) for finding in findings if len(finding.requests) > 1}
    return replace(made, findings=findings, lineage={**made.lineage, **asked})
