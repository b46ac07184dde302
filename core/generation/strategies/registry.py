"""All strategies that make samples."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from core.domain.strategies import Strategy
from core.generation.strategies import (
    answer_augmentation,
    evol_instruct,
    glan,
    multi_turn,
    new_question,
    question_rephrase,
    self_instruct,
)
from core.generation.strategies.method import Method

METHODS: Mapping[Strategy, Method] = MappingProxyType(
    {
        method.strategy: method
        for method in (
            glan.METHOD,
            answer_augmentation.METHOD,
            question_rephrase.METHOD,
            new_question.METHOD,
            self_instruct.METHOD,
            evol_instruct.METHOD,
            multi_turn.METHOD,
        )
    }
)
