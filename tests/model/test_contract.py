"""A real language model behind its own server keeps the contract of all teachers."""

from __future__ import annotations

import asyncio

import pytest

from core.llm.local.supervisor import LocalServer
from core.llm.openai_teacher import OpenAITeacher
from tests.unit import teacher_contract as contract

pytestmark = pytest.mark.model


def test_the_small_model_answers_every_stage_and_fills_usage(smollm2: LocalServer) -> None:
    async def go() -> int:
        teacher = OpenAITeacher(smollm2.base_url, smollm2.api_key)
        try:
            return len(await contract.answers_every_stage(teacher, smollm2.model_name, max_tokens=16, reads=False))
        finally:
            await teacher.close()

    assert asyncio.run(go()) == 22


def test_the_small_model_raises_nothing_but_teacher_errors(smollm2: LocalServer) -> None:
    async def go() -> None:
        teacher = OpenAITeacher(smollm2.base_url, smollm2.api_key)
        try:
            await contract.survives_odd_calls(teacher, smollm2.model_name, max_tokens=4, every=9)
        finally:
            await teacher.close()

    asyncio.run(go())
