"""The built-in teacher: templates with computed answers, no language model.

It works in process behind the same interface as every other teacher, costs nothing and is deterministic. It reads the
facts in a call's `context` and says plainly when it is asked for something it does not know.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any, TypeVar

from core.catalogue.load import starter_taxonomy
from core.domain.calls import Call, Reply, Stage
from core.domain.curriculum import Part
from core.domain.money import Usage
from core.domain.naming import name_key
from core.errors import TeacherRefusedError
from core.llm.builtin import homework, library, mending, texts, variation

TITLE = "Built-in teacher"
MODEL = "built-in-1"
T = TypeVar("T")
ABOUT = "Built-in: templates with computed answers, no language model."


class BuiltinTeacher:
    """`wrong_share` of the answers end in a typical slip, so that verification and review have something to find."""

    answers_at_once = 1

    def __init__(self, wrong_share: float = 0.1) -> None:
        self._wrong_share = wrong_share

    async def close(self) -> None:
        """Nothing to free."""

    async def ask(self, call: Call) -> Reply:
        """Answer from the library; raises TeacherRefusedError for what it does not know."""
        digest = hashlib.sha256(f"{call.sample_index}/{call.messages}".encode("utf-8", "replace")).digest()
        rng = Random(digest)  # noqa: S311 - choice of homework, not a secret
        text = self._answer(call, call.context, rng)
        usage = Usage(prompt=max(1, call.prompt_bytes // 4), completion=max(1, len(text.encode()) // 4))
        raw = json.dumps({"built_in": True, "text": text}, ensure_ascii=False)
        return Reply(text, "stop", usage, MODEL, raw, latency_ms=0)

    def _answer(self, call: Call, context: Mapping[str, Any], rng: Random) -> str:
        by_stage: dict[Stage, Callable[[], str]] = {
            Stage.TAXONOMY: lambda: _children(context, rng),
            Stage.SUBJECTS: lambda: _subjects(context["discipline"], rng),
            Stage.SYLLABUS: lambda: _syllabus(context),
            Stage.EXTRACTION: lambda: texts.extract(call.template, context["text"]),
            Stage.QUESTION: lambda: _question(context["groups"], rng),
            Stage.ANSWER: lambda: self._solution(context["question"], rng),
            Stage.AGREEMENT: lambda: self._solution(context["question"], rng),
            Stage.AUGMENT: lambda: _augmented(call.template, context, rng),
            Stage.QUESTION_CHECK: lambda: _checked(call.template, context),
            Stage.VERIFICATION: lambda: _judge(context["question"], context["answer"], context.get("rubric", "")),
            Stage.REPAIR: lambda: _repaired(context, rng),
        }
        return by_stage[call.stage]()

    def _solution(self, question: str, rng: Random) -> str:
        solved = _solved(question)
        answer = rng.choice(solved.slips) if rng.random() < self._wrong_share else solved.answer
        return f"{solved.reasoning}\n\n{homework.FINAL} {answer}"


def _known(value: T | None, what: str) -> T:
    if value is None:
        raise TeacherRefusedError(
            f"The built-in teacher has nothing on {what}.",
            "Choose a discipline it knows (mathematics, sciences, computing, SQL) or connect a language model.",
            code="unknown",
        )
    return value


def _own(value: T | None) -> T:
    """What came of a question from outside; raises TeacherRefusedError for all but its own families."""
    if value is None:
        raise TeacherRefusedError(
            "The built-in teacher only answers and varies questions of its own families, and this is none of them.",
            "Connect a language model, or use the built-in seed set.",
            code="unknown",
        )
    return value


def _solved(question: str) -> homework.Solved:
    return _own(homework.solve(question))


def _children(context: Mapping[str, Any], rng: Random) -> str:
    entries: Sequence[Any] = starter_taxonomy().fields
    for name in context["names"]:
        place = next((e for e in entries if name_key(e.name) == name_key(name)), None)
        entries = getattr(place, "sub_fields", None) or getattr(place, "disciplines", None) or ()
    if context.get("child") == "discipline":  # below a field: those of all its sub-fields
        entries = [leaf for entry in entries for leaf in getattr(entry, "disciplines", None) or [entry]]
    existing = {name_key(name) for name in context["existing"]}
    fresh = [entry for entry in entries if name_key(entry.name) not in existing]
    where = f"more below {context['names'][-1]!r}" if context["names"] else "more fields"
    _known(fresh or None, where)
    chosen = [entry for entry in fresh if rng.random() < 0.75] or fresh[:1]
    children = [{"name": e.name, "description": e.description} for e in chosen[: context["count"]]]
    return json.dumps({"children": children}, ensure_ascii=False)


def _subjects(discipline: str, rng: Random) -> str:
    known = _known(library.curriculum(discipline), f"subjects of {discipline!r}")
    chosen = [entry for entry in known.subjects if entry.syllabus or rng.random() < 0.7]
    return texts.write_subjects(chosen)


def _syllabus(context: Mapping[str, Any]) -> str:
    name = context["subject"]
    entry = library.subject(context["discipline"], name)
    syllabus = _known(entry.syllabus if entry else None, f"the syllabus of {name!r}")
    part = Part(context.get("part", Part.WHOLE))
    if part is Part.SESSION:
        wanted = name_key(context["session"])
        found = next((each for each in syllabus.sessions if name_key(each.name) == wanted), None)
        return texts.write_sessions([_known(found, f"the class session {context['session']!r} of {name!r}")])
    if part is Part.SESSIONS:
        return texts.write_sessions(syllabus.sessions)
    return texts.write_opening(syllabus) if part is Part.OPENING else texts.write_syllabus(name, syllabus)


def _question(groups: Sequence[Sequence[str]], rng: Random) -> str:
    names = ", ".join(concept for group in groups for concept in group)
    return _known(homework.pose(groups, rng), f"a problem about {names}")


_AUGMENTED: Mapping[str, Callable[[Mapping[str, Any], Random], str | None]] = {
    "rephrase": lambda facts, rng: homework.rephrase(facts["question"], rng),
    "new_question": lambda facts, rng: variation.new_question(facts["question"], rng),
    "self_instruct": lambda facts, rng: variation.task_beside(facts["shots"], rng),
    "evolve_depth": lambda facts, rng: variation.deepened(facts["question"], rng),
    "evolve_breadth": lambda facts, rng: variation.broadened(facts["question"], rng),
    "follow_up": lambda facts, rng: variation.follow_up([question for question, _ in facts["history"]], rng),
}


def _augmented(template: str, context: Mapping[str, Any], rng: Random) -> str:
    return _own(_AUGMENTED[template](context, rng))


def _checked(template: str, context: Mapping[str, Any]) -> str:
    """A question is fit if it can be computed, and another one if it is not word for word the same."""
    answer = " ".join(_solved(context["question"]).answer.split())
    verdict: dict[str, object] = {"reason": f"It can be computed; the final answer is {answer}."}
    if template == "evolution_check":
        _solved(context["before"])
        verdict |= {"different": name_key(context["question"]) != name_key(context["before"]), "answerable": True}
    else:
        verdict["fit"] = True
    return json.dumps(verdict, ensure_ascii=False)


def _repaired(context: Mapping[str, Any], rng: Random) -> str:
    found = mending.mend(context["question"], context["answer"], context["complaints"], rng)
    if found is None:
        raise TeacherRefusedError(
            "The built-in teacher mends only questions of its own families and some of the demo, and knows nothing "
            "better here.",
            "Choose a language model for the repair, or edit the sample by hand.",
            code="unknown",
        )
    return f"<question>\n{found[0]}\n</question>\n<answer>\n{found[1]}\n</answer>"


def _judge(question: str, answer: str, rubric: str) -> str:
    """It looks at the final answer alone, and says so where a plan asks for more."""
    solved = _solved(question)
    given = homework.final_answer(answer)
    right = " ".join(solved.answer.split())
    correct = given == right
    reason = f"Computed anew, the final answer is {right}" + ("." if correct else f", not {given or 'what is given'}.")
    reason += " The rubric was not looked at: the built-in teacher cannot read it." if rubric else ""
    return json.dumps({"reason": reason, "correct": correct}, ensure_ascii=False)
