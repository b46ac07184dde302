"""The strategies: what each makes, from what, and which calls one item of it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.domain.calls import Stage


class Strategy(StrEnum):
    """How samples are made. `HUMAN` marks seed examples that people put into the dataset themselves."""

    GLAN = "glan"
    ANSWER_AUGMENTATION = "answer_augmentation"
    QUESTION_REPHRASE = "question_rephrase"
    NEW_QUESTION = "new_question"
    SELF_INSTRUCT = "self_instruct"
    EVOL_INSTRUCT = "evol_instruct"
    MULTI_TURN = "multi_turn"
    HUMAN = "human"

    @property
    def label(self) -> str:
        """As people read it."""
        return _TITLES[self]


_TITLES = {
    Strategy.GLAN: "GLAN",
    Strategy.ANSWER_AUGMENTATION: "Answer augmentation",
    Strategy.QUESTION_REPHRASE: "Question rephrase",
    Strategy.NEW_QUESTION: "New question",
    Strategy.SELF_INSTRUCT: "Self-Instruct",
    Strategy.EVOL_INSTRUCT: "Evol-Instruct",
    Strategy.MULTI_TURN: "Multi-turn continuation",
    Strategy.HUMAN: "Human seeds",
}
FROM_SEEDS = (
    Strategy.ANSWER_AUGMENTATION,
    Strategy.QUESTION_REPHRASE,
    Strategy.NEW_QUESTION,
    Strategy.SELF_INSTRUCT,
    Strategy.EVOL_INSTRUCT,
)
MADE = (Strategy.GLAN, *FROM_SEEDS, Strategy.MULTI_TURN)


class TaskType(StrEnum):
    """What the questions of a seed set ask for; decides how a final answer is found and compared."""

    MATHS = "maths"
    MULTIPLE_CHOICE = "multiple_choice"
    TEXT_TO_SQL = "text_to_sql"
    OPEN = "open"

    @property
    def label(self) -> str:
        """As people read it."""
        return {
            TaskType.MATHS: "Mathematics",
            TaskType.MULTIPLE_CHOICE: "Multiple choice",
            TaskType.TEXT_TO_SQL: "Text-to-SQL",
            TaskType.OPEN: "Open questions",
        }[self]


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Calls of one item by stage if nothing is dropped on the way; an item makes one sample then."""

    calls: Mapping[Stage, int]

    @property
    def total(self) -> int:
        """Calls for one sample."""
        return sum(self.calls.values())

    def plus(self, more: Mapping[Stage, int]) -> Arithmetic:
        """With the calls of verification."""
        stages = dict.fromkeys((*self.calls, *more))
        return Arithmetic({stage: self.calls.get(stage, 0) + more.get(stage, 0) for stage in stages})


def arithmetic(strategy: Strategy, *, rounds: int = 1) -> Arithmetic:
    """The calls of one item of a strategy; `rounds` are Evol-Instruct's evolutions or the turns that are added.

    Answer augmentation 1, question rephrase 2, new question 3 (definitions of the budget rule, arXiv 2409.19759);
    GLAN 2 (arXiv 2402.13064, section 2.4); Self-Instruct 2; Evol-Instruct 2 for each evolution and 1 for the answer;
    two for each turn that is added to a conversation.
    """
    by_strategy: dict[Strategy, dict[Stage, int]] = {
        Strategy.GLAN: {Stage.QUESTION: 1, Stage.ANSWER: 1},
        Strategy.ANSWER_AUGMENTATION: {Stage.ANSWER: 1},
        Strategy.QUESTION_REPHRASE: {Stage.AUGMENT: 1, Stage.ANSWER: 1},
        Strategy.NEW_QUESTION: {Stage.AUGMENT: 1, Stage.QUESTION_CHECK: 1, Stage.ANSWER: 1},
        Strategy.SELF_INSTRUCT: {Stage.AUGMENT: 1, Stage.ANSWER: 1},
        Strategy.EVOL_INSTRUCT: {Stage.AUGMENT: rounds, Stage.QUESTION_CHECK: rounds, Stage.ANSWER: 1},
        Strategy.MULTI_TURN: {Stage.AUGMENT: rounds, Stage.ANSWER: rounds},
        Strategy.HUMAN: {},
    }
    return Arithmetic(by_strategy[strategy])
