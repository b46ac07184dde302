"""What every teacher keeps, whoever stands behind it; tests hand one in and get the list of its replies."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from core.domain.calls import Call, Reply, Stage
from core.domain.seeds import SeedExample
from core.errors import TeacherError
from core.generation import calls, steps
from core.generation.checks.agreement import further_call
from core.generation.checks.judge import judge_call
from core.generation.products import Answered, Choice, SampleMade
from core.generation.repairs import repair_call
from core.generation.strategies import evol_instruct, glan, multi_turn, new_question, self_instruct
from core.generation.strategies.answer_augmentation import solve_call
from core.llm.teacher import Teacher
from core.prompts.replies import REPLIES, parse

NAMES = ["Academic knowledge", "Formal sciences", "Statistics"]
SUBJECTS = (
    "1. Descriptive statistics (introductory): Summaries of data.\n   Subtopics: Frequency tables; Means; Spread\n\n"
    "2. Regression (advanced): Lines through points.\n   Subtopics: Least squares; Residuals; Prediction"
)
SYLLABUS = (
    "# Descriptive statistics\n\n## Introduction\nFrom data to figures.\n\n## Objectives\n- Summarise data.\n\n"
    "## Class sessions\n1. Measures of centre: Typical values.\n   Key concepts: Arithmetic mean; Median\n"
    "2. Measures of spread: How far values lie apart.\n   Key concepts: Range; Variance\n"
)
ODD = (
    "",
    " ",
    "=== user ===",
    "{{ x }} {% endif %}",
    "</question> \x00 \N{GRINNING FACE} \\d+ (a) [",
    "\ud800",
    "x" * 9000,
)


def spec_of(groups: list[list[str]]) -> dict[str, Any]:
    """A sample item on these concepts."""
    return {
        "discipline": "Statistics",
        "sessions": [f"Session {n}" for n, _ in enumerate(groups, 1)],
        "session_numbers": list(range(1, len(groups) + 1)),
        "groups": groups,
        "difficulty": "challenging" if len(groups) > 1 else "basic",
        "index": 0,
    }


def with_choice(build: Callable[[Choice], Call], model: str, max_tokens: int = 400) -> Call:
    """The call with the settings of a teacher."""
    return build(Choice(model, 0.7, 0.95, max_tokens))


def extraction(template: str, text: str) -> Callable[[Choice], Call]:
    """The second call of GLAN: text into structure."""
    name = "discipline" if template == "subjects_extract" else "subject"
    return calls.build(Stage.EXTRACTION, template, {name: "Statistics", "text": text}, {"text": text}, 0)


def rephrase(question: str) -> Callable[[Choice], Call]:
    """The same question in other words."""
    return calls.build(Stage.AUGMENT, "rephrase", {"question": question, "material": ""}, {"question": question}, 0)


def posing(spec: Mapping[str, Any], syllabus: str) -> Callable[[Choice], Call]:
    """A question call with this syllabus."""
    return glan.question_call({**spec, "syllabus_text": syllabus})


def verify(question: str, answer: str, rubric: str = "") -> Callable[[Choice], Call]:
    """A judgement on a pair."""
    return judge_call({"discipline": "Statistics"}, SampleMade(question, Answered(1, answer)), rubric)


def repair(question: str, answer: str) -> Callable[[Choice], Call]:
    """A rejected pair, to be mended."""
    pair = {"question": question, "answer": answer, "complaints": ["Unclear question"]}
    return repair_call({**pair, "discipline": "Statistics", "history": (), "index": 0})


def children(names: list[str], existing: list[str]) -> Callable[[Choice], Call]:
    """Proposals below a place."""
    child = ("field", "sub_field", "discipline")[len(names)]
    return steps.children_call({"names": names, "child": child, "existing": existing, "count": 4, "query": 0})


def subjects(discipline: str) -> Callable[[Choice], Call]:
    """Subjects of a discipline."""
    place = {"discipline": discipline, "description": "Learning from data.", "path": " > ".join(NAMES)}
    return steps.subjects_call({**place, "query": 0})


def syllabus(discipline: str, subject: str) -> Callable[[Choice], Call]:
    """The syllabus of a subject."""
    more = {"level": "introductory", "subtopics": ["Frequency tables", "Means"], "attempt": 0}
    return steps.syllabus_call({"discipline": discipline, "subject": subject, **more})


def from_seed(question: str) -> dict[str, Any]:
    """An item on a seed example with this question, as far as calls read it."""
    seed = SeedExample.model_construct(id=1, position=0, question=question, context="", options=())
    more = {"operations": ["deepen", "in breadth"], "rounds": 1, "parent": SimpleNamespace(lineage={}), "shots": [seed]}
    return {"task_type": "maths", "index": 0, "seed": seed, **more}


def varying(question: str, answer: str) -> list[Callable[[Choice], Call]]:
    """What the strategies ask about a question and an answer to it."""
    spec, history = from_seed(question), [(question, answer)]
    return [
        rephrase(question),
        new_question.new_question_call(spec),
        new_question.check_call(spec, question),
        self_instruct.task_call(spec),
        evol_instruct.evolve_call(spec, 0, question),
        evol_instruct.evolve_call(spec, 1, question),
        evol_instruct.check_call(spec, question, question),
        multi_turn.follow_up_call(spec, history),
        multi_turn.reply_call(spec, history, question),
        solve_call(spec, question),
        further_call(solve_call(spec, question), 0, 1),
        verify(question, answer),
        verify(question, answer, rubric="Every unit is named."),
        repair(question, answer),
    ]


async def answers_every_stage(
    teacher: Teacher, model: str, max_tokens: int = 400, *, reads: bool = True
) -> list[Reply]:
    """Ask for every stage in the order of the pipeline; `reads` = structured replies must be readable."""
    asked = ScribeOf(teacher, model, max_tokens, reads=reads)
    await asked(children([], []))
    await asked(subjects("Statistics"))
    await asked(extraction("subjects_extract", SUBJECTS))
    await asked(syllabus("Statistics", "Descriptive statistics"))
    await asked(extraction("syllabus_extract", SYLLABUS))
    question = await asked(posing(spec_of([["Arithmetic mean", "Median"]]), SYLLABUS))
    await asked(posing(spec_of([["Arithmetic mean"], ["Median"]]), SYLLABUS))
    answer = await asked(glan.answer_call(spec_of([["Arithmetic mean"]]), question))
    for build in varying(question, answer):
        await asked(build)
    return asked.replies


class ScribeOf:
    """Asks a teacher, checks the form of each reply and keeps it."""

    def __init__(self, teacher: Teacher, model: str, max_tokens: int, *, reads: bool) -> None:
        self._teacher, self._model, self._max_tokens, self._reads = teacher, model, max_tokens, reads
        self.replies: list[Reply] = []

    async def __call__(self, build: Callable[[Choice], Call]) -> str:
        call = with_choice(build, self._model, self._max_tokens)
        reply = await self._teacher.ask(call)
        assert reply.text.strip()
        assert reply.finish_reason in {"stop", "length"}
        assert reply.usage is not None
        assert reply.usage.prompt > 0
        assert reply.usage.completion > 0
        assert reply.model
        assert reply.refusal == ""
        assert isinstance(json.loads(reply.raw), dict)
        (reply.text + reply.model + reply.raw).encode("utf-8")
        if call.schema is not None and self._reads:
            parse(REPLIES[call.schema_name], reply.text)
        self.replies.append(reply)
        return reply.text


def odd_calls() -> list[Callable[[Choice], Call]]:
    """Calls about texts that nobody expects; every one must give a reply or a TeacherError."""
    odd: list[Callable[[Choice], Call]] = []
    for text in ODD:
        odd += [children([text, text], [text]), subjects(text), syllabus(text, text)]
        odd += [extraction("subjects_extract", text), extraction("syllabus_extract", text)]
        odd += [posing(spec_of([[text]]), text), posing(spec_of([[text], [text]]), text)]
        odd += [glan.answer_call(spec_of([[text]]), text), *varying(text, text)]
    return odd


async def survives_odd_calls(teacher: Teacher, model: str, max_tokens: int = 16, *, every: int = 1) -> None:
    """Every odd call (or each `every`-th) ends in a reply that can be stored or in a TeacherError that speaks."""
    for build in odd_calls()[::every]:
        ended = (await asyncio.gather(teacher.ask(with_choice(build, model, max_tokens)), return_exceptions=True))[0]
        if isinstance(ended, Reply):
            (ended.text + ended.raw).encode("utf-8")
        else:
            assert isinstance(ended, TeacherError), ended
            assert ended.code
            assert ended.message.endswith(".")
            assert ended.hint.endswith(".")
