"""All teachers keep one contract; the built-in one also solves, checks and rephrases what it poses."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
from collections.abc import Callable, Iterator
from random import Random

import httpx2
import pytest

from core.catalogue.load import curricula
from core.catalogue.models import SyllabusEntry
from core.domain.calls import Call, Reply, Stage
from core.errors import TeacherError, TeacherRefusedError
from core.generation.strategies import glan
from core.llm.builtin import homework, library, texts
from core.llm.builtin.teacher import MODEL, BuiltinTeacher
from core.llm.openai_teacher import OpenAITeacher
from core.llm.scripted import ScriptedTeacher
from core.llm.teacher import Teacher
from core.prompts.replies import JudgeReply, SubjectsReply, SyllabusReply, parse
from tests.unit import teacher_contract as contract

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
MAKERS: dict[str, Callable[[], Teacher]] = {
    "scripted": ScriptedTeacher,
    "builtin": BuiltinTeacher,
    "openai": lambda: OpenAITeacher(
        "http://teacher.test/v1", "", http_client=httpx2.AsyncClient(transport=httpx2.MockTransport(_serve))
    ),
}
DETERMINISTIC = ("scripted", "builtin")
_BY_FORM = {
    "ChildrenReply": {"children": [{"name": "Natural sciences", "description": "Nature."}]},
    "SubjectsReply": {"subjects": [{"subject_name": "S", "level": "advanced", "subtopics": ["T"]}]},
    "SyllabusReply": {
        "introduction": "I",
        "objectives": ["O"],
        "sessions": [{"name": "N", "description": "D", "key_concepts": ["C"]}],
    },
    "JudgeReply": {"reason": "Right.", "correct": True},
    "FitReply": {"reason": "Complete.", "fit": True},
    "EvolutionReply": {"reason": "One more step.", "different": True, "answerable": True},
}


def _serve(request: httpx2.Request) -> httpx2.Response:
    body = json.loads(request.content)
    form = body.get("response_format", {}).get("json_schema", {}).get("name", "")
    text = json.dumps(_BY_FORM[form]) if form else "Some text."
    choice = {"message": {"content": text}, "finish_reason": "stop"}
    usage = {"prompt_tokens": len(request.content) // 4, "completion_tokens": 9}
    return httpx2.Response(200, json={"model": body["model"], "choices": [choice], "usage": usage})


def use(make: Callable[[], Teacher], work: Callable[[Teacher], object]) -> object:
    """Run `work`, a coroutine function, with a new teacher."""

    async def go() -> object:
        teacher = make()
        try:
            return await work(teacher)  # type: ignore[misc]
        finally:
            await teacher.close()

    return asyncio.run(go())


@pytest.mark.parametrize("name", MAKERS)
def test_a_teacher_answers_every_stage_and_fills_usage(name: str) -> None:
    replies = use(MAKERS[name], lambda teacher: contract.answers_every_stage(teacher, "m"))
    assert isinstance(replies, list)
    assert len(replies) == 22


@pytest.mark.parametrize("name", MAKERS)
def test_a_teacher_raises_nothing_but_teacher_errors(name: str) -> None:
    use(MAKERS[name], lambda teacher: contract.survives_odd_calls(teacher, "m"))


@pytest.mark.parametrize("name", DETERMINISTIC)
def test_a_deterministic_teacher_says_the_same_again(name: str) -> None:
    first, second = (use(MAKERS[name], lambda t: contract.answers_every_stage(t, "m")) for _ in range(2))
    assert first == second


# ---- scripted ----


def test_a_script_sees_every_call_and_its_number_and_may_raise() -> None:
    def script(call: Call, number: int) -> Reply | str:
        if number == 2:
            raise TeacherRefusedError("No.", "Ask another.", code="refused")
        return f"{number} {call.model}"

    async def go() -> None:
        teacher = ScriptedTeacher(script)
        call = contract.with_choice(contract.rephrase("q"), "m")
        assert (await teacher.ask(call)).text == "1 m"
        with pytest.raises(TeacherError):
            await teacher.ask(call)
        assert teacher.asked == [call, call]

    asyncio.run(go())


# ---- built-in ----


def ask(call: Callable[..., Call], wrong_share: float = 0.0) -> Reply:
    """One answer of the built-in teacher."""
    return asyncio.run(BuiltinTeacher(wrong_share).ask(contract.with_choice(call, MODEL)))


def test_the_builtin_teacher_says_what_it_is() -> None:
    reply = ask(contract.subjects("Statistics"))
    assert reply.model == "built-in-1"
    assert json.loads(reply.raw)["built_in"] is True


@pytest.mark.parametrize(
    "call",
    [
        contract.subjects("Astrology"),
        contract.syllabus("Astrology", "Horoscopes"),
        contract.syllabus("Statistics", "Horoscopes"),
        contract.children(["Academic knowledge", "Nowhere"], []),
        contract.posing(contract.spec_of([["Houses of the zodiac"]]), ""),
        contract.posing(contract.spec_of([["Arithmetic mean"], ["Houses of the zodiac"]]), ""),
        glan.answer_call(contract.spec_of([["x"]]), "Who are you?"),
        *contract.varying("Who are you?", "I."),
        contract.extraction("subjects_extract", "Some subjects."),
        contract.extraction("syllabus_extract", contract.SUBJECTS),
    ],
)
def test_what_the_builtin_teacher_does_not_know_it_refuses_with_a_sentence_and_a_hint(
    call: Callable[..., Call],
) -> None:
    with pytest.raises(TeacherRefusedError) as caught:
        ask(call)
    assert caught.value.code == "unknown"
    assert not caught.value.billed
    assert caught.value.message.startswith("The built-in teacher ")
    assert caught.value.message.endswith(".")
    assert caught.value.hint.startswith(("Choose ", "Connect "))


def test_it_never_proposes_a_child_that_is_there() -> None:
    first = {child["name"] for child in json.loads(ask(contract.children([], [])).text)["children"]}
    more = {child["name"] for child in json.loads(ask(contract.children([], sorted(first)[:1])).text)["children"]}
    assert min(first) not in more


def test_another_sample_index_gives_another_draw() -> None:
    spec = contract.spec_of([["Arithmetic mean"]])
    questions = {ask(contract.posing({**spec, "index": index}, "")).text for index in range(20)}
    assert len(questions) > 5


def _syllabi() -> Iterator[tuple[str, str, SyllabusEntry]]:
    for discipline, curriculum in curricula().items():
        for subject in curriculum.subjects:
            if subject.syllabus:
                yield discipline, subject.name, subject.syllabus


def _groups(syllabus: SyllabusEntry) -> Iterator[list[list[str]]]:
    """The concepts of every session alone, and of every two neighbours together, where a problem is known."""
    known = [list(s.concepts) for s in syllabus.sessions if any(library.knows_concept(c) for c in s.concepts)]
    yield from ([group] for group in known)
    yield from ([one, other] for one, other in itertools.pairwise(known))
    yield from ([[c]] for group in known for c in group if library.knows_concept(c))


@pytest.mark.parametrize("discipline", curricula())
def test_it_solves_judges_and_rephrases_its_own_questions(discipline: str) -> None:
    rng = Random(discipline)
    for place, _, syllabus in _syllabi():
        if place == discipline:
            for groups in _groups(syllabus):
                question = homework.pose(groups, rng)
                assert question, groups
                _check_question(question)


def _check_question(question: str) -> None:
    solved = homework.solve(question)
    assert solved, question
    right, wrong = (ask(glan.answer_call(contract.spec_of([["x"]]), question), share).text for share in (0.0, 1.0))
    assert right.endswith(f"{homework.FINAL} {solved.answer}")
    assert wrong != right
    assert parse(JudgeReply, ask(contract.verify(question, right)).text).correct, question
    judged = parse(JudgeReply, ask(contract.verify(question, wrong)).text)
    assert not judged.correct, question
    assert " ".join(solved.answer.split()) in judged.reason
    other = ask(contract.rephrase(question)).text
    assert other != question
    assert sorted(_NUMBER.findall(other)) == sorted(_NUMBER.findall(question))
    assert homework.solve(other) == solved


@pytest.mark.parametrize("discipline", curricula())
def test_it_reads_its_own_lists_of_subjects_back_exactly(discipline: str) -> None:
    entries = curricula()[discipline].subjects
    text = texts.write_subjects(entries)
    reply = parse(SubjectsReply, ask(contract.extraction("subjects_extract", text)).text)
    read = [(s.subject_name, s.level, tuple(s.subtopics)) for s in reply.subjects]
    assert read == [(e.name, e.level, e.subtopics) for e in entries]


@pytest.mark.parametrize("discipline", curricula())
def test_it_reads_its_own_syllabi_back_exactly(discipline: str) -> None:
    for place, subject, entry in _syllabi():
        if place != discipline:
            continue
        text = ask(contract.syllabus(discipline, subject)).text
        assert text == texts.write_syllabus(subject, entry)
        reply = parse(SyllabusReply, ask(contract.extraction("syllabus_extract", text)).text)
        assert reply.introduction == entry.introduction.strip()
        assert tuple(reply.objectives) == entry.objectives
        sessions = [(s.name, s.description, tuple(s.key_concepts)) for s in reply.sessions]
        assert sessions == [(s.name, s.description, s.concepts) for s in entry.sessions]


def test_the_share_of_wrong_answers_is_about_what_was_asked_for() -> None:
    spec = contract.spec_of([["Arithmetic mean"]])
    wrong = 0
    for index in range(300):
        question = ask(contract.posing({**spec, "index": index}, "")).text
        answer = ask(glan.answer_call({**spec, "index": index}, question), 0.2).text
        wrong += not parse(JudgeReply, ask(contract.verify(question, answer)).text).correct
    assert 30 <= wrong <= 90


def test_every_stage_has_a_call_in_the_contract() -> None:
    asked: list[Stage] = []

    def script(call: Call, number: int) -> str:
        asked.append(call.stage)
        return json.dumps(_BY_FORM[call.schema_name]) if call.schema else f"Text {number}."

    use(lambda: ScriptedTeacher(script), lambda teacher: contract.answers_every_stage(teacher, "m"))
    assert set(asked) == set(Stage)
