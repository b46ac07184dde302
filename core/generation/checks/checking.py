"""Which checks a plan wants of a sample, one after the other; what they say decides nothing by itself."""

from __future__ import annotations

from dataclasses import replace

from core.generation.calls import Spec
from core.generation.checks import judge
from core.generation.products import Ask, SampleMade


async def checked(ask: Ask, spec: Spec, made: SampleMade) -> SampleMade:
    """The sample with the findings of the checks that its item asks for."""
    wanted = spec.get("checks", {})
    findings = []
    if wanted.get("judge") or spec.get("verify"):
        findings.append(await judge.find(ask, spec, made))
    return replace(made, findings=tuple(findings))
