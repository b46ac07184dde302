"""Repairs: one call that writes a rejected sample anew, question and answer, by the words of its reviewers.

The reply is free text with two tags, as little form as two texts can be told apart by: JSON makes answers worse, and
headings also stand inside answers. An answer alone is taken as the answer to the question as it is.
"""

from __future__ import annotations

import re
from dataclasses import replace

from core.domain.calls import Stage
from core.domain.naming import clean_text
from core.domain.review import MAX_TEXT
from core.domain.strategies import TaskType
from core.errors import UnusableReplyError
from core.generation.calls import Build, Spec, build, usable
from core.generation.checks.checking import AnswerWatch, checked
from core.generation.products import Answered, Ask, Finding, SampleMade, SampleRepaired
from core.generation.strategies.answer_augmentation import solve_call
from core.generation.strategies.method import task_of

_BETWEEN = re.compile(r"</question>\s*<answer>", re.IGNORECASE)
_ANSWER = re.compile(r"<answer>", re.IGNORECASE)
_QUESTION = re.compile(r"<question>(.*?)(?:</question>.*)?$", re.DOTALL | re.IGNORECASE)
_END = re.compile(r"</answer>(?!.*</answer>).*$", re.DOTALL | re.IGNORECASE)
_HEADED = re.compile(
    r"^[#*_\s]*question[*_]*\s?(?::[*_]*|\n)(?P<question>.+?)\n[#*_ ]*answer[*_]*\s?(?::[*_]*|\n)(?P<answer>.+)$",
    re.DOTALL | re.IGNORECASE,
)
_HINT = "The raw reply is kept; retry the item, or choose another teacher."


def repair_call(spec: Spec) -> Build:
    """The rejected text with what was said of it."""
    told = [line for question, answer in spec["history"] for line in (f"Person: {question}", f"Teacher: {answer}")]
    pair = {"question": spec["question"], "answer": spec["answer"], "complaints": spec["complaints"]}
    variables = {**pair, "discipline": spec["discipline"], "conversation": told}
    context = {**pair, "history": [list(turn) for turn in spec["history"]]}
    return build(Stage.REPAIR, "repair_sample", variables, context, spec["index"])


async def repair_sample(ask: Ask, spec: Spec) -> SampleRepaired:
    """One call; a text that came back as it was is none."""
    answered = usable(await ask(Stage.REPAIR, repair_call(spec)), "repair")
    question, answer = pair_in(answered.text, spec["question"])
    if _line(question) == _line(spec["question"]):
        question = spec["question"]
    if (question, _line(answer)) == (spec["question"], _line(spec["answer"])):
        raise _unusable("The teacher gave the text back as it was.", "unchanged")
    mended = Answered(answered.request_id, answer)
    findings = await _checked(ask, spec, SampleMade(question, mended, lineage=spec["lineage"], history=spec["history"]))
    return SampleRepaired(spec["sample"], spec["hash"], question, mended, findings)


async def _checked(ask: Ask, spec: Spec, made: SampleMade) -> tuple[Finding, ...]:
    """Checks that the sample's run had; a new question has no reference to be compared with.

    Further answers are asked for as to any question from a seed: where the question is the old one, those of its first
    check are found again and cost nothing.
    """
    if "made_as" not in spec:
        return ()
    as_made = dict(spec["made_as"])
    if made.question != spec["question"]:
        made, wanted = replace(made, lineage={}), as_made["checks"]
        as_made = {key: as_made[key] for key in as_made.keys() - {"seed"}} | {"checks": {**wanted, "reference": False}}
    watch = AnswerWatch(ask)
    if task_of(as_made) is not TaskType.OPEN:
        watch.answer_call = solve_call(as_made, made.question)
    return (await checked(watch, as_made, made)).findings


def pair_in(text: str, before: str) -> tuple[str, str]:
    """Question and answer of a reply, `before` where it holds an answer alone; UnusableReplyError if there is none."""
    cut = _BETWEEN.search(text) or _ANSWER.search(text)
    if cut:
        asked = _QUESTION.search(text[: cut.start()])
        question, answer = asked[1] if asked else "", _END.sub("", text[cut.end() :])
    elif headed := _HEADED.search(text):
        question, answer = headed["question"], headed["answer"]
    else:
        raise _unusable("The reply does not hold a question and an answer in the form that was asked for.", "invalid")
    question, answer = clean_text(question) or before, clean_text(answer)
    if not answer:
        raise _unusable("The repaired answer is empty.", "empty")
    longest = max(len(question), len(answer))
    if longest > MAX_TEXT:
        raise _unusable(f"The repair has {longest:,} characters; {MAX_TEXT:,} are allowed.", "invalid")
    return question, answer


def _line(text: str) -> str:
    return " ".join(text.split())


def _unusable(message: str, code: str) -> UnusableReplyError:
    return UnusableReplyError(message, _HINT, code=code, billed=True)
